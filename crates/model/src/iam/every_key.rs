//! Statements of identity policies that open every key.
//!
//! <https://docs.aws.amazon.com/kms/latest/developerguide/iam-policies-best-practices.html>

use super::actions::{Bounds, Sense};
use super::answer::Answer;
use super::condition::{Comparison, Condition, Operator, Quantifier, Test};
use super::home::Home;
use super::kms_actions::KmsActions;
use super::resources::Resources;
use super::statement::Statement;
use super::text::{Piece, Reading, Text};
use super::wide::Deed;
use crate::cloudformation::Reference;
use crate::setting::Reason;

/// Keys of a condition that pick some keys out of all.
const PICKING_KEYS: &[&str] = &["kms:RequestAlias", "kms:ResourceAliases", "kms:ViaService"];
/// Beginnings of such keys.
const PICKING_PREFIXES: &[&str] = &[TAG, "kms:EncryptionContext:"];
/// The beginning of those that name a tag of a key.
const TAG: &str = "aws:ResourceTag/";
/// Keys by which a statement reaches one key and not another, nobody knows which.
const CHOOSING_PREFIXES: &[&str] = &[TAG, "kms:RequestAlias", "kms:ResourceAliases"];

/// Which keys a statement is about, as far as there are all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Coverage {
    /// Some, or none.
    Some,
    /// All of one account in one region.
    Place,
    /// All.
    Every,
}

impl<'r> Statement<'r> {
    /// Whether this statement of an identity policy, by itself, allows everything, or decryption, on
    /// every key.
    pub(super) fn opens_every_key(&self) -> Answer {
        Answer::any(self.deeds_with_every_key(Bounds::default()).into_iter().map(|it| it.1))
    }

    /// What this statement of an identity policy allows with every key, of which `denied` is denied
    /// again.
    pub(super) fn deeds_with_every_key(&self, denied: Bounds) -> Vec<(Deed, Answer)> {
        let Some(resources) = &self.resources else { return Vec::new() };
        let allowed = self.kms_actions();
        let left = allowed.without(denied);
        // Administration of every key takes all actions: some of it is a matter of its own.
        let administration = KmsActions::ADMINISTRATION.union(KmsActions::GRANTING);
        let administers = allowed.contains(KmsActions::ALL).and(left.intersects(administration));
        let deeds = [
            (Deed::Everything, left.contains(KmsActions::ALL), Coverage::Place),
            (Deed::Reading, left.intersects(KmsActions::DECRYPTION), Coverage::Every),
            (Deed::Administration, administers, Coverage::Place),
        ];
        // Most statements are about something else: their resources need no look.
        let possible = deeds.into_iter().filter(|it| it.1.is_possible());
        let grants = |does: Answer, coverage| {
            let allows = self.allows().and(!self.condition.picks_keys());
            does.and(resources.cover(coverage)).and(allows)
        };
        possible.map(|(deed, does, coverage)| (deed, grants(does, coverage))).collect()
    }

    /// What this statement of an identity policy denies for every key.
    pub(super) fn denied_for_every_key(&self) -> Bounds {
        let denies = self.always_denies();
        match &self.resources {
            Some(resources) if denies.is_possible() => {
                self.kms_actions().only_if(denies.and(resources.cover(Coverage::Every)))
            }
            Some(_) | None => Bounds::default(),
        }
    }

    /// Whether this statement of an identity policy is about `key`.
    pub(super) fn reach(&self, key: &Reference<'r>, home: &Home<'r>) -> Answer {
        let reach = self.resources.as_ref().map_or(Answer::No, |it| it.reach(key, home));
        let chooses = |prefix: &&str| self.condition.tests.iter().any(|it| it.is_about_any(prefix));
        if CHOOSING_PREFIXES.iter().any(chooses) { reach.and(Answer::Maybe) } else { reach }
    }

    /// Whether one of its resources refers to `key`.
    pub(super) fn names(&self, key: &Reference<'r>) -> bool {
        let listed = self.resources.iter().flat_map(|it| &it.listed);
        let mut pieces = listed.into_iter().flat_map(|(it, _)| it.pieces());
        pieces
            .any(|it| matches!(it, Piece::Reference(reference) if reference.is_same_resource(key)))
    }
}

