//! `--fix`, `--unsafe-fixes` and `--diff`: over every fixture, and as a user of the command line
//! meets them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::harness::{Folder, ONE_RULE, SEALED, UNSEALED, entries, file_name, repository, run};

/// Runs that find out what is left, with every rule.
const LOOK: &[&str] = &["check", "--profile", "strict", "--format", "json", "--fail-on", "never"];

/// Copies a folder, or the file alone, into `to`.
fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).unwrap();
        for entry in entries(from) {
            copy(&entry, &to.join(file_name(&entry)));
        }
    } else {
        fs::copy(from, to).unwrap();
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in entries(folder) {
        if entry.is_dir() { all.extend(files(&entry)) } else { all.push(entry) }
    }
    all
}

fn texts(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    files(folder).into_iter().map(|it| (it.clone(), fs::read(it).unwrap())).collect()
}

fn report(folder: &Path, name: &str) -> Value {
    let arguments: Vec<&str> = LOOK.iter().copied().chain([name]).collect();
    let run = run(folder, &arguments, "");
    serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{}{}", run.stdout, run.stderr))
}

/// What findings are known by when lines have moved.
fn known(report: &Value) -> BTreeSet<String> {
    let findings = report["findings"].as_array().unwrap();
    let text = |it: &Value| it.as_str().unwrap_or("-").to_owned();
    let name = |it: &Value| [&it["rule"], &it["file"], &it["resource"]["id"]].map(text).join(" ");
    findings.iter().map(name).collect()
}

/// Rules that have nothing to say until another one is content: an encrypted store may be asked for
/// its key, and so on. Each with the rule that it follows.
const FOLLOWS: &[(&str, &str)] = &[
    // The rules of a listener are spoken of once its default action redirects.
    ("alb-listener-https", "alb-listener-https"),
    ("data-store-cmk", "data-store-encrypted"),
    ("data-store-cmk", "ebs-encrypted"),
    // Of a key, one conflict is spoken of.
    ("kms-key-per-store", "kms-key-per-store"),
    // Whoever may do everything is spoken of once.
    ("kms-key-no-full-access", "kms-key-no-wildcard-principal"),
    ("kms-key-separation-of-duties", "kms-key-no-full-access"),
    ("rds-storage-cmk", "rds-storage-encrypted"),
    ("storage-class-cmk", "storage-class-encrypted"),
];

/// Fixes one input in a folder of its own, and says what is wrong with the result.
fn check(source: &Path, arguments: &[&str]) -> Result<(), String> {
    let folder = Folder::new(&[]);
    let name = file_name(source);
    copy(source, &folder.path().join(name));
    let before = report(folder.path(), name);
    let errors = |it: &Value| it["errors"].as_array().unwrap().len();
    let left = |it: &Value| {
        let is_wanted = |fix: &Value| {
            !fix.is_null() && (fix["safe"] == true || arguments.contains(&"--unsafe-fixes"))
        };
        let findings = it["findings"].as_array().unwrap().iter();
        findings.filter(|it| is_wanted(&it["fix"])).cloned().collect::<Vec<_>>()
    };
    if left(&before).is_empty() {
        return Ok(());
    }
    let fix = LOOK.iter().copied().chain(["--fix"]).chain(arguments.iter().copied()).chain([name]);
    let fix: Vec<&str> = fix.collect();
    let first = run(folder.path(), &fix, "");
    let once = texts(folder.path());
    let second = run(folder.path(), &fix, "");
    if texts(folder.path()) != once {
        return Err(format!("a second run changes something: {}", second.stderr));
    }
    let after: Value = serde_json::from_str(&second.stdout).unwrap();
    if errors(&after) > errors(&before) {
        return Err(format!("cannot be read any more: {}", after["errors"]));
    }
    if let Some(finding) = left(&after).first() {
        return Err(format!("a fix is left: {}: {}", finding["message"], finding["fix"]));
    }
    let (before, after) = (known(&before), known(&after));
    let new: Vec<&String> = after
        .iter()
        .filter(|it| {
            let follows = |rule: &str| {
                FOLLOWS.iter().any(|(one, other)| it.starts_with(one) && rule.starts_with(other))
            };
            !before.contains(*it) && !before.iter().any(|rule| follows(rule))
        })
        .collect();
    if !new.is_empty() {
        return Err(format!("new findings: {new:?}\n{}", first.stderr));
    }
    Ok(())
}

