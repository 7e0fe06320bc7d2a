//! Parameters: what is known of a value before anyone deploys.

use std::borrow::Cow;

use stackseal_syntax::{Node, Span};

use super::deployment::{Deployment, Stage};
use super::intrinsic::{literal, word};

/// A parameter of a template.
#[derive(Debug)]
pub struct Parameter<'a> {
    /// Its name.
    pub name: &'a str,
    /// The place of its name.
    pub span: Span,
    /// `String`, `Number`, `AWS::SSM::Parameter::Value<…>`, …
    pub type_name: &'a str,
    /// Its default, where it has one.
    pub default: Option<Node<'a>>,
    /// The values it allows; empty for any.
    pub allowed: Vec<Node<'a>>,
    /// Its value is masked wherever stacks are described.
    pub no_echo: bool,
    /// The value the user gave.
    pub given: Option<String>,
    /// An empty value is refused.
    pub refuses_empty: bool,
    /// Somebody may have given a value we are not told.
    pub may_be_overridden: bool,
}

impl<'a> Parameter<'a> {
    pub(super) fn read(name: &'a str, span: Span, body: Node<'a>, deployment: &Deployment) -> Self {
        let body = literal(body);
        let field = |key| body?.get(key);
        let text = |key| field(key).and_then(word);
        let min_length = text("MinLength").and_then(|it| it.parse::<u32>().ok());
        Self {
            name,
            span,
            type_name: text("Type").unwrap_or("String"),
            default: field("Default").filter(|it| word(*it).is_some()),
            allowed: field("AllowedValues")
                .and_then(literal)
                .into_iter()
                .flat_map(Node::items)
                .filter(|it| word(*it).is_some())
                .collect(),
            no_echo: text("NoEcho")
                .is_some_and(|it| it.eq_ignore_ascii_case("true") || it == "yes" || it == "on"),
            given: deployment.parameters.get(name).cloned(),
            refuses_empty: min_length.is_some_and(|it| it > 0),
            may_be_overridden: deployment.stage == Stage::Submitted,
        }
    }

    /// Its value is a list, written with commas.
    pub fn is_list(&self) -> bool {
        self.type_name.starts_with("List<")
            || self.type_name == "CommaDelimitedList"
            || self.type_name.starts_with("AWS::SSM::Parameter::Value<List<")
            || self.type_name == "AWS::SSM::Parameter::Value<CommaDelimitedList>"
    }

    /// Its value stands in the SSM parameter it names, out of sight.
    pub fn is_stored_in_ssm(&self) -> bool {
        self.type_name.starts_with("AWS::SSM::Parameter::Value<")
    }

    /// Its type allows nothing but names and ids of what there is: of a key pair, an SSM parameter.
    ///
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-supplied-parameter-types.html>
    pub fn is_name(&self) -> bool {
        let within = |text: &'a str, outer| text.strip_prefix(outer).unwrap_or(text);
        let value = within(self.type_name, "AWS::SSM::Parameter::Value<");
        within(value, "List<").starts_with("AWS::")
    }

    /// It refuses to be empty, or is so by default: where it is not known, the conditions assumed
    /// have ruled the default out.
    pub(super) fn is_empty_only_if_known(&self) -> bool {
        self.refuses_empty || self.is_empty_by_default() && !self.may_be_overridden
    }

    /// Whoever gives no value leaves it empty.
    pub fn is_empty_by_default(&self) -> bool {
        self.default_text().is_some_and(|it| it.is_empty())
    }

    /// The text of the default, for parameters whose default is their value.
    pub fn default_text(&self) -> Option<Cow<'a, str>> {
        if self.is_stored_in_ssm() {
            return None;
        }
        self.default.and_then(Node::text).map(Cow::Borrowed)
    }
}
