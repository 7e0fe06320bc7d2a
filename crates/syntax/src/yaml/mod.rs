//! YAML into the tree.
//!
//! `saphyr-parser` finds the events. Its marks count characters, and some of them stand where the
//! next token starts rather than where the text ends; here they become exact byte ranges. Between
//! the end of one text and the start of the next there are only blanks, line ends, comments,
//! indicators, tags and anchors, which is what [`skip_gap`] and its callers rely on.
//!
//! How a scalar reads (`yes`, `0o17`, a date) is not decided here: all are text.

mod input;
mod marks;
mod message;
mod padding;

use saphyr_parser::{Event, Input, Marker, Parser, ScalarStyle, ScanError, Tag};

use crate::builder::{Abort, Builder, Built, USUAL_DEPTH, Value};
use crate::error::SyntaxErrorKind;
use crate::tree::{Kind, Style};

use input::{Ascii, TextInput, Utf8};
use marks::Marks;
use message::{Cause, cause};
use padding::{Misplaced, Padding};

/// Bytes that may be read again to mend lines that start too far left, before that is given up.
const MAX_READ_AGAIN: usize = 16 << 20;

/// Reads every document of the builder's text.
pub(crate) fn read(builder: &mut Builder<'_>) {
    let text = builder.text();
    let mut base = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let is_ascii = text.is_ascii();
    let mut padding = Padding::default();
    let mut read_again = 0;
    while !builder.is_full_of_errors() {
        let start = builder.checkpoint();
        let parsed = padding.apply(text, base);
        let mut reader = Reader::new(builder, base, Marks::new(&parsed, is_ascii), &padding);
        let ended = if is_ascii {
            reader.read(Parser::new(TextInput::<Ascii>::new(&parsed)))
        } else {
            reader.read(Parser::new(TextInput::<Utf8>::new(&parsed)))
        };
        let Err(abort) = ended else { return };
        let Reader { document_start, misplaced, .. } = reader;
        read_again += parsed.len();
        if let Some(misplaced) = misplaced
            && read_again <= MAX_READ_AGAIN
            && padding.add(text, misplaced)
        {
            builder.rewind(start);
            continue;
        }
        padding = Padding::default();
        let next = next_document(text, document_start, abort.at);
        builder.abandon_document(abort);
        let Some(next) = next else { return };
        base = next;
    }
}

/// Where the first document starts behind a mistake at byte `mistake` of the one at `start`.
fn next_document(text: &str, start: usize, mistake: usize) -> Option<usize> {
    // The document's own `---` is not where the next one starts; the mistake may be at that.
    let from = mistake.max(start + 1);
    let before = text.as_bytes().get(..from)?;
    let from = if before.ends_with(b"\n") { from - 1 } else { from };
    let rest = text.as_bytes().get(from..)?;
    memchr::memmem::find_iter(rest, b"\n---")
        .find(|at| matches!(rest.get(at + 4), None | Some(b' ' | b'\t' | b'\r' | b'\n')))
        .map(|at| from + at + 1)
}

/// An anchor of this document.
#[derive(Clone, Copy)]
enum Anchor {
    /// Its node is still open.
    Open,
    Built(Built),
}

struct OpenCollection {
    /// The anchor's number; 0 for none.
    anchor: usize,
    /// Whether a bracket closes it.
    has_bracket: bool,
    style: Style,
}

struct Reader<'b, 's> {
    builder: &'b mut Builder<'s>,
    bytes: &'s [u8],
    /// Where the parser's input starts in the text.
    base: usize,
    marks: Marks<'b>,
    padding: &'b Padding,
    /// Set where the parser gave up over a line that starts too far left.
    misplaced: Option<Misplaced>,
    /// Behind the last text that belongs to a node.
    cursor: usize,
    document_start: usize,
    open: Vec<OpenCollection>,
    /// The anchors of this document; their numbers count on from `first_anchor`.
    anchors: Vec<Option<Anchor>>,
    first_anchor: usize,
    tag: String,
}

/// Where a node and its parts start.
struct Start {
    /// The tag, or the content.
    node: usize,
    /// Behind tag and anchor.
    content: usize,
}

