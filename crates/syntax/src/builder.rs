//! Builds a tree from what a parser finds, in the order it finds it, and holds the bounds.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, OnceLock};

use crate::error::{SyntaxError, SyntaxErrorKind};
use crate::limits::Limits;
use crate::parse::Syntax;
use crate::source::Source;
use crate::span::{Span, offset};
use crate::tree::{Kind, NodeData, NodeId, Style, Tree};

/// Mistakes listed for one file.
const MAX_ERRORS: usize = 1_000;

/// Tags that can be numbered.
const MAX_TAGS: usize = u16::MAX as usize;

/// Tags looked through one by one before the map is asked.
const NEAR_TAGS: usize = 32;

/// Collections inside one another that most documents keep to: room for so many is made at once.
pub(crate) const USUAL_DEPTH: usize = 16;

/// Keys up to which a mapping is searched for duplicates pair by pair.
const FEW_KEYS: usize = 16;

/// The document cannot be finished: a mistake at a byte of the text.
#[derive(Debug)]
pub(crate) struct Abort {
    pub(crate) at: usize,
    pub(crate) end: usize,
    pub(crate) kind: SyntaxErrorKind,
}

impl Abort {
    pub(crate) fn new(at: usize, end: usize, kind: SyntaxErrorKind) -> Self {
        Self { at, end, kind }
    }

    /// A mistake at the character at byte `at`, or at the last one of the text, if it ends too soon.
    pub(crate) fn at_character(text: &str, at: usize, kind: SyntaxErrorKind) -> Self {
        let is_at_end = text.get(at..).is_none_or(|it| it.trim_start().is_empty());
        let last = || text.trim_end().char_indices().next_back().map_or(0, |(start, _)| start);
        let at = if is_at_end { last() } else { at };
        let end = match text.get(at..).and_then(|it| it.chars().next()) {
            None | Some('\n' | '\r') => at,
            Some(character) => at + character.len_utf8(),
        };
        Self { at, end, kind }
    }
}

/// The value of a scalar, where it stands.
#[derive(Clone, Copy)]
pub(crate) enum Value<'v> {
    /// In the source, as it is: start and length in bytes.
    Verbatim(usize, usize),
    /// Nowhere as it is; copied.
    Decoded(&'v str),
}

/// A finished node, as its parent and its aliases see it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Built {
    pub(crate) node: NodeId,
    /// Collections inside one another, itself included; 0 for a scalar.
    pub(crate) height: usize,
    /// Nodes of it with every alias followed.
    pub(crate) weight: u64,
}

/// A collection whose end has not come yet.
struct Frame {
    node: NodeId,
    /// Where its children start in `pending`.
    first: usize,
    /// The tallest child so far.
    height: usize,
    /// `expanded` before this node.
    expanded: u64,
    kind: Kind,
    /// Whether a merge key stands among its keys.
    has_merge: bool,
}

/// Where building stood at some time, to go back to it.
#[derive(Clone, Copy, Default)]
pub(crate) struct Checkpoint {
    nodes: usize,
    links: usize,
    decoded: usize,
    documents: usize,
    errors: usize,
}

pub(crate) struct Builder<'s> {
    source: &'s Arc<Source>,
    limits: Limits,
    nodes: Vec<NodeData>,
    links: Vec<NodeId>,
    decoded: String,
    tags: Vec<Box<str>>,
    far_tags: BTreeMap<Box<str>, u16>,
    documents: Vec<NodeId>,
    errors: Vec<SyntaxError>,
    frames: Vec<Frame>,
    /// Children of the open collections, innermost last.
    pending: Vec<NodeId>,
    /// The start of this document.
    document: Checkpoint,
    /// Nodes of this document so far, every alias followed.
    expanded: u64,
    /// Hash and position of keys, to find those that are equal.
    keys: Vec<(u64, u32)>,
    /// No alias and no merge key was met.
    is_in_order: bool,
}

