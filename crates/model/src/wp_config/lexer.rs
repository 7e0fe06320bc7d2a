//! PHP as tokens, no more exactly than settings need.
//!
//! Everything is read somehow: what is open at the end of the text ends there, and bytes that mean
//! nothing are passed over. One pass; nothing is looked at twice.

use std::ops::Range;

/// One token; white space, comments and HTML are none.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) range: Range<usize>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// A word: function, constant, keyword, with its namespace.
    Name,
    /// `$name`, with the dollar.
    Variable,
    /// Digits and what belongs to them.
    Number,
    /// A string of any kind.
    Text(Text),
    /// Brackets, operators, semicolons.
    Symbol,
    /// `?>`, which also ends a statement.
    End,
}

/// How a string is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Text {
    /// What stands between its quotes or markers.
    pub(super) body: Range<usize>,
    pub(super) style: TextStyle,
    /// Variables are put into it.
    pub(super) has_variables: bool,
    /// Blanks that the closing marker of a heredoc takes away from each line.
    pub(super) indent: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TextStyle {
    /// `'…'`
    Single,
    /// `"…"`
    Double,
    /// `<<<NAME`
    Heredoc,
    /// `<<<'NAME'`
    Nowdoc,
}

/// Operators of more than one character that must not be taken for shorter ones; longest first.
const OPERATORS: &[&str] = &[
    "!==", "**=", "...", "<=>", "===", "??=", "?->", "!=", "&&", "**", "*=", "++", "+=", "--",
    "-=", "->", ".=", "::", "<<", "<=", "==", "=>", ">=", ">>", "??", "|=", "||",
];

/// The tokens of `text`: a file, in which PHP stands between tags, or statements without any tag.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut lexer = Lexer { bytes: text.as_bytes(), at: 0, tokens: Vec::new() };
    if find_opening(text.as_bytes(), 0).is_some() {
        lexer.html();
    } else if text.starts_with('\u{feff}') {
        lexer.at = '\u{feff}'.len_utf8();
    }
    lexer.run();
    lexer.tokens
}

/// Where the next `<?php` or `<?=` begins, and where PHP does behind it.
fn find_opening(bytes: &[u8], from: usize) -> Option<(usize, usize)> {
    memchr::memmem::find_iter(bytes.get(from..)?, b"<?").map(|it| from + it).find_map(|at| {
        let rest = bytes.get(at + 2..).unwrap_or_default();
        let is_space = |it: Option<&u8>| it.is_none_or(u8::is_ascii_whitespace);
        if rest.first() == Some(&b'=') {
            Some((at, at + 3))
        } else if rest.get(..3).is_some_and(|it| it.eq_ignore_ascii_case(b"php"))
            && is_space(rest.get(3))
        {
            Some((at, at + 5))
        } else {
            None
        }
    })
}

