//! Kubernetes manifests: which documents they are, what objects they hold, and what these are to
//! each other.
//!
//! Values are typed as the API server types them, in three answers: known, absent, unknown. Nothing
//! here judges; templates of Helm are recognised and not rendered, overlays of kustomize not built.

mod agreed;
mod block;
mod certificate;
mod container;
mod data;
mod helm;
mod ingress;
mod ingress_action;
mod ingress_backend;
mod ingress_class;
mod ingress_group;
mod ingress_tls;
mod kustomize;
mod listener;
mod load_balancer;
mod object;
mod objects;
mod placeholder;
mod pod_spec;
mod recognition;
#[cfg(test)]
mod robustness;
mod scalar;
mod secret_provider_class;
mod secret_source;
mod service;
mod set;
mod storage_class;
#[cfg(test)]
mod testing;
mod volume;
mod workload;

pub use block::Block;
pub use certificate::is_certificate_arn;
pub use container::{Container, ContainerList, EnvEntry, EnvValue};
pub use data::{Content, Data, DataEntry};
pub use helm::{chart_folders, is_helm_template};
pub use ingress::{AlbSetting, Certificates, Ingress};
pub use ingress_backend::Backend;
pub use ingress_class::{ClassParams, IngressController, class_params};
pub use ingress_group::IngressGroup;
pub use ingress_tls::OpenHost;
pub use kustomize::{
    Generator, GeneratorLiteral, Kustomization, inline_patches, is_kustomization, patch_paths,
};
pub use listener::{Listener, Protocol};
pub use load_balancer::LoadBalancer;
pub use object::{GroupKind, Name, Object, objects_of, partial_objects_of};
pub use placeholder::{has_placeholder, has_variable, is_of_variables};
pub use pod_spec::{PodSpec, SecretReference, SecretUse};
pub use recognition::is_manifest;
pub use secret_provider_class::{ObjectEntry, ObjectList, ObjectService, SecretProviderClass};
pub use secret_source::SecretOrigin;
pub use service::{Service, ServicePort, Speech};
pub use set::KubernetesSet;
pub use storage_class::{EbsEncryption, STORAGE_CLASS, StorageClass};
pub use volume::{SecretsStoreVolume, Volume};
