//! Writing a file of our own: whole or not at all.

use std::fs::{self, File};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::Path;

use crate::temporary::{Temporary, sweep};

/// Puts what `write` writes into the file at `path`: beside it first, and in its place once all of it
/// is there. What stood there before stays until then.
pub(crate) fn write_whole(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    // Whoever reads through a link keeps doing so.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = path.parent().unwrap_or(&path);
    sweep(folder);
    let file = Temporary::readable(folder)?;
    let mut writer = BufWriter::new(&*file);
    write(&mut writer)?;
    writer.flush()?;
    drop(writer);
    if let Ok(metadata) = fs::metadata(&path) {
        file.set_permissions(metadata.permissions())?;
    }
    file.persist(&path)
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
