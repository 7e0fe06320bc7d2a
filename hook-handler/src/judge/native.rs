//! Booleans and numbers that an event brings as texts, as what they mean.
//!
//! Which properties are texts by themselves, only their schemas tell. So what looks like a boolean or a
//! number is taken for one, but where texts of that look are usual.

use serde_json::{Map, Value};

/// Keys whose values are texts, whatever stands in them: of attributes and tags, of protocols (`-1`) and
/// versions (`16`).
const TEXTS: [&str; 7] = [
    "EngineVersion",
    "IpProtocol",
    "KubernetesVersion",
    "ParameterValue",
    "Value",
    "Values",
    "Version",
];

/// Keys below which all values are texts: variables, parameters of databases, tags; and conditions of
/// policies, where `"false"` is what people write.
const MAPS_OF_TEXTS: [&str; 6] =
    ["Condition", "Labels", "Parameters", "Principal", "Tags", "Variables"];

/// More digits than these make a name, such as that of an account.
const MAX_DIGITS: usize = 9;

/// `properties` with booleans and numbers in place of the texts that mean them.
pub(super) fn native(properties: Value) -> Value {
    match properties {
        Value::String(text) => meaning(&text).unwrap_or_else(|| text.into()),
        Value::Array(items) => items.into_iter().map(native).collect(),
        Value::Object(members) => {
            let members = members.into_iter().map(|(name, value)| {
                let is_text =
                    TEXTS.contains(&name.as_str()) || MAPS_OF_TEXTS.contains(&name.as_str());
                let value = if is_text { value } else { native(value) };
                (name, value)
            });
            members.collect::<Map<_, _>>().into()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => properties,
    }
}

fn meaning(text: &str) -> Option<Value> {
    match text {
        "true" | "True" | "TRUE" => Some(true.into()),
        "false" | "False" | "FALSE" => Some(false.into()),
        "0" => Some(0.into()),
        digits => {
            let is_number = digits.len() <= MAX_DIGITS
                && digits.bytes().all(|it| it.is_ascii_digit())
                && !digits.starts_with('0');
            if is_number { digits.parse::<u32>().ok().map(Value::from) } else { None }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn texts_become_what_they_mean() {
        let sent = json!({
            "StorageEncrypted": "true",
            "Nested": [{"Enabled": "False", "Port": "443", "None": "", "Name": "7a"}],
            "Zero": "0",
            "Already": [true, 7, null],
        });
        let meant = json!({
            "StorageEncrypted": true,
            "Nested": [{"Enabled": false, "Port": 443, "None": "", "Name": "7a"}],
            "Zero": 0,
            "Already": [true, 7, null],
        });
        assert_eq!(native(sent), meant);
    }

    #[test]
    fn what_is_a_text_by_itself_stays_one() {
        let sent = json!({
            "LoadBalancerAttributes": [{"Key": "access_logs.s3.enabled", "Value": "true"}],
            "Parameters": {"rds.force_ssl": "1"},
            "Policy": {
                "Version": "2012-10-17",
                "Statement": [{
                    "Principal": {"AWS": ["1"]},
                    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                }],
            },
            "IpProtocol": "-1",
            "EngineVersion": "16",
            "Account": "111122223333",
            "LeadingZero": "007",
        });
        assert_eq!(native(sent.clone()), sent);
    }
}
