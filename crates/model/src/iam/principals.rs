//! Whom a statement is about: `Principal` and `NotPrincipal`.

use super::actions::Sense;
use super::answer::Answer;
use super::principal::Principal;
use crate::setting::{Site, Unknown};

/// The principals of a statement.
#[derive(Clone, Debug)]
pub struct Principals<'r> {
    /// Those named, each with its place.
    pub named: Vec<(Principal<'r>, Site)>,
    /// Which side of the list is meant.
    pub sense: Sense,
    /// Where the element stands.
    pub site: Site,
    /// A part of the list that is not known.
    pub unknown: Option<Unknown<'r>>,
}

impl<'r> Principals<'r> {
    /// To whom an Allow gives something. `NotPrincipal` lets in everyone but a few.
    pub fn allowed(&self) -> Vec<(Principal<'r>, Site)> {
        match self.sense {
            Sense::Listed => self.named.clone(),
            Sense::AllBut if self.named.iter().any(|(it, _)| matches!(it, Principal::Everyone)) => {
                Vec::new()
            }
            Sense::AllBut => vec![(Principal::Everyone, self.site)],
        }
    }

    /// Whether a Deny hits `principal`.
    pub fn hit(&self, principal: &Principal<'r>) -> Answer {
        match self.sense {
            Sense::Listed => self.names(principal),
            // The exception has to name the account as well, or its account is denied, and the
            // identity with it.
            Sense::AllBut => match principal {
                Principal::Identity(identity) => {
                    let is_named = self.names_itself(principal);
                    let account =
                        identity.account().map(|it| self.names(&Principal::Account(it.clone())));
                    !is_named.and(account.unwrap_or(Answer::Maybe))
                }
                Principal::Account(_) | Principal::Service(_) | Principal::Unknown(_) => {
                    !self.names(principal)
                }
                // A few are let through: no Deny of everyone. See [`Self::hit_most`].
                Principal::Everyone | Principal::Nobody => Answer::No,
            },
        }
    }

    /// Whether a Deny hits everyone but a few.
    pub(super) fn hit_most(&self) -> Answer {
        match self.sense {
            Sense::Listed => Answer::No,
            Sense::AllBut => !self.names(&Principal::Everyone),
        }
    }

    /// Whether `principal` is hit by one of those named.
    fn names(&self, principal: &Principal<'r>) -> Answer {
        let open = self.unknown.as_ref().map(|_| Answer::Maybe);
        Answer::any(self.named.iter().map(|(named, _)| named.hits(principal)).chain(open))
    }

    /// Whether `principal` is named by its own name, not only by that of its account.
    fn names_itself(&self, principal: &Principal<'r>) -> Answer {
        let open = self.unknown.as_ref().map(|_| Answer::Maybe);
        let names = self.named.iter().map(|(named, _)| match named {
            Principal::Account(_) => Answer::No,
            Principal::Everyone
            | Principal::Identity(_)
            | Principal::Service(_)
            | Principal::Nobody
            | Principal::Unknown(_) => named.hits(principal),
        });
        Answer::any(names.chain(open))
    }
}
