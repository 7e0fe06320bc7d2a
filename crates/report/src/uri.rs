//! Paths as URI references.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// What may not stand in the path of a URI: <https://www.rfc-editor.org/rfc/rfc3986#section-3.3>.
/// A colon might be taken for the end of a scheme.
const RESERVED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b':')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// `path`, written with `/`, as a URI reference: relative to whatever the path is relative to.
pub(crate) fn uri(path: &str) -> String {
    let encoded = utf8_percent_encode(relative(path), RESERVED);
    if is_absolute(path) { format!("file://{encoded}") } else { encoded.to_string() }
}

/// `path` without a `./` before it, which some readers do not expect.
pub(crate) fn relative(path: &str) -> &str {
    path.trim_start_matches("./")
}

pub(crate) fn is_absolute(path: &str) -> bool {
    path.starts_with('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_becomes_a_uri() {
        assert_eq!(uri("infra/db.yaml"), "infra/db.yaml");
        assert_eq!(uri("./a b/50%#1.yaml"), "a%20b/50%25%231.yaml");
        assert_eq!(uri("../ü.yaml"), "../%C3%BC.yaml");
        assert_eq!(uri("/etc/x:y.yaml"), "file:///etc/x%3Ay.yaml");
        assert_eq!(uri("<stdin>"), "%3Cstdin%3E");
    }
}
