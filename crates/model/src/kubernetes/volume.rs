//! A volume of a pod.

use crate::kubernetes::block::Block;
use crate::setting::Setting;

/// The name of the Secrets Store CSI driver.
///
/// <https://secrets-store-csi-driver.sigs.k8s.io/getting-started/usage>
const SECRETS_STORE_DRIVER: &str = "secrets-store.csi.k8s.io";

/// A volume of a pod.
#[derive(Clone, Copy, Debug)]
pub struct Volume<'t> {
    block: Block<'t>,
}

/// A volume that mounts what a SecretProviderClass names.
#[derive(Clone, Copy, Debug)]
pub struct SecretsStoreVolume<'t> {
    csi: Block<'t>,
}

impl<'t> Volume<'t> {
    pub(super) fn new(block: Block<'t>) -> Self {
        Self { block }
    }

    /// The volume as a block.
    pub fn block(self) -> Block<'t> {
        self.block
    }

    /// Its name, for people.
    pub fn name(self) -> &'t str {
        self.block.written(&["name"]).unwrap_or("(unnamed)")
    }

    /// The volume as one of the Secrets Store CSI driver, if it is one.
    pub fn secrets_store(self) -> Option<SecretsStoreVolume<'t>> {
        let csi = self.block.block(&["csi"]).known()?;
        (csi.text(&["driver"]).known()? == SECRETS_STORE_DRIVER)
            .then_some(SecretsStoreVolume { csi })
    }

    /// The template of the claim an ephemeral volume makes.
    pub fn claim_template(self) -> Option<Block<'t>> {
        self.block.block(&["ephemeral", "volumeClaimTemplate"]).known()
    }
}

impl<'t> SecretsStoreVolume<'t> {
    /// The `csi` block.
    pub fn block(self) -> Block<'t> {
        self.csi
    }

    /// The name of the SecretProviderClass, in the namespace of the pod.
    pub fn class_name(self) -> Setting<'t, &'t str> {
        self.csi.text(&["volumeAttributes", "secretProviderClass"])
    }

    /// Whether it is mounted for reading only; the driver refuses anything else.
    pub fn read_only(self) -> Setting<'t, bool> {
        self.csi.boolean(&["readOnly"])
    }
}

#[cfg(test)]
mod tests {
    use crate::kubernetes::testing::{document, objects, shown};

    #[test]
    fn volumes_of_the_secrets_store_are_known_by_their_driver() {
        let tree = document(
            "apiVersion: v1\nkind: Pod\nspec:\n  volumes:\n  \
             - {name: a, csi: {driver: secrets-store.csi.k8s.io, readOnly: true, volumeAttributes: {secretProviderClass: x}}}\n  \
             - {name: b, csi: {driver: secrets-store.csi.k8s.io, readOnly: 'true'}}\n  \
             - {name: c, csi: {driver: ebs.csi.aws.com}}\n  - {name: d, emptyDir: {}}\n",
        );
        let found: Vec<_> = objects(&tree)[0].pod_specs()[0]
            .volumes()
            .into_iter()
            .filter_map(|it| Some((it.name(), it.secrets_store()?)))
            .map(|(name, it)| {
                format!(
                    "{name}: {}, {}",
                    shown(&tree, &it.class_name()),
                    shown(&tree, &it.read_only())
                )
            })
            .collect();
        assert_eq!(found, ["a: x @ x, true @ true", "b: absent @ csi, ? not a boolean"]);
    }
}
