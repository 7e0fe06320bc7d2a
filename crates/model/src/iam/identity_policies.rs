//! Identity policies: which policies of a template hang on which of its roles and users.
//!
//! Read are the policies that speak of KMS. Policies of AWS, which are named but not written, are
//! not known here and give nothing.

use rustc_hash::FxHashMap;

use super::actions::{Actions, Sense};
use super::condition::Condition;
use super::home::Home;
use super::key_policy::KeyPolicy;
use super::policy::Policy;
use super::principal::{Account, Identity, IdentityKind, Member};
use super::resources::Resources;
use super::sketch::Sketch;
use super::statement::{Effect, Statement};
use super::text::{Piece, Text};
use crate::cloudformation::{Data, Item, Reference, Resource, ResourceEntry, Scope, Stacks, Value};
use crate::setting::{Setting, Site};

/// The identity policies of a template, and on whom they hang.
#[derive(Clone, Debug, Default)]
pub struct IdentityPolicies<'r> {
    policies: Vec<Policy<'r>>,
    subjects: Vec<Subject<'r>>,
    /// The subjects that are resources, by template and logical id.
    by_resource: FxHashMap<(u32, &'r str), usize>,
}

/// An identity with its policies.
#[derive(Clone, Debug)]
struct Subject<'r> {
    identity: Identity<'r>,
    /// Indices into the policies.
    policies: Vec<usize>,
    /// A permissions boundary may take away what the policies give.
    is_bounded: bool,
}

/// A statement that hangs on an identity.
#[derive(Clone, Copy, Debug)]
pub(super) struct Attached<'s, 'r> {
    pub(super) statement: &'s Statement<'r>,
    pub(super) is_bounded: bool,
}

impl<'r> IdentityPolicies<'r> {
    /// Those that may bear on the key of `policy`: of its template, and of the templates of the run
    /// that import it or whose roles it names.
    pub fn bearing_on(policy: &KeyPolicy<'r>, stacks: &'r Stacks<'r>) -> Self {
        let Some(scope) = policy.home().scope() else { return Self::default() };
        let sketches = &stacks.policy_sketches;
        let mut places = sketches.importing(stacks.templates()).to_vec();
        places.extend(policy.named_templates().iter().map(|it| it.index() as usize));
        places.push(scope.template().index() as usize);
        places.sort_unstable();
        places.dedup();
        let mut found = Self::default();
        for template in places.iter().filter_map(|&it| stacks.templates().get(it)) {
            let Some(sketch) = sketches.template(template) else { continue };
            let is_own = std::ptr::eq(template, scope.template());
            let scope = scope.in_template(template);
            let home = Home::in_scope(&scope);
            // In another template, any statement may tell whether it is about this account.
            let prefix = if is_own { "kms:" } else { "" };
            Reader { scope, home, sketch, prefix, found: &mut found, groups: Vec::new() }
                .read(policy, is_own);
        }
        found
    }

    /// The identities some policy hangs on, in the order of the template, with the statements.
    pub(super) fn identities(
        &self,
    ) -> impl Iterator<Item = (&Identity<'r>, Vec<Attached<'_, 'r>>)> {
        self.subjects.iter().map(|it| (&it.identity, self.attached(it)))
    }

    /// The statements that hang on `identity`.
    pub(super) fn of_identity(&self, identity: &Identity<'r>) -> Vec<Attached<'_, 'r>> {
        let subject = self.position(identity).and_then(|it| self.subjects.get(it));
        subject.map(|it| self.attached(it)).unwrap_or_default()
    }

    fn attached(&self, subject: &Subject<'r>) -> Vec<Attached<'_, 'r>> {
        let policies = subject.policies.iter().filter_map(|&it| self.policies.get(it));
        let statements = policies.flat_map(|it| &it.statements);
        statements.map(|statement| Attached { statement, is_bounded: subject.is_bounded }).collect()
    }

    /// A name that a resource of the template has leads to that resource, so that it is enough to
    /// look among resources for a resource, and among names for a name.
    fn position(&self, identity: &Identity<'r>) -> Option<usize> {
        match identity {
            Identity::Resource(member) => self.by_resource.get(&key_of(&member.resource)).copied(),
            Identity::Named { .. } | Identity::Provider(_) => {
                self.subjects.iter().position(|it| it.identity.is(identity).is_certain())
            }
        }
    }

