//! The literal pieces of all formats of tokens, looked for at once.
//!
//! Almost no text holds one. So every second pair of bytes is asked first whether a needle is known
//! by it, which takes one look: wherever a needle stands, one of its pairs is asked.

use std::sync::LazyLock;

use super::formats::FORMATS;
use super::token::Format;

/// Pairs of bytes there are.
const PAIRS: usize = 1 << 16;

/// The needles of [`FORMATS`].
static NEEDLES: LazyLock<Needles> = LazyLock::new(Needles::new);

struct Needles {
    /// For each pair of bytes, the number of its group from 1; 0 for none.
    groups: Vec<u8>,
    /// The needles known by one pair, or, in the last group, by any further one.
    known: Vec<Vec<Known>>,
}

/// A needle that is known by a pair of its bytes.
struct Known {
    /// Where in the needle the pair stands.
    offset: usize,
    needle: &'static [u8],
    /// The format it belongs to, and its index.
    format: &'static Format,
    index: u32,
}

/// One bit for each format of which a needle stands in `text`, with what its expression wants behind
/// it.
pub(super) fn candidates(text: &[u8]) -> u128 {
    let needles = &*NEEDLES;
    let Some(groups) = needles.groups.first_chunk::<PAIRS>() else { return 0 };
    // This is the loop over all bytes of a run: that all pairs have a number spares it a check, and
    // four pairs that nothing is known by are passed over at once.
    let group = |pair: [u8; 2]| groups.get(number(pair)).copied().unwrap_or(0);
    let (fours, rest) = text.as_chunks::<2>().0.as_chunks::<4>();
    let mut found = 0;
    for (index, &[a, b, c, d]) in fours.iter().enumerate() {
        if group(a) | group(b) | group(c) | group(d) != 0 {
            found |= needles.meet_all(8 * index, &[a, b, c, d], text);
        }
    }
    if rest.is_empty() { found } else { found | needles.meet_all(8 * fours.len(), rest, text) }
}

impl Needles {
    fn new() -> Self {
        let mut this = Self { groups: vec![0; PAIRS], known: Vec::new() };
        for (index, format) in (0..).zip(FORMATS) {
            for needle in format.needles.split_ascii_whitespace().map(str::as_bytes) {
                // It may stand at an even place or at an odd one.
                for first in [0, 1] {
                    let pairs = needle.windows(2).enumerate().skip(first).step_by(2);
                    let rarest = pairs.max_by_key(|(_, it)| rarity(it));
                    let Some((offset, &[a, b])) = rarest else { continue };
                    for pair in written(a, b, format.folds_case) {
                        this.add(pair, Known { offset, needle, format, index });
                    }
                }
            }
        }
        this
    }

    fn add(&mut self, pair: [u8; 2], known: Known) {
        let Some(group) = self.groups.get_mut(number(pair)) else { return };
        if *group == 0 {
            if self.known.len() < usize::from(u8::MAX) {
                self.known.push(Vec::new());
            }
            *group = u8::try_from(self.known.len()).unwrap_or(u8::MAX);
        }
        if let Some(of_group) = self.known.get_mut(usize::from(*group) - 1) {
            of_group.push(known);
        }
    }

    /// The formats of the needles that stand in `text` with one of `pairs`, which start at `at`.
    fn meet_all(&self, at: usize, pairs: &[[u8; 2]], text: &[u8]) -> u128 {
        let mut found = 0;
        for (index, &pair) in pairs.iter().enumerate() {
            match self.groups.get(number(pair)) {
                None | Some(0) => (),
                Some(&group) => found |= self.meet(group, at + 2 * index, text),
            }
        }
        found
    }

    /// The formats of the needles of `group` that stand in `text` with their pair at `at`.
    fn meet(&self, group: u8, at: usize, text: &[u8]) -> u128 {
        let known = self.known.get(usize::from(group) - 1).into_iter().flatten();
        let met = known.filter(|it| it.stands_around(at, text));
        met.fold(0, |found, it| found | 1_u128 << it.index)
    }
}

fn number(pair: [u8; 2]) -> usize {
    usize::from(u16::from_le_bytes(pair))
}

/// The ways to write a pair.
fn written(a: u8, b: u8, folds_case: bool) -> Vec<[u8; 2]> {
    if !folds_case {
        return vec![[a, b]];
    }
    let cases = |it: u8| [it.to_ascii_lowercase(), it.to_ascii_uppercase()];
    let mut pairs: Vec<_> = cases(a).into_iter().flat_map(|a| cases(b).map(|b| [a, b])).collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

impl Known {
    /// Whether the needle stands in `text` where the bytes at `at` are its pair.
    fn stands_around(&self, at: usize, text: &[u8]) -> bool {
        let rest = at.checked_sub(self.offset).and_then(|it| text.get(it..));
        rest.and_then(|it| it.split_at_checked(self.needle.len())).is_some_and(|(it, behind)| {
            let is_needle = || {
                if self.format.folds_case {
                    it.eq_ignore_ascii_case(self.needle)
                } else {
                    it == self.needle
                }
            };
            // Seldom more than the pair is there, and the ends show it.
            are_alike(it.first(), self.needle.first())
                && are_alike(it.last(), self.needle.last())
                && is_needle()
                && (self.format.behind)(behind)
        })
    }
}

fn are_alike(a: Option<&u8>, b: Option<&u8>) -> bool {
    a.zip(b).is_some_and(|(a, b)| a.eq_ignore_ascii_case(b))
}

/// Pairs that templates are full of.
#[rustfmt::skip] // One look, not a column.
const FREQUENT: &[[u8; 2]] = &[
    *b"ac", *b"ag", *b"al", *b"ap", *b"as", *b"at", *b"ci", *b"ed", *b"es", *b"ge", *b"in", *b"io",
    *b"le", *b"li", *b"on", *b"re", *b"ro", *b"se", *b"st", *b"te", *b"ul", *b"us",
];

/// How rare a pair is in templates, roughly.
fn rarity(pair: &[u8]) -> u32 {
    let is_frequent = FREQUENT.iter().any(|it| it == pair);
    let of_bytes = pair.iter().map(|it| match it {
        b'a' | b'c'..=b'e' | b'i' | b'l'..=b'p' | b'r'..=b'u' => 0,
        b' '..=b'.' | b':' => 1,
        b'a'..=b'z' => 2,
        _ => 3,
    });
    if is_frequent { 0 } else { 1 + of_bytes.sum::<u32>() }
}
