//! Key policies with what the rules say of them.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Verdict, here, verdicts, with_policy};

#[derive(Deserialize)]
struct Examples {
    examples: Vec<Example>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Example {
    id: String,
    key_policy: Value,
    verdict: Vec<Verdict>,
    #[serde(default)]
    identity_policies: Vec<Attached>,
}

#[derive(Deserialize)]
struct Attached {
    identity: String,
    statements: Value,
}

fn template(example: &Example) -> String {
    let mut resources = Map::new();
    let policy = if example.key_policy.is_null() {
        json!({ "Ref": "AWS::NoValue" })
    } else {
        example.key_policy.clone()
    };
    resources.insert(
        "Key".into(),
        json!({ "Type": "AWS::KMS::Key", "Properties": { "KeyPolicy": policy } }),
    );
    for attached in &example.identity_policies {
        let policy =
            json!({ "PolicyName": "p", "PolicyDocument": { "Statement": attached.statements } });
        let role = json!({ "RoleName": attached.identity, "Policies": [policy] });
        resources.insert(
            attached.identity.clone(),
            json!({ "Type": "AWS::IAM::Role", "Properties": role }),
        );
    }
    let parameters = json!({ "AllowedArns": { "Type": "CommaDelimitedList" } });
    json!({ "Parameters": parameters, "Resources": resources }).to_string()
}

#[test]
fn every_example_gets_its_verdict() {
    let text = include_str!("../../../tests/data/key-policy-examples.json");
    let Examples { examples } = serde_json::from_str(text).expect("the table is JSON");
    assert_eq!(examples.len(), 31);
    for example in &examples {
        let mut found = verdicts(&template(example), here());
        found.retain(|(rule, _)| !rule.starts_with('?'));
        let mut expected = example.verdict.clone();
        expected.sort();
        assert_eq!(found, expected, "{}", example.id);
    }
}

#[test]
fn only_the_unknown_deny_is_left_open() {
    let text = include_str!("../../../tests/data/key-policy-examples.json");
    let Examples { examples } = serde_json::from_str(text).expect("the table is JSON");
    for example in &examples {
        let found = verdicts(&template(example), here());
        let open: Vec<_> =
            found.iter().filter(|(rule, _)| rule.starts_with('?')).map(|it| &*it.0).collect();
        let expected: &[&str] =
            if example.id == "deny-unknown" { &["?kms-key-separation-of-duties"] } else { &[] };
        assert_eq!(open, expected, "{}", example.id);
    }
}

/// One statement for a role, beside that of the account.
fn check(statement: &Value, expected: &[(&str, &str)]) {
    let account = json!({ "Effect": "Allow", "Principal": { "AWS": "111122223333" }, "Action": "kms:*", "Resource": "*" });
    let found = verdicts(&with_policy(&json!({ "Statement": [account, statement] })), here());
    let expected: Vec<Verdict> = expected
        .iter()
        .map(|&(rule, whom)| (rule.to_owned(), (!whom.is_empty()).then(|| whom.to_owned())))
        .collect();
    assert_eq!(found, expected, "{statement}");
}

fn to_everyone(condition: &Value) -> Value {
    json!({ "Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*", "Condition": condition })
}

#[test]
fn conditions_that_hold_everyone() {
    let conditions = [
        json!({ "StringEquals": { "aws:PrincipalOrgID": "o-example" } }),
        json!({ "StringLike": { "AWS:PRINCIPALORGID": ["o-a*", "o-b"] } }),
        json!({ "ForAnyValue:StringLike": { "aws:PrincipalOrgPaths": "o-example/*" } }),
        json!({ "StringEqualsIfExists": { "kms:CallerAccount": "111122223333" } }),
        json!({ "StringEqualsIfExists": { "aws:PrincipalAccount": ["111122223333"] } }),
        json!({ "ArnLike": { "aws:PrincipalArn": "arn:aws:iam::111122223333:role/*" } }),
        json!({ "ArnEquals": { "aws:SourceArn": "arn:aws:s3:::bucket" } }),
        json!({ "StringLike": { "aws:userid": "AROAEXAMPLEEXAMPLE:*" } }),
        json!({ "IpAddress": { "aws:SourceIp": ["192.0.2.0/24"] } }),
        json!({ "StringEquals": { "aws:SourceVpce": "vpce-1" } }),
        json!({ "Bool": { "aws:PrincipalIsAWSService": true } }),
        json!({ "Bool": { "aws:PrincipalIsAWSService": ["true"] } }),
        json!({ "StringEquals": { "aws:PrincipalOrgID": "${aws:ResourceOrgID}" } }),
        json!({ "StringEquals": { "kms:ViaService": "s3.us-east-1.amazonaws.com", "kms:CallerAccount": "111122223333" } }),
    ];
    for condition in conditions {
        check(&to_everyone(&condition), &[]);
    }
}

#[test]
fn conditions_that_do_not_hold_everyone() {
    let conditions = [
        json!({}),
        json!({ "StringNotEquals": { "aws:PrincipalOrgID": "o-example" } }),
        json!({ "StringEqualsIfExists": { "aws:PrincipalOrgID": "o-example" } }),
        json!({ "ForAllValues:StringEquals": { "aws:PrincipalOrgPaths": "o-example/" } }),
        json!({ "Null": { "aws:PrincipalOrgID": "false" } }),
        json!({ "StringLike": { "aws:PrincipalOrgID": "*" } }),
        json!({ "StringLike": { "aws:PrincipalOrgID": ["o-example", "o-*"] } }),
        json!({ "StringLike": { "aws:userid": "*:*" } }),
        json!({ "ArnLike": { "aws:PrincipalArn": "arn:aws:iam::*:role/App" } }),
        json!({ "ArnLike": { "aws:PrincipalArn": "*" } }),
        json!({ "ArnLike": { "aws:SourceArn": "arn:aws:s3:::*" } }),
        json!({ "IpAddress": { "aws:SourceIp": "0.0.0.0/0" } }),
        json!({ "IpAddress": { "aws:SourceIp": ["192.0.2.0/24", "::/0"] } }),
        json!({ "Bool": { "aws:PrincipalIsAWSService": "false" } }),
        json!({ "Bool": { "aws:SecureTransport": "true" } }),
        json!({ "Bool": { "aws:MultiFactorAuthPresent": "true" } }),
        json!({ "StringEquals": { "kms:ViaService": "s3.us-east-1.amazonaws.com" } }),
        json!({ "StringEquals": { "kms:EncryptionContext:aws:logs:arn": "x" } }),
        json!({ "StringEquals": { "aws:PrincipalTag/team": "a" } }),
        json!({ "StringEquals": { "aws:RequestedRegion": "us-east-1" } }),
        json!({ "StringEquals": { "aws:PrincipalOrgID": "${aws:PrincipalOrgID}" } }),
    ];
    for condition in conditions {
        check(&to_everyone(&condition), &[("kms-key-no-wildcard-principal", "*")]);
    }
}

#[test]
fn a_deny_of_all_outside_holds_everyone() {
    let check = |deny: Value, is_open: bool| {
        let policy = json!({ "Statement": [
            { "Effect": "Allow", "Principal": { "AWS": "111122223333" }, "Action": "kms:*", "Resource": "*" },
            to_everyone(&json!({})),
            deny,
        ] });
        let found = verdicts(&with_policy(&policy), here());
        assert_eq!(
            found.iter().any(|it| it.0 == "kms-key-no-wildcard-principal"),
            is_open,
            "{deny}"
        );
        assert_eq!(found.len(), usize::from(is_open), "{deny}");
    };
    let deny = |condition: Value| json!({ "Effect": "Deny", "Principal": "*", "Action": "kms:*", "Resource": "*", "Condition": condition });
    check(deny(json!({ "StringNotEquals": { "aws:PrincipalOrgID": "o-example" } })), false);
    check(
        deny(json!({ "StringNotEqualsIfExists": { "aws:PrincipalOrgID": "${aws:ResourceOrgID}" },
        "BoolIfExists": { "aws:PrincipalIsAWSService": "false" } })),
        false,
    );
    check(
        deny(json!({ "ForAnyValue:StringNotLike": { "aws:PrincipalOrgPaths": "o-example/*" } })),
        true,
    );
    check(deny(json!({ "Bool": { "aws:SecureTransport": "false" } })), true);
    check(deny(json!({ "StringEquals": { "aws:PrincipalOrgID": "o-example" } })), true);
    check(
        json!({ "Effect": "Deny", "NotPrincipal": { "AWS": ["111122223333", "arn:aws:iam::111122223333:role/A"] },
            "Action": "kms:Decrypt", "Resource": "*" }),
        false,
    );
    check(
        json!({ "Effect": "Deny", "Principal": "*", "Action": "kms:Encrypt", "Resource": "*" }),
        true,
    );
}

#[test]
fn grants_left_to_services_are_no_administration() {
    let role = |condition: &Value, action: &Value| {
        json!({ "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:role/App" },
            "Action": action, "Resource": "*", "Condition": condition })
    };
    let both = json!(["kms:Decrypt", "kms:CreateGrant"]);
    let separation = [("kms-key-separation-of-duties", "App")];
    for condition in [
        json!({ "Bool": { "kms:GrantIsForAWSResource": true } }),
        json!({ "BoolIfExists": { "kms:GrantIsForAWSResource": "True" } }),
        json!({ "StringLike": { "kms:ViaService": "ec2.*.amazonaws.com" } }),
        json!({ "StringEquals": { "kms:GranteePrincipal": "arn:aws:iam::111122223333:role/B" } }),
        json!({ "ForAllValues:StringEquals": { "kms:GrantOperations": ["Decrypt"] } }),
        json!({ "StringEquals": { "kms:GrantConstraintType": "EncryptionContextSubset" } }),
    ] {
        check(&role(&condition, &both), &[]);
    }
    for condition in [
        json!({}),
        json!({ "Bool": { "kms:GrantIsForAWSResource": false } }),
        json!({ "StringEqualsIfExists": { "kms:ViaService": "ec2.us-east-1.amazonaws.com" } }),
        json!({ "StringNotEquals": { "kms:ViaService": "ec2.us-east-1.amazonaws.com" } }),
        json!({ "StringLike": { "kms:GranteePrincipal": "*" } }),
        json!({ "Bool": { "aws:MultiFactorAuthPresent": true } }),
    ] {
        check(&role(&condition, &both), &separation);
    }
    // A condition on use by one service is still use, and takes no administration away.
    let via = json!({ "StringEquals": { "kms:ViaService": "s3.us-east-1.amazonaws.com" } });
    check(&role(&via, &json!(["kms:Decrypt", "kms:PutKeyPolicy"])), &separation);
    check(&role(&via, &json!("kms:*")), &separation);
}

