//! Credentials: whether a name is that of one, whether a value is one, and where in a text one stands.
//!
//! The tables are word lists and expressions from public descriptions; the order in which they are
//! asked is part of what they say. Nothing here knows where a value was found, and no type here
//! prints a value.

mod behind;
mod command;
mod file;
mod formats;
mod name;
mod naming;
mod needles;
mod program;
mod shell;
mod sql;
mod token;
mod value;

use regex::bytes::{Regex, RegexBuilder};

pub use command::{CommandCredential, CommandForm, assigned_names, credentials_in_command};
pub use file::{
    Evidence, SettingCredential, credentials_in_cloud_config, credentials_in_setting, is_public,
    is_secret_reference, names_credential,
};
pub use name::classify_name;
pub use naming::{Naming, by_tables};
pub(crate) use token::SHORTEST_TOKEN;
pub use token::{Severity, Token, find_token, find_tokens, holds_token};
pub use value::{Exemption, exemption};

/// What kind of credential a name promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NameClass {
    /// The kind, in kebab case: `password`, `api-key`, `connection-string`, …
    pub id: &'static str,
    /// How sure the name alone makes us.
    pub confidence: Confidence,
}

/// How much of the verdict a name carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confidence {
    /// A literal behind such a name is a credential.
    High,
    /// Likewise, unless the literal looks like the name of a secret.
    Medium,
    /// Usually no credential; for those who want to see every doubt.
    Low,
    /// The value has to show it, by the format of a token.
    Value,
}

/// What a name and a literal value are together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing speaks of a credential.
    Harmless,
    /// The name is a credential's, the value is none.
    Exempt(NameClass, Exemption),
    /// The name may be a credential's, but rarely is: [`Confidence::Low`].
    Suspected(NameClass),
    /// The name is a credential's and the value a literal.
    Named(NameClass),
    /// The value has the format of a token, whatever the name says.
    Token(Token),
}

impl NameClass {
    /// The kind in the words of a message: `a password`.
    pub fn describe(self) -> &'static str {
        match self.id {
            "api-key" => "an API key",
            "auth-header" => "an authorization header",
            "aws-access-key-id" => "an AWS access key id",
            "aws-secret-access-key" => "an AWS secret access key",
            "aws-session-token" => "an AWS session token",
            "connection-string" => "a connection string",
            "credentials" => "credentials",
            "ecs-engine-auth" => "registry credentials",
            "key" => "a key",
            "password" => "a password",
            "salt" => "a salt",
            "token" => "a token",
            "webhook" => "a webhook",
            _ => "a secret",
        }
    }
}

/// What `name` holding the literal `value` amounts to.
///
/// The format of a token decides before the name does: it is the more certain evidence.
pub fn judge(name: &str, value: &str) -> Verdict {
    judge_class(name, || classify_name(name), value)
}

/// As [`judge`], where `class` tells what `name` marks.
fn judge_class(name: &str, class: impl FnOnce() -> Option<NameClass>, value: &str) -> Verdict {
    if let Some(token) = find_token(value) {
        return Verdict::Token(token);
    }
    let Some(class) = class() else {
        return Verdict::Harmless;
    };
    if class.confidence == Confidence::Value {
        return Verdict::Harmless;
    }
    if let Some(exemption) =
        exemption(value).or_else(|| value::exemption_of_names(name, class, value))
    {
        return Verdict::Exempt(class, exemption);
    }
    match class.confidence {
        Confidence::High | Confidence::Medium => Verdict::Named(class),
        Confidence::Low | Confidence::Value => Verdict::Suspected(class),
    }
}

/// Compiles an expression of our tables: ASCII only, which is smaller and faster by far.
fn expression(pattern: &str) -> Regex {
    #[expect(clippy::expect_used, reason = "every expression of the tables is compiled in a test")]
    RegexBuilder::new(pattern).unicode(false).build().expect("the expression is valid")
}

#[cfg(test)]
mod tests;
