//! A template: its sections, read once; its resources, repetitions written out.

use std::borrow::Cow;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rustc_hash::FxHashMap;
use stackseal_syntax::{FileId, Kind, Node, Span};

use super::condition::Conditions;
use super::deployment::Deployment;
use super::foreach::{self, Bindings, Expansion, MAX_EXPANSIONS};
use super::intrinsic::{call, literal, word};
use super::output::OutputEntry;
use super::parameter::Parameter;
use super::scope::Scope;
use super::stacks::Stacks;
use super::world::{Assumption, ChoiceOf, Replay};
use crate::credential::{SHORTEST_TOKEN, holds_token};

/// Places of resources, by their type and a property that is written in them.
type PlacesWith = FxHashMap<(&'static str, &'static str), Arc<[u32]>>;

/// A CloudFormation template.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html>
#[derive(Debug)]
pub struct Template<'a> {
    index: u32,
    root: Node<'a>,
    deployment: Arc<Deployment>,
    parameters: FxHashMap<&'a str, Parameter<'a>>,
    mappings: Option<Node<'a>>,
    globals: Option<Node<'a>>,
    macro_name: Option<&'a str>,
    conditions_written: Vec<ConditionEntry<'a>>,
    conditions: OnceLock<Conditions>,
    entries: Vec<ResourceEntry<'a>>,
    by_id: FxHashMap<Cow<'a, str>, u32>,
    by_type: FxHashMap<&'a str, Vec<u32>>,
    unknown_repetitions: Vec<Span>,
    holds_tokens: OnceLock<bool>,
    may_import: OnceLock<bool>,
    own_account: OnceLock<Option<Box<str>>>,
    /// The resources of a type in which a property is written, for those that somebody asked for.
    written: Mutex<PlacesWith>,
    outputs: Vec<OutputEntry<'a>>,
}

/// A condition as it stands in the template.
#[derive(Debug)]
pub(super) struct ConditionEntry<'a> {
    pub(super) name: Cow<'a, str>,
    pub(super) node: Node<'a>,
    pub(super) bindings: Option<Arc<Bindings>>,
}

/// A resource as it stands in the template.
#[derive(Debug)]
pub struct ResourceEntry<'a> {
    /// Its logical id.
    pub id: Cow<'a, str>,
    /// Where the logical id stands.
    pub id_span: Span,
    /// Its type, where it is a text.
    pub type_name: Option<&'a str>,
    /// The condition under which it exists.
    pub condition: Option<&'a str>,
    pub(super) body: Node<'a>,
    pub(super) bindings: Option<Arc<Bindings>>,
}

/// Transforms of AWS that leave alone what a template says of its resources.
const HARMLESS_TRANSFORMS: &[&str] = &[
    "AWS::CodeDeployBlueGreen",
    "AWS::LanguageExtensions",
    "AWS::SecretsManager-2020-07-23",
    "AWS::SecretsManager-2024-09-16",
    "AWS::Serverless-2016-10-31",
    "AWS::ServiceCatalog",
];

impl<'a> Template<'a> {
    /// Reads the document `root`; `index` is the template's place in the estate.
    pub fn read(index: u32, root: Node<'a>, deployment: &Arc<Deployment>) -> Self {
        let section = |name| root.get(name).and_then(section);
        let mut template = Self {
            index,
            root,
            deployment: Arc::clone(deployment),
            parameters: FxHashMap::default(),
            mappings: section("Mappings"),
            globals: section("Globals"),
            macro_name: root.get("Transform").and_then(literal).and_then(macro_name),
            conditions_written: Vec::new(),
            conditions: OnceLock::new(),
            entries: Vec::new(),
            by_id: FxHashMap::default(),
            by_type: FxHashMap::default(),
            unknown_repetitions: Vec::new(),
            holds_tokens: OnceLock::new(),
            may_import: OnceLock::new(),
            own_account: OnceLock::new(),
            written: Mutex::default(),
            outputs: Vec::new(),
        };
        let parameters = section("Parameters");
        template.parameters.reserve(parameters.map_or(0, |it| it.entries().len()));
        for entry in parameters.into_iter().flat_map(Node::entries) {
            if let Some(name) = entry.key.text() {
                let parameter = Parameter::read(name, entry.key.span(), entry.value, deployment);
                template.parameters.insert(name, parameter);
            }
        }
        template.read_conditions(section("Conditions"));
        template.read_resources(section("Resources"));
        template.outputs = OutputEntry::read_all(&template);
        template
    }

