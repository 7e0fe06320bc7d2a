//! All programs over all inputs, in turn, again and again: what disturbs one disturbs all.

use std::io::Write;
use std::path::Path;
use std::process::ExitStatus;
use std::time::{Duration, Instant};

use super::CheckBenchError;
use super::inputs::Input;
use super::measure::{self, MeasureError, Sample};
use super::programs::{Program, Programs};
use super::spread::Spread;

/// A program that is done sooner is run again within a round, and the median counts.
const QUICK: Duration = Duration::from_millis(250);

/// So often at most.
const MOST_RUNS: usize = 15;

/// What a program took for an input, round by round.
#[derive(Debug)]
pub(super) enum Cell {
    /// It does not judge such input.
    NotTaken,
    /// One a round.
    Samples(Vec<Sample>),
    /// It broke off.
    Failed(ExitStatus),
}

/// A line of the tables: what each program took for the inputs of one name.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) name: String,
    pub(super) files: usize,
    pub(super) bytes: u64,
    /// A row for each input, a cell for each program, in their order.
    pub(super) cells: Vec<[Cell; 4]>,
}

impl Row {
    /// What ours took, as `of` reads it.
    pub(super) fn ours(&self, of: fn(&Sample) -> f64) -> Option<Spread> {
        let samples = self.cells.iter().flat_map(|[ours, ..]| ours.samples());
        Spread::of(samples.map(of).collect())
    }

    /// How many times ours `program` took, compared within each round.
    pub(super) fn ratio(&self, program: Program, of: fn(&Sample) -> f64) -> Option<Spread> {
        let place = Program::ALL.iter().position(|it| *it == program)?;
        let pairs = self.cells.iter().filter_map(|cells| {
            let [ours, ..] = cells;
            Some(ours.samples().iter().zip(cells.get(place)?.samples()))
        });
        Spread::of(pairs.flatten().map(|(ours, theirs)| of(theirs) / of(ours)).collect())
    }

    /// How many of the inputs `program` broke off over, and how the first time.
    pub(super) fn failures(&self, program: Program) -> Option<(usize, ExitStatus)> {
        let place = Program::ALL.iter().position(|it| *it == program)?;
        let mut failed = self.cells.iter().filter_map(|cells| match cells.get(place)? {
            Cell::Failed(status) => Some(*status),
            Cell::NotTaken | Cell::Samples(_) => None,
        });
        let first = failed.next()?;
        Some((1 + failed.count(), first))
    }
}

impl Cell {
    fn samples(&self) -> &[Sample] {
        match self {
            Self::Samples(samples) => samples,
            Self::NotTaken | Self::Failed(_) => &[],
        }
    }
}

/// Runs `rounds` rounds over `inputs`.
pub(super) fn run(
    programs: &Programs,
    inputs: &[Input],
    folder: &Path,
    rounds: usize,
    out: &mut dyn Write,
) -> Result<Vec<Row>, CheckBenchError> {
    let empty = |it: &Input| {
        Program::ALL.map(|program| {
            if program.takes(it.kind) { Cell::Samples(Vec::new()) } else { Cell::NotTaken }
        })
    };
    let mut cells: Vec<[Cell; 4]> = inputs.iter().map(empty).collect();
    for round in 1..=rounds {
        writeln!(out, "round {round} of {rounds}").map_err(CheckBenchError::Show)?;
        for (input, cells) in inputs.iter().zip(&mut cells) {
            for (program, cell) in Program::ALL.into_iter().zip(cells) {
                let Cell::Samples(samples) = cell else { continue };
                match sample(programs, program, input, folder)? {
                    Ok(sample) => samples.push(sample),
                    // Once is enough to know that it does.
                    Err(status) => *cell = Cell::Failed(status),
                }
            }
        }
    }
    let mut rows: Vec<Row> = Vec::new();
    for (input, cells) in inputs.iter().zip(cells) {
        let (files, bytes) = (input.files.len(), input.bytes());
        match rows.last_mut().filter(|it| it.name == input.name) {
            Some(row) => {
                row.files += files;
                row.bytes += bytes;
                row.cells.push(cells);
            }
            None => rows.push(Row { name: input.name.clone(), files, bytes, cells: vec![cells] }),
        }
    }
    Ok(rows)
}

/// What `program` takes for `input` now, or how it broke off. Ours never may.
fn sample(
    programs: &Programs,
    program: Program,
    input: &Input,
    folder: &Path,
) -> Result<Result<Sample, ExitStatus>, MeasureError> {
    let started = Instant::now();
    let mut samples = Vec::new();
    while samples.len() < MOST_RUNS && (samples.is_empty() || started.elapsed() < QUICK) {
        let run = |source| MeasureError::Run { program: program.name().to_owned(), source };
        let mut command = programs.command(program, input, folder);
        let (status, sample) = measure::once(&mut command).map_err(run)?;
        if !program.is_done(status.code()) {
            if program == Program::Stackseal {
                let program = program.name().to_owned();
                let input = input.path.display().to_string();
                return Err(MeasureError::Status { program, status, input });
            }
            return Ok(Err(status));
        }
        samples.push(sample);
    }
    samples.sort_by_key(|it| it.processor);
    let middle = samples.len() / 2;
    Ok(Ok(samples.swap_remove(middle)))
}
