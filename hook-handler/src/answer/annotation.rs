//! Annotations: what each rule says that had something to look at.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Annotation.html>

use std::cmp::Reverse;

use serde::Serialize;
use stackseal_engine::Severity;

use crate::judge::{RuleVerdict, Verdict};
use crate::text::{count, cut, one_line};

/// What a rule says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Annotation {
    /// The id of the rule; 1 to 1024 characters.
    pub annotation_name: String,
    /// Whether it is kept.
    pub status: AnnotationStatus,
    /// What is wrong, or why that is not decided; up to 16,384 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_message: Option<String>,
    /// How to mend it; up to 16,384 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remediation_message: Option<String>,
    /// Where to read on; up to 5,120 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remediation_link: Option<String>,
    /// How bad it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity_level: Option<Level>,
}

/// Whether a rule is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum AnnotationStatus {
    /// It is not.
    Failed,
    /// That is not decided.
    Skipped,
    /// It is.
    Passed,
}

/// How bad it is where a rule is not kept, in the words of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
#[expect(missing_docs, reason = "there is nothing to say that the words do not")]
pub enum Level {
    Informational,
    Low,
    Medium,
    High,
    Critical,
}

/// Annotations of an answer. The service publishes no number; there are fewer rules than this.
const MAX_ANNOTATIONS: usize = 100;
/// A quarter of what is allowed, so that all of them stay well within the size of an answer.
const MAX_TEXT: usize = 4096;
const MAX_LINK: usize = 5120;
/// The ids of our own rules are short; those of others may be anything.
const MAX_NAME: usize = 1024;

/// The annotations of a verdict: what fails first, the worst of it first.
pub(super) fn all(verdict: &Verdict) -> Vec<Annotation> {
    let mut rules: Vec<(&RuleVerdict, AnnotationStatus, Severity)> =
        verdict.rules.values().map(|it| (it, status(it), severity(it))).collect();
    rules.sort_by_key(|(it, status, severity)| (*status, Reverse(*severity), it.rule.id));
    let is_cut = rules.len() > MAX_ANNOTATIONS;
    let shown = if is_cut { MAX_ANNOTATIONS - 1 } else { rules.len() };
    let mut annotations: Vec<Annotation> =
        rules.iter().take(shown).map(|(it, status, level)| of_rule(it, *status, *level)).collect();
    if is_cut {
        let message = format!("{} left out", count(rules.len() - shown, "annotation"));
        annotations.push(Annotation {
            annotation_name: "stackseal".to_owned(),
            status: AnnotationStatus::Skipped,
            status_message: Some(message),
            remediation_message: None,
            remediation_link: None,
            severity_level: None,
        });
    }
    annotations
}

fn status(it: &RuleVerdict) -> AnnotationStatus {
    if !it.findings.is_empty() {
        AnnotationStatus::Failed
    } else if !it.open.is_empty() {
        AnnotationStatus::Skipped
    } else {
        AnnotationStatus::Passed
    }
}

fn severity(it: &RuleVerdict) -> Severity {
    it.findings.iter().map(|it| it.severity).max().unwrap_or(it.rule.severity)
}

fn of_rule(it: &RuleVerdict, status: AnnotationStatus, severity: Severity) -> Annotation {
    let RuleVerdict { rule, findings, open } = it;
    let (status_message, remediation_message) = match status {
        AnnotationStatus::Failed => {
            let messages = findings.iter().map(|it| {
                let was = if it.is_old { " (was there before)" } else { "" };
                format!("{}{was}", it.message)
            });
            let remediations = distinct(findings.iter().map(|it| it.remediation.clone()));
            let remediation = cut(&remediations.join("; "), MAX_TEXT);
            (numbered(messages, "finding"), (!remediation.is_empty()).then_some(remediation))
        }
        AnnotationStatus::Skipped => {
            let reasons = open.iter().map(|it| match &it.subject {
                Some(subject) => format!("`{}`: {}", subject.id, it.reason),
                None => it.reason.clone(),
            });
            (numbered(reasons, "open question"), None)
        }
        AnnotationStatus::Passed => (None, None),
    };
    let is_link = rule.url.starts_with("https://") && rule.url.len() <= MAX_LINK;
    let has_more = is_link && status != AnnotationStatus::Passed;
    Annotation {
        annotation_name: cut(&one_line(rule.id.as_str()), MAX_NAME),
        status,
        status_message,
        remediation_message,
        remediation_link: has_more.then(|| rule.url.to_owned()),
        severity_level: Some(Level::of(severity)),
    }
}

/// Texts one after the other, with their number before them if there are several: tools show the
/// start only.
fn numbered(texts: impl Iterator<Item = String>, noun: &str) -> Option<String> {
    let texts = distinct(texts);
    let joined = texts.join("; ");
    match texts.len() {
        0 => None,
        1 => Some(cut(&joined, MAX_TEXT)),
        number => Some(cut(&format!("{}: {joined}", count(number, noun)), MAX_TEXT)),
    }
}

/// What is said twice is said once.
fn distinct(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for text in texts.map(|it| one_line(&it)).filter(|it| !it.is_empty()) {
        if !kept.contains(&text) {
            kept.push(text);
        }
    }
    kept
}

impl Level {
    fn of(severity: Severity) -> Self {
        match severity {
            Severity::Informational => Self::Informational,
            Severity::Low => Self::Low,
            Severity::Medium => Self::Medium,
            Severity::High => Self::High,
            Severity::Critical => Self::Critical,
        }
    }
}
