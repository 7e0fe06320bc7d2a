//! `kms-key-rotation`

use stackseal_engine::{Check, Cx, Group, Mend, Number, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::cloudformation::Resource;
use stackseal_model::setting::{Setting, Site};

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
    options: &[&LONGEST_PERIOD],
    checks: &[Check::Resource { types: &["AWS::KMS::Key"], run: check }],
};

/// What KMS rotates: symmetric encryption keys whose material it made. Each property with the value
/// such a key has, which is its default as well.
const ROTATABLE: &[(&str, &str)] =
    &[("KeySpec", "SYMMETRIC_DEFAULT"), ("KeyUsage", "ENCRYPT_DECRYPT"), ("Origin", "AWS_KMS")];

/// KMS takes 90 to 2560 days, and a year without a word:
/// <https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html>
static LONGEST_PERIOD: Number = Number {
    name: "longest-period-days",
    doc: "The most days that may lie between two rotations: whatever KMS takes, unless you say less.",
    min: 90,
    max: 2560,
    default: 2560,
};
const DEFAULT_PERIOD: u32 = 365;

fn check(cx: &mut Cx<'_>, key: &Resource<'_>) {
    let rotation = key.bool("EnableKeyRotation");
    if matches!(rotation, Setting::Known(true, _)) {
        return check_period(cx, key);
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

/// Judges how often a key rotates.
fn check_period(cx: &mut Cx<'_>, key: &Resource<'_>) {
    let longest = cx.number(&LONGEST_PERIOD);
    let (days, at): (u32, Site) = match key.text("RotationPeriodInDays") {
        Setting::Known(text, at) => match text.parse() {
            Ok(days) => (days, at),
            // No number, which KMS refuses.
            Err(_) => return,
        },
        Setting::Absent(under) => (DEFAULT_PERIOD, under.into()),
        Setting::Unknown(_) if longest == LONGEST_PERIOD.max => return,
        Setting::Unknown(unknown) => return cx.undecided(&unknown),
    };
    if days > longest {
        let message = format!(
            "`{}` rotates its key material every {days} days: the configuration asks for {longest} at most",
            key.id()
        );
        cx.report(at, message)
            .remediation(format!("Set `RotationPeriodInDays: {longest}`, or fewer"));
    }
}
