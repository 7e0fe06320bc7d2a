//! The wheel: built with [maturin], installed into an empty environment, and run there.
//!
//! [maturin]: https://www.maturin.rs

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::files;
use crate::process;

use super::{StepError, Workspace};

/// Where the wheel lies; the step about pre-commit installs it from there.
pub(super) const WHEELS: &str = "target/wheels";

/// Where it is installed.
const ENVIRONMENT: &str = "target/wheel-environment";

pub(super) fn run(workspace: &Workspace, _: &mut dyn Write) -> Result<String, StepError> {
    let wheels = workspace.root.join(WHEELS);
    files::empty_folder(&wheels)?;
    let mut maturin = workspace.venv.tool("maturin");
    maturin.current_dir(&workspace.root).args(["build", "--quiet", "--locked"]);
    maturin.args(["--manifest-path", "crates/stackseal/Cargo.toml", "--out", WHEELS]);
    // What is tried is the wheel: its program has been built for the tests already.
    process::run(maturin.args(["--profile", "dev", "--target-dir", "target"]))?;

    let environment = workspace.root.join(ENVIRONMENT);
    files::empty_folder(&environment)?;
    process::run(Command::new("python3").args(["-m", "venv"]).arg(&environment))?;
    let program = |name: &str| Command::new(environment.join("bin").join(name));
    let wheel = only_file(&wheels)?;
    let mut pip = program("python");
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
    process::run(pip.args(["--no-index", "--no-deps"]).arg(&wheel))?;
    let mut check = program("stackseal");
    check.current_dir(&workspace.root).args(["check", "--quiet", "fixtures/wordpress/secure"]);
    process::run(&mut check)?;
    let size = fs::metadata(&wheel).map_or(0, |it| it.len());
    Ok(format!("{} MB with a program for tests", size / 1_000_000))
}

fn only_file(folder: &Path) -> Result<PathBuf, StepError> {
    let nothing = || StepError::Nothing { what: "wheel", folder: WHEELS.into() };
    files::entries(folder)?.pop().ok_or_else(nothing)
}
