//! `cargo xtask fuzz`: each target of `tests/fuzz` for a while, one after the other, from a corpus
//! of fixtures that grows under `target/fuzz` from run to run.
//!
//! What a fuzzer finds is mended, and its input kept under `tests/fuzz/regressions`, where the tests
//! run it ever after.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use thiserror::Error;

use crate::files::{self, FileError};
use crate::process::{self, ProcessError};

/// The fuzzer's driver, from crates.io.
const CARGO_FUZZ: &str = "0.13.2";

/// Where its programs stand.
const PROGRAMS: &str = "tests/fuzz/libfuzzer";

/// Where a target's inputs are kept.
const CORPUS: &str = "target/fuzz";

/// Seconds after which an input counts as a hang: the limit of size below takes milliseconds.
const HANG: u32 = 10;

/// The longest input tried, in bytes.
const LONGEST: u32 = 65_536;

/// Why fuzzing ended before its time.
#[derive(Debug, Error)]
pub(crate) enum FuzzError {
    /// A file or folder is of no use.
    #[error(transparent)]
    File(#[from] FileError),
    /// What it says could not be written.
    #[error("cannot write what fuzzing says")]
    Show {
        /// What the system said.
        source: io::Error,
    },
    /// A program failed; of a target, this is a find.
    #[error(transparent)]
    Process(#[from] ProcessError),
}

/// Runs all targets of the workspace at `root` for `minutes` together, or only the one called
/// `target`.
pub(crate) fn run(
    root: &Path,
    minutes: u32,
    target: Option<&str>,
    out: &mut dyn Write,
) -> Result<(), FuzzError> {
    let cargo_fuzz = install(root)?;
    let targets = targets(root)?;
    let targets: Vec<&String> =
        targets.iter().filter(|it| target.is_none_or(|name| name == *it)).collect();
    let seconds = minutes * 60 / u32::try_from(targets.len().max(1)).unwrap_or(1);
    for target in targets {
        let corpus = root.join(CORPUS).join(target);
        let seeds = seed(root, target, &corpus)?;
        say(out, &format!("=== {target}: {seconds} s from {seeds} seeds"))?;
        let mut command = Command::new(&cargo_fuzz);
        // What counts the branches taken is not stable in rustc, and has not changed for years.
        command.current_dir(root).env("RUSTC_BOOTSTRAP", "1");
        command.args(["run", "--fuzz-dir", PROGRAMS, "--sanitizer", "none", "--release"]);
        command.arg(target).arg(&corpus).arg("--");
        command.arg(format!("-max_total_time={seconds}"));
        command.arg(format!("-timeout={HANG}")).arg(format!("-max_len={LONGEST}"));
        process::run(command.args(["-rss_limit_mb=4096", "-print_final_stats=1"]))?;
    }
    say(out, "nothing found")
}

fn say(out: &mut dyn Write, text: &str) -> Result<(), FuzzError> {
    writeln!(out, "{text}").map_err(|source| FuzzError::Show { source })
}

/// The driver under `target/tools`, built unless it is there.
fn install(root: &Path) -> Result<PathBuf, FuzzError> {
    let tools = root.join("target/tools");
    let program = tools.join("bin/cargo-fuzz");
    if !program.is_file() {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.args(["install", "cargo-fuzz", "--locked", "--version", CARGO_FUZZ, "--root"]);
        process::run(command.arg(&tools))?;
    }
    Ok(program)
}

/// The names of the programs.
fn targets(root: &Path) -> Result<Vec<String>, FileError> {
    let files = files::entries(&root.join(PROGRAMS).join("targets"))?;
    Ok(files.iter().filter_map(|it| Some(it.file_stem()?.to_str()?.to_owned())).collect())
}

/// Puts the fixtures that suit `target` into `corpus`; the number of them.
fn seed(root: &Path, target: &str, corpus: &Path) -> Result<usize, FileError> {
    let fixtures = files::below(root, "fixtures")?;
    for (index, path) in fixtures.iter().enumerate() {
        let bytes = files::read(&root.join(path))?;
        // The first byte of an input for `check` chooses what the file is called.
        let prefix: &[u8] = match (target, path.extension().and_then(|it| it.to_str())) {
            ("check", Some("json")) => &[1],
            ("check", Some("php")) => &[3],
            ("check", Some(_)) if path.to_string_lossy().contains("buildspec") => &[2],
            ("check", Some(_)) => &[0],
            _ => &[],
        };
        files::write(&corpus.join(format!("fixture-{index}")), [prefix, &bytes].concat())?;
    }
    Ok(fixtures.len())
}
