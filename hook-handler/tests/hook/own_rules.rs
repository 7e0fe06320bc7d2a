//! Rules of the operator's own in the Guard language: they run on every target, beside the pack.

use std::sync::Arc;

use serde_json::{Value, json};
use stackseal_engine::Pack;
use stackseal_engine::configuration::Word;
use stackseal_guard::{GuardRules, RulesFile};
use stackseal_hook::{Settings, Step, begin};
use stackseal_syntax::{FileId, Source};

use crate::limits::check_answer;
use crate::samples::today;

/// Storage of databases is sealed.
pub(crate) const SEALED: &str = "\
# Severity: high
let databases = Resources.*[ Type == 'AWS::RDS::DBInstance' ]

rule DATABASE_SEALED when %databases !empty {
  %databases.Properties.StorageEncrypted == true
  <<
    Violation: storage is not sealed.
    Fix: Set StorageEncrypted: true.
    See https://example.com/sealed
  >>
}
";

/// The settings of a configuration that says `more`, and names files of rules with these `texts`.
fn read(more: &str, texts: &[&str]) -> Result<Settings, String> {
    let text = format!("guard: [guard]\n{more}");
    let file = Arc::new(Source { id: FileId(0), path: "stackseal.yaml".to_owned(), text });
    let rules = |pack: &Pack, _: &[Word]| {
        let paths = (0..).map(|it| format!("guard/own-{it}.guard"));
        let files = paths.zip(texts).map(|(path, text)| RulesFile::load(path, (*text).to_owned()));
        (GuardRules::beside(pack, files.collect()), Vec::new())
    };
    Settings::read(Some(&file), &rules, &|_| None)
        .map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
}

/// The settings with the rules of `text` alone.
fn only(text: &str) -> Settings {
    read("select: [guard]\n", &[text]).unwrap()
}

/// What is answered to `event`, with `payload` behind its URL.
#[track_caller]
fn answer(event: &Value, payload: &Value, settings: &Settings) -> Value {
    let answer = match begin(event, settings, today()) {
        Step::Answer(answer) => answer,
        Step::Fetch(pending) => pending.finish(payload.to_string().as_bytes()),
    };
    let answer = serde_json::to_value(answer).unwrap();
    check_answer(&answer, 4096);
    answer
}

fn resource(type_name: &str, properties: &Value) -> Value {
    json!({
        "stackId": "arn:aws:cloudformation:eu-west-1:111122223333:stack/orders/a",
        "actionInvocationPoint": "CREATE_PRE_PROVISION",
        "requestData": {
            "targetName": type_name,
            "targetLogicalId": "Orders",
            "targetModel": { "resourceProperties": properties },
        },
    })
}

fn database(properties: &Value) -> Value {
    resource("AWS::RDS::DBInstance", properties)
}

fn whole(target: &str) -> Value {
    let mut event = resource(target, &Value::Null);
    event["requestData"] = json!({ "targetName": target, "payload": "https://x" });
    event
}

/// `NAME STATUS words` of each annotation.
fn said(answer: &Value) -> Vec<String> {
    let text = |it: &Value| it.as_str().unwrap_or_default().to_owned();
    let all = answer["annotations"].as_array().into_iter().flatten();
    all.map(|it| {
        let words = ["annotationName", "status", "statusMessage"].map(|name| text(&it[name]));
        words.join(" ").trim_end().to_owned()
    })
    .collect()
}

#[test]
fn a_resource_is_judged_by_what_its_texts_mean() {
    let settings = only(SEALED);
    for sealed in [json!(true), json!("true"), json!("True")] {
        let answer =
            answer(&database(&json!({ "StorageEncrypted": sealed })), &Value::Null, &settings);
        assert_eq!(answer["hookStatus"], "SUCCESS", "{answer}");
        assert_eq!(said(&answer), ["DATABASE_SEALED PASSED"]);
    }
    for open in
        [json!({ "StorageEncrypted": false }), json!({ "StorageEncrypted": "false" }), json!({})]
    {
        let answer = answer(&database(&open), &Value::Null, &settings);
        assert_eq!(answer["errorCode"], "NonCompliant", "{answer}");
        let [annotation] = answer["annotations"].as_array().unwrap().as_slice() else {
            panic!("{answer}")
        };
        assert_eq!(
            *annotation,
            json!({
                "annotationName": "DATABASE_SEALED",
                "status": "FAILED",
                "statusMessage": "`Orders`: storage is not sealed",
                "remediationMessage": "Set StorageEncrypted: true. See https://example.com/sealed",
                "remediationLink": "https://example.com/sealed",
                "severityLevel": "HIGH",
            })
        );
        let message = answer["message"].as_str().unwrap();
        assert!(
            message.contains("[high] DATABASE_SEALED: `Orders`: storage is not sealed"),
            "{message}"
        );
    }
}

