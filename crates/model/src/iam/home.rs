//! Where a policy is deployed: its account, and the identities the template makes there.

use std::borrow::Cow;
use std::cell::OnceCell;

use stackseal_syntax::Node;

use super::principal::{Account, IdentityKind, Member, is_account_id};
use super::text::{Piece, Text};
use crate::cloudformation::{Reference, Resource, Scope, Template};
use crate::setting::Reason;

/// The account of a template, and the roles and users it makes.
#[derive(Clone, Default)]
pub struct Home<'r> {
    scope: Option<Scope<'r>>,
    account: OnceCell<Option<Cow<'r, str>>>,
    members: OnceCell<Vec<Member<'r>>>,
}

impl<'r> Home<'r> {
    /// The home of what `resource` says: its template, in its world.
    pub fn of(resource: &Resource<'r>) -> Self {
        Self::in_scope(resource.scope())
    }

    /// The home of all that the template of `scope` says.
    pub(super) fn in_scope(scope: &Scope<'r>) -> Self {
        Self { scope: Some(scope.in_template(scope.template())), ..Self::default() }
    }

    /// What the template is evaluated in, if there is one.
    pub(super) fn scope(&self) -> Option<&Scope<'r>> {
        self.scope.as_ref()
    }

    /// The id of the account: as given, or the only one the template names.
    fn id(&self) -> Option<&Cow<'r, str>> {
        let find = || {
            let template = self.scope.as_ref()?.template();
            let given = template.deployment().account.as_deref().map(Cow::Borrowed);
            given.or_else(|| template.own_account(|| only_account(template)).map(Cow::Borrowed))
        };
        self.account.get_or_init(find).as_ref()
    }

    /// The account a text names.
    pub(super) fn account(&self, text: &Text<'r>) -> Account<'r> {
        if text.is_pseudo_parameter("AWS::AccountId") {
            return Account::Own;
        }
        let Some(id) = text.as_literal().filter(|it| is_account_id(it)) else {
            return Account::Unsure(text.clone());
        };
        match self.id() {
            Some(own) if id == *own => Account::Own,
            Some(_) => Account::Foreign(id),
            None => Account::Unsure(text.clone()),
        }
    }

    /// The id of an account, as far as it is known.
    pub(super) fn account_text(&self, account: &Account<'r>) -> Text<'r> {
        match account {
            Account::Own => self.id().map_or_else(
                || Text::pseudo_parameter("AWS::AccountId"),
                |id| Text::literal(id.clone()),
            ),
            Account::Foreign(id) => Text::literal(id.clone()),
            Account::Unsure(text) => text.clone(),
        }
    }

    /// A pattern of ARNs with what is known here filled in; the partition is taken to be `aws`, as it
    /// is on the other side of every comparison.
    pub(super) fn settle(&self, pattern: &Text<'r>) -> Text<'r> {
        let pieces = pattern.pieces().iter().map(|piece| match piece {
            Piece::Unknown(Reason::PseudoParameter(name)) if name == "AWS::Partition" => {
                Piece::Literal(Cow::Borrowed("aws"))
            }
            Piece::Unknown(Reason::PseudoParameter(name)) if name == "AWS::AccountId" => {
                match self.id() {
                    Some(id) => Piece::Literal(id.clone()),
                    None => piece.clone(),
                }
            }
            Piece::Literal(text)
                if text.starts_with("arn:aws-cn:") || text.starts_with("arn:aws-us-gov:") =>
            {
                let rest = text.splitn(3, ':').nth(2).unwrap_or_default();
                Piece::Literal(Cow::Owned(format!("arn:aws:{rest}")))
            }
            Piece::Literal(_) | Piece::Reference(_) | Piece::Generated(_) | Piece::Unknown(_) => {
                piece.clone()
            }
        });
        Text::from_pieces(pieces.collect())
    }

    /// The role or user that is this resource.
    pub fn member_of(&self, reference: &Reference<'r>) -> Option<Member<'r>> {
        let kind = kind_of(reference.type_name())?;
        let resource = reference.resource(self.scope.as_ref()?)?;
        Some(member(&resource, kind))
    }

    /// The role or user whose ARN a text is: `Fn::GetAtt`, or an ARN that ends in its name by `Ref`.
    pub(super) fn member(&self, text: &Text<'r>) -> Option<Member<'r>> {
        let (last, before) = text.pieces().split_last()?;
        let Piece::Reference(reference) = last else { return None };
        if before.is_empty() {
            return if reference.attribute == Some("Arn") {
                self.member_of(reference)
            } else {
                None
            };
        }
        let fields = text.split(':', 6);
        let (account, name) = (fields.get(4)?, fields.get(5)?);
        let is_foreign = matches!(self.account(account), Account::Foreign(_));
        let prefix = match kind_of(reference.type_name())? {
            IdentityKind::User => "user/",
            IdentityKind::Role | IdentityKind::FederatedUser => "role/",
        };
        let is_arn =
            reference.attribute.is_none() && !is_foreign && name.prefix().starts_with(prefix);
        if is_arn { self.member_of(reference) } else { None }
    }

    /// The role or user the template gives this name; the last part of it for the name of a session.
    pub(super) fn member_named(
        &self,
        kind: IdentityKind,
        name: &Text<'r>,
        is_session: bool,
    ) -> Option<Member<'r>> {
        let is_it = |own: &Text<'r>| {
            let answer =
                if is_session { own.after_last('/').equals(name) } else { own.equals(name) };
            answer.is_certain()
        };
        let members =
            self.members.get_or_init(|| self.scope.as_ref().map(named_members).unwrap_or_default());
        members.iter().find(|it| it.kind == kind && it.name.as_ref().is_some_and(is_it)).cloned()
    }
}

fn kind_of(ty: &str) -> Option<IdentityKind> {
    match ty {
        "AWS::IAM::Role" => Some(IdentityKind::Role),
        "AWS::IAM::User" => Some(IdentityKind::User),
        _ => None,
    }
}

/// The roles and users that are given a name, as far as they exist in this world.
fn named_members<'r>(scope: &Scope<'r>) -> Vec<Member<'r>> {
    let mut members = Vec::new();
    for ty in ["AWS::IAM::Role", "AWS::IAM::User"] {
        let Some(kind) = kind_of(ty) else { continue };
        for entry in scope.template().entries_of(ty) {
            if entry.condition.is_none_or(|it| scope.decide(it) != Some(false)) {
                let reference =
                    Reference { template: scope.template(), id: &entry.id, attribute: None };
                members.extend(reference.resource(scope).map(|it| member(&it, kind)));
            }
        }
    }
    members.retain(|it| it.name.is_some());
    members
}

