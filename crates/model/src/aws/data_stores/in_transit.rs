//! What makes a store refuse connections without TLS, service by service.
//!
//! Deliberately absent: services that speak nothing but TLS (ElastiCache Serverless, OpenSearch
//! Serverless, MSK Serverless, Neptune, Amazon MQ, …); databases of RDS and clusters of Redshift,
//! whose parameter groups have views of their own.

use super::{Absent, Needs, On, Switch, Unless, Weight, switch};
use crate::aws::types_of::types_of;

const IN_CLEAR: &str = "what clients send and get may travel in plain text";

/// A row a type and switch, by type.
pub const IN_TRANSIT: &[Switch] = &[
    // https://docs.aws.amazon.com/appsync/latest/devguide/enabling-caching.html
    switch("AWS::AppSync::ApiCache", "TransitEncryptionEnabled", On::True, Absent::On, IN_CLEAR),
    // https://docs.aws.amazon.com/batch/latest/userguide/efs-volumes.html
    efs_volume("AWS::Batch::JobDefinition", "ContainerProperties.Volumes[].EfsVolumeConfiguration"),
    efs_volume(
        "AWS::Batch::JobDefinition",
        "EcsProperties.TaskProperties[].Volumes[].EfsVolumeConfiguration",
    ),
    // https://docs.aws.amazon.com/chime-sdk/latest/ag/security-features-voice.html
    switch(
        "AWS::Chime::VoiceConnector",
        "RequireEncryption",
        On::True,
        Absent::On,
        "calls may travel in plain text",
    ),
    // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/DAXEncryptionInTransit.html
    switch(
        "AWS::DAX::Cluster",
        "ClusterEndpointEncryptionType",
        On::NoneOf(&["NONE"]),
        Absent::Off,
        IN_CLEAR,
    ),
    // https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Security.SSL.html
    switch(
        "AWS::DMS::Endpoint",
        "SslMode",
        On::NoneOf(&["none"]),
        Absent::Off,
        "the data that is migrated may travel in plain text",
    )
    // These have settings of their own, or none.
    .unless(&[Unless::Is(
        "EngineName",
        &[
            "dynamodb",
            "elasticsearch",
            "kafka",
            "kinesis",
            "neptune",
            "opensearch",
            "redis",
            "redshift",
            "redshift-serverless",
            "s3",
            "timestream",
        ],
    )]),
    // https://docs.aws.amazon.com/datasync/latest/userguide/create-efs-location.html
    switch(
        "AWS::DataSync::LocationEFS",
        "InTransitEncryption",
        On::NoneOf(&["NONE"]),
        Absent::Off,
        "files may travel in plain text",
    ),
    // https://docs.aws.amazon.com/documentdb/latest/developerguide/security.encryption.ssl.html
    switch(
        "AWS::DocDB::DBClusterParameterGroup",
        "Parameters.tls",
        On::NoneOf(&["disabled"]),
        Absent::On,
        "passwords and documents may travel in plain text",
    ),
    // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/efs-volumes.html
    efs_volume("AWS::ECS::TaskDefinition", "Volumes[].EFSVolumeConfiguration"),
    // https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-create-security-configuration.html
    switch(
        "AWS::EMR::SecurityConfiguration",
        "SecurityConfiguration.EncryptionConfiguration.EnableInTransitEncryption",
        On::True,
        Absent::Off,
        "the nodes of its clusters may exchange data in plain text",
    )
    .needs(Needs::Block(
        "SecurityConfiguration.EncryptionConfiguration.InTransitEncryptionConfiguration",
    )),
    // https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/in-transit-encryption.html
    switch(
        "AWS::ElastiCache::CacheCluster",
        "TransitEncryptionEnabled",
        On::True,
        Absent::Off,
        IN_CLEAR,
    ),
    switch(
        "AWS::ElastiCache::ReplicationGroup",
        "TransitEncryptionEnabled",
        On::True,
        Absent::Off,
        IN_CLEAR,
    )
    .unless(&[Unless::Follows("GlobalReplicationGroupId")]),
    switch(
        "AWS::ElastiCache::ReplicationGroup",
        "TransitEncryptionMode",
        On::NoneOf(&["preferred"]),
        Absent::On,
        "clients without TLS are let in as well",
    )
    .unless(&[Unless::WithoutSwitch("TransitEncryptionEnabled")]),
    // https://docs.aws.amazon.com/opensearch-service/latest/developerguide/createupdatedomains.html
    domain_https("AWS::Elasticsearch::Domain"),
    domain_policy("AWS::Elasticsearch::Domain"),
    domain_nodes("AWS::Elasticsearch::Domain"),
    // https://docs.aws.amazon.com/msk/latest/developerguide/mkc-create-connector-intro.html
    switch(
        "AWS::KafkaConnect::Connector",
        "KafkaClusterEncryptionInTransit.EncryptionType",
        On::NoneOf(&["PLAINTEXT"]),
        Absent::On,
        "records travel to and from the brokers in plain text",
    ),
    // https://docs.aws.amazon.com/msk/latest/developerguide/msk-encryption.html
    switch(
        "AWS::MSK::Cluster",
        "EncryptionInfo.EncryptionInTransit.ClientBroker",
        On::NoneOf(&["PLAINTEXT", "TLS_PLAINTEXT"]),
        Absent::On,
        "records of clients may travel in plain text",
    ),
    switch(
        "AWS::MSK::Cluster",
        "EncryptionInfo.EncryptionInTransit.InCluster",
        On::True,
        Absent::On,
        "brokers exchange records in plain text",
    ),
    // https://docs.aws.amazon.com/memorydb/latest/devguide/in-transit-encryption.html
    switch("AWS::MemoryDB::Cluster", "TLSEnabled", On::True, Absent::On, IN_CLEAR),
    switch("AWS::MemoryDB::MultiRegionCluster", "TLSEnabled", On::True, Absent::On, IN_CLEAR),
    // https://docs.aws.amazon.com/opensearch-service/latest/developerguide/createupdatedomains.html
    domain_https("AWS::OpenSearchService::Domain"),
    domain_policy("AWS::OpenSearchService::Domain"),
    domain_nodes("AWS::OpenSearchService::Domain"),
    // https://docs.aws.amazon.com/quicksight/latest/APIReference/API_SslProperties.html
    switch(
        "AWS::QuickSight::DataSource",
        "SslProperties.DisableSsl",
        On::False,
        Absent::On,
        "passwords and results travel in plain text",
    ),
    // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy.howitworks.html
    switch(
        "AWS::RDS::DBProxy",
        "RequireTLS",
        On::True,
        Absent::Off,
        "passwords and data may travel in plain text",
    ),
    // https://docs.aws.amazon.com/ses/latest/dg/security-protocols.html
    switch(
        "AWS::SES::ConfigurationSet",
        "DeliveryOptions.TlsPolicy",
        On::NoneOf(&["OPTIONAL"]),
        Absent::Off,
        "mail to servers without TLS travels in plain text",
    )
    .weighs(Weight::Strict),
    switch(
        "AWS::SES::ReceiptRule",
        "Rule.TlsPolicy",
        On::NoneOf(&["Optional"]),
        Absent::Off,
        "mail from servers without TLS travels in plain text",
    )
    .weighs(Weight::Strict),
    // https://docs.aws.amazon.com/sagemaker/latest/dg/train-encrypt.html
    job_traffic("AWS::SageMaker::DataQualityJobDefinition"),
    job_traffic("AWS::SageMaker::ModelBiasJobDefinition"),
    job_traffic("AWS::SageMaker::ModelExplainabilityJobDefinition"),
    job_traffic("AWS::SageMaker::ModelQualityJobDefinition"),
    // https://docs.aws.amazon.com/transfer/latest/userguide/create-server-ftp.html
    switch(
        "AWS::Transfer::Server",
        "Protocols",
        On::Lacks("FTP"),
        Absent::On,
        "passwords and files travel in plain text",
    ),
];

