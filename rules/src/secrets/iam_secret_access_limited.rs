//! `iam-secret-access-limited`

use stackseal_engine::{Check, Cx, Group, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::cloudformation::Resource;
use stackseal_model::iam::{
    Deed, Every, IDENTITY_POLICY_TYPES, Statement, WideOpening, wide_openings,
};
use stackseal_model::setting::{Reason, Unknown};

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
    for opening in wide_openings(resource, Every::Secret) {
        match opening {
            WideOpening::Open(deed, statement) => report(cx, resource, deed, &statement),
            WideOpening::Doubtful(unknown) => cx.undecided(&unknown),
        }
    }
}

fn report(cx: &mut Cx<'_>, resource: &Resource<'_>, deed: Deed, statement: &Statement<'_>) {
    let deed = match deed {
        Deed::Everything | Deed::Administration => "do everything with every secret",
        Deed::Reading => "read every secret",
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
