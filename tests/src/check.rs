//! What a check answers: status, streams, options.

use crate::harness::{Folder, ONE_RULE, SEALED, UNSEALED};

/// Runs `check` with one rule over one unsealed database.
#[track_caller]
fn check(arguments: &str, status: u8, stdout: &str) {
    let run = Folder::new(&[("db.yaml", UNSEALED)])
        .run(&format!("check {ONE_RULE} --format concise {arguments}"));
    assert_eq!((run.status, run.stdout.as_str()), (status, stdout), "{}", run.stderr);
}

/// The finding, however its rule words it today.
fn line() -> String {
    let run =
        Folder::new(&[("db.yaml", UNSEALED)]).run(&format!("check {ONE_RULE} --format concise"));
    assert!(run.stdout.starts_with("db.yaml:5:25: high: "), "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.ends_with(" [rds-storage-encrypted]\n"), "{}", run.stdout);
    run.stdout
}

#[test]
fn a_finding_makes_the_status_1() {
    check("", 1, &line());
}

#[test]
fn a_finding_below_the_bar_leaves_it_0() {
    check("--fail-on high", 1, &line());
    check("--fail-on critical", 0, &line());
    check("--fail-on never", 0, &line());
}

#[test]
fn what_is_hidden_still_counts() {
    check("--min-severity critical", 1, "");
    check("--min-severity critical --fail-on critical", 0, "");
    check("--min-severity high", 1, &line());
}

#[test]
fn nothing_found_is_status_0() {
    let run = Folder::new(&[("db.yaml", SEALED)]).run(&format!("check {ONE_RULE}"));
    assert_eq!((run.status, run.stdout.as_str()), (0, "Nothing found: 1 file, 1 resource\n"));
    assert_eq!(run.stderr, "");
}

#[test]
fn nothing_judged_is_told() {
    let run = Folder::new(&[("readme.txt", "")]).run("check");
    assert_eq!(run.status, 0);
    assert_eq!(run.stdout, "Nothing judged: no template, manifest, buildspec or wp-config\n");
}

#[test]
fn rules_and_groups_are_selected_and_left_out() {
    let folder = Folder::new(&[("db.yaml", UNSEALED)]);
    let has = |arguments: &str, rule: &str| {
        let run = folder.run(&format!("check --format concise {arguments}"));
        run.stdout.contains(&format!("[{rule}]"))
    };
    assert!(has("", "rds-storage-encrypted"));
    assert!(has("--select encryption", "rds-storage-encrypted"));
    assert!(has("--select secrets,encryption", "rds-storage-encrypted"));
    assert!(has("--select secrets --select encryption", "rds-storage-encrypted"));
    assert!(!has("--select secrets", "rds-storage-encrypted"));
    assert!(!has("--ignore encryption", "rds-storage-encrypted"));
    assert!(!has("--ignore rds-storage-encrypted", "rds-storage-encrypted"));
}

#[test]
fn standard_input_is_read_under_its_name() {
    let folder = Folder::new(&[]);
    let arguments = format!("check - {ONE_RULE} --format concise");
    let run = folder.run_on(&arguments, UNSEALED);
    assert!(run.stdout.starts_with("<stdin>:5:25: high: "), "{}", run.stdout);
    let run = folder.run_on(&format!("{arguments} --stdin-filename infra/db.yaml"), UNSEALED);
    assert!(run.stdout.starts_with("infra/db.yaml:5:25: high: "), "{}", run.stdout);
    assert_eq!(run.status, 1);
}

#[test]
fn standard_input_stands_among_files() {
    let folder = Folder::new(&[("b.yaml", UNSEALED)]);
    let run = folder.run_on(&format!("check b.yaml - {ONE_RULE} --format json"), UNSEALED);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["summary"]["files"], 2);
    assert_eq!(report["summary"]["findings"]["high"], 2);
}

