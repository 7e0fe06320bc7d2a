//! What the files of artifacts amount to: a job that succeeds or fails.

use std::sync::Arc;

use serde::Deserialize;
use stackseal_engine::{Date, Finding, Input, InputFile, Outcome, RunError, Wildcards};
use stackseal_syntax::{FileId, LineIndex, Source};

use crate::settings::Settings;
use crate::text::{count, cut, error_line, length, one_line};

use super::artifact::files;
use super::{FailureKind, JobResult};

/// What the action is configured with: JSON in `UserParameters`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct UserParameters {
    /// The files judged, with `*` for any text; all that we know how to judge unless given.
    #[serde(default)]
    templates: Vec<String>,
    /// The least severity that fails the job.
    minimum_severity: Option<String>,
}

impl UserParameters {
    /// Reads the text of the action; none, or an empty one, asks for nothing.
    pub(super) fn read(text: Option<&str>) -> Result<Self, String> {
        match text.map(str::trim).filter(|it| !it.is_empty()) {
            None => Ok(Self::default()),
            Some(text) => serde_json::from_str(text).map_err(|it| it.to_string()),
        }
    }
}

/// What judges the files of artifacts.
pub(super) struct Gate {
    settings: Settings,
    templates: Wildcards,
    today: Date,
}

/// The longest message of a failure.
const MAX_MESSAGE: usize = 5000;
/// The longest summary of a success.
const MAX_SUMMARY: usize = 2048;

impl Gate {
    pub(super) fn new(
        mut settings: Settings,
        parameters: UserParameters,
        today: Date,
    ) -> Result<Self, String> {
        let UserParameters { templates, minimum_severity } = parameters;
        if let Some(word) = minimum_severity {
            settings.set_severity("minimumSeverity", word.trim()).map_err(|it| it.to_string())?;
        }
        Ok(Self { settings, templates: templates.into_iter().collect(), today })
    }

    /// Judges the files of all `artifacts` as one set.
    pub(super) fn judge(&self, artifacts: &[(String, Vec<u8>)]) -> JobResult {
        let failure =
            |kind, message: &str| JobResult::Failure { kind, message: cut(message, MAX_MESSAGE) };
        let mut input = Input::default();
        for (name, bytes) in artifacts {
            let files = match files(bytes) {
                Ok(files) => files,
                Err(error) => {
                    let message = format!("stackseal: artifact `{name}` cannot be read: {error}");
                    return failure(FailureKind::JobFailed, &message);
                }
            };
            for (path, content) in files {
                let is_named = self.templates.matches(&path);
                if is_named || self.templates.is_empty() {
                    add(&mut input, path, content, is_named);
                }
            }
        }
        let run = self.settings.run(self.today);
        match stackseal_engine::check(input, &self.settings.pack, &run, &|_| ()) {
            Ok(outcome) => self.result(&outcome),
            Err(error) => failure(FailureKind::ConfigurationError, &format!("stackseal: {error}")),
        }
    }

    fn result(&self, outcome: &Outcome) -> JobResult {
        let counts = |it: &&Finding| self.settings.fail_on.counts(it.severity);
        let mut blocking: Vec<&Finding> = outcome.findings.iter().filter(counts).collect();
        blocking.sort_by_key(|it| std::cmp::Reverse(it.severity));
        let others = outcome.findings.len() - blocking.len();
        let files = count(outcome.files, "file");
        if !blocking.is_empty() || !outcome.errors.is_empty() {
            let findings = count(blocking.len(), "finding");
            let mut message = format!("stackseal: {findings} in {files}");
            if !outcome.errors.is_empty() {
                message += &[", ", &count(outcome.errors.len(), "error")].concat();
            }
            let errors = outcome.errors.iter().map(|it| {
                let line = format!("error: {}", error_line(it, outcome));
                cut(&one_line(&line), MAX_LINE)
            });
            let lines: Vec<String> =
                blocking.iter().map(|it| finding_line(it, outcome)).chain(errors).collect();
            let message = with_lines(message, &lines, MAX_MESSAGE);
            return JobResult::Failure { kind: FailureKind::JobFailed, message };
        }
        if outcome.files == 0 {
            // A gate that saw nothing has not been passed.
            let message = "stackseal: the artifacts hold nothing that can be judged: see `templates` in `UserParameters`";
            let message = message.to_owned();
            return JobResult::Failure { kind: FailureKind::ConfigurationError, message };
        }
        let rest = match others {
            0 => String::new(),
            others => format!(", {} below what fails the job", count(others, "finding")),
        };
        let summary = format!("stackseal: nothing in {files} fails the job{rest}");
        JobResult::Success { summary: cut(&summary, MAX_SUMMARY) }
    }
}

fn add(input: &mut Input, path: String, content: Vec<u8>, is_named: bool) {
    let id = FileId(u32::try_from(input.files.len()).unwrap_or(u32::MAX));
    match Source::from_bytes(id, path.clone(), content) {
        Ok(source) => input.files.push(InputFile { source: Arc::new(source), is_named }),
        // What was not named and is no text is none of ours.
        Err(_) if !is_named => (),
        Err(error) => {
            input.errors.push(RunError { file: path, span: None, message: error.to_string() });
        }
    }
}

