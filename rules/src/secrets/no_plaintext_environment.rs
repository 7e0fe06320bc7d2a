//! `no-plaintext-environment`: no environment variable carries a credential as text.

use stackseal_engine::{Check, Cx, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::Slot;
use stackseal_model::aws::{ENVIRONMENT_TYPES, SecretsBeside, Variable, variables};
use stackseal_model::cloudformation::{Data, Part, Resource};
use stackseal_model::credential::{Confidence, Naming as _, Verdict};
use stackseal_model::setting::{Provenance, Reason, Unknown};
use stackseal_syntax::{Change, Kind, Literal};

use super::masked_parameter::mask;
use crate::naming::{OPTIONS, naming};

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("no-plaintext-environment"),
    group: Group::Secrets,
    severity: Severity::High,
    profile: Profile::Recommended,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "Environment variable carries a credential in plain text",
    remediation: "Pass the ARN of a secret, and read the secret when the program starts",
    url: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html",
    docs: include_str!("no_plaintext_environment.md"),
    options: OPTIONS,
    checks: &[Check::Resource { types: ENVIRONMENT_TYPES, run: check }],
};

fn check(cx: &mut Cx<'_>, resource: &Resource<'_>) {
    let is_strict = cx.is_strict();
    let naming = naming(cx);
    let may_be_credential = |name: &str| match naming.classify(name).map(|it| it.confidence) {
        Some(Confidence::High | Confidence::Medium) => true,
        Some(Confidence::Low) => is_strict,
        // The value has to show it: `no-plaintext-credential` looks for that.
        Some(Confidence::Value) | None => false,
    };
    let mut open = Vec::new();
    for variable in variables(resource, may_be_credential, &mut open) {
        check_variable(cx, resource, &variable);
    }
    for unknown in &open {
        cx.undecided(unknown);
    }
}

fn check_variable(cx: &mut Cx<'_>, resource: &Resource<'_>, variable: &Variable<'_>) {
    let Variable { name, value, sibling } = variable;
    let naming = naming(cx);
    let unknown = |reason| Unknown { span: value.span(), reason };
    if value.is_name_by_type(resource.template()) {
        return;
    }
    match &value.data {
        // What somebody gives at deployment does not stand in the template.
        Data::Scalar(_) if value.parameter.is_some_and(|it| it.given.is_some()) => {
            let name = value.parameter.map_or("", |it| it.name);
            cx.undecided(&unknown(Reason::Parameter(name.into())));
        }
        Data::Scalar(scalar) => match naming.judge(name, &scalar.text) {
            // Put together when the program starts.
            Verdict::Named(_) | Verdict::Suspected(_) if scalar.text.contains("${") => {
                cx.undecided(&unknown(Reason::Placeholder));
            }
            Verdict::Named(class) | Verdict::Suspected(class) => {
                let message = format!(
                    "`{name}` of `{}` holds {} in plain text: everyone who may look at it has it",
                    resource.id(),
                    class.describe()
                );
                let finding = cx.report(value.site, message);
                finding.fix(take_from_elsewhere(resource, variable));
                if let Some(sibling) = sibling {
                    finding.remediation(format!(
                        "Keep the credential in Secrets Manager, and name its ARN under {sibling}"
                    ));
                }
            }
            Verdict::Exempt(_, exemption) if exemption.is_unknown() => {
                cx.undecided(&unknown(Reason::Placeholder));
            }
            // A token is `no-plaintext-credential`'s, whatever the variable is called.
            Verdict::Token(_) | Verdict::Exempt(..) | Verdict::Harmless => (),
        },
        Data::Reference(reference) => {
            if !reference.names_a_resource() {
                cx.undecided(&unknown(reference.reason()));
            }
        }
        Data::Pattern(parts) => {
            let is_dynamic =
                |it: &Part<'_>| matches!(it, Part::Unknown(Reason::DynamicReference(_)));
            // Whatever fills the holes: an ARN stays an ARN.
            let is_name = matches!(naming.judge(name, &filled(parts)), Verdict::Exempt(_, it) if !it.is_unknown());
            if !is_name && !parts.iter().any(is_dynamic) {
                cx.undecided(&unknown(Reason::Pattern));
            }
        }
        Data::Absent | Data::Unknown(Reason::DynamicReference(_) | Reason::MayBeAdded(_)) => (),
        Data::Unknown(reason) => cx.undecided(&unknown(reason.clone())),
        Data::List(_) | Data::Map(_) => {
            cx.undecided(&unknown(Reason::Malformed("a text is expected")));
        }
    }
}

/// Takes the value from where it can be kept: by the list beside the variables whose values the
/// service looks up, or by a dynamic reference where there is no such list.
fn take_from_elsewhere(resource: &Resource<'_>, variable: &Variable<'_>) -> Option<Mend> {
    let Variable { name, value, sibling } = variable;
    match (value.site.source, value.parameter) {
        (None, _) => (),
        (Some(Provenance::Default(_)), Some(parameter)) => {
            return mask(resource.template(), parameter.name);
        }
        (Some(_), _) => return None,
    }
    let id = resource.id();
    let Some(SecretsBeside::List { variables, secrets, field }) = *sibling else {
        let secret = format!("{id}/{name}");
        let because = format!(
            "the secret `{secret}` has to be made first, and the value that was here changed; whoever may read the settings of the running resource still reads it"
        );
        let title = "Take the value from Secrets Manager by a dynamic reference";
        return Some(Mend::with_care(title, because).set(
            Some(Slot::at(value.span())),
            format!("{{{{resolve:secretsmanager:{secret}}}}}"),
        ));
    };
    let container = resource.block_around(value.span(), variables)?;
    let list = container.entry(variables)?;
    let item = list.value.items().find(|it| it.span().contains(value.span()))?;
    let removal = match list.value.items().len() {
        1 => Change::Remove { key: list.key.span() },
        _ => Change::RemoveItem { at: item.span() },
    };
    let parameter = format!("/{id}/{name}");
    let because = format!(
        "the secure parameter `{parameter}` of Systems Manager has to be made first, the role that starts the program let in, and the value that was here changed"
    );
    let entry = Literal::map([("Name", name.to_string().into()), (field, parameter.into())]);
    let mend =
        Mend::with_care(format!("Let the service look the value up, by `{secrets}`"), because)
            .change(removal);
    match container.get(secrets) {
        Some(list) if list.kind() == Kind::Sequence => {
            Some(mend.change(Change::Append { to: list.span(), item: entry }))
        }
        Some(_) => None,
        None => Some(mend.set(Slot::below(container, &[secrets]), Literal::List(vec![entry]))),
    }
}

/// A text with a word in place of each hole.
fn filled(parts: &[Part<'_>]) -> String {
    let text = |part: &Part<'_>| match part {
        Part::Text(text) => text.to_string(),
        Part::Reference(_) | Part::Unknown(_) => "x1".to_owned(),
    };
    parts.iter().map(text).collect()
}
