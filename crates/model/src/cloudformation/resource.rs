//! A resource in one world: what a rule is given.

use std::borrow::Cow;

use stackseal_syntax::{Kind, Node, Span};

use super::key::Key;
use super::map::{Map, Presence};
use super::scope::Scope;
use super::stacks::Stacks;
use super::template::{ResourceEntry, Template};
use super::value::{Data, Reference, Value};
use super::world::Replay;
use super::written::Written;
use crate::setting::{Reason, Setting, Unknown};
use crate::slot::Slot;

/// A resource of a template, evaluated in one world.
#[derive(Clone)]
pub struct Resource<'r> {
    entry: &'r ResourceEntry<'r>,
    scope: Scope<'r>,
}

impl<'r> Resource<'r> {
    /// The resource of `entry` in the world of `replay`, taken to exist; none if its condition can
    /// never hold there.
    pub fn new(
        template: &'r Template<'r>,
        entry: &'r ResourceEntry<'r>,
        stacks: &'r Stacks<'r>,
        replay: &'r Replay,
    ) -> Option<Self> {
        Self::of(&Scope::new(template, stacks, replay), entry)
    }

    fn of(scope: &Scope<'r>, entry: &'r ResourceEntry<'r>) -> Option<Self> {
        let exists = entry.condition.is_none_or(|it| scope.presume(it));
        exists.then(|| Self {
            entry,
            scope: Scope { bindings: entry.bindings.clone(), ..scope.clone() },
        })
    }