#[test]
fn denies_by_who_asks() {
    let role = "arn:aws:iam::111122223333:role/path/Ops";
    let check = |deny: Value, expected: &[&str]| {
        let policy = json!({ "Statement": [
            { "Effect": "Allow", "Principal": { "AWS": "111122223333" }, "Action": "kms:*", "Resource": "*" },
            { "Effect": "Allow", "Principal": { "AWS": role }, "Action": ["kms:Put*", "kms:Decrypt"], "Resource": "*" },
            deny,
        ] });
        let parameters = json!({ "Arn": { "Type": "String" } });
        let key = json!({ "Type": "AWS::KMS::Key", "Properties": { "KeyPolicy": policy } });
        let template = json!({ "Parameters": parameters, "Resources": { "Key": key } }).to_string();
        let found: Vec<_> = verdicts(&template, here()).into_iter().map(|it| it.0).collect();
        assert_eq!(found, expected, "{deny}");
    };
    let deny = |principal: Value, condition: Value| json!({ "Effect": "Deny", "Principal": principal, "Action": "kms:Decrypt", "Resource": "*", "Condition": condition });
    let conflict: &[&str] = &["kms-key-separation-of-duties"];
    let open: &[&str] = &["?kms-key-separation-of-duties"];
    let everyone = || json!({ "AWS": "*" });
    // Hits by the principal.
    check(deny(json!({ "AWS": role }), json!({})), &[]);
    check(deny(everyone(), json!({})), &[]);
    check(deny(json!({ "AWS": "111122223333" }), json!({})), &[]);
    check(deny(json!({ "AWS": "444455556666" }), json!({})), conflict);
    check(deny(json!({ "AWS": "arn:aws:iam::111122223333:role/Ops" }), json!({})), conflict);
    check(deny(json!({ "AWS": "arn:aws:sts::111122223333:assumed-role/Ops/s" }), json!({})), &[]);
    check(deny(json!({ "AWS": { "Ref": "Arn" } }), json!({})), open);
    check(deny(json!({ "Service": "s3.amazonaws.com" }), json!({})), conflict);
    // Hits by a condition that can be told for this role.
    check(deny(everyone(), json!({ "ArnNotEquals": { "aws:PrincipalArn": role } })), conflict);
    check(
        deny(
            everyone(),
            json!({ "ArnNotLike": { "aws:PrincipalArn": ["arn:aws:iam::*:role/path/*"] } }),
        ),
        conflict,
    );
    check(
        deny(
            everyone(),
            json!({ "StringNotEquals": { "aws:PrincipalArn": "arn:aws:iam::111122223333:role/A" } }),
        ),
        &[],
    );
    check(deny(everyone(), json!({ "ArnLike": { "aws:PrincipalArn": "*" } })), &[]);
    check(
        deny(everyone(), json!({ "StringEquals": { "aws:PrincipalAccount": "444455556666" } })),
        conflict,
    );
    check(
        deny(everyone(), json!({ "StringNotEquals": { "aws:PrincipalAccount": "444455556666" } })),
        &[],
    );
    check(deny(everyone(), json!({ "Bool": { "aws:PrincipalIsAWSService": "false" } })), &[]);
    // Cannot be told.
    check(
        deny(everyone(), json!({ "ArnNotLike": { "aws:PrincipalArn": { "Ref": "Arn" } } })),
        open,
    );
    check(deny(everyone(), json!({ "StringNotLike": { "aws:userid": "AROAEXAMPLE:*" } })), open);
    // A state without it exists.
    check(deny(everyone(), json!({ "Bool": { "aws:SecureTransport": "false" } })), conflict);
    check(
        deny(
            everyone(),
            json!({ "ArnNotLike": { "aws:PrincipalArn": { "Ref": "Arn" } }, "Bool": { "aws:SecureTransport": "false" } }),
        ),
        conflict,
    );
    // An exception has to name the account too.
    let not = |names: Value| json!({ "Effect": "Deny", "NotPrincipal": { "AWS": names }, "Action": "kms:Decrypt", "Resource": "*" });
    check(not(json!([role])), &[]);
    check(not(json!([role, "111122223333"])), conflict);
    check(not(json!(["111122223333"])), &[]);
}

