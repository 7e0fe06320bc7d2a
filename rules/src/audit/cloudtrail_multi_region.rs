//! `cloudtrail-multi-region`

use stackseal_engine::{Check, Cx, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::aws::{Task, Trail, TrailKind};
use stackseal_model::cloudformation::Resource;
use stackseal_model::setting::{Setting, Site, Unknown};

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("cloudtrail-multi-region"),
    group: Group::Audit,
    severity: Severity::Medium,
    profile: Profile::Recommended,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "Trail leaves Regions or global services out",
    remediation: "Set `IsMultiRegionTrail: true` and leave `IncludeGlobalServiceEvents` out",
    url: "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/best-practices-security.html",
    docs: include_str!("cloudtrail_multi_region.md"),
    options: &[],
    checks: &[Check::Resource { types: Trail::TYPES, run: check }],
};

/// What is not covered: a place and a message; or what is not known.
type Gap<'r> = Result<(Site, String, &'static str), Unknown<'r>>;

fn check(cx: &mut Cx<'_>, resource: &Resource<'_>) {
    let Some(trail) = Trail::of(resource) else { return };
    let gaps = match trail.kind() {
        TrailKind::Trail => gaps_of_trail(resource),
        TrailKind::EventDataStore => gaps_of_event_data_store(resource),
    };
    if gaps.is_empty() {
        return;
    }
    match trail.task() {
        // A supplement, or no record of events at all.
        Task::DataBesideAnother | Task::Other => return,
        Task::DataAlone(unknown) if !cx.is_whole_set() => return cx.undecided(&unknown),
        Task::Management | Task::DataAlone(_) => (),
        Task::Open(unknown) => return cx.undecided(&unknown),
    }
    for gap in gaps {
        match gap {
            Ok((at, message, property)) => {
                let draft = cx.report(at, message);
                draft.fix(Mend::property(resource, property, true));
                if trail.kind() == TrailKind::EventDataStore {
                    draft.remediation("Set `MultiRegionEnabled: true`, or leave it out");
                }
            }
            Err(unknown) => cx.undecided(&unknown),
        }
    }
}

fn gaps_of_trail<'r>(trail: &Resource<'r>) -> Vec<Gap<'r>> {
    let id = trail.id();
    let mut gaps = Vec::new();
    match trail.bool("IsMultiRegionTrail") {
        Setting::Known(true, _) => (),
        Setting::Known(false, at) => gaps.push(Ok((
            at,
            format!("`{id}` covers one Region only: nobody records who uses keys and secrets in the others"),
            "IsMultiRegionTrail",
        ))),
        Setting::Absent(under) => gaps.push(Ok((
            under.into(),
            format!("`{id}` does not set `IsMultiRegionTrail`: nobody records who uses keys and secrets in other Regions"),
            "IsMultiRegionTrail",
        ))),
        Setting::Unknown(unknown) => gaps.push(Err(unknown)),
    }
    match trail.bool("IncludeGlobalServiceEvents") {
        // Left out, they are included.
        Setting::Known(true, _) | Setting::Absent(_) => (),
        Setting::Known(false, at) => gaps.push(Ok((
            at,
            format!("`{id}` leaves the events of global services out: nobody records what happens in IAM and STS"),
            "IncludeGlobalServiceEvents",
        ))),
        Setting::Unknown(unknown) => gaps.push(Err(unknown)),
    }
    gaps
}

fn gaps_of_event_data_store<'r>(store: &Resource<'r>) -> Vec<Gap<'r>> {
    match store.bool("MultiRegionEnabled") {
        // Left out, it takes the events of all Regions in.
        Setting::Known(true, _) | Setting::Absent(_) => Vec::new(),
        Setting::Known(false, at) => vec![Ok((
            at,
            format!(
                "`{}` covers one Region only: nobody records who uses keys and secrets in the others",
                store.id()
            ),
            "MultiRegionEnabled",
        ))],
        Setting::Unknown(unknown) => vec![Err(unknown)],
    }
}
