//! The configuration as its users meet it: found, obeyed, overruled, and told what is wrong with it.

use insta::assert_snapshot;

use crate::harness::{Folder, Run, UNSEALED, run};

const ID: &str = "rds-storage-encrypted";

/// A folder with an unsealed database and the configuration `text`.
fn folder(text: &str) -> Folder {
    Folder::new(&[("stackseal.yaml", text), ("infra/db.yaml", UNSEALED)])
}

/// Runs `check` with `arguments`; the findings as `rule severity`, and the status.
#[track_caller]
fn check(configuration: &str, arguments: &str, findings: &[&str], status: u8) {
    judge(
        &folder(configuration).run(&format!("check --format json {arguments}")),
        findings,
        status,
    );
}

#[track_caller]
fn judge(run: &Run, findings: &[&str], status: u8) {
    let report: serde_json::Value = serde_json::from_str(&run.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}{}", run.stdout, run.stderr));
    let found: Vec<String> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| format!("{} {}", it["rule"].as_str().unwrap(), it["severity"].as_str().unwrap()))
        .collect();
    assert_eq!(found, findings, "{}", run.stderr);
    assert_eq!(run.status, status, "{}", run.stderr);
}

#[test]
fn the_configuration_selects() {
    check("select: [rds-storage-encrypted]", "", &["rds-storage-encrypted high"], 1);
    check("select: [rds-storage-encrypted]\nignore: [encryption]", "", &[], 0);
    check("select: [audit]", "", &[], 0);
}

#[test]
fn the_command_line_wins() {
    let select = "select: [audit]\nignore: [rds-storage-encrypted]";
    check(select, &format!("--select {ID}"), &["rds-storage-encrypted high"], 1);
    check(&format!("select: [{ID}]"), &format!("--ignore {ID}"), &[], 0);

    let fail_on = format!("select: [{ID}]\nfail-on: critical");
    check(&fail_on, "", &["rds-storage-encrypted high"], 0);
    check(&fail_on, "--fail-on high", &["rds-storage-encrypted high"], 1);
    // Also where it says what is the default anyway.
    check(
        &format!("select: [{ID}]\nfail-on: never"),
        "--fail-on low",
        &["rds-storage-encrypted high"],
        1,
    );

    let strict = "profile: strict\nselect: [data-store-cmk, audit]";
    let bucket = "Resources:\n  B: {Type: AWS::S3::Bucket}\n";
    let folder = Folder::new(&[
        ("stackseal.yaml", &strict.replace("data-store-cmk, audit", "encryption")),
        ("b.yaml", bucket),
    ]);
    judge(&folder.run("check --format json"), &["data-store-cmk low"], 1);
    judge(&folder.run("check --format json --profile recommended"), &[], 0);
}

#[test]
fn severity_is_that_of_the_configuration() {
    let text = format!("select: [{ID}]\nrules: {{{ID}: {{severity: informational}}}}");
    check(&text, "", &["rds-storage-encrypted informational"], 0);
    check(&text, "--fail-on informational", &["rds-storage-encrypted informational"], 1);
}

#[test]
fn the_nearest_configuration_above_holds() {
    let select = |rule: &str| format!("select: [{rule}]\n");
    let folder = Folder::new(&[
        ("stackseal.yaml", &select("audit")),
        ("near/stackseal.yml", &select(ID)),
        ("near/infra/db.yaml", UNSEALED),
        ("far/infra/db.yaml", UNSEALED),
        ("other.json", "{\"select\": [\"audit\"]}"),
    ]);
    let in_folder = |name: &str, arguments: &[&str]| {
        let arguments: Vec<&str> =
            ["check", "--format", "json"].iter().chain(arguments).copied().collect();
        run(&folder.path().join(name), &arguments, "")
    };
    judge(&in_folder("near/infra", &[]), &["rds-storage-encrypted high"], 1);
    judge(&in_folder("far/infra", &[]), &[], 0);
    judge(&in_folder("near/infra", &["--config", "../../other.json"]), &[], 0);
    // It is the working folder that counts, not where the files are.
    judge(&in_folder("far", &["../near/infra/db.yaml"]), &[], 0);
}

