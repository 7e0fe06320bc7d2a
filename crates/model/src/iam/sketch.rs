//! A first look at the identity policies of a run: which of them may bear on which key.
//!
//! Taken once, from the texts as they are written; whatever may lead to any key counts for all.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;
use stackseal_syntax::{Kind, Node};

use super::actions::kms_actions;
use super::identity_policies::IDENTITY_POLICY_TYPES;
use super::kms_actions::KmsActions;
use crate::cloudformation::{ResourceEntry, Template};

/// The first look at the templates of a run, taken one by one when somebody asks.
#[derive(Debug, Default)]
pub(crate) struct PolicySketches {
    of_templates: Vec<OnceLock<Sketch>>,
    /// The templates some policy of which may name a key of another one, by their places.
    importing: OnceLock<Vec<usize>>,
}

/// Resources of one template, by their places in [`Template::entries`].
#[derive(Debug, Default)]
pub(super) struct Sketch {
    /// Hold policies that may bear on any key.
    open: Vec<Bearing>,
    /// Hold policies that speak of KMS and name this key of the template.
    by_key: FxHashMap<Box<str>, Vec<Bearing>>,
    /// Name managed policies.
    pub(super) managed: Vec<usize>,
    /// Users that name groups.
    pub(super) grouped: Vec<usize>,
    /// Put users into groups.
    pub(super) additions: Vec<usize>,
    /// Some policy may name a key of another template.
    imports_keys: bool,
}

/// A resource whose policies may bear on a key.
#[derive(Clone, Copy, Debug)]
struct Bearing {
    place: usize,
    /// What the policies can be about at most.
    actions: KmsActions,
    /// It is a role or user, and its policies hang on nobody else.
    is_identity: bool,
}

impl PolicySketches {
    /// Room for as many templates.
    pub(crate) fn new(templates: usize) -> Self {
        let of_templates = (0..templates).map(|_| OnceLock::new()).collect();
        Self { of_templates, importing: OnceLock::new() }
    }

    pub(super) fn template(&self, template: &Template<'_>) -> Option<&Sketch> {
        let sketch = self.of_templates.get(template.index() as usize)?;
        Some(sketch.get_or_init(|| Sketch::of(template)))
    }

    /// Those of `templates`, all of the run, some policy of which may name a key of another one: their
    /// places, in order.
    pub(super) fn importing(&self, templates: &[Template<'_>]) -> &[usize] {
        let imports_keys = |template: &Template<'_>| {
            let root = template.root();
            let (text, span) = (root.tree().source().text.as_bytes(), root.span());
            let text = text.get(span.range()).unwrap_or(text);
            // Most templates hold no policy or import nothing, and need no closer look.
            template.entries().iter().any(holds_identity_policy)
                && memchr::memmem::find(text, b"ImportValue").is_some()
                && self.template(template).is_some_and(|it| it.imports_keys)
        };
        self.importing.get_or_init(|| {
            let importing = templates.iter().enumerate().filter(|(_, it)| imports_keys(it));
            importing.map(|(place, _)| place).collect()
        })
    }
}

impl Sketch {
    fn of(template: &Template<'_>) -> Self {
        let mut sketch = Self::default();
        for (place, entry) in template.entries().iter().enumerate() {
            let Some(ty) = entry.type_name else { continue };
            if ty == "AWS::IAM::UserToGroupAddition" {
                sketch.additions.push(place);
            }
            if holds_identity_policy(entry) {
                sketch.add(template, place, entry);
            }
        }
        sketch
    }

    fn add(&mut self, template: &Template<'_>, place: usize, entry: &ResourceEntry<'_>) {
        let mut found = Found::default();
        look(entry.body(), template, &mut found);
        if found.names_managed_policy {
            self.managed.push(place);
        }
        if found.names_group {
            self.grouped.push(place);
        }
        if !found.speaks_of_kms {
            return;
        }
        self.imports_keys |= found.imports;
        let bearing = Bearing {
            place,
            actions: actions_of(entry),
            is_identity: matches!(entry.type_name, Some("AWS::IAM::Role" | "AWS::IAM::User")),
        };
        if found.is_open || found.imports || found.keys.is_empty() {
            self.open.push(bearing);
        } else {
            found.keys.sort_unstable();
            found.keys.dedup();
            for key in found.keys {
                self.by_key.entry(key.into()).or_default().push(bearing);
            }
        }
    }

    /// The resources whose policies may bear on the key with logical id `key`, in order. Left out are
    /// roles and users that have one duty at most, unless they are `wanted` anyway.
    pub(super) fn bearing_on(&self, key: &str, wanted: impl Fn(usize) -> bool) -> Vec<usize> {
        let all = || self.open.iter().chain(self.by_key.get(key).into_iter().flatten());
        // Nobody looks yet on whom these hang.
        let of_others = all().filter(|it| !it.is_identity);
        let of_others = of_others.fold(KmsActions::NONE, |sum, it| sum.union(it.actions));
        let matters = |it: &&Bearing| {
            !it.is_identity || it.actions.union(of_others).gives_both_duties() || wanted(it.place)
        };
        let mut places: Vec<usize> = all().filter(matters).map(|it| it.place).collect();
        places.sort_unstable();
        places
    }
}

fn holds_identity_policy(entry: &ResourceEntry<'_>) -> bool {
    entry.type_name.is_some_and(|it| IDENTITY_POLICY_TYPES.contains(&it))
}

