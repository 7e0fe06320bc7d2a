//! Every use of a key or secret is recorded.

mod cloudtrail_is_logging;

use stackseal_engine::Rule;

/// The rules of this group, in the order of the catalogue.
pub(crate) static RULES: &[&Rule] = &[
    &cloudtrail_is_logging::RULE,
];
