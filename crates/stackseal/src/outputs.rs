//! Which report goes where.

use std::path::{Path, PathBuf};

use clap::ArgMatches;
use stackseal_report::Format;

/// The reports of a run.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Outputs {
    /// What standard output gets.
    pub(crate) stdout: Option<Format>,
    /// What files get, in the order of the command line.
    pub(crate) files: Vec<(Format, PathBuf)>,
}

/// Why formats and files do not pair.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum OutputsError {
    /// A file without a format of its own, although formats are named.
    #[error("`--output {}` has no `--format` before it", path.display())]
    NoFormat { path: PathBuf },
    /// Two formats for standard output.
    #[error(
        "`--format {}` and `--format {}` would both go to standard output: put an `--output` after one of them",
        first.as_str(),
        second.as_str()
    )]
    TwoFormats { first: Format, second: Format },
}

/// One of the two options, in the order of the command line.
#[derive(Clone, Copy, Debug)]
enum Named<'a> {
    Format(Format),
    Output(&'a Path),
}

impl Outputs {
    /// Pairs each `--output` with the `--format` before it; what is left of the formats goes to
    /// standard output. Where no format is named, text is meant.
    pub(crate) fn new(
        formats: &[Format],
        files: &[PathBuf],
        matches: &ArgMatches,
    ) -> Result<Self, OutputsError> {
        let indices = |name: &str| matches.indices_of(name).into_iter().flatten();
        let mut options: Vec<(usize, Named<'_>)> = Vec::new();
        options.extend(indices("format").zip(formats.iter().map(|&it| Named::Format(it))));
        options.extend(indices("output").zip(files.iter().map(|it| Named::Output(it))));
        options.sort_by_key(|it| it.0);
        Self::pair(options.into_iter().map(|it| it.1))
    }

    fn pair<'a>(options: impl Iterator<Item = Named<'a>>) -> Result<Self, OutputsError> {
        let mut pending: Option<Format> = None;
        let mut names_format = false;
        let mut files = Vec::new();
        let mut without = Vec::new();
        for option in options {
            match option {
                Named::Format(second) => {
                    names_format = true;
                    if let Some(first) = pending.replace(second) {
                        return Err(OutputsError::TwoFormats { first, second });
                    }
                }
                Named::Output(path) => match pending.take() {
                    Some(format) => files.push((format, path.to_owned())),
                    None => without.push(path.to_owned()),
                },
            }
        }
        if !names_format {
            let is_alone = without.is_empty();
            let files = without.into_iter().map(|it| (Format::Text, it)).collect();
            return Ok(Self { stdout: is_alone.then_some(Format::Text), files });
        }
        match without.into_iter().next() {
            Some(path) => Err(OutputsError::NoFormat { path }),
            None => Ok(Self { stdout: pending, files }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Named::{Format as F, Output as O};
    use super::*;

    fn file(name: &str) -> Named<'_> {
        O(Path::new(name))
    }

    #[track_caller]
    fn check(options: &[Named<'_>], stdout: Option<Format>, files: &[(Format, &str)]) {
        let files = files.iter().map(|it| (it.0, PathBuf::from(it.1))).collect();
        assert_eq!(Outputs::pair(options.iter().copied()), Ok(Outputs { stdout, files }));
    }

    #[track_caller]
    fn refuse(options: &[Named<'_>], expected: OutputsError) {
        assert_eq!(Outputs::pair(options.iter().copied()), Err(expected));
    }

    #[test]
    fn an_output_takes_the_format_before_it() {
        use Format::{Concise, Json, Text};
        check(&[], Some(Text), &[]);
        check(&[F(Json)], Some(Json), &[]);
        check(&[F(Json), file("a")], None, &[(Json, "a")]);
        check(&[F(Json), file("a"), F(Concise)], Some(Concise), &[(Json, "a")]);
        check(&[F(Json), file("a"), F(Text), file("b")], None, &[(Json, "a"), (Text, "b")]);
    }

    #[test]
    fn without_formats_a_file_gets_text() {
        check(&[file("a")], None, &[(Format::Text, "a")]);
    }

    #[test]
    fn an_output_without_a_format_of_its_own_is_refused() {
        let error = || OutputsError::NoFormat { path: PathBuf::from("b") };
        refuse(&[F(Format::Json), file("a"), file("b")], error());
        refuse(&[file("b"), F(Format::Json)], error());
    }

    #[test]
    fn two_formats_do_not_fit_into_standard_output() {
        let error = OutputsError::TwoFormats { first: Format::Json, second: Format::Text };
        refuse(&[F(Format::Json), F(Format::Text)], error);
    }
}
