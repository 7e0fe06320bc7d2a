//! The page of a rule, for a terminal.
//!
//! Pages are written in a small part of Markdown: second-level headings, paragraphs, lists, tables,
//! fenced blocks, and in a line code, emphasis and links. Deliberately absent: the rest of it.

use std::io::{self, Write};
use std::iter::{Peekable, repeat_n};

use crate::colour;

/// How far the text of a page stands in from its headings.
const INDENT: usize = 2;

/// How far code stands in from the text.
const CODE_INDENT: usize = 4;

/// Writes `page` in lines of at most `width` characters, where its words allow that.
pub(super) fn write(
    page: &str,
    width: usize,
    is_coloured: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let heading = colour::heading(is_coloured);
    let aside = colour::aside(is_coloured);
    let mut was_item = false;
    for block in (Blocks { lines: page.lines().peekable() }) {
        // The items of a list stand close.
        let is_item = matches!(block, Block::Item { .. });
        if !(was_item && is_item) {
            writeln!(out)?;
        }
        was_item = is_item;
        match block {
            Block::Heading(text) => writeln!(out, "{heading}{text}{heading:#}")?,
            Block::Paragraph(text) => wrapped(&" ".repeat(INDENT), &text, INDENT, width, out)?,
            Block::Item { depth, text } => {
                let mark = format!("{:1$}- ", "", INDENT + depth);
                wrapped(&mark, &text, mark.len(), width, out)?;
            }
            Block::Table(rows) => write_table(&rows, width, is_coloured, out)?,
            Block::Code { caption, lines } => {
                if let Some(caption) = caption {
                    writeln!(out, "{:INDENT$}{aside}{caption}{aside:#}\n", "")?;
                }
                for line in lines {
                    let indent = if line.is_empty() { 0 } else { INDENT + CODE_INDENT };
                    writeln!(out, "{:indent$}{line}", "")?;
                }
            }
        }
    }
    Ok(())
}

/// Writes `text`, broken at its blanks: the first line behind `first`, the others as far in.
pub(super) fn wrapped(
    first: &str,
    text: &str,
    indent: usize,
    width: usize,
    out: &mut dyn Write,
) -> io::Result<()> {
    for (index, line) in lines_of(&plain(text), width.saturating_sub(indent)).iter().enumerate() {
        match index {
            0 => writeln!(out, "{first}{line}")?,
            _ => writeln!(out, "{:indent$}{line}", "")?,
        }
    }
    Ok(())
}

enum Block<'p> {
    Heading(&'p str),
    Paragraph(String),
    Item {
        /// How far it stands in from the text.
        depth: usize,
        text: String,
    },
    /// Rows of cells, the first of which is the head.
    Table(Vec<Vec<String>>),
    Code {
        /// The verdict, in words.
        caption: Option<String>,
        lines: Vec<&'p str>,
    },
}

/// The blocks of a page, without its title.
struct Blocks<'p, I: Iterator<Item = &'p str>> {
    lines: Peekable<I>,
}

impl<'p, I: Iterator<Item = &'p str>> Iterator for Blocks<'p, I> {
    type Item = Block<'p>;

    fn next(&mut self) -> Option<Block<'p>> {
        loop {
            let line = self.lines.next()?;
            if line.trim().is_empty() || line.starts_with("# ") {
                continue;
            }
            return Some(if let Some(info) = line.strip_prefix("```") {
                let lines = self.lines.by_ref().take_while(|it| !it.starts_with("```")).collect();
                Block::Code { caption: caption(info), lines }
            } else if let Some(text) = line.strip_prefix("## ") {
                Block::Heading(text)
            } else if line.starts_with('|') {
                let mut rows = vec![cells(line)];
                while let Some(line) = self.lines.next_if(|it| it.starts_with('|')) {
                    if !line.starts_with("|-") {
                        rows.push(cells(line));
                    }
                }
                Block::Table(rows)
            } else if let Some(text) = item(line) {
                let depth = line.len() - line.trim_start().len();
                Block::Item { depth, text: self.joined(text) }
            } else {
                Block::Paragraph(self.joined(line.trim()))
            });
        }
    }
}

