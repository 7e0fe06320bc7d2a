//! From "this key shall hold that value" to edits of the text, in the manner of the text around:
//! its indentation, its quotes, its line ends, its commas. Comments stay.
//!
//! What cannot be done cleanly is not done: the answer is then none.

mod block;
mod flow;
mod locate;
mod render;
mod written;

use std::borrow::Cow;
use std::ops::Range;
use std::sync::OnceLock;

use crate::edit::Edit;
use crate::literal::Literal;
use crate::place::LineIndex;
use crate::span::{Span, offset};
use crate::tree::{Kind, Node, Style, Tree};

use self::locate::Located;
use self::render::{Layout, Manner, Place, is_plain, quote, text_of};

pub(crate) use self::written::Written;
use self::written::names_behind;

/// Bytes before and behind a place in which the ends of its line are looked for, before all lines are
/// counted.
const NEAR: usize = 256;

/// One change of a document. Spans are those of nodes and keys of its tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The value at `at` becomes `value`.
    Set {
        /// The span of a value.
        at: Span,
        /// What stands there afterwards.
        value: Literal,
    },
    /// The mapping `into` gets `value` under `keys`; mappings between are made.
    Insert {
        /// The span of a mapping.
        into: Span,
        /// One or more, the outermost first.
        keys: Vec<String>,
        /// What stands under the last of them.
        value: Literal,
    },
    /// The same for what stands, or does not stand yet, under the key at `key`.
    InsertUnder {
        /// The span of a key.
        key: Span,
        /// One or more, the outermost first.
        keys: Vec<String>,
        /// What stands under the last of them.
        value: Literal,
    },
    /// The list `to` gets another element at its end.
    Append {
        /// The span of a list.
        to: Span,
        /// The element.
        item: Literal,
    },
    /// The key at `key` goes, with its value.
    Remove {
        /// The span of a key.
        key: Span,
    },
    /// The key at `key` is called `name` afterwards, and holds `value`.
    Rename {
        /// The span of a key.
        key: Span,
        /// Its new name.
        name: String,
        /// Its new value.
        value: Literal,
    },
    /// The bytes of `at` become `text`: for what is no document of ours.
    Replace {
        /// Any span.
        at: Span,
        /// What stands there afterwards.
        text: String,
    },
    /// The element at `at` leaves its list.
    RemoveItem {
        /// The span of an element of a list.
        at: Span,
    },
    /// The stream gets another document at its end.
    AddDocument {
        /// A span in the file.
        within: Span,
        /// The document.
        value: Literal,
    },
}

impl Change {
    /// The span it is about; that of another file for each file.
    pub fn span(&self) -> Span {
        match self {
            Self::Set { at, .. } | Self::RemoveItem { at } | Self::Replace { at, .. } => *at,
            Self::Insert { into, .. } => *into,
            Self::InsertUnder { key, .. } | Self::Remove { key } | Self::Rename { key, .. } => *key,
            Self::Append { to, .. } => *to,
            Self::AddDocument { within, .. } => *within,
        }
    }
}

/// The edits that make `changes` to the text of `tree`, all of them together.
///
/// None if one of them cannot be made cleanly: a span that is no node of the tree, a node that an
/// alias shares, an anchor that would go while an alias needs it, a comment in the way, a text with
/// errors, an embedded text.
pub fn edits(tree: &Tree, changes: Vec<Change>) -> Option<Vec<Edit>> {
    if !tree.errors().is_empty() || tree.origin.is_some() {
        return None;
    }
    let page = Page::of(tree);
    let mut all: Vec<Placed> = Vec::new();
    let mut inserts: Vec<(Node<'_>, Vec<Node<'_>>, Literal)> = Vec::new();
    for change in merged(changes) {
        match change {
            Change::Set { at, value } => all.extend(page.set(&Located::node(tree, at)?, &value)?),
            Change::Insert { into, keys, value } => {
                let Located { node, around } = Located::node(tree, into)?;
                collect(&mut inserts, node, around, &keys, value);
            }
            Change::InsertUnder { key, keys, value } => {
                let (entry, around) = Located::entry(tree, key)?;
                collect(&mut inserts, entry.value, around, &keys, value);
            }
            Change::Append { to, item } => {
                all.extend(page.append(&Located::node(tree, to)?, &item)?);
            }
            Change::Remove { key } => {
                let (entry, around) = Located::entry(tree, key)?;
                if page.is_shared(entry.key) {
                    return None;
                }
                all.push(page.remove_entry(*around.last()?, entry)?);
            }
            Change::Rename { key, name, value } => {
                let (entry, around) = Located::entry(tree, key)?;
                let mapping = *around.last()?;
                let is_shared = page.is_shared(entry.key) || page.is_shared(entry.value);
                if is_shared || mapping.entry(&name).is_some() {
                    return None;
                }
                let span = entry.key.span();
                let edit =
                    page.edit(span.start as usize, span.end as usize, page.key(entry.key, name));
                all.push(Placed { edit, column: 0 });
                all.extend(page.set(&Located { node: entry.value, around }, &value)?);
            }
            Change::Replace { at, text } => {
                all.push(Placed { edit: Edit { span: at, text }, column: 0 });
            }
            Change::RemoveItem { at } => all.push(page.remove_item(&Located::node(tree, at)?)?),
            Change::AddDocument { value, .. } => all.push(page.add_document(&value)?),
        }
    }
    for (node, around, value) in inserts {
        let Literal::Map(entries) = &value else { return None };
        let located = Located { node, around };
        if node.is_null() {
            all.extend(page.set(&located, &value)?);
        } else if node.kind() == Kind::Mapping {
            all.extend(page.insert(&located, entries)?);
        } else {
            return None;
        }
    }
    // Of two insertions at the end of one line, the one that belongs further in comes first.
    all.sort_by_key(|it| std::cmp::Reverse(it.column));
    let edits: Vec<Edit> = all.into_iter().map(|it| it.edit).collect();
    let takes_anchor = edits.iter().any(|it| page.takes_anchor(it));
    (are_apart(&edits) && !takes_anchor).then_some(edits)
}

