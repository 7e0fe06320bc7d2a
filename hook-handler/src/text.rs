//! Texts of answers: one line, within a length.

use stackseal_engine::{Outcome, RunError};
use stackseal_syntax::LineIndex;

/// The length of `text` as the service counts it. Its API counts characters and does not say which;
/// units of UTF-16 are never fewer than characters.
pub(crate) fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// `text` without what could break a line, move the cursor of a terminal or turn the direction of
/// what follows, and without repeated blanks.
pub(crate) fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split(|it: char| it.is_whitespace()).filter(|it| !it.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.extend(
            word.chars().map(|it| if is_harmful(it) { char::REPLACEMENT_CHARACTER } else { it }),
        );
    }
    line
}

fn is_harmful(it: char) -> bool {
    it.is_control() || matches!(it, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// `text`, or as much of it as fits into `limit` with an ellipsis behind it.
pub(crate) fn cut(text: &str, limit: usize) -> String {
    if length(text) <= limit {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut left = limit.saturating_sub(1);
    for it in text.chars() {
        match left.checked_sub(it.len_utf16()) {
            Some(rest) => left = rest,
            None => break,
        }
        kept.push(it);
    }
    if limit > 0 {
        kept.push('…');
    }
    kept
}

/// `1 finding`, `2 findings`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// What went wrong, and where. The text that stands there is not shown.
pub(crate) fn error_line(error: &RunError, outcome: &Outcome) -> String {
    let RunError { file, span, message } = error;
    let place = span.and_then(|span| {
        let text = &outcome.source(span.file)?.text;
        let place = LineIndex::new(text).place(text, span.start);
        Some(format!("{file}:{}:{}: {message}", place.line, place.column))
    });
    place.unwrap_or_else(|| format!("{file}: {message}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("abcd", 3), "ab…");
        assert_eq!(cut("a😀b😀", 4), "a😀…");
        assert_eq!(cut("😀😀", 2), "…");
        assert_eq!(cut("abc", 0), "");
    }

    #[test]
    fn a_line_stays_one() {
        assert_eq!(one_line(" a\n\tb  c\u{1b}[31m\u{202e}d "), "a b c\u{fffd}[31m\u{fffd}d");
    }
}
