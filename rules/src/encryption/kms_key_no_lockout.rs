//! `kms-key-no-lockout`

use stackseal_engine::{Check, Cx, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::cloudformation::Resource;
use stackseal_model::iam::{Answer, KeyPolicy};
use stackseal_model::setting::Setting;

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("kms-key-no-lockout"),
    group: Group::Encryption,
    severity: Severity::High,
    profile: Profile::Recommended,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "Key policy may lock everyone out",
    remediation: "Keep the statement that gives the account `kms:*`, and leave `BypassPolicyLockoutSafetyCheck` out",
    url: "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html",
    docs: include_str!("kms_key_no_lockout.md"),
    options: &[],
    checks: &[Check::Resource { types: &["AWS::KMS::Key", "AWS::KMS::ReplicaKey"], run: check }],
};

fn check(cx: &mut Cx<'_>, key: &Resource<'_>) {
    let id = key.id();
    match KeyPolicy::of(key) {
        Setting::Known(policy, at) => match policy.may_be_put() {
            (Answer::Yes, _) => (),
            (Answer::Maybe, unknown) => unknown.iter().for_each(|it| cx.undecided(it)),
            (Answer::No, _) => {
                let place = policy.span().map_or(at, Into::into);
                cx.report(
                    place,
                    format!("`{id}` lets nobody put another policy: it can never be managed again"),
                );
                // With the check or without it.
                return;
            }
        },
        // The default policy lets the account do everything.
        Setting::Absent(_) => (),
        Setting::Unknown(unknown) => cx.undecided(&unknown),
    }
    match key.bool("BypassPolicyLockoutSafetyCheck") {
        Setting::Known(false, _) | Setting::Absent(_) => (),
        Setting::Known(true, at) => {
            cx.report(
                at,
                format!("`{id}` takes any policy, also one that locks everyone out of the key"),
            )
            .fix(Mend::property(key, "BypassPolicyLockoutSafetyCheck", false));
        }
        Setting::Unknown(unknown) => cx.undecided(&unknown),
    }
}
