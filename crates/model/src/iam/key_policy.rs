//! The policy of a key: who may administer it, use it, and put another policy.
//!
//! <https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html>

use stackseal_syntax::Span;

use super::actions::Bounds;
use super::answer::Answer;
use super::denial::Denial;
use super::home::Home;
use super::kms_actions::KmsActions;
use super::policy::Policy;
use super::principal::{Account, Identity, Principal};
use super::statement::Statement;
use crate::cloudformation::{Reference, Resource, Template};
use crate::setting::{Reason, Setting, Site, Unknown};

/// The policy of a KMS key.
#[derive(Clone)]
pub struct KeyPolicy<'r> {
    key: Reference<'r>,
    home: Home<'r>,
    /// None for the default policy, which leaves everything to the policies of the account.
    policy: Option<Policy<'r>>,
    /// The places of the statements that may deny: most do not, and of every principal it is asked what
    /// is denied to it.
    denying: Vec<usize>,
}

/// What a question about a policy brings: what certainly is so, and what may be.
#[derive(Clone, Debug)]
pub struct Answers<'r, T> {
    /// What is so.
    pub certain: Vec<T>,
    /// Why something else may be so.
    pub open: Vec<Unknown<'r>>,
}

/// A statement that lets everyone in.
#[derive(Clone, Debug)]
pub struct Opening {
    /// The principal that is everyone, or the `NotPrincipal` that leaves few out.
    pub site: Site,
    /// What everyone may do.
    pub actions: KmsActions,
}

/// A statement that gives everything that matters to one principal.
#[derive(Clone, Debug)]
pub struct FullAccess<'r> {
    /// To whom.
    pub principal: Principal<'r>,
    /// The narrowest place that gives it: the action, or the principal where the statement names
    /// several.
    pub site: Site,
    /// Everyone the statement lets in; none where that is not known.
    pub let_in: Option<Vec<Principal<'r>>>,
}

/// What one statement gives to one principal, the denied taken off.
#[derive(Clone, Debug)]
pub(super) struct Grant<'s, 'r> {
    pub(super) statement: &'s Statement<'r>,
    /// Where the principal stands; none in identity policies.
    pub(super) principal: Option<Site>,
    /// All of it; grants that are left to services are not counted.
    pub(super) actions: Bounds,
    /// Administration of the key.
    pub(super) administration: Bounds,
    /// Cryptographic use of the key.
    pub(super) usage: Bounds,
}

/// A principal, and the statements that allow it something.
#[derive(Clone, Debug)]
pub(super) struct Holder<'s, 'r> {
    pub(super) principal: Principal<'r>,
    pub(super) named: Vec<Naming<'s, 'r>>,
    /// What the policy denies to it.
    pub(super) denial: Denial<'r>,
}

/// A statement that allows something to a principal.
#[derive(Clone, Copy, Debug)]
pub(super) struct Naming<'s, 'r> {
    statement: &'s Statement<'r>,
    /// Where it names the principal.
    site: Site,
    /// What it allows.
    allowed: Bounds,
}

impl<'r> KeyPolicy<'r> {
    /// The policy of `key`, an `AWS::KMS::Key` or `AWS::KMS::ReplicaKey`.
    pub fn of(key: &Resource<'r>) -> Setting<'r, Self> {
        let home = Home::of(key);
        let reference = reference(key);
        Policy::read(&key.structure("KeyPolicy"), &home).map(|policy| {
            let statements = policy.statements.iter().enumerate();
            let denying = statements.filter(|(_, it)| it.denies().is_possible());
            let denying = denying.map(|(place, _)| place).collect();
            Self { key: reference, home, policy: Some(policy), denying }
        })
    }

    /// The policy KMS gives to a key that names none: the account may do everything, and leaves it
    /// to identity policies.
    ///
    /// <https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html>
    pub fn default_of(key: &Resource<'r>) -> Self {
        Self { key: reference(key), home: Home::of(key), policy: None, denying: Vec::new() }
    }

    /// The key under which it stands.
    pub fn span(&self) -> Option<Span> {
        self.policy.as_ref().map(|it| it.key)
    }

    /// Its statements, in order.
    pub fn statements(&self) -> &[Statement<'r>] {
        self.policy.as_ref().map_or(&[], |it| &it.statements)
    }

    pub(super) fn key(&self) -> &Reference<'r> {
        &self.key
    }

