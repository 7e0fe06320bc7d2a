//! Shell text as simple commands and their words, no more exactly than looking for credentials needs.
//!
//! Reads the shells of POSIX well, and PowerShell and `cmd.exe` as far as they look alike. Anything is
//! read somehow: an open quote or parenthesis ends with the text.

use std::ops::Range;

/// Substitutions inside one another that are looked into.
const DEPTH: usize = 8;

/// Bytes of a `${…}`; a longer one is read as if it had no closing brace.
const LONGEST_PARAMETER: usize = 200;

/// A program with its arguments, or assignments alone.
#[derive(Debug, Default)]
pub(super) struct Command {
    /// Where each word stands, quotes included.
    pub(super) words: Vec<Range<usize>>,
    /// Its output does not reach the terminal: it is piped, redirected or substituted.
    pub(super) is_captured: bool,
}

/// The simple commands of `text`, those of substitutions and of quoted scripts too.
pub(super) fn commands(text: &str) -> Vec<Command> {
    let mut commands = Vec::new();
    let mut pending = vec![Pending { range: 0..text.len(), depth: 0, is_captured: false }];
    while let Some(part) = pending.pop() {
        let Range { start, end } = part.range;
        let mut lexer = Lexer { bytes: text.as_bytes(), at: start, end, part, found: Vec::new() };
        lexer.run(&mut commands);
        pending.append(&mut lexer.found);
    }
    commands
}

/// A stretch of text still to be read as commands.
struct Pending {
    range: Range<usize>,
    depth: usize,
    is_captured: bool,
}

