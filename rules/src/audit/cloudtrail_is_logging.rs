//! `cloudtrail-is-logging`

use stackseal_engine::{Check, Cx, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::aws::Trail;
use stackseal_model::cloudformation::Resource;
use stackseal_model::setting::Setting;

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("cloudtrail-is-logging"),
    group: Group::Audit,
    severity: Severity::High,
    profile: Profile::Recommended,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "Trail is not logging",
    remediation: "Set `IsLogging: true`",
    url: "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/best-practices-security.html",
    docs: include_str!("cloudtrail_is_logging.md"),
    options: &[],
    checks: &[
        Check::Resource { types: &["AWS::CloudTrail::Trail"], run: trail },
        Check::Resource { types: &["AWS::CloudTrail::EventDataStore"], run: event_data_store },
    ],
};

fn trail(cx: &mut Cx<'_>, trail: &Resource<'_>) {
    let id = trail.id();
    match trail.bool("IsLogging") {
        Setting::Known(true, _) => (),
        Setting::Known(false, at) => {
            cx.report(
                at,
                format!("`{id}` is not logging: nobody records who uses keys and secrets"),
            )
            .fix(Mend::property(trail, "IsLogging", true));
        }
        Setting::Absent(under) => {
            cx.report(under, format!("`{id}` does not set `IsLogging`, which is required: nothing says that it records"))
                .fix(Mend::property(trail, "IsLogging", true));
        }
        Setting::Unknown(unknown) => cx.undecided(&unknown),
    }
}

fn event_data_store(cx: &mut Cx<'_>, store: &Resource<'_>) {
    // What keeps configuration items, or events of others, is no trail.
    let keeps_events = || Trail::of(store).is_some_and(|it| it.management_events().is_some());
    match store.bool("IngestionEnabled") {
        // Left out, it takes events in.
        Setting::Known(true, _) | Setting::Absent(_) => (),
        Setting::Known(false, _) | Setting::Unknown(_) if !keeps_events() => (),
        Setting::Known(false, at) => {
            cx.report(
                at,
                format!(
                    "`{}` takes no events in: nobody records who uses keys and secrets",
                    store.id()
                ),
            )
            .remediation("Set `IngestionEnabled: true`")
            .fix(Mend::property(store, "IngestionEnabled", true));
        }
        Setting::Unknown(unknown) => cx.undecided(&unknown),
    }
}
