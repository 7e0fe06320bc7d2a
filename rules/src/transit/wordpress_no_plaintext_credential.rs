//! `wordpress-no-plaintext-credential`: neither the database password nor a key or salt stands in a
//! `wp-config.php`.

use std::ops::Range;

use stackseal_engine::{Check, Cx, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::credential::{NameClass, Naming as _, Verdict, find_tokens};
use stackseal_model::setting::{Reason, Unknown};
use stackseal_model::wp_config::{Literal, WpConfig, WpConfigKind};
use stackseal_syntax::Change;

use crate::naming::{OPTIONS, naming};

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("wordpress-no-plaintext-credential"),
    group: Group::Transit,
    severity: Severity::Critical,
    profile: Profile::Recommended,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "WordPress configuration carries a credential in plain text",
    remediation: "Read the credential from a mounted file with getenv_docker, and change it",
    url: "https://developer.wordpress.org/advanced-administration/wordpress/wp-config/",
    docs: include_str!("wordpress_no_plaintext_credential.md"),
    options: OPTIONS,
    checks: &[Check::WpConfig { run: check }],
};

/// A prefix of cache keys, no secret.
const NO_SECRET: &str = "WP_CACHE_KEY_SALT";

/// Values of the sample that comes with WordPress, and of the official image: the same everywhere, and
/// taken for none.
const DOCUMENTED: &[&str] = &[
    "database_name_here",
    "example password",
    "example username",
    "password_here",
    "put your unique phrase here",
    "username_here",
];

/// The keys of WordPress: they sign cookies, whatever their names look like.
const KEYS: &[&str] = &["AUTH_KEY", "LOGGED_IN_KEY", "NONCE_KEY", "SECURE_AUTH_KEY"];

/// How a literal comes to be a constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// It is the value.
    Value,
    /// It is taken where the value is missing.
    Fallback,
    /// A variable brings it.
    Variable,
}

fn check(cx: &mut Cx<'_>, config: &WpConfig) {
    if is_in_secret(cx, config) {
        return;
    }
    let mut said = Vec::new();
    // The sample has placeholders; only what shows by its format is more.
    if config.kind() != WpConfigKind::Sample {
        // A second definition has no effect, and is as plain to read as the first.
        for constant in config.constants().iter().filter(|it| *it.name != *NO_SECRET) {
            let expression = &constant.expression;
            if let Some(literal) = expression.literal() {
                said.extend(check_literal(
                    cx,
                    config,
                    &constant.name,
                    literal,
                    &expression.range,
                    Role::Value,
                ));
            }
            for fallback in &expression.fallbacks {
                let range = &fallback.range;
                let is_outside = range.end <= expression.range.start;
                let role = if is_outside { Role::Variable } else { Role::Fallback };
                said.extend(check_literal(
                    cx,
                    config,
                    &constant.name,
                    &fallback.literal,
                    range,
                    role,
                ));
            }
        }
        for entry in config.array_entries() {
            let value = &entry.value;
            said.extend(check_literal(
                cx,
                config,
                &entry.key,
                &value.literal,
                &value.range,
                Role::Value,
            ));
        }
    }
    for string in config.strings() {
        // One value, one finding.
        if said.iter().any(|it: &Range<usize>| it.start <= string.start && string.end <= it.end) {
            continue;
        }
        let text = config.text().get(string.clone()).unwrap_or_default();
        for token in find_tokens(text) {
            let range = string.start + token.range.start..string.start + token.range.end;
            cx.report(
                config.span(&range),
                format!("a credential stands in plain text: {}", token.title),
            );
        }
    }
}

/// Whether it is a value of a Secret, which `manifest-no-inline-secret` judges as a whole.
fn is_in_secret(cx: &Cx<'_>, config: &WpConfig) -> bool {
    let holder = cx.estate().kubernetes.object_around(config.span(&(0..0)));
    holder.is_some_and(|it| it.kind() == "Secret")
}

/// Judges one literal; gives the range that a finding speaks of.
fn check_literal(
    cx: &mut Cx<'_>,
    config: &WpConfig,
    name: &str,
    literal: &Literal,
    range: &Range<usize>,
    role: Role,
) -> Option<Range<usize>> {
    let text = literal.as_text()?;
    if DOCUMENTED.contains(&text.trim()) {
        return None;
    }
    let what = match naming(cx).judge(name, text) {
        Verdict::Token(token) => format!("a credential in plain text: {}", token.title),
        Verdict::Named(class) => in_plain_text(name, class),
        Verdict::Suspected(class) if cx.is_strict() => in_plain_text(name, class),
        Verdict::Exempt(_, exemption) if exemption.is_unknown() => {
            cx.undecided(&Unknown { span: config.span(range), reason: Reason::Placeholder });
            return None;
        }
        Verdict::Suspected(_) | Verdict::Exempt(..) | Verdict::Harmless => return None,
    };
    let message = match role {
        Role::Value => format!("`{name}` holds {what}"),
        Role::Fallback => format!("`{name}` falls back to {what}"),
        Role::Variable => format!("`{name}` is set by a variable to {what}"),
    };
    let mend = match role {
        Role::Value | Role::Variable => from_environment(config, name, range),
        Role::Fallback => without_fallback(config, name, range),
    };
    cx.report(config.span(range), message).fix(mend);
    Some(range.clone())
}

fn in_plain_text(name: &str, class: NameClass) -> String {
    let what = if KEYS.contains(&name) { "a key" } else { class.describe() };
    format!("{what} in plain text")
}

/// The value comes from the environment, as in the official image; not in a `const`, where the call
/// would be a fatal error.
fn from_environment(config: &WpConfig, name: &str, range: &Range<usize>) -> Option<Mend> {
    if config.is_in_const(range) {
        return None;
    }
    let variable = format!("WORDPRESS_{}", name.to_ascii_uppercase());
    let because =
        "the variable has to be set from a secret first, and the value that was here changed";
    let text = format!("getenv( '{variable}' )");
    let mend =
        Mend::with_care(format!("Take the value from the environment, by `{variable}`"), because);
    Some(mend.change(Change::Replace { at: config.span(range), text }))
}

/// The other source alone.
fn without_fallback(config: &WpConfig, name: &str, range: &Range<usize>) -> Option<Mend> {
    let before = config.text().get(..range.start)?.trim_end();
    let before = before.strip_suffix("?:").or_else(|| before.strip_suffix("??"))?.trim_end();
    let because = "what was fallen back to has to be changed, and the other source to be there";
    let at = config.span(&(before.len()..range.end));
    let mend = Mend::with_care(format!("Let `{name}` fall back to nothing"), because);
    Some(mend.change(Change::Replace { at, text: String::new() }))
}
