//! Lines inside brackets or quotes that start too far to the left.
//!
//! YAML 1.2 wants such lines deeper than the block around them, and the parser insists. Those
//! that CloudFormation, Kubernetes and most editors use do not, and people write
//!
//! ```yaml
//! - Values: [
//!     'a'
//!   ]
//! ```
//!
//! Blanks at the start of such a line mean nothing. So where the parser stumbles over one, it gets
//! the text again with blanks put before the line, and its marks are counted back.

use std::borrow::Cow;

use super::{end_of_double_quoted, end_of_single_quoted};

/// What the parser stumbled over, and at which byte of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Misplaced {
    /// A token inside brackets, the first of its line.
    Token(usize),
    /// A quoted scalar; one of its further lines.
    Quoted(usize),
    /// A tab that starts a further line of a quoted scalar.
    Tab(usize),
}

/// The lines that get blanks, and how many.
#[derive(Default)]
pub(super) struct Padding {
    /// Where the lines start in the text, in order.
    lines: Vec<usize>,
    /// Blanks before each of them.
    width: usize,
}

impl Padding {
    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// The text from byte `base` on, with the blanks.
    pub(super) fn apply<'t>(&self, text: &'t str, base: usize) -> Cow<'t, str> {
        if self.is_empty() {
            return Cow::Borrowed(text.get(base..).unwrap_or_default());
        }
        let mut padded = String::with_capacity(text.len() + self.lines.len() * self.width);
        let mut done = base;
        for &line in &self.lines {
            padded.push_str(text.get(done..line).unwrap_or_default());
            padded.extend(std::iter::repeat_n(' ', self.width));
            done = line;
        }
        padded.push_str(text.get(done..).unwrap_or_default());
        Cow::Owned(padded)
    }

    /// The byte of the text that stands at `byte` when the blanks are counted.
    pub(super) fn original(&self, byte: usize) -> usize {
        let (mut low, mut high) = (0, self.lines.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            let start = self.lines.get(middle).map_or(usize::MAX, |it| it + middle * self.width);
            if start < byte { low = middle + 1 } else { high = middle }
        }
        let last = low.checked_sub(1).and_then(|it| self.lines.get(it)).copied();
        (byte - low * self.width).max(last.unwrap_or(0))
    }

    /// Adds the lines that `misplaced` is about; whether there were any left to add.
    pub(super) fn add(&mut self, text: &str, misplaced: Misplaced) -> bool {
        let bytes = text.as_bytes();
        let line_break_before = |at: usize| {
            let before = bytes.get(..at).unwrap_or_default();
            memchr::memrchr2(b'\n', b'\r', before).unwrap_or(0)
        };
        let (from, to) = match misplaced {
            Misplaced::Token(at) => (line_break_before(at), end_of_collection(bytes, at)),
            Misplaced::Tab(at) => (line_break_before(at), at),
            Misplaced::Quoted(at) if bytes.get(at) == Some(&b'"') => {
                (at, end_of_double_quoted(bytes, at))
            }
            Misplaced::Quoted(at) => (at, end_of_single_quoted(bytes, at)),
        };
        let before = self.lines.len();
        let region = bytes.get(from..to).unwrap_or_default();
        for at in memchr::memchr2_iter(b'\n', b'\r', region) {
            let line = from + at + 1;
            let is_crlf = bytes.get(line - 1) == Some(&b'\r') && bytes.get(line) == Some(&b'\n');
            if !is_crlf && line <= to && self.lines.binary_search(&line).is_err() {
                self.lines.push(line);
            }
        }
        let is_any_new = self.lines.len() > before;
        self.lines.sort_unstable();
        self.width = self.width.max(deepest_indentation(text, to) + 2);
        // Blanks must not outgrow the text many times.
        is_any_new && self.lines.len() * self.width <= 4 * text.len() + 4096
    }
}

/// How far in a block can start in the text before byte `end`: where keys are, behind `-` and `?`.
fn deepest_indentation(text: &str, end: usize) -> usize {
    let text = text.get(..end).unwrap_or(text);
    let leading = |line: &str| line.find(|it| !matches!(it, ' ' | '\t' | '-' | '?'));
    text.lines().map(|line| leading(line).unwrap_or(line.len())).max().unwrap_or(0)
}

/// Behind the bracket that closes the collection around the token at `at`.
fn end_of_collection(bytes: &[u8], mut at: usize) -> usize {
    let is_blank = |byte: Option<&u8>| matches!(byte, None | Some(b' ' | b'\t' | b'\r' | b'\n'));
    let mut depth = 1;
    // Quotes inside a plain scalar are text.
    let mut is_token_start = true;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\'' if is_token_start => {
                at = end_of_single_quoted(bytes, at);
                is_token_start = bytes.get(at) == Some(&b':');
                continue;
            }
            b'"' if is_token_start => {
                at = end_of_double_quoted(bytes, at);
                is_token_start = bytes.get(at) == Some(&b':');
                continue;
            }
            b'!' | b'&' if is_token_start => {
                while !is_blank(bytes.get(at + 1)) {
                    at += 1;
                }
            }
            b'#' if at == 0 || is_blank(bytes.get(at - 1)) => {
                let rest = bytes.get(at..).unwrap_or_default();
                at += memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
                continue;
            }
            b'[' | b'{' => {
                depth += 1;
                is_token_start = true;
            }
            b']' | b'}' => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            b',' => is_token_start = true,
            b':' | b'?' => is_token_start |= is_blank(bytes.get(at + 1)),
            b' ' | b'\t' | b'\r' | b'\n' => (),
            _ => is_token_start = false,
        }
        at += 1;
    }
    bytes.len()
}
