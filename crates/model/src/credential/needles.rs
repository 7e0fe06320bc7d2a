//! The literal pieces of all formats of tokens, looked for at once.
//!
//! Almost no text holds one. So every three bytes are asked first whether any needle is known by
//! them: one multiplication and one bit.

use std::sync::LazyLock;

use super::formats::FORMATS;
use super::token::Format;

/// Three bytes have a mark of so many bits.
const MARK_BITS: u32 = 16;

/// The needles of [`FORMATS`].
static NEEDLES: LazyLock<Needles> = LazyLock::new(Needles::new);

struct Needles {
    /// One bit for each mark by which some needle is known.
    marked: Vec<u64>,
    /// Sorted by their marks.
    needles: Vec<Needle>,
}

struct Needle {
    mark: u16,
    /// Where in the needle the three bytes end that it is known by.
    offset: usize,
    text: &'static [u8],
    /// The format it belongs to, and its index.
    format: &'static Format,
    index: u32,
}

/// One bit for each format of which a needle stands in `text`, with what its expression wants behind
/// it.
pub(super) fn candidates(text: &[u8]) -> u128 {
    let mut found = 0;
    NEEDLES.each_in(text, |needle| found |= 1 << needle.index);
    found
}

/// Bytes in front of a mark that do not count any more.
fn push(bytes: u32, byte: u8) -> u32 {
    // In capitals or not is told by the needle itself.
    bytes << 8 | u32::from(byte | 0x20)
}

/// The mark of the last three bytes.
#[expect(clippy::cast_possible_truncation, reason = "the highest bits are the mark")]
fn mark(bytes: u32) -> u16 {
    ((bytes << 8).wrapping_mul(0x9e37_79b1) >> (32 - MARK_BITS)) as u16
}

impl Needles {
    fn new() -> Self {
        let mut needles = Vec::new();
        for (index, format) in (0..).zip(FORMATS) {
            for text in format.needles.split_ascii_whitespace().map(str::as_bytes) {
                // It is known by its rarest bytes.
                let ends = (3..).zip(text.windows(3));
                let rarest = ends.max_by_key(|(_, it)| it.iter().copied().map(rarity).sum::<u32>());
                if let Some((offset, window)) = rarest {
                    let mark = mark(window.iter().copied().fold(0, push));
                    needles.push(Needle { mark, offset, text, format, index });
                }
            }
        }
        needles.sort_by_key(|it| it.mark);
        let mut marked = vec![0; 1 << (MARK_BITS - u64::BITS.ilog2())];
        for needle in &needles {
            if let Some(word) = marked.get_mut(usize::from(needle.mark >> 6)) {
                *word |= 1_u64 << (needle.mark & 63);
            }
        }
        Self { marked, needles }
    }

    fn each_in(&self, text: &[u8], mut found: impl FnMut(&Needle)) {
        let mut bytes = 0;
        for (end, &byte) in (1..).zip(text) {
            bytes = push(bytes, byte);
            let mark = mark(bytes);
            let word = self.marked.get(usize::from(mark >> 6)).copied().unwrap_or_default();
            if word >> (mark & 63) & 1 == 0 {
                continue;
            }
            let first = self.needles.partition_point(|it| it.mark < mark);
            let known = self.needles.iter().skip(first).take_while(|it| it.mark == mark);
            known.filter(|it| it.stands_in(text, end)).for_each(&mut found);
        }
    }
}

impl Needle {
    /// Whether it stands where three bytes that end at `end` have its mark.
    fn stands_in(&self, text: &[u8], end: usize) -> bool {
        let rest = end.checked_sub(self.offset).and_then(|it| text.get(it..));
        rest.and_then(|it| it.split_at_checked(self.text.len())).is_some_and(|(it, behind)| {
            let is_needle = if self.format.folds_case {
                it.eq_ignore_ascii_case(self.text)
            } else {
                it == self.text
            };
            is_needle && (self.format.behind)(behind)
        })
    }
}

/// How rare a byte is in templates, roughly.
fn rarity(byte: u8) -> u32 {
    match byte.to_ascii_lowercase() {
        b'-' | b'a' | b'c'..=b'e' | b'i' | b'l'..=b'p' | b'r'..=b'u' => 0,
        b'a'..=b'z' => 1,
        _ => 2,
    }
}
