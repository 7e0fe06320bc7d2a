//! Assumptions in words: `unless IsProd`, `when IsProd and not HasKey`.

use stackseal_model::cloudformation::{Assumption, Described, Stacks};

use crate::worlds::Holds;

/// When a finding holds, in words; none for always.
pub(crate) fn words(holds: &Holds, stacks: &Stacks<'_>) -> Option<String> {
    match holds {
        Holds::Always => None,
        Holds::When(groups) => {
            let groups: Vec<String> = groups.iter().map(|it| group_words(it, stacks)).collect();
            Some(groups.join(", or "))
        }
    }
}

fn group_words(group: &[Assumption], stacks: &Stacks<'_>) -> String {
    let described: Vec<Described<'_>> =
        group.iter().filter_map(|it| stacks.describe(*it)).collect();
    let negated: Vec<&str> = described
        .iter()
        .filter_map(|it| match it {
            Described::Condition { name, holds: false } => Some(*name),
            Described::Condition { .. } | Described::Value { .. } | Described::SomeKey => None,
        })
        .collect();
    if negated.len() == described.len() && !negated.is_empty() {
        return format!("unless {}", negated.join(" or "));
    }
    let words: Vec<String> = described
        .iter()
        .map(|it| match it {
            Described::Condition { name, holds: true } => (*name).to_owned(),
            Described::Condition { name, holds: false } => format!("not {name}"),
            Described::Value { parameter, value } => format!("{parameter} is `{value}`"),
            Described::SomeKey => "the mapping is read by some of its keys".to_owned(),
        })
        .collect();
    format!("when {}", words.join(" and "))
}

/// Why a verdict that hangs on a choice of values is left open.
pub(crate) fn open_words(holds: &Holds, stacks: &Stacks<'_>) -> String {
    let groups = match holds {
        Holds::Always => &[][..],
        Holds::When(groups) => groups.as_slice(),
    };
    let parameter = groups.iter().flatten().find_map(|it| match stacks.describe(*it)? {
        Described::Value { parameter, .. } => Some(parameter),
        Described::Condition { .. } | Described::SomeKey => None,
    });
    match parameter {
        Some(name) => format!("depends on which value parameter `{name}` is given"),
        None => "depends on which entry of a mapping is read".to_owned(),
    }
}
