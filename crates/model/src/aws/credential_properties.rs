//! Properties that carry a credential, and nothing else.
//!
//! One row per property of the public resource schemas of 2026-10-20, sorted by type and path; what
//! a property carries is what its page of the template reference says:
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html>.
//! The eleven properties that take a secure parameter are listed under
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-ssm-secure-strings.html>.
//! `SecretString` of a secret is not among them: it is no property with a credential, it is the secret.

use CredentialKind::{ApiKey, ClientSecret, Password, PrivateKey, Secret, SharedKey, Token};

use crate::cloudformation::{Data, Map, Resource, Value};
use crate::setting::Setting;

/// A property that carries a credential.
#[derive(Clone, Copy, Debug)]
pub struct CredentialProperty {
    /// The type of the resource.
    pub type_name: &'static str,
    /// Dots descend, `[]` is every element of a list, `{*}` at the end every value of a map.
    pub path: &'static str,
    /// What it carries.
    pub kind: CredentialKind,
    /// `{{resolve:ssm-secure:…}}` is resolved here.
    pub takes_secure_parameter: bool,
    /// It is the password of a master user, which the service offers to manage.
    pub is_master_password: bool,
    when: When,
}

/// What a property carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialKind {
    /// Something with a user name beside it.
    Password,
    /// Something that opens by itself.
    Token,
    /// The same, made by the service it opens.
    ApiKey,
    /// The secret of an OAuth client.
    ClientSecret,
    /// What both ends know.
    SharedKey,
    /// The secret half of a pair of keys.
    PrivateKey,
    /// Anything else.
    Secret,
}

/// When a property carries a credential: another text of the resource decides.
#[derive(Clone, Copy, Debug)]
enum When {
    Always,
    Unless(&'static str, &'static [&'static str]),
}

impl CredentialKind {
    /// In the words of a message: `a password`.
    pub fn describe(self) -> &'static str {
        match self {
            Self::Password => "a password",
            Self::Token => "a token",
            Self::ApiKey => "an API key",
            Self::ClientSecret => "a client secret",
            Self::SharedKey => "a shared key",
            Self::PrivateKey => "a private key",
            Self::Secret => "a secret",
        }
    }
}

impl CredentialProperty {
    /// The properties of resources of type `ty` that carry a credential.
    pub fn of(ty: &str) -> &'static [Self] {
        let first = PROPERTIES.partition_point(|it| it.type_name < ty);
        let rest = PROPERTIES.get(first..).unwrap_or_default();
        let count = rest.iter().take_while(|it| it.type_name == ty).count();
        rest.get(..count).unwrap_or_default()
    }

    /// Its name: the last key of its path.
    pub fn name(&self) -> &'static str {
        let path = self.path.trim_end_matches("{*}").trim_end_matches("[]");
        path.rsplit_once('.').map_or(path, |it| it.1)
    }

    /// What stands there in `resource`; nothing where it carries something else.
    pub fn values<'r>(&self, resource: &Resource<'r>) -> Vec<Value<'r>> {
        let is_one_of = |path: &str, values: &[&str]| match resource.text(path) {
            Setting::Known(text, _) => values.contains(&&*text),
            Setting::Absent(_) | Setting::Unknown(_) => false,
        };
        let applies = match self.when {
            When::Always => true,
            When::Unless(path, values) => !is_one_of(path, values),
        };
        if !applies {
            return Vec::new();
        }
        let properties = resource.properties();
        if let Some(map) = self.path.strip_suffix("{*}") {
            return properties.all(map).into_iter().flat_map(values_of_map).collect();
        }
        if let Some(list) = self.path.strip_suffix("[]") {
            return properties.all(list).into_iter().flat_map(elements).collect();
        }
        properties.all(self.path)
    }

    const fn takes_secure_parameter(mut self) -> Self {
        self.takes_secure_parameter = true;
        self
    }

    const fn is_master_password(mut self) -> Self {
        self.is_master_password = true;
        self
    }

    const fn unless(mut self, path: &'static str, values: &'static [&'static str]) -> Self {
        self.when = When::Unless(path, values);
        self
    }
}

