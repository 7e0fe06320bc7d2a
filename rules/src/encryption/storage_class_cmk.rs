//! `storage-class-cmk`: a StorageClass that encrypts names a key of one's own.

use stackseal_engine::{Check, Cx, Group, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::kubernetes::{Object, StorageClass};
use stackseal_model::setting::Setting;

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("storage-class-cmk"),
    group: Group::Encryption,
    severity: Severity::Low,
    profile: Profile::Strict,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "Storage class encrypts under a key AWS manages",
    remediation: "Set the parameter kmsKeyId to the ARN of a customer managed key",
    url: "https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption.html",
    docs: include_str!("storage_class_cmk.md"),
    options: &[],
    checks: &[Check::Manifest { kinds: &["StorageClass"], run: check }],
};

fn check(cx: &mut Cx<'_>, object: &Object<'_>) {
    let Some(class) = StorageClass::new(object) else {
        return;
    };
    match class.is_ebs() {
        Setting::Known(true, _) => (),
        Setting::Known(false, _) | Setting::Absent(_) => return,
        Setting::Unknown(unknown) => return cx.undecided(&unknown),
    }
    match class.ebs_encryption() {
        Setting::Known(encryption, _) if encryption.is_encrypted() => (),
        // Without encryption there is no key to speak of: `storage-class-encrypted` does.
        Setting::Known(..) | Setting::Absent(_) => return,
        Setting::Unknown(unknown) => return cx.undecided(&unknown),
    }
    match class.kms_key() {
        Setting::Known(key, at) if key.starts_with("alias/aws/") => {
            cx.report(at, format!("`{}` encrypts under `{key}`, a key AWS manages", object.id()));
        }
        Setting::Known(..) => (),
        Setting::Absent(under) => {
            let message =
                format!("`{}` encrypts under the key AWS manages for EBS, by default", object.id());
            cx.report(under, message);
        }
        Setting::Unknown(unknown) => cx.undecided(&unknown),
    }
}
