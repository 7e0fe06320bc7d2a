//! New files beside those whose names they take once they are complete.

use std::fs::{self, File};
use std::io;
use std::ops::Deref;
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

const PREFIX: &str = ".stackseal-";
const SUFFIX: &str = ".tmp";

/// A new file in a folder. Unless it takes another name, it goes when this does; only a kill leaves it
/// behind.
pub(crate) struct Temporary {
    file: NamedTempFile,
    /// Shows to [`sweep`] that somebody writes there.
    _folder: Option<File>,
}

impl Temporary {
    /// A new file in `folder`, which only its owner may read.
    pub(crate) fn new(folder: &Path) -> io::Result<Self> {
        Self::of(folder, &mut Builder::new())
    }

    /// A new file in `folder`, which everybody may read whom the system lets.
    pub(crate) fn readable(folder: &Path) -> io::Result<Self> {
        let mut builder = Builder::new();
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        Self::of(folder, &mut builder)
    }

    fn of(folder: &Path, builder: &mut Builder<'_, '_>) -> io::Result<Self> {
        let handle = File::open(folder).ok().filter(|it| it.try_lock_shared().is_ok());
        let file = builder.prefix(PREFIX).suffix(SUFFIX).tempfile_in(folder)?;
        Ok(Self { file, _folder: handle })
    }

    /// Takes the name `path`, whatever has it until then.
    pub(crate) fn persist(self, path: &Path) -> io::Result<()> {
        self.file.persist(path).map(drop).map_err(|it| it.error)
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        self.file.path()
    }
}

impl Deref for Temporary {
    type Target = File;

    fn deref(&self) -> &File {
        self.file.as_file()
    }
}

/// Removes from `folder` what killed runs have left there, if nobody is writing there now.
///
/// Whoever writes has locked the folder before. So what was listed before nobody had is nobody's. Where
/// folders cannot be locked, nothing is removed.
pub(crate) fn sweep(folder: &Path) {
    let left: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter(|it| it.file_type().is_ok_and(|it| it.is_file()))
        .filter(|it| {
            let name = it.file_name();
            name.to_str().is_some_and(|it| it.starts_with(PREFIX) && it.ends_with(SUFFIX))
        })
        .map(|it| it.path())
        .collect();
    if left.is_empty() {
        return;
    }
    let Ok(handle) = File::open(folder) else { return };
    if handle.try_lock().is_ok() {
        for path in left {
            // Whoever may not remove it can write there all the same.
            let _ = fs::remove_file(path);
        }
    }
}
