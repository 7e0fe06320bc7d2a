//! One JSON object: the form of `docs/schema/check-output.schema.json`.
//!
//! The structs are private and filled by destructuring without `..`: what is new inside does not
//! compile here until somebody decides what users see of it.

use std::io::{self, BufWriter, Write};

use serde::Serialize;
use stackseal_engine::{
    Finding, Fix, Outcome, Related, RunError, Severity, Skipped, Subject, Suppressed, Undecided,
};
use stackseal_syntax::{Edit, Place, Span};

use crate::Options;
use crate::object::Object;
use crate::places::{Location, Places};
use crate::summary::{of_severity, stale};

/// The version of the form. Fields are added under the same number.
const SCHEMA: u32 = 1;

pub(crate) fn write(outcome: &Outcome, options: Options, out: &mut dyn Write) -> io::Result<()> {
    let WireRun { schema, tool, places, findings, errors, unresolved, skipped, summary } =
        WireRun::new(outcome, options);
    // Many small pieces: they are put together here, not behind a trait object each.
    let mut out = BufWriter::new(out);
    let mut object = Object::begin(&mut out)?;
    object.field("schema", &schema)?;
    object.field("tool", &tool)?;
    object.list("findings", &findings, |it| WireFinding::new(it, &places))?;
    object.list("errors", errors, |it| WireError::new(it, &places))?;
    object.list("unresolved", unresolved, |it| WireUndecided::new(it, &places))?;
    object.list("skipped", skipped, WireSkipped::from)?;
    object.field("summary", &summary)?;
    object.end()?;
    writeln!(out)?;
    out.flush()
}

/// What is told of a run, in the order in which it is told.
pub(crate) struct WireRun<'o> {
    pub(crate) schema: u32,
    pub(crate) tool: WireTool,
    /// The places of all that follows.
    pub(crate) places: Places<'o>,
    pub(crate) findings: Vec<&'o Finding>,
    pub(crate) errors: &'o [RunError],
    pub(crate) unresolved: &'o [Undecided],
    pub(crate) skipped: &'o [Skipped],
    pub(crate) summary: WireSummary,
}

#[derive(Serialize)]
pub(crate) struct WireTool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
pub(crate) struct WireFinding<'o> {
    rule: &'static str,
    group: &'static str,
    severity: &'static str,
    title: &'static str,
    message: &'o str,
    remediation: &'o str,
    url: &'static str,
    file: &'o str,
    location: WireLocation,
    path: &'o [String],
    resource: Option<WireResource<'o>>,
    condition: Option<&'o str>,
    related: Vec<WireRelated<'o>>,
    fix: Option<WireFix<'o>>,
    suppressed: Option<WireSuppressed<'o>>,
    fingerprint: &'o str,
}

#[derive(Serialize)]
struct WireLocation {
    start: WirePlace,
    end: WirePlace,
}

#[derive(Serialize)]
struct WirePlace {
    line: u32,
    column: u32,
}

#[derive(Serialize)]
struct WireResource<'o> {
    id: &'o str,
    #[serde(rename = "type")]
    type_name: &'o str,
}

#[derive(Serialize)]
struct WireRelated<'o> {
    file: &'o str,
    location: WireLocation,
    message: &'o str,
}

#[derive(Serialize)]
struct WireFix<'o> {
    title: &'o str,
    safe: bool,
    reason: Option<&'o str>,
    edits: Vec<WireEdit<'o>>,
}

#[derive(Serialize)]
struct WireEdit<'o> {
    file: &'o str,
    start: u32,
    end: u32,
    text: &'o str,
}

#[derive(Serialize)]
struct WireSuppressed<'o> {
    by: &'static str,
    reason: &'o str,
}

#[derive(Serialize)]
pub(crate) struct WireError<'o> {
    file: Option<&'o str>,
    location: Option<WireLocation>,
    message: &'o str,
}

#[derive(Serialize)]
pub(crate) struct WireUndecided<'o> {
    rule: &'static str,
    file: &'o str,
    location: WireLocation,
    resource: Option<WireResource<'o>>,
    reason: &'o str,
}

#[derive(Serialize)]
pub(crate) struct WireSkipped<'o> {
    file: &'o str,
    reason: &'o str,
}

#[derive(Serialize)]
pub(crate) struct WireSummary {
    files: usize,
    resources: usize,
    skipped: usize,
    unresolved: usize,
    findings: WireCounts,
    suppressed: usize,
    stale: usize,
    errors: usize,
}

#[derive(Serialize)]
struct WireCounts {
    critical: usize,
    high: usize,
    medium: usize,
    low: usize,
    informational: usize,
}

