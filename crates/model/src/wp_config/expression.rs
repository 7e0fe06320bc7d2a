//! What an expression comes to: a literal, flags, the environment, or something only a running PHP
//! knows.

use std::fmt;
use std::ops::Range;

use super::lexer::{Text, Token, TokenKind};
use super::text;

/// Expressions inside one another that are read; deeper ones are open.
const DEPTH: usize = 32;

/// Literals of one variable that are followed.
const MAX_ASSIGNED: usize = 4;

/// Functions that read the environment: the first argument names the variable, and in all but
/// `getenv` the second one is taken when it is not set.
const ENVIRONMENT: &[&str] = &["apache_getenv", "env", "getenv", "getenv_docker"];

/// Functions that give their first argument back, cleaned or converted.
const TRANSPARENT: &[&str] = &["chop", "ltrim", "rtrim", "strval", "trim"];

/// An expression and what it comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expression {
    /// Where it stands: bytes of the text, quotes included.
    pub range: Range<usize>,
    /// What it comes to.
    pub value: Value,
    /// Literals it may come to instead: the second argument of `getenv_docker`, what stands behind
    /// `?:` and `??`, the branches of a condition; also what a variable is set to before.
    pub fallbacks: Vec<Fallback>,
    /// The text it begins with, where only the rest is known to a running PHP: `'https://' . $host`.
    pub beginning: Option<Literal>,
}

/// What an expression comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// It stands there.
    Literal(Literal),
    /// Constants of PHP and numbers, put together bit by bit.
    Flags(Flags),
    /// A variable of the environment: the name, where it is a literal.
    Environment(Option<Box<str>>),
    /// Only a running PHP knows.
    Unknown,
}

/// A literal of PHP.
#[derive(Clone, PartialEq, Eq)]
pub enum Literal {
    /// A string, escapes and concatenations resolved.
    Text(Box<str>),
    /// A whole number.
    Integer(i64),
    /// `true`, `false`
    Boolean(bool),
    /// `null`
    Null,
}

/// A literal that takes the place of a value that is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fallback {
    /// Where it stands: bytes of the text, quotes included.
    pub range: Range<usize>,
    /// What it is.
    pub literal: Literal,
}

/// Constants and numbers joined by `|`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// The constants, as written.
    pub names: Vec<Box<str>>,
    /// The numbers among them, bit by bit.
    pub bits: i64,
}

impl Flags {
    /// Whether the constant `name` is among them, by name or by its value `bit`.
    pub fn has(&self, name: &str, bit: i64) -> bool {
        self.names.iter().any(|it| **it == *name) || self.bits & bit == bit
    }
}

impl Literal {
    /// The string, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Integer(_) | Self::Boolean(_) | Self::Null => None,
        }
    }

    /// The literal as PHP puts it into a string.
    fn to_text(&self) -> String {
        match self {
            Self::Text(text) => text.to_string(),
            Self::Integer(number) => number.to_string(),
            Self::Boolean(true) => "1".to_owned(),
            Self::Boolean(false) | Self::Null => String::new(),
        }
    }

    /// Whether PHP takes it for true.
    ///
    /// <https://www.php.net/manual/en/language.types.boolean.php>
    pub fn is_truthy(&self) -> bool {
        match self {
            Self::Text(text) => !matches!(&**text, "" | "0"),
            Self::Integer(number) => *number != 0,
            Self::Boolean(boolean) => *boolean,
            Self::Null => false,
        }
    }
}

impl fmt::Debug for Literal {
    /// The kind only: the text may be a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text(_) => "Text",
            Self::Integer(_) => "Integer",
            Self::Boolean(_) => "Boolean",
            Self::Null => "Null",
        })
    }
}

impl Expression {
    fn new(range: Range<usize>, value: Value) -> Self {
        Self { range, value, fallbacks: Vec::new(), beginning: None }
    }