impl Condition<'_> {
    /// Whether it picks some keys out of all, or some uses of them.
    fn picks_keys(&self) -> Answer {
        let open = self.unknown.as_ref().map(|_| Answer::Maybe);
        let picking = self.tests.iter().filter(|test| {
            PICKING_KEYS.iter().any(|it| test.is_about(it))
                || PICKING_PREFIXES.iter().any(|it| test.is_about_any(it))
        });
        let picks = picking.map(|test| {
            if test.passes_without_key() && !self.demands(&test.key) {
                return Answer::No;
            }
            test.picks_values()
        });
        Answer::any(picks.chain(open))
    }

    /// Whether requests without `key` fail, by a test for nothing else.
    fn demands(&self, key: &str) -> bool {
        self.tests.iter().any(|it| {
            it.operator.comparison == Comparison::Null
                && it.is_about(key)
                && it.boolean() == Some(false)
        })
    }
}

impl Test<'_> {
    /// Whether requests that lack the key pass.
    fn passes_without_key(&self) -> bool {
        let Operator { comparison: _, is_negated, passes_without_key, quantifier } = self.operator;
        is_negated || passes_without_key || quantifier == Quantifier::All
    }

    /// Whether requests that pass and have the key are held to some of its values. A value that is not
    /// known holds them.
    fn picks_values(&self) -> Answer {
        // All but a few is still all that come.
        if self.operator.is_negated {
            return Answer::No;
        }
        // A tag of the name is on some keys only, whatever its value.
        let is_tag = self.is_about_any(TAG);
        match self.operator.comparison {
            Comparison::Text | Comparison::Bool => Answer::Yes,
            Comparison::Pattern if is_tag => Answer::Yes,
            Comparison::Null if is_tag => match self.boolean() {
                Some(is_missing) => (!is_missing).into(),
                None => Answer::Maybe,
            },
            Comparison::Pattern => {
                let is_any = |it: &Text<'_>| it.as_literal().is_some_and(|it| is_catch_all(&it));
                Answer::from(!self.values.iter().any(|(it, _)| is_any(it)))
            }
            Comparison::Null => Answer::No,
            Comparison::IpAddress | Comparison::Other => Answer::Maybe,
        }
    }
}

/// Whether a pattern takes in every value, or every alias, or every service.
fn is_catch_all(pattern: &str) -> bool {
    let pattern = pattern.strip_prefix("alias/").unwrap_or(pattern);
    let pattern = pattern.strip_suffix(".amazonaws.com").unwrap_or(pattern);
    pattern.contains('*') && pattern.chars().all(|it| matches!(it, '*' | '?'))
}

impl Resources<'_> {
    fn cover(&self, wanted: Coverage) -> Answer {
        match self.sense {
            Sense::Listed => {
                let open = self.unknown.as_ref().map(|_| Answer::Maybe);
                Answer::any(self.listed.iter().map(|(it, _)| covers(it, wanted)).chain(open))
            }
            // All but a few is still all that come.
            Sense::AllBut => {
                !Answer::any(self.listed.iter().map(|(it, _)| covers(it, Coverage::Place)))
            }
        }
    }
}

/// Whether a pattern of ARNs takes in a key nobody has heard of.
fn covers(pattern: &Text<'_>, wanted: Coverage) -> Answer {
    if pattern.is_everything() {
        return Answer::Yes;
    }
    if pattern.may_be_any() {
        return Answer::Maybe;
    }
    // A hole is one value, and not one that was made up here.
    let pieces = pattern.pieces().iter().map(|piece| match piece {
        Piece::Literal(text) => text.as_ref(),
        Piece::Unknown(Reason::PseudoParameter(name)) if name == "AWS::Partition" => "aws",
        Piece::Reference(_) | Piece::Generated(_) | Piece::Unknown(_) => "hole",
    });
    let pattern: String = pieces.collect();
    let mut fields =
        pattern.splitn(6, ':').map(|it| if it.contains(['*', '?']) { "odd" } else { it });
    let (partition, region, account) = (fields.nth(1), fields.nth(1), fields.next());
    let [partition, region, account] = [partition, region, account].map(|it| it.unwrap_or("odd"));
    let takes = |region: &str, account: &str| {
        let key = Text::literal(format!("arn:{partition}:kms:{region}:{account}:key/odd"));
        key.matches(&Text::literal(&*pattern), Reading::Wildcards).is_certain()
    };
    let coverage = if takes("odd", account) || takes(region, "odd") {
        Coverage::Every
    } else if takes(region, account) {
        Coverage::Place
    } else {
        Coverage::Some
    };
    Answer::from(coverage >= wanted)
}
