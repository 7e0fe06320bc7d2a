//! What can be wrong with a configuration, as data: a place, a sentence, and what was perhaps meant.

use stackseal_syntax::{Kind, Node, Span, SyntaxErrorKind};
use thiserror::Error;

use crate::date::NoDate;

/// One mistake in a configuration, with its place.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{kind}")]
pub struct Mistake {
    /// The narrowest place that is wrong.
    pub span: Span,
    /// What is wrong.
    pub kind: MistakeKind,
}

/// The kinds of mistakes.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum MistakeKind {
    /// The text is neither YAML nor JSON, or stands on its head.
    #[error("{0}")]
    Syntax(SyntaxErrorKind),
    /// A stream of several documents.
    #[error("a configuration is one document, this is another one")]
    SeveralDocuments,
    /// A value of another shape than its key takes.
    #[error("{what} takes {expected}, not {found}")]
    Shape {
        /// What takes it: `` `select` ``, or words.
        what: String,
        /// What it takes.
        expected: &'static str,
        /// What is there.
        found: &'static str,
    },
    /// A key that means nothing.
    #[error("unknown key `{key}` {place}")]
    UnknownKey {
        /// As written.
        key: String,
        /// Where: `in the configuration`.
        place: &'static str,
        /// What was perhaps meant.
        nearest: Option<&'static str>,
        /// What is known there.
        known: Vec<&'static str>,
    },
    /// A rule or group that does not exist.
    #[error("no {what} is named `{word}`")]
    UnknownRule {
        /// `rule`, or `rule or group`.
        what: &'static str,
        /// As written.
        word: String,
        /// What was perhaps meant.
        nearest: Option<&'static str>,
    },
    /// A group where a single rule is asked for.
    #[error("`{word}` is a group: `rules` speaks of single rules")]
    Group {
        /// As written.
        word: String,
    },
    /// A word that is none of those a key takes.
    #[error("`{word}` is no {what}")]
    UnknownWord {
        /// What is asked for: `severity`.
        what: String,
        /// As written.
        word: String,
        /// What was perhaps meant.
        nearest: Option<&'static str>,
        /// The words there are.
        known: Vec<&'static str>,
    },
    /// An option that other rules have.
    #[error("`{rule}` has no option `{option}`")]
    UnknownOption {
        /// As written.
        option: String,
        /// The rule it is given to.
        rule: &'static str,
        /// What was perhaps meant.
        nearest: Option<&'static str>,
        /// What there is.
        known: Vec<&'static str>,
        /// Rules that have an option of this name.
        owners: Vec<&'static str>,
    },
    /// A number beyond what makes sense.
    #[error("`{name}` is a number from {min} to {max}")]
    Range {
        /// The option.
        name: &'static str,
        /// The least.
        min: u32,
        /// The greatest.
        max: u32,
    },
    /// A day that does not exist.
    #[error("`{text}` is no date: {source}")]
    Date {
        /// As written.
        text: String,
        /// What a date is.
        source: NoDate,
    },
    /// A pattern of paths that cannot be read.
    #[error("`{pattern}` is no pattern of paths: {because}")]
    Pattern {
        /// As written.
        pattern: String,
        /// What is wrong with it.
        because: String,
    },
    /// A key without which an entry says nothing.
    #[error("{of} gives no `{key}`")]
    Missing {
        /// What says nothing: `` this entry of `ignore` ``.
        of: &'static str,
        /// The key.
        key: &'static str,
    },
    /// Nothing where a text is asked for.
    #[error("{what} is empty")]
    Empty {
        /// What is empty.
        what: String,
    },
    /// A rule that is to be left out and must not be.
    #[error("`{word}` is mandatory, and cannot be left out")]
    Mandatory {
        /// The rule or group, as written.
        word: String,
    },
}

/// An entry of `ignore`, in messages.
pub(super) const IGNORE_ENTRY: &str = "this entry of `ignore`";

impl MistakeKind {
    /// `node` is not what `what` takes.
    pub(crate) fn shape(node: Node<'_>, what: &str, expected: &'static str) -> Self {
        let found = match node.kind() {
            Kind::Scalar if node.is_null() => "nothing",
            Kind::Scalar => "a single value",
            Kind::Sequence => "a list",
            Kind::Mapping => "keys with values",
        };
        Self::Shape { what: what.to_owned(), expected, found }
    }
}

impl Mistake {
    /// What to do about it, if that is more than the message says.
    pub fn help(&self) -> Option<String> {
        match &self.kind {
            MistakeKind::UnknownKey { nearest, known, .. }
            | MistakeKind::UnknownWord { nearest, known, .. } => offer(*nearest, known),
            MistakeKind::UnknownRule { nearest, .. } => {
                Some(offer(*nearest, &[]).unwrap_or_else(|| {
                    "`stackseal rules` lists the rules and their groups".to_owned()
                }))
            }
            MistakeKind::UnknownOption { rule, nearest, known, owners, .. } => {
                if let Some(nearest) = nearest {
                    return Some(format!("did you mean `{nearest}`?"));
                }
                if !owners.is_empty() {
                    return Some(format!("it is an option of {}", list(owners, "and")));
                }
                Some(format!("`{rule}` has {}", list(known, "and")))
            }
            MistakeKind::Group { word } => {
                Some(format!("name the rules of `{word}` one by one, or use `select` and `ignore`"))
            }
            MistakeKind::Missing { key: "reason", .. } => Some(
                "say why the finding is accepted: without a reason nothing is ignored".to_owned(),
            ),
            MistakeKind::Missing { key: "rule", of: IGNORE_ENTRY } => {
                Some("name the rule whose findings are ignored".to_owned())
            }
            MistakeKind::Missing { .. }
            | MistakeKind::Syntax(_)
            | MistakeKind::SeveralDocuments
            | MistakeKind::Shape { .. }
            | MistakeKind::Range { .. }
            | MistakeKind::Date { .. }
            | MistakeKind::Pattern { .. }
            | MistakeKind::Empty { .. } => None,
            MistakeKind::Mandatory { .. } => {
                Some("take it out of `mandatory`, or out of `ignore`".to_owned())
            }
        }
    }

    /// The word that names no rule of ours: rules in other languages may have that name.
    pub fn unknown_rule(&self) -> Option<&str> {
        let MistakeKind::UnknownRule { word, .. } = &self.kind else { return None };
        Some(word)
    }
}

fn offer(nearest: Option<&str>, known: &[&str]) -> Option<String> {
    match nearest {
        Some(nearest) => Some(format!("did you mean `{nearest}`?")),
        None if known.is_empty() => None,
        None => Some(format!("known are {}", list(known, "and"))),
    }
}

fn list(words: &[&str], last: &str) -> String {
    let quoted: Vec<String> = words.iter().map(|it| format!("`{it}`")).collect();
    match quoted.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((end, rest)) => format!("{} {last} {end}", rest.join(", ")),
    }
}
