//! An object of a manifest: who it is, and how lists are unwrapped.

use stackseal_syntax::{Kind, Node, Span};

use crate::kubernetes::block::{Block, Reading, first_key};
use crate::kubernetes::placeholder::has_placeholder;
use crate::kubernetes::scalar::{Scalar, resolve};
use crate::setting::Setting;

/// Lists inside one another; the API server knows no list in a list at all.
const MAX_LIST_DEPTH: usize = 8;

/// The annotation by which an object asks argocd-vault-plugin to fill it.
const VAULT_PLUGIN_PATH: &str = "avp.kubernetes.io/path";

/// A kind of object, whatever its version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupKind<'n> {
    /// The API group; empty for the core group.
    pub group: &'n str,
    /// The kind.
    pub kind: &'n str,
}

/// A name, and where it is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Name<'t> {
    /// The name, or the prefix of it where the API server makes it up.
    pub text: &'t str,
    /// The value of `name` or `generateName`.
    pub span: Span,
    /// It comes from `generateName`.
    pub is_generated: bool,
}

/// One object of a manifest.
#[derive(Clone, Copy, Debug)]
pub struct Object<'t> {
    root: Block<'t>,
    api_version: &'t str,
    kind: &'t str,
    name: Option<Name<'t>>,
    namespace: Option<&'t str>,
}

/// The objects of a document: itself, or the items of a list, lists in lists included.
///
/// Nothing for a document that is no manifest. Items may leave `apiVersion` and `kind` out where
/// the list says them: in a `SecretList`, not in a `List`.
pub fn objects_of(document: Node<'_>) -> Vec<Object<'_>> {
    let mut objects = Vec::new();
    collect(document, None, false, 0, &mut objects);
    objects
}

/// The objects of a document that is a kustomize patch: what they do not say stands elsewhere.
pub fn partial_objects_of(document: Node<'_>) -> Vec<Object<'_>> {
    let mut objects = Vec::new();
    collect(document, None, true, 0, &mut objects);
    objects
}

fn collect<'t>(
    node: Node<'t>,
    list: Option<(&'t str, &'t str)>,
    is_partial: bool,
    depth: usize,
    objects: &mut Vec<Object<'t>>,
) {
    if node.kind() != Kind::Mapping {
        return;
    }
    let own = (header(node, "apiVersion"), header(node, "kind"));
    let (api_version, kind) = match (own, list) {
        ((Some(api_version), Some(kind)), _) => (api_version, kind),
        ((None, None), Some(of_list)) => of_list,
        ((Some(_), None) | (None, Some(_)), Some((api_version, kind))) => {
            (own.0.unwrap_or(api_version), own.1.unwrap_or(kind))
        }
        ((Some(_), None) | (None, Some(_) | None), None) => return,
    };
    let items = node.get("items").filter(|it| it.kind() == Kind::Sequence);
    if let (Some(items), Some(element)) = (items, kind.strip_suffix("List")) {
        if depth < MAX_LIST_DEPTH {
            let of_list = (!element.is_empty()).then_some((api_version, element));
            for item in items.items() {
                collect(item, of_list, is_partial, depth + 1, objects);
            }
        }
        return;
    }
    objects.push(Object::new(node, api_version, kind, is_partial));
}

/// The value of `apiVersion` or `kind`, if it is a text.
pub(super) fn header<'t>(node: Node<'t>, key: &str) -> Option<&'t str> {
    let value = node.get(key)?;
    (value.kind() == Kind::Scalar && resolve(value) == Scalar::Text)
        .then(|| value.text())
        .flatten()
        .filter(|it| !it.is_empty())
}

impl<'t> Object<'t> {
    fn new(node: Node<'t>, api_version: &'t str, kind: &'t str, is_partial: bool) -> Self {
        let metadata = node.get("metadata");
        let has_vault_plugin = metadata
            .and_then(|it| it.get("annotations"))
            .is_some_and(|it| it.get(VAULT_PLUGIN_PATH).is_some());
        // The root has no key of its own, and its kind is what lacks something.
        let key = node.get("kind").map_or_else(|| first_key(node), Node::span);
        let field = |key| {
            let value = metadata?.get(key)?;
            value
                .text()
                .filter(|it| !it.is_empty() && !value.is_null())
                .map(|it| (it, value.span()))
        };
        let name = field("name").map(|(text, span)| Name { text, span, is_generated: false });
        let generated =
            || field("generateName").map(|(text, span)| Name { text, span, is_generated: true });
        Self {
            root: Block::new(node, key, Reading { is_partial, has_vault_plugin }),
            api_version,
            kind,
            name: name.or_else(generated),
            namespace: field("namespace").map(|it| it.0),
        }
    }

