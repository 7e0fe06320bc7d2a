//! The lines a report shows of a file: few, short, and without credentials.
//!
//! Only lines on which something is marked are shown. A line next to them may hold a credential
//! that no rule looks for.

use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Snippet};
use stackseal_syntax::{FileId, Span};

use crate::line::behind_key;
use crate::mask::{MASK, Masks, merge};
use crate::places::Places;

/// The longest piece shown of a line, in bytes.
const WIDTH: usize = 120;

/// What of a piece lies before the marked place, in bytes.
const BEFORE: usize = 40;

/// A marked place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark<'a> {
    pub(crate) span: Span,
    /// What is there; none for what the title speaks of.
    pub(crate) label: Option<&'a str>,
}

/// What of lines is shown.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shown<'m> {
    /// Everything but these values, and what is called like one.
    Lines(&'m Masks),
    /// Only what a line starts with, if that is a key: nobody knows what the rest is.
    Keys,
}

impl Shown<'_> {
    /// What is not shown of `window`, a part of the line at `range` of `file`, whose text is `text`.
    fn hidden(
        self,
        text: &str,
        file: FileId,
        range: &Range<usize>,
        window: &Range<usize>,
    ) -> Vec<Range<usize>> {
        let line = text.get(range.clone()).unwrap_or_default();
        match self {
            Self::Keys => {
                let in_file = |it: Range<usize>| range.start + it.start..range.start + it.end;
                behind_key(line).into_iter().map(in_file).collect()
            }
            Self::Lines(masks) => {
                let mut hidden = masks.within(file, window).to_vec();
                hidden.extend(masks.behind_names(file, range.start, line, window));
                merge(&mut hidden);
                hidden
            }
        }
    }
}

/// The lines of `marks`: all in `file`, on one line or on lines that follow each other.
///
/// Of a place over many lines, the first is shown.
pub(crate) fn snippet<'a>(
    marks: &[Mark<'a>],
    file: FileId,
    places: &Places<'_>,
    lines: Shown<'_>,
) -> Snippet<'a, Annotation<'a>> {
    let mut rows: Vec<Row<'_, 'a>> = Vec::new();
    for mark in marks {
        let (number, range) = places.line(file, mark.span.start);
        match rows.iter_mut().find(|it| it.number == number) {
            Some(row) => row.marks.push(mark),
            None => rows.push(Row { number, range, marks: vec![mark] }),
        }
    }
    rows.sort_by_key(|it| it.number);
    let first = rows.first().map_or(1, |it| it.number);
    let mut shown = String::new();
    let mut annotations = Vec::new();
    for row in rows {
        let text = places.text(file);
        let focus = row.marks.first().map_or(row.range.start, |it| it.span.start as usize);
        let window = window(text, &row.range, focus);
        let piece =
            Piece::new(text, &row.range, &window, &lines.hidden(text, file, &row.range, &window));
        for mark in row.marks {
            let kind = match mark.label {
                None => AnnotationKind::Primary,
                Some(_) => AnnotationKind::Context,
            };
            let span = piece.place(mark.span.range(), shown.len());
            annotations.push(kind.span(span).label(mark.label));
        }
        shown.push_str(&piece.text);
        shown.push('\n');
    }
    Snippet::source(shown).line_start(first as usize).annotations(annotations)
}

/// A line with marks on it.
struct Row<'m, 'a> {
    number: u32,
    range: Range<usize>,
    marks: Vec<&'m Mark<'a>>,
}

/// What is shown of a line.
struct Piece {
    text: String,
    /// Where the parts of the line stand in `text`, in order.
    parts: Vec<Part>,
}

struct Part {
    source: Range<usize>,
    shown: Range<usize>,
    is_masked: bool,
}

impl Piece {
    /// What `window` shows of `line`.
    fn new(text: &str, line: &Range<usize>, window: &Range<usize>, masks: &[Range<usize>]) -> Self {
        let mut piece = Self { text: String::new(), parts: Vec::new() };
        if window.start > line.start {
            piece.text.push('…');
        }
        let mut at = window.start;
        for mask in masks {
            let start = mask.start.max(at);
            let end = mask.end.min(window.end);
            if start < end {
                piece.push(at..start, text.get(at..start).unwrap_or_default(), false);
                piece.push(start..end, MASK, true);
                at = end;
            }
        }
        piece.push(at..window.end, text.get(at..window.end).unwrap_or_default(), false);
        if window.end < line.end {
            piece.text.push('…');
        }
        piece
    }

    fn push(&mut self, source: Range<usize>, shown: &str, is_masked: bool) {
        let start = self.text.len();
        self.text.push_str(shown);
        self.parts.push(Part { source, shown: start..self.text.len(), is_masked });
    }

    /// Where the bytes `range` of the file stand, if the piece starts at `base`.
    fn place(&self, range: Range<usize>, base: usize) -> Range<usize> {
        let start = boundary(&self.text, self.offset(range.start, |it| it.shown.start));
        let end = boundary(&self.text, self.offset(range.end, |it| it.shown.end)).max(start);
        base + start..base + end
    }

    /// Where byte `offset` of the file stands; `side` says which end of a masked part it means.
    fn offset(&self, offset: usize, side: impl Fn(&Part) -> usize) -> usize {
        match self.parts.iter().find(|it| offset < it.source.end) {
            None => self.parts.last().map_or(0, |it| it.shown.end),
            Some(part) if part.is_masked => side(part),
            Some(part) => part.shown.start + offset.saturating_sub(part.source.start),
        }
    }
}

/// The bytes shown of the line `line`, around byte `focus`.
fn window(text: &str, line: &Range<usize>, focus: usize) -> Range<usize> {
    if line.len() <= WIDTH {
        return line.clone();
    }
    let start = focus.saturating_sub(BEFORE).clamp(line.start, line.end - WIDTH);
    boundary(text, start)..boundary(text, start + WIDTH)
}

/// The nearest start of a character at or before `offset`.
fn boundary(text: &str, mut offset: usize) -> usize {
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}