impl<'s> Builder<'s> {
    /// A builder for `source`, expecting about one node in every `bytes_a_node` bytes.
    pub(crate) fn new(source: &'s Arc<Source>, limits: &Limits, bytes_a_node: usize) -> Self {
        let nodes = (source.text.len() / bytes_a_node).min(1 << 20) + 4;
        Self {
            source,
            limits: *limits,
            nodes: Vec::with_capacity(nodes),
            links: Vec::with_capacity(nodes),
            decoded: String::new(),
            tags: Vec::new(),
            far_tags: BTreeMap::new(),
            documents: Vec::new(),
            errors: Vec::new(),
            frames: Vec::with_capacity(USUAL_DEPTH),
            pending: Vec::with_capacity(4 * USUAL_DEPTH),
            document: Checkpoint::default(),
            expanded: 0,
            keys: Vec::new(),
            is_in_order: true,
        }
    }

    pub(crate) fn text(&self) -> &'s str {
        &self.source.text
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    pub(crate) fn finish(mut self, syntax: Syntax) -> Tree {
        self.errors.sort_by_key(|it| it.span.start);
        self.nodes.shrink_to_fit();
        self.links.shrink_to_fit();
        Tree {
            source: Arc::clone(self.source),
            nodes: self.nodes,
            links: self.links,
            decoded: self.decoded,
            tags: self.tags,
            documents: self.documents,
            errors: self.errors,
            origin: None,
            syntax,
            is_in_order: self.is_in_order,
            written: OnceLock::new(),
        }
    }

    /// Notes a mistake the tree can live with, or one that ended a document.
    pub(crate) fn error(&mut self, start: usize, end: usize, kind: SyntaxErrorKind) {
        let kind = match self.errors.len() {
            MAX_ERRORS => return,
            length if length + 1 == MAX_ERRORS => {
                SyntaxErrorKind::TooManyErrors { limit: MAX_ERRORS - 1 }
            }
            _ => kind,
        };
        let span = Span::new(self.source.id, offset(start), offset(end));
        self.errors.push(SyntaxError { span, kind });
    }

    /// Whether no more mistakes are listed, so that looking for them is idle.
    pub(crate) fn is_full_of_errors(&self) -> bool {
        self.errors.len() >= MAX_ERRORS
    }

    /// Ends a document at its root; one that is null is left out.
    pub(crate) fn finish_document(&mut self) {
        let root = self.pending.first().copied();
        self.pending.clear();
        if let Some(root) = root
            && !self.is_null(root)
        {
            self.documents.push(root);
        }
        self.start_document();
    }

    /// Drops everything since the last document, and says why.
    pub(crate) fn abandon_document(&mut self, abort: Abort) {
        let Abort { at, end, kind } = abort;
        self.error(at, end, kind);
        self.nodes.truncate(self.document.nodes);
        self.links.truncate(self.document.links);
        self.decoded.truncate(self.document.decoded);
        self.start_document();
    }

    fn start_document(&mut self) {
        self.frames.clear();
        self.pending.clear();
        self.expanded = 0;
        self.document = self.checkpoint();
    }

    /// Where building stands, between documents.
    pub(crate) fn checkpoint(&self) -> Checkpoint {
        Checkpoint {
            nodes: self.nodes.len(),
            links: self.links.len(),
            decoded: self.decoded.len(),
            documents: self.documents.len(),
            errors: self.errors.len(),
        }
    }

    /// Forgets everything since `checkpoint`, documents and mistakes included.
    pub(crate) fn rewind(&mut self, checkpoint: Checkpoint) {
        let Checkpoint { nodes, links, decoded, documents, errors } = checkpoint;
        self.nodes.truncate(nodes);
        self.links.truncate(links);
        self.decoded.truncate(decoded);
        self.documents.truncate(documents);
        self.errors.truncate(errors);
        self.start_document();
    }

    /// The kind of the innermost open collection.
    #[inline]
    pub(crate) fn kind(&self) -> Option<Kind> {
        self.frames.last().map(|it| it.kind)
    }

    /// Whether the next node is a key.
    #[inline]
    pub(crate) fn is_at_key(&self) -> bool {
        self.frames.last().is_some_and(|frame| {
            frame.kind == Kind::Mapping && (self.pending.len() - frame.first).is_multiple_of(2)
        })
    }

    /// Says that the scalar just added is a key.
    #[inline]
    pub(crate) fn note_key(&mut self) {
        if let Some(data) = self.nodes.last_mut() {
            data.is_key = true;
        }
    }

