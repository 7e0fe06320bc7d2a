//! Python tools, in a virtual environment of their own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use thiserror::Error;

use crate::files::{self, FileError};
use crate::process::{self, ProcessError};

/// Why there is no environment to work in.
#[derive(Debug, Error)]
pub(crate) enum VenvError {
    /// A file or folder is of no use.
    #[error(transparent)]
    File(#[from] FileError),
    /// Python or pip failed.
    #[error(transparent)]
    Process(#[from] ProcessError),
}

/// The virtual environment, there or not.
pub(crate) struct Venv {
    folder: PathBuf,
}

impl Venv {
    /// The one of the tests, in the workspace at `root`.
    pub(crate) fn of(root: &Path) -> Self {
        Self::named(root, "venv")
    }

    /// The one called `name`, in the workspace at `root`.
    pub(crate) fn named(root: &Path, name: &str) -> Self {
        Self { folder: root.join("target").join(name) }
    }

    /// Where it is.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where its programs are.
    pub(crate) fn programs(&self) -> PathBuf {
        self.folder.join("bin")
    }

    /// One of its programs.
    pub(crate) fn tool(&self, name: &str) -> Command {
        Command::new(self.programs().join(name))
    }

    /// Makes it hold what `requirements` pins; says what was done.
    ///
    /// An environment made from other requirements, or not to its end, is made anew.
    pub(crate) fn install(&self, requirements: &Path) -> Result<String, VenvError> {
        let wanted = files::read(requirements)?;
        // Written last, so that it is there only if everything before went well.
        let stamp = self.folder.join("requirements.stamp");
        if fs::read(&stamp).is_ok_and(|it| it == wanted) && self.starts() {
            return Ok("as it was".to_owned());
        }
        files::remove_folder(&self.folder)?;
        process::run(Command::new("python3").args(["-m", "venv"]).arg(&self.folder))?;
        let mut pip = self.tool("python");
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
        process::run(pip.arg("--require-hashes").arg("--requirement").arg(requirements))?;
        files::write(&stamp, wanted)?;
        Ok("made anew".to_owned())
    }

    /// Whether its Python runs: it is a link to the system's, which may have been replaced.
    fn starts(&self) -> bool {
        let mut python = self.tool("python");
        python.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
        python.status().is_ok_and(|it| it.success())
    }
}