    pub(super) fn home(&self) -> &Home<'r> {
        &self.home
    }

    /// The statements that let everyone do something, no condition holding them to accounts,
    /// organisations, networks or services.
    pub fn open_to_everyone(&self) -> Answers<'r, Opening> {
        let mut answers = Answers::default();
        let denial = self.denial(&Principal::Everyone);
        let unspared = denial.actions.union(denial.callers);
        for statement in self.statements() {
            let Some(principals) = &statement.principals else { continue };
            let is_narrowed = statement.condition.narrows_callers();
            let actions = self.allowed(statement).only_if(!is_narrowed).without(unspared);
            for (principal, site) in principals.allowed() {
                let is_everyone = match &principal {
                    Principal::Everyone => Answer::Yes,
                    Principal::Unknown(text) if text.may_be_any() => Answer::Maybe,
                    Principal::Account(_)
                    | Principal::Identity(_)
                    | Principal::Service(_)
                    | Principal::Nobody
                    | Principal::Unknown(_) => Answer::No,
                };
                match actions.only_if(is_everyone).intersects(KmsActions::ALL) {
                    Answer::Yes => {
                        answers.certain.push(Opening { site, actions: actions.certain });
                    }
                    Answer::Maybe => answers.open.push(doubt(statement, &denial)),
                    Answer::No => (),
                }
            }
            if principals.unknown.is_some() && actions.intersects(KmsActions::ALL).is_possible() {
                answers.open.push(doubt(statement, &denial));
            }
        }
        answers
    }

    /// The statements that give a principal other than the account itself all that matters:
    /// [`KmsActions::FULL_ACCESS`]. Everyone without a narrowing condition is
    /// [`Self::open_to_everyone`].
    pub fn full_access(&self) -> Answers<'r, FullAccess<'r>> {
        let mut answers = Answers::default();
        for holder in self.holders() {
            for grant in holder.grants(&holder.denial) {
                match is_full_access(&holder.principal, &grant) {
                    Answer::Yes => answers.certain.push(FullAccess {
                        principal: holder.principal.clone(),
                        site: grant.site(KmsActions::PUT_KEY_POLICY),
                        let_in: grant.statement.let_in(),
                    }),
                    Answer::Maybe => answers.open.push(doubt(grant.statement, &holder.denial)),
                    Answer::No => (),
                }
            }
        }
        answers.open.extend(self.unknown_principals(|it| it.contains(KmsActions::FULL_ACCESS)));
        answers
    }

    /// Whether someone may put another policy: the account, an identity of it, or a wildcard. If not,
    /// the key can never be managed again.
    ///
    /// No other account counts: `kms:PutKeyPolicy` has no effect across accounts.
    pub fn may_be_put(&self) -> (Answer, Option<Unknown<'r>>) {
        if self.policy.is_none() {
            return (Answer::Yes, None);
        }
        let mut answer = Answer::No;
        let mut open = None;
        for holder in self.holders() {
            let counts = match &holder.principal {
                Principal::Everyone | Principal::Unknown(_) => Answer::Yes,
                Principal::Account(account) => account.is_own(),
                Principal::Identity(identity) => {
                    identity.account().map_or(Answer::Yes, Account::is_own)
                }
                Principal::Service(_) | Principal::Nobody => Answer::No,
            };
            for grant in holder.grants(&holder.denial) {
                let may_put = grant.actions.contains(KmsActions::PUT_KEY_POLICY).and(counts);
                if may_put == Answer::Maybe {
                    open = open.or_else(|| Some(doubt(grant.statement, &holder.denial)));
                }
                answer = answer.or(may_put);
            }
        }
        if let Some(unknown) =
            self.unknown_principals(|it| it.contains(KmsActions::PUT_KEY_POLICY)).next()
        {
            answer = answer.or(Answer::Maybe);
            open = open.or(Some(unknown));
        }
        (answer, open)
    }

    /// What the own account's statements allow: identity policies count as far as this, and no
    /// further.
    pub(super) fn delegated(&self) -> Delegated {
        if self.policy.is_none() {
            return Delegated {
                actions: Bounds::exactly(KmsActions::ALL),
                granting: Bounds::exactly(KmsActions::GRANTING),
            };
        }
        let mut delegated = Delegated::default();
        for statement in self.statements() {
            let Some(principals) = &statement.principals else { continue };
            let open = principals.unknown.as_ref().map(|_| Answer::Maybe);
            let is_account = |it: &Principal<'r>| match it {
                Principal::Account(account) => account.is_own(),
                Principal::Unknown(text) if text.may_be_any() => Answer::Maybe,
                Principal::Everyone
                | Principal::Identity(_)
                | Principal::Service(_)
                | Principal::Nobody
                | Principal::Unknown(_) => Answer::No,
            };
            let allowed = principals.allowed();
            let named = Answer::any(allowed.iter().map(|(it, _)| is_account(it)).chain(open));
            let actions = self.allowed(statement).only_if(named);
            delegated.actions = delegated.actions.union(actions);
            delegated.granting = delegated.granting.union(granting(statement, actions));
        }
        delegated
    }

    /// Everyone the Allow statements name, each with what is left to it.
    pub(super) fn holders(&self) -> Vec<Holder<'_, 'r>> {
        let mut holders: Vec<Holder<'_, 'r>> = Vec::new();
        for statement in self.statements() {
            let Some(principals) = &statement.principals else { continue };
            let allowed = self.allowed(statement);
            if allowed.possible.is_empty() {
                continue;
            }
            for (principal, site) in principals.allowed() {
                let naming = Naming { statement, site, allowed };
                if let Some(holder) = holders.iter_mut().find(|it| it.principal.is_same(&principal))
                {
                    holder.named.push(naming);
                } else {
                    let denial = self.denial(&principal);
                    holders.push(Holder { principal, named: vec![naming], denial });
                }
            }
        }
        holders
    }

    /// What a statement allows on the key. Some actions have effect in identity policies only.
    fn allowed(&self, statement: &Statement<'r>) -> Bounds {
        let is_allowed = statement.allows().and(statement.means_own_key(&self.key, &self.home));
        statement.kms_actions().within(KmsActions::IN_KEY_POLICY).only_if(is_allowed)
    }

    fn principals(&self) -> impl Iterator<Item = &Principal<'r>> {
        let principals = self.statements().iter().filter_map(|it| it.principals.as_ref());
        principals.flat_map(|it| &it.named).map(|(principal, _)| principal)
    }

    /// The templates whose roles and users the policy names.
    pub(super) fn named_templates(&self) -> Vec<&'r Template<'r>> {
        self.principals().filter_map(Principal::template).collect()
    }

    /// Whether it may name the role or user with logical id `id` of its own template.
    pub(super) fn may_name(&self, id: &str) -> bool {
        self.principals().any(|it| match it {
            Principal::Identity(Identity::Resource(member)) => member.resource.id == id,
            Principal::Identity(Identity::Named { .. }) => true,
            Principal::Everyone
            | Principal::Account(_)
            | Principal::Identity(Identity::Provider(_))
            | Principal::Service(_)
            | Principal::Nobody
            | Principal::Unknown(_) => false,
        })
    }

    /// What the policy denies to `principal`.
    pub(super) fn denial(&self, principal: &Principal<'r>) -> Denial<'r> {
        let denying = self.denying.iter().filter_map(|it| self.statements().get(*it));
        Denial::of_key_policy(denying, &self.key, principal, &self.home)
    }

    /// The statements whose principals are not known and that may allow what `matters`.
    pub(super) fn unknown_principals(
        &self,
        matters: impl Fn(Bounds) -> Answer,
    ) -> impl Iterator<Item = Unknown<'r>> {
        self.statements().iter().filter_map(move |statement| {
            let unknown = statement.principals.as_ref()?.unknown.as_ref()?;
            let actions = self.allowed(statement);
            matters(actions).is_possible().then(|| unknown.clone())
        })
    }
}

