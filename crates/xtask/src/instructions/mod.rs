//! `cargo xtask instructions`: what the main paths cost, counted, beside what is recorded in the
//! repository.
//!
//! Instructions do not depend on how busy the machine is, but they do on the compiler, and on what the
//! processor can do. Where these are others than recorded, a path is compared as a multiple of the bare
//! parse of the same bytes, in the same program: that moves along with both.
//!
//! How cost grows needs no record: it is compared with how the bytes grow.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use thiserror::Error;

use crate::files::{self, FileError};
use crate::process::{self, ProcessError};

use self::counting::Counted;
use self::growth::Series;
use self::record::{Count, Difference, Record, RecordError};
use self::valgrind::{Valgrind, ValgrindError};

mod counting;
mod growth;
mod record;
mod valgrind;

/// Where the counts of each architecture are kept, from the top of the repository.
const FOLDER: &str = "tests/instructions";

/// Why nothing could be compared, or what came of it.
#[derive(Debug, Error)]
pub(crate) enum InstructionsError {
    /// A file or folder is of no use.
    #[error(transparent)]
    File(#[from] FileError),
    /// The program could not be built, or did not run to its end.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// There is no valgrind.
    #[error(transparent)]
    Valgrind(#[from] ValgrindError),
    /// What is kept in the repository cannot be read.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// Callgrind counted something else than the program named.
    #[error("callgrind wrote {dumps} counts for {paths} paths; see {}", folder.display())]
    Dumps {
        /// The counts.
        dumps: usize,
        /// The paths.
        paths: usize,
        /// Where they are.
        folder: PathBuf,
    },
    /// A file of callgrind says no number.
    #[error("{} has no line `totals:`", path.display())]
    NoTotal {
        /// Which.
        path: PathBuf,
    },
    /// Paths cost more than before.
    #[error(
        "more instructions than recorded in {}:\n{}\n{}",
        path.display(),
        worse.iter().map(Difference::to_string).collect::<Vec<_>>().join("\n"),
        advice
    )]
    Worse {
        /// What is compared with.
        path: PathBuf,
        /// Which.
        worse: Vec<Difference>,
        /// What to do.
        advice: String,
    },
    /// The program named a series by a line that is none.
    #[error("`{line}` is no series that grows")]
    NoSeries {
        /// The line.
        line: String,
    },
    /// Many cost more than they would if each cost what one of few does.
    #[error(
        "cost grows by more than the bytes:\n{}\nfind what is done again for each of them: \
         `target/release/instructions --growth NAME` is one series, for a profiler",
        steep.iter().map(Series::to_string).collect::<Vec<_>>().join("\n")
    )]
    Steep {
        /// Which.
        steep: Vec<Series>,
    },
    /// What was counted could not be told.
    #[error("cannot write what was counted")]
    Show(#[source] io::Error),
}

/// Where the record of this architecture is, as seen from the top of the repository.
fn record() -> PathBuf {
    Path::new(FOLDER).join(format!("{}.txt", std::env::consts::ARCH))
}

/// Counts, and makes the record anew; says what came of it.
pub(crate) fn update(root: &Path) -> Result<String, InstructionsError> {
    let (path, counted) = (record(), count(root, &built(root)?, None)?);
    files::write(&root.join(&path), counted.to_string())?;
    Ok(format!("{} paths written into {}", counted.paths(), path.display()))
}

/// Counts the stages of a check over the files in `corpus`, and shows them.
pub(crate) fn show(root: &Path, corpus: &Path) -> Result<String, InstructionsError> {
    let unread = |source| FileError::Read { path: corpus.to_owned(), source };
    let corpus = fs::canonicalize(corpus).map_err(unread)?;
    Ok(count(root, &built(root)?, Some(corpus))?.to_string())
}

/// Counts, and compares with the record, and the growth of cost with that of bytes; says what came of it.
pub(crate) fn compare(root: &Path, out: &mut dyn Write) -> Result<String, InstructionsError> {
    let valgrind = built(root)?;
    let paths = compare_paths(root, &valgrind, out)?;
    let series = compare_growth(root, &valgrind, out)?;
    Ok(format!("{paths}; {series} series grow with their bytes"))
}