    fn attach(&mut self, identity: Identity<'r>, is_bounded: bool, policy: usize) {
        if let Some(subject) = self.position(&identity).and_then(|it| self.subjects.get_mut(it)) {
            subject.is_bounded |= is_bounded;
            if !subject.policies.contains(&policy) {
                subject.policies.push(policy);
            }
            return;
        }
        if let Identity::Resource(member) = &identity {
            self.by_resource.insert(key_of(&member.resource), self.subjects.len());
        }
        self.subjects.push(Subject { identity, policies: vec![policy], is_bounded });
    }
}

fn key_of<'r>(resource: &Reference<'r>) -> (u32, &'r str) {
    (resource.template.index(), resource.id)
}

/// A policy of a resource, as it stands there.
///
/// The policies a resource holds, on whichever identities they hang: those of `AWS::IAM::Policy` and
/// its kin, and the inline policies of roles, users, groups, permission sets and functions. Statements
/// that list actions none of which begins with `prefix` (`kms:`) are left out.
pub fn identity_policies_of<'r>(
    resource: &Resource<'r>,
    prefix: &str,
) -> Vec<Setting<'r, Policy<'r>>> {
    let home = Home::of(resource);
    let read = |document: &Value<'r>| Policy::read_about(prefix, document, &home);
    match resource.type_name() {
        "AWS::IAM::Policy"
        | "AWS::IAM::ManagedPolicy"
        | "AWS::IAM::RolePolicy"
        | "AWS::IAM::UserPolicy"
        | "AWS::IAM::GroupPolicy" => {
            vec![read(&resource.structure("PolicyDocument"))]
        }
        "AWS::IAM::Role" | "AWS::IAM::User" | "AWS::IAM::Group" => inline_policies(resource, read),
        "AWS::SSO::PermissionSet" => vec![read(&resource.structure("InlinePolicy"))],
        "AWS::Serverless::Function" | "AWS::Serverless::StateMachine" => {
            serverless_policies(resource, read)
        }
        _ => Vec::new(),
    }
}

/// The types [`identity_policies_of`] looks at.
pub const IDENTITY_POLICY_TYPES: &[&str] = &[
    "AWS::IAM::Group",
    "AWS::IAM::GroupPolicy",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::Policy",
    "AWS::IAM::Role",
    "AWS::IAM::RolePolicy",
    "AWS::IAM::User",
    "AWS::IAM::UserPolicy",
    "AWS::SSO::PermissionSet",
    "AWS::Serverless::Function",
    "AWS::Serverless::StateMachine",
];

fn inline_policies<'r>(
    resource: &Resource<'r>,
    read: impl Fn(&Value<'r>) -> Setting<'r, Policy<'r>>,
) -> Vec<Setting<'r, Policy<'r>>> {
    let policies = match resource.items("Policies") {
        Setting::Known(policies, _) => policies,
        Setting::Absent(_) => return Vec::new(),
        Setting::Unknown(unknown) => return vec![Setting::Unknown(unknown)],
    };
    let read = |it: &Value<'r>| match it.block() {
        Setting::Known(map, _) => read(&map.structure("PolicyDocument")),
        Setting::Absent(span) => Setting::Absent(span),
        Setting::Unknown(unknown) => Setting::Unknown(unknown),
    };
    policies.iter().map(read).collect()
}

/// Policies of a SAM function: documents, policy templates, and names of policies of AWS, which are
/// passed over.
///
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html#sam-function-policies>
fn serverless_policies<'r>(
    resource: &Resource<'r>,
    read: impl Fn(&Value<'r>) -> Setting<'r, Policy<'r>>,
) -> Vec<Setting<'r, Policy<'r>>> {
    let policies = match resource.items("Policies") {
        Setting::Known(policies, _) => policies,
        Setting::Absent(_) => return Vec::new(),
        Setting::Unknown(unknown) => return vec![Setting::Unknown(unknown)],
    };
    let mut found = Vec::new();
    for policy in policies {
        let Data::Map(map) = &policy.data else { continue };
        if map.has("Statement") {
            found.push(read(&policy));
        }
        let statements: Vec<_> = map.entries().iter().filter_map(policy_template).collect();
        if !statements.is_empty() {
            found.push(Setting::Known(Policy { key: map.key(), statements }, policy.site));
        }
    }
    found
}

