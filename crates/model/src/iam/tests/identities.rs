//! Which identity policies hang on whom, which keys they reach, and what that makes of the duties.

use super::{Verdict, here, verdicts};
use crate::cloudformation::Deployment;

const ACCOUNT_STATEMENT: &str = "{Effect: Allow, Principal: {AWS: !Sub 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root'}, Action: 'kms:*', Resource: '*'}";

/// A key under a policy of the account statement and `statements`, beside `resources`.
fn template(statements: &str, resources: &str) -> String {
    format!(
        "Parameters:\n  Name: {{Type: String}}\n  AdminArn: {{Type: String}}\nResources:\n  \
         Key:\n    Type: AWS::KMS::Key\n    Properties:\n      KeyPolicy:\n        Statement:\n        - {ACCOUNT_STATEMENT}\n{statements}\n{resources}"
    )
}

#[track_caller]
fn check(statements: &str, resources: &str, expected: &[(&str, &str)]) {
    let expected: Vec<Verdict> = expected
        .iter()
        .map(|&(rule, whom)| (rule.to_owned(), (!whom.is_empty()).then(|| whom.to_owned())))
        .collect();
    let template = template(statements, resources);
    assert_eq!(
        verdicts(&template, Deployment::default()),
        expected,
        "without an account: {template}"
    );
    assert_eq!(verdicts(&template, here()), expected, "{template}");
}

const BOTH: [(&str, &str); 1] = [("kms-key-separation-of-duties", "Ops")];
const OPEN: [(&str, &str); 1] = [("?kms-key-separation-of-duties", "")];

/// Administration for a principal in the key policy.
fn administration(principal: &str) -> String {
    format!(
        "        - {{Effect: Allow, Principal: {{AWS: {principal}}}, Action: ['kms:Put*', 'kms:Schedule*'], Resource: '*'}}"
    )
}

/// Use for a principal in the key policy.
fn usage(principal: &str) -> String {
    format!(
        "        - {{Effect: Allow, Principal: {{AWS: {principal}}}, Action: ['kms:Decrypt'], Resource: '*'}}"
    )
}

const ROLE: &str = "  Ops: {Type: AWS::IAM::Role}";

#[test]
fn one_identity_in_many_forms() {
    let arn = "!GetAtt Ops.Arn";
    for other in [
        "!GetAtt Ops.Arn",
        "{'Fn::GetAtt': [Ops, Arn]}",
        "!Sub '${Ops.Arn}'",
        "!Sub 'arn:aws:iam::${AWS::AccountId}:role/${Ops}'",
        "!Join ['', ['arn:', !Ref AWS::Partition, ':iam::', !Ref AWS::AccountId, ':role/', !Ref Ops]]",
    ] {
        check(&format!("{}\n{}", administration(arn), usage(other)), ROLE, &BOTH);
    }
    for other in [
        "!GetAtt Other.Arn",
        "!Sub 'arn:aws:iam::${AWS::AccountId}:role/Ops'",
        "!Sub 'arn:aws:iam::${AWS::AccountId}:user/${Ops}'",
    ] {
        let resources = format!("{ROLE}\n  Other: {{Type: AWS::IAM::Role}}");
        check(&format!("{}\n{}", administration(arn), usage(other)), &resources, &[]);
    }
}

#[test]
fn a_role_is_known_by_the_name_it_is_given() {
    let by_name = "!Sub 'arn:aws:iam::${AWS::AccountId}:role/team/operations'";
    let session = "!Sub 'arn:aws:sts::${AWS::AccountId}:assumed-role/operations/me'";
    let role = "  Ops: {Type: AWS::IAM::Role, Properties: {RoleName: operations, Path: /team/}}";
    check(&format!("{}\n{}", administration("!GetAtt Ops.Arn"), usage(by_name)), role, &BOTH);
    check(&format!("{}\n{}", administration("!GetAtt Ops.Arn"), usage(session)), role, &BOTH);
    let without_path = "  Ops: {Type: AWS::IAM::Role, Properties: {RoleName: operations}}";
    check(&format!("{}\n{}", administration("!GetAtt Ops.Arn"), usage(by_name)), without_path, &[]);
}

