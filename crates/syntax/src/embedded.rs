//! From the value of a scalar back to the bytes it is written with.
//!
//! A template inside a string, a policy inside a block scalar: what is found in the value is shown
//! where it stands in the file, whatever quotes, escapes, folds and indentation lie between.

use crate::span::{FileId, Span, offset};
use crate::tree::{Node, Style};
use crate::yaml::skip_gap;

/// A run of a value that is written in one run of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Piece {
    /// Where it starts in the value.
    decoded: u32,
    /// Its bytes in the value.
    len: u32,
    /// Where it starts in the file.
    source: u32,
    /// Its bytes in the file. Where these are as many as in the value, byte stands for byte;
    /// otherwise the piece is one escape or fold, and cannot be divided.
    source_len: u32,
}

impl Piece {
    fn is_even(self) -> bool {
        self.len == self.source_len
    }

    fn source_end(self) -> u32 {
        self.source + self.source_len
    }
}

/// A part of a text that is put together.
#[derive(Clone, Copy, Debug)]
pub enum TextPart<'t> {
    /// The value of a scalar.
    Scalar(Node<'t>),
    /// A text for something that stands elsewhere, or is not known: all of it stands for this place.
    Filler(&'t str, Span),
}

impl<'t> TextPart<'t> {
    /// What it adds to the text.
    pub fn text(&self) -> &'t str {
        match *self {
            Self::Scalar(node) => node.text().unwrap_or_default(),
            Self::Filler(text, _) => text,
        }
    }
}

/// Where each byte of a scalar's value stands in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OffsetMap {
    /// In the order of the value, without holes in it; never empty.
    pieces: Vec<Piece>,
}

impl OffsetMap {
    /// The map of a scalar's value, to the file the scalar's tree was read from in the end.
    ///
    /// Exact for every style. A node that is no scalar has a map of no bytes at its start.
    pub fn of_scalar(node: Node<'_>) -> Self {
        let map = Self::to_text_of_tree(node);
        match &node.tree().origin {
            None => map,
            Some(origin) => map.behind(origin),
        }
    }

