//! The text as `saphyr-parser` reads it: faster than its own input, above all where each byte is
//! a character.
//!
//! Marks count characters here just as with the parser's own input. Past the end there is `\0`,
//! as the trait asks.

use saphyr_parser::Input;
use saphyr_parser::input::{SkipTabs, is_alpha, is_blank, is_blank_or_breakz, is_break, is_breakz};

/// The parser sizes its buffers by this; short plain scalars then fit what it allocates first.
const LOOKAHEAD: usize = 16;

const BYTE_ORDER_MARK: char = '\u{feff}';

/// How characters lie in bytes.
pub(super) trait Encoding {
    /// The character at the start of `bytes`, and its length; `\0` of length 0 at the end.
    fn first(bytes: &[u8]) -> (char, usize);

    /// Takes the first character off, if there is one.
    #[inline]
    fn skip(bytes: &mut std::slice::Iter<'_, u8>) {
        let (_, length) = Self::first(bytes.as_slice());
        *bytes = bytes.as_slice().get(length..).unwrap_or_default().iter();
    }

    /// The `n`th character of `bytes`, from 0; `\0` past the end.
    #[inline]
    fn nth(mut bytes: &[u8], n: usize) -> char {
        for _ in 0..n {
            bytes = bytes.get(Self::first(bytes).1..).unwrap_or_default();
        }
        Self::first(bytes).0
    }
}

/// Every byte is a character.
pub(super) struct Ascii;

impl Encoding for Ascii {
    #[inline]
    fn first(bytes: &[u8]) -> (char, usize) {
        bytes.first().map_or(('\0', 0), |&byte| (ascii(byte), 1))
    }

    #[inline]
    fn nth(bytes: &[u8], n: usize) -> char {
        bytes.get(n).map_or('\0', |&byte| ascii(byte))
    }

    #[inline]
    fn skip(bytes: &mut std::slice::Iter<'_, u8>) {
        bytes.next();
    }
}

/// The character of a byte below 128. That it can be no other spares its user to encode it.
#[inline]
fn ascii(byte: u8) -> char {
    char::from(byte & 0x7f)
}

/// UTF-8, already known to be valid.
pub(super) struct Utf8;

impl Encoding for Utf8 {
    #[inline]
    fn first(bytes: &[u8]) -> (char, usize) {
        match bytes {
            [] => ('\0', 0),
            &[byte @ 0..0x80, ..] => (char::from(byte), 1),
            _ => decode(bytes),
        }
    }
}

#[cold]
fn decode(bytes: &[u8]) -> (char, usize) {
    let rest = |index: usize| u32::from(bytes.get(index).copied().unwrap_or(0) & 0x3f);
    let first = u32::from(bytes.first().copied().unwrap_or(0));
    let (code, length) = match first {
        ..0xe0 => ((first & 0x1f) << 6 | rest(1), 2),
        0xe0..0xf0 => ((first & 0xf) << 12 | rest(1) << 6 | rest(2), 3),
        _ => ((first & 7) << 18 | rest(1) << 12 | rest(2) << 6 | rest(3), 4),
    };
    (char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), length)
}

/// What is left to read.
pub(super) struct TextInput<'t, E> {
    rest: std::slice::Iter<'t, u8>,
    encoding: std::marker::PhantomData<E>,
}

impl<'t, E: Encoding> TextInput<'t, E> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { rest: text.as_bytes().iter(), encoding: std::marker::PhantomData }
    }

    #[inline]
    fn rest(&self) -> &'t [u8] {
        self.rest.as_slice()
    }

    #[inline]
    fn byte(&self) -> u8 {
        self.rest().first().copied().unwrap_or(0)
    }

    /// Takes characters while `wanted` is true of them; returns how many.
    #[inline]
    fn take(&mut self, mut wanted: impl FnMut(char) -> bool) -> usize {
        let mut count = 0;
        loop {
            let (character, length) = E::first(self.rest());
            if length == 0 || !wanted(character) {
                return count;
            }
            E::skip(&mut self.rest);
            count += 1;
        }
    }
}

fn is_on_line(character: char) -> bool {
    !is_breakz(character) && character != BYTE_ORDER_MARK
}

