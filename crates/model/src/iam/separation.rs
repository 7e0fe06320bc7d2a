//! Separation of duties: nobody both administers a key and uses it.
//!
//! <https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#key-policy-default-allow-administrators>

use super::actions::Bounds;
use super::answer::Answer;
use super::identity_policies::{Attached, IdentityPolicies};
use super::key_policy::{
    Answers, Delegated, Grant, Holder, KeyPolicy, doubt, granting, is_full_access,
};
use super::kms_actions::KmsActions;
use super::principal::Principal;
use crate::setting::Site;

/// One principal that may both administer a key and use it.
#[derive(Clone, Debug)]
pub struct Conflict<'r> {
    /// Who.
    pub principal: Principal<'r>,
    /// What makes it an administrator.
    pub administration: Duty,
    /// What lets it use the key.
    pub usage: Duty,
}

/// One side of a conflict.
#[derive(Clone, Debug)]
pub struct Duty {
    /// The narrowest place that gives it: the action, or the principal where the statement names
    /// several.
    pub site: Site,
    /// The actions of this side that the statement gives to the principal.
    pub actions: KmsActions,
    /// How many actions the statement gives in all.
    breadth: u32,
}

impl Conflict<'_> {
    /// The side of the narrower statement, where the finding stands, and the other one.
    pub fn sides(&self) -> (&Duty, &Duty) {
        if self.administration.breadth < self.usage.breadth {
            (&self.administration, &self.usage)
        } else {
            (&self.usage, &self.administration)
        }
    }
}

impl<'r> KeyPolicy<'r> {
    /// The identities with both duties: by this policy, and by those of `identity_policies` as far as
    /// the account's own statement lets them count.
    ///
    /// Not for accounts, services and wildcards; nor for a principal with full access, which is
    /// reported as such.
    pub fn conflicts(&self, identity_policies: &IdentityPolicies<'r>) -> Answers<'r, Conflict<'r>> {
        let mut answers = Answers::default();
        let delegated = self.delegated();
        let holders = self.holders();
        for holder in &holders {
            let attached = match &holder.principal {
                Principal::Identity(identity) => identity_policies.of_identity(identity),
                Principal::Unknown(_) => Vec::new(),
                Principal::Everyone
                | Principal::Account(_)
                | Principal::Service(_)
                | Principal::Nobody => continue,
            };
            self.judge(holder, &attached, delegated, &mut answers);
        }
        for (identity, attached) in identity_policies.identities() {
            let is_it = |it: &Holder<'_, 'r>| matches!(&it.principal, Principal::Identity(other) if other.is(identity).is_certain());
            // Most have one duty at most, whatever the key.
            let actions = attached.iter().map(|it| it.statement.kms_actions());
            if !actions.fold(Bounds::default(), Bounds::union).possible.gives_both_duties() {
                continue;
            }
            // Most identities of a template have to do with other keys.
            let bears = |it: &Attached<'_, 'r>| {
                it.statement.allows().and(it.statement.reach(self.key(), self.home())).is_possible()
            };
            if !attached.iter().any(bears) || holders.iter().any(is_it) {
                continue;
            }
            let principal = Principal::Identity(identity.clone());
            // Another template is of this account for certain only where it imports the key.
            let is_own =
                principal.template().is_none_or(|it| std::ptr::eq(it, self.key().template));
            if is_own || attached.iter().any(|it| it.statement.names(self.key())) {
                let denial = self.denial(&principal);
                let holder = Holder { principal, named: Vec::new(), denial };
                self.judge(&holder, &attached, delegated, &mut answers);
            }
        }
        let administration = KmsActions::ADMINISTRATION.union(KmsActions::GRANTING);
        let either = administration.union(KmsActions::USE);
        answers.open.extend(self.unknown_principals(|it| it.intersects(either)));
        answers
    }

    /// Judges one principal by what the key policy gives it and by what hangs on it.
    fn judge(
        &self,
        holder: &Holder<'_, 'r>,
        attached: &[Attached<'_, 'r>],
        delegated: Delegated,
        answers: &mut Answers<'r, Conflict<'r>>,
    ) {
        let principal = &holder.principal;
        let is_full = |it: &Grant<'_, 'r>| is_full_access(principal, it);
        let has_full_access = Answer::any(holder.grants(&holder.denial).iter().map(is_full));
        if has_full_access.is_certain() {
            return;
        }
        // What identity policies deny counts against the key policy as well.
        let mut denial = holder.denial.clone();
        for it in attached {
            if it.statement.denies().is_possible() {
                let reach = it.statement.reach(self.key(), self.home());
                denial.add(it.statement, it.statement.denies().and(reach), principal, self.home());
            }
        }
        let mut grants = holder.grants(&denial);
        for it in attached {
            let statement = it.statement;
            // The rule about identity policies says what is to be said of these.
            let gives_both = statement.kms_actions().certain.gives_both_duties();
            if gives_both && statement.opens_every_key().is_certain() {
                continue;
            }
            let reach = statement.reach(self.key(), self.home());
            let counts = if it.is_bounded { Answer::Maybe } else { Answer::Yes };
            let actions =
                statement.kms_actions().only_if(statement.allows().and(reach).and(counts));
            let allowed = actions.intersection(delegated.actions);
            let granting = granting(statement, allowed).intersection(delegated.granting);
            grants.push(Grant::new(statement, None, allowed, granting, &denial));
        }
        let administration = narrowest(&grants, |it| it.administration.certain);
        let usage = narrowest(&grants, |it| it.usage.certain);
        if let (Some(administration), Some(usage)) = (administration, usage)
            && !has_full_access.is_possible()
        {
            answers.certain.push(Conflict { principal: principal.clone(), administration, usage });
            return;
        }
        let administers = grants.iter().find(|it| !it.administration.possible.is_empty());
        let uses = grants.iter().find(|it| !it.usage.possible.is_empty());
        if let (Some(administers), Some(uses)) = (administers, uses) {
            let is_open = |it: &&Grant<'_, 'r>| {
                it.administration.certain != it.administration.possible
                    || it.usage.certain != it.usage.possible
            };
            let open = [administers, uses].into_iter().find(is_open).unwrap_or(uses);
            answers.open.push(doubt(open.statement, &denial));
        }
    }
}

/// The side of a conflict given by the statement that gives the least beside it.
fn narrowest<'r>(
    grants: &[Grant<'_, 'r>],
    side: impl Fn(&Grant<'_, 'r>) -> KmsActions,
) -> Option<Duty> {
    let giving = grants.iter().filter(|it| !side(it).is_empty());
    let grant = giving.min_by_key(|it| it.statement.kms_actions().certain.len())?;
    let actions = side(grant);
    Some(Duty {
        site: grant.site(actions),
        actions,
        breadth: grant.statement.kms_actions().certain.len(),
    })
}