    /// The literal it is, if it is nothing else.
    pub fn literal(&self) -> Option<&Literal> {
        match &self.value {
            Value::Literal(literal) => Some(literal),
            Value::Flags(_) | Value::Environment(_) | Value::Unknown => None,
        }
    }

    /// Its literals as fallbacks of something around it.
    fn into_fallbacks(self) -> Vec<Fallback> {
        let mut fallbacks = self.fallbacks;
        if let Value::Literal(literal) = self.value {
            fallbacks.push(Fallback { range: self.range, literal });
        }
        fallbacks
    }
}

/// The tokens of a text, and what constants defined in it stand for.
pub(super) struct Parser<'t> {
    pub(super) source: &'t str,
    pub(super) tokens: &'t [Token],
    /// For each opening bracket, the index of the closing one.
    pub(super) partners: &'t [Option<usize>],
    /// The value of a constant defined so far.
    pub(super) lookup: &'t dyn Fn(&str) -> Option<Literal>,
    /// Literals that variables are set to before, each with its variable.
    pub(super) assigned: &'t [(&'t str, Fallback)],
    pub(super) at: usize,
}

impl<'t> Parser<'t> {
    /// The expression at this place, up to a comma, a semicolon or a closing bracket; the parser then
    /// stands there. What cannot be read is [`Value::Unknown`], and its end is found all the same.
    pub(super) fn expression(&mut self) -> Expression {
        let start = self.at;
        let read = self.ternary(0).filter(|_| self.is_delimiter(self.at));
        if read.is_none() {
            self.at = start;
        }
        while !self.is_delimiter(self.at) {
            self.at = self.partner(self.at).unwrap_or(self.at) + 1;
        }
        let range = self.range(start);
        match read {
            Some(expression) => Expression { range, ..expression },
            None => Expression::new(range, Value::Unknown),
        }
    }

