//! Kustomizations: never sent to a cluster, but they say which files are patches, and their secret
//! generators may hold secrets.
//!
//! <https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/>

use std::fmt;

use stackseal_syntax::{Kind, Node, Span};

use crate::kubernetes::block::Block;
use crate::kubernetes::object::header;

/// The names under which kustomize looks for its file.
const FILE_NAMES: &[&str] = &["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// A kustomization, for what it makes itself.
#[derive(Clone, Copy, Debug)]
pub struct Kustomization<'t> {
    node: Node<'t>,
}

/// A generator of a Secret or a ConfigMap.
#[derive(Clone, Debug)]
pub struct Generator<'t> {
    /// Its name: that of the object it makes, without the hash.
    pub name: Option<&'t str>,
    /// What it is given one by one, in its order; files it is given are looked at for themselves.
    pub literals: Vec<GeneratorLiteral<'t>>,
}

/// A `key=value` of a generator.
#[derive(Clone, Copy)]
pub struct GeneratorLiteral<'t> {
    /// What stands before the first `=`.
    pub key: &'t str,
    /// What stands behind it, quotes around it taken off.
    pub value: &'t str,
    /// The whole literal.
    pub span: Span,
}

impl<'t> Kustomization<'t> {
    /// `document`, which [`is_kustomization`], as one.
    pub fn of(document: Node<'t>) -> Self {
        Self { node: document }
    }

    /// The document.
    pub fn node(&self) -> Node<'t> {
        self.node
    }

    /// The generators of Secrets.
    pub fn secret_generators(&self) -> Vec<Generator<'t>> {
        self.generators("secretGenerator")
    }

    /// The generators of ConfigMaps.
    pub fn config_map_generators(&self) -> Vec<Generator<'t>> {
        self.generators("configMapGenerator")
    }

    /// Whether there is anything in it to judge.
    pub fn generates_literals(&self) -> bool {
        let mut generators = self.secret_generators();
        generators.extend(self.config_map_generators());
        generators.iter().any(|it| !it.literals.is_empty())
    }

    fn generators(&self, key: &str) -> Vec<Generator<'t>> {
        Block::root(self.node).blocks(&[key]).into_iter().map(Generator::new).collect()
    }
}

impl<'t> Generator<'t> {
    fn new(block: Block<'t>) -> Self {
        let literals = block.items(&["literals"]).known().unwrap_or_default();
        Self {
            name: block.written(&["name"]),
            literals: literals.into_iter().filter_map(GeneratorLiteral::new).collect(),
        }
    }
}

impl<'t> GeneratorLiteral<'t> {
    fn new(node: Node<'t>) -> Option<Self> {
        let (key, value) = node.text()?.split_once('=')?;
        Some(Self { key: key.trim(), value: unquoted(value), span: node.span() })
    }
}

impl fmt::Debug for GeneratorLiteral<'_> {
    /// Key and place only: the value may be a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{:?}", self.key, self.span)
    }
}

/// Whether `document`, read from `path`, is a kustomization: by its kind, or by the file name where
/// it does not say another one.
pub fn is_kustomization(path: &str, document: Node<'_>) -> bool {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let is_named = FILE_NAMES.contains(&name)
        && document.kind() == Kind::Mapping
        && header(document, "apiVersion").is_none_or(is_own_version)
        && header(document, "kind").is_none_or(is_own_name);
    is_named || is_own_kind(document)
}

/// Whether `document` says of itself that it is a kustomization.
pub(super) fn is_own_kind(document: Node<'_>) -> bool {
    header(document, "kind").is_some_and(is_own_name)
        && header(document, "apiVersion").is_some_and(is_own_version)
}

fn is_own_name(kind: &str) -> bool {
    matches!(kind, "Kustomization" | "Component")
}

fn is_own_version(api_version: &str) -> bool {
    api_version.starts_with("kustomize.config.k8s.io/")
}