#[test]
fn statements_without_effect() {
    let role = "arn:aws:iam::111122223333:role/Ops";
    for statement in [
        json!({ "Effect": "Allow", "Principal": { "AWS": role }, "Action": ["kms:Put*", "kms:Decrypt"] }),
        json!({ "Effect": "Allow", "Principal": { "AWS": role }, "Resource": "*" }),
        json!({ "Effect": "Allow", "Principal": { "AWS": "AROAEXAMPLEEXAMPLEEX" }, "Action": "kms:*", "Resource": "*" }),
        json!({ "Effect": "Allow", "Principal": { "CanonicalUser": "abc" }, "Action": "kms:*", "Resource": "*" }),
        json!({ "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:role/*" }, "Action": "kms:*", "Resource": "*" }),
        json!({ "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:group/g" }, "Action": "kms:*", "Resource": "*" }),
        json!({ "Effect": "Allow", "Principal": { "AWS": [] }, "Action": "kms:*", "Resource": "*" }),
        json!({ "Effect": "Allow", "NotPrincipal": "*", "Action": "kms:*", "Resource": "*" }),
        json!({ "Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*" }),
        json!({ "Effect": "Allow", "Principal": "*", "Action": ["kms:CreateKey", "kms:ListKeys"], "Resource": "*" }),
    ] {
        check(&statement, &[]);
    }
}
