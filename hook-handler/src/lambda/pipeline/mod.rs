//! The function as an invoke action of CodePipeline: it judges what the input artifact holds, and
//! reports the job as succeeded or failed. What it returns decides nothing.
//!
//! <https://docs.aws.amazon.com/codepipeline/latest/userguide/actions-invoke-lambda-function.html>

mod artifact;
mod gate;
mod request;

use std::time::SystemTime;

use aws_lambda_events::event::codepipeline_job::{CodePipelineJob, CodePipelineJobEvent};
use http::StatusCode;
use lambda_runtime::Diagnostic;
use serde::Serialize;
use stackseal_engine::Date;
use tokio::time::Instant;

use super::budget::Budget;
use super::client::{Client, Transport};
use super::environment::Environment;
use super::fetch::{FetchError, ask};
use super::{JudgingError, on_a_thread};

use self::gate::{Gate, UserParameters};
use self::request::{Signer, object_host, object_path};

pub(super) use self::request::credentials;

/// The most that is taken of an artifact, in bytes.
const MAX_ARTIFACT: usize = 64 << 20;
/// The most that is taken of the answer to a report.
const MAX_REPLY: usize = 64 << 10;

/// How a job ended, for the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct JobDone {
    job_id: String,
    outcome: &'static str,
    message: String,
}

/// Why nobody learns how a job ended.
#[derive(Debug, thiserror::Error)]
pub(super) enum JobError {
    #[error("the job has no id")]
    NoId,
    #[error("the function has no `AWS_REGION` or no credentials")]
    NoEnvironment,
    #[error("{0}")]
    Client(String),
    #[error("CodePipeline does not take the result of the job: {0}")]
    Report(FetchError),
}

impl From<JobError> for Diagnostic {
    fn from(error: JobError) -> Self {
        Self { error_type: "JobError".to_owned(), error_message: error.to_string() }
    }
}

/// How a job ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum JobResult {
    Success { summary: String },
    Failure { kind: FailureKind, message: String },
}

/// Why a job fails, in the words of the service.
///
/// <https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_FailureDetails.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) enum FailureKind {
    JobFailed,
    ConfigurationError,
    PermissionError,
    RevisionUnavailable,
    SystemUnavailable,
}

/// The job of an event, if it is one of CodePipeline. Only the whole shape makes it one: a property of
/// a resource may be called the same.
pub(super) fn job_of(event: &str) -> Option<CodePipelineJob> {
    let may_be = event.contains("\"CodePipeline.job\"");
    let read = || serde_json::from_str::<CodePipelineJobEvent>(event).ok();
    may_be.then(read).flatten().map(|it| it.code_pipeline_job)
}

/// Judges the artifacts of a job, and reports the result.
pub(super) async fn run(
    job: CodePipelineJob,
    environment: &Environment,
    budget: Budget,
    today: Date,
) -> Result<JobDone, JobError> {
    let job_id = job.id.clone().ok_or(JobError::NoId)?;
    let client = environment.client.as_ref().map_err(|it| JobError::Client(it.clone()))?;
    let region = environment.region.as_deref().ok_or(JobError::NoEnvironment)?;
    let own = environment.credentials.clone().ok_or(JobError::NoEnvironment)?;
    let result = judge(job, environment, client, region, budget, today).await;
    let signer = Signer { region, service: "codepipeline", credentials: own };
    report(client, &signer, &job_id, &result, budget.answered).await?;
    let (outcome, message) = match result {
        JobResult::Success { summary } => ("succeeded", summary),
        JobResult::Failure { kind: _, message } => ("failed", message),
    };
    Ok(JobDone { job_id, outcome, message })
}

