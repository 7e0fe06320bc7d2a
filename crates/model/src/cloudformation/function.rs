//! The intrinsic functions that compute something: what each gives with partial knowledge.

use std::borrow::Cow;

use stackseal_syntax::{Kind, Node, Span};

use super::intrinsic::{Argument, literal, word};
use super::map::List;
use super::scope::Scope;
use super::sub::{self, Piece};
use super::text::into_parts;
use super::value::{Data, Part, Reference, Value};
use super::world::{Choice, ChoiceOf};
use crate::setting::{Provenance, Reason, Setting, Site};

/// Imports followed from template to template in a row.
const MAX_IMPORT_CHAIN: u8 = 8;
/// Distinct values of a mapping that are looked at one by one.
const MAX_ALTERNATIVES: usize = 8;

/// Attributes that a reference inside a `Fn::Sub` text is kept for; others are unknown text.
const ATTRIBUTES: &[&str] = &[
    "Arn",
    "KeyId",
    "Id",
    "SecretArn",
    "MasterUserSecret.SecretArn",
    "WebsiteURL",
    "DomainName",
    "RegionalDomainName",
    "DNSName",
    "LoadBalancerArn",
    "ListenerArn",
    "TargetGroupArn",
    "TopicArn",
    "QueueArn",
    "PolicyArn",
    "RoleId",
    "RepositoryUri",
    "Endpoint.Address",
    "Endpoint.Port",
    "DBInstanceArn",
    "DBClusterArn",
    "TableArn",
    "StreamArn",
    "UserName",
];

