//! Recognising intrinsic functions: the short form by its tag, the long one by its only key.

use stackseal_syntax::{Kind, Node};

/// The function a node calls, by its long name, and its argument. For the short form the argument
/// is the node itself, to be read without its tag.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html>
pub(crate) fn call(node: Node<'_>) -> Option<(&str, Node<'_>)> {
    if let Some(tag) = node.tag() {
        return short(tag).map(|name| (name, node));
    }
    if node.kind() != Kind::Mapping {
        return None;
    }
    let entry = node.single_entry()?;
    let name = entry.key.text()?;
    let is_function = name == "Ref" || name == "Condition" && entry.value.kind() == Kind::Scalar;
    (is_function || name.starts_with("Fn::") && !name.starts_with("Fn::ForEach"))
        .then_some((name, entry.value))
}

fn short(tag: &str) -> Option<&'static str> {
    Some(match tag {
        "!Ref" => "Ref",
        "!Condition" => "Condition",
        "!Sub" => "Fn::Sub",
        "!GetAtt" => "Fn::GetAtt",
        "!If" => "Fn::If",
        "!Equals" => "Fn::Equals",
        "!And" => "Fn::And",
        "!Or" => "Fn::Or",
        "!Not" => "Fn::Not",
        "!FindInMap" => "Fn::FindInMap",
        "!Join" => "Fn::Join",
        "!Select" => "Fn::Select",
        "!Split" => "Fn::Split",
        "!Base64" => "Fn::Base64",
        "!Cidr" => "Fn::Cidr",
        "!GetAZs" => "Fn::GetAZs",
        "!ImportValue" => "Fn::ImportValue",
        "!Transform" => "Fn::Transform",
        "!Length" => "Fn::Length",
        "!ToJsonString" => "Fn::ToJsonString",
        _ => return None,
    })
}

/// Whether a tag is one of YAML itself, which changes nothing for us.
pub(crate) fn is_standard_tag(tag: &str) -> bool {
    tag == "!" || tag.starts_with("tag:yaml.org,2002:")
}
