//! Kubernetes manifests: which documents they are, what objects they hold, and what these are to
//! each other.
//!
//! Values are typed as the API server types them, in three answers: known, absent, unknown. Nothing
//! here judges; templates of Helm are recognised and not rendered, overlays of kustomize not built.

mod block;
mod container;
mod helm;
mod ingress;
mod ingress_class;
mod kustomize;
mod listener;
mod object;
mod placeholder;
mod pod_spec;
mod recognition;
#[cfg(test)]
mod robustness;
mod scalar;
mod secret_provider_class;
mod secret_source;
mod set;
mod storage_class;
#[cfg(test)]
mod testing;
mod volume;
mod workload;

pub use block::Block;
pub use container::{Container, ContainerList, EnvEntry, EnvValue};
pub use helm::{chart_folders, is_helm_template};
pub use ingress::{AlbSetting, Certificates, Ingress, IngressGroup};
pub use ingress_class::{ClassParams, IngressController};
pub use kustomize::{
    GeneratorLiteral, config_map_literals, inline_patches, is_kustomization, patch_paths,
    secret_literals,
};
pub use listener::{Listener, Protocol};
pub use object::{GroupKind, Name, Object, objects_of, partial_objects_of};
pub use placeholder::{has_placeholder, has_variable};
pub use pod_spec::{PodSpec, SecretReference, SecretUse};
pub use recognition::is_manifest;
pub use secret_provider_class::{ObjectEntry, ObjectList, ObjectService, SecretProviderClass};
pub use secret_source::SecretOrigin;
pub use set::KubernetesSet;
pub use storage_class::{EbsEncryption, STORAGE_CLASS, StorageClass};
pub use volume::{SecretsStoreVolume, Volume};
