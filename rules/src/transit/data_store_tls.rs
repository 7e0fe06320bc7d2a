//! `data-store-tls`

use stackseal_engine::{Check, Cx, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::Slot;
use stackseal_model::aws::{
    CacheClusterTls, IN_TRANSIT, IN_TRANSIT_TYPES, Protection, RedshiftTls, Weight,
};
use stackseal_model::cloudformation::{Data, Resource};
use stackseal_model::iam::{TlsDemand, file_system_demands_tls};
use stackseal_model::setting::{Setting, Site};
use stackseal_syntax::{Change, Literal};

use super::deny_without_tls::{add_to, document, statement};
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

const CACHE_CLUSTER: &str = "AWS::ElastiCache::CacheCluster";

const GROUP: &str = "Use an `AWS::ElastiCache::ReplicationGroup` with `TransitEncryptionEnabled: true`, also for a single node";

/// Who is cut off by a fix.
const CUTS_OFF: &str = "clients without TLS are cut off";

fn store(cx: &mut Cx<'_>, resource: &Resource<'_>) {
    // Where doing without is usual, only `strict` asks.
    let is_strict = cx.is_strict();
    let asked = IN_TRANSIT.iter().filter(|it| it.weight != Weight::Strict || is_strict);
    let tls = if resource.is(CACHE_CLUSTER) {
        CacheClusterTls::of(resource)
    } else {
        CacheClusterTls::BySwitch
    };
    report_switches(cx, resource, asked, "does without TLS", |draft, mend| match tls {
        CacheClusterTls::BySwitch => {
            draft.fix(mend.map(|it| it.because(CUTS_OFF)));
        }
        CacheClusterTls::OfGroups => {
            draft.remediation(GROUP);
        }
        CacheClusterTls::TooOld => {
            draft.remediation(
                "Upgrade to Memcached 1.6.12 or later, with `TransitEncryptionEnabled: true`",
            );
        }
    });
    if tls == CacheClusterTls::OfGroups
        && let Setting::Known(true, at) = resource.bool("TransitEncryptionEnabled")
    {
        let id = resource.id();
        cx.report(
            at,
            format!("`{id}` cannot turn TLS on: its engine speaks it in replication groups only"),
        )
        .remediation(GROUP);
    }
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
        .relate(resource.id_span(), "the cluster that uses the group")
        .fix(require_ssl(&group, at, is_missing));
}

/// A group in a template without clusters: they are elsewhere.
fn redshift_group(cx: &mut Cx<'_>, group: &Resource<'_>) {
    let id = group.id();
    let consequence = "passwords and data of its clusters may travel in plain text";
    match RedshiftTls::of_group_alone(group).map(|it| it.protection) {
        None | Some(Protection::On | Protection::Elsewhere) => (),
        Some(Protection::Off(at)) => {
            cx.report(at, format!("`{id}` turns `require_ssl` off: {consequence}"))
                .fix(require_ssl(group, at, false));
        }
        Some(Protection::Missing(under)) => {
            cx.report(under, format!("`{id}` does not set `require_ssl`: {consequence}"))
                .fix(require_ssl(group, under, true));
        }
        Some(Protection::Open(unknown)) => cx.undecided(&unknown),
    }
}

/// Requires TLS by the parameter of `group`: at its value, or by one more parameter.
fn require_ssl(group: &Resource<'_>, at: Site, is_missing: bool) -> Mend {
    let mend = Mend::with_care("Set `require_ssl` to `true`", CUTS_OFF);
    if !is_missing {
        return mend.set(Some(Slot::at(at.span)), "true");
    }
    let parameter =
        Literal::map([("ParameterName", "require_ssl".into()), ("ParameterValue", "true".into())]);
    let parameters = group.at("Parameters");
    match parameters.data {
        Data::List(_) => mend.change(Change::Append { to: parameters.span(), item: parameter }),
        _ => mend.set(group.slot("Parameters"), Literal::List(vec![parameter])),
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
            .severity(Severity::Low)
            .fix(turn_away(resource));
        }
        TlsDemand::Open(unknown) => cx.undecided(&unknown),
    }
}

/// A statement against clients without TLS. Where there is no policy yet, everyone may mount who
/// reaches the file system, and that stays so.
///
/// <https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html#default-filesystempolicy>
fn turn_away(file_system: &Resource<'_>) -> Option<Mend> {
    let property = "FileSystemPolicy";
    let mend = Mend::with_care("Turn clients without TLS away, by `FileSystemPolicy`", CUTS_OFF);
    let deny = statement("elasticfilesystem", None);
    if file_system.has(property) {
        return add_to(mend, file_system, property, deny);
    }
    let by_mount_target =
        Literal::map([("elasticfilesystem:AccessedViaMountTarget", "true".into())]);
    let mount = ["ClientMount", "ClientWrite", "ClientRootAccess"];
    let allow = Literal::map([
        ("Sid", "AllowMountTargets".into()),
        ("Effect", "Allow".into()),
        ("Principal", "*".into()),
        ("Action", Literal::list(mount.map(|it| format!("elasticfilesystem:{it}")))),
        ("Condition", Literal::map([("Bool", by_mount_target)])),
    ]);
    Some(mend.set_property(file_system, property, document(vec![allow, deny])))
}
