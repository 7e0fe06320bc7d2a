//! The policy of a resource other than a key: whom a bucket or a secret lets in.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_identity-vs-resource.html>

use std::borrow::Cow;

use super::actions::Sense;
use super::answer::Answer;
use super::condition::Condition;
use super::home::Home;
use super::key_policy::Answers;
use super::narrowing::{Hold, Narrowing};
use super::policy::Policy;
use super::principal::Principal;
use super::principals::Principals;
use super::statement::Statement;
use super::text::Text;
use crate::cloudformation::Resource;
use crate::setting::{Reason, Setting, Site, Unknown};

/// The policy of a bucket, a secret, a queue, …
#[derive(Clone)]
pub struct ResourcePolicy<'r> {
    policy: Policy<'r>,
    home: Home<'r>,
    /// `s3`, `secretsmanager`, …: what stands before the colon of its actions.
    service: &'static str,
}

/// Keys that hold `*` to an account, an organisation or a network, and so to all the identities in
/// it.
const CROWD_KEYS: &[&str] = &[
    "aws:PrincipalAccount",
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:SourceIp",
    "aws:SourceVpc",
    "aws:SourceVpce",
    "aws:VpcSourceIp",
];

/// Keys that say nothing of who asks.
const NEUTRAL_KEYS: &[&str] = &["aws:SecureTransport", "s3:TlsVersion", "s3:x-amz-acl"];

impl<'r> ResourcePolicy<'r> {
    /// The policy at `path` of `resource`, about actions of `service`.
    pub fn of(resource: &Resource<'r>, path: &str, service: &'static str) -> Setting<'r, Self> {
        let home = Home::of(resource);
        Policy::read(&resource.structure(path), &home).map(|policy| Self { policy, home, service })
    }

    /// Where everyone is let in, no condition and no Deny holding them to accounts, organisations,
    /// networks or services.
    pub fn open_to_everyone(&self) -> Answers<'r, Site> {
        let mut answers = Answers::default();
        for statement in &self.policy.statements {
            let Some((is_everyone, site)) = statement.principals.as_ref().and_then(everyone) else {
                continue;
            };
            let is_open =
                statement.allows().and(is_everyone).and(!statement.condition.narrows_callers());
            match is_open.and(!self.denies_all_of(statement)) {
                Answer::Yes => answers.certain.push(site),
                Answer::Maybe => answers.open.push(doubt(statement)),
                Answer::No => (),
            }
        }
        answers
    }

    /// Where one of `actions` is given to everyone in an account, an organisation or a network.
    ///
    /// The account as a principal is something else: it leaves the choice to its own policies.
    pub fn open_to_crowds(&self, actions: &[&str]) -> Answers<'r, Site> {
        let mut answers = Answers::default();
        for statement in &self.policy.statements {
            let Some((is_everyone, _)) = statement.principals.as_ref().and_then(everyone) else {
                continue;
            };
            let Some(given) = &statement.actions else { continue };
            let is_given =
                statement.allows().and(is_everyone).and(holds_a_crowd(&statement.condition));
            let answer = |action: &str| {
                is_given.and(given.includes(action)).and(!self.denies(action, statement))
            };
            let best = actions.iter().map(|&it| (answer(it), it)).max_by_key(|it| it.0);
            match best {
                Some((Answer::Yes, action)) => answers.certain.push(given.site_including(action)),
                Some((Answer::Maybe, _)) => answers.open.push(doubt(statement)),
                Some((Answer::No, _)) | None => (),
            }
        }
        answers
    }

    /// Whether all that `allowed` gives to everyone is denied again, save to a few.
    fn denies_all_of(&self, allowed: &Statement<'r>) -> Answer {
        let whole = || format!("{}:*", self.service);
        let Some(actions) = &allowed.actions else { return Answer::No };
        if actions.sense == Sense::AllBut || actions.unknown.is_some() {
            return self.denies(&whole(), allowed);
        }
        Answer::all(actions.listed.iter().map(|(text, _)| {
            let action =
                text.as_literal().filter(|it| it != "*").map_or_else(whole, Cow::into_owned);
            self.denies(&action, allowed)
        }))
    }

    /// Whether `action`, which may be a pattern, is denied to everyone, save to a few, on all that
    /// `allowed` is about.
    fn denies(&self, action: &str, allowed: &Statement<'r>) -> Answer {
        Answer::any(self.policy.statements.iter().map(|statement| {
            let (Some(principals), Some(actions), Some(resources)) =
                (&statement.principals, &statement.actions, &statement.resources)
            else {
                return Answer::No;
            };
            let is_hit = principals.hit(&Principal::Everyone).or(principals.hit_most());
            let is_denied = statement.denies().and(is_hit).and(actions.includes(action));
            if !is_denied.is_possible() {
                return Answer::No;
            }
            let holds = match statement.condition.hold(
                &Principal::Everyone,
                &self.home,
                Narrowing::Callers,
            ) {
                Hold::Always(certainty) | Hold::SaveNarrowed(certainty) => certainty,
                Hold::Never | Hold::Sometimes => Answer::No,
            };
            let everything = [(Text::literal("*"), statement.site)];
            let about = match &allowed.resources {
                Some(it) if it.sense == Sense::Listed && it.unknown.is_none() => {
                    it.listed.as_slice()
                }
                Some(_) | None => everything.as_slice(),
            };
            is_denied
                .and(holds)
                .and(Answer::all(about.iter().map(|(it, _)| resources.include(it, &self.home))))
        }))
    }
}

/// Whether a statement speaks of everyone, and where it says so; none if it certainly does not.
fn everyone(principals: &Principals<'_>) -> Option<(Answer, Site)> {
    let mut possible = principals.unknown.as_ref().map(|_| (Answer::Maybe, principals.site));
    for (principal, site) in principals.allowed() {
        match principal {
            Principal::Everyone => return Some((Answer::Yes, site)),
            Principal::Unknown(text) if text.may_be_any() => possible = Some((Answer::Maybe, site)),
            Principal::Account(_)
            | Principal::Identity(_)
            | Principal::Service(_)
            | Principal::Nobody
            | Principal::Unknown(_) => (),
        }
    }
    possible
}

/// Whether a condition holds `*` to all identities of some place, and to nothing narrower.
fn holds_a_crowd(condition: &Condition<'_>) -> Answer {
    let is_about_any = |keys: &[&str]| {
        condition
            .tests
            .iter()
            .all(|test| keys.iter().chain(NEUTRAL_KEYS).any(|it| test.is_about(it)))
    };
    condition.narrows_callers().and(is_about_any(CROWD_KEYS).into())
}

fn doubt<'r>(statement: &Statement<'r>) -> Unknown<'r> {
    statement.doubt().unwrap_or(Unknown {
        span: statement.site.span,
        reason: Reason::Outside(
            "whom or what the statement means cannot be told from the template",
        ),
    })
}
