//! [Valgrind]: the machine's own, or Debian's package of it unpacked under `target/`, which takes
//! neither root nor an installation.
//!
//! [Valgrind]: https://valgrind.org

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use thiserror::Error;

use crate::files::{self, FileError};
use crate::process;

/// Where the package is unpacked, from the top of the repository.
const FOLDER: &str = "target/valgrind";

/// Why there is no valgrind.
#[derive(Debug, Error)]
pub(crate) enum ValgrindError {
    /// The package has no place to go.
    #[error(transparent)]
    File(#[from] FileError),
    /// Nobody has it.
    #[error(
        "valgrind is not installed, and apt-get cannot download its package; install it, as by \
         `apt-get install valgrind` or `dnf install valgrind` (there is none for macOS on Apple's own \
         processors: count on Linux)"
    )]
    None,
}

/// A valgrind that runs.
pub(super) struct Valgrind {
    program: PathBuf,
    /// Where its tools are, unless it knows itself.
    tools: Option<PathBuf>,
}

impl Valgrind {
    fn installed() -> Self {
        Self { program: "valgrind".into(), tools: None }
    }

    fn unpacked(folder: &Path) -> Self {
        let tools = folder.join("usr/libexec/valgrind");
        Self { program: folder.join("usr/bin/valgrind"), tools: Some(tools) }
    }

    /// To be told what to run.
    pub(super) fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        if let Some(tools) = &self.tools {
            command.env("VALGRIND_LIB", tools);
        }
        command
    }

    fn runs(&self) -> bool {
        let mut command = self.command();
        command.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|it| it.success())
    }
}

/// The one of the machine, or one that is fetched for the workspace at `root`.
pub(super) fn available(root: &Path) -> Result<Valgrind, ValgrindError> {
    let folder = root.join(FOLDER);
    for valgrind in [Valgrind::installed(), Valgrind::unpacked(&folder)] {
        if valgrind.runs() {
            return Ok(valgrind);
        }
    }
    files::empty_folder(&folder)?;
    // Downloading needs no root, only the list of packages that Debian's images come with or that
    // `apt-get update` fetches.
    let mut download = Command::new("apt-get");
    download.args(["download", "valgrind"]).current_dir(&folder);
    process::run_quietly(&mut download).map_err(|_| ValgrindError::None)?;
    for package in files::entries(&folder)? {
        let mut unpack = Command::new("dpkg-deb");
        unpack.arg("--extract").arg(package).arg(&folder);
        process::run_quietly(&mut unpack).map_err(|_| ValgrindError::None)?;
    }
    let valgrind = Valgrind::unpacked(&folder);
    if valgrind.runs() { Ok(valgrind) } else { Err(ValgrindError::None) }
}
