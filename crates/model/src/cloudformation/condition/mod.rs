//! Conditions: which combinations of them some choice of parameters can bring about.
//!
//! Each condition is compiled to an expression over variables: the parameters, pseudo parameters
//! and opaque values it reads. A variable has a finite domain: the value given; else the values
//! allowed; else its default, every literal it is compared with, and one value that is none of
//! them. A question is answered by trying all values of the variables concerned, up to a bound.

use std::cell::Cell;
use std::sync::OnceLock;

mod compile;

use rustc_hash::{FxHashMap, FxHashSet};

use super::world::{Assumption, ChoiceOf};

/// Combinations tried before a question is given up as "either way".
const MAX_COMBINATIONS: usize = 20_000;
/// Depth of nested condition expressions and of conditions naming each other.
const MAX_DEPTH: usize = 64;

/// The compiled conditions of a template. Owns its text, so that a template may keep it lazily.
#[derive(Debug, Default)]
pub(crate) struct Conditions {
    names: Vec<Box<str>>,
    index: FxHashMap<Box<str>, u32>,
    expressions: Vec<Expression>,
    variables: Vec<Variable>,
    by_parameter: FxHashMap<Box<str>, u32>,
    support: Vec<Vec<u32>>,
    unassumed: Vec<OnceLock<Possible>>,
}

/// Which ways a condition can go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Possible {
    pub(crate) truth: bool,
    pub(crate) falsehood: bool,
}

#[derive(Debug)]
struct Variable {
    domain: Vec<Box<str>>,
    /// The domain is complete: given, or limited by allowed values.
    is_closed: bool,
    /// An empty value cannot be given.
    refuses_empty: bool,
}

#[derive(Debug)]
enum Expression {
    Constant(bool),
    Condition(u32),
    Not(Box<Self>),
    All(Vec<Self>),
    Any(Vec<Self>),
    Equals(Operand, Operand),
    /// A comparison that cannot be computed: the variable is "true" or "false".
    Free(u32),
}

#[derive(Debug)]
enum Operand {
    Text(Box<str>),
    Variable(u32),
    Join(Box<str>, Vec<Self>),
    /// The elements of a list written as one text with commas.
    Select(Box<Self>, Vec<Self>),
    SelectOf(Box<Self>, Box<Self>, Box<str>),
    Lookup(Vec<(Box<str>, Box<str>, Box<str>)>, Box<Self>, Box<Self>),
    If(u32, Box<Self>, Box<Self>),
}

/// What an expression reads itself.
#[derive(Debug, Default)]
struct Reads {
    variables: Vec<u32>,
    conditions: Vec<u32>,
}

/// One choice of values.
struct Trial<'t> {
    /// By variable, those that are not concerned left out.
    values: &'t [Option<u32>],
    /// Tells this choice from those before it.
    round: usize,
    /// By condition, the round in which it was evaluated last and what it was: one that many name is
    /// evaluated once a round.
    known: &'t [Cell<Option<(usize, bool)>>],
}

impl Conditions {
    pub(crate) fn id(&self, name: &str) -> Option<u32> {
        self.index.get(name).copied()
    }

    pub(crate) fn name(&self, id: u32) -> &str {
        self.names.get(id as usize).map_or("", |it| it)
    }

    pub(crate) fn variable_name(&self, id: u32) -> &str {
        // Only reports ask, and rarely.
        let mut names = self.by_parameter.iter();
        names.find(|it| *it.1 == id).map_or("", |it| it.0)
    }

    /// The variable of a parameter, if some condition reads it.
    pub(crate) fn variable(&self, parameter: &str) -> Option<u32> {
        self.by_parameter.get(parameter).copied()
    }

    /// Which ways `condition` can go, given `facts`.
    pub(crate) fn possible(&self, condition: u32, facts: &[Assumption]) -> Possible {
        if facts.is_empty() {
            let Some(cell) = self.unassumed.get(condition as usize) else {
                return Possible { truth: true, falsehood: true };
            };
            return *cell.get_or_init(|| self.search(condition, facts));
        }
        self.search(condition, facts)
    }

