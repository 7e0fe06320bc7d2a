//! The algebra against the definition: every action, every principal, every state of the conditions.
//!
//! What the page on key policies says in words is written out here without any thought of sets, and
//! both must agree on random policies.

use std::collections::BTreeSet;

use proptest::prelude::{Just, Strategy, any, prop, prop_assert_eq, prop_oneof, proptest};
use serde_json::{Value, json};

use super::super::kms_table::{Class, Place, TABLE, Weight};
use super::{ACCOUNT, Verdict, here, verdicts, with_policy};

/// A statement of a random policy.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) allows: bool,
    /// `NotPrincipal`.
    pub(super) all_but: bool,
    names: Vec<Name>,
    /// `NotAction`.
    not_action: bool,
    patterns: Vec<&'static str>,
    tests: Vec<Test>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Name {
    Everyone,
    Own,
    Foreign,
    RoleA,
    SessionOfA,
    RoleB,
    /// A role of the foreign account.
    RoleC,
    Service,
    Deleted,
}

#[derive(Clone, Copy, Debug)]
enum Test {
    /// A tag of the caller, which may be there or not.
    Tag(bool),
    Arn {
        negated: bool,
        pattern: &'static str,
    },
    Account {
        negated: bool,
    },
    Org {
        negated: bool,
        if_exists: bool,
    },
    IsService(bool),
    /// The grant is made by a service.
    Grant(bool),
}

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Caller {
    RoleA,
    RoleB,
    RoleC,
    OwnRoot,
    ForeignRoot,
    Service,
    /// Someone of an account nobody named, whose role has this name, and whose account may be in an
    /// organisation of its own.
    Stranger {
        name: &'static str,
        has_org: bool,
    },
    /// Whoever it may be whom a narrowed `*` lets in.
    Someone,
}

/// What may or may not be the case: two facts for each statement, and who makes the grant.
#[derive(Clone, Copy)]
struct State {
    bits: u16,
    /// For requests about grants.
    is_granted_by_service: Option<bool>,
}

pub(super) const PATTERNS: &[&str] = &[
    "kms:*",
    "*",
    "kms:Put*",
    "kms:PutKeyPolicy",
    "kms:De*",
    "kms:decrypt",
    "kms:?ecrypt",
    "kms:Create*",
    "kms:CreateGrant",
    "kms:*Grant",
    "kms:Schedule*",
    "kms:Sign",
    "kms:Describe*",
    "kms:TagResource",
    "s3:*",
];
pub(super) const ARNS: &[&str] = &[
    "arn:aws:iam::111122223333:role/A",
    "arn:aws:iam::111122223333:role/*",
    "arn:aws:iam::*:role/A",
];

const STRANGERS: [Caller; 4] = [
    Caller::Stranger { name: "A", has_org: false },
    Caller::Stranger { name: "A", has_org: true },
    Caller::Stranger { name: "Z", has_org: false },
    Caller::Stranger { name: "Z", has_org: true },
];

fn glob(pattern: &[u8], text: &[u8]) -> bool {
    match pattern {
        [] => text.is_empty(),
        [b'*', rest @ ..] => (0..=text.len()).any(|it| glob(rest, &text[it..])),
        [b'?', rest @ ..] => !text.is_empty() && glob(rest, &text[1..]),
        [byte, rest @ ..] => text.first() == Some(byte) && glob(rest, &text[1..]),
    }
}

impl Name {
    fn is(self, caller: Caller) -> bool {
        match self {
            Self::Everyone => true,
            Self::Own => matches!(caller, Caller::RoleA | Caller::RoleB | Caller::OwnRoot),
            Self::Foreign => matches!(caller, Caller::RoleC | Caller::ForeignRoot),
            Self::RoleA | Self::SessionOfA => caller == Caller::RoleA,
            Self::RoleB => caller == Caller::RoleB,
            Self::RoleC => caller == Caller::RoleC,
            Self::Service => caller == Caller::Service,
            Self::Deleted => false,
        }
    }

    fn json(self) -> (&'static str, &'static str) {
        match self {
            Self::Everyone => ("AWS", "*"),
            Self::Own => ("AWS", "arn:aws:iam::111122223333:root"),
            Self::Foreign => ("AWS", "444455556666"),
            Self::RoleA => ("AWS", "arn:aws:iam::111122223333:role/A"),
            Self::SessionOfA => ("AWS", "arn:aws:sts::111122223333:assumed-role/A/session"),
            Self::RoleB => ("AWS", "arn:aws:iam::111122223333:role/B"),
            Self::RoleC => ("AWS", "arn:aws:iam::444455556666:role/C"),
            Self::Service => ("Service", "s3.amazonaws.com"),
            Self::Deleted => ("AWS", "AROAEXAMPLEEXAMPLEEX"),
        }
    }