#[test]
fn they_stand_beside_the_pack_and_say_nothing_of_other_types() {
    let settings = read("", &[SEALED]).unwrap();
    let answer_to = |event| answer(&event, &Value::Null, &settings);
    let both = answer_to(database(&json!({ "StorageEncrypted": "false" })));
    for name in ["DATABASE_SEALED", "rds-storage-encrypted"] {
        let failed = format!("{name} FAILED");
        assert!(said(&both).iter().any(|it| it.starts_with(&failed)), "{name}: {both}");
    }
    let other = answer_to(resource("AWS::SQS::Queue", &json!({})));
    assert!(said(&other).iter().all(|it| !it.contains("DATABASE_SEALED")), "{other}");
    let mut gone = database(&json!({}));
    gone["actionInvocationPoint"] = "DELETE_PRE_PROVISION".into();
    assert_eq!(answer_to(gone)["hookStatus"], "SUCCESS");
}

#[test]
fn a_stack_leaves_to_the_resource_what_a_parameter_says() {
    let template = |sealed: &str| json!({ "template": format!("Parameters:\n  Seal: {{Type: String, Default: 'false'}}\nResources:\n  Orders:\n    Type: AWS::RDS::DBInstance\n    Properties:\n      StorageEncrypted: {sealed}\n") });
    let settings = only(SEALED);
    let open = answer(&whole("STACK"), &template("!Ref Seal"), &settings);
    assert_eq!(open["hookStatus"], "SUCCESS", "{open}");
    let skipped =
        "DATABASE_SEALED SKIPPED `Orders`: depends on parameter `Seal`; judged with its resource";
    assert_eq!(said(&open), [skipped]);
    let failed = answer(&whole("STACK"), &template("false"), &settings);
    assert_eq!(failed["errorCode"], "NonCompliant", "{failed}");
    // What the change set would do decides it.
    let mut document = template("!Ref Seal");
    for (value, expected) in [
        ("false", "DATABASE_SEALED FAILED `Orders`: storage is not sealed"),
        ("true", "DATABASE_SEALED PASSED"),
    ] {
        let after = json!({ "Properties": { "StorageEncrypted": value } }).to_string();
        document["changedResources"] = json!([{
            "logicalResourceId": "Orders", "resourceType": "AWS::RDS::DBInstance",
            "action": "CREATE", "beforeContext": null, "afterContext": after,
        }]);
        let decided = answer(&whole("CHANGE_SET"), &document, &settings);
        assert_eq!(said(&decided), [expected]);
    }
}

#[test]
fn what_is_said_of_a_template_as_a_whole_the_stack_decides() {
    let settings = only(
        "# Severity: high\nrule HAS_A_TRAIL {\n  Resources.*[ Type == 'AWS::CloudTrail::Trail' ] !empty\n  << there is no trail >>\n}\n",
    );
    let alone = answer(&database(&json!({})), &Value::Null, &settings);
    assert_eq!(alone["hookStatus"], "SUCCESS", "{alone}");
    let skipped = "HAS_A_TRAIL SKIPPED there is no trail, as far as this event shows; the template tells the rest";
    assert_eq!(said(&alone), [skipped]);
    let stack = "Resources:\n  Orders:\n    Type: AWS::RDS::DBInstance\n";
    let stack = answer(&whole("STACK"), &json!({ "template": stack }), &settings);
    assert_eq!(said(&stack), ["HAS_A_TRAIL FAILED there is no trail"]);
}

#[test]
fn no_value_of_a_property_is_told() {
    let settings = only(
        "rule PASSWORD_IS_REFERENCE {\n  Resources.*.Properties.MasterUserPassword == /^\\{\\{resolve:/\n  Resources.*.Properties.Other == %other\n}\nlet other = Resources.*.Properties.MasterUserPassword\n",
    );
    let secret = "not-a-real-password-9a4f";
    let properties = json!({ "MasterUserPassword": secret, "Other": "not-a-real-value-77e1" });
    let answer = answer(&database(&properties), &Value::Null, &settings);
    assert!(said(&answer)[0].starts_with("PASSWORD_IS_REFERENCE FAILED"), "{answer}");
    for value in [secret, "not-a-real-value-77e1"] {
        assert!(!answer.to_string().contains(value), "{answer}");
    }
}

#[test]
fn broken_rules_are_found_before_any_event() {
    for (text, expected) in [
        (
            "rule BROKEN {\n  Resources.* == {\n}\n",
            "guard/own-1.guard:4:1: the rules cannot be read",
        ),
        ("# nothing\n", "the file holds no rule"),
        ("rule A {\n  B\n}\nrule B {\n  A\n}\n", "leads back to itself"),
    ] {
        let error = read("", &[SEALED, text]).unwrap_err();
        assert!(error.contains(expected) && error.lines().count() == 1, "{error}");
    }
    read("", &[SEALED]).unwrap();
}

#[test]
fn as_many_rules_as_there_may_be_fit_into_an_answer() {
    let rule = |index: usize| {
        format!(
            "rule R{index}_{} {{\n  Resources.*.Properties.StorageEncrypted == true\n  << {} >>\n}}\n",
            "x".repeat(1200),
            "word ".repeat(2000)
        )
    };
    let text: String = (0..120).map(rule).collect();
    let settings = read("select: [guard]\nfail-on: low\n", &[&text]).unwrap();
    let answer =
        answer(&database(&json!({ "StorageEncrypted": "false" })), &Value::Null, &settings);
    assert_eq!(answer["errorCode"], "NonCompliant");
    assert_eq!(said(&answer).last().unwrap(), "stackseal SKIPPED 21 annotations left out");
}
