//! The function side by side with the same function by the `cfn-guard` crate, and with one that does
//! nothing: from its start to its first poll of the runtime's API, the size of its zip, and its answers.
//!
//! The functions take turns, and what counts is the ratio within a turn: whatever else a machine does
//! slows all of them. What Lambda takes before a start is the same for all.

use std::io::{self, BufRead as _, BufReader, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use thiserror::Error;

use super::table::{self, Measured};
use crate::files::{self, FileError};
use crate::package::{self, ArchiveError};
use crate::process::{self, ProcessError};

/// The package of what the hook is measured against.
const BENCH: &str = "stackseal-hook-bench";

/// Where the programs are kept, as seen from the root of the workspace.
const FOLDER: &str = "target/bench-hook";

/// How often each program is started.
const STARTS: usize = 100;

/// The functions whose answers are measured, in the order in which the bench of answers prints them.
const ANSWERING: [&str; 3] = ["nothing", "stackseal", "cfn-guard"];

/// Why there is nothing to compare.
#[derive(Debug, Error)]
pub(crate) enum HookBenchError {
    /// A file or folder is of no use.
    #[error(transparent)]
    File(#[from] FileError),
    /// A program it takes failed.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// The runtime's API could not be stood in for.
    #[error("cannot listen for a function")]
    Listen(#[source] io::Error),
    /// A function did not start, or did not poll.
    #[error("`{name}` does not poll the runtime's API")]
    Start {
        /// Which.
        name: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// A binary could not be zipped.
    #[error("cannot make a zip of `{name}`")]
    Archive {
        /// Which.
        name: &'static str,
        /// Why.
        source: ArchiveError,
    },
    /// The bench of answers said something else than expected.
    #[error("cannot read `{line}` of the bench of answers")]
    Line {
        /// What it said.
        line: String,
    },
    /// What was measured could not be told.
    #[error("cannot write what was measured")]
    Show(#[source] io::Error),
}

/// A function as it would be deployed.
struct Program {
    name: &'static str,
    path: PathBuf,
    /// Its configuration, if it has one.
    config: Option<PathBuf>,
}

/// Measures, and tells.
pub(crate) fn run(root: &Path, out: &mut dyn Write) -> Result<(), HookBenchError> {
    let programs = build(root)?;
    let starts = starts(&programs)?;
    table::write(out, "start to first poll, ms", &starts).map_err(HookBenchError::Show)?;
    let without_config = programs.iter().filter(|it| it.config.is_none());
    let zips = without_config.map(zip).collect::<Result<Vec<_>, _>>()?;
    table::write(out, "zip, MB", &zips).map_err(HookBenchError::Show)?;
    let warm = process::capture(&mut Command::new(root.join("target/hook/warm")))?;
    let said = String::from_utf8_lossy(&warm.stdout);
    for (what, title) in [
        ("resource", "answer to an event about a resource, µs"),
        ("stack", "answer to an event about a stack of 500 resources, µs"),
    ] {
        table::write(out, title, &answers(&said, what)?).map_err(HookBenchError::Show)?;
    }
    Ok(())
}

/// Builds what is compared, by the profile of what is deployed.
fn build(root: &Path) -> Result<Vec<Program>, HookBenchError> {
    let keep = |name: &'static str, binary: &str| {
        let path = root.join(FOLDER).join(name);
        files::copy(&root.join("target/hook").join(binary), &path)?;
        Ok::<_, HookBenchError>(Program { name, path, config: None })
    };
    let options = ["build", "--locked", "--profile", package::PROFILE, "--package"];
    let cargo = |more: &[&str]| process::run(process::cargo(root, &options).args(more));
    // Each by itself: what is built together shares the features of its dependencies.
    cargo(&[
        package::HOOK,
        "--bin",
        package::BINARY,
        "--no-default-features",
        "--features=lambda",
    ])?;
    let without_guard = keep("stackseal without Guard", package::BINARY)?;
    cargo(&[package::HOOK, "--bin", package::BINARY])?;
    let hook = keep("stackseal", package::BINARY)?;
    cargo(&[BENCH, "--bins"])?;
    let config = root.join(FOLDER).join("stackseal.yaml");
    files::write(&config, "guard: [../../hook-handler/bench/rules.guard]\n")?;
    let (name, path) = ("stackseal with 47 Guard rules", hook.path.clone());
    let with_rules = Program { name, path, config: Some(config) };
    let nothing = keep("nothing", "nothing")?;
    Ok(vec![nothing, hook, without_guard, with_rules, keep("cfn-guard", "guard")?])
}

/// The times of each program from its start to its first poll, in milliseconds.
fn starts(programs: &[Program]) -> Result<Vec<Measured>, HookBenchError> {
    let listener = TcpListener::bind("127.0.0.1:0").map_err(HookBenchError::Listen)?;
    let address = listener.local_addr().map_err(HookBenchError::Listen)?.to_string();
    let mut starts: Vec<Measured> =
        programs.iter().map(|it| Measured { name: it.name, turns: Vec::new() }).collect();
    for _ in 0..STARTS {
        for (measured, program) in starts.iter_mut().zip(programs) {
            let millis = first_poll(program, &listener, &address)
                .map_err(|source| HookBenchError::Start { name: program.name, source })?;
            measured.turns.push(millis);
        }
    }
    Ok(starts)
}

/// Starts `program` with `listener` as the API of its runtime, until it asks for work.
fn first_poll(program: &Program, listener: &TcpListener, address: &str) -> io::Result<f64> {
    let config = program.config.iter().map(|it| ("STACKSEAL_CONFIG", it));
    let started = Instant::now();
    let mut child = Command::new(&program.path)
        .env_clear()
        .envs(config)
        .env("AWS_LAMBDA_FUNCTION_NAME", "stackseal-hook")
        .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512")
        .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
        .env("AWS_LAMBDA_RUNTIME_API", address)
        .env("AWS_REGION", "eu-west-1")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let polled = listener.accept().and_then(|(stream, _)| {
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line)?;
        let took = started.elapsed().as_secs_f64() * 1e3;
        let is_poll = line.contains("/runtime/invocation/next");
        if is_poll { Ok(took) } else { Err(io::Error::other(line)) }
    });
    child.kill()?;
    child.wait()?;
    polled
}

/// The zip of `program` as it would be deployed, in megabytes.
fn zip(Program { name, path, config: _ }: &Program) -> Result<Measured, HookBenchError> {
    let zip = package::handler(&files::read(path)?, &package::Beside::new())
        .map_err(|source| HookBenchError::Archive { name, source })?;
    Ok(Measured { name, turns: vec![package::megabytes(zip.len())] })
}

/// How long answers to `what` took, by what the bench of answers `said`.
fn answers(said: &str, what: &str) -> Result<Vec<Measured>, HookBenchError> {
    let mut answers = ANSWERING.map(|name| Measured { name, turns: Vec::new() });
    for line in said.lines() {
        let Some(numbers) = line.strip_prefix(what) else { continue };
        let wrong = || HookBenchError::Line { line: line.to_owned() };
        let numbers: Vec<f64> =
            numbers.split_whitespace().filter_map(|it| it.parse().ok()).collect();
        if numbers.len() != answers.len() {
            return Err(wrong());
        }
        for (measured, number) in answers.iter_mut().zip(numbers) {
            measured.turns.push(number);
        }
    }
    if answers.iter().all(|it| it.turns.is_empty()) {
        return Err(HookBenchError::Line { line: what.to_owned() });
    }
    Ok(answers.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_are_read_by_what_was_judged() {
        let said = "resource 1.5 20.0 300\nresource 2.5 30.0 500\nstack 1 2 3\n";
        let read = answers(said, "resource").unwrap();
        let read: Vec<_> = read.iter().map(|it| (it.name, it.turns.as_slice())).collect();
        let expected = [
            ("nothing", &[1.5, 2.5][..]),
            ("stackseal", &[20.0, 30.0]),
            ("cfn-guard", &[300.0, 500.0]),
        ];
        assert_eq!(read, expected);
        for wrong in ["resource 1 2\n", "resource 1 2 x\n", "stack 1 2 3\n", ""] {
            assert!(answers(wrong, "resource").is_err(), "{wrong}");
        }
    }
}
