//! How cost grows: for an input that has more and more of the same, what many cost beside few.

use std::fmt;

use super::counting::Counted;

/// So much more than the bytes the count of a series may grow: sorting and searching take a logarithm
/// more than their number, and of what is generated the mixture differs with the size. With eight times
/// as many, what grows with their square shows once it is a seventh of the whole.
const ALLOWED: f64 = 0.15;

/// What there is few of, and then many.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Series {
    name: String,
    few: Step,
    many: Step,
}

/// One size of a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Step {
    size: u64,
    bytes: u64,
    instructions: u64,
}

impl Series {
    /// The series in what was counted, two lines each; or the line that belongs to none.
    pub(super) fn of(counted: &[Counted]) -> Result<Vec<Self>, String> {
        let pair = |pair: &[Counted]| {
            let [few, many] = pair else { return None };
            let ((name, few), (other, many)) = (Step::of(few)?, Step::of(many)?);
            (name == other && few.bytes > 0 && few.instructions > 0).then(|| Self {
                name: name.to_owned(),
                few,
                many,
            })
        };
        let line = |it: &[Counted]| it.first().map(|it| it.line.clone()).unwrap_or_default();
        counted.chunks(2).map(|it| pair(it).ok_or_else(|| line(it))).collect()
    }

    /// Whether it grows by more than its bytes.
    pub(super) fn is_steeper_than_its_bytes(&self) -> bool {
        let [instructions, bytes] = self.growth();
        instructions > bytes * (1.0 + ALLOWED)
    }

    /// How often many hold few: their instructions, and their bytes.
    #[expect(clippy::cast_precision_loss, reason = "a few digits of it count")]
    fn growth(&self) -> [f64; 2] {
        let Self { few, many, .. } = self;
        [(many.instructions, few.instructions), (many.bytes, few.bytes)]
            .map(|(many, few)| many as f64 / few as f64)
    }
}

impl Step {
    /// The name of the series and the step in a line `SERIES SIZE BYTES`.
    fn of(counted: &Counted) -> Option<(&str, Self)> {
        let mut words = counted.line.split(' ');
        let name = words.next()?;
        let (size, bytes) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
        Some((name, Self { size, bytes, instructions: counted.instructions }))
    }
}

impl fmt::Display for Series {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, few, many } = self;
        let [instructions, bytes] = self.growth();
        let (fewer, more) = (few.instructions, many.instructions);
        write!(
            f,
            "{name:<13} {:>4} to {:>5} {fewer:>19} -> {more:>11}  bytes x {bytes:<4.1} cost x {instructions:.1}",
            few.size, many.size
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(lines: &[(&str, u64)]) -> Vec<Counted> {
        let counted =
            |&(line, instructions): &(&str, u64)| Counted { line: line.to_owned(), instructions };
        lines.iter().map(counted).collect()
    }

    #[test]
    fn a_seventh_more_than_the_bytes_is_allowed() {
        let is_steep = |instructions| {
            let lines = [("files 10 1000", 50), ("files 80 8000", instructions)];
            Series::of(&counted(&lines)).unwrap()[0].is_steeper_than_its_bytes()
        };
        assert!(!is_steep(300));
        assert!(!is_steep(459));
        assert!(is_steep(461));
        assert!(is_steep(50 * 64));
    }

    #[test]
    fn lines_that_are_no_series_are_told() {
        for (lines, told) in [
            (vec![("files 10 1000", 50)], "files 10 1000"),
            (vec![("files 10 1000", 50), ("stacks 80 8000", 50)], "files 10 1000"),
            (vec![("files 10 1000", 0), ("files 80 8000", 50)], "files 10 1000"),
            (vec![("files many 1000", 50), ("files 80 8000", 50)], "files many 1000"),
        ] {
            assert_eq!(Series::of(&counted(&lines)), Err(told.to_owned()));
        }
    }
}
