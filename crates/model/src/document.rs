//! What kind of document something is: by its content first, by its file name second.

use stackseal_syntax::{Kind, Node};

use crate::buildspec;
use crate::cloudformation;
use crate::kubernetes;

/// What a document is to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentKind {
    /// A CloudFormation or SAM template.
    Template,
    /// A Kubernetes object, or a list of them.
    Manifest,
    /// A kustomization: built by a tool before it is deployed.
    Kustomization,
    /// A buildspec of CodeBuild.
    Buildspec,
    /// Nothing of ours.
    Other,
}

/// What the document `root`, read from `path`, is.
pub fn classify(path: &str, root: Node<'_>) -> DocumentKind {
    if root.kind() != Kind::Mapping {
        return DocumentKind::Other;
    }
    if cloudformation::is_template(root) {
        DocumentKind::Template
    } else if kubernetes::is_kustomization(path, root) {
        DocumentKind::Kustomization
    } else if kubernetes::is_manifest(root) {
        DocumentKind::Manifest
    } else if buildspec::is_buildspec(path, root) {
        DocumentKind::Buildspec
    } else {
        DocumentKind::Other
    }
}
