//! The command line: arguments in, files read, a run, reports out.
//!
//! [`run`] is given the streams, the working folder and the environment, so that tests can drive it
//! in their own process. What is found and how it is printed is the work of other crates.

use std::error::Error;
use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, FromArgMatches as _};
pub use stackseal_engine::Date;
use stackseal_rules::PACK;

#[cfg(feature = "guard")]
use crate::arguments::GuardCommand;
use crate::arguments::{Arguments, Command};
use crate::configuration::ConfigurationError;

mod arguments;
mod baseline;
mod check;
mod colour;
mod completions;
mod configuration;
mod deployment;
mod explain;
mod fix;
#[cfg(feature = "guard")]
mod guard;
mod hook;
mod init;
mod man;
mod outputs;
mod progress;
mod read;
mod replace;
mod rules;
mod temporary;
mod walk;
mod whole;

/// What a run may touch of the world, beside the files it is told to read and write.
pub struct Io<'io> {
    /// Read when a path is `-`.
    pub stdin: &'io mut dyn Read,
    /// Takes reports.
    pub stdout: &'io mut (dyn Write + Send),
    /// Takes what is said about the run itself.
    pub stderr: &'io mut (dyn Write + Send),
    /// Paths are relative to this folder.
    pub folder: PathBuf,
    /// Suppressions end after a day.
    pub today: Date,
    /// The value of an environment variable.
    pub variable: &'io dyn Fn(&str) -> Option<OsString>,
    /// Colours are welcome in `stdout`.
    pub stdout_is_terminal: bool,
    /// How wide the terminal of `stdout` is, if it is one.
    pub stdout_columns: Option<usize>,
    /// Colours and a progress bar are welcome in `stderr`.
    pub stderr_is_terminal: bool,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Nothing was found that counts.
    Clean,
    /// At least one finding counts.
    Found,
    /// The run could not be trusted.
    Failed,
}

impl Status {
    /// The exit status of the process.
    pub const fn code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Found => 1,
            Self::Failed => 2,
        }
    }
}

/// Runs the command line `arguments`, the name of the program first.
pub fn run(arguments: impl IntoIterator<Item = OsString>, io: &mut Io<'_>) -> Status {
    let matches = match Arguments::command().try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(error) => return refuse(&error, io),
    };
    let arguments = match Arguments::from_arg_matches(&matches) {
        Ok(arguments) => arguments,
        Err(error) => return refuse(&error, io),
    };
    let is_coloured = colour::is_wanted(arguments.color, io.stdout_is_terminal, io.variable);
    let done = match &arguments.command {
        Command::Check(arguments) => {
            // How formats and files pair is a matter of their order, which only the matches know.
            let matches = matches.subcommand_matches("check").unwrap_or(&matches);
            check::run(arguments, matches, &PACK, is_coloured, io)
        }
        Command::Explain(arguments) => explain::run(arguments, &PACK, is_coloured, io),
        Command::Rules(arguments) => rules::run(arguments, &PACK, is_coloured, io),
        Command::Init(arguments) => init::run(arguments, &PACK, io),
        #[cfg(feature = "guard")]
        Command::Guard(arguments) => match &arguments.command {
            GuardCommand::Test(arguments) => guard::test(arguments, is_coloured, io),
        },
        Command::Hook(arguments) => hook::run(arguments, &PACK, io),
        Command::Completions(arguments) => completions::run(arguments, io.stdout),
        Command::Man => man::run(io.stdout),
    };
    let done = done.and_then(|status| match io.stdout.flush() {
        Ok(()) => Ok(status),
        Err(source) => Err(Failure::Print { status, source }),
    });
    match done {
        Ok(status) => status,
        // Whoever was reading has seen enough.
        Err(Failure::Print { status, source }) if source.kind() == io::ErrorKind::BrokenPipe => {
            status
        }
        Err(Failure::Configuration(ConfigurationError::Mistakes { text, mistakes })) => {
            let is_coloured =
                colour::is_wanted(arguments.color, io.stderr_is_terminal, io.variable);
            // As below.
            let _ = stackseal_report::write_mistakes(&text, &mistakes, is_coloured, io.stderr);
            Status::Failed
        }
        Err(failure) => {
            let is_coloured =
                colour::is_wanted(arguments.color, io.stderr_is_terminal, io.variable);
            let level = colour::error(is_coloured);
            // Nothing is left to do about a standard error that cannot be written to.
            let _ = writeln!(io.stderr, "{level}error{level:#}: {}", with_causes(&failure));
            Status::Failed
        }
    }
}

/// Why a command could not do its work.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Outputs(#[from] outputs::OutputsError),
    #[error(transparent)]
    Configuration(#[from] ConfigurationError),
    #[error(transparent)]
    Hook(#[from] hook::HookError),
    #[error(transparent)]
    Deployment(#[from] deployment::DeploymentError),
    #[error(transparent)]
    Settings(#[from] stackseal_engine::SettingsError),
    #[error("no rule is named `{word}`{}", nearest.map(|it| format!(", did you mean `{it}`?")).unwrap_or_default())]
    UnknownRule { word: String, nearest: Option<&'static str> },
    #[error("`--stdin-filename` names standard input, which is read for the path `-` only")]
    StdinName,
    #[error("`--unsafe-fixes` makes more fixes, with `--fix`, or shows more, with `--diff`")]
    UnsafeAlone,
    #[error("{name} is there already: nothing was written, `--force` replaces it")]
    Exists { name: &'static str },
    #[error("cannot write {}", path.display())]
    Write { path: PathBuf, source: io::Error },
    /// The work is done, and how it ended is known; only nobody can read it.
    #[error("cannot write to standard output")]
    Print { status: Status, source: io::Error },
}

impl Failure {
    /// For commands that cannot find anything.
    pub(crate) fn print(source: io::Error) -> Self {
        Self::Print { status: Status::Clean, source }
    }
}

/// Says what clap has to say: help, the version, or what is wrong with the arguments.
fn refuse(error: &clap::Error, io: &mut Io<'_>) -> Status {
    let is_asked_for = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    let (out, is_terminal, status): (&mut dyn Write, bool, Status) = if is_asked_for {
        (io.stdout, io.stdout_is_terminal, Status::Clean)
    } else {
        (io.stderr, io.stderr_is_terminal, Status::Failed)
    };
    let text = error.render();
    let is_coloured = colour::is_wanted(colour::Choice::Auto, is_terminal, io.variable);
    let text = if is_coloured { text.ansi().to_string() } else { text.to_string() };
    // A stream that is closed is no news to whoever closed it.
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    status
}

/// An error and what lies beneath it, in one line.
fn with_causes(error: &dyn Error) -> String {
    let causes = std::iter::successors(error.source(), |&it| it.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}