    fn read_conditions(&mut self, conditions: Option<Node<'a>>) {
        let mut written = Vec::new();
        for entry in conditions.into_iter().flat_map(Node::entries) {
            let Some(name) = entry.key.text() else { continue };
            if name.starts_with("Fn::ForEach") {
                // What a loop that is not known would define is not defined.
                written.extend(self.repetitions(entry).unwrap_or_default().into_iter().map(|it| {
                    ConditionEntry {
                        name: Cow::Owned(it.key),
                        node: it.value,
                        bindings: Some(it.bindings),
                    }
                }));
            } else {
                written.push(ConditionEntry {
                    name: Cow::Borrowed(name),
                    node: entry.value,
                    bindings: None,
                });
            }
        }
        self.conditions_written = written;
    }

    /// The entries a loop stands for.
    fn repetitions(&self, entry: stackseal_syntax::Entry<'a>) -> Option<Vec<Expansion<'a>>> {
        // Loops are over literals, parameters or mappings: no condition, no import decides them.
        let replay = Replay::default();
        let stacks = Stacks::default();
        foreach::expand(&Scope::new(self, &stacks, &replay), entry)
    }

    fn read_resources(&mut self, resources: Option<Node<'a>>) {
        let Some(resources) = resources else { return };
        let mut entries = Vec::with_capacity(resources.entries().len());
        let mut repetitions = Vec::new();
        for entry in resources.entries() {
            let Some(id) = entry.key.text() else { continue };
            if id.starts_with("Fn::ForEach") {
                repetitions.push(entry);
            } else if is_resource(entry.value) {
                entries.push(ResourceEntry::read(
                    Cow::Borrowed(id),
                    entry.key.span(),
                    entry.value,
                    None,
                ));
            }
        }
        for entry in repetitions {
            // A loop may run over a parameter or a mapping, which are read by now.
            match self.write_out(entry) {
                Some(more) if entries.len() + more.len() <= MAX_EXPANSIONS => entries.extend(more),
                _ => self.unknown_repetitions.push(entry.key.span()),
            }
        }
        self.by_id.reserve(entries.len());
        for (position, entry) in (0u32..).zip(&entries) {
            self.by_id.insert(entry.id.clone(), position);
            if let Some(ty) = entry.type_name {
                self.by_type.entry(ty).or_default().push(position);
            }
        }
        self.entries = entries;
    }

    fn write_out(&self, entry: stackseal_syntax::Entry<'a>) -> Option<Vec<ResourceEntry<'a>>> {
        let entries = self.repetitions(entry)?.into_iter().filter(|it| is_resource(it.value));
        let entries = entries.map(|it| {
            ResourceEntry::read(Cow::Owned(it.key), it.key_span, it.value, Some(it.bindings))
        });
        Some(entries.collect())
    }

    /// Its place in the estate.
    pub fn index(&self) -> u32 {
        self.index
    }

    /// The file it stands in.
    pub fn file(&self) -> FileId {
        self.root.tree().file()
    }

    /// Its document.
    pub fn root(&self) -> Node<'a> {
        self.root
    }

    /// What the user says of the deployment.
    pub fn deployment(&self) -> &Deployment {
        &self.deployment
    }

    /// The parameter `name`.
    pub fn parameter(&self, name: &str) -> Option<&Parameter<'a>> {
        self.parameters.get(name)
    }