#[test]
fn an_unknown_principal_is_itself_only() {
    let same = |it: &str| format!("{}\n{}", administration(it), usage(it));
    let conflict =
        |whom| [("?kms-key-no-wildcard-principal", ""), ("kms-key-separation-of-duties", whom)];
    check(&same("!Ref AdminArn"), "", &conflict("AdminArn"));
    let open = [("?kms-key-no-wildcard-principal", "")];
    check(
        &format!("{}\n{}", administration("!GetAtt Ops.Arn"), usage("!Ref AdminArn")),
        ROLE,
        &open,
    );
    let one = [("kms-key-separation-of-duties", "${Name}")];
    check(&same("!Sub 'arn:aws:iam::${AWS::AccountId}:role/${Name}'"), "", &one);
    check(&same("!ImportValue arn"), "", &conflict("arn"));
    let full = "        - {Effect: Allow, Principal: {AWS: !Ref AdminArn}, Action: 'kms:*', Resource: '*'}";
    check(
        full,
        "",
        &[
            ("?kms-key-no-full-access", ""),
            ("?kms-key-no-wildcard-principal", ""),
            ("?kms-key-separation-of-duties", ""),
        ],
    );
}

#[test]
fn another_account_is_told_from_the_own_one_where_that_is_known() {
    let full = |who: &str| {
        format!("{{Effect: Allow, Principal: {{AWS: '{who}'}}, Action: 'kms:*', Resource: '*'}}")
    };
    let template = |first: &str, second: &str| {
        format!(
            "Resources:\n  Key:\n    Type: AWS::KMS::Key\n    Properties:\n      KeyPolicy:\n        Statement:\n        - {}\n        - {}\n",
            full(first),
            full(second)
        )
    };
    let judge = |first: &str, second: &str, deployment| {
        let verdicts = verdicts(&template(first, second), deployment);
        verdicts
            .into_iter()
            .map(|(rule, whom)| format!("{rule} {}", whom.unwrap_or_default()))
            .collect::<Vec<_>>()
    };
    let full_access = "kms-key-no-full-access 444455556666";
    assert_eq!(judge("111122223333", "444455556666", here()), [full_access]);
    assert_eq!(
        judge("arn:aws:iam::111122223333:root", "111122223333", Deployment::default()),
        [""; 0]
    );
    assert_eq!(
        judge("111122223333", "444455556666", Deployment::default()),
        ["?kms-key-no-full-access ", "?kms-key-no-lockout "]
    );
}

/// A policy that lets its holder decrypt.
fn decrypt(resource: &str) -> String {
    format!("{{Statement: {{Effect: Allow, Action: 'kms:Decrypt', Resource: {resource}}}}}")
}

#[test]
fn policies_hang_in_many_ways() {
    let policy = decrypt("!GetAtt Key.Arn");
    let ways = [
        format!(
            "  Ops: {{Type: AWS::IAM::Role, Properties: {{Policies: [{{PolicyName: p, PolicyDocument: {policy}}}]}}}}"
        ),
        format!(
            "{ROLE}\n  P: {{Type: AWS::IAM::Policy, Properties: {{Roles: [!Ref Ops], PolicyDocument: {policy}}}}}"
        ),
        format!(
            "{ROLE}\n  P: {{Type: AWS::IAM::RolePolicy, Properties: {{RoleName: !Ref Ops, PolicyDocument: {policy}}}}}"
        ),
        format!(
            "{ROLE}\n  P: {{Type: AWS::IAM::ManagedPolicy, Properties: {{Roles: [!Ref Ops], PolicyDocument: {policy}}}}}"
        ),
        format!(
            "  Ops: {{Type: AWS::IAM::Role, Properties: {{ManagedPolicyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess', !Ref P]}}}}\n  \
             P: {{Type: AWS::IAM::ManagedPolicy, Properties: {{PolicyDocument: {policy}}}}}"
        ),
        format!(
            "  Ops: {{Type: AWS::IAM::Role, Properties: {{RoleName: ops}}}}\n  \
             P: {{Type: AWS::IAM::Policy, Properties: {{Roles: [ops], PolicyDocument: {policy}}}}}"
        ),
        format!(
            "{ROLE}\n  P: {{Type: AWS::IAM::Policy, Properties: {{Roles: [!Ref Ops], PolicyDocument: '{{\"Statement\": \
             {{\"Effect\": \"Allow\", \"Action\": \"kms:Decrypt\", \"Resource\": \"*\"}}}}'}}}}"
        ),
    ];
    for way in &ways {
        check(&administration("!GetAtt Ops.Arn"), way, &BOTH);
        check(
            &administration("!GetAtt Other.Arn"),
            &format!("{way}\n  Other: {{Type: AWS::IAM::Role}}"),
            &[],
        );
    }
}

