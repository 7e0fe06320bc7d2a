//! What holds in which worlds: merging the findings of all replays of a check, and saying when.

use std::collections::BTreeMap;

use stackseal_model::cloudformation::{Assumption, ChoiceOf};
use stackseal_syntax::Span;

use crate::cx::{Draft, Open};

/// What one replay said.
pub(crate) struct Replayed {
    pub(crate) assumptions: Vec<Assumption>,
    pub(crate) drafts: Vec<Draft>,
    pub(crate) open: Vec<Open>,
}

impl Replayed {
    pub(crate) fn is_empty(&self) -> bool {
        let Self { assumptions, drafts, open } = self;
        assumptions.is_empty() && drafts.is_empty() && open.is_empty()
    }
}

/// A finding with what is said of it in all worlds.
pub(crate) struct Merged {
    pub(crate) draft: Draft,
    pub(crate) holds: Holds,
}

/// When a finding holds.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Holds {
    /// In every world.
    Always,
    /// Where one of these groups of assumptions holds as a whole.
    When(Vec<Vec<Assumption>>),
}

impl Holds {
    /// How many choices it takes for it to hold; none where there is more than one way.
    pub(crate) fn forks(&self) -> Option<usize> {
        match self {
            Self::Always => Some(0),
            Self::When(groups) => match groups.as_slice() {
                [group] => Some(group.len()),
                _ => None,
            },
        }
    }

    /// Whether it hangs on a value somebody may choose, rather than on conditions alone.
    pub(crate) fn depends_on_values(&self) -> bool {
        let is_value = |it: &Assumption| !matches!(it.choice.subject, ChoiceOf::Condition(_));
        match self {
            Self::Always => false,
            Self::When(groups) => groups.iter().any(|group| group.iter().any(is_value)),
        }
    }
}

/// Assumptions looked at together when the shortest sufficient ones are sought.
const MAX_TOGETHER: usize = 3;

/// Whether the assumptions of a world leave another one no choice.
pub(crate) type Implies<'i> = &'i dyn Fn(&[Assumption], Assumption) -> bool;

/// The findings of all replays, equal ones merged, in order of place; and the open questions.
pub(crate) fn merge(replays: Vec<Replayed>, implies: Implies<'_>) -> (Vec<Merged>, Vec<Open>) {
    let mut assumed: Vec<Vec<Assumption>> = Vec::new();
    let mut all_open: Vec<Open> = Vec::new();
    // A place may carry several findings of one rule: the n-th of one world is the n-th of another.
    let mut found: BTreeMap<(Span, usize), Vec<(usize, Draft)>> = BTreeMap::new();
    for (world, Replayed { assumptions, drafts, open }) in replays.into_iter().enumerate() {
        assumed.push(assumptions);
        for it in open {
            if !all_open.contains(&it) {
                all_open.push(it);
            }
        }
        let mut counts: BTreeMap<Span, usize> = BTreeMap::new();
        for draft in drafts {
            let count = counts.entry(draft.span).or_default();
            found.entry((draft.span, *count)).or_default().push((world, draft));
            *count += 1;
        }
    }
    let merged = found.into_values().filter_map(|drafts| {
        let worlds: Vec<usize> = drafts.iter().map(|(world, _)| *world).collect();
        let mut drafts = drafts.into_iter().map(|(_, draft)| draft);
        let mut draft = drafts.next()?;
        // What mends it in one world only may do harm in another.
        if drafts.any(|it| it.mend != draft.mend) {
            draft.mend = None;
        }
        Some(Merged { draft, holds: holds(&assumed, &worlds, implies) })
    });
    (merged.collect(), all_open)
}