/// The inputs of all rules: a file, or a folder that is one run.
fn inputs() -> Vec<PathBuf> {
    let folders = entries(&repository().join("fixtures/rules"));
    let inputs = folders.iter().flat_map(|it| entries(it));
    let mut inputs: Vec<PathBuf> = inputs.filter(|it| crate::harness::is_input(it)).collect();
    inputs
        .extend(["secure", "insecure"].map(|it| repository().join("fixtures/wordpress").join(it)));
    inputs
}

#[track_caller]
fn check_all(arguments: &[&str]) {
    let inputs = inputs();
    assert!(inputs.len() > 500, "the fixtures are not where they were");
    let failures: Vec<String> = inputs
        .iter()
        .filter_map(|it| Some(format!("{}: {}", it.display(), check(it, arguments).err()?)))
        .collect();
    assert!(
        failures.is_empty(),
        "{} of {}:\n{}",
        failures.len(),
        inputs.len(),
        failures.join("\n")
    );
}

#[test]
fn safe_fixes_leave_every_fixture_readable_and_better() {
    check_all(&[]);
}

#[test]
fn all_fixes_leave_every_fixture_readable_and_better() {
    check_all(&["--unsafe-fixes"]);
}

/// What the book says a machine leaves of the open reference architecture, a row of its table each.
#[test]
fn what_a_machine_leaves_is_explained() {
    let folder = Folder::new(&[]);
    copy(&repository().join("fixtures/wordpress/insecure"), folder.path());
    let run = folder.run("check --fix --unsafe-fixes --format json");
    let after: Value = serde_json::from_str(&run.stdout).unwrap();
    let findings = after["findings"].as_array().unwrap();
    let left: BTreeSet<(&str, &str)> = findings
        .iter()
        .map(|it| {
            (it["file"].as_str().unwrap().trim_start_matches("./"), it["rule"].as_str().unwrap())
        })
        .collect();
    let page = fs::read_to_string(repository().join("docs/fixing.md")).unwrap();
    let explained: BTreeSet<(&str, &str)> = page
        .lines()
        .filter_map(|line| {
            let (file, rest) = line.strip_prefix("| `")?.split_once("` | `")?;
            Some((file, rest.split_once("` | ")?.0))
        })
        .collect();
    assert_eq!(left, explained);
    assert!(findings.iter().all(|it| it["fix"].is_null()), "{findings:#?}");
}

#[test]
fn nothing_but_what_is_fixed_changes() {
    let unsealed = "# Orders\r\nResources:\r\n  Key:\r\n    Type: AWS::KMS::Key # mine\r\n    Properties:\r\n      EnableKeyRotation: 'false'   # later\r\n  Orders: {Type: 'AWS::RDS::DBInstance'}\r\n";
    let folder = Folder::new(&[("db.yaml", unsealed)]);
    let run = folder.run("check db.yaml --select kms-key-rotation --fix");
    assert_eq!((run.status, run.stdout.lines().count()), (0, 1), "{}", run.stdout);
    assert_eq!(run.stderr, "Made 1 fix in 1 file\n");
    assert_eq!(folder.read("db.yaml"), unsealed.replace("'false'   #", "'true'   #"));
}

/// What all fixes of `rule` make of the resource `A`, a line of YAML.
#[track_caller]
fn check_fixed(rule: &str, resource: &str, expected: &str) {
    let template = |resource: &str| {
        format!("Conditions: {{P: !Equals [!Ref AWS::Region, x]}}\nResources:\n  A: {resource}\n")
    };
    let folder = Folder::new(&[("db.yaml", &template(resource))]);
    let arguments = "check db.yaml --profile strict --fix --unsafe-fixes --select";
    folder.run(&format!("{arguments} {rule}"));
    let text = folder.read("db.yaml");
    let text = text.split_inclusive('\n').take_while(|it| !it.starts_with("  AKey:"));
    assert_eq!(text.collect::<String>(), template(expected), "{resource}");
}

#[test]
fn a_switch_is_turned_on_with_what_the_service_wants_beside_it() {
    let check = |properties: &str, expected: &str| {
        let stream = |it: &str| format!("{{Type: AWS::Kinesis::Stream, Properties: {{{it}}}}}");
        check_fixed("data-store-encrypted", &stream(properties), &stream(expected));
    };
    let with_key = "StreamEncryption: {EncryptionType: KMS, KeyId: alias/aws/kinesis}";
    check("ShardCount: 1", &format!("ShardCount: 1, {with_key}"));
    check("StreamEncryption: !Ref AWS::NoValue", with_key);
    check(
        "StreamEncryption: {EncryptionType: NONE, KeyId: ''}",
        "StreamEncryption: {EncryptionType: KMS, KeyId: 'alias/aws/kinesis'}",
    );
    check(
        "StreamEncryption: {KeyId: alias/mine}",
        "StreamEncryption: {KeyId: alias/mine, EncryptionType: KMS}",
    );
}

