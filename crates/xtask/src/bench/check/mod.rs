//! `stackseal check` beside what does the same, in one run, on one machine.
//!
//! What counts are ratios: the programs take turns, so a busy machine slows them alike. The tables and
//! the plot are written into the book, where they stand between two marks.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use thiserror::Error;

use crate::files::{self, FileError};
use crate::process::ProcessError;
use crate::venv::VenvError;

use self::growth::Growth;
use self::inputs::Input;
use self::machine::Machine;
use self::measure::MeasureError;
use self::page::PageError;
use self::programs::Programs;

mod growth;
mod inputs;
mod machine;
mod measure;
mod page;
mod plot;
mod programs;
mod rounds;
mod spread;
mod table;

/// How to measure it.
#[derive(Clone, Debug, Args)]
pub(crate) struct Options {
    /// A folder of templates that is measured beside the generated ones
    #[arg(long, value_name = "FOLDER")]
    corpus: Vec<PathBuf>,
    /// How often each program gets its turn
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// What the generated inputs are made from
    #[arg(long, default_value_t = 0)]
    seed: u64,
}

/// Why there is nothing to compare.
#[derive(Debug, Error)]
pub(crate) enum CheckBenchError {
    /// A file or folder is of no use.
    #[error(transparent)]
    File(#[from] FileError),
    /// A program could not be built or installed.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// The Python programs are not to be had.
    #[error(transparent)]
    Venv(#[from] VenvError),
    /// A program could not be measured.
    #[error(transparent)]
    Measure(#[from] MeasureError),
    /// The page has no place for the tables.
    #[error(transparent)]
    Page(#[from] PageError),
    /// What was measured could not be told.
    #[error("cannot write what was measured")]
    Show(#[source] io::Error),
}

/// Measures, tells, and writes it into the book.
pub(crate) fn run(
    root: &Path,
    options: &Options,
    out: &mut dyn Write,
) -> Result<(), CheckBenchError> {
    let Options { corpus, rounds, seed } = options;
    let programs = Programs::prepare(root, out)?;
    let folder = inputs::generate(root, *seed)?;
    let mut inputs: Vec<Input> = inputs::generated(&folder)?;
    for folder in corpus {
        inputs.extend(inputs::of_folder(folder)?);
    }
    let machine = Machine::read();
    let rows = rounds::run(&programs, &inputs, &folder, (*rounds).max(1), out)?;
    let growth = Growth::measure(&programs, &folder.join("growth"), (*rounds).max(1))?;
    let versions = programs.described(root)?;
    let section = format!(
        "![{}]({})\n\n{machine} {} rounds. Beside stackseal: {versions}.\n\n{}\n{growth}",
        plot::TITLE,
        page::PLOT_BESIDE,
        (*rounds).max(1),
        table::of(&rows),
    );
    page::put(&root.join(page::PATH), &section)?;
    files::write(&root.join(page::PLOT), plot::of(&rows))?;
    writeln!(out, "\n{section}\nwritten into {} and {}", page::PATH, page::PLOT)
        .map_err(CheckBenchError::Show)
}