impl<'r> Scope<'r> {
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-getatt.html>
    pub(super) fn attribute(&self, argument: Argument<'r>, span: Span) -> Value<'r> {
        let mut items = argument.items();
        let (id, attribute) = match argument.text() {
            Some(text) => match text.split_once('.') {
                Some((id, attribute)) => (Some(id), Some(attribute)),
                None => (Some(text), None),
            },
            None => (items.next().and_then(word), items.next().and_then(word)),
        };
        let Some(id) = id else {
            return Value::unknown_at(Reason::Malformed("`Fn::GetAtt` takes a name"), span);
        };
        let id = match &self.bindings {
            Some(bindings) if id.contains('{') => self.template.id_of(&bindings.replace(id)),
            _ => self.template.id_of(id),
        };
        match (id, attribute) {
            (Some(id), Some(attribute)) => {
                let reference =
                    Reference { template: self.template, id, attribute: Some(attribute) };
                Value::at(Data::Reference(reference), span)
            }
            _ => Value::unknown_at(Reason::Attribute(Cow::Borrowed("Fn::GetAtt")), span),
        }
    }

    pub(super) fn sub(&self, argument: Argument<'r>, span: Span) -> Value<'r> {
        let mut items = argument.items();
        let (text, variables) = match argument.text() {
            Some(text) => (Some(text), None),
            None => (items.next().and_then(word), items.next().and_then(literal)),
        };
        let Some(text) = text else {
            return Value::unknown_at(Reason::Malformed("`Fn::Sub` takes a text"), span);
        };
        if variables.is_none() && !text.contains("${") {
            return Value::literal(Cow::Borrowed(text), false, span);
        }
        self.filled(text, variables, span)
    }

    /// The text of a `Fn::Sub`, its holes filled.
    pub(super) fn filled(
        &self,
        text: &'r str,
        variables: Option<Node<'r>>,
        span: Span,
    ) -> Value<'r> {
        let is_own = |name: &&str| variables.is_none_or(|it| it.get(name).is_none());
        let hole = sub::only_hole(text).filter(is_own);
        // A single attribute is what `Fn::GetAtt` gives, whichever it is.
        if let Some((id, attribute)) = hole.and_then(|it| it.split_once('.'))
            && self.bindings.is_none()
            && let Some(id) = self.template.id_of(id)
        {
            let attribute = Some(attribute);
            let reference = Reference { template: self.template, id, attribute };
            return Value::at(Data::Reference(reference), span);
        }
        let mut value = Value::text_of(self.sub_parts(text, variables), span);
        // A text that is a single parameter keeps saying which one.
        if let Some(parameter) = hole.and_then(|it| self.template.parameter(it)) {
            value.parameter = Some(parameter);
            value.site.source = self.parameter(parameter, span).site.source;
        }
        value
    }

    fn sub_parts(&self, text: &'r str, variables: Option<Node<'r>>) -> Vec<Part<'r>> {
        let replaced = match &self.bindings {
            Some(bindings) if text.contains('{') => Cow::Owned(bindings.replace(text)),
            _ => Cow::Borrowed(text),
        };
        let mut given: Vec<(&str, Vec<Part<'r>>)> = Vec::new();
        let mut parts: Vec<Part<'r>> = Vec::new();
        let mut push = |piece: Piece<'_>, literal: Option<&'r str>| match piece {
            Piece::Text(text) => {
                parts.push(Part::Text(
                    literal.map_or_else(|| Cow::Owned(text.to_owned()), Cow::Borrowed),
                ));
            }
            Piece::Hole(name) => {
                if let Some(entry) = variables.and_then(|it| it.entry(name)) {
                    let key = entry.key.text().unwrap_or_default();
                    if !given.iter().any(|it| it.0 == key) {
                        let value = self.evaluate(entry.value, entry.key.span());
                        given.push((key, into_parts(value)));
                    }
                    parts.extend(
                        given
                            .iter()
                            .find(|it| it.0 == key)
                            .into_iter()
                            .flat_map(|it| it.1.iter().cloned()),
                    );
                } else {
                    parts.extend(into_parts(self.hole(name)));
                }
            }
        };
        match &replaced {
            Cow::Borrowed(text) => sub::parts(text).for_each(|it| match it {
                Piece::Text(text) => push(it, Some(text)),
                Piece::Hole(_) => push(it, None),
            }),
            Cow::Owned(text) => sub::parts(text).for_each(|it| push(it, None)),
        }
        parts
    }

    /// `${Name}` or `${Id.Attribute}`.
    fn hole(&self, name: &str) -> Value<'r> {
        let span = Span::start_of(self.template.file());
        let unknown = || Value::unknown_at(Reason::Attribute(Cow::Owned(name.to_owned())), span);
        if let Some(parameter) = self.template.parameter(name) {
            return self.parameter(parameter, span);
        }
        if name.starts_with("AWS::") {
            return match self.template.deployment().pseudo(name) {
                Some(value) => Value::literal(Cow::Borrowed(value), false, span),
                None => {
                    Value::unknown_at(Reason::PseudoParameter(Cow::Owned(name.to_owned())), span)
                }
            };
        }
        let (id, attribute) = match name.split_once('.') {
            Some((id, attribute)) => (id, Some(attribute)),
            None => (name, None),
        };
        let Some(id) = self.template.id_of(id) else { return unknown() };
        let attribute = match attribute {
            None => None,
            // The attributes views ask about, under a name that outlives this text.
            Some(attribute) => match ATTRIBUTES.iter().find(|it| **it == attribute) {
                Some(known) => Some(*known),
                None => return unknown(),
            },
        };
        Value::at(Data::Reference(Reference { template: self.template, id, attribute }), span)
    }

