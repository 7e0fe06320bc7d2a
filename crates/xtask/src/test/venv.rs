//! The Python tools tests compare us with, in a virtual environment of their own.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::process;

use super::StepError;

/// The virtual environment, there or not.
pub(super) struct Venv {
    folder: PathBuf,
}

impl Venv {
    /// The one of the workspace at `root`.
    pub(super) fn of(root: &Path) -> Self {
        Self { folder: root.join("target/venv") }
    }

    /// Where it is.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// One of its programs.
    pub(super) fn tool(&self, name: &str) -> Command {
        Command::new(self.folder.join("bin").join(name))
    }

    /// Makes it hold what `requirements` pins; says what was done.
    ///
    /// An environment made from other requirements, or not to its end, is made anew.
    pub(super) fn install(&self, requirements: &Path) -> Result<String, StepError> {
        let wanted = fs::read(requirements)
            .map_err(|source| StepError::Read { path: requirements.to_owned(), source })?;
        // Written last, so that it is there only if everything before went well.
        let stamp = self.folder.join("requirements.stamp");
        if fs::read(&stamp).is_ok_and(|it| it == wanted) && self.starts() {
            return Ok("as it was".to_owned());
        }
        let write = |path: &Path, source| StepError::Write { path: path.to_owned(), source };
        match fs::remove_dir_all(&self.folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(write(&self.folder, error));
            }
            _ => (),
        }
        process::run(Command::new("python3").args(["-m", "venv"]).arg(&self.folder))?;
        let mut pip = self.tool("python");
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
        process::run(pip.arg("--require-hashes").arg("--requirement").arg(requirements))?;
        fs::write(&stamp, wanted).map_err(|source| write(&stamp, source))?;
        Ok("made anew".to_owned())
    }

    /// Whether its Python runs: it is a link to the system's, which may have been replaced.
    fn starts(&self) -> bool {
        let mut python = self.tool("python");
        python.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
        python.status().is_ok_and(|it| it.success())
    }
}
