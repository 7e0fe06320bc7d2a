//! SARIF 2.1.0, for code scanning and editors.
//!
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>; what GitHub reads of it:
//! <https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning>

use std::collections::BTreeMap;
use std::io::{self, Write};

use rustc_hash::FxHashMap;
use serde::Serialize;
use stackseal_engine::{
    Finding, Fix, Outcome, Related, Rule, RuleId, RunError, Severity, Subject, Suppressed,
    SuppressedBy, Undecided,
};
use stackseal_syntax::{Edit, FileId, Span};

use crate::Options;
use crate::places::Places;
use crate::uri::{is_absolute, uri};
use crate::wording::{message, reason};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// What relative paths are relative to; whoever reads the log knows where that is.
const ROOT: &str = "%SRCROOT%";

pub(crate) fn write(outcome: &Outcome, options: Options, out: &mut dyn Write) -> io::Result<()> {
    let places = Places::new(outcome);
    let log = Log { schema: SCHEMA, version: "2.1.0", runs: [Run::new(outcome, options, &places)] };
    serde_json::to_writer_pretty(&mut *out, &log)?;
    writeln!(out)
}

#[derive(Serialize)]
struct Log<'o> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'o>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'o> {
    tool: Tool,
    invocations: [Invocation; 1],
    column_kind: &'static str,
    results: Vec<Result<'o>>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    semantic_version: &'static str,
    information_uri: &'static str,
    rules: Vec<Descriptor>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    id: &'static str,
    short_description: Text<'static>,
    full_description: Text<'static>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help_uri: Option<&'static str>,
    help: Help,
    default_configuration: Configuration,
    properties: DescriptorProperties,
}

#[derive(Serialize)]
struct Text<'o> {
    text: &'o str,
}

