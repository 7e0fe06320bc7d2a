//! What would be published, packed. It is not built from what was packed: cargo keeps what it
//! unpacks by version, beyond a run, and the version stays the same from commit to commit.

use std::fs;
use std::io::Write;
use std::path::Path;

use crate::process;

use super::{StepError, Workspace};

/// A folder of its own: cargo takes a package of the same version, or at the same place below its
/// workspace, for the same package, so what it once built from a copy must not meet the original.
pub(super) const FOLDER: &str = "target/packages";

/// Members of the workspace that nobody publishes.
const OURS: &[&str] = &["xtask", "stackseal-fuzz", "stackseal-tests"];

pub(super) fn run(workspace: &Workspace, _: &mut dyn Write) -> Result<String, StepError> {
    forget(&workspace.root.join(FOLDER).join("debug/.fingerprint"))?;
    let mut command = workspace.cargo(&["package", "--workspace", "--quiet", "--locked"]);
    for member in OURS {
        command.args(["--exclude", member]);
    }
    // What is not committed yet is tried, too.
    command.args(["--allow-dirty", "--no-metadata", "--no-verify", "--target-dir", FOLDER]);
    process::run(&mut command)?;
    Ok(String::new())
}

/// Lets cargo build our own packages anew, and only them.
fn forget(fingerprints: &Path) -> Result<(), StepError> {
    let Ok(entries) = fs::read_dir(fingerprints) else {
        // Nothing was built yet.
        return Ok(());
    };
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().starts_with("stackseal") {
            let path = entry.path();
            fs::remove_dir_all(&path).map_err(|source| StepError::Write { path, source })?;
        }
    }
    Ok(())
}
