//! Where a value that ought to be secret comes from.

use std::borrow::Cow;

use crate::cloudformation::{Data, Parameter, Part, Reference, Stage, Template, Value};
use crate::setting::{DynamicService, Reason, Unknown};

/// Where a value that ought to be secret comes from.
#[derive(Clone)]
pub enum SecretSource<'r> {
    /// Nowhere: there is none, or an empty one.
    Absent,
    /// The template: written there, put together there, or the default of a parameter.
    Text(Cow<'r, str>),
    /// A parameter whose value shows wherever the stack is described.
    ShownParameter(&'r str),
    /// A parameter with `NoEcho` and no default: somebody types it, or hands a dynamic reference on.
    MaskedParameter(&'r str),
    /// A dynamic reference, or a parameter, that reads an SSM parameter kept in plain text.
    PlainParameter,
    /// A dynamic reference to a secure SSM parameter.
    SecureParameter,
    /// A dynamic reference to Secrets Manager.
    Secret,
    /// A resource or one of its attributes.
    Reference(Reference<'r>),
    /// Only the deployment tells.
    Unknown(Unknown<'r>),
}

impl<'r> SecretSource<'r> {
    /// Where `value`, which stands in `template`, comes from.
    ///
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/security-best-practices.html#creds>
    pub fn of(value: &Value<'r>, template: &'r Template<'r>) -> Self {
        // What the parameter is given by default may itself be a dynamic reference.
        let is_reference = matches!(value.data, Data::Unknown(Reason::DynamicReference(_)));
        if let Some(parameter) = value.parameter.filter(|_| !is_reference) {
            return match &value.data {
                // An empty default is no secret: somebody has to give one.
                Data::Scalar(scalar) if !scalar.text.is_empty() && parameter.given.is_none() => {
                    Self::Text(scalar.text.clone())
                }
                _ => Self::of_parameter(parameter, value),
            };
        }
        let span = value.span();
        let unknown = |reason| Self::Unknown(Unknown { span, reason });
        match &value.data {
            Data::Absent => Self::Absent,
            Data::Scalar(scalar) if scalar.text.is_empty() => Self::Absent,
            Data::Scalar(_) if template.deployment().stage == Stage::Resolved => {
                unknown(Reason::Outside("whether it stands in the template, the template tells"))
            }
            Data::Scalar(scalar) => Self::Text(scalar.text.clone()),
            Data::Unknown(Reason::DynamicReference(service)) => Self::of_service(*service),
            Data::Unknown(Reason::Parameter(name)) => match template.parameter(name) {
                Some(parameter) => Self::of_parameter(parameter, value),
                None => unknown(Reason::Parameter(name.clone())),
            },
            Data::Unknown(reason) => unknown(reason.clone()),
            Data::Reference(reference) => Self::Reference(*reference),
            Data::Pattern(parts) => Self::of_parts(parts).unwrap_or_else(|| {
                // A parameter says more than that there are unknown parts.
                let parameter = parts.iter().find_map(|part| match part {
                    Part::Unknown(reason @ Reason::Parameter(_)) => Some(reason.clone()),
                    Part::Unknown(_) | Part::Text(_) | Part::Reference(_) => None,
                });
                unknown(parameter.unwrap_or(Reason::Pattern))
            }),
            Data::List(_) | Data::Map(_) => unknown(Reason::Malformed("a text is expected")),
        }
    }

    /// What a parameter amounts to whose default does not decide; `value` is its value.
    fn of_parameter(parameter: &'r Parameter<'r>, value: &Value<'r>) -> Self {
        // Whoever overrides a default, the template shows it. It may name a secret instead.
        if parameter.may_be_overridden
            && let Some(default) = parameter.default_text().filter(|it| !it.is_empty())
        {
            return if default.contains("{{resolve:") {
                let reason = Reason::Parameter(Cow::Borrowed(parameter.name));
                Self::Unknown(Unknown { span: value.span(), reason })
            } else {
                Self::Text(default)
            };
        }
        match (parameter.no_echo, parameter.is_stored_in_ssm()) {
            (false, _) => Self::ShownParameter(parameter.name),
            // Masked where the stack is described, and plain where it is kept.
            (true, true) => Self::PlainParameter,
            (true, false) => Self::MaskedParameter(parameter.name),
        }
    }

    fn of_service(service: DynamicService) -> Self {
        match service {
            DynamicService::SecretsManager => Self::Secret,
            DynamicService::SsmSecure => Self::SecureParameter,
            DynamicService::Ssm => Self::PlainParameter,
        }
    }

    /// A text with dynamic references in it is as safe as the safest of them: what stands around is
    /// a user name or a scheme.
    fn of_parts(parts: &[Part<'r>]) -> Option<Self> {
        let has = |service| {
            parts.iter().any(
                |it| matches!(it, Part::Unknown(Reason::DynamicReference(it)) if *it == service),
            )
        };
        [DynamicService::SecretsManager, DynamicService::SsmSecure, DynamicService::Ssm]
            .into_iter()
            .find(|it| has(*it))
            .map(Self::of_service)
    }
}
