//! Rules of the user's own in the Guard language, judged by the `cfn-guard` crate on the resolved
//! template, in every world, and told in our own words at our own places.
//!
//! This is the only crate that names `cfn_guard`. What is known of that crate's faults, and how
//! they are kept from users, stands where it is dealt with: in `call` for crashes and output, in
//! `document` for what it is given to read, in `weigh` for what it cannot know.
//!
//! <https://docs.aws.amazon.com/cfn-guard/latest/ug/writing-rules.html>

mod call;
mod document;
mod judge;
mod message;
mod record;
mod rules_file;
mod scan;
mod unit_test;
mod weigh;

pub use judge::{GuardRules, is_rules_file};
pub use rules_file::RulesFile;
pub use unit_test::{
    BrokenRules, TestCase, TestError, TestResult, TestVerdict, read_cases, run_cases,
};
