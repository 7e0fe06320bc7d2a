//! The parameter by which a database engine requires TLS, and the group that sets it.
//!
//! Facts of October 2026, from the pages named at each row.

use crate::cloudformation::{Data, Resource};
use crate::setting::{Reason, Setting, Unknown};

/// How an engine is made to refuse connections without TLS.
#[derive(Clone, Copy, Debug)]
pub struct TlsParameter {
    /// The parameter.
    pub name: &'static str,
    /// It stands in a cluster parameter group.
    pub is_of_cluster: bool,
    engine: &'static str,
    /// The first major version that requires TLS when nobody sets the parameter.
    required_from: Option<(u32, u32)>,
    /// The first major version that knows the parameter, and its name; none where all do.
    known_from: Option<((u32, u32), &'static str)>,
}

/// A row an engine; a cluster of `mysql` or `postgres` is a Multi-AZ DB cluster.
const ENGINES: &[TlsParameter] = &[
    // https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Security.html
    row("aurora-mysql", true, "require_secure_transport", Some((8, 4))),
    // https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Security.html
    row("aurora-postgresql", true, "rds.force_ssl", Some((17, 0))),
    // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/mariadb-ssl-connections.require-ssl.html
    row("mariadb", false, "require_secure_transport", Some((11, 8)))
        .known_from((10, 5), "MariaDB 10.5"),
    // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/mysql-ssl-connections.require-ssl.html
    row("mysql", false, "require_secure_transport", Some((9, 7))).known_from((5, 7), "MySQL 5.7"),
    // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/multi-az-db-clusters-concepts.html
    row("mysql", true, "require_secure_transport", Some((9, 7))),
    // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html
    row("postgres", false, "rds.force_ssl", Some((15, 0))),
    row("postgres", true, "rds.force_ssl", Some((15, 0))),
    // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/SQLServer.Concepts.General.SSL.Using.html
    row("sqlserver-ee", false, "rds.force_ssl", None),
    row("sqlserver-ex", false, "rds.force_ssl", None),
    row("sqlserver-se", false, "rds.force_ssl", None),
    row("sqlserver-web", false, "rds.force_ssl", None),
];

const fn row(
    engine: &'static str,
    is_of_cluster: bool,
    name: &'static str,
    required_from: Option<(u32, u32)>,
) -> TlsParameter {
    TlsParameter { name, is_of_cluster, engine, required_from, known_from: None }
}

impl TlsParameter {
    const fn known_from(self, version: (u32, u32), name: &'static str) -> Self {
        Self { known_from: Some((version, name)), ..self }
    }

    /// The parameter of `engine`; none for engines without one (Oracle, Db2, RDS Custom).
    pub fn of(engine: &str, is_cluster: bool) -> Option<Self> {
        ENGINES.iter().copied().find(|it| it.engine == engine && it.is_of_cluster == is_cluster)
    }

    /// The parameter of the engine that parameter groups of `family` are for.
    pub fn of_family(family: &str, is_cluster: bool) -> Option<Self> {
        let is_for =
            |it: &Self| it.is_of_cluster == is_cluster && it.default_of_family(family).is_some();
        ENGINES.iter().copied().find(is_for)
    }

    /// Whether `version` (`8.4`, `16.3`, `8.0.mysql_aurora.3.10.0`) requires TLS by default; none
    /// if it is no version.
    pub fn default_of(&self, version: &str) -> Option<bool> {
        let mut numbers = version.split('.').map_while(|it| it.parse::<u32>().ok());
        let major = numbers.next()?;
        let minor = numbers.next().unwrap_or(0);
        Some(self.required_from.is_some_and(|from| (major, minor) >= from))
    }

    /// Whether a parameter group of `family` (`mysql8.4`, `aurora-postgresql16`,
    /// `sqlserver-se-15.0`) requires TLS when the parameter is left out; none if it is no family of
    /// this engine.
    pub fn default_of_family(&self, family: &str) -> Option<bool> {
        self.default_of(self.version_of(family)?)
    }

    /// What to upgrade to, `MySQL 5.7`, where `version` is too old to know the parameter.
    pub fn upgrade_of(&self, version: &str) -> Option<&'static str> {
        let (first, name) = self.known_from?;
        let mut numbers = version.split('.').map_while(|it| it.parse::<u32>().ok());
        let version = (numbers.next()?, numbers.next()?);
        (version < first).then_some(name)
    }