/// Whether no two of `edits` want the same bytes.
fn are_apart(edits: &[Edit]) -> bool {
    let mut spans: Vec<_> = edits.iter().map(|it| (it.span.start, it.span.end)).collect();
    spans.sort_unstable();
    spans.windows(2).all(|it| matches!(it, [(_, end), (start, _)] if end <= start))
}

/// Mappings that shall stand at one place become one.
fn merged(changes: Vec<Change>) -> Vec<Change> {
    let mut all: Vec<Change> = Vec::with_capacity(changes.len());
    for change in changes {
        let Change::Set { at, value: value @ Literal::Map(_) } = change else {
            all.push(change);
            continue;
        };
        let same = all.iter_mut().find_map(|it| {
            let Change::Set { at: place, value: earlier @ Literal::Map(_) } = it else {
                return None;
            };
            (*place == at).then_some(earlier)
        });
        match same {
            Some(earlier) => earlier.merge(value),
            None => all.push(Change::Set { at, value }),
        }
    }
    all
}

/// Puts insertions into one mapping together, so that a block both need is made once.
fn collect<'t>(
    inserts: &mut Vec<(Node<'t>, Vec<Node<'t>>, Literal)>,
    node: Node<'t>,
    around: Vec<Node<'t>>,
    keys: &[String],
    value: Literal,
) {
    match inserts.iter_mut().find(|(it, ..)| it.is_same(node)) {
        Some((.., entries)) => entries.add(keys, value),
        None => inserts.push((node, around, value.under(keys))),
    }
}

/// An edit, and how far in it belongs.
struct Placed {
    edit: Edit,
    column: usize,
}

/// The text of a tree, and how it is written.
struct Page<'t> {
    tree: &'t Tree,
    text: &'t str,
    manner: &'t Manner,
    lines: &'t OnceLock<LineIndex>,
}

impl<'t> Page<'t> {
    fn of(tree: &'t Tree) -> Self {
        let Written { manner, lines, .. } = tree.written();
        Self { tree, text: tree.source().text.as_str(), manner, lines }
    }

    /// The bytes of the line `at` is in, without a byte order mark and its line break.
    fn line(&self, at: usize) -> Range<usize> {
        let Range { start, end } = self.short_line(at).unwrap_or_else(|| {
            let lines = self.lines.get_or_init(|| LineIndex::new(self.text));
            lines.line_range(lines.line(offset(at)))
        });
        let line = self.text.get(start..end).unwrap_or_default();
        let mark =
            if line.starts_with('\u{feff}') && start == 0 { '\u{feff}'.len_utf8() } else { 0 };
        start + mark..start + line.trim_end_matches(['\n', '\r']).len()
    }

    /// The bytes of the line `at` is in, with its line break; none if an end of it is far away, as in
    /// a file of one line, where looking for it each time would take too long.
    fn short_line(&self, at: usize) -> Option<Range<usize>> {
        let bytes = self.text.as_bytes();
        let first = at.saturating_sub(NEAR);
        let last = bytes.len().min(at.saturating_add(NEAR));
        let start = match memchr::memrchr(b'\n', bytes.get(first..at)?) {
            Some(before) => first + before + 1,
            None if first == 0 => 0,
            None => return None,
        };
        let end = match memchr::memchr(b'\n', bytes.get(at..last)?) {
            Some(behind) => at + behind + 1,
            None if last == bytes.len() => last,
            None => return None,
        };
        Some(start..end)
    }