/// What a SAM policy template about keys or secrets stands for.
///
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-policy-template-list.html>
fn policy_template<'r>(item: &Item<'r>) -> Option<Statement<'r>> {
    let (action, parameter, prefix) = match &*item.key {
        "AWSSecretsManagerGetSecretValuePolicy" => {
            ("secretsmanager:GetSecretValue", "SecretArn", "")
        }
        "KMSDecryptPolicy" => ("kms:Decrypt", "KeyId", "arn:aws:kms:*:*:key/"),
        "KMSEncryptPolicy" | "KMSEncryptPolicyV2" => {
            ("kms:Encrypt", "KeyId", "arn:aws:kms:*:*:key/")
        }
        _ => return None,
    };
    let Data::Map(map) = &item.value.data else { return None };
    let key = map.get(parameter);
    let named = Text::of(&key)?;
    let resource = if prefix.is_empty() {
        named
    } else {
        let pieces = std::iter::once(Piece::Literal(prefix.into()));
        Text::from_pieces(pieces.chain(named.pieces().iter().cloned()).collect())
    };
    let site = Site::at(item.key_span);
    Some(Statement {
        site,
        effect: Setting::Known(Effect::Allow, site),
        principals: None,
        actions: Some(Actions::new(vec![(Text::literal(action), site)], Sense::Listed, site, None)),
        resources: Some(Resources {
            listed: vec![(resource, key.site)],
            sense: Sense::Listed,
            site: key.site,
            unknown: None,
        }),
        condition: Condition::default(),
    })
}

struct Reader<'h, 'r> {
    scope: Scope<'r>,
    home: Home<'r>,
    sketch: &'h Sketch,
    /// Statements about other actions are passed over.
    prefix: &'static str,
    found: &'h mut IdentityPolicies<'r>,
    /// Groups, and the policies that hang on them.
    groups: Vec<(Text<'r>, usize)>,
}

impl<'r> Reader<'_, 'r> {
    fn read(&mut self, policy: &KeyPolicy<'r>, is_own: bool) {
        let entries = self.scope.template().entries();
        let is_named = |place: usize| entries.get(place).is_none_or(|it| policy.may_name(&it.id));
        let places = self.sketch.bearing_on(policy.key().id, |it| !is_own || is_named(it));
        let mut managed = Vec::new();
        for resource in self.resources(&places) {
            for policy in identity_policies_of(&resource, self.prefix) {
                // What is not known is said where the policy itself is judged.
                let Setting::Known(policy, _) = policy else { continue };
                let index = self.found.policies.len();
                self.found.policies.push(policy);
                self.hang(&resource, index);
                if resource.is("AWS::IAM::ManagedPolicy") {
                    managed.push((reference(&resource), index));
                }
            }
        }
        if !managed.is_empty() {
            self.hang_managed(&managed);
        }
        if !self.groups.is_empty() {
            self.hang_groups();
        }
    }

