//! What a statement lets its principals do: `Action` and `NotAction`.

use super::answer::Answer;
use super::kms_actions::KmsActions;
use super::text::{Reading, Text};
use crate::setting::{Site, Unknown};

/// The actions of a statement.
#[derive(Clone, Debug)]
pub struct Actions<'r> {
    /// The patterns, each with its place.
    pub listed: Vec<(Text<'r>, Site)>,
    /// Which side of the list is meant.
    pub sense: Sense,
    /// Where the element stands.
    pub site: Site,
    /// A part of the list that is not known.
    pub unknown: Option<Unknown<'r>>,
    kms: Bounds,
}

/// Whether a list names what is meant, or what is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sense {
    /// `Action`, `Resource`, `Principal`.
    Listed,
    /// `NotAction`, `NotResource`, `NotPrincipal`.
    AllBut,
}

/// A set of KMS actions known from below and from above.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    /// Certainly in the set.
    pub certain: KmsActions,
    /// Perhaps in the set; all that is certain, and more.
    pub possible: KmsActions,
}

impl<'r> Actions<'r> {
    /// The actions of an element at `site`.
    pub fn new(
        listed: Vec<(Text<'r>, Site)>,
        sense: Sense,
        site: Site,
        unknown: Option<Unknown<'r>>,
    ) -> Self {
        let patterns = listed.iter().map(|(pattern, _)| pattern.kms_actions());
        let mut named = patterns.fold(Bounds::default(), Bounds::union);
        if unknown.is_some() {
            named.possible = KmsActions::ALL;
        }
        let kms = match sense {
            Sense::Listed => named,
            Sense::AllBut => Bounds::exactly(KmsActions::ALL).without(named),
        };
        Self { listed, sense, site, unknown, kms }
    }

    /// Whether `action`, such as `secretsmanager:GetSecretValue`, is meant.
    pub fn includes(&self, action: &str) -> Answer {
        let listed = self.listed.iter().map(|(pattern, _)| pattern.names_action(action));
        let is_listed = Answer::any(listed.chain(self.unknown.as_ref().map(|_| Answer::Maybe)));
        match self.sense {
            Sense::Listed => is_listed,
            Sense::AllBut => !is_listed,
        }
    }

    /// The narrowest place that brings `action` in: its pattern, or the whole of `NotAction`.
    pub fn site_including(&self, action: &str) -> Site {
        let mut listed = self.listed.iter().filter(|_| self.sense == Sense::Listed);
        listed
            .find(|(pattern, _)| pattern.names_action(action).is_possible())
            .map_or(self.site, |it| it.1)
    }

    /// The KMS actions meant.
    pub fn kms(&self) -> Bounds {
        self.kms
    }

    /// The narrowest place that brings one of `wanted` in: its pattern, or the whole of `NotAction`.
    pub fn site_of(&self, wanted: KmsActions) -> Site {
        match self.sense {
            Sense::Listed => {
                let mut listed = self.listed.iter();
                listed
                    .find(|(pattern, _)| pattern.kms_actions().possible.intersects(wanted))
                    .map_or(self.site, |it| it.1)
            }
            Sense::AllBut => self.site,
        }
    }
}

impl Text<'_> {
    /// Whether this pattern names `action`, in whatever case.
    fn names_action(&self, action: &str) -> Answer {
        match self.as_literal() {
            Some(pattern) => Answer::from(matches(pattern.as_bytes(), action.as_bytes())),
            None => self.may_name_action(action),
        }
    }

    /// As [`Self::names_action`], for a pattern with holes.
    fn may_name_action(&self, action: &str) -> Answer {
        Text::literal(action.to_ascii_lowercase()).matches(self, Reading::AnyCase)
    }

    /// The KMS actions this pattern names.
    fn kms_actions(&self) -> Bounds {
        // Most patterns are of another service.
        if !begins_like(self.prefix(), "kms:") {
            return Bounds::default();
        }
        match self.as_literal() {
            Some(pattern) => Bounds::exactly(kms_actions(pattern.as_bytes())),
            None => Bounds {
                certain: KmsActions::matching(|it| self.may_name_action(it).is_certain()),
                possible: KmsActions::matching(|it| self.may_name_action(it).is_possible()),
            },
        }
    }
}