    fn token(&self, at: usize) -> Option<&'t Token> {
        self.tokens.get(at)
    }

    pub(super) fn text(&self, at: usize) -> &'t str {
        self.token(at).and_then(|it| self.source.get(it.range.clone())).unwrap_or_default()
    }

    pub(super) fn is_symbol(&self, at: usize, symbol: &str) -> bool {
        self.token(at).is_some_and(|it| it.kind == TokenKind::Symbol) && self.text(at) == symbol
    }

    fn partner(&self, at: usize) -> Option<usize> {
        self.partners.get(at).copied().flatten()
    }

    fn is_delimiter(&self, at: usize) -> bool {
        match self.token(at).map(|it| &it.kind) {
            None | Some(TokenKind::End) => true,
            Some(TokenKind::Symbol) => matches!(self.text(at), "," | ";" | ")" | "]" | "}"),
            Some(
                TokenKind::Name | TokenKind::Variable | TokenKind::Number | TokenKind::Text(_),
            ) => false,
        }
    }

    /// From the first byte of token `start` to the last byte before this place.
    fn range(&self, start: usize) -> Range<usize> {
        let first = self.token(start).map_or(self.source.len(), |it| it.range.start);
        let last = self.at.checked_sub(1).filter(|it| *it >= start).and_then(|it| self.token(it));
        first..last.map_or(first, |it| it.range.end)
    }

    fn take(&mut self, symbol: &str) -> bool {
        let is_there = self.is_symbol(self.at, symbol);
        self.at += usize::from(is_there);
        is_there
    }

    /// `a ? b : c`, `a ?: c`
    fn ternary(&mut self, depth: usize) -> Option<Expression> {
        let start = self.at;
        let mut condition = self.coalesce(depth)?;
        while self.take("?") {
            let mut fallbacks = Vec::new();
            let value = if self.take(":") {
                fallbacks.append(&mut condition.fallbacks);
                fallbacks.extend(self.coalesce(depth)?.into_fallbacks());
                condition.value
            } else {
                fallbacks.extend(self.ternary(depth + 1)?.into_fallbacks());
                if !self.take(":") {
                    return None;
                }
                fallbacks.extend(self.coalesce(depth)?.into_fallbacks());
                Value::Unknown
            };
            condition = Expression { fallbacks, ..Expression::new(self.range(start), value) };
        }
        Some(condition)
    }

    /// `a ?? b`
    fn coalesce(&mut self, depth: usize) -> Option<Expression> {
        let start = self.at;
        let mut first = self.binary(depth)?;
        while self.take("??") {
            let second = self.binary(depth)?;
            first.fallbacks.extend(second.into_fallbacks());
            first.range = self.range(start);
        }
        Some(first)
    }

    /// Operands joined by operators, all of one level: what is joined by others than `.`, `|` and `+`
    /// is open anyway.
    fn binary(&mut self, depth: usize) -> Option<Expression> {
        let start = self.at;
        let mut left = self.unary(depth)?;
        loop {
            let operator = match self.token(self.at).map(|it| &it.kind) {
                Some(TokenKind::Symbol) => self.text(self.at),
                Some(TokenKind::Name) => match self.text(self.at).to_ascii_lowercase().as_str() {
                    "and" | "instanceof" | "or" | "xor" => "or",
                    _ => return Some(left),
                },
                _ => return Some(left),
            };
            if !matches!(
                operator,
                "." | "|"
                    | "+"
                    | "-"
                    | "*"
                    | "/"
                    | "%"
                    | "&"
                    | "^"
                    | "&&"
                    | "||"
                    | "=="
                    | "==="
                    | "!="
                    | "!=="
                    | "<"
                    | ">"
                    | "<="
                    | ">="
                    | "<=>"
                    | "<<"
                    | ">>"
                    | "**"
                    | "or"
            ) {
                return Some(left);
            }
            self.at += 1;
            let right = self.unary(depth)?;
            let value = match operator {
                "." => concatenated(&left, &right),
                "|" | "+" => combined(&left.value, &right.value),
                _ => Value::Unknown,
            };
            let beginning = if operator == "." { beginning(left) } else { None };
            left = Expression { beginning, ..Expression::new(self.range(start), value) };
        }
    }

    fn unary(&mut self, depth: usize) -> Option<Expression> {
        if depth > DEPTH {
            return None;
        }
        let start = self.at;
        if self.take("@") {
            return self.unary(depth + 1);
        }
        if self.take("!") {
            let operand = self.unary(depth + 1)?;
            let value = match operand.value {
                Value::Literal(literal) => Value::Literal(Literal::Boolean(!literal.is_truthy())),
                Value::Flags(_) | Value::Environment(_) | Value::Unknown => Value::Unknown,
            };
            return Some(Expression::new(self.range(start), value));
        }
        if self.take("-") {
            let operand = self.unary(depth + 1)?;
            let value = match operand.value {
                Value::Literal(Literal::Integer(number)) => {
                    Value::Literal(Literal::Integer(number.wrapping_neg()))
                }
                Value::Literal(_) | Value::Flags(_) | Value::Environment(_) | Value::Unknown => {
                    Value::Unknown
                }
            };
            return Some(Expression::new(self.range(start), value));
        }
        if self.is_cast() {
            self.at += 3;
            let operand = self.unary(depth + 1)?;
            return Some(Expression { range: self.range(start), ..operand });
        }
        self.primary(depth)
    }

    /// `(string)` and its like.
    fn is_cast(&self) -> bool {
        self.is_symbol(self.at, "(")
            && self.is_symbol(self.at + 2, ")")
            && matches!(
                self.text(self.at + 1).to_ascii_lowercase().as_str(),
                "bool" | "boolean" | "int" | "integer" | "string"
            )
    }

    fn primary(&mut self, depth: usize) -> Option<Expression> {
        let start = self.at;
        let token = self.token(start)?;
        match &token.kind {
            TokenKind::Text(text) => {
                self.at += 1;
                let value = self.string(text);
                let beginning = text::beginning(self.source, text).filter(|_| text.has_variables);
                let beginning = beginning.map(|it| Literal::Text(it.into()));
                Some(Expression { beginning, ..Expression::new(token.range.clone(), value) })
            }
            TokenKind::Number => {
                self.at += 1;
                let is_fraction = self.is_symbol(self.at, ".") && self.follows_closely(self.at);
                let number = integer(self.text(start)).filter(|_| !is_fraction);
                let value =
                    number.map_or(Value::Unknown, |it| Value::Literal(Literal::Integer(it)));
                Some(Expression::new(token.range.clone(), value))
            }
            TokenKind::Variable => {
                self.at += 1;
                let key = self.subscripts();
                let value = match (self.text(start), key) {
                    ("$_ENV" | "$_SERVER", Some(name)) => Value::Environment(Some(name)),
                    _ => Value::Unknown,
                };
                let is_bare = self.at == start + 1;
                let fallbacks = if is_bare { self.assigned(self.text(start)) } else { Vec::new() };
                Some(Expression { fallbacks, ..Expression::new(self.range(start), value) })
            }
            TokenKind::Name => self.named(depth),
            TokenKind::Symbol => match self.text(start) {
                "(" => {
                    self.at += 1;
                    let inner = self.ternary(depth + 1)?;
                    if !self.take(")") {
                        return None;
                    }
                    self.subscripts();
                    Some(Expression { range: self.range(start), ..inner })
                }
                "[" => {
                    self.at = self.partner(start)? + 1;
                    self.subscripts();
                    Some(Expression::new(self.range(start), Value::Unknown))
                }
                _ => None,
            },
            TokenKind::End => None,
        }
    }

    fn assigned(&self, variable: &str) -> Vec<Fallback> {
        let own = self.assigned.iter().filter(|it| it.0 == variable).take(MAX_ASSIGNED);
        own.map(|it| it.1.clone()).collect()
    }

    fn string(&self, text: &Text) -> Value {
        if text.has_variables {
            return Value::Unknown;
        }
        Value::Literal(Literal::Text(text::value(self.source, text).into()))
    }

    /// Whether token `at` follows the one before without white space.
    fn follows_closely(&self, at: usize) -> bool {
        let before = at.checked_sub(1).and_then(|it| self.token(it));
        matches!((before, self.token(at)), (Some(before), Some(it)) if before.range.end == it.range.start)
    }

    /// Passes over `['key']`, `->name`, `::name` and calls behind a value; gives the key if there is
    /// one literal key and nothing else.
    fn subscripts(&mut self) -> Option<Box<str>> {
        let mut key = None;
        let mut count = 0;
        loop {
            let start = self.at;
            if self.is_symbol(start, "[")
                || self.is_symbol(start, "(")
                || self.is_symbol(start, "{")
            {
                let end = self.partner(start)?;
                if let Some(TokenKind::Text(text)) = self.token(start + 1).map(|it| &it.kind)
                    && end == start + 2
                    && !text.has_variables
                {
                    key = Some(text::value(self.source, text).into());
                }
                self.at = end + 1;
            } else if self.is_symbol(start, "->")
                || self.is_symbol(start, "?->")
                || self.is_symbol(start, "::")
            {
                self.at += 2;
            } else {
                return key.filter(|_| count == 1);
            }
            count += 1;
        }
    }

    /// A constant, a call, or a keyword.
    fn named(&mut self, depth: usize) -> Option<Expression> {
        let start = self.at;
        let written = self.text(start);
        self.at += 1;
        if self.is_symbol(self.at, "(") {
            let function = written.trim_start_matches('\\').to_ascii_lowercase();
            let end = self.partner(self.at)?;
            let (value, fallbacks) =
                self.call(&function, depth).unwrap_or((Value::Unknown, Vec::new()));
            self.at = end + 1;
            let is_all = self.subscripts_follow();
            let value = if is_all { Value::Unknown } else { value };
            return Some(Expression { fallbacks, ..Expression::new(self.range(start), value) });
        }
        if self.subscripts_follow() {
            return Some(Expression::new(self.range(start), Value::Unknown));
        }
        let name = written.trim_start_matches('\\');
        let value = match name.to_ascii_lowercase().as_str() {
            "true" => Value::Literal(Literal::Boolean(true)),
            "false" => Value::Literal(Literal::Boolean(false)),
            "null" => Value::Literal(Literal::Null),
            // Keywords that begin something longer.
            "array" | "clone" | "fn" | "function" | "include" | "include_once" | "match"
            | "new" | "require" | "require_once" | "static" | "throw" => return None,
            _ => match (self.lookup)(name) {
                Some(literal) => Value::Literal(literal),
                None => Value::Flags(Flags { names: vec![name.into()], bits: 0 }),
            },
        };
        Some(Expression::new(self.range(start), value))
    }

    fn subscripts_follow(&mut self) -> bool {
        let before = self.at;
        self.subscripts();
        self.at > before
    }

    /// What the call whose opening bracket is here gives, and its fallbacks.
    fn call(&mut self, function: &str, depth: usize) -> Option<(Value, Vec<Fallback>)> {
        if function == "base64_decode" {
            self.at += 1;
            let argument = self.ternary(depth + 1)?;
            let decoded = argument.literal()?.as_text().and_then(text::decode_base64);
            return Some((
                Value::Literal(Literal::Text(decoded.unwrap_or_default().into())),
                Vec::new(),
            ));
        }
        if TRANSPARENT.contains(&function) {
            self.at += 1;
            let argument = self.ternary(depth + 1)?;
            return Some((argument.value, argument.fallbacks));
        }
        if !ENVIRONMENT.contains(&function) {
            return None;
        }
        self.at += 1;
        let name = self.ternary(depth + 1)?;
        let name = name.literal().and_then(Literal::as_text).map(Box::from);
        let mut fallbacks = Vec::new();
        if self.take(",") && function != "getenv" {
            fallbacks = self.ternary(depth + 1).map(Expression::into_fallbacks).unwrap_or_default();
        }
        Some((Value::Environment(name), fallbacks))
    }
}

