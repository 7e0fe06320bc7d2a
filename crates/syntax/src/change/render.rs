//! A literal as text: in the block style of YAML, or in brackets.

use std::fmt::Write as _;

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
#[derive(Clone, Debug)]
pub(super) enum Layout {
    OneLine,
    /// Indented by this, and what is inside by a step more.
    Lines(String),
}

impl Manner {
    /// `key: value` of a block mapping whose keys are indented by `column`; without the indentation
    /// of the first line, and without a line end.
    pub(super) fn block_entry(&self, key: &str, value: &Literal, column: usize) -> String {
        let key = self.scalar(key, Place::Block);
        match self.inline(value) {
            Some(inline) => format!("{key}: {inline}"),
            None => format!("{key}:{}", self.below(value, column)),
        }
    }

    /// A value behind a key or a dash, if it fits into the line.
    pub(super) fn inline(&self, value: &Literal) -> Option<String> {
        match value {
            Literal::Text(text) if is_lines(text) => None,
            Literal::Map(entries) if !entries.is_empty() => None,
            Literal::List(items) if !items.is_empty() => None,
            other => Some(self.yaml_flow(other, Place::Block)),
        }
    }

    /// What stands behind the colon of a key at `column`, starting with a line end or with the
    /// header of a text of several lines.
    pub(super) fn below(&self, value: &Literal, column: usize) -> String {
        let mut text = String::new();
        match value {
            Literal::Text(lines) => {
                let header = if lines.ends_with('\n') { " |" } else { " |-" };
                text.push_str(header);
                for line in lines.trim_end_matches('\n').split('\n') {
                    text.push_str(self.line_end);
                    if !line.is_empty() {
                        text.push_str(&" ".repeat(column + self.step));
                        text.push_str(line);
                    }
                }
            }
            Literal::Map(entries) => {
                for (key, value) in entries {
                    text.push_str(self.line_end);
                    text.push_str(&" ".repeat(column + self.step));
                    text.push_str(&self.block_entry(key, value, column + self.step));
                }
            }
            Literal::List(items) => {
                let dash = column + self.list_step;
                for item in items {
                    text.push_str(self.line_end);
                    text.push_str(&" ".repeat(dash));
                    text.push_str("- ");
                    text.push_str(&self.block_item(item, dash + 2));
                }
            }
            Literal::Bool(_) | Literal::Number(_) | Literal::Call { .. } => {
                text.push(' ');
                text.push_str(&self.yaml_flow(value, Place::Block));
            }
        }
        text
    }

    /// An element of a block list that stands at `column`, behind its dash.
    pub(super) fn block_item(&self, value: &Literal, column: usize) -> String {
        match value {
            Literal::Map(entries) if !entries.is_empty() => {
                let separator = format!("{}{}", self.line_end, " ".repeat(column));
                let entries = entries.iter();
                let entries = entries.map(|(key, value)| self.block_entry(key, value, column));
                entries.collect::<Vec<_>>().join(&separator)
            }
            // A list or a text of lines as an element is rare: brackets and quotes do.
            other => self.yaml_flow(other, Place::Block),
        }
    }

    /// A value in brackets and quotes.
    pub(super) fn flow(&self, value: &Literal, layout: &Layout) -> String {
        if !self.is_json && matches!(layout, Layout::OneLine) {
            return self.yaml_flow(value, Place::Flow);
        }
        match value {
            Literal::Text(text) => self.scalar(text, Place::Flow),
            Literal::Bool(it) => it.to_string(),
            Literal::Number(it) => it.to_string(),
            Literal::List(items) => {
                let items = items.iter().map(|it| self.flow(it, &self.inner(layout)));
                self.bracketed('[', ']', &items.collect::<Vec<_>>(), layout)
            }
            Literal::Map(entries) => {
                let entries = entries
                    .iter()
                    .map(|(key, it)| self.flow_entry(key, it, ": ", &self.inner(layout)));
                self.bracketed('{', '}', &entries.collect::<Vec<_>>(), layout)
            }
            Literal::Call { .. } if !self.is_json => self.yaml_flow(value, Place::Flow),
            // An intrinsic reads best in one line.
            Literal::Call { long: (name, argument), .. } => {
                let argument = self.flow(argument, &Layout::OneLine);
                format!("{{ {}: {argument} }}", self.scalar(name, Place::Flow))
            }
        }
    }

