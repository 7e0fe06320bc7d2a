//! One line a finding: `path:line:col: severity: message [rule-id]`.
//!
//! What is neither finding nor error — the summary, files not judged — is not here, so that every
//! line has this form.

use std::io::{self, Write};

use stackseal_engine::{Finding, Outcome, RunError, Undecided};
use stackseal_syntax::Span;

use crate::Options;
use crate::paint::Paint;
use crate::pieces::print_each;
use crate::places::Places;
use crate::wording::{message, one_line, reason, suppression};

pub(crate) fn write(outcome: &Outcome, options: Options, out: &mut dyn Write) -> io::Result<()> {
    let places = Places::new(outcome);
    let paint = Paint::new(options.is_coloured);
    print_each(&options.shown(outcome), out, |_, finding, out| {
        write_finding(finding, &places, &paint, out)
    })?;
    if options.lists_undecided {
        for undecided in &outcome.undecided {
            write_undecided(undecided, &places, &paint, out)?;
        }
    }
    for error in &outcome.errors {
        write_error(error, &places, &paint, out)?;
    }
    Ok(())
}

fn write_finding(
    finding: &Finding,
    places: &Places<'_>,
    paint: &Paint,
    out: &mut dyn Write,
) -> io::Result<()> {
    let place = place(finding.span, places, paint);
    let level = paint.severity(finding.severity);
    let aside = paint.aside();
    let message = message(finding);
    let message = one_line(&message);
    write!(out, "{place}: {level}{}{level:#}: {message}", finding.severity)?;
    if let Some(suppressed) = &finding.suppressed {
        write!(out, " ({})", one_line(&suppression(suppressed)))?;
    }
    writeln!(out, " {aside}[{}]{aside:#}", finding.rule.id)
}

pub(crate) fn write_undecided(
    undecided: &Undecided,
    places: &Places<'_>,
    paint: &Paint,
    out: &mut dyn Write,
) -> io::Result<()> {
    let place = place(undecided.span, places, paint);
    let level = paint.undecided();
    let aside = paint.aside();
    let reason = reason(undecided);
    let reason = one_line(&reason);
    let rule = undecided.rule.id;
    writeln!(out, "{place}: {level}undecided{level:#}: {reason} {aside}[{rule}]{aside:#}")
}

fn write_error(
    error: &RunError,
    places: &Places<'_>,
    paint: &Paint,
    out: &mut dyn Write,
) -> io::Result<()> {
    let level = paint.error();
    let bold = paint.bold();
    let file = || format!("{bold}{}{bold:#}", one_line(&error.file));
    let place = error.span.map_or_else(file, |it| place(it, places, paint));
    writeln!(out, "{place}: {level}error{level:#}: {}", one_line(&error.message))
}

fn place(span: Span, places: &Places<'_>, paint: &Paint) -> String {
    let location = places.location(span);
    let bold = paint.bold();
    let file = one_line(location.file);
    format!("{bold}{file}{bold:#}:{}:{}", location.start.line, location.start.column)
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use stackseal_engine::Severity;

    use crate::testing::{PLAIN, outcome, print};
    use crate::{Format, Options};

    #[test]
    fn a_finding_is_a_line() {
        assert_snapshot!(print(Format::Concise, &outcome(), PLAIN));
    }

    #[test]
    fn questions_and_suppressed_findings_are_lines_when_asked_for() {
        let options = Options { shows_suppressed: true, lists_undecided: true, ..PLAIN };
        assert_snapshot!(print(Format::Concise, &outcome(), options));
    }

    #[test]
    fn findings_below_the_least_severity_are_left_out() {
        let options = Options { min_severity: Severity::Critical, ..PLAIN };
        assert_snapshot!(print(Format::Concise, &outcome(), options));
    }
}
