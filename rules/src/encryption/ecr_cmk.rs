//! `ecr-cmk`

use stackseal_engine::{Check, Cx, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::aws::KeyUser;
use stackseal_model::cloudformation::{Key, Resource};
use stackseal_model::setting::Setting;

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("ecr-cmk"),
    group: Group::Encryption,
    severity: Severity::Medium,
    profile: Profile::Recommended,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "Image repository is not under a key of one's own",
    remediation: "Set `EncryptionType: KMS` and name a customer managed key in `KmsKey`; this replaces the repository",
    url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html",
    docs: include_str!("ecr_cmk.md"),
    options: &[],
    checks: &[Check::Resource {
        types: &["AWS::ECR::Repository", "AWS::ECR::RepositoryCreationTemplate"],
        run: check,
    }],
};

const TYPE: &str = "EncryptionConfiguration.EncryptionType";
const KEY: &str = "EncryptionConfiguration.KmsKey";

fn check(cx: &mut Cx<'_>, repository: &Resource<'_>) {
    let id = repository.id();
    match repository.text(TYPE) {
        Setting::Known(ty, _) if ty == "KMS" || ty == "KMS_DSSE" => (),
        Setting::Known(ty, at) => {
            cx.report(at, format!("`{id}` keeps its images under a key of AWS (`{ty}`), which nobody can give a policy"))
                .fix(kms(repository));
            return;
        }
        Setting::Absent(under) => {
            cx.report(
                under,
                format!("`{id}` sets no `EncryptionType`: its images are kept under a key of AWS, which nobody can give a policy"),
            )
            .fix(kms(repository));
            return;
        }
        Setting::Unknown(unknown) => return cx.undecided(&unknown),
    }
    match repository.key(KEY) {
        Setting::Known(Key::Customer(_), _) => (),
        Setting::Known(Key::Aws(_), at) => {
            cx.report(
                at,
                format!(
                    "`{id}` keeps its images under a key of AWS, which nobody can give a policy"
                ),
            )
            .fix(Mend::own_key_in(repository, KEY));
        }
        Setting::Absent(under) => {
            cx.report(
                under,
                format!("`{id}` names no `KmsKey`: its images are kept under `aws/ecr`, which nobody can give a policy"),
            )
            .fix(Mend::own_key_in(repository, KEY));
        }
        Setting::Unknown(unknown) => cx.undecided(&unknown),
    }
}

/// KMS, and a key for it.
fn kms(repository: &Resource<'_>) -> Option<Mend> {
    let user = KeyUser::of(repository.type_name());
    Mend::own_key(repository, user, "", |mend, arn| {
        mend.set_property(repository, TYPE, "KMS").set_property(repository, KEY, arn)
    })
}
