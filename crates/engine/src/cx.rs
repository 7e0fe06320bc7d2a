//! What a check is given: where it reports, and what it may ask.

use std::fmt::Debug;

use stackseal_model::Estate;
use stackseal_model::setting::{Site, Unknown};
use stackseal_syntax::Span;

use crate::finding::Related;
use crate::mend::Mend;
use crate::option::{Choice, Names, Number, OptionValues, RuleOption};
use crate::rule::{Profile, Rule, Severity};
use crate::wildcard::Wildcards;

/// The context of one check of one thing in one world.
pub struct Cx<'r> {
    estate: &'r Estate<'r>,
    rule: &'static Rule,
    options: &'r OptionValues,
    profile: Profile,
    is_whole_set: bool,
    pub(crate) drafts: Vec<Draft>,
    pub(crate) open: Vec<Open>,
}

/// A finding as a check states it, before the run adds what holds for all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    pub(crate) span: Span,
    pub(crate) message: String,
    pub(crate) severity: Severity,
    pub(crate) remediation: Option<String>,
    pub(crate) related: Vec<Related>,
    pub(crate) mend: Option<Mend>,
}

/// A question left open, as a check states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Open {
    pub(crate) span: Span,
    pub(crate) reason: String,
}

impl<'r> Cx<'r> {
    pub(crate) fn new(
        estate: &'r Estate<'r>,
        rule: &'static Rule,
        options: &'r OptionValues,
        profile: Profile,
        is_whole_set: bool,
    ) -> Self {
        let (drafts, open) = (Vec::new(), Vec::new());
        Self { estate, rule, options, profile, is_whole_set, drafts, open }
    }

    /// Says that something is wrong at `at`: one sentence, present tense, no full stop, names in
    /// backticks, never a secret's value.
    ///
    /// What stood behind a reference becomes a related place by itself.
    pub fn report(&mut self, at: impl Into<Site>, message: impl Into<String>) -> &mut Draft {
        let site = at.into();
        let related = site.source.map(|it| {
            let (span, message) = it.describe();
            Related { span, message: message.to_owned() }
        });
        self.drafts.push(Draft {
            span: site.span,
            message: message.into(),
            severity: self.rule.severity,
            remediation: None,
            related: related.into_iter().collect(),
            mend: None,
        });
        let last = self.drafts.len() - 1;
        #[expect(clippy::indexing_slicing, reason = "a draft was pushed just now")]
        &mut self.drafts[last]
    }

    /// Says that a value the verdict hangs on is not known: neither a finding nor a pass.
    pub fn undecided(&mut self, unknown: &Unknown<'_>) {
        self.open.push(Open { span: unknown.span, reason: unknown.reason.to_string() });
    }

    /// All documents of the run, cross-referenced.
    pub fn estate(&self) -> &'r Estate<'r> {
        self.estate
    }

    /// Whether the run has the whole set in view; otherwise what is not there may be elsewhere.
    pub fn is_whole_set(&self) -> bool {
        self.is_whole_set
    }

    /// What the configuration gives `option` of this rule, or its default.
    pub fn choice<T: Copy + Debug + Sync>(&self, option: &Choice<T>) -> T {
        self.expect(option);
        self.options.choice(option)
    }

    /// What the configuration gives `option` of this rule; no name by default.
    pub fn names(&self, option: &Names) -> &'r Wildcards {
        self.expect(option);
        self.options.names(option)
    }

    /// What the configuration gives `option` of this rule, or its default.
    pub fn number(&self, option: &Number) -> u32 {
        self.expect(option);
        self.options.number(option)
    }

    /// An option that a rule asks for and does not declare would never be given.
    fn expect(&self, option: &dyn RuleOption) {
        debug_assert!(
            self.rule.options.iter().any(|it| it.name() == option.name()),
            "`{}` does not declare `{}`",
            self.rule.id,
            option.name()
        );
    }

    /// Whether the profile is `strict`.
    pub fn is_strict(&self) -> bool {
        self.profile == Profile::Strict
    }
}

impl Draft {
    /// What `rule` says at `span` of its own accord.
    pub(crate) fn new(rule: &Rule, span: Span, message: String) -> Self {
        Self {
            span,
            message,
            severity: rule.severity,
            remediation: None,
            related: Vec::new(),
            mend: None,
        }
    }

    /// Names another place that matters.
    pub fn relate(&mut self, span: Span, message: impl Into<String>) -> &mut Self {
        self.related.push(Related { span, message: message.into() });
        self
    }

    /// Gives this finding a severity of its own.
    pub fn severity(&mut self, severity: Severity) -> &mut Self {
        self.severity = severity;
        self
    }

    /// Says what to do here, where that is not what the rule says in general.
    pub fn remediation(&mut self, remediation: impl Into<String>) -> &mut Self {
        self.remediation = Some(remediation.into());
        self
    }

    /// Says what mends it.
    pub fn fix(&mut self, mend: impl Into<Option<Mend>>) -> &mut Self {
        self.mend = mend.into();
        self
    }
}
