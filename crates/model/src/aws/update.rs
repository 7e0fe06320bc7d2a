//! What an update of a property does to the resource.
//!
//! From the `createOnlyProperties` and `conditionalCreateOnlyProperties` of the public resource
//! schemas of October 2026, as far as encryption is concerned; the page of a row is that of its type:
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html>.
//! Three rows are from the pages alone: the validation of a certificate and the protocol of a target
//! group cannot be changed, and of a volume an update is refused.

/// What becomes of a resource when a property is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Update {
    /// It stays what it is.
    InPlace,
    /// It is deleted, and another one made; or the update is refused.
    Replaces,
    /// The one or the other, by its other properties.
    MayReplace,
}

/// What a change of the property at `path` does to a resource of type `type_name`.
pub fn update_of(type_name: &str, path: &str) -> Update {
    let Ok(place) = ROWS.binary_search_by_key(&type_name, |it| it.0) else {
        return Update::InPlace;
    };
    let Some((_, replaces, may_replace)) = ROWS.get(place) else { return Update::InPlace };
    let is_within = |outer: &&str, inner: &str| {
        inner.strip_prefix(*outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let has = |paths: &[&str]| paths.iter().any(|it| is_within(it, path) || is_within(&path, it));
    if has(replaces) {
        Update::Replaces
    } else if has(may_replace) {
        Update::MayReplace
    } else {
        Update::InPlace
    }
}

/// A type, what replaces it, and what may.
type Row = (&'static str, &'static [&'static str], &'static [&'static str]);

#[rustfmt::skip]
const ROWS: &[Row] = &[
    ("AWS::APS::Workspace", &["KmsKeyArn"], &[]),
    ("AWS::AgentRegistry::Registry", &["EncryptionConfiguration"], &[]),
    ("AWS::AmazonMQ::Broker", &["EncryptionOptions"], &[]),
    ("AWS::AppConfig::Deployment", &["KmsKeyIdentifier"], &[]),
    ("AWS::AppFlow::Flow", &["KMSArn"], &[]),
    ("AWS::AppIntegrations::DataIntegration", &["KmsKey"], &[]),
    ("AWS::AppRunner::Service", &["EncryptionConfiguration"], &[]),
    ("AWS::AppSync::ApiCache", &["AtRestEncryptionEnabled", "TransitEncryptionEnabled"], &[]),
    ("AWS::AutoScaling::LaunchConfiguration", &["BlockDeviceMappings"], &[]),
    ("AWS::Backup::BackupVault", &["EncryptionKeyArn"], &[]),
    ("AWS::Backup::LogicallyAirGappedBackupVault", &["EncryptionKeyArn"], &[]),
    ("AWS::BackupGateway::Hypervisor", &["KmsKeyArn"], &[]),
    ("AWS::Bedrock::AutomatedReasoningPolicy", &["KmsKeyId"], &[]),
    ("AWS::Bedrock::DataAutomationLibrary", &["EncryptionConfiguration"], &[]),
    ("AWS::Bedrock::RetrievalInstruction", &["CustomerEncryptionKeyArn"], &[]),
    ("AWS::Bedrock::Session", &["EncryptionKeyArn"], &[]),
    ("AWS::BedrockAgentCore::Dataset", &["KmsKeyArn"], &[]),
    ("AWS::BedrockAgentCore::Harness", &["Memory.ManagedMemoryConfiguration.EncryptionKeyArn"], &[]),
    ("AWS::BedrockAgentCore::Memory", &["EncryptionKeyArn"], &[]),
    ("AWS::BedrockAgentCore::PolicyEngine", &["EncryptionKeyArn"], &[]),
    ("AWS::CertificateManager::Certificate", &["ValidationMethod"], &[]),
    ("AWS::CleanRoomsML::ConfiguredModelAlgorithm", &["KmsKeyArn"], &[]),
    ("AWS::CodeArtifact::Domain", &["EncryptionKey"], &[]),
    ("AWS::Comprehend::DocumentClassifier", &["ModelKmsKeyId", "VolumeKmsKeyId"], &[]),
    ("AWS::Comprehend::EntityRecognizer", &["ModelKmsKeyId", "VolumeKmsKeyId"], &[]),
    ("AWS::DAX::Cluster", &["ClusterEndpointEncryptionType", "SSESpecification"], &[]),
    ("AWS::DMS::Endpoint", &["KmsKeyId"], &[]),
    ("AWS::DMS::ReplicationInstance", &["KmsKeyId"], &[]),
    ("AWS::DataZone::Domain", &["KmsKeyIdentifier"], &[]),
    ("AWS::Deadline::Farm", &["KmsKeyArn"], &[]),
    ("AWS::DevOpsAgent::AgentSpace", &["KmsKeyArn"], &[]),
    ("AWS::DevOpsAgent::Service", &["KmsKeyArn"], &[]),
    ("AWS::DirectConnect::TransitVirtualInterface", &["AllocateTransitVirtualInterfaceRoleArn"], &[]),
    ("AWS::DocDB::DBCluster", &["KmsKeyId", "StorageEncrypted"], &[]),
    ("AWS::DocDB::GlobalCluster", &["StorageEncrypted"], &[]),
    ("AWS::DocDBElastic::Cluster", &["KmsKeyId"], &[]),
    ("AWS::EC2::Instance", &["Ipv6Addresses"], &["BlockDeviceMappings"]),
    ("AWS::EC2::SpotFleet", &["SpotFleetRequestConfigData.LaunchSpecifications"], &[]),
    ("AWS::EC2::VPNConnection", &["TransportTransitGatewayAttachmentId"], &[]),
    ("AWS::EC2::Volume", &["Encrypted", "KmsKeyId"], &[]),
    ("AWS::ECR::Repository", &["EncryptionConfiguration"], &[]),
    ("AWS::EFS::FileSystem", &["Encrypted", "KmsKeyId"], &[]),
    ("AWS::EKS::Cluster", &["EncryptionConfig", "KubernetesNetworkConfig.IpFamily", "KubernetesNetworkConfig.ServiceIpv4Cidr"], &[]),
    ("AWS::EMR::Cluster", &["LogEncryptionKmsKeyId", "SecurityConfiguration"], &[]),
    ("AWS::EMR::SecurityConfiguration", &["SecurityConfiguration"], &[]),
    ("AWS::EMR::Step", &["EncryptionKeyArn"], &[]),
    ("AWS::EMR::Studio", &["EncryptionKeyArn"], &[]),
    ("AWS::EMRServerless::Application", &[], &["NetworkConfiguration"]),
    ("AWS::EVS::Environment", &["KmsKeyId", "ServiceAccessSecurityGroups"], &[]),
    ("AWS::ElastiCache::ReplicationGroup", &["AtRestEncryptionEnabled", "KmsKeyId"], &[]),
    ("AWS::ElastiCache::ServerlessCache", &["KmsKeyId"], &[]),
    ("AWS::ElastiCache::ServerlessCacheSnapshot", &["KmsKeyId"], &[]),
    ("AWS::ElastiCache::Snapshot", &["KmsKeyId"], &[]),
    ("AWS::ElasticLoadBalancingV2::TargetGroup", &["Protocol"], &[]),
    ("AWS::FSx::FileCache", &["KmsKeyId"], &[]),
    ("AWS::FSx::FileSystem", &["KmsKeyId"], &[]),
    ("AWS::FinSpace::Environment", &["KmsKeyId"], &[]),
    ("AWS::Glue::Integration", &["KmsKeyId"], &[]),
    ("AWS::Glue::MLTransform", &["TransformEncryption"], &[]),
    ("AWS::HealthImaging::Datastore", &["KmsKeyArn"], &[]),
    ("AWS::HealthLake::DataTransformationProfile", &["KmsKeyId"], &[]),
    ("AWS::HealthLake::FHIRDatastore", &["SseConfiguration"], &[]),
    ("AWS::ImageBuilder::Component", &["KmsKeyId"], &[]),
    ("AWS::ImageBuilder::ContainerRecipe", &["KmsKeyId"], &[]),
    ("AWS::ImageBuilder::ImageRecipe", &["BlockDeviceMappings"], &[]),
    ("AWS::ImageBuilder::Workflow", &["KmsKeyId"], &[]),
    ("AWS::IoTSiteWise::Workspace", &["EncryptionConfiguration", "KmsKeyId"], &[]),
    ("AWS::KMS::ReplicaKey", &["PrimaryKeyArn"], &[]),
    ("AWS::KafkaConnect::Connector", &["KafkaClusterEncryptionInTransit"], &[]),
    ("AWS::Kendra::Index", &["ServerSideEncryptionConfiguration"], &[]),
    ("AWS::Lambda::CapacityProvider", &["KmsKeyArn"], &[]),
    ("AWS::Lambda::WebFunctionRevision", &["KmsKeyArn"], &[]),
    ("AWS::Location::GeofenceCollection", &["KmsKeyId"], &[]),
    ("AWS::Location::Tracker", &["KmsKeyId"], &[]),
    ("AWS::LookoutEquipment::InferenceScheduler", &["ServerSideKmsKeyId"], &[]),
    ("AWS::M2::Application", &["KmsKeyId"], &[]),
    ("AWS::M2::Environment", &["KmsKeyId"], &[]),
    ("AWS::MSK::Channel", &["EncryptionConfiguration"], &[]),
    ("AWS::MSK::Cluster", &["EncryptionInfo.EncryptionAtRest", "EncryptionInfo.EncryptionInTransit.InCluster"], &[]),
    ("AWS::MWAA::Environment", &["KmsKey", "NetworkConfiguration.SubnetIds"], &[]),
    ("AWS::MWAAServerless::Workflow", &["EncryptionConfiguration"], &[]),
    ("AWS::MemoryDB::Cluster", &["KmsKeyId", "TLSEnabled"], &[]),
    ("AWS::MemoryDB::MultiRegionCluster", &["TLSEnabled"], &[]),
    ("AWS::MemoryDB::Snapshot", &["KmsKeyId"], &[]),
    ("AWS::Neptune::DBCluster", &["KmsKeyId", "StorageEncrypted"], &[]),
    ("AWS::Neptune::GlobalCluster", &["StorageEncrypted"], &[]),
    ("AWS::NeptuneGraph::Graph", &["KmsKeyIdentifier"], &[]),
    ("AWS::ObservabilityAdmin::S3TableIntegration", &["Encryption"], &[]),
    ("AWS::Omics::AnnotationStore", &["SseConfig"], &[]),
    ("AWS::Omics::ReferenceStore", &["SseConfig"], &[]),
    ("AWS::Omics::SequenceStore", &["SseConfig"], &[]),
    ("AWS::Omics::VariantStore", &["SseConfig"], &[]),
    ("AWS::OpenSearchServerless::Collection", &["EncryptionConfig"], &[]),
    ("AWS::OpenSearchService::Application", &["KmsKeyArn"], &[]),
    ("AWS::OpenSearchService::Domain", &[], &["EncryptionAtRestOptions.Enabled", "EncryptionAtRestOptions.KmsKeyId"]),
    ("AWS::Personalize::DatasetGroup", &["KmsKeyArn"], &[]),
    ("AWS::Proton::EnvironmentTemplate", &["EncryptionKey"], &[]),
    ("AWS::Proton::ServiceTemplate", &["EncryptionKey"], &[]),
    ("AWS::QBusiness::Application", &["EncryptionConfiguration"], &[]),
    ("AWS::RDS::CustomDBEngineVersion", &["KMSKeyId"], &[]),
    ("AWS::RDS::DBCluster", &["KmsKeyId", "StorageEncrypted"], &[]),
    ("AWS::RDS::DBInstance", &["KmsKeyId", "StorageEncrypted"], &["PerformanceInsightsKMSKeyId"]),
    ("AWS::RDS::GlobalCluster", &["StorageEncrypted"], &[]),
    ("AWS::RDS::Integration", &["KMSKeyId"], &[]),
    ("AWS::Redshift::Integration", &["KMSKeyId"], &[]),
    ("AWS::Redshift::SnapshotCopyGrant", &["KmsKeyId"], &[]),
    ("AWS::Rekognition::StreamProcessor", &["KmsKeyId"], &[]),
    ("AWS::ResilienceHubV2::Policy", &["KmsKeyId"], &[]),
    ("AWS::ResilienceHubV2::Service", &["KmsKeyId"], &[]),
    ("AWS::ResilienceHubV2::System", &["KmsKeyId"], &[]),
    ("AWS::S3Files::FileSystem", &["KmsKeyId"], &[]),
    ("AWS::S3Vectors::Index", &["EncryptionConfiguration"], &[]),
    ("AWS::S3Vectors::VectorBucket", &["EncryptionConfiguration"], &[]),
    ("AWS::SES::MailManagerArchive", &["KmsKeyArn"], &[]),
    ("AWS::SES::MailManagerIngressPoint", &["NetworkConfiguration"], &[]),
    ("AWS::SSM::ResourceDataSync", &["KMSKeyArn"], &[]),
    ("AWS::SageMaker::DataQualityJobDefinition", &["JobResources", "NetworkConfig"], &[]),
    ("AWS::SageMaker::Domain", &["KmsKeyId"], &[]),
    ("AWS::SageMaker::EndpointConfig", &["KmsKeyId"], &[]),
    ("AWS::SageMaker::InferenceExperiment", &["KmsKey"], &[]),
    ("AWS::SageMaker::ModelBiasJobDefinition", &["JobResources", "NetworkConfig"], &[]),
    ("AWS::SageMaker::ModelExplainabilityJobDefinition", &["JobResources", "NetworkConfig"], &[]),
    ("AWS::SageMaker::ModelQualityJobDefinition", &["JobResources", "NetworkConfig"], &[]),
    ("AWS::SageMaker::NotebookInstance", &["KmsKeyId"], &[]),
    ("AWS::SageMaker::PartnerApp", &["KmsKeyId"], &[]),
    ("AWS::SageMaker::ProcessingJob", &["NetworkConfig"], &[]),
    ("AWS::SecurityAgent::AgentSpace", &["KmsKeyId"], &[]),
    ("AWS::SecurityAgent::Integration", &["KmsKeyId"], &[]),
    ("AWS::SecurityAgent::SecurityRequirementPack", &["KmsKeyId"], &[]),
    ("AWS::SecurityHub::ConnectorV2", &["KmsKeyArn"], &[]),
    ("AWS::StepFunctions::Activity", &["EncryptionConfiguration"], &[]),
    ("AWS::Timestream::ScheduledQuery", &["KmsKeyId"], &[]),
    ("AWS::Wisdom::Assistant", &["ServerSideEncryptionConfiguration"], &[]),
    ("AWS::Wisdom::KnowledgeBase", &["ServerSideEncryptionConfiguration"], &[]),
    ("AWS::WorkSpaces::Workspace", &[], &["RootVolumeEncryptionEnabled", "UserVolumeEncryptionEnabled", "VolumeEncryptionKey"]),
    ("AWS::WorkSpacesThinClient::Environment", &["KmsKeyArn"], &[]),
    ("AWS::WorkspacesInstances::Volume", &["Encrypted", "KmsKeyId"], &[]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_sorted() {
        assert!(ROWS.is_sorted_by_key(|it| it.0));
    }

    #[test]
    fn what_replaces_a_resource_is_told() {
        use Update::{InPlace, MayReplace, Replaces};
        for (type_name, path, expected) in [
            ("AWS::RDS::DBInstance", "StorageEncrypted", Replaces),
            ("AWS::RDS::DBInstance", "MasterUserSecret.KmsKeyId", InPlace),
            ("AWS::RDS::DBInstance", "PerformanceInsightsKMSKeyId", MayReplace),
            ("AWS::ECR::Repository", "EncryptionConfiguration.KmsKey", Replaces),
            ("AWS::EKS::Cluster", "EncryptionConfig", Replaces),
            ("AWS::KMS::Key", "EnableKeyRotation", InPlace),
            ("Custom::Thing", "Encrypted", InPlace),
        ] {
            assert_eq!(update_of(type_name, path), expected, "{type_name} {path}");
        }
    }
}