impl<'p, I: Iterator<Item = &'p str>> Blocks<'p, I> {
    /// `first` and the lines that go on from it.
    fn joined(&mut self, first: &str) -> String {
        let mut text = first.to_owned();
        let goes_on = |it: &&str| {
            !it.trim().is_empty()
                && item(it).is_none()
                && !["```", "|", "## "].iter().any(|begin| it.starts_with(begin))
        };
        while let Some(line) = self.lines.next_if(goes_on) {
            text.push(' ');
            text.push_str(line.trim());
        }
        text
    }
}

fn item(line: &str) -> Option<&str> {
    line.trim_start().strip_prefix("- ")
}

/// The cells of a row of a table. No page has a bar in one.
fn cells(line: &str) -> Vec<String> {
    line.trim().trim_matches('|').split('|').map(|it| plain(it.trim())).collect()
}

/// What the verdict of an example is called, from the words after its fence.
fn caption(info: &str) -> Option<String> {
    let mut words = info.split_whitespace();
    match (words.nth(1)?, words.next()) {
        ("fails", None) => Some("Fails on the marked lines:".to_owned()),
        ("fails", Some(lines)) if lines.contains(',') => {
            Some(format!("Fails on lines {}:", lines.replace(',', ", ")))
        }
        ("fails", Some(line)) => Some(format!("Fails on line {line}:")),
        ("passes", _) => Some("Passes:".to_owned()),
        ("undecided", _) => Some("Undecided:".to_owned()),
        _ => None,
    }
}

/// A text without emphasis, its links as their texts and targets. Blanks in code do not break lines:
/// they become [`FIXED`].
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for (index, part) in text.split('`').enumerate() {
        if index > 0 {
            plain.push('`');
        }
        if index % 2 == 1 {
            plain.push_str(&part.replace(' ', FIXED));
        } else {
            plain.push_str(&part.replace("**", ""));
        }
    }
    without_links(&plain)
}

/// A blank at which no line is broken.
const FIXED: &str = "\u{a0}";

/// `[text](target)` as `text: target` where there is nothing else, and as `text (target)` in a sentence.
fn without_links(text: &str) -> String {
    let mut rest = text;
    let mut plain = String::with_capacity(text.len());
    while let Some((before, after)) = rest.split_once('[') {
        let link = after.split_once("](").and_then(|(text, after)| {
            let (target, after) = after.split_once(')')?;
            Some((text, target, after))
        });
        let Some((text, target, after)) = link else { break };
        let is_alone = before.is_empty() && plain.is_empty() && after.is_empty();
        let link =
            if is_alone { format!("{text}: {target}") } else { format!("{text} ({target})") };
        plain.push_str(before);
        plain.push_str(&link);
        rest = after;
    }
    plain.push_str(rest);
    plain
}

/// `text` at its blanks, in lines of at most `width` characters or of one word.
fn lines_of(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut length = 0;
    for word in text.split([' ', '\n']).filter(|it| !it.is_empty()) {
        let added = word.chars().count();
        match lines.last_mut() {
            Some(line) if length + 1 + added <= width => {
                line.push(' ');
                line.push_str(word);
                length += 1 + added;
            }
            _ => {
                lines.push(word.to_owned());
                length = added;
            }
        }
    }
    lines.iter().map(|it| it.replace(FIXED, " ")).collect()
}

/// Blanks between columns.
const GAP: usize = 2;

fn write_table(
    rows: &[Vec<String>],
    width: usize,
    is_coloured: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let most = |column: usize, measure: fn(&str) -> usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|it| measure(it)).max().unwrap_or_default()
    };
    let mut widths: Vec<usize> =
        (0..columns).map(|column| most(column, |it| it.chars().count())).collect();
    // What cannot be broken is not.
    let longest_words: Vec<usize> = (0..columns).map(|column| most(column, longest_word)).collect();
    let available = width.saturating_sub(INDENT + GAP * columns.saturating_sub(1));
    if longest_words.iter().sum::<usize>() > available {
        return write_rows(rows, width, out);
    }
    // The widest gives way.
    while widths.iter().sum::<usize>() > available {
        let breakable = widths.iter_mut().zip(&longest_words).filter(|(it, word)| **it > **word);
        let Some((widest, _)) = breakable.max() else { break };
        *widest -= 1;
    }
    let heading = colour::heading(is_coloured);
    for (index, row) in rows.iter().enumerate() {
        let cells: Vec<Vec<String>> =
            row.iter().zip(&widths).map(|(cell, width)| lines_of(cell, *width)).collect();
        let height = cells.iter().map(Vec::len).max().unwrap_or_default();
        for line in 0..height {
            let mut text = String::new();
            for (cell, width) in cells.iter().zip(&widths) {
                let part = cell.get(line).map_or("", String::as_str);
                text.push_str(part);
                let missing = (width + GAP).saturating_sub(part.chars().count());
                text.extend(repeat_n(' ', missing));
            }
            let text = text.trim_end();
            match index {
                0 => writeln!(out, "{:INDENT$}{heading}{text}{heading:#}", "")?,
                _ => writeln!(out, "{:INDENT$}{text}", "")?,
            }
        }
    }
    Ok(())
}

