//! Recognising intrinsic functions: the short form by its tag, the long one by its only key.

use stackseal_syntax::{Kind, Node};

/// The function a node calls, by its long name, and its argument.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html>
pub(crate) fn call(node: Node<'_>) -> Option<(&str, Argument<'_>)> {
    if let Some(tag) = node.tag() {
        return short(tag).map(|name| (name, Argument { node, is_short: true }));
    }
    long(node)
}

/// The function a node calls in the long form, whatever its tag.
fn long(node: Node<'_>) -> Option<(&str, Argument<'_>)> {
    if node.kind() != Kind::Mapping {
        return None;
    }
    let entry = node.single_entry()?;
    let name = entry.key.text()?;
    let argument = Argument { node: entry.value, is_short: false };
    let is_function = name == "Ref" || name == "Condition" && argument.text().is_some();
    (is_function || name.starts_with("Fn::") && !name.starts_with("Fn::ForEach"))
        .then_some((name, argument))
}

/// What a function is called with.
#[derive(Clone, Copy)]
pub(crate) struct Argument<'n> {
    /// For the short form the call itself, to be read without its tag.
    node: Node<'n>,
    is_short: bool,
}

impl<'n> Argument<'n> {
    /// Where it stands: to be read without the tag, which belongs to the call in its short form, and to
    /// [`Self::call`] in the long one.
    pub(crate) fn node(self) -> Node<'n> {
        self.node
    }

    /// The function that stands in its place, if one.
    pub(crate) fn call(self) -> Option<(&'n str, Self)> {
        if self.is_short { long(self.node) } else { call(self.node) }
    }

    /// The text it is, if one.
    pub(crate) fn text(self) -> Option<&'n str> {
        self.written().filter(|it| !it.is_null())?.text()
    }

    /// The mapping it is, if it is one of its own and no function.
    pub(crate) fn own_mapping(self) -> Option<Node<'n>> {
        literal(self.node).filter(|it| it.kind() == Kind::Mapping)
    }

    /// The elements of the list it is; not yet evaluated.
    pub(crate) fn items(self) -> impl Iterator<Item = Node<'n>> {
        self.written().into_iter().flat_map(Node::items)
    }

    /// Its node, to be read without the tag, if no other function stands there: what that is called
    /// with is another matter.
    pub(crate) fn written(self) -> Option<Node<'n>> {
        let is_call = !self.is_short && self.node.tag().is_some_and(|it| short(it).is_some());
        (!is_call).then_some(self.node)
    }
}

/// `node`, if it is no function: where CloudFormation takes none, one says nothing, whatever stands in it.
pub fn literal(node: Node<'_>) -> Option<Node<'_>> {
    call(node).is_none().then_some(node)
}

/// The text that `node` is, if it is neither a function nor a null.
pub(crate) fn word(node: Node<'_>) -> Option<&str> {
    literal(node).filter(|it| !it.is_null())?.text()
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