/// What identity policies may draw on.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Delegated {
    pub(super) actions: Bounds,
    /// Grants no condition leaves to services.
    pub(super) granting: Bounds,
}

impl<'s, 'r> Holder<'s, 'r> {
    /// What the statements give, `denial` taken off.
    pub(super) fn grants(&self, denial: &Denial<'r>) -> Vec<Grant<'s, 'r>> {
        let grant = |&Naming { statement, site, allowed }: &Naming<'s, 'r>| {
            Grant::new(statement, Some(site), allowed, granting(statement, allowed), denial)
        };
        self.named.iter().map(grant).collect()
    }
}

impl<'s, 'r> Grant<'s, 'r> {
    /// What `statement` gives if it allows `allowed`, and of grants those of `granting` freely.
    pub(super) fn new(
        statement: &'s Statement<'r>,
        principal: Option<Site>,
        allowed: Bounds,
        granting: Bounds,
        denial: &Denial<'r>,
    ) -> Self {
        let left = allowed.without(denial.actions);
        let granting = granting.without(denial.actions).without(denial.grants);
        Self {
            statement,
            principal,
            actions: left.within(KmsActions::ALL.without(KmsActions::GRANTING)).union(granting),
            administration: left.within(KmsActions::ADMINISTRATION).union(granting),
            usage: left.within(KmsActions::USE),
        }
    }

