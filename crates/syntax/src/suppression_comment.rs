//! Comments that ask for silence: `# stackseal: ignore[rule-id, other-id] reason`.

use crate::parse::Syntax;
use crate::place::LineIndex;
use crate::span::{Span, offset};
use crate::tree::{Kind, Tree};

/// One such comment, as written; whether the rules exist is not known here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuppressionComment {
    /// The rules named in the brackets, each with its place. None named, none ignored.
    pub rules: Vec<(String, Span)>,
    /// The text behind the brackets, if there is any.
    pub reason: Option<String>,
    /// Whether there are brackets, with a rule in them or none.
    pub has_brackets: bool,
    /// From the `#` to the end of the comment's text.
    pub span: Span,
    /// Whether nothing but blanks stands before it on its line.
    pub alone: bool,
    /// The line it stands on, from 1.
    pub line: u32,
}

const MARKER: &str = "stackseal:";

/// All such comments of a YAML text, in order; JSON has none.
///
/// `lines` is the index of the tree's file. Text inside a scalar is not a comment.
pub fn suppression_comments(tree: &Tree, lines: &LineIndex) -> Vec<SuppressionComment> {
    match tree.syntax {
        Syntax::Json => Vec::new(),
        Syntax::Yaml => {
            let text = &*tree.source.text;
            memchr::memmem::find_iter(text.as_bytes(), MARKER)
                .filter_map(|marker| comment_at(tree, lines, marker))
                .collect()
        }
    }
}

/// The comment whose marker starts at byte `marker`, if it is one.
fn comment_at(tree: &Tree, lines: &LineIndex, marker: usize) -> Option<SuppressionComment> {
    let text = &*tree.source.text;
    let before = text.get(..marker)?;
    let before = before.trim_end_matches(BLANKS).strip_suffix('#')?;
    let start = before.len();
    let line_start = before.rfind(['\n', '\r']).map_or(0, |it| it + 1);
    let on_line = before.get(line_start..)?;
    let on_line = on_line.strip_prefix('\u{feff}').unwrap_or(on_line);
    let begins_comment = on_line.is_empty() || on_line.ends_with(BLANKS);
    if !begins_comment || is_in_scalar(tree, start) {
        return None;
    }
    let after = text.get(marker + MARKER.len()..)?;
    let after = after.split(['\n', '\r']).next().unwrap_or_default().trim_end();
    let words = after.trim_start_matches(BLANKS).strip_prefix("ignore")?;
    // Another word that starts the same is not ours.
    if words.starts_with(|it: char| it.is_alphanumeric() || it == '-' || it == '_') {
        return None;
    }
    let end = marker + MARKER.len() + after.len();
    let words = words.trim_start_matches(BLANKS);
    let in_brackets = words.strip_prefix('[').and_then(|it| it.split_once(']'));
    let (list, reason) = in_brackets.unwrap_or(("", words));
    // `words` is the end of the comment, so its length tells where it starts.
    let mut at = end - words.len() + 1;
    let mut rules = Vec::new();
    for part in list.split(',') {
        let id = part.trim();
        if !id.is_empty() {
            let first = at + (part.len() - part.trim_start().len());
            let span = tree.span(offset(first), offset(first + id.len()));
            rules.push((id.to_owned(), span));
        }
        at += part.len() + 1;
    }
    let reason = reason.trim();
    let span = tree.span(offset(start), offset(end));
    Some(SuppressionComment {
        rules,
        reason: (!reason.is_empty()).then(|| reason.to_owned()),
        has_brackets: in_brackets.is_some(),
        span,
        alone: on_line.trim_matches(BLANKS).is_empty(),
        line: lines.line(span.start),
    })
}

const BLANKS: [char; 2] = [' ', '\t'];

/// Whether byte `at` of the text stands inside a scalar.
fn is_in_scalar(tree: &Tree, at: usize) -> bool {
    // Nodes are in the order of the file, and scalars have nothing inside: only the last node
    // that starts before the byte can be a scalar around it.
    let at = offset(at);
    let index = tree.nodes.partition_point(|node| node.start <= at);
    index
        .checked_sub(1)
        .and_then(|it| tree.nodes.get(it))
        .is_some_and(|node| node.kind == Kind::Scalar && at < node.end)
}
