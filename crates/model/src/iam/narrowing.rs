//! What a condition leaves of a statement: for everyone, for grants, for one principal.

use super::answer::Answer;
use super::condition::{Comparison, Condition, Quantifier, Test};
use super::home::Home;
use super::principal::Principal;
use super::text::{Reading, Text};

/// Keys that tell callers apart by whom they belong to, or requests by what they come from.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
const CALLER_KEYS: &[&str] = &[
    "aws:PrincipalAccount",
    "aws:PrincipalArn",
    "aws:PrincipalIsAWSService",
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:PrincipalServiceName",
    "aws:SourceAccount",
    "aws:SourceArn",
    "aws:SourceIp",
    "aws:SourceOrgID",
    "aws:SourceOrgPaths",
    "aws:SourceVpc",
    "aws:SourceVpce",
    "aws:VpcSourceIp",
    "aws:userid",
    "kms:CallerAccount",
];

/// Keys every request has.
const PRESENT_KEYS: &[&str] = &["aws:PrincipalAccount", "kms:CallerAccount"];

/// Keys that leave a grant to a service, or fix what it may hand out.
///
/// <https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html>
const GRANT_KEYS: &[&str] = &[
    "kms:GrantConstraintType",
    "kms:GrantIsForAWSResource",
    "kms:GrantOperations",
    "kms:GranteePrincipal",
    "kms:ViaService",
];

const WILDCARDS: [char; 2] = ['*', '?'];

/// Which narrowing is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Narrowing {
    /// `*` to an account, an organisation, a network or a service.
    Callers,
    /// Grants to those a service makes, or to fixed ones.
    Grants,
}

/// What a Deny under a condition leaves to one principal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hold {
    /// The condition never holds for it.
    Never,
    /// There is a state in which it does not hold.
    Sometimes,
    /// It holds in every state but those a narrowing condition would leave.
    SaveNarrowed(Answer),
    /// It holds in every state.
    Always(Answer),
}

impl Narrowing {
    /// The key of a test, as this page writes it, if it can narrow.
    fn key_of(self, test: &Test<'_>) -> Option<&'static str> {
        let keys = match self {
            Self::Callers => CALLER_KEYS,
            Self::Grants => GRANT_KEYS,
        };
        keys.iter().copied().find(|it| test.is_about(it))
    }
}

impl<'r> Condition<'r> {
    /// Whether `*` under this condition is no longer everyone: it is held to accounts,
    /// organisations, networks or services. A value that is not known holds it.
    pub fn narrows_callers(&self) -> Answer {
        self.narrows(Narrowing::Callers)
    }

    /// Whether grants under this condition are left to services, or fixed in what they give.
    pub fn narrows_grants(&self) -> Answer {
        self.narrows(Narrowing::Grants)
    }

    fn narrows(&self, what: Narrowing) -> Answer {
        let open = self.unknown.as_ref().map(|_| Answer::Maybe);
        Answer::any(self.tests.iter().map(|it| it.narrows(what)).chain(open))
    }

    /// What a Deny under this condition leaves to `principal`.
    pub(super) fn hold(&self, principal: &Principal<'r>, home: &Home<'r>, what: Narrowing) -> Hold {
        let mut rest = Vec::new();
        let mut certainty = Answer::from(self.unknown.is_none()).or(Answer::Maybe);
        for test in &self.tests {
            match test.passes_for(principal, home) {
                Passes::Always => (),
                Passes::Never => return Hold::Never,
                Passes::NotKnown => certainty = certainty.and(Answer::Maybe),
                Passes::Sometimes => rest.push(test),
            }
        }
        if rest.is_empty() {
            return Hold::Always(certainty);
        }
        // Denied unless A, denied unless B: what is left is A or B.
        let all_but = Answer::all(rest.into_iter().map(|it| it.spares_narrowed(what)));
        if all_but.is_possible() {
            Hold::SaveNarrowed(all_but.and(certainty))
        } else {
            Hold::Sometimes
        }
    }
}

/// Whether a test passes for one principal.
enum Passes {
    Always,
    Never,
    Sometimes,
    NotKnown,
}

impl From<Answer> for Passes {
    fn from(answer: Answer) -> Self {
        match answer {
            Answer::Yes => Self::Always,
            Answer::Maybe => Self::NotKnown,
            Answer::No => Self::Never,
        }
    }
}

impl<'r> Test<'r> {
    /// Whether requests that pass are held to fixed callers, or to fixed grants.
    fn narrows(&self, what: Narrowing) -> Answer {
        let operator = self.operator;
        if operator.is_negated
            || operator.quantifier == Quantifier::All && what == Narrowing::Callers
        {
            return Answer::No;
        }
        let Some(key) = what.key_of(self) else { return Answer::No };
        let is_always_there = PRESENT_KEYS.contains(&key) || key == "kms:GrantIsForAWSResource";
        if operator.passes_without_key && !is_always_there {
            return Answer::No;
        }
        match operator.comparison {
            Comparison::Text | Comparison::Pattern | Comparison::IpAddress => {
                Answer::from(self.values.iter().all(|(value, _)| is_fixed(key, value)))
            }
            Comparison::Bool => self.narrows_by(key, true),
            Comparison::Null | Comparison::Other => Answer::No,
        }
    }

    /// Whether a boolean test for `wanted` narrows.
    fn narrows_by(&self, key: &str, wanted: bool) -> Answer {
        if !matches!(key, "aws:PrincipalIsAWSService" | "kms:GrantIsForAWSResource") {
            return Answer::No;
        }
        match self.boolean() {
            Some(value) => Answer::from(value == wanted),
            None if self.unknown.is_some()
                || self.values.iter().any(|(it, _)| it.as_literal().is_none()) =>
            {
                Answer::Maybe
            }
            None => Answer::No,
        }
    }

