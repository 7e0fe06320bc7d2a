//! What can be wrong with a text.

use thiserror::Error;

use crate::span::Span;

/// One mistake in a text, with its place.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{kind}")]
pub struct SyntaxError {
    /// Where the mistake is, as narrow as the parser could tell.
    pub span: Span,
    /// What it is.
    pub kind: SyntaxErrorKind,
}

/// The kinds of mistakes; each message says what is wrong and what would be right.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SyntaxErrorKind {
    /// The text breaks the rules of YAML; its document is dropped.
    #[error("not valid YAML: {message}")]
    Yaml {
        /// What the parser expected.
        message: String,
    },
    /// The text breaks the rules of JSON; there is no document.
    #[error("not valid JSON: {message}")]
    Json {
        /// What the parser expected.
        message: String,
    },
    /// A key stands twice in a mapping. The tree keeps both; the last one wins.
    #[error("the key `{key}` stands twice in this mapping, keep one of them")]
    DuplicateKey {
        /// The key, never its value.
        key: String,
        /// Where it stands first.
        first: Span,
    },
    /// `<<` holds something that cannot be merged; it is kept as an ordinary key.
    #[error("the merge key `<<` takes a mapping or a list of mappings, give it one")]
    MergeValue,
    /// Collections are nested deeper than [`Limits::depth`](crate::Limits::depth).
    #[error("nested deeper than {limit} levels, make the document flatter")]
    TooDeep {
        /// The bound that was met.
        limit: usize,
    },
    /// The file is larger than [`Limits::bytes`](crate::Limits::bytes).
    #[error("too large: {size} bytes, at most {limit} are read, split the file")]
    TooLarge {
        /// The bound that was met.
        limit: usize,
        /// The size of the text.
        size: usize,
    },
    /// Aliases multiply the document beyond [`Limits::expansion`](crate::Limits::expansion).
    #[error("aliases make this document larger than {limit} nodes, use fewer of them")]
    AliasExpansion {
        /// The bound that was met.
        limit: u64,
    },
    /// An alias names an anchor that does not stand before it in the same document.
    ///
    /// The name is not shown: what starts with an asterisk may be a password without quotes.
    #[error(
        "an alias names no anchor that stands before it in the document, define it or quote the text"
    )]
    UnknownAlias,
    /// An alias stands inside the node of its own anchor.
    #[error("an alias stands inside the node of its own anchor, take it out")]
    RecursiveAlias,
    /// More different tags than a tree can number.
    #[error("more than {limit} different tags, split the document")]
    TooManyTags {
        /// The bound that was met.
        limit: usize,
    },
    /// The file has more mistakes than are worth listing; those further on are left out.
    #[error("more than {limit} mistakes in this file, the rest is left out, mend these first")]
    TooManyErrors {
        /// The bound that was met.
        limit: usize,
    },
}
