//! Nothing a manifest can say makes the model panic.

use proptest::prelude::*;

use crate::kubernetes::testing::{document, objects};
use crate::kubernetes::{
    AlbSetting, Data, KubernetesSet, Kustomization, ObjectList, SecretProviderClass, Service,
    StorageClass, inline_patches, is_helm_template, is_kustomization, is_manifest,
    partial_objects_of, patch_paths,
};

/// Keys and values that some part of the model looks for, and some that none does.
const WORDS: &[&str] = &[
    "apiVersion",
    "kind",
    "metadata",
    "name",
    "namespace",
    "annotations",
    "spec",
    "items",
    "List",
    "v1",
    "Pod",
    "Secret",
    "Ingress",
    "networking.k8s.io/v1",
    "IngressClass",
    "StorageClass",
    "storage.k8s.io/v1",
    "provisioner",
    "parameters",
    "encrypted",
    "kmsKeyId",
    "template",
    "containers",
    "env",
    "envFrom",
    "value",
    "valueFrom",
    "secretKeyRef",
    "volumes",
    "csi",
    "secrets-store.csi.x-k8s.io/v1",
    "SecretProviderClass",
    "objects",
    "secretObjects",
    "secretName",
    "ingressClassName",
    "alb",
    "alb.ingress.kubernetes.io/listen-ports",
    "alb.ingress.kubernetes.io/actions.x",
    "alb.ingress.kubernetes.io/group.name",
    "rules",
    "http",
    "paths",
    "backend",
    "service",
    "port",
    "use-annotation",
    "host",
    "tls",
    "hosts",
    "patches",
    "patch",
    "path",
    "data",
    "ports",
    "port",
    "secretGenerator",
    "literals",
    "'[{\"HTTP\": 80}]'",
    "'- objectName: x'",
    "'${X}'",
    "'{{ x }}'",
    "''",
    "~",
    "true",
    "'true'",
    "12",
    "\u{e9}",
    "a=b",
];

fn yaml() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(WORDS).prop_map(str::to_owned);
    leaf.prop_recursive(6, 60, 5, |inner| {
        let key = prop::sample::select(WORDS);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5)
                .prop_map(|it| format!("[{}]", it.join(", "))),
            prop::collection::vec((key, inner), 0..6).prop_map(|it| {
                let entries: Vec<_> =
                    it.iter().map(|(key, value)| format!("{key}: {value}")).collect();
                format!("{{{}}}", entries.join(", "))
            }),
        ]
    })
}

/// A document with a header, so that more than its shape is looked at.
fn manifest() -> impl Strategy<Value = String> {
    const HEADERS: &[&str] = &[
        "apiVersion: v1\nkind: Pod",
        "apiVersion: apps/v1\nkind: StatefulSet",
        "apiVersion: v1\nkind: List",
        "apiVersion: v1\nkind: ConfigMap",
        "apiVersion: v1\nkind: Secret",
        "apiVersion: v1\nkind: Service",
        "apiVersion: networking.k8s.io/v1\nkind: Ingress",
        "apiVersion: networking.k8s.io/v1\nkind: IngressClass",
        "apiVersion: storage.k8s.io/v1\nkind: StorageClass",
        "apiVersion: secrets-store.csi.x-k8s.io/v1\nkind: SecretProviderClass",
        "apiVersion: external-secrets.io/v1\nkind: ExternalSecret",
    ];
    (prop::sample::select(HEADERS).prop_map(str::to_owned), yaml(), yaml(), yaml()).prop_map(
        |(header, metadata, spec, items)| {
            format!("{header}\nmetadata: {metadata}\nspec: {spec}\nitems: {items}\nparameters: {spec}\n---\n")
        },
    )
}

/// Asks everything there is to ask.
fn ask_all(text: &str) {
    let tree = document(text);
    is_helm_template(&tree, true);
    is_helm_template(&tree, false);
    for document in tree.documents() {
        is_manifest(document);
        is_kustomization("kustomization.yaml", document);
        patch_paths(document);
        inline_patches(document);
        Kustomization::of(document).generates_literals();
    }
    let mut all = objects(&tree);
    all.extend(tree.documents().flat_map(partial_objects_of));
    let set = KubernetesSet::new(all);
    for object in set.objects() {
        object.id();
        object.type_name();
        for pod in object.pod_specs() {
            pod.secret_references();
            pod.service_account();
            for volume in pod.volumes() {
                volume.secrets_store().map(|it| (it.class_name(), it.read_only()));
            }
        }
        for container in object.containers() {
            container.commands();
            container.script();
            for reference in container.secret_references() {
                set.secret_origin(reference.written_name.unwrap_or_default(), object.namespace());
            }
        }
        Data::of_config_map(object);
        Data::of_secret(object);
        Data::of_secret_template(object);
        object.volume_claims();
        if let Some(service) = Service::new(object) {
            service.is_internet_facing();
            service.selects_ingress_controller();
            for port in service.ports().known().unwrap_or_default() {
                service.speech(port);
            }
        }
        if let Some(class) = StorageClass::new(object) {
            class.ebs_encryption();
        }
        if let Some(class) = SecretProviderClass::new(object)
            && let Some(tree) = class.parse_objects()
            && let ObjectList::Entries(entries) = class.entries(&tree)
        {
            for entry in entries.into_iter().flatten() {
                entry.service_of_arn();
                entry.json_paths();
                entry.failover();
            }
        }
        if let Some(ingress) = set.ingress(object) {
            ingress.certificates();
            ingress.forwards_nothing_over_http();
            ingress.boolean(AlbSetting::CREATE_ACM_CERT);
            let group = set.ingress_group(ingress);
            group.ssl_redirect();
            group.has_https();
            let balancer = set.load_balancer(ingress);
            balancer.text(AlbSetting::SCHEME);
            balancer.elsewhere(false);
            ingress.backends();
            ingress.open_hosts();
            ingress.has_tls_elsewhere(&set);
        }
    }
}

proptest! {
    #[test]
    fn no_manifest_panics(documents in prop::collection::vec(manifest(), 1..4)) {
        ask_all(&documents.concat());
    }

    #[test]
    fn no_document_panics(text in yaml()) {
        ask_all(&text);
    }

    #[test]
    fn no_text_panics(text in "(\\PC|\n|[-:{}\\[\\]'\"|>#&*!%$ ]){0,200}") {
        ask_all(&text);
    }

    #[test]
    fn no_listener_text_panics(text in "[\\[\\]{}\":, 0-9HTPS]{0,40}") {
        ask_all(&format!(
            "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  annotations:\n    alb.ingress.kubernetes.io/listen-ports: |\n      {text}\n"
        ));
    }
}
