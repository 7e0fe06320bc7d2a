//! Mappings and lists of a template, evaluated one level at a time.

use std::borrow::Cow;

use stackseal_syntax::{Entry, Kind, Node, Span};

use super::foreach;
use super::intrinsic::call;
use super::parameter::Parameter;
use super::scope::Scope;
use super::value::{Data, Part, Reference, Value};
use crate::setting::{Provenance, Reason, Setting, Unknown};
use crate::slot::Slot;

/// A mapping whose values are evaluated when asked for.
#[derive(Clone)]
pub struct Map<'r> {
    pub(super) node: Option<Node<'r>>,
    /// What SAM's `Globals` put under it.
    pub(super) base: Option<Node<'r>>,
    /// The key under which something is missing.
    pub(super) key: Span,
    /// Why anything may stand here, where the mapping itself is not known.
    pub(super) opaque: Option<Reason<'r>>,
    pub(super) scope: Scope<'r>,
}

/// Functions whose value stands in one of their arguments.
const PICKING: &[&str] = &["Fn::Base64", "Fn::Select", "Fn::ToJsonString"];

/// Whether something is there.
#[derive(Clone, Debug)]
pub enum Presence<'r> {
    /// It is.
    Yes,
    /// It is not.
    No,
    /// It may be.
    Maybe(Unknown<'r>),
}

/// An entry of a mapping.
pub struct Item<'r> {
    /// The key.
    pub key: Cow<'r, str>,
    /// Where the key stands.
    pub key_span: Span,
    /// The value.
    pub value: Value<'r>,
}

