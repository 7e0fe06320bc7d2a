//! Properties that hold environment variables, and settings that reach a program like them.
//!
//! One row per property of the public resource schemas of 2026-10-20, sorted by type; its shape is
//! what its page of the template reference says:
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html>.
//! The variables of builds have types of their own and stand in [`build_variables`].

use std::borrow::Cow;
use std::fmt;

use Shape::{List, Map};

use crate::aws::types_of::types_of;
use crate::cloudformation::{self, Data, Resource, Value};
use crate::setting::{Reason, Setting, Unknown};

/// A property that holds environment variables.
struct EnvironmentProperty {
    type_name: &'static str,
    path: &'static str,
    shape: Shape,
    only_if: Option<(&'static str, &'static str)>,
    sibling: Option<SecretsBeside>,
}

/// How variables are written down.
enum Shape {
    /// Name to value.
    Map,
    /// Blocks with two fields.
    List {
        /// The field of the name.
        name: &'static str,
        /// The field of the value.
        value: &'static str,
    },
}

/// An environment variable.
pub struct Variable<'r> {
    /// Its name.
    pub name: Cow<'r, str>,
    /// Its value.
    pub value: Value<'r>,
    /// The place beside it that takes the name of a secret instead of a value.
    pub sibling: Option<SecretsBeside>,
}

/// Where, beside the variables, a service takes names of secrets instead of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretsBeside {
    /// In a list beside that of the variables; it takes the ARN of a secret, or the name of a parameter
    /// of Systems Manager.
    ///
    /// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Secret.html>,
    /// <https://docs.aws.amazon.com/apprunner/latest/api/API_CodeConfigurationValues.html>
    List {
        /// The list of the variables.
        variables: &'static str,
        /// The list of the secrets.
        secrets: &'static str,
        /// The field of its elements that names a secret.
        field: &'static str,
    },
    /// In options of this namespace.
    Options(&'static str),
}

impl fmt::Display for SecretsBeside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::List { secrets, .. } => write!(f, "`{secrets}`"),
            Self::Options(namespace) => write!(f, "an option of namespace {namespace}"),
        }
    }
}

const SECRETS: SecretsBeside =
    SecretsBeside::List { variables: "Environment", secrets: "Secrets", field: "ValueFrom" };
const RUNTIME_SECRETS: SecretsBeside = SecretsBeside::List {
    variables: "RuntimeEnvironmentVariables",
    secrets: "RuntimeEnvironmentSecrets",
    field: "Value",
};
const BEANSTALK_SECRETS: SecretsBeside =
    SecretsBeside::Options("aws:elasticbeanstalk:application:environmentsecrets");

/// An environment variable of a build.
pub struct BuildVariable<'r> {
    /// Its name.
    pub name: Cow<'r, str>,
    /// Its value, or what names it, as its type says.
    pub value: Value<'r>,
    /// `PLAINTEXT`, which is the default, `PARAMETER_STORE` or `SECRETS_MANAGER`.
    pub kind: Setting<'r, Cow<'r, str>>,
}

/// The environment variables of `resource` whose names are `wanted`. What cannot be read as
/// variables is named in `open`.
pub fn variables<'r>(
    resource: &Resource<'r>,
    wanted: impl Fn(&str) -> bool,
    open: &mut Vec<Unknown<'r>>,
) -> Vec<Variable<'r>> {
    let mut variables = Vec::new();
    for property in properties_of(resource.type_name()) {
        let sibling = property.sibling;
        for holder in resource.properties().all(property.path) {
            match (&holder.data, &property.shape) {
                (Data::Map(map), Map) => {
                    let items = map.entries_if(&wanted).into_iter();
                    variables.extend(items.map(|it| Variable {
                        name: it.key,
                        value: it.value,
                        sibling,
                    }));
                }
                // Both shapes are accepted in some places; each has its own row.
                (Data::Map(_), List { .. }) | (Data::List(_), Map) => (),
                (Data::List(_), List { name, value }) => {
                    for block in holder.blocks(open) {
                        let is_meant = property.only_if.is_none_or(|(key, wanted)| {
                            block.text(key).known().is_some_and(|it| it == wanted)
                        });
                        if !is_meant {
                            continue;
                        }
                        match block.text(name) {
                            Setting::Known(name, _) if wanted(&name) => {
                                variables.push(Variable { name, value: block.get(value), sibling });
                            }
                            Setting::Known(..) | Setting::Absent(_) => (),
                            Setting::Unknown(unknown) => open.push(unknown),
                        }
                    }
                }
                _ => open.extend(unknown_holder(&holder)),
            }
        }
    }
    variables
}

