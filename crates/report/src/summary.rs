//! The last line: what was found, in how much, and what was not judged.

use std::fmt::Write as _;

use stackseal_engine::{Finding, Outcome, Severity};

use crate::wording::{count, one_line};
use crate::{Detail, Options};

/// Names shown of files skipped for one reason, before the rest is only counted.
const NAMED: usize = 3;

/// The number of `findings` of `severity`.
pub(crate) fn of_severity(findings: &[Finding], severity: Severity) -> usize {
    findings.iter().filter(|it| it.severity == severity).count()
}

/// One sentence about the run, without a line end: what was found, in how much, and what was not
/// judged.
pub fn summary(outcome: &Outcome, options: Options) -> String {
    let found = outcome.findings.len();
    let seen =
        format!("{}, {}", count(outcome.files, "file"), count(outcome.resources, "resource"));
    let mut line = match (found, outcome.files) {
        (0, 0) => "Nothing judged: no template, manifest, buildspec or wp-config".to_owned(),
        (0, _) => format!("Nothing found: {seen}"),
        _ => format!("{} ({}) in {seen}", count(found, "finding"), severities(&outcome.findings)),
    };
    let hidden = outcome.findings.iter().filter(|it| it.severity < options.min_severity).count();
    let asides = [
        (hidden > 0).then(|| format!("{hidden} below `{}` not shown", options.min_severity)),
        some(outcome.undecided.len(), |it| format!("{it} undecided")),
        some(outcome.skipped.len(), |it| format!("{} not judged", count(it, "file"))),
        some(outcome.suppressed.len(), |it| format!("{it} suppressed")),
        some(stale(outcome), |it| format!("{it} gone since the baseline")),
        some(outcome.errors.len(), |it| count(it, "error")),
    ];
    let asides: Vec<String> = asides.into_iter().flatten().collect();
    if !asides.is_empty() {
        line.push_str("; ");
        line.push_str(&asides.join(", "));
    }
    line
}

/// The number of findings that the baseline knows and that are gone.
pub(crate) fn stale(outcome: &Outcome) -> usize {
    outcome.stale.iter().map(|it| it.count).sum()
}

/// Findings that the baseline knows and that are gone: lines for people, each with its line end.
fn gone(outcome: &Outcome) -> String {
    let mut lines = String::new();
    for entry in &outcome.stale {
        let resource = entry.resource.as_ref().map(|it| format!(" of `{it}`")).unwrap_or_default();
        let times =
            if entry.count > 1 { format!(", {} times", entry.count) } else { String::new() };
        let line = format!("{}: {}{resource}{times}", entry.file, entry.rule);
        // Writing to a string does not fail.
        let _ = writeln!(lines, "gone since the baseline: {}", one_line(&line));
    }
    lines
}

/// One sentence about what a machine can mend, without a line end; none where there is nothing.
pub fn fixable(outcome: &Outcome) -> Option<String> {
    let fixes = || outcome.findings.iter().filter_map(|it| it.fix.as_ref());
    let safe = fixes().filter(|it| it.is_safe()).count();
    match (safe, fixes().count() - safe) {
        (0, 0) => None,
        (safe, 0) => Some(format!("{safe} fixable with `--fix`")),
        (0, more) => Some(format!("{more} fixable with `--fix --unsafe-fixes`")),
        (safe, more) => {
            Some(format!("{safe} fixable with `--fix`, {more} more with `--unsafe-fixes`"))
        }
    }
}

/// The files that were seen and not judged, with the reason: lines for people, each with its line
/// end, by reason in the order of the run; where everything is asked for, what is gone since the
/// baseline as well. Nothing if there are none.
pub fn unjudged(outcome: &Outcome, options: Options) -> String {
    let mut reasons: Vec<(&str, Vec<&str>)> = Vec::new();
    for skipped in &outcome.skipped {
        match reasons.iter_mut().find(|(reason, _)| *reason == skipped.reason) {
            Some((_, files)) => files.push(&skipped.file),
            None => reasons.push((&skipped.reason, vec![&skipped.file])),
        }
    }
    let mut lines = String::new();
    for (reason, files) in reasons {
        let shown = if options.detail == Detail::Verbose { files.len() } else { NAMED };
        let rest = files.len().saturating_sub(shown);
        for file in files.iter().take(shown) {
            // Writing to a string does not fail.
            let _ = writeln!(lines, "not judged: {}: {}", one_line(file), one_line(reason));
        }
        if rest > 0 {
            let plural = if rest == 1 { "" } else { "s" };
            let _ = writeln!(lines, "not judged: {rest} more file{plural}: {}", one_line(reason));
        }
    }
    if options.detail == Detail::Verbose {
        lines.push_str(&gone(outcome));
    }
    lines
}

fn severities(findings: &[Finding]) -> String {
    let numbers = Severity::ALL.iter().rev().filter_map(|&severity| {
        some(of_severity(findings, severity), |it| format!("{it} {severity}"))
    });
    numbers.collect::<Vec<_>>().join(", ")
}

fn some(number: usize, words: impl FnOnce(usize) -> String) -> Option<String> {
    (number > 0).then(|| words(number))
}

#[cfg(test)]
mod tests {
    use stackseal_engine::Fix;

    use super::*;
    use crate::testing::{PLAIN, outcome};

    #[track_caller]
    fn check(change: impl FnOnce(&mut Outcome), expected: &str) {
        let mut outcome = outcome();
        change(&mut outcome);
        assert_eq!(summary(&outcome, PLAIN), expected);
    }

    #[test]
    fn everything_is_counted() {
        check(
            |_| (),
            "3 findings (1 critical, 2 high) in 2 files, 1 resource; \
             1 undecided, 5 files not judged, 1 suppressed, 3 errors",
        );
    }

    #[test]
    fn fixes_are_counted_by_their_option() {
        #[track_caller]
        fn check(change: impl FnOnce(&mut Outcome), expected: Option<&str>) {
            let mut outcome = outcome();
            change(&mut outcome);
            assert_eq!(fixable(&outcome).as_deref(), expected);
        }
        check(|_| (), Some("1 fixable with `--fix`, 1 more with `--unsafe-fixes`"));
        check(|it| it.findings.retain(|it| it.subject.is_none()), None);
        check(
            |it| it.findings.retain(|it| it.fix.as_ref().is_some_and(Fix::is_safe)),
            Some("1 fixable with `--fix`"),
        );
        check(
            |it| it.findings.retain(|it| it.fix.as_ref().is_some_and(|it| !it.is_safe())),
            Some("1 fixable with `--fix --unsafe-fixes`"),
        );
    }

    #[test]
    fn nothing_found_says_in_how_much() {
        check(
            |it| *it = Outcome { files: 9, resources: 84, ..Outcome::default() },
            "Nothing found: 9 files, 84 resources",
        );
    }

    #[test]
    fn nothing_judged_is_not_nothing_found() {
        check(
            |it| *it = Outcome::default(),
            "Nothing judged: no template, manifest, buildspec or wp-config",
        );
    }

    #[test]
    fn hidden_findings_are_counted() {
        let options = Options { min_severity: Severity::Critical, ..PLAIN };
        let mut outcome = outcome();
        outcome.errors.clear();
        outcome.skipped.clear();
        assert_eq!(
            summary(&outcome, options),
            "3 findings (1 critical, 2 high) in 2 files, 1 resource; \
             2 below `critical` not shown, 1 undecided, 1 suppressed",
        );
    }
}
