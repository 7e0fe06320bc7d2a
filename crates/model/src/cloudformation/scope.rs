//! The evaluator: what a node of a template means in one world.

use std::borrow::Cow;
use std::sync::Arc;

use stackseal_syntax::{Kind, Limits, Node, Span, parse_embedded};

use super::foreach::Bindings;
use super::intrinsic::{Argument, call, is_standard_tag};
use super::map::{List, Map, first_key};
use super::stacks::Stacks;
use super::template::Template;
use super::value::{Data, Reference, Scalar, Value};
use super::world::{Assumption, Choice, ChoiceOf, Replay};
use crate::setting::{Reason, Setting, Site};

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
    /// Defaults decide, also where every alternative is asked for elsewhere: the names of exports.
    pub(super) is_by_default: bool,
}

impl<'r> Scope<'r> {
    /// The scope of a template's own level.
    pub fn new(template: &'r Template<'r>, stacks: &'r Stacks<'r>, replay: &'r Replay) -> Self {
        Self {
            template,
            stacks,
            replay,
            bindings: None,
            is_sub_text: false,
            imports: 0,
            is_by_default: false,
        }
    }

    /// The same world, at the level of another template.
    #[must_use]
    pub fn in_template(&self, template: &'r Template<'r>) -> Self {
        Self { template, bindings: None, is_sub_text: false, ..self.clone() }
    }

    /// The template nodes belong to.
    pub fn template(&self) -> &'r Template<'r> {
        self.template
    }

    /// The templates of the run.
    pub(crate) fn stacks(&self) -> &'r Stacks<'r> {
        self.stacks
    }

    /// What `node` means, one level deep. `key` is where something missing under it would go.
    pub fn evaluate(&self, node: Node<'r>, key: Span) -> Value<'r> {
        if let Some((name, argument)) = call(node) {
            return self.intrinsic(name, argument, node.span(), key);
        }
        if let Some(tag) = node.tag()
            && !is_standard_tag(tag)
        {
            return Value::unknown_at(Reason::Macro(Cow::Borrowed(tag)), node.span());
        }
        self.plain(node, key)
    }

    /// A node without regard to its tag.
    pub(super) fn plain(&self, node: Node<'r>, key: Span) -> Value<'r> {
        match node.kind() {
            Kind::Scalar if node.is_null() => Value::at(Data::Absent, node.span()),
            Kind::Scalar => {
                let text = node.text().unwrap_or_default();
                let is_plain = node.style() == stackseal_syntax::Style::Plain;
                let site = node.span();
                if self.is_sub_text {
                    return self.filled(text, None, site);
                }
                match &self.bindings {
                    Some(bindings) if text.contains('{') => {
                        Value::literal(Cow::Owned(bindings.replace(text)), is_plain, site)
                    }
                    _ => Value::literal(Cow::Borrowed(text), is_plain, site),
                }
            }
            Kind::Sequence => Value::at(Data::List(List::new(node, self.clone())), node.span()),
            Kind::Mapping => {
                let map =
                    Map { node: Some(node), base: None, key, opaque: None, scope: self.clone() };
                Value::at(Data::Map(map), node.span())
            }
        }
    }

    fn intrinsic(&self, name: &'r str, argument: Argument<'r>, span: Span, key: Span) -> Value<'r> {
        match name {
            "Ref" => match argument.text() {
                Some(name) => self.reference(name, span),
                None => Value::unknown_at(Reason::Malformed("`Ref` takes a name"), span),
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
            "Fn::Base64" | "Fn::ToJsonString" => match self.argument(argument, key) {
                Value {
                    data: data @ (Data::Scalar(_) | Data::Map(_) | Data::List(_)),
                    site,
                    parameter,
                } => Value { data, site, parameter },
                other => Value { site: Site::at(span), ..other },
            },
            "Fn::Length" => match self.argument(argument, key).items() {
                Setting::Known(items, _) => {
                    let text = Cow::Owned(items.len().to_string());
                    Value::at(Data::Scalar(Scalar { text, is_plain: true }), span)
                }
                Setting::Absent(_) | Setting::Unknown(_) => {
                    Value::unknown_at(Reason::Pattern, span)
                }
            },
            "Fn::GetAZs" | "Fn::Cidr" => {
                Value::unknown_at(Reason::Attribute(Cow::Borrowed(name)), span)
            }
            "Fn::Transform" => {
                Value::unknown_at(Reason::Macro(Cow::Borrowed("Fn::Transform")), span)
            }
            _ => Value::unknown_at(Reason::Macro(Cow::Borrowed(name)), span),
        }
    }

    /// An argument, evaluated.
    pub(super) fn argument(&self, argument: Argument<'r>, key: Span) -> Value<'r> {
        match argument.call() {
            Some((name, inner)) => self.intrinsic(name, inner, argument.node().span(), key),
            None => self.plain(argument.node(), key),
        }
    }

    fn reference(&self, name: &'r str, span: Span) -> Value<'r> {
        if let Some(value) = self.bindings.as_ref().and_then(|it| it.value(name)) {
            return Value::literal(Cow::Owned(value.to_owned()), true, span);
        }
        let name = match &self.bindings {
            Some(bindings) if name.contains('{') => {
                let replaced = bindings.replace(name);
                match self.template.id_of(&replaced) {
                    Some(id) => id,
                    None => {
                        return Value::unknown_at(Reason::Attribute(Cow::Owned(replaced)), span);
                    }
                }
            }
            _ => name,
        };
        if name == "AWS::NoValue" {
            return Value::at(Data::Absent, span);
        }
        if name.starts_with("AWS::") {
            return match self.template.deployment().pseudo(name) {
                Some(value) => Value::at(
                    Data::Scalar(Scalar { text: Cow::Borrowed(value), is_plain: false }),
                    span,
                ),
                None => Value::unknown_at(Reason::PseudoParameter(Cow::Borrowed(name)), span),
            };
        }
        if let Some(parameter) = self.template.parameter(name) {
            return self.parameter(parameter, span);
        }
        match self.template.id_of(name) {
            Some(id) => {
                let reference = Reference { template: self.template, id, attribute: None };
                Value::at(Data::Reference(reference), span)
            }
            None => Value::unknown_at(Reason::Attribute(Cow::Borrowed(name)), span),
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

    /// A structure given as a mapping, or as JSON text, also one written by `Fn::Sub`.
    ///
    /// `at` is the node the value was evaluated from, which holds the text.
    pub fn structure(&self, node: Node<'r>, key: Span) -> Value<'r> {
        let (text, is_sub_text) = match call(node) {
            Some(("Fn::Sub", argument)) => match argument.written() {
                Some(text) if text.kind() == Kind::Scalar => (text, true),
                Some(_) | None => return self.evaluate(node, key),
            },
            None if node.kind() == Kind::Scalar => (node, false),
            _ => return self.evaluate(node, key),
        };
        if !text.text().is_some_and(|it| it.trim_start().starts_with(['{', '['])) {
            return self.evaluate(node, key);
        }
        let tree = self.replay.keep(parse_embedded(text, &Limits::default()));
        match tree.documents().next() {
            Some(root) if tree.errors().is_empty() => {
                let scope = Self { is_sub_text, ..self.clone() };
                scope.evaluate(root, first_key(root))
            }
            _ => Value::unknown_at(Reason::Malformed("a JSON text is expected"), node.span()),
        }
    }
}
