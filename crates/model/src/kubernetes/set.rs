//! All objects of a run, and what they are to each other.

use rustc_hash::FxHashMap;
use stackseal_syntax::Span;

use crate::kubernetes::ingress::Ingress;
use crate::kubernetes::ingress_backend::protocol_of_service;
use crate::kubernetes::ingress_group::{IngressGroup, group_ingresses};
use crate::kubernetes::listener::Protocol;
use crate::kubernetes::load_balancer::LoadBalancer;
use crate::kubernetes::object::{GroupKind, Object, namespaces_meet};
use crate::kubernetes::secret_source::{SecretOrigin, SecretSources};
use crate::kubernetes::service::SERVICE;
use crate::setting::Setting;

/// The objects of a run, indexed by name.
///
/// What is not in it is unknown, not missing. Patches are in it too, but are never what a reference
/// finds: the object they patch is.
#[derive(Debug, Default)]
pub struct KubernetesSet<'t> {
    objects: Vec<Object<'t>>,
    /// By kind and name.
    by_name: FxHashMap<(&'t str, &'t str), Vec<usize>>,
    /// Those that are no patches, by kind.
    by_kind: FxHashMap<&'t str, Vec<usize>>,
    is_one_file: bool,
    secrets: SecretSources<'t>,
    ingresses: Vec<Ingress<'t>>,
    ingress_by_place: FxHashMap<Span, usize>,
    groups: Vec<IngressGroup<'t>>,
}

/// Kinds without a namespace: whatever stands there is ignored.
///
/// <https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/#not-all-objects-are-in-a-namespace>
const CLUSTER_SCOPED: &[&str] = &[
    "ClusterExternalSecret",
    "ClusterSecretStore",
    "IngressClass",
    "IngressClassParams",
    "PersistentVolume",
    "StorageClass",
];

impl<'t> KubernetesSet<'t> {
    /// The set of `objects`, in the order of the run.
    pub fn new(objects: Vec<Object<'t>>) -> Self {
        let mut by_name: FxHashMap<(&'t str, &'t str), Vec<usize>> = FxHashMap::default();
        let mut by_kind: FxHashMap<&'t str, Vec<usize>> = FxHashMap::default();
        for (index, object) in objects.iter().enumerate().filter(|it| !it.1.is_partial()) {
            by_kind.entry(object.kind()).or_default().push(index);
            if let Some(name) = object.name().filter(|it| !it.is_generated) {
                by_name.entry((object.kind(), name.text)).or_default().push(index);
            }
        }
        let mut files = objects.iter().map(|it| it.node().span().file);
        let first = files.next();
        let is_one_file = files.all(|it| Some(it) == first);
        let secrets = SecretSources::new(&objects);
        let mut set = Self { objects, by_name, by_kind, is_one_file, secrets, ..Self::default() };
        let (ingresses, groups) = group_ingresses(&set);
        set.ingress_by_place = ingresses
            .iter()
            .enumerate()
            .map(|(index, it)| (it.object().node().span(), index))
            .collect();
        set.ingresses = ingresses;
        set.groups = groups;
        set
    }

    /// All objects, patches included, in the order of the run.
    pub fn objects(&self) -> &[Object<'t>] {
        &self.objects
    }

    /// Whether all objects stand in one file, beside which there may be others.
    pub fn is_one_file(&self) -> bool {
        self.is_one_file
    }

