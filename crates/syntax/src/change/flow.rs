//! Changes of collections in brackets: JSON, and the flow style of YAML.

use std::borrow::Cow;
use std::ops::Range;

use crate::literal::Literal;
use crate::tree::{Kind, Node};

use super::locate::last_own_entries;
use super::render::{Layout, text_of};
use super::{Page, Placed};

impl<'t> Page<'t> {
    /// A value as it reads best at the place of `old`.
    pub(super) fn bracketed_value(&self, old: Node<'t>, value: &Literal) -> String {
        match (value, old.kind()) {
            (Literal::Text(_) | Literal::Bool(_) | Literal::Number(_), Kind::Scalar)
                if !self.manner.is_json || old.style() == crate::Style::DoubleQuoted =>
            {
                // Outside brackets a comma is no separator; inside, quotes keep it.
                let text = self.scalar_like(old, value);
                if text.contains([',', '{', '}', '[', ']']) && !text.starts_with(['"', '\'']) {
                    text_of(|to| self.manner.flow(value, Layout::OneLine, to))
                } else {
                    text
                }
            }
            _ => {
                let layout = self.layout_at(old.span().start as usize);
                text_of(|to| self.manner.flow(value, layout, to))
            }
        }
    }

    /// How a collection that opens at `at` is laid out: in lines where its key starts one, and the
    /// file is written in lines.
    fn layout_at(&self, at: usize) -> Layout<'t> {
        let prefix = self.prefix(at);
        let rest = prefix.trim_start_matches([' ', '\t']);
        let indent = prefix.strip_suffix(rest).unwrap_or_default();
        let starts_line = rest.starts_with(['"', '\'']);
        let is_in_lines = self.line_start(at) > 0;
        if self.manner.is_json && starts_line && is_in_lines {
            Layout::lines(indent)
        } else {
            Layout::OneLine
        }
    }

    pub(super) fn insert_into_brackets(
        &self,
        mapping: Node<'t>,
        entries: &[(Cow<'static, str>, Literal)],
    ) -> Option<Vec<Placed>> {
        let Some((last, before)) = last_own_entries(mapping) else {
            let layout = self.layout_at(mapping.span().start as usize);
            let value = Literal::Map(entries.to_vec());
            let text = text_of(|to| self.manner.flow(&value, layout, to));
            let (start, end) = (mapping.span().start as usize, self.end(mapping));
            // A comment between the brackets would be lost.
            let inside = self.between(start + 1, end.checked_sub(1)?)?;
            let edit = self.edit(start, end, text);
            return inside.trim().is_empty().then(|| vec![Placed { edit, column: 0 }]);
        };
        if !mapping.span().contains(last.value.span()) {
            return None;
        }
        let (key_start, key_end) = (last.key.span().start as usize, last.key.span().end as usize);
        let value_start = last.value.span().start as usize;
        let colon = self
            .between(key_end, value_start)
            .filter(|it| it.trim() == ":" && !it.contains('\n'))
            .unwrap_or(": ");
        let colon = if colon == ":" && !self.manner.is_json { ": " } else { colon };
        // The value of an alias stands elsewhere.
        let own = mapping.span();
        let before = before.filter(|it| own.contains(it.value.span())).map(|it| self.end(it.value));
        let part =
            |(key, value): &(Cow<'static, str>, Literal), layout: Layout<'_>, to: &mut String| {
                self.manner.flow_entry(key, value, colon, layout, to);
            };
        let end = self.end(last.value).max(key_end);
        self.add_to_brackets(mapping, before, key_start..end, entries, &part)
    }

    pub(super) fn append_to_brackets(&self, list: Node<'t>, item: &Literal) -> Option<Vec<Placed>> {
        if list.items().last().is_some_and(|it| !list.span().contains(it.span())) {
            return None;
        }
        let Some(last) = list.items().last() else {
            let layout = self.layout_at(list.span().start as usize);
            let value = Literal::List(vec![item.clone()]);
            let text = text_of(|to| self.manner.flow(&value, layout, to));
            let (start, end) = (list.span().start as usize, self.end(list));
            return Some(vec![Placed { edit: self.edit(start, end, text), column: 0 }]);
        };
        let before = list
            .items()
            .len()
            .checked_sub(2)
            .and_then(|it| list.items().nth(it))
            .filter(|it| list.span().contains(it.span()))
            .map(|it| self.end(it));
        let part =
            |it: &Literal, layout: Layout<'_>, to: &mut String| self.manner.flow(it, layout, to);
        let last = last.span().start as usize..self.end(last);
        self.add_to_brackets(list, before, last, std::slice::from_ref(item), &part)
    }

    /// Adds parts behind the last one, which is `last`; the one before it ends at `before`.
    fn add_to_brackets<T>(
        &self,
        collection: Node<'t>,
        before: Option<usize>,
        last: Range<usize>,
        parts: &[T],
        write: &dyn Fn(&T, Layout<'_>, &mut String),
    ) -> Option<Vec<Placed>> {
        let Range { start, end } = last;
        let only = |edit| Some(vec![Placed { edit, column: 0 }]);
        // A comma may stand behind the last part in YAML.
        let rest = self.between(end, self.end(collection))?;
        let has_comma = !self.manner.is_json && rest.trim_start().starts_with(',');
        let prefix = self.prefix(start);
        let is_in_lines = !prefix.is_empty() && prefix.trim().is_empty();
        if !is_in_lines {
            let separator = before
                .filter(|_| !has_comma)
                .and_then(|it| self.between(it, start))
                .filter(|it| it.trim() == ",")
                .unwrap_or(", ");
            let mut text = String::new();
            for (index, it) in parts.iter().enumerate() {
                let is_first_behind_comma = has_comma && index == 0;
                text.push_str(if is_first_behind_comma { " " } else { separator });
                write(it, Layout::OneLine, &mut text);
            }
            if has_comma {
                let at = end + rest.find(',')? + 1;
                text.push(',');
                return only(self.edit(at, at, text));
            }
            return only(self.edit(end, end, text));
        }
        let layout = if self.manner.is_json { Layout::lines(prefix) } else { Layout::OneLine };
        let at = self.line_end(end);
        let behind = self.between(end, at)?.trim_start_matches([' ', '\t', ',']);
        let has_comment = behind.starts_with('#');
        let mut text = String::new();
        for (index, it) in parts.iter().enumerate() {
            let takes_comma = index > 0 || !has_comma && !has_comment;
            text.push_str(if takes_comma { "," } else { "" });
            text.push_str(self.manner.line_end);
            text.push_str(prefix);
            write(it, layout, &mut text);
        }
        if has_comma {
            let at = if behind.is_empty() || has_comment { at } else { end + rest.find(',')? + 1 };
            text.push(',');
            return only(self.edit(at, at, text));
        }
        if has_comment {
            // The comment stays with the part it stands behind.
            let comma = Placed { edit: self.edit(end, end, ","), column: 0 };
            return Some(vec![comma, Placed { edit: self.edit(at, at, text), column: 0 }]);
        }
        only(self.edit(end, end, text))
    }

    /// Takes part `place` out, with one comma.
    pub(super) fn remove_from_brackets(
        &self,
        parts: &[(usize, usize)],
        place: usize,
    ) -> Option<Placed> {
        let &(start, end) = parts.get(place)?;
        let before = place.checked_sub(1).and_then(|it| parts.get(it));
        let (start, end) = match (before, parts.get(place + 1)) {
            (Some(&(_, before)), _) => (before, end),
            (None, Some(&(next, _))) => (start, next),
            (None, None) => return None,
        };
        let gone = self.between(start, end)?;
        if !self.manner.is_json && gone.contains('#') {
            return None;
        }
        Some(Placed { edit: self.edit(start, end, ""), column: 0 })
    }
}
