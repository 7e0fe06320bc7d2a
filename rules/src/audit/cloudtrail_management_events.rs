//! `cloudtrail-management-events`

use stackseal_engine::{Check, Cx, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::Slot;
use stackseal_model::aws::{Recorded, Task, Trail};
use stackseal_model::cloudformation::Resource;
use stackseal_model::setting::Site;
use stackseal_syntax::{Change, Literal, Span};

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("cloudtrail-management-events"),
    group: Group::Audit,
    severity: Severity::High,
    profile: Profile::Recommended,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "Trail does not record all management events",
    remediation: "Record all management events, reads and writes, those of KMS among them",
    url: "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-management-events-with-cloudtrail.html",
    docs: include_str!("cloudtrail_management_events.md"),
    options: &[],
    checks: &[Check::Resource { types: Trail::TYPES, run: check }],
};

fn check(cx: &mut Cx<'_>, resource: &Resource<'_>) {
    let Some(trail) = Trail::of(resource) else { return };
    let Some(events) = trail.management_events() else { return };
    let id = resource.id();
    match events.any {
        Recorded::Yes => (),
        Recorded::No(at) => return report_none(cx, &trail, resource, at),
        Recorded::Open(unknown) => return cx.undecided(&unknown),
    }
    // The very events to be watched are reads: what is decrypted, and which secret is fetched.
    let kms_reads = half(cx, &events.reads, &events.kms_reads, |cx, at| {
        cx.report(
            at,
            format!("`{id}` records no reads: nobody records who decrypts with a key or fetches a secret"),
        )
        .fix(mend(resource, at.span));
    });
    let kms_writes = half(cx, &events.writes, &events.kms_writes, |cx, at| {
        cx.report(
            at,
            format!("`{id}` records no writes: nobody records who changes keys, secrets and their policies"),
        )
        .fix(mend(resource, at.span));
    });
    match (kms_reads, kms_writes) {
        (Some(reads), Some(writes)) if reads == writes => {
            cx.report(reads, format!("`{id}` leaves the events of KMS out: nobody records who uses keys and changes them"))
                .fix(mend(resource, reads.span));
        }
        (reads, writes) => {
            if let Some(at) = reads {
                cx.report(
                    at,
                    format!(
                        "`{id}` leaves the reads of KMS out: nobody records who decrypts with a key"
                    ),
                )
                .fix(mend(resource, at.span));
            }
            if let Some(at) = writes {
                cx.report(
                    at,
                    format!("`{id}` leaves the writes of KMS out: nobody records who changes keys"),
                )
                .fix(mend(resource, at.span));
            }
        }
    }
}

/// Judges reads or writes; answers where those of KMS are left out of a half that is recorded.
fn half(
    cx: &mut Cx<'_>,
    all: &Recorded<'_>,
    of_kms: &Recorded<'_>,
    report: impl FnOnce(&mut Cx<'_>, Site),
) -> Option<Site> {
    match (all, of_kms) {
        (Recorded::Yes, Recorded::Yes) => None,
        (Recorded::No(at), _) => {
            report(cx, *at);
            None
        }
        (Recorded::Open(unknown), Recorded::No(at)) => {
            cx.undecided(unknown);
            Some(*at)
        }
        (Recorded::Yes, Recorded::No(at)) => Some(*at),
        (Recorded::Open(unknown), _) | (Recorded::Yes, Recorded::Open(unknown)) => {
            cx.undecided(unknown);
            None
        }
    }
}

fn report_none(cx: &mut Cx<'_>, trail: &Trail<'_>, resource: &Resource<'_>, at: Site) {
    let id = resource.id();
    match trail.task() {
        // The other trail records them.
        Task::DataBesideAnother | Task::Other => return,
        Task::DataAlone(unknown) if !cx.is_whole_set() => return cx.undecided(&unknown),
        Task::Management | Task::DataAlone(_) => (),
        Task::Open(unknown) => return cx.undecided(&unknown),
    }
    cx.report(
        at,
        format!("`{id}` records no management events: nobody records who uses keys and secrets"),
    )
    .fix(mend(resource, at.span));
}

/// What stands at `at` in an event selector, set to what leaves nothing out. Advanced selectors say
/// it in too many ways.
fn mend(trail: &Resource<'_>, at: Span) -> Option<Mend> {
    let value_at = |key: &str| {
        let block = trail.block_around(at, key)?;
        let entry = block.entry(key)?;
        entry.value.span().contains(at).then_some(entry)
    };
    let set = |key: &str, value: Literal| {
        Mend::safe(format!("Record all management events, by `{key}`"))
            .set(Some(Slot::at(at)), value)
    };
    if value_at("ReadWriteType").is_some() {
        return Some(set("ReadWriteType", "All".into()));
    }
    if value_at("IncludeManagementEvents").is_some() {
        return Some(set("IncludeManagementEvents", true.into()));
    }
    let left_out = value_at("ExcludeManagementEventSources")?;
    let change = match left_out.value.items().len() {
        1 => Change::Remove { key: left_out.key.span() },
        _ => Change::RemoveItem { at },
    };
    Some(Mend::safe("Leave the events of KMS in").change(change))
}