#[test]
fn a_summary_leaves_the_lines_of_concise_alone() {
    let run =
        Folder::new(&[("db.yaml", UNSEALED)]).run(&format!("check {ONE_RULE} --format concise"));
    assert_eq!(
        run.stderr,
        "1 finding (1 high) in 1 file, 1 resource\n1 fixable with `--fix --unsafe-fixes`\n"
    );
    assert_eq!(run.stdout.lines().count(), 1);
}

#[test]
fn quiet_says_nothing_beside_findings() {
    let folder = Folder::new(&[("db.yaml", SEALED), ("notes.yaml", "a: 1\n")]);
    for format in ["text", "concise"] {
        let run =
            folder.run(&format!("check {ONE_RULE} --quiet --format {format} db.yaml notes.yaml"));
        assert_eq!((run.status, run.stdout.as_str(), run.stderr.as_str()), (0, "", ""), "{format}");
    }
}

#[test]
fn reports_go_where_they_are_sent() {
    let folder = Folder::new(&[("db.yaml", UNSEALED)]);
    let run = folder.run(&format!(
        "check {ONE_RULE} --format json --output report.json --format concise --output report.txt \
         --format text"
    ));
    assert_eq!(run.status, 1);
    assert!(run.stdout.starts_with("high[rds-storage-encrypted]: "), "{}", run.stdout);
    assert!(folder.read("report.json").starts_with("{\n  \"schema\": 1,"));
    assert_eq!(folder.read("report.txt"), line());
}

#[test]
fn a_report_in_a_file_leaves_a_summary_for_people() {
    let folder = Folder::new(&[("db.yaml", UNSEALED)]);
    let run = folder.run(&format!("check {ONE_RULE} --format json --output report.json"));
    assert_eq!(run.stdout, "");
    assert_eq!(
        run.stderr,
        "1 finding (1 high) in 1 file, 1 resource\n1 fixable with `--fix --unsafe-fixes`\n"
    );
}

#[test]
fn colours_do_not_reach_files() {
    let folder = Folder::new(&[("db.yaml", UNSEALED)]);
    let run = folder.run(&format!("check {ONE_RULE} --color always --output report.txt"));
    assert_eq!(run.status, 1);
    assert!(!folder.read("report.txt").contains('\u{1b}'));
    let run = folder.run(&format!("check {ONE_RULE} --color always"));
    assert!(run.stdout.contains('\u{1b}'));
}

#[test]
fn suppressed_findings_are_shown_when_asked_for() {
    let text =
        UNSEALED.replace("false\n", "false # stackseal: ignore[rds-storage-encrypted] a test\n");
    let folder = Folder::new(&[("db.yaml", &text)]);
    let run = folder.run(&format!("check {ONE_RULE} --format concise"));
    assert_eq!((run.status, run.stdout.as_str()), (0, ""));
    assert_eq!(run.stderr, "Nothing found: 1 file, 1 resource; 1 suppressed\n");
    let run = folder.run(&format!("check {ONE_RULE} --format concise --show-suppressed"));
    assert_eq!(run.status, 0);
    let shown = line().replace(" [rds", " (suppressed by a comment: a test) [rds");
    assert_eq!(run.stdout, shown);
    let run = folder.run(&format!("check {ONE_RULE} --format json --show-suppressed"));
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["findings"][0]["suppressed"]["by"], "comment");
    assert_eq!(report["findings"][0]["suppressed"]["reason"], "a test");
    assert_eq!(report["summary"]["suppressed"], 1);
    assert_eq!(report["summary"]["findings"]["high"], 0);
}

#[test]
fn metadata_and_annotations_suppress_too() {
    let template = UNSEALED.replace(
        "    Properties:\n",
        "    Metadata: {stackseal: {ignore: {rds-storage-encrypted: a test}}}\n    Properties:\n",
    );
    let manifest = "\
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: plain
  annotations: {stackseal.dev/ignore.storage-class-encrypted: a test}
provisioner: ebs.csi.aws.com
";
    let folder = Folder::new(&[("db.yaml", &template), ("class.yaml", manifest)]);
    let run = folder
        .run("check --select rds-storage-encrypted,storage-class-encrypted --format json --show-suppressed");
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let by: Vec<&str> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["suppressed"]["by"].as_str().unwrap())
        .collect();
    assert_eq!(by, ["annotation", "metadata"]);
}

