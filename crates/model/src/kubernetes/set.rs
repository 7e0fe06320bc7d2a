//! All objects of a run, and what they are to each other.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;
use stackseal_syntax::Span;

use crate::kubernetes::agreed::Agreed;
use crate::kubernetes::ingress::Ingress;
use crate::kubernetes::ingress_backend::protocol_of_service;
use crate::kubernetes::ingress_class::IngressClasses;
use crate::kubernetes::ingress_group::{IngressGroup, group_ingresses};
use crate::kubernetes::listener::Protocol;
use crate::kubernetes::load_balancer::LoadBalancer;
use crate::kubernetes::object::{GroupKind, Object};
use crate::kubernetes::objects::Objects;
use crate::kubernetes::placeholder::has_placeholder;
use crate::kubernetes::secret_provider_class::{SECRET_PROVIDER_CLASS, needs_role};
use crate::kubernetes::secret_source::{SecretOrigin, SecretSources};
use crate::kubernetes::service::SERVICE;
use crate::kubernetes::storage_class::{EbsEncryption, STORAGE_CLASS, StorageClass};
use crate::setting::{Setting, Site};

/// The objects of a run, and what they say by their names. Several of one name have to agree: what they
/// do not agree about is unknown.
///
/// What is not in it is unknown, not missing. Patches are in it too, but are never what a reference
/// finds: the object they patch is.
#[derive(Debug, Default)]
pub struct KubernetesSet<'t> {
    objects: Objects<'t>,
    storage_classes: Agreed<'t, ()>,
    encrypted_class: OnceLock<Option<String>>,
    has_default_class: OnceLock<bool>,
    secrets: SecretSources<'t>,
    ingresses: Vec<Ingress<'t>>,
    ingress_by_place: FxHashMap<Span, usize>,
    groups: Vec<IngressGroup<'t>>,
    ingress_classes: IngressClasses<'t>,
    /// What load balancers speak to Services.
    protocols: Agreed<'t, Protocol>,
    needs_role: Agreed<'t, bool>,
    roles: Agreed<'t, bool>,
}

const SERVICE_ACCOUNT: &[GroupKind<'static>] = &[GroupKind { group: "", kind: "ServiceAccount" }];

impl<'t> KubernetesSet<'t> {
    /// The set of `objects`, in the order of the run.
    pub fn new(objects: Vec<Object<'t>>) -> Self {
        let objects = Objects::new(objects);
        let secrets = SecretSources::new(&objects);
        let ingress_classes = IngressClasses::of(&objects);
        let (ingresses, groups) = group_ingresses(&objects, &ingress_classes);
        let places = ingresses.iter().map(|it| it.object().node().span());
        Self {
            storage_classes: Agreed::of(&objects, &[STORAGE_CLASS], PartialEq::eq, is_there),
            encrypted_class: OnceLock::new(),
            has_default_class: OnceLock::new(),
            secrets,
            ingress_by_place: places.zip(0..).collect(),
            ingresses,
            groups,
            ingress_classes,
            protocols: Agreed::of(&objects, SERVICE, PartialEq::eq, protocol_of_service),
            needs_role: Agreed::of(&objects, SECRET_PROVIDER_CLASS, PartialEq::eq, needs_role),
            roles: Agreed::of(&objects, SERVICE_ACCOUNT, PartialEq::eq, |it| {
                it.annotation("eks.amazonaws.com/role-arn").map(|it| !it.is_empty())
            }),
            objects,
        }
    }

    /// All objects, patches included, in the order of the run.
    pub fn objects(&self) -> &[Object<'t>] {
        self.objects.all()
    }

    /// Whether all objects stand in one file, beside which there may be others.
    pub fn is_one_file(&self) -> bool {
        self.objects.is_one_file()
    }

    /// The object whose text holds `span`: the first, where one stands in another.
    pub fn object_around(&self, span: Span) -> Option<&Object<'t>> {
        self.objects.around(span)
    }

    /// The objects of one of `kinds` in the order of the run, patches left out.
    pub fn of_kind(
        &self,
        kinds: &[GroupKind<'_>],
    ) -> impl Iterator<Item = &Object<'t>> + use<'_, 't> {
        self.objects.of_kind(kinds)
    }

    /// Whether there is a StorageClass `name`.
    pub fn has_storage_class(&self, name: &str) -> bool {
        self.storage_classes.get(name, None).is_some()
    }

    /// The name of the first StorageClass that makes encrypted volumes of EBS, if that can be known.
    pub fn encrypted_storage_class(&self) -> Option<&str> {
        let name = self.encrypted_class.get_or_init(|| {
            let is_encrypted = |class: &StorageClass<'_>| {
                class.is_ebs().known() == Some(true)
                    && class.ebs_encryption().known().is_some_and(EbsEncryption::is_encrypted)
            };
            let name = self.each_storage_class().find(is_encrypted)?.object().name()?.text;
            (!has_placeholder(name)).then(|| name.to_owned())
        });
        name.as_deref()
    }

    /// Whether a StorageClass is for claims that name none.
    pub fn has_default_storage_class(&self) -> bool {
        let is_there = || self.each_storage_class().any(|it| it.is_default());
        *self.has_default_class.get_or_init(is_there)
    }

    fn each_storage_class(&self) -> impl Iterator<Item = StorageClass<'t>> {
        self.of_kind(&[STORAGE_CLASS]).filter_map(StorageClass::new)
    }

    /// Whether pods that mount the SecretProviderClass `name` of `namespace` need a role of AWS on their
    /// service account; none where the set has no such class.
    pub fn needs_role(&self, name: &str, namespace: Option<&str>) -> Option<&Setting<'t, bool>> {
        self.needs_role.get(name, namespace)
    }

    /// Whether the service account `name` of `namespace` has a role of AWS annotated; absent means it has
    /// not. None where the set has no such account.
    pub fn role_of(&self, name: &str, namespace: Option<&str>) -> Option<&Setting<'t, bool>> {
        self.roles.get(name, namespace)
    }

    pub(super) fn ingress_classes(&self) -> &IngressClasses<'t> {
        &self.ingress_classes
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
        self.protocols.get(name, namespace).filter(|it| !it.is_absent()).cloned()
    }

    /// The Ingresses of the set, in its order.
    pub fn ingresses(&self) -> &[Ingress<'t>] {
        &self.ingresses
    }
}

/// What an object says whose being there is all that counts.
fn is_there<'t>(object: &Object<'t>) -> Setting<'t, ()> {
    Setting::Known((), Site::at(object.site()))
}

#[cfg(test)]
mod tests {
    use crate::kubernetes::testing::{document, set};

    #[test]
    fn classes_are_known_by_their_names_in_whatever_namespace() {
        let class = "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: ";
        let tree = document(&format!(
            "{class}{{name: fast, namespace: ignored}}\n---\n{class}{{generateName: made-}}\n---\n\
             apiVersion: v1\nkind: Secret\nmetadata: {{name: slow}}\n"
        ));
        let set = set(&tree);
        assert!(set.has_storage_class("fast"));
        assert!(!set.has_storage_class("made-") && !set.has_storage_class("slow"));
    }
}
