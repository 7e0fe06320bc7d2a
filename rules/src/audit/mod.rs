//! Every use of a key or secret is recorded.

mod cloudtrail_bucket_protected;
mod cloudtrail_cloudwatch_logs;
mod cloudtrail_cmk;
mod cloudtrail_is_logging;
mod cloudtrail_log_validation;
mod cloudtrail_management_events;
mod cloudtrail_multi_region;
#[cfg(test)]
mod tests;

use stackseal_engine::Rule;

/// The rules of this group, in the order of the catalogue.
pub(crate) static RULES: &[&Rule] = &[
    &cloudtrail_is_logging::RULE,
    &cloudtrail_multi_region::RULE,
    &cloudtrail_log_validation::RULE,
    &cloudtrail_cmk::RULE,
    &cloudtrail_cloudwatch_logs::RULE,
    &cloudtrail_management_events::RULE,
    &cloudtrail_bucket_protected::RULE,
];
