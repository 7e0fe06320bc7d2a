//! What an artifact holds: a zip, of which the files we may have something to say about are read,
//! within bounds.

use std::io::{Cursor, Read as _};

use zip::ZipArchive;

/// Why an artifact cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum ArtifactError {
    #[error("it is no zip")]
    NoZip,
    #[error("it is damaged")]
    Damaged,
    #[error("it holds more than {MAX_ENTRIES} files")]
    TooMany,
    #[error("it unpacks to more than {MAX_TOTAL} bytes")]
    TooLarge,
}

const MAX_ENTRIES: usize = 20_000;
/// Of all files read, unpacked, in bytes.
const MAX_TOTAL: usize = 128 << 20;
/// A file larger than that is no template.
const MAX_FILE: u64 = 16 << 20;

/// The endings of files that are read.
const ENDINGS: &[&str] = &[".yaml", ".yml", ".json", ".template", ".php"];

/// The files of a zip, by their paths, in its order.
pub(super) fn files(bytes: &[u8]) -> Result<Vec<(String, Vec<u8>)>, ArtifactError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| ArtifactError::NoZip)?;
    if archive.len() > MAX_ENTRIES {
        return Err(ArtifactError::TooMany);
    }
    let mut files = Vec::new();
    let mut total = 0;
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(|_| ArtifactError::Damaged)?;
        let path = entry.name().map_err(|_| ArtifactError::Damaged)?.replace('\\', "/");
        let lower = path.to_ascii_lowercase();
        if !entry.is_file() || !ENDINGS.iter().any(|it| lower.ends_with(it)) {
            continue;
        }
        // What the directory says of a size is a claim.
        let mut content = Vec::new();
        entry.take(MAX_FILE + 1).read_to_end(&mut content).map_err(|_| ArtifactError::Damaged)?;
        total += content.len();
        if total > MAX_TOTAL || content.len() as u64 > MAX_FILE {
            return Err(ArtifactError::TooLarge);
        }
        files.push((path, content));
    }
    Ok(files)
}
