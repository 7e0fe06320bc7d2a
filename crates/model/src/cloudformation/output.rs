//! Outputs: what a stack shows of itself.
//!
//! An output is read for what it mentions, not for its text: that a secret has a known default does
//! not make it less of a secret.

use std::borrow::Cow;
use std::sync::Arc;

use stackseal_syntax::{Node, Span};

use super::foreach::{self, Bindings};
use super::intrinsic::{Argument, call, literal, word};
use super::parameter::Parameter;
use super::scope::Scope;
use super::stacks::Stacks;
use super::sub::{self, Piece};
use super::template::{Template, section};
use super::world::Replay;
use crate::setting::DynamicService;

/// Nodes inside one another that are looked into.
const MAX_DEPTH: u8 = 64;

/// An output as it stands in the template.
#[derive(Clone, Debug)]
pub struct OutputEntry<'a> {
    /// Its name.
    pub name: Cow<'a, str>,
    /// Where the name stands.
    pub name_span: Span,
    body: Node<'a>,
    bindings: Option<Arc<Bindings>>,
}

/// An output of a template, in one world.
pub struct Output<'r> {
    entry: &'r OutputEntry<'r>,
    scope: Scope<'r>,
}

/// Something whose value is part of an output's.
#[derive(Clone)]
pub enum Mention<'r> {
    /// A parameter.
    Parameter(&'r Parameter<'r>),
    /// An attribute of a resource.
    Attribute {
        /// The logical id of the resource.
        id: Cow<'r, str>,
        /// The type of the resource.
        type_name: &'r str,
        /// The attribute.
        attribute: Cow<'r, str>,
    },
    /// A `{{resolve:…}}` reference.
    Dynamic(DynamicService),
}

impl<'a> OutputEntry<'a> {
    /// The outputs of `template`, loops written out.
    pub(super) fn read_all(template: &Template<'a>) -> Vec<Self> {
        let outputs = template.root().get("Outputs").and_then(section);
        let mut entries = Vec::new();
        for entry in outputs.into_iter().flat_map(Node::entries) {
            let Some(name) = entry.key.text() else { continue };
            if name.starts_with("Fn::ForEach") {
                // Loops are over literals, parameters or mappings: no condition, no import decides them.
                let replay = Replay::default();
                let stacks = Stacks::default();
                let scope = Scope::new(template, &stacks, &replay);
                let written = foreach::expand(&scope, entry).unwrap_or_default();
                let written = written.into_iter().filter(|it| section(it.value).is_some());
                entries.extend(written.map(|it| Self {
                    name: Cow::Owned(it.key),
                    name_span: it.key_span,
                    body: it.value,
                    bindings: Some(it.bindings),
                }));
            } else if section(entry.value).is_some() {
                let name = Cow::Borrowed(name);
                let (name_span, body) = (entry.key.span(), entry.value);
                entries.push(Self { name, name_span, body, bindings: None });
            }
        }
        entries
    }
}

impl<'r> Output<'r> {
    /// The output of `entry` in the world of `replay`, taken to exist; none if its condition can
    /// never hold there.
    pub fn new(
        template: &'r Template<'r>,
        entry: &'r OutputEntry<'r>,
        stacks: &'r Stacks<'r>,
        replay: &'r Replay,
    ) -> Option<Self> {
        let scope = Scope::new(template, stacks, replay);
        let condition = entry.body.get("Condition").and_then(word);
        let exists = condition.is_none_or(|it| scope.presume(it));
        let scope = Scope { bindings: entry.bindings.clone(), ..scope };
        exists.then_some(Self { entry, scope })
    }

    /// Where its name stands.
    pub fn name_span(&self) -> Span {
        self.entry.name_span
    }

