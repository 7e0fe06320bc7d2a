//! A template made of resources whose properties are resolved.

use serde_json::{Map, Value, json};

use super::native::native;

/// What an unknown value is in the contexts of a change set.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceChange.html>
const KNOWN_AFTER_APPLY: &str = "{{changeSet:KNOWN_AFTER_APPLY}}";

/// What is told of a resource.
pub(super) struct Attributes<'v> {
    pub(super) type_name: &'v str,
    pub(super) properties: Option<&'v Map<String, Value>>,
    /// `Metadata` and the other attributes.
    pub(super) rest: Option<&'v Map<String, Value>>,
}

impl<'v> Attributes<'v> {
    /// Reads the context of a change. Pages differ in how they write `Properties`.
    pub(super) fn of_context(type_name: &'v str, context: &'v Value) -> Self {
        let rest = context.as_object();
        let named = |it: &(&String, &Value)| it.0.eq_ignore_ascii_case("Properties");
        let properties = rest.and_then(|it| it.iter().find(named)).and_then(|it| it.1.as_object());
        Self { type_name, properties, rest }
    }
}

/// How values stand in the template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// As the event has them: our rules know what a text means.
    AsSent,
    /// Texts that mean a boolean or a number as what they mean: rules in the Guard language compare by
    /// type.
    Native,
}

/// The text of a template with these resources.
///
/// A logical id is a key of JSON here, so that it may be whatever an event says.
pub(super) fn template_of<'v>(
    resources: impl IntoIterator<Item = (&'v str, Attributes<'v>)>,
    form: Form,
) -> String {
    let mut section = Map::new();
    for (id, Attributes { type_name, properties, rest }) in resources {
        let mut resource = Map::new();
        for (name, value) in rest.into_iter().flatten() {
            if !name.eq_ignore_ascii_case("Properties") && name != "Condition" {
                resource.insert(name.clone(), value.clone());
            }
        }
        resource.insert("Type".to_owned(), type_name.into());
        let properties = properties.into_iter().flatten();
        let properties: Map<String, Value> =
            properties.map(|(name, value)| (name.clone(), with_unknowns(value))).collect();
        let properties = Value::from(properties);
        let properties = match form {
            Form::AsSent => properties,
            Form::Native => native(properties),
        };
        resource.insert("Properties".to_owned(), properties);
        section.insert(id.to_owned(), resource.into());
    }
    json!({ "AWSTemplateFormatVersion": "2010-09-09", "Resources": section }).to_string()
}

/// `value` with an intrinsic in place of what only the deployment tells. It names nothing the
/// template has, so that nobody takes it for known.
fn with_unknowns(value: &Value) -> Value {
    match value {
        Value::String(text) if text.contains(KNOWN_AFTER_APPLY) => {
            json!({ "Ref": "KNOWN_AFTER_APPLY" })
        }
        Value::Array(items) => items.iter().map(with_unknowns).collect(),
        Value::Object(members) => {
            members.iter().map(|(name, it)| (name.clone(), with_unknowns(it))).collect()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_context_keeps_its_attributes() {
        let context = json!({
            "properties": {"A": "x{{changeSet:KNOWN_AFTER_APPLY}}", "B": ["y"]},
            "Metadata": {"m": 1},
            "Condition": "IsProd",
            "Type": "Evil::Type::Name",
        });
        let text =
            template_of([("R", Attributes::of_context("AWS::KMS::Key", &context))], Form::AsSent);
        let template: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            template["Resources"]["R"],
            json!({
                "Type": "AWS::KMS::Key",
                "Metadata": {"m": 1},
                "Properties": {"A": {"Ref": "KNOWN_AFTER_APPLY"}, "B": ["y"]},
            })
        );
    }
}
