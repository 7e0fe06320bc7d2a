//! `iam-no-access-key`: the template makes no long-lived access key.

use stackseal_engine::{Check, Cx, Group, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::cloudformation::Resource;

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("iam-no-access-key"),
    group: Group::Secrets,
    severity: Severity::High,
    profile: Profile::Recommended,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "Template makes a long-lived access key",
    remediation: "Give whoever needs access a role to assume, with credentials that expire",
    url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#bp-workloads-use-roles",
    docs: include_str!("iam_no_access_key.md"),
    options: &[],
    checks: &[Check::Resource { types: &["AWS::IAM::AccessKey"], run: check }],
};

fn check(cx: &mut Cx<'_>, key: &Resource<'_>) {
    let message = format!(
        "`{}` is an access key that never expires: whoever gets hold of it keeps it",
        key.id()
    );
    cx.report(key.id_span(), message);
}
