//! What a run of `check` says, and where: reports into files and to standard output, the rest to
//! standard error.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use stackseal_engine::{Applied, FailOn, Outcome};
use stackseal_report::{Format, Options};

use crate::check::pool::Pool;
use crate::fix::{self, Mode};
use crate::whole::write_to;
use crate::{Failure, Io, Status};

/// A run that is over.
pub(super) struct Told<'r> {
    /// Who prints.
    pub(super) pool: &'r Pool,
    pub(super) mode: Mode,
    /// What was found before anything was fixed; none if nothing was.
    pub(super) before: Option<&'r Outcome>,
    /// What is found now.
    pub(super) after: &'r Outcome,
    /// The fixes that are in files, or would be.
    pub(super) made: &'r [Applied],
    pub(super) options: Options,
}

impl Told<'_> {
    /// What is reported: where nothing is written, what is in the files.
    fn outcome(&self) -> &Outcome {
        match (self.mode, self.before) {
            (Mode::Show(_), Some(before)) => before,
            (Mode::Tell | Mode::Write(_) | Mode::Show(_), _) => self.after,
        }
    }

    pub(super) fn status(&self, fail_on: FailOn) -> Status {
        let status = if !self.after.errors.is_empty() {
            Status::Failed
        } else if self.after.findings.iter().any(|it| fail_on.counts(it.severity)) {
            Status::Found
        } else {
            Status::Clean
        };
        match (self.mode, self.before) {
            (Mode::Show(_), Some(_)) => status.max(Status::Found),
            (Mode::Tell | Mode::Write(_) | Mode::Show(_), _) => status,
        }
    }

    /// Writes the reports that go into files. One that cannot be written keeps no other from it.
    pub(super) fn write_files(
        &self,
        files: &[(Format, PathBuf)],
        folder: &Path,
    ) -> Result<(), Failure> {
        let mut all = Ok(());
        for (format, path) in files {
            let written = self.write_file(*format, &folder.join(path));
            all = all.and(written.map_err(|source| Failure::Write { path: path.clone(), source }));
        }
        all
    }

    fn write_file(&self, format: Format, path: &Path) -> io::Result<()> {
        let (outcome, options) = (self.outcome(), self.uncoloured());
        let write = || write_to(path, |out| stackseal_report::write(format, outcome, options, out));
        self.pool.run(write)
    }

    /// Writes what standard output is for: the report, a diff, or the fixed `text` of standard input.
    /// The latter two have it to themselves.
    pub(super) fn print(
        &self,
        format: Option<Format>,
        text: Option<&str>,
        io: &mut Io<'_>,
    ) -> io::Result<()> {
        if matches!(self.mode, Mode::Show(_)) {
            if let Some(before) = self.before {
                let (after, out) = (self.after, &mut *io.stdout);
                self.pool.run(|| stackseal_report::write_diff(before, after, out))?;
            }
            return io.stdout.flush();
        }
        match (text, format) {
            (Some(text), format) => {
                if let Some(format) = format {
                    // Nothing is left to do about a standard error that cannot be written to.
                    let _ = self.report(format, self.uncoloured(), io.stderr);
                }
                io.stdout.write_all(text.as_bytes())?;
            }
            (None, Some(format)) => {
                self.report(format, self.options, io.stdout)?;
            }
            (None, None) => (),
        }
        io.stdout.flush()
    }

    fn report(
        &self,
        format: Format,
        options: Options,
        out: &mut (dyn Write + Send),
    ) -> io::Result<()> {
        let outcome = self.outcome();
        self.pool.run(|| stackseal_report::write(format, outcome, options, out))
    }

    /// Says on standard error what standard output, in this format, does not tell: how the run went,
    /// and what became of the fixes, each of them if it `lists` them.
    pub(super) fn say_rest(&self, stdout: Option<Format>, lists: bool, io: &mut Io<'_>) {
        let is_shown = matches!(self.mode, Mode::Show(_));
        if is_shown || leaves_rest(stdout) {
            let unjudged = stackseal_report::unjudged(self.after, self.uncoloured());
            let summary = stackseal_report::summary(self.after, self.uncoloured());
            // As above.
            let _ = writeln!(io.stderr, "{unjudged}{summary}");
            if let Some(line) = stackseal_report::fixable(self.after) {
                let _ = writeln!(io.stderr, "{line}");
            }
        }
        if self.mode != Mode::Tell {
            let told = fix::told(self.made, self.after, lists, is_shown);
            let _ = writeln!(io.stderr, "{told}");
        }
    }

    fn uncoloured(&self) -> Options {
        Options { is_coloured: false, ..self.options }
    }
}

/// Whether standard output leaves it to standard error to tell how the run went.
fn leaves_rest(stdout: Option<Format>) -> bool {
    match stdout {
        Some(Format::Text | Format::Json | Format::Jsonl | Format::Markdown) => false,
        Some(Format::Concise | Format::Sarif | Format::Junit | Format::Github | Format::Gitlab)
        | None => true,
    }
}
