//! Stores of data by the keys that seal them: a row a property that names a key.
//!
//! From the public resource schemas of October 2026; the pages are those of each type under
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/>.

use crate::cloudformation::{Key, KeyName, Resource};
use crate::setting::{Setting, Site};

/// A class of data: what deserves a key of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Results of queries and what they are computed from.
    Analytics,
    /// Volumes of machines.
    Block,
    /// Copies kept close.
    Cache,
    /// Databases.
    Database,
    /// Shared file systems.
    File,
    /// Container images.
    Registry,
    /// Search indices.
    Search,
    /// Credentials.
    Secret,
}

impl Class {
    /// As people call it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Analytics => "a data warehouse",
            Self::Block => "volumes",
            Self::Cache => "a cache",
            Self::Database => "a database",
            Self::File => "a file system",
            Self::Registry => "an image repository",
            Self::Search => "a search domain",
            Self::Secret => "a secret",
        }
    }
}

/// A store, and the customer managed key that seals it.
#[derive(Clone)]
pub struct SealedStore<'r> {
    /// The resource.
    pub resource: Resource<'r>,
    /// Its class.
    pub class: Class,
    /// The key.
    pub key: KeyName<'r>,
    /// Where the key is named.
    pub site: Site,
}

struct Row {
    type_name: &'static str,
    path: &'static str,
    class: Class,
}

const fn row(type_name: &'static str, path: &'static str, class: Class) -> Row {
    Row { type_name, path, class }
}

const ROWS: &[Row] = &[
    row("AWS::Cassandra::Table", "EncryptionSpecification.KmsKeyIdentifier", Class::Database),
    row("AWS::DSQL::Cluster", "KmsEncryptionKey", Class::Database),
    row("AWS::DocDB::DBCluster", "KmsKeyId", Class::Database),
    row("AWS::DocDB::DBCluster", "MasterUserSecretKmsKeyId", Class::Secret),
    row("AWS::DocDBElastic::Cluster", "KmsKeyId", Class::Database),
    row("AWS::DynamoDB::Table", "SSESpecification.KMSMasterKeyId", Class::Database),
    row("AWS::EC2::Instance", "BlockDeviceMappings[].Ebs.KmsKeyId", Class::Block),
    row(
        "AWS::EC2::LaunchTemplate",
        "LaunchTemplateData.BlockDeviceMappings[].Ebs.KmsKeyId",
        Class::Block,
    ),
    row("AWS::EC2::Volume", "KmsKeyId", Class::Block),
    row("AWS::ECR::Repository", "EncryptionConfiguration.KmsKey", Class::Registry),
    row("AWS::ECR::RepositoryCreationTemplate", "EncryptionConfiguration.KmsKey", Class::Registry),
    row("AWS::EFS::FileSystem", "KmsKeyId", Class::File),
    row("AWS::ElastiCache::ReplicationGroup", "KmsKeyId", Class::Cache),
    row("AWS::ElastiCache::ServerlessCache", "KmsKeyId", Class::Cache),
    row("AWS::Elasticsearch::Domain", "EncryptionAtRestOptions.KmsKeyId", Class::Search),
    row("AWS::FSx::FileSystem", "KmsKeyId", Class::File),
    row("AWS::MemoryDB::Cluster", "KmsKeyId", Class::Cache),
    row("AWS::Neptune::DBCluster", "KmsKeyId", Class::Database),
    row("AWS::NeptuneGraph::Graph", "KmsKeyIdentifier", Class::Database),
    row("AWS::OpenSearchService::Domain", "EncryptionAtRestOptions.KmsKeyId", Class::Search),
    row("AWS::RDS::DBCluster", "KmsKeyId", Class::Database),
    row("AWS::RDS::DBCluster", "MasterUserSecret.KmsKeyId", Class::Secret),
    row("AWS::RDS::DBInstance", "KmsKeyId", Class::Database),
    row("AWS::RDS::DBInstance", "MasterUserSecret.KmsKeyId", Class::Secret),
    row("AWS::Redshift::Cluster", "KmsKeyId", Class::Analytics),
    row("AWS::Redshift::Cluster", "MasterPasswordSecretKmsKeyId", Class::Secret),
    row("AWS::RedshiftServerless::Namespace", "AdminPasswordSecretKmsKeyId", Class::Secret),
    row("AWS::RedshiftServerless::Namespace", "KmsKeyId", Class::Analytics),
    row("AWS::SecretsManager::Secret", "KmsKeyId", Class::Secret),
    row("AWS::Serverless::SimpleTable", "SSESpecification.KMSMasterKeyId", Class::Database),
    row("AWS::Timestream::Database", "KmsKeyId", Class::Database),
];

impl SealedStore<'_> {
    /// The types that have a row.
    pub const TYPES: &'static [&'static str] = &[
        "AWS::Cassandra::Table",
        "AWS::DSQL::Cluster",
        "AWS::DocDB::DBCluster",
        "AWS::DocDBElastic::Cluster",
        "AWS::DynamoDB::Table",
        "AWS::EC2::Instance",
        "AWS::EC2::LaunchTemplate",
        "AWS::EC2::Volume",
        "AWS::ECR::Repository",
        "AWS::ECR::RepositoryCreationTemplate",
        "AWS::EFS::FileSystem",
        "AWS::ElastiCache::ReplicationGroup",
        "AWS::ElastiCache::ServerlessCache",
        "AWS::Elasticsearch::Domain",
        "AWS::FSx::FileSystem",
        "AWS::MemoryDB::Cluster",
        "AWS::Neptune::DBCluster",
        "AWS::NeptuneGraph::Graph",
        "AWS::OpenSearchService::Domain",
        "AWS::RDS::DBCluster",
        "AWS::RDS::DBInstance",
        "AWS::Redshift::Cluster",
        "AWS::RedshiftServerless::Namespace",
        "AWS::SecretsManager::Secret",
        "AWS::Serverless::SimpleTable",
        "AWS::Timestream::Database",
    ];
}

/// What `resource` keeps under customer managed keys, its data before its credentials.
///
/// A member of a cluster keeps its data in the cluster's volume.
pub fn sealed_stores<'r>(resource: &Resource<'r>) -> Vec<SealedStore<'r>> {
    if resource.is("AWS::RDS::DBInstance") && resource.has("DBClusterIdentifier") {
        return Vec::new();
    }
    let mut stores: Vec<SealedStore<'r>> = Vec::new();
    for row in ROWS.iter().filter(|it| resource.is(it.type_name)) {
        for value in resource.properties().all(row.path) {
            if let Setting::Known(Key::Customer(key), site) = value.key(resource.scope()) {
                stores.push(SealedStore {
                    resource: resource.clone(),
                    class: row.class,
                    key,
                    site,
                });
            }
        }
    }
    stores
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_its_type_listed() {
        let mut types: Vec<&str> = ROWS.iter().map(|it| it.type_name).collect();
        types.dedup();
        assert_eq!(types, SealedStore::TYPES);
    }
}
