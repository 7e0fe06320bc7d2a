//! The estate: all documents of a run, cross-referenced. It is the unit of judgement.

use crate::buildspec::Buildspec;
use crate::cloudformation::Stacks;
use crate::kubernetes::{KubernetesSet, Kustomization};
use crate::wp_config::WpConfig;

/// All documents of a run.
#[derive(Debug, Default)]
pub struct Estate<'a> {
    /// The templates, and what they export to each other.
    pub stacks: Stacks<'a>,
    /// The Kubernetes objects, by name.
    pub kubernetes: KubernetesSet<'a>,
    /// The kustomizations, for what they generate themselves.
    pub kustomizations: Vec<Kustomization<'a>>,
    /// The buildspecs, in files of their own and inline in projects.
    pub buildspecs: Vec<Buildspec<'a>>,
    /// The wp-configs, in files of their own and in ConfigMaps.
    pub wp_configs: Vec<WpConfig>,
}
