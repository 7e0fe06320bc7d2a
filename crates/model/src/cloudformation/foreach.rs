//! `Fn::ForEach`: writing repetitions out.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html>

use std::sync::Arc;

use stackseal_syntax::{Entry, Node, Span};

use super::intrinsic::{literal, word};
use super::scope::Scope;
use super::template::section;
use super::value::Data;
use crate::setting::Setting;

/// Entries one repetition may have, and one template altogether.
pub(super) const MAX_EXPANSIONS: usize = 5_000;
/// Repetitions inside each other that CloudFormation allows.
const MAX_NESTING: usize = 5;

/// The loop variables in force, the innermost first.
#[derive(Debug)]
pub(super) struct Bindings {
    name: String,
    value: String,
    outer: Option<Arc<Self>>,
}

impl Bindings {
    /// The value of a loop variable.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        if self.name == name {
            return Some(&self.value);
        }
        self.outer.as_deref().and_then(|it| it.value(name))
    }

    fn depth(&self) -> usize {
        1 + self.outer.as_deref().map_or(0, Self::depth)
    }

    /// `text` with `${Name}` and `&{Name}` of loop variables replaced; the latter drops everything
    /// but letters and digits.
    pub(super) fn replace(&self, text: &str) -> String {
        let mut text = text.replace(&format!("${{{}}}", self.name), &self.value);
        let marker = format!("&{{{}}}", self.name);
        if text.contains(&marker) {
            let plain: String = self.value.chars().filter(char::is_ascii_alphanumeric).collect();
            text = text.replace(&marker, &plain);
        }
        match &self.outer {
            Some(outer) => outer.replace(&text),
            None => text,
        }
    }
}

/// One repetition.
pub(super) struct Expansion<'n> {
    pub(super) key: String,
    pub(super) key_span: Span,
    pub(super) value: Node<'n>,
    pub(super) bindings: Arc<Bindings>,
}

/// The entries a `Fn::ForEach` entry stands for, those of nested repetitions among them; none if
/// its collection is not known.
pub(super) fn expand<'r, 'n: 'r>(
    scope: &Scope<'r>,
    entry: Entry<'n>,
) -> Option<Vec<Expansion<'n>>> {
    let mut parts = literal(entry.value)?.items();
    let (name, collection, body) = (parts.next()?, parts.next()?, section(parts.next()?)?);
    let name = word(name)?;
    if scope.bindings.as_ref().is_some_and(|it| it.depth() >= MAX_NESTING) {
        return None;
    }
    let Setting::Known(values, _) = scope.evaluate(collection, collection.span()).items() else {
        return None;
    };
    let mut expansions = Vec::new();
    for value in values {
        let Data::Scalar(scalar) = value.data else { return None };
        let bindings = Arc::new(Bindings {
            name: name.to_owned(),
            value: scalar.text.into_owned(),
            outer: scope.bindings.clone(),
        });
        let inner = Scope { bindings: Some(Arc::clone(&bindings)), ..scope.clone() };
        for entry in body.entries() {
            let key = entry.key.text()?;
            if key.starts_with("Fn::ForEach") {
                expansions.extend(expand(&inner, entry)?);
            } else {
                expansions.push(Expansion {
                    key: bindings.replace(key),
                    key_span: entry.key.span(),
                    value: entry.value,
                    bindings: Arc::clone(&bindings),
                });
            }
            if expansions.len() > MAX_EXPANSIONS {
                return None;
            }
        }
    }
    Some(expansions)
}
