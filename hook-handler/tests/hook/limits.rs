//! Whatever an event says, its answer is one the service takes.

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use stackseal_hook::{Settings, Step, begin, begin_text};

use crate::samples::today;

/// Holds an answer against what is published of it.
#[track_caller]
pub(crate) fn check_answer(answer: &Value, message_limit: usize) {
    let length = |it: &Value| it.as_str().map_or(0, |it| it.encode_utf16().count());
    let object = answer.as_object().unwrap();
    let is_known = |it: &String| {
        ["hookStatus", "errorCode", "message", "clientRequestToken", "annotations"]
            .contains(&it.as_str())
    };
    assert!(object.keys().all(is_known), "{answer}");
    assert!(!has_null(answer), "{answer}");
    match answer["hookStatus"].as_str().unwrap() {
        "SUCCESS" => assert_eq!(object.get("errorCode"), None),
        "FAILED" => {
            assert!(
                ["NonCompliant", "InternalFailure"].map(Value::from).contains(&answer["errorCode"])
            );
        }
        other => panic!("{other}"),
    }
    let message = length(&answer["message"]);
    assert!((1..=message_limit).contains(&message), "{message}: {answer}");
    let none = Vec::new();
    let annotations = answer["annotations"].as_array().unwrap_or(&none);
    assert!(annotations.len() <= 100);
    for it in annotations {
        assert!((1..=1024).contains(&length(&it["annotationName"])), "{it}");
        assert!(["PASSED", "FAILED", "SKIPPED"].map(Value::from).contains(&it["status"]), "{it}");
        for (name, limit) in
            [("statusMessage", 16384), ("remediationMessage", 16384), ("remediationLink", 5120)]
        {
            if let Some(it) = it.get(name) {
                assert!((1..=limit).contains(&length(it)), "{name}: {it}");
            }
        }
        let levels = ["INFORMATIONAL", "LOW", "MEDIUM", "HIGH", "CRITICAL"].map(Value::from);
        assert!(it.get("severityLevel").is_none_or(|it| levels.contains(it)), "{it}");
        let link = it.get("remediationLink").and_then(Value::as_str);
        assert!(link.is_none_or(|it| it.starts_with("https://")), "{it}");
    }
    assert!(answer.to_string().len() < 6 << 20);
}

fn has_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.iter().any(has_null),
        Value::Object(members) => members.values().any(has_null),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// Anything, now and then in the words of events and properties.
fn anything() -> impl Strategy<Value = Value> {
    let word = prop_oneof![
        "\\PC{0,12}",
        prop::sample::select(vec![
            "true",
            "false",
            "None",
            "STACK",
            "CHANGE_SET",
            "AWS::RDS::DBInstance",
            "AWS::KMS::Key",
            "*",
            "https://b.s3.amazonaws.com/x",
            "{{resolve:secretsmanager:a}}",
            "{{changeSet:KNOWN_AFTER_APPLY}}",
            "Resources: {A: {Type: 'AWS::KMS::Key'}}",
        ])
        .prop_map(str::to_owned),
    ];
    let key = prop_oneof![
        "\\PC{0,8}",
        prop::sample::select(vec![
            "requestData",
            "targetName",
            "targetModel",
            "resourceProperties",
            "previousResourceProperties",
            "payload",
            "stackId",
            "hookModel",
            "template",
            "previousTemplate",
            "changedResources",
            "afterContext",
            "Ref",
            "Fn::Sub",
            "Fn::If",
            "KeyPolicy",
            "StorageEncrypted",
        ])
        .prop_map(str::to_owned),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        word.prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((key.clone(), inner), 0..6)
                .prop_map(|it| it.into_iter().collect::<Map<_, _>>().into()),
        ]
    })
}

fn resolve(step: Step, payload: &Value) -> Value {
    let answer = match step {
        Step::Answer(answer) => answer,
        Step::Fetch(pending) => pending.finish(payload.to_string().as_bytes()),
    };
    serde_json::to_value(answer).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_json_is_answered(event in anything(), payload in anything()) {
        check_answer(&resolve(begin(&event, &Settings::default(), today()), &payload), 4096);
    }

    #[test]
    fn any_text_is_answered(event in "\\PC{0,40}") {
        check_answer(&resolve(begin_text(&event, &Settings::default(), today()), &json!({})), 1024);
    }

    #[test]
    fn any_properties_are_judged(
        id in "\\PC{0,300}",
        type_name in prop::sample::select(vec![
            "AWS::RDS::DBInstance", "AWS::KMS::Key", "AWS::SecretsManager::Secret", "AWS::S3::Bucket",
            "AWS::CloudFront::Distribution", "AWS::Lambda::Function", "AWS::IAM::Role",
        ]),
        properties in anything(),
        stack in prop::bool::ANY,
    ) {
        let stack_id = "arn:aws:cloudformation:eu-west-1:111122223333:stack/a/b";
        let event = json!({
            "stackId": if stack { stack_id } else { "" },
            "actionInvocationPoint": "CREATE_PRE_PROVISION",
            "requestData": {
                "targetName": type_name,
                "targetLogicalId": id,
                "targetModel": { "resourceProperties": properties },
            },
        });
        let limit = if stack { 4096 } else { 1024 };
        check_answer(&resolve(begin(&event, &Settings::default(), today()), &json!({})), limit);
    }

    #[test]
    fn any_number_of_findings_fits(ids in prop::collection::vec("[A-Za-z]{1,200}", 1..120)) {
        let resource = json!({
            "Type": "AWS::RDS::DBInstance",
            "Properties": { "MasterUserPassword": "not-a-real-password-9a4f", "StorageEncrypted": "false" },
        });
        let resources: Map<String, Value> =
            ids.into_iter().map(|it| (it, resource.clone())).collect();
        let template = json!({ "Resources": resources }).to_string();
        let event = json!({
            "stackId": "arn:aws:cloudformation:eu-west-1:111122223333:stack/a/b",
            "requestData": { "targetName": "STACK", "payload": "https://x" },
        });
        let answer = resolve(
            begin(&event, &Settings::default(), today()),
            &json!({ "template": template }),
        );
        check_answer(&answer, 4096);
        let message = answer["message"].as_str().unwrap();
        let head: String = message.chars().take(400).collect();
        prop_assert!(head.contains("[critical]"), "{}", head);
        prop_assert!(!answer.to_string().contains("not-a-real-password"));
        if resources.len() > 4 {
            prop_assert!(head.contains(" more"), "{}", head);
        }
    }
}