    /// Says that the key just added is a merge key.
    pub(crate) fn note_merge_key(&mut self) {
        if let Some(frame) = self.frames.last_mut() {
            frame.has_merge = true;
        }
    }

    /// Adds a scalar.
    #[inline]
    pub(crate) fn scalar(
        &mut self,
        style: Style,
        tag: u16,
        start: usize,
        end: usize,
        value: Value<'_>,
    ) -> Built {
        let (first, len, is_decoded) = match value {
            Value::Verbatim(first, len) => (first, len, false),
            Value::Decoded(text) => {
                let first = self.decoded.len();
                self.decoded.push_str(text);
                (first, text.len(), true)
            }
        };
        self.add_scalar(style, tag, start, end, first, len, is_decoded)
    }

    /// Adds a scalar whose value was written to the end of [`Self::decoded`], from `first` on.
    #[inline]
    pub(crate) fn decoded_scalar(&mut self, style: Style, start: usize, end: usize, first: usize) {
        let len = self.decoded.len() - first;
        self.add_scalar(style, 0, start, end, first, len, true);
    }

    /// Where values are decoded to.
    #[inline]
    pub(crate) fn decoded(&mut self) -> &mut String {
        &mut self.decoded
    }

    #[expect(clippy::too_many_arguments, reason = "the fields of a node, from two callers above")]
    #[inline]
    fn add_scalar(
        &mut self,
        style: Style,
        tag: u16,
        start: usize,
        end: usize,
        first: usize,
        len: usize,
        is_decoded: bool,
    ) -> Built {
        let node = NodeId(offset(self.nodes.len()));
        self.nodes.push(NodeData {
            kind: Kind::Scalar,
            style,
            tag,
            start: offset(start),
            end: offset(end),
            first: offset(first),
            len: offset(len),
            is_decoded,
            is_key: false,
        });
        self.pending.push(node);
        self.expanded += 1;
        Built { node, height: 0, weight: 1 }
    }

    /// Opens a collection at its first byte.
    #[inline]
    pub(crate) fn open(
        &mut self,
        kind: Kind,
        style: Style,
        tag: u16,
        start: usize,
    ) -> Result<NodeId, Abort> {
        if self.frames.len() >= self.limits.depth {
            let kind = SyntaxErrorKind::TooDeep { limit: self.limits.depth };
            return Err(Abort::new(start, start, kind));
        }
        let node = NodeId(offset(self.nodes.len()));
        self.nodes.push(NodeData {
            kind,
            style,
            tag,
            start: offset(start),
            end: offset(start),
            first: 0,
            len: 0,
            is_decoded: false,
            is_key: false,
        });
        self.pending.push(node);
        self.frames.push(Frame {
            node,
            first: self.pending.len(),
            height: 0,
            expanded: self.expanded,
            kind,
            has_merge: false,
        });
        self.expanded += 1;
        Ok(node)
    }

    /// Closes the innermost collection behind its last byte.
    pub(crate) fn close(&mut self, end: usize) -> Option<Built> {
        let frame = self.frames.pop()?;
        let height = frame.height + 1;
        if let Some(parent) = self.frames.last_mut() {
            parent.height = parent.height.max(height);
        }
        let first = self.links.len();
        let children = self.pending.get(frame.first..).unwrap_or_default();
        self.links.extend_from_slice(children);
        self.pending.truncate(frame.first);
        if frame.kind == Kind::Mapping {
            if frame.has_merge {
                self.merge(first);
            }
            self.find_duplicates(first);
        }
        let len = self.links.len() - first;
        if let Some(data) = self.nodes.get_mut(frame.node.0 as usize) {
            data.end = offset(end).max(data.start);
            data.first = offset(first);
            data.len = offset(len);
        }
        Some(Built { node: frame.node, height, weight: self.expanded - frame.expanded })
    }

