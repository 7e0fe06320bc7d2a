//! Words that several reports share.

use std::borrow::Cow;

use stackseal_engine::{Finding, Fix, Suppressed, SuppressedBy, Undecided};

/// What is wrong, and when: ``turns encryption off, unless IsProd``.
pub(crate) fn message(finding: &Finding) -> Cow<'_, str> {
    match &finding.condition {
        None => Cow::Borrowed(&finding.message),
        Some(condition) => Cow::Owned(format!("{}, {condition}", finding.message)),
    }
}

/// What could not be decided: of which resource, and why.
pub(crate) fn reason(undecided: &Undecided) -> Cow<'_, str> {
    match &undecided.subject {
        None => Cow::Borrowed(&undecided.reason),
        Some(subject) => Cow::Owned(format!("`{}`: {}", subject.id, undecided.reason)),
    }
}

/// By what a finding is suppressed, and why.
pub(crate) fn suppression(suppressed: &Suppressed) -> String {
    let Suppressed { by, reason } = suppressed;
    let by = match by {
        SuppressedBy::Comment => "a comment",
        SuppressedBy::Metadata => "metadata",
        SuppressedBy::Annotation => "an annotation",
        SuppressedBy::Config => "the configuration",
        SuppressedBy::Baseline => "the baseline",
    };
    format!("suppressed by {by}: {reason}")
}

/// What would be changed, by which option, and why not without a thought.
pub(crate) fn fix(fix: &Fix) -> String {
    let title = one_line(&fix.title);
    match &fix.unsafe_because {
        None => format!("{title} (--fix)"),
        Some(why) => format!("{title} (--fix --unsafe-fixes: {})", one_line(why)),
    }
}

/// `text` without what could move the cursor of a terminal or break a line.
///
/// Paths and messages carry names from files that others wrote.
pub(crate) fn one_line(text: &str) -> Cow<'_, str> {
    let is_harmful = |it: char| {
        // The second group turns the direction of the text that follows: CVE-2021-42574.
        it.is_control() || matches!(it, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if !text.contains(is_harmful) {
        return Cow::Borrowed(text);
    }
    let show = |it: char| match it {
        '\n' | '\t' | '\r' => ' ',
        it if is_harmful(it) => char::REPLACEMENT_CHARACTER,
        it => it,
    };
    Cow::Owned(text.chars().map(show).collect())
}

/// `1 file`, `2 files`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_do_not_reach_the_terminal() {
        assert_eq!(one_line("a\u{1b}[31mb\nc\u{202e}d"), "a\u{fffd}[31mb c\u{fffd}d");
        assert_eq!(one_line("ünïcode stays"), "ünïcode stays");
    }

    #[test]
    fn nouns_are_counted() {
        assert_eq!(
            [count(0, "file"), count(1, "file"), count(2, "file")],
            ["0 files", "1 file", "2 files"]
        );
    }
}