#[test]
fn a_switch_that_wants_a_block_nobody_else_knows_is_left() {
    for (rule, switch) in [("data-store-encrypted", "AtRest"), ("data-store-tls", "InTransit")] {
        let configuration = |on: bool, block: &str| {
            format!(
                "{{Type: AWS::EMR::SecurityConfiguration, Properties: {{SecurityConfiguration: {{EncryptionConfiguration: {{Enable{switch}Encryption: {on}{block}}}}}}}}}"
            )
        };
        let alone = configuration(false, "");
        check_fixed(rule, &alone, &alone);
        let block = format!(", {switch}EncryptionConfiguration: {{}}");
        check_fixed(rule, &configuration(false, &block), &configuration(true, &block));
    }
}

#[test]
fn a_key_is_named_with_what_makes_the_service_use_it() {
    let check = |ty: &str, properties: &str, expected: &str| {
        let resource = |it: &str| format!("{{Type: AWS::{ty}, Properties: {{{it}}}}}");
        check_fixed("data-store-cmk", &resource(properties), &resource(expected));
    };
    let table = "DynamoDB::Table";
    let key = "KMSMasterKeyId: !GetAtt AKey.Arn";
    let both = format!("SSESpecification: {{{key}, SSEEnabled: true}}");
    check(table, "TableName: a", &format!("TableName: a, {both}"));
    check(table, "SSESpecification: !Ref AWS::NoValue", &both);
    let switched = format!("SSESpecification: {{SSEEnabled: true, {key}}}");
    check(table, "SSESpecification: {SSEEnabled: false}", &switched);
    check(table, "SSESpecification: {SSEEnabled: true}", &switched);
    // A key that is there is wanted.
    check(
        table,
        "SSESpecification: {SSEEnabled: !If [P, true, false], KMSMasterKeyId: alias/a}",
        "SSESpecification: {SSEEnabled: !If [P, true, true], KMSMasterKeyId: alias/a}",
    );
    let queue = "KmsMasterKeyId: !GetAtt AKey.Arn";
    let with = |switch: &str| format!("{switch}, {queue}");
    check("SQS::Queue", "DelaySeconds: 1", &with("DelaySeconds: 1"));
    check("SQS::Queue", "SqsManagedSseEnabled: true", &with("SqsManagedSseEnabled: false"));
}

/// A statement that names anyone else is nobody's to rewrite.
#[test]
fn only_identities_of_the_account_are_left_the_administration() {
    let key = |principal: &str, action: &str| {
        format!(
            "{{Type: AWS::KMS::Key, Properties: {{KeyPolicy: {{Statement: {{Effect: Allow, Principal: {principal}, Action: {action}, Resource: '*', Condition: {{StringEquals: {{aws:PrincipalOrgID: o-abcdefghij}}}}}}}}}}}}"
        )
    };
    let role = "!Sub 'arn:aws:iam::${AWS::AccountId}:role/a'";
    let root = "!Sub 'arn:aws:iam::${AWS::AccountId}:root'";
    for principal in [
        "{Service: !Sub 'logs.${AWS::Region}.amazonaws.com'}",
        "'*'",
        &format!("{{AWS: {role}, Service: sns.amazonaws.com}}"),
        &format!("{{AWS: [{role}, {root}]}}"),
    ] {
        let all = key(principal, "'kms:*'");
        check_fixed("kms-key-no-full-access", &all, &all);
    }
    let administration = "[kms:Create*, kms:Describe*, kms:Enable*, kms:List*, kms:Put*, kms:Update*, kms:Revoke*, kms:Disable*, kms:Get*, kms:Delete*, kms:TagResource, kms:UntagResource, kms:ScheduleKeyDeletion, kms:CancelKeyDeletion]";
    let principal = format!("{{AWS: [{role}, !Sub 'arn:aws:iam::${{AWS::AccountId}}:role/b']}}");
    check_fixed(
        "kms-key-no-full-access",
        &key(&principal, "'kms:*'"),
        &key(&principal, administration),
    );
}

#[test]
fn a_default_is_mended_and_not_its_use() {
    let template = "\
Parameters:
  Insecure: {Type: String, Default: 'true'}
Resources:
  Build:
    Type: AWS::CodeBuild::Project
    Properties: {Source: {Type: GITHUB_ENTERPRISE, InsecureSsl: !Ref Insecure}}
";
    let folder = Folder::new(&[("build.yaml", template)]);
    let run = folder.run("check --select codebuild-no-insecure-ssl --fix --unsafe-fixes");
    assert_eq!(run.status, 0, "{}", run.stdout);
    assert_eq!(folder.read("build.yaml"), template.replace("'true'", "'false'"));
}

