//! The hook as a type of the private registry: the project in `hook-handler/registry` with the handler
//! in it, judged and packaged by AWS's own CloudFormation CLI.

use std::path::{Path, PathBuf};
use std::process::Command;

use thiserror::Error;

use crate::files::{self, FileError};
use crate::process::{self, ProcessError};
use crate::venv::{Venv, VenvError};

use super::archive::{self, ArchiveError};

/// The project, as seen from the root of the workspace.
const PROJECT: &str = "hook-handler/registry";

/// Its copy, in which the CLI leaves what it writes.
const COPY: &str = "target/registry";

/// What the CLI reads of it.
const FILES: &[&str] = &[
    ".rpdk-config",
    "plugin/pyproject.toml",
    "plugin/stackseal_rpdk.py",
    "stackseal-dataprotection-hook.json",
];

/// What the CLI makes of it.
const PACKAGE: &str = "stackseal-dataprotection-hook.zip";

/// What must be in it.
///
/// <https://docs.aws.amazon.com/cloudformation-cli/latest/hooks-userguide/registering-hooks.html>
const ENTRIES: &[&str] = &[
    ".cfn_metadata.json",
    ".rpdk-config",
    "configuration-schema.json",
    "handler.zip",
    "schema.json",
];

/// Why there is no package.
#[derive(Debug, Error)]
pub(crate) enum RegistryError {
    /// A file or folder is of no use.
    #[error(transparent)]
    File(#[from] FileError),
    /// The CLI, or what installs its plugin, failed.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// The CLI is not to be had.
    #[error("cannot install the CloudFormation CLI")]
    Venv(#[source] VenvError),
    /// What the CLI made is no zip.
    #[error("cannot open {}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// Why.
        source: ArchiveError,
    },
    /// It holds something else than a hook type does.
    #[error("{} holds {}; expected {}", path.display(), found.join(", "), ENTRIES.join(", "))]
    Layout {
        /// The package.
        path: PathBuf,
        /// The names in it, sorted.
        found: Vec<String>,
    },
}

/// Makes a package with `handler`, a zip with the program, in it; where it is.
pub(crate) fn package(root: &Path, handler: &[u8]) -> Result<PathBuf, RegistryError> {
    let copy = copy(root, handler)?;
    let venv = Venv::named(root, "venv-registry");
    venv.install(&root.join(PROJECT).join("requirements.txt")).map_err(RegistryError::Venv)?;
    let mut pip = venv.tool("python");
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
    // Nothing is downloaded for it.
    pip.args(["--no-deps", "--no-build-isolation", "--no-index", "--force-reinstall"]);
    process::run(pip.arg(copy.join("plugin")))?;
    cfn(&venv, &copy, &["validate"])?;
    cfn(&venv, &copy, &["submit", "--dry-run"])?;
    let path = copy.join(PACKAGE);
    let bytes = files::read(&path)?;
    let mut found = archive::names(&bytes)
        .map_err(|source| RegistryError::Open { path: path.clone(), source })?;
    found.sort();
    if found == ENTRIES { Ok(path) } else { Err(RegistryError::Layout { path, found }) }
}

/// The project in a folder of its own, with the handler.
fn copy(root: &Path, handler: &[u8]) -> Result<PathBuf, FileError> {
    let (project, copy) = (root.join(PROJECT), root.join(COPY));
    files::empty_folder(&copy)?;
    for file in FILES {
        files::copy(&project.join(file), &copy.join(file))?;
    }
    files::write(&copy.join("handler.zip"), handler)?;
    Ok(copy)
}

/// Runs the CLI on the project at `copy`, without an account. What it prints is shown where it fails:
/// offline it tells at length that it cannot ask for the schemas of targets, and goes on.
fn cfn(venv: &Venv, copy: &Path, arguments: &[&str]) -> Result<(), RegistryError> {
    let mut command: Command = venv.tool("cfn");
    command.args(arguments).current_dir(copy).env("AWS_EC2_METADATA_DISABLED", "true");
    for name in ["AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_ACCESS_KEY_ID"] {
        command.env_remove(name);
    }
    process::run_quietly(&mut command)?;
    Ok(())
}