struct Lexer<'t> {
    bytes: &'t [u8],
    at: usize,
    tokens: Vec<Token>,
}

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn starts_with(&self, text: &str) -> bool {
        self.bytes.get(self.at..).is_some_and(|it| it.starts_with(text.as_bytes()))
    }

    fn push(&mut self, kind: TokenKind, start: usize) {
        self.tokens.push(Token { kind, range: start..self.at });
    }

    /// Passes over HTML, up to the next opening tag.
    fn html(&mut self) {
        self.at = find_opening(self.bytes, self.at).map_or(self.bytes.len(), |it| it.1);
    }

    fn run(&mut self) {
        while self.at < self.bytes.len() {
            let start = self.at;
            match self.peek(0) {
                b'?' if self.peek(1) == b'>' => {
                    self.at += 2;
                    self.push(TokenKind::End, start);
                    self.html();
                }
                b'/' if self.peek(1) == b'/' => self.line_comment(),
                // `#[` begins an attribute.
                b'#' if self.peek(1) != b'[' => self.line_comment(),
                b'/' if self.peek(1) == b'*' => self.block_comment(),
                b'\'' => self.single_quoted(),
                b'"' => self.double_quoted(),
                b'<' if self.starts_with("<<<") && self.heredoc() => (),
                b'$' if is_name_start(self.peek(1)) => {
                    self.at += 1;
                    self.skip_while(is_name_part);
                    self.push(TokenKind::Variable, start);
                }
                b'\\' if is_name_start(self.peek(1)) => self.name(),
                byte if is_name_start(byte) => self.name(),
                b'0'..=b'9' => {
                    self.skip_while(|it| it.is_ascii_alphanumeric() || it == b'_');
                    self.push(TokenKind::Number, start);
                }
                byte if byte.is_ascii_graphic() => {
                    let operator = OPERATORS.iter().find(|it| self.starts_with(it));
                    self.at += operator.map_or(1, |it| it.len());
                    self.push(TokenKind::Symbol, start);
                }
                _ => self.at += 1,
            }
        }
    }

    fn skip_while(&mut self, accepts: impl Fn(u8) -> bool) {
        while self.bytes.get(self.at).is_some_and(|it| accepts(*it)) {
            self.at += 1;
        }
    }

    fn name(&mut self) {
        let start = self.at;
        self.skip_while(|it| is_name_part(it) || it == b'\\');
        self.push(TokenKind::Name, start);
    }

    /// To the end of the line, or of PHP, whichever comes first.
    fn line_comment(&mut self) {
        while self.at < self.bytes.len()
            && !matches!(self.peek(0), b'\n' | b'\r')
            && !(self.peek(0) == b'?' && self.peek(1) == b'>')
        {
            self.at += 1;
        }
    }

    fn block_comment(&mut self) {
        let body = self.bytes.get(self.at + 2..).unwrap_or_default();
        let length = memchr::memmem::find(body, b"*/").map_or(body.len(), |it| it + 2);
        self.at += 2 + length;
    }

    fn text(&mut self, start: usize, text: Text) {
        self.push(TokenKind::Text(text), start);
    }

    fn single_quoted(&mut self) {
        let start = self.at;
        self.at += 1;
        while self.at < self.bytes.len() && self.peek(0) != b'\'' {
            self.at += if self.peek(0) == b'\\' { 2 } else { 1 };
        }
        let body = start + 1..self.at.min(self.bytes.len());
        self.at = (self.at + 1).min(self.bytes.len());
        self.text(start, Text { body, style: TextStyle::Single, has_variables: false, indent: 0 });
    }

    fn double_quoted(&mut self) {
        let start = self.at;
        let mut has_variables = false;
        self.at += 1;
        while self.at < self.bytes.len() && self.peek(0) != b'"' {
            match self.peek(0) {
                b'\\' => self.at += 2,
                b'{' if self.peek(1) == b'$' => {
                    has_variables = true;
                    self.braced();
                }
                byte => {
                    has_variables |=
                        byte == b'$' && (is_name_start(self.peek(1)) || self.peek(1) == b'{');
                    self.at += 1;
                }
            }
        }
        let body = start + 1..self.at.min(self.bytes.len());
        self.at = (self.at + 1).min(self.bytes.len());
        self.text(start, Text { body, style: TextStyle::Double, has_variables, indent: 0 });
    }

    /// `{$name["key"]}` inside a string: its quotes do not end the string.
    fn braced(&mut self) {
        let mut open = 0_usize;
        while self.at < self.bytes.len() {
            match self.peek(0) {
                b'{' => open += 1,
                b'}' => open -= 1,
                // No expression of settings has several lines: the brace was never closed.
                b'\n' => return,
                _ => (),
            }
            self.at += 1;
            if open == 0 {
                return;
            }
        }
    }

    /// A heredoc or nowdoc, if one begins here.
    fn heredoc(&mut self) -> bool {
        let start = self.at;
        let mut at = start + 3;
        let byte = |at: usize| self.bytes.get(at).copied().unwrap_or(0);
        while matches!(byte(at), b' ' | b'\t') {
            at += 1;
        }
        let quote = Some(byte(at)).filter(|it| matches!(it, b'\'' | b'"'));
        at += usize::from(quote.is_some());
        let name = at;
        if !is_name_start(byte(at)) {
            return false;
        }
        while is_name_part(byte(at)) {
            at += 1;
        }
        let marker = self.bytes.get(name..at).unwrap_or_default();
        if quote.is_some_and(|it| byte(at) != it) {
            return false;
        }
        at += usize::from(quote.is_some());
        at += usize::from(byte(at) == b'\r');
        if byte(at) != b'\n' {
            return false;
        }
        let body_start = at + 1;
        let is_nowdoc = quote == Some(b'\'');
        let mut has_variables = false;
        let mut line = body_start;
        let mut body_end = self.bytes.len();
        let mut end = self.bytes.len();
        let mut indent = 0;
        while line < self.bytes.len() {
            let rest = self.bytes.get(line..).unwrap_or_default();
            let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            let content = rest.get(..length).unwrap_or_default();
            let blanks = content.iter().take_while(|it| matches!(it, b' ' | b'\t')).count();
            let after = content.get(blanks..).and_then(|it| it.strip_prefix(marker));
            if after.is_some_and(|it| it.first().is_none_or(|it| !is_name_part(*it))) {
                // The line break before the marker belongs to it.
                body_end = line.saturating_sub(1).max(body_start);
                indent = blanks;
                end = line + blanks + marker.len();
                break;
            }
            has_variables |= !is_nowdoc
                && content.windows(2).any(|it| {
                    matches!(it, [b'$', next] if is_name_start(*next) || *next == b'{')
                        || it == b"{$"
                });
            line += length + 1;
        }
        self.at = end;
        let style = if is_nowdoc { TextStyle::Nowdoc } else { TextStyle::Heredoc };
        self.text(start, Text { body: body_start..body_end, style, has_variables, indent });
        true
    }
}

fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

fn is_name_part(byte: u8) -> bool {
    is_name_start(byte) || byte.is_ascii_digit()
}
