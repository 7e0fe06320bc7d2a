//! A finished run, for reports.

use std::sync::Arc;

use stackseal_syntax::{FileId, Source, Span};

use crate::baseline::BaselineEntry;
use crate::finding::{Finding, Undecided};
use crate::rule::Rule;

/// Everything a run has to say, in a defined order: file, start, rule.
#[derive(Debug, Default)]
pub struct Outcome {
    /// What is wrong and counts.
    pub findings: Vec<Finding>,
    /// What is wrong and was suppressed.
    pub suppressed: Vec<Finding>,
    /// What rules about credentials say that were not asked for.
    pub unasked: Unasked,
    /// What the baseline knows and is not there any more, in files and of rules that were looked at.
    pub stale: Vec<BaselineEntry>,
    /// What could not be decided.
    pub undecided: Vec<Undecided>,
    /// What could not be read, parsed or run.
    pub errors: Vec<RunError>,
    /// Files that were recognised and deliberately not judged.
    pub skipped: Vec<Skipped>,
    /// The rules that ran, in the order of the pack.
    pub rules: Vec<&'static Rule>,
    /// The files that hold something that was judged, in the order of their ids.
    pub judged: Vec<FileId>,
    /// The rules that had something to look at, in the order of the pack.
    pub applicable: Vec<&'static Rule>,
    /// Files judged: templates, manifests, buildspecs, wp-configs.
    pub files: usize,
    /// Templates judged, among these files or in other documents.
    pub templates: usize,
    /// Resources and objects judged.
    pub resources: usize,
    /// The texts findings point into, by [`FileId`].
    pub sources: Vec<Arc<Source>>,
}

/// What was not asked for: no report tells it, and one that shows lines of files shows none of these
/// places.
#[derive(Debug, Default)]
pub struct Unasked {
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// What could not be decided.
    pub undecided: Vec<Undecided>,
}

/// Something that makes the run less than complete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunError {
    /// The path as shown, also where no text could be read.
    pub file: String,
    /// Where, if the text could be read.
    pub span: Option<Span>,
    /// What went wrong, and what to do.
    pub message: String,
}

/// A file that is recognised and not judged.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skipped {
    /// The path as shown.
    pub file: String,
    /// Why: `Helm template, not rendered`.
    pub reason: String,
}

impl Outcome {
    /// The text of `file`.
    pub fn source(&self, file: FileId) -> Option<&Source> {
        self.sources.get(file.0 as usize).map(|it| &**it)
    }
}
