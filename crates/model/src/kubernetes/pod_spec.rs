//! A pod: its containers, its volumes, and all it takes from Secrets.

use stackseal_syntax::Span;

use crate::kubernetes::block::Block;
use crate::kubernetes::container::{Container, ContainerList};
use crate::kubernetes::volume::Volume;
use crate::setting::Setting;

/// The specification of a pod.
///
/// <https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/>
#[derive(Clone, Copy, Debug)]
pub struct PodSpec<'t> {
    block: Block<'t>,
}

/// One place that takes something from a Secret.
#[derive(Clone, Debug)]
pub struct SecretReference<'t> {
    /// The name of the Secret.
    pub name: Setting<'t, &'t str>,
    /// The name as written, placeholders and all.
    pub written_name: Option<&'t str>,
    /// The one key that is taken; absent where all are, or some as files.
    pub key: Setting<'t, &'t str>,
    /// What it becomes.
    pub into: SecretUse,
    /// The key of the block that refers: `secretKeyRef`, `secret`, ….
    pub span: Span,
}

/// What a Secret becomes in a pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretUse {
    /// One environment variable.
    Variable,
    /// An environment variable for each key.
    Variables,
    /// Files of a volume.
    Files,
    /// The credentials of an image registry.
    ImagePull,
    /// A credential the kubelet or a driver uses to mount a volume.
    Mount,
}

/// Volumes that name a Secret for whoever mounts them.
const MOUNT_SECRETS: &[&[&str]] = &[
    &["csi", "nodePublishSecretRef"],
    &["cephfs", "secretRef"],
    &["cinder", "secretRef"],
    &["flexVolume", "secretRef"],
    &["iscsi", "secretRef"],
    &["rbd", "secretRef"],
    &["scaleIO", "secretRef"],
    &["storageos", "secretRef"],
];

impl<'t> PodSpec<'t> {
    pub(super) fn new(block: Block<'t>) -> Self {
        Self { block }
    }

    /// The specification as a block.
    pub fn block(self) -> Block<'t> {
        self.block
    }

    /// Its containers: of the three lists in turn.
    pub fn containers(self) -> Vec<Container<'t>> {
        let lists = [
            ("containers", ContainerList::Containers),
            ("initContainers", ContainerList::Init),
            ("ephemeralContainers", ContainerList::Ephemeral),
        ];
        lists
            .into_iter()
            .flat_map(|(key, list)| {
                self.block.blocks(&[key]).into_iter().map(move |it| Container::new(it, list))
            })
            .collect()
    }

    /// Its volumes.
    pub fn volumes(self) -> Vec<Volume<'t>> {
        self.block.blocks(&["volumes"]).into_iter().map(Volume::new).collect()
    }

    /// The name of its service account; where it is absent, `default`.
    pub fn service_account(self) -> Setting<'t, &'t str> {
        match self.block.text(&["serviceAccountName"]) {
            Setting::Absent(span) => match self.block.text(&["serviceAccount"]) {
                Setting::Absent(_) => Setting::Absent(span),
                deprecated @ (Setting::Known(..) | Setting::Unknown(_)) => deprecated,
            },
            name @ (Setting::Known(..) | Setting::Unknown(_)) => name,
        }
    }

    /// Everything it takes from Secrets: by containers, volumes, and for pulling images.
    pub fn secret_references(self) -> Vec<SecretReference<'t>> {
        let mut found: Vec<_> =
            self.containers().into_iter().flat_map(Container::secret_references).collect();
        for volume in self.volumes() {
            let volume = volume.block();
            if let Some(secret) = volume.block(&["secret"]).known() {
                found.push(SecretReference::new(secret, "secretName", SecretUse::Files));
            }
            for source in volume.blocks(&["projected", "sources"]) {
                if let Some(secret) = source.block(&["secret"]).known() {
                    found.push(SecretReference::new(secret, "name", SecretUse::Files));
                }
            }
            for path in MOUNT_SECRETS {
                if let Some(secret) = volume.block(path).known() {
                    found.push(SecretReference::new(secret, "name", SecretUse::Mount));
                }
            }
            if let Some(azure) = volume.block(&["azureFile"]).known() {
                found.push(SecretReference::new(azure, "secretName", SecretUse::Mount));
            }
        }
        for secret in self.block.blocks(&["imagePullSecrets"]) {
            found.push(SecretReference::new(secret, "name", SecretUse::ImagePull));
        }
        found
    }
}

impl<'t> SecretReference<'t> {
    pub(super) fn new(block: Block<'t>, name: &str, into: SecretUse) -> Self {
        Self {
            name: block.text(&[name]),
            written_name: block.written(&[name]),
            key: block.text(&["key"]),
            into,
            span: block.key(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kubernetes::testing::{document, objects, shown};

    const POD: &str = "\
apiVersion: v1
kind: Pod
spec:
  serviceAccount: old
  imagePullSecrets: [{name: pull}]
  containers:
  - name: c
    env:
    - {name: A, valueFrom: {secretKeyRef: {name: s1, key: k}}}
    - {name: B, valueFrom: {configMapKeyRef: {name: c1, key: k}}}
    envFrom:
    - secretRef: {name: s2}
    - configMapRef: {name: c2}
  volumes:
  - {name: a, secret: {secretName: s3}}
  - {name: b, projected: {sources: [{secret: {name: s4}}, {configMap: {name: c3}}]}}
  - {name: c, csi: {driver: x, nodePublishSecretRef: {name: s5}}}
  - {name: d, azureFile: {secretName: '${S6}'}}
";

    #[test]
    fn every_use_of_a_secret_is_found() {
        let tree = document(POD);
        let pod = objects(&tree)[0].pod_specs()[0];
        let found: Vec<_> =
            pod.secret_references().iter().map(|it| (it.into, shown(&tree, &it.name))).collect();
        let expected = [
            (SecretUse::Variable, "s1 @ s1"),
            (SecretUse::Variables, "s2 @ s2"),
            (SecretUse::Files, "s3 @ s3"),
            (SecretUse::Files, "s4 @ s4"),
            (SecretUse::Mount, "s5 @ s5"),
            (SecretUse::Mount, "? placeholder"),
            (SecretUse::ImagePull, "pull @ pull"),
        ];
        assert_eq!(found, expected.map(|(into, name)| (into, name.to_owned())));
    }

    #[test]
    fn the_deprecated_name_of_the_service_account_counts() {
        let tree = document(POD);
        let pod = objects(&tree)[0].pod_specs()[0];
        assert_eq!(shown(&tree, &pod.service_account()), "old @ old");
    }
}
