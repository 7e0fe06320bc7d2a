//! The tree: one arena for all documents of a file, spans on every node.
//!
//! Nodes name their text by span, so a tree owns little and borrows nothing. An alias is a second
//! way to the node of its anchor, never a copy; merge keys (`<<`) are expanded into entries while
//! the tree is built, by reference. [`crate::Limits`] bounds what such sharing can amount to.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use crate::change::Written;
use crate::embedded::OffsetMap;
use crate::error::SyntaxError;
use crate::parse::Syntax;
use crate::source::Source;
use crate::span::{FileId, Span, offset};

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text, a number, a boolean or null: always text here, read on demand.
    Scalar,
    /// A list.
    Sequence,
    /// Keys with values, in the order of the file.
    Mapping,
}

/// How a node is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// A scalar without quotes; in JSON a number, `true`, `false` or `null`.
    Plain,
    /// `'…'`
    SingleQuoted,
    /// `"…"`
    DoubleQuoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
    /// A collection by indentation.
    Block,
    /// A collection in brackets.
    Flow,
}

/// Index of a node in its tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct NodeId(pub(crate) u32);

/// One node as stored: 24 bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NodeData {
    pub(crate) kind: Kind,
    pub(crate) style: Style,
    /// Index into `tags` plus one; 0 for none.
    pub(crate) tag: u16,
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// Scalar: start of the value in the source or in `decoded`. Collection: first index in `links`.
    pub(crate) first: u32,
    /// Scalar: length of the value in bytes. Collection: number of links (two an entry).
    pub(crate) len: u32,
    /// Scalar: the value stands in `decoded`, not in the source.
    pub(crate) is_decoded: bool,
    /// Scalar: it is a key, and nowhere a value.
    pub(crate) is_key: bool,
}

/// All documents of one file, and what was wrong with it.
#[derive(Debug)]
pub struct Tree {
    pub(crate) source: Arc<Source>,
    pub(crate) nodes: Vec<NodeData>,
    pub(crate) links: Vec<NodeId>,
    pub(crate) decoded: String,
    pub(crate) tags: Vec<Box<str>>,
    pub(crate) documents: Vec<NodeId>,
    pub(crate) errors: Vec<SyntaxError>,
    /// For text taken out of another document: where its bytes stand there.
    pub(crate) origin: Option<OffsetMap>,
    pub(crate) syntax: Syntax,
    /// Every node stands where its parent holds it: there is no alias, and nothing was merged.
    pub(crate) is_in_order: bool,
    /// How it is written, once a change asks.
    pub(crate) written: OnceLock<Box<Written>>,
}

impl Tree {
    /// The file this tree was read from; for an embedded document, the file it is embedded in.
    pub fn file(&self) -> FileId {
        self.source.id
    }

    /// The text the tree was read from.
    pub fn source(&self) -> &Arc<Source> {
        &self.source
    }

    /// The language the text was read as.
    pub fn syntax(&self) -> Syntax {
        self.syntax
    }

    /// The root of each document of the stream, in order; empty documents are left out.
    pub fn documents(&self) -> impl ExactSizeIterator<Item = Node<'_>> {
        self.documents.iter().map(|&id| Node { tree: self, id })
    }

    /// The root of the document that holds `span`.
    pub fn document_at(&self, span: Span) -> Option<Node<'_>> {
        let after = self
            .documents
            .partition_point(|&id| Node { tree: self, id }.span().start <= span.start);
        let id = *self.documents.get(after.checked_sub(1)?)?;
        Some(Node { tree: self, id }).filter(|it| it.span().contains(span))
    }

    /// The value of a scalar; none for a collection.
    fn value(&self, data: &NodeData) -> Option<&str> {
        if data.kind != Kind::Scalar {
            return None;
        }
        let first = data.first as usize;
        let text = if data.is_decoded { &self.decoded } else { &self.source.text };
        text.get(first..first + data.len as usize)
    }

    /// Whether a node starts before `span`, or where it does.
    fn starts_before(&self, id: NodeId, span: Span) -> bool {
        Node { tree: self, id }.span().start <= span.start
    }

    /// Whether some scalar may hold `text`: a look at all the bytes that scalars stand in.
    pub fn may_hold(&self, text: &str) -> bool {
        let holds = |it: &str| memchr::memmem::find(it.as_bytes(), text.as_bytes()).is_some();
        holds(&self.source.text) || holds(&self.decoded)
    }

    /// What was wrong with the text, in the order of the file.
    pub fn errors(&self) -> &[SyntaxError] {
        &self.errors
    }

    /// The number of nodes: what building the tree cost.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether the text held no node at all.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// A span of this tree's text as a span of the file it stands in.
    pub fn span(&self, start: u32, end: u32) -> Span {
        match &self.origin {
            None => Span::new(self.source.id, start, end),
            Some(map) => map.span(self.source.id, start, end),
        }
    }

    /// Every scalar as written, in the order of the file: for tools that look at text.
    pub fn scalars(&self) -> impl Iterator<Item = Node<'_>> {
        (0..offset(self.nodes.len()))
            .map(|index| Node { tree: self, id: NodeId(index) })
            .filter(|node| node.kind() == Kind::Scalar)
    }

    /// Every scalar as written inside `span`, in the order of the file.
    pub fn scalars_within(&self, span: Span) -> impl Iterator<Item = Node<'_>> {
        // Nodes of an embedded text have their places in that.
        let start = match self.origin {
            None => self.nodes.partition_point(|node| node.start < span.start),
            Some(_) => 0,
        };
        let nodes = (offset(start)..offset(self.nodes.len()))
            .map(|index| Node { tree: self, id: NodeId(index) })
            .take_while(move |node| node.span().start < span.end);
        nodes.filter(move |node| node.kind() == Kind::Scalar && span.contains(node.span()))
    }
}

