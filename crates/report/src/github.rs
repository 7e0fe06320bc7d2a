//! Annotations of a GitHub Actions run: one workflow command a finding.
//!
//! <https://docs.github.com/en/actions/writing-workflows/choosing-what-your-workflow-does/workflow-commands-for-github-actions#setting-a-notice-message>

use std::fmt::Write as _;
use std::io::{self, Write};

use stackseal_engine::{Finding, Outcome, RunError, Severity, Undecided};

use crate::Options;
use crate::pieces::print_each;
use crate::places::{Location, Places};
use crate::uri::relative;
use crate::wording::{message, reason, suppression};

pub(crate) fn write(outcome: &Outcome, options: Options, out: &mut dyn Write) -> io::Result<()> {
    let places = Places::new(outcome);
    print_each(&options.shown(outcome), out, |_, finding, out| {
        writeln!(out, "{}", of_finding(finding, places.location(finding.span)))
    })?;
    if options.lists_undecided {
        for undecided in &outcome.undecided {
            let command = of_undecided(undecided, places.location(undecided.span));
            writeln!(out, "{command}")?;
        }
    }
    for error in &outcome.errors {
        let location = error.span.map(|it| places.location(it));
        writeln!(out, "{}", of_error(error, location))?;
    }
    Ok(())
}

fn of_finding(finding: &Finding, location: Location<'_>) -> String {
    let level = match finding.severity {
        // What is suppressed is told, and fails nothing.
        _ if finding.suppressed.is_some() => "notice",
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Informational => "notice",
    };
    let title = format!("{} ({})", finding.rule.id, finding.severity);
    let mut text = message(finding).into_owned();
    if let Some(suppressed) = &finding.suppressed {
        // Writing to a string does not fail.
        let _ = write!(text, "\n{}", suppression(suppressed));
    } else if !finding.remediation.is_empty() {
        let _ = write!(text, "\n{}", finding.remediation);
    }
    command(level, Some(location), location.file, &title, &text)
}

fn of_undecided(undecided: &Undecided, location: Location<'_>) -> String {
    let title = format!("{} (undecided)", undecided.rule.id);
    command("notice", Some(location), location.file, &title, &reason(undecided))
}

fn of_error(error: &RunError, location: Option<Location<'_>>) -> String {
    command("error", location, &error.file, "stackseal", &error.message)
}

fn command(
    level: &str,
    location: Option<Location<'_>>,
    file: &str,
    title: &str,
    text: &str,
) -> String {
    let mut properties = Vec::new();
    if !file.is_empty() {
        properties.push(format!("file={}", property(relative(file))));
    }
    if let Some(Location { file: _, start, end }) = location {
        properties.push(format!("line={},endLine={}", start.line, end.line));
        // Columns are only taken where the annotation is of one line.
        if start.line == end.line {
            properties.push(format!("col={},endColumn={}", start.column, end.column));
        }
    }
    properties.push(format!("title={}", property(title)));
    format!("::{level} {}::{}", properties.join(","), data(text))
}

/// Text behind the second `::`, as `@actions/core` writes it.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property, as `@actions/core` writes it.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::Format;
    use crate::testing::{PLAIN, outcome, print};

    #[test]
    fn a_finding_is_a_command() {
        let options = Options { shows_suppressed: true, lists_undecided: true, ..PLAIN };
        assert_snapshot!(print(Format::Github, &outcome(), options));
    }

    #[test]
    fn no_text_ends_a_command_or_starts_another() {
        assert_eq!(
            command("error", None, "a,b:c.yaml", "100%", "x\n::error::y\r"),
            "::error file=a%2Cb%3Ac.yaml,title=100%25::x%0A::error::y%0D",
        );
    }
}
