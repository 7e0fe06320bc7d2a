//! Writing a file of our own: whole or not at all.

use std::fs::{self, File};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::Path;

#[cfg(unix)]
use std::os::unix::fs::PermissionsExt as _;

use tempfile::Builder;

/// Puts what `write` writes into the file at `path`: beside it first, and in its place once all of it
/// is there. What stood there before stays until then.
pub(crate) fn write_whole(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    // Whoever reads through a link keeps doing so.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = path.parent().unwrap_or(&path);
    let mut builder = Builder::new();
    builder.prefix(".stackseal-").suffix(".tmp");
    // Without a word, only its owner may read such a file.
    #[cfg(unix)]
    builder.permissions(fs::Permissions::from_mode(0o666));
    let mut file = BufWriter::new(builder.tempfile_in(folder)?);
    write(&mut file)?;
    let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
    if let Ok(metadata) = fs::metadata(&path) {
        file.as_file().set_permissions(metadata.permissions())?;
    }
    file.persist(&path).map_err(|error| error.error)?;
    Ok(())
}

/// Puts what `write` writes into what is at `path`: [whole](write_whole), if that is a file that can
/// be replaced; as it comes, if it is a pipe, a device, or a file whose folder is closed to us.
pub(crate) fn write_to(
    path: &Path,
    write: impl Fn(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    // What the system shows as a file in these folders may be one that somebody else has open.
    let is_file = fs::metadata(path).map_or(true, |it| it.is_file())
        && !path.starts_with("/dev")
        && !path.starts_with("/proc");
    if is_file {
        match write_whole(path, &write) {
            Err(error) if path.exists() && is_about_folder(&error) => (),
            done => return done,
        }
    }
    let mut file = BufWriter::new(File::create(path)?);
    write(&mut file)?;
    file.flush()
}

/// Whether only the place of a file cannot be taken, such as that of one mounted into a container.
fn is_about_folder(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem | ErrorKind::ResourceBusy
    )
}
