//! Compiling conditions: from nodes to expressions over variables with finite domains.

use std::borrow::Cow;
use std::sync::OnceLock;

use stackseal_syntax::{Kind, Node};

use super::{Conditions, Expression, MAX_DEPTH, Operand, Reads, Variable, read_operand};
use crate::cloudformation::foreach::Bindings;
use crate::cloudformation::intrinsic::{Argument, call, literal, word};
use crate::cloudformation::sub;
use crate::cloudformation::template::Template;

/// The text that stands for "some other value" of a variable; no template can hold a NUL.
fn other(name: &str) -> Box<str> {
    format!("\0{name}").into()
}

impl Conditions {
    /// Compiles the conditions of `template`.
    pub(in crate::cloudformation) fn compile(template: &Template<'_>) -> Self {
        let mut compiler = Compiler { template, conditions: Self::default(), bindings: None };
        let written = template.conditions_written();
        for (id, entry) in (0u32..).zip(written) {
            compiler.conditions.names.push(Box::from(&*entry.name));
            compiler.conditions.index.insert(Box::from(&*entry.name), id);
        }
        for entry in written {
            compiler.bindings = entry.bindings.as_deref();
            let expression = compiler.expression(entry.node, 0);
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
        let reads = |id| Reads { variables: Vec::new(), conditions: vec![id] };
        let ids = (0u32..).take(conditions.expressions.len());
        conditions.support = ids.map(|id| conditions.support(reads(id))).collect();
        conditions.unassumed = (0..conditions.expressions.len()).map(|_| OnceLock::new()).collect();
        conditions
    }
}

struct Compiler<'c, 'a> {
    template: &'c Template<'a>,
    conditions: Conditions,
    /// The loop variables around the condition being compiled.
    bindings: Option<&'c Bindings>,
}

impl Compiler<'_, '_> {
    fn expression(&mut self, node: Node<'_>, depth: usize) -> Expression {
        let Some((name, argument)) = call(node) else {
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
            "Condition" => match argument.text().and_then(|it| self.id(it)) {
                Some(id) => Expression::Condition(id),
                None => self.free(node),
            },
            "Fn::Not" => {
                let Some(inner) = argument.items().next() else { return self.free(node) };
                Expression::Not(Box::new(self.expression(inner, depth + 1)))
            }
            "Fn::And" => {
                Expression::All(argument.items().map(|it| self.expression(it, depth + 1)).collect())
            }
            "Fn::Or" => {
                Expression::Any(argument.items().map(|it| self.expression(it, depth + 1)).collect())
            }
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

    /// A text as it counts: loop variables replaced.
    fn replaced<'n>(&self, text: &'n str) -> Cow<'n, str> {
        match self.bindings {
            Some(bindings) if text.contains('{') => Cow::Owned(bindings.replace(text)),
            _ => Cow::Borrowed(text),
        }
    }

    /// The condition that is named so.
    fn id(&self, name: &str) -> Option<u32> {
        self.conditions.id(&self.replaced(name))
    }