    /// The resources at `places` that exist in this world; conditions of the others are not even
    /// asked for.
    fn resources(&self, places: &[usize]) -> Vec<Resource<'r>> {
        let template = self.scope.template();
        let exists = |it: &&ResourceEntry<'_>| {
            it.condition.is_none_or(|it| self.scope.decide(it) != Some(false))
        };
        let entries = places.iter().filter_map(|&it| template.entries().get(it)).filter(exists);
        entries
            .filter_map(|it| {
                Reference { template, id: &it.id, attribute: None }.resource(&self.scope)
            })
            .collect()
    }

    /// Hangs a policy on those its own resource names.
    fn hang(&mut self, resource: &Resource<'r>, policy: usize) {
        let id = reference(resource);
        match resource.type_name() {
            "AWS::IAM::Role" | "AWS::IAM::User" => {
                if let Some(member) = self.home.member_of(&id) {
                    self.attach(Identity::Resource(member), policy);
                }
            }
            "AWS::IAM::Group" => {
                self.groups.push((Text::from_pieces(vec![Piece::Reference(id)]), policy));
                self.groups.extend(Text::of(&resource.at("GroupName")).map(|it| (it, policy)));
            }
            "AWS::Serverless::Function" | "AWS::Serverless::StateMachine" => {
                // The role SAM makes has no resource of its own.
                if !resource.has("Role") {
                    let member = Member { resource: id, kind: IdentityKind::Role, name: None };
                    self.attach(Identity::Resource(member), policy);
                }
            }
            _ => {
                for path in ["Roles", "RoleName"] {
                    self.hang_on(&resource.at(path), IdentityKind::Role, policy);
                }
                for path in ["Users", "UserName"] {
                    self.hang_on(&resource.at(path), IdentityKind::User, policy);
                }
                for path in ["Groups", "GroupName"] {
                    self.groups
                        .extend(texts(&resource.at(path)).into_iter().map(|it| (it, policy)));
                }
            }
        }
    }

    /// Hangs a policy on roles or users by name.
    fn hang_on(&mut self, names: &Value<'r>, kind: IdentityKind, policy: usize) {
        for name in texts(names) {
            let identity = self.identity(name, kind);
            self.attach(identity, policy);
        }
    }

    fn attach(&mut self, identity: Identity<'r>, policy: usize) {
        let is_bounded = match &identity {
            Identity::Resource(member) => member
                .resource
                .resource(&self.scope)
                .is_some_and(|it| it.has("PermissionsBoundary")),
            Identity::Named { .. } | Identity::Provider(_) => false,
        };
        self.found.attach(identity, is_bounded, policy);
    }

    /// The role or user with this name.
    fn identity(&self, name: Text<'r>, kind: IdentityKind) -> Identity<'r> {
        let member = match name.as_reference() {
            Some(reference) => self.home.member_of(&reference),
            // Names are given without a path, as in the ARN of a session.
            None => self.home.member_named(kind, &name, true),
        };
        member.map_or_else(
            || Identity::Named { kind, account: Account::Own, name, is_path_known: false },
            Identity::Resource,
        )
    }

    /// Managed policies that roles, users and groups name.
    fn hang_managed(&mut self, managed: &[(Reference<'r>, usize)]) {
        for resource in self.resources(&self.sketch.managed) {
            for text in texts(&resource.at("ManagedPolicyArns")) {
                let Some(reference) = text.as_reference() else { continue };
                let named = managed.iter().filter(|(it, _)| it.is_same_resource(&reference));
                for &(_, policy) in named {
                    self.hang(&resource, policy);
                }
            }
        }
    }

    /// Policies of groups count for the users in them.
    fn hang_groups(&mut self) {
        let groups = std::mem::take(&mut self.groups);
        let of_group = |name: &Text<'r>| {
            let name = name.clone();
            groups.iter().filter(move |(group, _)| group.equals(&name).is_certain()).map(|it| it.1)
        };
        for user in
            self.resources(&self.sketch.grouped).into_iter().filter(|it| it.is("AWS::IAM::User"))
        {
            let Some(member) = self.home.member_of(&reference(&user)) else { continue };
            for group in texts(&user.at("Groups")) {
                for policy in of_group(&group) {
                    self.attach(Identity::Resource(member.clone()), policy);
                }
            }
        }
        for addition in self.resources(&self.sketch.additions) {
            let Some(group) = Text::of(&addition.at("GroupName")) else { continue };
            for policy in of_group(&group) {
                self.hang_on(&addition.at("Users"), IdentityKind::User, policy);
            }
        }
    }
}

fn reference<'r>(resource: &Resource<'r>) -> Reference<'r> {
    Reference { template: resource.template(), id: resource.id(), attribute: None }
}

/// The texts of one or a list.
fn texts<'r>(value: &Value<'r>) -> Vec<Text<'r>> {
    match value.items() {
        Setting::Known(items, _) => items.iter().filter_map(Text::of).collect(),
        Setting::Absent(_) | Setting::Unknown(_) => Vec::new(),
    }
}