fn values_of_map(value: Value<'_>) -> Vec<Value<'_>> {
    match &value.data {
        Data::Map(map) => Map::entries(map).into_iter().map(|it| it.value).collect(),
        _ => vec![value],
    }
}

fn elements(value: Value<'_>) -> Vec<Value<'_>> {
    match value.items() {
        Setting::Known(items, _) => items,
        Setting::Absent(_) | Setting::Unknown(_) => vec![value],
    }
}

const fn row(
    type_name: &'static str,
    path: &'static str,
    kind: CredentialKind,
) -> CredentialProperty {
    CredentialProperty {
        type_name,
        path,
        kind,
        takes_secure_parameter: false,
        is_master_password: false,
        when: When::Always,
    }
}

#[rustfmt::skip]
const PROPERTIES: &[CredentialProperty] = &[
    row("AWS::AmazonMQ::Broker", "LdapServerMetadata.ServiceAccountPassword", Password),
    row("AWS::AmazonMQ::Broker", "Users[].Password", Password),
    row("AWS::Amplify::App", "AccessToken", Token),
    row("AWS::Amplify::App", "AutoBranchCreationConfig.BasicAuthConfig.Password", Password),
    row("AWS::Amplify::App", "BasicAuthConfig.Password", Password),
    row("AWS::Amplify::App", "OauthToken", Token),
    row("AWS::Amplify::Branch", "BasicAuthConfig.Password", Password),
    row("AWS::ApiGateway::ApiKey", "Value", ApiKey),
    row("AWS::AppFabric::AppAuthorization", "Credential.ApiKeyCredential.ApiKey", ApiKey),
    row("AWS::AppFabric::AppAuthorization", "Credential.Oauth2Credential.ClientSecret", ClientSecret),
    row("AWS::AppFlow::ConnectorProfile", "ConnectorProfileConfig.ConnectorProfileCredentials.Amplitude.ApiKey", ApiKey),
    row("AWS::AppFlow::ConnectorProfile", "ConnectorProfileConfig.ConnectorProfileCredentials.Amplitude.SecretKey", ApiKey),
    row("AWS::AppFlow::ConnectorProfile", "ConnectorProfileConfig.ConnectorProfileCredentials.CustomConnector.ApiKey.ApiKey", ApiKey),
    row("AWS::AppFlow::ConnectorProfile", "ConnectorProfileConfig.ConnectorProfileCredentials.CustomConnector.ApiKey.ApiSecretKey", ApiKey),
    row("AWS::AppFlow::ConnectorProfile", "ConnectorProfileConfig.ConnectorProfileCredentials.CustomConnector.Basic.Password", Password),
    row("AWS::AppFlow::ConnectorProfile", "ConnectorProfileConfig.ConnectorProfileCredentials.CustomConnector.Custom.CredentialsMap{*}", Secret),
    row("AWS::AppFlow::ConnectorProfile", "ConnectorProfileConfig.ConnectorProfileCredentials.CustomConnector.Oauth2.AccessToken", Token),
    row("AWS::AppFlow::ConnectorProfile", "ConnectorProfileConfig.ConnectorProfileCredentials.CustomConnector.Oauth2.ClientSecret", ClientSecret),
    row("AWS::AppFlow::ConnectorProfile", "ConnectorProfileConfig.ConnectorProfileCredentials.CustomConnector.Oauth2.OAuthRequest.AuthCode", ClientSecret),
    row("AWS::AppFlow::ConnectorProfile", "ConnectorProfileConfig.ConnectorProfileCredentials.CustomConnector.Oauth2.RefreshToken", Token),
    row("AWS::AppFlow::ConnectorProfile", "ConnectorProfileConfig.ConnectorProfileCredentials.Datadog.ApiKey", ApiKey),
    row("AWS::AppFlow::ConnectorProfile", "ConnectorProfileConfig.ConnectorProfileCredentials.Dynatrace.ApiToken", Token),
    row("AWS::AppFlow::ConnectorProfile", "ConnectorProfileConfig.ConnectorProfileCredentials.GoogleAnalytics.AccessToken", Token),
    row("AWS::AppFlow::ConnectorProfile", "ConnectorProfileConfig.ConnectorProfileCredentials.GoogleAnalytics.ClientSecret", ClientSecret),
    row("AWS::AppFlow::ConnectorProfile", "ConnectorProfileConfig.ConnectorProfileCredentials.GoogleAnalytics.ConnectorOAuthRequest.AuthCode", ClientSecret),
    row("AWS::AppFlow::ConnectorProfile", "ConnectorProfileConfig.ConnectorProfileCredentials.GoogleAnalytics.RefreshToken", Token),
    row("AWS::AppFlow::ConnectorProfile", "ConnectorProfileConfig.ConnectorProfileCredentials.InforNexus.SecretAccessKey", ApiKey),
    row("AWS::AppFlow::ConnectorProfile", "ConnectorProfileConfig.ConnectorProfileCredentials.Marketo.AccessToken", Token),
    row("AWS::AppFlow::ConnectorProfile", "ConnectorProfileConfig.ConnectorProfileCredentials.Marketo.ClientSecret", ClientSecret),
    row("AWS::AppFlow::ConnectorProfile", "ConnectorProfileConfig.ConnectorProfileCredentials.Marketo.ConnectorOAuthRequest.AuthCode", ClientSecret),
    row("AWS::AppFlow::ConnectorProfile", "ConnectorProfileConfig.ConnectorProfileCredentials.Pardot.AccessToken", Token),
    row("AWS::AppFlow::ConnectorProfile", "ConnectorProfileConfig.ConnectorProfileCredentials.Pardot.ConnectorOAuthRequest.AuthCode", ClientSecret),
    row("AWS::AppFlow::ConnectorProfile", "ConnectorProfileConfig.ConnectorProfileCredentials.Pardot.RefreshToken", Token),
    row("AWS::AppFlow::ConnectorProfile", "ConnectorProfileConfig.ConnectorProfileCredentials.Redshift.Password", Password),
    row("AWS::AppFlow::ConnectorProfile", "ConnectorProfileConfig.ConnectorProfileCredentials.SAPOData.BasicAuthCredentials.Password", Password),
    row("AWS::AppFlow::ConnectorProfile", "ConnectorProfileConfig.ConnectorProfileCredentials.SAPOData.OAuthCredentials.AccessToken", Token),
    row("AWS::AppFlow::ConnectorProfile", "ConnectorProfileConfig.ConnectorProfileCredentials.SAPOData.OAuthCredentials.ClientSecret", ClientSecret),
    row("AWS::AppFlow::ConnectorProfile", "ConnectorProfileConfig.ConnectorProfileCredentials.SAPOData.OAuthCredentials.ConnectorOAuthRequest.AuthCode", ClientSecret),
    row("AWS::AppFlow::ConnectorProfile", "ConnectorProfileConfig.ConnectorProfileCredentials.SAPOData.OAuthCredentials.RefreshToken", Token),
    row("AWS::AppFlow::ConnectorProfile", "ConnectorProfileConfig.ConnectorProfileCredentials.Salesforce.AccessToken", Token),
    row("AWS::AppFlow::ConnectorProfile", "ConnectorProfileConfig.ConnectorProfileCredentials.Salesforce.ConnectorOAuthRequest.AuthCode", ClientSecret),
    row("AWS::AppFlow::ConnectorProfile", "ConnectorProfileConfig.ConnectorProfileCredentials.Salesforce.JwtToken", Token),
    row("AWS::AppFlow::ConnectorProfile", "ConnectorProfileConfig.ConnectorProfileCredentials.Salesforce.RefreshToken", Token),
    row("AWS::AppFlow::ConnectorProfile", "ConnectorProfileConfig.ConnectorProfileCredentials.ServiceNow.OAuth2Credentials.AccessToken", Token),
    row("AWS::AppFlow::ConnectorProfile", "ConnectorProfileConfig.ConnectorProfileCredentials.ServiceNow.OAuth2Credentials.ClientSecret", ClientSecret),
    row("AWS::AppFlow::ConnectorProfile", "ConnectorProfileConfig.ConnectorProfileCredentials.ServiceNow.OAuth2Credentials.OAuthRequest.AuthCode", ClientSecret),
    row("AWS::AppFlow::ConnectorProfile", "ConnectorProfileConfig.ConnectorProfileCredentials.ServiceNow.OAuth2Credentials.RefreshToken", Token),
    row("AWS::AppFlow::ConnectorProfile", "ConnectorProfileConfig.ConnectorProfileCredentials.ServiceNow.Password", Password),
    row("AWS::AppFlow::ConnectorProfile", "ConnectorProfileConfig.ConnectorProfileCredentials.Singular.ApiKey", ApiKey),
    row("AWS::AppFlow::ConnectorProfile", "ConnectorProfileConfig.ConnectorProfileCredentials.Slack.AccessToken", Token),
    row("AWS::AppFlow::ConnectorProfile", "ConnectorProfileConfig.ConnectorProfileCredentials.Slack.ClientSecret", ClientSecret),
    row("AWS::AppFlow::ConnectorProfile", "ConnectorProfileConfig.ConnectorProfileCredentials.Slack.ConnectorOAuthRequest.AuthCode", ClientSecret),
    row("AWS::AppFlow::ConnectorProfile", "ConnectorProfileConfig.ConnectorProfileCredentials.Snowflake.Password", Password),
    row("AWS::AppFlow::ConnectorProfile", "ConnectorProfileConfig.ConnectorProfileCredentials.Trendmicro.ApiSecretKey", ApiKey),
    row("AWS::AppFlow::ConnectorProfile", "ConnectorProfileConfig.ConnectorProfileCredentials.Veeva.Password", Password),
    row("AWS::AppFlow::ConnectorProfile", "ConnectorProfileConfig.ConnectorProfileCredentials.Zendesk.AccessToken", Token),
    row("AWS::AppFlow::ConnectorProfile", "ConnectorProfileConfig.ConnectorProfileCredentials.Zendesk.ClientSecret", ClientSecret),
    row("AWS::AppFlow::ConnectorProfile", "ConnectorProfileConfig.ConnectorProfileCredentials.Zendesk.ConnectorOAuthRequest.AuthCode", ClientSecret),
    row("AWS::AppStream::DirectoryConfig", "ServiceAccountCredentials.AccountPassword", Password),
    row("AWS::BackupGateway::Hypervisor", "Password", Password),
    row("AWS::BedrockAgentCore::ApiKeyCredentialProvider", "ApiKey", ApiKey).unless("ApiKeySecretSource", &["EXTERNAL"]),
    row("AWS::BedrockAgentCore::OAuth2CredentialProvider", "Oauth2ProviderConfigInput.AtlassianOauth2ProviderConfig.ClientSecret", ClientSecret).unless("Oauth2ProviderConfigInput.AtlassianOauth2ProviderConfig.ClientSecretSource", &["EXTERNAL"]),
    row("AWS::BedrockAgentCore::OAuth2CredentialProvider", "Oauth2ProviderConfigInput.CustomOauth2ProviderConfig.ClientSecret", ClientSecret).unless("Oauth2ProviderConfigInput.CustomOauth2ProviderConfig.ClientSecretSource", &["EXTERNAL"]),
    row("AWS::BedrockAgentCore::OAuth2CredentialProvider", "Oauth2ProviderConfigInput.GithubOauth2ProviderConfig.ClientSecret", ClientSecret).unless("Oauth2ProviderConfigInput.GithubOauth2ProviderConfig.ClientSecretSource", &["EXTERNAL"]),
    row("AWS::BedrockAgentCore::OAuth2CredentialProvider", "Oauth2ProviderConfigInput.GoogleOauth2ProviderConfig.ClientSecret", ClientSecret).unless("Oauth2ProviderConfigInput.GoogleOauth2ProviderConfig.ClientSecretSource", &["EXTERNAL"]),
    row("AWS::BedrockAgentCore::OAuth2CredentialProvider", "Oauth2ProviderConfigInput.IncludedOauth2ProviderConfig.ClientSecret", ClientSecret).unless("Oauth2ProviderConfigInput.IncludedOauth2ProviderConfig.ClientSecretSource", &["EXTERNAL"]),
    row("AWS::BedrockAgentCore::OAuth2CredentialProvider", "Oauth2ProviderConfigInput.LinkedinOauth2ProviderConfig.ClientSecret", ClientSecret).unless("Oauth2ProviderConfigInput.LinkedinOauth2ProviderConfig.ClientSecretSource", &["EXTERNAL"]),
    row("AWS::BedrockAgentCore::OAuth2CredentialProvider", "Oauth2ProviderConfigInput.MicrosoftOauth2ProviderConfig.ClientSecret", ClientSecret).unless("Oauth2ProviderConfigInput.MicrosoftOauth2ProviderConfig.ClientSecretSource", &["EXTERNAL"]),
    row("AWS::BedrockAgentCore::OAuth2CredentialProvider", "Oauth2ProviderConfigInput.SalesforceOauth2ProviderConfig.ClientSecret", ClientSecret).unless("Oauth2ProviderConfigInput.SalesforceOauth2ProviderConfig.ClientSecretSource", &["EXTERNAL"]),
    row("AWS::BedrockAgentCore::OAuth2CredentialProvider", "Oauth2ProviderConfigInput.SlackOauth2ProviderConfig.ClientSecret", ClientSecret).unless("Oauth2ProviderConfigInput.SlackOauth2ProviderConfig.ClientSecretSource", &["EXTERNAL"]),
    row("AWS::BedrockAgentCore::PaymentCredentialProvider", "ProviderConfigurationInput.CoinbaseCdpConfiguration.ApiKeySecret", ApiKey).unless("ProviderConfigurationInput.CoinbaseCdpConfiguration.ApiKeySecretSource", &["EXTERNAL"]),
    row("AWS::BedrockAgentCore::PaymentCredentialProvider", "ProviderConfigurationInput.CoinbaseCdpConfiguration.WalletSecret", Secret).unless("ProviderConfigurationInput.CoinbaseCdpConfiguration.WalletSecretSource", &["EXTERNAL"]),
    row("AWS::BedrockAgentCore::PaymentCredentialProvider", "ProviderConfigurationInput.StripePrivyConfiguration.AppSecret", Secret).unless("ProviderConfigurationInput.StripePrivyConfiguration.AppSecretSource", &["EXTERNAL"]),
    row("AWS::BedrockAgentCore::PaymentCredentialProvider", "ProviderConfigurationInput.StripePrivyConfiguration.AuthorizationPrivateKey", PrivateKey).unless("ProviderConfigurationInput.StripePrivyConfiguration.AuthorizationPrivateKeySource", &["EXTERNAL"]),
    row("AWS::CloudWatch::Integration", "Credential.ApiKeyCredential.ApiKeyValue", ApiKey),
    row("AWS::CodeBuild::SourceCredential", "Token", Token).unless("AuthType", &["CODECONNECTIONS", "SECRETS_MANAGER"]),
    row("AWS::CodePipeline::Webhook", "AuthenticationConfiguration.SecretToken", Token).unless("Authentication", &["IP", "UNAUTHENTICATED"]),
    row("AWS::CodeStar::GitHubRepository", "RepositoryAccessToken", Token),
    row("AWS::Connect::User", "Password", Password),
    row("AWS::DMS::Endpoint", "GcpMySQLSettings.Password", Password),
    row("AWS::DMS::Endpoint", "KafkaSettings.SaslPassword", Password),
    row("AWS::DMS::Endpoint", "KafkaSettings.SslClientKeyPassword", Password),
    row("AWS::DMS::Endpoint", "MicrosoftSqlServerSettings.Password", Password),
    row("AWS::DMS::Endpoint", "MongoDbSettings.Password", Password),
    row("AWS::DMS::Endpoint", "OracleSettings.AsmPassword", Password),
    row("AWS::DMS::Endpoint", "OracleSettings.SecurityDbEncryption", Secret),
    row("AWS::DMS::Endpoint", "Password", Password),
    row("AWS::DMS::Endpoint", "RedisSettings.AuthPassword", Password),
    row("AWS::DataSync::LocationAzureBlob", "AzureBlobSasConfiguration.AzureBlobSasToken", Token),
    row("AWS::DataSync::LocationFSxONTAP", "Protocol.SMB.Password", Password),
    row("AWS::DataSync::LocationFSxWindows", "Password", Password),
    row("AWS::DataSync::LocationHDFS", "KerberosKeytab", PrivateKey),
    row("AWS::DataSync::LocationObjectStorage", "SecretKey", ApiKey),
    row("AWS::DataSync::LocationSMB", "KerberosKeytab", PrivateKey),
    row("AWS::DataSync::LocationSMB", "Password", Password),
    row("AWS::DataZone::Connection", "Props.GlueProperties.GlueConnectionInput.AuthenticationConfiguration.BasicAuthenticationCredentials.Password", Password),
    row("AWS::DataZone::Connection", "Props.GlueProperties.GlueConnectionInput.AuthenticationConfiguration.CustomAuthenticationCredentials{*}", Secret),
    row("AWS::DataZone::Connection", "Props.GlueProperties.GlueConnectionInput.AuthenticationConfiguration.OAuth2Properties.OAuth2Credentials.AccessToken", Token),
    row("AWS::DataZone::Connection", "Props.GlueProperties.GlueConnectionInput.AuthenticationConfiguration.OAuth2Properties.OAuth2Credentials.JwtToken", Token),
    row("AWS::DataZone::Connection", "Props.GlueProperties.GlueConnectionInput.AuthenticationConfiguration.OAuth2Properties.OAuth2Credentials.RefreshToken", Token),
    row("AWS::DataZone::Connection", "Props.GlueProperties.GlueConnectionInput.AuthenticationConfiguration.OAuth2Properties.OAuth2Credentials.UserManagedClientApplicationClientSecret", ClientSecret),
    row("AWS::DataZone::Connection", "Props.RedshiftProperties.Credentials.UsernamePassword.Password", Password),
    row("AWS::DevOpsAgent::AgentSpace", "OperatorApp.Idp.ClientSecret", ClientSecret),
    row("AWS::DevOpsAgent::Service", "ServiceDetails.Dynatrace.AuthorizationConfig.OAuthClientCredentials.ClientSecret", ClientSecret),
    row("AWS::DevOpsAgent::Service", "ServiceDetails.GitHub.AppVerification.TokenValue", Token),
    row("AWS::DevOpsAgent::Service", "ServiceDetails.GitHub.DirectAccess.TokenValue", Token),
    row("AWS::DevOpsAgent::Service", "ServiceDetails.GitLab.TokenValue", Token),
    row("AWS::DevOpsAgent::Service", "ServiceDetails.MCPServer.AuthorizationConfig.ApiKey.ApiKeyValue", ApiKey),
    row("AWS::DevOpsAgent::Service", "ServiceDetails.MCPServer.AuthorizationConfig.BearerToken.TokenValue", Token),
    row("AWS::DevOpsAgent::Service", "ServiceDetails.MCPServer.AuthorizationConfig.OAuthClientCredentials.ClientSecret", ClientSecret),
    row("AWS::DevOpsAgent::Service", "ServiceDetails.MCPServerGrafana.AuthorizationConfig.BearerToken.TokenValue", Token),
    row("AWS::DevOpsAgent::Service", "ServiceDetails.MCPServerNewRelic.AuthorizationConfig.ApiKey.ApiKey", ApiKey),
    row("AWS::DevOpsAgent::Service", "ServiceDetails.MCPServerSplunk.AuthorizationConfig.BearerToken.TokenValue", Token),
    row("AWS::DevOpsAgent::Service", "ServiceDetails.PagerDuty.AuthorizationConfig.OAuthClientCredentials.ClientSecret", ClientSecret),
    row("AWS::DevOpsAgent::Service", "ServiceDetails.ServiceNow.AuthorizationConfig.OAuthClientCredentials.ClientSecret", ClientSecret),
    row("AWS::DirectConnect::PrivateVirtualInterface", "BgpPeers[].AuthKey", SharedKey),
    row("AWS::DirectConnect::PublicVirtualInterface", "BgpPeers[].AuthKey", SharedKey),
    row("AWS::DirectConnect::TransitVirtualInterface", "BgpPeers[].AuthKey", SharedKey),
    row("AWS::DirectoryService::MicrosoftAD", "Password", Password).takes_secure_parameter(),
    row("AWS::DirectoryService::SimpleAD", "Password", Password).takes_secure_parameter(),
    row("AWS::DocDB::DBCluster", "MasterUserPassword", Password).is_master_password(),
    row("AWS::DocDBElastic::Cluster", "AdminUserPassword", Password).unless("AuthType", &["SECRET_ARN"]),
    row("AWS::EC2::VPNConnection", "VpnTunnelOptionsSpecifications[].PreSharedKey", SharedKey),
    row("AWS::EC2::VerifiedAccessTrustProvider", "NativeApplicationOidcOptions.ClientSecret", ClientSecret),
    row("AWS::EC2::VerifiedAccessTrustProvider", "OidcOptions.ClientSecret", ClientSecret),
    row("AWS::EMR::Cluster", "KerberosAttributes.ADDomainJoinPassword", Password),
    row("AWS::EMR::Cluster", "KerberosAttributes.CrossRealmTrustPrincipalPassword", Password),
    row("AWS::EMR::Cluster", "KerberosAttributes.KdcAdminPassword", Password),
    row("AWS::ElastiCache::ReplicationGroup", "AuthToken", Token).takes_secure_parameter(),
    row("AWS::ElastiCache::User", "AuthenticationMode.Passwords[]", Password),
    row("AWS::ElastiCache::User", "Passwords[]", Password),
    row("AWS::ElasticLoadBalancingV2::Listener", "DefaultActions[].AuthenticateOidcConfig.ClientSecret", ClientSecret),
    row("AWS::ElasticLoadBalancingV2::ListenerRule", "Actions[].AuthenticateOidcConfig.ClientSecret", ClientSecret),
    row("AWS::Elasticsearch::Domain", "AdvancedSecurityOptions.MasterUserOptions.MasterUserPassword", Password),
    row("AWS::Events::Connection", "AuthParameters.ApiKeyAuthParameters.ApiKeyValue", ApiKey),
    row("AWS::Events::Connection", "AuthParameters.BasicAuthParameters.Password", Password),
    row("AWS::Events::Connection", "AuthParameters.OAuthParameters.ClientParameters.ClientSecret", ClientSecret),
    row("AWS::FSx::FileSystem", "OntapConfiguration.FsxAdminPassword", Password),
    row("AWS::FSx::FileSystem", "WindowsConfiguration.SelfManagedActiveDirectoryConfiguration.Password", Password),
    row("AWS::FSx::StorageVirtualMachine", "ActiveDirectoryConfiguration.SelfManagedActiveDirectoryConfiguration.Password", Password),
    row("AWS::FSx::StorageVirtualMachine", "SvmAdminPassword", Password),
    row("AWS::Glue::Connection", "ConnectionInput.AuthenticationConfiguration.BasicAuthenticationCredentials.Password", Password),
    row("AWS::Glue::Connection", "ConnectionInput.AuthenticationConfiguration.OAuth2Properties.OAuth2Credentials.AccessToken", Token),
    row("AWS::Glue::Connection", "ConnectionInput.AuthenticationConfiguration.OAuth2Properties.OAuth2Credentials.JwtToken", Token),
    row("AWS::Glue::Connection", "ConnectionInput.AuthenticationConfiguration.OAuth2Properties.OAuth2Credentials.RefreshToken", Token),
    row("AWS::Glue::Connection", "ConnectionInput.AuthenticationConfiguration.OAuth2Properties.OAuth2Credentials.UserManagedClientApplicationClientSecret", ClientSecret),
    row("AWS::IAM::SAMLProvider", "AddPrivateKey", PrivateKey),
    row("AWS::IAM::ServerCertificate", "PrivateKey", PrivateKey),
    row("AWS::IAM::User", "LoginProfile.Password", Password).takes_secure_parameter(),
    row("AWS::InspectorV2::CodeSecurityIntegration", "CreateIntegrationDetails.gitlabSelfManaged.accessToken", Token),
    row("AWS::InspectorV2::CodeSecurityIntegration", "UpdateIntegrationDetails.gitlabSelfManaged.authCode", ClientSecret),
    row("AWS::Invoicing::ProcurementPortalPreference", "ProcurementPortalSharedSecret", SharedKey),
    row("AWS::Invoicing::ProcurementPortalPreference", "TestEnvPreference.ProcurementPortalSharedSecret", SharedKey),
    row("AWS::IoTWireless::PartnerAccount", "Sidewalk.AppServerPrivateKey", PrivateKey),
    row("AWS::IoTWireless::PartnerAccount", "SidewalkUpdate.AppServerPrivateKey", PrivateKey),
    row("AWS::IoTWireless::WirelessDevice", "LoRaWAN.AbpV10x.SessionKeys.AppSKey", SharedKey),
    row("AWS::IoTWireless::WirelessDevice", "LoRaWAN.AbpV10x.SessionKeys.NwkSKey", SharedKey),
    row("AWS::IoTWireless::WirelessDevice", "LoRaWAN.AbpV11.SessionKeys.AppSKey", SharedKey),
    row("AWS::IoTWireless::WirelessDevice", "LoRaWAN.AbpV11.SessionKeys.FNwkSIntKey", SharedKey),
    row("AWS::IoTWireless::WirelessDevice", "LoRaWAN.AbpV11.SessionKeys.NwkSEncKey", SharedKey),
    row("AWS::IoTWireless::WirelessDevice", "LoRaWAN.AbpV11.SessionKeys.SNwkSIntKey", SharedKey),
    row("AWS::IoTWireless::WirelessDevice", "LoRaWAN.OtaaV10x.AppKey", SharedKey),
    row("AWS::IoTWireless::WirelessDevice", "LoRaWAN.OtaaV11.AppKey", SharedKey),
    row("AWS::IoTWireless::WirelessDevice", "LoRaWAN.OtaaV11.NwkKey", SharedKey),
    row("AWS::KinesisFirehose::DeliveryStream", "HttpEndpointDestinationConfiguration.EndpointConfiguration.AccessKey", ApiKey),
    row("AWS::KinesisFirehose::DeliveryStream", "RedshiftDestinationConfiguration.Password", Password).takes_secure_parameter(),
    row("AWS::KinesisFirehose::DeliveryStream", "SnowflakeDestinationConfiguration.KeyPassphrase", Password),
    row("AWS::KinesisFirehose::DeliveryStream", "SnowflakeDestinationConfiguration.PrivateKey", PrivateKey),
    row("AWS::KinesisFirehose::DeliveryStream", "SplunkDestinationConfiguration.HECToken", Token),
    row("AWS::Lightsail::Database", "MasterUserPassword", Password),
    row("AWS::ManagedBlockchain::Member", "MemberConfiguration.MemberFrameworkConfiguration.MemberFabricConfiguration.AdminPassword", Password),
    row("AWS::MediaLive::Channel", "EncoderSettings.OutputGroups[].OutputGroupSettings.HlsGroupSettings.HlsCdnSettings.HlsAkamaiSettings.Token", Token),
    row("AWS::MemoryDB::User", "AuthenticationMode.Passwords[]", Password),
    row("AWS::OpenSearchService::Domain", "AdvancedSecurityOptions.MasterUserOptions.MasterUserPassword", Password),
    row("AWS::OpsWorks::App", "AppSource.Password", Password).takes_secure_parameter(),
    row("AWS::OpsWorks::App", "SslConfiguration.PrivateKey", PrivateKey),
    row("AWS::OpsWorks::Stack", "CustomCookbooksSource.Password", Password).takes_secure_parameter(),
    row("AWS::OpsWorks::Stack", "RdsDbInstances[].DbPassword", Password).takes_secure_parameter(),
    row("AWS::Pinpoint::ADMChannel", "ClientSecret", ClientSecret),
    row("AWS::Pinpoint::APNSChannel", "PrivateKey", PrivateKey),
    row("AWS::Pinpoint::APNSChannel", "TokenKey", Token),
    row("AWS::Pinpoint::APNSSandboxChannel", "PrivateKey", PrivateKey),
    row("AWS::Pinpoint::APNSSandboxChannel", "TokenKey", Token),
    row("AWS::Pinpoint::APNSVoipChannel", "PrivateKey", PrivateKey),
    row("AWS::Pinpoint::APNSVoipChannel", "TokenKey", Token),
    row("AWS::Pinpoint::APNSVoipSandboxChannel", "PrivateKey", PrivateKey),
    row("AWS::Pinpoint::APNSVoipSandboxChannel", "TokenKey", Token),
    row("AWS::Pinpoint::BaiduChannel", "ApiKey", ApiKey),
    row("AWS::Pinpoint::BaiduChannel", "SecretKey", ApiKey),
    row("AWS::Pinpoint::GCMChannel", "ApiKey", ApiKey),
    row("AWS::QuickSight::ActionConnector", "AuthenticationConfig.AuthenticationMetadata.ApiKeyConnectionMetadata.ApiKey", ApiKey),
    row("AWS::QuickSight::ActionConnector", "AuthenticationConfig.AuthenticationMetadata.AuthorizationCodeGrantMetadata.AuthorizationCodeGrantCredentialsDetails.AuthorizationCodeGrantDetails.ClientSecret", ClientSecret),
    row("AWS::QuickSight::ActionConnector", "AuthenticationConfig.AuthenticationMetadata.BasicAuthConnectionMetadata.Password", Password),
    row("AWS::QuickSight::ActionConnector", "AuthenticationConfig.AuthenticationMetadata.ClientCredentialsGrantMetadata.ClientCredentialsDetails.ClientCredentialsGrantDetails.ClientSecret", ClientSecret),
    row("AWS::QuickSight::DataSource", "Credentials.CredentialPair.Password", Password),
    row("AWS::QuickSight::DataSource", "Credentials.KeyPairCredentials.PrivateKey", PrivateKey),
    row("AWS::QuickSight::DataSource", "Credentials.KeyPairCredentials.PrivateKeyPassphrase", Password),
    row("AWS::QuickSight::DataSource", "Credentials.OAuthClientCredentials.ClientSecret", ClientSecret),
    row("AWS::QuickSight::OAuthClientApplication", "ClientSecret", ClientSecret),
    row("AWS::RDS::DBCluster", "MasterUserPassword", Password).takes_secure_parameter().is_master_password(),
    row("AWS::RDS::DBInstance", "MasterUserPassword", Password).takes_secure_parameter().is_master_password(),
    row("AWS::RDS::DBInstance", "TdeCredentialPassword", Password),
    row("AWS::Redshift::Cluster", "MasterUserPassword", Password).takes_secure_parameter().is_master_password(),
    row("AWS::RedshiftServerless::Namespace", "AdminUserPassword", Password).is_master_password(),
    row("AWS::SES::EmailIdentity", "DkimSigningAttributes.DomainSigningPrivateKey", PrivateKey),
    row("AWS::SES::MailManagerIngressPoint", "IngressPointConfiguration.SmtpPassword", Password),
    row("AWS::SageMaker::Workforce", "OidcConfig.ClientSecret", ClientSecret),
    row("AWS::SecurityAgent::Integration", "ProviderInput.Gitlab.AccessToken", Token),
    row("AWS::SecurityLake::SubscriberNotification", "NotificationConfiguration.HttpsNotificationConfiguration.AuthorizationApiKeyValue", ApiKey),
    row("AWS::Timestream::InfluxDBCluster", "Password", Password),
    row("AWS::Timestream::InfluxDBInstance", "Password", Password),
    row("AWS::Transfer::Certificate", "PrivateKey", PrivateKey),
    row("Alexa::ASK::Skill", "AuthenticationConfiguration.ClientSecret", ClientSecret),
    row("Alexa::ASK::Skill", "AuthenticationConfiguration.RefreshToken", Token),];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_sorted() {
        assert!(PROPERTIES.is_sorted_by(|a, b| (a.type_name, a.path) < (b.type_name, b.path)));
    }

    #[test]
    fn every_row_of_a_type_is_found() {
        for row in PROPERTIES {
            assert!(CredentialProperty::of(row.type_name).iter().any(|it| it.path == row.path));
        }
        assert!(CredentialProperty::of("AWS::S3::Bucket").is_empty());
        assert!(CredentialProperty::of("Zoo::Zoo::Zoo").is_empty());
    }
}