struct Lexer<'t> {
    bytes: &'t [u8],
    at: usize,
    end: usize,
    part: Pending,
    found: Vec<Pending>,
}

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> Option<u8> {
        let at = self.at + ahead;
        (at < self.end).then(|| self.bytes.get(at).copied()).flatten()
    }

    fn run(&mut self, commands: &mut Vec<Command>) {
        let mut command = self.command();
        let mut is_target = false;
        let mut delimiters: Vec<Range<usize>> = Vec::new();
        while let Some(byte) = self.peek(0) {
            match byte {
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'\\' if matches!(self.peek(1), Some(b'\n' | b'\r')) => self.at += 2,
                b'#' => self.skip_line(),
                b'>' => {
                    // `>&2` is still the log; only a file takes the output away.
                    command.is_captured |= self.peek(1) != Some(b'&');
                    is_target = true;
                    self.at += if matches!(self.peek(1), Some(b'>' | b'&' | b'|')) { 2 } else { 1 };
                }
                b'<' if self.peek(1) == Some(b'<') && self.peek(2) != Some(b'<') => {
                    self.at += if self.peek(2) == Some(b'-') { 3 } else { 2 };
                    while matches!(self.peek(0), Some(b' ' | b'\t')) {
                        self.at += 1;
                    }
                    delimiters.push(self.delimiter());
                }
                b'<' => {
                    is_target = true;
                    self.at += 1;
                }
                b'&' if self.peek(1) == Some(b'>') => self.at += 1,
                b'|' | b';' | b'&' | b'\n' | b'(' | b')' => {
                    command.is_captured |= byte == b'|' && self.peek(1) != Some(b'|');
                    let next = self.command();
                    commands.push(std::mem::replace(&mut command, next));
                    is_target = false;
                    self.at += if self.peek(1) == Some(byte) && matches!(byte, b'|' | b'&') {
                        2
                    } else {
                        1
                    };
                    if byte == b'\n' {
                        for delimiter in delimiters.drain(..) {
                            self.here_document(delimiter);
                        }
                    }
                }
                _ => {
                    let range = self.word();
                    let is_descriptor = matches!(self.peek(0), Some(b'<' | b'>'))
                        && self
                            .bytes
                            .get(range.clone())
                            .is_some_and(|it| it.iter().all(u8::is_ascii_digit));
                    if !is_target && !is_descriptor {
                        command.words.push(range);
                    }
                    is_target = false;
                }
            }
        }
        commands.push(command);
    }

    /// The word that ends a here-document, its quotes taken off.
    fn delimiter(&mut self) -> Range<usize> {
        let word = self.word();
        let is_quote = |it: Option<&u8>| matches!(it, Some(b'"' | b'\''));
        match self.bytes.get(word.clone()) {
            Some(text) if text.len() > 1 && is_quote(text.first()) && is_quote(text.last()) => {
                word.start + 1..word.end - 1
            }
            _ => word,
        }
    }

    /// The lines up to one that is `delimiter`: text for a file or another program, often settings.
    /// Each is read for itself, since its quotes mean nothing to the shell.
    fn here_document(&mut self, delimiter: Range<usize>) {
        let delimiter = self.bytes.get(delimiter).unwrap_or_default().to_vec();
        while self.at < self.end {
            let start = self.at;
            self.skip_line();
            let line = self.bytes.get(start..self.at).unwrap_or_default();
            let is_end = line.trim_ascii() == delimiter;
            if !is_end {
                self.postpone(start..self.at, true);
            }
            self.at = (self.at + 1).min(self.end);
            if is_end {
                break;
            }
        }
    }

    fn command(&self) -> Command {
        Command { words: Vec::new(), is_captured: self.part.is_captured }
    }

    fn skip_line(&mut self) {
        while self.peek(0).is_some_and(|it| it != b'\n') {
            self.at += 1;
        }
    }

    /// Reads one word; the first byte belongs to it.
    fn word(&mut self) -> Range<usize> {
        let start = self.at;
        while let Some(byte) = self.peek(0) {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' | b';' | b'&' | b'|' | b'<' | b'>' | b'(' | b')' => {
                    break;
                }
                b'\\' => self.at = (self.at + 2).min(self.end),
                b'\'' => self.single_quoted(),
                b'"' => self.double_quoted(),
                b'`' => self.backquoted(),
                b'$' if self.peek(1) == Some(b'(') => self.substitution(),
                b'$' if self.peek(1) == Some(b'{') => self.parameter(),
                _ => self.at += 1,
            }
        }
        if self.at == start {
            self.at += 1;
        }
        start..self.at
    }

    fn single_quoted(&mut self) {
        let start = self.at + 1;
        self.at = self.find(b'\'', start).unwrap_or(self.end);
        self.look_into(start..self.at);
        self.at = (self.at + 1).min(self.end);
    }

    fn double_quoted(&mut self) {
        self.at += 1;
        let start = self.at;
        let postponed = self.found.len();
        while let Some(byte) = self.peek(0) {
            match byte {
                b'"' => break,
                b'\\' => self.at = (self.at + 2).min(self.end),
                b'`' => self.backquoted(),
                b'$' if self.peek(1) == Some(b'(') => self.substitution(),
                _ => self.at += 1,
            }
        }
        // Reading the substitutions twice would double the work with every level.
        if self.found.len() == postponed {
            self.look_into(start..self.at);
        }
        self.at = (self.at + 1).min(self.end);
    }

    /// `${NAME}` and what may follow the name, spaces included.
    fn parameter(&mut self) {
        let window = self.at..self.end.min(self.at + LONGEST_PARAMETER);
        let close = self
            .bytes
            .get(window)
            .and_then(|it| it.iter().position(|it| matches!(it, b'}' | b'\n')));
        self.at += close.unwrap_or(2).max(1);
    }

    /// A pair of backquotes; one alone is the escape of PowerShell.
    fn backquoted(&mut self) {
        let start = self.at + 1;
        match self.find(b'`', start) {
            Some(end) => {
                self.postpone(start..end, true);
                self.at = end + 1;
            }
            None => self.at = start,
        }
    }

    /// `$(…)`, with whatever parentheses stand in it.
    fn substitution(&mut self) {
        self.at += 2;
        let start = self.at;
        let mut open = 1_usize;
        while let Some(byte) = self.peek(0) {
            match byte {
                b'(' => open += 1,
                b')' => open -= 1,
                _ => (),
            }
            if open == 0 {
                break;
            }
            self.at += 1;
        }
        self.postpone(start..self.at, true);
        self.at = (self.at + 1).min(self.end);
    }

    /// Quoted text may be a script (`bash -c '…'`, `ssh host "…"`, lines echoed into a file) if it
    /// has more than one word.
    fn look_into(&mut self, range: Range<usize>) {
        let is_script = self
            .bytes
            .get(range.clone())
            .is_some_and(|it| it.contains(&b'=') && it.contains(&b' ') || it.contains(&b'\n'));
        if is_script {
            self.postpone(range, true);
        }
    }

    fn postpone(&mut self, range: Range<usize>, is_captured: bool) {
        if self.part.depth < DEPTH && !range.is_empty() {
            self.found.push(Pending { range, depth: self.part.depth + 1, is_captured });
        }
    }

    fn find(&self, byte: u8, from: usize) -> Option<usize> {
        self.bytes
            .get(from..self.end)
            .and_then(|it| it.iter().position(|it| *it == byte))
            .map(|it| from + it)
    }
}
