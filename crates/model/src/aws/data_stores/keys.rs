//! What names the key of a store, property by property.
//!
//! Deliberately absent: what has a rule of its own for its key (databases, repositories, secrets,
//! trails, pipelines), and volumes, which have a view of their own.

use std::borrow::Cow;

use stackseal_syntax::Literal;

use super::{AT_REST, Protection, blocks_at, is_among};
use crate::aws::bucket::receives_access_logs;
use crate::aws::types_of::types_of;
use crate::cloudformation::{Key, Map, Resource};
use crate::setting::{Reason, Setting, Unknown};

/// A property that may name the key of a store.
pub struct StoreKey<'r> {
    /// The key.
    pub key: Setting<'r, Key<'r>>,
    /// The property.
    pub property: &'static str,
    /// The path of the property, where it is one of the resource itself.
    pub path: Option<&'static str>,
    /// Whether a key is named, and a switch beside it chooses one of AWS all the same.
    pub is_passed_over: bool,
    /// What has to be set beside a key for the service to take and use it, if anything: a path of the
    /// resource, and the value.
    pub beside: Option<(&'static str, Literal)>,
}

struct Row {
    type_name: &'static str,
    /// The block that must be there for anything to be kept; empty for the resource itself.
    within: &'static str,
    path: &'static str,
    beside: Beside,
}

/// What stands beside a key and has a say.
#[derive(Clone, Copy)]
enum Beside {
    Nothing,
    /// It decides whether the key is used.
    Chooser(Chooser),
    /// The service refuses the key while the switch at the path is on.
    Rival(&'static str),
}

/// A switch that decides whether the key beside it is used. It is required; what is left out is
/// refused, and so says nothing.
#[derive(Clone, Copy)]
struct Chooser {
    /// Relative to the same block as the key.
    path: &'static str,
    /// It stands once for the resource, whatever block the key is in.
    is_of_resource: bool,
    chooses: Chooses,
}

/// Which values choose the key.
#[derive(Clone, Copy)]
enum Chooses {
    Bool(bool),
    /// Any but these words, which stand for keys of AWS: the word behind them, say.
    Word(&'static [&'static str], &'static str),
}

const fn row(type_name: &'static str, within: &'static str, path: &'static str) -> Row {
    Row { type_name, within, path, beside: Beside::Nothing }
}

impl Row {
    /// The key counts while the boolean at `path` is `value`.
    const fn chosen_if(self, path: &'static str, value: bool) -> Self {
        self.chosen(Chooser { path, is_of_resource: false, chooses: Chooses::Bool(value) })
    }

    /// The same for a boolean of the resource.
    const fn chosen_if_resource(self, path: &'static str, value: bool) -> Self {
        self.chosen(Chooser { path, is_of_resource: true, chooses: Chooses::Bool(value) })
    }

    /// The key counts unless the text at `path` is among `of_aws`: `own` lets it.
    const fn chosen_unless(
        self,
        path: &'static str,
        of_aws: &'static [&'static str],
        own: &'static str,
    ) -> Self {
        self.chosen(Chooser { path, is_of_resource: false, chooses: Chooses::Word(of_aws, own) })
    }

    const fn chosen(self, chooser: Chooser) -> Self {
        Self { beside: Beside::Chooser(chooser), ..self }
    }

    /// The service takes the key or the switch at `path`, and not both.
    const fn rivals(self, path: &'static str) -> Self {
        Self { beside: Beside::Rival(path), ..self }
    }

    /// The path of the key, where it is a property of the resource itself.
    fn own_path(&self) -> Option<&'static str> {
        (self.within.is_empty() && !self.path.contains("[]")).then_some(self.path)
    }
}

impl Beside {
    /// Whether the key is used, once for each place of a key in `block`; nothing where nothing decides.
    fn choices<'r>(self, resource: &Resource<'r>, block: &Map<'r>) -> Vec<Setting<'r, bool>> {
        let Self::Chooser(Chooser { path, is_of_resource, chooses }) = self else {
            return Vec::new();
        };
        // Both paths lead through the same lists.
        let values = if is_of_resource { vec![resource.at(path)] } else { block.all(path) };
        let values = values.iter().map(|it| match chooses {
            Chooses::Bool(value) => it.bool().map(|it| it == value),
            Chooses::Word(of_aws, _) => it.text().map(|it| !is_among(of_aws, &it)),
        });
        values.collect()
    }

    /// What has to be set for a key, where `choice` is what decides now.
    fn to_set(
        self,
        resource: &Resource<'_>,
        choice: Option<&Setting<'_, bool>>,
    ) -> Option<(&'static str, Literal)> {
        match self {
            Self::Nothing => None,
            Self::Chooser(Chooser { path, is_of_resource: _, chooses }) => {
                let value = match chooses {
                    Chooses::Bool(value) => value.into(),
                    Chooses::Word(_, own) => own.into(),
                };
                let is_chosen = matches!(choice, Some(Setting::Known(true, _)));
                (!is_chosen).then_some((path, value))
            }
            Self::Rival(path) => match resource.bool(path) {
                Setting::Known(false, _) | Setting::Absent(_) => None,
                Setting::Known(true, _) | Setting::Unknown(_) => Some((path, false.into())),
            },
        }
    }
}

