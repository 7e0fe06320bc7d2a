//! Objects that make Secrets out of an external store, so that no manifest holds the value.

use rustc_hash::FxHashMap;
use stackseal_syntax::Kind;

use crate::kubernetes::block::Block;
use crate::kubernetes::object::{GroupKind, Object, namespaces_meet};
use crate::kubernetes::objects::Objects;
use crate::setting::{Setting, Unknown};

/// Whether something of the set makes a Secret.
#[derive(Clone, Debug)]
pub enum SecretOrigin<'s, 't> {
    /// This object does.
    Store(&'s Object<'t>),
    /// A name is not known, and may well be the one.
    Perhaps(Unknown<'t>),
    /// Nothing of the set does.
    Nothing,
}

/// How one kind names the Secret it makes.
struct Row {
    kind: GroupKind<'static>,
    name: SecretName,
}

enum SecretName {
    /// As itself.
    Own,
    /// As itself, if it has this mapping.
    OwnWith(&'static str),
    /// In a field.
    Field(&'static [&'static str]),
    /// In the first of the fields that is there, else as itself.
    FieldOrOwn(&'static [&'static [&'static str]]),
    /// In a field of each element of a list.
    Each(&'static [&'static str], &'static str),
}

/// By group, then kind.
const ROWS: &[Row] = &[
    // Its values are encrypted, and decrypted on the way to the cluster: https://getsops.io/docs/
    row("", "Secret", SecretName::OwnWith("sops")),
    // https://github.com/bitnami-labs/sealed-secrets
    row(
        "bitnami.com",
        "SealedSecret",
        SecretName::FieldOrOwn(&[&["spec", "template", "metadata", "name"]]),
    ),
    // https://external-secrets.io/latest/api/clusterexternalsecret/
    row(
        "external-secrets.io",
        "ClusterExternalSecret",
        SecretName::FieldOrOwn(&[
            &["spec", "externalSecretSpec", "target", "name"],
            &["spec", "externalSecretName"],
        ]),
    ),
    // https://external-secrets.io/latest/api/externalsecret/
    row(
        "external-secrets.io",
        "ExternalSecret",
        SecretName::FieldOrOwn(&[&["spec", "target", "name"]]),
    ),
    // https://github.com/isindir/sops-secrets-operator
    row("isindir.github.com", "SopsSecret", SecretName::Each(&["spec", "secretTemplates"], "name")),
    // https://github.com/external-secrets/kubernetes-external-secrets
    row("kubernetes-client.io", "ExternalSecret", SecretName::Own),
    // https://github.com/mumoshu/aws-secret-operator
    row("mumoshu.github.io", "AWSSecret", SecretName::Own),
    // https://developer.1password.com/docs/k8s/operator/
    row("onepassword.com", "OnePasswordItem", SecretName::Own),
    // https://secrets-store-csi-driver.sigs.k8s.io/topics/sync-as-kubernetes-secret
    row(
        "secrets-store.csi.x-k8s.io",
        "SecretProviderClass",
        SecretName::Each(&["spec", "secretObjects"], "secretName"),
    ),
    // https://docs.doppler.com/docs/kubernetes-operator
    row(
        "secrets.doppler.com",
        "DopplerSecret",
        SecretName::Field(&["spec", "managedSecret", "name"]),
    ),
    // https://developer.hashicorp.com/vault/docs/deploy/kubernetes/vso/api-reference
    row(
        "secrets.hashicorp.com",
        "HCPVaultSecretsApp",
        SecretName::Field(&["spec", "destination", "name"]),
    ),
    row(
        "secrets.hashicorp.com",
        "VaultDynamicSecret",
        SecretName::Field(&["spec", "destination", "name"]),
    ),
    row(
        "secrets.hashicorp.com",
        "VaultPKISecret",
        SecretName::Field(&["spec", "destination", "name"]),
    ),
    row(
        "secrets.hashicorp.com",
        "VaultStaticSecret",
        SecretName::Field(&["spec", "destination", "name"]),
    ),
    // https://akv2k8s.io/reference/azure-key-vault-secret/
    row("spv.no", "AzureKeyVaultSecret", SecretName::Field(&["spec", "output", "secret", "name"])),
];

const fn row(group: &'static str, kind: &'static str, name: SecretName) -> Row {
    Row { kind: GroupKind { group, kind }, name }
}

/// The Secrets that objects of the set make, by name.
#[derive(Debug, Default)]
pub(super) struct SecretSources<'t> {
    /// By the name as written; the objects by their index in the set.
    by_name: FxHashMap<&'t str, Vec<usize>>,
    /// Those whose Secret has a name that is not known.
    open: Vec<(usize, Unknown<'t>)>,
}

impl<'t> SecretSources<'t> {
    pub(super) fn new(objects: &Objects<'t>) -> Self {
        let mut sources = Self::default();
        let places = |row: &'static Row| objects.places(row.kind).map(move |it| (it, row));
        let mut rows: Vec<(usize, &Row)> = ROWS.iter().flat_map(places).collect();
        rows.sort_unstable_by_key(|it| it.0);
        for (index, row) in rows {
            let Some(object) = objects.get(index).filter(|it| !it.is_partial()) else { continue };
            match row.name {
                SecretName::Own => sources.add_own(index, object),
                SecretName::OwnWith(key) => {
                    if object.node().get(key).is_some_and(|it| it.kind() == Kind::Mapping) {
                        sources.add_own(index, object);
                    }
                }
                SecretName::Field(path) => {
                    sources.add_field(index, object.root(), path);
                }
                SecretName::FieldOrOwn(paths) => {
                    let is_named =
                        paths.iter().any(|path| sources.add_field(index, object.root(), path));
                    if !is_named {
                        sources.add_own(index, object);
                    }
                }
                SecretName::Each(list, name) => {
                    for element in object.root().blocks(list) {
                        sources.add_field(index, element, &[name]);
                    }
                }
            }
        }
        sources
    }

    fn add_own(&mut self, index: usize, object: &Object<'t>) {
        if let Some(name) = object.name().filter(|it| !it.is_generated) {
            self.by_name.entry(name.text).or_default().push(index);
        }
    }

    /// Adds the name in a field; whether the field is there.
    fn add_field(&mut self, index: usize, block: Block<'t>, path: &[&str]) -> bool {
        match block.value(path) {
            Setting::Known(node, _) => {
                if let Some(text) = node.text() {
                    // Two places that write the same placeholder mean the same name.
                    self.by_name.entry(text).or_default().push(index);
                }
                if let Setting::Unknown(unknown) = block.read_text(node) {
                    self.open.push((index, unknown));
                }
                true
            }
            Setting::Absent(_) => false,
            Setting::Unknown(unknown) => {
                self.open.push((index, unknown));
                true
            }
        }
    }

    pub(super) fn origin<'s>(
        &self,
        objects: &'s Objects<'t>,
        name: &str,
        namespace: Option<&str>,
    ) -> SecretOrigin<'s, 't> {
        let reaches = |object: &Object<'_>| {
            object.kind() == "ClusterExternalSecret"
                || namespaces_meet(object.namespace(), namespace)
        };
        let indices = self.by_name.get(name).map_or(&[][..], Vec::as_slice);
        let mut makers = indices.iter().filter_map(|&it| objects.get(it));
        if let Some(object) = makers.find(|it| reaches(it)) {
            return SecretOrigin::Store(object);
        }
        let mut open = self.open.iter().filter(|it| objects.get(it.0).is_some_and(reaches));
        if let Some((_, unknown)) = open.next() {
            return SecretOrigin::Perhaps(unknown.clone());
        }
        SecretOrigin::Nothing
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kubernetes::testing::{document, set};

    #[test]
    fn stores_make_secrets_under_the_name_their_kind_says() {
        let cases = [
            ("bitnami.com/v1alpha1", "SealedSecret", "own", "spec: {}"),
            ("external-secrets.io/v1", "ExternalSecret", "own", "spec: {}"),
            (
                "external-secrets.io/v1beta1",
                "ExternalSecret",
                "other",
                "spec: {target: {name: other}}",
            ),
            (
                "external-secrets.io/v1",
                "ClusterExternalSecret",
                "other",
                "spec: {externalSecretName: x, externalSecretSpec: {target: {name: other}}}",
            ),
            (
                "external-secrets.io/v1",
                "ClusterExternalSecret",
                "x",
                "spec: {externalSecretName: x}",
            ),
            ("external-secrets.io/v1", "ClusterExternalSecret", "own", "spec: {}"),
            ("kubernetes-client.io/v1", "ExternalSecret", "own", "spec: {}"),
            (
                "secrets-store.csi.x-k8s.io/v1",
                "SecretProviderClass",
                "b",
                "spec: {secretObjects: [{secretName: a}, {secretName: b}]}",
            ),
            (
                "secrets.hashicorp.com/v1beta1",
                "VaultStaticSecret",
                "x",
                "spec: {destination: {name: x}}",
            ),
            (
                "secrets.hashicorp.com/v1beta1",
                "VaultDynamicSecret",
                "x",
                "spec: {destination: {name: x}}",
            ),
            ("v1", "Secret", "own", "sops: {version: 3}"),
        ];
        for (api_version, kind, name, body) in cases {
            let text = format!(
                "apiVersion: {api_version}\nkind: {kind}\nmetadata: {{name: own, namespace: n}}\n{body}\n"
            );
            let tree = document(&text);
            let set = set(&tree);
            assert!(matches!(set.secret_origin(name, Some("n")), SecretOrigin::Store(_)), "{text}");
            assert!(matches!(set.secret_origin(name, None), SecretOrigin::Store(_)), "{text}");
            let elsewhere = matches!(set.secret_origin(name, Some("m")), SecretOrigin::Store(_));
            assert_eq!(elsewhere, kind == "ClusterExternalSecret", "{text}");
            assert!(matches!(set.secret_origin("unheard", None), SecretOrigin::Nothing), "{text}");
        }
    }

    #[test]
    fn other_objects_make_no_secret() {
        for (api_version, kind) in [
            ("v1", "Secret"),
            ("external-secrets.io/v1", "PushSecret"),
            ("x.io/v1", "SealedSecret"),
        ] {
            let text =
                format!("apiVersion: {api_version}\nkind: {kind}\nmetadata: {{name: own}}\n");
            let tree = document(&text);
            assert!(
                matches!(set(&tree).secret_origin("own", None), SecretOrigin::Nothing),
                "{text}"
            );
        }
    }

    #[test]
    fn a_name_that_is_not_known_may_be_any() {
        let tree = document(
            "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: own}\nspec: {target: {name: 'db-${ENV}'}}\n",
        );
        let set = set(&tree);
        assert!(matches!(set.secret_origin("db-prod", None), SecretOrigin::Perhaps(_)));
        assert!(matches!(set.secret_origin("db-${ENV}", None), SecretOrigin::Store(_)));
    }

    #[test]
    fn the_table_is_sorted() {
        assert!(ROWS.is_sorted_by_key(|it| it.kind));
    }
}
