//! Programs from crates.io, in a folder of their own.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::files;
use crate::process::{self, ProcessError};

/// Where they are installed, from the top of the repository.
const FOLDER: &str = "target/tools";

/// A program of a crate, in one version and no other.
pub(crate) struct Tool {
    /// The crate, which gives the program its name.
    pub(crate) name: &'static str,
    /// Its version.
    pub(crate) version: &'static str,
    /// What else `cargo install` is told.
    pub(crate) arguments: &'static [&'static str],
}

impl Tool {
    /// The program, installed first if it is not there in this version.
    pub(crate) fn installed(&self, root: &Path) -> Result<PathBuf, ProcessError> {
        let Self { name, version, arguments } = self;
        let folder = root.join(FOLDER);
        let program = folder.join("bin").join(name);
        // Cargo keeps a list of what it has installed there.
        let list = files::read_text(&folder.join(".crates.toml")).unwrap_or_default();
        if program.is_file() && list.contains(&format!("\"{name} {version} (")) {
            return Ok(program);
        }
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut install = Command::new(cargo);
        install.args(["install", name, "--locked", "--quiet", "--force"]).args(*arguments);
        install.arg("--version").arg(format!("={version}")).arg("--root").arg(&folder);
        install.env("CARGO_TARGET_DIR", folder.join("build")).current_dir(root);
        process::run(&mut install)?;
        Ok(program)
    }
}
