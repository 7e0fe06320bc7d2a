//! What a run is asked to do: which rules, how strictly, with which deployment in mind.

use rustc_hash::FxHashSet;
use stackseal_model::cloudformation::Deployment;
use stackseal_syntax::Limits;

use crate::baseline::Baseline;
use crate::configuration::{Configuration, Policy, Word};
use crate::date::Date;
use crate::language::Language;
use crate::rule::{Group, Profile, Rule};
use crate::view::View;

/// The rules a binary brings along.
#[derive(Clone, Copy, Debug)]
pub struct Pack {
    /// Every rule, in the order of the catalogue.
    pub rules: &'static [&'static Rule],
    /// Who judges by those of the rules that are written in a language of their own.
    pub language: Option<&'static dyn Language>,
}

impl Pack {
    /// The rule named `id`.
    pub fn rule(&self, id: &str) -> Option<&'static Rule> {
        self.rules.iter().copied().find(|it| it.id.as_str() == id)
    }

    /// The known rule or group nearest to `word`, if at most a third of it differs.
    pub fn nearest(&self, word: &str) -> Option<&'static str> {
        let groups = Group::ALL.iter().map(|it| it.as_str());
        let ids = self.rules.iter().map(|it| it.id.as_str());
        nearest(word, ids.chain(groups))
    }
}

/// The one of `known` nearest to `word`, if at most a third of it differs.
pub(crate) fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    known
        .into_iter()
        .map(|it| if has_same_letters(word, it) { (1, it) } else { (distance(word, it), it) })
        .filter(|&(distance, it)| distance * 3 <= it.len())
        .min()
        .map(|(_, it)| it)
}

/// What a run is asked to do.
#[derive(Debug)]
pub struct Settings {
    /// Which selection of rules, and whether conditional and undecided verdicts are shown.
    pub profile: Profile,
    /// Rules and groups to run instead of the profile's; empty for the profile's.
    pub select: Vec<String>,
    /// Rules and groups to leave out.
    pub ignore: Vec<String>,
    /// What the user says of the deployment: parameters, region, account.
    pub deployment: Deployment,
    /// Bounds on what is read.
    pub limits: Limits,
    /// The estate is a complete set: rules that need to see all of it may speak.
    pub is_whole_set: bool,
    /// What the configuration says of findings.
    pub policy: Policy,
    /// Findings that were there before.
    pub baseline: Option<Baseline>,
    /// Today, for suppressions that end; without it none does.
    pub today: Option<Date>,
    /// The run as seen from the folder of the configuration.
    pub view: View,
}

/// Why a run cannot begin.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// `--select` or `--ignore` names nothing we know.
    #[error("no rule or group is named `{word}`{}", nearest.map(|it| format!(", did you mean `{it}`?")).unwrap_or_default())]
    UnknownRule {
        /// As given.
        word: String,
        /// What was perhaps meant.
        nearest: Option<&'static str>,
    },
    /// `--ignore` names a rule or group that the configuration calls mandatory.
    #[error("`{word}` is mandatory by the configuration, and cannot be left out")]
    Mandatory {
        /// As given.
        word: String,
    },
}

impl Settings {
    /// What `configuration` asks for, and the defaults for everything else: the files are a whole
    /// set, nothing is known of the deployment, and no suppression has ended.
    ///
    /// Paths and parameters in it are for whoever reads files.
    pub fn of(configuration: &Configuration) -> Self {
        let texts = |words: &[Word]| words.iter().map(|it| it.text.clone()).collect();
        Self {
            profile: configuration.profile.unwrap_or(Profile::Recommended),
            select: texts(&configuration.select),
            ignore: texts(&configuration.ignore),
            deployment: Deployment::default(),
            limits: Limits::default(),
            is_whole_set: true,
            policy: configuration.policy.clone(),
            baseline: None,
            today: None,
            view: View::default(),
        }
    }

    /// The rules to run, in the order of the pack.
    pub fn rules(&self, pack: &Pack) -> Result<Vec<&'static Rule>, SettingsError> {
        for word in self.select.iter().chain(&self.ignore) {
            let is_known =
                pack.rule(word).is_some() || Group::ALL.iter().any(|it| it.as_str() == word);
            if !is_known {
                return Err(SettingsError::UnknownRule {
                    word: word.clone(),
                    nearest: pack.nearest(word),
                });
            }
        }
        let mandatory = &self.policy.mandatory;
        let is_mandatory = |word: &&String| {
            let is_of_rule = pack.rule(word).is_some_and(|it| self.policy.is_mandatory(it));
            is_of_rule || mandatory.iter().any(|it| it.text == **word)
        };
        if let Some(word) = self.ignore.iter().find(is_mandatory) {
            return Err(SettingsError::Mandatory { word: word.clone() });
        }
        let select: FxHashSet<&str> = self.select.iter().map(String::as_str).collect();
        let ignore: FxHashSet<&str> = self.ignore.iter().map(String::as_str).collect();
        let names = |words: &FxHashSet<&str>, rule: &Rule| {
            words.contains(rule.id.as_str()) || words.contains(rule.group.as_str())
        };
        // What is mandatory cannot be left out, neither by itself nor with its group.
        let is_ignored = |rule: &Rule| names(&ignore, rule) && !self.policy.is_mandatory(rule);
        let is_selected = |rule: &Rule| {
            let by_profile = rule.profile <= self.profile;
            if select.is_empty() {
                by_profile
            } else {
                // A group selects what the profile has of it; a rule named outright always runs.
                select.contains(rule.id.as_str()) || names(&select, rule) && by_profile
            }
        };
        Ok(pack.rules.iter().copied().filter(|it| is_selected(it) && !is_ignored(it)).collect())
    }
}

/// Whether the letters of one stand in another order in the other: `hihg`.
fn has_same_letters(a: &str, b: &str) -> bool {
    let sorted = |it: &str| {
        let mut bytes = it.as_bytes().to_vec();
        bytes.sort_unstable();
        bytes
    };
    a.len() == b.len() && sorted(a) == sorted(b)
}

/// Levenshtein's distance.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (cell, &cb) in row.iter_mut().skip(1).zip(&b) {
            let above = *cell;
            left = (diagonal + usize::from(ca != cb)).min(above + 1).min(left + 1);
            diagonal = above;
            *cell = left;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}
