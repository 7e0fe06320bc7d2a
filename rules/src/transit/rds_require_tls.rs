//! `rds-require-tls`

use stackseal_engine::{Check, Cx, Draft, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::aws::{
    Database, DatabaseKind, ParameterGroup, TlsParameter, reference, stands_alone, unused_id,
};
use stackseal_model::cloudformation::{Data, Presence, Resource};
use stackseal_model::setting::{Reason, Setting, Unknown};
use stackseal_syntax::Literal;

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
    options: &[],
    checks: &[
        Check::Resource { types: &["AWS::RDS::DBInstance", "AWS::RDS::DBCluster"], run: database },
        Check::Resource {
            types: &["AWS::RDS::DBParameterGroup", "AWS::RDS::DBClusterParameterGroup"],
            run: group,
        },
    ],
};

fn database(cx: &mut Cx<'_>, resource: &Resource<'_>) {
    let Some(database) = Database::of(resource) else { return };
    let is_cluster = database.kind() == DatabaseKind::RdsCluster;
    let property = if is_cluster { "DBClusterParameterGroupName" } else { "DBParameterGroupName" };
    if !is_cluster {
        match member_of_cluster(&database) {
            // The cluster decides.
            Presence::Yes => return,
            Presence::No => (),
            Presence::Maybe(unknown) => return cx.undecided(&unknown),
        }
    }
    let group = ParameterGroup::of(resource, property);
    let engine = match database.engine() {
        // Left out, it comes from a source or snapshot; the family of the group names it as well.
        Setting::Absent(span) => match family_of(&group) {
            Some(family) => {
                Setting::Known(TlsParameter::of_family(&family, is_cluster), span.into())
            }
            None => Setting::Absent(span),
        },
        engine => engine.map(|it| TlsParameter::of(&it, is_cluster)),
    };
    let parameter = match engine {
        // Oracle, Db2 and RDS Custom have no such parameter.
        Setting::Known(None, _) => return,
        _ if !is_cluster && takes_over_group(resource) => return source_decides(cx, resource),
        Setting::Known(Some(parameter), _) => parameter,
        Setting::Absent(span) => {
            let reason = Reason::Outside("the engine comes from a source or snapshot");
            return cx.undecided(&Unknown { span, reason });
        }
        Setting::Unknown(unknown) => return cx.undecided(&unknown),
    };
    let id = resource.id();
    match group {
        ParameterGroup::Own(group) => own_group(cx, resource, &group, parameter),
        ParameterGroup::Default(family) => match parameter.default_of_family(&family) {
            Some(true) => (),
            Some(false) => {
                let at = resource.at(property).site;
                let finding = cx.report(
                    at,
                    format!("`{id}` uses the default parameter group, which does not require TLS: passwords and data may travel in plain text"),
                );
                remedy(finding, parameter.upgrade_of_family(&family), || None);
            }
            None => {
                let span = resource.at(property).span();
                cx.undecided(&Unknown {
                    span,
                    reason: Reason::Outside("the family of the parameter group is not known"),
                });
            }
        },
        ParameterGroup::None => no_group(cx, resource, property, parameter),
        ParameterGroup::Unknown(unknown) => cx.undecided(&unknown),
    }
}

/// The family of a group, where it is known.
fn family_of(group: &ParameterGroup<'_>) -> Option<String> {
    match group {
        ParameterGroup::Own(group) => Some(group.text("Family").known()?.into_owned()),
        ParameterGroup::Default(family) => Some(family.clone()),
        ParameterGroup::None | ParameterGroup::Unknown(_) => None,
    }
}

/// Whether an instance belongs to a cluster; those of Aurora always do.
fn member_of_cluster<'r>(database: &Database<'r>) -> Presence<'r> {
    if database.is_aurora() {
        Presence::Yes
    } else {
        database.resource().presence_of_any(&["DBClusterIdentifier"])
    }
}

/// Whether an instance is a replica without a group of its own: it takes over that of its source.
fn takes_over_group(instance: &Resource<'_>) -> bool {
    !instance.has("DBParameterGroupName")
        && (instance.has("SourceDBInstanceIdentifier") || instance.has("SourceDBClusterIdentifier"))
}

/// A source in the run is judged where it stands.
fn source_decides(cx: &mut Cx<'_>, replica: &Resource<'_>) {
    let source = replica.at("SourceDBInstanceIdentifier");
    let is_in_run = matches!(&source.data, Data::Reference(it) if replica.follow(it).is_some());
    if !is_in_run {
        let reason = Reason::Outside("the source of the replica decides");
        cx.undecided(&Unknown { span: source.span(), reason });
    }
}

fn own_group(
    cx: &mut Cx<'_>,
    database: &Resource<'_>,
    group: &Resource<'_>,
    parameter: TlsParameter,
) {
    let (id, group_id, name) = (database.id(), group.id(), parameter.name);
    let consequence = "passwords and data may travel in plain text";
    let family = group.text("Family");
    let upgrade = match &family {
        Setting::Known(family, _) => parameter.upgrade_of_family(family),
        Setting::Absent(_) | Setting::Unknown(_) => None,
    };
    match parameter.set_in(group) {
        Setting::Known(true, _) => (),
        Setting::Known(false, at) => {
            let finding =
                cx.report(at, format!("`{group_id}` turns `{name}` off for `{id}`: {consequence}"));
            finding.relate(database.id_span(), "the database that uses the group");
            remedy(finding, upgrade, || Some(require_in(group, parameter)));
        }
        Setting::Absent(under) => match family {
            Setting::Known(family, _) if parameter.default_of_family(&family) == Some(true) => (),
            Setting::Known(..) | Setting::Absent(_) => {
                let does = if upgrade.is_some() { "cannot set" } else { "does not set" };
                let message = format!("`{group_id}` {does} `{name}` for `{id}`: {consequence}");
                let finding = cx.report(under, message);
                finding.relate(database.id_span(), "the database that uses the group");
                remedy(finding, upgrade, || Some(require_in(group, parameter)));
            }
            Setting::Unknown(unknown) => cx.undecided(&unknown),
        },
        Setting::Unknown(unknown) => cx.undecided(&unknown),
    }
}

