//! GitLab's code quality report.
//!
//! <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>

use std::io::{self, Write};

use rustc_hash::FxHashMap;
use serde::Serialize;
use stackseal_engine::{Finding, Outcome, RunError, Severity};

use crate::Options;
use crate::places::Places;
use crate::uri::relative;
use crate::wording::message;

pub(crate) fn write(outcome: &Outcome, options: Options, out: &mut dyn Write) -> io::Result<()> {
    let places = Places::new(outcome);
    let mut issues: Vec<Issue<'_>> = Vec::new();
    let mut seen: FxHashMap<&str, usize> = FxHashMap::default();
    // GitLab has no word for what is suppressed: it would show it as new.
    for finding in options.shown(outcome).into_iter().filter(|it| it.suppressed.is_none()) {
        let times = seen.entry(&finding.fingerprint).or_default();
        *times += 1;
        issues.push(Issue::new(finding, *times, &places));
    }
    for (position, error) in outcome.errors.iter().enumerate() {
        issues.push(Issue::of_error(error, position, &places));
    }
    serde_json::to_writer_pretty(&mut *out, &issues)?;
    writeln!(out)
}

#[derive(Serialize)]
struct Issue<'o> {
    description: String,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    location: Location<'o>,
}

#[derive(Serialize)]
struct Location<'o> {
    path: &'o str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

impl<'o> Issue<'o> {
    /// `times` counts the findings of one fingerprint: GitLab shows only one of each.
    fn new(finding: &'o Finding, times: usize, places: &Places<'o>) -> Self {
        let location = places.location(finding.span);
        let fingerprint = match times {
            1 => finding.fingerprint.clone(),
            times => format!("{}-{times}", finding.fingerprint),
        };
        Self {
            description: message(finding).into_owned(),
            check_name: finding.rule.id.as_str(),
            fingerprint,
            severity: severity(finding.severity),
            location: Location {
                path: relative(location.file),
                lines: Lines { begin: location.start.line, end: location.end.line },
            },
        }
    }

    fn of_error(error: &'o RunError, position: usize, places: &Places<'o>) -> Self {
        let RunError { file, span, message } = error;
        let location = span.map(|it| places.location(it));
        let lines = location.map_or(Lines { begin: 1, end: 1 }, |it| Lines {
            begin: it.start.line,
            end: it.end.line,
        });
        Self {
            description: message.clone(),
            check_name: "stackseal",
            fingerprint: format!("error-{position}-{file}"),
            severity: "blocker",
            location: Location { path: relative(file), lines },
        }
    }
}

/// GitLab's word for a severity.
const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "blocker",
        Severity::High => "critical",
        Severity::Medium => "major",
        Severity::Low => "minor",
        Severity::Informational => "info",
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use crate::Format;
    use crate::testing::{PLAIN, outcome, print};

    #[test]
    fn a_run_is_a_list_of_issues() {
        assert_snapshot!(print(Format::Gitlab, &outcome(), PLAIN));
    }

    #[test]
    fn equal_fingerprints_are_told_apart() {
        let mut outcome = outcome();
        outcome.findings.extend_from_within(..);
        let printed = print(Format::Gitlab, &outcome, PLAIN);
        let issues: Vec<serde_json::Value> = serde_json::from_str(&printed).unwrap();
        let mut fingerprints: Vec<&str> =
            issues.iter().map(|it| it["fingerprint"].as_str().unwrap()).collect();
        fingerprints.sort_unstable();
        let number = fingerprints.len();
        fingerprints.dedup();
        assert_eq!(fingerprints.len(), number);
    }
}
