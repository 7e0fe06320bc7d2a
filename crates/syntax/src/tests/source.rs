//! Bytes to text.

use super::*;
use crate::{Place, SourceError};

fn read(bytes: &[u8]) -> Result<String, String> {
    let source = Source::from_bytes(FILE, "it.yaml".to_owned(), bytes.to_vec());
    source.map(|it| it.text).map_err(|it| it.to_string())
}

#[test]
fn utf8_is_kept_as_it_is() {
    assert_eq!(read("\u{feff}a: é\r\n".as_bytes()).unwrap(), "\u{feff}a: é\r\n");
    assert_eq!(read(b"").unwrap(), "");
}

#[test]
fn other_encodings_are_named() {
    for (bytes, expected) in [
        (&b"\xff\xfea\0"[..], "the file is encoded as UTF-16 (little endian), save it as UTF-8"),
        (b"\xfe\xff\0a", "the file is encoded as UTF-16 (big endian), save it as UTF-8"),
        (b"\xff\xfe\0\0a\0\0\0", "the file is encoded as UTF-32 (little endian), save it as UTF-8"),
        (b"\0\0\xfe\xff\0\0\0a", "the file is encoded as UTF-32 (big endian), save it as UTF-8"),
        (
            "a: é\nü: \"".as_bytes().iter().copied().chain([0xe4]).collect::<Vec<_>>().leak(),
            "the byte at line 2, column 5 is not UTF-8, save the file as UTF-8",
        ),
    ] {
        assert_eq!(read(bytes).unwrap_err(), expected);
    }
}

#[test]
fn the_first_bad_byte_has_a_place() {
    let error = Source::from_bytes(FILE, String::new(), b"ab\n\xff".to_vec()).unwrap_err();
    assert_eq!(error, SourceError::NotUtf8 { place: Place { line: 2, column: 1 } });
}

#[test]
fn size_is_bounded() {
    let limits = Limits { bytes: 4, ..Limits::default() };
    let read = |bytes: &[u8]| {
        Source::from_bytes_within(FILE, String::new(), bytes.to_vec(), &limits).map(|it| it.text)
    };
    assert_eq!(read(b"abcd"), Ok("abcd".to_owned()));
    assert_eq!(read(b"abcde"), Err(SourceError::TooLarge { limit: 4, size: 5 }));
}
