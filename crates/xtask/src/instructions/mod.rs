//! `cargo xtask instructions`: what the main paths cost, counted, beside what is recorded in the
//! repository.
//!
//! Instructions do not depend on how busy the machine is, but they do on the compiler, and on what the
//! processor can do. Where these are others than recorded, a path is compared as a multiple of the bare
//! parse of the same bytes, in the same program: that moves along with both.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use thiserror::Error;

use crate::files::{self, FileError};
use crate::process::{self, ProcessError};

use self::record::{Count, Difference, Record, RecordError};
use self::valgrind::ValgrindError;

mod record;
mod valgrind;

/// Where the counts of each architecture are kept, from the top of the repository.
const FOLDER: &str = "tests/instructions";

/// Where callgrind writes, from the top of the repository.
const DUMPS: &str = "target/instructions";

/// The function of the program at which callgrind begins anew.
const BETWEEN_PATHS: &str = "*between_paths*";

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
    let (path, counted) = (record(), count(root, None)?);
    files::write(&root.join(&path), counted.to_string())?;
    Ok(format!("{} paths written into {}", counted.paths(), path.display()))
}

/// Counts the stages of a check over the files in `corpus`, and shows them.
pub(crate) fn show(root: &Path, corpus: &Path) -> Result<String, InstructionsError> {
    Ok(count(root, Some(corpus))?.to_string())
}

/// Counts, and compares with the record; says what came of it.
pub(crate) fn compare(root: &Path, out: &mut dyn Write) -> Result<String, InstructionsError> {
    let (path, counted) = (record(), count(root, None)?);
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
fn made_by(valgrind: &valgrind::Valgrind) -> Result<String, InstructionsError> {
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

/// Builds the program, runs it, over the files in `corpus` if there is one, and reads what callgrind
/// counted.
fn count(root: &Path, corpus: Option<&Path>) -> Result<Record, InstructionsError> {
    let valgrind = valgrind::available(root)?;
    let corpus = corpus.map(|it| {
        let unread = |source| FileError::Read { path: it.to_owned(), source };
        fs::canonicalize(it).map_err(unread)
    });
    let corpus = corpus.transpose()?;
    let build = ["build", "--quiet", "--release", "--locked", "--package", "stackseal-bench"];
    process::run(process::cargo(root, &build).args(["--bin", "instructions"]))?;
    let folder = root.join(DUMPS);
    files::empty_folder(&folder)?;
    let mut command = valgrind.command();
    command.args(["--quiet", "--tool=callgrind", "--dump-line=no"]);
    command.arg(format!("--dump-before={BETWEEN_PATHS}"));
    command.arg(format!("--callgrind-out-file={}", folder.join("dump").display()));
    command.arg(root.join("target/release/instructions")).args(corpus).current_dir(&folder);
    let output = process::capture(&mut command)?;
    if !output.status.success() {
        return Err(process::failed(&command, output.status).into());
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let paths: Vec<&str> = text.lines().collect();
    // One before each path, one behind it; and one at the end.
    let dumps = files::entries(&folder)?.len();
    if dumps != 2 * paths.len() + 1 {
        return Err(InstructionsError::Dumps { dumps, paths: paths.len(), folder });
    }
    let counted = paths.iter().enumerate().map(|(index, path)| {
        let (path, input) = path.split_once(' ').unwrap_or((path, ""));
        let instructions = total(&folder.join(format!("dump.{}", 2 * index + 2)))?;
        Ok::<_, InstructionsError>(Count {
            path: path.to_owned(),
            input: input.to_owned(),
            instructions,
        })
    });
    Ok(Record { made_by: made_by(&valgrind)?, counts: counted.collect::<Result<_, _>>()? })
}

/// The sum in a file of callgrind.
fn total(path: &Path) -> Result<u64, InstructionsError> {
    let text = files::read_text(path)?;
    let total = text.lines().find_map(|it| it.strip_prefix("totals: ")?.trim().parse().ok());
    total.ok_or_else(|| InstructionsError::NoTotal { path: path.to_owned() })
}
