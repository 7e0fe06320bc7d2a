//! A rule: a `static` of metadata, and plain functions by what they look at.

use std::fmt;
use std::str::FromStr;

use stackseal_model::buildspec::Buildspec;
use stackseal_model::cloudformation::{Output, Resource};
use stackseal_model::kubernetes::{Kustomization, Object};
use stackseal_model::wp_config::WpConfig;

use crate::cx::Cx;
use crate::option::RuleOption;

/// The public name of a rule: kebab-case, states the requirement, never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId(&'static str);

impl RuleId {
    /// The id `id`.
    pub const fn new(id: &'static str) -> Self {
        Self(id)
    }

    /// As written in configuration, suppressions and reports.
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}

/// A chapter of the reference architecture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// No credential in plain text, every secret managed.
    Secrets,
    /// Data at rest under keys of one's own.
    Encryption,
    /// TLS on every hop.
    Transit,
    /// Every use of a key or secret is recorded.
    Audit,
    /// The pipeline itself keeps its artifacts sealed.
    Pipeline,
    /// The run itself.
    Engine,
    /// Rules of the user's own, in the Guard language.
    Guard,
}

/// How bad a finding is: the levels of a hook annotation.
///
/// <https://docs.aws.amazon.com/cloudformation-cli/latest/hooks-userguide/lambda-hooks-create-lambda-function.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Informational,
    /// A weakness that needs others to matter.
    Low,
    /// A protection is missing.
    Medium,
    /// Data, secrets or traffic are open to those who should not have them.
    High,
    /// Anyone may have them.
    Critical,
}

/// In which selection a rule is by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Profile {
    /// In the default profile, and in `strict`.
    Recommended,
    /// Only in `strict`.
    Strict,
}

/// What a rule must see to judge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// One resource alone: it also runs on a resource-level hook event.
    Resource,
    /// The whole template, or all files of the run.
    Set,
    /// One resource alone, and it says more when it sees the set.
    ResourceAndSet,
}

/// A check, by what it looks at: the declaration the engine indexes by.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// Each resource of one of these types.
    Resource {
        /// `AWS::RDS::DBInstance`, …; empty for every resource.
        types: &'static [&'static str],
        /// Judges one resource in one world; run once a world.
        run: fn(&mut Cx<'_>, &Resource<'_>),
    },
    /// Each output of a template.
    Output {
        /// Judges one output in one world; run once a world.
        run: fn(&mut Cx<'_>, &Output<'_>),
    },
    /// Each Kubernetes object of one of these kinds.
    Manifest {
        /// `Ingress`, `StorageClass`, …; empty for every object.
        kinds: &'static [&'static str],
        /// Judges one object.
        run: fn(&mut Cx<'_>, &Object<'_>),
    },
    /// Each kustomization: what it generates itself.
    Kustomization {
        /// Judges one kustomization.
        run: fn(&mut Cx<'_>, &Kustomization<'_>),
    },
    /// Each buildspec, in a file of its own or inline in a project.
    Buildspec {
        /// Judges one buildspec.
        run: fn(&mut Cx<'_>, &Buildspec<'_>),
    },
    /// Each wp-config, in a file of its own or in a ConfigMap.
    WpConfig {
        /// Judges one wp-config.
        run: fn(&mut Cx<'_>, &WpConfig),
    },
}

/// A rule of a policy pack.
#[derive(Debug)]
pub struct Rule {
    /// Its public name.
    pub id: RuleId,
    /// Its chapter.
    pub group: Group,
    /// How bad a finding is, unless the finding says otherwise.
    pub severity: Severity,
    /// In which selection it is.
    pub profile: Profile,
    /// What it must see.
    pub scope: Scope,
    /// The version that brought it.
    pub since: &'static str,
    /// What is wrong where it speaks: a heading, without a full stop.
    pub title: &'static str,
    /// What to do: one sentence in the imperative, without a full stop.
    pub remediation: &'static str,
    /// The vendor's page.
    pub url: &'static str,
    /// The page beside the rule: specification, documentation and test.
    pub docs: &'static str,
    /// What of it the configuration may change, beside the severity.
    pub options: &'static [&'static dyn RuleOption],
    /// What it looks at.
    pub checks: &'static [Check],
}

/// What rules are called whose findings stand at credentials themselves.
const LITERALS: &[&str] = &["plaintext", "credential", "literal", "inline", "password"];

impl Rule {
    /// Whether its findings stand at values that may be credentials, or beside them: no report shows those.
    pub fn is_about_credentials(&self) -> bool {
        self.group == Group::Secrets || self.id.as_str().contains("credential")
    }

    /// Whether its findings stand at the values themselves, so that what its messages quote is never one.
    ///
    /// It is the words of ids that tell: a rule says what it requires, and its name never changes.
    pub fn is_about_literals(&self) -> bool {
        let has = |word: &&str| self.id.as_str().contains(*word);
        self.is_about_credentials() && LITERALS.iter().any(has)
    }
}

macro_rules! words {
    ($ty:ident, $what:literal, $($variant:ident => $word:literal),+ $(,)?) => {
        impl $ty {
            /// All of them, in order.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// As written in configuration and reports.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word),+
                }
            }
        }

        impl fmt::Display for $ty {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl FromStr for $ty {
            type Err = UnknownWord;

            fn from_str(text: &str) -> Result<Self, UnknownWord> {
                Self::ALL
                    .iter()
                    .copied()
                    .find(|it| it.as_str() == text)
                    .ok_or_else(|| UnknownWord { what: $what, text: text.to_owned() })
            }
        }
    };
}

/// A word that names no group, severity, profile or scope.
#[derive(Debug, thiserror::Error)]
#[error("`{text}` is no {what}")]
pub struct UnknownWord {
    /// What was expected.
    pub what: &'static str,
    /// What was given.
    pub text: String,
}

words!(Group, "group",
    Secrets => "secrets", Encryption => "encryption", Transit => "transit",
    Audit => "audit", Pipeline => "pipeline", Engine => "engine", Guard => "guard");
words!(Severity, "severity",
    Informational => "informational", Low => "low", Medium => "medium", High => "high",
    Critical => "critical");
words!(Profile, "profile", Recommended => "recommended", Strict => "strict");
words!(Scope, "scope", Resource => "res", Set => "set", ResourceAndSet => "res+set");