/// The files a kustomization names as patches, relative to its own folder and in its order.
pub fn patch_paths(document: Node<'_>) -> Vec<&str> {
    let listed = ["patches", "patchesJson6902"].into_iter().flat_map(|key| members(document, key));
    let strategic = members(document, "patchesStrategicMerge").filter_map(Node::text);
    listed
        .filter_map(|it| it.get("path")?.text())
        // What has several lines is a patch itself.
        .chain(strategic.filter(|it| !it.trim().contains('\n')))
        .filter(|it| !it.trim().is_empty())
        .collect()
}

/// The texts of a kustomization that are patches themselves: each holds documents of its own.
pub fn inline_patches(document: Node<'_>) -> Vec<Node<'_>> {
    let listed = members(document, "patches").filter_map(|it| it.get("patch"));
    let strategic = members(document, "patchesStrategicMerge");
    listed
        .chain(strategic.filter(|it| it.text().is_some_and(|it| it.trim().contains('\n'))))
        .filter(|it| it.kind() == Kind::Scalar)
        .collect()
}

/// The elements of the list under `key`.
fn members<'t>(document: Node<'t>, key: &str) -> impl Iterator<Item = Node<'t>> + use<'t> {
    document.get(key).into_iter().flat_map(Node::items)
}

/// kustomize takes one pair of quotes off a literal.
fn unquoted(value: &str) -> &str {
    ['"', '\''].into_iter().find_map(|it| value.strip_prefix(it)?.strip_suffix(it)).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kubernetes::testing::document;

    #[test]
    fn kustomizations_are_known_by_kind_or_by_file_name() {
        let own = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n";
        let flux = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n";
        let cases = [
            ("k8s/kustomization.yaml", "resources: [a.yaml]\n", true),
            ("k8s/kustomization.yml", "kind: Kustomization\n", true),
            ("k8s\\Kustomization", "resources: [a.yaml]\n", true),
            ("other.yaml", "resources: [a.yaml]\n", false),
            ("other.yaml", own, true),
            ("kustomization.yaml", flux, false),
            ("kustomization.yaml", "apiVersion: v1\nkind: Pod\n", false),
            ("kustomization.yaml", "- a\n", false),
        ];
        for (path, text, expected) in cases {
            let tree = document(text);
            let document = tree.documents().next().unwrap();
            assert_eq!(is_kustomization(path, document), expected, "{path} {text}");
        }
    }

    #[test]
    fn patches_are_files_or_texts() {
        let tree = document(
            "patches:\n- path: a.yaml\n- patch: |-\n    kind: Pod\n  target: {kind: Pod}\n- {}\n- 3\n\
             patchesJson6902:\n- {path: b.json, target: {kind: Pod}}\n\
             patchesStrategicMerge:\n- c.yaml\n- |\n  apiVersion: v1\n  kind: Pod\n",
        );
        let document = tree.documents().next().unwrap();
        assert_eq!(patch_paths(document), ["a.yaml", "b.json", "c.yaml"]);
        let inline: Vec<_> = inline_patches(document).into_iter().filter_map(Node::text).collect();
        assert_eq!(inline, ["kind: Pod", "apiVersion: v1\nkind: Pod\n"]);
    }

    #[test]
    fn literals_are_split_at_the_first_equals_sign() {
        let tree = document(
            "secretGenerator:\n- name: db\n  literals: [password=a=b, 'user=\"x\"', bare]\n- literals: no\n\
             configMapGenerator:\n- literals: [k=v]\n",
        );
        let document = tree.documents().next().unwrap();
        let kustomization = Kustomization::of(document);
        let shown = |generators: Vec<Generator<'_>>| -> Vec<String> {
            let shown = |it: &Generator<'_>| {
                let literals: Vec<_> =
                    it.literals.iter().map(|it| format!(" {}: {}", it.key, it.value)).collect();
                format!("{:?}{}", it.name, literals.join(","))
            };
            generators.iter().map(shown).collect()
        };
        let found = shown(kustomization.secret_generators());
        assert_eq!(found, ["Some(\"db\") password: a=b, user: x", "None"]);
        assert_eq!(shown(kustomization.config_map_generators()), ["None k: v"]);
        assert!(kustomization.generates_literals());
    }
}