fn member<'r>(resource: &Resource<'r>, kind: IdentityKind) -> Member<'r> {
    let property = if kind == IdentityKind::User { "UserName" } else { "RoleName" };
    let name = Text::of(&resource.at(property)).map(|name| {
        let mut pieces = match Text::of(&resource.at("Path")).and_then(|it| it.strip_prefix("/")) {
            Some(path) => path.pieces().to_vec(),
            None => Vec::new(),
        };
        pieces.extend(name.pieces().iter().cloned());
        Text::from_pieces(pieces)
    });
    let id = Reference { template: resource.template(), id: resource.id(), attribute: None };
    Member { resource: id, kind, name }
}

/// The account a template must mean by its own: it names no other, neither by number nor by
/// `AWS::AccountId`.
fn only_account<'r>(template: &'r Template<'_>) -> Option<&'r str> {
    let mut only: Option<&'r str> = None;
    for text in template.root().scalars_of_document().filter_map(Node::text) {
        if text.contains("::${AWS::AccountId}:") {
            return None;
        }
        for id in accounts(text) {
            match only {
                Some(other) if other != id => return None,
                Some(_) | None => only = Some(id),
            }
        }
    }
    only
}

/// The accounts a text names: itself, or those of the ARNs in it.
fn accounts(text: &str) -> impl Iterator<Item = &str> {
    let by_itself = is_account_id(text).then_some(text);
    let in_arns = text.split("arn:").skip(1).filter_map(|arn| {
        let account = arn.split(':').nth(3)?;
        is_account_id(account).then_some(account)
    });
    by_itself.into_iter().chain(in_arns)
}
