//! From spans to what people see of them: path, line and column.

use std::ops::Range;
use std::sync::OnceLock;

use stackseal_engine::Outcome;
use stackseal_syntax::{FileId, LineIndex, Place, Source, Span};

/// The places of a run. The lines of a file are sought once, and only if something stands in it.
pub(crate) struct Places<'o> {
    outcome: &'o Outcome,
    indexes: Vec<OnceLock<LineIndex>>,
}

/// Where something stands, for people.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Location<'o> {
    /// The path as shown.
    pub(crate) file: &'o str,
    pub(crate) start: Place,
    /// Exclusive.
    pub(crate) end: Place,
}

impl<'o> Places<'o> {
    pub(crate) fn new(outcome: &'o Outcome) -> Self {
        let indexes = outcome.sources.iter().map(|_| OnceLock::new()).collect();
        Self { outcome, indexes }
    }

    /// Where `span` is. A file that the run does not have has neither a path nor lines.
    pub(crate) fn location(&self, span: Span) -> Location<'o> {
        let Some((source, index)) = self.file(span.file) else {
            let start = Place { line: 1, column: 1 };
            return Location { file: "", start, end: start };
        };
        Location {
            file: &source.path,
            start: index.place(&source.text, span.start),
            end: index.place(&source.text, span.end),
        }
    }

    /// The text of the file of `span`.
    pub(crate) fn text(&self, file: FileId) -> &'o str {
        self.outcome.source(file).map_or("", |it| &it.text)
    }

    /// The line of byte `offset`, from 1, and its bytes without the line end.
    pub(crate) fn line(&self, file: FileId, offset: u32) -> (u32, Range<usize>) {
        let Some((source, index)) = self.file(file) else { return (1, 0..0) };
        let line = index.line(offset);
        let range = index.line_range(line);
        let text = source.text.get(range.clone()).unwrap_or_default();
        (line, range.start..range.start + text.trim_end_matches(['\n', '\r']).len())
    }

    fn file(&self, file: FileId) -> Option<(&'o Source, &LineIndex)> {
        let source = self.outcome.source(file)?;
        let cell = self.indexes.get(file.0 as usize)?;
        Some((source, cell.get_or_init(|| LineIndex::new(&source.text))))
    }
}
