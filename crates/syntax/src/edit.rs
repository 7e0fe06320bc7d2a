//! Changes to a text: everything not named stays byte for byte.

use thiserror::Error;

use crate::span::Span;

/// One change: the bytes of `span` become `text`. An empty span inserts, an empty text deletes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Edit {
    /// What is replaced.
    pub span: Span,
    /// What stands there afterwards.
    pub text: String,
}

/// Why edits could not be applied; the text is then left alone.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EditError {
    /// The span ends behind the text, or before its own start.
    #[error("cannot edit bytes {}..{} of a text of {len} bytes", span.start, span.end)]
    OutOfRange {
        /// The span of the edit.
        span: Span,
        /// The length of the text in bytes.
        len: usize,
    },
    /// The span starts or ends inside a character.
    #[error("cannot edit bytes {}..{}, they cut through a character", span.start, span.end)]
    InsideCharacter {
        /// The span of the edit.
        span: Span,
    },
    /// Two edits want the same bytes.
    #[error(
        "cannot edit bytes {}..{} and {}..{}, they overlap",
        first.start,
        first.end,
        second.start,
        second.end
    )]
    Overlap {
        /// The edit that starts first.
        first: Span,
        /// The other one.
        second: Span,
    },
}

/// Applies `edits`, in whatever order they come, to `text`.
///
/// Insertions at one place follow each other in the order given, and stand before a replacement
/// that starts there. The file in the spans is not looked at: all are offsets in `text`.
///
/// # Errors
///
/// When a span is not a range of whole characters of `text`, or two of them overlap.
pub fn apply(text: &str, edits: &[Edit]) -> Result<String, EditError> {
    let mut order: Vec<&Edit> = edits.iter().collect();
    // Stable, so that insertions at one place keep their order.
    order.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let added: usize = edits.iter().map(|it| it.text.len()).sum();
    let mut result = String::with_capacity(text.len() + added);
    let mut previous: Option<Span> = None;
    let mut done = 0;
    for Edit { span, text: replacement } in order {
        let span = *span;
        let range = span.range();
        if range.start > range.end || range.end > text.len() {
            return Err(EditError::OutOfRange { span, len: text.len() });
        }
        if let Some(first) = previous
            && span.start < first.end
        {
            return Err(EditError::Overlap { first, second: span });
        }
        let is_whole = text.is_char_boundary(range.start) && text.is_char_boundary(range.end);
        let (true, Some(kept)) = (is_whole, text.get(done..range.start)) else {
            return Err(EditError::InsideCharacter { span });
        };
        result.push_str(kept);
        result.push_str(replacement);
        done = range.end;
        previous = Some(span);
    }
    result.push_str(text.get(done..).unwrap_or_default());
    Ok(result)
}