    /// Whether requests that fail this test are held to fixed callers or grants: the test of a Deny
    /// that excepts them.
    fn spares_narrowed(&self, what: Narrowing) -> Answer {
        let operator = self.operator;
        let Some(key) = what.key_of(self) else { return Answer::No };
        match operator.comparison {
            Comparison::Bool => {
                // Without the key the test fails, unless it says otherwise: those lacking it are let
                // through. These two keys are always there.
                self.narrows_by(key, false)
            }
            // A Deny by `ForAnyValue` lets those through that lack the key.
            Comparison::Text | Comparison::Pattern | Comparison::IpAddress
                if operator.is_negated && operator.quantifier != Quantifier::Any =>
            {
                Answer::from(self.values.iter().all(|(value, _)| is_fixed(key, value)))
            }
            Comparison::Text
            | Comparison::Pattern
            | Comparison::IpAddress
            | Comparison::Null
            | Comparison::Other => Answer::No,
        }
    }

    /// Whether the test passes for requests of `principal`. What says nothing of who asks is a state
    /// that may or may not be.
    fn passes_for(&self, principal: &Principal<'r>, home: &Home<'r>) -> Passes {
        if let Some(answer) = self.passes_for_service(principal) {
            return answer;
        }
        let value = |matches: &dyn Fn(&Text<'r>, Reading) -> Answer| {
            let reading = match self.operator.comparison {
                Comparison::Text => Reading::Literal,
                Comparison::Pattern => Reading::Wildcards,
                Comparison::Bool | Comparison::IpAddress | Comparison::Null | Comparison::Other => {
                    return Passes::NotKnown;
                }
            };
            let open = self.unknown.as_ref().map(|_| Answer::Maybe);
            let fits =
                Answer::any(self.values.iter().map(|(it, _)| matches(it, reading)).chain(open));
            Passes::from(if self.operator.is_negated { !fits } else { fits })
        };
        let is_about_account =
            self.is_about("aws:PrincipalAccount") || self.is_about("kms:CallerAccount");
        match principal {
            Principal::Identity(identity) if self.is_about("aws:PrincipalArn") => {
                value(&|it, reading| identity.arn_matches(it, reading, home))
            }
            Principal::Identity(identity) if is_about_account => match identity.account() {
                Some(account) => {
                    let id = home.account_text(account);
                    value(&|it, reading| id.matches(&home.settle(it), reading))
                }
                None => Passes::NotKnown,
            },
            // An account is the identities in it: some may pass a test of their names.
            Principal::Account(account) if is_about_account => {
                let id = home.account_text(account);
                value(&|it, reading| id.matches(&home.settle(it), reading))
            }
            Principal::Identity(_) | Principal::Unknown(_)
                if ["aws:PrincipalArn", "aws:userid", "aws:username"]
                    .iter()
                    .any(|it| self.is_about(it)) =>
            {
                Passes::NotKnown
            }
            Principal::Unknown(_) if is_about_account => Passes::NotKnown,
            Principal::Everyone
            | Principal::Account(_)
            | Principal::Identity(_)
            | Principal::Service(_)
            | Principal::Nobody
            | Principal::Unknown(_) => Passes::Sometimes,
        }
    }

    /// `aws:PrincipalIsAWSService` tells services from all others, and every request has it.
    fn passes_for_service(&self, principal: &Principal<'r>) -> Option<Passes> {
        if !self.is_about("aws:PrincipalIsAWSService")
            || self.operator.comparison != Comparison::Bool
        {
            return None;
        }
        let is_service = match principal {
            Principal::Service(_) => true,
            Principal::Account(_) | Principal::Identity(_) => false,
            Principal::Everyone | Principal::Nobody | Principal::Unknown(_) => return None,
        };
        Some(match self.boolean() {
            Some(wanted) if wanted == is_service => Passes::Always,
            Some(_) => Passes::Never,
            None => Passes::NotKnown,
        })
    }
}

/// Whether a value of `key` tells one caller, or one grant, from any other. A hole is a value that the
/// deployment fixes.
fn is_fixed(key: &str, value: &Text<'_>) -> bool {
    if key == "kms:ViaService" {
        // Any value asks for a service in between.
        return true;
    }
    if value.prefix().starts_with("arn:") {
        return is_fixed_arn(value);
    }
    let Some(text) = value.as_literal() else { return !value.prefix().starts_with(WILDCARDS) };
    if let Some(variable) = text.strip_prefix("${") {
        // `${aws:ResourceOrgID}` is that of the key; `${aws:PrincipalOrgID}` is the caller's own.
        return variable.starts_with("aws:Resource");
    }
    match key {
        "aws:SourceIp" | "aws:VpcSourceIp" => !text.ends_with("/0") && !text.starts_with(WILDCARDS),
        "aws:PrincipalServiceName" => text != "*",
        _ => {
            let head = text.split(WILDCARDS).next().unwrap_or_default();
            // What every value of the key begins with tells nothing apart.
            !matches!(head, "" | "o-" | "vpc-" | "vpce-" | "a" | "ar" | "arn")
        }
    }
}

/// An ARN whose account is open is anyone's.
fn is_fixed_arn(value: &Text<'_>) -> bool {
    let fields = value.split(':', 6);
    let mut fields = fields.iter().skip(4);
    let (account, name) = (fields.next(), fields.next());
    match account {
        // ARNs of buckets have no account.
        Some(account) if account.pieces().is_empty() => {
            name.is_some_and(|it| !it.pieces().is_empty() && !it.prefix().starts_with(WILDCARDS))
        }
        Some(account) => !account.mentions('*') && !account.mentions('?'),
        None => false,
    }
}