    /// A comparison that cannot be computed goes either way; the same one goes the same way.
    fn free(&mut self, node: Node<'_>) -> Expression {
        let mut key = String::from("?");
        write_key(node, &mut key);
        if let Some(bindings) = self.bindings {
            key = bindings.replace(&key);
        }
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
            let mut reads = Reads::default();
            read_operand(it, &mut reads);
            self.conditions.support(reads).iter().all(|&id| {
                self.conditions
                    .variables
                    .get(id as usize)
                    .is_some_and(|variable| variable.is_closed)
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
            Operand::Text(_) | Operand::Join(..) | Operand::Select(..) | Operand::SelectOf(..) => {}
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
        let Some((name, argument)) = call(node) else {
            return match node.kind() {
                Kind::Scalar => {
                    let text = self.replaced(word(node)?);
                    Some(self.opaque_or_text(&text))
                }
                Kind::Sequence | Kind::Mapping => None,
            };
        };
        match name {
            "Ref" => {
                let name = self.replaced(argument.text()?);
                Some(self.reference(&name))
            }
            "Fn::FindInMap" => self.lookup(argument, depth),
            "Fn::If" => {
                let mut items = argument.items();
                let id = self.id(word(items.next()?)?)?;
                let yes = self.operand(items.next()?, depth + 1)?;
                let no = self.operand(items.next()?, depth + 1)?;
                Some(Operand::If(id, Box::new(yes), Box::new(no)))
            }
            "Fn::Join" => {
                let mut items = argument.items();
                let separator = word(items.next()?)?;
                let parts = items.next()?;
                let list = literal(parts).filter(|it| it.kind() == Kind::Sequence);
                let parts = if let Some(list) = list {
                    list.items()
                        .map(|it| self.operand(it, depth + 1))
                        .collect::<Option<Vec<_>>>()?
                } else {
                    vec![self.operand(parts, depth + 1)?]
                };
                Some(Operand::Join(separator.into(), parts))
            }
            "Fn::Select" => {
                let mut items = argument.items();
                let index = Box::new(self.operand(items.next()?, depth + 1)?);
                let list = items.next()?;
                match call(list) {
                    None => {
                        let items = list.items().map(|it| self.operand(it, depth + 1));
                        Some(Operand::Select(index, items.collect::<Option<Vec<_>>>()?))
                    }
                    Some(("Fn::Split", argument)) => {
                        let mut items = argument.items();
                        let separator = word(items.next()?)?;
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
            "Fn::Sub" => {
                let text = self.replaced(argument.text()?);
                let parts = sub::parts(&text).map(|part| match part {
                    sub::Piece::Text(text) => Operand::Text(text.into()),
                    sub::Piece::Hole(name) => self.reference(name),
                });
                let mut parts: Vec<Operand> = parts.collect();
                Some(if parts.len() == 1 { parts.pop()? } else { Operand::Join("".into(), parts) })
            }
            // A value only the deployment tells: the same expression has the same value.
            "Fn::ImportValue" | "Fn::GetAtt" | "Fn::Transform" => {
                let mut key = String::from("=");
                write_key(node, &mut key);
                if let Some(bindings) = self.bindings {
                    key = bindings.replace(&key);
                }
                Some(Operand::Variable(self.open(&key)))
            }
            _ => None,
        }
    }

    fn opaque_or_text(&mut self, text: &str) -> Operand {
        if text.starts_with("{{resolve:") {
            Operand::Variable(self.open(text))
        } else {
            Operand::Text(text.into())
        }
    }

    fn open(&mut self, key: &str) -> u32 {
        self.variable(key, || Variable {
            domain: vec![other(key)],
            is_closed: false,
            refuses_empty: false,
        })
    }

    fn reference(&mut self, name: &str) -> Operand {
        if let Some(value) = self.bindings.and_then(|it| it.value(name)) {
            return Operand::Text(value.into());
        }
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
            Variable {
                domain,
                is_closed,
                refuses_empty: parameter.refuses_empty && parameter.given.is_none(),
            }
        });
        Operand::Variable(id)
    }

    fn lookup(&mut self, argument: Argument<'_>, depth: usize) -> Option<Operand> {
        let mut items = argument.items();
        let map = word(items.next()?)?;
        let first = self.operand(items.next()?, depth + 1)?;
        let second = self.operand(items.next()?, depth + 1)?;
        let rows = self.template.mapping(map)?;
        let mut table = Vec::new();
        for row in rows.entries() {
            for cell in literal(row.value).into_iter().flat_map(Node::entries) {
                if let (Some(first), Some(second), Some(text)) =
                    (row.key.text(), cell.key.text(), word(cell.value))
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
    let Some(mut called) = call(node) else {
        key.push_str(node.tag().unwrap_or_default());
        return write_untagged(node, key);
    };
    // The long form is written without its mapping, so that both forms are equal.
    key.push_str(called.0);
    while let Some(inner) = called.1.call() {
        key.push_str(inner.0);
        called = inner;
    }
    write_untagged(called.1.node(), key);
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