#[test]
fn policies_of_groups_count_for_their_users() {
    let policy = decrypt("!GetAtt Key.Arn");
    let group = format!(
        "  Team: {{Type: AWS::IAM::Group, Properties: {{GroupName: team, Policies: [{{PolicyName: p, PolicyDocument: {policy}}}]}}}}"
    );
    for user in [
        "  Ops: {Type: AWS::IAM::User, Properties: {Groups: [!Ref Team]}}",
        "  Ops: {Type: AWS::IAM::User, Properties: {Groups: [team]}}",
        "  Ops: {Type: AWS::IAM::User}\n  Add: {Type: AWS::IAM::UserToGroupAddition, Properties: {GroupName: !Ref Team, Users: [!Ref Ops]}}",
    ] {
        check(&administration("!GetAtt Ops.Arn"), &format!("{group}\n{user}"), &BOTH);
    }
    check(
        &administration("!GetAtt Ops.Arn"),
        &format!("{group}\n  Ops: {{Type: AWS::IAM::User}}"),
        &[],
    );
    let attached = format!(
        "  Team: {{Type: AWS::IAM::Group}}\n  P: {{Type: AWS::IAM::GroupPolicy, Properties: {{GroupName: !Ref Team, PolicyDocument: {policy}}}}}\n  \
         Ops: {{Type: AWS::IAM::User, Properties: {{Groups: [!Ref Team]}}}}"
    );
    check(&administration("!GetAtt Ops.Arn"), &attached, &BOTH);
}

#[test]
fn resources_that_reach_a_key() {
    let role = |resource: &str| {
        let policy = decrypt(resource);
        format!(
            "  Other: {{Type: AWS::KMS::Key}}\n  Alias: {{Type: AWS::KMS::Alias}}\n  Stack: {{Type: AWS::CloudFormation::Stack}}\n  \
             Ops: {{Type: AWS::IAM::Role, Properties: {{Policies: [{{PolicyName: p, PolicyDocument: {policy}}}]}}}}"
        )
    };
    for resource in [
        "'*'",
        "!GetAtt Key.Arn",
        "[!GetAtt Other.Arn, !GetAtt Key.Arn]",
        "!Sub 'arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/${Key}'",
        "!Sub 'arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/${Key.KeyId}'",
        "!Sub 'arn:aws:kms:*:${AWS::AccountId}:key/*'",
        "'arn:aws:kms:*:*:key/*'",
        "'arn:aws:kms:*'",
    ] {
        check(&administration("!GetAtt Ops.Arn"), &role(resource), &BOTH);
    }
    for resource in [
        "!GetAtt Other.Arn",
        "!Ref Key",
        "!Ref Alias",
        "alias/key",
        "!Sub 'arn:aws:kms:${AWS::Region}:${AWS::AccountId}:alias/*'",
        "!Sub 'arn:aws:kms:${AWS::Region}:${AWS::AccountId}:key/${Other}'",
        "'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'",
        "'arn:aws:s3:::bucket/*'",
    ] {
        check(&administration("!GetAtt Ops.Arn"), &role(resource), &[]);
    }
    for resource in [
        "!Ref Name",
        "!GetAtt Stack.Outputs.KeyArn",
        "!ImportValue key",
        "!Sub 'arn:aws:kms:us-east-1:${AWS::AccountId}:key/*'",
    ] {
        check(&administration("!GetAtt Ops.Arn"), &role(resource), &OPEN);
    }
    let tagged = "  Ops: {Type: AWS::IAM::Role, Properties: {Policies: [{PolicyName: p, PolicyDocument: {Statement: \
        {Effect: Allow, Action: 'kms:Decrypt', Resource: '*', Condition: {StringEquals: {'aws:ResourceTag/team': a}}}}}]}}";
    check(&administration("!GetAtt Ops.Arn"), tagged, &OPEN);
}

