//! Writing a file anew: whole or not at all, and only if it is still what was read.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

use crate::temporary::Temporary;

/// Why a file was not written; it is then what it was.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReplaceError {
    #[error("not fixed: it has changed since it was read, run again")]
    Changed,
    #[error("not fixed: it is no file")]
    NoFile,
    #[error("not fixed: it is read-only")]
    ReadOnly,
    #[error("not fixed: it cannot be read again: {0}")]
    Read(#[source] io::Error),
    #[error("not fixed: no file can be made in its folder: {0}")]
    Folder(#[source] io::Error),
    #[error("not fixed: it cannot be written: {0}")]
    Write(#[source] io::Error),
}

/// Puts `after` into the file at `path`, which holds `before`.
///
/// The text is written into a new file beside it, which then takes its name: at any moment there
/// is the old text or the new one, whatever happens. A link stays, and what it leads to is written.
/// Permissions stay, and so does the owner where the system lets us.
pub(crate) fn replace(path: &Path, before: &str, after: &str) -> Result<(), ReplaceError> {
    let path = fs::canonicalize(path).map_err(ReplaceError::Read)?;
    let metadata = fs::metadata(&path).map_err(ReplaceError::Read)?;
    // What came through a pipe cannot be put back, and reading it again may never end.
    if !metadata.is_file() {
        return Err(ReplaceError::NoFile);
    }
    if metadata.permissions().readonly() {
        return Err(ReplaceError::ReadOnly);
    }
    let folder = path.parent().unwrap_or(&path);
    let file = Temporary::new(folder).map_err(ReplaceError::Folder)?;
    let written = (&*file).write_all(after.as_bytes()).and_then(|()| {
        keep_owner(file.path(), &metadata);
        file.set_permissions(metadata.permissions())?;
        file.sync_all()
    });
    written.map_err(ReplaceError::Write)?;
    // As late as can be.
    if fs::read(&path).map_err(ReplaceError::Read)? != before.as_bytes() {
        return Err(ReplaceError::Changed);
    }
    file.persist(&path).map_err(ReplaceError::Write)?;
    // The name is on disk once the folder is. Some systems cannot do that, and lose nothing by it.
    let _ = File::open(folder).and_then(|it| it.sync_all());
    Ok(())
}

#[cfg(unix)]
fn keep_owner(path: &Path, metadata: &fs::Metadata) {
    use std::os::unix::fs::{MetadataExt as _, chown};
    // Only the superuser may give files away; everybody else owns them already, or cannot.
    let _ = chown(path, Some(metadata.uid()), Some(metadata.gid()));
}

#[cfg(not(unix))]
fn keep_owner(_: &Path, _: &fs::Metadata) {}
