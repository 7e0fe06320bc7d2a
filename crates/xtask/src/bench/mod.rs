//! `cargo xtask bench`: what stackseal costs, side by side with what does the same.

use std::io::Write;
use std::path::Path;

use clap::{Args, Subcommand};
use thiserror::Error;

mod check;
mod hook;
mod table;

/// What to measure, and how.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    check: check::Options,
}

/// What to measure, unless it is `stackseal check`.
#[derive(Debug, Subcommand)]
enum What {
    /// The CloudFormation Hook: its start, its answers, its zip
    Hook,
}

/// Why there is nothing to compare.
#[derive(Debug, Error)]
pub(crate) enum BenchError {
    /// The check cannot be measured.
    #[error(transparent)]
    Check(#[from] check::CheckBenchError),
    /// The hook cannot be measured.
    #[error(transparent)]
    Hook(#[from] hook::HookBenchError),
}

/// Measures, and tells.
pub(crate) fn run(
    root: &Path,
    arguments: &Arguments,
    out: &mut dyn Write,
) -> Result<(), BenchError> {
    match arguments.what {
        Some(What::Hook) => Ok(hook::run(root, out)?),
        None => Ok(check::run(root, &arguments.check, out)?),
    }
}
