//! Changes of collections by indentation.

use std::borrow::Cow;
use std::iter::repeat_n;

use crate::literal::Literal;
use crate::tree::{Entry, Kind, Node, Style};

use super::locate::{Located, first_own_entry, last_own_entries, own_entries};
use super::{Page, Placed};

impl<'t> Page<'t> {
    /// New entries stand behind the last one, in lines of their own.
    pub(super) fn insert_into_block(
        &self,
        mapping: Node<'t>,
        entries: &[(Cow<'static, str>, Literal)],
    ) -> Option<Placed> {
        let column = self.column(first_own_entry(mapping)?.key)?;
        let at = self.end_of_block(mapping)?;
        let is_airy = self.parts_by_blank_lines(mapping);
        let mut text = String::new();
        for (key, value) in entries {
            if is_airy {
                text.push_str(self.manner.line_end);
            }
            self.manner.new_line(column, &mut text);
            self.manner.block_entry(key, value, column, &mut text);
        }
        Some(Placed { edit: self.edit(at, at, text), column })
    }

    pub(super) fn append_to_block(&self, list: Node<'t>, item: &Literal) -> Option<Placed> {
        // The element of an alias stands elsewhere.
        let first = list.items().next().filter(|it| list.span().contains(it.span()))?;
        let prefix = self.prefix(first.span().start as usize);
        let dash = prefix.trim_end().len().checked_sub(1)?;
        let is_indentation = prefix.bytes().all(|it| it == b' ' || it == b'-');
        if !is_indentation || !prefix.trim_end().ends_with('-') {
            return None;
        }
        let at = self.end_of_block(list)?;
        let column = prefix.len();
        let mut text = String::new();
        self.manner.new_line(dash, &mut text);
        text.push('-');
        text.extend(repeat_n(' ', column - dash - 1));
        self.manner.block_item(item, column, &mut text);
        Some(Placed { edit: self.edit(at, at, text), column: dash })
    }

    /// The end of the last line of a block, behind a comment that stands in it.
    fn end_of_block(&self, block: Node<'t>) -> Option<usize> {
        if ends_in_kept_lines(block) {
            return None;
        }
        let end = self.end(block);
        let line_end = self.line_end(end);
        let rest = self.between(end, line_end)?.trim_start();
        (rest.is_empty() || rest.starts_with('#')).then_some(line_end)
    }

    /// Whether an empty line stands before the last of several entries.
    fn parts_by_blank_lines(&self, mapping: Node<'t>) -> bool {
        let Some((last, Some(before))) = last_own_entries(mapping) else { return false };
        let between = self.between(self.end(before.value), last.key.span().start as usize);
        // The first line is the rest of the entry before, the last one the indentation of the key.
        let lines: Vec<&str> = between.unwrap_or_default().split('\n').skip(1).collect();
        lines.iter().rev().skip(1).any(|it| it.trim().is_empty())
    }

    pub(super) fn remove_entry(&self, mapping: Node<'t>, entry: Entry<'t>) -> Option<Placed> {
        let own = own_entries(mapping);
        let place = own.iter().position(|it| it.key.is_same(entry.key))?;
        if own.len() < 2 {
            return None;
        }
        let start = entry.key.span().start as usize;
        if mapping.style() != Style::Block {
            if !self.is_written_out(mapping) {
                return None;
            }
            let ends = |it: &Entry<'t>| {
                (it.key.span().start as usize, self.end(it.value).max(it.key.span().end as usize))
            };
            let parts: Vec<_> = own.iter().map(ends).collect();
            return self.remove_from_brackets(&parts, place);
        }
        if self.is_alone_in_front(start) {
            let end = self.line_end(self.end(entry.value).max(entry.key.span().end as usize));
            return self.remove_lines(start, end);
        }
        // Behind a dash: what follows takes its place. A merge key is no entry.
        if !self.is_written_out(mapping) {
            return None;
        }
        let next = own.get(place + 1)?.key.span().start as usize;
        (place == 0).then(|| Placed { edit: self.edit(start, next, ""), column: 0 })
    }

    pub(super) fn remove_item(&self, located: &Located<'t>) -> Option<Placed> {
        let (item, list) = (located.node, located.parent()?);
        let place = list.items().position(|it| it.is_same(item))?;
        if list.items().len() < 2 {
            return None;
        }
        let start = item.span().start as usize;
        if list.style() != Style::Block {
            if !self.is_written_out(list) {
                return None;
            }
            let parts: Vec<_> =
                list.items().map(|it| (it.span().start as usize, self.end(it))).collect();
            return self.remove_from_brackets(&parts, place);
        }
        let prefix = self.prefix(start);
        let dash = prefix.trim_start();
        if dash.trim_end() != "-" {
            return None;
        }
        self.remove_lines(start, self.line_end(self.end(item)))
    }

    /// Takes out whole lines, with one line break.
    fn remove_lines(&self, start: usize, end: usize) -> Option<Placed> {
        let start = self.line_start(start);
        let before = self.between(0, start)?;
        // The break before, so that what is put behind the last line touches nothing that goes.
        let line_break = if before.ends_with("\r\n") { 2 } else { 1 };
        let edit = if before.ends_with('\n') {
            self.edit(start - line_break, end, "")
        } else {
            let rest = self.between(end, self.text.len())?;
            let line_break = if rest.starts_with("\r\n") { 2 } else { 1 };
            self.edit(start, end + line_break.min(rest.len()), "")
        };
        Some(Placed { edit, column: 0 })
    }
}

/// Whether the last value of a block is a text whose empty last lines count.
fn ends_in_kept_lines(block: Node<'_>) -> bool {
    let mut last = block;
    loop {
        last = match last.kind() {
            Kind::Scalar => {
                let is_block = matches!(last.style(), Style::Literal | Style::Folded);
                return is_block && last.text().is_some_and(|it| it.ends_with("\n\n"));
            }
            Kind::Sequence => match last.items().last() {
                Some(it) => it,
                None => return false,
            },
            Kind::Mapping => match last_own_entries(last) {
                Some((it, _)) if last.span().contains(it.value.span()) => it.value,
                _ => return false,
            },
        };
    }
}
