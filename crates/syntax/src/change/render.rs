//! A literal as text: in the block style of YAML, or in brackets.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::iter::repeat_n;

use crate::literal::Literal;

/// How the text around writes things.
#[derive(Clone, Debug)]
pub(super) struct Manner {
    pub(super) is_json: bool,
    /// The end of a line.
    pub(super) line_end: &'static str,
    /// Blanks a block is indented by.
    pub(super) step: usize,
    /// Blanks a list is indented by below its key.
    pub(super) list_step: usize,
    /// The quotes of texts that need some.
    pub(super) quote: char,
}

/// Whether what is in brackets stands in one line, or each entry in a line of its own.
#[derive(Clone, Copy, Debug)]
pub(super) enum Layout<'t> {
    OneLine,
    /// Indented by this and as many steps, and what is inside by a step more.
    Lines {
        indent: &'t str,
        steps: usize,
    },
}

impl<'t> Layout<'t> {
    /// In lines, indented by `indent`.
    pub(super) fn lines(indent: &'t str) -> Self {
        Self::Lines { indent, steps: 0 }
    }

    /// That of what is inside.
    fn inner(self) -> Self {
        match self {
            Self::OneLine => Self::OneLine,
            Self::Lines { indent, steps } => Self::Lines { indent, steps: steps + 1 },
        }
    }
}

impl Manner {
    /// `key: value` of a block mapping whose keys are indented by `column`; without the indentation
    /// of the first line, and without a line end.
    pub(super) fn block_entry(&self, key: &str, value: &Literal, column: usize, to: &mut String) {
        self.scalar(key, Place::Block, to);
        to.push(':');
        if fits_into_line(value) {
            to.push(' ');
            self.yaml_flow(value, Place::Block, to);
        } else {
            self.below(value, column, to);
        }
    }

    /// A value behind a key or a dash, if it fits into the line.
    pub(super) fn inline(&self, value: &Literal) -> Option<String> {
        fits_into_line(value).then(|| text_of(|to| self.yaml_flow(value, Place::Block, to)))
    }

    /// What stands behind the colon of a key at `column`, starting with a line end or with the
    /// header of a text of several lines.
    pub(super) fn below(&self, value: &Literal, column: usize, to: &mut String) {
        match value {
            Literal::Text(lines) => {
                to.push_str(if lines.ends_with('\n') { " |" } else { " |-" });
                for line in lines.trim_end_matches('\n').split('\n') {
                    if line.is_empty() {
                        to.push_str(self.line_end);
                    } else {
                        self.new_line(column + self.step, to);
                        to.push_str(line);
                    }
                }
            }
            Literal::Map(entries) => {
                for (key, value) in entries {
                    self.new_line(column + self.step, to);
                    self.block_entry(key, value, column + self.step, to);
                }
            }
            Literal::List(items) => {
                let dash = column + self.list_step;
                for item in items {
                    self.new_line(dash, to);
                    to.push_str("- ");
                    self.block_item(item, dash + 2, to);
                }
            }
            Literal::Bool(_) | Literal::Number(_) | Literal::Call { .. } => {
                to.push(' ');
                self.yaml_flow(value, Place::Block, to);
            }
        }
    }

    /// An element of a block list that stands at `column`, behind its dash.
    pub(super) fn block_item(&self, value: &Literal, column: usize, to: &mut String) {
        match value {
            Literal::Map(entries) if !entries.is_empty() => {
                for (index, (key, value)) in entries.iter().enumerate() {
                    if index > 0 {
                        self.new_line(column, to);
                    }
                    self.block_entry(key, value, column, to);
                }
            }
            // A list or a text of lines as an element is rare: brackets and quotes do.
            other => self.yaml_flow(other, Place::Block, to),
        }
    }

    /// A line end, and the indentation of the next line.
    pub(super) fn new_line(&self, column: usize, to: &mut String) {
        to.push_str(self.line_end);
        to.extend(repeat_n(' ', column));
    }

    /// A value in brackets and quotes.
    pub(super) fn flow(&self, value: &Literal, layout: Layout<'_>, to: &mut String) {
        if !self.is_json && matches!(layout, Layout::OneLine) {
            return self.yaml_flow(value, Place::Flow, to);
        }
        match value {
            Literal::List(items) => {
                let item = |it: &Literal, to: &mut String| self.flow(it, layout.inner(), to);
                self.bracketed(['[', ']'], items, layout, to, item);
            }
            Literal::Map(entries) => {
                let entry = |(key, value): &(Cow<'static, str>, Literal), to: &mut String| {
                    self.flow_entry(key, value, ": ", layout.inner(), to);
                };
                self.bracketed(['{', '}'], entries, layout, to, entry);
            }
            // An intrinsic reads best in one line.
            Literal::Call { long: (name, argument), .. } if self.is_json => {
                to.push_str("{ ");
                self.flow_entry(name, argument, ": ", Layout::OneLine, to);
                to.push_str(" }");
            }
            Literal::Text(_) | Literal::Bool(_) | Literal::Number(_) | Literal::Call { .. } => {
                self.yaml_flow(value, Place::Flow, to);
            }
        }
    }

    /// An entry in brackets, `colon` between its parts.
    pub(super) fn flow_entry(
        &self,
        key: &str,
        value: &Literal,
        colon: &str,
        layout: Layout<'_>,
        to: &mut String,
    ) {
        self.scalar(key, Place::Flow, to);
        to.push_str(colon);
        self.flow(value, layout, to);
    }

