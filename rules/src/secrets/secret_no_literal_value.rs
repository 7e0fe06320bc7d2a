//! `secret-no-literal-value`: the template does not say what a secret is.

use stackseal_engine::{Check, Cx, Draft, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::aws::SecretSource;
use stackseal_model::cloudformation::{Data, Map, Part, Resource, Value};
use stackseal_model::credential::{Exemption, Naming, Verdict, exemption};
use stackseal_model::setting::{Reason, Unknown};
use stackseal_syntax::{Change, Literal};

use crate::naming::{OPTIONS, naming};

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("secret-no-literal-value"),
    group: Group::Secrets,
    severity: Severity::Critical,
    profile: Profile::Recommended,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "Secret has a literal value",
    remediation: "Let Secrets Manager make the value with `GenerateSecretString`, and replace the one that was shown",
    url: "https://docs.aws.amazon.com/secretsmanager/latest/userguide/cloudformation.html",
    docs: include_str!("secret_no_literal_value.md"),
    options: OPTIONS,
    checks: &[Check::Resource { types: &["AWS::SecretsManager::Secret"], run: check }],
};

/// Blocks inside one another that are looked into.
const MAX_DEPTH: u8 = 16;

fn check(cx: &mut Cx<'_>, secret: &Resource<'_>) {
    let value = secret.at("SecretString");
    match SecretSource::of(&value, secret.template()) {
        SecretSource::Absent
        | SecretSource::MaskedParameter(_)
        | SecretSource::SecureParameter
        | SecretSource::Secret
        | SecretSource::Reference(_) => (),
        SecretSource::PlainParameter => {
            let message = format!(
                "`{}` takes its value from an SSM parameter that is kept in plain text",
                secret.id()
            );
            cx.report(value.site, message);
        }
        SecretSource::ShownParameter(name) => {
            let message = format!(
                "`{}` takes its value from parameter `{name}`, which is shown wherever the stack is described",
                secret.id()
            );
            report_parameter(cx, secret, &value, message, name);
        }
        SecretSource::Text(text) => match secret.structure("SecretString").data {
            Data::Map(members) => {
                check_members(cx, secret, &members, MAX_DEPTH);
            }
            Data::Absent
            | Data::Scalar(_)
            | Data::Reference(_)
            | Data::Pattern(_)
            | Data::List(_)
            | Data::Unknown(_) => check_text(cx, secret, &value, &text),
        },
        SecretSource::Unknown(unknown) => {
            match (&value.data, secret.structure("SecretString").data) {
                // Also what `Fn::ToJsonString` writes.
                (_, Data::Map(members)) => check_members(cx, secret, &members, MAX_DEPTH),
                (Data::Pattern(parts), _) => check_parts(cx, secret, &value, parts, &unknown),
                // Of everything a macro may add nobody can say anything.
                _ if matches!(unknown.reason, Reason::MayBeAdded(_)) => (),
                _ => cx.undecided(&unknown),
            }
        }
    }
    let generated = secret.structure("GenerateSecretString.SecretStringTemplate");
    if let Data::Map(members) = generated.data {
        check_members(cx, secret, &members, MAX_DEPTH);
    }
}

/// A text that is no structure is the secret itself.
fn check_text(cx: &mut Cx<'_>, secret: &Resource<'_>, value: &Value<'_>, text: &str) {
    match exemption(text) {
        Some(Exemption::Empty | Exemption::Reference) => (),
        Some(it) if it.is_unknown() => {
            cx.undecided(&Unknown { span: value.span(), reason: Reason::Placeholder });
        }
        Some(_) | None => {
            // A structure put together from pieces, or the default of a parameter.
            let (is_structure, found) = literal_members(text, naming(cx));
            if is_structure && value.parameter.is_none() && found.is_empty() {
                return;
            }
            let message = format!(
                "`{}` has its value in the template: everyone who reads the template has it",
                secret.id()
            );
            cx.report(value.site, message).fix(generate(secret, value));
        }
    }
}

/// Secrets Manager makes the value.
fn generate(secret: &Resource<'_>, value: &Value<'_>) -> Option<Mend> {
    let key = secret.properties().key_of("SecretString")?;
    let options = Literal::map([("PasswordLength", 32.into())]);
    let because = "the value changes, and whoever knows the old one has to learn it";
    let mend = Mend::with_care("Let Secrets Manager make the value", because)
        .change(Change::Rename { key, name: "GenerateSecretString".to_owned(), value: options });
    value.site.source.is_none().then_some(mend)
}

