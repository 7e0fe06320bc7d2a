//! The evaluator: what a node of a template means in one world.

use std::borrow::Cow;
use std::sync::Arc;

use stackseal_syntax::{Kind, Limits, Node, Span, parse_embedded};

use super::foreach::Bindings;
use super::intrinsic::{call, is_standard_tag};
use super::map::{List, Map, first_key};
use super::parameter::Parameter;
use super::sub::{self, Piece};
use super::template::Template;
use super::value::{Data, Part, Reference, Scalar, Value};
use super::world::{Assumption, Choice, ChoiceOf, Replay};
use super::stacks::Stacks;
use crate::setting::{DynamicService, Provenance, Reason, Setting, Site};

/// Bytes a text put together by intrinsics may have; past it, it is unknown.
const MAX_TEXT: usize = 1 << 20;
/// Imports followed from template to template.
const MAX_IMPORTS: u8 = 8;
/// Distinct values of a mapping that are looked at one by one.
const MAX_ALTERNATIVES: usize = 8;

/// What nodes are evaluated in: a template, a world, loop variables.
#[derive(Clone)]
pub struct Scope<'r> {
    pub(super) template: &'r Template<'r>,
    pub(super) stacks: &'r Stacks<'r>,
    pub(super) replay: &'r Replay,
    pub(super) bindings: Option<Arc<Bindings>>,
    /// Inside the text of a `Fn::Sub`, parsed as a document: every scalar is such a text itself.
    pub(super) is_sub_text: bool,
    pub(super) imports: u8,
}

impl<'r> Scope<'r> {
    /// The scope of a template's own level.
    pub fn new(template: &'r Template<'r>, stacks: &'r Stacks<'r>, replay: &'r Replay) -> Self {
        Self { template, stacks, replay, bindings: None, is_sub_text: false, imports: 0 }
    }

    /// The same world, at the level of another template.
    pub fn in_template(&self, template: &'r Template<'r>) -> Self {
        Self { template, bindings: None, is_sub_text: false, ..self.clone() }
    }

    /// The template nodes belong to.
    pub fn template(&self) -> &'r Template<'r> {
        self.template
    }

