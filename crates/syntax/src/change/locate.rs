//! From a span back to its node, and the nodes around it.

use crate::span::Span;
use crate::tree::{Entry, Node, Tree};

/// A node with the collections it stands in, the document first.
#[derive(Clone, Debug)]
pub(super) struct Located<'t> {
    pub(super) node: Node<'t>,
    pub(super) around: Vec<Node<'t>>,
}

impl<'t> Located<'t> {
    /// The node whose text is exactly `span`. None where it is shared by an alias or a merge key: a
    /// change would show in more than one place.
    pub(super) fn node(tree: &'t Tree, span: Span) -> Option<Self> {
        find(tree, |it| it.span() == span, span)
    }

    /// The entry whose key stands at `key`, with the mappings it stands in.
    pub(super) fn entry(tree: &'t Tree, key: Span) -> Option<(Entry<'t>, Vec<Node<'t>>)> {
        let holds = |it: Node<'t>| {
            let is_it = |entry: &Entry<'t>| entry.key.span() == key;
            let is_own = it.span().contains(key);
            let found = if tree.is_in_order {
                it.entry_at(key).filter(is_it)
            } else {
                it.entries().find(is_it)
            };
            found.filter(|_| is_own)
        };
        let Self { node, mut around } = find(tree, |it| holds(it).is_some(), key)?;
        around.push(node);
        Some((holds(node)?, around))
    }

    /// The collection it stands in.
    pub(super) fn parent(&self) -> Option<Node<'t>> {
        self.around.last().copied()
    }
}

fn find<'t>(tree: &'t Tree, is_it: impl Fn(Node<'t>) -> bool, span: Span) -> Option<Located<'t>> {
    let shared = &tree.written().shared;
    let mut around: Vec<Node<'t>> = Vec::new();
    let mut next = tree.document_at(span);
    while let Some(node) = next {
        if shared.contains(&node.id) {
            return None;
        }
        if is_it(node) {
            return Some(Located { node, around });
        }
        next = node.child_at(span);
        around.push(node);
    }
    None
}

/// The entries written in a mapping itself, in the order of the text: those of merge keys are not.
pub(super) fn own_entries<'t>(mapping: Node<'t>) -> Vec<Entry<'t>> {
    if mapping.tree.is_in_order {
        return mapping.entries().collect();
    }
    let span = mapping.span();
    let mut entries: Vec<Entry<'t>> =
        mapping.entries().filter(|it| span.contains(it.key.span())).collect();
    entries.sort_by_key(|it| it.key.span().start);
    entries
}

/// The first of the [`own_entries`].
pub(super) fn first_own_entry(mapping: Node<'_>) -> Option<Entry<'_>> {
    if mapping.tree.is_in_order {
        mapping.entries().next()
    } else {
        own_entries(mapping).first().copied()
    }
}

/// The last of the [`own_entries`], and the one before it.
pub(super) fn last_own_entries(mapping: Node<'_>) -> Option<(Entry<'_>, Option<Entry<'_>>)> {
    if mapping.tree.is_in_order {
        let mut entries = mapping.entries().rev();
        return Some((entries.next()?, entries.next()));
    }
    let mut entries = own_entries(mapping).into_iter().rev();
    Some((entries.next()?, entries.next()))
}
