//! One program, run to its end, and what it took.

use std::io;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use thiserror::Error;
use wait4::{ResUse, ResourceUsage, Wait4 as _};

/// Why there is nothing to compare.
#[derive(Debug, Error)]
pub(crate) enum MeasureError {
    /// The program could not be run.
    #[error("cannot run {program}")]
    Run {
        /// Which.
        program: String,
        /// What the system said.
        source: io::Error,
    },
    /// It ended as if it had not done its work.
    #[error("{program} ended with {status} over {input}")]
    Status {
        /// Which.
        program: String,
        /// How it ended.
        status: ExitStatus,
        /// What it was given.
        input: String,
    },
}

/// What a run took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    /// From its start to its end.
    pub(crate) wall: Duration,
    /// Of processors, its own children's included. A busy machine changes it little.
    pub(crate) processor: Duration,
    /// The most memory it held at a time, in bytes.
    pub(crate) memory: u64,
}

/// Runs `command`, its streams going nowhere.
pub(crate) fn once(command: &mut Command) -> io::Result<(ExitStatus, Sample)> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let started = Instant::now();
    let ResUse { status, rusage } = command.spawn()?.wait4()?;
    let ResourceUsage { utime, stime, maxrss } = rusage;
    let sample = Sample { wall: started.elapsed(), processor: utime + stime, memory: maxrss };
    Ok((status, sample))
}
