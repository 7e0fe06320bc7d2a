//! A fix as a rule states it: what shall stand where. The engine makes edits of it.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;
use stackseal_model::Slot;
use stackseal_model::aws::{KeyUser, NewKey, Update, update_of};
use stackseal_model::cloudformation::Resource;
use stackseal_syntax::{Change, Edit, Entry, Literal, Span, Tree, edits};

use crate::finding::Fix;

/// What mends a finding, in terms of places and values.
///
/// Where one of its places is none, or the text cannot be changed cleanly there, the finding has no
/// fix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mend {
    title: String,
    unsafe_because: Option<String>,
    changes: Vec<Change>,
    /// What is put beside everything else, and is right wherever the rest is.
    additions: Vec<Change>,
    is_possible: bool,
}

impl Mend {
    /// A mend that changes nothing but the protection.
    pub fn safe(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            unsafe_because: None,
            changes: Vec::new(),
            additions: Vec::new(),
            is_possible: true,
        }
    }

    /// A mend that somebody has to agree to, and why.
    pub fn with_care(title: impl Into<String>, because: impl Into<String>) -> Self {
        Self { unsafe_because: Some(because.into()), ..Self::safe(title) }
    }

    /// Sets the property at `path` of `resource`; safe unless that replaces the resource.
    pub fn property(resource: &Resource<'_>, path: &str, value: impl Into<Literal>) -> Self {
        let value = value.into();
        Self::safe(format!("Set `{path}`{}", shown(&value))).set_property(resource, path, value)
    }

    /// Sets the property at `path` of `resource` as well.
    #[must_use]
    pub fn set_property(
        self,
        resource: &Resource<'_>,
        path: &str,
        value: impl Into<Literal>,
    ) -> Self {
        self.updating(resource, path).set(resource.slot(path), value)
    }

    /// Says what a change of the property at `path` does to `resource`.
    fn updating(self, resource: &Resource<'_>, path: &str) -> Self {
        let id = resource.id();
        match update_of(resource.type_name(), path) {
            Update::InPlace => self,
            Update::Replaces => {
                self.because(format!("it replaces `{id}`, and what it holds is lost"))
            }
            Update::MayReplace => self.because(format!("it may replace `{id}`")),
        }
    }

    /// Makes a key for `resource` alone, named after it and `purpose`, and lets `wire` name it where it
    /// belongs. None where nobody knows who has to use such a key.
    pub fn own_key(
        resource: &Resource<'_>,
        user: Option<KeyUser>,
        purpose: &str,
        wire: impl FnOnce(Self, Literal) -> Self,
    ) -> Option<Self> {
        let key = NewKey::of(resource, user?, purpose);
        let title =
            format!("Add the key `{}`, and keep what `{}` holds under it", key.id, resource.id());
        let mend = wire(Self::safe(title), key.arn());
        let because = match &mend.unsafe_because {
            Some(because) => format!("{because}; and a key has a price and a policy"),
            None => "a key has a price, and a policy that has to let in who uses it".to_owned(),
        };
        let mend = Self { unsafe_because: Some(because), ..mend };
        Some(mend.add_resource(resource, key.id, key.body))
    }

    /// The same, where one property of `resource` names the key.
    pub fn own_key_in(resource: &Resource<'_>, path: &str) -> Option<Self> {
        let user = KeyUser::of(resource.type_name());
        Self::own_key(resource, user, "", |mend, arn| mend.set_property(resource, path, arn))
    }

    /// Writes `value` at `slot`, a property of `resource` that stands at `path`.
    #[must_use]
    pub fn set_at(
        self,
        resource: &Resource<'_>,
        slot: Option<Slot>,
        path: &str,
        value: impl Into<Literal>,
    ) -> Self {
        self.updating(resource, path).set(slot, value)
    }

    /// Makes it a matter of agreement, unless it is one already.
    #[must_use]
    pub fn because(mut self, because: impl Into<String>) -> Self {
        self.unsafe_because.get_or_insert_with(|| because.into());
        self
    }

    /// Writes `value` at `slot`.
    #[must_use]
    pub fn set(mut self, slot: Option<Slot>, value: impl Into<Literal>) -> Self {
        match slot {
            Some(slot) => self.changes.push(slot.put(value.into())),
            None => self.is_possible = false,
        }
        self
    }

    /// Makes one more change.
    #[must_use]
    pub fn change(mut self, change: Change) -> Self {
        self.changes.push(change);
        self
    }

    /// Adds a resource to the template of `beside`, under the condition of that.
    #[must_use]
    pub fn add_resource(mut self, beside: &Resource<'_>, id: String, body: Literal) -> Self {
        let resources = beside.template().root().entry("Resources");
        let Some(resources) = resources else {
            self.is_possible = false;
            return self;
        };
        let body = match (body, beside.condition()) {
            (Literal::Map(mut entries), Some(condition)) => {
                let place = entries.len().min(1);
                entries.insert(place, ("Condition".into(), condition.to_owned().into()));
                Literal::Map(entries)
            }
            (body, _) => body,
        };
        let into = resources.value.span();
        self.additions.push(Change::Insert { into, keys: vec![id], value: body });
        self
    }

    /// Adds a document to the file of `beside`.
    #[must_use]
    pub fn add_document(mut self, beside: Span, value: Literal) -> Self {
        self.additions.push(Change::AddDocument { within: beside, value });
        self
    }

    /// Whether every change stands inside a branch of `forks` choices at least: then it is not seen
    /// where the branch is not taken.
    pub(crate) fn stands_in_branches(&self, forks: usize, trees: &FxHashMap<u32, &Tree>) -> bool {
        self.changes.iter().map(Change::span).all(|span| {
            trees.get(&span.file.0).is_some_and(|tree| branches_around(tree, span) >= forks)
        })
    }

    /// The fix; none where it cannot be made.
    pub(crate) fn into_fix(self, trees: &FxHashMap<u32, &Tree>) -> Option<Fix> {
        let Self { title, unsafe_because, changes, additions, is_possible } = self;
        if !is_possible {
            return None;
        }
        let mut by_file: BTreeMap<u32, Vec<Change>> = BTreeMap::new();
        for change in changes.into_iter().chain(additions) {
            by_file.entry(change.span().file.0).or_default().push(change);
        }
        let mut all = Vec::new();
        for (file, changes) in by_file {
            match trees.get(&file) {
                Some(tree) => all.extend(edits(tree, changes)?),
                None => {
                    for change in changes {
                        let Change::Replace { at, text } = change else { return None };
                        all.push(Edit { span: at, text });
                    }
                }
            }
        }
        (!all.is_empty()).then_some(Fix { title, unsafe_because, edits: all })
    }
}

/// A value as a title shows it: only what is short.
fn shown(value: &Literal) -> String {
    match value {
        Literal::Text(text) if text.len() <= 60 && !text.contains('\n') => format!(" to `{text}`"),
        Literal::Bool(it) => format!(" to `{it}`"),
        Literal::Number(it) => format!(" to `{it}`"),
        Literal::Call { long: (_, argument), .. } => match &**argument {
            Literal::Text(text) => format!(" to `{text}`"),
            _ => String::new(),
        },
        Literal::Text(_) | Literal::List(_) | Literal::Map(_) => String::new(),
    }
}

/// How many branches of `Fn::If` stand around `span`.
fn branches_around(tree: &Tree, span: Span) -> usize {
    let mut branches = 0;
    let mut next = tree.document_at(span);
    while let Some(node) = next {
        if node.tag() == Some("!If") {
            branches += 1;
        }
        let child = node.child_at(span);
        // A long intrinsic is the only entry of its mapping.
        let is_if = |it: Entry<'_>| it.key.text() == Some("Fn::If");
        if child.is_some() && node.single_entry().is_some_and(is_if) {
            branches += 1;
        }
        next = child;
    }
    branches
}