/// A node of a tree: a value that knows where it stands.
#[derive(Clone, Copy)]
pub struct Node<'t> {
    pub(crate) tree: &'t Tree,
    pub(crate) id: NodeId,
}

/// A key with its value.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'t> {
    /// The key; a scalar in every document we judge.
    pub key: Node<'t>,
    /// What it holds.
    pub value: Node<'t>,
}

impl<'t> Node<'t> {
    pub(crate) fn data(self) -> &'t NodeData {
        #[expect(
            clippy::indexing_slicing,
            reason = "a node id is only made by the builder of its own tree"
        )]
        &self.tree.nodes[self.id.0 as usize]
    }

    fn links(self) -> &'t [NodeId] {
        let data = self.data();
        let first = data.first as usize;
        match data.kind {
            Kind::Scalar => &[],
            Kind::Sequence | Kind::Mapping => {
                self.tree.links.get(first..first + data.len as usize).unwrap_or_default()
            }
        }
    }

    /// The links of a mapping, a key and a value each.
    fn pairs(self) -> &'t [[NodeId; 2]] {
        if self.kind() == Kind::Mapping { self.links().as_chunks::<2>().0 } else { &[] }
    }

    fn entry_of(self, [key, value]: [NodeId; 2]) -> Entry<'t> {
        let node = |id| Self { tree: self.tree, id };
        Entry { key: node(key), value: node(value) }
    }

    /// The tree this node belongs to.
    pub fn tree(self) -> &'t Tree {
        self.tree
    }

    /// What it is.
    pub fn kind(self) -> Kind {
        self.data().kind
    }

    /// How it is written.
    pub fn style(self) -> Style {
        self.data().style
    }

    /// Where it stands: with its tag, its quotes or brackets, without what follows.
    pub fn span(self) -> Span {
        let data = self.data();
        self.tree.span(data.start, data.end)
    }

    /// The tag with its exclamation mark (`!Ref`), where one is written.
    pub fn tag(self) -> Option<&'t str> {
        let index = usize::from(self.data().tag).checked_sub(1)?;
        self.tree.tags.get(index).map(|it| &**it)
    }

    /// The value of a scalar, quotes and escapes taken off; none for a collection.
    pub fn text(self) -> Option<&'t str> {
        self.tree.value(self.data())
    }

    /// Whether it is a scalar with this value.
    fn is_text(self, text: &str) -> bool {
        let data = self.data();
        // Lengths tell most keys apart.
        if data.len as usize != text.len() || data.kind != Kind::Scalar {
            return false;
        }
        let holder = if data.is_decoded { &self.tree.decoded } else { &self.tree.source.text };
        let first = data.first as usize;
        holder.as_bytes().get(first..first + text.len()) == Some(text.as_bytes())
    }

    /// Whether it is null: an empty plain scalar, `~` or `null`.
    pub fn is_null(self) -> bool {
        self.style() == Style::Plain
            && self.tag().is_none()
            && matches!(self.text(), Some("" | "~" | "null" | "Null" | "NULL"))
    }

    /// The elements of a sequence; nothing for other nodes.
    pub fn items(self) -> impl ExactSizeIterator<Item = Self> + Clone + use<'t> {
        let links = if self.kind() == Kind::Sequence { self.links() } else { &[] };
        links.iter().map(move |&id| Self { tree: self.tree, id })
    }

    /// The entries of a mapping, merge keys expanded; nothing for other nodes.
    pub fn entries(
        self,
    ) -> impl ExactSizeIterator<Item = Entry<'t>> + DoubleEndedIterator + Clone + use<'t> {
        self.pairs().iter().map(move |it| self.entry_of(*it))
    }

    /// The first element of a sequence that holds `span`, with its index.
    pub fn item_at(self, span: Span) -> Option<(usize, Self)> {
        let links = if self.kind() == Kind::Sequence { self.links() } else { &[] };
        let item = |(index, &id): (usize, &NodeId)| (index, Self { tree: self.tree, id });
        let holds = |it: &(usize, Self)| it.1.span().contains(span);
        if !self.tree.is_in_order {
            return links.iter().enumerate().map(item).find(holds);
        }
        let after = links.partition_point(|it| self.tree.starts_before(*it, span));
        let before = links.get(..after)?.iter().enumerate().rev();
        before.map(item).take_while(holds).last()
    }

    /// The first entry of a mapping whose key or value holds `span`.
    pub fn entry_at(self, span: Span) -> Option<Entry<'t>> {
        let pairs = self.pairs();
        let entry = |it: &[NodeId; 2]| self.entry_of(*it);
        let holds = |it: &Entry<'t>| it.key.span().contains(span) || it.value.span().contains(span);
        if !self.tree.is_in_order {
            return pairs.iter().map(entry).find(holds);
        }
        let after = pairs.partition_point(|[key, _]| self.tree.starts_before(*key, span));
        pairs.get(..after)?.iter().rev().map(entry).take_while(holds).last()
    }

    /// The element, or the value of an entry, that has `span` in it and stands in this node's own text:
    /// not what an alias or a merge key brings in.
    pub fn child_at(self, span: Span) -> Option<Self> {
        let own = self.span();
        let within = |it: &Self| it.span().contains(span) && own.contains(it.span());
        match self.kind() {
            Kind::Scalar => None,
            Kind::Sequence if self.tree.is_in_order => {
                self.item_at(span).map(|it| it.1).filter(within)
            }
            Kind::Mapping if self.tree.is_in_order => {
                self.entry_at(span).map(|it| it.value).filter(within)
            }
            Kind::Sequence => self.items().find(within),
            Kind::Mapping => self.entries().map(|it| it.value).find(within),
        }
    }

    /// The entry of `key`: the last one, should the key stand twice.
    pub fn entry(self, key: &str) -> Option<Entry<'t>> {
        let pairs = self.pairs().iter().rev();
        pairs.map(|it| self.entry_of(*it)).find(|it| it.key.is_text(key))
    }

    /// The indices of all nodes of the document that starts with this one.
    fn document_range(self) -> Range<usize> {
        let documents = &self.tree.documents;
        let next = documents.get(documents.partition_point(|it| *it <= self.id));
        self.id.0 as usize..next.map_or(self.tree.nodes.len(), |it| it.0 as usize)
    }

    /// Every scalar as written of the document that starts with this node, in the order of the file.
    pub fn scalars_of_document(self) -> impl Iterator<Item = Self> + use<'t> {
        let nodes =
            self.document_range().map(move |it| Self { tree: self.tree, id: NodeId(offset(it)) });
        nodes.filter(|it| it.kind() == Kind::Scalar)
    }

    /// Whether the document that starts with this node has a scalar, and no key, of at least
    /// `shortest` bytes that is `wanted`.
    pub fn document_has_value(self, shortest: usize, wanted: impl Fn(&'t str) -> bool) -> bool {
        let nodes = self.tree.nodes.get(self.document_range()).unwrap_or_default();
        let is_value = |it: &&NodeData| it.kind == Kind::Scalar && !it.is_key;
        let mut long = nodes.iter().filter(is_value).filter(|it| it.len as usize >= shortest);
        long.any(|it| self.tree.value(it).is_some_and(&wanted))
    }

    /// The value of `key`.
    pub fn get(self, key: &str) -> Option<Self> {
        self.entry(key).map(|it| it.value)
    }

    /// The innermost mapping in this node that has `span` in it, and `key`; none for a span within a text,
    /// which may hold mappings of its own.
    pub fn mapping_around(self, span: Span, key: &str) -> Option<Self> {
        let mut found = None;
        let mut next = Some(self);
        while let Some(node) = next {
            if node.kind() == Kind::Scalar && node.span() != span {
                return None;
            }
            if node.entry(key).is_some() {
                found = Some(node);
            }
            next = node.child_at(span);
        }
        found
    }

    /// The only entry of a mapping that has just one: the shape of a long intrinsic.
    pub fn single_entry(self) -> Option<Entry<'t>> {
        let mut entries = self.entries();
        match (entries.next(), entries.next()) {
            (Some(entry), None) => Some(entry),
            _ => None,
        }
    }

    /// Whether `other` says the same, wherever it stands and however it is written: the same texts, tags,
    /// elements and entries, in the same order.
    pub fn is_alike(self, other: Node<'_>) -> bool {
        let entries = |(left, right): (Entry<'_>, Entry<'_>)| {
            left.key.is_alike(right.key) && left.value.is_alike(right.value)
        };
        self.kind() == other.kind()
            && self.tag() == other.tag()
            && self.text() == other.text()
            && self.links().len() == other.links().len()
            && self.items().zip(other.items()).all(|(left, right)| left.is_alike(right))
            && self.entries().zip(other.entries()).all(entries)
    }

    /// Whether two handles are the same node of the same tree.
    pub fn is_same(self, other: Self) -> bool {
        std::ptr::eq(self.tree, other.tree) && self.id == other.id
    }
}

impl std::fmt::Debug for Node<'_> {
    /// Shape and place only: text may be a secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let span = self.span();
        write!(f, "{:?}@{}..{}", self.kind(), span.start, span.end)
    }
}
