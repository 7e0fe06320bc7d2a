//! What the evaluator gives: a value with its place, one level at a time.

use std::borrow::Cow;

use stackseal_syntax::Span;

use super::map::{List, Map};
use super::parameter::Parameter;
use super::template::Template;
use crate::setting::{Reason, Setting, Site, Unknown};

/// A value of a template after intrinsics: what it is, and where it stands.
#[derive(Clone)]
pub struct Value<'r> {
    /// What it is.
    pub data: Data<'r>,
    /// Where it stands.
    pub site: Site,
    /// The parameter it was taken from, whether or not that decides it.
    pub parameter: Option<&'r Parameter<'r>>,
}

/// What a value is.
#[derive(Clone)]
pub enum Data<'r> {
    /// Not there, or taken away by `AWS::NoValue`.
    Absent,
    /// Text, a number or a boolean.
    Scalar(Scalar<'r>),
    /// `Ref` or `Fn::GetAtt` of a resource: known which one, unknown which text.
    Reference(Reference<'r>),
    /// A text with holes: the literal parts are still evidence. At least one part is no text.
    Pattern(Vec<Part<'r>>),
    /// A list; its elements are evaluated when asked for.
    List(List<'r>),
    /// A mapping; its values are evaluated when asked for.
    Map(Map<'r>),
    /// Only the deployment will tell.
    Unknown(Reason<'r>),
}

/// A known scalar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scalar<'r> {
    /// The text as written, quotes taken off.
    pub text: Cow<'r, str>,
    /// Written without quotes, so that YAML 1.1 reads `yes` as true.
    pub is_plain: bool,
}

/// A resource of a template, or one of its attributes.
#[derive(Clone, Copy)]
pub struct Reference<'r> {
    /// The template the resource stands in.
    pub template: &'r Template<'r>,
    /// Its logical id, as referred to.
    pub id: &'r str,
    /// The attribute of `Fn::GetAtt`; none for `Ref`.
    pub attribute: Option<&'r str>,
}

/// A part of a text with holes.
#[derive(Clone)]
pub enum Part<'r> {
    /// Literal text.
    Text(Cow<'r, str>),
    /// A resource or attribute.
    Reference(Reference<'r>),
    /// Something only the deployment tells.
    Unknown(Reason<'r>),
}

impl Scalar<'_> {
    /// The boolean CloudFormation takes this for: `true` and `false` in any case, and without
    /// quotes the other words of YAML 1.1 (`yes`, `off`, …).
    ///
    /// <https://yaml.org/type/bool.html>
    pub fn as_bool(&self) -> Option<bool> {
        let is = |words: &[&str]| words.iter().any(|it| self.text.eq_ignore_ascii_case(it));
        if is(&["true"]) || self.is_plain && is(&["yes", "on", "y"]) {
            Some(true)
        } else if is(&["false"]) || self.is_plain && is(&["no", "off", "n"]) {
            Some(false)
        } else {
            None
        }
    }
}

impl<'r> Value<'r> {
    /// `data` at `span`, from no parameter.
    pub(super) fn at(data: Data<'r>, span: Span) -> Self {
        Self { data, site: Site::at(span), parameter: None }
    }

    /// Something at `span` that only the deployment tells.
    pub(super) fn unknown_at(reason: Reason<'r>, span: Span) -> Self {
        Self::at(Data::Unknown(reason), span)
    }

    /// The parameter, if the value is known only to whoever deploys: given, and masked wherever the
    /// stack is described. A dynamic reference that is given hides nothing.
    pub fn given_unseen(&self) -> Option<&'r Parameter<'r>> {
        let is_seen = matches!(self.data, Data::Unknown(_) | Data::Pattern(_));
        self.parameter.filter(|it| it.no_echo && it.given.is_some() && !is_seen)
    }

    /// Whether it is a name or an id of something, by the type of the parameter of `template` it is
    /// taken from.
    pub fn is_name_by_type(&self, template: &Template<'r>) -> bool {
        let parameter = match &self.data {
            Data::Unknown(Reason::Parameter(name)) => template.parameter(name),
            Data::Absent
            | Data::Scalar(_)
            | Data::Reference(_)
            | Data::Pattern(_)
            | Data::List(_)
            | Data::Map(_)
            | Data::Unknown(_) => self.parameter,
        };
        parameter.is_some_and(Parameter::is_name)
    }

    /// Whether nothing is there.
    pub fn is_absent(&self) -> bool {
        matches!(self.data, Data::Absent)
    }

    fn unknown<T>(&self, reason: Reason<'r>) -> Setting<'r, T> {
        Setting::Unknown(Unknown { span: self.site.span, reason })
    }

    /// Why this is no plain value: for the arms that only known text passes.
    fn open<T>(&self, expected: &'static str) -> Setting<'r, T> {
        match &self.data {
            Data::Absent => Setting::Absent(self.site.span),
            Data::Reference(reference) => self.unknown(reference.reason()),
            Data::Pattern(_) => self.unknown(Reason::Pattern),
            Data::Unknown(reason) => self.unknown(reason.clone()),
            Data::Scalar(_) | Data::List(_) | Data::Map(_) => {
                self.unknown(Reason::Malformed(expected))
            }
        }
    }

    /// As text.
    pub fn text(&self) -> Setting<'r, Cow<'r, str>> {
        match &self.data {
            Data::Scalar(scalar) => Setting::Known(scalar.text.clone(), self.site),
            _ => self.open("a text is expected"),
        }
    }

    /// As a boolean.
    pub fn bool(&self) -> Setting<'r, bool> {
        match &self.data {
            Data::Scalar(scalar) => match scalar.as_bool() {
                Some(it) => Setting::Known(it, self.site),
                None => self.unknown(Reason::Malformed("a boolean is expected")),
            },
            _ => self.open("a boolean is expected"),
        }
    }

    /// As a mapping.
    pub fn block(&self) -> Setting<'r, Map<'r>> {
        match &self.data {
            Data::Map(map) => Setting::Known(map.clone(), self.site),
            _ => self.open("a block of properties is expected"),
        }
    }

    /// As a list of values, those taken away by `AWS::NoValue` left out. A single value that is no
    /// list counts as a list of one, as CloudFormation reads it.
    pub fn items(&self) -> Setting<'r, Vec<Self>> {
        match &self.data {
            Data::List(list) => Setting::Known(list.items(), self.site),
            Data::Scalar(_) | Data::Map(_) | Data::Reference(_) | Data::Pattern(_) => {
                Setting::Known(vec![self.clone()], self.site)
            }
            Data::Absent | Data::Unknown(_) => self.open("a list is expected"),
        }
    }

    /// The blocks of a list. Elements that are not known, and a list that is not, are named in
    /// `open`.
    pub fn blocks(&self, open: &mut Vec<Unknown<'r>>) -> Vec<Map<'r>> {
        let items = match self.items() {
            Setting::Known(items, _) => items,
            Setting::Absent(_) => return Vec::new(),
            Setting::Unknown(unknown) => {
                open.push(unknown);
                return Vec::new();
            }
        };
        let mut blocks = Vec::with_capacity(items.len());
        for item in items {
            match item.block() {
                Setting::Known(block, _) => blocks.push(block),
                Setting::Absent(_) => (),
                Setting::Unknown(unknown) => open.push(unknown),
            }
        }
        blocks
    }

    /// Whether two texts are the same; none where only the deployment tells.
    ///
    /// What is written the same has the same value, known or not.
    pub fn is_same_text(&self, other: &Self) -> Option<bool> {
        match (&self.data, &other.data) {
            (Data::Scalar(a), Data::Scalar(b)) => Some(a.text == b.text),
            (Data::Reference(a), Data::Reference(b)) if a.is_same_value(b) => Some(true),
            (Data::Unknown(a), Data::Unknown(b)) if a == b && a.is_one_value() => Some(true),
            (Data::Pattern(a), Data::Pattern(b)) => same_parts(a, b),
            _ => None,
        }
    }

    /// Where an absent thing would have gone, or where the value stands.
    pub fn span(&self) -> Span {
        self.site.span
    }
}

impl<'r> Reference<'r> {
    /// Why the text of a reference is not known.
    pub fn reason(&self) -> Reason<'r> {
        Reason::Attribute(match self.attribute {
            None => Cow::Borrowed(self.id),
            Some(attribute) => Cow::Owned(format!("{}.{attribute}", self.id)),
        })
    }

    /// Whether its text is a name, an id or an ARN: what `Ref` gives, and the attributes called so.
    pub fn names_a_resource(&self) -> bool {
        self.attribute
            .is_none_or(|it| ["Arn", "Id", "Name"].iter().any(|ending| it.ends_with(ending)))
    }

    /// Whether both are the same attribute of one resource.
    pub fn is_same_value(&self, other: &Self) -> bool {
        self.is_same_resource(other) && self.attribute == other.attribute
    }

    /// Whether both lead to one resource, whatever the attribute.
    pub fn is_same_resource(&self, other: &Self) -> bool {
        std::ptr::eq(self.template, other.template) && self.id == other.id
    }
}

/// Whether two texts with holes are the same: yes where all parts are; no where only literal parts
/// differ, between the same holes.
pub(super) fn same_parts(a: &[Part<'_>], b: &[Part<'_>]) -> Option<bool> {
    if a.len() != b.len() {
        return None;
    }
    let mut is_same = true;
    for pair in a.iter().zip(b) {
        match pair {
            (Part::Text(a), Part::Text(b)) => is_same &= a == b,
            (Part::Reference(a), Part::Reference(b)) if a.is_same_value(b) => (),
            (Part::Unknown(a), Part::Unknown(b)) if a == b && a.is_one_value() => (),
            _ => return None,
        }
    }
    // Two literal parts that differ may make up for each other: only a single one settles it.
    let texts = a.iter().filter(|it| matches!(it, Part::Text(_))).count();
    if is_same || texts == 1 { Some(is_same) } else { None }
}
