//! One statement of a policy.

use super::actions::{Actions, Bounds};
use super::answer::Answer;
use super::condition::Condition;
use super::home::Home;
use super::principal::Principal;
use super::principals::Principals;
use super::resources::Resources;
use super::text::Text;
use crate::cloudformation::Reference;
use crate::setting::{Setting, Site, Unknown};

/// A statement: who may, or may not, do what on what, under which condition.
#[derive(Clone, Debug)]
pub struct Statement<'r> {
    /// Where it stands.
    pub site: Site,
    /// Whether it allows or denies.
    pub effect: Setting<'r, Effect>,
    /// Whom it is about; none in identity policies.
    pub principals: Option<Principals<'r>>,
    /// What they may do; a statement without has no effect.
    pub actions: Option<Actions<'r>>,
    /// On what; a statement without has no effect.
    pub resources: Option<Resources<'r>>,
    /// Under which condition.
    pub condition: Condition<'r>,
}

/// What a statement does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It allows.
    Allow,
    /// It denies, whatever others allow.
    Deny,
}

impl<'r> Statement<'r> {
    /// Whether it allows something.
    pub fn allows(&self) -> Answer {
        self.has(Effect::Allow)
    }

    /// Whether it denies something.
    pub fn denies(&self) -> Answer {
        self.has(Effect::Deny)
    }

    fn has(&self, wanted: Effect) -> Answer {
        if self.actions.is_none() || self.resources.is_none() {
            return Answer::No;
        }
        match &self.effect {
            Setting::Known(effect, _) => Answer::from(*effect == wanted),
            Setting::Absent(_) => Answer::No,
            Setting::Unknown(_) => Answer::Maybe,
        }
    }

    /// Whether, in the policy of `key`, it is about that key.
    pub(super) fn means_own_key(&self, key: &Reference<'r>, home: &Home<'r>) -> Answer {
        self.resources.as_ref().map_or(Answer::No, |it| it.mean_own_key(key, home))
    }

    /// Everyone it lets in if it allows something; none where a part of that is not known.
    pub(super) fn let_in(&self) -> Option<Vec<Principal<'r>>> {
        let principals = self.principals.as_ref().filter(|it| it.unknown.is_none())?;
        Some(principals.allowed().into_iter().map(|(principal, _)| principal).collect())
    }

    /// The KMS actions it is about.
    pub fn kms_actions(&self) -> Bounds {
        self.actions.as_ref().map(Actions::kms).unwrap_or_default()
    }

    /// The first part that is not known, in the order of reading.
    pub fn doubt(&self) -> Option<Unknown<'r>> {
        let effect = match &self.effect {
            Setting::Unknown(unknown) => Some(unknown),
            Setting::Known(..) | Setting::Absent(_) => None,
        };
        let named = || {
            let named = self.principals.iter().flat_map(|it| &it.named);
            named
                .into_iter()
                .find_map(|(it, site)| Some(Unknown { span: site.span, reason: it.reason()? }))
        };
        let listed = |list: &[(Text<'r>, Site)]| {
            list.iter()
                .find_map(|(text, site)| Some(Unknown { span: site.span, reason: text.reason()? }))
        };
        effect
            .or_else(|| self.principals.as_ref()?.unknown.as_ref())
            .or_else(|| self.actions.as_ref()?.unknown.as_ref())
            .or_else(|| self.resources.as_ref()?.unknown.as_ref())
            .cloned()
            .or_else(named)
            .or_else(|| listed(&self.actions.as_ref()?.listed))
            .or_else(|| listed(&self.resources.as_ref()?.listed))
            .or_else(|| self.condition.doubt())
    }
}