    /// The names of all parameters, in no order.
    pub fn parameter_names(&self) -> impl Iterator<Item = &'a str> {
        self.parameters.keys().copied()
    }

    /// Whether the parameter `name` is referred to in one place of the file and nowhere else.
    pub(super) fn is_used_once(&self, name: &str) -> bool {
        let in_text = format!("${{{name}");
        let names = |it: &Node<'_>| {
            it.text().is_some_and(|text| text == name || text.contains(in_text.as_str()))
        };
        // Its own key is the other one.
        self.root.tree().scalars().filter(names).take(3).count() == 2
    }

    pub(super) fn mapping(&self, name: &str) -> Option<Node<'a>> {
        self.mappings?.get(name).and_then(section)
    }

    /// Whether any value in it shows by its format that it is a credential: almost always not,
    /// and then nobody has to look at the values one by one.
    pub fn holds_tokens(&self) -> bool {
        *self.holds_tokens.get_or_init(|| self.root.document_has_value(SHORTEST_TOKEN, holds_token))
    }

    /// Whether something in it may refer to a resource of `other`: without an import, only its own can.
    pub(crate) fn may_refer_to(&self, other: &Self) -> bool {
        let may_import = || {
            let tree = self.root.tree();
            // A tag can be written otherwise, and then needs this sign.
            tree.may_hold("ImportValue") || tree.may_hold("%")
        };
        std::ptr::eq(self, other) || *self.may_import.get_or_init(may_import)
    }

    /// The id of the account it must mean by its own, as `find` finds it the first time.
    pub(crate) fn own_account<'t>(
        &'t self,
        find: impl FnOnce() -> Option<&'t str>,
    ) -> Option<&'t str> {
        self.own_account.get_or_init(|| find().map(Box::from)).as_deref()
    }

    /// A macro at the top level that may rewrite everything: what is absent may yet come.
    pub fn macro_name(&self) -> Option<&'a str> {
        self.macro_name
    }

    /// What SAM's `Globals` say of resources of type `ty`.
    pub(super) fn globals(&self, ty: &str) -> Option<Node<'a>> {
        self.globals?.get(ty.strip_prefix("AWS::Serverless::")?).and_then(literal)
    }

    /// The conditions, loops written out.
    pub(super) fn conditions_written(&self) -> &[ConditionEntry<'a>] {
        &self.conditions_written
    }

    pub(super) fn conditions(&self) -> &Conditions {
        self.conditions.get_or_init(|| Conditions::compile(self))
    }

    /// The resources, in the order of the template.
    pub fn entries(&self) -> &[ResourceEntry<'a>] {
        &self.entries
    }

    /// The outputs, in the order of the template.
    pub fn outputs(&self) -> &[OutputEntry<'a>] {
        &self.outputs
    }

    /// The resource with logical id `id`.
    pub fn entry(&self, id: &str) -> Option<&ResourceEntry<'a>> {
        self.entries.get(*self.by_id.get(id)? as usize)
    }

    /// The place of the resource `id` in [`Self::entries`].
    pub(crate) fn place(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).map(|&it| it as usize)
    }

    /// The resources of type `ty`, in the order of the template.
    pub fn entries_of(&self, ty: &str) -> impl Iterator<Item = &ResourceEntry<'a>> {
        self.by_type.get(ty).into_iter().flatten().filter_map(|&it| self.entries.get(it as usize))
    }

    /// The resources of type `ty` in which `property` is written, by their places in [`Self::entries`].
    pub(super) fn places_with(&self, ty: &'static str, property: &'static str) -> Arc<[u32]> {
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        let places = written.entry((ty, property)).or_insert_with(|| {
            let places = self.by_type.get(ty).into_iter().flatten().copied();
            let has_it = |it: &u32| {
                self.entries.get(*it as usize).is_some_and(|it| it.has_written(property))
            };
            places.filter(has_it).collect()
        });
        Arc::clone(places)
    }

    /// The logical id `id` under a name that lives as long as the template.
    pub(super) fn id_of(&self, id: &str) -> Option<&str> {
        self.by_id.get_key_value(id).map(|it| &**it.0)
    }

    /// Repetitions of resources that could not be written out: what they hold is not judged.
    pub fn unknown_repetitions(&self) -> &[Span] {
        &self.unknown_repetitions
    }

    /// Whether `facts` leave a condition no choice but `assumption`.
    pub(super) fn implies(&self, facts: &[Assumption], assumption: Assumption) -> bool {
        let ChoiceOf::Condition(id) = assumption.choice.subject else { return false };
        let possible = self.conditions().possible(id, facts);
        if assumption.outcome == 1 { !possible.falsehood } else { !possible.truth }
    }

    /// An assumption, in the template's own names.
    pub(super) fn describe(&self, assumption: Assumption) -> Described<'_> {
        let Assumption { choice, outcome } = assumption;
        match choice.subject {
            ChoiceOf::Condition(id) => {
                Described::Condition { name: self.conditions().name(id), holds: outcome == 1 }
            }
            ChoiceOf::Parameter(id) => {
                let parameter = self.conditions().variable_name(id);
                Described::Value {
                    parameter,
                    value: self.conditions().value(id, outcome).unwrap_or("something else"),
                }
            }
            ChoiceOf::Lookup(at) => match self.parameters.values().find(|it| it.span.start == at) {
                Some(parameter) => {
                    let value =
                        parameter.allowed.iter().filter_map(|it| it.text()).nth(outcome as usize);
                    Described::Value { parameter: parameter.name, value: value.unwrap_or_default() }
                }
                None => Described::SomeKey,
            },
        }
    }
}