    /// What to upgrade to where parameter groups of `family` do not know the parameter.
    pub fn upgrade_of_family(&self, family: &str) -> Option<&'static str> {
        self.upgrade_of(self.version_of(family)?)
    }

    /// The version of this engine that parameter groups of `family` are for.
    fn version_of<'f>(&self, family: &'f str) -> Option<&'f str> {
        let (engine, version) = family.split_at_checked(self.engine.len())?;
        engine
            .eq_ignore_ascii_case(self.engine)
            .then(|| version.strip_prefix('-').unwrap_or(version))
    }

    /// The family of parameter groups for `version`: `mysql8.4`, `postgres16`. None where the version
    /// does not tell it.
    ///
    /// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithParamGroups.html>
    pub fn family_of(&self, version: &str) -> Option<String> {
        let mut numbers = version.split('.').map_while(|it| it.parse::<u32>().ok());
        let major = numbers.next()?;
        match self.engine {
            "mysql" | "mariadb" => Some(format!("{}{major}.{}", self.engine, numbers.next()?)),
            "postgres" | "aurora-postgresql" if major >= 10 => {
                Some(format!("{}{major}", self.engine))
            }
            _ => None,
        }
    }

    /// What the engine does where neither group nor version says anything.
    ///
    /// SQL Server never requires TLS; MySQL is created as 8.4 for now, which does not either.
    pub fn default_without_version(&self) -> Option<bool> {
        match self.engine {
            "mysql" => Some(false),
            _ if self.required_from.is_none() => Some(false),
            _ => None,
        }
    }
}

/// A parameter group of the run, or one of AWS.
pub enum ParameterGroup<'r> {
    /// A group a template makes.
    Own(Resource<'r>),
    /// `default.<family>`, which nobody can change.
    Default(String),
    /// None is named.
    None,
    /// A group outside, or one that is not known.
    Unknown(Unknown<'r>),
}

impl<'r> ParameterGroup<'r> {
    /// The group that `database` is attached to, by property `property`.
    pub fn of(database: &Resource<'r>, property: &str) -> Self {
        let value = database.at(property);
        let unknown = |reason| Self::Unknown(Unknown { span: value.site.span, reason });
        match &value.data {
            Data::Absent => Self::None,
            Data::Scalar(scalar) if scalar.text.is_empty() => Self::None,
            Data::Scalar(scalar) => match scalar.text.strip_prefix("default.") {
                Some(family) => Self::Default(family.to_owned()),
                None => match named(database, property, &scalar.text) {
                    Some(group) => Self::Own(group),
                    None => unknown(Reason::Outside("the parameter group is outside the run")),
                },
            },
            Data::Reference(reference) => match database.follow(reference) {
                Some(group) if group.type_name() == group_type(property) => Self::Own(group),
                _ => unknown(reference.reason()),
            },
            Data::Pattern(_) => unknown(Reason::Pattern),
            Data::Unknown(reason) => unknown(reason.clone()),
            Data::List(_) | Data::Map(_) => unknown(Reason::Malformed("a name is expected")),
        }
    }
}

/// Whether the databases of `group` are outside the run: its template has none, and those of other
/// templates are attached to others.
pub fn stands_alone(group: &Resource<'_>) -> bool {
    let (database, property) = if group.is(CLUSTER_GROUP) {
        ("AWS::RDS::DBCluster", "DBClusterParameterGroupName")
    } else {
        ("AWS::RDS::DBInstance", "DBParameterGroupName")
    };
    let is_attached = |it: Resource<'_>| match ParameterGroup::of(&it, property) {
        ParameterGroup::Own(own) => own.is_same(group),
        ParameterGroup::Default(_) | ParameterGroup::None | ParameterGroup::Unknown(_) => false,
    };
    group.template().entries_of(database).next().is_none()
        && !group.elsewhere(database).any(is_attached)
}

const CLUSTER_GROUP: &str = "AWS::RDS::DBClusterParameterGroup";

fn group_type(property: &str) -> &'static str {
    if property == "DBClusterParameterGroupName" {
        CLUSTER_GROUP
    } else {
        "AWS::RDS::DBParameterGroup"
    }
}

/// The group of the run with a name of its own; RDS keeps names in lower case.
fn named<'r>(database: &Resource<'r>, property: &str, name: &str) -> Option<Resource<'r>> {
    let is_named = |it: &Resource<'r>| {
        it.text(property).known().is_some_and(|own| own.eq_ignore_ascii_case(name))
    };
    let ty = group_type(property);
    database.siblings_of(ty).find(is_named).or_else(|| database.elsewhere(ty).find(is_named))
}

/// Whether a parameter's value turns the requirement on; none for a value that is neither.
pub(crate) fn is_on(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "1" | "on" | "true" => Some(true),
        "0" | "off" | "false" => Some(false),
        _ => None,
    }
}