    fn search(&self, condition: u32, facts: &[Assumption]) -> Possible {
        let mut found = Possible { truth: false, falsehood: false };
        let complete = self.each_trial(Some(condition), None, facts, |trial| {
            match self.evaluate_condition(condition, trial, 0) {
                Some(true) => found.truth = true,
                Some(false) => found.falsehood = true,
                None => (),
            }
            !(found.truth && found.falsehood)
        });
        if complete { found } else { Possible { truth: true, falsehood: true } }
    }

    /// The values a variable can have, as indices of its domain, given `facts`; none if that takes
    /// too long to find out.
    pub(crate) fn candidates(&self, variable: u32, facts: &[Assumption]) -> Option<Vec<u32>> {
        let mut seen = vec![false; self.variables.get(variable as usize)?.domain.len()];
        let complete = self.each_trial(None, Some(variable), facts, |trial| {
            if let Some(&Some(value)) = trial.values.get(variable as usize)
                && let Some(seen) = seen.get_mut(value as usize)
            {
                *seen = true;
            }
            true
        });
        let indices = (0u32..).zip(&seen).filter(|&(_, &it)| it).map(|(index, _)| index);
        complete.then(|| indices.collect())
    }

    /// The text of a value of a variable; none for "some other value".
    pub(crate) fn value(&self, variable: u32, value: u32) -> Option<&str> {
        let text = self.variables.get(variable as usize)?.domain.get(value as usize)?;
        (!text.starts_with('\0')).then_some(&**text)
    }

