//! Free-form places that may carry a credential: settings and parameters by their names, headers by
//! theirs, scripts by what they do.
//!
//! Properties that always carry one are rows of their own table; environment variables as well.

use std::borrow::Cow;

use crate::base64;
use crate::cloudformation::{Data, Item, Map, Part, Resource, Scalar, Value};
use crate::credential::Naming;
use crate::setting::Setting;

/// A named value that may be a credential.
pub struct Carried<'r> {
    /// Its name.
    pub name: Cow<'r, str>,
    /// Its value.
    pub value: Value<'r>,
    /// Whoever fills this in gives a credential; otherwise the name has to say so.
    pub is_certain: bool,
}

/// Settings of Glue connections that are credentials. `ENCRYPTED_PASSWORD` is not: it is encrypted.
///
/// <https://docs.aws.amazon.com/glue/latest/webapi/API_Connection.html>
const GLUE_SETTINGS: &[&str] = &[
    "KAFKA_CLIENT_KEYSTORE_PASSWORD",
    "KAFKA_CLIENT_KEY_PASSWORD",
    "KAFKA_SASL_PLAIN_PASSWORD",
    "KAFKA_SASL_SCRAM_PASSWORD",
    "PASSWORD",
];

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_IdentityProviderType.html>
const PROVIDER_DETAILS: &[&str] = &["client_secret", "private_key"];

/// Configuration of actions of a pipeline: GitHub (version 1), Jenkins and their like.
///
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/structure-configuration-examples.html>
const ACTION_SETTINGS: &[&str] = &["ApiToken", "OAuthToken", "Password"];

/// Extra connection attributes of a DMS endpoint.
///
/// <https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Source.Oracle.html>
const CONNECTION_ATTRIBUTES: &[&str] = &["asm_password", "password", "securityDbEncryption"];

/// Fields of `AWS::CloudFormation::Authentication`.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-metadata.html>
const AUTHENTICATION_FIELDS: &[&str] = &["password", "secretKey"];

/// Words in the name of a header by which an origin knows its distribution.
const HEADER_WORDS: &[&str] =
    &["api-key", "apikey", "auth", "password", "secret", "token", "verify"];

/// Blocks inside one another that are looked into.
const MAX_DEPTH: u8 = 8;

/// What `AWS::CloudFormation::Init` of a resource does with its instance.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-init.html>
#[derive(Default)]
pub struct Init<'r> {
    commands: Vec<Map<'r>>,
    /// Paths, and what is put there.
    files: Vec<(Cow<'r, str>, Value<'r>)>,
}

impl<'r> Init<'r> {
    /// That of `resource`; nothing if it has none.
    pub fn of(resource: &Resource<'r>) -> Self {
        let mut init = Self::default();
        let Data::Map(sets) = resource.metadata("AWS::CloudFormation::Init").data else {
            return init;
        };
        for (_, set) in blocks(&sets) {
            let parts_of = |section: &str| {
                set.block(section).known().map(|it| blocks(&it)).unwrap_or_default()
            };
            init.commands.extend(parts_of("commands").into_iter().map(|it| it.1));
            let files = parts_of("files").into_iter();
            init.files.extend(files.map(|(path, file)| (path, file.get("content"))));
        }
        init
    }

    /// The files it writes out in the template.
    ///
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-init.html#aws-resource-init-files>
    pub fn into_files(self) -> impl Iterator<Item = InitFile<'r>> {
        self.files.into_iter().filter_map(|(path, value)| {
            Some(InitFile { path, text: filled(&value, "${HOLE}")?, value })
        })
    }
}

/// The mappings among the values of `map`, with their keys.
fn blocks<'r>(map: &Map<'r>) -> Vec<(Cow<'r, str>, Map<'r>)> {
    let block = |it: Item<'r>| Some((it.key, it.value.block().known()?));
    map.entries().into_iter().filter_map(block).collect()
}

