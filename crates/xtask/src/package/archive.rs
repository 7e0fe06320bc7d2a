//! The zip: the same bytes for the same contents.

use std::borrow::Cow;
use std::io::{self, Cursor, Read as _, Write as _};

use thiserror::Error;
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

/// A file in the zip.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry<'a> {
    /// Its path.
    pub(super) name: &'a str,
    /// What it holds.
    pub(super) bytes: &'a [u8],
    /// Whether Lambda must be able to start it.
    pub(super) executable: bool,
}

/// Why there is no zip.
#[derive(Debug, Error)]
pub(crate) enum ArchiveError {
    /// An entry cannot be part of one, or is none.
    #[error("{name} is no entry")]
    Entry {
        /// Its path.
        name: String,
        /// Why.
        source: ZipError,
    },
    /// The bytes of an entry did not get in, or out.
    #[error("cannot compress or expand {name}")]
    Compress {
        /// Its path.
        name: String,
        /// Why.
        source: io::Error,
    },
    /// What should be one is none.
    #[error("it is no zip")]
    NoZip {
        /// Why.
        source: ZipError,
    },
    /// It has no end.
    #[error("cannot end it")]
    End {
        /// Why.
        source: ZipError,
    },
}

/// A zip of `entries`, in their order. It knows no time and no owner.
pub(super) fn of(entries: &[Entry<'_>]) -> Result<Vec<u8>, ArchiveError> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for &Entry { name, bytes, executable } in entries {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(9))
            .last_modified_time(DateTime::DEFAULT)
            // Lambda runs functions as a user of its own: it is others that must be able to read.
            .unix_permissions(if executable { 0o755 } else { 0o644 });
        writer
            .start_file(name, options)
            .map_err(|source| ArchiveError::Entry { name: name.to_owned(), source })?;
        writer
            .write_all(bytes)
            .map_err(|source| ArchiveError::Compress { name: name.to_owned(), source })?;
    }
    Ok(writer.finish().map_err(|source| ArchiveError::End { source })?.into_inner())
}

/// What stands in the zip `bytes` under `name`, and whether Lambda is told that it can be started.
pub(super) fn entry(bytes: &[u8], name: &str) -> Result<(Vec<u8>, bool), ArchiveError> {
    let mut archive =
        ZipArchive::new(Cursor::new(bytes)).map_err(|source| ArchiveError::NoZip { source })?;
    let no_entry = |source| ArchiveError::Entry { name: name.to_owned(), source };
    let mut file = archive.by_name(name).map_err(no_entry)?;
    let executable = file.unix_mode().is_some_and(|it| it & 0o555 == 0o555);
    let mut content = Vec::new();
    file.read_to_end(&mut content)
        .map_err(|source| ArchiveError::Compress { name: name.to_owned(), source })?;
    Ok((content, executable))
}

/// The names in the zip `bytes`, in its order.
pub(super) fn names(bytes: &[u8]) -> Result<Vec<String>, ArchiveError> {
    let no_zip = |source| ArchiveError::NoZip { source };
    let archive = ZipArchive::new(Cursor::new(bytes)).map_err(no_zip)?;
    archive.file_names().map(|it| it.map(Cow::into_owned).map_err(no_zip)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENTRIES: &[Entry<'_>] = &[
        Entry { name: "bootstrap", bytes: b"\x7fELF binary", executable: true },
        Entry { name: "stackseal.yaml", bytes: b"profile: strict\n", executable: false },
    ];

    #[test]
    fn what_goes_in_comes_out_and_only_the_binary_starts() {
        let zip = of(ENTRIES).unwrap();
        let mut archive = ZipArchive::new(Cursor::new(zip)).unwrap();
        assert_eq!(archive.len(), 2);
        for (index, entry) in ENTRIES.iter().enumerate() {
            let mut file = archive.by_index(index).unwrap();
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).unwrap();
            let mode = file.unix_mode().unwrap() & 0o777;
            let expected = if entry.executable { 0o755 } else { 0o644 };
            let name = file.name().unwrap().into_owned();
            assert_eq!((&*name, &*bytes, mode), (entry.name, entry.bytes, expected));
            assert_eq!(file.last_modified(), Some(DateTime::DEFAULT));
        }
    }
}
