//! Data at rest under keys of one's own.

mod accepted_principals;
mod data_store_cmk;
mod data_store_encrypted;
mod ebs_encrypted;
mod ecr_cmk;
mod eks_secrets_encrypted;
mod iam_kms_access_limited;
mod kms_key_no_full_access;
mod kms_key_no_lockout;
mod kms_key_no_wildcard_principal;
mod kms_key_per_store;
mod kms_key_rotation;
mod kms_key_separation_of_duties;
mod rds_storage_cmk;
mod rds_storage_encrypted;
mod storage_class_cmk;
mod storage_class_encrypted;
mod volume_claim_encrypted;

use stackseal_engine::Rule;

/// The rules of this group, in the order of the catalogue.
pub(crate) static RULES: &[&Rule] = &[
    &rds_storage_encrypted::RULE,
    &rds_storage_cmk::RULE,
    &ecr_cmk::RULE,
    &ebs_encrypted::RULE,
    &storage_class_encrypted::RULE,
    &storage_class_cmk::RULE,
    &volume_claim_encrypted::RULE,
    &eks_secrets_encrypted::RULE,
    &data_store_encrypted::RULE,
    &data_store_cmk::RULE,
    &kms_key_per_store::RULE,
    &kms_key_separation_of_duties::RULE,
    &kms_key_no_wildcard_principal::RULE,
    &kms_key_no_full_access::RULE,
    &kms_key_rotation::RULE,
    &kms_key_no_lockout::RULE,
    &iam_kms_access_limited::RULE,
];
