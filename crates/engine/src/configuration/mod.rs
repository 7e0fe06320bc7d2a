//! The configuration, `stackseal.yaml`: its text in, a [`Configuration`] and what is wrong with it out.
//!
//! It is read from our own tree, so that every mistake has its place, and all of them are told at
//! once. Nothing is looked up here: paths stay as they are written, relative to the folder of the
//! file, and files they name are read by whoever has files.

mod keys;
mod mistake;
mod patterns;
mod reader;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use stackseal_syntax::{Source, Span};

use crate::date::Date;
use crate::option::OptionValues;
use crate::rule::{Group, Profile, Rule, Severity};
use crate::wildcard::Wildcards;

pub use keys::{ExemptKey, HookKey, IgnoreKey, Key, PathsKey, SEVERITY_KEY};
pub use mistake::{Mistake, MistakeKind};
pub use patterns::Patterns;
pub use reader::read;

/// The names under which a configuration is sought, the first of them first.
pub const FILE_NAMES: [&str; 3] = ["stackseal.yaml", "stackseal.yml", "stackseal.json"];

/// What a configuration says. Whatever it does not say is left to the command line and its defaults.
#[derive(Clone, Debug, Default)]
pub struct Configuration {
    /// Which selection of rules runs.
    pub profile: Option<Profile>,
    /// Rules and groups that run instead.
    pub select: Vec<Word>,
    /// Rules and groups that do not run.
    pub ignore: Vec<Word>,
    /// From which severity on a finding fails the run.
    pub fail_on: Option<FailOn>,
    /// Which files are judged.
    pub paths: Paths,
    /// Files and folders of rules in the Guard language.
    pub guard: Vec<Word>,
    /// Values of template parameters, and files with such; of one parameter, the later value holds.
    pub parameters: Vec<ParameterSource>,
    /// What it says of findings.
    pub policy: Policy,
    /// What the CloudFormation Hook does otherwise.
    pub hook: Hook,
}

/// What the CloudFormation Hook does otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hook {
    /// From which severity on a finding blocks.
    pub fail_on: Option<FailOn>,
    /// What was there before a change lets it pass.
    pub only_new: Option<bool>,
    /// Stacks that are left alone.
    pub exemptions: Vec<Exemption>,
}

/// Stacks that are left alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exemption {
    /// Their names.
    pub stacks: Wildcards,
    /// Why.
    pub reason: String,
    /// The last day on which they are.
    pub until: Option<Date>,
}

/// A text of the configuration, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// As written, quotes taken off.
    pub text: String,
    /// Where.
    pub span: Span,
}

/// Which of the files that are found are judged.
#[derive(Clone, Debug, Default)]
pub struct Paths {
    /// These only, if there are any.
    pub include: Patterns,
    /// Not these.
    pub exclude: Patterns,
}

impl Paths {
    /// Whether nothing is left out.
    pub fn is_everything(&self) -> bool {
        self.include.is_empty() && self.exclude.is_empty()
    }

    /// Whether the file `path`, relative to the folder of the configuration, is judged.
    pub fn has(&self, path: &str) -> bool {
        (self.include.is_empty() || self.include.matches_file(path))
            && !self.exclude.matches_file(path)
    }
}

/// Where values of parameters come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParameterSource {
    /// A file, as for `--parameters`.
    File(Word),
    /// A value, as for `--parameter`.
    Value {
        /// The parameter.
        name: String,
        /// Its value, as written.
        value: String,
    },
}

/// From which severity on a finding counts for the exit status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailOn {
    /// From this one on.
    Severity(Severity),
    /// None does.
    Never,
}

impl FailOn {
    /// The word for none.
    pub const NEVER: &'static str = "never";

    /// Whether a finding of `severity` counts.
    pub fn counts(self, severity: Severity) -> bool {
        match self {
            Self::Severity(least) => severity >= least,
            Self::Never => false,
        }
    }
}

/// What the configuration says of findings: how bad they are, which are accepted, and which cannot
/// be.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// The rules it speaks of, by id.
    pub rules: BTreeMap<&'static str, RuleSettings>,
    /// Findings that are accepted.
    pub ignores: Vec<Ignore>,
    /// Rules and groups that no suppression may silence.
    pub mandatory: Vec<Word>,
    /// The file it stands in, for findings about it.
    pub source: Option<Arc<Source>>,
}

/// What the configuration says of one rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleSettings {
    /// How bad its findings are here, all of them.
    pub severity: Option<Severity>,
    /// Its options.
    pub options: OptionValues,
}

/// An entry of `ignore` that says which findings are accepted, and why.
#[derive(Clone, Debug)]
pub struct Ignore {
    /// The rule or group.
    pub rule: Word,
    /// The files; all, if there are no patterns.
    pub paths: Patterns,
    /// The resources, by id or type; all, and what is no resource, if there are none.
    pub resources: Wildcards,
    /// Why.
    pub reason: String,
    /// The last day on which it holds.
    pub until: Option<Date>,
}

impl Policy {
    /// How bad a finding of `rule` is that is `severity` by itself.
    pub fn severity(&self, rule: &Rule, severity: Severity) -> Severity {
        self.rules.get(rule.id.as_str()).and_then(|it| it.severity).unwrap_or(severity)
    }

    /// Whether no suppression may silence `rule`.
    pub fn is_mandatory(&self, rule: &Rule) -> bool {
        self.mandatory.iter().any(|it| it.names(rule))
    }
}

impl Word {
    /// Whether it names `rule` or its group.
    pub fn names(&self, rule: &Rule) -> bool {
        self.text == rule.id.as_str() || self.text == rule.group.as_str()
    }
}

/// Whether `word` is the name of a group.
pub(crate) fn is_group(word: &str) -> bool {
    Group::ALL.iter().any(|it| it.as_str() == word)
}