    /// Calls `f` with each choice of values of the variables concerned that brings about `facts`, until
    /// it says stop. Answers whether all were tried.
    fn each_trial(
        &self,
        condition: Option<u32>,
        variable: Option<u32>,
        facts: &[Assumption],
        mut f: impl FnMut(&Trial<'_>) -> bool,
    ) -> bool {
        let mut concerned: Vec<u32> = variable.into_iter().collect();
        let support = |id: u32| self.support.get(id as usize).into_iter().flatten().copied();
        concerned.extend(condition.into_iter().flat_map(support));
        for fact in facts {
            match fact.choice.subject {
                ChoiceOf::Condition(id) => concerned.extend(support(id)),
                ChoiceOf::Parameter(id) => concerned.push(id),
                ChoiceOf::Lookup(_) => (),
            }
        }
        concerned.sort_unstable();
        concerned.dedup();
        let sizes: Vec<usize> = concerned
            .iter()
            .map(|&it| self.variables.get(it as usize).map_or(1, |variable| variable.domain.len()))
            .collect();
        let combinations = sizes.iter().try_fold(1usize, |product, &it| product.checked_mul(it));
        if combinations.is_none_or(|it| it > MAX_COMBINATIONS) {
            return false;
        }
        let mut values: Vec<Option<u32>> = vec![None; self.variables.len()];
        let known = vec![Cell::new(None); self.expressions.len()];
        let mut digits = vec![0usize; concerned.len()];
        if sizes.contains(&0) {
            return true;
        }
        let mut round = 0;
        loop {
            for (&id, &digit) in concerned.iter().zip(&digits) {
                if let Some(slot) = values.get_mut(id as usize) {
                    *slot = u32::try_from(digit).ok();
                }
            }
            let trial = Trial { values: &values, round, known: &known };
            let holds = facts.iter().all(|fact| match fact.choice.subject {
                ChoiceOf::Condition(id) => {
                    self.evaluate_condition(id, &trial, 0) == Some(fact.outcome == 1)
                }
                ChoiceOf::Parameter(id) => values.get(id as usize) == Some(&Some(fact.outcome)),
                ChoiceOf::Lookup(_) => true,
            });
            if holds && !f(&trial) {
                return true;
            }
            round += 1;
            let mut position = 0;
            loop {
                let (Some(digit), Some(&size)) = (digits.get_mut(position), sizes.get(position))
                else {
                    return true;
                };
                *digit += 1;
                if *digit < size {
                    break;
                }
                *digit = 0;
                position += 1;
            }
        }
    }

    /// None for a condition that names itself, by however many others.
    fn evaluate_condition(&self, id: u32, trial: &Trial<'_>, depth: usize) -> Option<bool> {
        if depth > MAX_DEPTH {
            return None;
        }
        let known = trial.known.get(id as usize)?;
        if let Some((round, value)) = known.get()
            && round == trial.round
        {
            return Some(value);
        }
        // What comes to nothing ends the whole evaluation, and need not be known.
        let value = self.evaluate(self.expressions.get(id as usize)?, trial, depth + 1)?;
        known.set(Some((trial.round, value)));
        Some(value)
    }

    fn evaluate(&self, expression: &Expression, trial: &Trial<'_>, depth: usize) -> Option<bool> {
        match expression {
            Expression::Constant(it) => Some(*it),
            Expression::Condition(id) => self.evaluate_condition(*id, trial, depth),
            Expression::Not(inner) => self.evaluate(inner, trial, depth).map(|it| !it),
            Expression::All(inner) => {
                let mut all = inner.iter().map(|it| self.evaluate(it, trial, depth));
                all.try_fold(true, |all, it| Some(all & it?))
            }
            Expression::Any(inner) => {
                let mut any = inner.iter().map(|it| self.evaluate(it, trial, depth));
                any.try_fold(false, |any, it| Some(any | it?))
            }
            Expression::Equals(a, b) => {
                let a = self.operand(a, trial, depth)?;
                Some(a == self.operand(b, trial, depth)?)
            }
            Expression::Free(variable) => Some(*trial.values.get(*variable as usize)? == Some(1)),
        }
    }

    fn operand(&self, operand: &Operand, trial: &Trial<'_>, depth: usize) -> Option<String> {
        let value = |it: &Operand| self.operand(it, trial, depth);
        match operand {
            Operand::Text(text) => Some(text.to_string()),
            Operand::Variable(id) => {
                let index = (*trial.values.get(*id as usize)?)?;
                self.variables
                    .get(*id as usize)?
                    .domain
                    .get(index as usize)
                    .map(ToString::to_string)
            }
            Operand::Join(separator, parts) => {
                Some(parts.iter().map(value).collect::<Option<Vec<_>>>()?.join(separator))
            }
            Operand::Select(index, items) => {
                let index: usize = value(index)?.trim().parse().ok()?;
                value(items.get(index)?)
            }
            Operand::SelectOf(index, list, separator) => {
                let index: usize = value(index)?.trim().parse().ok()?;
                let list = value(list)?;
                list.split(&**separator).nth(index).map(|it| it.trim().to_owned())
            }
            Operand::Lookup(rows, first, second) => {
                let (first, second) = (value(first)?, value(second)?);
                rows.iter()
                    .find(|it| *it.0 == *first && *it.1 == *second)
                    .map(|it| it.2.to_string())
            }
            Operand::If(id, yes, no) => {
                value(if self.evaluate_condition(*id, trial, depth)? { yes } else { no })
            }
        }
    }

    /// The variables that `reads` hangs on, by however many conditions.
    fn support(&self, mut reads: Reads) -> Vec<u32> {
        let mut seen: FxHashSet<u32> = FxHashSet::default();
        for _ in 0..=MAX_DEPTH {
            for id in std::mem::take(&mut reads.conditions) {
                if seen.insert(id)
                    && let Some(expression) = self.expressions.get(id as usize)
                {
                    read_expression(expression, &mut reads);
                }
            }
        }
        reads.variables.sort_unstable();
        reads.variables.dedup();
        reads.variables
    }
}

fn read_expression(expression: &Expression, reads: &mut Reads) {
    match expression {
        Expression::Constant(_) => (),
        Expression::Condition(id) => reads.conditions.push(*id),
        Expression::Not(inner) => read_expression(inner, reads),
        Expression::All(inner) | Expression::Any(inner) => {
            for it in inner {
                read_expression(it, reads);
            }
        }
        Expression::Equals(a, b) => {
            read_operand(a, reads);
            read_operand(b, reads);
        }
        Expression::Free(variable) => reads.variables.push(*variable),
    }
}

fn read_operand(operand: &Operand, reads: &mut Reads) {
    match operand {
        Operand::Text(_) => (),
        Operand::Variable(id) => reads.variables.push(*id),
        Operand::Join(_, parts) => {
            for it in parts {
                read_operand(it, reads);
            }
        }
        Operand::Select(index, items) => {
            read_operand(index, reads);
            for it in items {
                read_operand(it, reads);
            }
        }
        Operand::SelectOf(a, b, _) | Operand::Lookup(_, a, b) => {
            read_operand(a, reads);
            read_operand(b, reads);
        }
        Operand::If(id, a, b) => {
            reads.conditions.push(*id);
            read_operand(a, reads);
            read_operand(b, reads);
        }
    }
}
