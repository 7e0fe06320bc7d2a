//! `iam-secret-access-limited`

use stackseal_engine::{Check, Cx, Group, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::cloudformation::Resource;
use stackseal_model::iam::{
    IDENTITY_POLICY_TYPES, SecretOpening, Statement, identity_policies_of, is_only_boundary,
};
use stackseal_model::setting::{Reason, Setting, Unknown};

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("iam-secret-access-limited"),
    group: Group::Secrets,
    severity: Severity::High,
    profile: Profile::Recommended,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "Identity policy opens every secret",
    remediation: "Name the secrets, or a prefix of their names, in `Resource`, or hold them by a tag",
    url: "https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_iam-policies.html",
    docs: include_str!("iam_secret_access_limited.md"),
    options: &[],
    checks: &[Check::Resource { types: IDENTITY_POLICY_TYPES, run: check }],
};

fn check(cx: &mut Cx<'_>, resource: &Resource<'_>) {
    // A boundary takes away, and gives nothing.
    if is_only_boundary(resource) {
        return;
    }
    for policy in identity_policies_of(resource, "secretsmanager:") {
        let policy = match policy {
            Setting::Known(policy, _) => policy,
            Setting::Absent(_) => continue,
            Setting::Unknown(unknown) => {
                cx.undecided(&unknown);
                continue;
            }
        };
        for opening in policy.secret_openings() {
            match opening {
                SecretOpening::Open(statement) => report(cx, resource, statement),
                SecretOpening::Doubtful(unknown) => cx.undecided(&unknown),
            }
        }
    }
}

fn report(cx: &mut Cx<'_>, resource: &Resource<'_>, statement: &Statement<'_>) {
    let deed = if statement.is_about_all_secret_actions() {
        "do everything with every secret"
    } else {
        "read every secret"
    };
    let actions = statement.actions.as_ref();
    let site =
        actions.map_or(statement.site, |it| it.site_including("secretsmanager:GetSecretValue"));
    if !cx.is_whole_set() && resource.is("AWS::IAM::ManagedPolicy") {
        let reason = Reason::Outside("whether it is only a boundary, the template tells");
        return cx.undecided(&Unknown { span: site.span, reason });
    }
    let draft = cx.report(site, format!("`{}` lets its holder {deed}", resource.id()));
    if let Some(resources) = &statement.resources {
        draft.relate(resources.site.span, "these resources are every secret");
    }
}
