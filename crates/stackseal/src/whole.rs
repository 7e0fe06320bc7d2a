//! Writing a file of our own: whole or not at all.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

#[cfg(unix)]
use std::os::unix::fs::PermissionsExt as _;

use tempfile::Builder;

/// Puts `bytes` into the file at `path`: beside it first, and in its place once all of them are
/// written. What stood there before stays until then.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // Whoever reads through a link keeps doing so.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = path.parent().unwrap_or(&path);
    let mut builder = Builder::new();
    builder.prefix(".stackseal-").suffix(".tmp");
    // Without a word, only its owner may read such a file.
    #[cfg(unix)]
    builder.permissions(fs::Permissions::from_mode(0o666));
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(bytes)?;
    if let Ok(metadata) = fs::metadata(&path) {
        file.as_file().set_permissions(metadata.permissions())?;
    }
    file.as_file().sync_all()?;
    file.persist(&path).map_err(|error| error.error)?;
    Ok(())
}