    pub(super) fn branch(&self, argument: Argument<'r>, key: Span, span: Span) -> Value<'r> {
        let Some([condition, yes, no]) = arguments(argument) else {
            return Value::unknown_at(
                Reason::Malformed("`Fn::If` takes a condition and two values"),
                span,
            );
        };
        let Some(name) = word(condition) else {
            return Value::unknown_at(
                Reason::Malformed("`Fn::If` takes the name of a condition"),
                span,
            );
        };
        let replaced =
            self.bindings.as_ref().filter(|_| name.contains('{')).map(|it| it.replace(name));
        match self.decide(replaced.as_deref().unwrap_or(name)) {
            Some(true) => self.evaluate(yes, key),
            Some(false) => self.evaluate(no, key),
            None => Value::unknown_at(Reason::Malformed("the condition does not exist"), span),
        }
    }

    pub(super) fn join(&self, argument: Argument<'r>, span: Span) -> Value<'r> {
        let Some([separator, list]) = arguments(argument) else {
            return Value::unknown_at(
                Reason::Malformed("`Fn::Join` takes a separator and a list"),
                span,
            );
        };
        let separator = word(separator).unwrap_or_default();
        let items = match self.evaluate(list, list.span()).items() {
            Setting::Known(items, _) => items,
            Setting::Absent(_) => Vec::new(),
            Setting::Unknown(unknown) => return Value::unknown_at(unknown.reason, span),
        };
        let mut parts = Vec::new();
        for (position, item) in items.into_iter().enumerate() {
            if position > 0 {
                parts.push(Part::Text(Cow::Borrowed(separator)));
            }
            parts.extend(into_parts(item));
        }
        Value::text_of(parts, span)
    }

    pub(super) fn select(&self, argument: Argument<'r>, span: Span) -> Value<'r> {
        let Some([index, list]) = arguments(argument) else {
            return Value::unknown_at(
                Reason::Malformed("`Fn::Select` takes an index and a list"),
                span,
            );
        };
        let index = match self.evaluate(index, index.span()).text() {
            Setting::Known(text, _) => text.trim().parse::<usize>().ok(),
            Setting::Absent(_) => None,
            Setting::Unknown(unknown) => return Value::unknown_at(unknown.reason, span),
        };
        match (index, self.evaluate(list, list.span()).items()) {
            (Some(index), Setting::Known(items, _)) => match items.into_iter().nth(index) {
                Some(value) => value,
                None => Value::unknown_at(Reason::Malformed("the list has no such element"), span),
            },
            (_, Setting::Unknown(unknown)) => Value::unknown_at(unknown.reason, span),
            (None, _) | (_, Setting::Absent(_)) => {
                Value::unknown_at(Reason::Malformed("`Fn::Select` takes an index and a list"), span)
            }
        }
    }

    pub(super) fn split(&self, argument: Argument<'r>, span: Span) -> Value<'r> {
        let Some([separator, text]) = arguments(argument) else {
            return Value::unknown_at(
                Reason::Malformed("`Fn::Split` takes a separator and a text"),
                span,
            );
        };
        let separator = word(separator).unwrap_or_default();
        let value = self.evaluate(text, text.span());
        let parts = match value.data {
            Data::Scalar(_) | Data::Pattern(_) | Data::Reference(_) => into_parts(value),
            Data::Unknown(reason) => return Value::unknown_at(reason, span),
            Data::Absent | Data::List(_) | Data::Map(_) => {
                return Value::unknown_at(Reason::Malformed("`Fn::Split` takes a text"), span);
            }
        };
        // What is not known may hold the separator: nothing behind it can be counted.
        let mut pieces: Vec<Vec<Part<'r>>> = vec![Vec::new()];
        for part in parts {
            match part {
                Part::Text(text) if !separator.is_empty() => {
                    for (position, piece) in text.split(separator).enumerate() {
                        if position > 0 {
                            pieces.push(Vec::new());
                        }
                        if let Some(last) = pieces.last_mut() {
                            last.push(Part::Text(Cow::Owned(piece.to_owned())));
                        }
                    }
                }
                part => {
                    if let Some(last) = pieces.last_mut() {
                        last.push(part);
                    }
                }
            }
        }
        let has_hole = |piece: &[Part<'r>]| piece.iter().any(|it| !matches!(it, Part::Text(_)));
        let open = pieces.iter().position(|it| has_hole(it)).unwrap_or(pieces.len());
        let values = pieces.into_iter().enumerate().map(|(position, parts)| {
            if position < open {
                Value::text_of(parts, span)
            } else {
                Value::unknown_at(Reason::Pattern, span)
            }
        });
        Value::at(Data::List(List::of(values.collect())), span)
    }

    pub(super) fn find_in_map(&self, argument: Argument<'r>, span: Span) -> Value<'r> {
        let arguments: Vec<Node<'r>> = argument.items().collect();
        let [map, first, second, options @ ..] = arguments.as_slice() else {
            return Value::unknown_at(
                Reason::Malformed("`Fn::FindInMap` takes a map and two keys"),
                span,
            );
        };
        let Setting::Known(map, _) = self.evaluate(*map, map.span()).text() else {
            return Value::unknown_at(Reason::Lookup(Cow::Borrowed("Fn::FindInMap")), span);
        };
        let key = |node: &Node<'r>| self.evaluate(*node, node.span()).text().known();
        let (first, second) = (key(first), key(second));
        let Some(rows) = self.template.mapping(&map) else {
            return Value::unknown_at(Reason::Lookup(map), span);
        };
        let mut found: Vec<Node<'r>> = Vec::new();
        for row in rows.entries() {
            if first.is_some() && row.key.text() != first.as_deref() {
                continue;
            }
            for cell in literal(row.value).into_iter().flat_map(Node::entries) {
                if second.is_none() || cell.key.text() == second.as_deref() {
                    let is_new =
                        |it: &Node<'_>| it.text().is_none() || it.text() != cell.value.text();
                    if found.iter().all(is_new) {
                        found.push(cell.value);
                    }
                }
            }
        }
        let cell = match found.as_slice() {
            [] => {
                let default = options.first().and_then(|it| literal(*it)?.entry("DefaultValue"));
                return match default {
                    Some(entry) => self.evaluate(entry.value, entry.key.span()),
                    None => Value::unknown_at(Reason::Lookup(map), span),
                };
            }
            [only] => *only,
            several if several.len() <= MAX_ALTERNATIVES => {
                let subject = ChoiceOf::Lookup(span.start);
                let choice = Choice { template: self.template.index(), subject };
                let world = &self.replay.world;
                let outcomes: Vec<u32> = (0u32..).take(several.len()).collect();
                let outcome =
                    world.outcome(choice).unwrap_or_else(|| world.fork(choice, &outcomes));
                match several.get(outcome as usize) {
                    Some(cell) => *cell,
                    None => return Value::unknown_at(Reason::Lookup(map), span),
                }
            }
            _ => return Value::unknown_at(Reason::Lookup(map), span),
        };
        if !may_be_mapped(cell) {
            let reason = Reason::Malformed("a mapping holds texts and lists of texts");
            return Value::unknown_at(reason, span);
        }
        let mut value = self.evaluate(cell, span);
        if let Data::List(list) = &value.data {
            // A finding about an element belongs where the list is used.
            let at = |it: Value<'r>| {
                let source = Some(Provenance::Mapping(it.site.span));
                Value { site: Site { span, source }, ..it }
            };
            value.data = Data::List(List::of(list.items().into_iter().map(at).collect()));
        }
        value.site = Site { span, source: Some(Provenance::Mapping(cell.span())) };
        value
    }

    pub(super) fn import(&self, argument: Argument<'r>, span: Span) -> Value<'r> {
        // Exports are known by the names they have by default.
        let by_default = Self { is_by_default: true, ..self.clone() };
        let name = by_default.argument(argument, span).text().known();
        let found = name.as_deref().and_then(|it| self.stacks.export(it));
        match found {
            Some((template, export))
                if self.imports < MAX_IMPORT_CHAIN && self.replay.follows_import() =>
            {
                let scope = Self {
                    imports: self.imports + 1,
                    ..Self::new(template, self.stacks, self.replay)
                };
                let value = scope.evaluate(export, span);
                Value {
                    site: Site { span, source: Some(Provenance::Export(export.span())) },
                    ..value
                }
            }
            _ => Value::unknown_at(Reason::Import(name), span),
        }
    }
}

/// Whether CloudFormation takes `cell` for the value of a mapping: a text or a list of texts. A function
/// may not stand in it, nor then look up the very same cell.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/mappings-section-structure.html>
fn may_be_mapped(cell: Node<'_>) -> bool {
    let is_text = |it: Node<'_>| it.kind() == Kind::Scalar && literal(it).is_some();
    literal(cell).is_some_and(|cell| match cell.kind() {
        Kind::Scalar => true,
        Kind::Sequence => cell.items().all(is_text),
        Kind::Mapping => false,
    })
}

/// The elements of an argument list, not yet evaluated.
fn arguments<'r, const N: usize>(argument: Argument<'r>) -> Option<[Node<'r>; N]> {
    let items: Vec<Node<'r>> = argument.items().collect();
    items.try_into().ok()
}