    /// Adds another way to a node that is there already.
    pub(crate) fn alias(&mut self, target: Built, start: usize, end: usize) -> Result<(), Abort> {
        let limit = self.limits.depth;
        if self.frames.len() + target.height > limit {
            return Err(Abort::new(start, end, SyntaxErrorKind::TooDeep { limit }));
        }
        self.expanded = self.expanded.saturating_add(target.weight);
        let limit = self.limits.max_expansion(self.nodes.len() - self.document.nodes);
        if self.expanded > limit {
            return Err(Abort::new(start, end, SyntaxErrorKind::AliasExpansion { limit }));
        }
        if let Some(frame) = self.frames.last_mut() {
            frame.height = frame.height.max(target.height);
        }
        if !self.is_at_key()
            && let Some(data) = self.nodes.get_mut(target.node.0 as usize)
        {
            data.is_key = false;
        }
        self.pending.push(target.node);
        self.is_in_order = false;
        Ok(())
    }

    /// The number of a tag, from 1.
    pub(crate) fn tag(&mut self, tag: &str, at: usize) -> Result<u16, Abort> {
        if let Some(near) = self.tags.iter().take(NEAR_TAGS).position(|it| **it == *tag) {
            return Ok(number(near + 1));
        }
        if let Some(&far) = self.far_tags.get(tag) {
            return Ok(far);
        }
        if self.tags.len() >= MAX_TAGS {
            let kind = SyntaxErrorKind::TooManyTags { limit: MAX_TAGS };
            return Err(Abort::new(at, at, kind));
        }
        self.tags.push(tag.into());
        let number = number(self.tags.len());
        if self.tags.len() > NEAR_TAGS {
            self.far_tags.insert(tag.into(), number);
        }
        Ok(number)
    }

