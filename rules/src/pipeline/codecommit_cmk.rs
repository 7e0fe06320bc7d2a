//! `codecommit-cmk`

use stackseal_engine::{Check, Cx, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::cloudformation::{Key, Resource};
use stackseal_model::setting::Setting;

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("codecommit-cmk"),
    group: Group::Pipeline,
    severity: Severity::Low,
    profile: Profile::Strict,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "Source repository is not under a key of one's own",
    remediation: "Name a customer managed key in `KmsKeyId`",
    url: "https://docs.aws.amazon.com/codecommit/latest/userguide/encryption.html",
    docs: include_str!("codecommit_cmk.md"),
    options: &[],
    checks: &[Check::Resource { types: &["AWS::CodeCommit::Repository"], run: check }],
};

fn check(cx: &mut Cx<'_>, repository: &Resource<'_>) {
    let id = repository.id();
    match repository.key("KmsKeyId") {
        Setting::Known(Key::Customer(_), _) => (),
        Setting::Known(Key::Aws(_), at) => {
            cx.report(
                at,
                format!(
                    "`{id}` keeps its source under a key of AWS, which nobody can give a policy"
                ),
            )
            .fix(Mend::own_key_in(repository, "KmsKeyId"));
        }
        Setting::Absent(under) => {
            cx.report(
                under,
                format!("`{id}` names no `KmsKeyId`: its source is kept under `aws/codecommit`, which nobody can give a policy"),
            )
            .fix(Mend::own_key_in(repository, "KmsKeyId"));
        }
        Setting::Unknown(unknown) => cx.undecided(&unknown),
    }
}
