//! The documents of a run, sorted by what they are.

use rustc_hash::FxHashSet;
use stackseal_model::buildspec::Buildspec;
use stackseal_model::document::DocumentKind;
use stackseal_model::kubernetes::{self, Kustomization, Object};
use stackseal_model::share::map;
use stackseal_syntax::{Node, Tree};

use crate::outcome::{Outcome, Skipped};
use crate::reading::patched_paths;

/// The documents of a run by kind.
#[derive(Default)]
pub(crate) struct Parts<'a> {
    pub(crate) templates: Vec<Node<'a>>,
    pub(crate) objects: Vec<Object<'a>>,
    pub(crate) kustomizations: Vec<Kustomization<'a>>,
    pub(crate) buildspecs: Vec<Buildspec<'a>>,
    /// The documents that are no templates, as they are.
    pub(crate) plain: Vec<Node<'a>>,
}

/// Sorts the documents of `trees`, each of which is of one of `kinds`; notes in `outcome` which files
/// are judged and which are not.
pub(crate) fn sort_out<'a>(
    trees: &'a [Tree],
    kinds: &[Vec<DocumentKind>],
    outcome: &mut Outcome,
) -> Parts<'a> {
    let mut parts = Parts::default();
    let mut patches: FxHashSet<String> = FxHashSet::default();
    let mut manifests = Vec::new();
    for (tree, kinds) in trees.iter().zip(kinds) {
        let path = tree.source().path.as_str();
        let mut is_judged = true;
        for (root, &kind) in tree.documents().zip(kinds) {
            if kind != DocumentKind::Template {
                parts.plain.push(root);
            }
            match kind {
                DocumentKind::Template => parts.templates.push(root),
                DocumentKind::Manifest => manifests.push((path, root)),
                DocumentKind::Buildspec => parts.buildspecs.push(Buildspec::of(root)),
                DocumentKind::Kustomization => {
                    patches.extend(patched_paths(path, root));
                    let kustomization = Kustomization::of(root);
                    is_judged &= kustomization.generates_literals() || tree.documents().len() > 1;
                    parts.kustomizations.push(kustomization);
                    outcome.skipped.push(Skipped {
                        file: path.to_owned(),
                        reason: "kustomization, not built: check the output of `kustomize build`"
                            .to_owned(),
                    });
                }
                DocumentKind::Other => (),
            }
        }
        if is_judged {
            outcome.judged.push(tree.file());
        }
    }
    outcome.judged.sort_unstable();
    let objects = map(&manifests, |&(path, root)| {
        if patches.contains(path) {
            kubernetes::partial_objects_of(root)
        } else {
            kubernetes::objects_of(root)
        }
    });
    parts.objects = objects.into_iter().flatten().collect();
    parts
}
