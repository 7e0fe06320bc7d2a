//! Who a policy speaks of.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>

use std::borrow::Cow;
use std::fmt;

use super::answer::Answer;
use super::home::Home;
use super::text::{Piece, Reading, Text};
use crate::cloudformation::{Reference, Template};
use crate::setting::Reason;

/// A principal of a statement.
#[derive(Clone, Debug)]
pub enum Principal<'r> {
    /// `*`: any identity of any account, as far as its own account lets it.
    Everyone,
    /// An account: it delegates to its own policies.
    Account(Account<'r>),
    /// A role, a user, an identity provider.
    Identity(Identity<'r>),
    /// A service of AWS acting for itself.
    Service(Text<'r>),
    /// What stands for no one: the trace of a deleted role, a canonical user where only S3 knows
    /// them, an ARN with a wildcard.
    Nobody,
    /// Known only at deployment; the same principal only where the same expression stands.
    Unknown(Text<'r>),
}

/// An account, as seen from the one the template is deployed to.
#[derive(Clone, Debug)]
pub enum Account<'r> {
    /// The account of the template.
    Own,
    /// Another one.
    Foreign(Cow<'r, str>),
    /// One or the other.
    Unsure(Text<'r>),
}

/// Someone with a name.
#[derive(Clone)]
pub enum Identity<'r> {
    /// A role or user the template makes.
    Resource(Member<'r>),
    /// A role or user by its ARN.
    Named {
        /// Role or user.
        kind: IdentityKind,
        /// Whose.
        account: Account<'r>,
        /// The name with its path.
        name: Text<'r>,
        /// The path may be missing from the name, as in the ARN of a session.
        is_path_known: bool,
    },
    /// An identity provider.
    Provider(Text<'r>),
}

/// What an identity is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdentityKind {
    /// A role, also by one of its sessions.
    Role,
    /// A user.
    User,
    /// A user federated by an IAM user.
    FederatedUser,
}

/// A role or user that is a resource of the template.
#[derive(Clone)]
pub struct Member<'r> {
    /// The resource.
    pub resource: Reference<'r>,
    /// Role or user.
    pub kind: IdentityKind,
    /// Its name with its path, where the template gives it one.
    pub name: Option<Text<'r>>,
}

impl<'r> Principal<'r> {
    /// A principal given under `AWS`, or `*`.
    pub(super) fn of_aws(text: &Text<'r>, home: &Home<'r>) -> Self {
        if let Some(literal) = text.as_literal() {
            if literal == "*" {
                return Self::Everyone;
            }
            if is_unique_id(&literal) {
                return Self::Nobody;
            }
            if is_account_id(&literal) {
                return Self::Account(home.account(text));
            }
        }
        if text.is_pseudo_parameter("AWS::AccountId") {
            return Self::Account(Account::Own);
        }
        if let Some(member) = home.member(text) {
            return Self::Identity(Identity::Resource(member));
        }
        let fields = text.split(':', 6);
        let [arn, _partition, service, _region, account, name] = fields.as_slice() else {
            return Self::Unknown(text.clone());
        };
        let is_arn = arn.as_literal().is_some_and(|it| it == "arn");
        let service = service.as_literal();
        let (true, Some("iam" | "sts")) = (is_arn, service.as_deref()) else {
            return Self::Unknown(text.clone());
        };
        if name.mentions('*') || account.mentions('*') || name.mentions('?') {
            return Self::Nobody;
        }
        if name.as_literal().is_some_and(|it| it == "root") {
            return Self::Account(home.account(account));
        }
        Identity::of_name(name, home.account(account), home).map_or_else(
            // A group, a policy, an instance profile: no principals. A hole may be anything.
            || if name.as_literal().is_some() { Self::Nobody } else { Self::Unknown(text.clone()) },
            Self::Identity,
        )
    }

    /// Whether this principal of a Deny hits `other`, to whom something was allowed.
    pub fn hits(&self, other: &Self) -> Answer {
        match (self, other) {
            (Self::Everyone, _) => Answer::Yes,
            (Self::Unknown(left), Self::Unknown(right)) if left.equals(right).is_certain() => {
                Answer::Yes
            }
            // An unknown principal may be everyone, an account, or the identity asked about.
            (Self::Unknown(text), Self::Everyone | Self::Account(_) | Self::Service(_)) => {
                Answer::from(text.may_be_any()).and(Answer::Maybe)
            }
            (Self::Unknown(_), Self::Identity(_) | Self::Unknown(_))
            | (Self::Account(_) | Self::Identity(_), Self::Unknown(_)) => Answer::Maybe,
            (Self::Account(account), Self::Account(other)) => account.is(other),
            (Self::Account(account), Self::Identity(identity)) => {
                identity.account().map_or(Answer::Maybe, |it| account.is(it))
            }
            (Self::Identity(left), Self::Identity(right)) => left.is(right),
            (Self::Service(left), Self::Service(right)) => left.equals(right),
            (Self::Nobody | Self::Service(_), _)
            | (_, Self::Everyone | Self::Service(_) | Self::Nobody)
            | (Self::Identity(_), Self::Account(_)) => Answer::No,
        }
    }

    /// Whether both are one and the same, for certain.
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Everyone, Self::Everyone) => true,
            (Self::Account(left), Self::Account(right)) => left.is(right).is_certain(),
            (Self::Identity(left), Self::Identity(right)) => left.is(right).is_certain(),
            (Self::Service(left), Self::Service(right))
            | (Self::Unknown(left), Self::Unknown(right)) => left.equals(right).is_certain(),
            _ => false,
        }
    }

    /// The template whose resource it is.
    pub(super) fn template(&self) -> Option<&'r Template<'r>> {
        match self {
            Self::Identity(Identity::Resource(member)) => Some(member.resource.template),
            Self::Everyone
            | Self::Account(_)
            | Self::Identity(Identity::Named { .. } | Identity::Provider(_))
            | Self::Service(_)
            | Self::Nobody
            | Self::Unknown(_) => None,
        }
    }

    /// Why it is not known who this is, if it is not.
    pub fn reason(&self) -> Option<Reason<'r>> {
        match self {
            Self::Everyone | Self::Nobody | Self::Identity(Identity::Resource(_)) => None,
            Self::Account(account) => account.reason(),
            Self::Identity(Identity::Named { account, name, .. }) => {
                account.reason().or_else(|| name.reason())
            }
            Self::Identity(Identity::Provider(text))
            | Self::Service(text)
            | Self::Unknown(text) => text.reason(),
        }
    }
}

