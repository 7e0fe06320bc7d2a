//! Bytes to lines and columns, for people.

use std::ops::Range;

use crate::span::offset;

/// Line and column, both from 1; columns in Unicode characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1, in Unicode characters.
    pub column: u32,
}

/// Where the lines of one text start, to find places quickly.
///
/// A line ends with `\n` (and so with `\r\n`); a lone `\r` ends none.
#[derive(Clone, Debug)]
pub struct LineIndex {
    /// Offset of the first byte of each line; there is always a first line.
    starts: Vec<u32>,
    /// Characters before every [`STRIDE`]th byte; empty where each byte is a character.
    characters: Vec<u32>,
    len: u32,
}

/// Bytes between two counts of characters: what a column costs at most to find.
const STRIDE: usize = 1024;

const BYTE_ORDER_MARK: char = '\u{feff}';

impl LineIndex {
    /// Finds the lines of `text`.
    pub fn new(text: &str) -> Self {
        let mut starts = Vec::with_capacity(text.len() / 24 + 1);
        starts.push(0);
        starts.extend(memchr::memchr_iter(b'\n', text.as_bytes()).map(|it| offset(it + 1)));
        let mut characters = Vec::new();
        if !text.is_ascii() {
            let mut count = 0;
            for chunk in text.as_bytes().chunks(STRIDE) {
                characters.push(count);
                count += count_characters(chunk);
            }
        }
        Self { starts, characters, len: offset(text.len()) }
    }

    /// Where byte `offset` of `text` is, for people. `text` is the text the index was made of.
    ///
    /// An offset inside a character counts as the character's start; one past the end, as the end.
    /// A byte order mark at the start of the text is no column.
    pub fn place(&self, text: &str, offset: u32) -> Place {
        let offset = start_of_character(text, offset.min(self.len) as usize);
        let line = self.line(crate::span::offset(offset));
        let start = self.start_of(line) as usize;
        let mut before = self.characters_before(text, offset) - self.characters_before(text, start);
        if line == 1 && offset > 0 && text.starts_with(BYTE_ORDER_MARK) {
            before -= 1;
        }
        Place { line, column: before + 1 }
    }

    /// The line of byte `offset`, from 1; past the end, the last line.
    pub fn line(&self, offset: u32) -> u32 {
        crate::span::offset(self.starts.partition_point(|&start| start <= offset))
    }

    /// The bytes of a line (from 1), with its line end; past the last line, nothing at the end.
    pub fn line_range(&self, line: u32) -> Range<usize> {
        self.start_of(line) as usize..self.start_of(line.saturating_add(1)) as usize
    }

    /// The number of lines; a line end at the end of the text is followed by an empty line.
    pub fn line_count(&self) -> u32 {
        offset(self.starts.len())
    }

    fn start_of(&self, line: u32) -> u32 {
        let index = line.saturating_sub(1) as usize;
        self.starts.get(index).copied().unwrap_or(self.len)
    }

    fn characters_before(&self, text: &str, offset: usize) -> u32 {
        let stride = offset / STRIDE;
        match self.characters.get(stride) {
            Some(&count) => {
                let rest = text.as_bytes().get(stride * STRIDE..offset).unwrap_or_default();
                count + count_characters(rest)
            }
            None if self.characters.is_empty() => crate::span::offset(offset),
            // The offset is the end of the text, and that a multiple of the stride.
            None => {
                let last = self.characters.len() - 1;
                let count = self.characters.last().copied().unwrap_or(0);
                let rest = text.as_bytes().get(last * STRIDE..offset).unwrap_or_default();
                count + count_characters(rest)
            }
        }
    }
}

/// The characters that start in `bytes`, a piece of UTF-8.
fn count_characters(bytes: &[u8]) -> u32 {
    let is_start = |byte: &&u8| (**byte & 0xc0) != 0x80;
    offset(bytes.iter().filter(is_start).count())
}

/// The nearest start of a character at or before `offset`.
fn start_of_character(text: &str, mut offset: usize) -> usize {
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}
