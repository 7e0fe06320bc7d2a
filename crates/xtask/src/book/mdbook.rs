//! [mdBook], installed where the rest of a build is.
//!
//! [mdBook]: https://rust-lang.github.io/mdBook/

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::files::FileError;
use crate::process;

use super::BookError;

/// The version used, and no other: the link check reads what it writes.
const VERSION: &str = "0.5.4";

/// Where it is installed, from the top of the repository.
const FOLDER: &str = "target/tools";

/// The program, installed first if it is not there in this version.
pub(super) fn installed(root: &Path, out: &mut dyn Write) -> Result<PathBuf, BookError> {
    let folder = root.join(FOLDER);
    let program = folder.join("bin/mdbook");
    if has_version(&program) {
        return Ok(program);
    }
    writeln!(out, "installing mdBook {VERSION} into {FOLDER}")
        .map_err(|source| FileError::Write { path: folder.clone(), source })?;
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut install = Command::new(cargo);
    // It is built once and run for a second: time to optimise it would be lost.
    install.args(["install", "mdbook", "--locked", "--debug", "--quiet", "--force"]);
    install.args(["--no-default-features", "--features", "search"]);
    install.arg("--version").arg(format!("={VERSION}"));
    install.arg("--root").arg(&folder);
    install.env("CARGO_TARGET_DIR", folder.join("build")).current_dir(root);
    process::run(&mut install)?;
    Ok(program)
}

fn has_version(program: &Path) -> bool {
    let output = Command::new(program).arg("--version").stderr(Stdio::null()).output();
    output.is_ok_and(|it| {
        String::from_utf8_lossy(&it.stdout).trim().trim_start_matches("mdbook v") == VERSION
    })
}