#[derive(Serialize)]
struct Help {
    text: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    markdown: &'static str,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct DescriptorProperties {
    tags: [&'static str; 2],
    precision: &'static str,
    /// A number from 0 to 10 as text: GitHub sorts alerts by it.
    #[serde(rename = "security-severity")]
    security_severity: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_execution_notifications: Vec<Notification>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Notification {
    level: &'static str,
    message: OwnedText,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    locations: Vec<Location>,
    #[serde(skip_serializing_if = "Option::is_none")]
    associated_rule: Option<RuleReference>,
}

#[derive(Serialize)]
struct OwnedText {
    text: String,
}

#[derive(Serialize)]
struct RuleReference {
    id: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Result<'o> {
    rule_id: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'static str,
    message: OwnedText,
    locations: [Location; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    partial_fingerprints: Fingerprints<'o>,
    #[serde(skip_serializing_if = "Option::is_none")]
    suppressions: Option<[Suppression<'o>; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fixes: Option<[WireFix<'o>; 1]>,
    properties: ResultProperties<'o>,
}

#[derive(Serialize)]
struct Fingerprints<'o> {
    #[serde(rename = "stackseal/v1")]
    own: &'o str,
}

#[derive(Serialize)]
struct Suppression<'o> {
    kind: &'static str,
    justification: &'o str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireFix<'o> {
    description: OwnedText,
    artifact_changes: Vec<ArtifactChange<'o>>,
}

/// The edits of one file.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactChange<'o> {
    artifact_location: ArtifactLocation,
    replacements: Vec<Replacement<'o>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement<'o> {
    deleted_region: Region,
    inserted_content: Text<'o>,
}

#[derive(Serialize)]
struct ResultProperties<'o> {
    severity: &'static str,
    remediation: &'o str,
    #[serde(skip_serializing_if = "Option::is_none")]
    condition: Option<&'o str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    #[serde(rename = "physicalLocation")]
    physical: PhysicalLocation,
    #[serde(rename = "logicalLocations", skip_serializing_if = "Option::is_none")]
    logical: Option<[LogicalLocation; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<OwnedText>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactLocation {
    uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri_base_id: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    start_column: u32,
    end_line: u32,
    end_column: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogicalLocation {
    name: String,
    fully_qualified_name: String,
    kind: &'static str,
}

impl<'o> Run<'o> {
    fn new(outcome: &'o Outcome, options: Options, places: &Places<'_>) -> Self {
        let positions: FxHashMap<RuleId, usize> =
            outcome.rules.iter().enumerate().map(|(position, it)| (it.id, position)).collect();
        let errors = outcome.errors.iter().map(|it| Notification::of_error(it, places));
        let listed = if options.lists_undecided { outcome.undecided.as_slice() } else { &[] };
        let undecided = listed.iter().map(|it| Notification::of_undecided(it, places));
        Self {
            tool: Tool {
                driver: Driver {
                    name: "stackseal",
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    information_uri: env!("CARGO_PKG_REPOSITORY"),
                    rules: outcome.rules.iter().map(|it| Descriptor::new(it)).collect(),
                },
            },
            invocations: [Invocation {
                execution_successful: outcome.errors.is_empty(),
                tool_execution_notifications: errors.chain(undecided).collect(),
            }],
            column_kind: "unicodeCodePoints",
            results: options
                .shown(outcome)
                .into_iter()
                .map(|it| Result::new(it, positions.get(&it.rule.id).copied(), places))
                .collect(),
        }
    }
}

impl Descriptor {
    fn new(rule: &'static Rule) -> Self {
        Self {
            id: rule.id.as_str(),
            short_description: Text { text: rule.title },
            full_description: Text { text: rule.title },
            help_uri: (!rule.url.is_empty()).then_some(rule.url),
            help: Help { text: rule.remediation, markdown: explanation(rule.docs) },
            default_configuration: Configuration { level: level(rule.severity) },
            properties: DescriptorProperties {
                tags: ["security", rule.group.as_str()],
                precision: "very-high",
                security_severity: security_severity(rule.severity),
            },
        }
    }
}

/// The page of a rule up to what only matters to those who configure or change it.
fn explanation(page: &str) -> &str {
    let end = page.find("\n## Options").or_else(|| page.find("\n## Examples"));
    page.get(..end.unwrap_or(page.len())).unwrap_or(page).trim_end()
}

impl<'o> Result<'o> {
    fn new(finding: &'o Finding, rule_index: Option<usize>, places: &Places<'_>) -> Self {
        let location = Location {
            logical: finding.subject.as_ref().map(|it| [LogicalLocation::new(it)]),
            ..Location::new(finding.span, places)
        };
        let related =
            (1..).zip(&finding.related).map(|(id, it)| Location::of_related(id, it, places));
        Self {
            rule_id: finding.rule.id.as_str(),
            rule_index,
            level: level(finding.severity),
            message: OwnedText { text: message(finding).into_owned() },
            locations: [location],
            related_locations: related.collect(),
            partial_fingerprints: Fingerprints { own: &finding.fingerprint },
            suppressions: finding.suppressed.as_ref().map(|it| [Suppression::from(it)]),
            fixes: finding.fix.as_ref().map(|it| [WireFix::new(it, places)]),
            properties: ResultProperties {
                severity: finding.severity.as_str(),
                remediation: &finding.remediation,
                condition: finding.condition.as_deref(),
            },
        }
    }
}

impl<'o> From<&'o Suppressed> for Suppression<'o> {
    fn from(suppressed: &'o Suppressed) -> Self {
        let Suppressed { by, reason } = suppressed;
        let kind = match by {
            SuppressedBy::Comment | SuppressedBy::Metadata | SuppressedBy::Annotation => "inSource",
            SuppressedBy::Config | SuppressedBy::Baseline => "external",
        };
        Self { kind, justification: reason }
    }
}

impl<'o> WireFix<'o> {
    fn new(fix: &'o Fix, places: &Places<'_>) -> Self {
        let Fix { title, unsafe_because, edits } = fix;
        let text = match unsafe_because {
            None => title.clone(),
            Some(why) => format!("{title} (unsafe: {why})"),
        };
        let mut files: BTreeMap<FileId, Vec<&Edit>> = BTreeMap::new();
        for edit in edits {
            files.entry(edit.span.file).or_default().push(edit);
        }
        Self {
            description: OwnedText { text },
            artifact_changes: files.values().map(|it| ArtifactChange::new(it, places)).collect(),
        }
    }
}

impl<'o> ArtifactChange<'o> {
    fn new(edits: &[&'o Edit], places: &Places<'_>) -> Self {
        let path = edits.first().map_or("", |it| places.location(it.span).file);
        let replacement = |it: &&'o Edit| Replacement {
            deleted_region: Region::new(it.span, places),
            inserted_content: Text { text: &it.text },
        };
        Self {
            artifact_location: ArtifactLocation::new(path),
            replacements: edits.iter().map(replacement).collect(),
        }
    }
}

impl Region {
    fn new(span: Span, places: &Places<'_>) -> Self {
        let location = places.location(span);
        Self {
            start_line: location.start.line,
            start_column: location.start.column,
            end_line: location.end.line,
            end_column: location.end.column,
        }
    }
}

impl Notification {
    fn of_error(error: &RunError, places: &Places<'_>) -> Self {
        let RunError { file, span, message } = error;
        let whole_file = || {
            (!file.is_empty()).then(|| Location {
                id: None,
                physical: PhysicalLocation {
                    artifact_location: ArtifactLocation::new(file),
                    region: None,
                },
                logical: None,
                message: None,
            })
        };
        let location = span.map(|it| Location::new(it, places)).or_else(whole_file);
        Self {
            level: "error",
            message: OwnedText { text: message.clone() },
            locations: location.into_iter().collect(),
            associated_rule: None,
        }
    }

    /// A result is what was found; a question without an answer is news about the run.
    fn of_undecided(undecided: &Undecided, places: &Places<'_>) -> Self {
        Self {
            level: "note",
            message: OwnedText { text: format!("undecided: {}", reason(undecided)) },
            locations: vec![Location::new(undecided.span, places)],
            associated_rule: Some(RuleReference { id: undecided.rule.id.as_str() }),
        }
    }
}

impl Location {
    fn new(span: Span, places: &Places<'_>) -> Self {
        let location = places.location(span);
        Self {
            id: None,
            physical: PhysicalLocation {
                artifact_location: ArtifactLocation::new(location.file),
                region: Some(Region::new(span, places)),
            },
            logical: None,
            message: None,
        }
    }

    fn of_related(id: usize, related: &Related, places: &Places<'_>) -> Self {
        let Related { span, message } = related;
        let message = Some(OwnedText { text: message.clone() });
        Self { id: Some(id), message, ..Self::new(*span, places) }
    }
}

impl ArtifactLocation {
    fn new(path: &str) -> Self {
        Self { uri: uri(path), uri_base_id: (!is_absolute(path)).then_some(ROOT) }
    }
}

impl LogicalLocation {
    fn new(subject: &Subject) -> Self {
        let Subject { id, type_name } = subject;
        Self {
            name: id.clone(),
            fully_qualified_name: format!("{type_name}/{id}"),
            kind: "resource",
        }
    }
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Informational => "note",
    }
}

/// In the middle of the band that GitHub calls by the same name.
const fn security_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "2.0",
        Severity::Informational => "0.1",
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::explanation;
    use crate::testing::{PLAIN, outcome, print};
    use crate::{Format, Options};

    #[test]
    fn a_run_is_a_log() {
        let options = Options { shows_suppressed: true, lists_undecided: true, ..PLAIN };
        let log = print(Format::Sarif, &outcome(), options);
        assert_snapshot!(log.replace(env!("CARGO_PKG_VERSION"), "<version>"));
    }

    #[test]
    fn the_examples_of_a_page_stay_there() {
        let page = "# id\n\nWhat.\n\n## Why\n\nSo.\n\n## Options\n\nNone.\n\n## Examples\n";
        assert_eq!(explanation(page), "# id\n\nWhat.\n\n## Why\n\nSo.");
        assert_eq!(explanation("# id\n"), "# id");
    }
}