#[test]
fn resources_of_a_key_policy_that_mean_the_key() {
    let both = |resource: &str| {
        format!(
            "        - {{Effect: Allow, Principal: {{AWS: !GetAtt Ops.Arn}}, Action: ['kms:Put*', 'kms:Decrypt'], Resource: {resource}}}"
        )
    };
    for resource in
        ["'*'", "!Sub 'arn:aws:kms:${AWS::Region}:${AWS::AccountId}:key/*'", "[x, 'arn:aws:kms:*']"]
    {
        check(&both(resource), ROLE, &BOTH);
    }
    for resource in [
        "'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'",
        "!Sub 'arn:aws:kms:us-east-1:${AWS::AccountId}:key/*'",
        "!Ref Name",
    ] {
        check(&both(resource), ROLE, &OPEN);
    }
    for resource in [
        "'arn:aws:s3:::bucket'",
        "x",
        "!Sub 'arn:aws:kms:${AWS::Region}:${AWS::AccountId}:alias/*'",
    ] {
        check(&both(resource), ROLE, &[]);
    }
}

#[test]
fn what_else_bears_on_identity_policies() {
    let role = |properties: &str, statements: &str| {
        format!(
            "  Ops: {{Type: AWS::IAM::Role, Properties: {{{properties}Policies: [{{PolicyName: p, PolicyDocument: {{Statement: {statements}}}}}]}}}}"
        )
    };
    let both =
        "{Effect: Allow, Action: ['kms:PutKeyPolicy', 'kms:Decrypt'], Resource: !GetAtt Key.Arn}";
    check("", &role("", both), &BOTH);
    // A boundary may take it away.
    check(
        "",
        &role("PermissionsBoundary: 'arn:aws:iam::aws:policy/ReadOnlyAccess', ", both),
        &OPEN,
    );
    // A Deny of the role's own policy does, for what the key policy gives as well.
    let deny = "{Effect: Deny, Action: 'kms:Decrypt', Resource: '*'}";
    check("", &role("", &format!("[{both}, {deny}]")), &[]);
    let in_key_policy =
        format!("{}\n{}", administration("!GetAtt Ops.Arn"), usage("!GetAtt Ops.Arn"));
    check(&in_key_policy, &role("", deny), &[]);
    check(
        &in_key_policy,
        &role("", "{Effect: Deny, Action: 'kms:Decrypt', Resource: !Ref Name}"),
        &OPEN,
    );
    // A Deny of the key policy hits whom only identity policies let in.
    let denied = "        - {Effect: Deny, Principal: {AWS: !GetAtt Ops.Arn}, Action: 'kms:Put*', Resource: '*'}";
    check(denied, &role("", both), &[]);
    // A function's role has no resource of its own.
    let function = "  Ops: {Type: AWS::Serverless::Function, Properties: {Policies: [{KMSDecryptPolicy: {KeyId: !Ref Key}}, \
        {Statement: [{Effect: Allow, Action: 'kms:PutKeyPolicy', Resource: !GetAtt Key.Arn}]}]}}";
    check("", function, &BOTH);
    // Everything on every key is for the rule about identity policies to say; the rest is not.
    let everything = role("", "{Effect: Allow, Action: 'kms:*', Resource: '*'}");
    check("", &everything, &[]);
    check(&in_key_policy, &everything, &BOTH);
}

#[test]
fn policies_of_another_template_count_where_it_is_known_to_be_of_the_account() {
    let statement = |resource: &str| {
        format!("{{Effect: Allow, Action: ['kms:Put*', 'kms:Encrypt'], Resource: {resource}}}")
    };
    let other = |statement: &str| {
        format!(
            "Resources:\n  Ops: {{Type: AWS::IAM::Role, Properties: {{Policies: [{{PolicyName: p, PolicyDocument: {{Statement: {statement}}}}}]}}}}\n\
             Outputs:\n  Arn: {{Value: !GetAtt Ops.Arn, Export: {{Name: ops}}}}\n"
        )
    };
    let export = "Outputs:\n  Arn: {Value: !GetAtt Key.Arn, Export: {Name: key}}\n";
    let judge = |statements: &str, other: &str| {
        let template = format!("{}{export}---\n{other}", template(statements, ""));
        verdicts(&template, Deployment::default()).into_iter().map(|it| it.0).collect::<Vec<_>>()
    };
    let conflict = ["kms-key-separation-of-duties"];
    // The role's template imports the key.
    assert_eq!(judge("", &other(&statement("!ImportValue key"))), conflict);
    assert_eq!(judge("", &other(&statement("{'Fn::ImportValue': key}"))), conflict);
    // The key's template imports the role.
    assert_eq!(judge(&administration("!ImportValue ops"), &other(&statement("'*'"))), conflict);
    // Neither: the two may be deployed to different accounts.
    assert_eq!(judge("", &other(&statement("'*'"))), [""; 0]);
}

