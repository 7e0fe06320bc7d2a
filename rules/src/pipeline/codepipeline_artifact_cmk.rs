//! `codepipeline-artifact-cmk`

use stackseal_engine::{Check, Cx, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::aws::{ArtifactStore, KeyUser};
use stackseal_model::cloudformation::{Key, Resource};
use stackseal_model::setting::Setting;
use stackseal_syntax::Literal;

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("codepipeline-artifact-cmk"),
    group: Group::Pipeline,
    severity: Severity::Medium,
    profile: Profile::Recommended,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "Artifacts of a pipeline are not under a key of one's own",
    remediation: "Name a customer managed key in `EncryptionKey`, and let the roles of the pipeline use it",
    url: "https://docs.aws.amazon.com/codepipeline/latest/userguide/S3-artifact-encryption.html",
    docs: include_str!("codepipeline_artifact_cmk.md"),
    options: &[],
    checks: &[Check::Resource { types: &["AWS::CodePipeline::Pipeline"], run: check }],
};

fn check(cx: &mut Cx<'_>, pipeline: &Resource<'_>) {
    let id = pipeline.id();
    let mut open = Vec::new();
    for store in ArtifactStore::all_of(pipeline, &mut open) {
        match store.key() {
            Setting::Known(Key::Customer(_), _) => (),
            Setting::Known(Key::Aws(_), at) => {
                cx.report(
                    at,
                    format!("`{id}` keeps its artifacts under a key of AWS, which nobody can give a policy or share with another account"),
                )
                .fix(mend(pipeline, &store));
            }
            Setting::Absent(under) => {
                cx.report(
                    under,
                    format!("`{id}` names no key for its artifacts: they are kept under `aws/s3`, which nobody can give a policy or share with another account"),
                )
                .fix(mend(pipeline, &store));
            }
            Setting::Unknown(unknown) => open.push(unknown),
        }
    }
    for unknown in open {
        cx.undecided(&unknown);
    }
}

fn mend(pipeline: &Resource<'_>, store: &ArtifactStore<'_>) -> Option<Mend> {
    let slot = store.config_here()?.slot("EncryptionKey")?;
    let user = KeyUser::of(pipeline.type_name());
    Mend::own_key(pipeline, user, "Artifact", |mend, arn| {
        mend.set(Some(slot), Literal::map([("Id", arn), ("Type", "KMS".into())]))
    })
}