impl fmt::Display for Principal<'_> {
    /// In the user's own names: the name of a role rather than its ARN.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everyone => f.write_str("*"),
            Self::Account(account) => account.fmt(f),
            Self::Identity(identity) => identity.fmt(f),
            Self::Service(text) => text.fmt(f),
            Self::Nobody => f.write_str("nobody"),
            Self::Unknown(text) => short(text, f),
        }
    }
}

impl<'r> Account<'r> {
    /// Why it is not known which account this is, if it is not.
    fn reason(&self) -> Option<Reason<'r>> {
        match self {
            Self::Own | Self::Foreign(_) => None,
            Self::Unsure(text) => {
                text.reason().or(Some(Reason::PseudoParameter(Cow::Borrowed("AWS::AccountId"))))
            }
        }
    }

    /// Whether both are one.
    pub fn is(&self, other: &Self) -> Answer {
        match (self, other) {
            (Self::Own, Self::Own) => Answer::Yes,
            (Self::Own, Self::Foreign(_)) | (Self::Foreign(_), Self::Own) => Answer::No,
            (Self::Foreign(left), Self::Foreign(right)) => Answer::from(left == right),
            (Self::Unsure(left), Self::Unsure(right)) => left.equals(right),
            (Self::Unsure(text), Self::Foreign(id)) | (Self::Foreign(id), Self::Unsure(text)) => {
                text.equals(&Text::literal(&**id))
            }
            (Self::Own, Self::Unsure(_)) | (Self::Unsure(_), Self::Own) => Answer::Maybe,
        }
    }

    /// Whether it is the account of the template.
    pub fn is_own(&self) -> Answer {
        self.is(&Self::Own)
    }
}

impl fmt::Display for Account<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Own => f.write_str("${AWS::AccountId}"),
            Self::Foreign(id) => f.write_str(id),
            Self::Unsure(text) => text.fmt(f),
        }
    }
}

impl<'r> Identity<'r> {
    /// The identity behind the last field of an ARN: `role/path/Name`.
    fn of_name(name: &Text<'r>, account: Account<'r>, home: &Home<'r>) -> Option<Self> {
        let kinds = [
            ("role/", IdentityKind::Role),
            ("user/", IdentityKind::User),
            ("assumed-role/", IdentityKind::Role),
            ("federated-user/", IdentityKind::FederatedUser),
        ];
        let (prefix, kind, rest) = kinds
            .into_iter()
            .find_map(|(prefix, kind)| Some((prefix, kind, name.strip_prefix(prefix)?)))?;
        let is_session = prefix == "assumed-role/";
        let name = if is_session { rest.split('/', 2).into_iter().next()? } else { rest };
        if matches!(account, Account::Own)
            && let Some(member) = home.member_named(kind, &name, is_session)
        {
            return Some(Self::Resource(member));
        }
        Some(Self::Named { kind, account, name, is_path_known: !is_session })
    }

