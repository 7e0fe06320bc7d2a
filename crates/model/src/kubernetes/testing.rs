//! What the tests of this module share.

use std::fmt::Display;
use std::sync::Arc;

use stackseal_syntax::{FileId, Limits, Source, Tree, parse};

use crate::kubernetes::{KubernetesSet, Object, objects_of};
use crate::setting::{Reason, Setting};

/// The tree of `text`.
pub(crate) fn document(text: &str) -> Tree {
    let source = Source { id: FileId(0), path: "manifest.yaml".to_owned(), text: text.to_owned() };
    parse(Arc::new(source), &Limits::default())
}

/// All objects of all documents of `tree`.
pub(crate) fn objects(tree: &Tree) -> Vec<Object<'_>> {
    tree.documents().flat_map(objects_of).collect()
}

/// The set of the objects of `tree`.
pub(crate) fn set(tree: &Tree) -> KubernetesSet<'_> {
    KubernetesSet::new(objects(tree))
}

/// The object of `set` that is named `name`.
pub(crate) fn named<'s, 't>(set: &'s KubernetesSet<'t>, name: &str) -> &'s Object<'t> {
    set.objects().iter().find(|it| it.name().is_some_and(|it| it.text == name)).unwrap()
}

/// An Ingress `web` with the annotations and the spec given.
pub(crate) fn alb_ingress(annotations: &str, spec: &str) -> String {
    format!(
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: web\n  annotations:\n    \
         alb.ingress.kubernetes.io/scheme: internal\n{annotations}spec:\n  {spec}\n"
    )
}

/// A setting in a few words: the value and the text it stands at.
pub(crate) fn shown<T: Display>(tree: &Tree, setting: &Setting<'_, T>) -> String {
    let at = |range| tree.source().text.get::<std::ops::Range<usize>>(range).unwrap_or("?");
    match setting {
        Setting::Known(value, site) => format!("{value} @ {}", at(site.span.range())),
        Setting::Absent(span) => format!("absent @ {}", at(span.range())),
        Setting::Unknown(unknown) => match &unknown.reason {
            Reason::Malformed(what) => format!("? {what}"),
            Reason::Placeholder => "? placeholder".to_owned(),
            Reason::Macro(_) => "? macro".to_owned(),
            Reason::Outside(_) => "? outside".to_owned(),
            other => format!("? {other}"),
        },
    }
}
