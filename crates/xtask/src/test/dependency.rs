//! Where cargo keeps the source of what we depend on.

use std::path::PathBuf;

use serde::Deserialize;

use crate::process;

use super::{StepError, Workspace};

/// The part we read of what `cargo metadata` prints.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    manifest_path: PathBuf,
}

/// The path of `file` in the package called `name`.
pub(super) fn path(
    workspace: &Workspace,
    name: &'static str,
    file: &str,
) -> Result<PathBuf, StepError> {
    let output = process::capture(&mut workspace.cargo(&["metadata", "--format-version", "1"]))?;
    let Metadata { packages } =
        serde_json::from_slice(&output.stdout).map_err(|source| StepError::Metadata { source })?;
    let manifest = packages.into_iter().find(|it| it.name == name).map(|it| it.manifest_path);
    let path = manifest.map(|it| it.with_file_name(file));
    path.filter(|it| it.exists()).ok_or_else(|| StepError::Nothing {
        what: name,
        folder: "the packages of this workspace".into(),
    })
}