/// `head`, and of `lines` as many as fit.
fn with_lines(head: String, lines: &[String], limit: usize) -> String {
    let mut message = head;
    for (index, line) in lines.iter().enumerate() {
        let rest = format!("\nand {} more", lines.len() - index);
        if length(&message) + length(line) + 1 + length(&rest) > limit {
            message.push_str(&rest);
            break;
        }
        message.push('\n');
        message.push_str(line);
    }
    cut(&message, limit)
}

/// The longest line about one thing.
const MAX_LINE: usize = 500;

/// `db.yaml:5:25: high: `Orders` turns storage encryption off [rds-storage-encrypted]`
fn finding_line(finding: &Finding, outcome: &Outcome) -> String {
    let Finding { rule, severity, span, message, condition, .. } = finding;
    let place = outcome.source(span.file).map(|source| {
        let place = LineIndex::new(&source.text).place(&source.text, span.start);
        format!("{}:{}:{}", source.path, place.line, place.column)
    });
    let condition = condition.as_ref().map_or_else(String::new, |it| format!(", {it}"));
    let place = place.unwrap_or_default();
    cut(&one_line(&format!("{place}: {severity}: {message}{condition} [{}]", rule.id)), MAX_LINE)
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write as _};

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn zip(files: &[(&str, &str)]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in files {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(text.as_bytes()).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn judge(parameters: &str, artifact: Vec<u8>) -> JobResult {
        let today = Date::from_unix_days(20_000);
        let parameters = UserParameters::read(Some(parameters)).unwrap();
        let gate = Gate::new(Settings::default(), parameters, today).unwrap();
        gate.judge(&[("Build".to_owned(), artifact)])
    }

    const UNSEALED: &str = "Resources:\n  Orders:\n    Type: AWS::RDS::DBInstance\n    Properties:\n      StorageEncrypted: false\n      ManageMasterUserPassword: true\n";
    const SEALED: &str = "Resources:\n  Orders:\n    Type: AWS::SNS::Topic\n";

    #[test]
    fn a_finding_fails_the_job_with_its_place() {
        let artifact = zip(&[("infra/db.yaml", UNSEALED), ("README.md", "Resources")]);
        let JobResult::Failure { kind, message } = judge("", artifact) else { panic!("passed") };
        assert_eq!(kind, FailureKind::JobFailed);
        let expected = "stackseal: 1 finding in 1 file\ninfra/db.yaml:5:25: high: `Orders` turns storage encryption off";
        assert!(message.starts_with(expected), "{message}");
    }

    #[test]
    fn what_is_not_asked_for_is_not_judged() {
        let artifact = || zip(&[("infra/db.yaml", UNSEALED), ("app/topic.yaml", SEALED)]);
        let passed = judge(r#"{"templates": ["app/*"]}"#, artifact());
        assert!(matches!(passed, JobResult::Success { .. }), "{passed:?}");
        let passed = judge(r#"{"minimumSeverity": "critical"}"#, artifact());
        assert!(matches!(passed, JobResult::Success { .. }), "{passed:?}");
    }

    #[test]
    fn a_gate_that_saw_nothing_is_not_passed() {
        let nothing = judge("", zip(&[("README.md", "x")]));
        assert!(matches!(
            nothing,
            JobResult::Failure { kind: FailureKind::ConfigurationError, .. }
        ));
        for broken in [b"no zip".to_vec(), Vec::new()] {
            let broken = judge("", broken);
            assert!(matches!(broken, JobResult::Failure { kind: FailureKind::JobFailed, .. }));
        }
        let mut damaged = zip(&[("infra/db.yaml", UNSEALED)]);
        for byte in damaged.iter_mut().skip(50).take(20) {
            *byte ^= 0xff;
        }
        assert!(matches!(judge("", damaged), JobResult::Failure { .. }));
        let unreadable =
            judge("", zip(&[("a.yaml", "Resources: {A: {Type: 'AWS::SNS::Topic'}}}")]));
        assert!(matches!(unreadable, JobResult::Failure { .. }), "{unreadable:?}");
    }

    #[test]
    fn a_message_has_an_end() {
        let many: Vec<(String, &str)> =
            (0..200).map(|it| (format!("infra/a-rather-long-name-{it}.yaml"), UNSEALED)).collect();
        let many: Vec<(&str, &str)> = many.iter().map(|it| (it.0.as_str(), it.1)).collect();
        let JobResult::Failure { message, .. } = judge("", zip(&many)) else { panic!("passed") };
        assert!(length(&message) <= MAX_MESSAGE);
        assert!(message.contains("\nand 1"), "{message}");
    }

    #[test]
    fn unknown_parameters_are_refused() {
        for text in ["{\"template\": \"x\"}", "x", "[]"] {
            assert!(UserParameters::read(Some(text)).is_err(), "{text}");
        }
        let parameters = UserParameters::read(Some("{\"minimumSeverity\": \"huge\"}")).unwrap();
        assert!(Gate::new(Settings::default(), parameters, Date::from_unix_days(0)).is_err());
    }
}
