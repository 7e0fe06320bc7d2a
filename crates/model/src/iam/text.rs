//! Text with holes, and patterns over it: what can be said of `arn:${AWS::Partition}:iam::…`.

use std::borrow::Cow;
use std::fmt;

use super::answer::Answer;
use crate::cloudformation::{Data, Part, Reference, Resource, Value};
use crate::setting::Reason;

/// Longest text whose holes are looked into; no name or ARN of AWS is longer.
const MAX_LENGTH: usize = 4096;

/// A text of a policy, of which parts may be known only at deployment.
#[derive(Clone)]
pub struct Text<'r> {
    pieces: Vec<Piece<'r>>,
}

/// A part of a text.
#[derive(Clone)]
pub(super) enum Piece<'r> {
    /// Known.
    Literal(Cow<'r, str>),
    /// What `Ref` or `Fn::GetAtt` yields.
    Reference(Reference<'r>),
    /// The name CloudFormation makes up for a resource that is given none: nothing an author writes
    /// is equal to it, save a wildcard.
    Generated(Reference<'r>),
    /// Known only at deployment.
    Unknown(Reason<'r>),
}

/// How a pattern is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// Letter by letter.
    Literal,
    /// `*` for any run of characters, `?` for one.
    Wildcards,
    /// As wildcards, in any case: actions.
    AnyCase,
}

/// What matching looks at: one character, wildcard or hole.
#[derive(Clone, Copy)]
enum Token<'t, 'r> {
    Char(char),
    One,
    Run,
    Hole(&'t Piece<'r>),
}

impl<'r> Text<'r> {
    /// The text of `value`; none for lists, mappings and what is not there.
    pub fn of(value: &Value<'r>) -> Option<Self> {
        let pieces = match &value.data {
            Data::Scalar(scalar) => vec![Piece::Literal(scalar.text.clone())],
            Data::Reference(reference) => vec![Piece::Reference(*reference)],
            Data::Unknown(reason) => vec![Piece::Unknown(reason.clone())],
            Data::Pattern(parts) => parts.iter().map(Piece::of).collect(),
            Data::Absent | Data::List(_) | Data::Map(_) => return None,
        };
        Some(Self { pieces })
    }

    /// The name of `resource`: as `property` gives it, or the one CloudFormation makes up.
    pub fn name_of(resource: &Resource<'r>, property: &str) -> Self {
        Self::of(&resource.at(property)).unwrap_or_else(|| {
            let (template, id) = (resource.template(), resource.id());
            Self { pieces: vec![Piece::Generated(Reference { template, id, attribute: None })] }
        })
    }

    /// A text without holes.
    pub fn literal(text: impl Into<Cow<'r, str>>) -> Self {
        Self { pieces: vec![Piece::Literal(text.into())] }
    }

    /// The pseudo parameter `name`.
    pub(super) fn pseudo_parameter(name: &'static str) -> Self {
        Self { pieces: vec![Piece::Unknown(Reason::PseudoParameter(Cow::Borrowed(name)))] }
    }

    pub(super) fn from_pieces(pieces: Vec<Piece<'r>>) -> Self {
        Self { pieces }
    }

    /// The text, if it has no holes.
    pub fn as_literal(&self) -> Option<Cow<'r, str>> {
        match self.pieces.as_slice() {
            [] => Some(Cow::Borrowed("")),
            [Piece::Literal(text)] => Some(text.clone()),
            pieces => pieces
                .iter()
                .try_fold(String::new(), |mut text, piece| match piece {
                    Piece::Literal(literal) => {
                        text.push_str(literal);
                        Some(text)
                    }
                    Piece::Reference(_) | Piece::Generated(_) | Piece::Unknown(_) => None,
                })
                .map(Cow::Owned),
        }
    }

    /// Whether, as a pattern, it is the one that matches every text.
    pub(super) fn is_everything(&self) -> bool {
        matches!(self.pieces.as_slice(), [Piece::Literal(text)] if text == "*")
    }

    /// The resource, if the text is nothing but a reference to it.
    pub fn as_reference(&self) -> Option<Reference<'r>> {
        match self.pieces.as_slice() {
            [Piece::Reference(reference)] => Some(*reference),
            _ => None,
        }
    }

    /// Why the text is not known, if it is not.
    pub fn reason(&self) -> Option<Reason<'r>> {
        match self.pieces.as_slice() {
            [piece] => piece.reason(),
            pieces => pieces.iter().any(|it| it.reason().is_some()).then_some(Reason::Pattern),
        }
    }

    /// Whether it may turn out to be anything: a parameter, an import. The attribute of a resource is
    /// what it is, though not known.
    pub(super) fn may_be_any(&self) -> bool {
        matches!(self.pieces.as_slice(), [Piece::Unknown(_)])
    }

    /// Whether it is the pseudo parameter `name` and nothing else.
    pub(super) fn is_pseudo_parameter(&self, name: &str) -> bool {
        matches!(self.pieces.as_slice(), [Piece::Unknown(Reason::PseudoParameter(it))] if it == name)
    }

    pub(super) fn pieces(&self) -> &[Piece<'r>] {
        &self.pieces
    }

    /// The known text it begins with.
    pub(super) fn prefix(&self) -> &str {
        match self.pieces.first() {
            Some(Piece::Literal(text)) => text,
            _ => "",
        }
    }

    /// Whether some known part holds `needle`.
    pub(super) fn mentions(&self, needle: char) -> bool {
        self.pieces.iter().any(|it| matches!(it, Piece::Literal(text) if text.contains(needle)))
    }

    /// The parts between the separators, at most `limit` of them: the last one keeps the rest.
    ///
    /// A hole is taken to hold no separator: whoever composes an ARN composes it of its fields.
    pub(super) fn split(&self, separator: char, limit: usize) -> Vec<Self> {
        let mut fields = Vec::new();
        let mut field = Vec::new();
        for piece in &self.pieces {
            let Piece::Literal(text) = piece else {
                field.push(piece.clone());
                continue;
            };
            let mut rest = text.clone();
            while fields.len() + 1 < limit
                && let Some((before, after)) = cut(&rest, separator)
            {
                push_literal(&mut field, before);
                fields.push(Self { pieces: std::mem::take(&mut field) });
                rest = after;
            }
            push_literal(&mut field, rest);
        }
        fields.push(Self { pieces: field });
        fields
    }

    /// What follows the last separator.
    pub(super) fn after_last(&self, separator: char) -> Self {
        let Some(at) = self
            .pieces
            .iter()
            .rposition(|it| matches!(it, Piece::Literal(text) if text.contains(separator)))
        else {
            return self.clone();
        };
        let mut pieces = Vec::new();
        let mut rest = self.pieces.iter().skip(at);
        if let Some(Piece::Literal(text)) = rest.next() {
            let start = text.rfind(separator).map_or(0, |it| it + separator.len_utf8());
            push_literal(&mut pieces, slice(text, start, text.len()));
        }
        pieces.extend(rest.cloned());
        Self { pieces }
    }

    /// The text without `prefix`, if it begins with it.
    pub(super) fn strip_prefix(&self, prefix: &str) -> Option<Self> {
        let (Piece::Literal(text), rest) = self.pieces.split_first()? else { return None };
        text.strip_prefix(prefix)?;
        let mut pieces = Vec::new();
        push_literal(&mut pieces, slice(text, prefix.len(), text.len()));
        pieces.extend(rest.iter().cloned());
        Some(Self { pieces })
    }

    /// Whether it is the same text.
    pub fn equals(&self, other: &Self) -> Answer {
        // Most texts are known, and every principal of a policy is compared with every other one.
        if let ([Piece::Literal(left)], [Piece::Literal(right)]) =
            (self.pieces.as_slice(), other.pieces.as_slice())
        {
            return Answer::from(left == right);
        }
        other.matches(self, Reading::Literal)
    }

    /// Whether `pattern` matches it.
    pub(super) fn matches(&self, pattern: &Self, reading: Reading) -> Answer {
        if reading == Reading::Literal
            && let (Some(left), Some(right)) = (self.as_literal(), pattern.as_literal())
        {
            return Answer::from(left == right);
        }
        let pattern = pattern.tokens(reading);
        let text =
            self.tokens(if reading == Reading::AnyCase { reading } else { Reading::Literal });
        let text: Vec<_> = text.into_iter().map(Token::read_literally).collect();
        if matches_certainly(&pattern, &text) {
            Answer::Yes
        } else if !has_hole(&pattern) && !has_hole(&text) {
            Answer::No
        } else if pattern.len().max(text.len()) > MAX_LENGTH || matches_possibly(&pattern, &text) {
            Answer::Maybe
        } else {
            Answer::No
        }
    }

    fn tokens(&self, reading: Reading) -> Vec<Token<'_, 'r>> {
        let mut tokens = Vec::new();
        for piece in &self.pieces {
            let Piece::Literal(text) = piece else {
                tokens.push(Token::Hole(piece));
                continue;
            };
            tokens.extend(text.chars().map(|it| match (reading, it) {
                (Reading::Wildcards | Reading::AnyCase, '*') => Token::Run,
                (Reading::Wildcards | Reading::AnyCase, '?') => Token::One,
                (Reading::AnyCase, it) => Token::Char(it.to_ascii_lowercase()),
                (Reading::Literal | Reading::Wildcards, it) => Token::Char(it),
            }));
        }
        tokens
    }
}