impl<'b, 's> Reader<'b, 's> {
    /// A reader of the builder's text from `base` on, with `padding`.
    fn new(
        builder: &'b mut Builder<'s>,
        base: usize,
        marks: Marks<'b>,
        padding: &'b Padding,
    ) -> Self {
        let bytes = builder.text().as_bytes();
        Self {
            builder,
            bytes,
            base,
            marks,
            padding,
            misplaced: None,
            cursor: base,
            document_start: base,
            open: Vec::with_capacity(USUAL_DEPTH),
            anchors: Vec::new(),
            first_anchor: 1,
            tag: String::new(),
        }
    }

    fn read<I: Input>(&mut self, parser: Parser<'_, I>) -> Result<(), Abort> {
        for event in parser {
            let (event, span) = match event {
                Ok(it) => it,
                Err(error) => return Err(self.scan_error(&error)),
            };
            match event {
                Event::Scalar(value, style, anchor, tag) => {
                    let span = (span.start, span.end);
                    self.scalar(&value, style, anchor, tag.as_deref(), span)?;
                }
                Event::MappingStart(anchor, tag) => {
                    let span = (span.start, span.end);
                    self.collection(Kind::Mapping, anchor, tag.as_deref(), span)?;
                }
                Event::SequenceStart(anchor, tag) => {
                    let span = (span.start, span.end);
                    self.collection(Kind::Sequence, anchor, tag.as_deref(), span)?;
                }
                Event::MappingEnd | Event::SequenceEnd => self.close(span.start),
                Event::Alias(anchor) => self.alias(anchor, span.start, span.end)?,
                Event::DocumentStart(has_marker) => {
                    self.document_start = self.byte(span.start);
                    if has_marker {
                        self.cursor = self.byte(span.end);
                    } else {
                        self.skip_document_ends();
                    }
                    self.first_anchor += self.anchors.len();
                    self.anchors.clear();
                }
                Event::DocumentEnd => {
                    self.document_start = self.byte(span.start);
                    self.builder.finish_document();
                }
                Event::Nothing | Event::StreamStart | Event::StreamEnd => (),
            }
        }
        Ok(())
    }

    /// Puts the cursor behind every `...` that stands before a document without `---`.
    fn skip_document_ends(&mut self) {
        loop {
            let at = skip_gap(self.bytes, self.cursor);
            let rest = self.bytes.get(at..).unwrap_or_default();
            if at >= self.document_start || !rest.starts_with(b"...") {
                return;
            }
            self.cursor = at + 3;
        }
    }

    fn scalar(
        &mut self,
        value: &str,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<&Tag>,
        span: (Marker, Marker),
    ) -> Result<(), Abort> {
        let is_key = self.builder.is_at_key();
        let has_properties = anchor > 0 || tag.is_some();
        let (start, end, verbatim, style) = match style {
            ScalarStyle::Plain if value.is_empty() => {
                let (start, end) = if has_properties {
                    let at = self.byte(span.0);
                    self.empty_with_properties(at, anchor > 0, tag.is_some())
                } else {
                    let at = self.behind_indicator();
                    (at, at)
                };
                (Start { node: start, content: end }, end, end, Style::Plain)
            }
            ScalarStyle::Plain => {
                let start = self.start(span.0, anchor > 0, tag.is_some());
                let end = self.byte(span.1);
                let content = start.content;
                (start, end, content, Style::Plain)
            }
            ScalarStyle::SingleQuoted => {
                let start = self.start(span.0, anchor > 0, tag.is_some());
                let end = end_of_single_quoted(self.bytes, start.content);
                let content = start.content + 1;
                (start, end, content, Style::SingleQuoted)
            }
            ScalarStyle::DoubleQuoted => {
                let start = self.start(span.0, anchor > 0, tag.is_some());
                let end = end_of_double_quoted(self.bytes, start.content);
                let content = start.content + 1;
                (start, end, content, Style::DoubleQuoted)
            }
            ScalarStyle::Literal | ScalarStyle::Folded => {
                let start = if has_properties {
                    self.start(span.0, anchor > 0, tag.is_some())
                } else {
                    let header = self.block_header();
                    Start { node: header, content: header }
                };
                let end = self.byte(span.1);
                let end = self.end_of_block_scalar(start.content, end);
                let content = if has_properties { end } else { self.byte(span.0) };
                let is_literal = style == ScalarStyle::Literal;
                (start, end, content, if is_literal { Style::Literal } else { Style::Folded })
            }
        };
        let end = end.max(start.node);
        let tag = self.tag(tag, start.node)?;
        let is_verbatim =
            self.bytes.get(verbatim..verbatim + value.len()) == Some(value.as_bytes());
        let value = if is_verbatim {
            Value::Verbatim(verbatim, value.len())
        } else {
            Value::Decoded(value)
        };
        let is_merge_key = is_key
            && style == Style::Plain
            && matches!(value, Value::Verbatim(at, 2) if self.bytes.get(at..at + 2) == Some(b"<<"));
        let built = self.builder.scalar(style, tag, start.node, end, value);
        if is_key {
            self.builder.note_key();
        }
        if is_merge_key {
            self.builder.note_merge_key();
        }
        if anchor > 0 {
            self.set_anchor(anchor, Anchor::Built(built));
        }
        self.cursor = self.cursor.max(end);
        Ok(())
    }

