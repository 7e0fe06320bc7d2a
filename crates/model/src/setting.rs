//! The three answers a property can give: known, absent, unknown.

use std::borrow::Cow;
use std::fmt;

use stackseal_syntax::Span;

/// Where a value stands, and where it really comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Site {
    /// The narrowest place of the value in the document judged.
    pub span: Span,
    /// The place that gave the value, where that is another one.
    pub source: Option<Provenance>,
}

/// What stood behind a reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provenance {
    /// The default of a parameter.
    Default(Span),
    /// One of the values a parameter allows.
    AllowedValue(Span),
    /// A value given to a parameter by the user; the span is the parameter's.
    Given(Span),
    /// An entry of a mapping.
    Mapping(Span),
    /// The `Globals` of a SAM template.
    Globals(Span),
    /// An output another template of the run exports.
    Export(Span),
}

impl Provenance {
    /// The place, and what it is in a few words: the text of a related place.
    pub fn describe(self) -> (Span, &'static str) {
        match self {
            Self::Default(span) => (span, "the default of the parameter"),
            Self::AllowedValue(span) => (span, "one of the allowed values"),
            Self::Given(span) => (span, "the parameter was given a value"),
            Self::Mapping(span) => (span, "the entry of the mapping"),
            Self::Globals(span) => (span, "set for all functions here"),
            Self::Export(span) => (span, "exported here"),
        }
    }
}

impl Site {
    /// A value that stands where it is used.
    pub const fn at(span: Span) -> Self {
        Self { span, source: None }
    }
}

impl From<Span> for Site {
    fn from(span: Span) -> Self {
        Self::at(span)
    }
}

/// What is known of a property.
#[derive(Clone, Debug)]
pub enum Setting<'r, T> {
    /// The value, and where it stands.
    Known(T, Site),
    /// It is not there; the span is the key under which it is missing, or the `AWS::NoValue` that
    /// takes it away.
    Absent(Span),
    /// It is there, but only the deployment will tell what it is.
    Unknown(Unknown<'r>),
}

impl<'r, T> Setting<'r, T> {
    /// The same answer with another value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Setting<'r, U> {
        match self {
            Self::Known(value, site) => Setting::Known(f(value), site),
            Self::Absent(span) => Setting::Absent(span),
            Self::Unknown(unknown) => Setting::Unknown(unknown),
        }
    }

    /// The value, where it is known.
    pub fn known(self) -> Option<T> {
        match self {
            Self::Known(value, _) => Some(value),
            Self::Absent(_) | Self::Unknown(_) => None,
        }
    }

    /// Whether it is certainly not there.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent(_))
    }
}

/// A value that cannot be known from the documents, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown<'r> {
    /// Where it stands.
    pub span: Span,
    /// Why it is not known.
    pub reason: Reason<'r>,
}

/// Why a value is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason<'r> {
    /// A parameter without a default that decides.
    Parameter(Cow<'r, str>),
    /// A pseudo parameter such as `AWS::Region`.
    PseudoParameter(Cow<'r, str>),
    /// An export of a stack outside the run, by its name where that is known.
    Import(Option<Cow<'r, str>>),
    /// An attribute that exists only after deployment: `Db.Endpoint.Address`.
    Attribute(Cow<'r, str>),
    /// A `{{resolve:…}}` reference.
    DynamicReference(DynamicService),
    /// A macro, a transform or an unknown tag rewrites this place.
    Macro(Cow<'r, str>),
    /// Not there, but a macro or transform may add it.
    MayBeAdded(Cow<'r, str>),
    /// A `Fn::ForEach` over a collection that is not known.
    Collection,
    /// A lookup in a mapping by keys that are not known.
    Lookup(Cow<'r, str>),
    /// A text with unknown parts.
    Pattern,
    /// A placeholder that a tool outside replaces: `${NAME}`, `<name>`.
    Placeholder,
    /// The value has a shape the service would refuse; what it means cannot be said.
    Malformed(&'static str),
    /// More combinations of conditions than are looked at.
    TooManyWorlds,
    /// Something a rule cannot see in the documents, in its own words.
    Outside(&'static str),
}

/// The service a dynamic reference asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DynamicService {
    /// `secretsmanager`: safe for credentials.
    SecretsManager,
    /// `ssm-secure`: a `SecureString`, safe where it is allowed.
    SsmSecure,
    /// `ssm`: plain text.
    Ssm,
}

impl Reason<'_> {
    /// Whether equal reasons mean one value, whatever it is: a parameter is the same everywhere,
    /// two imports need not be.
    pub fn is_one_value(&self) -> bool {
        match self {
            Self::Parameter(_) | Self::PseudoParameter(_) | Self::Import(Some(_)) => true,
            // What a function computes at deployment need not be the same twice.
            Self::Attribute(name) => !name.starts_with("Fn::"),
            Self::Import(None)
            | Self::DynamicReference(_)
            | Self::Macro(_)
            | Self::MayBeAdded(_)
            | Self::Collection
            | Self::Lookup(_)
            | Self::Pattern
            | Self::Placeholder
            | Self::Malformed(_)
            | Self::TooManyWorlds
            | Self::Outside(_) => false,
        }
    }
}

impl fmt::Display for Reason<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parameter(name) => write!(f, "depends on parameter `{name}`"),
            Self::PseudoParameter(name) => write!(f, "depends on `{name}`"),
            Self::Import(_) => f.write_str("imported from another stack"),
            Self::Attribute(name) => write!(f, "`{name}` is known only after deployment"),
            Self::DynamicReference(service) => write!(f, "resolved from {service} at deployment"),
            Self::Macro(name) => write!(f, "written by `{name}` at deployment"),
            Self::MayBeAdded(name) => write!(f, "may be added by `{name}` at deployment"),
            Self::Collection => f.write_str("repeated over a collection that is not known"),
            Self::Lookup(name) => {
                write!(f, "looked up in mapping `{name}` by a key that is not known")
            }
            Self::Pattern => f.write_str("has parts that are known only at deployment"),
            Self::Placeholder => f.write_str("a placeholder that another tool replaces"),
            Self::Malformed(what) => write!(f, "cannot be read: {what}"),
            Self::TooManyWorlds => f.write_str("depends on too many conditions at once"),
            Self::Outside(what) => f.write_str(what),
        }
    }
}

impl fmt::Display for DynamicService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SecretsManager => "Secrets Manager",
            Self::SsmSecure => "a secure SSM parameter",
            Self::Ssm => "an SSM parameter",
        })
    }
}
