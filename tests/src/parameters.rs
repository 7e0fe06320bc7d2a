//! Values of parameters, from files and options.

use crate::harness::{Folder, ONE_RULE};

const TEMPLATE: &str = "\
Parameters:
  Env: {Type: String}
Conditions:
  IsProd: !Equals [!Ref Env, prod]
Resources:
  Orders:
    Type: AWS::RDS::DBInstance
    Properties:
      StorageEncrypted: !If [IsProd, true, false]
";

/// Runs over a template that is sealed in production only: `status` is 0 if the run knows that it is
/// production, 1 otherwise.
#[track_caller]
fn check(files: &[(&str, &str)], arguments: &str, status: u8) {
    let folder = Folder::new(files);
    folder.write("db.yaml", TEMPLATE.as_bytes());
    let run = folder.run(&format!("check db.yaml {ONE_RULE} {arguments}"));
    assert_eq!(run.status, status, "{}{}", run.stdout, run.stderr);
}

#[test]
fn without_values_both_branches_are_judged() {
    check(&[], "", 1);
}

#[test]
fn an_option_decides() {
    check(&[], "--parameter Env=prod", 0);
    check(&[], "--parameter Env=dev", 1);
}

#[test]
fn names_that_no_template_declares_are_told() {
    let folder = Folder::new(&[("p.json", r#"["Other=x"]"#)]);
    folder.write("db.yaml", TEMPLATE.as_bytes());
    let told = |arguments: &str, message: &str| {
        let run = folder.run(&format!("check db.yaml {ONE_RULE} --format concise {arguments}"));
        assert_eq!(run.status, 2, "{}{}", run.stdout, run.stderr);
        assert!(run.stdout.contains(message), "{}", run.stdout);
        // The rest is judged all the same.
        assert!(run.stdout.contains("rds-storage-encrypted"), "{}", run.stdout);
    };
    told("--parameter Enw=prod", "no template declares the parameter `Enw`, did you mean `Env`?");
    told("--parameter Colour=x", "no template declares the parameter `Colour`, declared are `Env`");
    // Files are shared between stacks.
    check(&[("p.json", r#"["Env=prod", "Other=x"]"#)], "--parameters p.json", 0);
}

/// A masked value in texts of which the template shows all the rest.
const MASKED: &str = r#"
Parameters:
  P: {Type: String, NoEcho: true}
  F: {Type: String, NoEcho: true}
Resources:
  Cache: {Type: AWS::ElastiCache::ReplicationGroup, Properties: {AuthToken: !Join ['', [!Ref P, x]]}}
  Directory: {Type: AWS::DirectoryService::MicrosoftAD, Properties: {Password: !Select [0, !Split [',', !Ref P]]}}
  Joined: {Type: AWS::SecretsManager::Secret, Properties: {SecretString: !Join ['', ['{"password":"', !Ref P, '"}']]}}
  Filled: {Type: AWS::SecretsManager::Secret, Properties: {SecretString: !Sub '{"password":"${P}"}'}}
  Function: {Type: AWS::Lambda::Function, Properties: {Environment: {Variables: {TOKEN: !Join ['', [a, !Ref P]]}}}}
  Pipeline:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages: [{Actions: [{Configuration: {ParameterOverrides: !Sub '{"DBPassword":"${P}"}'}}]}]
  Server:
    Type: AWS::EC2::Instance
    Metadata:
      AWS::CloudFormation::Init:
        config:
          files:
            /root/.my.cnf: {content: !Sub "[client]\npassword=${P}\n"}
            /root/app.env: {content: !Ref F}
          commands: {a: {command: !Sub 'mysql -uroot -p${P}'}}
    Properties:
      UserData: {Fn::Base64: !Sub "export DB_PASSWORD=${P}\n"}
"#;

#[test]
fn what_is_given_for_a_masked_parameter_is_no_literal() {
    let rules = "no-plaintext-credential,no-plaintext-environment,secret-no-literal-value";
    let findings = |template: &str, given: &str| {
        let folder = Folder::new(&[("app.yaml", template)]);
        let run = folder.run(&format!("check app.yaml --select {rules} --format concise {given}"));
        run.stdout.lines().filter(|it| it.contains("critical") || it.contains("high")).count()
    };
    let given = "--parameter P=hunter2222 --parameter F=DB_PASSWORD=hunter2222";
    assert_eq!(findings(MASKED, ""), 0);
    assert_eq!(findings(MASKED, given), 0);
    // A default stands in the template.
    let with_default =
        MASKED.replace("P: {Type: String,", "P: {Type: String, Default: hunter2222,");
    assert_eq!(findings(&with_default, ""), 9);
}

#[test]
fn files_of_every_shape_decide() {
    let pairs = r#"[{"ParameterKey": "Env", "ParameterValue": "prod"}]"#;
    let object = r#"{"Parameters": {"Env": "prod"}, "Tags": {"a": "b"}}"#;
    for text in [pairs, object, r#"["Env=prod"]"#, "Parameters:\n  Env: prod\n"] {
        check(&[("p.json", text)], "--parameters p.json", 0);
    }
}

#[test]
fn the_last_word_wins() {
    let files = [("a.json", r#"["Env=dev"]"#), ("b.json", r#"["Env=prod"]"#)];
    check(&files, "--parameters a.json --parameters b.json", 0);
    check(&files, "--parameters b.json --parameters a.json", 1);
    check(&files, "--parameter Env=prod --parameters a.json", 0);
}

/// Runs with `arguments`, which cannot be used.
#[track_caller]
fn refuse(files: &[(&str, &str)], arguments: &str, message: &str) {
    let folder = Folder::new(files);
    folder.write("db.yaml", TEMPLATE.as_bytes());
    let run = folder.run(&format!("check db.yaml {arguments}"));
    assert_eq!((run.status, run.stdout.as_str()), (2, ""));
    assert_eq!(run.stderr, format!("error: {message}\n"));
}

#[test]
fn mistakes_are_told() {
    refuse(&[], "--parameter Env", "a `--parameter` gives no value, expected `NAME=VALUE`");
    refuse(
        &[("p.json", "{}")],
        "--parameters p.json",
        "p.json holds no parameters: expected a list of `ParameterKey` and `ParameterValue`, a list of `NAME=VALUE`, or an object with `Parameters`",
    );
    refuse(
        &[("p.json", r#"[{"ParameterKey": "A"}, {"Key": "B"}]"#)],
        "--parameters p.json",
        "cannot read parameters from p.json: .[1]: missing field `ParameterKey` at line 1 column 25",
    );
    let folder = Folder::new(&[]);
    let run = folder.run("check --parameters none.json");
    assert_eq!(run.status, 2);
    assert!(
        run.stderr.starts_with("error: cannot read parameters from none.json: "),
        "{}",
        run.stderr
    );
}
