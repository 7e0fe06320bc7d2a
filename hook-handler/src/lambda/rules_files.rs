//! The files of Guard rules that a path in a configuration leads to.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use stackseal_guard::is_rules_file;

use crate::settings::SettingsError;

/// The file `path`, or the files of rules in and below the folder of that name, in order.
pub(super) fn below(path: &Path) -> Result<Vec<PathBuf>, SettingsError> {
    let refused = |because: String| {
        let path = path.display().to_string();
        SettingsError::Read { path, because }
    };
    let files = walk(path).map_err(|it| refused(it.kind().to_string()))?;
    if files.is_empty() {
        let because = "it holds no rules: files that end with .guard or .ruleset";
        return Err(refused(because.to_owned()));
    }
    Ok(files)
}

fn walk(path: &Path) -> io::Result<Vec<PathBuf>> {
    if !fs::metadata(path)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    let mut folders = vec![path.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let path = entry.path();
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            // Links to folders are not followed: they may lead back.
            if entry.file_type()?.is_dir() {
                folders.push(path);
            } else if is_rules_file(&path) && path.is_file() {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_looked_through_and_a_file_is_taken_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        for path in ["b.guard", "deep/er/a.ruleset", "deep/notes.txt", ".git/c.guard", "d.rules"] {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let names = |path: &str| {
            let found = below(&folder.path().join(path)).map_err(|it| it.to_string())?;
            let names = found.iter().map(|it| it.strip_prefix(folder.path()).unwrap().display());
            Ok::<_, String>(names.map(|it| it.to_string()).collect::<Vec<_>>())
        };
        assert_eq!(names(".").unwrap(), ["b.guard", "deep/er/a.ruleset"]);
        assert_eq!(names("d.rules").unwrap(), ["d.rules"]);
        fs::remove_file(folder.path().join("deep/er/a.ruleset")).unwrap();
        assert!(names("deep").unwrap_err().contains("it holds no rules"));
        assert!(names("none").unwrap_err().contains("none: entity not found"));
    }
}
