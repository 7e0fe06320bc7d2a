//! Tokens: values that show by their format what they are.
//!
//! Almost no text holds one, so the search is built to find nothing fast: one pass looks for the
//! needles of all formats at once and at what stands behind them, and only the expression of a format
//! that passes both is compiled and asked.

use std::fmt;
use std::ops::Range;
use std::sync::OnceLock;

use regex::bytes::{Captures, Regex};

use super::behind::{self, Behind};
use super::expression;
use super::formats::FORMATS;
use super::needles::candidates;
use super::value::{Exemption, exemption};

/// The shortest text that can hold a token, in bytes.
pub(crate) const SHORTEST_TOKEN: usize = 10;

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
    pub(super) folds_case: bool,
    /// Whether the expression can match, going by what stands behind the needle.
    pub(super) behind: Behind,
    /// A text that matches holds this as well.
    with: &'static str,
    pub(super) pattern: &'static str,
    /// The group of the expression that is the credential; 0 for all of the match.
    pub(super) group: usize,
}

/// The expressions of [`FORMATS`], each compiled when its needle is first met.
static COMPILED: [OnceLock<Regex>; FORMATS.len()] = [const { OnceLock::new() }; FORMATS.len()];

/// A format whose needles stand as they are, with at least 16 characters of a token behind.
pub(super) const fn exact(
    id: &'static str,
    title: &'static str,
    severity: Severity,
    needles: &'static str,
    pattern: &'static str,
) -> Format {
    let behind = behind::token::<16>;
    Format { id, title, severity, needles, folds_case: false, behind, with: "", pattern, group: 0 }
}

/// As [`exact`], but the needles, written in lower case here, stand for any mix of cases.
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

    /// Wants something else behind its needles.
    pub(super) const fn behind(mut self, behind: Behind) -> Self {
        self.behind = behind;
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

/// Whether `text` holds a token.
#[inline]
pub fn holds_token(text: &str) -> bool {
    // Most values are words.
    text.len() >= SHORTEST_TOKEN && !find_tokens(text).is_empty()
}

/// All tokens of `text`, in the order of the text. Of formats that match the same place the most
/// telling one is taken.
pub fn find_tokens(text: &str) -> Vec<Token> {
    if text.len() < SHORTEST_TOKEN {
        return Vec::new();
    }
    tokens_among(candidates(text.as_bytes()), text)
}

/// The tokens of `text` whose formats are among `candidates`, one bit each.
pub(super) fn tokens_among(mut candidates: u128, text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
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

fn floor_boundary(text: &str, at: usize) -> usize {
    (0..=at).rev().find(|it| text.is_char_boundary(*it)).unwrap_or(0)
}
