//! The statements of a configuration that matter: definitions, the HTTPS switch, includes.
//!
//! Statements are found wherever they stand. Braces only tell whether one runs always; a brace that
//! is never closed is passed over, so that one missing brace does not cost the rest of the file.

use std::ops::Range;

use super::expression::{Fallback, Literal, Parser, Value};
use super::lexer::{Token, TokenKind, tokens};
use super::{ArrayEntry, Constant, HttpsAssignment, text};

/// What a proxy calls the protocol its client spoke.
const FORWARDED_PROTOCOL: &[&str] =
    &["HTTP_CLOUDFRONT_FORWARDED_PROTO", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_SSL"];

/// Ends of the names of files that define no constants of ours.
const HARMLESS_INCLUDES: &[&str] = &["autoload.php", "wp-settings.php"];

/// Constants and variables from here on are not looked up in expressions: no configuration has so many.
const MAX_LOOKUP: usize = 200;

/// Bytes of a literal that is followed from its variable: no credential is so long, and each use of the
/// variable has a copy.
const MAX_ASSIGNED_LENGTH: usize = 512;

/// Blocks inside one another that are kept track of.
const MAX_BLOCKS: usize = 256;

#[derive(Debug, Default)]
pub(super) struct Statements {
    pub(super) constants: Vec<Constant>,
    pub(super) strings: Vec<Range<usize>>,
    pub(super) entries: Vec<ArrayEntry>,
    pub(super) https: Vec<HttpsAssignment>,
    pub(super) forwarded_protocol: Option<Range<usize>>,
    /// Something tells PHP how the request came, before WordPress is loaded.
    pub(super) sets_protocol: bool,
    /// The statement that loads WordPress.
    pub(super) settings: Option<Range<usize>>,
    pub(super) other_include: Option<Range<usize>>,
}

/// Finds the statements of `text`.
pub(super) fn read(text: &str) -> Statements {
    let tokens = tokens(text);
    let partners = partners(text, &tokens);
    let mut reader = Reader {
        source: text,
        tokens: &tokens,
        partners: &partners,
        at: 0,
        blocks: Vec::new(),
        header: None,
        open_alternatives: 0,
        assigned: Vec::new(),
        found: Statements::default(),
    };
    reader.open_alternatives =
        (0..tokens.len()).filter(|it| ends_alternative(&reader.word(*it))).count();
    reader.run();
    reader.strings();
    reader.found
}

/// For each opening bracket the index of the one that closes it.
fn partners(text: &str, tokens: &[Token]) -> Vec<Option<usize>> {
    let mut partners = vec![None; tokens.len()];
    let mut open: Vec<(usize, &str)> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        if token.kind != TokenKind::Symbol {
            continue;
        }
        let symbol = text.get(token.range.clone()).unwrap_or_default();
        let opening = match symbol {
            "(" | "[" | "{" => {
                open.push((at, symbol));
                continue;
            }
            ")" => "(",
            "]" => "[",
            "}" => "{",
            _ => continue,
        };
        // A parenthesis left open ends with its block at the latest, but closes none.
        while let Some(&(start, it)) = open.last() {
            if it == "{" && opening != "{" {
                break;
            }
            open.pop();
            if it == opening {
                if let Some(partner) = partners.get_mut(start) {
                    *partner = Some(at);
                }
                break;
            }
        }
    }
    partners
}

/// What makes the statements of a block run.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Header {
    /// They always run: a bare block, a namespace, a `try`.
    Always,
    /// `if (!defined('NAME'))`: definitions of that name run as far as it matters.
    Guard(String),
    /// They run sometimes, or later.
    Sometimes,
    /// They are members of a class.
    Class,
}

/// Where a block ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// At the token of this index.
    At(usize),
    /// With the next statement.
    Statement,
    /// At `endif` and its like.
    Word,
}

struct Block {
    header: Header,
    end: End,
}

