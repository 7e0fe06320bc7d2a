//! A finished run in the forms that people and programs read: one file a format.
//!
//! Every report is a pure function of an [`Outcome`] and of what the user wants to see of it. How
//! findings were found, and where a report goes, is not known here.

use std::io::{self, Write};

use stackseal_engine::{Finding, Outcome, Severity};

mod concise;
mod diff;
mod excerpt;
mod format;
mod github;
mod gitlab;
mod json;
mod jsonl;
mod junit;
mod line;
mod markdown;
mod mask;
mod mistakes;
mod object;
mod paint;
mod pieces;
mod places;
mod sarif;
mod summary;
#[cfg(test)]
mod testing;
mod text;
mod uri;
mod wording;

pub use diff::write_diff;
pub use format::{Format, UnknownFormat};
pub use mistakes::write_mistakes;
pub use summary::{fixable, summary, unjudged};

/// What of a run is shown, and how. It changes no verdict and no exit status.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Findings below this are counted, not shown.
    pub min_severity: Severity,
    /// Suppressed findings are shown, with what suppresses them.
    pub shows_suppressed: bool,
    /// What could not be decided is listed; otherwise it is only counted.
    pub lists_undecided: bool,
    /// How much is said beside findings and errors.
    pub detail: Detail,
    /// Text is written with ANSI escapes for colours.
    pub is_coloured: bool,
}

/// How much is said beside findings and errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// Nothing.
    Quiet,
    /// A summary, and what was not judged, long lists shortened.
    Normal,
    /// A summary, and everything that was not judged.
    Verbose,
}

impl Options {
    /// The findings shown, in the order of a run: file, start, rule.
    fn shown(self, outcome: &Outcome) -> Vec<&Finding> {
        let is_shown = |it: &&Finding| it.severity >= self.min_severity;
        let mut shown: Vec<&Finding> = outcome.findings.iter().filter(is_shown).collect();
        if self.shows_suppressed {
            shown.extend(outcome.suppressed.iter().filter(is_shown));
            shown.sort_by_key(|it| (it.span.file, it.span.start, it.rule.id));
        }
        shown
    }
}

/// Writes `outcome` in `format`.
///
/// # Errors
///
/// Those of `out`.
pub fn write(
    format: Format,
    outcome: &Outcome,
    options: Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Text => text::write(outcome, options, out),
        Format::Concise => concise::write(outcome, options, out),
        Format::Json => json::write(outcome, options, out),
        Format::Jsonl => jsonl::write(outcome, options, out),
        Format::Sarif => sarif::write(outcome, options, out),
        Format::Junit => junit::write(outcome, options, out),
        Format::Github => github::write(outcome, options, out),
        Format::Gitlab => gitlab::write(outcome, options, out),
        Format::Markdown => markdown::write(outcome, options, out),
    }
}
