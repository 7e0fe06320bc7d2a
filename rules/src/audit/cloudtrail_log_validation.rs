//! `cloudtrail-log-validation`

use stackseal_engine::{Check, Cx, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::cloudformation::Resource;
use stackseal_model::setting::Setting;

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("cloudtrail-log-validation"),
    group: Group::Audit,
    severity: Severity::Medium,
    profile: Profile::Recommended,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "Log files of the trail cannot be validated",
    remediation: "Set `EnableLogFileValidation: true`",
    url: "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-intro.html",
    docs: include_str!("cloudtrail_log_validation.md"),
    options: &[],
    checks: &[Check::Resource { types: &["AWS::CloudTrail::Trail"], run: check }],
};

fn check(cx: &mut Cx<'_>, trail: &Resource<'_>) {
    let id = trail.id();
    match trail.bool("EnableLogFileValidation") {
        Setting::Known(true, _) => (),
        Setting::Known(false, at) => {
            cx.report(at, format!("`{id}` turns log file validation off: nobody can tell whether its log was changed"))
                .fix(Mend::property(trail, "EnableLogFileValidation", true));
        }
        Setting::Absent(under) => {
            cx.report(
                under,
                format!("`{id}` does not set `EnableLogFileValidation`: nobody can tell whether its log was changed"),
            )
            .fix(Mend::property(trail, "EnableLogFileValidation", true));
        }
        Setting::Unknown(unknown) => cx.undecided(&unknown),
    }
}