struct Reader<'t> {
    source: &'t str,
    tokens: &'t [Token],
    partners: &'t [Option<usize>],
    at: usize,
    blocks: Vec<Block>,
    /// What the next brace will belong to.
    header: Option<Header>,
    /// `endif` and its like that are still to come.
    open_alternatives: usize,
    /// Literals that variables are set to.
    assigned: Vec<(&'t str, Fallback)>,
    found: Statements,
}

impl<'t> Reader<'t> {
    fn text(&self, at: usize) -> &'t str {
        self.tokens.get(at).and_then(|it| self.source.get(it.range.clone())).unwrap_or_default()
    }

    fn is_symbol(&self, at: usize, symbol: &str) -> bool {
        self.tokens.get(at).is_some_and(|it| it.kind == TokenKind::Symbol)
            && self.text(at) == symbol
    }

    /// The word at `at` in lower case, without a leading backslash; empty for other tokens.
    fn word(&self, at: usize) -> String {
        match self.tokens.get(at).map(|it| &it.kind) {
            Some(TokenKind::Name) => self.text(at).trim_start_matches('\\').to_ascii_lowercase(),
            _ => String::new(),
        }
    }

    /// The value of the string at `at`.
    fn string(&self, at: usize) -> Option<String> {
        match self.tokens.get(at).map(|it| &it.kind) {
            Some(TokenKind::Text(it)) if !it.has_variables => Some(text::value(self.source, it)),
            _ => None,
        }
    }

    fn partner(&self, at: usize) -> Option<usize> {
        self.partners.get(at).copied().flatten()
    }

    fn run(&mut self) {
        while let Some(token) = self.tokens.get(self.at) {
            let start = self.at;
            match &token.kind {
                TokenKind::Name => self.name(),
                TokenKind::Symbol => self.symbol(),
                TokenKind::End => self.end_of_statement(),
                TokenKind::Text(_) => self.forwarded_protocol(),
                TokenKind::Variable => {
                    self.assignment();
                    self.https();
                }
                TokenKind::Number => (),
            }
            // Every arm that read more than one token stands behind them.
            self.at = self.at.max(start + 1);
        }
    }

    /// Notes every string, and the arrays that hold one behind a key.
    fn strings(&mut self) {
        for (at, token) in self.tokens.iter().enumerate() {
            let TokenKind::Text(text) = &token.kind else { continue };
            self.found.strings.push(text.body.clone());
            let ends = [",", ")", "]"].iter().any(|it| self.is_symbol(at + 3, it));
            if ends
                && self.is_symbol(at + 1, "=>")
                && let Some(key) = self.string(at)
                && let Some(value) = self.string(at + 2)
                && let Some(range) = self.tokens.get(at + 2).map(|it| it.range.clone())
            {
                let literal = Literal::Text(value.into());
                self.found
                    .entries
                    .push(ArrayEntry { key: key.into(), value: Fallback { range, literal } });
            }
        }
    }

    fn symbol(&mut self) {
        match self.text(self.at) {
            "{" => {
                let header = self.header.take().unwrap_or(Header::Always);
                if let Some(end) = self.partner(self.at) {
                    self.push_block(header, End::At(end));
                }
            }
            "}" => {
                let here = End::At(self.at);
                if let Some(index) = self.blocks.iter().rposition(|it| it.end == here) {
                    self.blocks.truncate(index);
                }
                self.header = None;
                self.end_of_single_statements();
            }
            ";" => self.end_of_statement(),
            _ => (),
        }
    }

    fn end_of_statement(&mut self) {
        self.header = None;
        self.end_of_single_statements();
    }

    fn end_of_single_statements(&mut self) {
        while self.blocks.last().is_some_and(|it| it.end == End::Statement) {
            self.blocks.pop();
        }
    }

    fn name(&mut self) {
        let is_member = self
            .at
            .checked_sub(1)
            .is_some_and(|it| ["->", "?->", "::"].iter().any(|symbol| self.is_symbol(it, symbol)));
        if is_member {
            return;
        }
        let word = self.word(self.at);
        match word.as_str() {
            "define" if self.is_symbol(self.at + 1, "(") => self.define(),
            "const" => self.constant(),
            "if" | "elseif" | "for" | "foreach" | "switch" | "while" => self.branch(&word),
            "else" => self.otherwise(),
            "catch" | "fn" | "function" | "match" => self.header = Some(Header::Sometimes),
            "class" | "enum" | "interface" | "trait" => self.header = Some(Header::Class),
            "include" | "include_once" | "require" | "require_once" => self.include(),
            word if ends_alternative(word) => {
                self.open_alternatives = self.open_alternatives.saturating_sub(1);
                if let Some(index) = self.blocks.iter().rposition(|it| it.end == End::Word) {
                    self.blocks.truncate(index);
                }
            }
            _ => (),
        }
    }

    /// `if (…)` and its like: with braces, with a colon, or with one statement.
    fn branch(&mut self, word: &str) {
        let Some(close) = self.partner(self.at + 1).filter(|_| self.is_symbol(self.at + 1, "("))
        else {
            return;
        };
        let header = match (word, self.guarded_name(self.at + 2, close)) {
            ("if", Some(name)) => Header::Guard(name),
            _ => Header::Sometimes,
        };
        if word == "elseif" && self.is_symbol(close + 1, ":") {
            self.end_of_alternative();
        }
        self.find_protocol_in(self.at + 2..close);
        self.at = close + 1;
        self.open(header);
    }

    fn otherwise(&mut self) {
        self.at += 1;
        // `else if` is a branch of its own.
        if self.word(self.at) == "if" {
            self.branch("else if");
            return;
        }
        if self.is_symbol(self.at, ":") {
            self.end_of_alternative();
        }
        self.open(Header::Sometimes);
    }

    /// The part before an `else:` or `elseif (…):` is over.
    fn end_of_alternative(&mut self) {
        if self.blocks.last().is_some_and(|it| it.end == End::Word) {
            self.blocks.pop();
            // Its `endif` belongs to the part that begins here.
            self.open_alternatives += 1;
        }
    }

    fn open(&mut self, header: Header) {
        if self.is_symbol(self.at, "{") {
            self.header = Some(header);
        } else if self.is_symbol(self.at, ":") {
            // Without an end to come, the colon is a mistake.
            if self.open_alternatives > 0 {
                self.open_alternatives -= 1;
                self.push_block(header, End::Word);
            }
            self.at += 1;
        } else {
            self.push_block(header, End::Statement);
        }
    }

    fn push_block(&mut self, header: Header, end: End) {
        if self.blocks.len() < MAX_BLOCKS {
            self.blocks.push(Block { header, end });
        }
    }

    /// The name in `!defined('NAME')`, if the tokens from `start` to `end` are just that.
    fn guarded_name(&self, start: usize, end: usize) -> Option<String> {
        let is_guard = self.is_symbol(start, "!")
            && self.word(start + 1) == "defined"
            && self.is_symbol(start + 2, "(")
            && self.partner(start + 2) == Some(start + 4)
            && start + 5 == end;
        if is_guard { self.string(start + 3) } else { None }
    }

    /// Whether a statement here runs only sometimes, given the constant it defines.
    fn is_conditional(&self, name: Option<&str>) -> bool {
        self.blocks.iter().any(|it| match &it.header {
            Header::Always => false,
            Header::Guard(guarded) => name != Some(guarded),
            Header::Sometimes | Header::Class => true,
        })
    }

    /// Whether what stands before token `at` decides about it: `x && define(…)`, `x ? define(…) : …`.
    /// `defined('NAME') || define('NAME', …)` is the guard once more.
    fn hangs_on_operand(&self, at: usize, name: &str) -> bool {
        let Some(before) = at.checked_sub(1) else { return false };
        match (
            self.text(before).to_ascii_lowercase().as_str(),
            self.tokens.get(before).map(|it| &it.kind),
        ) {
            ("||", Some(TokenKind::Symbol)) | ("or", Some(TokenKind::Name)) => {
                let is_guard = before.checked_sub(4).is_some_and(|start| {
                    self.word(start) == "defined"
                        && self.partner(start + 1) == Some(before - 1)
                        && self.string(start + 2).is_some_and(|it| it == name)
                });
                !is_guard
            }
            ("&&" | "?" | "??", Some(TokenKind::Symbol)) | ("and", Some(TokenKind::Name)) => true,
            _ => false,
        }
    }

    fn expression(&self, at: usize) -> (super::Expression, usize) {
        let known = &self.found.constants;
        let lookup = |name: &str| {
            let constant = known.iter().take(MAX_LOOKUP).find(|it| *it.name == *name)?;
            constant.expression.literal().filter(|_| !constant.is_conditional).cloned()
        };
        let mut parser = Parser {
            source: self.source,
            tokens: self.tokens,
            partners: self.partners,
            lookup: &lookup,
            assigned: &self.assigned,
            at,
        };
        let expression = parser.expression();
        (expression, parser.at)
    }

    /// `define('NAME', expression)`
    fn define(&mut self) {
        let define = self.at;
        let is_declaration = define.checked_sub(1).is_some_and(|it| self.word(it) == "function");
        let name_at = self.behind_label(define + 2);
        let Some(name) =
            self.string(name_at).filter(|_| !is_declaration && self.is_symbol(name_at + 1, ","))
        else {
            return;
        };
        let (expression, end) = self.expression(self.behind_label(name_at + 2));
        self.find_protocol_in(name_at + 1..end);
        let is_conditional =
            self.is_conditional(Some(&name)) || self.hangs_on_operand(define, &name);
        self.found.constants.push(Constant {
            name_range: self.name_range(name_at),
            name: name.into(),
            expression,
            is_conditional,
            is_const: false,
        });
        self.at = end;
    }

    /// Behind the `name:` of a named argument, if there is one.
    fn behind_label(&self, at: usize) -> usize {
        let has_label = !self.word(at).is_empty() && self.is_symbol(at + 1, ":");
        if has_label { at + 2 } else { at }
    }

    /// `const NAME = expression, OTHER = expression;`
    fn constant(&mut self) {
        // A constant of a class is another one.
        if self.blocks.iter().any(|it| it.header == Header::Class) {
            return;
        }
        self.at += 1;
        while self.tokens.get(self.at).is_some_and(|it| it.kind == TokenKind::Name)
            && self.is_symbol(self.at + 1, "=")
        {
            let name_at = self.at;
            let (expression, end) = self.expression(name_at + 2);
            let name = self.text(name_at).to_owned();
            let is_conditional = self.is_conditional(Some(&name));
            self.found.constants.push(Constant {
                name_range: self.name_range(name_at),
                name: name.into(),
                expression,
                is_conditional,
                is_const: true,
            });
            self.at = end;
            if !self.is_symbol(end, ",") {
                break;
            }
            self.at += 1;
        }
    }

    /// Where the name at token `at` stands, without its quotes.
    fn name_range(&self, at: usize) -> Range<usize> {
        self.tokens.get(at).map_or(0..0, |token| match &token.kind {
            TokenKind::Text(it) => it.body.clone(),
            _ => token.range.clone(),
        })
    }

    fn forwarded_protocol(&mut self) {
        self.find_protocol_in(self.at..self.at + 1);
    }

    /// Notes the first string among `tokens` that names the forwarded protocol.
    fn find_protocol_in(&mut self, tokens: Range<usize>) {
        if self.found.forwarded_protocol.is_some() {
            return;
        }
        self.found.forwarded_protocol = tokens
            .filter(|it| {
                self.string(*it).is_some_and(|it| FORWARDED_PROTOCOL.contains(&it.as_str()))
            })
            .find_map(|it| self.tokens.get(it).map(|it| it.range.clone()));
    }

    /// `$name = 'literal';`, a statement that always runs: those of functions and classes are of other
    /// variables. What is set anew is not what it was.
    fn assignment(&mut self) {
        let at = self.at;
        let is_statement = at.checked_sub(1).is_none_or(|before| {
            self.tokens.get(before).is_some_and(|it| it.kind == TokenKind::End)
                || [";", "{", "}"].iter().any(|it| self.is_symbol(before, it))
        });
        if !is_statement || !self.is_symbol(at + 1, "=") || self.is_conditional(None) {
            return;
        }
        let name = self.text(at);
        self.assigned.retain(|it| it.0 != name);
        if self.is_symbol(at + 3, ";")
            && self.assigned.len() < MAX_LOOKUP
            && let Some(range) = self.tokens.get(at + 2).map(|it| it.range.clone())
            && range.len() <= MAX_ASSIGNED_LENGTH
            && let Some(text) = self.string(at + 2)
        {
            let literal = Literal::Text(text.into());
            self.assigned.push((name, Fallback { range, literal }));
        }
    }

    /// `$_SERVER['HTTPS'] = 'on'`, and other values that stand for it.
    fn https(&mut self) {
        let start = self.at;
        let is_assignment = self.text(start) == "$_SERVER"
            && self.is_symbol(start + 1, "[")
            && self.is_symbol(start + 3, "]")
            && self.is_symbol(start + 4, "=");
        let variable = self.string(start + 2).filter(|_| is_assignment);
        // `is_ssl()` looks at these two.
        if !variable.as_deref().is_some_and(|it| matches!(it, "HTTPS" | "SERVER_PORT")) {
            return;
        }
        self.found.sets_protocol |= self.found.settings.is_none();
        if variable.as_deref() != Some("HTTPS") {
            return;
        }
        let (expression, end) = self.expression(start + 5);
        // `is_ssl()` takes `on` in any case, and `1`.
        let is_on = match &expression.value {
            Value::Literal(Literal::Text(it)) => it.eq_ignore_ascii_case("on") || **it == *"1",
            Value::Literal(Literal::Integer(it)) => *it == 1,
            Value::Literal(Literal::Boolean(it)) => *it,
            Value::Literal(Literal::Null)
            | Value::Flags(_)
            | Value::Environment(_)
            | Value::Unknown => false,
        };
        let first = self.tokens.get(start).map_or(0, |it| it.range.start);
        if is_on {
            let is_conditional = self.is_conditional(None) || self.hangs_on_operand(start, "");
            self.found
                .https
                .push(HttpsAssignment { range: first..expression.range.end, is_conditional });
        }
        self.find_protocol_in(start + 5..end);
        self.at = end;
    }

    /// `require 'file.php'` and its like.
    fn include(&mut self) {
        let start = self.at;
        let mut end = start + 1;
        while end < self.tokens.len() && !self.is_symbol(end, ";") {
            if self.tokens.get(end).is_some_and(|it| it.kind == TokenKind::End) {
                break;
            }
            end += 1;
        }
        let last = (start + 1..end).rev().find_map(|it| self.string(it)).unwrap_or_default();
        let first = self.tokens.get(start).map_or(0, |it| it.range.start);
        let range = first..self.tokens.get(end - 1).map_or(first, |it| it.range.end);
        if last.ends_with("wp-settings.php") {
            self.found.settings.get_or_insert(range);
        } else if !HARMLESS_INCLUDES.iter().any(|it| last.ends_with(it)) {
            self.found.other_include.get_or_insert(range);
        }
        self.at = end;
    }
}

fn ends_alternative(word: &str) -> bool {
    matches!(word, "endfor" | "endforeach" | "endif" | "endswitch" | "endwhile")
}