/// The named values of `resource`, and of what its `init` does, that may be credentials.
///
/// `naming` knows names that our tables do not, or knows them better.
pub fn carried<'r>(
    resource: &Resource<'r>,
    init: &Init<'r>,
    naming: impl Naming,
) -> Vec<Carried<'r>> {
    let is_credential = |name: &str| naming.classify(name).is_some();
    let mut carried = Vec::new();
    match resource.type_name() {
        "AWS::Glue::Connection" => {
            let settings = resource.at("ConnectionInput.ConnectionProperties");
            fixed(&settings, GLUE_SETTINGS, &mut carried);
        }
        "AWS::Cognito::UserPoolIdentityProvider" => {
            fixed(&resource.at("ProviderDetails"), PROVIDER_DETAILS, &mut carried);
        }
        "AWS::CodePipeline::Pipeline" => {
            for configuration in resource.properties().all("Stages[].Actions[].Configuration") {
                fixed(&configuration, ACTION_SETTINGS, &mut carried);
                if let Data::Map(map) = &configuration.data {
                    by_name(&map.structure("ParameterOverrides"), is_credential, &mut carried);
                }
            }
        }
        "AWS::ElasticBeanstalk::Environment" | "AWS::ElasticBeanstalk::ConfigurationTemplate" => {
            for option in resource.at("OptionSettings").blocks(&mut Vec::new()) {
                let is = |key, text| option.text(key).known().is_some_and(|it| it == text);
                if is("Namespace", "aws:rds:dbinstance") && is("OptionName", "DBPassword") {
                    let name = Cow::Borrowed("DBPassword");
                    carried.push(Carried { name, value: option.get("Value"), is_certain: true });
                }
            }
        }
        "AWS::DMS::Endpoint" => {
            connection_attributes(&resource.at("ExtraConnectionAttributes"), &mut carried);
        }
        "AWS::CloudFormation::Stack" | "AWS::Serverless::Application" => {
            by_name(&resource.at("Parameters"), is_credential, &mut carried);
        }
        "AWS::ServiceCatalog::CloudFormationProvisionedProduct" => {
            pairs(&resource.at("ProvisioningParameters"), ["Key", "Value"], &mut carried);
        }
        "AWS::CloudFormation::StackSet" => {
            let overrides = resource.properties().all("StackInstancesGroup[].ParameterOverrides");
            for parameters in [resource.at("Parameters")].iter().chain(&overrides) {
                pairs(parameters, ["ParameterKey", "ParameterValue"], &mut carried);
            }
        }
        // CloudFormation makes no `SecureString`: whatever stands here is kept in plain text.
        "AWS::SSM::Parameter" => {
            let name =
                last_segment(&resource.at("Name")).unwrap_or_else(|| Cow::Borrowed(resource.id()));
            carried.push(Carried { name, value: resource.at("Value"), is_certain: false });
        }
        "AWS::CloudFront::Distribution" => {
            let headers =
                resource.properties().all("DistributionConfig.Origins[].OriginCustomHeaders");
            for header in headers.iter().flat_map(|it| it.blocks(&mut Vec::new())) {
                if let Setting::Known(name, _) = header.text("HeaderName")
                    && is_secret_header(&name)
                {
                    let value = header.get("HeaderValue");
                    carried.push(Carried { name, value, is_certain: true });
                }
            }
        }
        "AWS::WAFv2::WebACL" | "AWS::WAFv2::RuleGroup" => {
            for statement in resource.properties().all("Rules[].Statement") {
                matched_headers(&statement, MAX_DEPTH, &mut carried);
            }
        }
        ty if ty.starts_with("Custom::") || ty == "AWS::CloudFormation::CustomResource" => {
            within(&resource.properties(), MAX_DEPTH, &is_credential, &mut carried);
        }
        _ => (),
    }
    if let Data::Map(methods) = resource.metadata("AWS::CloudFormation::Authentication").data {
        for method in methods.entries() {
            fixed(&method.value, AUTHENTICATION_FIELDS, &mut carried);
        }
    }
    for command in &init.commands {
        by_name(&command.get("env"), is_credential, &mut carried);
    }
    // A file may be written as the structure that is to be in it.
    for (_, content) in &init.files {
        if let Data::Map(content) = &content.data {
            within(content, MAX_DEPTH, &is_credential, &mut carried);
        }
    }
    carried
}

