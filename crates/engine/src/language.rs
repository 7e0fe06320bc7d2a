//! Rules in a language of their own, judged over whole documents rather than by checks.
//!
//! The engine knows no such language. It hands over the documents and gets back what is to be said
//! of each resource in each world; merging, conditions, suppressions and order are the same as for
//! every other rule.

use std::fmt;

use stackseal_model::Estate;
use stackseal_model::cloudformation::Assumption;
use stackseal_syntax::{FileId, Node, Source, Span};

use crate::cx::{Draft, Open};
use crate::finding::Subject;
use crate::outcome::RunError;
use crate::rule::Rule;
use crate::worlds::Replayed;

/// Who judges by rules that are no functions of ours.
pub trait Language: fmt::Debug + Sync {
    /// The rules, by name.
    fn rules(&self) -> &[&'static Rule];

    /// Judges all documents of a run.
    fn judge(&self, case: &Case<'_>) -> Judgement;
}

/// What is to be judged.
pub struct Case<'r> {
    /// All documents of the run, cross-referenced: the templates are judged from here.
    pub estate: &'r Estate<'r>,
    /// The documents that are no templates.
    pub documents: &'r [Node<'r>],
    /// The rules that are selected, of any language.
    pub rules: &'r [&'static Rule],
    /// Combinations of conditions to look at for one template.
    pub max_worlds: usize,
    /// The id of the first source handed back, if any is.
    pub next_file: FileId,
}

/// What a language has to say.
#[derive(Default)]
pub struct Judgement {
    /// By rule and subject, in any order.
    pub verdicts: Vec<Verdict>,
    /// The rules that had something to judge, once each.
    pub applicable: Vec<&'static Rule>,
    /// What could not be read or run.
    pub errors: Vec<RunError>,
    /// Texts that the errors point into, with ids from [`Case::next_file`] on.
    pub sources: Vec<Source>,
}

/// What one rule says of one thing.
pub struct Verdict {
    /// The rule.
    pub rule: &'static Rule,
    /// The resource; none where the place of a finding tells.
    pub subject: Option<Subject>,
    /// Once for each world the thing exists in.
    pub worlds: Vec<Said>,
    /// There are more worlds than were looked at; the place to say so.
    pub unseen: Option<Span>,
}

/// What one rule says of one thing in one world.
#[derive(Default)]
pub struct Said {
    pub(crate) assumptions: Vec<Assumption>,
    pub(crate) drafts: Vec<Draft>,
    pub(crate) open: Vec<Open>,
}

impl Said {
    /// Nothing as yet, in the world of `assumptions`.
    pub fn new(assumptions: Vec<Assumption>) -> Self {
        Self { assumptions, ..Self::default() }
    }

    /// Says that something is wrong at `span`, in the words [`crate::Cx::report`] asks for.
    pub fn report(&mut self, rule: &Rule, span: Span, message: String) -> &mut Draft {
        self.drafts.push(Draft::new(rule, span, message));
        let last = self.drafts.len() - 1;
        #[expect(clippy::indexing_slicing, reason = "a draft was pushed just now")]
        &mut self.drafts[last]
    }

    /// Says that the verdict hangs on a value at `span` that is not known.
    pub fn undecided(&mut self, span: Span, reason: String) {
        self.open.push(Open { span, reason });
    }
}

impl From<Said> for Replayed {
    fn from(said: Said) -> Self {
        let Said { assumptions, drafts, open } = said;
        Self { assumptions, drafts, open }
    }
}