/// Writes a table that is wider than the terminal: each row as its first cell, and below it the
/// others by the names of their columns.
fn write_rows(rows: &[Vec<String>], width: usize, out: &mut dyn Write) -> io::Result<()> {
    let Some((head, rows)) = rows.split_first() else { return Ok(()) };
    let indent = " ".repeat(INDENT);
    for row in rows {
        for (index, (name, cell)) in head.iter().zip(row).enumerate() {
            if index == 0 {
                wrapped(&indent, cell, INDENT, width, out)?;
            } else {
                let first = " ".repeat(INDENT + CODE_INDENT);
                wrapped(&first, &format!("{name}: {cell}"), first.len() + 2, width, out)?;
            }
        }
    }
    Ok(())
}

fn longest_word(text: &str) -> usize {
    text.split(' ').map(|it| it.chars().count()).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `page` in lines of 40 characters.
    #[track_caller]
    fn check(page: &str, expected: &str) {
        let mut out = Vec::new();
        write(page, 40, false, &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn paragraphs_are_filled_anew() {
        check(
            "# a-rule\n\nA bucket is **open**,\nand everybody who comes along may read it.\n\n## Why\n\nShort.\n",
            "\n  A bucket is open, and everybody who\n  comes along may read it.\n\nWhy\n\n  Short.\n",
        );
    }

    #[test]
    fn items_stand_close_and_hang() {
        check(
            "- one that is so long that it has to be\n  broken\n  - another one inside\n- two\n\nAfter.\n",
            "\n  - one that is so long that it has to\n    be broken\n    - another one inside\n  - two\n\n  After.\n",
        );
    }

    #[test]
    fn code_is_left_alone_and_said_to_fail_or_pass() {
        check(
            "```yaml fails\nA: b # finding\n\n  C: d\n```\n\n```json fails 1,3\n{}\n```\n\n```yaml\n- x\n```\n",
            "\n  Fails on the marked lines:\n\n      A: b # finding\n\n        C: d\n\
             \n  Fails on lines 1, 3:\n\n      {}\n\
             \n      - x\n",
        );
    }

    #[test]
    fn links_show_where_they_lead_and_code_is_kept_together() {
        check(
            "- [A page](https://example.com/a/long/way)\n\nIt is said [there](https://example.com) by `a b c d e f g`.\n",
            "\n  - A page:\n    https://example.com/a/long/way\n\n  It is said there (https://example.com)\n  by `a b c d e f g`.\n",
        );
    }

    #[test]
    fn tables_are_aligned_and_their_widest_columns_broken() {
        check(
            "| type | left out |\n|---|---|\n| `A` | encrypted under a key that AWS owns, since March |\n| `BC` | off |\n",
            "\n  type  left out\n  `A`   encrypted under a key that AWS\n        owns, since March\n  `BC`  off\n",
        );
    }

    #[test]
    fn tables_wider_than_the_terminal_are_told_row_by_row() {
        check(
            "| policy | id | sends it |\n|---|---|---|\n| `a-policy-of-aws` | `012345678901234567890123` | yes |\n| B | `1` | no |\n",
            "\n  `a-policy-of-aws`\n      id: `012345678901234567890123`\n      sends it: yes\n\
             \x20 B\n      id: `1`\n      sends it: no\n",
        );
    }

    #[test]
    fn no_width_is_too_small() {
        let mut out = Vec::new();
        write("A b.\n\n| a | b |\n|---|---|\n| c | d |\n", 0, false, &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "\n  A\n  b.\n\n  c\n      b:\n        d\n");
    }
}