    fn data(&self, node: NodeId) -> &NodeData {
        #[expect(
            clippy::indexing_slicing,
            reason = "the builder made the id when it pushed the node"
        )]
        &self.nodes[node.0 as usize]
    }

    /// The value of a scalar; none for a collection.
    fn value(&self, node: NodeId) -> Option<&str> {
        let data = self.data(node);
        if data.kind != Kind::Scalar {
            return None;
        }
        let text = if data.is_decoded { &self.decoded } else { &self.source.text };
        let first = data.first as usize;
        text.get(first..first + data.len as usize)
    }

    fn is_null(&self, node: NodeId) -> bool {
        let data = self.data(node);
        data.style == Style::Plain
            && data.tag == 0
            && matches!(self.value(node), Some("" | "~" | "null" | "Null" | "NULL"))
    }

    fn is_merge_key(&self, key: NodeId) -> bool {
        let data = self.data(key);
        let tag = usize::from(data.tag).checked_sub(1).and_then(|it| self.tags.get(it));
        data.kind == Kind::Scalar
            && data.style == Style::Plain
            && tag.is_none_or(|it| &**it == "tag:yaml.org,2002:merge")
            && self.value(key) == Some("<<")
    }

    /// Replaces the merge keys among the links from `first` on by the entries they bring in.
    ///
    /// Own keys win; of two merged mappings the earlier one.
    /// See <https://yaml.org/type/merge.html>.
    fn merge(&mut self, first: usize) {
        self.is_in_order = false;
        let own: Vec<NodeId> = self.links.split_off(first);
        let mut merged: Vec<NodeId> = Vec::new();
        let mut wrong: Vec<NodeId> = Vec::new();
        for &[key, value] in own.as_chunks::<2>().0 {
            if !self.is_merge_key(key) {
                self.links.extend([key, value]);
            } else if let Some(mappings) = self.mappings_to_merge(value) {
                merged.extend(mappings);
            } else {
                wrong.push(key);
                self.links.extend([key, value]);
            }
        }
        for key in wrong {
            let NodeData { start, end, .. } = *self.data(key);
            self.error(start as usize, end as usize, SyntaxErrorKind::MergeValue);
        }
        let mut added: Vec<NodeId> = Vec::new();
        {
            let own = self.links.get(first..).unwrap_or_default();
            let mut taken: HashSet<&str> =
                own.as_chunks::<2>().0.iter().filter_map(|&[key, _]| self.value(key)).collect();
            for mapping in merged {
                for &[key, value] in self.children(mapping).as_chunks::<2>().0 {
                    let is_new = self.value(key).is_none_or(|it| taken.insert(it));
                    if is_new {
                        added.extend([key, value]);
                    }
                }
            }
        }
        self.links.append(&mut added);
    }

    /// The mappings a merge key's value names; none if it is anything else.
    fn mappings_to_merge(&self, value: NodeId) -> Option<Vec<NodeId>> {
        match self.data(value).kind {
            Kind::Scalar => None,
            Kind::Mapping => Some(vec![value]),
            Kind::Sequence => {
                let items = self.children(value);
                let all = items.iter().all(|&it| self.data(it).kind == Kind::Mapping);
                all.then(|| items.to_vec())
            }
        }
    }

    fn children(&self, node: NodeId) -> &[NodeId] {
        let data = self.data(node);
        let first = data.first as usize;
        self.links.get(first..first + data.len as usize).unwrap_or_default()
    }

    /// Notes every key that stands a second time among the links from `first` on.
    fn find_duplicates(&mut self, first: usize) {
        let links = self.links.get(first..).unwrap_or_default();
        let entries = links.as_chunks::<2>().0;
        if entries.len() < 2 || self.is_full_of_errors() {
            return;
        }
        let mut found: Vec<(NodeId, NodeId)> = Vec::new();
        if entries.len() <= FEW_KEYS {
            let mut digests = [0; FEW_KEYS];
            for (index, &[key, _]) in entries.iter().enumerate() {
                let (before, rest) = digests.split_at_mut(index.min(FEW_KEYS));
                let digest = self.digest(key);
                if before.contains(&digest) {
                    let is_equal = |&&[other, _]: &&[NodeId; 2]| {
                        self.value(other).is_some_and(|it| self.value(key) == Some(it))
                    };
                    let original = entries.iter().take(index).find(is_equal);
                    found.extend(original.map(|&[other, _]| (other, key)));
                }
                if let Some(slot) = rest.first_mut() {
                    *slot = digest;
                }
            }
        } else {
            self.find_duplicates_among_many(first, &mut found);
        }
        for (original, duplicate) in found {
            let NodeData { start, end, .. } = *self.data(original);
            let first = Span::new(self.source.id, start, end);
            let NodeData { start, end, .. } = *self.data(duplicate);
            let key = self.value(duplicate).unwrap_or_default().to_owned();
            let kind = SyntaxErrorKind::DuplicateKey { key, first };
            self.error(start as usize, end as usize, kind);
        }
    }

    /// The length of a key and its first bytes: they tell most keys apart.
    fn digest(&self, key: NodeId) -> u64 {
        let NodeData { first, len, is_decoded, .. } = *self.data(key);
        let text = if is_decoded { &self.decoded } else { &self.source.text };
        let head = text.as_bytes().get(first as usize..).and_then(|it| it.first_chunk());
        let head = if len < 4 { 0 } else { head.map_or(0, |it| u32::from_le_bytes(*it)) };
        u64::from(len) << 32 | u64::from(head)
    }

    /// As above by sorting, so that neither many keys nor crafted ones take long.
    fn find_duplicates_among_many(&mut self, first: usize, found: &mut Vec<(NodeId, NodeId)>) {
        let mut keys = std::mem::take(&mut self.keys);
        keys.clear();
        {
            let links = self.links.get(first..).unwrap_or_default();
            let entries = links.as_chunks::<2>().0;
            let key_at = |index: u32| entries.get(index as usize).map(|&[key, _]| key);
            for (index, &[key, _]) in entries.iter().enumerate() {
                if let Some(text) = self.value(key) {
                    keys.push((hash(text), offset(index)));
                }
            }
            keys.sort_unstable_by(|a, b| {
                let by_text = || {
                    let text = |index| key_at(index).and_then(|it| self.value(it));
                    text(a.1).cmp(&text(b.1))
                };
                a.0.cmp(&b.0).then_with(by_text).then(a.1.cmp(&b.1))
            });
            let mut original: Option<NodeId> = None;
            for &(_, index) in &keys {
                let Some(key) = key_at(index) else { continue };
                match original {
                    Some(other) if self.value(other) == self.value(key) => found.push((other, key)),
                    _ => original = Some(key),
                }
            }
        }
        self.keys = keys;
    }
}

fn number(index: usize) -> u16 {
    u16::try_from(index).unwrap_or(u16::MAX)
}

fn hash(text: &str) -> u64 {
    use std::hash::Hasher as _;
    let mut hasher = rustc_hash::FxHasher::default();
    hasher.write(text.as_bytes());
    hasher.finish()
}
