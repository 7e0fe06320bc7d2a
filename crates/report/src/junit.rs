//! The XML of `JUnit`, as CodeBuild report groups and other CI servers read it: a suite a file, a failed
//! case a finding, and a passed case for a file without one.
//!
//! <https://docs.aws.amazon.com/codebuild/latest/userguide/test-reporting.html>

use std::fmt::Write as _;
use std::io::{self, Write};

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use rustc_hash::{FxHashMap, FxHashSet};
use stackseal_engine::{Finding, Outcome, RunError, Undecided};

use crate::Options;
use crate::places::{Location, Places};
use crate::wording::{message, reason, suppression};

pub(crate) fn write(outcome: &Outcome, options: Options, out: &mut dyn Write) -> io::Result<()> {
    let places = Places::new(outcome);
    let mut suites = Suites::default();
    for finding in options.shown(outcome) {
        suites.add(places.location(finding.span).file, of_finding(finding, &places));
    }
    if options.lists_undecided {
        for undecided in &outcome.undecided {
            let location = places.location(undecided.span);
            suites.add(location.file, of_undecided(undecided, location));
        }
    }
    for error in &outcome.errors {
        let location = error.span.map(|it| places.location(it));
        suites.add(&error.file, of_error(error, location));
    }
    for file in &outcome.judged {
        let path = outcome.source(*file).map_or("", |it| &it.path);
        if !suites.has_failure(path) {
            suites.add(path, TestCase::new("nothing found", TestCaseStatus::success()));
        }
    }
    let mut report = Report::new("stackseal");
    report.add_test_suites(suites.finish());
    report.serialize(out).map_err(io::Error::other)
}

/// The cases of each file.
#[derive(Default)]
struct Suites<'o> {
    cases: FxHashMap<&'o str, Vec<TestCase>>,
    failed: FxHashSet<&'o str>,
}

impl<'o> Suites<'o> {
    fn add(&mut self, file: &'o str, mut case: TestCase) {
        // Some readers show a case by its class: the file is what people look for.
        case.set_classname(if file.is_empty() { "stackseal" } else { file });
        if matches!(case.status, TestCaseStatus::NonSuccess { .. }) {
            self.failed.insert(file);
        }
        self.cases.entry(file).or_default().push(case);
    }

    fn has_failure(&self, file: &str) -> bool {
        self.failed.contains(file)
    }

    /// By path.
    fn finish(self) -> Vec<TestSuite> {
        let mut cases: Vec<(&str, Vec<TestCase>)> = self.cases.into_iter().collect();
        cases.sort_unstable_by_key(|it| it.0);
        let suite = |(file, cases): (&str, Vec<TestCase>)| {
            let mut suite = TestSuite::new(if file.is_empty() { "stackseal" } else { file });
            suite.add_test_cases(cases);
            suite
        };
        cases.into_iter().map(suite).collect()
    }
}

fn of_finding(finding: &Finding, places: &Places<'_>) -> TestCase {
    let location = places.location(finding.span);
    let mut status = match &finding.suppressed {
        Some(suppressed) => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(suppression(suppressed));
            status
        }
        None => TestCaseStatus::non_success(NonSuccessKind::Failure),
    };
    if finding.suppressed.is_none() {
        status.set_message(message(finding));
        status.set_type(finding.severity.as_str());
    }
    status.set_description(description(finding, places));
    TestCase::new(name(finding, location), status)
}

/// `rds-storage-encrypted: Orders (14:5)`: a case is told from others by its name.
fn name(finding: &Finding, location: Location<'_>) -> String {
    let resource = finding.subject.as_ref().map(|it| format!(": {}", it.id)).unwrap_or_default();
    format!("{}{resource} ({})", finding.rule.id, place(location))
}

fn place(location: Location<'_>) -> String {
    format!("{}:{}", location.start.line, location.start.column)
}

fn description(finding: &Finding, places: &Places<'_>) -> String {
    let location = places.location(finding.span);
    let mut text = format!("{}:{}: {}", location.file, place(location), message(finding));
    for related in &finding.related {
        let location = places.location(related.span);
        // Writing to a string does not fail.
        let _ = write!(text, "\n{}:{}: {}", location.file, place(location), related.message);
    }
    let _ = write!(text, "\nhelp: {}\nsee: {}", finding.remediation, finding.rule.url);
    text
}

fn of_undecided(undecided: &Undecided, location: Location<'_>) -> TestCase {
    let mut status = TestCaseStatus::skipped();
    status.set_message(format!("undecided: {}", reason(undecided)));
    let id = undecided.subject.as_ref().map(|it| format!(": {}", it.id)).unwrap_or_default();
    TestCase::new(format!("{}{id} ({})", undecided.rule.id, place(location)), status)
}

fn of_error(error: &RunError, location: Option<Location<'_>>) -> TestCase {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
    status.set_message(&*error.message);
    status.set_type("error");
    let at = location.map(|it| format!(" ({})", place(it))).unwrap_or_default();
    status.set_description(format!("{}{at}: {}", error.file, error.message));
    TestCase::new(format!("can be read{at}"), status)
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use crate::testing::{PLAIN, outcome, print};
    use crate::{Format, Options};

    #[test]
    fn a_finding_is_a_failed_case() {
        assert_snapshot!(print(Format::Junit, &outcome(), PLAIN));
    }

    #[test]
    fn what_is_suppressed_or_undecided_is_skipped() {
        let options = Options { shows_suppressed: true, lists_undecided: true, ..PLAIN };
        assert_snapshot!(print(Format::Junit, &outcome(), options));
    }

    #[test]
    fn a_file_without_findings_is_a_passed_case() {
        let mut outcome = outcome();
        outcome.findings.clear();
        outcome.errors.clear();
        assert_snapshot!(print(Format::Junit, &outcome, PLAIN));
    }
}
