//! Secrets Manager: secrets, as other resources name them.

use std::borrow::Cow;

use crate::cloudformation::{Data, Part, Resource, Scalar, Value};
use crate::iam::{Answer, Text, yields_anything};
use crate::setting::{Reason, Unknown};

/// A secret, as a property of another resource names it: by reference, name or ARN.
#[derive(Clone)]
pub struct SecretName<'r> {
    value: Value<'r>,
    /// The resource that names it: the last one, over attachments and their like.
    holder: Resource<'r>,
    /// The secret, where it is in the run.
    secret: Option<Resource<'r>>,
}

/// Types whose `Ref` is the ARN of the secret in their `SecretId`.
const POINTERS: &[&str] = &[
    "AWS::SecretsManager::ResourcePolicy",
    "AWS::SecretsManager::RotationSchedule",
    "AWS::SecretsManager::SecretTargetAttachment",
];

/// Pointers to pointers that are followed; more than two make no sense.
const MAX_POINTERS: u8 = 4;

impl<'r> SecretName<'r> {
    /// The secret that `SecretId` of `holder` names.
    pub fn of(holder: &Resource<'r>) -> Self {
        let mut name = Self { value: holder.at("SecretId"), holder: holder.clone(), secret: None };
        for _ in 0..MAX_POINTERS {
            let Data::Reference(reference) = &name.value.data else { break };
            let Some(resource) = name.holder.follow(reference) else { break };
            if resource.is("AWS::SecretsManager::Secret") {
                name.secret = Some(resource);
                break;
            }
            if !POINTERS.contains(&resource.type_name()) {
                break;
            }
            name.value = resource.at("SecretId");
            name.holder = resource;
        }
        name
    }

    /// Whether it is `secret`.
    pub fn names(&self, secret: &Resource<'r>) -> Answer {
        if let Some(own) = &self.secret {
            return own.is_same(secret).into();
        }
        match &self.value.data {
            Data::Reference(reference) if yields_anything(reference) => Answer::Maybe,
            Data::Absent | Data::Reference(_) | Data::List(_) | Data::Map(_) => Answer::No,
            Data::Scalar(_) | Data::Pattern(_) | Data::Unknown(_) => self.is_named_like(secret),
        }
    }

    /// Why it cannot be told which secret is meant.
    pub fn doubt(&self) -> Unknown<'r> {
        let reason = match &self.value.data {
            Data::Unknown(reason) => reason.clone(),
            Data::Reference(reference) => reference.reason(),
            Data::Pattern(_) => Reason::Pattern,
            Data::Absent | Data::Scalar(_) | Data::List(_) | Data::Map(_) => {
                Reason::Outside("the name of the secret is not known")
            }
        };
        Unknown { span: self.value.site.span, reason }
    }

    fn is_named_like(&self, secret: &Resource<'r>) -> Answer {
        let given = secret.at("Name");
        let name = Text::name_of(secret, "Name");
        let is_one_template = std::ptr::eq(self.holder.template(), secret.template());
        let answer = |written: &Value<'r>| {
            if matches!(written.data, Data::Reference(it) if yields_anything(&it)) {
                return Answer::Maybe;
            }
            // Between the same holes, what is written decides.
            if is_one_template && let Some(is_same) = written.is_same_text(&given) {
                return is_same.into();
            }
            let Some(written) = Text::of(written) else { return Answer::No };
            let is_literal = written.as_literal().is_some() && name.as_literal().is_some();
            let answer = written.equals(&name);
            // A parameter means the same only within a template.
            if is_literal || is_one_template { answer } else { answer.and(Answer::Maybe) }
        };
        Answer::any(candidates(&self.value).iter().map(answer))
    }
}

/// The names a text may stand for: itself, or the end of an ARN with and without the hyphen and six
/// characters that Secrets Manager puts after the name.
///
/// <https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html>
fn candidates<'r>(value: &Value<'r>) -> Vec<Value<'r>> {
    let parts = match &value.data {
        Data::Scalar(scalar) => vec![Part::Text(scalar.text.clone())],
        Data::Pattern(parts) => parts.clone(),
        Data::Absent | Data::Reference(_) | Data::List(_) | Data::Map(_) | Data::Unknown(_) => {
            return vec![value.clone()];
        }
    };
    let Some((mut name, rest)) = after_mark(&parts) else { return vec![value.clone()] };
    name.extend(rest.iter().cloned());
    let mut bare = name.clone();
    if let Some(Part::Text(text)) = bare.last_mut()
        && let Some((head, tail)) = text.rsplit_once('-')
        && tail.len() == 6
    {
        *text = Cow::Owned(head.to_owned());
    }
    [name, bare].into_iter().map(|parts| Value { data: text_of(parts), ..value.clone() }).collect()
}

/// What follows `:secret:` in an ARN: the rest of that part, and the parts behind it.
fn after_mark<'p, 'r>(parts: &'p [Part<'r>]) -> Option<(Vec<Part<'r>>, &'p [Part<'r>])> {
    parts.iter().enumerate().find_map(|(position, part)| {
        let Part::Text(text) = part else { return None };
        let (_, tail) = text.split_once(":secret:")?;
        let first = (!tail.is_empty()).then(|| Part::Text(Cow::Owned(tail.to_owned())));
        Some((first.into_iter().collect(), parts.get(position + 1..)?))
    })
}

fn text_of(parts: Vec<Part<'_>>) -> Data<'_> {
    match parts.as_slice() {
        [Part::Text(text)] => Data::Scalar(Scalar { text: text.clone(), is_plain: false }),
        [Part::Reference(reference)] => Data::Reference(*reference),
        [Part::Unknown(reason)] => Data::Unknown(reason.clone()),
        _ => Data::Pattern(parts),
    }
}