    fn bracketed<T>(
        &self,
        [open, close]: [char; 2],
        parts: &[T],
        layout: Layout<'_>,
        to: &mut String,
        part: impl Fn(&T, &mut String),
    ) {
        to.push(open);
        for (index, it) in parts.iter().enumerate() {
            match layout {
                Layout::OneLine => to.push_str(if index > 0 { ", " } else { "" }),
                Layout::Lines { .. } => {
                    to.push_str(if index > 0 { "," } else { "" });
                    self.line_of(layout.inner(), to);
                }
            }
            part(it, to);
        }
        if !parts.is_empty() {
            self.line_of(layout, to);
        }
        to.push(close);
    }

    /// The next line of what is laid out in lines; nothing otherwise.
    fn line_of(&self, layout: Layout<'_>, to: &mut String) {
        if let Layout::Lines { indent, steps } = layout {
            to.push_str(self.line_end);
            to.push_str(indent);
            to.extend(repeat_n(' ', steps * self.step));
        }
    }

    fn yaml_flow(&self, value: &Literal, place: Place, to: &mut String) {
        match value {
            Literal::Text(text) => self.scalar(text, place, to),
            Literal::Bool(it) => to.push_str(if *it { "true" } else { "false" }),
            Literal::Number(it) => to.push_str(&it.to_string()),
            Literal::List(items) => {
                let item = |it: &Literal, to: &mut String| self.yaml_flow(it, Place::Flow, to);
                self.bracketed(['[', ']'], items, Layout::OneLine, to, item);
            }
            Literal::Map(entries) => {
                let entry = |(key, value): &(Cow<'static, str>, Literal), to: &mut String| {
                    self.scalar(key, Place::Flow, to);
                    to.push_str(": ");
                    self.yaml_flow(value, Place::Flow, to);
                };
                self.bracketed(['{', '}'], entries, Layout::OneLine, to, entry);
            }
            Literal::Call { short: (tag, argument), .. } => {
                to.push_str(tag);
                to.push(' ');
                self.scalar(argument, place, to);
            }
        }
    }

    /// A text as a scalar.
    fn scalar(&self, text: &str, place: Place, to: &mut String) {
        if self.is_json {
            quote(text, '"', to);
        } else if is_plain(text, place) {
            to.push_str(text);
        } else {
            quote(text, self.quote, to);
        }
    }
}

/// What `write` writes.
pub(super) fn text_of(write: impl FnOnce(&mut String)) -> String {
    let mut text = String::new();
    write(&mut text);
    text
}

/// Whether a value can stand behind a key.
fn fits_into_line(value: &Literal) -> bool {
    match value {
        Literal::Text(text) => !is_lines(text),
        Literal::Map(entries) => entries.is_empty(),
        Literal::List(items) => items.is_empty(),
        Literal::Bool(_) | Literal::Number(_) | Literal::Call { .. } => true,
    }
}

/// Where a scalar of YAML stands: in brackets, more characters mean something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Block,
    Flow,
}

/// A text in quotes; in single ones only where nothing has to be escaped.
pub(super) fn quote(text: &str, quote: char, to: &mut String) {
    if quote == '\'' && !text.chars().any(char::is_control) {
        to.push('\'');
        for (index, part) in text.split('\'').enumerate() {
            to.push_str(if index > 0 { "''" } else { "" });
            to.push_str(part);
        }
        to.push('\'');
        return;
    }
    to.push('"');
    for part in text.split_inclusive(is_escaped) {
        let mut plain = part.chars();
        match plain.next_back() {
            Some(special) if is_escaped(special) => {
                to.push_str(plain.as_str());
                escape(special, to);
            }
            Some(_) | None => to.push_str(part),
        }
    }
    to.push('"');
}

/// Whether a character stands for itself in no double quotes.
fn is_escaped(character: char) -> bool {
    character == '"' || character == '\\' || character.is_control()
}

fn escape(character: char, to: &mut String) {
    match character {
        '\n' => to.push_str("\\n"),
        '\r' => to.push_str("\\r"),
        '\t' => to.push_str("\\t"),
        '"' | '\\' => to.extend(['\\', character]),
        other => {
            // Writing to a string does not fail.
            let _ = write!(to, "\\u{:04x}", u32::from(other));
        }
    }
}

/// Whether a text is one of lines, to be written as such.
fn is_lines(text: &str) -> bool {
    let is_tame = |it: char| it == '\n' || !it.is_control();
    text.contains('\n')
        && text.chars().all(is_tame)
        && !text.starts_with([' ', '\n'])
        && !text.ends_with("\n\n")
        && !text.lines().any(|it| it.ends_with(' '))
}

/// Whether a text means itself without quotes. Careful: what may be read as a number, a date or a
/// boolean, by whatever version of YAML, is not.
pub(super) fn is_plain(text: &str, place: Place) -> bool {
    const WORDS: &[&str] = &["true", "false", "yes", "no", "on", "off", "y", "n", "null", "nan"];
    const LONGEST_WORD: usize = 5;
    let bytes = text.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { return false };
    let starts_well = first.is_ascii_alphabetic() || matches!(first, b'/' | b'_');
    let fits = |it: u8| match it {
        b' ' | b'_' | b'-' | b'.' | b'/' | b':' | b'@' | b'+' | b'=' | b'*' => true,
        b'$' | b'{' | b'}' | b',' | b'(' | b')' => place == Place::Block,
        it => it.is_ascii_alphanumeric(),
    };
    let ends_key =
        || bytes.windows(2).any(|it| it == b": ") || bytes.windows(3).any(|it| it == b"/:/");
    let is_word = || WORDS.iter().any(|it| text.eq_ignore_ascii_case(it));
    starts_well
        && bytes.iter().copied().all(fits)
        && !matches!(last, b' ' | b':')
        && !(bytes.contains(&b':') && ends_key())
        && !(bytes.len() <= LONGEST_WORD && is_word())
}