    /// The object whose text holds `span`: the first, where one stands in another.
    pub fn object_around(&self, span: Span) -> Option<&Object<'t>> {
        let holds = |it: &&Object<'t>| it.node().span().contains(span);
        let first_of_file = self.objects.partition_point(|it| it.node().span().file < span.file);
        let of_file = self.objects.get(first_of_file..)?;
        let of_file =
            of_file.get(..of_file.partition_point(|it| it.node().span().file == span.file))?;
        // Those of a file are in its order, save what an alias brings in a second time.
        let behind = of_file.partition_point(|it| it.node().span().start <= span.start);
        let nearest = of_file.get(..behind).and_then(<[_]>::last).filter(holds);
        nearest.or_else(|| of_file.iter().find(holds))
    }

    /// The objects of one of `kinds` in the order of the run, patches left out.
    pub fn of_kind<'s>(
        &'s self,
        kinds: &'s [GroupKind<'s>],
    ) -> impl Iterator<Item = &'s Object<'t>> + use<'s, 't> {
        let of_kinds = kinds.iter().filter_map(|it| self.by_kind.get(it.kind));
        self.in_order(of_kinds.flatten().copied().collect()).filter(move |it| it.is_any(kinds))
    }

    /// The objects of one of `kinds` that a reference from `namespace` to `name` can mean.
    pub fn find_all<'s>(
        &'s self,
        kinds: &'s [GroupKind<'s>],
        name: &str,
        namespace: Option<&'s str>,
    ) -> impl Iterator<Item = &'s Object<'t>> + use<'s, 't> {
        let named = kinds.iter().filter_map(|it| self.by_name.get(&(it.kind, name)));
        self.in_order(named.flatten().copied().collect()).filter(move |it| {
            let is_reachable =
                CLUSTER_SCOPED.contains(&it.kind()) || namespaces_meet(namespace, it.namespace());
            it.is_any(kinds) && is_reachable
        })
    }

    /// The objects at `places`, each once, in the order of the run.
    fn in_order(&self, mut places: Vec<usize>) -> impl Iterator<Item = &Object<'t>> {
        places.sort_unstable();
        places.dedup();
        places.into_iter().filter_map(|it| self.objects.get(it))
    }

    /// The object of one of `kinds` that a reference from `namespace` to `name` means: one of the
    /// very namespace before one whose namespace is open.
    pub fn find<'s>(
        &'s self,
        kinds: &'s [GroupKind<'s>],
        name: &str,
        namespace: Option<&'s str>,
    ) -> Option<&'s Object<'t>> {
        let mut found = self.find_all(kinds, name, namespace);
        let first = found.next()?;
        if first.namespace() == namespace {
            return Some(first);
        }
        Some(found.find(|it| it.namespace() == namespace).unwrap_or(first))
    }

    /// Whether something of the set makes the Secret `name` of `namespace` out of a store.
    ///
    /// `name` is the name as written: two places that write the same placeholder mean the same.
    pub fn secret_origin(&self, name: &str, namespace: Option<&str>) -> SecretOrigin<'_, 't> {
        self.secrets.origin(&self.objects, name, namespace)
    }

    /// What `object` is as an Ingress; none for other kinds, and for objects outside the set.
    pub fn ingress(&self, object: &Object<'_>) -> Option<&Ingress<'t>> {
        let index = *self.ingress_by_place.get(&object.node().span())?;
        self.ingresses.get(index)
    }

    /// The Ingresses that share a load balancer with `ingress`, itself included.
    pub fn ingress_group(&self, ingress: &Ingress<'_>) -> &IngressGroup<'t> {
        #[expect(
            clippy::indexing_slicing,
            reason = "an Ingress is only made together with its group"
        )]
        &self.groups[ingress.group_index()]
    }

    /// The load balancer of `ingress`, an ALB Ingress of this set.
    pub fn load_balancer<'s>(&'s self, ingress: &'s Ingress<'t>) -> LoadBalancer<'s, 't> {
        LoadBalancer::of(self, ingress)
    }

    /// What the load balancer speaks to the pods of the Service `name` of `namespace`, where the set
    /// has the Service and it says so itself.
    pub fn backend_protocol(
        &self,
        name: &str,
        namespace: Option<&str>,
    ) -> Option<Setting<'t, Protocol>> {
        self.find(SERVICE, name, namespace).map(protocol_of_service).filter(|it| !it.is_absent())
    }

    /// The Ingresses of the set, in its order.
    pub fn ingresses(&self) -> &[Ingress<'t>] {
        &self.ingresses
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kubernetes::testing::{document, objects};

    const SECRET: &[GroupKind<'static>] = &[GroupKind { group: "", kind: "Secret" }];
    const CLASS: &[GroupKind<'static>] =
        &[GroupKind { group: "storage.k8s.io", kind: "StorageClass" }];

    #[test]
    fn names_and_namespaces_have_to_meet() {
        let tree = document(
            "apiVersion: v1\nkind: Secret\nmetadata: {name: open}\n---\n\
             apiVersion: v1\nkind: Secret\nmetadata: {name: shut, namespace: a}\n---\n\
             apiVersion: v1\nkind: ConfigMap\nmetadata: {name: config}\n---\n\
             apiVersion: v1\nkind: Secret\nmetadata: {generateName: made-}\n---\n\
             apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: fast, namespace: ignored}\n",
        );
        let set = KubernetesSet::new(objects(&tree));
        let cases = [
            (SECRET, "open", Some("a"), true),
            (SECRET, "open", None, true),
            (SECRET, "shut", Some("a"), true),
            (SECRET, "shut", None, true),
            (SECRET, "shut", Some("b"), false),
            (SECRET, "config", None, false),
            (SECRET, "made-", None, false),
            (CLASS, "fast", Some("b"), true),
        ];
        for (kinds, name, namespace, expected) in cases {
            assert_eq!(
                set.find(kinds, name, namespace).is_some(),
                expected,
                "{name} {namespace:?}"
            );
        }
    }

    #[test]
    fn the_very_namespace_is_preferred() {
        let tree = document(
            "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n---\n\
             apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: a}\n",
        );
        let set = KubernetesSet::new(objects(&tree));
        let found = |namespace| set.find(SECRET, "s", namespace).and_then(Object::namespace);
        assert_eq!(found(Some("a")), Some("a"));
        assert_eq!(found(Some("b")), None);
        assert_eq!(found(None), None);
    }
}
