//! A resolved document twice over: as the JSON text the interpreter reads, and as a tree that leads
//! from the paths it answers with back to places and to what is not known.
//!
//! The interpreter reads only the first document of a stream, no aliases, no byte order mark and no
//! tags it does not know. It never sees the text of a user's file, so none of this matters.

use std::fmt::Write as _;

use stackseal_model::cloudformation::{Content, Resolved, ResolvedEntry};
use stackseal_syntax::Span;

/// A part of a document, without its values: those stay in the JSON text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Part {
    /// Where its key stands, if it has one.
    key_span: Option<Span>,
    span: Span,
    /// Why it is not known.
    unknown: Option<String>,
    below: Below,
}

#[derive(Clone, Debug, PartialEq)]
enum Below {
    Nothing,
    List(Vec<Part>),
    Map { entries: Vec<(String, Part)>, may_have_more: Option<String> },
}

/// Where a path of the interpreter leads.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Located<'d> {
    part: &'d Part,
    /// The part on the way, or itself, that is not known.
    unknown: Option<&'d Part>,
    /// It lies below the part that is not known: inside the form that is written.
    is_in_form: bool,
}

impl Part {
    /// The tree of `resolved`; its JSON goes into `json`.
    pub(crate) fn of(resolved: &Resolved<'_>, json: &mut String) -> Self {
        Self::at(None, resolved, json)
    }

    fn at(key_span: Option<Span>, resolved: &Resolved<'_>, json: &mut String) -> Self {
        let Resolved { span, content, unknown } = resolved;
        let below = match content {
            Content::Null => {
                json.push_str("null");
                Below::Nothing
            }
            Content::Bool(it) => {
                json.push_str(if *it { "true" } else { "false" });
                Below::Nothing
            }
            Content::Integer(it) => {
                // Writing to a `String` cannot fail.
                let _ = write!(json, "{it}");
                Below::Nothing
            }
            Content::Float(it) => {
                let _ = write!(json, "{it:?}");
                Below::Nothing
            }
            Content::Text(it) => {
                write_text(it, json);
                Below::Nothing
            }
            Content::List(items) => {
                json.push('[');
                let mut parts = Vec::with_capacity(items.len());
                for item in items {
                    if !parts.is_empty() {
                        json.push_str(", ");
                    }
                    parts.push(Self::at(None, item, json));
                }
                json.push(']');
                Below::List(parts)
            }
            Content::Map { entries, may_have_more } => {
                json.push('{');
                let mut parts: Vec<(String, Self)> = Vec::with_capacity(entries.len());
                for ResolvedEntry { key, key_span, value } in entries {
                    if !parts.is_empty() {
                        json.push_str(", ");
                    }
                    write_text(key, json);
                    json.push_str(": ");
                    parts.push((key.to_string(), Self::at(Some(*key_span), value, json)));
                }
                json.push('}');
                Below::Map { entries: parts, may_have_more: may_have_more.clone() }
            }
        };
        Self { key_span, span: *span, unknown: unknown.clone(), below }
    }