async fn judge(
    job: CodePipelineJob,
    environment: &Environment,
    client: &Client,
    region: &str,
    budget: Budget,
    today: Date,
) -> JobResult {
    let failure = |kind, message: String| JobResult::Failure { kind, message };
    let settings = match &environment.settings {
        Ok(settings) => settings.clone(),
        Err(error) => {
            let message = format!("stackseal: the configuration is wrong: {error}");
            return failure(FailureKind::ConfigurationError, message);
        }
    };
    let parameters = job.data.action_configuration.configuration.user_parameters;
    let gate = match UserParameters::read(parameters.as_deref())
        .and_then(|it| Gate::new(settings, it, today))
    {
        Ok(gate) => gate,
        Err(error) => {
            let message = format!("stackseal: `UserParameters` are wrong: {error}");
            return failure(FailureKind::ConfigurationError, message);
        }
    };
    let given = job.data.artifact_credentials;
    let credentials = credentials(
        given.access_key_id.unwrap_or_default(),
        given.secret_access_key.unwrap_or_default(),
        given.session_token,
    );
    let signer = Signer { region, service: "s3", credentials };
    let mut artifacts = Vec::new();
    for artifact in job.data.input_artifacts {
        let name = artifact.name.unwrap_or_else(|| "artifact".to_owned());
        let place = artifact.location.s3_location;
        let (Some(bucket), Some(key)) = (place.bucket_name, place.object_key) else {
            let message = format!("stackseal: artifact `{name}` is not in S3");
            return failure(FailureKind::ConfigurationError, message);
        };
        match object(client, &signer, &bucket, &key, budget.fetched).await {
            Ok(bytes) => artifacts.push((name, bytes)),
            Err((kind, error)) => {
                let message = format!("stackseal: artifact `{name}` cannot be fetched: {error}");
                return failure(kind, message);
            }
        }
    }
    match on_a_thread(budget, move || gate.judge(&artifacts)).await {
        Ok(result) => result,
        Err(error @ (JudgingError::TimedOut | JudgingError::Panicked)) => {
            failure(FailureKind::JobFailed, format!("stackseal: {error}"))
        }
    }
}

/// The object `key` of `bucket`.
async fn object(
    transport: &impl Transport,
    signer: &Signer<'_>,
    bucket: &str,
    key: &str,
    deadline: Instant,
) -> Result<Vec<u8>, (FailureKind, String)> {
    let host = object_host(bucket, signer.region)
        .ok_or((FailureKind::ConfigurationError, "its bucket has no possible name".to_owned()))?;
    let path = object_path(bucket, key);
    let request = || signer.get(&host, &path, SystemTime::now());
    ask(transport, &host, MAX_ARTIFACT, deadline, request).await.map_err(|error| {
        let kind = match error.status() {
            Some(StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED) => FailureKind::PermissionError,
            Some(StatusCode::NOT_FOUND) => FailureKind::RevisionUnavailable,
            Some(_) | None => FailureKind::SystemUnavailable,
        };
        (kind, error.to_string())
    })
}

/// <https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_PutJobSuccessResult.html>
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SuccessResult<'r> {
    job_id: &'r str,
    execution_details: ExecutionDetails<'r>,
}

#[derive(Serialize)]
struct ExecutionDetails<'r> {
    summary: &'r str,
}

/// <https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_PutJobFailureResult.html>
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FailureResult<'r> {
    job_id: &'r str,
    failure_details: FailureDetails<'r>,
}

#[derive(Serialize)]
struct FailureDetails<'r> {
    #[serde(rename = "type")]
    kind: FailureKind,
    message: &'r str,
}

async fn report(
    transport: &impl Transport,
    signer: &Signer<'_>,
    job_id: &str,
    result: &JobResult,
    deadline: Instant,
) -> Result<(), JobError> {
    let (target, body) = match result {
        JobResult::Success { summary } => {
            let body = SuccessResult { job_id, execution_details: ExecutionDetails { summary } };
            ("PutJobSuccessResult", serde_json::to_vec(&body))
        }
        JobResult::Failure { kind, message } => {
            let failure_details = FailureDetails { kind: *kind, message };
            ("PutJobFailureResult", serde_json::to_vec(&FailureResult { job_id, failure_details }))
        }
    };
    let body = body.map_err(|it| JobError::Client(it.to_string()))?;
    let host = request::service_host("codepipeline", signer.region);
    let request = || signer.call(&host, target, body.clone(), SystemTime::now());
    ask(transport, &host, MAX_REPLY, deadline, request).await.map(drop).map_err(JobError::Report)
}
