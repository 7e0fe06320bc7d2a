//! Under which condition a statement holds.
//!
//! Nothing here says what a condition means for a principal or for the openness of a statement; see
//! `narrowing`.

use std::borrow::Cow;

use super::text::Text;
use crate::setting::{Site, Unknown};

/// The condition of a statement: all of its tests must pass.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html>
#[derive(Clone, Debug, Default)]
pub struct Condition<'r> {
    /// The tests, in the order of the policy.
    pub tests: Vec<Test<'r>>,
    /// A part of the condition that is not known: there may be more tests.
    pub unknown: Option<Unknown<'r>>,
    /// Where the element stands, if there is one.
    pub site: Option<Site>,
}

/// One test: an operator, a key, and the values of which one must fit.
#[derive(Clone, Debug)]
pub struct Test<'r> {
    /// `StringEquals`, …
    pub operator: Operator,
    /// `aws:PrincipalOrgID`, …
    pub key: Cow<'r, str>,
    /// The values, each with its place.
    pub values: Vec<(Text<'r>, Site)>,
    /// A part of the values that is not known.
    pub unknown: Option<Unknown<'r>>,
}

/// An operator, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operator {
    /// What it compares.
    pub comparison: Comparison,
    /// It passes where the comparison fails.
    pub is_negated: bool,
    /// It passes where the request lacks the key.
    pub passes_without_key: bool,
    /// How it reads a key with several values.
    pub quantifier: Quantifier,
}

/// What an operator compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// Texts, letter by letter, with or without regard to case.
    Text,
    /// Texts against patterns, or ARNs, which may always be patterns.
    Pattern,
    /// Booleans.
    Bool,
    /// Addresses against networks.
    IpAddress,
    /// Whether the key is missing.
    Null,
    /// Numbers, dates, binary values, or an operator that is not known.
    Other,
}

/// How an operator reads a key with several values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantifier {
    /// The key has one value.
    One,
    /// `ForAnyValue:`
    Any,
    /// `ForAllValues:`, true for a key that is missing.
    All,
}

impl Operator {
    /// Reads `ForAnyValue:StringNotLikeIfExists` and its kin.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>
    pub fn parse(text: &str) -> Self {
        let lower = text.to_ascii_lowercase();
        let (quantifier, rest) = match lower.split_once(':') {
            Some(("foranyvalue", rest)) => (Quantifier::Any, rest),
            Some(("forallvalues", rest)) => (Quantifier::All, rest),
            _ => (Quantifier::One, &*lower),
        };
        let (rest, passes_without_key) = match rest.strip_suffix("ifexists") {
            Some(rest) => (rest, true),
            None => (rest, false),
        };
        let (comparison, is_negated) = match rest {
            "stringequals" | "stringequalsignorecase" => (Comparison::Text, false),
            "stringnotequals" | "stringnotequalsignorecase" => (Comparison::Text, true),
            "stringlike" | "arnequals" | "arnlike" => (Comparison::Pattern, false),
            "stringnotlike" | "arnnotequals" | "arnnotlike" => (Comparison::Pattern, true),
            "bool" => (Comparison::Bool, false),
            "ipaddress" => (Comparison::IpAddress, false),
            "notipaddress" => (Comparison::IpAddress, true),
            "null" => (Comparison::Null, false),
            _ => (Comparison::Other, false),
        };
        Self { comparison, is_negated, passes_without_key, quantifier }
    }
}

impl Test<'_> {
    /// Whether the test is about `key`; keys are told apart without regard to case.
    pub fn is_about(&self, key: &str) -> bool {
        self.key.eq_ignore_ascii_case(key)
    }

    /// Whether the test is about a key that begins with `prefix`.
    pub fn is_about_any(&self, prefix: &str) -> bool {
        self.key.get(..prefix.len()).is_some_and(|it| it.eq_ignore_ascii_case(prefix))
    }

    /// The boolean all values agree on; none where they differ or are not known.
    pub(super) fn boolean(&self) -> Option<bool> {
        let read = |text: &Text<'_>| match text.as_literal()?.to_ascii_lowercase().as_str() {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        };
        let mut values = self.values.iter().map(|(text, _)| read(text));
        let first = values.next()??;
        (self.unknown.is_none() && values.all(|it| it == Some(first))).then_some(first)
    }
}

impl<'r> Condition<'r> {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.tests.is_empty() && self.unknown.is_none()
    }

    /// A part that is not known, or a value.
    pub(super) fn doubt(&self) -> Option<Unknown<'r>> {
        let part = || self.tests.iter().find_map(|it| it.unknown.as_ref());
        let values = || {
            let mut values = self.tests.iter().flat_map(|it| &it.values);
            values
                .find_map(|(text, site)| Some(Unknown { span: site.span, reason: text.reason()? }))
        };
        self.unknown.as_ref().or_else(part).cloned().or_else(values)
    }
}