    /// The object as it stands in the manifest.
    pub fn node(&self) -> Node<'t> {
        self.root.node()
    }

    /// The object as a block; what is missing at its top goes under the value of `kind`.
    pub fn root(&self) -> Block<'t> {
        self.root
    }

    /// The API group; empty for the core group.
    pub fn group(&self) -> &'t str {
        self.api_version.rsplit_once('/').map_or("", |it| it.0)
    }

    /// The version in its group: `v1beta1`.
    pub fn version(&self) -> &'t str {
        self.api_version.rsplit_once('/').map_or(self.api_version, |it| it.1)
    }

    /// The kind.
    pub fn kind(&self) -> &'t str {
        self.kind
    }

    /// Group and kind.
    pub fn group_kind(&self) -> GroupKind<'t> {
        GroupKind { group: self.group(), kind: self.kind }
    }

    /// Whether it is one of `kinds`.
    pub fn is_any(&self, kinds: &[GroupKind<'_>]) -> bool {
        kinds.iter().any(|it| it.kind == self.kind && it.group == self.group())
    }

    /// Its name, or the prefix the API server makes one of.
    pub fn name(&self) -> Option<Name<'t>> {
        self.name
    }

    /// Its namespace; without one, that of whoever applies it.
    pub fn namespace(&self) -> Option<&'t str> {
        self.namespace
    }

    /// Whether it is a kustomize patch.
    pub fn is_partial(&self) -> bool {
        self.root.is_partial()
    }

    /// `[namespace/]name`, for people.
    pub fn id(&self) -> String {
        let name = self.name.map_or("(unnamed)", |it| it.text);
        self.namespace.map_or_else(|| name.to_owned(), |it| format!("{it}/{name}"))
    }

    /// `apps/v1/Deployment`, for people.
    pub fn type_name(&self) -> String {
        format!("{}/{}", self.api_version, self.kind)
    }

    /// The place that stands for the object as a whole: its name, else its kind.
    pub fn site(&self) -> Span {
        self.name.map_or_else(|| self.root.key(), |it| it.span)
    }

    /// An annotation.
    pub fn annotation(&self, name: &str) -> Setting<'t, &'t str> {
        self.root.text(&["metadata", "annotations", name])
    }

    /// Whether two handles are the same object of the same tree.
    pub fn is_same(&self, other: &Object<'_>) -> bool {
        self.node().span() == other.node().span()
    }
}

/// Whether an object of namespace `a` can mean one of namespace `b`: they are equal, or one of them
/// is left to whoever applies it or to a placeholder.
pub(super) fn namespaces_meet(a: Option<&str>, b: Option<&str>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a == b || has_placeholder(a) || has_placeholder(b),
        (None, _) | (_, None) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kubernetes::testing::{document, objects};

    fn check(text: &str, expected: &[(&str, &str)]) {
        let tree = document(text);
        let found: Vec<(String, String)> =
            objects(&tree).iter().map(|it| (it.type_name(), it.id())).collect();
        let found: Vec<(&str, &str)> = found.iter().map(|(a, b)| (&**a, &**b)).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn identity_is_read_from_the_header_and_the_metadata() {
        check(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\n",
            &[("apps/v1/Deployment", "shop/web")],
        );
        check("apiVersion: v1\nkind: Pod\nmetadata: {generateName: job-}\n", &[("v1/Pod", "job-")]);
        check("apiVersion: v1\nkind: Pod\n", &[("v1/Pod", "(unnamed)")]);
        check(
            "{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {\"name\": \"a\"}}",
            &[("v1/Pod", "a")],
        );
        check("apiVersion: 1\nkind: Pod\n", &[]);
        check("apiVersion: v1\n", &[]);
        check("- apiVersion: v1\n  kind: Pod\n", &[]);
    }

    #[test]
    fn each_document_of_a_stream_is_an_object() {
        check(
            "apiVersion: v1\nkind: A\n---\n# nothing\n---\napiVersion: b/v1\nkind: B\n...\n",
            &[("v1/A", "(unnamed)"), ("b/v1/B", "(unnamed)")],
        );
    }

    #[test]
    fn lists_are_unwrapped_recursively() {
        check(
            "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {name: a}}\n\
             - {kind: Pod, metadata: {name: lost}}\n- apiVersion: v1\n  kind: SecretList\n  items:\n\
             \x20 - {metadata: {name: b}}\n  - {kind: Secret, apiVersion: v1, metadata: {name: c}}\n- 3\n",
            &[("v1/Pod", "a"), ("v1/Secret", "b"), ("v1/Secret", "c")],
        );
        // A kind that merely ends like one.
        check(
            "apiVersion: x.io/v1\nkind: AllowList\nspec: {}\n",
            &[("x.io/v1/AllowList", "(unnamed)")],
        );
    }

    #[test]
    fn lists_are_followed_only_so_deep() {
        let mut text = "{apiVersion: v1, kind: Pod}".to_owned();
        for _ in 0..8 {
            text = format!("{{apiVersion: v1, kind: List, items: [{text}]}}");
        }
        check(&text, &[("v1/Pod", "(unnamed)")]);
        check(&format!("{{apiVersion: v1, kind: List, items: [{text}]}}"), &[]);
    }

    #[test]
    fn groups_and_versions_are_told_apart() {
        let tree = document(
            "apiVersion: networking.k8s.io/v1beta1\nkind: Ingress\n---\napiVersion: v1\nkind: Pod\n",
        );
        let found: Vec<_> = objects(&tree).iter().map(|it| (it.group(), it.version())).collect();
        assert_eq!(found, [("networking.k8s.io", "v1beta1"), ("", "v1")]);
    }

    #[test]
    fn namespaces_meet_when_equal_or_open() {
        let cases = [
            (Some("a"), Some("a"), true),
            (Some("a"), Some("b"), false),
            (Some("a"), None, true),
            (None, None, true),
            (Some("${NS}"), Some("b"), true),
        ];
        for (a, b, expected) in cases {
            assert_eq!(namespaces_meet(a, b), expected, "{a:?} {b:?}");
        }
    }
}
