//! `cloudtrail-cmk`

use stackseal_engine::{Check, Cx, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::aws::{Trail, TrailKind};
use stackseal_model::cloudformation::{Key, Resource};
use stackseal_model::setting::Setting;

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("cloudtrail-cmk"),
    group: Group::Audit,
    severity: Severity::Medium,
    profile: Profile::Recommended,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "Trail is not under a key of one's own",
    remediation: "Name a customer managed key in `KMSKeyId`, whose policy lets `cloudtrail.amazonaws.com` in",
    url: "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/encrypting-cloudtrail-log-files-with-aws-kms.html",
    docs: include_str!("cloudtrail_cmk.md"),
    options: &[],
    checks: &[Check::Resource { types: Trail::TYPES, run: check }],
};

fn check(cx: &mut Cx<'_>, resource: &Resource<'_>) {
    let Some(trail) = Trail::of(resource) else { return };
    let id = resource.id();
    let property = trail.key_property();
    let draft = match resource.key(property) {
        Setting::Known(Key::Customer(_), _) => return,
        Setting::Known(Key::Aws(_), at) => cx.report(
            at,
            format!("`{id}` keeps its events under a key of AWS: no key policy says who may read what the account does"),
        ),
        Setting::Absent(under) => cx.report(
            under,
            format!("`{id}` names no `{property}`: no key policy says who may read what the account does"),
        ),
        Setting::Unknown(unknown) => return cx.undecided(&unknown),
    };
    draft.fix(Mend::own_key_in(resource, property));
    if trail.kind() == TrailKind::EventDataStore {
        draft.remediation(
            "Name a customer managed key in `KmsKeyId`; once set, it cannot be changed",
        );
    }
}
