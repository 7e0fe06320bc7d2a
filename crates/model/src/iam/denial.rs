//! What the Deny statements take from one principal.

use super::actions::Bounds;
use super::answer::Answer;
use super::home::Home;
use super::kms_actions::KmsActions;
use super::narrowing::{Hold, Narrowing};
use super::principal::Principal;
use super::statement::Statement;
use crate::cloudformation::Reference;
use crate::setting::Unknown;

/// What is denied to one principal.
///
/// A conditional Deny takes nothing, since there is a state without it; unless its condition is one
/// of who asks, which for this principal holds always, or may.
#[derive(Clone, Debug, Default)]
pub(super) struct Denial<'r> {
    /// Denied in every state.
    pub(super) actions: Bounds,
    /// Denied save in grants that a service makes, or fixed ones.
    pub(super) grants: Bounds,
    /// For everyone: denied save to callers of certain accounts, organisations, networks.
    pub(super) callers: Bounds,
    /// The first part that is not known of what is perhaps denied.
    pub(super) doubt: Option<Unknown<'r>>,
}

impl<'r> Denial<'r> {
    /// What `denying`, those statements of the policy of `key` that may deny, deny to `principal`.
    pub(super) fn of_key_policy<'s>(
        denying: impl Iterator<Item = &'s Statement<'r>>,
        key: &Reference<'r>,
        principal: &Principal<'r>,
        home: &Home<'r>,
    ) -> Self
    where
        'r: 's,
    {
        let mut denial = Self::default();
        for statement in denying {
            let Some(principals) = &statement.principals else { continue };
            let is_denied = statement.denies().and(statement.means_own_key(key, home));
            if !is_denied.is_possible() {
                continue;
            }
            if matches!(principal, Principal::Everyone) {
                denial.spare_callers(statement, is_denied.and(principals.hit_most()), home);
            }
            denial.add(statement, is_denied.and(principals.hit(principal)), principal, home);
        }
        denial
    }

    /// Adds what `statement` denies to `principal`, if `is_denied` says that it speaks of it at all.
    pub(super) fn add(
        &mut self,
        statement: &Statement<'r>,
        is_denied: Answer,
        principal: &Principal<'r>,
        home: &Home<'r>,
    ) {
        let Some(actions) = statement.actions.as_ref().filter(|_| is_denied.is_possible()) else {
            return;
        };
        let actions = actions.kms();
        let certainty = match statement.condition.hold(principal, home, Narrowing::Grants) {
            Hold::Always(certainty) => {
                let denied = actions.only_if(is_denied.and(certainty));
                self.actions = self.actions.union(denied);
                certainty
            }
            Hold::SaveNarrowed(certainty) => {
                let denied = actions.within(KmsActions::GRANTING).only_if(is_denied.and(certainty));
                self.grants = self.grants.union(denied);
                certainty
            }
            Hold::Never | Hold::Sometimes => Answer::No,
        };
        if let (Principal::Everyone, Hold::SaveNarrowed(certainty)) =
            (principal, statement.condition.hold(principal, home, Narrowing::Callers))
        {
            self.callers = self.callers.union(actions.only_if(is_denied.and(certainty)));
        }
        if is_denied.and(certainty) == Answer::Maybe || actions.certain != actions.possible {
            self.doubt = self.doubt.take().or_else(|| statement.doubt());
        }
    }

    /// A Deny of all but a few leaves few of everyone.
    fn spare_callers(&mut self, statement: &Statement<'r>, is_denied: Answer, home: &Home<'r>) {
        let Some(actions) = &statement.actions else { return };
        match statement.condition.hold(&Principal::Everyone, home, Narrowing::Callers) {
            Hold::Always(certainty) | Hold::SaveNarrowed(certainty) => {
                self.callers = self.callers.union(actions.kms().only_if(is_denied.and(certainty)));
            }
            Hold::Never | Hold::Sometimes => (),
        }
    }
}
