//! The literal pieces of all formats of tokens, looked for at once.
//!
//! Almost no text holds one. So every three bytes are asked first whether any needle is known by
//! them: one multiplication and one bit.

use std::sync::LazyLock;

use super::formats::FORMATS;
use super::token::Format;

/// The needles of [`FORMATS`].
static NEEDLES: LazyLock<Needles> = LazyLock::new(Needles::new);

struct Needles {
    marked: Marked,
    /// Sorted by their marks.
    needles: Vec<Needle>,
}

/// One bit for each mark by which some needle is known.
struct Marked(Box<[u64; 1024]>);

struct Needle {
    mark: u16,
    /// Where in the needle the three bytes stand that it is known by.
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
    NEEDLES.each_in(text, |needle| found |= 1_u128 << needle.index);
    found
}

/// The mark of the lowest three bytes; the fourth does not count.
#[inline]
fn mark(bytes: u32) -> u16 {
    ((bytes << 8).wrapping_mul(0x9e37_79b1) >> 16) as u16
}

/// The bytes as one number, whatever their case.
fn folded(bytes: [u8; 8]) -> u64 {
    u64::from_le_bytes(bytes) | 0x2020_2020_2020_2020
}

impl Marked {
    /// The first place from `from` on where three bytes have a mark, and the mark. This is the loop
    /// over all bytes of a run.
    fn next(&self, text: &[u8], from: usize) -> Option<(usize, u16)> {
        let marked = &*self.0;
        // Eight bytes hold three bytes six times.
        let within = |bytes: [u8; 8]| {
            let bytes = folded(bytes);
            #[expect(clippy::cast_possible_truncation, reason = "three bytes are looked at")]
            let marks = (0_usize..6).map(|it| (it, mark((bytes >> (8 * it)) as u32)));
            marks.into_iter().find(|(_, mark)| {
                marked.get(usize::from(mark >> 6)).is_some_and(|it| it >> (mark & 63) & 1 == 1)
            })
        };
        let mut at = from;
        while let Some((bytes, _)) = text.get(at..).and_then(|it| it.split_first_chunk::<8>()) {
            if let Some((offset, mark)) = within(*bytes) {
                return Some((at + offset, mark));
            }
            at += 6;
        }
        let rest = text.get(at..).filter(|it| it.len() >= 3)?;
        let mut bytes = [0; 8];
        bytes.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        within(bytes).map(|(offset, mark)| (at + offset, mark))
    }
}

impl Needles {
    fn new() -> Self {
        let mut needles = Vec::new();
        for (index, format) in (0..).zip(FORMATS) {
            for text in format.needles.split_ascii_whitespace().map(str::as_bytes) {
                // It is known by its rarest bytes.
                let windows = (0..).zip(text.windows(3));
                let rarest =
                    windows.max_by_key(|(_, it)| it.iter().copied().map(rarity).sum::<u32>());
                if let Some((offset, &[a, b, c])) = rarest {
                    #[expect(clippy::cast_possible_truncation, reason = "three bytes are marked")]
                    let mark = mark(folded([a, b, c, 0, 0, 0, 0, 0]) as u32);
                    needles.push(Needle { mark, offset, text, format, index });
                }
            }
        }
        needles.sort_by_key(|it| it.mark);
        let mut marked = Box::new([0; 1024]);
        for Needle { mark, .. } in &needles {
            if let Some(word) = marked.get_mut(usize::from(mark >> 6)) {
                *word |= 1 << (mark & 63);
            }
        }
        Self { marked: Marked(marked), needles }
    }

    fn each_in(&self, text: &[u8], mut found: impl FnMut(&Needle)) {
        let mut from = 0;
        while let Some((at, mark)) = self.marked.next(text, from) {
            let first = self.needles.partition_point(|it| it.mark < mark);
            let known = self.needles.iter().skip(first).take_while(|it| it.mark == mark);
            known.filter(|it| it.stands_around(at, text)).for_each(&mut found);
            from = at + 1;
        }
    }
}

impl Needle {
    /// Whether it stands in `text` where the bytes at `at` have its mark.
    fn stands_around(&self, at: usize, text: &[u8]) -> bool {
        let rest = at.checked_sub(self.offset).and_then(|it| text.get(it..));
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
