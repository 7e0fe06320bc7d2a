//! The parser's marks, which count characters, as bytes of the text.

/// Converts marks of one parse. They mostly grow, so the way from the last one is short.
pub(super) struct Marks<'s> {
    /// The parser's input.
    bytes: &'s [u8],
    is_ascii: bool,
    /// The last mark converted: its character, and its byte.
    known: (usize, usize),
}

impl<'s> Marks<'s> {
    /// Marks in `text`; `is_ascii` says whether each byte of it is a character.
    pub(super) fn new(text: &'s str, is_ascii: bool) -> Self {
        Self { bytes: text.as_bytes(), is_ascii, known: (0, 0) }
    }

    /// The byte at which `character` starts; past the end, the end.
    #[inline]
    pub(super) fn byte(&mut self, character: usize) -> usize {
        if self.is_ascii { character.min(self.bytes.len()) } else { self.walk_to(character) }
    }

    fn walk_to(&mut self, character: usize) -> usize {
        let (mut at, mut byte) = self.known;
        while at > character && byte > 0 {
            byte -= 1;
            at -= usize::from(self.is_start(byte));
        }
        // `byte` is the start of character `at`, now and after each round.
        while at < character && byte < self.bytes.len() {
            let rest = self.bytes.get(byte..).unwrap_or_default();
            if let Some(word) = rest.first_chunk::<8>()
                && character - at > 8
            {
                at += starts_in(*word);
                byte += 8;
            } else {
                at += 1;
                byte += 1;
            }
            while byte < self.bytes.len() && !self.is_start(byte) {
                byte += 1;
            }
        }
        self.known = (at, byte);
        byte
    }

    fn is_start(&self, byte: usize) -> bool {
        self.bytes.get(byte).is_some_and(|it| it & 0xc0 != 0x80)
    }
}

/// The characters that start in eight bytes of UTF-8.
fn starts_in(word: [u8; 8]) -> usize {
    let word = u64::from_le_bytes(word);
    // A continuation byte has its high bit set and the next one clear.
    let continuations = (word >> 7) & !(word >> 6) & 0x0101_0101_0101_0101;
    8 - continuations.count_ones() as usize
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn marks_are_starts_of_characters(
            text in "[a-zé\u{20ac}\u{1f600}]{0,60}",
            wanted in prop::collection::vec(0usize..70, 1..20),
        ) {
            let mut marks = Marks::new(&text, text.is_ascii());
            for character in wanted {
                let expected = text.char_indices().nth(character).map_or(text.len(), |it| it.0);
                prop_assert_eq!(marks.byte(character), expected);
            }
        }
    }
}
