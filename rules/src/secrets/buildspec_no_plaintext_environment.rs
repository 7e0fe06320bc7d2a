//! `buildspec-no-plaintext-environment`: no credential stands in a buildspec, neither among its
//! variables nor in a command, and none is printed to the log.

use stackseal_engine::{Check, Cx, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::Slot;
use stackseal_model::buildspec::{Buildspec, Command, Variable, VariableOrigin};
use stackseal_model::credential::{
    CommandCredential, CommandForm, Naming as _, Verdict, credentials_in_command, find_token,
    find_tokens,
};
use stackseal_model::setting::{Reason, Unknown};
use stackseal_syntax::Change;

use crate::naming::{OPTIONS, naming};

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("buildspec-no-plaintext-environment"),
    group: Group::Secrets,
    severity: Severity::High,
    profile: Profile::Recommended,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "Buildspec carries a credential in plain text",
    remediation: "Keep the credential in Secrets Manager and name it under env.secrets-manager",
    url: "https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html",
    docs: include_str!("buildspec_no_plaintext_environment.md"),
    options: OPTIONS,
    checks: &[Check::Buildspec { run: check }],
};

fn check(cx: &mut Cx<'_>, buildspec: &Buildspec<'_>) {
    for variable in buildspec.variables() {
        check_variable(cx, buildspec, &variable);
    }
    // The value is the name of a parameter or secret, unless somebody put the secret itself there.
    for Variable { name, value, .. } in buildspec.references() {
        if let Some(token) = value.text().and_then(find_token) {
            cx.report(
                value.span(),
                format!("`{name}` holds a credential in plain text: {}", token.title),
            );
        }
    }
    for command in buildspec.commands() {
        check_command(cx, buildspec, &command);
    }
}

fn check_variable(cx: &mut Cx<'_>, buildspec: &Buildspec<'_>, variable: &Variable<'_>) {
    let Variable { name, value, .. } = *variable;
    let text = if value.is_null() { "" } else { value.text().unwrap_or_default() };
    // The value is put together from other variables; a token is one all the same.
    let is_put_together = text.contains('$');
    let message = match naming(cx).judge(name, text) {
        Verdict::Token(token) => {
            format!("`{name}` holds a credential in plain text: {}", token.title)
        }
        Verdict::Named(class) if !is_put_together => {
            format!("`{name}` holds {} in plain text", class.describe())
        }
        Verdict::Suspected(class) if !is_put_together && cx.is_strict() => {
            format!("`{name}` holds {} in plain text", class.describe())
        }
        Verdict::Exempt(_, exemption) if !is_put_together && exemption.is_unknown() => {
            return cx.undecided(&Unknown { span: value.span(), reason: Reason::Placeholder });
        }
        Verdict::Named(_) | Verdict::Suspected(_) | Verdict::Exempt(..) | Verdict::Harmless => {
            return;
        }
    };
    let finding = cx.report(value.span(), message);
    finding.fix(from_secrets_manager(buildspec, variable));
    if let Some(exported) = buildspec.export_of(name) {
        finding.relate(exported.span(), "exported to the pipeline here");
    }
}

/// A secret that is yet to be made, by its name.
fn from_secrets_manager(buildspec: &Buildspec<'_>, variable: &Variable<'_>) -> Option<Mend> {
    let Variable { name, key, .. } = *variable;
    let block = buildspec.root().mapping_around(key.span(), "variables")?;
    // Those of a batch stand elsewhere.
    if block.get("variables")?.entry(name)?.key.span() != key.span() {
        return None;
    }
    let secret = format!("codebuild/{name}");
    let because =
        format!("the secret `{secret}` has to be made first, and the value that was here changed");
    let mend = Mend::with_care("Let the build take the value from Secrets Manager", because)
        .change(Change::Remove { key: key.span() })
        .set(Slot::below(block, &["secrets-manager", name]), secret);
    Some(mend)
}

fn check_command(cx: &mut Cx<'_>, buildspec: &Buildspec<'_>, command: &Command<'_>) {
    let phase = command.phase;
    let tokens = find_tokens(command.text);
    for token in &tokens {
        let message = format!(
            "a command of phase `{phase}` holds a credential in plain text: {}",
            token.title
        );
        cx.report(command.span(&token.range), message);
    }
    for credential in credentials_in_command(command.text, naming(cx)) {
        // One value, one finding: the format says more than the name.
        let is_said = tokens.iter().any(|it| {
            it.range.start < credential.range.end && credential.range.start < it.range.end
        });
        if !is_said {
            check_credential(cx, buildspec, command, &credential);
        }
    }
}

fn check_credential(
    cx: &mut Cx<'_>,
    buildspec: &Buildspec<'_>,
    command: &Command<'_>,
    credential: &CommandCredential<'_>,
) {
    let (name, phase) = (credential.name, command.phase);
    let span = command.span(&credential.statement);
    match credential.form {
        CommandForm::Assignment(class) => {
            let message =
                format!("`{name}` is set to {} in plain text in phase `{phase}`", class.describe());
            cx.report(span, message);
        }
        CommandForm::Argument => {
            let message =
                format!("`{name}` is given a credential in plain text in phase `{phase}`");
            cx.report(span, message);
        }
        CommandForm::Echo(_) => match buildspec.origin_of(name) {
            VariableOrigin::Command | VariableOrigin::Plain => {
                let message =
                    format!("`{name}` is printed to the log of the build in phase `{phase}`");
                cx.report(span, message)
                    .remediation("Do not print the variable, pass it on by a pipe");
            }
            // CodeBuild writes asterisks in its place.
            VariableOrigin::Masked => (),
            VariableOrigin::Outside => {
                let reason = Reason::Outside("the printed variable is set outside the buildspec");
                cx.undecided(&Unknown { span, reason });
            }
        },
        // Prints only what stands in plain text anyway: worth a word to those who want to see it all.
        CommandForm::Dump => {
            if cx.is_strict() {
                let message = format!(
                    "`{name}` prints every variable to the log of the build in phase `{phase}`"
                );
                cx.report(span, message)
                    .severity(Severity::Informational)
                    .remediation("Print the variables you need by name");
            }
        }
    }
}
