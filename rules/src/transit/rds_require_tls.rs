//! `rds-require-tls`

use stackseal_engine::{Check, Cx, Group, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::aws::{Database, DatabaseKind, ParameterGroup, TlsParameter};
use stackseal_model::cloudformation::Resource;
use stackseal_model::setting::{Reason, Setting, Unknown};

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("rds-require-tls"),
    group: Group::Transit,
    severity: Severity::High,
    profile: Profile::Recommended,
    scope: Scope::Set,
    since: "0.1.0",
    title: "Database accepts connections without TLS",
    remediation: "Attach a parameter group that requires TLS (`require_secure_transport: '1'`, or `rds.force_ssl: '1'`); clients without TLS are cut off",
    url: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html",
    docs: include_str!("rds_require_tls.md"),
    checks: &[Check::Resource { types: &["AWS::RDS::DBInstance", "AWS::RDS::DBCluster"], run: check }],
};

fn check(cx: &mut Cx<'_>, resource: &Resource<'_>) {
    let Some(database) = Database::of(resource) else { return };
    let is_cluster = database.kind() == DatabaseKind::RdsCluster;
    let property = if is_cluster { "DBClusterParameterGroupName" } else { "DBParameterGroupName" };
    if !is_cluster && is_decided_elsewhere(&database) {
        return;
    }
    let engine = match database.engine() {
        Setting::Known(engine, _) => engine,
        Setting::Absent(span) => {
            let reason = Reason::Outside("the engine comes from a source or snapshot");
            return cx.undecided(&Unknown { span, reason });
        }
        Setting::Unknown(unknown) => return cx.undecided(&unknown),
    };
    // Oracle, Db2 and RDS Custom have no such parameter.
    let Some(parameter) = TlsParameter::of(&engine, is_cluster) else { return };
    let id = resource.id();
    match ParameterGroup::of(resource, property) {
        ParameterGroup::Own(group) => own_group(cx, resource, &group, parameter),
        ParameterGroup::Default(family) => match parameter.default_of_family(&family) {
            Some(true) => (),
            Some(false) => {
                let at = resource.at(property).site;
                cx.report(
                    at,
                    format!("`{id}` uses the default parameter group, which does not require TLS: passwords and data may travel in plain text"),
                );
            }
            None => {
                let span = resource.at(property).span();
                cx.undecided(&Unknown { span, reason: Reason::Outside("the family of the parameter group is not known") });
            }
        },
        ParameterGroup::None => no_group(cx, resource, property, parameter),
        ParameterGroup::Unknown(unknown) => cx.undecided(&unknown),
    }
}

/// A member of a cluster follows the cluster; a replica takes over the group of its source.
fn is_decided_elsewhere(database: &Database<'_>) -> bool {
    let resource = database.resource();
    let is_replica = resource.has("SourceDBInstanceIdentifier") || resource.has("SourceDBClusterIdentifier");
    resource.has("DBClusterIdentifier")
        || database.is_aurora()
        || is_replica && !resource.has("DBParameterGroupName")
}

fn own_group(cx: &mut Cx<'_>, database: &Resource<'_>, group: &Resource<'_>, parameter: TlsParameter) {
    let (id, group_id, name) = (database.id(), group.id(), parameter.name);
    let consequence = "passwords and data may travel in plain text";
    match parameter.set_in(group) {
        Setting::Known(true, _) => (),
        Setting::Known(false, at) => {
            cx.report(at, format!("`{group_id}` turns `{name}` off for `{id}`: {consequence}"))
                .relate(database.id_span(), "the database that uses the group");
        }
        Setting::Absent(under) => match group.text("Family") {
            Setting::Known(family, _) if parameter.default_of_family(&family) == Some(true) => (),
            Setting::Known(..) | Setting::Absent(_) => {
                cx.report(under, format!("`{group_id}` does not set `{name}` for `{id}`: {consequence}"))
                    .relate(database.id_span(), "the database that uses the group");
            }
            Setting::Unknown(unknown) => cx.undecided(&unknown),
        },
        Setting::Unknown(unknown) => cx.undecided(&unknown),
    }
}

fn no_group(cx: &mut Cx<'_>, database: &Resource<'_>, property: &str, parameter: TlsParameter) {
    let (requires_tls, under) = match database.text("EngineVersion") {
        Setting::Known(version, _) => (parameter.default_of(&version), database.properties().key()),
        Setting::Absent(under) => (parameter.default_without_version(), under),
        Setting::Unknown(unknown) => {
            // SQL Server never requires it, whatever the version.
            if parameter.default_of("0") == parameter.default_of("999") {
                (Some(false), database.properties().key())
            } else {
                return cx.undecided(&unknown);
            }
        }
    };
    match requires_tls {
        Some(true) => (),
        Some(false) => {
            let id = database.id();
            cx.report(
                under,
                format!("`{id}` has no `{property}`, and its engine does not require TLS by default: passwords and data may travel in plain text"),
            );
        }
        None => {
            let reason = Reason::Outside("the default of the engine depends on its version");
            cx.undecided(&Unknown { span: under, reason });
        }
    }
}
