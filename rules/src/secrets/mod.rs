//! No credential in plain text, every secret managed.

mod buildspec_no_plaintext_environment;
mod codebuild_no_plaintext_environment;
mod configmap_no_credential;
mod iam_no_access_key;
mod iam_secret_access_limited;
mod manifest_no_inline_secret;
mod masked_parameter;
mod no_credential_output;
mod no_plaintext_credential;
mod no_plaintext_environment;
mod rds_managed_master_password;
mod rds_master_secret_cmk;
mod secret_cmk;
mod secret_no_literal_value;
mod secret_policy_not_public;
mod secret_provider_class_objects;
mod secret_provider_class_reference;
mod secret_rotation;
mod workload_no_plaintext_env;
mod workload_no_secret_env;

use stackseal_engine::Rule;

/// The rules of this group, in the order of the catalogue.
pub(crate) static RULES: &[&Rule] = &[
    &rds_managed_master_password::RULE,
    &rds_master_secret_cmk::RULE,
    &secret_cmk::RULE,
    &secret_no_literal_value::RULE,
    &secret_rotation::RULE,
    &secret_policy_not_public::RULE,
    &iam_secret_access_limited::RULE,
    &no_plaintext_credential::RULE,
    &no_plaintext_environment::RULE,
    &no_credential_output::RULE,
    &iam_no_access_key::RULE,
    &codebuild_no_plaintext_environment::RULE,
    &buildspec_no_plaintext_environment::RULE,
    &workload_no_plaintext_env::RULE,
    &workload_no_secret_env::RULE,
    &manifest_no_inline_secret::RULE,
    &configmap_no_credential::RULE,
    &secret_provider_class_objects::RULE,
    &secret_provider_class_reference::RULE,
];