/// A file that `AWS::CloudFormation::Init` puts onto an instance.
pub struct InitFile<'r> {
    /// Its path there.
    pub path: Cow<'r, str>,
    /// What is in it, with a placeholder for whatever is filled in at deployment.
    pub text: Cow<'r, str>,
    /// The value it stands in.
    pub value: Value<'r>,
}

/// A script that instances run.
pub struct Script<'r> {
    /// What is run, with a `$` for whatever is filled in at deployment.
    pub text: Cow<'r, str>,
    /// The value it stands in.
    pub value: Value<'r>,
    /// It stands there in base64, as the service takes it.
    pub is_encoded: bool,
}

/// The scripts that instances of `resource` run, those of its `init` too.
pub fn scripts<'r>(resource: &Resource<'r>, init: &Init<'r>) -> Vec<Script<'r>> {
    let user_data = match resource.type_name() {
        "AWS::EC2::Instance" | "AWS::AutoScaling::LaunchConfiguration" => Some("UserData"),
        "AWS::EC2::LaunchTemplate" => Some("LaunchTemplateData.UserData"),
        _ => None,
    };
    let plain = |value: Value<'r>| {
        Some(Script { text: filled(&value, "$HOLE")?, value, is_encoded: false })
    };
    let user_data = user_data.and_then(|it| {
        let mut script = plain(resource.at(it))?;
        if let Some(text) = decoded(&script.text) {
            script = Script { text: Cow::Owned(text), is_encoded: true, ..script };
        }
        Some(script)
    });
    let mut scripts: Vec<Script<'r>> = user_data.into_iter().collect();
    scripts.extend(init.commands.iter().filter_map(|it| plain(it.get("command"))));
    scripts
}

/// What `text` says, if it is base64 of a text.
fn decoded(text: &str) -> Option<String> {
    let bytes = base64::decode(text.trim()).filter(|it| !it.is_empty())?;
    String::from_utf8(bytes).ok()
}

/// The text of `value`, with `hole` for whatever is filled in at deployment.
fn filled<'r>(value: &Value<'r>, hole: &str) -> Option<Cow<'r, str>> {
    match &value.data {
        Data::Scalar(_) if value.given_unseen().is_some() => None,
        Data::Scalar(scalar) => Some(scalar.text.clone()),
        Data::Pattern(parts) => Some(Cow::Owned(
            parts
                .iter()
                .map(|part| match part {
                    Part::Text(text) => text,
                    Part::Reference(_) | Part::Unknown(_) => hole,
                })
                .collect(),
        )),
        Data::Absent | Data::Reference(_) | Data::List(_) | Data::Map(_) | Data::Unknown(_) => None,
    }
}

fn fixed<'r>(map: &Value<'r>, keys: &[&str], carried: &mut Vec<Carried<'r>>) {
    let Data::Map(map) = &map.data else { return };
    carried.extend(map.entries_if(|it| keys.contains(&it)).into_iter().map(|it| Carried {
        name: it.key,
        value: it.value,
        is_certain: true,
    }));
}

fn by_name<'r>(
    map: &Value<'r>,
    is_credential: impl Fn(&str) -> bool,
    carried: &mut Vec<Carried<'r>>,
) {
    let Data::Map(map) = &map.data else { return };
    carried.extend(map.entries_if(is_credential).into_iter().map(|it| Carried {
        name: it.key,
        value: it.value,
        is_certain: false,
    }));
}

