//! Tokens: values that show by their format what they are.
//!
//! Almost no text holds one, so the search is built to find nothing fast: one pass looks for the
//! literal beginnings of all formats at once, and only the expression of a format whose beginning
//! was met is compiled and asked.

use std::fmt;
use std::ops::Range;
use std::sync::{LazyLock, OnceLock};

use regex::bytes::{Captures, Regex};

use super::expression;
use super::formats::FORMATS;
use super::value::{Exemption, exemption};

/// The shortest text that can hold a token.
const SHORTEST: usize = 10;

/// Values that vendors print in their documentation. Who deploys one is as wrong as with any other.
const DOCUMENTATION_EXAMPLES: &[&str] =
    &["AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"];

/// A credential found by its format.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    /// The format, in kebab case: `github-token`.
    pub id: &'static str,
    /// What it is called: `GitHub token`.
    pub title: &'static str,
    /// How much depends on it.
    pub severity: Severity,
    /// Where it stands: bytes of the text searched, on character boundaries.
    pub range: Range<usize>,
    /// It is the one the vendor prints in its documentation.
    pub is_documentation_example: bool,
}

/// How grave it is that everybody can read a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It opens one service, or may be meant to be seen.
    High,
    /// It opens whatever its owner may do.
    Critical,
}

/// One format: a row of the table.
pub(super) struct Format {
    pub(super) id: &'static str,
    title: &'static str,
    severity: Severity,
    /// Literal pieces, separated by spaces; a text that matches holds one of them.
    pub(super) needles: &'static str,
    /// The needles stand for any mix of cases.
    folds_case: bool,
    /// A text that matches holds this as well.
    with: &'static str,
    pub(super) pattern: &'static str,
    /// The group of the expression that is the credential; 0 for all of the match.
    pub(super) group: usize,
}

/// The expressions of [`FORMATS`], each compiled when its needle is first met.
static COMPILED: [OnceLock<Regex>; FORMATS.len()] = [const { OnceLock::new() }; FORMATS.len()];

/// A format whose needles stand as they are.
pub(super) const fn exact(
    id: &'static str,
    title: &'static str,
    severity: Severity,
    needles: &'static str,
    pattern: &'static str,
) -> Format {
    Format { id, title, severity, needles, folds_case: false, with: "", pattern, group: 0 }
}

/// A format whose needles, written in lower case here, stand for any mix of cases.
pub(super) const fn folded(
    id: &'static str,
    title: &'static str,
    severity: Severity,
    needles: &'static str,
    pattern: &'static str,
) -> Format {
    let mut format = exact(id, title, severity, needles, pattern);
    format.folds_case = true;
    format
}

impl Format {
    pub(super) const fn group(mut self, group: usize) -> Self {
        self.group = group;
        self
    }

    pub(super) const fn with(mut self, with: &'static str) -> Self {
        self.with = with;
        self
    }

    fn token(&self, text: &str, found: &Captures<'_>) -> Option<Token> {
        let range = found.get(self.group)?.range();
        // Expressions see bytes; one may begin or end inside a character.
        let range = floor_boundary(text, range.start)..floor_boundary(text, range.end);
        let value = text.get(range.clone())?;
        self.accepts(text, value).then(|| Token {
            id: self.id,
            title: self.title,
            severity: self.severity,
            is_documentation_example: DOCUMENTATION_EXAMPLES.contains(&value),
            range: self.extent(text, range),
        })
    }

    /// All of a credential whose format was found at `found`: of a private key the format is the
    /// first line only.
    fn extent(&self, text: &str, found: Range<usize>) -> Range<usize> {
        const LAST_LINE: &str = "-----END ";
        const DASHES: &str = "-----";
        let Range { start, end } = found;
        let rest = text.get(end..).unwrap_or_default();
        let end = match self.id {
            "private-key" => rest
                .find(LAST_LINE)
                .map(|at| at + LAST_LINE.len())
                .and_then(|at| Some(end + at + rest.get(at..)?.find(DASHES)? + DASHES.len()))
                .unwrap_or(text.len()),
            "putty-private-key" => text.len(),
            _ => end,
        };
        start..end
    }

    /// What the expression cannot say.
    fn accepts(&self, text: &str, value: &str) -> bool {
        let is_filled_in_later = || {
            value.starts_with(['$', '{', '%', '<', '*'])
                || exemption(value).is_some_and(Exemption::is_unknown)
        };
        match self.id {
            "url-with-password" | "jdbc-password" => !is_filled_in_later(),
            "connection-string-password" => {
                let text = text.to_ascii_lowercase();
                ["data source=", "endpoint=", "host=", "server="].iter().any(|it| text.contains(it))
                    && !is_filled_in_later()
            }
            _ => true,
        }
    }
}