    /// The narrowest place that gives one of `actions`: the action, or the principal where the
    /// statement names several.
    pub(super) fn site(&self, actions: KmsActions) -> Site {
        let statement = self.statement;
        let is_shared = statement.principals.as_ref().is_some_and(|it| it.named.len() > 1);
        let action = || statement.actions.as_ref().map_or(statement.site, |it| it.site_of(actions));
        self.principal.filter(|_| is_shared).unwrap_or_else(action)
    }
}

/// Whether a statement gives all that matters to someone other than the account itself.
pub(super) fn is_full_access(principal: &Principal<'_>, grant: &Grant<'_, '_>) -> Answer {
    let is_other = match principal {
        Principal::Account(account) => !account.is_own(),
        Principal::Everyone => grant.statement.condition.narrows_callers(),
        // It may be the account itself.
        Principal::Unknown(text) if text.may_be_any() => Answer::Maybe,
        Principal::Identity(_) | Principal::Service(_) | Principal::Unknown(_) => Answer::Yes,
        Principal::Nobody => Answer::No,
    };
    is_other.and(grant.actions.contains(KmsActions::FULL_ACCESS))
}

impl<T> Default for Answers<'_, T> {
    fn default() -> Self {
        Self { certain: Vec::new(), open: Vec::new() }
    }
}

/// The grants among `actions` that the statement's condition does not leave to services.
pub(super) fn granting(statement: &Statement<'_>, actions: Bounds) -> Bounds {
    actions.within(KmsActions::GRANTING).only_if(!statement.condition.narrows_grants())
}

/// Why what a statement gives is not known: a part of it, or of what denies it.
pub(super) fn doubt<'r>(statement: &Statement<'r>, denial: &Denial<'r>) -> Unknown<'r> {
    let fallback = || Unknown {
        span: statement.site.span,
        reason: Reason::Outside(
            "whom or what the statement means cannot be told from the template",
        ),
    };
    statement.doubt().or_else(|| denial.doubt.clone()).unwrap_or_else(fallback)
}

fn reference<'r>(key: &Resource<'r>) -> Reference<'r> {
    Reference { template: key.template(), id: key.id(), attribute: None }
}