/// `key`, or the key of AWS that is used instead.
fn chosen<'r>(
    key: Setting<'r, Key<'r>>,
    choice: Option<&Setting<'r, bool>>,
) -> Setting<'r, Key<'r>> {
    let is_named = match &key {
        Setting::Known(Key::Customer(_), _) => true,
        Setting::Unknown(unknown) => !matches!(unknown.reason, Reason::MayBeAdded(_)),
        Setting::Known(Key::Aws(_), _) | Setting::Absent(_) => false,
    };
    match choice {
        Some(Setting::Known(false, at)) if is_named => {
            Setting::Known(Key::Aws(Cow::Borrowed("")), *at)
        }
        Some(Setting::Unknown(unknown))
            if matches!(key, Setting::Known(Key::Customer(_), _))
                && !matches!(unknown.reason, Reason::MayBeAdded(_)) =>
        {
            Setting::Unknown(unknown.clone())
        }
        Some(_) | None => key,
    }
}

/// `key`, which `resource` names at `path`, or the key of AWS that is used instead.
pub(in crate::aws) fn key_in_use<'r>(
    resource: &Resource<'r>,
    path: &str,
    key: Setting<'r, Key<'r>>,
) -> Setting<'r, Key<'r>> {
    if matches!(key, Setting::Known(Key::Aws(_), _) | Setting::Absent(_)) {
        return key;
    }
    let mut rows = rows_of(resource.type_name());
    let Some(row) = rows.find(|it| it.own_path() == Some(path)) else { return key };
    let choices = row.beside.choices(resource, &resource.properties());
    chosen(key, choices.first())
}

/// The keys of `resource`, as far as it keeps something encrypted that could be under another; an
/// unknown one where it is not known what it keeps.
pub fn store_keys<'r>(resource: &Resource<'r>) -> Vec<StoreKey<'r>> {
    if takes_no_key(resource) {
        return Vec::new();
    }
    let protections = AT_REST.iter().filter(|it| it.within.is_empty());
    let protections: Vec<_> = protections.flat_map(|it| it.read(resource)).collect();
    let is_off = |it: &Protection<'_>| matches!(it, Protection::Off(_) | Protection::Missing(_));
    // Without encryption there is no key to speak of.
    if protections.iter().any(is_off) {
        return Vec::new();
    }
    let is_elsewhere = protections.iter().any(|it| matches!(it, Protection::Elsewhere));
    let doubt = protections.into_iter().find_map(|it| match it {
        Protection::Open(unknown) => Some(unknown),
        Protection::On | Protection::Off(_) | Protection::Missing(_) | Protection::Elsewhere => {
            None
        }
    });
    let mut open = Vec::new();
    let mut keys = Vec::new();
    for row in rows_of(resource.type_name()) {
        let path = row.own_path();
        for block in blocks_at(&resource.properties(), row.within, &mut open) {
            let values = block.all(row.path);
            // What decides is of interest where a key is named, or may be by a fix.
            let matters = path.is_some() || values.iter().any(|it| !it.is_absent());
            let choices = if matters { row.beside.choices(resource, &block) } else { Vec::new() };
            for (place, value) in values.into_iter().enumerate() {
                let choice = choices.get(place).or(choices.first());
                let named = value.key(block.scope());
                let is_named = !matches!(named, Setting::Known(Key::Aws(_), _));
                let key = match chosen(named, choice) {
                    // What it is made from, or fed by, brings the key.
                    Setting::Absent(_) if is_elsewhere => continue,
                    Setting::Absent(span) => match absent(resource, doubt.as_ref()) {
                        Some(reason) => Setting::Unknown(Unknown { span, reason }),
                        None => Setting::Absent(span),
                    },
                    key @ (Setting::Known(..) | Setting::Unknown(_)) => key,
                };
                let is_passed_over = is_named && matches!(key, Setting::Known(Key::Aws(_), _));
                let beside = path.and_then(|_| row.beside.to_set(resource, choice));
                let property = last_of(row.path);
                keys.push(StoreKey { key, property, path, is_passed_over, beside });
            }
        }
    }
    let open = open.into_iter().map(|unknown| StoreKey {
        key: Setting::Unknown(unknown),
        property: "",
        path: None,
        is_passed_over: false,
        beside: None,
    });
    keys.extend(open);
    keys
}

/// The rows of a type: they are in the order of their types.
fn rows_of(type_name: &str) -> impl Iterator<Item = &'static Row> {
    let first = ROWS.partition_point(|it| it.type_name < type_name);
    ROWS.iter().skip(first).take_while(move |it| it.type_name == type_name)
}

/// Why it is not known that a key that is not named is one of AWS.
fn absent<'r>(resource: &Resource<'r>, doubt: Option<&Unknown<'r>>) -> Option<Reason<'r>> {
    // https://docs.aws.amazon.com/opensearch-service/latest/developerguide/serverless-encryption.html
    if resource.is("AWS::OpenSearchServerless::Collection") {
        return Some(Reason::Outside("the encryption policy of the collection names the key"));
    }
    doubt.map(|it| it.reason.clone())
}

