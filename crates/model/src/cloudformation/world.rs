//! Worlds: consistent assumptions about the conditions a check reads.
//!
//! A check is replayed. It starts with nothing assumed; where it reads a condition that may be true
//! or false, the world takes one side and remembers the other for a later replay.

use std::cell::{Cell, OnceCell, RefCell};

use stackseal_syntax::Tree;
use typed_arena::Arena;

/// Something that may go one way or another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Choice {
    /// Index of the template in the estate.
    pub template: u32,
    /// What is chosen.
    pub subject: ChoiceOf,
}

/// What is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChoiceOf {
    /// The truth of a named condition, by its index; outcome 1 is true.
    Condition(u32),
    /// The value of a parameter, by its variable's index; the outcome is an index of its domain.
    Parameter(u32),
    /// The row of a mapping, by the offset of the lookup; the outcome counts the distinct values.
    Lookup(u32),
}

/// A choice, made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Assumption {
    /// What is chosen.
    pub choice: Choice,
    /// Which way.
    pub outcome: u32,
}

/// One replay: the assumptions made so far, and the roads not taken.
#[derive(Debug, Default)]
pub struct World {
    plan: Vec<Assumption>,
    made: RefCell<Vec<Assumption>>,
    premises: RefCell<Vec<Assumption>>,
    forks: RefCell<Vec<Vec<Assumption>>>,
    impossible: Cell<bool>,
}

impl World {
    /// A replay that takes the choices of `plan` first.
    pub fn new(plan: Vec<Assumption>) -> Self {
        Self { plan, ..Self::default() }
    }

    /// What was assumed, in the order of reading.
    pub fn assumptions(&self) -> Vec<Assumption> {
        self.made.borrow().clone()
    }

    /// The plans of the worlds found beside this one.
    pub fn take_forks(&self) -> Vec<Vec<Assumption>> {
        self.forks.take()
    }

    /// Whether the check met a contradiction: nothing it said in this world counts.
    pub fn is_impossible(&self) -> bool {
        self.impossible.get()
    }

    pub(super) fn set_impossible(&self) {
        self.impossible.set(true);
    }

    /// Takes for granted what findings need not mention: that the resource judged exists.
    pub(super) fn presume(&self, assumption: Assumption) {
        self.premises.borrow_mut().push(assumption);
    }

    /// What was decided for `choice`.
    pub(super) fn outcome(&self, choice: Choice) -> Option<u32> {
        let made = self.made.borrow();
        let premises = self.premises.borrow();
        made.iter().chain(premises.iter()).find(|it| it.choice == choice).map(|it| it.outcome)
    }

    /// All that holds for one template.
    pub(super) fn facts(&self, template: u32) -> Vec<Assumption> {
        let made = self.made.borrow();
        let premises = self.premises.borrow();
        premises
            .iter()
            .chain(made.iter())
            .filter(|it| it.choice.template == template)
            .copied()
            .collect()
    }

    /// Whether anything at all is assumed of one template.
    pub(super) fn has_facts(&self, template: u32) -> bool {
        let of = |list: &[Assumption]| list.iter().any(|it| it.choice.template == template);
        of(&self.made.borrow()) || of(&self.premises.borrow())
    }

    /// Takes one of several `outcomes` (at least two), the first unless the plan says otherwise.
    pub(super) fn fork(&self, choice: Choice, outcomes: &[u32]) -> u32 {
        let mut made = self.made.borrow_mut();
        let planned =
            self.plan.get(made.len()).filter(|it| it.choice == choice).map(|it| it.outcome);
        let outcome = planned.unwrap_or_else(|| {
            let mut forks = self.forks.borrow_mut();
            for &other in outcomes.iter().skip(1) {
                let mut plan = made.clone();
                plan.push(Assumption { choice, outcome: other });
                forks.push(plan);
            }
            outcomes.first().copied().unwrap_or_default()
        });
        made.push(Assumption { choice, outcome });
        outcome
    }
}

/// What lives as long as one replay of one check.
#[derive(Default)]
pub struct Replay {
    /// The assumptions.
    pub world: World,
    /// Trees of documents found inside texts.
    trees: OnceCell<Arena<Tree>>,
    /// Imports followed.
    imports: Cell<u16>,
}

/// Imports followed in one replay: an export may import others, many times each.
const MAX_IMPORTS: u16 = 1_000;

impl Replay {
    /// A replay in `world`.
    pub fn new(world: World) -> Self {
        Self { world, ..Self::default() }
    }

    /// Whether one more import may be followed.
    pub(super) fn follows_import(&self) -> bool {
        let followed = self.imports.get();
        self.imports.set(followed.saturating_add(1));
        followed < MAX_IMPORTS
    }

    /// Keeps a tree as long as the replay lasts.
    pub(super) fn keep(&self, tree: Tree) -> &Tree {
        self.trees.get_or_init(Arena::new).alloc(tree)
    }
}

/// Calls `f` once for each world it turns out to distinguish, at most `limit` times. Answers
/// whether all worlds were visited.
///
/// `f` must be pure: asked again under the same assumptions, it reads the same conditions.
pub fn each_world(limit: usize, mut f: impl FnMut(&Replay)) -> bool {
    let mut first = Some(Vec::new());
    let mut plans = Vec::new();
    let mut visited = 0;
    while let Some(plan) = first.take().or_else(|| plans.pop()) {
        if visited == limit {
            return false;
        }
        visited += 1;
        let replay = Replay::new(World::new(plan));
        f(&replay);
        plans.extend(replay.world.take_forks());
    }
    true
}
