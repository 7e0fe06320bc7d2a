//! No credential in plain text, every secret managed.

mod rds_managed_master_password;
mod rds_master_secret_cmk;

use stackseal_engine::Rule;

/// The rules of this group, in the order of the catalogue.
pub(crate) static RULES: &[&Rule] = &[
    &rds_managed_master_password::RULE,
    &rds_master_secret_cmk::RULE,
];
