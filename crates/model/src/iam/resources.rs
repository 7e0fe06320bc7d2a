//! What a statement is about: `Resource` and `NotResource`.

use std::borrow::Cow;

use super::actions::Sense;
use super::answer::Answer;
use super::home::Home;
use super::principal::Account;
use super::text::{Piece, Reading, Text};
use crate::cloudformation::Reference;
use crate::setting::{Site, Unknown};

/// The resources of a statement.
#[derive(Clone, Debug)]
pub struct Resources<'r> {
    /// The patterns, each with its place.
    pub listed: Vec<(Text<'r>, Site)>,
    /// Which side of the list is meant.
    pub sense: Sense,
    /// Where the element stands.
    pub site: Site,
    /// A part of the list that is not known.
    pub unknown: Option<Unknown<'r>>,
}

impl<'r> Resources<'r> {
    /// Whether a statement of an identity policy reaches `key`, a key of the template.
    ///
    /// The id of a key and the name or ARN of an alias do not mean the key there.
    /// <https://docs.aws.amazon.com/kms/latest/developerguide/cmks-in-iam-policies.html>
    pub fn reach(&self, key: &Reference<'r>, home: &Home<'r>) -> Answer {
        self.covers(|it| reaches(it, key, home))
    }

    /// Whether a statement of the policy of `key` means that key: `*`, or its ARN.
    ///
    /// A template can hardly know the ARN of a key it makes; one copied from a key that exists may
    /// be that key's own.
    pub(super) fn mean_own_key(&self, key: &Reference<'r>, home: &Home<'r>) -> Answer {
        self.covers(|it| {
            let names_a_key = it.as_literal().is_some_and(|it| it.contains(":key/"));
            reaches(it, key, home).or(Answer::from(names_a_key).and(Answer::Maybe))
        })
    }

    /// Whether all that `pattern` stands for is meant.
    pub(super) fn include(&self, pattern: &Text<'r>, home: &Home<'r>) -> Answer {
        let pattern = home.settle(pattern);
        self.covers(|it| pattern.matches(&home.settle(it), Reading::Wildcards))
    }

    fn covers(&self, covers: impl Fn(&Text<'r>) -> Answer) -> Answer {
        let open = self.unknown.as_ref().map(|_| Answer::Maybe);
        let is_listed = Answer::any(self.listed.iter().map(|(it, _)| covers(it)).chain(open));
        match self.sense {
            Sense::Listed => is_listed,
            Sense::AllBut => !is_listed,
        }
    }
}

fn reaches<'r>(pattern: &Text<'r>, key: &Reference<'r>, home: &Home<'r>) -> Answer {
    if pattern.is_everything() {
        return Answer::Yes;
    }
    if let Some(reference) = pattern.as_reference() {
        return if reference.is_same_resource(key) {
            Answer::from(reference.attribute == Some("Arn"))
        } else {
            // Attributes of a stack or a custom resource may be the ARN of anything.
            Answer::from(yields_anything(&reference)).and(Answer::Maybe)
        };
    }
    let mut pieces = vec![Piece::Literal(Cow::Borrowed("arn:aws:kms:"))];
    pieces.extend(Text::pseudo_parameter("AWS::Region").pieces().iter().cloned());
    pieces.push(Piece::Literal(Cow::Borrowed(":")));
    pieces.extend(home.account_text(&Account::Own).pieces().iter().cloned());
    pieces.push(Piece::Literal(Cow::Borrowed(":key/")));
    pieces.push(Piece::Generated(*key));
    Text::from_pieces(pieces).matches(&home.settle(pattern), Reading::Wildcards)
}

/// Attributes of a stack or a custom resource may be the ARN of anything.
pub(crate) fn yields_anything(reference: &Reference<'_>) -> bool {
    let ty = reference.type_name();
    !ty.starts_with("AWS::")
        || ty.starts_with("AWS::CloudFormation::")
        || ty == "AWS::Serverless::Application"
}
