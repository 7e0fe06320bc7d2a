//! The fixtures that other tools judge.

use std::fs;
use std::path::{Path, PathBuf};

use super::StepError;

/// The reference architecture, whole: sealed in one folder, open in another.
pub(super) const WORDPRESS: &str = "fixtures/wordpress";

/// What carries stackseal into an account: the hook, and the gates of pipelines.
pub(super) const DEPLOYMENT: &[&str] = &["ci", "hook-handler"];

/// Every file below `folder`, both as seen from `root`, in the order of their paths.
pub(super) fn below(root: &Path, folder: &str) -> Result<Vec<PathBuf>, StepError> {
    let mut files = Vec::new();
    let mut folders = vec![PathBuf::from(folder)];
    while let Some(folder) = folders.pop() {
        let read = |source| StepError::Read { path: folder.clone(), source };
        for entry in fs::read_dir(root.join(&folder)).map_err(read)? {
            let entry = entry.map_err(read)?;
            let path = folder.join(entry.file_name());
            if entry.path().is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    Ok(files)
}

/// Whether `path` ends in one of the `extensions`.
pub(super) fn has_extension(path: &Path, extensions: &[&str]) -> bool {
    path.extension().is_some_and(|it| extensions.iter().any(|known| it == *known))
}

/// Whether one of the folders of `path` is called `name`.
pub(super) fn is_within(path: &Path, name: &str) -> bool {
    path.components().any(|it| it.as_os_str() == name)
}