/// The shortest assumptions under which something found in `worlds` holds; `assumed` is what each
/// world assumes.
fn holds(assumed: &[Vec<Assumption>], worlds: &[usize], implies: Implies<'_>) -> Holds {
    if worlds.len() == assumed.len() {
        return Holds::Always;
    }
    let without: Vec<&[Assumption]> = (0..)
        .zip(assumed)
        .filter(|(world, _)| !worlds.contains(world))
        .map(|(_, it)| it.as_slice())
        .collect();
    let mut left: Vec<&[Assumption]> =
        worlds.iter().filter_map(|&it| assumed.get(it)).map(Vec::as_slice).collect();
    let is_in = |world: &[Assumption], group: &[Assumption]| {
        group.iter().all(|it| world.contains(it) || implies(world, *it))
    };
    let mut groups: Vec<Vec<Assumption>> = Vec::new();
    while !left.is_empty() {
        // What says it for most worlds says it best; of those, the shortest, and the first.
        let candidates = left.iter().map(|world| sufficient(world, &without));
        let best = candidates.rev().max_by_key(|group| {
            let covered = left.iter().filter(|it| is_in(it, group)).count();
            (covered, usize::MAX - group.len())
        });
        let Some(group) = best else { break };
        let before = left.len();
        left.retain(|it| !is_in(it, &group));
        groups.push(group);
        if left.len() == before {
            break;
        }
    }
    groups.sort();
    groups.dedup();
    Holds::When(groups)
}

/// The fewest assumptions of `world` that rule out every world of `without`.
fn sufficient(world: &[Assumption], without: &[&[Assumption]]) -> Vec<Assumption> {
    let rules_out = |group: &[Assumption]| without.iter().all(|it| !is_compatible(it, group));
    for size in 1..=MAX_TOGETHER.min(world.len()) {
        if let Some(group) = combinations(world, size).into_iter().find(|it| rules_out(it)) {
            return group;
        }
    }
    world.to_vec()
}

/// Whether a world may be one in which all of `group` holds.
fn is_compatible(world: &[Assumption], group: &[Assumption]) -> bool {
    !group.iter().any(|it| {
        world.iter().any(|other| other.choice == it.choice && other.outcome != it.outcome)
    })
}

fn combinations(items: &[Assumption], size: usize) -> Vec<Vec<Assumption>> {
    let Some((first, rest)) = items.split_first() else {
        return if size == 0 { vec![Vec::new()] } else { Vec::new() };
    };
    if size == 0 {
        return vec![Vec::new()];
    }
    let mut all: Vec<Vec<Assumption>> = combinations(rest, size - 1);
    for it in &mut all {
        it.insert(0, *first);
    }
    all.extend(combinations(rest, size));
    all
}

#[cfg(test)]
mod tests {
    use stackseal_model::cloudformation::Choice;

    use super::*;

    fn assume(condition: u32, outcome: u32) -> Assumption {
        Assumption {
            choice: Choice { template: 0, subject: ChoiceOf::Condition(condition) },
            outcome,
        }
    }

    fn check(worlds: &[&[Assumption]], found: &[usize], implies: Implies<'_>, expected: &Holds) {
        let assumed: Vec<Vec<Assumption>> = worlds.iter().map(|it| it.to_vec()).collect();
        assert_eq!(holds(&assumed, found, implies), *expected);
    }

    #[test]
    fn the_shortest_assumptions_are_named() {
        let (a, not_a, b, not_b) = (assume(0, 1), assume(0, 0), assume(1, 1), assume(1, 0));
        let worlds: &[&[Assumption]] = &[&[a, b], &[a, not_b], &[not_a]];
        let nothing: Implies<'_> = &|_, _| false;
        check(worlds, &[0, 1, 2], nothing, &Holds::Always);
        check(worlds, &[2], nothing, &Holds::When(vec![vec![not_a]]));
        check(worlds, &[0, 1], nothing, &Holds::When(vec![vec![a]]));
        check(worlds, &[1], nothing, &Holds::When(vec![vec![a, not_b]]));
        // Without `a` it holds whatever `b` is.
        check(worlds, &[0, 2], nothing, &Holds::When(vec![vec![not_a], vec![b]]));
    }

    #[test]
    fn what_one_assumption_says_for_all_is_said_once() {
        // `dev` leaves `prod` no choice: that it is not `prod` says it for both worlds.
        let (dev, not_dev, prod, not_prod) =
            (assume(0, 1), assume(0, 0), assume(1, 1), assume(1, 0));
        let worlds: &[&[Assumption]] = &[&[dev], &[not_dev, prod], &[not_dev, not_prod]];
        let implies: Implies<'_> = &|world, it| world.contains(&dev) && it == not_prod;
        check(worlds, &[0, 2], implies, &Holds::When(vec![vec![not_prod]]));
    }
}