/// The types that have a row.
pub const IN_TRANSIT_TYPES: &[&str] = types_of!(IN_TRANSIT);

/// A file system that a container mounts.
const fn efs_volume(type_name: &'static str, within: &'static str) -> Switch {
    switch(
        type_name,
        "TransitEncryption",
        On::NoneOf(&["DISABLED"]),
        Absent::Off,
        "files travel to and from the file system in plain text",
    )
    .within(within)
}

const fn domain_https(type_name: &'static str) -> Switch {
    switch(type_name, "DomainEndpointOptions.EnforceHTTPS", On::True, Absent::Off, IN_CLEAR)
}

const fn domain_policy(type_name: &'static str) -> Switch {
    switch(
        type_name,
        "DomainEndpointOptions.TLSSecurityPolicy",
        On::NoneOf(&["Policy-Min-TLS-1-0-2019-07"]),
        Absent::Off,
        "clients may speak TLS 1.0, which can be read or forged",
    )
}

const fn domain_nodes(type_name: &'static str) -> Switch {
    switch(
        type_name,
        "NodeToNodeEncryptionOptions.Enabled",
        On::True,
        Absent::Off,
        "its nodes exchange data in plain text",
    )
}

/// Jobs on one instance have no such traffic.
const fn job_traffic(type_name: &'static str) -> Switch {
    switch(
        type_name,
        "NetworkConfig.EnableInterContainerTrafficEncryption",
        On::True,
        Absent::Off,
        "the containers of a job on several instances exchange data in plain text",
    )
    .weighs(Weight::Strict)
}
