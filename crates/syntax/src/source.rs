//! The text of a file.

use thiserror::Error;

use crate::limits::Limits;
use crate::place::{LineIndex, Place};
use crate::span::FileId;

/// One file as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The file, by its number in the run.
    pub id: FileId,
    /// The path as shown to people, with `/` between its parts.
    pub path: String,
    /// The whole text. A byte order mark stays in it, so that offsets are those of the file.
    pub text: String,
}

/// Why bytes are not a text that can be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SourceError {
    /// The bytes are in another encoding, as their byte order mark says.
    #[error("the file is encoded as {encoding}, save it as UTF-8")]
    OtherEncoding {
        /// The name of the encoding.
        encoding: &'static str,
    },
    /// A byte is not part of a UTF-8 character.
    #[error(
        "the byte at line {}, column {} is not UTF-8, save the file as UTF-8",
        place.line,
        place.column
    )]
    NotUtf8 {
        /// Where the first such byte stands.
        place: Place,
    },
    /// The file is larger than the bound.
    #[error("the file has {size} bytes, at most {limit} are read, split it")]
    TooLarge {
        /// The bound, in bytes.
        limit: usize,
        /// The size of the file, in bytes.
        size: usize,
    },
}

impl Source {
    /// Takes the bytes of a file as text, within the default [`Limits`].
    ///
    /// # Errors
    ///
    /// When the bytes are not UTF-8, or more than the default limit.
    pub fn from_bytes(id: FileId, path: String, bytes: Vec<u8>) -> Result<Self, SourceError> {
        Self::from_bytes_within(id, path, bytes, &Limits::default())
    }

    /// Takes the bytes of a file as text, if they are no more than `limits` allow.
    ///
    /// # Errors
    ///
    /// When the bytes are not UTF-8, or too many.
    pub fn from_bytes_within(
        id: FileId,
        path: String,
        bytes: Vec<u8>,
        limits: &Limits,
    ) -> Result<Self, SourceError> {
        let limit = limits.max_bytes();
        if bytes.len() > limit {
            return Err(SourceError::TooLarge { limit, size: bytes.len() });
        }
        if let Some(encoding) = other_encoding(&bytes) {
            return Err(SourceError::OtherEncoding { encoding });
        }
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Self { id, path, text }),
            Err(error) => {
                let valid = error.utf8_error().valid_up_to();
                let before = error.as_bytes().get(..valid).unwrap_or_default();
                let before = String::from_utf8_lossy(before);
                let end = u32::try_from(valid).unwrap_or(u32::MAX);
                let place = LineIndex::new(&before).place(&before, end);
                Err(SourceError::NotUtf8 { place })
            }
        }
    }
}

/// The encoding that the byte order mark announces, if it is not UTF-8.
///
/// Marks: <https://www.unicode.org/faq/utf_bom.html#bom4>
fn other_encoding(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        // Before UTF-16, whose mark is the start of this one.
        [0xff, 0xfe, 0, 0, ..] => Some("UTF-32 (little endian)"),
        [0, 0, 0xfe, 0xff, ..] => Some("UTF-32 (big endian)"),
        [0xff, 0xfe, ..] => Some("UTF-16 (little endian)"),
        [0xfe, 0xff, ..] => Some("UTF-16 (big endian)"),
        _ => None,
    }
}
