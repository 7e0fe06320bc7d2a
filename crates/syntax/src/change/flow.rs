//! Changes of collections in brackets: JSON, and the flow style of YAML.

use crate::literal::Literal;
use crate::tree::{Kind, Node};

use super::locate::own_entries;
use super::render::Layout;
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
                    self.manner.flow(value, &Layout::OneLine)
                } else {
                    text
                }
            }
            _ => self.manner.flow(value, &self.layout_at(old.span().start as usize)),
        }
    }

    /// How a collection that opens at `at` is laid out: in lines where its key starts one, and the
    /// file is written in lines.
    fn layout_at(&self, at: usize) -> Layout {
        let prefix = self.prefix(at);
        let indent: String = prefix.chars().take_while(|it| *it == ' ' || *it == '\t').collect();
        let starts_line = prefix.get(indent.len()..).is_some_and(|it| it.starts_with(['"', '\'']));
        let is_in_lines = self.line_start(at) > 0;
        if self.manner.is_json && starts_line && is_in_lines {
            Layout::Lines(indent)
        } else {
            Layout::OneLine
        }
    }

    pub(super) fn insert_into_brackets(
        &self,
        mapping: Node<'t>,
        entries: &[(String, Literal)],
    ) -> Option<Vec<Placed>> {
        let own = own_entries(mapping);
        let Some(last) = own.last() else {
            let layout = self.layout_at(mapping.span().start as usize);
            let value = self.manner.flow(&Literal::Map(entries.to_vec()), &layout);
            let (start, end) = (mapping.span().start as usize, self.end(mapping));
            // A comment between the brackets would be lost.
            let inside = self.between(start + 1, end.checked_sub(1)?)?;
            let edit = self.edit(start, end, value);
            return inside.trim().is_empty().then(|| vec![Placed { edit, column: 0 }]);
        };
        let (key_start, key_end) = (last.key.span().start as usize, last.key.span().end as usize);
        let value_start = last.value.span().start as usize;
        let colon = self
            .between(key_end, value_start)
            .filter(|it| it.trim() == ":" && !it.contains('\n'))
            .unwrap_or(": ");
        let colon = if colon == ":" && !self.manner.is_json { ": " } else { colon };
        let before = own.iter().rev().nth(1).map(|it| self.end(it.value));
        let parts = |layout: &Layout| -> Vec<String> {
            let entries = entries.iter();
            entries.map(|(key, value)| self.manner.flow_entry(key, value, colon, layout)).collect()
        };
        let end = self.end(last.value).max(key_end);
        self.add_to_brackets(mapping, key_start, before, end, &parts)
    }

    pub(super) fn append_to_brackets(&self, list: Node<'t>, item: &Literal) -> Option<Vec<Placed>> {
        let Some(last) = list.items().last() else {
            let layout = self.layout_at(list.span().start as usize);
            let value = self.manner.flow(&Literal::List(vec![item.clone()]), &layout);
            let (start, end) = (list.span().start as usize, self.end(list));
            return Some(vec![Placed { edit: self.edit(start, end, value), column: 0 }]);
        };
        let before = list
            .items()
            .len()
            .checked_sub(2)
            .and_then(|it| list.items().nth(it))
            .map(|it| self.end(it));
        let parts = |layout: &Layout| vec![self.manner.flow(item, layout)];
        let start = last.span().start as usize;
        self.add_to_brackets(list, start, before, self.end(last), &parts)
    }

    /// Adds parts behind the last one, which is `start..end`; the one before it ends at `before`.
    fn add_to_brackets(
        &self,
        collection: Node<'t>,
        start: usize,
        before: Option<usize>,
        end: usize,
        parts: &dyn Fn(&Layout) -> Vec<String>,
    ) -> Option<Vec<Placed>> {
        let only = |edit| Some(vec![Placed { edit, column: 0 }]);
        // A comma may stand behind the last part in YAML.
        let rest = self.between(end, self.end(collection))?;
        let has_comma = !self.manner.is_json && rest.trim_start().starts_with(',');
        let prefix = self.prefix(start);
        let is_in_lines = !prefix.is_empty() && prefix.trim().is_empty();
        if !is_in_lines {
            if has_comma {
                let at = end + rest.find(',')? + 1;
                let parts = parts(&Layout::OneLine);
                return only(self.edit(at, at, format!(" {},", parts.join(", "))));
            }
            let separator = before
                .and_then(|it| self.between(it, start))
                .filter(|it| it.trim() == ",")
                .unwrap_or(", ");
            let parts = parts(&Layout::OneLine).join(separator);
            return only(self.edit(end, end, format!("{separator}{parts}")));
        }
        let layout =
            if self.manner.is_json { Layout::Lines(prefix.to_owned()) } else { Layout::OneLine };
        let line_end = self.manner.line_end;
        let lines: Vec<String> =
            parts(&layout).iter().map(|it| format!("{line_end}{prefix}{it}")).collect();
        let at = self.line_end(end);
        let behind = self.between(end, at)?.trim_start_matches([' ', '\t', ',']);
        if has_comma {
            let at = if behind.is_empty() || behind.starts_with('#') {
                at
            } else {
                end + rest.find(',')? + 1
            };
            return only(self.edit(at, at, format!("{},", lines.join(","))));
        }
        let text = lines.join(",");
        if behind.starts_with('#') {
            // The comment stays with the part it stands behind.
            let comma = Placed { edit: self.edit(end, end, ","), column: 0 };
            return Some(vec![comma, Placed { edit: self.edit(at, at, text), column: 0 }]);
        }
        only(self.edit(end, end, format!(",{text}")))
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