/// The KMS actions that a pattern without holes matches.
pub(super) fn kms_actions(pattern: &[u8]) -> KmsActions {
    const SERVICE: &[u8] = b"kms:";
    match pattern.split_at_checked(SERVICE.len()) {
        _ if pattern == b"*" => KmsActions::ALL,
        Some((service, b"*")) if service.eq_ignore_ascii_case(SERVICE) => KmsActions::ALL,
        // What they have in common is looked at once, and what tells most of them apart first.
        Some((service, rest)) if service.eq_ignore_ascii_case(SERVICE) => {
            let literal = rest.iter().take_while(|it| !matches!(it, b'*' | b'?')).count();
            let (head, tail) = rest.split_at_checked(literal).unwrap_or_default();
            let is_exact = tail.is_empty();
            KmsActions::matching(|it| {
                let action = it.as_bytes();
                (!is_exact || action.len() == pattern.len())
                    && action
                        .get(SERVICE.len()..)
                        .and_then(|it| it.split_at_checked(literal))
                        .is_some_and(|(start, end)| {
                            start.eq_ignore_ascii_case(head) && matches(tail, end)
                        })
            })
        }
        _ => KmsActions::matching(|it| matches(pattern, it.as_bytes())),
    }
}

/// Whether some action that begins with `prefix` may match a pattern that begins with `pattern`.
pub(super) fn begins_like(pattern: &str, prefix: &str) -> bool {
    let literal = pattern.bytes().take_while(|it| !matches!(it, b'*' | b'?'));
    prefix.bytes().zip(literal).all(|(left, right)| right.eq_ignore_ascii_case(&left))
}

/// Whether a pattern without holes matches an action, in whatever case.
fn matches(pattern: &[u8], action: &[u8]) -> bool {
    let (mut at, mut position) = (0, 0);
    let mut retry = None;
    loop {
        match (pattern.get(at), action.get(position)) {
            (None, None) => return true,
            (Some(b'*'), _) => {
                at += 1;
                retry = Some((at, position));
            }
            (Some(byte), Some(other)) if *byte == b'?' || byte.eq_ignore_ascii_case(other) => {
                at += 1;
                position += 1;
            }
            // Let the last run of the pattern swallow one more.
            _ => match retry {
                Some((after_run, start)) if start < action.len() => {
                    retry = Some((after_run, start + 1));
                    (at, position) = (after_run, start + 1);
                }
                _ => return false,
            },
        }
    }
}

impl Bounds {
    /// A set that is known.
    pub const fn exactly(actions: KmsActions) -> Self {
        Self { certain: actions, possible: actions }
    }

    /// Those in either set.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self {
            certain: self.certain.union(other.certain),
            possible: self.possible.union(other.possible),
        }
    }

    /// Those in both sets.
    #[must_use]
    pub fn intersection(self, other: Self) -> Self {
        Self {
            certain: self.certain.intersection(other.certain),
            possible: self.possible.intersection(other.possible),
        }
    }

    /// Those of this set that are not in `other`.
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self {
            certain: self.certain.without(other.possible),
            possible: self.possible.without(other.certain),
        }
    }

    /// This set, if `answer` holds; else none.
    #[must_use]
    pub fn only_if(self, answer: Answer) -> Self {
        match answer {
            Answer::Yes => self,
            Answer::Maybe => Self { certain: KmsActions::NONE, possible: self.possible },
            Answer::No => Self::default(),
        }
    }

    /// The part within `actions`.
    #[must_use]
    pub fn within(self, actions: KmsActions) -> Self {
        self.intersection(Self::exactly(actions))
    }

    /// Whether one of `actions` is in the set.
    pub fn intersects(self, actions: KmsActions) -> Answer {
        if self.certain.intersects(actions) {
            Answer::Yes
        } else if self.possible.intersects(actions) {
            Answer::Maybe
        } else {
            Answer::No
        }
    }

    /// Whether all of `actions` are in the set.
    pub fn contains(self, actions: KmsActions) -> Answer {
        if self.certain.contains(actions) {
            Answer::Yes
        } else if self.possible.contains(actions) {
            Answer::Maybe
        } else {
            Answer::No
        }
    }
}