/// An assumption, in the template's own names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Described<'r> {
    /// A condition.
    Condition {
        /// Its name.
        name: &'r str,
        /// Whether it is true.
        holds: bool,
    },
    /// A parameter has a value.
    Value {
        /// Its name.
        parameter: &'r str,
        /// The value.
        value: &'r str,
    },
    /// A mapping is read by a key that is not known.
    SomeKey,
}

impl<'a> ResourceEntry<'a> {
    fn read(
        id: Cow<'a, str>,
        id_span: Span,
        body: Node<'a>,
        bindings: Option<Arc<Bindings>>,
    ) -> Self {
        Self {
            id,
            id_span,
            type_name: body.get("Type").and_then(word),
            condition: body.get("Condition").and_then(word),
            body,
            bindings,
        }
    }

    /// What stands in `Metadata`, as written.
    pub fn metadata(&self) -> Option<Node<'a>> {
        self.body.get("Metadata").and_then(literal)
    }

    /// All of the resource, as written.
    pub fn body(&self) -> Node<'a> {
        self.body
    }

    /// Whether `property` stands in `Properties`, whatever it holds.
    fn has_written(&self, property: &str) -> bool {
        self.body.get("Properties").is_some_and(|it| it.get(property).is_some())
    }
}

/// The first transform that is none of those known to leave resources alone.
fn macro_name<'t>(transform: Node<'t>) -> Option<&'t str> {
    let named = |it: Node<'t>| word(it).filter(|it| !HARMLESS_TRANSFORMS.contains(it));
    match transform.kind() {
        Kind::Scalar => named(transform),
        Kind::Sequence => transform.items().find_map(|it| match it.kind() {
            Kind::Scalar => named(it),
            Kind::Mapping => literal(it)?.get("Name").and_then(named),
            Kind::Sequence => None,
        }),
        Kind::Mapping => transform.get("Name").and_then(named),
    }
}

/// A section of a template, or an entry of one, if `node` is a mapping and no function.
///
/// Its only entry may well be called `Ref`, and is then a mapping.
pub(super) fn section(node: Node<'_>) -> Option<Node<'_>> {
    let is_one = node.kind() == Kind::Mapping
        && match call(node) {
            None => true,
            Some(("Ref", argument)) => argument.own_mapping().is_some(),
            Some(_) => false,
        };
    is_one.then_some(node)
}

/// Whether what stands under a logical id is a resource, and no function in the place of one.
fn is_resource(body: Node<'_>) -> bool {
    body.kind() == Kind::Mapping && call(body).is_none()
}

/// Whether a document is a template: by its format version, by a resource with a type of the form
/// `A::B::C`, or by a transform of AWS beside its resources.
pub fn is_template(root: Node<'_>) -> bool {
    if section(root).is_none() {
        return false;
    }
    if root.get("AWSTemplateFormatVersion").is_some() {
        return true;
    }
    let Some(resources) = root.get("Resources").and_then(section) else {
        return false;
    };
    let is_typed = |it: Node<'_>| {
        section(it)
            .and_then(|it| it.get("Type"))
            .and_then(word)
            .is_some_and(|it| it.split("::").filter(|it| !it.is_empty()).count() >= 2)
    };
    let is_repetition = |it: Option<&str>| it.is_some_and(|it| it.starts_with("Fn::ForEach"));
    let names_aws = |it: Node<'_>| word(it).is_some_and(|it| it.starts_with("AWS::"));
    resources.entries().any(|it| is_typed(it.value) || is_repetition(it.key.text()))
        || root
            .get("Transform")
            .and_then(literal)
            .is_some_and(|it| names_aws(it) || it.items().any(names_aws))
}