impl fmt::Debug for Token {
    /// Shape and place only: a token's text is a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{:?}", self.id, self.range)
    }
}

/// The most telling token of `text`: of the format that says most about it.
pub fn find_token(text: &str) -> Option<Token> {
    let rank = |token: &Token| FORMATS.iter().position(|it| it.id == token.id);
    find_tokens(text).into_iter().min_by_key(rank)
}

/// All tokens of `text`, in the order of the text. Of formats that match the same place the most
/// telling one is taken.
pub fn find_tokens(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    if text.len() < SHORTEST {
        return tokens;
    }
    let mut candidates = NEEDLES.candidates(text.as_bytes());
    while candidates != 0 {
        let index = candidates.trailing_zeros() as usize;
        candidates &= candidates - 1;
        let (Some(format), Some(regex)) = (FORMATS.get(index), COMPILED.get(index)) else {
            break;
        };
        if !text.contains(format.with) {
            continue;
        }
        let regex = regex.get_or_init(|| expression(format.pattern));
        for token in regex.captures_iter(text.as_bytes()).filter_map(|it| format.token(text, &it)) {
            let overlaps =
                |it: &Token| it.range.start < token.range.end && token.range.start < it.range.end;
            if !tokens.iter().any(overlaps) {
                tokens.push(token);
            }
        }
    }
    tokens.sort_by_key(|it| it.range.start);
    tokens
}

/// The needles of all formats, to be looked for at once.
static NEEDLES: LazyLock<Needles> = LazyLock::new(Needles::new);

struct Needles {
    /// One bit for each pair of bytes that begins a needle.
    pairs: Vec<u64>,
    /// Sorted by their first two bytes.
    needles: Vec<Needle>,
}

struct Needle {
    pair: u16,
    text: &'static [u8],
    folds_case: bool,
    /// Index of the format it belongs to.
    format: u32,
}

impl Needles {
    fn new() -> Self {
        let mut needles = Vec::new();
        for (format, row) in (0..).zip(FORMATS) {
            for text in row.needles.split_ascii_whitespace().map(str::as_bytes) {
                let Some((&[first, second], _)) = text.split_first_chunk::<2>() else {
                    continue;
                };
                let cases = |byte: u8| {
                    let other = if row.folds_case { byte.to_ascii_uppercase() } else { byte };
                    [Some(byte), (other != byte).then_some(other)].into_iter().flatten()
                };
                for pair in cases(first)
                    .flat_map(|first| cases(second).map(move |second| pair(first, second)))
                {
                    needles.push(Needle { pair, text, folds_case: row.folds_case, format });
                }
            }
        }
        needles.sort_by_key(|it| it.pair);
        let mut pairs = vec![0_u64; usize::from(u16::MAX) / 64 + 1];
        for needle in &needles {
            if let Some(word) = pairs.get_mut(usize::from(needle.pair >> 6)) {
                *word |= 1 << (needle.pair & 63);
            }
        }
        Self { pairs, needles }
    }

    /// One bit for each format of which a needle stands in `text`.
    fn candidates(&self, text: &[u8]) -> u128 {
        let mut found = 0;
        for (at, window) in text.windows(2).enumerate() {
            let &[first, second] = window else { continue };
            let pair = pair(first, second);
            if self.pairs.get(usize::from(pair >> 6)).is_none_or(|it| it & (1 << (pair & 63)) == 0)
            {
                continue;
            }
            let rest = text.get(at..).unwrap_or_default();
            let first = self.needles.partition_point(|it| it.pair < pair);
            for needle in self.needles.iter().skip(first).take_while(|it| it.pair == pair) {
                if needle.begins(rest) {
                    found |= 1_u128 << needle.format;
                }
            }
        }
        found
    }
}

impl Needle {
    fn begins(&self, text: &[u8]) -> bool {
        text.get(..self.text.len()).is_some_and(|it| {
            if self.folds_case { it.eq_ignore_ascii_case(self.text) } else { it == self.text }
        })
    }
}

fn pair(first: u8, second: u8) -> u16 {
    u16::from_be_bytes([first, second])
}

fn floor_boundary(text: &str, at: usize) -> usize {
    (0..=at).rev().find(|it| text.is_char_boundary(*it)).unwrap_or(0)
}