#[test]
fn unsafe_fixes_wait_to_be_asked_for() {
    let folder = Folder::new(&[("db.yaml", UNSEALED)]);
    let run = folder.run(&format!("check db.yaml {ONE_RULE} --fix"));
    assert_eq!((run.status, &*folder.read("db.yaml")), (1, UNSEALED));
    assert!(run.stdout.contains("1 fixable with `--fix --unsafe-fixes`"), "{}", run.stdout);
    assert!(run.stdout.contains("it replaces `Orders`"), "{}", run.stdout);
    let run = folder.run(&format!("check db.yaml {ONE_RULE} --fix --unsafe-fixes"));
    assert_eq!(run.status, 0, "{}", run.stdout);
    assert_eq!(
        folder.read("db.yaml"),
        UNSEALED.replace("StorageEncrypted: false", "StorageEncrypted: true")
    );
    let run = folder.run("check --unsafe-fixes");
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("`--unsafe-fixes` makes more fixes"), "{}", run.stderr);
}

/// Secrets Manager refuses a public policy together with the block on such.
#[test]
fn the_block_on_public_policies_is_set_safely_only_where_the_policy_is_none() {
    let policy = |principal: &str| {
        format!(
            "Resources:\n  P:\n    Type: AWS::SecretsManager::ResourcePolicy\n    Properties:\n      SecretId: shop\n      \
             BlockPublicPolicy: false\n      ResourcePolicy:\n        Statement:\n          Effect: Allow\n          \
             Principal: {principal}\n          Action: secretsmanager:GetSecretValue\n          Resource: '*'\n"
        )
    };
    let fixed = |principal: &str| {
        let folder = Folder::new(&[("policy.yaml", &policy(principal))]);
        folder.run("check --select secret-policy-not-public --fix");
        folder.read("policy.yaml").contains("BlockPublicPolicy: true")
    };
    assert!(fixed("{AWS: 'arn:aws:iam::111122223333:role/shop'}"));
    assert!(!fixed("'*'"));
    assert!(!fixed("!ImportValue reader"));
}

/// The API server refuses two volumes of one name, and one class cannot hold two values.
#[test]
fn each_container_gets_a_volume_of_its_own() {
    let folder = Folder::new(&[]);
    let name = "fixtures/rules/workload-no-plaintext-env/twice.yaml";
    copy(&repository().join(name), &folder.path().join("twice.yaml"));
    let run = folder.run("check --select workload-no-plaintext-env --fix --unsafe-fixes");
    assert!(run.stderr.contains("Made 3 fixes in 1 file"), "{}", run.stderr);
    insta::assert_snapshot!(folder.read("twice.yaml"));
}

/// What stands under an anchor that an alias needs stays; the rest of the file is fixed.
#[test]
fn an_anchor_in_use_keeps_no_other_fix_from_being_made() {
    let text = "Resources:\n  Orders:\n    Type: AWS::ECS::TaskDefinition\n    Properties:\n      ContainerDefinitions:\n        - Name: web\n          Environment: &shared\n            - Name: DB_PASSWORD\n              Value: hunter22\n        - Name: worker\n          Environment: *shared\n";
    let key = "  Key:\n    Type: AWS::KMS::Key\n    Properties:\n      EnableKeyRotation: ";
    let folder = Folder::new(&[("db.yaml", &format!("{text}{key}false\n"))]);
    let rules = "--select no-plaintext-environment --select kms-key-rotation";
    let run = folder.run(&format!("check db.yaml {rules} --fix --unsafe-fixes"));
    assert_eq!(folder.read("db.yaml"), format!("{text}{key}true\n"));
    assert!(run.stderr.contains("Made 1 fix in 1 file"), "{}", run.stderr);
}

/// The service refuses to manage the password of the source of a replica or of a global database.
#[test]
fn no_source_of_a_replica_is_told_to_let_the_service_manage_its_password() {
    let folder = Folder::new(&[]);
    let name = "fixtures/rules/rds-managed-master-password/sources.yaml";
    copy(&repository().join(name), &folder.path().join("sources.yaml"));
    let run = folder.run("check --select rds-managed-master-password --format json");
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let is_offered = |it: &Value| {
        let is_told = it["remediation"].as_str().unwrap().contains("ManageMasterUserPassword");
        assert_eq!(is_told, !it["fix"].is_null(), "{it}");
        is_told
    };
    let offered = findings.iter().filter(|it| is_offered(it)).map(|it| &it["resource"]["id"]);
    assert_eq!(offered.collect::<Vec<_>>(), ["Reports"]);
    assert_eq!(findings.len(), 4);
}

