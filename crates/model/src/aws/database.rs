//! Databases that a service runs: whose storage it is, and where the master password comes from.

use super::secret_source::SecretSource;
use crate::cloudformation::{Key, Presence, Resource, Value};
use crate::setting::{Setting, Unknown};

/// A database instance or cluster.
#[derive(Clone)]
pub struct Database<'r> {
    resource: Resource<'r>,
    kind: DatabaseKind,
}

/// What kind of database resource it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatabaseKind {
    /// `AWS::RDS::DBInstance`.
    RdsInstance,
    /// `AWS::RDS::DBCluster`.
    RdsCluster,
    /// `AWS::DocDB::DBCluster`.
    DocumentDb,
    /// `AWS::Neptune::DBCluster`.
    Neptune,
    /// `AWS::Redshift::Cluster`.
    Redshift,
    /// `AWS::RedshiftServerless::Namespace`.
    RedshiftServerless,
}

/// Where the storage of a database comes from.
#[derive(Clone, Debug)]
pub enum StorageOrigin<'r> {
    /// It is new: the properties of the resource decide.
    Own,
    /// It belongs to a cluster, or is copied from a source or a snapshot, which decides.
    Inherited,
    /// A parameter decides whether it is inherited.
    Open(Unknown<'r>),
}

/// Where the password of the master user comes from.
#[derive(Clone)]
pub enum MasterPassword<'r> {
    /// There is no master password to be given: a replica, a member, a restore, or IAM instead.
    NotNeeded,
    /// The service makes it, keeps it in Secrets Manager and rotates it.
    Managed,
    /// It is given, or ought to be.
    Given(SecretSource<'r>),
    /// Only the deployment tells.
    Unknown(Unknown<'r>),
}

/// Where a database is named whose password the service does not manage for that reason: its kind, and
/// the type and property of what names it.
const SOURCES: &[(DatabaseKind, &str, &str)] = &[
    (DatabaseKind::RdsInstance, "AWS::RDS::DBInstance", "SourceDBInstanceIdentifier"),
    (DatabaseKind::RdsInstance, "AWS::RDS::DBCluster", "ReplicationSourceIdentifier"),
    (DatabaseKind::RdsCluster, "AWS::RDS::DBInstance", "SourceDBClusterIdentifier"),
    (DatabaseKind::RdsCluster, "AWS::RDS::DBCluster", "ReplicationSourceIdentifier"),
    (DatabaseKind::RdsCluster, "AWS::RDS::GlobalCluster", "SourceDBClusterIdentifier"),
    (DatabaseKind::DocumentDb, "AWS::DocDB::GlobalCluster", "SourceDBClusterIdentifier"),
];

impl<'r> Database<'r> {
    /// `resource` as a database, if it is one.
    pub fn of(resource: &Resource<'r>) -> Option<Self> {
        let kind = match resource.type_name() {
            "AWS::RDS::DBInstance" => DatabaseKind::RdsInstance,
            "AWS::RDS::DBCluster" => DatabaseKind::RdsCluster,
            "AWS::DocDB::DBCluster" => DatabaseKind::DocumentDb,
            "AWS::Neptune::DBCluster" => DatabaseKind::Neptune,
            "AWS::Redshift::Cluster" => DatabaseKind::Redshift,
            "AWS::RedshiftServerless::Namespace" => DatabaseKind::RedshiftServerless,
            _ => return None,
        };
        Some(Self { resource: resource.clone(), kind })
    }

    /// The resource.
    pub fn resource(&self) -> &Resource<'r> {
        &self.resource
    }

    /// What kind of database resource it is.
    pub fn kind(&self) -> DatabaseKind {
        self.kind
    }

    /// Its engine, in lower case: `mysql`, `aurora-postgresql`.
    pub fn engine(&self) -> Setting<'r, String> {
        self.resource.text("Engine").map(|it| it.to_ascii_lowercase())
    }

    /// Whether its engine is known to be one of Aurora.
    pub fn is_aurora(&self) -> bool {
        self.engine().known().is_some_and(|it| it.starts_with("aurora"))
    }

    /// Where its storage comes from.
    ///
    /// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html>
    pub fn storage_origin(&self) -> StorageOrigin<'r> {
        let sources: &[&str] = match self.kind {
            DatabaseKind::RdsInstance => {
                // Instances of these engines keep their data in the volume of a cluster.
                let is_member =
                    |it: &str| it.starts_with("aurora") || it == "docdb" || it == "neptune";
                if self.engine().known().is_some_and(|it| is_member(&it)) {
                    return StorageOrigin::Inherited;
                }
                &[
                    "DBClusterIdentifier",
                    "SourceDBInstanceIdentifier",
                    "SourceDbiResourceId",
                    "SourceDBInstanceAutomatedBackupsArn",
                    "SourceDBClusterIdentifier",
                    "DBSnapshotIdentifier",
                    "DBClusterSnapshotIdentifier",
                ]
            }
            DatabaseKind::RdsCluster => &[
                "SourceDBClusterIdentifier",
                "SourceDbClusterResourceId",
                "ReplicationSourceIdentifier",
                "SnapshotIdentifier",
                "GlobalClusterIdentifier",
            ],
            DatabaseKind::DocumentDb | DatabaseKind::Neptune => {
                &["SnapshotIdentifier", "SourceDBClusterIdentifier", "GlobalClusterIdentifier"]
            }
            DatabaseKind::Redshift | DatabaseKind::RedshiftServerless => &["SnapshotIdentifier"],
        };
        match self.resource.presence_of_any(sources) {
            Presence::Yes => StorageOrigin::Inherited,
            Presence::No => StorageOrigin::Own,
            Presence::Maybe(unknown) => StorageOrigin::Open(unknown),
        }
    }

    /// Whether its storage is encrypted.
    pub fn storage_encrypted(&self) -> Setting<'r, bool> {
        self.resource.bool("StorageEncrypted")
    }

    /// The key of its storage.
    pub fn storage_key(&self) -> Setting<'r, Key<'r>> {
        self.resource.key("KmsKeyId")
    }

    /// The properties by which the service manages the master password: the switch, and the key of
    /// the secret.
    ///
    /// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html>
    fn managed_password_properties(&self) -> Option<(&'static str, &'static str)> {
        match self.kind {
            DatabaseKind::RdsInstance | DatabaseKind::RdsCluster => {
                Some(("ManageMasterUserPassword", "MasterUserSecret.KmsKeyId"))
            }
            DatabaseKind::DocumentDb => {
                Some(("ManageMasterUserPassword", "MasterUserSecretKmsKeyId"))
            }
            DatabaseKind::Redshift => {
                Some(("ManageMasterPassword", "MasterPasswordSecretKmsKeyId"))
            }
            DatabaseKind::RedshiftServerless => {
                Some(("ManageAdminPassword", "AdminPasswordSecretKmsKeyId"))
            }
            // Neptune has no master password.
            DatabaseKind::Neptune => None,
        }
    }

    /// The name of the switch that lets the service manage the master password.
    pub fn managed_password_switch(&self) -> &'static str {
        self.managed_password_properties().map_or("", |it| it.0)
    }

    /// Whether the service manages the master password.
    pub fn manages_password(&self) -> Setting<'r, bool> {
        match self.managed_password_properties() {
            Some((switch, _)) => self.resource.bool(switch),
            None => Setting::Absent(self.resource.id_span()),
        }
    }

    /// The key of the secret the service keeps the master password in.
    pub fn master_secret_key(&self) -> Setting<'r, Key<'r>> {
        match self.managed_password_properties() {
            Some((_, key)) => self.resource.key(key),
            None => Setting::Absent(self.resource.id_span()),
        }
    }

    /// The property that names the key of the secret of the master password; empty where there is
    /// none.
    pub fn master_secret_key_property(&self) -> &'static str {
        self.managed_password_properties().map_or("", |it| it.1)
    }

    /// The master password, as written.
    pub fn password(&self) -> Value<'r> {
        self.resource.at(self.password_property())
    }

    /// The property that holds the master password.
    pub fn password_property(&self) -> &'static str {
        match self.kind {
            DatabaseKind::RedshiftServerless => "AdminUserPassword",
            DatabaseKind::RdsInstance
            | DatabaseKind::RdsCluster
            | DatabaseKind::DocumentDb
            | DatabaseKind::Neptune
            | DatabaseKind::Redshift => "MasterUserPassword",
        }
    }

    /// Where the master password comes from.
    pub fn master_password(&self) -> MasterPassword<'r> {
        match self.manages_password() {
            Setting::Known(true, _) => return MasterPassword::Managed,
            Setting::Unknown(unknown) => return MasterPassword::Unknown(unknown),
            Setting::Known(false, _) | Setting::Absent(_) => (),
        }
        match self.takes_no_password() {
            Presence::Yes => MasterPassword::NotNeeded,
            Presence::Maybe(unknown) if self.password().is_absent() => {
                MasterPassword::Unknown(unknown)
            }
            Presence::Maybe(_) | Presence::No => {
                MasterPassword::Given(SecretSource::of(&self.password(), self.resource.template()))
            }
        }
    }

    /// Whether the resource is one that is given no master password.
    fn takes_no_password(&self) -> Presence<'r> {
        let known = |path: &str| self.resource.text(path).known();
        let no_master_user = !self.resource.has("MasterUsername");
        match self.kind {
            DatabaseKind::RdsInstance => {
                if known("MasterUserAuthenticationType").is_some_and(|it| it == "iam-db-auth") {
                    return Presence::Yes;
                }
                match self.storage_origin() {
                    StorageOrigin::Own => Presence::No,
                    StorageOrigin::Inherited => Presence::Yes,
                    StorageOrigin::Open(unknown) => Presence::Maybe(unknown),
                }
            }
            DatabaseKind::RdsCluster | DatabaseKind::DocumentDb => {
                if known("MasterUserAuthenticationType").is_some_and(|it| it == "iam-db-auth") {
                    return Presence::Yes;
                }
                // A secondary of a global database has the users of the primary.
                if no_master_user && self.resource.has("GlobalClusterIdentifier") {
                    return Presence::Yes;
                }
                self.resource.presence_of_any(&[
                    "SnapshotIdentifier",
                    "SourceDBClusterIdentifier",
                    "SourceDbClusterResourceId",
                    "ReplicationSourceIdentifier",
                ])
            }
            DatabaseKind::Redshift => self.resource.presence_of_any(&["SnapshotIdentifier"]),
            // Without an admin user, people come in by IAM.
            DatabaseKind::RedshiftServerless => {
                let has_admin = self.resource.has("AdminUsername") || !self.password().is_absent();
                if has_admin { Presence::No } else { Presence::Yes }
            }
            DatabaseKind::Neptune => Presence::Yes,
        }
    }

    /// Whether the service refuses to manage the password, so that only a dynamic reference is left.
    ///
    /// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html>
    pub fn cannot_manage_password(&self) -> bool {
        let engine = self.engine().known();
        let is_engine = |prefix| engine.as_ref().is_some_and(|it| it.starts_with(prefix));
        is_engine("custom-")
            || self.is_serverless_v1()
            || self.resource.has("GlobalClusterIdentifier")
            || !is_engine("sqlserver-") && self.is_source()
    }

    /// Whether something of the run is a replica of it, or a global database that begins with it.
    fn is_source(&self) -> bool {
        let own_name = match self.kind {
            DatabaseKind::RdsInstance => self.resource.at("DBInstanceIdentifier"),
            DatabaseKind::RdsCluster
            | DatabaseKind::DocumentDb
            | DatabaseKind::Neptune
            | DatabaseKind::Redshift
            | DatabaseKind::RedshiftServerless => self.resource.at("DBClusterIdentifier"),
        };
        let is_it = |source: &Value<'r>, holder: &Resource<'r>| {
            // Parameters mean the same only within a template.
            let is_one_template = std::ptr::eq(holder.template(), self.resource.template());
            self.resource.is_named_by(source)
                || is_one_template && source.is_same_text(&own_name) == Some(true)
        };
        SOURCES.iter().filter(|it| it.0 == self.kind).any(|(_, ty, property)| {
            let mut peers = self.resource.peers_that_may_name_it_by(ty, property);
            peers.any(|it| is_it(&it.at(property), &it))
        })
    }

    /// Whether it is a cluster of Aurora Serverless v1.
    ///
    /// <https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless.html>
    pub fn is_serverless_v1(&self) -> bool {
        let mode = self.resource.text("EngineMode").known();
        mode.is_some_and(|it| it.eq_ignore_ascii_case("serverless"))
    }
}