impl<'o> WireRun<'o> {
    pub(crate) fn new(outcome: &'o Outcome, options: Options) -> Self {
        let Outcome {
            findings,
            suppressed,
            unasked: _,
            stale: _,
            undecided,
            errors,
            skipped,
            rules: _,
            judged: _,
            applicable: _,
            files,
            templates: _,
            resources,
            sources: _,
        } = outcome;
        Self {
            schema: SCHEMA,
            tool: WireTool { name: "stackseal", version: env!("CARGO_PKG_VERSION") },
            places: Places::new(outcome),
            findings: options.shown(outcome),
            errors,
            unresolved: if options.lists_undecided { undecided } else { &[] },
            skipped,
            summary: WireSummary {
                files: *files,
                resources: *resources,
                skipped: skipped.len(),
                unresolved: undecided.len(),
                findings: WireCounts {
                    critical: of_severity(findings, Severity::Critical),
                    high: of_severity(findings, Severity::High),
                    medium: of_severity(findings, Severity::Medium),
                    low: of_severity(findings, Severity::Low),
                    informational: of_severity(findings, Severity::Informational),
                },
                suppressed: suppressed.len(),
                stale: stale(outcome),
                errors: errors.len(),
            },
        }
    }
}

impl<'o> WireFinding<'o> {
    pub(crate) fn new(finding: &'o Finding, places: &Places<'o>) -> Self {
        let Finding {
            rule,
            severity,
            span,
            message,
            remediation,
            condition,
            related,
            subject,
            path,
            fix,
            suppressed,
            home: _,
            fingerprint,
        } = finding;
        let location = places.location(*span);
        Self {
            rule: rule.id.as_str(),
            group: rule.group.as_str(),
            severity: severity.as_str(),
            title: rule.title,
            message,
            remediation,
            url: rule.url,
            file: location.file,
            location: location.into(),
            path,
            resource: subject.as_ref().map(WireResource::from),
            condition: condition.as_deref(),
            related: related.iter().map(|it| WireRelated::new(it, places)).collect(),
            fix: fix.as_ref().map(|it| WireFix::new(it, places)),
            suppressed: suppressed.as_ref().map(WireSuppressed::from),
            fingerprint,
        }
    }
}

impl<'o> WireRelated<'o> {
    fn new(related: &'o Related, places: &Places<'o>) -> Self {
        let Related { span, message } = related;
        let location = places.location(*span);
        Self { file: location.file, location: location.into(), message }
    }
}

impl<'o> WireFix<'o> {
    fn new(fix: &'o Fix, places: &Places<'o>) -> Self {
        let Fix { title, unsafe_because, edits } = fix;
        Self {
            title,
            safe: fix.is_safe(),
            reason: unsafe_because.as_deref(),
            edits: edits.iter().map(|it| WireEdit::new(it, places)).collect(),
        }
    }
}

impl<'o> WireEdit<'o> {
    fn new(edit: &'o Edit, places: &Places<'o>) -> Self {
        let Edit { span, text } = edit;
        let Span { file: _, start, end } = *span;
        Self { file: places.location(*span).file, start, end, text }
    }
}

impl<'o> WireError<'o> {
    pub(crate) fn new(error: &'o RunError, places: &Places<'o>) -> Self {
        let RunError { file, span, message } = error;
        let location = |it: Span| places.location(it).into();
        Self {
            file: (!file.is_empty()).then_some(file.as_str()),
            location: span.map(location),
            message,
        }
    }
}

impl<'o> WireUndecided<'o> {
    pub(crate) fn new(undecided: &'o Undecided, places: &Places<'o>) -> Self {
        let Undecided { rule, span, reason, subject, home: _ } = undecided;
        let location = places.location(*span);
        Self {
            rule: rule.id.as_str(),
            file: location.file,
            location: location.into(),
            resource: subject.as_ref().map(WireResource::from),
            reason,
        }
    }
}

impl From<Location<'_>> for WireLocation {
    fn from(location: Location<'_>) -> Self {
        let Location { file: _, start, end } = location;
        Self { start: start.into(), end: end.into() }
    }
}

impl From<Place> for WirePlace {
    fn from(place: Place) -> Self {
        let Place { line, column } = place;
        Self { line, column }
    }
}

impl<'o> From<&'o Subject> for WireResource<'o> {
    fn from(subject: &'o Subject) -> Self {
        let Subject { id, type_name } = subject;
        Self { id, type_name }
    }
}

impl<'o> From<&'o Suppressed> for WireSuppressed<'o> {
    fn from(suppressed: &'o Suppressed) -> Self {
        let Suppressed { by, reason } = suppressed;
        Self { by: by.as_str(), reason }
    }
}

impl<'o> From<&'o Skipped> for WireSkipped<'o> {
    fn from(skipped: &'o Skipped) -> Self {
        let Skipped { file, reason } = skipped;
        Self { file, reason }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use crate::testing::{PLAIN, outcome, print};
    use crate::{Format, Options};

    /// The version changes with each release, and nothing else does.
    fn check(options: Options) -> String {
        print(Format::Json, &outcome(), options).replace(env!("CARGO_PKG_VERSION"), "<version>")
    }

    #[test]
    fn a_run_is_one_object() {
        assert_snapshot!(check(PLAIN));
    }

    #[test]
    fn questions_and_suppressed_findings_are_there_when_asked_for() {
        assert_snapshot!(check(Options { shows_suppressed: true, lists_undecided: true, ..PLAIN }));
    }
}
