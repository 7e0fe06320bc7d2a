//! The pipeline itself keeps its artifacts sealed.

mod codebuild_artifact_cmk;
mod codebuild_no_insecure_ssl;
mod codecommit_cmk;
mod codepipeline_artifact_cmk;

use stackseal_engine::Rule;

/// The rules of this group, in the order of the catalogue.
pub(crate) static RULES: &[&Rule] = &[
    &codepipeline_artifact_cmk::RULE,
    &codebuild_artifact_cmk::RULE,
    &codebuild_no_insecure_ssl::RULE,
    &codecommit_cmk::RULE,
];
