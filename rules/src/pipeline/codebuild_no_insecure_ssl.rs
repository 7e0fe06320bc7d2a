//! `codebuild-no-insecure-ssl`

use stackseal_engine::{Check, Cx, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::cloudformation::Resource;
use stackseal_model::setting::Setting;

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("codebuild-no-insecure-ssl"),
    group: Group::Pipeline,
    severity: Severity::High,
    profile: Profile::Recommended,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "Source is fetched without regard to its certificate",
    remediation: "Remove `InsecureSsl`, and name the certificate of the source's own authority in `Environment.Certificate`",
    url: "https://docs.aws.amazon.com/codebuild/latest/APIReference/API_ProjectSource.html",
    docs: include_str!("codebuild_no_insecure_ssl.md"),
    options: &[],
    checks: &[Check::Resource { types: &["AWS::CodeBuild::Project"], run: check }],
};

fn check(cx: &mut Cx<'_>, project: &Resource<'_>) {
    let id = project.id();
    let properties = project.properties();
    let mut open = Vec::new();
    let mut sources = properties.get("SecondarySources").blocks(&mut open);
    match properties.block("Source") {
        Setting::Known(source, _) => sources.push(source),
        Setting::Absent(_) => (),
        Setting::Unknown(unknown) => open.push(unknown),
    }
    // It has an effect on self-hosted sources only; a type can be changed without a thought of it.
    for source in sources {
        match source.bool("InsecureSsl") {
            // Left out, certificates are checked.
            Setting::Known(false, _) | Setting::Absent(_) => (),
            Setting::Known(true, at) => {
                cx.report(
                    at,
                    format!("`{id}` ignores TLS warnings of its source: whoever stands in between decides what is built"),
                )
                .fix(
                    Mend::with_care(
                        "Set `InsecureSsl` to `false`",
                        "builds fail until the certificate of the source is one that is trusted",
                    )
                    .set(source.slot("InsecureSsl"), false),
                );
            }
            Setting::Unknown(unknown) => cx.undecided(&unknown),
        }
    }
    for unknown in &open {
        cx.undecided(unknown);
    }
}