/// The environment variables of the builds that `resource` describes or starts.
///
/// <https://docs.aws.amazon.com/codebuild/latest/APIReference/API_EnvironmentVariable.html>,
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeBuild.html>
pub fn build_variables<'r>(
    resource: &Resource<'r>,
    wanted: impl Fn(&str) -> bool,
    open: &mut Vec<Unknown<'r>>,
) -> Vec<BuildVariable<'r>> {
    const FIELDS: [&str; 3] = ["Name", "Value", "Type"];
    let properties = resource.properties();
    let mut holders = Vec::new();
    if resource.is("AWS::CodeBuild::Project") {
        holders.push((properties.at("Environment.EnvironmentVariables"), FIELDS));
    }
    for action in actions(resource) {
        holders.push((action.get("EnvironmentVariables"), FIELDS));
        // The same of a build that an action starts, as JSON text with keys in lower case.
        let is_build =
            action.text("ActionTypeId.Provider").known().is_some_and(|it| it == "CodeBuild");
        if is_build && let Setting::Known(configuration, _) = action.block("Configuration") {
            let variables = configuration.structure("EnvironmentVariables");
            holders.push((variables, ["name", "value", "type"]));
        }
    }
    let mut variables = Vec::new();
    for (holder, [name_field, value_field, type_field]) in holders {
        if !matches!(holder.data, Data::List(_)) {
            open.extend(unknown_holder(&holder));
            continue;
        }
        for block in holder.blocks(open) {
            match block.text(name_field) {
                Setting::Known(name, _) if wanted(&name) => {
                    let (value, kind) = (block.get(value_field), block.text(type_field));
                    variables.push(BuildVariable { name, value, kind });
                }
                Setting::Known(..) | Setting::Absent(_) => (),
                Setting::Unknown(unknown) => open.push(unknown),
            }
        }
    }
    variables
}

/// The actions of a pipeline.
fn actions<'r>(resource: &Resource<'r>) -> Vec<cloudformation::Map<'r>> {
    if !resource.is("AWS::CodePipeline::Pipeline") {
        return Vec::new();
    }
    let actions = resource.properties().all("Stages[].Actions");
    let items = actions.iter().flat_map(|it| it.items().known().unwrap_or_default());
    items.filter_map(|it| it.block().known()).collect()
}

/// What is there, and cannot be read.
fn unknown_holder<'r>(holder: &Value<'r>) -> Option<Unknown<'r>> {
    let span = holder.span();
    match &holder.data {
        Data::Absent
        | Data::Unknown(Reason::MayBeAdded(_))
        | Data::Scalar(_)
        | Data::List(_)
        | Data::Map(_) => None,
        Data::Unknown(reason) => Some(Unknown { span, reason: reason.clone() }),
        Data::Reference(reference) => Some(Unknown { span, reason: reference.reason() }),
        Data::Pattern(_) => Some(Unknown { span, reason: Reason::Pattern }),
    }
}

fn properties_of(ty: &str) -> &'static [EnvironmentProperty] {
    let first = PROPERTIES.partition_point(|it| it.type_name < ty);
    let rest = PROPERTIES.get(first..).unwrap_or_default();
    rest.get(..rest.partition_point(|it| it.type_name == ty)).unwrap_or_default()
}

impl EnvironmentProperty {
    const fn only_if(mut self, key: &'static str, value: &'static str) -> Self {
        self.only_if = Some((key, value));
        self
    }

    const fn sibling(mut self, sibling: SecretsBeside) -> Self {
        self.sibling = Some(sibling);
        self
    }
}

const fn row(type_name: &'static str, path: &'static str, shape: Shape) -> EnvironmentProperty {
    EnvironmentProperty { type_name, path, shape, only_if: None, sibling: None }
}

/// The types with such a property.
pub const ENVIRONMENT_TYPES: &[&str] = types_of!(PROPERTIES);