#[test]
fn a_statement_that_is_not_known_leaves_all_open() {
    let all = [
        ("?kms-key-no-full-access", ""),
        ("?kms-key-no-lockout", ""),
        ("?kms-key-no-wildcard-principal", ""),
        ("?kms-key-separation-of-duties", ""),
    ];
    for statement in ["!Statement x", "{'Fn::Transform': {Name: AWS::Include}}", "!Ref Name", "x"] {
        check(&format!("        - {statement}"), "", &all);
    }
    // Known not to matter.
    let harmless = "        - {Effect: Allow, Principal: !Principals x, Action: 'kms:DescribeKey', Resource: '*'}";
    check(harmless, "", &[("?kms-key-no-wildcard-principal", "")]);
}

#[test]
fn what_a_macro_may_add_is_open_and_what_it_finds_is_judged() {
    let judge = |statements: &str| {
        let template = format!("Transform: Mine\n{}", template(statements, ROLE));
        verdicts(&template, Deployment::default()).into_iter().map(|it| it.0).collect::<Vec<_>>()
    };
    let conflict = ["kms-key-separation-of-duties"];
    assert_eq!(
        judge(&format!("{}\n{}", administration("!GetAtt Ops.Arn"), usage("!GetAtt Ops.Arn"))),
        conflict
    );
    let all_but = "        - {Effect: Allow, Principal: {AWS: !GetAtt Ops.Arn}, NotAction: 'kms:Decrypt', NotResource: x}";
    assert_eq!(judge(all_but), conflict);
    // A condition may hold everyone yet.
    let everyone =
        "        - {Effect: Allow, Principal: '*', Action: 'kms:Decrypt', Resource: '*'}";
    assert_eq!(judge(everyone), ["?kms-key-no-wildcard-principal"]);
}

#[test]
fn a_key_without_a_policy_leaves_all_to_identity_policies() {
    let template = "Resources:\n  Key: {Type: AWS::KMS::Key}\n  Ops: {Type: AWS::IAM::Role, Properties: {Policies: \
        [{PolicyName: p, PolicyDocument: {Statement: {Effect: Allow, Action: ['kms:Put*', 'kms:Encrypt'], Resource: !GetAtt Key.Arn}}}]}}";
    let expected: Vec<Verdict> = vec![("kms-key-separation-of-duties".into(), Some("Ops".into()))];
    assert_eq!(verdicts(template, Deployment::default()), expected);
}

#[test]
fn hostile_policies_are_judged_or_left_open() {
    for policy in [
        "''",
        "[]",
        "{}",
        "{Statement: []}",
        "{Statement: x}",
        "{Statement: [[], {}, null, x, [x]]}",
        "{Statement: {Effect: [], Principal: {AWS: {AWS: x}}, Action: {}, Resource: [[['*']]], Condition: []}}",
        "{Statement: {Effect: Allow, Principal: {AWS: 'arn:aws:iam:::'}, Action: ':', Resource: '*', Condition: {x: y, z: {a: {b: c}}}}}",
        "{Statement: {Effect: Allow, Principal: [], NotAction: '', Resource: ''}}",
        "'{\"Statement\": [}'",
        "!Ref Missing",
        "!GetAtt Missing",
        "!Sub '{\"Statement\": ${Missing}}'",
    ] {
        let template = format!(
            "Resources:\n  Key: {{Type: AWS::KMS::Key, Properties: {{KeyPolicy: {policy}}}}}\n"
        );
        verdicts(&template, Deployment::default());
    }
    let statement =
        "{Effect: Allow, Principal: {AWS: '*'}, Action: '*a*a*a*a*a*a*a*b', Resource: '*'},";
    let policy = format!("{{Statement: [{}]}}", statement.repeat(10_000));
    let template = format!(
        "Resources:\n  Key: {{Type: AWS::KMS::Key, Properties: {{KeyPolicy: {policy}}}}}\n"
    );
    assert_eq!(verdicts(&template, Deployment::default()), [("?".to_owned(), None)]);
}
