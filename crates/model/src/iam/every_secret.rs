//! Statements of identity policies that open every secret.
//!
//! <https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_iam-policies.html>

use super::actions::Sense;
use super::answer::Answer;
use super::condition::{Comparison, Condition, Test};
use super::resources::Resources;
use super::statement::Statement;
use super::text::{Piece, Reading, Text};
use super::wide::Deed;

/// The action that reads a secret. Reading a batch takes it as well, for each secret.
const READING: &str = "secretsmanager:GetSecretValue";

/// Keys of a condition that pick some secrets out of all.
const PICKING_KEYS: &[&str] = &[
    "secretsmanager:Name",
    "secretsmanager:SecretId",
    "secretsmanager:resource/AllowRotationLambdaArn",
];
/// Beginnings of keys that pick them by their tags.
const PICKING_PREFIXES: &[&str] = &["aws:ResourceTag/", "secretsmanager:ResourceTag/"];

impl Statement<'_> {
    /// What this statement of an identity policy allows with every secret, even if only those of one
    /// account in one region, where `is_denied` tells whether reading is denied again.
    pub(super) fn deeds_with_every_secret(&self, is_denied: Answer) -> Vec<(Deed, Answer)> {
        let opens = self.allows().and(self.reaches_every_secret());
        let deed =
            if self.is_about_all_secret_actions() { Deed::Everything } else { Deed::Reading };
        vec![(deed, opens.and(!self.condition.picks_secrets()).and(!is_denied))]
    }

    /// Whether it denies reading any secret.
    pub(super) fn shuts_every_secret(&self) -> Answer {
        self.always_denies().and(self.reaches_every_secret())
    }

    /// Whether it is about all actions of Secrets Manager, without naming any it leaves out.
    fn is_about_all_secret_actions(&self) -> bool {
        self.actions.as_ref().is_some_and(|it| {
            it.sense == Sense::Listed && it.includes("secretsmanager:*").is_certain()
        })
    }

    fn reaches_every_secret(&self) -> Answer {
        let (Some(actions), Some(resources)) = (&self.actions, &self.resources) else {
            return Answer::No;
        };
        match actions.includes(READING) {
            // Most statements are about something else: their resources need no look.
            Answer::No => Answer::No,
            reading @ (Answer::Maybe | Answer::Yes) => reading.and(resources.cover_every_secret()),
        }
    }
}

impl Condition<'_> {
    fn picks_secrets(&self) -> Answer {
        let open = if self.unknown.is_some() { Answer::Maybe } else { Answer::No };
        Answer::from(self.tests.iter().any(Test::picks_secrets)).or(open)
    }
}

impl Test<'_> {
    fn picks_secrets(&self) -> bool {
        // Those without the tag come through.
        if PICKING_PREFIXES.iter().any(|it| self.is_about_any(it)) {
            return !self.operator.passes_without_key;
        }
        let is_any = self.operator.comparison == Comparison::Pattern
            && self.values.iter().any(|(it, _)| it.as_literal().is_some_and(|it| it == "*"));
        PICKING_KEYS.iter().any(|it| self.is_about(it)) && !is_any
    }
}

impl Resources<'_> {
    fn cover_every_secret(&self) -> Answer {
        let is_listed = Answer::any(self.listed.iter().map(|(it, _)| covers(it)));
        let open = self.unknown.as_ref().map_or(Answer::No, |_| Answer::Maybe);
        match self.sense {
            Sense::Listed => is_listed.or(open),
            // All but a few is still all that come.
            Sense::AllBut => !is_listed.or(open),
        }
    }
}

/// Whether a pattern of ARNs takes in a secret nobody has heard of.
fn covers(pattern: &Text<'_>) -> Answer {
    if pattern.may_be_any() {
        return Answer::Maybe;
    }
    // A hole is one value, and not one that was made up here.
    let pieces = pattern.pieces().iter().map(|piece| match piece {
        Piece::Literal(text) => text.as_ref(),
        Piece::Reference(_) | Piece::Generated(_) | Piece::Unknown(_) => "hole",
    });
    let pattern: String = pieces.collect();
    let fields: Vec<&str> = pattern.splitn(6, ':').collect();
    let field =
        |at: usize| fields.get(at).copied().filter(|it| !it.contains(['*', '?'])).unwrap_or("odd");
    // Secrets Manager ends every name with a hyphen and six characters.
    let secret = Text::literal(format!(
        "arn:{}:secretsmanager:{}:{}:secret:odd-AbCdEf",
        field(1),
        field(3),
        field(4),
    ));
    secret.matches(&Text::literal(pattern.as_str()), Reading::Wildcards)
}
