//! The built-in policy pack: one file a rule, its page beside it, a folder a group.
//!
//! A rule knows no file, no format and no command line. To add one: its file and page, and its line
//! in the list of its group (`cargo xtask new-rule` does both).

mod audit;
mod encryption;
mod naming;
mod pipeline;
mod secrets;
mod switch;
mod transit;

use stackseal_engine::{Pack, Rule, UNUSED_SUPPRESSION};

/// Every rule, group by group.
pub static PACK: Pack = Pack { rules: &RULES, language: None };

static ENGINE: &[&Rule] = &[&UNUSED_SUPPRESSION];

const GROUPS: &[&[&Rule]] =
    &[secrets::RULES, encryption::RULES, transit::RULES, audit::RULES, pipeline::RULES, ENGINE];

const COUNT: usize = {
    let mut count = 0;
    let mut groups = GROUPS;
    while let [group, rest @ ..] = groups {
        count += group.len();
        groups = rest;
    }
    count
};

static RULES: [&Rule; COUNT] = {
    let mut all = [&UNUSED_SUPPRESSION; COUNT];
    let mut groups = GROUPS;
    let mut position = 0;
    while let [group, rest @ ..] = groups {
        let mut left = *group;
        while let [rule, rest @ ..] = left {
            #[expect(clippy::indexing_slicing, reason = "an index out of bounds fails the build")]
            {
                all[position] = *rule;
            }
            position += 1;
            left = rest;
        }
        groups = rest;
    }
    all
};