    /// The one asking whom an Allow of this name is judged by, and how the rules call it.
    fn holder(self) -> Option<(Caller, &'static str)> {
        match self {
            Self::Everyone => Some((Caller::Someone, "*")),
            Self::Own => Some((Caller::OwnRoot, "own")),
            Self::Foreign => Some((Caller::ForeignRoot, "444455556666")),
            Self::RoleA | Self::SessionOfA => Some((Caller::RoleA, "A")),
            Self::RoleB => Some((Caller::RoleB, "B")),
            Self::RoleC => Some((Caller::RoleC, "C")),
            Self::Service => Some((Caller::Service, "s3.amazonaws.com")),
            Self::Deleted => None,
        }
    }
}

impl Caller {
    fn account(self) -> Option<&'static str> {
        match self {
            Self::RoleA | Self::RoleB | Self::OwnRoot => Some(ACCOUNT),
            Self::RoleC | Self::ForeignRoot => Some("444455556666"),
            Self::Stranger { .. } => Some("999900001111"),
            Self::Service | Self::Someone => None,
        }
    }

    fn arn(self) -> Option<String> {
        let name = match self {
            Self::RoleA => "A",
            Self::RoleB => "B",
            Self::RoleC => "C",
            Self::Stranger { name, .. } => name,
            Self::OwnRoot | Self::ForeignRoot | Self::Service | Self::Someone => return None,
        };
        Some(format!("arn:aws:iam::{}:role/{name}", self.account()?))
    }
}

impl Test {
    fn holds(self, caller: Caller, state: State, line: usize) -> bool {
        let fact = |second: usize| state.bits >> (2 * line + second) & 1 == 1;
        match self {
            Self::Tag(wanted) => fact(0) == wanted,
            Self::Grant(wanted) => match state.is_granted_by_service {
                Some(by_service) => by_service == wanted,
                None => fact(1),
            },
            Self::Arn { negated, pattern } => match caller.arn() {
                Some(arn) => glob(pattern.as_bytes(), arn.as_bytes()) != negated,
                None => fact(1),
            },
            Self::Account { negated } => match caller.account() {
                Some(account) => (account == ACCOUNT) != negated,
                None => fact(1),
            },
            Self::Org { negated, if_exists } => match caller {
                Caller::Stranger { has_org: true, .. } => negated,
                Caller::Stranger { has_org: false, .. } => negated || if_exists,
                _ => fact(1),
            },
            Self::IsService(wanted) => match caller {
                Caller::Someone => fact(1),
                _ => (caller == Caller::Service) == wanted,
            },
        }
    }

    fn json(self) -> (&'static str, &'static str, Value) {
        match self {
            Self::Tag(true) => ("StringEquals", "aws:PrincipalTag/t", json!("x")),
            Self::Tag(false) => ("StringNotEquals", "aws:PrincipalTag/t", json!("x")),
            Self::Arn { negated: false, pattern } => {
                ("ArnLike", "aws:PrincipalArn", json!([pattern]))
            }
            Self::Arn { negated: true, pattern } => {
                ("ArnNotLike", "aws:PrincipalArn", json!(pattern))
            }
            Self::Account { negated: false } => {
                ("StringEquals", "aws:PrincipalAccount", json!(ACCOUNT))
            }
            Self::Account { negated: true } => {
                ("StringNotEquals", "aws:PrincipalAccount", json!(ACCOUNT))
            }
            Self::Org { negated, if_exists } => {
                let operator = match (negated, if_exists) {
                    (false, false) => "StringEquals",
                    (false, true) => "StringEqualsIfExists",
                    (true, false) => "StringNotEquals",
                    (true, true) => "StringNotEqualsIfExists",
                };
                (operator, "aws:PrincipalOrgID", json!("o-example"))
            }
            Self::IsService(wanted) => ("Bool", "aws:PrincipalIsAWSService", json!(wanted)),
            Self::Grant(wanted) => ("Bool", "kms:GrantIsForAWSResource", json!(wanted.to_string())),
        }
    }
}

