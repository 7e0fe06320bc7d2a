//! The function around the library: the runtime, logs, and what an event needs fetched.

mod budget;
mod client;
mod environment;
mod fetch;
mod location;
mod log;
mod own_rules;
mod pipeline;
mod proxy;
#[cfg(feature = "guard")]
mod rules_files;

use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde::Serialize;
use serde_json::value::RawValue;
use stackseal_engine::Date;
use tokio::task::spawn_blocking;
use tokio::time::timeout_at;

use crate::answer::{Answer, ErrorCode};
use crate::steps::{Step, begin_text, refuse_all};

use self::budget::Budget;
use self::environment::Environment;
use self::fetch::fetch;

pub use log::start as start_log;

/// Answers events until the environment is taken away. `variable` gives the value of a variable.
///
/// # Errors
///
/// Those of the runtime.
pub async fn serve(variable: &dyn Fn(&str) -> Option<String>) -> Result<(), Error> {
    let environment = &Arc::new(Environment::read(variable));
    // As it came: what is no JSON for us would be answered by the runtime, and not as a hook answers.
    let handler = |event: LambdaEvent<Box<RawValue>>| async move {
        let (event, context) = event.into_parts();
        let (deadline, now) = (context.deadline(), SystemTime::now());
        let started = Instant::now();
        let reply = if let Some(job) = pipeline::job_of(event.get()) {
            let budget = Budget::of_job(deadline, now);
            Reply::Job(pipeline::run(job, environment, budget, today()).await?)
        } else {
            let budget = Budget::of(deadline, now);
            Reply::Hook(answer(Arc::from(event.get()), environment, budget).await)
        };
        let took_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        match &reply {
            Reply::Hook(Answer { hook_status, error_code, annotations, .. }) => {
                // An alarm looks for the code under this name.
                let error = error_code.map(ErrorCode::as_str);
                let (status, annotations) = (hook_status.as_str(), annotations.len());
                tracing::info!(status, error, annotations, took_ms, "answered");
            }
            Reply::Job(done) => tracing::info!(?done, took_ms, "judged a job"),
        }
        Ok::<Reply, pipeline::JobError>(reply)
    };
    run(service_fn(handler)).await
}

/// What the function returns.
#[derive(Serialize)]
#[serde(untagged)]
enum Reply {
    Hook(Answer),
    Job(pipeline::JobDone),
}

/// The answer to `event`, within `budget` whatever happens.
async fn answer(event: Arc<str>, environment: &Arc<Environment>, budget: Budget) -> Answer {
    let text = Arc::clone(&event);
    let held = Arc::clone(environment);
    let first = on_a_thread(budget, move || match &held.settings {
        Ok(settings) => begin_text(&text, settings, today()),
        Err(error) => {
            Step::Answer(refuse_all(&text, &format!("the configuration is wrong: {error}")))
        }
    });
    let pending = match first.await {
        Ok(Step::Answer(answer)) => return answer,
        Ok(Step::Fetch(pending)) => pending,
        Err(error) => return refuse_all(&event, &error.to_string()),
    };
    let region = environment.region.clone();
    let region = region.or_else(|| pending.event().stack.as_ref()?.region.clone());
    let url = pending.url().expose();
    let fetched = match &environment.client {
        Ok(client) => fetch(client, url, region.as_deref(), budget.fetched).await,
        Err(error) => return pending.fail(error),
    };
    let document = match fetched {
        Ok(document) => document,
        Err(error) => return pending.fail(&format!("its payload cannot be fetched: {error}")),
    };
    match on_a_thread(budget, move || pending.finish(&document)).await {
        Ok(answer) => answer,
        Err(error) => refuse_all(&event, &error.to_string()),
    }
}

/// Why something was not judged to the end.
#[derive(Clone, Copy, Debug, thiserror::Error)]
enum JudgingError {
    #[error("judging takes too long")]
    TimedOut,
    #[error("an internal error, please report it")]
    Panicked,
}

/// Judges away from the thread that keeps the time: what takes too long or panics costs one answer.
async fn on_a_thread<T: Send + 'static>(
    budget: Budget,
    judge: impl FnOnce() -> T + Send + 'static,
) -> Result<T, JudgingError> {
    match timeout_at(budget.judged, spawn_blocking(judge)).await {
        Ok(Ok(judged)) => Ok(judged),
        Ok(Err(_)) => Err(JudgingError::Panicked),
        Err(_) => Err(JudgingError::TimedOut),
    }
}

fn today() -> Date {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Date::from_unix_days(since.as_secs() / (24 * 60 * 60))
}