#[test]
fn a_secret_that_reads_like_a_name_does_not_uncover_what_stands_behind_the_name() {
    let template = "\
Resources:
  Notes:
    Type: AWS::SSM::Parameter
    Properties:
      Description: mysql --password=hunter22secret
      Value: postgresql://user:password@localhost/db
  Key:
    Type: AWS::KMS::Key
    Properties: {EnableKeyRotation: false}
";
    let folder = Folder::new(&[("notes.yaml", template)]);
    let run = folder.run("check --diff");
    assert!(run.stdout.contains("+    Properties: {EnableKeyRotation: true}"), "{}", run.stdout);
    assert!(run.stdout.contains("Value: postgresql://user:****@localhost/db"), "{}", run.stdout);
    assert!(!run.stdout.contains("hunter22secret"), "{}", run.stdout);
}

#[test]
fn a_diff_shows_what_would_change_and_changes_nothing() {
    let folder = Folder::new(&[("db.yaml", UNSEALED), ("sealed.yaml", SEALED)]);
    let run = folder.run(&format!("check {ONE_RULE} --diff --unsafe-fixes"));
    assert_eq!(run.status, 1);
    assert_eq!(folder.read("db.yaml"), UNSEALED);
    insta::assert_snapshot!(run.stdout);
    let run = folder.run(&format!("check {ONE_RULE} --diff sealed.yaml"));
    assert_eq!((run.status, &*run.stdout), (0, ""));
    // Nothing that is safe, and yet something is wrong.
    let run = folder.run(&format!("check {ONE_RULE} --diff db.yaml"));
    assert_eq!((run.status, &*run.stdout), (1, ""));
}

#[test]
fn standard_input_is_fixed_on_standard_output() {
    let folder = Folder::new(&[("x.yaml", SEALED)]);
    let arguments = format!("check - --stdin-filename x.yaml {ONE_RULE} --fix --unsafe-fixes");
    let run = folder.run_on(&arguments, UNSEALED);
    assert_eq!(run.stdout, UNSEALED.replace("StorageEncrypted: false", "StorageEncrypted: true"));
    assert_eq!(run.status, 0, "{}", run.stderr);
    // The name is only a name.
    assert_eq!(folder.read("x.yaml"), SEALED);
    let run = folder.run_on(&arguments, SEALED);
    assert_eq!(run.stdout, SEALED);
}

#[test]
fn no_secret_is_in_a_diff() {
    let text = "Resources:\n  Orders:\n    Type: AWS::RDS::DBInstance\n    Properties:\n      StorageEncrypted: false\n      MasterUsername: root\n      MasterUserPassword: hunter2-and-more\n";
    let folder = Folder::new(&[("db.yaml", text)]);
    let run = folder.run("check --diff --unsafe-fixes");
    assert!(run.stdout.contains("+      StorageEncrypted: true"), "{}", run.stdout);
    assert!(!run.stdout.contains("hunter2"), "{}", run.stdout);
}

#[cfg(unix)]
#[test]
fn permissions_and_links_stay() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let folder = Folder::new(&[("real/db.yaml", UNSEALED)]);
    let (real, link) = (folder.path().join("real/db.yaml"), folder.path().join("db.yaml"));
    symlink("real/db.yaml", &link).unwrap();
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
    let run = folder.run(&format!("check db.yaml {ONE_RULE} --fix --unsafe-fixes"));
    assert_eq!(run.status, 0, "{}", run.stdout);
    assert!(folder.read("real/db.yaml").contains("StorageEncrypted: true"));
    assert!(link.symlink_metadata().unwrap().is_symlink());
    assert_eq!(real.metadata().unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(entries(&folder.path().join("real")).len(), 1, "nothing is left behind");
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_written_is_an_error_and_stays() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new(&[("db.yaml", UNSEALED), ("other.yaml", UNSEALED)]);
    let file = folder.path().join("db.yaml");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o444)).unwrap();
    let run = folder.run(&format!("check {ONE_RULE} --fix --unsafe-fixes"));
    assert_eq!(run.status, 2);
    assert!(run.stdout.contains("error: not fixed: it is read-only"), "{}", run.stdout);
    assert_eq!(folder.read("db.yaml"), UNSEALED);
    // The others are fixed nevertheless.
    assert!(folder.read("other.yaml").contains("StorageEncrypted: true"));
    assert!(run.stderr.contains("Made 1 fix in 1 file"), "{}", run.stderr);
}
