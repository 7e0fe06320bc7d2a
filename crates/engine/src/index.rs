//! The checks of the selected rules, found by what they look at.

use rustc_hash::FxHashMap;
use stackseal_model::Estate;
use stackseal_model::buildspec::Buildspec;
use stackseal_model::cloudformation::{Output, Resource};
use stackseal_model::kubernetes::{Kustomization, Object};
use stackseal_model::wp_config::WpConfig;

use crate::cx::Cx;
use crate::rule::{Check, Rule};

/// Whether `rule` has something to look at.
pub(crate) fn has_work(rule: &Rule, estate: &Estate<'_>) -> bool {
    let Estate { stacks, kubernetes, kustomizations, buildspecs, wp_configs } = estate;
    let templates = stacks.templates();
    rule.checks.iter().any(|check| match *check {
        Check::Resource { types: [], .. } => templates.iter().any(|it| !it.entries().is_empty()),
        Check::Resource { types, .. } => {
            types.iter().any(|it| stacks.entries_of(it).next().is_some())
        }
        Check::Output { .. } => templates.iter().any(|it| !it.outputs().is_empty()),
        Check::Manifest { kinds, .. } => {
            let is_meant = |it: &Object<'_>| kinds.is_empty() || kinds.contains(&it.kind());
            kubernetes.objects().iter().any(is_meant)
        }
        Check::Kustomization { .. } => !kustomizations.is_empty(),
        Check::Buildspec { .. } => !buildspecs.is_empty(),
        Check::WpConfig { .. } => !wp_configs.is_empty(),
    })
}

/// Functions of a kind, each with its rule.
pub(crate) type Checks<F> = Vec<(&'static Rule, F)>;
type ResourceCheck = fn(&mut Cx<'_>, &Resource<'_>);
type OutputCheck = fn(&mut Cx<'_>, &Output<'_>);
type ManifestCheck = fn(&mut Cx<'_>, &Object<'_>);
type KustomizationCheck = fn(&mut Cx<'_>, &Kustomization<'_>);
type BuildspecCheck = fn(&mut Cx<'_>, &Buildspec<'_>);
type WpConfigCheck = fn(&mut Cx<'_>, &WpConfig);

/// The checks of the selected rules, by what they look at.
pub(crate) struct Index {
    pub(crate) resource: FxHashMap<&'static str, Checks<ResourceCheck>>,
    pub(crate) any_resource: Checks<ResourceCheck>,
    pub(crate) output: Checks<OutputCheck>,
    pub(crate) manifest: FxHashMap<&'static str, Checks<ManifestCheck>>,
    pub(crate) any_manifest: Checks<ManifestCheck>,
    pub(crate) kustomization: Checks<KustomizationCheck>,
    pub(crate) buildspec: Checks<BuildspecCheck>,
    pub(crate) wp_config: Checks<WpConfigCheck>,
}

impl Index {
    pub(crate) fn new(rules: &[&'static Rule]) -> Self {
        let mut index = Self {
            resource: FxHashMap::default(),
            any_resource: Vec::new(),
            output: Vec::new(),
            manifest: FxHashMap::default(),
            any_manifest: Vec::new(),
            kustomization: Vec::new(),
            buildspec: Vec::new(),
            wp_config: Vec::new(),
        };
        for &rule in rules {
            for check in rule.checks {
                match *check {
                    Check::Resource { types: [], run } => index.any_resource.push((rule, run)),
                    Check::Resource { types, run } => {
                        for ty in types {
                            index.resource.entry(ty).or_default().push((rule, run));
                        }
                    }
                    Check::Output { run } => index.output.push((rule, run)),
                    Check::Manifest { kinds: [], run } => index.any_manifest.push((rule, run)),
                    Check::Manifest { kinds, run } => {
                        for kind in kinds {
                            index.manifest.entry(kind).or_default().push((rule, run));
                        }
                    }
                    Check::Kustomization { run } => index.kustomization.push((rule, run)),
                    Check::Buildspec { run } => index.buildspec.push((rule, run)),
                    Check::WpConfig { run } => index.wp_config.push((rule, run)),
                }
            }
        }
        index
    }
}