impl Line {
    fn is_about(&self, caller: Caller) -> bool {
        let named = self.names.iter().any(|it| it.is(caller));
        if !self.all_but {
            // No one in particular is hit only by what hits everyone.
            return if caller == Caller::Someone {
                self.names.contains(&Name::Everyone)
            } else {
                named
            };
        }
        match caller {
            Caller::Someone => false,
            Caller::RoleA | Caller::RoleB | Caller::RoleC => {
                let is_account = |it: &Name| matches!(it, Name::Own | Name::Foreign);
                let by_name = self.names.iter().any(|it| !is_account(it) && it.is(caller));
                let account =
                    if caller == Caller::RoleC { Caller::ForeignRoot } else { Caller::OwnRoot };
                !(by_name && self.names.iter().any(|it| it.is(account)))
            }
            Caller::OwnRoot | Caller::ForeignRoot | Caller::Service | Caller::Stranger { .. } => {
                !named
            }
        }
    }

    fn means(&self, action: &str) -> bool {
        let matches =
            |it: &&str| glob(it.to_lowercase().as_bytes(), action.to_lowercase().as_bytes());
        self.patterns.iter().any(matches) != self.not_action
    }

    fn holds(&self, caller: Caller, state: State, line: usize) -> bool {
        self.tests.iter().all(|it| it.holds(caller, state, line))
    }

    /// To whom it gives something, if it allows.
    fn holders(&self) -> Vec<(Caller, &'static str)> {
        match self.all_but {
            true if self.names.contains(&Name::Everyone) => Vec::new(),
            true => vec![(Caller::Someone, "*")],
            false => self.names.iter().filter_map(|it| it.holder()).collect(),
        }
    }

    pub(super) fn json(&self) -> Value {
        let mut principal = json!({});
        for name in &self.names {
            let (key, value) = name.json();
            match principal.get_mut(key).and_then(Value::as_array_mut) {
                Some(values) => values.push(json!(value)),
                None => principal[key] = json!([value]),
            }
        }
        let mut condition = json!({});
        for test in &self.tests {
            let (operator, key, value) = test.json();
            condition[operator][key] = value;
        }
        let (who, what) = (
            if self.all_but { "NotPrincipal" } else { "Principal" },
            if self.not_action { "NotAction" } else { "Action" },
        );
        let effect = if self.allows { "Allow" } else { "Deny" };
        json!({ "Effect": effect, who: principal, what: self.patterns, "Resource": "*", "Condition": condition })
    }
}

struct Policy<'l>(&'l [Line]);

impl Policy<'_> {
    fn states(&self) -> impl Iterator<Item = State> + use<> {
        (0..1u16 << (2 * self.0.len())).flat_map(|bits| {
            [None, Some(false), Some(true)]
                .map(|by_service| State { bits, is_granted_by_service: by_service })
        })
    }

    fn lines(&self, allows: bool) -> impl Iterator<Item = (usize, &Line)> {
        self.0.iter().enumerate().filter(move |(_, it)| it.allows == allows)
    }

    fn denies(&self, caller: Caller, action: &str, state: State) -> bool {
        self.lines(false)
            .any(|(at, it)| it.is_about(caller) && it.means(action) && it.holds(caller, state, at))
    }

    /// Whether one statement, which names the caller, lets it do this in some state; grants only
    /// count where no service makes them.
    fn gives(&self, at: usize, caller: Caller, action: &str, is_grant: bool) -> bool {
        let Some(line) = self.0.get(at).filter(|it| it.means(action)) else { return false };
        self.states().any(|state| {
            state.is_granted_by_service == is_grant.then_some(false)
                && line.holds(caller, state, at)
                && !self.denies(caller, action, state)
        })
    }

    fn verdicts(&self) -> Vec<Verdict> {
        let mut verdicts = BTreeSet::new();
        let mut say = |rule: &str, whom: Option<&str>| {
            verdicts.insert((rule.to_owned(), whom.map(str::to_owned)))
        };
        let in_key_policy = || TABLE.iter().filter(|it| it.place == Place::Anywhere);
        let is_serious = |weight| matches!(weight, Weight::Control | Weight::Lifecycle);
        let is_grant = |action: &str| {
            TABLE
                .iter()
                .any(|it| it.action == action && it.class == Class::Grant && is_serious(it.weight))
        };

        for (at, line) in self.lines(true) {
            if !line.holders().iter().any(|it| it.0 == Caller::Someone) {
                continue;
            }
            let is_open = STRANGERS
                .iter()
                .any(|&it| in_key_policy().any(|row| self.gives(at, it, row.action, false)));
            if is_open {
                say("kms-key-no-wildcard-principal", Some("*"));
            }
        }

        let mut full = BTreeSet::new();
        let mut administers = BTreeSet::new();
        let mut uses = BTreeSet::new();
        let mut may_be_put = false;
        for (at, line) in self.lines(true) {
            for (caller, name) in line.holders() {
                let gives = |action: &str| self.gives(at, caller, action, is_grant(action));
                let lets_strangers_in = STRANGERS
                    .iter()
                    .any(|&it| self.states().any(|state| line.holds(it, state, at)));
                let counts = match caller {
                    Caller::OwnRoot => false,
                    Caller::Someone => !lets_strangers_in,
                    _ => true,
                };
                let all = [
                    "kms:PutKeyPolicy",
                    "kms:CreateGrant",
                    "kms:ScheduleKeyDeletion",
                    "kms:Decrypt",
                ];
                if counts && all.iter().all(|it| gives(it)) {
                    full.insert(name);
                }
                let is_of_the_account = matches!(
                    caller,
                    Caller::OwnRoot | Caller::RoleA | Caller::RoleB | Caller::Someone
                );
                may_be_put |= is_of_the_account && gives("kms:PutKeyPolicy");
                if !matches!(caller, Caller::RoleA | Caller::RoleB | Caller::RoleC) {
                    continue;
                }
                for row in in_key_policy().filter(|it| gives(it.action)) {
                    match row.class {
                        Class::Administration | Class::Grant if is_serious(row.weight) => {
                            administers.insert(name);
                        }
                        Class::Use => {
                            uses.insert(name);
                        }
                        Class::Administration | Class::Grant | Class::Metadata => (),
                    }
                }
            }
        }
        for it in &full {
            say("kms-key-no-full-access", Some(it));
        }
        for it in administers.intersection(&uses).filter(|it| !full.contains(*it)) {
            say("kms-key-separation-of-duties", Some(it));
        }
        if !may_be_put {
            say("kms-key-no-lockout", None);
        }
        verdicts.into_iter().collect()
    }
}

