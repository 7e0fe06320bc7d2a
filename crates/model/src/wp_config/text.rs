//! The values of PHP strings.

use super::lexer::{Text, TextStyle};

/// What a string without variables stands for.
///
/// <https://www.php.net/manual/en/language.types.string.php>
pub(super) fn value(source: &str, text: &Text) -> String {
    let body = source.get(text.body.clone()).unwrap_or_default();
    match text.style {
        TextStyle::Single => unescaped(body, |escape| match escape {
            '\\' | '\'' => Some(escape),
            _ => None,
        }),
        TextStyle::Double => double_quoted(body, true),
        TextStyle::Nowdoc => outdented(body, text.indent),
        TextStyle::Heredoc => double_quoted(&outdented(body, text.indent), false),
    }
}

/// What a double-quoted string begins with, up to its first variable or escape.
pub(super) fn beginning<'s>(source: &'s str, text: &Text) -> Option<&'s str> {
    let body = source.get(text.body.clone()).filter(|_| text.style == TextStyle::Double)?;
    body.split(['$', '{', '\\']).next()
}

fn outdented(body: &str, indent: usize) -> String {
    let body = body.strip_suffix('\r').unwrap_or(body);
    if indent == 0 {
        return body.to_owned();
    }
    let without = |line: &str| {
        let blanks = line.bytes().take(indent).take_while(|it| matches!(it, b' ' | b'\t')).count();
        line.get(blanks..).unwrap_or_default().to_owned()
    };
    body.split('\n').map(without).collect::<Vec<_>>().join("\n")
}

/// Replaces `\c` by what `replace` makes of `c`; an escape it does not know stays.
fn unescaped(body: &str, replace: impl Fn(char) -> Option<char>) -> String {
    let mut value = String::with_capacity(body.len());
    let mut rest = body;
    while let Some((before, after)) = rest.split_once('\\') {
        value.push_str(before);
        let escape = after.chars().next();
        if let Some(character) = escape.and_then(&replace) {
            value.push(character);
            rest = after.get(escape.map_or(0, char::len_utf8)..).unwrap_or_default();
        } else {
            value.push('\\');
            rest = after;
        }
    }
    value.push_str(rest);
    value
}

fn double_quoted(body: &str, has_quotes: bool) -> String {
    let mut value = String::with_capacity(body.len());
    let mut rest = body;
    while let Some((before, after)) = rest.split_once('\\') {
        value.push_str(before);
        let (character, length) = escape(after, has_quotes).unwrap_or(('\\', 0));
        value.push(character);
        rest = after.get(length..).unwrap_or_default();
    }
    value.push_str(rest);
    value
}

/// The character an escape stands for, and its length without the backslash.
fn escape(after: &str, has_quotes: bool) -> Option<(char, usize)> {
    let first = after.chars().next()?;
    let simple = match first {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'v' => '\u{b}',
        'e' => '\u{1b}',
        'f' => '\u{c}',
        '\\' | '$' => first,
        '"' if has_quotes => first,
        'x' => {
            let digits = digits(after.get(1..)?, 2, 16);
            let code = u32::from_str_radix(digits, 16).ok()?;
            return Some((char::from_u32(code)?, 1 + digits.len()));
        }
        'u' => {
            let (digits, _) = after.strip_prefix("u{")?.split_once('}')?;
            let code = u32::from_str_radix(digits, 16).ok()?;
            return Some((char::from_u32(code)?, digits.len() + 3));
        }
        '0'..='7' => {
            let digits = digits(after, 3, 8);
            let code = u32::from_str_radix(digits, 8).ok()? & 0xff;
            return Some((char::from_u32(code)?, digits.len()));
        }
        _ => return None,
    };
    Some((simple, 1))
}

fn digits(text: &str, at_most: usize, radix: u32) -> &str {
    let length = text.chars().take(at_most).take_while(|it| it.is_digit(radix)).count();
    text.get(..length).unwrap_or_default()
}

/// What `base64_decode` makes of `text`; none where that is no text.
pub(super) fn decode_base64(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let mut buffer = 0_u32;
    let mut bits = 0_u32;
    for byte in text.bytes() {
        let sextet = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' => break,
            // PHP passes over what does not belong there.
            _ => continue,
        };
        buffer = buffer << 6 | u32::from(sextet);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(buffer >> bits & 0xff).unwrap_or_default());
        }
    }
    String::from_utf8(bytes).ok()
}
