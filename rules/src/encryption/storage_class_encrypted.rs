//! `storage-class-encrypted`: a StorageClass of EBS volumes makes encrypted ones.

use stackseal_engine::{Check, Cx, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::kubernetes::{EbsEncryption, Object, StorageClass};
use stackseal_model::setting::Setting;

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("storage-class-encrypted"),
    group: Group::Encryption,
    severity: Severity::High,
    profile: Profile::Recommended,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "Storage class makes unencrypted volumes",
    remediation: "Set the parameter encrypted to the text \"true\", in quotes",
    url: "https://docs.aws.amazon.com/eks/latest/userguide/create-storage-class.html",
    docs: include_str!("storage_class_encrypted.md"),
    options: &[],
    checks: &[Check::Manifest { kinds: &["StorageClass"], run: check }],
};

fn check(cx: &mut Cx<'_>, object: &Object<'_>) {
    let Some(class) = StorageClass::new(object) else {
        return;
    };
    match class.is_ebs() {
        Setting::Known(true, _) => (),
        // What EFS, FSx and S3 hold is encrypted, or not, by the file system or the bucket.
        Setting::Known(false, _) | Setting::Absent(_) => return,
        Setting::Unknown(unknown) => return cx.undecided(&unknown),
    }
    match class.ebs_encryption() {
        // A key alone makes the driver encrypt, whatever `encrypted` says.
        Setting::Known(EbsEncryption::On | EbsEncryption::ByKey, _) => (),
        Setting::Known(EbsEncryption::Off("false"), at) => {
            cx.report(at, format!("`{}` turns encryption off", object.id())).fix(mend(&class));
        }
        Setting::Known(EbsEncryption::Off(text), at) => {
            let message = format!(
                "`{}` sets `encrypted` to `{text}`, and the driver takes only the text `true` for yes",
                object.id()
            );
            cx.report(at, message).fix(mend(&class));
        }
        Setting::Absent(under) => {
            cx.report(under, format!("`{}` does not set `encrypted`", object.id()))
                .fix(mend(&class));
        }
        Setting::Unknown(unknown) => cx.undecided(&unknown),
    }
}

fn mend(class: &StorageClass<'_>) -> Mend {
    let because = "a class cannot be changed: it has to be deleted and made again, and volumes that are there stay as they are";
    Mend::with_care("Set `encrypted` to `true`", because).set(class.encrypted_slot(), "true")
}
