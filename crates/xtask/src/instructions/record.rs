//! The counts as they are kept: a line for each path, read by people in diffs.

use std::fmt;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::files::{self, FileError};

/// The path that all others over the same input are multiples of.
const UNIT: &str = "events";

/// So much more than recorded is a regression.
const ALLOWED: f64 = 0.05;

const HEAD: &str = "\
# What the main paths cost, in instructions, and as multiples of the bare parse of the same bytes.
# `cargo xtask instructions` fails where a count grows by over 5 %; counted by something else than here,
# where a multiple does. With `--update` it writes this file.
";

/// Before what the counts depend on beside the sources.
const MADE_BY: &str = "# Counted by ";

/// Why the record is of no use.
#[derive(Debug, Error)]
pub(crate) enum RecordError {
    /// It is not there, or not readable.
    #[error("no counts of this architecture; run `cargo xtask instructions --update`")]
    File(#[from] FileError),
    /// A line is none of ours.
    #[error("cannot read `{line}` in {}", path.display())]
    Line {
        /// The record.
        path: PathBuf,
        /// The line.
        line: String,
    },
    /// A path is new, or gone, or compares with nothing.
    #[error(
        "`{path} {input}` has nothing to compare with; run `cargo xtask instructions --update`"
    )]
    Alone {
        /// The path.
        path: String,
        /// What it was measured on.
        input: String,
    },
}

/// One path over one input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) path: String,
    pub(super) input: String,
    pub(super) instructions: u64,
}

/// All of them.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Record {
    /// Compiler, counter and processor.
    pub(super) made_by: String,
    pub(super) counts: Vec<Count>,
}

/// A path, as recorded and as it is now.
#[derive(Debug, PartialEq)]
pub(crate) struct Difference {
    path: String,
    input: String,
    recorded: u64,
    counted: u64,
    /// How much more it costs now, as part of what it cost.
    growth: f64,
}

impl Record {
    pub(super) fn read(path: &Path) -> Result<Self, RecordError> {
        let text = files::read_text(path)?;
        Self::of(&text).map_err(|line| RecordError::Line { path: path.to_owned(), line })
    }

    /// The record in `text`, or the line that belongs to none.
    fn of(text: &str) -> Result<Self, String> {
        let mut record = Self { made_by: String::new(), counts: Vec::new() };
        for line in text.lines() {
            if let Some(made_by) = line.strip_prefix(MADE_BY) {
                made_by.clone_into(&mut record.made_by);
            } else if !line.starts_with('#') {
                record.counts.push(Count::of(line).ok_or_else(|| line.to_owned())?);
            }
        }
        Ok(record)
    }

    /// The number of paths that are compared.
    pub(super) fn paths(&self) -> usize {
        self.counts.iter().filter(|it| it.path != UNIT).count()
    }

    /// What has become of every path by `counted`.
    ///
    /// The bare parse is not ours, and moves with the compiler by a percent or two even where only other
    /// code changed. So counts made alike are compared as they are, and others as multiples of it.
    #[expect(clippy::cast_precision_loss, reason = "a few digits of it count")]
    pub(super) fn differences(&self, counted: &Self) -> Result<Vec<Difference>, RecordError> {
        let gone = self.counts.iter().find(|it| counted.find(&it.path, &it.input).is_none());
        if let Some(Count { path, input, .. }) = gone {
            return Err(RecordError::Alone { path: path.clone(), input: input.clone() });
        }
        let is_alike = self.made_by == counted.made_by;
        let compared = counted.counts.iter().filter(|it| it.path != UNIT).map(|now| {
            let Count { path, input, .. } = now;
            let before = self.find(path, input);
            let growth = |before: &Count| {
                if is_alike {
                    return Some(now.instructions as f64 / before.instructions as f64 - 1.0);
                }
                Some(counted.multiple(now)? / self.multiple(before)? - 1.0)
            };
            let (before, growth) = before
                .and_then(|it| Some((it, growth(it)?)))
                .ok_or_else(|| RecordError::Alone { path: path.clone(), input: input.clone() })?;
            Ok(Difference {
                path: path.clone(),
                input: input.clone(),
                recorded: before.instructions,
                counted: now.instructions,
                growth,
            })
        });
        compared.collect()
    }

