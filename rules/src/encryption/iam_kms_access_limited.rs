//! `iam-kms-access-limited`

use stackseal_engine::{Check, Cx, Group, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::cloudformation::Resource;
use stackseal_model::iam::{
    Answer, IDENTITY_POLICY_TYPES, KmsActions, Statement, identity_policies_of, is_only_boundary,
};
use stackseal_model::setting::{Reason, Setting, Unknown};

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("iam-kms-access-limited"),
    group: Group::Encryption,
    severity: Severity::High,
    profile: Profile::Recommended,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "Identity policy opens every key",
    remediation: "Name the keys in `Resource`, or hold them by `kms:ViaService`, `kms:ResourceAliases` or a tag",
    url: "https://docs.aws.amazon.com/kms/latest/developerguide/iam-policies-best-practices.html",
    docs: include_str!("iam_kms_access_limited.md"),
    options: &[],
    checks: &[Check::Resource { types: IDENTITY_POLICY_TYPES, run: check }],
};

fn check(cx: &mut Cx<'_>, resource: &Resource<'_>) {
    // A boundary takes away, and gives nothing.
    if is_only_boundary(resource) {
        return;
    }
    for policy in identity_policies_of(resource, "kms:") {
        let policy = match policy {
            Setting::Known(policy, _) => policy,
            Setting::Absent(_) => continue,
            Setting::Unknown(unknown) => {
                cx.undecided(&unknown);
                continue;
            }
        };
        for statement in &policy.statements {
            match statement.opens_every_key() {
                Answer::Yes => report(cx, resource, statement),
                Answer::Maybe => statement.doubt().iter().for_each(|it| cx.undecided(it)),
                Answer::No => (),
            }
        }
    }
}

fn report(cx: &mut Cx<'_>, resource: &Resource<'_>, statement: &Statement<'_>) {
    let actions = statement.kms_actions().certain;
    let (deed, telling) = if actions.contains(KmsActions::ALL) {
        ("do everything", KmsActions::PUT_KEY_POLICY)
    } else {
        ("decrypt", KmsActions::DECRYPTION)
    };
    let site = statement.actions.as_ref().map_or(statement.site, |it| it.site_of(telling));
    if !cx.is_whole_set() && resource.is("AWS::IAM::ManagedPolicy") {
        let reason = Reason::Outside("whether it is only a boundary, the template tells");
        return cx.undecided(&Unknown { span: site.span, reason });
    }
    let draft =
        cx.report(site, format!("`{}` lets its holder {deed} with every key", resource.id()));
    if let Some(resources) = &statement.resources {
        draft.relate(resources.site.span, "these resources are every key");
    }
}
