//! Conditions: which combinations of them some choice of parameters can bring about.
//!
//! Each condition is compiled to an expression over variables: the parameters, pseudo parameters
//! and opaque values it reads. A variable has a finite domain: the value given; else the values
//! allowed; else its default, every literal it is compared with, and one value that is none of
//! them. A question is answered by trying all values of the variables concerned, up to a bound.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;
use stackseal_syntax::{Kind, Node};

use super::template::Template;
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

/// The text that stands for "some other value" of a variable; no template can hold a NUL.
fn other(name: &str) -> Box<str> {
    format!("\0{name}").into()
}

impl Conditions {
    pub(super) fn compile(template: &Template<'_>) -> Self {
        let mut compiler = Compiler { template, conditions: Self::default() };
        let nodes = template.condition_nodes();
        for (position, (name, _)) in nodes.iter().enumerate() {
            let id = u32::try_from(position).unwrap_or(u32::MAX);
            compiler.conditions.names.push(Box::from(*name));
            compiler.conditions.index.insert(Box::from(*name), id);
        }
        for (_, node) in nodes {
            let expression = compiler.expression(*node, 0);
            compiler.conditions.expressions.push(expression);
        }
        // What one comparison adds to a domain, another may hand on to the next variable.
        for _ in 0..3 {
            let expressions = std::mem::take(&mut compiler.conditions.expressions);
            for expression in &expressions {
                compiler.compare_again(expression);
            }
            compiler.conditions.expressions = expressions;
        }
        let mut conditions = compiler.conditions;
        for variable in &mut conditions.variables {
            if variable.refuses_empty {
                variable.domain.retain(|it| !it.is_empty());
            }
        }
        conditions.support = (0..conditions.expressions.len())
            .map(|id| {
                let mut support = Vec::new();
                conditions.collect_support(u32::try_from(id).unwrap_or(u32::MAX), &mut support, 0);
                support.sort_unstable();
                support.dedup();
                support
            })
            .collect();
        conditions.unassumed = (0..conditions.expressions.len()).map(|_| OnceLock::new()).collect();
        conditions
    }

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
        let complete = self.each_assignment(Some(condition), None, facts, |assignment| {
            match self.evaluate_condition(condition, assignment, 0) {
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
        let complete = self.each_assignment(None, Some(variable), facts, |assignment| {
            if let Some(&Some(value)) = assignment.get(variable as usize)
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

    /// Calls `f` with each assignment of the variables concerned that brings about `facts`, until
    /// it says stop. Answers whether all were tried.
    fn each_assignment(
        &self,
        condition: Option<u32>,
        variable: Option<u32>,
        facts: &[Assumption],
        mut f: impl FnMut(&[Option<u32>]) -> bool,
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
        let mut assignment: Vec<Option<u32>> = vec![None; self.variables.len()];
        let mut digits = vec![0usize; concerned.len()];
        if sizes.contains(&0) {
            return true;
        }
        loop {
            for (&id, &digit) in concerned.iter().zip(&digits) {
                if let Some(slot) = assignment.get_mut(id as usize) {
                    *slot = u32::try_from(digit).ok();
                }
            }
            let holds = facts.iter().all(|fact| match fact.choice.subject {
                ChoiceOf::Condition(id) => {
                    self.evaluate_condition(id, &assignment, 0) == Some(fact.outcome == 1)
                }
                ChoiceOf::Parameter(id) => assignment.get(id as usize) == Some(&Some(fact.outcome)),
                ChoiceOf::Lookup(_) => true,
            });
            if holds && !f(&assignment) {
                return true;
            }
            let mut position = 0;
            loop {
                let (Some(digit), Some(&size)) = (digits.get_mut(position), sizes.get(position)) else {
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

    fn evaluate_condition(&self, id: u32, assignment: &[Option<u32>], depth: usize) -> Option<bool> {
        if depth > MAX_DEPTH {
            return None;
        }
        self.evaluate(self.expressions.get(id as usize)?, assignment, depth + 1)
    }

    fn evaluate(&self, expression: &Expression, assignment: &[Option<u32>], depth: usize) -> Option<bool> {
        match expression {
            Expression::Constant(it) => Some(*it),
            Expression::Condition(id) => self.evaluate_condition(*id, assignment, depth),
            Expression::Not(inner) => self.evaluate(inner, assignment, depth).map(|it| !it),
            Expression::All(inner) => {
                let all = inner.iter().map(|it| self.evaluate(it, assignment, depth));
                all.fold(Some(true), |all, it| Some(all? & it?))
            }
            Expression::Any(inner) => {
                let any = inner.iter().map(|it| self.evaluate(it, assignment, depth));
                any.fold(Some(false), |any, it| Some(any? | it?))
            }
            Expression::Equals(a, b) => {
                let a = self.operand(a, assignment, depth)?;
                Some(a == self.operand(b, assignment, depth)?)
            }
            Expression::Free(variable) => Some(*assignment.get(*variable as usize)? == Some(1)),
        }
    }

    fn operand(&self, operand: &Operand, assignment: &[Option<u32>], depth: usize) -> Option<String> {
        let value = |it: &Operand| self.operand(it, assignment, depth);
        match operand {
            Operand::Text(text) => Some(text.to_string()),
            Operand::Variable(id) => {
                let index = (*assignment.get(*id as usize)?)?;
                self.variables.get(*id as usize)?.domain.get(index as usize).map(ToString::to_string)
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
                rows.iter().find(|it| *it.0 == *first && *it.1 == *second).map(|it| it.2.to_string())
            }
            Operand::If(id, yes, no) => {
                value(if self.evaluate_condition(*id, assignment, depth)? { yes } else { no })
            }
        }
    }

    fn collect_support(&self, id: u32, support: &mut Vec<u32>, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        if let Some(expression) = self.expressions.get(id as usize) {
            self.collect_expression(expression, support, depth);
        }
    }

    fn collect_expression(&self, expression: &Expression, support: &mut Vec<u32>, depth: usize) {
        match expression {
            Expression::Constant(_) => (),
            Expression::Condition(id) => self.collect_support(*id, support, depth + 1),
            Expression::Not(inner) => self.collect_expression(inner, support, depth),
            Expression::All(inner) | Expression::Any(inner) => {
                for it in inner {
                    self.collect_expression(it, support, depth);
                }
            }
            Expression::Equals(a, b) => {
                self.collect_operand(a, support, depth);
                self.collect_operand(b, support, depth);
            }
            Expression::Free(variable) => support.push(*variable),
        }
    }

    fn collect_operand(&self, operand: &Operand, support: &mut Vec<u32>, depth: usize) {
        match operand {
            Operand::Text(_) => (),
            Operand::Variable(id) => support.push(*id),
            Operand::Join(_, parts) => {
                for it in parts {
                    self.collect_operand(it, support, depth);
                }
            }
            Operand::Select(index, items) => {
                self.collect_operand(index, support, depth);
                for it in items {
                    self.collect_operand(it, support, depth);
                }
            }
            Operand::SelectOf(a, b, _) | Operand::Lookup(_, a, b) => {
                self.collect_operand(a, support, depth);
                self.collect_operand(b, support, depth);
            }
            Operand::If(id, a, b) => {
                self.collect_support(*id, support, depth + 1);
                self.collect_operand(a, support, depth);
                self.collect_operand(b, support, depth);
            }
        }
    }
}

struct Compiler<'c, 'a> {
    template: &'c Template<'a>,
    conditions: Conditions,
}

impl Compiler<'_, '_> {
    fn expression(&mut self, node: Node<'_>, depth: usize) -> Expression {
        let Some((name, argument)) = super::intrinsic::call(node) else {
            return match node.text() {
                Some(it) if it.eq_ignore_ascii_case("true") => Expression::Constant(true),
                Some(it) if it.eq_ignore_ascii_case("false") => Expression::Constant(false),
                _ => self.free(node),
            };
        };
        if depth > MAX_DEPTH {
            return self.free(node);
        }
        match name {
            "Condition" => match argument.text().and_then(|it| self.conditions.id(it)) {
                Some(id) => Expression::Condition(id),
                None => self.free(node),
            },
            "Fn::Not" => {
                let inner = argument.items().next().unwrap_or(argument);
                Expression::Not(Box::new(self.expression(inner, depth + 1)))
            }
            "Fn::And" => Expression::All(argument.items().map(|it| self.expression(it, depth + 1)).collect()),
            "Fn::Or" => Expression::Any(argument.items().map(|it| self.expression(it, depth + 1)).collect()),
            "Fn::Equals" => {
                let mut sides = argument.items();
                let (Some(a), Some(b), None) = (sides.next(), sides.next(), sides.next()) else {
                    return self.free(node);
                };
                let (Some(a), Some(b)) = (self.operand(a, depth), self.operand(b, depth)) else {
                    return self.free(node);
                };
                if !self.is_computable(&a, &b) {
                    return self.free(node);
                }
                self.compare(&a, &b);
                self.compare(&b, &a);
                Expression::Equals(a, b)
            }
            _ => self.free(node),
        }
    }

    /// A comparison that cannot be computed goes either way; the same one goes the same way.
    fn free(&mut self, node: Node<'_>) -> Expression {
        let mut key = String::from("?");
        write_key(node, &mut key);
        let variable = self.variable(&key, || Variable {
            domain: vec!["false".into(), "true".into()],
            is_closed: true,
            refuses_empty: false,
        });
        Expression::Free(variable)
    }

    /// Whether trying the values of the domains finds all there is to find: texts put together of
    /// open variables could be equal to a literal in ways no domain lists.
    fn is_computable(&self, a: &Operand, b: &Operand) -> bool {
        let is_simple = |it: &Operand| match it {
            Operand::Text(_) | Operand::Variable(_) | Operand::Lookup(..) => true,
            Operand::If(_, yes, no) => {
                matches!(**yes, Operand::Text(_) | Operand::Variable(_))
                    && matches!(**no, Operand::Text(_) | Operand::Variable(_))
            }
            Operand::Join(..) | Operand::Select(..) | Operand::SelectOf(..) => false,
        };
        let is_closed = |it: &Operand| {
            let mut support = Vec::new();
            self.conditions.collect_operand(it, &mut support, 0);
            support.iter().all(|&id| {
                self.conditions.variables.get(id as usize).is_some_and(|variable| variable.is_closed)
            })
        };
        (is_simple(a) || is_closed(a)) && (is_simple(b) || is_closed(b))
    }

    /// Adds to the domains of `side` what it is compared with.
    fn compare(&mut self, side: &Operand, with: &Operand) {
        let mut literals: Vec<Box<str>> = Vec::new();
        self.literals(with, &mut literals);
        let mut targets = Vec::new();
        match side {
            Operand::Variable(id) => targets.push(*id),
            Operand::If(_, yes, no) => {
                targets.extend([yes, no].iter().filter_map(|it| match ***it {
                    Operand::Variable(id) => Some(id),
                    _ => None,
                }));
            }
            Operand::Lookup(rows, first, second) => {
                let keys = [(first, 0), (second, 1)];
                for (key, position) in keys {
                    if let Operand::Variable(id) = **key {
                        let texts = rows.iter().map(|it| if position == 0 { &it.0 } else { &it.1 });
                        let texts: Vec<Box<str>> = texts.cloned().collect();
                        self.widen(id, &texts);
                    }
                }
            }
            Operand::Text(_) | Operand::Join(..) | Operand::Select(..) | Operand::SelectOf(..) => (),
        }
        for id in targets {
            self.widen(id, &literals);
        }
    }

    fn compare_again(&mut self, expression: &Expression) {
        match expression {
            Expression::Equals(a, b) => {
                self.compare(a, b);
                self.compare(b, a);
            }
            Expression::Not(inner) => self.compare_again(inner),
            Expression::All(inner) | Expression::Any(inner) => {
                for it in inner {
                    self.compare_again(it);
                }
            }
            Expression::Constant(_) | Expression::Condition(_) | Expression::Free(_) => (),
        }
    }

    fn literals(&self, operand: &Operand, literals: &mut Vec<Box<str>>) {
        match operand {
            Operand::Text(text) => literals.push(text.clone()),
            Operand::Variable(id) => {
                let domain = self.conditions.variables.get(*id as usize).map(|it| &it.domain);
                literals.extend(domain.into_iter().flatten().cloned());
            }
            Operand::Lookup(rows, ..) => literals.extend(rows.iter().map(|it| it.2.clone())),
            Operand::If(_, yes, no) => {
                self.literals(yes, literals);
                self.literals(no, literals);
            }
            Operand::Join(..) | Operand::Select(..) | Operand::SelectOf(..) => (),
        }
    }

    fn widen(&mut self, id: u32, texts: &[Box<str>]) {
        let Some(variable) = self.conditions.variables.get_mut(id as usize) else { return };
        if variable.is_closed {
            return;
        }
        for text in texts {
            if !variable.domain.contains(text) {
                variable.domain.push(text.clone());
            }
        }
    }

    fn variable(&mut self, key: &str, make: impl FnOnce() -> Variable) -> u32 {
        if let Some(&id) = self.conditions.by_parameter.get(key) {
            return id;
        }
        let id = u32::try_from(self.conditions.variables.len()).unwrap_or(u32::MAX);
        self.conditions.variables.push(make());
        self.conditions.by_parameter.insert(key.into(), id);
        id
    }

    fn operand(&mut self, node: Node<'_>, depth: usize) -> Option<Operand> {
        if depth > MAX_DEPTH {
            return None;
        }
        let Some((name, argument)) = super::intrinsic::call(node) else {
            return match node.kind() {
                Kind::Scalar => node.text().map(|it| self.opaque_or_text(it)),
                Kind::Sequence | Kind::Mapping => None,
            };
        };
        match name {
            "Ref" => argument.text().map(|it| self.reference(it)),
            "Fn::FindInMap" => self.lookup(argument, depth),
            "Fn::If" => {
                let mut items = argument.items();
                let id = items.next().and_then(Node::text).and_then(|it| self.conditions.id(it))?;
                let yes = self.operand(items.next()?, depth + 1)?;
                let no = self.operand(items.next()?, depth + 1)?;
                Some(Operand::If(id, Box::new(yes), Box::new(no)))
            }
            "Fn::Join" => {
                let mut items = argument.items();
                let separator = items.next()?.text()?;
                let parts = items.next()?;
                let parts = if parts.kind() == Kind::Sequence && super::intrinsic::call(parts).is_none() {
                    parts.items().map(|it| self.operand(it, depth + 1)).collect::<Option<Vec<_>>>()?
                } else {
                    vec![self.operand(parts, depth + 1)?]
                };
                Some(Operand::Join(separator.into(), parts))
            }
            "Fn::Select" => {
                let mut items = argument.items();
                let index = Box::new(self.operand(items.next()?, depth + 1)?);
                let list = items.next()?;
                match super::intrinsic::call(list) {
                    None => {
                        let items = list.items().map(|it| self.operand(it, depth + 1));
                        Some(Operand::Select(index, items.collect::<Option<Vec<_>>>()?))
                    }
                    Some(("Fn::Split", argument)) => {
                        let mut items = argument.items();
                        let separator = items.next()?.text()?;
                        let text = self.operand(items.next()?, depth + 1)?;
                        Some(Operand::SelectOf(index, Box::new(text), separator.into()))
                    }
                    Some(("Ref", _)) => {
                        let list = self.operand(list, depth + 1)?;
                        Some(Operand::SelectOf(index, Box::new(list), ",".into()))
                    }
                    Some(_) => None,
                }
            }
            "Fn::Sub" if argument.kind() == Kind::Scalar => {
                let parts = super::sub::parts(argument.text()?).map(|part| match part {
                    super::sub::Piece::Text(text) => Operand::Text(text.into()),
                    super::sub::Piece::Hole(name) => self.reference(name),
                });
                let mut parts: Vec<Operand> = parts.collect();
                Some(if parts.len() == 1 { parts.pop()? } else { Operand::Join("".into(), parts) })
            }
            // A value only the deployment tells: the same expression has the same value.
            "Fn::ImportValue" | "Fn::GetAtt" | "Fn::Transform" => {
                let mut key = String::from("=");
                write_key(node, &mut key);
                Some(Operand::Variable(self.open(&key)))
            }
            _ => None,
        }
    }

    fn opaque_or_text(&mut self, text: &str) -> Operand {
        if text.starts_with("{{resolve:") { Operand::Variable(self.open(text)) } else { Operand::Text(text.into()) }
    }

    fn open(&mut self, key: &str) -> u32 {
        self.variable(key, || Variable { domain: vec![other(key)], is_closed: false, refuses_empty: false })
    }

    fn reference(&mut self, name: &str) -> Operand {
        let template = self.template;
        let deployment = template.deployment();
        let Some(parameter) = template.parameter(name) else {
            return match deployment.pseudo(name) {
                Some(value) => Operand::Text(value.into()),
                None => Operand::Variable(self.open(name)),
            };
        };
        let id = self.variable(name, || {
            let text = |it: &Node<'_>| it.text().map(Box::from);
            let (domain, is_closed) = if let Some(given) = &parameter.given {
                (vec![given.as_str().into()], true)
            } else if parameter.is_stored_in_ssm() {
                (vec![other(name)], false)
            } else if !parameter.allowed.is_empty() {
                let mut domain: Vec<Box<str>> = parameter.allowed.iter().filter_map(text).collect();
                if let Some(default) = parameter.default.as_ref().and_then(text)
                    && !domain.contains(&default)
                {
                    domain.push(default);
                }
                (domain, true)
            } else {
                let default = parameter.default.as_ref().and_then(text);
                (default.into_iter().chain([other(name)]).collect(), false)
            };
            Variable { domain, is_closed, refuses_empty: parameter.refuses_empty && parameter.given.is_none() }
        });
        Operand::Variable(id)
    }

    fn lookup(&mut self, argument: Node<'_>, depth: usize) -> Option<Operand> {
        let mut items = argument.items();
        let map = items.next()?.text()?;
        let first = self.operand(items.next()?, depth + 1)?;
        let second = self.operand(items.next()?, depth + 1)?;
        let rows = self.template.mapping(map)?;
        let mut table = Vec::new();
        for row in rows.entries() {
            for cell in row.value.entries() {
                if let (Some(first), Some(second), Some(text)) =
                    (row.key.text(), cell.key.text(), cell.value.text())
                {
                    table.push((first.into(), second.into(), text.into()));
                }
            }
        }
        Some(Operand::Lookup(table, Box::new(first), Box::new(second)))
    }
}

/// Writes an expression as text that is equal for equal expressions.
fn write_key(node: Node<'_>, key: &mut String) {
    match super::intrinsic::call(node) {
        // The long form is written without its mapping, so that both forms are equal.
        Some((name, argument)) => {
            key.push_str(name);
            if argument.is_same(node) { write_untagged(node, key) } else { write_key(argument, key) }
        }
        None => {
            key.push_str(node.tag().unwrap_or_default());
            write_untagged(node, key);
        }
    }
}

fn write_untagged(node: Node<'_>, key: &mut String) {
    match node.kind() {
        Kind::Scalar => {
            key.push('"');
            key.push_str(node.text().unwrap_or_default());
            key.push('"');
        }
        Kind::Sequence => {
            key.push('[');
            for it in node.items() {
                write_key(it, key);
                key.push(',');
            }
            key.push(']');
        }
        Kind::Mapping => {
            key.push('{');
            for entry in node.entries() {
                write_key(entry.key, key);
                key.push(':');
                write_key(entry.value, key);
                key.push(',');
            }
            key.push('}');
        }
    }
}