    /// Its logical id.
    pub fn id(&self) -> &'r str {
        &self.entry.id
    }

    /// Where its logical id stands.
    pub fn id_span(&self) -> Span {
        self.entry.id_span
    }

    /// Its type.
    pub fn type_name(&self) -> &'r str {
        self.entry.type_name.unwrap_or_default()
    }

    /// Whether its type is `ty`.
    pub fn is(&self, ty: &str) -> bool {
        self.type_name() == ty
    }

    /// The condition under which it exists, as its template names it.
    pub fn condition(&self) -> Option<&'r str> {
        self.entry.condition
    }

    /// The template it stands in.
    pub fn template(&self) -> &'r Template<'r> {
        self.scope.template
    }

    /// What its values are evaluated in.
    pub fn scope(&self) -> &Scope<'r> {
        &self.scope
    }

    /// Its `Properties`. Where they are missing, what is absent in them is so at the logical id.
    pub fn properties(&self) -> Map<'r> {
        let base = self.scope.template.globals(self.type_name());
        let Some(entry) = self.entry.body.entry("Properties") else {
            let scope = self.scope.clone();
            return Map { node: None, base, key: self.entry.id_span, opaque: None, scope };
        };
        let opaque = match self.scope.evaluate(entry.value, entry.key.span()).data {
            Data::Map(map) => return Map { base, ..map },
            Data::Unknown(reason) => Some(reason),
            // Properties that are no mapping say nothing that could be judged.
            Data::Absent
            | Data::Scalar(_)
            | Data::Reference(_)
            | Data::Pattern(_)
            | Data::List(_) => None,
        };
        Map { node: None, base, key: entry.key.span(), opaque, scope: self.scope.clone() }
    }

    /// What stands under `key` in its `Metadata`.
    pub fn metadata(&self, key: &str) -> Value<'r> {
        match self.entry.metadata().and_then(|it| it.entry(key)) {
            Some(entry) => self.scope.evaluate(entry.value, entry.key.span()),
            None => Value::at(Data::Absent, self.entry.id_span),
        }
    }

    /// What `value`, one of its own, is written with.
    pub fn written(&self, value: &Value<'_>) -> Written<'r> {
        Written::new(self.entry.body.tree(), value)
    }

    /// The value at a path of properties: `EncryptionConfiguration.KmsKey`.
    pub fn at(&self, path: &str) -> Value<'r> {
        self.properties().at(path)
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
    pub fn block(&self, path: &str) -> Setting<'r, Map<'r>> {
        self.at(path).block()
    }

    /// The list at `path`.
    pub fn items(&self, path: &str) -> Setting<'r, Vec<Value<'r>>> {
        self.at(path).items()
    }

    /// Whether something stands at `path`, known or not; an empty text counts as left out.
    pub fn has(&self, path: &str) -> bool {
        self.properties().has(path)
    }

    /// Whether something stands at `path`; a parameter that may turn out empty leaves that open.
    pub fn presence(&self, path: &str) -> Presence<'r> {
        self.properties().presence(path)
    }

    /// Whether something that exempts the resource stands at one of `paths`.
    pub fn presence_of_any(&self, paths: &[&str]) -> Presence<'r> {
        let properties = self.properties();
        let mut found = Presence::No;
        for path in paths {
            match properties.presence(path) {
                Presence::Yes => return Presence::Yes,
                // What a macro may add is not there yet: what is written is judged as it stands.
                Presence::No | Presence::Maybe(Unknown { reason: Reason::MayBeAdded(_), .. }) => {}
                maybe @ Presence::Maybe(_) => found = maybe,
            }
        }
        found
    }

    /// Where the property at `path` is written, or would be.
    pub fn slot(&self, path: &str) -> Option<Slot> {
        let keys = || path.split('.').map(str::to_owned);
        match self.entry.body.entry("Properties") {
            _ if self.entry.bindings.is_some() => None,
            None => {
                let keys = ["Properties".to_owned()].into_iter().chain(keys()).collect();
                Some(Slot::Under(self.entry.id_span, keys))
            }
            Some(entry) if entry.value.is_null() => {
                Some(Slot::Under(entry.key.span(), keys().collect()))
            }
            Some(_) => {
                let properties = self.properties();
                properties.span().and_then(|_| properties.slot(path))
            }
        }
    }

    /// The innermost mapping around `span` in the text of the resource that has `key`.
    pub fn block_around(&self, span: Span, key: &str) -> Option<Node<'r>> {
        let body = self.entry.bindings.is_none().then_some(self.entry.body)?;
        body.mapping_around(span, key)
    }

    /// The KMS key at `path`.
    pub fn key(&self, path: &str) -> Setting<'r, Key<'r>> {
        self.at(path).key(&self.scope)
    }

    /// A structure at `path` that may also be given as JSON text: a policy document.
    pub fn structure(&self, path: &str) -> Value<'r> {
        let (block, name) = match path.rsplit_once('.') {
            Some((head, name)) => match self.at(head).data {
                Data::Map(map) => (map, name),
                _ => return self.at(path),
            },
            None => (self.properties(), path),
        };
        block.structure(name)
    }

    /// The resource of its template with logical id `id`, taken to exist.
    pub fn sibling(&self, id: &str) -> Option<Self> {
        let scope = Scope { bindings: None, ..self.scope.clone() };
        Self::of(&scope, self.scope.template.entry(id)?)
    }

    /// The resource a reference leads to, in whichever template it stands, taken to exist.
    pub fn follow(&self, reference: &Reference<'r>) -> Option<Self> {
        reference.resource(&self.scope)
    }

    /// The resources of the other templates of the run of type `ty`, as far as they may exist.
    pub fn elsewhere(&self, ty: &'r str) -> impl Iterator<Item = Self> + use<'r> {
        let own = self.scope.template;
        let scope = self.scope.clone();
        let others = scope.stacks.templates_with(ty).filter(move |it| !std::ptr::eq(*it, own));
        others.flat_map(move |template| {
            let scope = scope.in_template(template);
            template.entries_of(ty).filter_map(move |entry| Self::of(&scope, entry))
        })
    }

    /// The resources of its template of type `ty` that exist together with it in this world.
    pub fn siblings_of(&self, ty: &'r str) -> impl Iterator<Item = Self> + use<'r> {
        let scope = Scope { bindings: None, ..self.scope.clone() };
        scope.template.entries_of(ty).filter_map(move |entry| Self::beside(&scope, entry))
    }

    /// The resource of `entry` in the world of `scope`; none if it does not exist there.
    fn beside(scope: &Scope<'r>, entry: &'r ResourceEntry<'r>) -> Option<Self> {
        let exists = entry.condition.is_none_or(|it| scope.decide(it) != Some(false));
        exists.then(|| Self {
            entry,
            scope: Scope { bindings: entry.bindings.clone(), ..scope.clone() },
        })
    }

    /// The resources of all templates of the run of type `ty` that exist together with it in this
    /// world.
    pub fn peers_of(&self, ty: &'r str) -> impl Iterator<Item = Self> + use<'r> {
        self.peers_in(ty, |_| true)
    }

    /// Those of [`Self::peers_of`] whose templates may refer to what stands in `template`.
    pub fn peers_that_may_name(
        &self,
        ty: &'r str,
        template: &'r Template<'r>,
    ) -> impl Iterator<Item = Self> + use<'r> {
        self.peers_in(ty, move |it| it.may_refer_to(template))
    }

    /// Those of [`Self::peers_of`] that may name it by `property`. Of those in which that is not written
    /// nothing is asked, not even whether they exist.
    pub(crate) fn peers_that_may_name_it_by(
        &self,
        ty: &'static str,
        property: &'static str,
    ) -> impl Iterator<Item = Self> + use<'r> {
        let scope = self.scope.clone();
        let own = scope.template;
        let templates = scope.stacks.templates_with(ty).filter(move |it| it.may_refer_to(own));
        templates.flat_map(move |template| {
            let scope = scope.in_template(template);
            let places = template.places_with(ty, property);
            (0..places.len()).filter_map(move |place| {
                let entry = template.entries().get(*places.get(place)? as usize)?;
                Self::beside(&scope, entry)
            })
        })
    }

    /// Those of [`Self::peers_of`] that stand in templates which `is_in` accepts.
    pub(crate) fn peers_in<F: Fn(&Template<'r>) -> bool>(
        &self,
        ty: &'r str,
        is_in: F,
    ) -> impl Iterator<Item = Self> + use<'r, F> {
        let scope = self.scope.clone();
        let templates = scope.stacks.templates_with(ty).filter(move |it| is_in(it));
        templates.flat_map(move |template| {
            let scope = scope.in_template(template);
            template.entries_of(ty).filter_map(move |entry| Self::beside(&scope, entry))
        })
    }

    /// Whether both are one resource.
    pub fn is_same(&self, other: &Self) -> bool {
        std::ptr::eq(self.template(), other.template()) && self.id() == other.id()
    }

    /// Whether `value` is this resource, or one of its attributes.
    pub fn is_named_by(&self, value: &Value<'r>) -> bool {
        matches!(value.data, Data::Reference(it)
            if std::ptr::eq(it.template, self.template()) && it.id == self.id())
    }
}

impl<'r> Reference<'r> {
    /// The resource, in the world of `scope`, taken to exist.
    pub fn resource(&self, scope: &Scope<'r>) -> Option<Resource<'r>> {
        let scope = Scope { template: self.template, bindings: None, ..scope.clone() };
        Resource::of(&scope, self.template.entry(self.id)?)
    }

    /// The type of the resource.
    pub fn type_name(&self) -> &'r str {
        self.template.entry(self.id).and_then(|it| it.type_name).unwrap_or_default()
    }
}

impl<'r> Map<'r> {
    /// The structure under `key`, also where it is given as JSON text.
    pub fn structure(&self, key: &str) -> Value<'r> {
        match self.node.and_then(|it| it.entry(key)) {
            Some(entry) if is_text(entry.value) => {
                self.scope.structure(entry.value, entry.key.span())
            }
            _ => self.get(key),
        }
    }
}

/// Whether a node may hold a structure as text: a scalar, or the text of a `Fn::Sub`.
fn is_text(node: Node<'_>) -> bool {
    match super::intrinsic::call(node) {
        Some((name, argument)) => name == "Fn::Sub" && argument.text().is_some(),
        None => node.kind() == Kind::Scalar,
    }
}