    fn find(&self, path: &str, input: &str) -> Option<&Count> {
        self.counts.iter().find(|it| it.path == path && it.input == input)
    }

    /// `count` as a multiple of the bare parse of its input.
    #[expect(clippy::cast_precision_loss, reason = "a few digits of it count")]
    fn multiple(&self, count: &Count) -> Option<f64> {
        let unit = self.find(UNIT, &count.input)?.instructions;
        (unit > 0).then(|| count.instructions as f64 / unit as f64)
    }
}

impl Count {
    fn of(line: &str) -> Option<Self> {
        let mut words = line.split_whitespace();
        let (path, input) = (words.next()?.to_owned(), words.next()?.to_owned());
        Some(Self { path, input, instructions: words.next()?.parse().ok()? })
    }
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEAD}{MADE_BY}{}", self.made_by)?;
        for count in &self.counts {
            let Count { path, input, instructions } = count;
            write!(f, "{path:<13} {input:<19} {instructions:>11}")?;
            match self.multiple(count).filter(|_| path != UNIT) {
                Some(multiple) => writeln!(f, " {multiple:>9.3}")?,
                None => writeln!(f)?,
            }
        }
        Ok(())
    }
}

impl Difference {
    /// Whether it costs more than is allowed.
    pub(super) fn is_worse(&self) -> bool {
        self.growth > ALLOWED
    }

    /// Whether it costs so much less that a later regression would hide behind the record.
    pub(super) fn is_better(&self) -> bool {
        self.growth < -ALLOWED
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, input, recorded, counted, growth } = self;
        let percent = 100.0 * growth;
        write!(f, "{path:<13} {input:<19} {recorded:>11} -> {counted:>11} {percent:>+6.1} %")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(check: u64, events: u64) -> Record {
        let count = |path: &str, instructions| Count {
            path: path.to_owned(),
            input: "a.yaml".to_owned(),
            instructions,
        };
        Record {
            made_by: "rustc 1.0.0".to_owned(),
            counts: vec![count("events", events), count("check", check)],
        }
    }

    #[test]
    fn a_record_reads_as_it_was_written() {
        let record = record(1500, 1000);
        assert_eq!(Record::of(&record.to_string()), Ok(record));
        assert_eq!(Record::of("check a.yaml many"), Err("check a.yaml many".to_owned()));
    }

    #[test]
    fn over_five_percent_more_is_worse() {
        let difference = |counted: &Record| {
            let mut all = record(1000, 1000).differences(counted).unwrap();
            assert_eq!(all.len(), 1);
            all.remove(0)
        };
        assert!(!difference(&record(1049, 1000)).is_worse());
        assert!(difference(&record(1051, 1000)).is_worse());
        assert!(difference(&record(1051, 1100)).is_worse());
        assert!(difference(&record(940, 1000)).is_better());
        assert!(!difference(&record(960, 1000)).is_better());
        // Another compiler may make both larger, and is no excuse for more.
        let by_another =
            |check, events| Record { made_by: "rustc 2.0.0".to_owned(), ..record(check, events) };
        assert!(!difference(&by_another(1100, 1090)).is_worse());
        assert!(difference(&by_another(1100, 1000)).is_worse());
    }

    #[test]
    fn a_path_without_counterpart_is_an_error() {
        let mut more = record(1000, 1000);
        more.counts.push(Count { path: "fix".to_owned(), ..more.counts[0].clone() });
        assert!(record(1000, 1000).differences(&more).is_err());
        assert!(more.differences(&record(1000, 1000)).is_err());
    }
}
