//! `cargo xtask fuzz`: each target of `tests/fuzz` for a while, one after the other, from the
//! fixtures and from what earlier runs came across, which is kept under `target/fuzz`.
//!
//! What a fuzzer finds is mended, and its input kept under `tests/fuzz/regressions`, where the tests
//! run it ever after.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use thiserror::Error;

use crate::files::{self, FileError};
use crate::process::{self, ProcessError};
use crate::tools::Tool;

/// The fuzzer's driver, from crates.io.
const CARGO_FUZZ: Tool = Tool { name: "cargo-fuzz", version: "0.13.2", arguments: &[] };

/// Where its programs stand: a workspace of its own.
const PROGRAMS: &str = "tests/fuzz/libfuzzer";

/// Where each target has the inputs that broke it.
const REGRESSIONS: &str = "tests/fuzz/regressions";

/// Where everything is kept that is made here.
const KEPT: &str = "target/fuzz";

/// Seconds after which an input counts as a hang. What is tried takes milliseconds; but seconds go by on
/// a machine that is busy with something else, too.
const HANG: u32 = 120;

/// The longest input tried, in bytes.
const LONGEST: u32 = 65_536;

/// Memory after which an input counts as too hungry, in MiB. What Guard rules leave behind adds up.
const MEMORY: u32 = 6144;

/// Why fuzzing ended before its time, or with a find.
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
    /// A program that is needed failed.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// There is no such target.
    #[error("no target is called `{name}`; there are {}", known.join(", "))]
    Unknown {
        /// As given.
        name: String,
        /// Those there are.
        known: Vec<String>,
    },
    /// Targets that ended otherwise than by the clock.
    #[error(
        "found something in {}: mend what {KEPT}/found/<target>/ shows, and keep it as {REGRESSIONS}/<target>/<what it broke>",
        targets.join(", ")
    )]
    Found {
        /// Their names.
        targets: Vec<String>,
    },
}

/// Runs all targets of the workspace at `root` for `minutes` together, or only the one called
/// `target`. A find in one does not keep the others from running.
pub(crate) fn run(
    root: &Path,
    minutes: u32,
    target: Option<&str>,
    out: &mut dyn Write,
) -> Result<(), FuzzError> {
    let targets = chosen(root, target)?;
    let cargo_fuzz = CARGO_FUZZ.installed(root)?;
    seed(root)?;
    let seconds = minutes * 60 / u32::try_from(targets.len().max(1)).unwrap_or(1);
    // The versions of dependencies that we ship; cargo adds what only the fuzzer needs.
    files::copy(&root.join("Cargo.lock"), &root.join(PROGRAMS).join("Cargo.lock"))?;
    process::run(driver(&cargo_fuzz, root, "build").arg("--release"))?;
    let mut found = Vec::new();
    for target in targets {
        say(out, &format!("=== {target}: {seconds} s"))?;
        if let Err(error) = fuzz(&cargo_fuzz, root, &target, seconds) {
            say(out, &error.to_string())?;
            found.push(target);
        }
    }
    if found.is_empty() {
        say(out, "nothing found")
    } else {
        Err(FuzzError::Found { targets: found })
    }
}

fn say(out: &mut dyn Write, text: &str) -> Result<(), FuzzError> {
    writeln!(out, "{text}").and_then(|()| out.flush()).map_err(|source| FuzzError::Show { source })
}

/// The names of all targets, or `name` if it is one.
fn chosen(root: &Path, name: Option<&str>) -> Result<Vec<String>, FuzzError> {
    let files = files::entries(&root.join(PROGRAMS).join("targets"))?;
    let name_of = |it: &PathBuf| Some(it.file_stem()?.to_str()?.to_owned());
    let known: Vec<String> = files.iter().filter_map(name_of).collect();
    match name {
        None => Ok(known),
        Some(name) if known.iter().any(|it| it == name) => Ok(vec![name.to_owned()]),
        Some(name) => Err(FuzzError::Unknown { name: name.to_owned(), known }),
    }
}

/// Writes the inputs to start from, and the dictionary.
fn seed(root: &Path) -> Result<(), FuzzError> {
    let seeds = root.join(KEPT).join("seeds");
    files::empty_folder(&seeds)?;
    let arguments = ["run", "--quiet", "--package", "stackseal-fuzz", "--bin", "fuzz-seeds", "--"];
    process::run(process::cargo(root, &arguments).arg(&seeds))?;
    Ok(())
}

/// `cargo fuzz COMMAND` on our programs.
fn driver(cargo_fuzz: &Path, root: &Path, command: &str) -> Command {
    let mut driver = Command::new(cargo_fuzz);
    driver.current_dir(root).args([command, "--fuzz-dir", PROGRAMS, "--sanitizer", "none"]);
    driver.arg("--target-dir").arg(root.join(KEPT).join("build"));
    driver
}

/// Runs one target. What it comes across stays in its corpus, what it finds in `found`.
fn fuzz(cargo_fuzz: &Path, root: &Path, target: &str, seconds: u32) -> Result<(), FuzzError> {
    let kept = root.join(KEPT);
    let found = kept.join("found").join(target);
    let folders = [
        kept.join("corpus").join(target),
        kept.join("seeds").join(target),
        root.join(REGRESSIONS).join(target),
    ];
    files::make_folder(&found)?;
    let mut command = driver(cargo_fuzz, root, "run");
    command.arg("--release").arg(target);
    for (index, folder) in folders.iter().enumerate() {
        if index == 0 {
            files::make_folder(folder)?;
        }
        if folder.is_dir() {
            command.arg(folder);
        }
    }
    command.arg("--").arg(format!("-artifact_prefix={}/", found.display()));
    command.arg(format!("-dict={}", kept.join("seeds/words.dict").display()));
    command.arg(format!("-max_total_time={seconds}")).arg(format!("-timeout={HANG}"));
    command.arg(format!("-max_len={LONGEST}")).arg(format!("-rss_limit_mb={MEMORY}"));
    process::run(command.arg("-print_final_stats=1"))?;
    Ok(())
}
