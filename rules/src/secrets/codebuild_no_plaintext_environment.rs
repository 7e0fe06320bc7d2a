//! `codebuild-no-plaintext-environment`: a variable of a build that names a credential is read from
//! where the credential is kept.

use stackseal_engine::{Check, Cx, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::Slot;
use stackseal_model::aws::{BuildVariable, build_variables};
use stackseal_model::cloudformation::{Data, Part, Resource, Value};
use stackseal_model::credential::{Confidence, NameClass, Naming, Verdict};
use stackseal_model::setting::{Reason, Setting, Unknown};

use crate::naming::{OPTIONS, naming};

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("codebuild-no-plaintext-environment"),
    group: Group::Secrets,
    severity: Severity::High,
    profile: Profile::Recommended,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "Variable of a build carries a credential in plain text",
    remediation: "Set the type to SECRETS_MANAGER, and the value to the name of the secret",
    url: "https://docs.aws.amazon.com/codebuild/latest/userguide/change-project.html",
    docs: include_str!("codebuild_no_plaintext_environment.md"),
    options: OPTIONS,
    checks: &[Check::Resource {
        types: &["AWS::CodeBuild::Project", "AWS::CodePipeline::Pipeline"],
        run: check,
    }],
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
    for variable in build_variables(resource, may_be_credential, &mut open) {
        match &variable.kind {
            Setting::Known(kind, _) if kind != "PLAINTEXT" => (),
            Setting::Known(..) | Setting::Absent(_) => check_plain(cx, resource, &variable),
            // Told at the value: whether that is a credential is the question.
            Setting::Unknown(Unknown { reason, .. }) => {
                cx.undecided(&Unknown { span: variable.value.span(), reason: reason.clone() });
            }
        }
    }
    for unknown in &open {
        cx.undecided(unknown);
    }
}

fn check_plain(cx: &mut Cx<'_>, resource: &Resource<'_>, variable: &BuildVariable<'_>) {
    let BuildVariable { name, value, kind: _ } = variable;
    let naming = naming(cx);
    let Some(class) = naming.classify(name) else { return };
    if value.is_name_by_type(resource.template()) {
        return;
    }
    match judge_value(name, class, value, naming) {
        Plain::Credential(class) => {
            let message = format!(
                "`{name}` of `{}` is {} of type `PLAINTEXT`: everyone who may look at the build has it",
                resource.id(),
                class.describe()
            );
            cx.report(value.site, message).fix(from_secrets_manager(resource, variable));
        }
        Plain::Harmless => (),
        Plain::Unknown(reason) => cx.undecided(&Unknown { span: value.span(), reason }),
    }
}

/// A secret that is yet to be made, by its name.
fn from_secrets_manager(resource: &Resource<'_>, variable: &BuildVariable<'_>) -> Option<Mend> {
    let BuildVariable { name, value, kind: _ } = variable;
    let block = resource.block_around(value.span(), "Value")?;
    let secret = format!("{}/{name}", resource.id());
    let because =
        format!("the secret `{secret}` has to be made first, and the value that was here changed");
    let mend = Mend::with_care("Let the build take the value from Secrets Manager", because)
        .set(Slot::below(block, &["Type"]), "SECRETS_MANAGER")
        .set(Slot::below(block, &["Value"]), secret);
    matches!(value.data, Data::Scalar(_)).then_some(mend)
}

/// What a variable of type `PLAINTEXT` holds.
enum Plain<'r> {
    /// A credential.
    Credential(NameClass),
    /// None.
    Harmless,
    /// Only the deployment tells.
    Unknown(Reason<'r>),
}

fn judge_value<'r>(
    name: &str,
    class: NameClass,
    value: &Value<'r>,
    naming: impl Naming,
) -> Plain<'r> {
    // Whatever comes out, it shows in the project; where the name alone is not sure, it may be a name.
    let shown_or = |reason: Reason<'r>| match class.confidence {
        Confidence::High => Plain::Credential(class),
        Confidence::Medium | Confidence::Low | Confidence::Value => Plain::Unknown(reason),
    };
    match &value.data {
        Data::Scalar(scalar) => match naming.judge(name, &scalar.text) {
            Verdict::Named(class) | Verdict::Suspected(class) => Plain::Credential(class),
            Verdict::Exempt(_, exemption) if exemption.is_unknown() => {
                Plain::Unknown(Reason::Placeholder)
            }
            // A token is `no-plaintext-credential`'s, whatever the variable is called.
            Verdict::Token(_) | Verdict::Exempt(..) | Verdict::Harmless => Plain::Harmless,
        },
        Data::Reference(reference) if reference.names_a_resource() => Plain::Harmless,
        Data::Reference(reference) => shown_or(reference.reason()),
        Data::Pattern(parts) => {
            let is_dynamic =
                |it: &Part<'_>| matches!(it, Part::Unknown(Reason::DynamicReference(_)));
            if parts.iter().any(is_dynamic) {
                Plain::Credential(class)
            } else if is_name(name, parts, naming) {
                Plain::Harmless
            } else {
                Plain::Unknown(Reason::Pattern)
            }
        }
        Data::Absent | Data::Unknown(Reason::MayBeAdded(_)) => Plain::Harmless,
        Data::Unknown(Reason::DynamicReference(_)) => Plain::Credential(class),
        Data::Unknown(reason @ Reason::Parameter(_)) => shown_or(reason.clone()),
        Data::Unknown(reason) => Plain::Unknown(reason.clone()),
        Data::List(_) | Data::Map(_) => Plain::Unknown(Reason::Malformed("a text is expected")),
    }
}

/// Whether a text is a name, whatever fills its holes: an ARN stays an ARN.
fn is_name(name: &str, parts: &[Part<'_>], naming: impl Naming) -> bool {
    let text = |part: &Part<'_>| match part {
        Part::Text(text) => text.to_string(),
        Part::Reference(_) | Part::Unknown(_) => "x1".to_owned(),
    };
    let filled: String = parts.iter().map(text).collect();
    matches!(naming.judge(name, &filled), Verdict::Exempt(_, it) if !it.is_unknown())
}