/// A list of blocks, each with a name and a value.
fn pairs<'r>(list: &Value<'r>, [key, value]: [&str; 2], carried: &mut Vec<Carried<'r>>) {
    for pair in list.blocks(&mut Vec::new()) {
        if let Setting::Known(name, _) = pair.text(key) {
            carried.push(Carried { name, value: pair.get(value), is_certain: false });
        }
    }
}

/// What a custom resource is given, or a file holds, at any depth.
fn within<'r>(
    map: &Map<'r>,
    depth: u8,
    is_credential: &impl Fn(&str) -> bool,
    carried: &mut Vec<Carried<'r>>,
) {
    let Some(depth) = depth.checked_sub(1) else { return };
    for item in map.entries() {
        match item.value.data {
            Data::Map(map) => within(&map, depth, is_credential, carried),
            Data::List(ref list) => {
                let blocks = list.items().into_iter().filter_map(|it| it.block().known());
                blocks.for_each(|it| within(&it, depth, is_credential, carried));
            }
            Data::Absent
            | Data::Scalar(_)
            | Data::Reference(_)
            | Data::Pattern(_)
            | Data::Unknown(_) => {
                if is_credential(&item.key) {
                    let Item { key: name, value, .. } = item;
                    carried.push(Carried { name, value, is_certain: false });
                }
            }
        }
    }
}

/// `key=value;key=value`.
fn connection_attributes<'r>(value: &Value<'r>, carried: &mut Vec<Carried<'r>>) {
    let Data::Scalar(scalar) = &value.data else { return };
    for (name, text) in scalar.text.split(';').filter_map(|it| it.split_once('=')) {
        if CONNECTION_ATTRIBUTES.iter().any(|it| it.eq_ignore_ascii_case(name.trim())) {
            let text = Cow::Owned(text.trim().to_owned());
            let data = Data::Scalar(Scalar { text, is_plain: false });
            carried.push(Carried {
                name: Cow::Owned(name.trim().to_owned()),
                value: Value { data, ..value.clone() },
                is_certain: true,
            });
        }
    }
}

/// The other half of a secret header: the web ACL that looks for it.
fn matched_headers<'r>(statement: &Value<'r>, depth: u8, carried: &mut Vec<Carried<'r>>) {
    let (Some(depth), Data::Map(map)) = (depth.checked_sub(1), &statement.data) else { return };
    if let Setting::Known(matched, _) = map.block("ByteMatchStatement")
        && let Setting::Known(name, _) = matched.text("FieldToMatch.SingleHeader.Name")
        && is_secret_header(&name)
    {
        let value = matched.get("SearchString");
        carried.push(Carried { name, value, is_certain: true });
    }
    for path in ["NotStatement.Statement", "RateBasedStatement.ScopeDownStatement"] {
        matched_headers(&map.at(path), depth, carried);
    }
    for path in ["AndStatement.Statements", "OrStatement.Statements"] {
        for statement in map.at(path).items().known().unwrap_or_default() {
            matched_headers(&statement, depth, carried);
        }
    }
}

fn is_secret_header(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    HEADER_WORDS.iter().any(|it| name.contains(it))
}

/// The last word of the name of a parameter: `password` of `/shop/db/password`.
fn last_segment<'r>(name: &Value<'r>) -> Option<Cow<'r, str>> {
    let text = match &name.data {
        Data::Scalar(scalar) => &*scalar.text,
        Data::Pattern(parts) => match parts.last()? {
            Part::Text(text) => text,
            Part::Reference(_) | Part::Unknown(_) => return None,
        },
        Data::Absent | Data::Reference(_) | Data::List(_) | Data::Map(_) | Data::Unknown(_) => {
            return None;
        }
    };
    let last = text.rsplit('/').next()?;
    (!last.is_empty()).then(|| Cow::Owned(last.to_owned()))
}