    /// The map of a text put together from `parts`.
    pub(crate) fn of_parts(parts: &[TextPart<'_>]) -> Self {
        let mut pieces = Pieces::default();
        for part in parts {
            match part {
                TextPart::Scalar(node) => {
                    for piece in Self::of_scalar(*node).pieces {
                        pieces.push_any(piece.len, piece.source, piece.source_len);
                    }
                }
                TextPart::Filler(text, at) => {
                    pieces.push_any(offset(text.len()), at.start, at.end - at.start);
                }
            }
        }
        if pieces.list.is_empty() { Self::even(0, 0) } else { Self { pieces: pieces.list } }
    }

    /// The span in `file` of bytes `start..end` of the value.
    ///
    /// A range that cuts through an escape covers all of it; past the end counts as the end.
    pub fn span(&self, file: FileId, start: u32, end: u32) -> Span {
        let from = self.start(start);
        let to = if end > start { self.end(end) } else { from };
        Span::new(file, from, to.max(from))
    }

    fn start(&self, decoded: u32) -> u32 {
        let index = self.pieces.partition_point(|it| it.decoded <= decoded).saturating_sub(1);
        let Some(&piece) = self.pieces.get(index) else { return 0 };
        let inside = decoded.saturating_sub(piece.decoded);
        match inside {
            0 => piece.source,
            _ if inside >= piece.len => piece.source_end(),
            _ if piece.is_even() => piece.source + inside,
            _ => piece.source,
        }
    }

    fn end(&self, decoded: u32) -> u32 {
        let index = self.pieces.partition_point(|it| it.decoded < decoded).saturating_sub(1);
        let Some(&piece) = self.pieces.get(index) else { return 0 };
        let inside = decoded.saturating_sub(piece.decoded);
        if piece.is_even() { piece.source + inside.min(piece.len) } else { piece.source_end() }
    }

    /// The map of a scalar to the text its own tree was read from.
    fn to_text_of_tree(node: Node<'_>) -> Self {
        let data = node.data();
        let Some(value) = node.text() else { return Self::even(data.start, 0) };
        if !data.is_decoded {
            return Self::even(data.first, data.len);
        }
        let text = &*node.tree().source.text;
        let (start, end) = (data.start as usize, data.end as usize);
        let start = content_start(text.as_bytes(), start, data.tag > 0);
        let mut pieces = Pieces::default();
        let is_whole = match data.style {
            Style::Plain => pieces.flow(text.as_bytes(), start, end, data.style),
            Style::SingleQuoted | Style::DoubleQuoted => {
                let inner = start + 1;
                pieces.flow(text.as_bytes(), inner, end.saturating_sub(1).max(inner), data.style)
            }
            Style::Literal | Style::Folded => pieces.block(text.as_bytes(), start, value),
            Style::Block | Style::Flow => None,
        };
        if is_whole.is_none() || pieces.decoded as usize != value.len() {
            // Cannot be, for what the parser accepts; then at least the scalar is right.
            debug_assert!(false, "the value of a scalar is not what its text says");
            let len = offset(value.len());
            let source_len = data.end - data.start;
            return Self {
                pieces: vec![Piece { decoded: 0, len, source: data.start, source_len }],
            };
        }
        if pieces.list.is_empty() {
            Self::even(offset(end), 0)
        } else {
            Self { pieces: pieces.list }
        }
    }

    fn even(source: u32, len: u32) -> Self {
        Self { pieces: vec![Piece { decoded: 0, len, source, source_len: len }] }
    }

    /// This map to an embedded text, followed by the map of that text to its host.
    fn behind(&self, host: &Self) -> Self {
        let mut pieces = Pieces::default();
        for piece in &self.pieces {
            if !piece.is_even() || piece.len == 0 {
                let from = host.start(piece.source);
                let to = if piece.source_len == 0 { from } else { host.end(piece.source_end()) };
                pieces.push_any(piece.len, from, to.saturating_sub(from));
                continue;
            }
            // Cut where the host's pieces are cut.
            let end = piece.source_end();
            let mut at = piece.source;
            while at < end {
                let index = host.pieces.partition_point(|it| it.decoded <= at).saturating_sub(1);
                let next = host.pieces.get(index + 1).map_or(u32::MAX, |it| it.decoded);
                let stop = end.min(next).max(at + 1);
                let from = host.start(at);
                pieces.push_any(stop - at, from, host.end(stop).saturating_sub(from));
                at = stop;
            }
        }
        Self { pieces: pieces.list }
    }
}

/// Where the content of a node starts that starts with its tag, and perhaps an anchor behind it.
fn content_start(bytes: &[u8], mut at: usize, has_tag: bool) -> usize {
    if !has_tag {
        return at;
    }
    let byte_at = |at: usize| bytes.get(at).copied().unwrap_or(0);
    for property in [b'!', b'&'] {
        if byte_at(at) != property {
            continue;
        }
        while at < bytes.len() && !matches!(byte_at(at), b' ' | b'\t' | b'\r' | b'\n') {
            at += 1;
        }
        at = skip_gap(bytes, at);
    }
    at
}

/// Where blanks and line breaks from `start` on end, and the breaks among them with their lengths.
///
/// In a plain scalar (`is_plain`), the parser passes over a comment that is indented by tabs, although YAML
/// has the scalar end there. Any other `#` behind a blank is not in the scalar.
fn breaks(bytes: &[u8], start: usize, end: usize, is_plain: bool) -> (usize, Vec<(usize, usize)>) {
    let mut breaks = Vec::new();
    let mut at = start;
    while at < end {
        match bytes.get(at) {
            Some(b' ' | b'\t') => at += 1,
            Some(b'\r' | b'\n') => {
                let length = line_break(bytes, at);
                breaks.push((at, length));
                at += length;
            }
            Some(b'#') if is_plain => {
                while at < end && line_break(bytes, at) == 0 {
                    at += 1;
                }
            }
            _ => break,
        }
    }
    (at, breaks)
}

/// The length of the line break at `at`, 0 if there is none.
fn line_break(bytes: &[u8], at: usize) -> usize {
    match (bytes.get(at), bytes.get(at + 1)) {
        (Some(b'\r'), Some(b'\n')) => 2,
        (Some(b'\r' | b'\n'), _) => 1,
        _ => 0,
    }
}

/// Pieces in the making.
#[derive(Default)]
struct Pieces {
    list: Vec<Piece>,
    /// Bytes of the value so far.
    decoded: u32,
}

impl Pieces {
    fn push(&mut self, len: usize, source: usize, source_len: usize) {
        self.push_any(offset(len), offset(source), offset(source_len));
    }

    fn push_any(&mut self, len: u32, source: u32, source_len: u32) {
        let piece = Piece { decoded: self.decoded, len, source, source_len };
        self.decoded += len;
        if let Some(last) = self.list.last_mut()
            && last.is_even()
            && piece.is_even()
            && last.source_end() == source
        {
            last.len += len;
            last.source_len += source_len;
        } else if len > 0 || self.list.is_empty() {
            self.list.push(piece);
        }
    }

    /// A plain or quoted scalar, its content being `at..end`.
    ///
    /// Folding: <https://yaml.org/spec/1.2.2/#65-line-folding>.
    fn flow(&mut self, bytes: &[u8], mut at: usize, end: usize, style: Style) -> Option<()> {
        while at < end {
            let byte = *bytes.get(at)?;
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' => at = self.white_space(bytes, at, end, style),
                b'\'' if style == Style::SingleQuoted => {
                    self.push(1, at, 2);
                    at += 2;
                }
                b'\\' if style == Style::DoubleQuoted => {
                    if line_break(bytes, at + 1) > 0 {
                        // The break is not there, and blanks behind it neither.
                        at += 1 + line_break(bytes, at + 1);
                        at = self.escaped_white_space(bytes, at, end);
                    } else {
                        let (len, source_len) = escape(bytes, at)?;
                        self.push(len, at, source_len);
                        at += source_len;
                    }
                }
                _ => {
                    self.push(1, at, 1);
                    at += 1;
                }
            }
        }
        Some(())
    }