    /// Where `path` (`/Resources/Orders/Properties`) leads; none if nothing is there.
    pub(crate) fn locate(&self, path: &str) -> Option<Located<'_>> {
        let mut part = self;
        let mut unknown = None;
        let mut is_in_form = false;
        let mut rest = path.strip_prefix('/').unwrap_or(path);
        loop {
            if unknown.is_some() {
                is_in_form = true;
            } else if part.unknown.is_some() {
                unknown = Some(part);
            }
            if rest.is_empty() {
                return Some(Located { part, unknown, is_in_form });
            }
            (part, rest) = part.step(rest)?;
        }
    }

    /// One step along `path`. A key may hold the very sign that parts keys: the longest that fits
    /// is meant.
    fn step<'p>(&self, path: &'p str) -> Option<(&Self, &'p str)> {
        match &self.below {
            Below::Nothing => None,
            Below::List(items) => {
                let (index, rest) = path.split_once('/').unwrap_or((path, ""));
                Some((items.get(index.parse::<usize>().ok()?)?, rest))
            }
            Below::Map { entries, .. } => {
                let fits = entries.iter().rev().filter_map(|(key, part)| {
                    let rest = path.strip_prefix(key.as_str())?;
                    let rest = if rest.is_empty() { rest } else { rest.strip_prefix('/')? };
                    Some((key.len(), part, rest))
                });
                // Of keys of one length, which are the same key, the last counts.
                let (_, part, rest) = fits.reduce(|a, b| if b.0 > a.0 { b } else { a })?;
                Some((part, rest))
            }
        }
    }

    /// The logical id of the resource that `path` leads into.
    pub(crate) fn resource_of(&self, path: &str) -> Option<&str> {
        let rest = path.strip_prefix("/Resources/")?;
        let resources = self.locate("/Resources")?.part;
        // A logical id is letters and digits: nothing in it parts the path.
        let id = rest.split('/').next()?;
        resources.entries().map(|it| it.0.as_str()).find(|it| *it == id)
    }

    /// Whether there is a resource `id`.
    pub(crate) fn has_resource(&self, id: &str) -> bool {
        let resources = self.locate("/Resources").map(|it| it.part);
        resources.into_iter().flat_map(Self::entries).any(|it| it.0 == id)
    }

    fn entries(&self) -> impl Iterator<Item = &(String, Self)> {
        match &self.below {
            Below::Map { entries, .. } => entries.iter(),
            Below::List(_) | Below::Nothing => [].iter(),
        }
    }

    /// The first part that is not known, here or below.
    fn first_unknown(&self) -> Option<&Self> {
        if self.unknown.is_some() {
            return Some(self);
        }
        match &self.below {
            Below::Nothing => None,
            Below::List(items) => items.iter().find_map(Self::first_unknown),
            Below::Map { entries, .. } => entries.iter().find_map(|it| it.1.first_unknown()),
        }
    }

    /// Every part under the key `key`, wherever it is, that is not known: with the path to it.
    pub(crate) fn unknown_under(&self, key: &str) -> Vec<(String, &Self)> {
        let mut found = Vec::new();
        self.collect_unknown(&mut String::new(), key, false, &mut found);
        found
    }

    fn collect_unknown<'d>(
        &'d self,
        path: &mut String,
        key: &str,
        is_under: bool,
        found: &mut Vec<(String, &'d Self)>,
    ) {
        if self.unknown.is_some() {
            if is_under {
                found.push((path.clone(), self));
            }
            return;
        }
        let length = path.len();
        match &self.below {
            Below::Nothing => (),
            Below::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    let _ = write!(path, "/{index}");
                    item.collect_unknown(path, key, is_under, found);
                    path.truncate(length);
                }
            }
            Below::Map { entries, .. } => {
                for (name, part) in entries {
                    let _ = write!(path, "/{name}");
                    part.collect_unknown(path, key, is_under || name == key, found);
                    path.truncate(length);
                }
            }
        }
    }

    /// Whether anything in it is not known.
    pub(crate) fn any_unknown(&self) -> Option<&Self> {
        self.first_unknown()
    }

    /// Where to point at it: a scalar itself, what is long by its key.
    pub(crate) fn place(&self) -> Span {
        match &self.below {
            Below::Nothing => self.span,
            Below::List(_) | Below::Map { .. } if self.unknown.is_some() => self.span,
            Below::List(_) | Below::Map { .. } => self.key_place(),
        }
    }

    /// Where to point at what is missing in it.
    fn key_place(&self) -> Span {
        self.key_span.or_else(|| self.entries().find_map(|it| it.1.key_span)).unwrap_or(self.span)
    }

    /// Where to point at when all of the document is meant: the resources, if there are any.
    pub(crate) fn whole(&self) -> Span {
        match self.locate("/Resources") {
            Some(it) => it.part.key_place(),
            None => self.key_place(),
        }
    }

    /// Why it is not known, for one that is not.
    pub(crate) fn reason(&self) -> &str {
        self.unknown.as_deref().unwrap_or_default()
    }
}

impl<'d> Located<'d> {
    /// The part.
    pub(crate) fn part(self) -> &'d Part {
        self.part
    }

    /// What is not known, if the path runs through it or ends there.
    pub(crate) fn unknown(self) -> Option<&'d Part> {
        self.unknown
    }

    /// Whether the path ends inside the written form of what is not known.
    pub(crate) fn is_in_form(self) -> bool {
        self.is_in_form
    }

    /// Why what is not there may yet come.
    pub(crate) fn may_have_more(self) -> Option<&'d str> {
        match &self.part.below {
            Below::Map { may_have_more, .. } => may_have_more.as_deref(),
            Below::List(_) | Below::Nothing => None,
        }
    }

    /// Where to point at what is missing here.
    pub(crate) fn place_of_missing(self) -> Span {
        self.part.key_place()
    }
}

/// JSON that every YAML reader reads the same: what is not printable is escaped.
fn write_text(text: &str, json: &mut String) {
    json.push('"');
    for character in text.chars() {
        match character {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            '\n' => json.push_str("\\n"),
            '\r' => json.push_str("\\r"),
            '\t' => json.push_str("\\t"),
            '\0'..' '
            | '\u{7f}'..'\u{a0}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{feff}'
            | '\u{fffe}'
            | '\u{ffff}' => {
                let _ = write!(json, "\\u{:04x}", u32::from(character));
            }
            _ => json.push(character),
        }
    }
    json.push('"');
}
