//! How a text is written: found out once for a tree, for every finding of it may ask for an edit.

use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::parse::Syntax;
use crate::place::LineIndex;
use crate::tree::{Kind, Node, NodeId, Style, Tree};

use super::Page;
use super::locate::{first_own_entry, own_entries};
use super::render::Manner;

/// How far into a file its manner is sought.
const DOCUMENTS: usize = 32;
const SCALARS: usize = 4096;

/// What every change of a tree asks for.
#[derive(Debug)]
pub(crate) struct Written {
    pub(super) manner: Manner,
    /// Of use where a line is long; made when first asked for.
    pub(super) lines: OnceLock<LineIndex>,
    /// The nodes that more than one link leads to.
    pub(super) shared: FxHashSet<NodeId>,
    /// Where each anchor is named by an alias for the last time. What only looks like an alias, in a text
    /// or a comment, counts as well.
    pub(super) aliases: FxHashMap<Box<str>, usize>,
}

impl Tree {
    /// How its text is written.
    pub(super) fn written(&self) -> &Written {
        self.written.get_or_init(|| Box::new(Written::of(self)))
    }
}

impl Written {
    fn of(tree: &Tree) -> Self {
        let text = tree.source().text.as_str();
        let first_break = text.find('\n');
        let is_crlf = first_break.is_some_and(|it| text.get(..it).unwrap_or("").ends_with('\r'));
        let is_json = tree.syntax() == Syntax::Json;
        let mut manner = Manner {
            is_json,
            line_end: if is_crlf { "\r\n" } else { "\n" },
            step: 2,
            list_step: 2,
            quote: if is_json { '"' } else { '\'' },
        };
        let lines = OnceLock::new();
        let page = Page { tree, text, manner: &manner, lines: &lines };
        let step = page.step().unwrap_or(2);
        if !is_json {
            let list_step = page.list_step().unwrap_or(2);
            let is_double = |it: Node<'_>| match it.style() {
                Style::DoubleQuoted => Some('"'),
                Style::SingleQuoted => Some('\''),
                Style::Plain | Style::Literal | Style::Folded | Style::Block | Style::Flow => None,
            };
            manner.list_step = list_step;
            manner.quote = tree.scalars().take(SCALARS).find_map(is_double).unwrap_or('\'');
        }
        manner.step = step;
        Self { manner, lines, shared: shared(tree), aliases: aliases(tree) }
    }
}

/// The nodes that more than one link leads to: those of an alias or a merge key.
fn shared(tree: &Tree) -> FxHashSet<NodeId> {
    let mut shared = FxHashSet::default();
    if !tree.is_in_order {
        let mut seen = FxHashSet::default();
        shared.extend(tree.links.iter().copied().filter(|it| !seen.insert(*it)));
    }
    shared
}

fn aliases(tree: &Tree) -> FxHashMap<Box<str>, usize> {
    // Without an alias there is nothing that only looks like one.
    if tree.is_in_order {
        return FxHashMap::default();
    }
    let text = &tree.source().text;
    let anchors: FxHashSet<&str> = names_behind('&', text).map(|it| it.1).collect();
    let names = names_behind('*', text).filter(|it| anchors.contains(it.1));
    names.map(|(at, name)| (Box::from(name), at)).collect()
}

/// The names of aliases (`*`) or anchors (`&`) in a text, and where they stand.
pub(super) fn names_behind(mark: char, text: &str) -> impl Iterator<Item = (usize, &str)> {
    let ends = |it: char| it.is_whitespace() || matches!(it, ',' | '[' | ']' | '{' | '}');
    text.match_indices(mark).filter_map(move |(at, mark)| {
        // Within a word it is a part of that, which may be long.
        let before = text.get(..at)?.chars().next_back();
        if before.is_some_and(|it| !ends(it)) {
            return None;
        }
        let name = text.get(at + mark.len()..)?.split(ends).next()?;
        (!name.is_empty()).then_some((at, name))
    })
}

impl Page<'_> {
    /// What the second level of the first document that has one is indented by.
    fn step(&self) -> Option<usize> {
        self.tree.documents().take(DOCUMENTS).find_map(|root| {
            let outer = self.column(first_own_entry(root)?.key)?;
            root.entries().find_map(|entry| {
                let inner = self.column(first_own_entry(entry.value)?.key)?;
                let is_below = self.is_alone_in_front(entry.value.span().start as usize)
                    || self.manner.is_json;
                inner.checked_sub(outer).filter(|&it| it > 0 && it <= 8 && is_below)
            })
        })
    }

    /// What the first block list of the file is indented by below its key.
    fn list_step(&self) -> Option<usize> {
        let documents = self.tree.documents().take(DOCUMENTS);
        let mut left: Vec<(Node<'_>, usize)> = documents.map(|it| (it, 0)).collect();
        left.reverse();
        while let Some((node, depth)) = left.pop() {
            if depth > 8 {
                continue;
            }
            for entry in own_entries(node) {
                let is_block = entry.value.style() == Style::Block;
                if is_block && entry.value.kind() == Kind::Sequence && entry.value.tag().is_none() {
                    let key = self.column(entry.key)?;
                    return self.column(entry.value)?.checked_sub(key).filter(|&it| it <= 8);
                }
            }
            let children = node.entries().map(|it| it.value).chain(node.items());
            let children: Vec<_> = children
                .filter(|it| node.span().contains(it.span()) && it.kind() != Kind::Scalar)
                .map(|it| (it, depth + 1))
                .collect();
            left.extend(children.into_iter().rev());
        }
        None
    }
}