/// A group in a template without databases: they are elsewhere.
fn group(cx: &mut Cx<'_>, group: &Resource<'_>) {
    let is_cluster = group.is("AWS::RDS::DBClusterParameterGroup");
    let Some(family) = group.text("Family").known() else { return };
    let Some(parameter) = TlsParameter::of_family(&family, is_cluster) else { return };
    if !stands_alone(group) {
        return;
    }
    let (id, name) = (group.id(), parameter.name);
    let consequence = "passwords and data of its databases may travel in plain text";
    let upgrade = parameter.upgrade_of_family(&family);
    match parameter.set_in(group) {
        Setting::Known(true, _) => (),
        Setting::Known(false, at) => {
            let finding = cx.report(at, format!("`{id}` turns `{name}` off: {consequence}"));
            remedy(finding, upgrade, || None);
        }
        // Whether its databases need the parameter is seen elsewhere.
        Setting::Absent(under) => {
            if cx.is_strict() && parameter.default_of_family(&family) == Some(false) {
                let does = if upgrade.is_some() { "cannot set" } else { "does not set" };
                let finding = cx.report(under, format!("`{id}` {does} `{name}`: {consequence}"));
                remedy(finding, upgrade, || None);
            }
        }
        Setting::Unknown(unknown) => cx.undecided(&unknown),
    }
}

fn no_group(cx: &mut Cx<'_>, database: &Resource<'_>, property: &str, parameter: TlsParameter) {
    let mut upgrade = None;
    let requires_tls = match database.text("EngineVersion") {
        Setting::Known(version, _) => {
            upgrade = parameter.upgrade_of(&version);
            parameter.default_of(&version)
        }
        Setting::Absent(_) => parameter.default_without_version(),
        // SQL Server never requires it, whatever the version.
        Setting::Unknown(_) if parameter.default_of("0") == parameter.default_of("999") => {
            Some(false)
        }
        Setting::Unknown(unknown) => return cx.undecided(&unknown),
    };
    let under = database.at(property).span();
    match requires_tls {
        Some(true) => (),
        Some(false) => {
            let id = database.id();
            let finding = cx.report(
                under,
                format!("`{id}` has no `{property}`, and its engine does not require TLS by default: passwords and data may travel in plain text"),
            );
            remedy(finding, upgrade, || new_group(database, property, parameter));
        }
        None => {
            let reason = Reason::Outside("the default of the engine depends on its version");
            cx.undecided(&Unknown { span: under, reason });
        }
    }
}

/// What mends `finding`: `mend`, or the upgrade that has to come first.
fn remedy(finding: &mut Draft, upgrade: Option<&str>, mend: impl FnOnce() -> Option<Mend>) {
    match upgrade {
        Some(version) => finding.remediation(format!(
            "Upgrade to {version} or later, which can require TLS, and attach a parameter group that does"
        )),
        None => finding.fix(mend()),
    };
}

const CUTS_OFF: &str = "clients without TLS are cut off";

fn require_in(group: &Resource<'_>, parameter: TlsParameter) -> Mend {
    let TlsParameter { name, .. } = parameter;
    // The name of a parameter may have dots, which part no keys here.
    let slot = match group.block("Parameters") {
        Setting::Known(parameters, _) => parameters.slot_of(name),
        Setting::Absent(_) => group.slot("Parameters").map(|it| it.below_it(name)),
        Setting::Unknown(_) => None,
    };
    Mend::with_care(format!("Require TLS by `{name}`"), CUTS_OFF).set(slot, "1")
}

/// A parameter group that does nothing but require TLS, where the version tells its family.
fn new_group(database: &Resource<'_>, property: &str, parameter: TlsParameter) -> Option<Mend> {
    let engine = database.text("Engine").known()?;
    let family = parameter.family_of(&database.text("EngineVersion").known()?)?;
    let is_cluster = property.contains("Cluster");
    let type_name =
        if is_cluster { "AWS::RDS::DBClusterParameterGroup" } else { "AWS::RDS::DBParameterGroup" };
    let id = unused_id(database.template(), &format!("{}ParameterGroup", database.id()));
    let parameters = Literal::Map(vec![(parameter.name.into(), "1".into())]);
    let body = Literal::map([
        ("Type", type_name.into()),
        (
            "Properties",
            Literal::map([
                ("Description", format!("{engine} by TLS only").into()),
                ("Family", family.into()),
                ("Parameters", parameters),
            ]),
        ),
    ]);
    let title = format!("Add the parameter group `{id}`, which requires TLS");
    let mend =
        Mend::with_care(title, CUTS_OFF).set_property(database, property, reference(id.clone()));
    Some(mend.add_resource(database, id, body))
}
