//! `data-store-tls`

use stackseal_engine::{Check, Cx, Group, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::aws::{IN_TRANSIT, IN_TRANSIT_TYPES, Protection, RedshiftTls, Weight};
use stackseal_model::cloudformation::Resource;
use stackseal_model::iam::{TlsDemand, file_system_demands_tls};

use crate::switch::report_switches;

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("data-store-tls"),
    group: Group::Transit,
    severity: Severity::High,
    profile: Profile::Recommended,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "Store of data accepts connections without TLS",
    remediation: "Turn encryption in transit on, and let clients connect by TLS; clients without are cut off",
    url: "https://docs.aws.amazon.com/wellarchitected/latest/security-pillar/protecting-data-in-transit.html",
    docs: include_str!("data_store_tls.md"),
    options: &[],
    checks: &[
        Check::Resource { types: IN_TRANSIT_TYPES, run: store },
        Check::Resource { types: RedshiftTls::TYPES, run: redshift },
        Check::Resource { types: RedshiftTls::GROUP_TYPES, run: redshift_group },
        Check::Resource { types: &["AWS::EFS::FileSystem"], run: file_system },
    ],
};

fn store(cx: &mut Cx<'_>, resource: &Resource<'_>) {
    // Where doing without is usual, only `strict` asks.
    let is_strict = cx.is_strict();
    let asked = IN_TRANSIT.iter().filter(|it| it.weight != Weight::Strict || is_strict);
    // The engine speaks TLS in replication groups only.
    let is_single_redis = resource.is("AWS::ElastiCache::CacheCluster")
        && resource.text("Engine").known().is_some_and(|it| it == "redis");
    report_switches(cx, resource, asked, "does without TLS", |draft, mend| {
        draft.fix(mend.map(|it| it.because("clients without TLS are cut off")));
        if is_single_redis {
            draft.remediation("Use an `AWS::ElastiCache::ReplicationGroup` with `TransitEncryptionEnabled: true`, also for a single node");
        }
    });
}

fn redshift(cx: &mut Cx<'_>, resource: &Resource<'_>) {
    let id = resource.id();
    let consequence = "passwords and data may travel in plain text";
    let RedshiftTls { protection, group } = RedshiftTls::of(resource);
    let (at, is_missing) = match protection {
        Protection::On | Protection::Elsewhere => return,
        Protection::Off(at) => (at, false),
        Protection::Missing(under) => (under, true),
        Protection::Open(unknown) => return cx.undecided(&unknown),
    };
    let Some(group) = group else {
        cx.report(at, format!("`{id}` does not require TLS: {consequence}"));
        return;
    };
    let does = if is_missing { "does not set `require_ssl`" } else { "turns `require_ssl` off" };
    cx.report(at, format!("`{}` {does} for `{id}`: {consequence}", group.id()))
        .relate(resource.id_span(), "the cluster that uses the group");
}

/// A group in a template without clusters: they are elsewhere.
fn redshift_group(cx: &mut Cx<'_>, group: &Resource<'_>) {
    let id = group.id();
    let consequence = "passwords and data of its clusters may travel in plain text";
    match RedshiftTls::of_group_alone(group).map(|it| it.protection) {
        None | Some(Protection::On | Protection::Elsewhere) => (),
        Some(Protection::Off(at)) => {
            cx.report(at, format!("`{id}` turns `require_ssl` off: {consequence}"));
        }
        Some(Protection::Missing(under)) => {
            cx.report(under, format!("`{id}` does not set `require_ssl`: {consequence}"));
        }
        Some(Protection::Open(unknown)) => cx.undecided(&unknown),
    }
}

/// Who mounts a file system chooses TLS, and is judged there; only `strict` asks for a policy that
/// leaves no choice.
fn file_system(cx: &mut Cx<'_>, resource: &Resource<'_>) {
    if !cx.is_strict() {
        return;
    }
    match file_system_demands_tls(resource) {
        TlsDemand::Yes => (),
        TlsDemand::No(under) => {
            let id = resource.id();
            cx.report(
                under,
                format!("`{id}` has no `FileSystemPolicy` that turns clients without TLS away: files may travel in plain text"),
            )
            .severity(Severity::Low);
        }
        TlsDemand::Open(unknown) => cx.undecided(&unknown),
    }
}