/// Texts with holes: what stands between them may still be the secret.
fn check_parts(
    cx: &mut Cx<'_>,
    secret: &Resource<'_>,
    value: &Value<'_>,
    parts: &[Part<'_>],
    unknown: &Unknown<'_>,
) {
    let text: String = parts
        .iter()
        .map(|part| match part {
            Part::Text(text) => &**text,
            Part::Reference(_) | Part::Unknown(_) => HOLE,
        })
        .collect();
    match literal_members(&text, naming(cx)) {
        (true, found) => {
            for name in found {
                report_member(cx, secret, value, &name);
            }
        }
        (false, _) => cx.undecided(unknown),
    }
}

/// Stands for what is filled in at deployment.
const HOLE: &str = "\u{1}";

/// The members of a JSON text that are credentials as text, by name, and whether it is one at all.
fn literal_members(text: &str, naming: impl Naming) -> (bool, Vec<String>) {
    let text = text.trim();
    if !text.starts_with('{') {
        return (false, Vec::new());
    }
    let mut found = Vec::new();
    let mut strings = text.split('"').skip(1);
    while let (Some(name), Some(between)) = (strings.next(), strings.next()) {
        if between.trim() != ":" {
            continue;
        }
        let (Some(value), Some(_)) = (strings.next(), strings.next()) else { break };
        if !value.contains(HOLE) && is_credential(&naming.judge(name, value)) {
            found.push(name.to_owned());
        }
    }
    (true, found)
}

fn is_credential(verdict: &Verdict) -> bool {
    match verdict {
        Verdict::Named(_) | Verdict::Token(_) => true,
        Verdict::Suspected(_) | Verdict::Exempt(..) | Verdict::Harmless => false,
    }
}

fn check_members(cx: &mut Cx<'_>, secret: &Resource<'_>, members: &Map<'_>, depth: u8) {
    let Some(depth) = depth.checked_sub(1) else { return };
    let naming = naming(cx);
    for member in members.entries() {
        let (name, value) = (&member.key, &member.value);
        let is_named = naming.classify(name).is_some();
        if let Data::Map(inner) = &value.data {
            check_members(cx, secret, inner, depth);
            continue;
        }
        if value.is_name_by_type(secret.template()) {
            continue;
        }
        match SecretSource::of(value, secret.template()) {
            SecretSource::Text(text) => match naming.judge(name, &text) {
                Verdict::Named(_) | Verdict::Token(_) => {
                    report_member(cx, secret, value, name)
                        .fix(generate_member(secret, members, name, naming));
                }
                Verdict::Suspected(_) if cx.is_strict() => {
                    report_member(cx, secret, value, name);
                }
                Verdict::Exempt(_, exemption) if exemption.is_unknown() => {
                    cx.undecided(&Unknown { span: value.span(), reason: Reason::Placeholder });
                }
                Verdict::Suspected(_) | Verdict::Exempt(..) | Verdict::Harmless => (),
            },
            SecretSource::ShownParameter(parameter) if is_named => {
                let message = format!(
                    "`{name}` of `{}` comes from parameter `{parameter}`, which is shown wherever the stack is described",
                    secret.id()
                );
                report_parameter(cx, secret, value, message, parameter);
            }
            SecretSource::PlainParameter if is_named => {
                let message = format!(
                    "`{name}` of `{}` comes from an SSM parameter that is kept in plain text",
                    secret.id()
                );
                cx.report(value.site, message);
            }
            SecretSource::Unknown(unknown) => match &value.data {
                // Of a text of which only the origin is not known, enough is known to pass it.
                Data::Scalar(scalar) => match naming.judge(name, &scalar.text) {
                    Verdict::Named(_) | Verdict::Token(_) => cx.undecided(&unknown),
                    Verdict::Suspected(_) | Verdict::Exempt(..) | Verdict::Harmless => (),
                },
                _ if is_named => cx.undecided(&unknown),
                _ => (),
            },
            SecretSource::ShownParameter(_)
            | SecretSource::PlainParameter
            | SecretSource::Absent
            | SecretSource::MaskedParameter(_)
            | SecretSource::SecureParameter
            | SecretSource::Secret
            | SecretSource::Reference(_) => (),
        }
    }
}

fn report_member<'c>(
    cx: &'c mut Cx<'_>,
    secret: &Resource<'_>,
    value: &Value<'_>,
    name: &str,
) -> &'c mut Draft {
    let message = format!(
        "`{name}` of `{}` stands in the template: everyone who reads the template has it",
        secret.id()
    );
    cx.report(value.site, message)
}

/// Secrets Manager makes one member of a structure of texts; the others stay.
fn generate_member(
    secret: &Resource<'_>,
    members: &Map<'_>,
    name: &str,
    naming: impl Naming,
) -> Option<Mend> {
    let key = secret.properties().key_of("SecretString")?;
    let is_tame = |it: &str| !it.contains(['"', '\\']) && !it.contains(char::is_control);
    let mut others = Vec::new();
    for member in members.entries() {
        let Data::Scalar(scalar) = &member.value.data else { return None };
        let is_literal = member.value.site.source.is_none();
        if !is_literal || !is_tame(&member.key) || !is_tame(&scalar.text) {
            return None;
        }
        if member.key == name {
            continue;
        }
        // A second credential cannot be made as well.
        if is_credential(&naming.judge(&member.key, &scalar.text)) {
            return None;
        }
        others.push(format!("\"{}\": \"{}\"", member.key, scalar.text));
    }
    let options = Literal::map([
        ("SecretStringTemplate", format!("{{{}}}", others.join(", ")).into()),
        ("GenerateStringKey", name.to_owned().into()),
        ("PasswordLength", 32.into()),
    ]);
    let because = "the value changes, and whoever knows the old one has to learn it";
    let mend = Mend::with_care(format!("Let Secrets Manager make `{name}`"), because);
    Some(mend.change(Change::Rename {
        key,
        name: "GenerateSecretString".to_owned(),
        value: options,
    }))
}

fn report_parameter(
    cx: &mut Cx<'_>,
    secret: &Resource<'_>,
    value: &Value<'_>,
    message: String,
    parameter: &str,
) {
    let finding: &mut Draft = cx.report(value.site, message);
    finding.remediation(format!(
        "Set `NoEcho: true` on `{parameter}`, or let Secrets Manager make the value with `GenerateSecretString`"
    ));
    if let Some(parameter) = secret.template().parameter(parameter) {
        finding.relate(parameter.span, "the parameter");
    }
}
