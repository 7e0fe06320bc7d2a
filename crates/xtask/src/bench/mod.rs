//! `cargo xtask bench`: what stackseal costs, side by side with what does the same.

use std::io::Write;
use std::path::Path;

use clap::Subcommand;

use thiserror::Error;

mod hook;
mod table;

/// What to measure.
#[derive(Clone, Copy, Debug, Subcommand)]
pub(crate) enum What {
    /// The CloudFormation Hook: its start, its answers, its zip
    Hook,
}

/// Why there is nothing to compare.
#[derive(Debug, Error)]
pub(crate) enum BenchError {
    /// The hook cannot be measured.
    #[error(transparent)]
    Hook(#[from] hook::HookBenchError),
}

/// Measures, and tells.
pub(crate) fn run(root: &Path, what: What, out: &mut dyn Write) -> Result<(), BenchError> {
    match what {
        What::Hook => Ok(hook::run(root, out)?),
    }
}