fn concatenated(left: &Expression, right: &Expression) -> Value {
    match (&left.value, &right.value) {
        (Value::Literal(left), Value::Literal(right)) => {
            Value::Literal(Literal::Text((left.to_text() + &right.to_text()).into()))
        }
        _ => Value::Unknown,
    }
}

/// What a concatenation begins with whose left side is `left`.
fn beginning(left: Expression) -> Option<Literal> {
    match left.value {
        Value::Literal(literal) => Some(literal),
        Value::Flags(_) | Value::Environment(_) | Value::Unknown => left.beginning,
    }
}

fn combined(left: &Value, right: &Value) -> Value {
    let flags = |value: &Value| match value {
        Value::Flags(flags) => Some(flags.clone()),
        Value::Literal(Literal::Integer(bits)) => Some(Flags { names: Vec::new(), bits: *bits }),
        Value::Literal(_) | Value::Environment(_) | Value::Unknown => None,
    };
    match (flags(left), flags(right)) {
        (Some(mut left), Some(right)) => {
            left.names.extend(right.names);
            left.bits |= right.bits;
            if left.names.is_empty() {
                Value::Literal(Literal::Integer(left.bits))
            } else {
                Value::Flags(left)
            }
        }
        _ => Value::Unknown,
    }
}

/// A whole number of PHP: `2048`, `0x800`, `0b1`, `0o17`, `017`, `1_000`.
fn integer(text: &str) -> Option<i64> {
    let text = text.replace('_', "").to_ascii_lowercase();
    let (digits, radix) = if let Some(digits) = text.strip_prefix("0x") {
        (digits, 16)
    } else if let Some(digits) = text.strip_prefix("0b") {
        (digits, 2)
    } else if let Some(digits) = text.strip_prefix("0o") {
        (digits, 8)
    } else if text.len() > 1 && text.starts_with('0') {
        (text.as_str(), 8)
    } else {
        (text.as_str(), 10)
    };
    i64::from_str_radix(digits, radix).ok()
}