    fn collection(
        &mut self,
        kind: Kind,
        anchor: usize,
        tag: Option<&Tag>,
        span: (Marker, Marker),
    ) -> Result<(), Abort> {
        let mut start = self.start(span.0, anchor > 0, tag.is_some());
        let bracket = if kind == Kind::Mapping { b'{' } else { b'[' };
        // The mark of a block collection is empty; so is that of `[a: b]`'s inner mapping.
        let has_bracket =
            self.byte_at(start.content) == bracket && self.byte(span.1) > start.content;
        let style = match self.open.last() {
            _ if has_bracket => Style::Flow,
            Some(OpenCollection { style: Style::Flow, .. }) => Style::Flow,
            _ => Style::Block,
        };
        if style == Style::Block && kind == Kind::Sequence && anchor == 0 && tag.is_none() {
            // A sequence not indented below its key is marked behind its first dash.
            let dash = skip_gap(self.bytes, self.own_indicator().unwrap_or(self.cursor));
            start = Start { node: dash, content: dash };
        }
        let tag = self.tag(tag, start.node)?;
        self.builder.open(kind, style, tag, start.node)?;
        self.cursor = self.cursor.max(start.content + usize::from(has_bracket));
        if anchor > 0 {
            self.set_anchor(anchor, Anchor::Open);
        }
        self.open.push(OpenCollection { anchor, has_bracket, style });
        Ok(())
    }

    fn close(&mut self, mark: Marker) {
        let Some(OpenCollection { anchor, has_bracket, .. }) = self.open.pop() else { return };
        if has_bracket {
            self.cursor = self.cursor.max(self.byte(mark) + 1);
        }
        if let Some(built) = self.builder.close(self.cursor)
            && anchor > 0
        {
            self.set_anchor(anchor, Anchor::Built(built));
        }
    }

    fn alias(&mut self, anchor: usize, start: Marker, end: Marker) -> Result<(), Abort> {
        let (start, end) = (self.byte(start), self.byte(end));
        let index = anchor.checked_sub(self.first_anchor);
        match index.and_then(|it| self.anchors.get(it)).copied().flatten() {
            Some(Anchor::Built(built)) => self.builder.alias(built, start, end)?,
            Some(Anchor::Open) => {
                return Err(Abort::new(start, end, SyntaxErrorKind::RecursiveAlias));
            }
            // The parser remembers anchors of earlier documents.
            None => return Err(Abort::new(start, end, SyntaxErrorKind::UnknownAlias)),
        }
        self.cursor = self.cursor.max(end);
        Ok(())
    }

    fn set_anchor(&mut self, anchor: usize, state: Anchor) {
        let Some(index) = anchor.checked_sub(self.first_anchor) else { return };
        if self.anchors.len() <= index {
            self.anchors.resize(index + 1, None);
        }
        if let Some(slot) = self.anchors.get_mut(index) {
            *slot = Some(state);
        }
    }

