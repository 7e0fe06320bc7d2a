//! What the interpreter records of an evaluation, as far as it matters here.
//!
//! Values are read over: they may be secrets, and where a value stands is enough.

use serde::Deserialize;
use serde::de::IgnoredAny;

/// A step of an evaluation, with the steps it is made of.
#[derive(Debug, Deserialize)]
pub(crate) struct Record {
    /// The clause, in the interpreter's own words.
    #[serde(default)]
    pub(crate) context: String,
    pub(crate) container: Option<Container>,
    #[serde(default)]
    pub(crate) children: Vec<Self>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
pub(crate) enum Status {
    #[serde(rename = "PASS")]
    Pass,
    #[serde(rename = "FAIL")]
    Fail,
    #[serde(rename = "SKIP")]
    Skip,
}

#[derive(Debug, Deserialize)]
pub(crate) enum Container {
    FileCheck(IgnoredAny),
    RuleCheck(Named),
    RuleCondition(Status),
    TypeCheck(TypeCheck),
    TypeCondition(Status),
    TypeBlock(Status),
    Filter(Status),
    WhenCheck(Block),
    WhenCondition(Status),
    Disjunction(Block),
    BlockGuardCheck(Block),
    GuardClauseBlockCheck(Block),
    ClauseValueCheck(Clause),
}

#[derive(Debug, Deserialize)]
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) status: Status,
    pub(crate) message: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct TypeCheck {
    pub(crate) block: Block,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Block {
    pub(crate) at_least_one_matches: bool,
    pub(crate) status: Status,
}

/// One clause on one value.
#[derive(Debug, Deserialize)]
pub(crate) enum Clause {
    Success,
    Comparison(Comparison),
    InComparison(InComparison),
    Unary(Unary),
    /// `X !empty` on a selection without a member; the message of the author.
    NoValueForEmptyCheck(Option<String>),
    DependentRule(Dependent),
    MissingBlockValue(Value),
}

#[derive(Debug, Deserialize)]
pub(crate) struct Comparison {
    pub(crate) from: Query,
    pub(crate) to: Option<Query>,
    pub(crate) custom_message: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct InComparison {
    pub(crate) from: Query,
    pub(crate) to: Vec<Query>,
    pub(crate) custom_message: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Unary {
    pub(crate) value: Value,
    /// The operator, and whether it is negated.
    pub(crate) comparison: (String, bool),
}

#[derive(Debug, Deserialize)]
pub(crate) struct Value {
    pub(crate) from: Query,
    pub(crate) custom_message: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Dependent {
    pub(crate) rule: String,
    pub(crate) custom_message: Option<String>,
}

/// What a query led to.
#[derive(Debug, Deserialize)]
pub(crate) enum Query {
    Literal(At),
    Resolved(At),
    UnResolved(Missing),
}

#[derive(Debug, Deserialize)]
pub(crate) struct At {
    pub(crate) path: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Missing {
    pub(crate) traversed_to: At,
    pub(crate) remaining_query: String,
}
