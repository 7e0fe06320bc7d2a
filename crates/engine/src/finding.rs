//! What a run says: findings and what could not be decided. They own their text and name their
//! file by id, so that they outlive trees and cross threads.

use stackseal_syntax::{Edit, Span};

use crate::rule::{Rule, Severity};

/// One thing that is wrong, at its place.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule that speaks.
    pub rule: &'static Rule,
    /// How bad it is here.
    pub severity: Severity,
    /// The narrowest place that is wrong.
    pub span: Span,
    /// What is wrong and what could happen: one sentence, no full stop, no secret.
    pub message: String,
    /// What to do.
    pub remediation: String,
    /// When it holds, if not always: `when IsDev`, `unless IsProd and HasKey`.
    pub condition: Option<String>,
    /// Other places that matter.
    pub related: Vec<Related>,
    /// The resource it is about; none for a file of its own such as a buildspec.
    pub subject: Option<Subject>,
    /// Where that stands, which need not be around `span`: a place in its id, or in its object.
    pub home: Option<Span>,
    /// The keys that lead to the place in its document.
    pub path: Vec<String>,
    /// What mends it, where a machine can.
    pub fix: Option<Fix>,
    /// By what it is suppressed; only shown when asked for.
    pub suppressed: Option<Suppressed>,
    /// Survives moved lines: made of rule, file, resource and path.
    pub fingerprint: String,
}

/// A change of texts that mends a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does: one sentence in the imperative, no full stop.
    pub title: String,
    /// Why it is not safe: what is deployed changes in more than its protection, or somebody has to
    /// decide something. None for a safe one.
    pub unsafe_because: Option<String>,
    /// To be made together; those of one file do not overlap.
    pub edits: Vec<Edit>,
}

impl Fix {
    /// Whether it changes nothing but the protection.
    pub fn is_safe(&self) -> bool {
        self.unsafe_because.is_none()
    }
}

/// Another place that matters to a finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Related {
    /// Where.
    pub span: Span,
    /// What is there, in a few words.
    pub message: String,
}

/// What a finding is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject {
    /// The logical id, or `[namespace/]name`.
    pub id: String,
    /// `AWS::RDS::DBInstance`, or `apps/v1/Deployment`.
    pub type_name: String,
}

/// Why a finding is not counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppressed {
    /// By what.
    pub by: SuppressedBy,
    /// The reason given.
    pub reason: String,
}

/// What can suppress a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SuppressedBy {
    /// A comment at the line or before it.
    Comment,
    /// `Metadata` of a resource or template.
    Metadata,
    /// An annotation of a Kubernetes object.
    Annotation,
    /// An entry of the configuration.
    Config,
    /// It is in the baseline.
    Baseline,
}

impl SuppressedBy {
    /// As written in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Comment => "comment",
            Self::Metadata => "metadata",
            Self::Annotation => "annotation",
            Self::Config => "config",
            Self::Baseline => "baseline",
        }
    }
}

/// A question a rule could not answer from the documents: no finding, and no pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undecided {
    /// The rule that asked.
    pub rule: &'static Rule,
    /// The value that is not known.
    pub span: Span,
    /// Why, in words.
    pub reason: String,
    /// The resource asked about.
    pub subject: Option<Subject>,
    /// Where that stands, as in [`Finding::home`].
    pub home: Option<Span>,
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Rule {}