    /// The start of the line `at` is in, behind a byte order mark.
    fn line_start(&self, at: usize) -> usize {
        self.line(at).start
    }

    /// The end of the line `at` is in, before its line break.
    fn line_end(&self, at: usize) -> usize {
        self.line(at).end.max(at)
    }

    /// What stands in the line before `at`.
    fn prefix(&self, at: usize) -> &'t str {
        self.text.get(self.line_start(at)..at).unwrap_or_default()
    }

    fn is_alone_in_front(&self, at: usize) -> bool {
        self.prefix(at).bytes().all(|it| it == b' ')
    }

    /// The column of a node of a block, from 0: only blanks and dashes stand before it.
    fn column(&self, node: Node<'_>) -> Option<usize> {
        let prefix = self.prefix(node.span().start as usize);
        let is_indentation = prefix.bytes().all(|it| it == b' ' || it == b'-');
        (is_indentation || self.manner.is_json).then_some(prefix.len())
    }

    /// Where the text of a node ends, blanks and line breaks behind it taken off.
    fn end(&self, node: Node<'_>) -> usize {
        let span = node.span();
        let whole = self.text.get(span.range()).unwrap_or_default();
        span.start as usize + whole.trim_end().len()
    }

    fn between(&self, start: usize, end: usize) -> Option<&'t str> {
        self.text.get(start..end)
    }

    /// Whether an alias or a merge key leads to a node as well.
    fn is_shared(&self, node: Node<'_>) -> bool {
        self.tree.written().shared.contains(&node.id)
    }

    /// Whether all that a collection holds stands in its own text: no alias, no merge key.
    fn is_written_out(&self, collection: Node<'_>) -> bool {
        let own = collection.span();
        self.tree.is_in_order
            || collection.items().all(|it| own.contains(it.span()))
                && collection
                    .entries()
                    .all(|it| own.contains(it.key.span()) && own.contains(it.value.span()))
    }

    /// Whether an edit takes out an anchor that an alias behind it needs.
    fn takes_anchor(&self, edit: &Edit) -> bool {
        let range = edit.span.range();
        let end = range.end;
        let gone = self.text.get(range).unwrap_or_default();
        let last_use = |anchor: &str| self.tree.written().aliases.get(anchor);
        names_behind('&', gone).any(|(_, anchor)| last_use(anchor).is_some_and(|at| *at >= end))
    }

    fn edit(&self, start: usize, end: usize, text: impl Into<String>) -> Edit {
        let span = Span::new(self.tree.file(), offset(start), offset(end));
        Edit { span, text: text.into() }
    }

    /// Replaces a value.
    fn set(&self, located: &Located<'t>, value: &Literal) -> Option<Vec<Placed>> {
        let node = located.node;
        let (start, end) = (node.span().start as usize, self.end(node));
        let only = |edit| Some(vec![Placed { edit, column: 0 }]);
        if self.is_in_brackets(located) {
            if node.kind() != Kind::Scalar && !self.manner.is_json && self.has_comment(node) {
                return None;
            }
            let text = self.bracketed_value(node, value);
            let is_empty = start == end;
            return only(self.edit(start, end, if is_empty { format!(" {text}") } else { text }));
        }
        let parent = located.parent()?;
        if node.kind() != Kind::Scalar && self.has_comment(node) {
            return None;
        }
        let inline = match (value, node.kind()) {
            // A short list stays one.
            (Literal::List(items), Kind::Sequence)
                if node.style() == Style::Flow && items.iter().all(Literal::is_plain) =>
            {
                Some(text_of(|to| self.manner.flow(value, Layout::OneLine, to)))
            }
            // Texts of lines get lines.
            (Literal::Text(text), Kind::Scalar) if text.contains('\n') => None,
            (Literal::Text(_) | Literal::Bool(_) | Literal::Number(_), Kind::Scalar) => {
                Some(self.scalar_like(node, value))
            }
            _ => None,
        };
        let inline = inline.or_else(|| self.manner.inline(value));
        match parent.kind() {
            Kind::Scalar => None,
            Kind::Sequence => {
                let column = self.column(node)?;
                if start == end {
                    return None;
                }
                let text = inline
                    .unwrap_or_else(|| text_of(|to| self.manner.block_item(value, column, to)));
                only(self.edit(start, end, text))
            }
            Kind::Mapping => {
                let entry = parent.entries().find(|it| it.value.is_same(node))?;
                let key_end = entry.key.span().end as usize;
                let gap = self.between(key_end, start)?;
                // What follows the colon: blanks, a line break, a comment, an anchor.
                let colon = key_end + gap.find(':').map_or(gap.len(), |it| it + 1);
                let is_bare = self.between(colon, start)?.trim().is_empty();
                let key = self.column(entry.key);
                let edit = match inline {
                    Some(text) if start == end => self.edit(start, end, format!(" {text}")),
                    Some(text) if is_bare => self.edit(colon, end, format!(" {text}")),
                    Some(_) if node.style() == Style::Block => return None,
                    Some(text) => self.edit(start, end, text),
                    None if is_bare => {
                        let key = key?;
                        self.edit(colon, end, text_of(|to| self.manner.below(value, key, to)))
                    }
                    None => return None,
                };
                // A value that is not there yet belongs further in than what comes behind its key.
                Some(vec![Placed { edit, column: key.map_or(0, |it| it + 1) }])
            }
        }
    }

    /// A key in the quotes of the one it replaces.
    fn key(&self, old: Node<'_>, name: String) -> String {
        self.scalar_like(old, &name.into())
    }

    /// A scalar in the quotes of the one it replaces.
    fn scalar_like(&self, old: Node<'_>, value: &Literal) -> String {
        let text = match value {
            Literal::Text(text) => text.clone().into_owned(),
            Literal::Bool(it) => it.to_string(),
            Literal::Number(it) => it.to_string(),
            Literal::List(_) | Literal::Map(_) | Literal::Call { .. } => return String::new(),
        };
        let is_text = matches!(value, Literal::Text(_));
        // Quotes around `false` are a manner of writing it; those around a text belong to the text.
        let was_text = old.text().is_some_and(|it| is_plain(it, Place::Block));
        let keeps_quotes = is_text || !was_text;
        let quoted = |mark| text_of(|to| quote(&text, mark, to));
        if text.contains('\n') {
            return quoted('"');
        }
        match old.style() {
            Style::SingleQuoted if keeps_quotes && old.tag().is_none() => quoted('\''),
            Style::DoubleQuoted if keeps_quotes && old.tag().is_none() => quoted('"'),
            _ if !is_text || is_plain(&text, Place::Block) => text,
            _ => quoted(self.manner.quote),
        }
    }

    /// Puts entries into a mapping.
    fn insert(
        &self,
        located: &Located<'t>,
        entries: &[(Cow<'static, str>, Literal)],
    ) -> Option<Vec<Placed>> {
        let mapping = located.node;
        if mapping.tag().is_some() {
            return None;
        }
        let taken = |key: &str| mapping.entry(key).is_some();
        if entries.iter().any(|(key, _)| taken(key)) {
            return None;
        }
        if mapping.style() == Style::Block {
            return Some(vec![self.insert_into_block(mapping, entries)?]);
        }
        let is_empty = mapping.entries().len() == 0;
        if is_empty && !self.is_in_brackets(located) {
            // `Properties: {}` becomes a block.
            return self.set(located, &Literal::Map(entries.to_vec()));
        }
        self.insert_into_brackets(mapping, entries)
    }

    fn is_in_brackets(&self, located: &Located<'_>) -> bool {
        self.manner.is_json || located.around.iter().any(|it| it.style() == Style::Flow)
    }

    /// Whether a comment stands in the text of a node; a `#` in a text counts as well.
    fn has_comment(&self, node: Node<'_>) -> bool {
        !self.manner.is_json
            && self.text.get(node.span().range()).is_some_and(|it| it.contains('#'))
    }

    fn append(&self, located: &Located<'t>, item: &Literal) -> Option<Vec<Placed>> {
        let list = located.node;
        if list.kind() != Kind::Sequence || list.tag().is_some() {
            return None;
        }
        if list.style() == Style::Block {
            return Some(vec![self.append_to_block(list, item)?]);
        }
        if list.items().len() == 0 && !self.is_in_brackets(located) {
            let value = Literal::List(vec![item.clone()]);
            return self.set(located, &value);
        }
        self.append_to_brackets(list, item)
    }

    fn add_document(&self, value: &Literal) -> Option<Placed> {
        let Literal::Map(entries) = value else { return None };
        if self.manner.is_json || self.text.trim_end().ends_with("\n...") {
            return None;
        }
        let line_end = self.manner.line_end;
        let mut text = String::new();
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            text.push_str(line_end);
        }
        text.push_str("---");
        text.push_str(line_end);
        for (key, value) in entries {
            self.manner.block_entry(key, value, 0, &mut text);
            text.push_str(line_end);
        }
        let end = self.text.len();
        Some(Placed { edit: self.edit(end, end, text), column: 0 })
    }
}
