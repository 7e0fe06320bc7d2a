//! What users see, whole.

use insta::assert_snapshot;

use crate::harness::{Folder, Run};

/// Two files with findings of several kinds.
fn estate() -> Folder {
    let database = "\
AWSTemplateFormatVersion: '2010-09-09'
Parameters:
  Encrypt: {Type: String, Default: 'false'}
Conditions:
  IsProd: !Equals [!Ref 'AWS::AccountId', '111122223333']
Resources:
  Orders:
    Type: AWS::RDS::DBInstance
    Properties:
      StorageEncrypted: !Ref Encrypt
      MasterUserPassword: correct-Horse7battery
  Reports:
    Type: AWS::RDS::DBInstance
    Properties:
      StorageEncrypted: !If [IsProd, true, false]
      ManageMasterUserPassword: true
  Archive:
    Type: AWS::RDS::DBInstance
    Properties:
      StorageEncrypted: !ImportValue seal
      ManageMasterUserPassword: true
";
    let class = "\
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: plain
provisioner: ebs.csi.aws.com
parameters:
  encrypted: \"false\"
";
    Folder::new(&[
        ("infra/db.yaml", database),
        ("k8s/class.yaml", class),
        ("broken.yaml", "AWSTemplateFormatVersion: [\n"),
    ])
}

/// These rules only, so that a new one changes no snapshot.
const RULES: &str =
    "--select rds-storage-encrypted,no-plaintext-credential,storage-class-encrypted";

fn check(arguments: &str) -> String {
    show(&estate().run(&format!("check {RULES} {arguments}")))
}

fn show(run: &Run) -> String {
    let Run { status, stdout, stderr } = run;
    format!("{stdout}--- standard error\n{stderr}--- status {status}\n")
}

fn print(arguments: &str) -> String {
    show(&Folder::new(&[]).run(arguments))
}

#[test]
fn text() {
    assert_snapshot!(check(""));
}

#[test]
fn text_in_strict() {
    assert_snapshot!(check("--profile strict"));
}

#[test]
fn concise() {
    assert_snapshot!(check("--format concise"));
}

#[test]
fn json() {
    let version = format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"));
    let printed = check("--format json --profile strict");
    assert_snapshot!(printed.replace(&version, "\"version\": \"<version>\""));
}

/// What only other programs read is not repeated here: `cargo xtask test` has them read it. SARIF
/// has a reader in Rust, with types made from its schema: nothing we write is unknown to it.
#[test]
fn sarif() {
    let run = estate().run(&format!("check {RULES} --format sarif --profile strict"));
    let written: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let log: serde_sarif::sarif::Sarif = serde_json::from_value(written.clone()).unwrap();
    assert_eq!(log.runs[0].results.as_ref().unwrap().len(), 4);
    assert_eq!(serde_json::to_value(&log).unwrap(), written);
    assert_eq!((run.status, run.stderr.lines().count()), (2, 2), "{}", run.stderr);
}

#[test]
fn explain() {
    assert_snapshot!(print("explain unused-suppression"));
}

#[test]
fn rules() {
    assert_snapshot!(print("rules"));
}

#[test]
fn rules_as_json_have_the_promised_keys() {
    let run = Folder::new(&[]).run("rules --format json");
    let rules: Vec<serde_json::Map<String, serde_json::Value>> =
        serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(rules.len(), stackseal_rules::PACK.rules.len());
    for rule in &rules {
        let mut keys: Vec<&str> = rule.keys().map(String::as_str).collect();
        keys.sort_unstable();
        assert_eq!(
            keys,
            [
                "enabled",
                "group",
                "id",
                "mandatory",
                "options",
                "profile",
                "scope",
                "severity",
                "title",
                "url"
            ]
        );
    }
}

#[test]
fn help() {
    assert_snapshot!(print("--help"));
}

#[test]
fn help_of_check() {
    assert_snapshot!(print("check --help"));
}

#[test]
fn version() {
    let version = concat!("stackseal ", env!("CARGO_PKG_VERSION"), "\n");
    assert_eq!(print("--version"), format!("{version}--- standard error\n--- status 0\n"));
}

#[test]
fn completions_name_the_commands() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let run = Folder::new(&[]).run(&format!("completions {shell}"));
        assert_eq!(run.status, 0);
        for command in ["check", "explain", "rules", "completions"] {
            assert!(run.stdout.contains(command), "{shell}: {command}");
        }
    }
}