/// Compares what the main paths cost with the record.
fn compare_paths(
    root: &Path,
    valgrind: &Valgrind,
    out: &mut dyn Write,
) -> Result<String, InstructionsError> {
    let (path, counted) = (record(), count(root, valgrind, None)?);
    let recorded = Record::read(&root.join(&path))?;
    let differences = recorded.differences(&counted)?;
    for difference in &differences {
        writeln!(out, "{difference}").map_err(InstructionsError::Show)?;
    }
    let (worse, rest): (Vec<Difference>, Vec<Difference>) =
        differences.into_iter().partition(Difference::is_worse);
    if !worse.is_empty() {
        let advice = advice(&recorded, &counted);
        return Err(InstructionsError::Worse { path, worse, advice });
    }
    let better = rest.iter().filter(|it| it.is_better()).count();
    let hint = match better {
        0 => String::new(),
        _ => {
            format!(", {better} far cheaper than recorded: run `cargo xtask instructions --update`")
        }
    };
    Ok(format!("{} paths{hint}", rest.len()))
}

/// Compares, for what there is more and more of, the growth of cost with that of bytes; says how many.
fn compare_growth(
    root: &Path,
    valgrind: &Valgrind,
    out: &mut dyn Write,
) -> Result<usize, InstructionsError> {
    let counted = counting::count(root, valgrind, Some("--growth".into()))?;
    let series = Series::of(&counted).map_err(|line| InstructionsError::NoSeries { line })?;
    for series in &series {
        writeln!(out, "{series}").map_err(InstructionsError::Show)?;
    }
    let number = series.len();
    let steep: Vec<Series> = series.into_iter().filter(Series::is_steeper_than_its_bytes).collect();
    if steep.is_empty() { Ok(number) } else { Err(InstructionsError::Steep { steep }) }
}

/// What whoever meets a difference does.
fn advice(recorded: &Record, counted: &Record) -> String {
    let mut advice = String::new();
    if recorded.made_by != counted.made_by {
        advice = format!(
            "recorded by {}, counted by {}, so multiples of the bare parse are compared: if an unchanged main \
             differs, too, that is why\n",
            recorded.made_by, counted.made_by
        );
    }
    advice.push_str(
        "mend what costs more; or, where it is worth that, run `cargo xtask instructions --update` and \
         say why in the commit",
    );
    advice
}

/// What the counts depend on beside the sources.
fn made_by(valgrind: &Valgrind) -> Result<String, InstructionsError> {
    let mut rustc = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    let rustc = version(rustc.arg("--version"))?;
    let valgrind = version(valgrind.command().arg("--version"))?;
    Ok(format!("{rustc}, {valgrind}{}", vectors()))
}

fn version(command: &mut Command) -> Result<String, ProcessError> {
    let output = process::capture(command)?;
    // `rustc 1.95.0 (59807616e 2026-04-14)`: the number says it all.
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text.split(" (").next().unwrap_or_default().trim().to_owned())
}

/// Which instructions searches in memory use, where that is decided at run time.
fn vectors() -> &'static str {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        return ", avx2";
    }
    ""
}

/// Builds what is counted, and finds what counts it.
fn built(root: &Path) -> Result<Valgrind, InstructionsError> {
    let valgrind = valgrind::available(root)?;
    counting::build(root)?;
    Ok(valgrind)
}

/// Counts the main paths; where there is a `corpus`, the stages of a check over it.
fn count(
    root: &Path,
    valgrind: &Valgrind,
    corpus: Option<PathBuf>,
) -> Result<Record, InstructionsError> {
    let of = |Counted { line, instructions }| {
        let (path, input) = line.split_once(' ').unwrap_or((&line, ""));
        Count { path: path.to_owned(), input: input.to_owned(), instructions }
    };
    let counts = counting::count(root, valgrind, corpus)?.into_iter().map(of).collect();
    Ok(Record { made_by: made_by(valgrind)?, counts })
}
