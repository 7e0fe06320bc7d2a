//! Data at rest under keys of one's own.

mod ecr_cmk;
mod kms_key_per_store;
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
    &storage_class_encrypted::RULE,
    &storage_class_cmk::RULE,
    &volume_claim_encrypted::RULE,
    &kms_key_per_store::RULE,
];
