//! Text to tree, in the syntax it is written in.

use std::sync::Arc;

use crate::builder::Builder;
use crate::embedded::{OffsetMap, TextPart};
use crate::error::SyntaxErrorKind;
use crate::limits::Limits;
use crate::source::Source;
use crate::tree::{Node, Tree};
use crate::{json, yaml};

/// The language a text is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Syntax {
    /// YAML 1.2, scalars kept as text.
    Yaml,
    /// JSON, strict.
    Json,
}

/// Reads a file: as JSON if it is named so or starts with a bracket, else as YAML.
///
/// Flow-style YAML may start with a bracket too: where the text is not JSON and the file is not
/// named `.json`, it is read as YAML, and only if that fails as well does the tree tell what is
/// wrong with the JSON.
#[expect(clippy::needless_pass_by_value, reason = "the tree keeps its source alive")]
pub fn parse(source: Arc<Source>, limits: &Limits) -> Tree {
    let is_json_file = source
        .path
        .rsplit_once('.')
        .is_some_and(|(_, extension)| extension.eq_ignore_ascii_case("json"));
    read(&source, limits, is_json_file)
}

/// Reads the value of a scalar as a text of its own: JSON in a string, YAML in a block scalar.
///
/// Spans of the tree, and of its errors, are places in the file of the host.
pub fn parse_embedded(host: Node<'_>, limits: &Limits) -> Tree {
    parse_joined(host, &[TextPart::Scalar(host)], limits)
}

/// As [`parse_embedded`], for a text that `host` puts together from `parts` of its own file.
pub fn parse_joined(host: Node<'_>, parts: &[TextPart<'_>], limits: &Limits) -> Tree {
    let map = OffsetMap::of_parts(parts);
    let outer = host.tree().source();
    let text = parts.iter().map(TextPart::text).collect();
    let source = Arc::new(Source { id: outer.id, path: outer.path.clone(), text });
    let mut tree = read(&source, limits, false);
    for error in &mut tree.errors {
        error.span = map.span(outer.id, error.span.start, error.span.end);
        if let SyntaxErrorKind::DuplicateKey { key: _, first } = &mut error.kind {
            *first = map.span(outer.id, first.start, first.end);
        }
    }
    tree.origin = Some(map);
    tree
}

fn read(source: &Arc<Source>, limits: &Limits, is_json_file: bool) -> Tree {
    let (limit, size) = (limits.max_bytes(), source.text.len());
    if size > limit {
        let mut builder = Builder::new(source, limits, usize::MAX);
        builder.error(0, 0, SyntaxErrorKind::TooLarge { limit, size });
        return builder.finish(if is_json_file { Syntax::Json } else { Syntax::Yaml });
    }
    if !is_json_file && !starts_with_bracket(&source.text) {
        return read_yaml(source, limits);
    }
    let mut builder = Builder::new(source, limits, 16);
    if let Err(abort) = json::read(&mut builder) {
        let is_too_deep = matches!(abort.kind, SyntaxErrorKind::TooDeep { .. });
        if !is_json_file && !is_too_deep {
            let tree = read_yaml(source, limits);
            if is_usable(&tree) {
                return tree;
            }
        }
        builder.abandon_document(abort);
    }
    builder.finish(Syntax::Json)
}

fn read_yaml(source: &Arc<Source>, limits: &Limits) -> Tree {
    let mut builder = Builder::new(source, limits, 20);
    yaml::read(&mut builder);
    builder.finish(Syntax::Yaml)
}

/// Whether nothing was dropped from a tree.
fn is_usable(tree: &Tree) -> bool {
    tree.errors().iter().all(|error| {
        matches!(error.kind, SyntaxErrorKind::DuplicateKey { .. } | SyntaxErrorKind::MergeValue)
    })
}

fn starts_with_bracket(text: &str) -> bool {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.trim_ascii_start().starts_with(['{', '['])
}
