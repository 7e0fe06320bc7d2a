//! `codebuild-artifact-cmk`

use stackseal_engine::{Check, Cx, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::aws::{BuildOutput, Seal};
use stackseal_model::cloudformation::{Key, Resource};
use stackseal_model::setting::Setting;

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("codebuild-artifact-cmk"),
    group: Group::Pipeline,
    severity: Severity::Medium,
    profile: Profile::Recommended,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "Output of a build is not under a key of one's own",
    remediation: "Name a customer managed key in `EncryptionKey`, and let the role of the build use it",
    url: "https://docs.aws.amazon.com/codebuild/latest/userguide/security-encryption.html",
    docs: include_str!("codebuild_artifact_cmk.md"),
    options: &[],
    checks: &[Check::Resource { types: BuildOutput::TYPES, run: check }],
};

fn check(cx: &mut Cx<'_>, resource: &Resource<'_>) {
    let id = resource.id();
    let (mut hidden, mut open) = (Vec::new(), Vec::new());
    let mut under_key = false;
    for BuildOutput { what, seal, is_unencrypted, switch } in
        BuildOutput::all_of(resource, &mut hidden)
    {
        match (is_unencrypted, seal) {
            (_, Setting::Known(Seal::Nothing, _) | Setting::Absent(_)) => (),
            // The service takes the switch for artifacts in S3 only; others are the pipeline's.
            (Setting::Known(true, at), Setting::Known(Seal::AnotherKey, _)) => {
                let message = format!(
                    "`{id}` turns encryption of its {what} off: what it hands on may lie in the bucket as it is"
                );
                cx.report(at, message).remediation("Remove `EncryptionDisabled`");
            }
            (Setting::Known(true, at), Setting::Known(Seal::OwnKey, _)) => {
                let message = format!(
                    "`{id}` turns encryption of its {what} off: whoever gets at the bucket reads them"
                );
                cx.report(at, message)
                    .severity(Severity::High)
                    .remediation("Remove `EncryptionDisabled`")
                    .fix(Mend::safe("Set `EncryptionDisabled` to `false`").set(switch, false));
            }
            (Setting::Known(true, _), Setting::Unknown(unknown))
            | (Setting::Unknown(unknown), _) => {
                cx.undecided(&unknown);
            }
            (Setting::Known(false, _) | Setting::Absent(_), Setting::Unknown(unknown)) => {
                open.push(unknown);
            }
            // What lies encrypted in a bucket lies there under the key.
            (Setting::Known(false, _) | Setting::Absent(_), Setting::Known(seal, _)) => {
                under_key |= seal == Seal::OwnKey;
            }
        }
    }
    for unknown in &hidden {
        cx.undecided(unknown);
    }
    match resource.key(BuildOutput::key_property(resource)) {
        Setting::Known(Key::Customer(_), _) => (),
        Setting::Known(Key::Aws(_), at) if under_key => {
            cx.report(
                at,
                format!(
                    "`{id}` keeps its output under a key of AWS, which nobody can give a policy"
                ),
            )
            .fix(Mend::own_key_in(resource, BuildOutput::key_property(resource)));
        }
        Setting::Absent(under) if under_key => {
            cx.report(
                under,
                format!("`{id}` names no `EncryptionKey`: its output is kept under `aws/s3`, which nobody can give a policy"),
            )
            .fix(Mend::own_key_in(resource, BuildOutput::key_property(resource)));
        }
        Setting::Unknown(unknown) if under_key => cx.undecided(&unknown),
        // Whether anything is kept under the key is not known, or nothing is.
        Setting::Known(Key::Aws(_), _) | Setting::Absent(_) | Setting::Unknown(_) => {
            for unknown in &open {
                cx.undecided(unknown);
            }
        }
    }
}
