//! JSON into the tree: strict, as RFC 8259 has it, without recursion.
//!
//! Written by hand, since parsers made for values do not tell where keys and values stand.
//! Grammar: <https://www.rfc-editor.org/rfc/rfc8259>.

use crate::builder::{Abort, Builder, Value};
use crate::error::SyntaxErrorKind;
use crate::tree::{Kind, Style};

/// Reads the only document of the builder's text.
pub(crate) fn read(builder: &mut Builder<'_>) -> Result<(), Abort> {
    let text = builder.text();
    let at = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let mut reader = Reader { builder, bytes: text.as_bytes(), at };
    reader.document()?;
    reader.builder.finish_document();
    Ok(())
}

struct Reader<'b, 's> {
    builder: &'b mut Builder<'s>,
    bytes: &'s [u8],
    at: usize,
}

impl Reader<'_, '_> {
    fn document(&mut self) -> Result<(), Abort> {
        'value: loop {
            // A value must follow.
            match self.next_token() {
                b'{' => {
                    self.builder.open(Kind::Mapping, Style::Flow, 0, self.at)?;
                    self.at += 1;
                    if self.next_token() != b'}' {
                        self.key()?;
                        continue 'value;
                    }
                    self.at += 1;
                    self.builder.close(self.at);
                }
                b'[' => {
                    self.builder.open(Kind::Sequence, Style::Flow, 0, self.at)?;
                    self.at += 1;
                    if self.next_token() != b']' {
                        continue 'value;
                    }
                    self.at += 1;
                    self.builder.close(self.at);
                }
                b'"' => self.string()?,
                b'-' | b'0'..=b'9' => self.number()?,
                b't' => self.word(b"true")?,
                b'f' => self.word(b"false")?,
                b'n' => self.word(b"null")?,
                found => return Err(self.no_value(found)),
            }
            // A value ended: go on in the innermost collection.
            loop {
                let Some(kind) = self.builder.kind() else { return self.end() };
                match (kind, self.next_token()) {
                    (Kind::Mapping, b',') => {
                        self.at += 1;
                        self.next_token();
                        self.key()?;
                        continue 'value;
                    }
                    (Kind::Sequence, b',') => {
                        self.at += 1;
                        self.next_token();
                        continue 'value;
                    }
                    (Kind::Mapping, b'}') | (Kind::Sequence, b']') => {
                        self.at += 1;
                        self.builder.close(self.at);
                    }
                    (Kind::Mapping, _) => return Err(self.expected("`,` or `}` behind a value")),
                    (Kind::Sequence | Kind::Scalar, _) => {
                        return Err(self.expected("`,` or `]` behind a value"));
                    }
                }
            }
        }
    }

    fn end(&mut self) -> Result<(), Abort> {
        self.next_token();
        if self.at < self.bytes.len() {
            return Err(self.wrong("there is text behind the end of the document, take it out"));
        }
        Ok(())
    }

    /// A key with its colon, at the next token.
    fn key(&mut self) -> Result<(), Abort> {
        if self.byte() != b'"' {
            return Err(match self.byte() {
                b'}' => self.wrong("a comma stands before `}`, take it out"),
                _ => self.expected("a key in double quotes"),
            });
        }
        self.string()?;
        self.builder.note_key();
        if self.next_token() != b':' {
            return Err(self.expected("`:` behind a key"));
        }
        self.at += 1;
        Ok(())
    }

    fn string(&mut self) -> Result<(), Abort> {
        let start = self.at;
        let first = start + 1;
        let mut at = plain_end(self.bytes, first);
        if self.bytes.get(at) == Some(&b'"') {
            let value = Value::Verbatim(first, at - first);
            self.builder.scalar(Style::DoubleQuoted, 0, start, at + 1, value);
            self.at = at + 1;
            return Ok(());
        }
        let text = self.builder.text();
        let decoded = self.builder.decoded().len();
        let mut copied = first;
        loop {
            self.builder.decoded().push_str(text.get(copied..at).unwrap_or_default());
            match self.bytes.get(at) {
                Some(b'"') => break,
                Some(b'\\') => {
                    self.at = at;
                    let (character, length) = self.escape()?;
                    self.builder.decoded().push(character);
                    at += length;
                }
                Some(_) => {
                    self.at = at;
                    return Err(self.wrong(
                        "a string holds a line end, tab or other control character, \
                         write it as an escape such as `\\n`",
                    ));
                }
                None => {
                    self.at = start;
                    return Err(self.wrong("a string does not end, close it with `\"`"));
                }
            }
            copied = at;
            at = plain_end(self.bytes, at);
        }
        self.builder.decoded_scalar(Style::DoubleQuoted, start, at + 1, decoded);
        self.at = at + 1;
        Ok(())
    }

    /// The character an escape stands for, and the bytes it is written with.
    fn escape(&self) -> Result<(char, usize), Abort> {
        let character = match self.bytes.get(self.at + 1) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(),
            _ => {
                return Err(
                    self.wrong("a string holds an escape JSON does not have, double the `\\`")
                );
            }
        };
        Ok((character, 2))
    }

    fn unicode_escape(&self) -> Result<(char, usize), Abort> {
        let wrong = || self.wrong("four hexadecimal digits must follow `\\u`");
        let half = || self.wrong("a `\\u` escape is half of a surrogate pair, write both halves");
        let first = self.hex(self.at + 2).ok_or_else(wrong)?;
        if let Some(character) = char::from_u32(first) {
            return Ok((character, 6));
        }
        let is_pair = first < 0xdc00
            && self.bytes.get(self.at + 6) == Some(&b'\\')
            && self.bytes.get(self.at + 7) == Some(&b'u');
        let second = if is_pair { self.hex(self.at + 8).ok_or_else(wrong)? } else { 0 };
        if !(0xdc00..0xe000).contains(&second) {
            return Err(half());
        }
        let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
        char::from_u32(code).map(|it| (it, 12)).ok_or_else(half)
    }

    fn hex(&self, at: usize) -> Option<u32> {
        let digits = self.bytes.get(at..at + 4)?;
        digits.iter().try_fold(0, |code, &digit| Some(code << 4 | char::from(digit).to_digit(16)?))
    }

    fn number(&mut self) -> Result<(), Abort> {
        let start = self.at;
        let mut at = start + usize::from(self.byte() == b'-');
        let whole = self.digits(at);
        if whole == at {
            self.at = at;
            return Err(self.expected("a digit"));
        }
        if self.bytes.get(at) == Some(&b'0') && whole > at + 1 {
            return Err(self.wrong("a number starts with 0, take it out or quote the number"));
        }
        at = whole;
        if self.bytes.get(at) == Some(&b'.') {
            let fraction = self.digits(at + 1);
            if fraction == at + 1 {
                self.at = fraction;
                return Err(self.expected("a digit behind the decimal point"));
            }
            at = fraction;
        }
        if let Some(b'e' | b'E') = self.bytes.get(at) {
            let sign = usize::from(matches!(self.bytes.get(at + 1), Some(b'+' | b'-')));
            let exponent = self.digits(at + 1 + sign);
            if exponent == at + 1 + sign {
                self.at = exponent;
                return Err(self.expected("a digit in the exponent"));
            }
            at = exponent;
        }
        let value = Value::Verbatim(start, at - start);
        self.builder.scalar(Style::Plain, 0, start, at, value);
        self.at = at;
        Ok(())
    }

    fn digits(&self, mut at: usize) -> usize {
        while self.bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        at
    }

    fn word(&mut self, word: &[u8]) -> Result<(), Abort> {
        let end = self.at + word.len();
        if self.bytes.get(self.at..end) != Some(word) {
            return Err(self.no_value(self.byte()));
        }
        self.builder.scalar(Style::Plain, 0, self.at, end, Value::Verbatim(self.at, word.len()));
        self.at = end;
        Ok(())
    }

    #[inline]
    fn byte(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    /// Goes to the next byte that is not white space; 0 at the end.
    #[inline]
    fn next_token(&mut self) -> u8 {
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                // A new line is often indented far.
                b'\n' => self.at = behind_blanks(self.bytes, self.at + 1),
                b' ' | b'\r' | b'\t' => self.at += 1,
                _ => return byte,
            }
        }
        0
    }

    fn no_value(&self, found: u8) -> Abort {
        match found {
            b'\'' => self.wrong("a string stands in single quotes, use double quotes"),
            b']' | b'}' => self.wrong("a value is missing before the bracket, or a comma too many"),
            b'/' | b'#' => self.wrong("JSON has no comments, take it out"),
            _ => self.expected("a value"),
        }
    }

    fn expected(&self, what: &str) -> Abort {
        if self.at >= self.bytes.len() {
            self.wrong(&format!("the text ends where {what} is expected"))
        } else {
            self.wrong(&format!("expected {what}"))
        }
    }

    fn wrong(&self, message: &str) -> Abort {
        let kind = SyntaxErrorKind::Json { message: message.to_owned() };
        Abort::at_character(self.builder.text(), self.at, kind)
    }
}