#[rustfmt::skip]
const PROPERTIES: &[EnvironmentProperty] = &[
    row("AWS::Amplify::App", "AutoBranchCreationConfig.EnvironmentVariables", List { name: "Name", value: "Value" }),
    row("AWS::Amplify::App", "EnvironmentVariables", List { name: "Name", value: "Value" }),
    row("AWS::Amplify::Branch", "EnvironmentVariables", List { name: "Name", value: "Value" }),
    row("AWS::ApiGateway::Deployment", "StageDescription.Variables", Map),
    row("AWS::ApiGateway::Stage", "Variables", Map),
    row("AWS::ApiGatewayV2::Stage", "StageVariables", Map),
    row("AWS::AppRunner::Service", "SourceConfiguration.CodeRepository.CodeConfiguration.CodeConfigurationValues.RuntimeEnvironmentVariables", List { name: "Name", value: "Value" }).sibling(RUNTIME_SECRETS),
    row("AWS::AppRunner::Service", "SourceConfiguration.ImageRepository.ImageConfiguration.RuntimeEnvironmentVariables", List { name: "Name", value: "Value" }).sibling(RUNTIME_SECRETS),
    row("AWS::AppSync::GraphQLApi", "EnvironmentVariables", Map),
    row("AWS::Batch::JobDefinition", "ContainerProperties.Environment", List { name: "Name", value: "Value" }).sibling(SECRETS),
    row("AWS::Batch::JobDefinition", "EcsProperties.TaskProperties[].Containers[].Environment", List { name: "Name", value: "Value" }).sibling(SECRETS),
    row("AWS::Batch::JobDefinition", "EksProperties.PodProperties.Containers[].Env", List { name: "Name", value: "Value" }),
    row("AWS::Batch::JobDefinition", "EksProperties.PodProperties.InitContainers[].Env", List { name: "Name", value: "Value" }),
    row("AWS::Batch::JobDefinition", "NodeProperties.NodeRangeProperties[].Container.Environment", List { name: "Name", value: "Value" }).sibling(SECRETS),
    row("AWS::Batch::JobDefinition", "NodeProperties.NodeRangeProperties[].EcsProperties.TaskProperties[].Containers[].Environment", List { name: "Name", value: "Value" }).sibling(SECRETS),
    row("AWS::Batch::JobDefinition", "NodeProperties.NodeRangeProperties[].EksProperties.PodProperties.Containers[].Env", List { name: "Name", value: "Value" }),
    row("AWS::Batch::JobDefinition", "NodeProperties.NodeRangeProperties[].EksProperties.PodProperties.InitContainers[].Env", List { name: "Name", value: "Value" }),
    row("AWS::BedrockAgentCore::Harness", "EnvironmentVariables", Map),
    row("AWS::BedrockAgentCore::Runtime", "EnvironmentVariables", Map),
    row("AWS::DeviceFarm::Project", "EnvironmentVariables", List { name: "Name", value: "Value" }),
    row("AWS::ECS::DaemonTaskDefinition", "ContainerDefinitions[].Environment", List { name: "Name", value: "Value" }).sibling(SECRETS),
    row("AWS::ECS::ExpressGatewayService", "PrimaryContainer.Environment", List { name: "Name", value: "Value" }).sibling(SECRETS),
    row("AWS::ECS::TaskDefinition", "ContainerDefinitions[].Environment", List { name: "Name", value: "Value" }).sibling(SECRETS),
    row("AWS::ECS::TaskDefinition", "ContainerDefinitions[].LogConfiguration.Options", Map),
    row("AWS::EMR::Cluster", "Configurations[].ConfigurationProperties", Map),
    row("AWS::EMRServerless::Application", "RuntimeConfiguration[].Properties", Map),
    row("AWS::ElasticBeanstalk::ConfigurationTemplate", "OptionSettings", List { name: "OptionName", value: "Value" }).only_if("Namespace", "aws:elasticbeanstalk:application:environment").sibling(BEANSTALK_SECRETS),
    row("AWS::ElasticBeanstalk::Environment", "OptionSettings", List { name: "OptionName", value: "Value" }).only_if("Namespace", "aws:elasticbeanstalk:application:environment").sibling(BEANSTALK_SECRETS),
    row("AWS::GameLift::ContainerGroupDefinition", "GameServerContainerDefinition.EnvironmentOverride", List { name: "Name", value: "Value" }),
    row("AWS::GameLift::ContainerGroupDefinition", "SupportContainerDefinitions[].EnvironmentOverride", List { name: "Name", value: "Value" }),
    row("AWS::Glue::Job", "DefaultArguments", Map),
    row("AWS::Glue::Job", "NonOverridableArguments", Map),
    row("AWS::Greengrass::FunctionDefinition", "InitialVersion.Functions[].FunctionConfiguration.Environment.Variables", Map),
    row("AWS::Greengrass::FunctionDefinitionVersion", "Functions[].FunctionConfiguration.Environment.Variables", Map),
    row("AWS::GreengrassV2::ComponentVersion", "LambdaFunction.ComponentLambdaParameters.EnvironmentVariables", Map),
    row("AWS::IoTAnalytics::Dataset", "Actions[].ContainerAction.Variables", List { name: "VariableName", value: "StringValue" }),
    row("AWS::IoTSiteWise::Pipeline", "Computations[].EnvironmentVariables", Map),
    row("AWS::IoTSiteWise::Pipeline", "EnvironmentVariables", Map),
    row("AWS::IoTSiteWise::Task", "TaskConfiguration.ContainerTaskConfiguration.EnvironmentVariables", Map),
    row("AWS::KafkaConnect::Connector", "ConnectorConfiguration", Map),
    row("AWS::KinesisAnalyticsV2::Application", "ApplicationConfiguration.EnvironmentProperties.PropertyGroups[].PropertyMap", Map),
    row("AWS::Lambda::Function", "Environment.Variables", Map),
    row("AWS::Lambda::MicrovmImage", "EnvironmentVariables", List { name: "Key", value: "Value" }),
    row("AWS::Lambda::WebFunctionRevision", "ServiceConfig.EnvironmentVariables", Map),
    row("AWS::Lightsail::Container", "ContainerServiceDeployment.Containers[].Environment", List { name: "Variable", value: "Value" }),
    row("AWS::MWAA::Environment", "AirflowConfigurationOptions", Map),
    row("AWS::OpsWorks::App", "Environment", List { name: "Key", value: "Value" }),
    row("AWS::Pipes::Pipe", "TargetParameters.BatchJobParameters.ContainerOverrides.Environment", List { name: "Name", value: "Value" }),
    row("AWS::Pipes::Pipe", "TargetParameters.EcsTaskParameters.Overrides.ContainerOverrides[].Environment", List { name: "Name", value: "Value" }),
    row("AWS::SSM::MaintenanceWindowTask", "TaskInvocationParameters.MaintenanceWindowRunCommandParameters.Parameters", Map),
    row("AWS::SageMaker::Algorithm", "InferenceSpecification.Containers[].Environment", Map),
    row("AWS::SageMaker::AppImageConfig", "CodeEditorAppImageConfig.ContainerConfig.ContainerEnvironmentVariables", List { name: "Key", value: "Value" }),
    row("AWS::SageMaker::AppImageConfig", "JupyterLabAppImageConfig.ContainerConfig.ContainerEnvironmentVariables", List { name: "Key", value: "Value" }),
    row("AWS::SageMaker::DataQualityJobDefinition", "DataQualityAppSpecification.Environment", Map),
    row("AWS::SageMaker::InferenceComponent", "Specification.Container.Environment", Map),
    row("AWS::SageMaker::InferenceComponent", "Specifications[].Container.Environment", Map),
    row("AWS::SageMaker::Model", "Containers[].Environment", Map),
    row("AWS::SageMaker::Model", "PrimaryContainer.Environment", Map),
    row("AWS::SageMaker::ModelBiasJobDefinition", "ModelBiasAppSpecification.Environment", Map),
    row("AWS::SageMaker::ModelExplainabilityJobDefinition", "ModelExplainabilityAppSpecification.Environment", Map),
    row("AWS::SageMaker::ModelPackage", "AdditionalInferenceSpecificationsToAdd[].Containers[].Environment", Map),
    row("AWS::SageMaker::ModelPackage", "AdditionalInferenceSpecifications[].Containers[].Environment", Map),
    row("AWS::SageMaker::ModelPackage", "InferenceSpecification.Containers[].Environment", Map),
    row("AWS::SageMaker::ModelPackage", "ValidationSpecification.ValidationProfiles[].TransformJobDefinition.Environment", Map),
    row("AWS::SageMaker::ModelQualityJobDefinition", "ModelQualityAppSpecification.Environment", Map),
    row("AWS::SageMaker::MonitoringSchedule", "MonitoringScheduleConfig.MonitoringJobDefinition.Environment", Map),
    row("AWS::SageMaker::ProcessingJob", "Environment", Map),
    row("AWS::Serverless::Api", "Variables", Map),
    row("AWS::Serverless::Function", "Environment.Variables", Map),
    row("AWS::Serverless::HttpApi", "StageVariables", Map),
    row("AWS::Serverless::MicrovmImage", "EnvironmentVariables", Map),
    row("AWS::Serverless::MicrovmImage", "EnvironmentVariables", List { name: "Key", value: "Value" }),
    row("AWS::Serverless::WebFunction", "EnvironmentVariables", Map),
    row("AWS::Synthetics::Canary", "RunConfig.EnvironmentVariables", Map),];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_sorted_by_type() {
        assert!(PROPERTIES.is_sorted_by_key(|it| it.type_name));
    }
}