fn name() -> impl Strategy<Value = Name> {
    prop_oneof![
        2 => Just(Name::Everyone),
        2 => Just(Name::Own),
        1 => Just(Name::Foreign),
        4 => Just(Name::RoleA),
        1 => Just(Name::SessionOfA),
        2 => Just(Name::RoleB),
        1 => Just(Name::RoleC),
        1 => Just(Name::Service),
        1 => Just(Name::Deleted),
    ]
}

fn test() -> impl Strategy<Value = Test> {
    prop_oneof![
        any::<bool>().prop_map(Test::Tag),
        (any::<bool>(), prop::sample::select(ARNS))
            .prop_map(|(negated, pattern)| Test::Arn { negated, pattern }),
        any::<bool>().prop_map(|negated| Test::Account { negated }),
        any::<(bool, bool)>().prop_map(|(negated, if_exists)| Test::Org { negated, if_exists }),
        any::<bool>().prop_map(Test::IsService),
        any::<bool>().prop_map(Test::Grant),
    ]
}

pub(super) fn line() -> impl Strategy<Value = Line> {
    let tests = prop_oneof![3 => Just(0..1usize), 2 => Just(1..2), 1 => Just(2..3)]
        .prop_flat_map(|count| prop::collection::vec(test(), count));
    let whom = (prop::bool::weighted(0.15), prop::collection::vec(name(), 1..3));
    let what =
        (prop::bool::weighted(0.15), prop::collection::vec(prop::sample::select(PATTERNS), 1..4));
    (prop::bool::weighted(0.65), whom, what, tests).prop_map(
        |(allows, (all_but, names), (not_action, patterns), tests)| {
            let mut line = Line { allows, all_but, names, not_action, patterns, tests };
            let is_of_everyone = all_but || line.names == [Name::Everyone];
            let mut seen = Vec::new();
            line.tests.retain(|it| {
                // What an Allow says of the named beyond their names is not looked into, nor whether a
                // Deny takes back the very part of everyone that a weak condition lets in; and no
                // test contradicts another of its own kind.
                let is_of_any_account = |negated: bool| {
                    matches!(it, Test::Arn { negated: it, pattern: "arn:aws:iam::*:role/A" } if *it == negated)
                };
                let is_fit = if allows {
                    is_of_everyone && !is_of_any_account(true) || matches!(it, Test::Tag(_) | Test::Grant(_))
                } else {
                    !is_of_any_account(false) && !matches!(it, Test::Org { negated: false, if_exists: true })
                };
                let kind = std::mem::discriminant(it);
                let is_new = !seen.contains(&kind);
                seen.push(kind);
                is_fit && is_new
            });
            line
        },
    )
}

proptest! {
    #[test]
    fn the_algebra_agrees_with_the_definition(lines in prop::collection::vec(line(), 1..5)) {
        let policy = json!({ "Statement": lines.iter().map(Line::json).collect::<Vec<_>>() });
        let found = verdicts(&with_policy(&policy), here());
        prop_assert_eq!(found, Policy(&lines).verdicts(), "{}", policy);
    }
}
