//! `iam-kms-access-limited`

use stackseal_engine::{Check, Cx, Group, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::cloudformation::Resource;
use stackseal_model::iam::{
    Deed, Every, IDENTITY_POLICY_TYPES, KmsActions, Statement, WideOpening, wide_openings,
};
use stackseal_model::setting::{Reason, Unknown};

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
    for opening in wide_openings(resource, Every::Key) {
        match opening {
            WideOpening::Open(deed, statement) => report(cx, resource, deed, &statement),
            WideOpening::Doubtful(unknown) => cx.undecided(&unknown),
        }
    }
}

fn report(cx: &mut Cx<'_>, resource: &Resource<'_>, deed: Deed, statement: &Statement<'_>) {
    let (deed, telling) = match deed {
        Deed::Everything => ("do everything with", KmsActions::PUT_KEY_POLICY),
        Deed::Administration => ("administer", KmsActions::PUT_KEY_POLICY),
        Deed::Reading => ("decrypt with", KmsActions::DECRYPTION),
    };
    let site = statement.actions.as_ref().map_or(statement.site, |it| it.site_of(telling));
    if !cx.is_whole_set() && resource.is("AWS::IAM::ManagedPolicy") {
        let reason = Reason::Outside("whether it is only a boundary, the template tells");
        return cx.undecided(&Unknown { span: site.span, reason });
    }
    let draft = cx.report(site, format!("`{}` lets its holder {deed} every key", resource.id()));
    if let Some(resources) = &statement.resources {
        draft.relate(resources.site.span, "these resources are every key");
    }
}