    /// An entry in brackets, `colon` between its parts.
    pub(super) fn flow_entry(
        &self,
        key: &str,
        value: &Literal,
        colon: &str,
        layout: &Layout,
    ) -> String {
        format!("{}{colon}{}", self.scalar(key, Place::Flow), self.flow(value, layout))
    }

    fn inner(&self, layout: &Layout) -> Layout {
        match layout {
            Layout::OneLine => Layout::OneLine,
            Layout::Lines(indent) => Layout::Lines(format!("{indent}{}", " ".repeat(self.step))),
        }
    }

    fn bracketed(&self, open: char, close: char, parts: &[String], layout: &Layout) -> String {
        match layout {
            Layout::Lines(indent) if !parts.is_empty() => {
                let inner = format!("{}{indent}{}", self.line_end, " ".repeat(self.step));
                let parts = parts.join(&format!(",{inner}"));
                format!("{open}{inner}{parts}{}{indent}{close}", self.line_end)
            }
            Layout::OneLine | Layout::Lines(_) => format!("{open}{}{close}", parts.join(", ")),
        }
    }

    fn yaml_flow(&self, value: &Literal, place: Place) -> String {
        match value {
            Literal::Text(text) => self.scalar(text, place),
            Literal::Bool(it) => it.to_string(),
            Literal::Number(it) => it.to_string(),
            Literal::List(items) => {
                let items = items.iter().map(|it| self.yaml_flow(it, Place::Flow));
                format!("[{}]", items.collect::<Vec<_>>().join(", "))
            }
            Literal::Map(entries) => {
                let entries = entries.iter().map(|(key, value)| {
                    let key = self.scalar(key, Place::Flow);
                    format!("{key}: {}", self.yaml_flow(value, Place::Flow))
                });
                format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
            }
            Literal::Call { short: (tag, argument), .. } => {
                format!("{tag} {}", self.scalar(argument, place))
            }
        }
    }

    /// A text as a scalar.
    fn scalar(&self, text: &str, place: Place) -> String {
        if self.is_json {
            quoted(text, '"')
        } else if is_plain(text, place) {
            text.to_owned()
        } else {
            quoted(text, self.quote)
        }
    }
}

/// Where a scalar of YAML stands: in brackets, more characters mean something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Block,
    Flow,
}

/// A text in quotes; in single ones only where nothing has to be escaped.
pub(super) fn quoted(text: &str, quote: char) -> String {
    if quote == '\'' && !text.chars().any(char::is_control) {
        return format!("'{}'", text.replace('\'', "''"));
    }
    let mut result = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => result.push_str("\\\""),
            '\\' => result.push_str("\\\\"),
            '\n' => result.push_str("\\n"),
            '\r' => result.push_str("\\r"),
            '\t' => result.push_str("\\t"),
            it if it.is_control() => {
                // Writing to a string does not fail.
                let _ = write!(result, "\\u{:04x}", u32::from(it));
            }
            it => result.push(it),
        }
    }
    result.push('"');
    result
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
    let starts_well = text.starts_with(|it: char| it.is_ascii_alphabetic() || "/_".contains(it));
    let fits = |it: char| {
        it.is_ascii_alphanumeric()
            || " _-./:@+=*".contains(it)
            || place == Place::Block && "${},()".contains(it)
    };
    starts_well
        && text.chars().all(fits)
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains("/:/")
        && !WORDS.iter().any(|it| text.eq_ignore_ascii_case(it))
}
