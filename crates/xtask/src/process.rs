//! Other programs, run to their end.

use std::io::{self, Write as _};
use std::path::Path;
use std::process::{Command, ExitStatus, Output, Stdio};

use thiserror::Error;

/// Why another program was of no use.
#[derive(Debug, Error)]
pub(crate) enum ProcessError {
    /// It did not even start.
    #[error("cannot start `{line}`")]
    Start {
        /// The command line.
        line: String,
        /// What the system said.
        source: io::Error,
    },
    /// It ended with another status than success.
    #[error("`{line}` failed, {status}")]
    Failed {
        /// The command line.
        line: String,
        /// How it ended.
        status: ExitStatus,
    },
}

/// The cargo that runs us, in the workspace at `root`.
pub(crate) fn cargo(root: &Path, arguments: &[&str]) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(arguments).current_dir(root);
    command
}

/// Runs `command` on our own streams, and insists on success.
pub(crate) fn run(command: &mut Command) -> Result<(), ProcessError> {
    let status = command.status().map_err(|source| start(command, source))?;
    if status.success() { Ok(()) } else { Err(failed(command, status)) }
}

/// Runs `command`, keeping its standard output; how it ended is for the caller to judge.
pub(crate) fn capture(command: &mut Command) -> Result<Output, ProcessError> {
    command.stderr(Stdio::inherit()).output().map_err(|source| start(command, source))
}

/// Runs `command`, and insists on success; what it prints is shown only where that fails.
pub(crate) fn run_quietly(command: &mut Command) -> Result<(), ProcessError> {
    let output = command.output().map_err(|source| start(command, source))?;
    if output.status.success() {
        return Ok(());
    }
    // What cannot be shown is not worth another error: the status is.
    let mut stderr = io::stderr();
    let _ = stderr.write_all(&output.stdout).and_then(|()| stderr.write_all(&output.stderr));
    Err(failed(command, output.status))
}

/// The error of a `command` that ended with `status`.
pub(crate) fn failed(command: &Command, status: ExitStatus) -> ProcessError {
    ProcessError::Failed { line: line(command), status }
}

fn start(command: &Command, source: io::Error) -> ProcessError {
    ProcessError::Start { line: line(command), source }
}

/// The command line for people: without folders of the program, not quoted, cut where it is long.
fn line(command: &Command) -> String {
    const SHOWN: usize = 8;
    let arguments: Vec<_> = command.get_args().map(|it| it.to_string_lossy()).collect();
    let program = Path::new(command.get_program());
    let program = program.file_name().unwrap_or(program.as_os_str());
    let mut line = program.to_string_lossy().into_owned();
    for argument in arguments.iter().take(SHOWN) {
        line.push(' ');
        line.push_str(argument);
    }
    if arguments.len() > SHOWN {
        line.push_str(" …");
    }
    line
}
