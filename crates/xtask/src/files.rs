//! Files and folders, with errors that name them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// A file or folder of no use.
#[derive(Debug, Error)]
pub(crate) enum FileError {
    /// It is there, but not readable, or not there.
    #[error("cannot read {}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It could not be written, made or removed.
    #[error("cannot write {}", path.display())]
    Write {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

fn unread(path: &Path) -> impl FnOnce(io::Error) -> FileError {
    move |source| FileError::Read { path: path.to_owned(), source }
}

fn unwritten(path: &Path) -> impl FnOnce(io::Error) -> FileError {
    move |source| FileError::Write { path: path.to_owned(), source }
}

pub(crate) fn read(path: &Path) -> Result<Vec<u8>, FileError> {
    fs::read(path).map_err(unread(path))
}

pub(crate) fn read_text(path: &Path) -> Result<String, FileError> {
    fs::read_to_string(path).map_err(unread(path))
}

/// Writes the file `path`, and makes the folders above it.
pub(crate) fn write(path: &Path, content: impl AsRef<[u8]>) -> Result<(), FileError> {
    make_folder_of(path)?;
    fs::write(path, content).map_err(unwritten(path))
}

/// Lets everybody start the file `path`.
#[cfg(unix)]
pub(crate) fn make_executable(path: &Path) -> Result<(), FileError> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).map_err(unwritten(path))
}

/// Copies the file `from` to `to`, and makes the folders above that.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<(), FileError> {
    make_folder_of(to)?;
    fs::copy(from, to).map(|_| ()).map_err(unwritten(to))
}

fn make_folder_of(path: &Path) -> Result<(), FileError> {
    path.parent().map_or(Ok(()), make_folder)
}

pub(crate) fn make_folder(path: &Path) -> Result<(), FileError> {
    fs::create_dir_all(path).map_err(unwritten(path))
}

/// Removes the folder `path` and everything in it, if it is there.
pub(crate) fn remove_folder(path: &Path) -> Result<(), FileError> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done.map_err(unwritten(path)),
    }
}

/// Makes the folder `path` be there, with nothing in it.
pub(crate) fn empty_folder(path: &Path) -> Result<(), FileError> {
    remove_folder(path)?;
    make_folder(path)
}

/// What stands in the folder `path`, sorted.
pub(crate) fn entries(path: &Path) -> Result<Vec<PathBuf>, FileError> {
    let mut found = Vec::new();
    for entry in fs::read_dir(path).map_err(unread(path))? {
        found.push(entry.map_err(unread(path))?.path());
    }
    found.sort();
    Ok(found)
}

/// Every file below `folder`, both as seen from `root`, in the order of their paths.
pub(crate) fn below(root: &Path, folder: &str) -> Result<Vec<PathBuf>, FileError> {
    let mut files = Vec::new();
    let mut folders = vec![root.join(folder)];
    while let Some(folder) = folders.pop() {
        for path in entries(&folder)? {
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path.strip_prefix(root).unwrap_or(&path).to_owned());
            }
        }
    }
    files.sort();
    Ok(files)
}
