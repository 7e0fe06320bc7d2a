//! The answer of a hook, within every length that is published for it.
//!
//! <https://docs.aws.amazon.com/cloudformation-cli/latest/hooks-userguide/lambda-hooks-create-lambda-function.html>
//! and <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Annotation.html>

mod annotation;
mod message;

use serde::Serialize;

use crate::judge::Verdict;
use crate::settings::Settings;
use crate::text::{cut, one_line};

use self::message::{Parts, passed, unjudged, violated};

pub use annotation::{Annotation, AnnotationStatus, Level};

/// What the service is told. Fields that say nothing are left out, never null.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    /// Whether it may go on.
    pub hook_status: HookStatus,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_code: Option<ErrorCode>,
    /// The verdict in words, the worst first.
    pub message: String,
    /// The token of the event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_request_token: Option<String>,
    /// What each rule says.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub annotations: Vec<Annotation>,
}

/// Whether it may go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum HookStatus {
    /// It may.
    Success,
    /// It may not, unless the hook only warns.
    Failed,
}

/// Why it may not go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum ErrorCode {
    /// A rule forbids it.
    NonCompliant,
    /// It could not be judged.
    InternalFailure,
}

impl HookStatus {
    /// As the service has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Success => "SUCCESS",
            Self::Failed => "FAILED",
        }
    }
}

impl ErrorCode {
    /// As the service has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NonCompliant => "NonCompliant",
            Self::InternalFailure => "InternalFailure",
        }
    }
}

/// How long a message may be, by who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Limit {
    CloudFormation,
    CloudControl,
}

impl Limit {
    const fn length(self) -> usize {
        match self {
            Self::CloudFormation => 4096,
            Self::CloudControl => 1024,
        }
    }
}

/// What an answer is about.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Subject<'s> {
    Resource { type_name: &'s str, logical_id: Option<&'s str> },
    Stack(&'s str),
    ChangeSet(&'s str),
    Unknown,
}

/// A name in a message. The service's own are shorter; what an event says may be anything.
const MAX_NAME: usize = 80;

impl Subject<'_> {
    pub(crate) fn words(self) -> String {
        let name = |it: &str| cut(&one_line(it), MAX_NAME);
        match self {
            Self::Resource { type_name, logical_id: Some(id) } => {
                format!("`{}` ({})", name(id), name(type_name))
            }
            Self::Resource { type_name, logical_id: None } => format!("`{}`", name(type_name)),
            Self::Stack(stack) => format!("stack `{}`", name(stack)),
            Self::ChangeSet(stack) => format!("the change set of stack `{}`", name(stack)),
            Self::Unknown => "this event".to_owned(),
        }
    }
}

impl Answer {
    /// The answer a verdict amounts to.
    pub(crate) fn of(
        subject: Subject<'_>,
        verdict: &Verdict,
        settings: &Settings,
        limit: Limit,
        token: Option<String>,
    ) -> Self {
        let parts = Parts::of(verdict, settings);
        let (subject, limit) = (subject.words(), limit.length());
        let (hook_status, error_code, message) = if !parts.blocking.is_empty() {
            let message = violated(&subject, verdict, &parts, limit);
            (HookStatus::Failed, Some(ErrorCode::NonCompliant), message)
        } else if let Some((error, others)) = verdict.errors.split_first() {
            let message = unjudged(&subject, error, others.len(), limit);
            (HookStatus::Failed, Some(ErrorCode::InternalFailure), message)
        } else {
            (HookStatus::Success, None, passed(&subject, verdict, &parts, settings, limit))
        };
        let annotations = annotation::all(verdict);
        Self { hook_status, error_code, message, client_request_token: token, annotations }
    }

    /// The answer where nothing could be judged.
    pub(crate) fn failure(subject: Subject<'_>, reason: &str, token: Option<String>) -> Self {
        // The shorter of the limits: without an event nobody knows who asks.
        let message = unjudged(&subject.words(), reason, 0, Limit::CloudControl.length());
        let (hook_status, error_code) = (HookStatus::Failed, Some(ErrorCode::InternalFailure));
        let annotations = Vec::new();
        Self { hook_status, error_code, message, client_request_token: token, annotations }
    }

    /// The answer where nothing is to be judged.
    pub(crate) fn waved_through(message: &str, token: Option<String>) -> Self {
        Self {
            hook_status: HookStatus::Success,
            error_code: None,
            message: cut(&one_line(message), Limit::CloudControl.length()),
            client_request_token: token,
            annotations: Vec::new(),
        }
    }

    /// The answer to a deletion.
    pub(crate) fn deletion(subject: Subject<'_>, token: Option<String>) -> Self {
        let message = format!("stackseal: deleting {} is not judged", subject.words());
        Self::waved_through(&message, token)
    }
}
