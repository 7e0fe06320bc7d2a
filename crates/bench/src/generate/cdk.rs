//! A template as `cdk synth` writes it: ids with a hash, paths of constructs in the metadata, and
//! what every stack of a bootstrapped account carries along.
//!
//! <https://docs.aws.amazon.com/cdk/v2/guide/configure-synth.html>

use serde::Serialize as _;
use serde_json::ser::{PrettyFormatter, Serializer};
use serde_json::{Map, Value, json};

use super::random::Random;

/// `template` as the CDK would have written it.
pub(super) fn synthesized(template: Value, mut random: Random) -> Value {
    let Value::Object(mut template) = template else { return template };
    let mut ids = Vec::new();
    let mut resources = Map::new();
    if let Some(Value::Object(written)) = template.remove("Resources") {
        for (id, mut resource) in written {
            let name = format!("{id}{:08X}", random.bits() >> 32);
            let metadata = json!({"aws:cdk:path": format!("Shop/{id}/Resource")});
            if let Value::Object(members) = &mut resource {
                members.insert("Metadata".to_owned(), metadata);
            }
            resources.insert(name.clone(), resource);
            ids.push((id, name));
        }
    }
    resources.insert("CDKMetadata".to_owned(), usage());
    template.insert("Resources".to_owned(), Value::Object(resources));
    let versions = json!(["1", "2", "3", "4", "5"]);
    if let Some(Value::Object(parameters)) = template.get_mut("Parameters") {
        parameters.insert(
            "BootstrapVersion".to_owned(),
            json!({
                "Type": "AWS::SSM::Parameter::Value<String>",
                "Default": "/cdk-bootstrap/hnb659fds/version",
                "Description": "Version of the CDK Bootstrap resources in this environment",
            }),
        );
    }
    template.insert(
        "Rules".to_owned(),
        json!({"CheckBootstrapVersion": {"Assertions": [{
            "Assert": {"Fn::Not": [{"Fn::Contains": [versions, {"Ref": "BootstrapVersion"}]}]},
            "AssertDescription": "CDK bootstrap stack version 6 required.",
        }]}}),
    );
    if let Some(outputs) = template.get_mut("Outputs") {
        rename(outputs, &ids);
    }
    Value::Object(template)
}

/// The resource that tells AWS which constructs are used.
fn usage() -> Value {
    json!({
        "Type": "AWS::CDK::Metadata",
        "Properties": {"Analytics": "v2:deflate64:H4sIAAAAAAAA/zPSMzTSM1BMLC/WTU7J1s3JTNKrDi5JTM7WAQoVAAAA"},
        "Metadata": {"aws:cdk:path": "Shop/CDKMetadata/Default"},
    })
}

/// References follow the resources that they name.
fn rename(value: &mut Value, ids: &[(String, String)]) {
    match value {
        Value::Object(entries) => {
            for (key, value) in entries.iter_mut() {
                match value {
                    Value::String(name) if key == "Ref" => {
                        if let Some((_, new)) = ids.iter().find(|(id, _)| id == name) {
                            new.clone_into(name);
                        }
                    }
                    _ => rename(value, ids),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|it| rename(it, ids)),
        _ => (),
    }
}

/// The text, indented by one space as the CDK does.
pub(super) fn text(template: &Value) -> String {
    let mut bytes = Vec::new();
    let mut serializer = Serializer::with_formatter(&mut bytes, PrettyFormatter::with_indent(b" "));
    // A value of JSON in a vector: neither can be refused.
    let written =
        template.serialize(&mut serializer).ok().and_then(|()| String::from_utf8(bytes).ok());
    written.unwrap_or_default()
}