    /// What `node` means, one level deep. `key` is where something missing under it would go.
    pub fn evaluate(&self, node: Node<'r>, key: Span) -> Value<'r> {
        if let Some((name, argument)) = call(node) {
            return self.intrinsic(name, argument, node, key);
        }
        if let Some(tag) = node.tag()
            && !is_standard_tag(tag)
        {
            return self.unknown(Reason::Macro(Cow::Borrowed(tag)), node.span());
        }
        self.plain(node, key)
    }

    /// A node without regard to its tag.
    fn plain(&self, node: Node<'r>, key: Span) -> Value<'r> {
        match node.kind() {
            Kind::Scalar if node.is_null() => self.value(Data::Absent, node.span()),
            Kind::Scalar => {
                let text = node.text().unwrap_or_default();
                let is_plain = node.style() == stackseal_syntax::Style::Plain;
                let site = node.span();
                if self.is_sub_text {
                    return self.text_of(self.sub_parts(text, None), site);
                }
                match &self.bindings {
                    Some(bindings) if text.contains('{') => {
                        self.literal(Cow::Owned(bindings.replace(text)), is_plain, site)
                    }
                    _ => self.literal(Cow::Borrowed(text), is_plain, site),
                }
            }
            Kind::Sequence => self.value(Data::List(List::new(node, self.clone())), node.span()),
            Kind::Mapping => {
                let map = Map { node: Some(node), base: None, key, opaque: None, scope: self.clone() };
                self.value(Data::Map(map), node.span())
            }
        }
    }

    fn value(&self, data: Data<'r>, span: Span) -> Value<'r> {
        Value { data, site: Site::at(span), parameter: None }
    }

    fn unknown(&self, reason: Reason<'r>, span: Span) -> Value<'r> {
        self.value(Data::Unknown(reason), span)
    }

    /// A known text, dynamic references in it taken for what they are.
    fn literal(&self, text: Cow<'r, str>, is_plain: bool, span: Span) -> Value<'r> {
        if text.contains("{{resolve:") {
            return self.text_of(dynamic_parts(text), span);
        }
        self.value(Data::Scalar(Scalar { text, is_plain }), span)
    }

    /// Parts put together: a text if all of it is known, a reference or an unknown if that is all
    /// there is, else a pattern.
    fn text_of(&self, mut parts: Vec<Part<'r>>, span: Span) -> Value<'r> {
        join_texts(&mut parts);
        if parts.iter().all(|it| matches!(it, Part::Text(_))) {
            let text = match parts.pop() {
                Some(Part::Text(text)) => text,
                _ => Cow::Borrowed(""),
            };
            if text.len() > MAX_TEXT {
                return self.unknown(Reason::Malformed("the text is too long"), span);
            }
            // References written by `Fn::Sub` and `Fn::Join` are whole only now.
            if text.contains("{{resolve:") {
                let parts = dynamic_parts(text);
                return if let [Part::Unknown(reason)] = &parts[..] {
                    self.unknown(reason.clone(), span)
                } else {
                    self.value(Data::Pattern(parts), span)
                };
            }
            return self.value(Data::Scalar(Scalar { text, is_plain: false }), span);
        }
        if parts.len() == 1 {
            return match parts.pop() {
                Some(Part::Reference(reference)) => self.value(Data::Reference(reference), span),
                Some(Part::Unknown(reason)) => self.unknown(reason, span),
                _ => self.value(Data::Absent, span),
            };
        }
        if let Some(service) = whole_dynamic_reference(&parts) {
            return self.unknown(Reason::DynamicReference(service), span);
        }
        if parts.len() > MAX_TEXT / 64 {
            return self.unknown(Reason::Malformed("the text is too long"), span);
        }
        self.value(Data::Pattern(parts), span)
    }

    fn intrinsic(&self, name: &'r str, argument: Node<'r>, at: Node<'r>, key: Span) -> Value<'r> {
        let span = at.span();
        match name {
            "Ref" => match argument.text() {
                Some(name) => self.reference(name, span),
                None => self.unknown(Reason::Malformed("`Ref` takes a name"), span),
            },
            "Fn::GetAtt" => self.attribute(argument, span),
            "Fn::Sub" => self.sub(argument, span),
            "Fn::If" => self.branch(argument, key, span),
            "Fn::Join" => self.join(argument, span),
            "Fn::Select" => self.select(argument, span),
            "Fn::Split" => self.split(argument, span),
            "Fn::FindInMap" => self.find_in_map(argument, span),
            "Fn::ImportValue" => self.import(argument, span),
            // What is encoded is judged as if it were not; a structure written as JSON text as well.
            "Fn::Base64" | "Fn::ToJsonString" => match self.argument(argument, at, key) {
                Value { data: data @ (Data::Scalar(_) | Data::Map(_) | Data::List(_)), site, parameter } => {
                    Value { data, site, parameter }
                }
                other => Value { site: Site::at(span), ..other },
            },
            "Fn::Length" => match self.argument(argument, at, key).items() {
                Setting::Known(items, _) => {
                    let text = Cow::Owned(items.len().to_string());
                    self.value(Data::Scalar(Scalar { text, is_plain: true }), span)
                }
                Setting::Absent(_) | Setting::Unknown(_) => self.unknown(Reason::Pattern, span),
            },
            "Fn::GetAZs" | "Fn::Cidr" => self.unknown(Reason::Attribute(Cow::Borrowed(name)), span),
            "Fn::Transform" => self.unknown(Reason::Macro(Cow::Borrowed("Fn::Transform")), span),
            _ => self.unknown(Reason::Macro(Cow::Borrowed(name)), span),
        }
    }

    /// An argument, evaluated: for a short tag the node itself without its tag.
    fn argument(&self, argument: Node<'r>, at: Node<'r>, key: Span) -> Value<'r> {
        if argument.is_same(at) { self.plain(argument, key) } else { self.evaluate(argument, key) }
    }

    /// The elements of an argument list, not yet evaluated.
    fn arguments<const N: usize>(&self, argument: Node<'r>) -> Option<[Node<'r>; N]> {
        let items: Vec<Node<'r>> = argument.items().collect();
        items.try_into().ok()
    }

    fn reference(&self, name: &'r str, span: Span) -> Value<'r> {
        if let Some(value) = self.bindings.as_ref().and_then(|it| it.value(name)) {
            return self.literal(Cow::Owned(value.to_owned()), true, span);
        }
        let name = match &self.bindings {
            Some(bindings) if name.contains('{') => {
                let replaced = bindings.replace(name);
                match self.template.id_of(&replaced) {
                    Some(id) => id,
                    None => return self.unknown(Reason::Attribute(Cow::Owned(replaced)), span),
                }
            }
            _ => name,
        };
        if name == "AWS::NoValue" {
            return self.value(Data::Absent, span);
        }
        if name.starts_with("AWS::") {
            return match self.template.deployment().pseudo(name) {
                Some(value) => {
                    self.value(Data::Scalar(Scalar { text: Cow::Borrowed(value), is_plain: false }), span)
                }
                None => self.unknown(Reason::PseudoParameter(Cow::Borrowed(name)), span),
            };
        }
        if let Some(parameter) = self.template.parameter(name) {
            return self.parameter(parameter, span);
        }
        match self.template.id_of(name) {
            Some(id) => {
                let reference = Reference { template: self.template, id, attribute: None };
                self.value(Data::Reference(reference), span)
            }
            None => self.unknown(Reason::Attribute(Cow::Borrowed(name)), span),
        }
    }

    /// Given, else the default, else the values allowed, else unknown; whatever it is, it agrees
    /// with the conditions assumed.
    fn parameter(&self, parameter: &'r Parameter<'r>, span: Span) -> Value<'r> {
        let mut value = self.parameter_value(parameter, span);
        value.parameter = Some(parameter);
        value
    }

    fn parameter_value(&self, parameter: &'r Parameter<'r>, span: Span) -> Value<'r> {
        if let Some(given) = &parameter.given {
            if parameter.is_stored_in_ssm() {
                return self.unknown(Reason::Parameter(Cow::Borrowed(parameter.name)), span);
            }
            return self.parameter_text(parameter, Cow::Borrowed(given), span, Provenance::Given(parameter.span));
        }
        let default = parameter.default_text();
        let from_default = |text: Cow<'r, str>| {
            let at = parameter.default.map_or(parameter.span, Node::span);
            self.parameter_text(parameter, text, span, Provenance::Default(at))
        };
        let index = self.template.index();
        let candidates = if self.replay.world.has_facts(index) || self.is_open_choice(parameter) {
            self.candidates(parameter)
        } else {
            None
        };
        let Some((variable, candidates)) = candidates else {
            return match default {
                Some(text) if !self.is_open_choice(parameter) => from_default(text),
                _ => self.allowed(parameter, span),
            };
        };
        let conditions = self.template.conditions();
        let is_default = |it: &u32| default.as_deref().is_some_and(|text| conditions.value(variable, *it) == Some(text));
        let mut candidates = candidates;
        if let Some(position) = candidates.iter().position(is_default) {
            if !self.is_open_choice(parameter) {
                return default.map_or_else(|| self.allowed(parameter, span), from_default);
            }
            candidates.swap(0, position);
        }
        let outcome = match candidates.as_slice() {
            [] => None,
            [only] => Some(*only),
            // Conditions may leave a free parameter a few named values and no other.
            all if self.is_open_choice(parameter) || all.iter().all(|it| conditions.value(variable, *it).is_some()) => {
                let choice = Choice { template: index, subject: ChoiceOf::Parameter(variable) };
                let known = self.replay.world.outcome(choice);
                Some(known.unwrap_or_else(|| self.replay.world.fork(choice, &candidates)))
            }
            _ => None,
        };
        match outcome.and_then(|it| conditions.value(variable, it).map(|text| (it, text))) {
            Some((it, text)) if is_default(&it) => from_default(Cow::Borrowed(text)),
            Some((_, text)) => self.allowed_text(parameter, text, span),
            None => self.unknown(Reason::Parameter(Cow::Borrowed(parameter.name)), span),
        }
    }

    /// Whether the values a parameter allows are looked at one by one: where no default decides, or
    /// where every alternative is asked for.
    fn is_open_choice(&self, parameter: &Parameter<'_>) -> bool {
        !parameter.allowed.is_empty()
            && !parameter.is_stored_in_ssm()
            && (parameter.default.is_none() || self.template.deployment().all_alternatives)
    }

    /// The values conditions leave to a parameter, if they read it.
    fn candidates(&self, parameter: &Parameter<'_>) -> Option<(u32, Vec<u32>)> {
        let conditions = self.template.conditions();
        let variable = conditions.variable(parameter.name)?;
        let facts: Vec<Assumption> = self.replay.world.facts(self.template.index());
        conditions.candidates(variable, &facts).map(|it| (variable, it))
    }

    /// A parameter no condition reads: its allowed values, one world each.
    fn allowed(&self, parameter: &'r Parameter<'r>, span: Span) -> Value<'r> {
        if !self.is_open_choice(parameter) {
            return self.unknown(Reason::Parameter(Cow::Borrowed(parameter.name)), span);
        }
        let texts: Vec<&'r str> = parameter.allowed.iter().filter_map(|it| it.text()).collect();
        if texts.is_empty() || texts.len() > 64 {
            return self.unknown(Reason::Parameter(Cow::Borrowed(parameter.name)), span);
        }
        let choice = Choice {
            template: self.template.index(),
            subject: ChoiceOf::Lookup(parameter.span.start),
        };
        let outcomes: Vec<u32> = (0u32..).take(texts.len()).collect();
        let outcome = match outcomes.len() {
            1 => 0,
            _ => {
                let known = self.replay.world.outcome(choice);
                known.unwrap_or_else(|| self.replay.world.fork(choice, &outcomes))
            }
        };
        let text = texts.get(outcome as usize).copied().unwrap_or_default();
        self.allowed_text(parameter, text, span)
    }

    fn allowed_text(&self, parameter: &'r Parameter<'r>, text: &'r str, span: Span) -> Value<'r> {
        let at = parameter.allowed.iter().find(|it| it.text() == Some(text)).map_or(parameter.span, |it| it.span());
        self.parameter_text(parameter, Cow::Borrowed(text), span, Provenance::AllowedValue(at))
    }

    fn parameter_text(
        &self,
        parameter: &Parameter<'_>,
        text: Cow<'r, str>,
        span: Span,
        source: Provenance,
    ) -> Value<'r> {
        let mut value = if parameter.is_list() {
            let items = text.split(',').map(|it| it.trim().to_owned()).filter(|it| !it.is_empty());
            let values = items.map(|it| self.literal(Cow::Owned(it), false, span));
            self.value(Data::List(List::of(values.collect())), span)
        } else {
            self.literal(text, true, span)
        };
        value.site.source = Some(source);
        value
    }

    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-getatt.html>
    fn attribute(&self, argument: Node<'r>, span: Span) -> Value<'r> {
        let (id, attribute) = match argument.kind() {
            Kind::Scalar => match argument.text().and_then(|it| it.split_once('.')) {
                Some((id, attribute)) => (Some(id), Some(attribute)),
                None => (argument.text(), None),
            },
            Kind::Sequence => {
                let mut items = argument.items();
                (items.next().and_then(Node::text), items.next().and_then(Node::text))
            }
            Kind::Mapping => (None, None),
        };
        let Some(id) = id else { return self.unknown(Reason::Malformed("`Fn::GetAtt` takes a name"), span) };
        let id = match &self.bindings {
            Some(bindings) if id.contains('{') => self.template.id_of(&bindings.replace(id)),
            _ => self.template.id_of(id),
        };
        match (id, attribute) {
            (Some(id), Some(attribute)) => {
                let reference = Reference { template: self.template, id, attribute: Some(attribute) };
                self.value(Data::Reference(reference), span)
            }
            _ => self.unknown(Reason::Attribute(Cow::Borrowed("Fn::GetAtt")), span),
        }
    }

    fn sub(&self, argument: Node<'r>, span: Span) -> Value<'r> {
        let (text, variables) = match argument.kind() {
            Kind::Sequence => {
                let mut items = argument.items();
                (items.next(), items.next())
            }
            Kind::Scalar | Kind::Mapping => (Some(argument), None),
        };
        let Some(text) = text.and_then(Node::text) else {
            return self.unknown(Reason::Malformed("`Fn::Sub` takes a text"), span);
        };
        if variables.is_none() && !text.contains("${") {
            return self.literal(Cow::Borrowed(text), false, span);
        }
        let mut value = self.text_of(self.sub_parts(text, variables), span);
        // A text that is a single parameter keeps saying which one.
        let mut pieces = sub::parts(text);
        if let (Some(Piece::Hole(name)), None) = (pieces.next(), pieces.next())
            && let Some(parameter) = self.template.parameter(name)
            && variables.is_none_or(|it| it.get(name).is_none())
        {
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
                parts.push(Part::Text(literal.map_or_else(|| Cow::Owned(text.to_owned()), Cow::Borrowed)));
            }
            Piece::Hole(name) => {
                if let Some(entry) = variables.and_then(|it| it.entry(name)) {
                    let key = entry.key.text().unwrap_or_default();
                    if !given.iter().any(|it| it.0 == key) {
                        let value = self.evaluate(entry.value, entry.key.span());
                        given.push((key, into_parts(value)));
                    }
                    parts.extend(given.iter().find(|it| it.0 == key).into_iter().flat_map(|it| it.1.iter().cloned()));
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
        let unknown = || self.unknown(Reason::Attribute(Cow::Owned(name.to_owned())), span);
        if let Some(parameter) = self.template.parameter(name) {
            return self.parameter(parameter, span);
        }
        if name.starts_with("AWS::") {
            return match self.template.deployment().pseudo(name) {
                Some(value) => self.literal(Cow::Borrowed(value), false, span),
                None => self.unknown(Reason::PseudoParameter(Cow::Owned(name.to_owned())), span),
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
        self.value(Data::Reference(Reference { template: self.template, id, attribute }), span)
    }

    fn branch(&self, argument: Node<'r>, key: Span, span: Span) -> Value<'r> {
        let Some([condition, yes, no]) = self.arguments(argument) else {
            return self.unknown(Reason::Malformed("`Fn::If` takes a condition and two values"), span);
        };
        let Some(name) = condition.text() else {
            return self.unknown(Reason::Malformed("`Fn::If` takes the name of a condition"), span);
        };
        let replaced = self.bindings.as_ref().filter(|_| name.contains('{')).map(|it| it.replace(name));
        match self.decide(replaced.as_deref().unwrap_or(name)) {
            Some(true) => self.evaluate(yes, key),
            Some(false) => self.evaluate(no, key),
            None => self.unknown(Reason::Malformed("the condition does not exist"), span),
        }
    }

    /// The truth of a named condition in this world, chosen if nothing decides it yet; none if
    /// there is no such condition.
    pub fn decide(&self, name: &str) -> Option<bool> {
        let conditions = self.template.conditions();
        let id = conditions.id(name)?;
        let template = self.template.index();
        let choice = Choice { template, subject: ChoiceOf::Condition(id) };
        let world = &self.replay.world;
        if let Some(outcome) = world.outcome(choice) {
            return Some(outcome == 1);
        }
        let possible = conditions.possible(id, &world.facts(template));
        Some(match (possible.truth, possible.falsehood) {
            (true, true) => world.fork(choice, &[1, 0]) == 1,
            (true, false) => true,
            (false, true) => false,
            (false, false) => {
                world.set_impossible();
                false
            }
        })
    }

    /// Takes for granted that a condition holds, as the existence of a resource does. Answers
    /// whether it can.
    pub(super) fn presume(&self, name: &str) -> bool {
        let conditions = self.template.conditions();
        let Some(id) = conditions.id(name) else { return true };
        let template = self.template.index();
        let world = &self.replay.world;
        let choice = Choice { template, subject: ChoiceOf::Condition(id) };
        if let Some(outcome) = world.outcome(choice) {
            return outcome == 1;
        }
        if !conditions.possible(id, &world.facts(template)).truth {
            return false;
        }
        world.presume(Assumption { choice, outcome: 1 });
        true
    }

    fn join(&self, argument: Node<'r>, span: Span) -> Value<'r> {
        let Some([separator, list]) = self.arguments(argument) else {
            return self.unknown(Reason::Malformed("`Fn::Join` takes a separator and a list"), span);
        };
        let separator = separator.text().unwrap_or_default();
        let items = match self.evaluate(list, list.span()).items() {
            Setting::Known(items, _) => items,
            Setting::Absent(_) => Vec::new(),
            Setting::Unknown(unknown) => return self.unknown(unknown.reason, span),
        };
        let mut parts = Vec::new();
        for (position, item) in items.into_iter().enumerate() {
            if position > 0 {
                parts.push(Part::Text(Cow::Borrowed(separator)));
            }
            parts.extend(into_parts(item));
        }
        self.text_of(parts, span)
    }

    fn select(&self, argument: Node<'r>, span: Span) -> Value<'r> {
        let Some([index, list]) = self.arguments(argument) else {
            return self.unknown(Reason::Malformed("`Fn::Select` takes an index and a list"), span);
        };
        let index = match self.evaluate(index, index.span()).text() {
            Setting::Known(text, _) => text.trim().parse::<usize>().ok(),
            Setting::Absent(_) => None,
            Setting::Unknown(unknown) => return self.unknown(unknown.reason, span),
        };
        match (index, self.evaluate(list, list.span()).items()) {
            (Some(index), Setting::Known(items, _)) => match items.into_iter().nth(index) {
                Some(value) => value,
                None => self.unknown(Reason::Malformed("the list has no such element"), span),
            },
            (_, Setting::Unknown(unknown)) => self.unknown(unknown.reason, span),
            (None, _) | (_, Setting::Absent(_)) => {
                self.unknown(Reason::Malformed("`Fn::Select` takes an index and a list"), span)
            }
        }
    }

    fn split(&self, argument: Node<'r>, span: Span) -> Value<'r> {
        let Some([separator, text]) = self.arguments(argument) else {
            return self.unknown(Reason::Malformed("`Fn::Split` takes a separator and a text"), span);
        };
        let separator = separator.text().unwrap_or_default();
        let value = self.evaluate(text, text.span());
        let parts = match value.data {
            Data::Scalar(_) | Data::Pattern(_) | Data::Reference(_) => into_parts(value),
            Data::Unknown(reason) => return self.unknown(reason, span),
            Data::Absent | Data::List(_) | Data::Map(_) => {
                return self.unknown(Reason::Malformed("`Fn::Split` takes a text"), span);
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
            if position < open { self.text_of(parts, span) } else { self.unknown(Reason::Pattern, span) }
        });
        self.value(Data::List(List::of(values.collect())), span)
    }

    fn find_in_map(&self, argument: Node<'r>, span: Span) -> Value<'r> {
        let arguments: Vec<Node<'r>> = argument.items().collect();
        let [map, first, second, options @ ..] = arguments.as_slice() else {
            return self.unknown(Reason::Malformed("`Fn::FindInMap` takes a map and two keys"), span);
        };
        let Setting::Known(map, _) = self.evaluate(*map, map.span()).text() else {
            return self.unknown(Reason::Lookup(Cow::Borrowed("Fn::FindInMap")), span);
        };
        let key = |node: &Node<'r>| self.evaluate(*node, node.span()).text().known();
        let (first, second) = (key(first), key(second));
        let Some(rows) = self.template.mapping(&map) else {
            return self.unknown(Reason::Lookup(map), span);
        };
        let mut found: Vec<Node<'r>> = Vec::new();
        for row in rows.entries() {
            if first.is_some() && row.key.text() != first.as_deref() {
                continue;
            }
            for cell in row.value.entries() {
                if second.is_none() || cell.key.text() == second.as_deref() {
                    let is_new = |it: &Node<'_>| it.text().is_none() || it.text() != cell.value.text();
                    if found.iter().all(is_new) {
                        found.push(cell.value);
                    }
                }
            }
        }
        let cell = match found.as_slice() {
            [] => {
                let default = options.first().and_then(|it| it.entry("DefaultValue"));
                return match default {
                    Some(entry) => self.evaluate(entry.value, entry.key.span()),
                    None => self.unknown(Reason::Lookup(map), span),
                };
            }
            [only] => *only,
            several if several.len() <= MAX_ALTERNATIVES => {
                let subject = ChoiceOf::Lookup(span.start);
                let choice = Choice { template: self.template.index(), subject };
                let world = &self.replay.world;
                let outcomes: Vec<u32> = (0u32..).take(several.len()).collect();
                let outcome = world.outcome(choice).unwrap_or_else(|| world.fork(choice, &outcomes));
                match several.get(outcome as usize) {
                    Some(cell) => *cell,
                    None => return self.unknown(Reason::Lookup(map), span),
                }
            }
            _ => return self.unknown(Reason::Lookup(map), span),
        };
        let mut value = self.evaluate(cell, span);
        value.site = Site { span, source: Some(Provenance::Mapping(cell.span())) };
        value
    }

    fn import(&self, argument: Node<'r>, span: Span) -> Value<'r> {
        let name = match argument.tag() {
            Some("!ImportValue") => self.plain(argument, span),
            _ => self.evaluate(argument, span),
        };
        let found = name.text().known().and_then(|it| self.stacks.export(&it));
        match found {
            Some((template, export)) if self.imports < MAX_IMPORTS => {
                let scope = Self { imports: self.imports + 1, ..Self::new(template, self.stacks, self.replay) };
                let value = scope.evaluate(export, span);
                Value { site: Site { span, source: Some(Provenance::Export(export.span())) }, ..value }
            }
            _ => self.unknown(Reason::Import, span),
        }
    }

    /// A structure given as a mapping, or as JSON text, also one written by `Fn::Sub`.
    ///
    /// `at` is the node the value was evaluated from, which holds the text.
    pub fn structure(&self, node: Node<'r>, key: Span) -> Value<'r> {
        let (text, is_sub_text) = match call(node) {
            Some(("Fn::Sub", argument)) => match argument.kind() {
                Kind::Scalar => (argument, true),
                Kind::Sequence | Kind::Mapping => return self.evaluate(node, key),
            },
            None if node.kind() == Kind::Scalar => (node, false),
            _ => return self.evaluate(node, key),
        };
        if !text.text().is_some_and(|it| it.trim_start().starts_with(['{', '['])) {
            return self.evaluate(node, key);
        }
        let tree = &*self.replay.trees.alloc(parse_embedded(text, &Limits::default()));
        match tree.documents().next() {
            Some(root) if tree.errors().is_empty() => {
                let scope = Self { is_sub_text, ..self.clone() };
                scope.evaluate(root, first_key(root))
            }
            _ => self.unknown(Reason::Malformed("a JSON text is expected"), node.span()),
        }
    }
}

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

/// Puts neighbouring texts together and drops empty ones.
fn join_texts(parts: &mut Vec<Part<'_>>) {
    let mut joined: Vec<Part<'_>> = Vec::with_capacity(parts.len());
    for part in parts.drain(..) {
        match (joined.last_mut(), part) {
            (_, Part::Text(text)) if text.is_empty() => (),
            (Some(Part::Text(last)), Part::Text(text)) => {
                // Past the bound the text is unknown anyway, and need not grow.
                if last.len() <= MAX_TEXT {
                    last.to_mut().push_str(&text);
                }
            }
            (_, part) => joined.push(part),
        }
    }
    *parts = joined;
}

/// A value as parts of a text.
fn into_parts(value: Value<'_>) -> Vec<Part<'_>> {
    match value.data {
        Data::Absent => Vec::new(),
        Data::Scalar(scalar) => vec![Part::Text(scalar.text)],
        Data::Reference(reference) => vec![Part::Reference(reference)],
        Data::Pattern(parts) => parts,
        Data::Unknown(reason) => vec![Part::Unknown(reason)],
        Data::List(list) => {
            // A list where a text is expected is written with commas.
            let mut parts = Vec::new();
            for (position, item) in list.items().into_iter().enumerate() {
                if position > 0 {
                    parts.push(Part::Text(Cow::Borrowed(",")));
                }
                parts.extend(into_parts(item));
            }
            parts
        }
        Data::Map(_) => vec![Part::Unknown(Reason::Malformed("a text is expected"))],
    }
}

/// The service named behind `{{resolve:`, if it is one that is known.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html>
fn service(text: &str) -> Option<DynamicService> {
    let text = text.strip_prefix("{{resolve:")?;
    match text.split(':').next()? {
        "secretsmanager" => Some(DynamicService::SecretsManager),
        "ssm-secure" => Some(DynamicService::SsmSecure),
        "ssm" => Some(DynamicService::Ssm),
        _ => None,
    }
}

/// A known text, its dynamic references cut out.
fn dynamic_parts(text: Cow<'_, str>) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = &*text;
    while let Some(start) = rest.find("{{resolve:") {
        let (head, tail) = rest.split_at(start);
        let (Some(service), Some(end)) = (service(tail), tail.find("}}")) else { break };
        if !head.is_empty() {
            parts.push(Part::Text(Cow::Owned(head.to_owned())));
        }
        parts.push(Part::Unknown(Reason::DynamicReference(service)));
        rest = tail.get(end + 2..).unwrap_or_default();
    }
    if parts.is_empty() {
        return vec![Part::Text(text)];
    }
    if !rest.is_empty() {
        parts.push(Part::Text(Cow::Owned(rest.to_owned())));
    }
    parts
}

/// Whether parts put together are one dynamic reference, such as `{{resolve:secretsmanager:${Secret}}}`.
fn whole_dynamic_reference(parts: &[Part<'_>]) -> Option<DynamicService> {
    let (Some(Part::Text(first)), Some(Part::Text(last))) = (parts.first(), parts.last()) else { return None };
    let inner: usize = parts.iter().map(|it| if let Part::Text(text) = it { text.matches("{{resolve:").count() } else { 0 }).sum();
    (last.ends_with("}}") && inner == 1).then(|| service(first)).flatten()
}
