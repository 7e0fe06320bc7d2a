//! `secret-policy-not-public`

use stackseal_engine::{Check, Cx, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::Slot;
use stackseal_model::aws::reference;
use stackseal_model::cloudformation::Resource;
use stackseal_model::iam::{Answers, ResourcePolicy};
use stackseal_model::setting::{Setting, Site};
use stackseal_syntax::Span;

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("secret-policy-not-public"),
    group: Group::Secrets,
    severity: Severity::High,
    profile: Profile::Recommended,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "Policy of a secret is public",
    remediation: "Name those who may use the secret, or hold `*` to the account or the organisation by a condition",
    url: "https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_resource-policies.html",
    docs: include_str!("secret_policy_not_public.md"),
    options: &[],
    checks: &[Check::Resource { types: &["AWS::SecretsManager::ResourcePolicy"], run: check }],
};

fn check(cx: &mut Cx<'_>, resource: &Resource<'_>) {
    let id = resource.id();
    let everyone = match ResourcePolicy::of(resource, "ResourcePolicy", "secretsmanager") {
        Setting::Known(policy, _) => policy.open_to_everyone(),
        Setting::Absent(_) => Answers::default(),
        Setting::Unknown(unknown) => Answers { certain: Vec::new(), open: vec![unknown] },
    };
    let mut is_blocked = false;
    match resource.bool("BlockPublicPolicy") {
        Setting::Known(true, _) => is_blocked = true,
        Setting::Known(false, at) => {
            cx.report(at, format!("`{id}` turns off the block on public policies: nothing stops one that opens the secret to everyone"))
                .remediation("Set `BlockPublicPolicy: true`")
                .fix(block(resource, &everyone));
        }
        // A policy that names its principals is none the worse without the block.
        Setting::Absent(_) => (),
        Setting::Unknown(unknown) => cx.undecided(&unknown),
    }
    for at in everyone.certain {
        let message = if is_blocked {
            format!(
                "`{id}` lets everyone at its secret, in every account of AWS: with `BlockPublicPolicy` the deployment fails"
            )
        } else {
            format!("`{id}` lets everyone at its secret, in every account of AWS")
        };
        cx.report(at, message).fix(narrow(resource, at.span));
    }
    for unknown in &everyone.open {
        cx.undecided(unknown);
    }
}

/// The block, which Secrets Manager does not accept together with a policy that is public.
fn block(resource: &Resource<'_>, everyone: &Answers<'_, Site>) -> Mend {
    let mend = Mend::property(resource, "BlockPublicPolicy", true);
    if everyone.certain.is_empty() && everyone.open.is_empty() {
        mend
    } else {
        mend.because("the deployment fails if the policy lets everyone in")
    }
}

/// The account of the template alone, whoever of it.
fn narrow(policy: &Resource<'_>, at: Span) -> Option<Mend> {
    let statement = policy.block_around(at, "Effect")?;
    let slot = Slot::below(statement, &["Condition", "StringEquals", "aws:PrincipalAccount"]);
    let title = "Let in identities of the account alone, by `aws:PrincipalAccount`";
    let because = "identities of other accounts are shut out";
    Some(Mend::with_care(title, because).set(slot, reference("AWS::AccountId")))
}