impl<'r> Map<'r> {
    /// The value of `key`; absent at the key of this mapping.
    pub fn get(&self, key: &str) -> Value<'r> {
        match self.node.and_then(|it| it.entry(key)) {
            Some(own) => self.written(own, key),
            None => self.not_written(key),
        }
    }

    /// The value of `own`, the entry of `key`.
    fn written(&self, own: Entry<'r>, key: &str) -> Value<'r> {
        match self.base.and_then(|it| it.entry(key)) {
            Some(base) => self.merged(own, base),
            None => self.scope.evaluate(own.value, own.key.span()),
        }
    }

    /// The value of `key`, which has no entry of its own: a function may bring it, or `Globals`.
    fn not_written(&self, key: &str) -> Value<'r> {
        let mut repeats = false;
        let mut is_rewritten = None;
        for entry in self.node.into_iter().flat_map(Node::entries) {
            let Some(text) = entry.key.text().filter(|it| it.starts_with("Fn::")) else { continue };
            repeats |= text.starts_with("Fn::ForEach");
            if text == "Fn::Transform" {
                is_rewritten = Some(entry.key.span());
            }
        }
        if repeats {
            if let Some(found) = self.repeated().into_iter().find(|it| it.key == key) {
                return found.value;
            }
            if self.has_unknown_repetition() {
                return Value::at(Data::Unknown(Reason::Collection), self.key);
            }
        }
        let value = match (self.base.and_then(|it| it.entry(key)), is_rewritten) {
            (Some(base), _) => self.global(base),
            (None, Some(span)) => {
                let reason = Reason::MayBeAdded(Cow::Borrowed("Fn::Transform"));
                Value::at(Data::Unknown(reason), span)
            }
            (None, None) => Value::at(Data::Absent, self.key),
        };
        if !value.is_absent() {
            return value;
        }
        match (&self.opaque, self.scope.template.macro_name()) {
            (Some(Reason::Macro(name)), _) => {
                Value::at(Data::Unknown(Reason::MayBeAdded(name.clone())), self.key)
            }
            (Some(reason), _) => Value::at(Data::Unknown(reason.clone()), self.key),
            (None, Some(name)) => {
                Value::at(Data::Unknown(Reason::MayBeAdded(Cow::Borrowed(name))), self.key)
            }
            (None, None) => value,
        }
    }

    fn global(&self, base: Entry<'r>) -> Value<'r> {
        let mut value = self.scope.evaluate(base.value, base.key.span());
        value.site.source = Some(Provenance::Globals(base.key.span()));
        value
    }

    /// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html>
    fn merged(&self, own: Entry<'r>, base: Entry<'r>) -> Value<'r> {
        let mut value = self.scope.evaluate(own.value, own.key.span());
        match &mut value.data {
            Data::Map(map) if base.value.kind() == Kind::Mapping => map.base = Some(base.value),
            Data::List(list) if base.value.kind() == Kind::Sequence => {
                let Data::List(mut all) = self.scope.evaluate(base.value, base.key.span()).data
                else {
                    return value;
                };
                all = List::of(all.items().into_iter().chain(list.items()).collect());
                value.data = Data::List(all);
            }
            _ => (),
        }
        value
    }

    /// The value at a path of keys joined by dots: `EncryptionConfiguration.KmsKey`.
    ///
    /// Absent at the innermost block that is there.
    pub fn at(&self, path: &str) -> Value<'r> {
        let Some((head, rest)) = path.split_once('.') else { return self.get(path) };
        let value = self.get(head);
        match value.data {
            Data::Map(map) => map.at(rest),
            Data::Scalar(_) | Data::List(_) => Value {
                data: Data::Unknown(Reason::Malformed("a block of properties is expected")),
                ..value
            },
            Data::Reference(reference) => {
                Value { data: Data::Unknown(reference.reason()), ..value }
            }
            Data::Pattern(_) => Value { data: Data::Unknown(Reason::Pattern), ..value },
            Data::Absent | Data::Unknown(_) => value,
        }
    }

    /// The boolean at `path`.
    pub fn bool(&self, path: &str) -> Setting<'r, bool> {
        self.at(path).bool()
    }

    /// The text at `path`.
    pub fn text(&self, path: &str) -> Setting<'r, Cow<'r, str>> {
        self.at(path).text()
    }

    /// The mapping at `path`.
    pub fn block(&self, path: &str) -> Setting<'r, Self> {
        self.at(path).block()
    }

    /// The list at `path`.
    pub fn items(&self, path: &str) -> Setting<'r, Vec<Value<'r>>> {
        self.at(path).items()
    }

    /// Every value at a path in which `[]` stands for each element of a list: `Origins[].Id`. Where
    /// the path ends early, so does the value: absent at the innermost block that is there.
    pub fn all(&self, path: &str) -> Vec<Value<'r>> {
        let Some((head, rest)) = path.split_once("[].") else { return vec![self.at(path)] };
        let list = self.at(head);
        match list.items() {
            Setting::Known(items, _) => items
                .into_iter()
                .flat_map(|it| match it.data {
                    Data::Map(map) => map.all(rest),
                    _ => vec![it],
                })
                .collect(),
            Setting::Absent(_) | Setting::Unknown(_) => vec![list],
        }
    }

    /// Whether something stands at `path`, known or not. An identifier that is an empty text counts
    /// as left out, as CloudFormation takes it.
    pub fn has(&self, path: &str) -> bool {
        match self.at(path).data {
            Data::Absent | Data::Unknown(Reason::MayBeAdded(_)) => false,
            Data::Scalar(scalar) => !scalar.text.is_empty(),
            Data::Reference(_)
            | Data::Pattern(_)
            | Data::List(_)
            | Data::Map(_)
            | Data::Unknown(_) => true,
        }
    }

    /// Whether something stands at `path`, where an empty text counts as left out: a parameter that
    /// may turn out empty leaves that open.
    pub fn presence(&self, path: &str) -> Presence<'r> {
        let value = self.at(path);
        match value.data {
            Data::Absent => Presence::No,
            Data::Scalar(scalar) if scalar.text.is_empty() => Presence::No,
            Data::Unknown(Reason::Parameter(_))
                if value.parameter.is_some_and(Parameter::is_empty_only_if_known) =>
            {
                Presence::Yes
            }
            Data::Unknown(
                reason @ (Reason::Parameter(_)
                | Reason::Macro(_)
                | Reason::MayBeAdded(_)
                | Reason::Collection),
            ) => Presence::Maybe(Unknown { span: value.site.span, reason }),
            Data::Scalar(_)
            | Data::Reference(_)
            | Data::Pattern(_)
            | Data::List(_)
            | Data::Map(_)
            | Data::Unknown(_) => Presence::Yes,
        }
    }

    /// Whether nothing but texts stand under `key`, one or a list, as they are written: no function
    /// and no loop has a say, and all of them are `wanted`.
    pub(crate) fn is_written(&self, key: &str, wanted: impl Fn(&str) -> bool) -> bool {
        let is_wanted =
            |it: Node<'r>| it.tag().is_none() && !it.is_null() && it.text().is_some_and(&wanted);
        if self.base.is_some() || self.scope.bindings.is_some() || self.scope.is_sub_text {
            return false;
        }
        self.node.and_then(|it| it.get(key)).is_some_and(|it| match it.kind() {
            Kind::Scalar => is_wanted(it),
            Kind::Sequence => it.tag().is_none() && it.items().all(is_wanted),
            Kind::Mapping => false,
        })
    }

    /// Whether what is written under `key` is made of `attribute` of a resource, whatever functions make
    /// of it.
    pub(crate) fn is_made_of(&self, key: &str, attribute: &str) -> bool {
        let value = self.node.and_then(|it| it.get(key));
        value.is_some_and(|it| self.is_part_of(it, attribute))
    }

    fn is_part_of(&self, node: Node<'r>, attribute: &str) -> bool {
        let is_it = |it: &Reference<'r>| it.attribute == Some(attribute);
        match self.scope.evaluate(node, node.span()).data {
            Data::Reference(reference) => is_it(&reference),
            Data::Pattern(parts) => {
                parts.iter().any(|it| matches!(it, Part::Reference(it) if is_it(it)))
            }
            Data::Absent | Data::Scalar(_) => false,
            Data::List(_) | Data::Map(_) | Data::Unknown(_) => {
                let values = node.entries().map(|it| it.value);
                node.items().chain(values).any(|it| self.is_part_of(it, attribute))
            }
        }
    }

    /// All entries, those taken away by `AWS::NoValue` left out, repetitions written out.
    pub fn entries(&self) -> Vec<Item<'r>> {
        self.entries_if(|_| true)
    }

    /// The entries whose keys are `wanted`; the values of others are not even evaluated.
    pub fn entries_if(&self, wanted: impl Fn(&str) -> bool) -> Vec<Item<'r>> {
        let mut items: Vec<Item<'r>> = Vec::new();
        let may_have_doubles = self.node.is_some_and(|it| !it.tree().errors().is_empty());
        for entry in self.node.into_iter().flat_map(Node::entries) {
            let Some(key) = entry.key.text() else { continue };
            if key.starts_with("Fn::ForEach") || key == "Fn::Transform" || !wanted(key) {
                continue;
            }
            // Of a key that stands twice, the last one counts.
            let value = if may_have_doubles { self.get(key) } else { self.written(entry, key) };
            if !value.is_absent() {
                items.push(Item { key: Cow::Borrowed(key), key_span: entry.key.span(), value });
            }
        }
        items.extend(self.repeated().into_iter().filter(|it| wanted(&it.key)));
        for entry in self.base.into_iter().flat_map(Node::entries) {
            let Some(key) = entry.key.text() else { continue };
            if wanted(key) && !items.iter().any(|it| it.key == key) {
                let value = self.global(entry);
                items.push(Item { key: Cow::Borrowed(key), key_span: entry.key.span(), value });
            }
        }
        items
    }

    /// Whether entries may be there that cannot be seen: a macro writes them, or they are repeated
    /// over a collection that is not known.
    pub fn may_have_more(&self) -> bool {
        let has_transform = self
            .node
            .into_iter()
            .flat_map(Node::entries)
            .any(|it| it.key.text() == Some("Fn::Transform"));
        has_transform
            || self.opaque.is_some()
            || self.has_unknown_repetition()
            || self.scope.template.macro_name().is_some()
    }

    fn repeated(&self) -> Vec<Item<'r>> {
        let mut items = Vec::new();
        for entry in self.node.into_iter().flat_map(Node::entries) {
            if entry.key.text().is_some_and(|it| it.starts_with("Fn::ForEach")) {
                for expansion in foreach::expand(&self.scope, entry).unwrap_or_default() {
                    let scope = Scope { bindings: Some(expansion.bindings), ..self.scope.clone() };
                    let value = scope.evaluate(expansion.value, expansion.key_span);
                    if !value.is_absent() {
                        items.push(Item {
                            key: Cow::Owned(expansion.key),
                            key_span: expansion.key_span,
                            value,
                        });
                    }
                }
            }
        }
        items
    }

    fn has_unknown_repetition(&self) -> bool {
        self.node.into_iter().flat_map(Node::entries).any(|it| {
            it.key.text().is_some_and(|it| it.starts_with("Fn::ForEach"))
                && foreach::expand(&self.scope, it).is_none()
        })
    }

    /// The key under which something missing in this mapping would go.
    pub fn key(&self) -> Span {
        self.key
    }

    /// Where the mapping itself stands, if it is written somewhere.
    pub fn span(&self) -> Option<Span> {
        self.node.map(Node::span)
    }

    /// Where the value at `path` is written, or would be. None where a loop writes it, where it is
    /// part of a text, and where no block can be.
    pub fn slot(&self, path: &str) -> Option<Slot> {
        if self.scope.bindings.is_some() || self.scope.is_sub_text {
            return None;
        }
        let keys = |path: &str| path.split('.').map(str::to_owned).collect::<Vec<_>>();
        let Some(node) = self.node else { return Some(Slot::Under(self.key, keys(path))) };
        let (head, rest) = match path.split_once('.') {
            Some((head, rest)) => (head, Some(rest)),
            None => (path, None),
        };
        let Some(entry) = node.entry(head) else {
            return Some(Slot::In(node.span(), keys(path)));
        };
        let value = self.scope.evaluate(entry.value, entry.key.span());
        // What is picked out of a list is no place to write to: the function as a whole gives way.
        if rest.is_none() && call(entry.value).is_some_and(|it| PICKING.contains(&it.0)) {
            return Some(Slot::at(entry.value.span()));
        }
        match (value.data, rest) {
            (Data::Map(map), Some(rest)) => map.slot(rest),
            (Data::Absent, Some(rest)) => Some(Slot::At(value.site.span, keys(rest))),
            (_, Some(_)) => None,
            (_, None) => Some(match (value.site.source, value.parameter) {
                // A default that is there for this use alone is the better place.
                (Some(Provenance::Default(default)), Some(parameter))
                    if parameter.allowed.is_empty()
                        && self.scope.template.is_used_once(parameter.name) =>
                {
                    Slot::Default { default, at: value.site.span }
                }
                _ => Slot::at(value.site.span),
            }),
        }
    }

    /// Whether a condition decides about the value of `key`.
    pub fn forks_at(&self, key: &str) -> bool {
        let entry = self.node.and_then(|it| it.entry(key));
        entry.is_some_and(|it| call(it.value).is_some_and(|it| it.0 == "Fn::If"))
    }

    /// Where the value of `key` is written, or would be, whatever is in its name.
    pub fn slot_of(&self, key: &str) -> Option<Slot> {
        let node = self.node.filter(|_| self.scope.bindings.is_none())?;
        match node.entry(key) {
            Some(_) => Some(Slot::at(self.get(key).site.span)),
            None => Some(Slot::In(node.span(), vec![key.to_owned()])),
        }
    }

    /// Where `key` itself stands in this mapping, if it is written there.
    pub fn key_of(&self, key: &str) -> Option<Span> {
        self.node?.entry(key).map(|it| it.key.span())
    }

    /// What its values are evaluated in.
    pub fn scope(&self) -> &Scope<'r> {
        &self.scope
    }
}

/// A list whose elements are evaluated when asked for.
#[derive(Clone)]
pub struct List<'r>(Elements<'r>);

#[derive(Clone)]
enum Elements<'r> {
    Node(Node<'r>, Scope<'r>),
    Values(Vec<Value<'r>>),
}

impl<'r> List<'r> {
    pub(super) fn new(node: Node<'r>, scope: Scope<'r>) -> Self {
        Self(Elements::Node(node, scope))
    }

    pub(super) fn of(values: Vec<Value<'r>>) -> Self {
        Self(Elements::Values(values))
    }

    /// The elements, those taken away by `AWS::NoValue` left out.
    pub fn items(&self) -> Vec<Value<'r>> {
        match &self.0 {
            Elements::Node(node, scope) => node
                .items()
                .map(|it| scope.evaluate(it, first_key(it)))
                .filter(|it| !it.is_absent())
                .collect(),
            Elements::Values(values) => values.clone(),
        }
    }
}

/// The key an absence in an element of a list is reported at: an element has no key of its own.
pub(super) fn first_key(node: Node<'_>) -> Span {
    node.entries().next().map_or_else(|| node.span(), |it| it.key.span())
}