impl TlsParameter {
    /// Whether `group` sets the parameter; absent under its `Parameters`.
    pub fn set_in<'r>(&self, group: &Resource<'r>) -> Setting<'r, bool> {
        let parameters = match group.block("Parameters") {
            Setting::Known(parameters, _) => parameters,
            Setting::Absent(span) => return Setting::Absent(span),
            Setting::Unknown(unknown) => return Setting::Unknown(unknown),
        };
        let value = parameters.get(self.name);
        // A boolean of YAML reaches the service as `true` or `false`.
        if let Data::Scalar(scalar) = &value.data
            && let Some(it) = scalar.as_bool()
        {
            return Setting::Known(it, value.site);
        }
        match value.text() {
            Setting::Known(text, site) => {
                let malformed =
                    Unknown { span: site.span, reason: Reason::Malformed("0 or 1 is expected") };
                is_on(&text).map_or(Setting::Unknown(malformed), |it| Setting::Known(it, site))
            }
            Setting::Absent(span) => Setting::Absent(span),
            Setting::Unknown(unknown) => Setting::Unknown(unknown),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_by_engine_and_version() {
        let default =
            |engine, is_cluster, version| TlsParameter::of(engine, is_cluster)?.default_of(version);
        assert_eq!(default("mysql", false, "8.4.5"), Some(false));
        assert_eq!(default("mysql", false, "9.7"), Some(true));
        assert_eq!(default("mariadb", false, "11.4"), Some(false));
        assert_eq!(default("mariadb", false, "11.8.1"), Some(true));
        assert_eq!(default("postgres", false, "14.9"), Some(false));
        assert_eq!(default("postgres", false, "15"), Some(true));
        assert_eq!(default("aurora-postgresql", true, "16.4"), Some(false));
        assert_eq!(default("aurora-postgresql", true, "17.1"), Some(true));
        assert_eq!(default("aurora-mysql", true, "8.0.mysql_aurora.3.10.0"), Some(false));
        assert_eq!(default("aurora-mysql", true, "8.4.mysql_aurora.8.4.0"), Some(true));
        assert_eq!(default("sqlserver-se", false, "15.00.4430.1.v1"), Some(false));
        assert_eq!(default("mysql", false, "latest"), None);
        assert_eq!(default("oracle-ee", false, "19"), None);
        let family = |engine, name| {
            TlsParameter::of(engine, engine.starts_with("aurora"))?.default_of_family(name)
        };
        assert_eq!(family("mysql", "mysql8.4"), Some(false));
        assert_eq!(family("postgres", "postgres16"), Some(true));
        assert_eq!(family("aurora-postgresql", "aurora-postgresql16"), Some(false));
        assert_eq!(family("sqlserver-se", "sqlserver-se-15.0"), Some(false));
        assert_eq!(family("mysql", "postgres16"), None);
        let upgrade = |engine, version| TlsParameter::of(engine, false)?.upgrade_of(version);
        assert_eq!(upgrade("mysql", "5.5.62"), Some("MySQL 5.7"));
        assert_eq!(upgrade("mysql", "5.6"), Some("MySQL 5.7"));
        assert_eq!(upgrade("mysql", "5.7.44"), None);
        assert_eq!(upgrade("mysql", "8.4"), None);
        assert_eq!(upgrade("mysql", "5"), None);
        assert_eq!(upgrade("mariadb", "10.4.34"), Some("MariaDB 10.5"));
        assert_eq!(upgrade("mariadb", "10.11"), None);
        assert_eq!(upgrade("postgres", "9.6"), None);
        let upgrade_of_family =
            |name| TlsParameter::of_family(name, false)?.upgrade_of_family(name);
        assert_eq!(upgrade_of_family("mysql5.6"), Some("MySQL 5.7"));
        assert_eq!(upgrade_of_family("MariaDB10.4"), Some("MariaDB 10.5"));
        assert_eq!(upgrade_of_family("mysql8.0"), None);
        let engine =
            |name, is_cluster| TlsParameter::of_family(name, is_cluster).map(|it| it.engine);
        assert_eq!(engine("mysql8.4", false), Some("mysql"));
        assert_eq!(engine("postgres16", true), Some("postgres"));
        assert_eq!(engine("sqlserver-se-15.0", false), Some("sqlserver-se"));
        assert_eq!(engine("aurora-postgresql16", true), Some("aurora-postgresql"));
        assert_eq!(engine("aurora-postgresql16", false), None);
        assert_eq!(engine("oracle-ee-19", false), None);
    }
}