    /// Whose it is; none for an identity provider.
    pub fn account(&self) -> Option<&Account<'r>> {
        match self {
            Self::Resource(_) => Some(&Account::Own),
            Self::Named { account, .. } => Some(account),
            Self::Provider(_) => None,
        }
    }

    /// Whether both are one.
    pub fn is(&self, other: &Self) -> Answer {
        match (self, other) {
            (Self::Resource(left), Self::Resource(right)) => {
                Answer::from(left.resource.is_same_resource(&right.resource))
            }
            (Self::Resource(member), Self::Named { kind, account, name, is_path_known })
            | (Self::Named { kind, account, name, is_path_known }, Self::Resource(member)) => {
                let is_name = match &member.name {
                    Some(own) if *is_path_known => own.equals(name),
                    Some(own) => own.after_last('/').equals(&name.after_last('/')),
                    None => Text::from_pieces(vec![Piece::Generated(member.resource)])
                        .equals(&name.after_last('/')),
                };
                Answer::from(member.kind == *kind).and(account.is_own()).and(is_name)
            }
            (
                Self::Named { kind, account, name, is_path_known },
                Self::Named {
                    kind: other_kind,
                    account: other_account,
                    name: other_name,
                    is_path_known: other_known,
                },
            ) => {
                let is_name = if *is_path_known && *other_known {
                    name.equals(other_name)
                } else {
                    name.after_last('/').equals(&other_name.after_last('/'))
                };
                Answer::from(kind == other_kind).and(account.is(other_account)).and(is_name)
            }
            (Self::Provider(left), Self::Provider(right)) => left.equals(right),
            (Self::Provider(_), Self::Resource(_) | Self::Named { .. })
            | (Self::Resource(_) | Self::Named { .. }, Self::Provider(_)) => Answer::No,
        }
    }

    /// Whether `aws:PrincipalArn` of this identity matches `pattern`.
    pub(super) fn arn_matches(
        &self,
        pattern: &Text<'r>,
        reading: Reading,
        home: &Home<'r>,
    ) -> Answer {
        if let Principal::Identity(identity) = Principal::of_aws(pattern, home) {
            return identity.is(self);
        }
        let (kind, account, name) = match self {
            Self::Resource(member) => {
                let made_up = || Text::from_pieces(vec![Piece::Generated(member.resource)]);
                (member.kind, &Account::Own, member.name.clone().unwrap_or_else(made_up))
            }
            // A session tells nothing of the path of its role; few have one.
            Self::Named { kind, account, name, is_path_known: _ } => (*kind, account, name.clone()),
            Self::Provider(_) => return Answer::Maybe,
        };
        let (service, prefix) = match kind {
            IdentityKind::Role => ("iam", "role/"),
            IdentityKind::User => ("iam", "user/"),
            IdentityKind::FederatedUser => ("sts", "federated-user/"),
        };
        let mut pieces = vec![Piece::Literal(Cow::Owned(format!("arn:aws:{service}::")))];
        pieces.extend(home.account_text(account).pieces().iter().cloned());
        pieces.push(Piece::Literal(Cow::Owned(format!(":{prefix}"))));
        pieces.extend(name.pieces().iter().cloned());
        Text::from_pieces(pieces).matches(&home.settle(pattern), reading)
    }
}

impl fmt::Display for Identity<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Resource(member) => f.write_str(member.resource.id),
            Self::Named { name, .. } => name.after_last('/').fmt(f),
            Self::Provider(text) => text.after_last('/').fmt(f),
        }
    }
}

impl fmt::Debug for Identity<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{self}`")
    }
}

/// A text that is a single hole goes by the name of the hole.
fn short(text: &Text<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match text.pieces() {
        [
            Piece::Unknown(
                Reason::Parameter(name) | Reason::Attribute(name) | Reason::Import(Some(name)),
            ),
        ] => f.write_str(name),
        _ => fmt::Display::fmt(text, f),
    }
}

/// Twelve digits.
pub(super) fn is_account_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|it| it.is_ascii_digit())
}

/// What IAM leaves in a policy when the role or user is deleted.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids>
fn is_unique_id(text: &str) -> bool {
    (text.starts_with("AROA") || text.starts_with("AIDA"))
        && text.len() >= 16
        && text.bytes().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit())
}
