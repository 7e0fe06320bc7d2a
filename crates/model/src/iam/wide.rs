//! What identity policies open of which nobody needs all: every key, every secret.

use super::actions::Bounds;
use super::answer::Answer;
use super::boundary::is_only_boundary;
use super::identity_policies::identity_policies_of;
use super::policy::Policy;
use super::statement::Statement;
use crate::cloudformation::Resource;
use crate::setting::{Reason, Setting, Unknown};

/// That of which nobody needs all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Every {
    /// Keys of KMS.
    Key,
    /// Secrets of Secrets Manager.
    Secret,
}

/// What a statement lets its holder do with every one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// All there is to do.
    Everything,
    /// Administer it, without reading what it keeps.
    Administration,
    /// Read it, or what is encrypted under it.
    Reading,
}

/// A statement that opens every one, or may.
#[derive(Clone, Debug)]
pub enum WideOpening<'r> {
    /// It does.
    Open(Deed, Box<Statement<'r>>),
    /// That hangs on something that is not known.
    Doubtful(Unknown<'r>),
}

/// What the identity policies of `resource` open, where no statement of the same policy denies it
/// again.
pub fn wide_openings<'r>(resource: &Resource<'r>, every: Every) -> Vec<WideOpening<'r>> {
    // A boundary takes away, and gives nothing.
    if is_only_boundary(resource) {
        return Vec::new();
    }
    let prefix = match every {
        Every::Key => "kms:",
        Every::Secret => "secretsmanager:",
    };
    let policies = identity_policies_of(resource, prefix).into_iter();
    let openings = policies.flat_map(|policy| match policy {
        Setting::Known(policy, _) => policy.wide_openings(every),
        Setting::Absent(_) => Vec::new(),
        Setting::Unknown(unknown) => vec![WideOpening::Doubtful(unknown)],
    });
    openings.collect()
}

impl<'r> Policy<'r> {
    fn wide_openings(&self, every: Every) -> Vec<WideOpening<'r>> {
        let openings = self.statements.iter().zip(self.deeds(every));
        let openings = openings.filter_map(|(statement, deeds)| {
            if let Some((deed, _)) = deeds.iter().find(|(_, answer)| answer.is_certain()) {
                return Some(WideOpening::Open(*deed, Box::new(statement.clone())));
            }
            let is_possible = deeds.iter().any(|(_, answer)| answer.is_possible());
            is_possible.then(|| WideOpening::Doubtful(self.doubt_about(statement)))
        });
        openings.collect()
    }

    /// What each statement lets its holder do with every one, less what is denied again.
    fn deeds(&self, every: Every) -> Vec<Vec<(Deed, Answer)>> {
        let statements = self.statements.iter();
        match every {
            Every::Key => {
                let denied = statements.clone().map(Statement::denied_for_every_key);
                let denied = denied.fold(Bounds::default(), Bounds::union);
                statements.map(|it| it.deeds_with_every_key(denied)).collect()
            }
            Every::Secret => {
                let is_denied = Answer::any(statements.clone().map(Statement::shuts_every_secret));
                statements.map(|it| it.deeds_with_every_secret(is_denied)).collect()
            }
        }
    }

    /// What is not known of `statement`, or of those that may deny it again.
    fn doubt_about(&self, statement: &Statement<'r>) -> Unknown<'r> {
        let denials = || self.statements.iter().filter(|it| it.denies().is_possible());
        statement.doubt().or_else(|| denials().find_map(Statement::doubt)).unwrap_or(Unknown {
            span: statement.site.span,
            reason: Reason::Outside("what the statement opens cannot be told from the template"),
        })
    }
}

impl Statement<'_> {
    /// Whether it denies something in every state: a condition leaves one in which it does not.
    pub(super) fn always_denies(&self) -> Answer {
        let always = if self.condition.unknown.is_some() && self.condition.tests.is_empty() {
            Answer::Maybe
        } else {
            Answer::from(self.condition.is_empty())
        };
        self.denies().and(always)
    }
}