/// The KMS actions that the policies of a resource can be about at most: those written there, or all
/// where something is not simply written.
fn actions_of(entry: &ResourceEntry<'_>) -> KmsActions {
    let of_policies = || {
        let properties = entry.body().get("Properties").filter(is_written)?;
        match entry.type_name? {
            "AWS::IAM::Role" | "AWS::IAM::User" => {
                sum(properties.get("Policies")?, |it| of_document(it.get("PolicyDocument")?))
            }
            "AWS::IAM::Policy"
            | "AWS::IAM::ManagedPolicy"
            | "AWS::IAM::RolePolicy"
            | "AWS::IAM::UserPolicy" => of_document(properties.get("PolicyDocument")?),
            _ => None,
        }
    };
    of_policies().unwrap_or(KmsActions::ALL)
}

fn of_document(document: Node<'_>) -> Option<KmsActions> {
    let statements = is_written(&document).then(|| document.get("Statement"))??;
    sum(statements, |statement| match statement.entry("NotAction") {
        Some(_) => None,
        None => sum(statement.get("Action")?, |action| {
            let pattern = action.text().filter(|it| !it.contains('{'))?;
            Some(kms_actions(pattern.as_bytes()))
        }),
    })
}

/// The actions of one part or of a list of them; none where something is not simply written.
fn sum(one_or_list: Node<'_>, of: impl Fn(Node<'_>) -> Option<KmsActions>) -> Option<KmsActions> {
    let of = |it: Node<'_>| is_written(&it).then(|| of(it))?;
    match one_or_list.kind() {
        Kind::Scalar | Kind::Mapping => of(one_or_list),
        Kind::Sequence => {
            let mut items = is_written(&one_or_list).then(|| one_or_list.items())?;
            items.try_fold(KmsActions::NONE, |sum, it| Some(sum.union(of(it)?)))
        }
    }
}

/// Whether no function, no loop and no macro has a say in what stands at a node itself.
fn is_written(node: &Node<'_>) -> bool {
    let is_function = |it: &str| it == "Ref" || it.starts_with("Fn::");
    node.tag().is_none() && !node.entries().any(|it| it.key.text().is_none_or(is_function))
}

/// What the texts of one resource say.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts, each asked for by its name")]
struct Found<'n> {
    /// An action of KMS, or all actions.
    speaks_of_kms: bool,
    /// All resources, or keys by pattern.
    is_open: bool,
    imports: bool,
    names_managed_policy: bool,
    names_group: bool,
    /// Keys of the template.
    keys: Vec<&'n str>,
}

/// Looks at every text below `node`. The depth of a tree is bounded where it is built.
fn look<'n>(node: Node<'n>, template: &Template<'_>, found: &mut Found<'n>) {
    let (actions, all_but) = (node.get("Action"), node.get("NotAction"));
    if actions.or(all_but).is_none() {
        return look_below(node, template, found);
    }
    // What a statement about something else opens, it opens for something else.
    let mut named = Found::default();
    if let Some(actions) = actions {
        look_below(actions, template, &mut named);
    }
    if all_but.is_some() || named.speaks_of_kms || named.is_open || named.imports {
        let mut statement = Found::default();
        look_below(node, template, &mut statement);
        found.speaks_of_kms = true;
        found.imports |= statement.imports;
        found.is_open |= statement.is_open || statement.keys.is_empty();
        found.keys.append(&mut statement.keys);
    }
}

fn look_below<'n>(node: Node<'n>, template: &Template<'_>, found: &mut Found<'n>) {
    found.imports |= node.tag() == Some("!ImportValue");
    match node.kind() {
        Kind::Scalar => look_at_text(node.text().unwrap_or_default(), template, found),
        Kind::Sequence => node.items().for_each(|it| look(it, template, found)),
        Kind::Mapping => {
            for entry in node.entries() {
                match entry.key.text() {
                    Some("Fn::ImportValue") => found.imports = true,
                    Some("ManagedPolicyArns") => found.names_managed_policy = true,
                    Some("Groups") => found.names_group = true,
                    // Everything but what is named: KMS too, unless it is named.
                    Some("NotAction") => found.speaks_of_kms = true,
                    Some("NotResource") => found.is_open = true,
                    // Keys of conditions and names of policy templates speak of KMS, too.
                    Some(text) => look_at_text(text, template, found),
                    None => (),
                }
                look(entry.value, template, found);
            }
        }
    }
}

fn look_at_text<'n>(text: &'n str, template: &Template<'_>, found: &mut Found<'n>) {
    if text.starts_with('*') {
        found.speaks_of_kms = true;
        found.is_open = true;
        return;
    }
    found.speaks_of_kms |= text.as_bytes().windows(3).any(|it| it.eq_ignore_ascii_case(b"kms"));
    // A policy written as text may say anything.
    found.is_open |= text.contains('{') && text.contains("Statement");
    // An ARN with wildcards, or one put together.
    found.is_open |= text.contains(':') && (holds(text, b":key") || holds(text, b"::*"))
        || text.contains('/') && holds(text, b"key/");
    let is_key = |id: &str| {
        let ty = template.entry(id).and_then(|it| it.type_name);
        matches!(ty, Some("AWS::KMS::Key" | "AWS::KMS::ReplicaKey"))
    };
    let id = text.split('.').next().unwrap_or(text);
    if is_key(id) {
        found.keys.push(id);
    }
    for hole in text.split('$').skip(1).filter_map(|it| it.strip_prefix('{')) {
        let id = hole.split(['}', '.']).next().unwrap_or_default();
        if is_key(id) {
            found.keys.push(id);
        }
    }
    // What a parameter names may be any key.
    found.is_open |= template.parameter(id).is_some();
}

/// Whether `part` stands somewhere in a text that is short, as names are.
fn holds<const N: usize>(text: &str, part: &[u8; N]) -> bool {
    text.as_bytes().windows(N).any(|it| it == part)
}
