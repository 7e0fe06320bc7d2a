//! `kms-key-rotation`

use stackseal_engine::{Check, Cx, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::cloudformation::Resource;
use stackseal_model::setting::Setting;

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("kms-key-rotation"),
    group: Group::Encryption,
    severity: Severity::Medium,
    profile: Profile::Recommended,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "Key does not rotate",
    remediation: "Set `EnableKeyRotation: true`; what is encrypted already stays readable",
    url: "https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html",
    docs: include_str!("kms_key_rotation.md"),
    options: &[],
    checks: &[Check::Resource { types: &["AWS::KMS::Key"], run: check }],
};

/// What KMS rotates: symmetric encryption keys whose material it made. Each property with the value
/// such a key has, which is its default as well.
const ROTATABLE: &[(&str, &str)] =
    &[("KeySpec", "SYMMETRIC_DEFAULT"), ("KeyUsage", "ENCRYPT_DECRYPT"), ("Origin", "AWS_KMS")];

fn check(cx: &mut Cx<'_>, key: &Resource<'_>) {
    let rotation = key.bool("EnableKeyRotation");
    if matches!(rotation, Setting::Known(true, _)) {
        return;
    }
    for (property, value) in ROTATABLE {
        match key.text(property) {
            Setting::Known(text, _) if text == *value => (),
            Setting::Absent(_) => (),
            // KMS rotates no asymmetric, no HMAC and no imported key.
            Setting::Known(..) => return,
            Setting::Unknown(unknown) => return cx.undecided(&unknown),
        }
    }
    let id = key.id();
    match rotation {
        Setting::Known(true, _) => (),
        Setting::Known(false, at) => {
            cx.report(at, format!("`{id}` turns the rotation of its key material off"))
                .fix(Mend::property(key, "EnableKeyRotation", true));
        }
        Setting::Absent(under) => {
            let message =
                format!("`{id}` does not set `EnableKeyRotation`: its key material never changes");
            cx.report(under, message).fix(Mend::property(key, "EnableKeyRotation", true));
        }
        Setting::Unknown(unknown) => cx.undecided(&unknown),
    }
}