    /// The number of a tag; 0 for none.
    #[inline]
    fn tag(&mut self, tag: Option<&Tag>, at: usize) -> Result<u16, Abort> {
        match tag {
            Some(tag) => self.numbered(tag, at),
            None => Ok(0),
        }
    }

    fn numbered(&mut self, Tag { handle, suffix }: &Tag, at: usize) -> Result<u16, Abort> {
        self.tag.clear();
        self.tag.push_str(handle);
        self.tag.push_str(suffix);
        self.builder.tag(&self.tag, at)
    }

    /// The byte a mark stands at.
    #[inline]
    fn byte(&mut self, mark: Marker) -> usize {
        let byte = self.base + self.marks.byte(mark.index());
        if self.padding.is_empty() { byte } else { self.padding.original(byte) }
    }

    #[inline]
    fn byte_at(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    /// Where a node starts whose first property or content is marked.
    #[inline]
    fn start(&mut self, mark: Marker, has_anchor: bool, has_tag: bool) -> Start {
        let at = self.byte(mark);
        if has_anchor || has_tag {
            let (tag, end) = self.properties(at, has_anchor, has_tag);
            let content = skip_gap(self.bytes, end);
            Start { node: tag.unwrap_or(content), content }
        } else {
            Start { node: at, content: at }
        }
    }

    /// The span of an empty node with a tag or an anchor.
    fn empty_with_properties(&self, at: usize, has_anchor: bool, has_tag: bool) -> (usize, usize) {
        let (tag, end) = self.properties(at, has_anchor, has_tag);
        match tag {
            // Its own text only: an anchor behind it is not part of it.
            Some(tag) => (tag, self.end_of_property(tag)),
            None => (end, end),
        }
    }

    /// Where the tag starts, and where tag and anchor end.
    fn properties(&self, at: usize, has_anchor: bool, has_tag: bool) -> (Option<usize>, usize) {
        let mut at = at;
        let mut end = at;
        let mut tag = None;
        for _ in 0..usize::from(has_anchor) + usize::from(has_tag) {
            at = skip_gap(self.bytes, at);
            match self.byte_at(at) {
                b'!' => tag = Some(at),
                b'&' => (),
                _ => break,
            }
            at = self.end_of_property(at);
            end = at;
        }
        (tag, end)
    }

    fn end_of_property(&self, mut at: usize) -> usize {
        if self.bytes.get(at..).is_some_and(|it| it.starts_with(b"!<")) {
            while !matches!(self.byte_at(at), b'>' | b'\n' | 0) {
                at += 1;
            }
            return (at + 1).min(self.bytes.len());
        }
        while at < self.bytes.len() && !ends_word(self.byte_at(at)) {
            at += 1;
        }
        at
    }

    /// Behind the `:`, `-` or `?` that introduces the next node, if one does.
    fn own_indicator(&self) -> Option<usize> {
        let is_key = self.builder.is_at_key();
        let mut at = skip_gap(self.bytes, self.cursor);
        let indicator = match self.builder.kind()? {
            Kind::Mapping if is_key => {
                if self.byte_at(at) == b',' {
                    at = skip_gap(self.bytes, at + 1);
                }
                b'?'
            }
            Kind::Mapping => b':',
            Kind::Sequence => b'-',
            Kind::Scalar => return None,
        };
        // What starts a plain scalar, like `:x`, is no indicator.
        let is_flow = self.open.last().is_some_and(|it| it.style == Style::Flow);
        let is_alone = match self.bytes.get(at + 1) {
            None | Some(b' ' | b'\t' | b'\r' | b'\n') => true,
            Some(&next) => is_flow && ends_word(next),
        };
        (self.byte_at(at) == indicator && is_alone).then_some(at + 1)
    }

    /// Where an empty node without properties stands.
    fn behind_indicator(&self) -> usize {
        if let Some(at) = self.own_indicator() {
            return at;
        }
        let at = skip_gap(self.bytes, self.cursor);
        // `: value`, a value without a key.
        if self.builder.is_at_key() && self.byte_at(at) == b':' { at } else { self.cursor }
    }

    /// Where the `|` or `>` of a block scalar without properties stands.
    fn block_header(&self) -> usize {
        skip_gap(self.bytes, self.own_indicator().unwrap_or(self.cursor))
    }

    /// Behind the last content line of the block scalar whose header starts at `header`.
    ///
    /// `limit` is where the parser went on, behind the line ends and the indentation.
    fn end_of_block_scalar(&self, header: usize, limit: usize) -> usize {
        let mut end_of_header = header + 1;
        while matches!(self.byte_at(end_of_header), b'+' | b'-' | b'0'..=b'9') {
            end_of_header += 1;
        }
        let rest = self.bytes.get(end_of_header..limit.max(end_of_header)).unwrap_or_default();
        let Some(line) = memchr::memchr2(b'\n', b'\r', rest) else { return end_of_header };
        let content = rest.get(line..).unwrap_or_default();
        let is_text = |byte: &u8| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
        let Some(last) = content.iter().rposition(is_text) else { return end_of_header };
        let behind = content.get(last..).unwrap_or_default();
        let length = memchr::memchr2(b'\n', b'\r', behind).unwrap_or(behind.len());
        end_of_header + line + last + length
    }

    fn scan_error(&mut self, error: &ScanError) -> Abort {
        let text = self.builder.text();
        let at = self.byte(*error.marker()).min(text.len());
        self.misplaced = match error.info() {
            "invalid indentation" | "invalid indentation in flow construct" => {
                Some(Misplaced::Token(at))
            }
            "invalid indentation in quoted scalar" => Some(Misplaced::Quoted(at)),
            "tab cannot be used as indentation" => Some(Misplaced::Tab(at)),
            _ => None,
        };
        let is_in_brackets = self.open.last().is_some_and(|it| it.has_bracket);
        let kind = match cause(error.info(), is_in_brackets) {
            // The parser's own bound on brackets is 255.
            Cause::Depth => {
                SyntaxErrorKind::TooDeep { limit: self.builder.limits().depth.min(255) }
            }
            Cause::UnknownAnchor => {
                let rest = text.get(at + 1..).unwrap_or_default();
                let ends = |c: char| c.is_whitespace() || matches!(c, ',' | '[' | ']' | '{' | '}');
                let name = rest.split(ends).next().unwrap_or_default();
                let end = at + 1 + name.len();
                return Abort::new(at, end, SyntaxErrorKind::UnknownAlias);
            }
            Cause::Grammar(message) => SyntaxErrorKind::Yaml { message },
        };
        Abort::at_character(text, at, kind)
    }
}

/// Behind blanks, line ends, comments, and byte order marks between documents.
pub(crate) fn skip_gap(bytes: &[u8], mut at: usize) -> usize {
    loop {
        match bytes.get(at) {
            Some(b' ' | b'\t' | b'\r' | b'\n') => at += 1,
            Some(b'#') => {
                let rest = bytes.get(at..).unwrap_or_default();
                at += memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
            }
            Some(0xef) if bytes.get(at..).is_some_and(|it| it.starts_with(b"\xef\xbb\xbf")) => {
                at += 3;
            }
            _ => return at,
        }
    }
}

/// Whether `byte` is a blank, a line end, or one of the brackets and commas of flow style.
fn ends_word(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b',' | b'[' | b']' | b'{' | b'}')
}

/// Behind the quote that closes the scalar at `start`.
fn end_of_single_quoted(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let Some(quote) = memchr::memchr(b'\'', rest) else { return bytes.len() };
        at += quote + 1;
        if bytes.get(at) != Some(&b'\'') {
            return at;
        }
        at += 1;
    }
}

/// Behind the quote that closes the scalar at `start`.
fn end_of_double_quoted(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let Some(next) = memchr::memchr2(b'"', b'\\', rest) else { return bytes.len() };
        at += next + 1;
        if rest.get(next) == Some(&b'"') {
            return at;
        }
        at += 1;
    }
}
