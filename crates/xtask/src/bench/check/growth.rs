//! How our own cost grows: with documents, with bytes, with files; and what a second core is good for.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use crate::files;

use super::CheckBenchError;
use super::measure::{self, MeasureError, Sample};
use super::programs::{Program, Programs};
use super::spread::{Number, Spread};
use super::table::{memory, processor};

/// What was measured.
pub(super) struct Growth {
    steps: Vec<Step>,
    cores: Option<Spread>,
}

/// An input of a series that grows.
struct Step {
    name: String,
    bytes: u64,
    milliseconds: f64,
    megabytes: f64,
}

impl Growth {
    /// Measures `rounds` times what is generated in `folder`.
    pub(super) fn measure(
        programs: &Programs,
        folder: &Path,
        rounds: usize,
    ) -> Result<Self, CheckBenchError> {
        let mut inputs: Vec<(PathBuf, u64)> = Vec::new();
        for path in files::entries(folder)? {
            let bytes = size(&path)?;
            inputs.push((path, bytes));
        }
        let series = |it: &Path| {
            let name = it.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let what = name.split('-').next().unwrap_or_default().to_owned();
            (what, it.extension().unwrap_or_default().to_owned())
        };
        inputs.sort_by_key(|(path, bytes)| (series(path), *bytes));
        let mut steps = Vec::new();
        for (path, bytes) in &inputs {
            let samples = (0..rounds).map(|_| sample(programs, path, 1));
            let samples = samples.collect::<Result<Vec<_>, _>>()?;
            let median = |of: fn(&Sample) -> f64| Spread::of(samples.iter().map(of).collect());
            steps.push(Step {
                name: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
                bytes: *bytes,
                milliseconds: median(processor).map_or(0.0, |it| it.median),
                megabytes: median(memory).map_or(0.0, |it| it.median),
            });
        }
        let most_files =
            inputs.iter().filter(|(it, _)| it.is_dir()).max_by_key(|(_, bytes)| *bytes);
        let cores = match most_files {
            Some((path, _)) => {
                let ratio = |_| {
                    let one = sample(programs, path, 1)?;
                    let two = sample(programs, path, 2)?;
                    Ok(one.wall.as_secs_f64() / two.wall.as_secs_f64())
                };
                Spread::of((0..rounds).map(ratio).collect::<Result<_, MeasureError>>()?)
            }
            None => None,
        };
        Ok(Self { steps, cores })
    }
}

/// The bytes of a file, or of all files below a folder.
fn size(path: &Path) -> Result<u64, CheckBenchError> {
    let of = |it: &Path| fs::metadata(it).map_or(0, |it| it.len());
    if !path.is_dir() {
        return Ok(of(path));
    }
    let below = files::below(path, "")?;
    Ok(below.iter().map(|it| of(&path.join(it))).sum())
}

/// One run of ours over `path` on `jobs` threads.
fn sample(programs: &Programs, path: &Path, jobs: usize) -> Result<Sample, MeasureError> {
    let program = || Program::Stackseal.name().to_owned();
    let mut command = programs.stackseal();
    command.args(["--jobs", &jobs.to_string()]).arg(path);
    let (status, sample) = measure::once(&mut command)
        .map_err(|source| MeasureError::Run { program: program(), source })?;
    // 2 would mean that part of the input was too much for it.
    if matches!(status.code(), Some(0 | 1)) {
        return Ok(sample);
    }
    Err(MeasureError::Status { program: program(), status, input: path.display().to_string() })
}

impl fmt::Display for Growth {
    #[expect(clippy::cast_precision_loss, reason = "two digits of it are shown")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "How the cost of stackseal grows, on one core.\n")?;
        writeln!(f, "| input | MB | ms | ms a MB | memory, MB | memory to input |")?;
        writeln!(f, "|---|--:|--:|--:|--:|--:|")?;
        for Step { name, bytes, milliseconds, megabytes } in &self.steps {
            let size = *bytes as f64 / 1e6;
            writeln!(
                f,
                "| {name} | {} | {} | {} | {} | {} |",
                Number(size),
                Number(*milliseconds),
                Number(milliseconds / size),
                Number(*megabytes),
                Number(megabytes / size),
            )?;
        }
        if let Some(cores) = self.cores {
            writeln!(f, "\nTwo threads take the largest folder × {cores} as fast as one.")?;
        }
        Ok(())
    }
}
