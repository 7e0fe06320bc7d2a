//! Base64, as manifests and user data are written in.

/// The bytes of `text`: with padding, line breaks passed over, as the API server of Kubernetes does.
///
/// <https://pkg.go.dev/encoding/base64#Encoding.DecodeString>
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    // Most texts are none, and show it within a few bytes.
    let may_stand = |it: u8| it.is_ascii_alphanumeric() || b"+/=\n\r".contains(&it);
    if !text.bytes().all(may_stand) {
        return None;
    }
    let digits: Vec<u8> = text.bytes().filter(|it| !matches!(it, b'\n' | b'\r')).collect();
    let (groups, []) = digits.as_chunks::<4>() else {
        return None;
    };
    let mut bytes = Vec::with_capacity(groups.len() * 3);
    for (index, group) in groups.iter().enumerate() {
        let padding = group.iter().rev().take_while(|it| **it == b'=').count();
        if padding > 2 || padding > 0 && index + 1 < groups.len() {
            return None;
        }
        let mut bits = 0_u32;
        for digit in group {
            let value = match digit {
                b'A'..=b'Z' => digit - b'A',
                b'a'..=b'z' => digit - b'a' + 26,
                b'0'..=b'9' => digit - b'0' + 52,
                b'+' => 62,
                b'/' => 63,
                b'=' => 0,
                _ => return None,
            };
            bits = bits << 6 | u32::from(value);
        }
        // A sign of padding inside a group is caught by its length.
        if group.iter().take(4 - padding).any(|it| *it == b'=') {
            return None;
        }
        let [_, decoded @ ..] = bits.to_be_bytes();
        bytes.extend(decoded.into_iter().take(3 - padding));
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_decoded_strictly() {
        let cases: [(&str, Option<&[u8]>); 10] = [
            ("", Some(b"")),
            ("YQ==", Some(b"a")),
            ("YWI=", Some(b"ab")),
            ("YWJj", Some(b"abc")),
            ("YW\nJj\n", Some(b"abc")),
            ("YQ=", None),
            ("Y===", None),
            ("YQ==YQ==", None),
            ("YQ-_", None),
            ("Y=Jj", None),
        ];
        for (text, expected) in cases {
            assert_eq!(decode(text).as_deref(), expected, "{text}");
        }
    }
}
