//! Which documents are manifests.

use stackseal_syntax::{Kind, Node};

use crate::kubernetes::kustomize;
use crate::kubernetes::object::header;

/// Whether `document` is a manifest: a mapping with a text each as `apiVersion` and `kind`, and no
/// kustomization, which no cluster is ever sent.
pub fn is_manifest(document: Node<'_>) -> bool {
    document.kind() == Kind::Mapping
        && header(document, "apiVersion").is_some()
        && header(document, "kind").is_some()
        && !kustomize::is_own_kind(document)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kubernetes::testing::document;

    #[test]
    fn a_manifest_says_its_version_and_kind() {
        let cases = [
            ("apiVersion: v1\nkind: Pod\n", true),
            ("{\"apiVersion\": \"v1\", \"kind\": \"List\", \"items\": []}", true),
            ("apiVersion: v1\nkind: true\n", false),
            ("apiVersion: v1\nkind:\n", false),
            ("apiVersion: v2\nname: chart\n", false),
            ("version: 0.2\nphases: {}\n", false),
            ("Resources: {}\n", false),
            ("- apiVersion: v1\n  kind: Pod\n", false),
            ("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n", false),
            ("apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n", true),
        ];
        for (text, expected) in cases {
            let tree = document(text);
            assert_eq!(is_manifest(tree.documents().next().unwrap()), expected, "{text}");
        }
    }
}
