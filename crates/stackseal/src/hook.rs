//! `stackseal hook`: the answer the deployed function would give, from files.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use stackseal_engine::{Pack, RunError};
use stackseal_hook::answer::ErrorCode;
use stackseal_hook::settings::SettingsError;
use stackseal_hook::{Answer, Settings, Step, begin_text};

use crate::arguments::HookArguments;
use crate::configuration::configured;
use crate::read::bounded;
use crate::{Failure, Io, Status};

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum HookError {
    /// A file is not readable.
    #[error("cannot read {}", path.display())]
    Read { path: PathBuf, source: io::Error },
    /// A file is not text.
    #[error("{} is not UTF-8", path.display())]
    Text { path: PathBuf },
    /// The environment is wrong.
    #[error("{}", texts(.0))]
    Settings(Vec<SettingsError>),
    /// Rules of the user's own are not readable.
    #[error("{}", unread(.0))]
    OwnRules(Vec<RunError>),
    /// The event is one of a stack or change set.
    #[error(
        "the event only says where its payload is: give the document it leads to by `--payload`"
    )]
    NoPayload,
    /// The event brings what the payload would.
    #[error("the event needs no payload: leave `--payload` out")]
    SurplusPayload,
}

pub(crate) fn run(
    arguments: &HookArguments,
    pack: &Pack,
    io: &mut Io<'_>,
) -> Result<Status, Failure> {
    let (configured, rules) = configured(arguments.config.as_deref(), &[], &io.folder, pack)?;
    let variable = |name: &str| (io.variable)(name).and_then(|it| it.into_string().ok());
    if !rules.unread.is_empty() {
        return Err(HookError::OwnRules(rules.unread).into());
    }
    let settings = Settings { pack: rules.pack, ..Settings::of(configured.configuration) }
        .with_variables(&variable)
        .map_err(HookError::Settings)?;
    let event = String::from_utf8(read(&arguments.event, io)?)
        .map_err(|_| HookError::Text { path: arguments.event.clone() })?;
    let answer = match (begin_text(&event, &settings, io.today), &arguments.payload) {
        (Step::Answer(answer), None) => answer,
        (Step::Answer(_), Some(_)) => return Err(HookError::SurplusPayload.into()),
        (Step::Fetch(pending), Some(path)) => pending.finish(&read(path, io)?),
        (Step::Fetch(_), None) => return Err(HookError::NoPayload.into()),
    };
    let status = status(&answer);
    let print = |source| Failure::Print { status, source };
    serde_json::to_writer_pretty(&mut *io.stdout, &answer).map_err(|it| print(it.into()))?;
    writeln!(io.stdout).map_err(print)?;
    Ok(status)
}

fn status(answer: &Answer) -> Status {
    match answer.error_code {
        None => Status::Clean,
        Some(ErrorCode::NonCompliant) => Status::Found,
        Some(ErrorCode::InternalFailure) => Status::Failed,
    }
}

/// The bytes of `path`, `-` for standard input.
fn read(path: &Path, io: &mut Io<'_>) -> Result<Vec<u8>, HookError> {
    let limits = stackseal_syntax::Limits::default();
    let bytes = if path == Path::new("-") {
        bounded(io.stdin, &limits)
    } else {
        fs::File::open(io.folder.join(path)).and_then(|mut it| bounded(&mut it, &limits))
    };
    bytes.map_err(|source| HookError::Read { path: path.to_owned(), source })
}

fn unread(errors: &[RunError]) -> String {
    errors.iter().map(|it| format!("{}: {}", it.file, it.message)).collect::<Vec<_>>().join("; ")
}

fn texts(errors: &[SettingsError]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