/// Whether the service takes no key here.
fn takes_no_key(resource: &Resource<'_>) -> bool {
    match resource.type_name() {
        // https://docs.aws.amazon.com/fsx/latest/LustreGuide/encryption-at-rest.html
        "AWS::FSx::FileSystem" => {
            resource.text("FileSystemType").known().is_some_and(|it| it == "LUSTRE")
                && match resource.text("LustreConfiguration.DeploymentType") {
                    Setting::Known(deployment, _) => deployment.starts_with("SCRATCH"),
                    Setting::Absent(_) => true,
                    Setting::Unknown(_) => false,
                }
        }
        "AWS::S3::Bucket" => receives_access_logs(resource),
        _ => false,
    }
}

fn last_of(path: &'static str) -> &'static str {
    path.rsplit('.').next().unwrap_or(path)
}

/// A row a property, by type. What chooses the key is from the pages of the properties.
const ROWS: &[Row] = &[
    row("AWS::AIOps::InvestigationGroup", "", "EncryptionConfig.KmsKeyId"),
    row("AWS::APS::Workspace", "", "KmsKeyArn"),
    row("AWS::AgentRegistry::Registry", "", "EncryptionConfiguration.KmsKeyArn"),
    row("AWS::AmazonMQ::Broker", "", "EncryptionOptions.KmsKeyId")
        .chosen_if("EncryptionOptions.UseAwsOwnedKey", false),
    row("AWS::AppConfig::ConfigurationProfile", "", "KmsKeyIdentifier"),
    row("AWS::AppConfig::Deployment", "", "KmsKeyIdentifier"),
    row("AWS::AppFlow::ConnectorProfile", "", "KMSArn"),
    row("AWS::AppFlow::Flow", "", "KMSArn"),
    row("AWS::AppIntegrations::DataIntegration", "", "KmsKey"),
    row("AWS::AppRunner::Service", "", "EncryptionConfiguration.KmsKey"),
    row(
        "AWS::Athena::WorkGroup",
        "WorkGroupConfiguration.ResultConfiguration",
        "EncryptionConfiguration.KmsKey",
    )
    .chosen_unless("EncryptionConfiguration.EncryptionOption", &["SSE_S3"], "SSE_KMS"),
    row("AWS::Backup::BackupVault", "", "EncryptionKeyArn"),
    row("AWS::Backup::LogicallyAirGappedBackupVault", "", "EncryptionKeyArn"),
    row("AWS::Bedrock::Agent", "", "CustomerEncryptionKeyArn"),
    row("AWS::Bedrock::AutomatedReasoningPolicy", "", "KmsKeyId"),
    row("AWS::Bedrock::Blueprint", "", "KmsKeyId"),
    row("AWS::Bedrock::DataAutomationLibrary", "", "EncryptionConfiguration.KmsKeyId"),
    row("AWS::Bedrock::DataAutomationProject", "", "KmsKeyId"),
    row("AWS::Bedrock::DataSource", "", "ServerSideEncryptionConfiguration.KmsKeyArn"),
    row("AWS::Bedrock::Flow", "", "CustomerEncryptionKeyArn"),
    row("AWS::Bedrock::Guardrail", "", "KmsKeyArn"),
    row(
        "AWS::Bedrock::KnowledgeBase",
        "KnowledgeBaseConfiguration.ManagedKnowledgeBaseConfiguration",
        "ServerSideEncryptionConfiguration.KmsKeyArn",
    ),
    row("AWS::Bedrock::Prompt", "", "CustomerEncryptionKeyArn"),
    row("AWS::Bedrock::RetrievalInstruction", "", "CustomerEncryptionKeyArn"),
    row("AWS::Bedrock::Session", "", "EncryptionKeyArn"),
    row("AWS::BedrockAgentCore::ConfigurationBundle", "", "KmsKeyArn"),
    row("AWS::BedrockAgentCore::Dataset", "", "KmsKeyArn"),
    row("AWS::BedrockAgentCore::Evaluator", "", "KmsKeyArn"),
    row("AWS::BedrockAgentCore::Gateway", "", "KmsKeyArn"),
    row("AWS::BedrockAgentCore::Harness", "Memory.ManagedMemoryConfiguration", "EncryptionKeyArn"),
    row("AWS::BedrockAgentCore::Memory", "", "EncryptionKeyArn"),
    row(
        "AWS::BedrockAgentCore::OAuth2CredentialProvider",
        "Oauth2ProviderConfigInput.CustomOauth2ProviderConfig.PrivateKeyJwtConfig.PrivateKeySource.KmsKeySource",
        "KmsKeyArn",
    ),
    row(
        "AWS::BedrockAgentCore::OAuth2CredentialProvider",
        "Oauth2ProviderConfigOutput.PrivateKeyJwtConfig.PrivateKeySource.KmsKeySource",
        "KmsKeyArn",
    ),
    row("AWS::BedrockAgentCore::PolicyEngine", "", "EncryptionKeyArn"),
    row("AWS::Cassandra::Table", "", "EncryptionSpecification.KmsKeyIdentifier").chosen_unless(
        "EncryptionSpecification.EncryptionType",
        &["AWS_OWNED_KMS_KEY"],
        "CUSTOMER_MANAGED_KMS_KEY",
    ),
    row("AWS::CleanRooms::IdMappingTable", "", "KmsKeyArn"),
    row("AWS::CleanRooms::IntermediateTable", "", "KmsKeyArn"),
    row("AWS::CleanRoomsML::ConfiguredModelAlgorithm", "", "KmsKeyArn"),
    row("AWS::CodeArtifact::Domain", "", "EncryptionKey"),
    row("AWS::CodeStarConnections::RepositoryLink", "", "EncryptionKeyArn"),
    row("AWS::Cognito::UserPool", "", "KeyConfiguration.KmsKeyArn"),
    row("AWS::Comprehend::DocumentClassifier", "OutputDataConfig", "KmsKeyId"),
    row("AWS::Comprehend::DocumentClassifier", "", "VolumeKmsKeyId"),
    row("AWS::Comprehend::EntityRecognizer", "", "VolumeKmsKeyId"),
    row("AWS::Comprehend::Flywheel", "", "DataSecurityConfig.VolumeKmsKeyId"),
    row("AWS::CustomerProfiles::Domain", "", "DefaultEncryptionKey"),
    row("AWS::CustomerProfiles::DomainObjectType", "", "EncryptionKey"),
    row("AWS::CustomerProfiles::Integration", "FlowDefinition", "KmsArn"),
    row("AWS::CustomerProfiles::ObjectType", "", "EncryptionKey"),
    row("AWS::DMS::Endpoint", "", "KmsKeyId"),
    row("AWS::DMS::InstanceProfile", "", "KmsKeyArn"),
    row("AWS::DMS::ReplicationConfig", "ComputeConfig", "KmsKeyId"),
    row("AWS::DMS::ReplicationInstance", "", "KmsKeyId"),
    row("AWS::DSQL::Cluster", "", "KmsEncryptionKey"),
    row("AWS::DataBrew::Job", "", "EncryptionKeyArn"),
    row("AWS::DataExchange::EventAction", "Action.ExportRevisionToS3", "Encryption.KmsKeyArn"),
    row("AWS::DataSync::LocationAzureBlob", "CmkSecretConfig", "KmsKeyArn"),
    row("AWS::DataSync::LocationFSxONTAP", "Protocol.SMB.CmkSecretConfig", "KmsKeyArn"),
    row("AWS::DataSync::LocationFSxWindows", "CmkSecretConfig", "KmsKeyArn"),
    row("AWS::DataSync::LocationHDFS", "CmkSecretConfig", "KmsKeyArn"),
    row("AWS::DataSync::LocationObjectStorage", "CmkSecretConfig", "KmsKeyArn"),
    row("AWS::DataSync::LocationSMB", "CmkSecretConfig", "KmsKeyArn"),
    row(
        "AWS::DataZone::Connection",
        "Props.GlueProperties.GlueConnectionInput.AuthenticationConfiguration",
        "KmsKeyArn",
    ),
    row("AWS::DataZone::Domain", "", "KmsKeyIdentifier"),
    row("AWS::Deadline::Farm", "", "KmsKeyArn"),
    row("AWS::DevOpsAgent::AgentSpace", "", "KmsKeyArn"),
    row("AWS::DevOpsAgent::Service", "", "KmsKeyArn"),
    row("AWS::DocDBElastic::Cluster", "", "KmsKeyId"),
    row("AWS::DynamoDB::GlobalTable", "Replicas[]", "SSESpecification.KMSMasterKeyId")
        .chosen_if_resource("SSESpecification.SSEEnabled", true),
    row("AWS::DynamoDB::Table", "", "SSESpecification.KMSMasterKeyId")
        .chosen_if("SSESpecification.SSEEnabled", true),
    row("AWS::EC2::VerifiedAccessEndpoint", "", "SseSpecification.KmsKeyArn"),
    row("AWS::EC2::VerifiedAccessGroup", "", "SseSpecification.KmsKeyArn"),
    row("AWS::EC2::VerifiedAccessTrustProvider", "", "SseSpecification.KmsKeyArn"),
    row("AWS::ECS::Cluster", "Configuration.ExecuteCommandConfiguration", "KmsKeyId"),
    row("AWS::ECS::Cluster", "Configuration.ManagedStorageConfiguration", "KmsKeyId"),
    row("AWS::EFS::FileSystem", "", "KmsKeyId"),
    row("AWS::EMR::Step", "", "EncryptionKeyArn"),
    row("AWS::EMR::Studio", "", "EncryptionKeyArn"),
    row(
        "AWS::EMRContainers::SecurityConfiguration",
        "SecurityConfigurationData",
        "EncryptionConfiguration.AtRestEncryptionConfiguration.S3EncryptionConfiguration.KMSKeyId",
    ),
    row(
        "AWS::EMRServerless::Application",
        "MonitoringConfiguration.CloudWatchLoggingConfiguration",
        "EncryptionKeyArn",
    ),
    row(
        "AWS::EMRServerless::Application",
        "MonitoringConfiguration.ManagedPersistenceMonitoringConfiguration",
        "EncryptionKeyArn",
    ),
    row(
        "AWS::EMRServerless::Application",
        "MonitoringConfiguration.S3MonitoringConfiguration",
        "EncryptionKeyArn",
    ),
    row("AWS::EVS::Environment", "", "KmsKeyId"),
    row("AWS::ElastiCache::ReplicationGroup", "", "KmsKeyId"),
    row("AWS::ElastiCache::ServerlessCache", "", "KmsKeyId"),
    row("AWS::ElastiCache::ServerlessCacheSnapshot", "", "KmsKeyId"),
    row("AWS::ElastiCache::Snapshot", "", "KmsKeyId"),
    row("AWS::Elasticsearch::Domain", "", "EncryptionAtRestOptions.KmsKeyId"),
    row("AWS::EntityResolution::IdMappingWorkflow", "OutputSourceConfig[]", "KMSArn"),
    row("AWS::EntityResolution::MatchingWorkflow", "OutputSourceConfig[]", "KMSArn"),
    row("AWS::Events::Archive", "", "KmsKeyIdentifier"),
    row("AWS::Events::Connection", "", "KmsKeyIdentifier"),
    row("AWS::Events::EventBus", "", "KmsKeyIdentifier"),
    row("AWS::EventsV2::EventBus", "", "EncryptionConfiguration.KmsKeyIdentifier"),
    row("AWS::FSx::FileCache", "", "KmsKeyId"),
    row("AWS::FSx::FileSystem", "", "KmsKeyId"),
    row("AWS::FinSpace::Environment", "", "KmsKeyId"),
    row("AWS::Forecast::Dataset", "", "EncryptionConfig.KmsKeyArn"),
    row("AWS::Glue::Catalog", "CatalogProperties.DataLakeAccessProperties", "KmsKey"),
    row("AWS::Glue::Connection", "ConnectionInput.AuthenticationConfiguration", "KmsKeyArn"),
    row(
        "AWS::Glue::DataCatalogEncryptionSettings",
        "",
        "DataCatalogEncryptionSettings.EncryptionAtRest.SseAwsKmsKeyId",
    ),
    row("AWS::Glue::Integration", "", "KmsKeyId"),
    row("AWS::Glue::IntegrationResourceProperty", "TargetProcessingProperties", "KmsArn"),
    row("AWS::Glue::MLTransform", "", "TransformEncryption.MLUserDataEncryption.KmsKeyId"),
    row(
        "AWS::Glue::SecurityConfiguration",
        "",
        "EncryptionConfiguration.CloudWatchEncryption.KmsKeyArn",
    ),
    row(
        "AWS::Glue::SecurityConfiguration",
        "",
        "EncryptionConfiguration.JobBookmarksEncryption.KmsKeyArn",
    ),
    row(
        "AWS::Glue::SecurityConfiguration",
        "",
        "EncryptionConfiguration.S3Encryptions[].KmsKeyArn",
    )
    .chosen_unless(
        "EncryptionConfiguration.S3Encryptions[].S3EncryptionMode",
        &["SSE-S3"],
        "SSE-KMS",
    ),
    row("AWS::GroundStation::MissionProfile", "", "StreamsKmsKey.KmsKeyArn"),
    row("AWS::GuardDuty::PublishingDestination", "DestinationProperties", "KmsKeyArn"),
    row("AWS::HealthImaging::Datastore", "", "KmsKeyArn"),
    row("AWS::HealthLake::DataTransformationProfile", "", "KmsKeyId"),
    row("AWS::HealthLake::FHIRDatastore", "", "SseConfiguration.KmsEncryptionConfig.KmsKeyId"),
    row("AWS::ImageBuilder::Component", "", "KmsKeyId"),
    row(
        "AWS::ImageBuilder::DistributionConfiguration",
        "Distributions[].AmiDistributionConfiguration",
        "KmsKeyId",
    ),
    row("AWS::ImageBuilder::Workflow", "", "KmsKeyId"),
    row("AWS::IoT::EncryptionConfiguration", "", "KmsKeyArn"),
    row("AWS::IoTSiteWise::Workspace", "", "KmsKeyId"),
    row("AWS::Kendra::Index", "", "ServerSideEncryptionConfiguration.KmsKeyId"),
    row("AWS::Kinesis::Stream", "", "StreamEncryption.KeyId"),
    row(
        "AWS::KinesisFirehose::DeliveryStream",
        "",
        "DeliveryStreamEncryptionConfigurationInput.KeyARN",
    )
    .chosen_unless(
        "DeliveryStreamEncryptionConfigurationInput.KeyType",
        &["AWS_OWNED_CMK"],
        "CUSTOMER_MANAGED_CMK",
    ),
    row("AWS::KinesisVideo::Stream", "", "KmsKeyId"),
    row("AWS::Lambda::CapacityProvider", "", "KmsKeyArn"),
    row("AWS::Lambda::EventSourceMapping", "", "KmsKeyArn"),
    row("AWS::Lambda::Function", "", "KmsKeyArn"),
    row("AWS::Lambda::WebFunctionRevision", "", "KmsKeyArn"),
    row(
        "AWS::Lex::Bot",
        "BotLocales[].SlotTypes[].ExternalSourceSetting.GrammarSlotTypeSetting.Source",
        "KmsKeyArn",
    ),
    row(
        "AWS::Lex::Bot",
        "TestBotAliasSettings.ConversationLogSettings.AudioLogSettings[].Destination.S3Bucket",
        "KmsKeyArn",
    ),
    row(
        "AWS::Lex::BotAlias",
        "ConversationLogSettings.AudioLogSettings[].Destination.S3Bucket",
        "KmsKeyArn",
    ),
    row("AWS::Location::GeofenceCollection", "", "KmsKeyId"),
    row("AWS::Location::Tracker", "", "KmsKeyId"),
    row("AWS::Logs::Integration", "ResourceConfig.OpenSearchResourceConfig", "KmsKeyArn"),
    row("AWS::Logs::LogAnomalyDetector", "", "KmsKeyId"),
    row("AWS::Logs::LogGroup", "", "KmsKeyId"),
    row("AWS::LookoutEquipment::InferenceScheduler", "DataOutputConfiguration", "KmsKeyId"),
    row("AWS::LookoutEquipment::InferenceScheduler", "", "ServerSideKmsKeyId"),
    row("AWS::M2::Application", "", "KmsKeyId"),
    row("AWS::M2::Environment", "", "KmsKeyId"),
    row("AWS::MSK::Channel", "", "EncryptionConfiguration.KmsKeyArn"),
    row("AWS::MSK::Cluster", "", "EncryptionInfo.EncryptionAtRest.DataVolumeKMSKeyId"),
    row("AWS::MWAA::Environment", "", "KmsKey"),
    row("AWS::MWAAServerless::Workflow", "", "EncryptionConfiguration.KmsKeyId"),
    row("AWS::MemoryDB::Cluster", "", "KmsKeyId"),
    row("AWS::MemoryDB::Snapshot", "", "KmsKeyId"),
    row("AWS::NeptuneGraph::Graph", "", "KmsKeyIdentifier"),
    row("AWS::NimbleStudio::Studio", "", "StudioEncryptionConfiguration.KeyArn"),
    row("AWS::OSIS::Pipeline", "", "EncryptionAtRestOptions.KmsKeyArn"),
    row(
        "AWS::ObservabilityAdmin::OrganizationCentralizationRule",
        "Rule.Destination.DestinationLogsConfiguration.BackupConfiguration",
        "KmsKeyArn",
    ),
    row(
        "AWS::ObservabilityAdmin::OrganizationCentralizationRule",
        "Rule.Destination.DestinationLogsConfiguration",
        "LogsEncryptionConfiguration.KmsKeyArn",
    ),
    row(
        "AWS::ObservabilityAdmin::OrganizationTelemetryRule",
        "Rule.DestinationConfiguration",
        "KmsKeyArn",
    ),
    row("AWS::ObservabilityAdmin::S3TableIntegration", "", "Encryption.KmsKeyArn"),
    row("AWS::ObservabilityAdmin::TelemetryRule", "Rule.DestinationConfiguration", "KmsKeyArn"),
    row("AWS::Omics::AnnotationStore", "", "SseConfig.KeyArn"),
    row("AWS::Omics::ReferenceStore", "", "SseConfig.KeyArn"),
    row("AWS::Omics::SequenceStore", "", "SseConfig.KeyArn"),
    row("AWS::Omics::VariantStore", "", "SseConfig.KeyArn"),
    row("AWS::OpenSearchServerless::Collection", "", "EncryptionConfig.KmsKeyArn"),
    row("AWS::OpenSearchService::Application", "", "KmsKeyArn"),
    row("AWS::OpenSearchService::Domain", "", "EncryptionAtRestOptions.KmsKeyId"),
    row("AWS::Personalize::DatasetGroup", "", "KmsKeyArn"),
    row(
        "AWS::Personalize::MetricAttribution",
        "MetricsOutputConfig.S3DataDestination",
        "KmsKeyArn",
    ),
    row("AWS::Pipes::Pipe", "", "KmsKeyIdentifier"),
    row("AWS::Proton::EnvironmentTemplate", "", "EncryptionKey"),
    row("AWS::Proton::ServiceTemplate", "", "EncryptionKey"),
    row("AWS::QBusiness::Application", "", "EncryptionConfiguration.KmsKeyId"),
    row("AWS::QLDB::Ledger", "", "KmsKey"),
    row("AWS::RDS::CustomDBEngineVersion", "", "KMSKeyId"),
    row("AWS::RDS::Integration", "", "KMSKeyId"),
    row("AWS::Redshift::Cluster", "", "KmsKeyId"),
    row("AWS::Redshift::Integration", "", "KMSKeyId"),
    row("AWS::Redshift::SnapshotCopyGrant", "", "KmsKeyId"),
    row("AWS::RedshiftServerless::Namespace", "", "KmsKeyId"),
    row("AWS::Rekognition::StreamProcessor", "", "KmsKeyId"),
    row("AWS::ResilienceHubV2::Policy", "", "KmsKeyId"),
    row("AWS::ResilienceHubV2::Service", "", "KmsKeyId"),
    row("AWS::ResilienceHubV2::System", "", "KmsKeyId"),
    row(
        "AWS::S3::Bucket",
        "",
        "BucketEncryption.ServerSideEncryptionConfiguration[].ServerSideEncryptionByDefault.KMSMasterKeyID",
    )
    .chosen_unless(
        "BucketEncryption.ServerSideEncryptionConfiguration[].ServerSideEncryptionByDefault.SSEAlgorithm",
        &["AES256"],
        "aws:kms",
    ),
    row(
        "AWS::S3Express::DirectoryBucket",
        "",
        "BucketEncryption.ServerSideEncryptionConfiguration[].ServerSideEncryptionByDefault.KMSMasterKeyID",
    )
    .chosen_unless(
        "BucketEncryption.ServerSideEncryptionConfiguration[].ServerSideEncryptionByDefault.SSEAlgorithm",
        &["AES256"],
        "aws:kms",
    ),
    row("AWS::S3Files::FileSystem", "", "KmsKeyId"),
    row("AWS::S3Tables::TableBucket", "", "EncryptionConfiguration.KMSKeyArn").chosen_unless(
        "EncryptionConfiguration.SSEAlgorithm",
        &["AES256"],
        "aws:kms",
    ),
    row("AWS::S3Vectors::Index", "", "EncryptionConfiguration.KmsKeyArn").chosen_unless(
        "EncryptionConfiguration.SseType",
        &["AES256"],
        "aws:kms",
    ),
    row("AWS::S3Vectors::VectorBucket", "", "EncryptionConfiguration.KmsKeyArn").chosen_unless(
        "EncryptionConfiguration.SseType",
        &["AES256"],
        "aws:kms",
    ),
    row("AWS::SES::MailManagerArchive", "", "KmsKeyArn"),
    row(
        "AWS::SES::MailManagerIngressPoint",
        "IngressPointConfiguration.TlsAuthConfiguration.TrustStore",
        "KmsKeyArn",
    ),
    row("AWS::SNS::Topic", "", "KmsMasterKeyId"),
    row("AWS::SQS::Queue", "", "KmsMasterKeyId").rivals("SqsManagedSseEnabled"),
    row("AWS::SSM::ResourceDataSync", "", "KMSKeyArn"),
    row("AWS::SSM::ResourceDataSync", "S3Destination", "KMSKeyArn"),
    row("AWS::SSMGuiConnect::Preferences", "ConnectionRecordingPreferences", "KMSKeyArn"),
    row("AWS::SSMIncidents::ReplicationSet", "Regions[].RegionConfiguration", "SseKmsKeyId"),
    row(
        "AWS::SageMaker::Cluster",
        "InstanceGroups[].InstanceStorageConfigs[].EbsVolumeConfig",
        "VolumeKmsKeyId",
    ),
    row(
        "AWS::SageMaker::Cluster",
        "RestrictedInstanceGroups[].InstanceStorageConfigs[].EbsVolumeConfig",
        "VolumeKmsKeyId",
    ),
    row("AWS::SageMaker::DataQualityJobDefinition", "JobResources.ClusterConfig", "VolumeKmsKeyId"),
    row("AWS::SageMaker::DeviceFleet", "OutputConfig", "KmsKeyId"),
    row("AWS::SageMaker::Domain", "", "KmsKeyId"),
    row("AWS::SageMaker::EndpointConfig", "", "KmsKeyId"),
    row("AWS::SageMaker::FeatureGroup", "OfflineStoreConfig.S3StorageConfig", "KmsKeyId"),
    row("AWS::SageMaker::FeatureGroup", "OnlineStoreConfig", "SecurityConfig.KmsKeyId"),
    row("AWS::SageMaker::InferenceExperiment", "DataStorageConfig", "KmsKey"),
    row("AWS::SageMaker::InferenceExperiment", "", "KmsKey"),
    row("AWS::SageMaker::ModelBiasJobDefinition", "JobResources.ClusterConfig", "VolumeKmsKeyId"),
    row("AWS::SageMaker::ModelCard", "", "SecurityConfig.KmsKeyId"),
    row(
        "AWS::SageMaker::ModelExplainabilityJobDefinition",
        "JobResources.ClusterConfig",
        "VolumeKmsKeyId",
    ),
    row("AWS::SageMaker::ModelPackage", "", "SecurityConfig.KmsKeyId"),
    row(
        "AWS::SageMaker::ModelPackage",
        "ValidationSpecification.ValidationProfiles[].TransformJobDefinition.TransformOutput",
        "KmsKeyId",
    ),
    row(
        "AWS::SageMaker::ModelPackage",
        "ValidationSpecification.ValidationProfiles[].TransformJobDefinition.TransformResources",
        "VolumeKmsKeyId",
    ),
    row(
        "AWS::SageMaker::ModelQualityJobDefinition",
        "JobResources.ClusterConfig",
        "VolumeKmsKeyId",
    ),
    row(
        "AWS::SageMaker::MonitoringSchedule",
        "MonitoringScheduleConfig.MonitoringJobDefinition.MonitoringOutputConfig",
        "KmsKeyId",
    ),
    row(
        "AWS::SageMaker::MonitoringSchedule",
        "MonitoringScheduleConfig.MonitoringJobDefinition.MonitoringResources.ClusterConfig",
        "VolumeKmsKeyId",
    ),
    row("AWS::SageMaker::NotebookInstance", "", "KmsKeyId"),
    row("AWS::SageMaker::PartnerApp", "", "KmsKeyId"),
    row(
        "AWS::SageMaker::ProcessingJob",
        "ProcessingInputs[].DatasetDefinition.AthenaDatasetDefinition",
        "KmsKeyId",
    ),
    row(
        "AWS::SageMaker::ProcessingJob",
        "ProcessingInputs[].DatasetDefinition.RedshiftDatasetDefinition",
        "KmsKeyId",
    ),
    row("AWS::SageMaker::ProcessingJob", "ProcessingOutputConfig", "KmsKeyId"),
    row("AWS::SageMaker::ProcessingJob", "ProcessingResources.ClusterConfig", "VolumeKmsKeyId"),
    row("AWS::Scheduler::Schedule", "", "KmsKeyArn"),
    row("AWS::SecurityAgent::AgentSpace", "", "KmsKeyId"),
    row("AWS::SecurityAgent::Application", "", "DefaultKmsKeyId"),
    row("AWS::SecurityAgent::Integration", "", "KmsKeyId"),
    row("AWS::SecurityAgent::SecurityRequirementPack", "", "KmsKeyId"),
    row("AWS::SecurityHub::ConnectorV2", "", "KmsKeyArn"),
    row("AWS::SecurityLake::DataLake", "", "EncryptionConfiguration.KmsKeyId"),
    row("AWS::Serverless::CapacityProvider", "", "KmsKeyArn"),
    row("AWS::Serverless::Function", "", "KmsKeyArn"),
    row("AWS::Serverless::SimpleTable", "", "SSESpecification.KMSMasterKeyId")
        .chosen_if("SSESpecification.SSEEnabled", true),
    row("AWS::Serverless::WebFunction", "", "KmsKeyArn"),
    row("AWS::StepFunctions::Activity", "", "EncryptionConfiguration.KmsKeyId").chosen_unless(
        "EncryptionConfiguration.Type",
        &["AWS_OWNED_KEY"],
        "CUSTOMER_MANAGED_KMS_KEY",
    ),
    row("AWS::StepFunctions::StateMachine", "", "EncryptionConfiguration.KmsKeyId").chosen_unless(
        "EncryptionConfiguration.Type",
        &["AWS_OWNED_KEY"],
        "CUSTOMER_MANAGED_KMS_KEY",
    ),
    row("AWS::StorageGateway::NFSFileShare", "", "KMSKey").chosen_unless(
        "EncryptionType",
        &["SseS3"],
        "SseKms",
    ),
    row("AWS::StorageGateway::SMBFileShare", "", "KMSKey").chosen_unless(
        "EncryptionType",
        &["SseS3"],
        "SseKms",
    ),
    row("AWS::SupportAuthZ::SupportPermit", "", "SigningKeyInfo.KmsKey"),
    row("AWS::Synthetics::Canary", "", "ArtifactConfig.S3Encryption.KmsKeyArn"),
    row("AWS::Timestream::Database", "", "KmsKeyId"),
    row("AWS::Timestream::ScheduledQuery", "", "KmsKeyId"),
    row(
        "AWS::Timestream::Table",
        "MagneticStoreWriteProperties.MagneticStoreRejectedDataLocation.S3Configuration",
        "KmsKeyId",
    ),
    row("AWS::Transfer::HostKey", "", "KmsKey"),
    row("AWS::VoiceID::Domain", "", "ServerSideEncryptionConfiguration.KmsKeyId"),
    row("AWS::Wisdom::Assistant", "", "ServerSideEncryptionConfiguration.KmsKeyId"),
    row("AWS::Wisdom::KnowledgeBase", "", "ServerSideEncryptionConfiguration.KmsKeyId"),
    row("AWS::WorkSpaces::Workspace", "", "VolumeEncryptionKey"),
    row("AWS::WorkSpacesThinClient::Environment", "", "KmsKeyArn"),
    row("AWS::WorkSpacesWeb::BrowserSettings", "", "CustomerManagedKey"),
    row("AWS::WorkSpacesWeb::DataProtectionSettings", "", "CustomerManagedKey"),
    row("AWS::WorkSpacesWeb::IpAccessSettings", "", "CustomerManagedKey"),
    row("AWS::WorkSpacesWeb::Portal", "", "CustomerManagedKey"),
    row("AWS::WorkSpacesWeb::SessionLogger", "", "CustomerManagedKey"),
    row("AWS::WorkSpacesWeb::UserSettings", "", "CustomerManagedKey"),
];

/// The types that have a row.
pub const STORE_KEY_TYPES: &[&str] = types_of!(ROWS);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_sorted_by_type() {
        assert!(ROWS.is_sorted_by_key(|it| it.type_name));
    }
}
