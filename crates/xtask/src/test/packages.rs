//! What would be published: packed, unpacked and built from nothing but what was packed.

use std::io::Write;
use std::path::{Path, PathBuf};

use crate::files::{self, FileError};
use crate::process;

use super::{StepError, Workspace};

/// A folder of its own: cargo takes a package of the same version, or at the same place below its
/// workspace, for the same package, so what it once built from a copy must not meet the original.
pub(super) const FOLDER: &str = "target/packages";

/// Members of the workspace that nobody publishes.
const OURS: &[&str] =
    &["xtask", "stackseal-bench", "stackseal-fuzz", "stackseal-hook-bench", "stackseal-tests"];

pub(super) fn run(workspace: &Workspace, _: &mut dyn Write) -> Result<String, StepError> {
    forget(&workspace.root.join(FOLDER).join("debug/.fingerprint"))?;
    for registry in unpacked() {
        forget(&registry)?;
    }
    let mut command = workspace.cargo(&["package", "--workspace", "--quiet", "--locked"]);
    for member in OURS {
        command.args(["--exclude", member]);
    }
    // What is not committed yet is tried, too.
    command.args(["--allow-dirty", "--no-metadata", "--target-dir", FOLDER]);
    process::run(&mut command)?;
    Ok(String::new())
}

/// Removes what `folder`, if it is there, has of our packages, and only of ours: cargo keeps it by
/// version, which stays the same from commit to commit.
fn forget(folder: &Path) -> Result<(), FileError> {
    if !folder.is_dir() {
        return Ok(());
    }
    let is_ours = |it: &PathBuf| {
        it.file_name().is_some_and(|it| it.to_string_lossy().starts_with("stackseal"))
    };
    files::entries(folder)?
        .iter()
        .filter(|it| is_ours(it))
        .try_for_each(|it| files::remove_folder(it))
}

/// Where cargo unpacks what comes from registries without a host: the one it makes of the packages
/// of a workspace.
fn unpacked() -> Vec<PathBuf> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| {
        let home = std::env::var_os("HOME")?;
        Some(Path::new(&home).join(".cargo"))
    });
    let registries = home.map(|it| it.join("registry/src")).filter(|it| it.is_dir());
    let mut found = registries.and_then(|it| files::entries(&it).ok()).unwrap_or_default();
    found.retain(|it| it.file_name().is_some_and(|it| it.to_string_lossy().starts_with('-')));
    found
}