    /// Its name.
    pub fn name(&self) -> &'r str {
        &self.entry.name
    }

    /// Whether other stacks may import it.
    pub fn is_exported(&self) -> bool {
        self.entry.body.get("Export").is_some()
    }

    /// What its value is made of in this world, each with the place where it is named.
    pub fn mentions(&self) -> Vec<(Mention<'r>, Span)> {
        let mut mentions = Vec::new();
        if let Some(value) = self.entry.body.get("Value") {
            self.collect(value, MAX_DEPTH, &mut mentions);
        }
        mentions
    }

    fn collect(&self, node: Node<'r>, depth: u8, mentions: &mut Vec<(Mention<'r>, Span)>) {
        match call(node) {
            Some(called) => self.collect_called(called, node.span(), depth, mentions),
            None => self.collect_below(node, depth, mentions),
        }
    }

    fn collect_called(
        &self,
        (name, argument): (&str, Argument<'r>),
        span: Span,
        depth: u8,
        mentions: &mut Vec<(Mention<'r>, Span)>,
    ) {
        let Some(depth) = depth.checked_sub(1) else { return };
        match name {
            "Ref" => self.name_in(argument.text(), span, mentions),
            "Fn::GetAtt" => self.attribute_in(argument, span, mentions),
            "Fn::Sub" => self.sub_in(argument, span, depth, mentions),
            "Fn::If" => {
                let [condition, yes, no] = [0, 1, 2].map(|it| argument.items().nth(it));
                let decided = condition.and_then(word).and_then(|it| self.scope.decide(it));
                let branch = match decided {
                    Some(true) => yes,
                    Some(false) => no,
                    None => None,
                };
                if let Some(branch) = branch {
                    self.collect(branch, depth, mentions);
                }
            }
            // The rest is put together of its arguments, or looked up by them.
            _ => match argument.call() {
                Some(inner) => {
                    self.collect_called(inner, argument.node().span(), depth, mentions);
                }
                None => self.collect_below(argument.node(), depth, mentions),
            },
        }
    }

    fn collect_below(&self, node: Node<'r>, depth: u8, mentions: &mut Vec<(Mention<'r>, Span)>) {
        let Some(depth) = depth.checked_sub(1) else { return };
        if let Some(text) = node.text() {
            dynamic_in(text, node.span(), mentions);
        }
        for value in node.items().chain(node.entries().map(|it| it.value)) {
            self.collect(value, depth, mentions);
        }
    }

    fn name_in(&self, name: Option<&str>, span: Span, mentions: &mut Vec<(Mention<'r>, Span)>) {
        let Some(name) = name else { return };
        if let Some(parameter) = self.scope.template.parameter(name) {
            mentions.push((Mention::Parameter(parameter), span));
        }
    }

    fn attribute_in(
        &self,
        argument: Argument<'r>,
        span: Span,
        mentions: &mut Vec<(Mention<'r>, Span)>,
    ) {
        let mut items = argument.items();
        let pair = match argument.text() {
            Some(text) => text.split_once('.'),
            None => items.next().and_then(word).zip(items.next().and_then(word)),
        };
        if let Some((id, attribute)) = pair {
            self.attribute(id, Cow::Borrowed(attribute), span, mentions);
        }
    }

    fn attribute(
        &self,
        id: &str,
        attribute: Cow<'r, str>,
        span: Span,
        mentions: &mut Vec<(Mention<'r>, Span)>,
    ) {
        let id = match &self.entry.bindings {
            Some(bindings) if id.contains('{') => bindings.replace(id),
            _ => id.to_owned(),
        };
        if let Some(entry) = self.scope.template.entry(&id) {
            let type_name = entry.type_name.unwrap_or_default();
            mentions.push((Mention::Attribute { id: Cow::Owned(id), type_name, attribute }, span));
        }
    }

    fn sub_in(
        &self,
        argument: Argument<'r>,
        span: Span,
        depth: u8,
        mentions: &mut Vec<(Mention<'r>, Span)>,
    ) {
        let mut items = argument.items();
        let (text, variables) = match argument.text() {
            Some(text) => (Some(text), None),
            None => (items.next().and_then(word), items.next().and_then(literal)),
        };
        let Some(text) = text else { return };
        dynamic_in(text, span, mentions);
        for piece in sub::parts(text) {
            let Piece::Hole(name) = piece else { continue };
            if let Some(entry) = variables.and_then(|it| it.entry(name)) {
                self.collect(entry.value, depth, mentions);
            } else if let Some((id, attribute)) = name.split_once('.') {
                self.attribute(id, Cow::Borrowed(attribute), span, mentions);
            } else {
                self.name_in(Some(name), span, mentions);
            }
        }
    }
}

/// The dynamic references of a text, whole or begun there.
fn dynamic_in(text: &str, span: Span, mentions: &mut Vec<(Mention<'_>, Span)>) {
    for (service, prefix) in [
        (DynamicService::SecretsManager, "{{resolve:secretsmanager:"),
        (DynamicService::SsmSecure, "{{resolve:ssm-secure:"),
        (DynamicService::Ssm, "{{resolve:ssm:"),
    ] {
        if text.contains(prefix) {
            mentions.push((Mention::Dynamic(service), span));
        }
    }
}
