//! Source text, byte spans and one arena tree for YAML and JSON.
//!
//! A [`Source`] is the text of one file. [`parse`] turns it into a [`Tree`]: every document of the
//! stream, every node with its exact place, and every mistake found on the way. Nothing here knows
//! what a document means.

mod builder;
mod change;
mod edit;
mod embedded;
mod error;
mod json;
mod limits;
mod literal;
mod parse;
mod place;
mod source;
mod span;
mod suppression_comment;
mod tree;
mod yaml;

#[cfg(test)]
#[expect(
    clippy::string_slice,
    clippy::format_push_string,
    clippy::format_collect,
    reason = "a test fails where a slice is wrong, and builds its input as it reads best"
)]
mod tests;

pub use change::{Change, edits};
pub use edit::{Edit, EditError, apply};
pub use embedded::{OffsetMap, TextPart};
pub use error::{SyntaxError, SyntaxErrorKind};
pub use limits::Limits;
pub use literal::Literal;
pub use parse::{Syntax, parse, parse_embedded, parse_joined};
pub use place::{LineIndex, Place};
pub use source::{Source, SourceError};
pub use span::{FileId, Span};
pub use suppression_comment::{SuppressionComment, suppression_comments};
pub use tree::{Entry, Kind, Node, Style, Tree};
