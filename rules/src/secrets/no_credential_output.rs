//! `no-credential-output`: an output shows no credential.

use stackseal_engine::{Check, Cx, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::cloudformation::{Mention, Output};
use stackseal_model::setting::DynamicService;
use stackseal_syntax::Change;

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("no-credential-output"),
    group: Group::Secrets,
    severity: Severity::High,
    profile: Profile::Recommended,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "Output shows a credential",
    remediation: "Put out the ARN of a secret instead, and read the secret where it is needed",
    url: "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/outputs-section-structure.html",
    docs: include_str!("no_credential_output.md"),
    options: &[],
    checks: &[Check::Output { run: check }],
};

fn check(cx: &mut Cx<'_>, output: &Output<'_>) {
    let who = if output.is_exported() {
        "everyone who may describe the stack or list its exports has it"
    } else {
        "everyone who may describe the stack has it"
    };
    let mut said = Vec::new();
    for (mention, place) in output.mentions() {
        let what = match &mention {
            Mention::Parameter(parameter) if parameter.no_echo => {
                format!("the masked parameter `{}`", parameter.name)
            }
            Mention::Attribute { id, type_name, attribute } => match (*type_name, &**attribute) {
                ("AWS::IAM::AccessKey", "SecretAccessKey") => {
                    format!("the secret access key of `{id}`")
                }
                ("AWS::Cognito::UserPoolClient", "ClientSecret") => {
                    format!("the client secret of `{id}`")
                }
                _ => continue,
            },
            Mention::Dynamic(DynamicService::SecretsManager) => {
                "the value of a secret of Secrets Manager".to_owned()
            }
            Mention::Dynamic(DynamicService::SsmSecure) => {
                "the value of a secure SSM parameter".to_owned()
            }
            Mention::Parameter(_) | Mention::Dynamic(DynamicService::Ssm) => continue,
        };
        // One value, one finding.
        if said.contains(&place) {
            continue;
        }
        said.push(place);
        let finding = cx.report(place, format!("output `{}` shows {what}: {who}", output.name()));
        finding.fix(
            Mend::with_care(
                format!("Remove the output `{}`", output.name()),
                "whoever reads it has to get at the value in another way",
            )
            .change(Change::Remove { key: output.name_span() }),
        );
        if let Mention::Parameter(parameter) = mention {
            finding.relate(parameter.span, "the parameter");
            if let Some(default) = parameter.default {
                finding.relate(default.span(), "its default");
            }
        }
    }
}