    /// Blanks and line breaks inside a flow scalar; returns where they end.
    fn white_space(&mut self, bytes: &[u8], start: usize, end: usize, style: Style) -> usize {
        let (at, breaks) = breaks(bytes, start, end, style == Style::Plain);
        let kept = match &*breaks {
            [] => {
                self.push(at - start, start, at - start);
                &[]
            }
            // A single break is a blank, of several the first is dropped.
            [only] => std::slice::from_ref(only),
            [_, others @ ..] => others,
        };
        for &(source, length) in kept {
            self.push(1, source, length);
        }
        at
    }

    /// The same behind an escaped line break: blanks are dropped, and every further break counts.
    fn escaped_white_space(&mut self, bytes: &[u8], start: usize, end: usize) -> usize {
        let (at, breaks) = breaks(bytes, start, end, false);
        for (source, length) in breaks {
            self.push(1, source, length);
        }
        at
    }

    /// A block scalar whose header is at `header`, and whose value is known.
    ///
    /// The value tells how the lines were joined, so that chomping and folding need not be
    /// decided a second time. See <https://yaml.org/spec/1.2.2/#81-block-scalar-styles>.
    fn block(&mut self, bytes: &[u8], header: usize, value: &str) -> Option<()> {
        let value = value.as_bytes();
        let mut lines = Lines { bytes, at: header };
        lines.next();
        let leading = value.iter().take_while(|&&it| it == b'\n').count();
        for _ in 0..leading {
            let Line { break_at, break_len, .. } = lines.next().unwrap_or(lines.end());
            self.push(1, break_at, break_len);
        }
        if leading == value.len() {
            return Some(());
        }
        let spaces = |text: &[u8]| text.iter().take_while(|&&it| it == b' ').count();
        let mut next = lines.next();
        let indent = {
            let Line { start, break_at, .. } = next?;
            let written = spaces(bytes.get(start..break_at)?);
            written.checked_sub(spaces(value.get(leading..)?))?
        };
        let mut done = leading;
        while let Some(line) = next
            && done < value.len()
        {
            let written = bytes.get(line.start..line.break_at)?;
            let start = line.start + spaces(written).min(indent);
            let content = bytes.get(start..line.break_at)?;
            if !value.get(done..)?.starts_with(content) {
                return None;
            }
            self.push(content.len(), start, content.len());
            done += content.len();
            // The break of this line, and those of the blank lines behind it.
            let mut breaks = vec![(line.break_at, line.break_len)];
            next = lines.next();
            while let Some(blank) = next {
                let written = bytes.get(blank.start..blank.break_at)?;
                if spaces(written) < written.len() || written.len() > indent {
                    break;
                }
                breaks.push((blank.break_at, blank.break_len));
                next = lines.next();
            }
            let rest = value.get(done..)?;
            let feeds = rest.iter().take_while(|&&it| it == b'\n').count();
            let kept = match rest.first() {
                // A fold.
                Some(b' ') => 1,
                _ => feeds,
            };
            // Of several folded breaks, the first is dropped; at the end, the last ones are.
            let is_tail = feeds == rest.len();
            let dropped = if is_tail { 0 } else { breaks.len().checked_sub(kept)? };
            let kept_breaks = breaks.iter().skip(dropped).copied();
            let end = lines.end();
            let padding = std::iter::repeat((end.break_at, end.break_len));
            for (source, length) in kept_breaks.chain(padding).take(kept) {
                self.push(1, source, length);
            }
            done += kept;
        }
        (done == value.len()).then_some(())
    }
}

/// One line of the file.
#[derive(Clone, Copy)]
struct Line {
    start: usize,
    break_at: usize,
    break_len: usize,
}

struct Lines<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl Lines<'_> {
    fn next(&mut self) -> Option<Line> {
        let start = self.at;
        let rest = self.bytes.get(start..).filter(|it| !it.is_empty())?;
        let length = memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
        let break_at = start + length;
        let break_len = line_break(self.bytes, break_at);
        self.at = break_at + break_len;
        Some(Line { start, break_at, break_len })
    }

    /// The empty line at the end of the text.
    fn end(&self) -> Line {
        let end = self.bytes.len();
        Line { start: end, break_at: end, break_len: 0 }
    }
}

/// The bytes an escape stands for, and those it is written with.
///
/// Of YAML, <https://yaml.org/spec/1.2.2/#57-escaped-characters>, which has all of JSON's; the
/// surrogate pairs are JSON's alone.
fn escape(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let digits = match bytes.get(at + 1)? {
        b'x' => 2,
        b'u' => 4,
        b'U' => 8,
        b'N' | b'_' => return Some((2, 2)),
        b'L' | b'P' => return Some((3, 2)),
        _ => return Some((1, 2)),
    };
    let code = std::str::from_utf8(bytes.get(at + 2..at + 2 + digits)?).ok()?;
    let code = u32::from_str_radix(code, 16).ok()?;
    if (0xd800..0xe000).contains(&code) {
        return Some((4, 12));
    }
    Some((char::from_u32(code)?.len_utf8(), 2 + digits))
}