impl<E: Encoding> Input for TextInput<'_, E> {
    #[inline]
    fn lookahead(&mut self, _count: usize) {}

    #[inline]
    fn buflen(&self) -> usize {
        LOOKAHEAD
    }

    #[inline]
    fn bufmaxlen(&self) -> usize {
        LOOKAHEAD
    }

    #[inline]
    fn raw_read_ch(&mut self) -> char {
        let character = self.peek();
        E::skip(&mut self.rest);
        character
    }

    #[inline]
    fn raw_read_non_breakz_ch(&mut self) -> Option<char> {
        let character = self.peek();
        is_on_line(character).then(|| {
            E::skip(&mut self.rest);
            character
        })
    }

    #[inline]
    fn skip(&mut self) {
        E::skip(&mut self.rest);
    }

    #[inline]
    fn skip_n(&mut self, count: usize) {
        for _ in 0..count {
            self.skip();
        }
    }

    #[inline]
    fn peek(&self) -> char {
        E::first(self.rest()).0
    }

    #[inline]
    fn peek_nth(&self, n: usize) -> char {
        E::nth(self.rest(), n)
    }

    #[inline]
    fn peek_opt(&self) -> Option<char> {
        let (character, length) = E::first(self.rest());
        (length > 0).then_some(character)
    }

    #[inline]
    fn next_2_are(&self, c1: char, c2: char) -> bool {
        self.peek() == c1 && self.peek_nth(1) == c2
    }

    #[inline]
    fn next_3_are(&self, c1: char, c2: char, c3: char) -> bool {
        self.next_2_are(c1, c2) && self.peek_nth(2) == c3
    }

    #[inline]
    fn next_is_document_indicator(&self) -> bool {
        self.next_is_document_start() || self.next_is_document_end()
    }

    #[inline]
    fn next_is_document_start(&self) -> bool {
        is_marker(self.rest(), *b"---")
    }

    #[inline]
    fn next_is_document_end(&self) -> bool {
        is_marker(self.rest(), *b"...")
    }

    fn skip_ws_to_eol(&mut self, skip_tabs: SkipTabs) -> (usize, Result<SkipTabs, &'static str>) {
        let (mut has_tab, mut has_space) = (false, false);
        let mut count = self.take(|it| match it {
            ' ' => {
                has_space = true;
                true
            }
            '\t' if skip_tabs == SkipTabs::Yes => {
                has_tab = true;
                true
            }
            _ => false,
        });
        if self.byte() == b'#' {
            if !has_tab && !has_space {
                let message = "comments must be separated from other tokens by whitespace";
                return (count, Err(message));
            }
            count += self.skip_while_non_breakz();
        }
        // The parser wants no letter or `-` behind `:` and a tab, lest a collection start there.
        // Most often it is a plain value, which YAML allows, so only an item is held back.
        let is_item = self.byte() == b'-' && is_blank_or_breakz(self.peek_nth(1));
        (count, Ok(SkipTabs::Result(has_tab, has_space || has_tab && !is_item)))
    }

    #[expect(clippy::inline_always, reason = "called for every character of a plain scalar")]
    #[inline(always)]
    fn next_can_be_plain_scalar(&self, in_flow: bool) -> bool {
        match self.peek() {
            ':' => {
                let next = self.peek_nth(1);
                !(is_blank_or_breakz(next) || in_flow && is_flow_indicator(next))
            }
            BYTE_ORDER_MARK => false,
            character => !(in_flow && is_flow_indicator(character)),
        }
    }

    #[inline]
    fn next_is_blank_or_break(&self) -> bool {
        matches!(self.byte(), b' ' | b'\t' | b'\n' | b'\r')
    }

    #[inline]
    fn next_is_blank_or_breakz(&self) -> bool {
        matches!(self.byte(), b' ' | b'\t' | b'\n' | b'\r' | 0)
    }

    #[inline]
    fn next_is_blank(&self) -> bool {
        matches!(self.byte(), b' ' | b'\t')
    }

    #[inline]
    fn next_is_break(&self) -> bool {
        matches!(self.byte(), b'\n' | b'\r')
    }

    #[inline]
    fn next_is_breakz(&self) -> bool {
        matches!(self.byte(), b'\n' | b'\r' | 0)
    }

    #[inline]
    fn next_is_z(&self) -> bool {
        self.byte() == 0
    }

    fn skip_while_non_breakz(&mut self) -> usize {
        self.take(is_on_line)
    }

    fn skip_while_blank(&mut self) -> usize {
        self.take(is_blank)
    }

    fn fetch_while_is_alpha(&mut self, out: &mut String) -> usize {
        self.take(|it| {
            let is_wanted = is_alpha(it);
            if is_wanted {
                out.push(it);
            }
            is_wanted
        })
    }

    fn fetch_while_is_yaml_non_space(&mut self, out: &mut String) -> usize {
        self.take(|it| {
            let is_wanted = is_on_line(it) && !is_blank(it);
            if is_wanted {
                out.push(it);
            }
            is_wanted
        })
    }
}

/// Whether `bytes` start with a document marker.
#[inline]
fn is_marker(bytes: &[u8], marker: [u8; 3]) -> bool {
    bytes.starts_with(&marker)
        && bytes
            .get(3)
            .is_none_or(|&it| is_blank(char::from(it)) || is_break(char::from(it)) || it == 0)
}

fn is_flow_indicator(character: char) -> bool {
    matches!(character, ',' | '[' | ']' | '{' | '}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use saphyr_parser::Parser;

    use super::*;
    use crate::tests::properties::yaml_like;

    /// All events up to the first error, which the parser would repeat for ever.
    fn events<I: Input>(parser: Parser<'_, I>) -> Vec<String> {
        let mut is_broken = false;
        let until_error = |it: &Result<_, _>| !std::mem::replace(&mut is_broken, it.is_err());
        parser.take_while(until_error).map(|it| format!("{it:?}")).collect()
    }

    fn check(text: &str) {
        let expected = events(Parser::new_from_str(text));
        assert_eq!(events(Parser::new(TextInput::<Utf8>::new(text))), expected, "of {text:?}");
        if text.is_ascii() {
            assert_eq!(events(Parser::new(TextInput::<Ascii>::new(text))), expected, "of {text:?}");
        }
    }

    #[test]
    fn events_are_the_same_for_odd_texts() {
        for text in [
            "",
            "\0",
            "a\0b",
            "a: \u{feff}b",
            "# é\u{feff}",
            "%TAG ! tag:é,2000:\n---\na",
            "a: |\n \u{1f600}\0",
        ] {
            check(text);
        }
    }

    proptest! {
        #[test]
        fn events_are_the_same(text in yaml_like()) {
            // Behind a colon we are more lenient on purpose.
            check(&text.replace(":\t", ": "));
        }
    }
}