impl fmt::Display for Text<'_> {
    /// As a template would write it: holes as `${Name}`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pieces.iter().try_for_each(|it| it.fmt(f))
    }
}

impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{self}`")
    }
}

impl<'r> Piece<'r> {
    fn of(part: &Part<'r>) -> Self {
        match part {
            Part::Text(text) => Self::Literal(text.clone()),
            Part::Reference(reference) => Self::Reference(*reference),
            Part::Unknown(reason) => Self::Unknown(reason.clone()),
        }
    }

    /// Why it is not known, if it is not.
    fn reason(&self) -> Option<Reason<'r>> {
        match self {
            Self::Literal(_) => None,
            Self::Reference(reference) | Self::Generated(reference) => Some(reference.reason()),
            Self::Unknown(reason) => Some(reason.clone()),
        }
    }

    /// Whether both certainly stand for the same text.
    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Literal(left), Self::Literal(right)) => left == right,
            (Self::Reference(left), Self::Reference(right)) => {
                left.is_same_resource(right) && left.attribute == right.attribute
            }
            // `Ref` of a resource without a name of its own yields the name made up for it; of a key,
            // the id, which is an attribute as well.
            (Self::Generated(left), Self::Reference(right))
            | (Self::Reference(right), Self::Generated(left)) => {
                left.is_same_resource(right) && matches!(right.attribute, None | Some("KeyId"))
            }
            (Self::Generated(left), Self::Generated(right)) => left.is_same_resource(right),
            (Self::Unknown(left), Self::Unknown(right)) => left == right && left.is_one_value(),
            _ => false,
        }
    }
}

impl fmt::Display for Piece<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Literal(text) => f.write_str(text),
            Self::Reference(reference) | Self::Generated(reference) => match reference.attribute {
                None => write!(f, "${{{}}}", reference.id),
                Some(attribute) => write!(f, "${{{}.{attribute}}}", reference.id),
            },
            Self::Unknown(
                Reason::Parameter(name)
                | Reason::PseudoParameter(name)
                | Reason::Attribute(name)
                | Reason::Import(Some(name)),
            ) => write!(f, "${{{name}}}"),
            Self::Unknown(_) => f.write_str("${…}"),
        }
    }
}

impl Token<'_, '_> {
    /// In a text that is no pattern, wildcards are characters.
    fn read_literally(self) -> Self {
        match self {
            Self::Run => Self::Char('*'),
            Self::One => Self::Char('?'),
            Self::Char(_) | Self::Hole(_) => self,
        }
    }

    /// Whether it may stand for any number of characters.
    fn is_elastic(self) -> bool {
        match self {
            Self::Run => true,
            Self::Hole(piece) => !matches!(piece, Piece::Generated(_)),
            Self::Char(_) | Self::One => false,
        }
    }

    /// Whether `other` may be among what it stands for. Regions, accounts and partitions are words.
    fn swallows(self, other: Self) -> bool {
        match (self, other) {
            (Self::Hole(Piece::Unknown(Reason::PseudoParameter(_))), Self::Char(it)) => {
                it.is_ascii_alphanumeric() || it == '-'
            }
            // No resource goes by the name that was made up for another.
            (Self::Hole(Piece::Reference(_)), Self::Hole(Piece::Generated(_))) => {
                self.is_same(other)
            }
            _ => self.is_elastic(),
        }
    }

    /// Whether both are one and the same character or hole.
    fn is_same(self, other: Self) -> bool {
        match (self, other) {
            (Self::Char(left), Self::Char(right)) => left == right,
            (Self::Hole(left), Self::Hole(right)) => left.is_same(right),
            _ => false,
        }
    }

    /// Whether, as a pattern, it takes exactly `other`.
    fn takes(self, other: Self) -> bool {
        matches!((self, other), (Self::One, Self::Char(_))) || self.is_same(other)
    }
}

fn has_hole(tokens: &[Token<'_, '_>]) -> bool {
    tokens.iter().any(|it| matches!(it, Token::Hole(_)))
}

/// Whether the pattern matches whatever the holes turn out to be.
fn matches_certainly(pattern: &[Token<'_, '_>], text: &[Token<'_, '_>]) -> bool {
    let (mut at, mut position) = (0, 0);
    let mut retry = None;
    loop {
        match (pattern.get(at), text.get(position)) {
            (None, None) => return true,
            (Some(Token::Run), _) => {
                at += 1;
                retry = Some((at, position));
                continue;
            }
            (Some(token), Some(other)) if token.takes(*other) => {
                at += 1;
                position += 1;
                continue;
            }
            _ => (),
        }
        // Let the last run of the pattern swallow one more.
        match retry {
            Some((after_run, start)) if start < text.len() => {
                retry = Some((after_run, start + 1));
                (at, position) = (after_run, start + 1);
            }
            _ => return false,
        }
    }
}

/// Whether the pattern matches for some value of the holes, each taken by itself.
fn matches_possibly(left: &[Token<'_, '_>], right: &[Token<'_, '_>]) -> bool {
    // `row[j]`: what was read of `left` and the first `j` of `right` can be the same text.
    let mut row: Vec<bool> = vec![true];
    for token in right {
        let is_reached = token.is_elastic() && row.last() == Some(&true);
        row.push(is_reached);
    }
    for &token in left {
        let mut next = Vec::with_capacity(row.len());
        next.push(token.is_elastic() && row.first() == Some(&true));
        for (&other, before) in right.iter().zip(row.windows(2)) {
            let &[diagonal, above] = before else { break };
            let beside = next.last() == Some(&true);
            // An elastic token is left out, or swallows what it faces.
            let is_reached = if token.is_elastic() || other.is_elastic() {
                (above && (token.is_elastic() || other.swallows(token)))
                    || (beside && (other.is_elastic() || token.swallows(other)))
            } else {
                diagonal && (token.takes(other) || other.takes(token))
            };
            next.push(is_reached);
        }
        row = next;
    }
    row.last() == Some(&true)
}

fn push_literal<'r>(pieces: &mut Vec<Piece<'r>>, text: Cow<'r, str>) {
    if !text.is_empty() {
        pieces.push(Piece::Literal(text));
    }
}

/// What stands before and behind the first separator.
fn cut<'r>(text: &Cow<'r, str>, separator: char) -> Option<(Cow<'r, str>, Cow<'r, str>)> {
    let at = text.find(separator)?;
    Some((slice(text, 0, at), slice(text, at + separator.len_utf8(), text.len())))
}

/// A part of a text, borrowed where the text is.
fn slice<'r>(text: &Cow<'r, str>, start: usize, end: usize) -> Cow<'r, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.get(start..end).unwrap_or_default()),
        Cow::Owned(text) => Cow::Owned(text.get(start..end).unwrap_or_default().to_owned()),
    }
}