#[test]
fn metadata_of_the_resource_a_finding_is_about_silences_it_wherever_it_stands() {
    let template = "\
Resources:
  Orders:
    Type: AWS::RDS::DBInstance
    Metadata: {stackseal: {ignore: {rds-require-tls: a test}}}
    Properties: {Engine: mysql, EngineVersion: 8.0.40, DBParameterGroupName: !Ref Group}
  Group:
    Type: AWS::RDS::DBParameterGroup
    Properties: {Family: mysql8.0, Parameters: {autocommit: '1'}}
";
    let select = "check --select rds-require-tls,unused-suppression --format concise";
    let of_database = Folder::new(&[("db.yaml", template)]).run(select);
    assert_eq!((of_database.status, of_database.stdout.as_str()), (0, ""));
    let metadata = "    Metadata: {stackseal: {ignore: {rds-require-tls: a test}}}\n";
    let without = template.replace(metadata, "");
    let unsilenced = Folder::new(&[("db.yaml", &without)]).run(select);
    assert!(unsilenced.stdout.starts_with("db.yaml:7:"), "{}", unsilenced.stdout);
    // The place of the finding is in the group.
    let group = "    Type: AWS::RDS::DBParameterGroup\n";
    let of_group = without.replace(group, &format!("{group}{metadata}"));
    let run = Folder::new(&[("db.yaml", &of_group)]).run(select);
    assert_eq!((run.status, run.stdout.as_str()), (0, ""));
}

#[test]
fn a_suppression_of_what_is_undecided_is_no_finding() {
    let comment = "# stackseal: ignore[rds-storage-encrypted] a test";
    let sealed = |value: &str| UNSEALED.replace("false\n", &format!("{value} {comment}\n"));
    let check = |text: &str, configuration: &str| {
        let folder = Folder::new(&[("db.yaml", text), ("stackseal.yaml", configuration)]);
        folder
            .run("check --select rds-storage-encrypted,unused-suppression --format concise")
            .stdout
    };
    assert_eq!(check(&sealed("!ImportValue seal"), "{}"), "");
    assert!(check(&sealed("true"), "{}").contains("finds nothing here"));
    let entry = "ignore: [{rule: rds-storage-encrypted, reason: a test}]\n";
    assert_eq!(check(&UNSEALED.replace("false", "!ImportValue seal"), entry), "");
    assert!(check(&UNSEALED.replace("false", "true"), entry).contains("finds nothing that"));
}

#[test]
fn strict_lists_what_is_undecided_and_recommended_counts_it() {
    let text = UNSEALED.replace("StorageEncrypted: false", "StorageEncrypted: !ImportValue seal");
    let folder = Folder::new(&[("db.yaml", &text)]);
    let report = |arguments: &str| -> serde_json::Value {
        let run = folder.run(&format!("check {ONE_RULE} --format json {arguments}"));
        assert_eq!(run.status, 0, "{}", run.stderr);
        serde_json::from_str(&run.stdout).unwrap()
    };
    let recommended = report("");
    assert_eq!(recommended["summary"]["unresolved"], 1);
    assert_eq!(recommended["unresolved"], serde_json::json!([]));
    let strict = report("--profile strict");
    assert_eq!(strict["summary"]["unresolved"], 1);
    assert_eq!(strict["unresolved"][0]["rule"], "rds-storage-encrypted");
    assert_eq!(strict["unresolved"][0]["location"]["start"]["line"], 5);
    let run = folder.run(&format!("check {ONE_RULE} --profile strict --format concise"));
    assert!(run.stdout.starts_with("db.yaml:5:25: undecided: `Orders`: "), "{}", run.stdout);
}
