//! KMS keys as properties name them: whose key it is, and which one.

use std::borrow::Cow;

use super::scope::Scope;
use super::value::{Data, Part, Reference, Value, same_parts};
use crate::setting::{Reason, Setting, Unknown};

/// The key a property names.
#[derive(Clone)]
pub enum Key<'r> {
    /// A customer managed key.
    Customer(KeyName<'r>),
    /// A key of AWS: `alias/aws/…`, or one AWS owns; the text as written, empty if that is empty.
    Aws(Cow<'r, str>),
}

/// Which customer managed key.
#[derive(Clone)]
pub enum KeyName<'r> {
    /// A key of a template of the run.
    Resource(Reference<'r>),
    /// An id, ARN or alias of a key outside.
    Text(Cow<'r, str>),
}

/// What some services take for "a key AWS owns".
const OWNED_BY_AWS: &[&str] = &["AWS_OWNED_KEY", "AWS_OWNED_KMS_KEY", "S3_MANAGED_KEY"];

impl<'r> Value<'r> {
    /// As a KMS key: id, ARN, alias name, alias ARN, or a reference to a key or alias.
    ///
    /// <https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id>
    pub fn key(&self, scope: &Scope<'r>) -> Setting<'r, Key<'r>> {
        let known = |key| Setting::Known(key, self.site);
        let unknown = |reason| Setting::Unknown(Unknown { span: self.site.span, reason });
        match &self.data {
            Data::Absent => Setting::Absent(self.site.span),
            Data::Scalar(scalar) => known(key_of_text(&scalar.text, scope)),
            Data::Reference(reference) => match key_of_reference(reference, scope, 0) {
                Some(key) => known(key),
                None => unknown(reference.reason()),
            },
            Data::Pattern(parts) => match key_of_pattern(parts, scope) {
                Some(key) => known(key),
                None => unknown(Reason::Pattern),
            },
            Data::Unknown(reason) => unknown(reason.clone()),
            Data::List(_) | Data::Map(_) => unknown(Reason::Malformed("a key is expected")),
        }
    }
}

impl KeyName<'_> {
    /// Whether both name one key, as far as the documents tell.
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Resource(a), Self::Resource(b)) => a.is_same_resource(b),
            (Self::Text(a), Self::Text(b)) => core_of(a) == core_of(b),
            (Self::Resource(_), Self::Text(_)) | (Self::Text(_), Self::Resource(_)) => false,
        }
    }

    /// The name people know it by.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Resource(reference) => reference.id,
            Self::Text(text) => text,
        }
    }
}

/// What an ARN and a bare id of one key have in common: `<id>` or `alias/<name>`.
pub(crate) fn core_of(text: &str) -> &str {
    let tail = text.rsplit(':').next().unwrap_or(text);
    tail.strip_prefix("key/").unwrap_or(tail)
}

fn is_alias_of_aws(text: &str) -> bool {
    text.starts_with("alias/aws/") || text.contains(":alias/aws/") || text == "aws/kinesis"
}

fn key_of_text<'r>(text: &Cow<'r, str>, scope: &Scope<'r>) -> Key<'r> {
    if text.is_empty() || is_alias_of_aws(text) || OWNED_BY_AWS.contains(&&**text) {
        return Key::Aws(text.clone());
    }
    // The name of an alias that the template makes leads to its key.
    if text.contains("alias/") {
        for entry in scope.template.entries_of("AWS::KMS::Alias") {
            let alias = Reference { template: scope.template, id: &entry.id, attribute: None };
            let name = alias.resource(scope).and_then(|it| it.text("AliasName").known());
            if name.is_some_and(|it| core_of(&it) == core_of(text))
                && let Some(key) = key_of_reference(&alias, scope, 0)
            {
                return key;
            }
        }
    }
    Key::Customer(KeyName::Text(text.clone()))
}

fn key_of_reference<'r>(
    reference: &Reference<'r>,
    scope: &Scope<'r>,
    depth: u8,
) -> Option<Key<'r>> {
    match reference.type_name() {
        "AWS::KMS::Key" | "AWS::KMS::ReplicaKey" => {
            let is_key = matches!(reference.attribute, None | Some("Arn" | "KeyId"));
            is_key.then_some(Key::Customer(KeyName::Resource(*reference)))
        }
        "AWS::KMS::Alias" if depth < 4 => {
            let alias = reference.resource(scope)?;
            match alias.at("TargetKeyId").data {
                Data::Reference(target) => key_of_reference(&target, scope, depth + 1),
                Data::Scalar(scalar) => Some(Key::Customer(KeyName::Text(scalar.text))),
                // Whatever it is an alias of, no template can make one of AWS.
                Data::Absent
                | Data::Pattern(_)
                | Data::List(_)
                | Data::Map(_)
                | Data::Unknown(_) => Some(Key::Customer(KeyName::Resource(*reference))),
            }
        }
        _ => None,
    }
}

/// The name of an alias at the end of a text with holes: `alias/${AWS::StackName}-data`.
fn alias_name<'r>(parts: &[Part<'r>]) -> Option<Vec<Part<'r>>> {
    let start =
        parts.iter().position(|it| matches!(it, Part::Text(it) if it.contains("alias/")))?;
    let (first, rest) = parts.get(start..)?.split_first()?;
    let Part::Text(text) = first else { return None };
    let (_, name) = text.split_once("alias/")?;
    let first = Part::Text(Cow::Owned(format!("alias/{name}")));
    Some([&[first], rest].concat())
}

/// The key of the alias that the template gives the same name with the same holes.
fn key_of_alias<'r>(name: &[Part<'r>], scope: &Scope<'r>) -> Option<Key<'r>> {
    scope.template.entries_of("AWS::KMS::Alias").find_map(|entry| {
        let alias = Reference { template: scope.template, id: &entry.id, attribute: None };
        let Data::Pattern(own) = alias.resource(scope)?.at("AliasName").data else { return None };
        let is_same = same_parts(&own, name) == Some(true);
        is_same.then(|| key_of_reference(&alias, scope, 0)).flatten()
    })
}

/// An ARN with holes: `arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/${Key}`.
fn key_of_pattern<'r>(parts: &[Part<'r>], scope: &Scope<'r>) -> Option<Key<'r>> {
    let text =
        |part: &Part<'r>| if let Part::Text(text) = part { Some(text.clone()) } else { None };
    if parts.iter().filter_map(text).any(|it| is_alias_of_aws(&it)) {
        return Some(Key::Aws(Cow::Borrowed("alias/aws/…")));
    }
    if let Some(name) = alias_name(parts)
        && let Some(key) = key_of_alias(&name, scope)
    {
        return Some(key);
    }
    let (last, head) = parts.split_last()?;
    match last {
        Part::Reference(reference) => {
            let before = head.iter().rev().find_map(text)?;
            (before.ends_with("key/") || before.ends_with("alias/") || before.ends_with(':'))
                .then(|| key_of_reference(reference, scope, 0))
                .flatten()
        }
        Part::Text(text) => {
            let name = text.rsplit(':').next().unwrap_or(text);
            let is_named = name.starts_with("key/") || name.starts_with("alias/");
            is_named.then(|| key_of_text(&Cow::Owned(name.to_owned()), scope))
        }
        Part::Unknown(_) => None,
    }
}