/// Behind most of the blanks from `at` on: fewer than eight may be left.
#[inline]
fn behind_blanks(bytes: &[u8], mut at: usize) -> usize {
    const BLANKS: u64 = u64::from_le_bytes([b' '; 8]);
    while let Some(word) = bytes.get(at..).and_then(|it| it.first_chunk()) {
        let others = u64::from_le_bytes(*word) ^ BLANKS;
        if others != 0 {
            return at + others.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    at
}

/// Where the run of plain string content from `at` ends: at a quote, a backslash, a control
/// character, or the end of the text.
#[inline]
fn plain_end(bytes: &[u8], mut at: usize) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = 0x8080_8080_8080_8080;
    // A byte of `x - ONES` has its high bit set where the byte of `x` was 0 (or, above such a
    // byte, falsely: only the lowest set bit is looked at).
    let zeros = |word: u64| word.wrapping_sub(ONES) & !word & HIGHS;
    while let Some(word) = bytes.get(at..).and_then(|it| it.first_chunk::<8>()) {
        let word = u64::from_le_bytes(*word);
        let quotes = zeros(word ^ (ONES * u64::from(b'"')));
        let escapes = zeros(word ^ (ONES * u64::from(b'\\')));
        let controls = word.wrapping_sub(ONES * 0x20) & !word & HIGHS;
        let ends = quotes | escapes | controls;
        if ends != 0 {
            return at + ends.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    while bytes.get(at).is_some_and(|&it| it >= 0x20 && it != b'"' && it != b'\\') {
        at += 1;
    }
    at
}
