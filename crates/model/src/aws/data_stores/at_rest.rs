//! What switches encryption at rest on, service by service.
//!
//! Deliberately absent: services that encrypt whatever one says (S3, DynamoDB, MSK, …), where only
//! the key is a question; databases of RDS, DocumentDB and Neptune, and volumes of EBS, which
//! have views of their own.

use super::{Absent, Needs, On, Switch, Unless, Weight, switch};
use crate::aws::types_of::types_of;

/// A row a type and switch, by type.
pub const AT_REST: &[Switch] = &[
    // https://docs.aws.amazon.com/appsync/latest/devguide/enabling-caching.html
    switch(
        "AWS::AppSync::ApiCache",
        "AtRestEncryptionEnabled",
        On::True,
        Absent::On,
        "it keeps cached answers unencrypted",
    ),
    // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/DAXEncryptionAtRest.html
    switch(
        "AWS::DAX::Cluster",
        "SSESpecification.SSEEnabled",
        On::True,
        Absent::Off,
        "it keeps cached items on disk unencrypted",
    ),
    // https://docs.aws.amazon.com/efs/latest/ug/encryption-at-rest.html
    switch(
        "AWS::EFS::FileSystem",
        "Encrypted",
        On::True,
        Absent::Off,
        "it keeps files and their names unencrypted",
    ),
    // https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-create-security-configuration.html
    switch(
        "AWS::EMR::SecurityConfiguration",
        "SecurityConfiguration.EncryptionConfiguration.EnableAtRestEncryption",
        On::True,
        Absent::Off,
        "its clusters keep their data unencrypted",
    )
    .needs(Needs::Block(
        "SecurityConfiguration.EncryptionConfiguration.AtRestEncryptionConfiguration",
    )),
    // https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/at-rest-encryption.html
    switch(
        "AWS::ElastiCache::ReplicationGroup",
        "AtRestEncryptionEnabled",
        On::True,
        Absent::OffUnless("Engine", &["valkey"]),
        "it keeps backups and what it writes to disk unencrypted",
    )
    .unless(&[Unless::Is("Engine", &["memcached"]), Unless::Follows("GlobalReplicationGroupId")]),
    // https://docs.aws.amazon.com/opensearch-service/latest/developerguide/encryption-at-rest.html
    switch(
        "AWS::Elasticsearch::Domain",
        "EncryptionAtRestOptions.Enabled",
        On::True,
        Absent::Off,
        "it keeps indices, logs and snapshots unencrypted",
    ),
    // https://docs.aws.amazon.com/glue/latest/dg/encrypt-glue-data-catalog.html
    switch(
        "AWS::Glue::DataCatalogEncryptionSettings",
        "DataCatalogEncryptionSettings.ConnectionPasswordEncryption.ReturnConnectionPasswordEncrypted",
        On::True,
        Absent::Off,
        "it keeps the passwords of connections unencrypted",
    ),
    switch(
        "AWS::Glue::DataCatalogEncryptionSettings",
        "DataCatalogEncryptionSettings.EncryptionAtRest.CatalogEncryptionMode",
        On::OneOf(&["SSE-KMS", "SSE-KMS-WITH-SERVICE-ROLE"]),
        Absent::Off,
        "it keeps the catalog unencrypted",
    ),
    // https://docs.aws.amazon.com/glue/latest/dg/encryption-at-rest.html
    switch(
        "AWS::Glue::MLTransform",
        "TransformEncryption.MLUserDataEncryption.MLUserDataEncryptionMode",
        On::OneOf(&["SSE-KMS"]),
        Absent::Off,
        "it keeps what it learns from unencrypted",
    ),
    // https://docs.aws.amazon.com/glue/latest/dg/console-security-configurations.html
    switch(
        "AWS::Glue::SecurityConfiguration",
        "EncryptionConfiguration.CloudWatchEncryption.CloudWatchEncryptionMode",
        On::NoneOf(&["DISABLED"]),
        Absent::Off,
        "its jobs write logs that nothing of the account encrypts",
    ),
    switch(
        "AWS::Glue::SecurityConfiguration",
        "EncryptionConfiguration.JobBookmarksEncryption.JobBookmarksEncryptionMode",
        On::NoneOf(&["DISABLED"]),
        Absent::Off,
        "its jobs keep bookmarks unencrypted",
    ),
    switch(
        "AWS::Glue::SecurityConfiguration",
        "EncryptionConfiguration.S3Encryptions[].S3EncryptionMode",
        On::NoneOf(&["DISABLED"]),
        Absent::Off,
        "its jobs leave what they write to the default of the bucket",
    ),
    // https://docs.aws.amazon.com/streams/latest/dev/what-is-sse.html
    switch(
        "AWS::Kinesis::Stream",
        "StreamEncryption.EncryptionType",
        On::OneOf(&["KMS"]),
        Absent::Off,
        "it keeps records unencrypted",
    )
    .needs(Needs::Text("StreamEncryption.KeyId", "alias/aws/kinesis")),
    // https://docs.aws.amazon.com/firehose/latest/dev/encryption.html
    delivery("AmazonOpenSearchServerlessDestinationConfiguration.S3Configuration"),
    delivery("AmazonopensearchserviceDestinationConfiguration.S3Configuration"),
    switch(
        "AWS::KinesisFirehose::DeliveryStream",
        "DeliveryStreamEncryptionConfigurationInput",
        On::Present,
        Absent::Off,
        "it keeps records that wait for delivery unencrypted",
    )
    // The source encrypts what it holds; nothing waits here.
    .unless(&[Unless::Is(
        "DeliveryStreamType",
        &["DatabaseAsSource", "KinesisStreamAsSource", "MSKAsSource"],
    )]),
    delivery("ElasticsearchDestinationConfiguration.S3Configuration"),
    delivery("ExtendedS3DestinationConfiguration"),
    delivery("ExtendedS3DestinationConfiguration.S3BackupConfiguration"),
    delivery("HttpEndpointDestinationConfiguration.S3Configuration"),
    delivery("IcebergDestinationConfiguration.S3Configuration"),
    delivery("RedshiftDestinationConfiguration.S3BackupConfiguration"),
    delivery("RedshiftDestinationConfiguration.S3Configuration"),
    delivery("S3DestinationConfiguration"),
    delivery("SnowflakeDestinationConfiguration.S3Configuration"),
    delivery("SplunkDestinationConfiguration.S3Configuration"),
    // https://docs.aws.amazon.com/opensearch-service/latest/developerguide/encryption-at-rest.html
    switch(
        "AWS::OpenSearchService::Domain",
        "EncryptionAtRestOptions.Enabled",
        On::True,
        Absent::Off,
        "it keeps indices, logs and snapshots unencrypted",
    ),
    // https://docs.aws.amazon.com/redshift/latest/mgmt/working-with-db-encryption.html
    switch(
        "AWS::Redshift::Cluster",
        "Encrypted",
        On::True,
        Absent::On,
        "it keeps its data and snapshots unencrypted",
    )
    .unless(&[Unless::Has("SnapshotIdentifier")]),
    // https://docs.aws.amazon.com/sns/latest/dg/sns-server-side-encryption.html
    switch(
        "AWS::SNS::Topic",
        "KmsMasterKeyId",
        On::Present,
        Absent::Off,
        "messages are sealed by nothing but the disks of the service",
    )
    .weighs(Weight::Lesser),
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-server-side-encryption.html
    switch(
        "AWS::SQS::Queue",
        "SqsManagedSseEnabled",
        On::True,
        Absent::On,
        "it keeps messages unencrypted",
    )
    .unless(&[Unless::Has("KmsMasterKeyId")]),
    // https://docs.aws.amazon.com/sagemaker/latest/dg/encryption-at-rest.html
    job_volume("AWS::SageMaker::DataQualityJobDefinition"),
    job_volume("AWS::SageMaker::ModelBiasJobDefinition"),
    job_volume("AWS::SageMaker::ModelExplainabilityJobDefinition"),
    job_volume("AWS::SageMaker::ModelQualityJobDefinition"),
    // https://docs.aws.amazon.com/workspaces/latest/adminguide/encrypt-workspaces.html
    switch(
        "AWS::WorkSpaces::Workspace",
        "RootVolumeEncryptionEnabled",
        On::True,
        Absent::Off,
        "it keeps the root volume unencrypted",
    ),
    switch(
        "AWS::WorkSpaces::Workspace",
        "UserVolumeEncryptionEnabled",
        On::True,
        Absent::Off,
        "it keeps the volume of the user unencrypted",
    ),
];

/// The types that have a row.
pub const AT_REST_TYPES: &[&str] = types_of!(AT_REST);

/// What Firehose writes to a bucket: left out, the bucket's default encrypts it.
const fn delivery(within: &'static str) -> Switch {
    switch(
        "AWS::KinesisFirehose::DeliveryStream",
        "EncryptionConfiguration.NoEncryptionConfig",
        On::NoneOf(&["NoEncryption"]),
        Absent::On,
        "it leaves what it delivers to the default of the bucket",
    )
    .within(within)
    .weighs(Weight::Lesser)
}

/// The volumes of a job: whether they are encrypted without a key is not documented.
const fn job_volume(type_name: &'static str) -> Switch {
    switch(
        type_name,
        "JobResources.ClusterConfig.VolumeKmsKeyId",
        On::Present,
        Absent::Undocumented,
        "its jobs keep their data on volumes that are not encrypted",
    )
}