#[test]
fn of_two_in_one_folder_the_first_name_holds() {
    let folder = folder(&format!("select: [{ID}]"));
    folder.write("stackseal.json", b"{\"select\": [\"audit\"]}");
    judge(&folder.run("check --format json"), &["rds-storage-encrypted high"], 1);
}

#[test]
fn parameters_come_from_the_configuration() {
    let template = UNSEALED.replace("false", "!Ref Encrypt");
    let template = format!("Parameters: {{Encrypt: {{Type: String}}}}\n{template}");
    let folder = Folder::new(&[
        ("infra/db.yaml", &template),
        ("infra/values/on.json", r#"["Encrypt=true"]"#),
        ("infra/off.json", r#"["Encrypt=false"]"#),
    ]);
    let judge_with = |parameters: &str, arguments: &str, status: u8| {
        let text = format!("select: [{ID}]\nparameters: {parameters}\n");
        folder.write("infra/stackseal.yaml", text.as_bytes());
        let infra = folder.path().join("infra");
        let arguments: Vec<&str> =
            ["check", "db.yaml"].into_iter().chain(arguments.split_whitespace()).collect();
        let run = run(&infra, &arguments, "");
        assert_eq!(run.status, status, "{parameters}: {}{}", run.stdout, run.stderr);
    };
    judge_with("{Encrypt: false}", "", 1);
    judge_with("{Encrypt: true}", "", 0);
    judge_with("values/on.json", "", 0);
    judge_with("[values/on.json, {Encrypt: false}]", "", 1);
    judge_with("[{Encrypt: false}, values/on.json]", "", 0);
    judge_with("{Encrypt: true}", "--parameters off.json", 1);
    judge_with("off.json", "--parameter Encrypt=true", 0);
}

#[test]
fn parameter_files_are_relative_to_the_configuration() {
    let folder = folder(&format!("select: [{ID}]\nparameters: values.json\n"));
    folder.write("values.json", br#"["Encrypt=true"]"#);
    let run = run(&folder.path().join("infra"), &["check", "db.yaml"], "");
    assert_eq!(run.status, 1, "{}", run.stderr);
}

#[test]
fn paths_choose_the_files() {
    let folder = Folder::new(&[
        ("infra/db.yaml", UNSEALED),
        ("legacy/db.yaml", UNSEALED),
        ("k8s/db.yaml", UNSEALED),
    ]);
    let files = |paths: &str, arguments: &str| {
        let text = format!("select: [{ID}]\npaths: {paths}\n");
        folder.write("stackseal.yaml", text.as_bytes());
        let run = folder.run(&format!("check --format json {arguments}"));
        let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        let list = |key: &str| -> Vec<String> {
            let items = report[key].as_array().unwrap().iter();
            items.map(|it| it["file"].as_str().unwrap().to_owned()).collect()
        };
        (list("findings"), list("skipped"))
    };
    let given = |found: &[&str], skipped: &[&str]| {
        let owned = |it: &[&str]| it.iter().map(|&it| it.to_owned()).collect::<Vec<String>>();
        (owned(found), owned(skipped))
    };
    let exclude = "{exclude: [legacy/]}";
    assert_eq!(files(exclude, ""), given(&["infra/db.yaml", "k8s/db.yaml"], &[]));
    assert_eq!(
        files("{include: [infra/, legacy/], exclude: [legacy/]}", ""),
        given(&["infra/db.yaml"], &[])
    );
    // What is named is never passed over in silence.
    assert_eq!(files(exclude, "legacy/db.yaml"), given(&[], &["legacy/db.yaml"]));
    assert_eq!(files(exclude, "legacy infra"), given(&["infra/db.yaml"], &["legacy"]));
}

#[test]
fn paths_count_from_the_folder_of_the_configuration() {
    let folder = folder(&format!("select: [{ID}]\npaths: {{include: [/infra/db.yaml]}}\n"));
    folder.write("infra/infra/db.yaml", UNSEALED.as_bytes());
    let infra = folder.path().join("infra");
    let run = run(&infra, &["check", "--format", "concise"], "");
    assert!(run.stdout.starts_with("db.yaml:"), "{}", run.stdout);
    assert_eq!(run.stdout.lines().count(), 1, "{}", run.stdout);
}

#[test]
fn mandatory_rules_cannot_be_left_out() {
    let text = format!("select: [{ID}]\nignore: [encryption]\nmandatory: [{ID}]");
    check(&text, "", &["rds-storage-encrypted high"], 1);
    let run = folder(&text).run(&format!("check --ignore {ID}"));
    assert_eq!((run.status, run.stdout.as_str()), (2, ""));
    assert_eq!(
        run.stderr,
        "error: `rds-storage-encrypted` is mandatory by the configuration, and cannot be left out\n"
    );
}

fn show(run: &Run) -> String {
    let Run { status, stdout, stderr } = run;
    format!("{stdout}--- standard error\n{stderr}--- status {status}\n")
}

#[test]
fn mistakes_are_shown_all_at_once() {
    let text = "\
profil: strict
select: [encrption, no-plaintext-credentials]
fail-on: hihg
paths:
  exclude: legacy/
  includes: ['{infra']
ignore:
  - rule: rds-storage-encrypted
    until: 2027-02-30
  - rule: secrets
    path: [infra/]
    reason: ' '
mandatory: encryption
rules:
  secrets: {}
  rds-storage-encrypted:
    severity: bad
    minimum-version: 1
guard: {a: b}
";
    assert_snapshot!(show(&folder(text).run("check")));
    let run = folder(text).run("rules");
    assert_eq!((run.status, run.stdout.as_str()), (2, ""));
}

#[test]
fn a_configuration_that_is_no_yaml_is_told() {
    assert_snapshot!(show(
        &folder("profile: strict\nselect: [audit\nfail-on: high\n").run("check")
    ));
}

#[test]
fn a_configuration_that_is_no_json_is_told() {
    let folder = Folder::new(&[("infra/stackseal.json", "{\n  \"profile\": \n}\n")]);
    let run = folder.run("check --config infra/stackseal.json");
    assert_snapshot!(show(&run));
}

#[test]
fn no_value_of_a_parameter_is_shown() {
    let text = "parameters: {DbPassword: [hunter22]}\nprofil: x\n";
    let run = folder(text).run("check");
    assert_eq!(run.status, 2);
    assert!(!run.stderr.contains("hunter22"), "{}", run.stderr);
    assert!(run.stderr.contains("`DbPassword`"), "{}", run.stderr);
}

#[test]
fn a_configuration_that_cannot_be_read_is_told() {
    let folder = Folder::new(&[]);
    let run = folder.run("check --config none.yaml");
    assert_eq!(
        (run.status, run.stderr.as_str()),
        (2, "error: cannot use the configuration none.yaml: no such file or folder\n")
    );
    folder.write("stackseal.yaml", b"profile: \xfc\n");
    let run = folder.run("check");
    assert_eq!(run.status, 2);
    assert!(
        run.stderr.starts_with(
            "error: cannot use the configuration stackseal.yaml: the byte at line 1, column 10"
        ),
        "{}",
        run.stderr
    );
}

#[test]
fn rules_shows_the_state_of_each() {
    let text = "\
ignore: [audit]
mandatory: [secret-cmk]
rules:
  secret-cmk: {severity: critical}
";
    let run = folder(text).run("rules");
    let line = |rule: &str| {
        let line = run.stdout.lines().find(|it| it.starts_with(&format!("{rule} "))).unwrap();
        line.split_whitespace().take(5).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(line("secret-cmk"), "secret-cmk critical secrets recommended mandatory");
    assert_eq!(line("cloudtrail-cmk"), "cloudtrail-cmk medium audit recommended off");
    assert_eq!(line("data-store-cmk"), "data-store-cmk low encryption strict off");
    assert_eq!(line("ecr-cmk"), "ecr-cmk medium encryption recommended on");

    let run = folder(text).run("rules --format json");
    let rules: Vec<serde_json::Value> = serde_json::from_str(&run.stdout).unwrap();
    let rule = rules.iter().find(|it| it["id"] == "secret-cmk").unwrap();
    assert_eq!(
        (&rule["severity"], &rule["enabled"], &rule["mandatory"]),
        (&"critical".into(), &true.into(), &true.into())
    );
}
