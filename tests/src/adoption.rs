//! Findings that are accepted: by entries of the configuration, and by a baseline.

use insta::assert_snapshot;
use serde_json::Value;

use crate::harness::{Folder, Run, UNSEALED, run};

const ID: &str = "rds-storage-encrypted";
/// One rule, and the one that speaks about suppressions.
const SELECT: &str = "select: [rds-storage-encrypted, unused-suppression]\n";

/// Two unsealed databases and the configuration `text`.
fn folder(text: &str) -> Folder {
    Folder::new(&[
        ("stackseal.yaml", &format!("{SELECT}{text}")),
        ("infra/db.yaml", UNSEALED),
        ("legacy/db.yaml", UNSEALED),
    ])
}

fn lines(run: &Run) -> Vec<String> {
    run.stdout.lines().map(str::to_owned).collect()
}

/// Runs `check` over all, and over what `arguments` name: each line of the findings.
#[track_caller]
fn check(text: &str, arguments: &str, expected: &[&str]) {
    let run = folder(text).run(&format!("check --format concise {arguments}"));
    assert_eq!(lines(&run), expected, "{}", run.stderr);
}

const INFRA: &str = "infra/db.yaml:5:25: high: `Orders` turns storage encryption off: storage, backups and snapshots are not encrypted [rds-storage-encrypted]";

fn legacy() -> String {
    INFRA.replace("infra/", "legacy/")
}

fn entry(more: &str) -> String {
    format!("ignore:\n- {{rule: {ID}, reason: gone in spring, {more}}}\n")
}

#[test]
fn an_entry_ignores_where_it_says() {
    check("", "", &[INFRA, &legacy()]);
    check(&entry("paths: [legacy/]"), "", &[INFRA]);
    check(&entry("resources: [Ord*]"), "", &[]);
    check(&entry("resources: ['AWS::RDS::DBInstance'], paths: [infra/db.yaml]"), "", &[&legacy()]);
    check(&entry(""), "", &[]);
    check(&entry("").replace(ID, "encryption"), "", &[]);
}

#[test]
fn what_an_entry_ignores_is_shown_when_asked_for() {
    let text = entry("paths: [legacy/]");
    let run = folder(&text).run("check --format json --show-suppressed");
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    let suppressed: Vec<&Value> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["suppressed"])
        .filter(|it| !it.is_null())
        .collect();
    assert_eq!(suppressed, [&serde_json::json!({"by": "config", "reason": "gone in spring"})]);
    assert_eq!(report["summary"]["suppressed"], 1);
}

#[test]
fn an_entry_holds_to_the_end_of_its_day() {
    // Tests run on 2026-06-15.
    check(&entry("until: 2026-06-15"), "", &[]);
    check(&entry("until: 2027-01-31"), "", &[]);
    let ended = " (ignored until 2026-06-14, which is past) [";
    check(
        &entry("paths: [infra/], until: 2026-06-14"),
        "",
        &[
            &INFRA.replace(" [", ended),
            &legacy(),
            "stackseal.yaml:3:10: low: the entry for `rds-storage-encrypted` ended on 2026-06-14: it ignores nothing any more [unused-suppression]",
        ],
    );
    // Another entry may still hold.
    let both = format!("{}- {{rule: {ID}, reason: x}}\n", entry("until: 2026-06-14"));
    check(
        &both,
        "",
        &[
            "stackseal.yaml:3:10: low: the entry for `rds-storage-encrypted` ended on 2026-06-14: it ignores nothing any more [unused-suppression]",
        ],
    );
}

#[test]
fn a_finding_that_is_back_shows_its_entry() {
    let text = entry("paths: [infra/], until: 2026-06-14");
    let run = folder(&text).run("check infra");
    assert_snapshot!(run.stdout);
}

#[test]
fn an_entry_that_ignores_nothing_is_told_where_it_stands() {
    let unused = "stackseal.yaml:3:10: low: `rds-storage-encrypted` finds nothing that this entry would have to ignore [unused-suppression]";
    check(&entry("resources: [Other]"), "", &[INFRA, &legacy(), unused]);
    check(&entry("paths: [gone.yaml]"), "", &[INFRA, &legacy(), unused]);
    check(&entry("paths: [infra/none.yaml]"), "infra", &[INFRA, unused]);
}

#[test]
fn a_run_over_some_files_does_not_complain_about_others() {
    // As pre-commit runs it.
    check(&entry("paths: [legacy/]"), "infra/db.yaml", &[INFRA]);
    check(&entry("paths: [legacy/db.yaml]"), "infra/db.yaml", &[INFRA]);
    check(&entry("resources: [Other]"), "infra/db.yaml", &[INFRA]);
    check(&entry("resources: [Other], until: 2026-06-14"), "infra/db.yaml", &[INFRA]);
    check(&entry("paths: [infra/none.yaml]"), "legacy", &[&legacy()]);
    // What was looked at as a whole is known.
    let unused = "stackseal.yaml:3:10: low: `rds-storage-encrypted` finds nothing that this entry would have to ignore [unused-suppression]";
    check(&entry("resources: [Other], paths: [infra/db.yaml]"), "infra/db.yaml", &[INFRA, unused]);
    // A rule that did not run says nothing.
    check(&entry("resources: [Other]").replace(ID, "secret-cmk"), "", &[INFRA, &legacy()]);
}

#[test]
fn a_mandatory_rule_is_not_silenced() {
    let comment =
        UNSEALED.replace("false", "false # stackseal: ignore[rds-storage-encrypted] test");
    let folder = folder(&format!("mandatory: [{ID}]\n"));
    folder.write("infra/db.yaml", comment.as_bytes());
    let run = folder.run("check --format concise infra");
    assert_eq!(
        lines(&run),
        [
            INFRA,
            "infra/db.yaml:5:51: low: `rds-storage-encrypted` is mandatory: this suppression is not applied [unused-suppression]"
        ]
    );
}

#[test]
fn an_entry_for_a_mandatory_rule_is_a_mistake() {
    let run = folder(&format!("{}mandatory: [encryption]\n", entry(""))).run("check");
    assert_snapshot!(run.stderr);
    assert_eq!(run.status, 2);
    // Of a group, the rest can be ignored.
    let text = format!("{}mandatory: [{ID}]\n", entry("").replace(ID, "encryption"));
    let run = folder(&text).run("check --format concise infra");
    assert_eq!(lines(&run), [INFRA]);
}

#[test]
fn a_baseline_leaves_only_what_is_new() {
    let folder = folder("");
    let run = folder.run("check --write-baseline base.json");
    assert_eq!(run.status, 0, "{}", run.stdout);
    assert_eq!(run.stderr, "2 findings written to base.json\n");
    assert_snapshot!(folder.read("base.json"));

    assert_eq!(folder.run("check --baseline base.json").status, 0);
    // Lines move, and a new database comes.
    let moved = format!("# moved\n\n{UNSEALED}");
    let new = UNSEALED.replace("Resources:\n", "").replace("Orders", "Reports");
    folder.write("infra/db.yaml", format!("{moved}{new}").as_bytes());
    let run = folder.run("check --format concise --baseline base.json");
    assert_eq!(lines(&run).len(), 1, "{}", run.stdout);
    assert!(lines(&run)[0].contains("`Reports`"), "{}", run.stdout);
    assert_eq!(run.status, 1);

    let run = folder.run("check --format json --show-suppressed --baseline base.json");
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    let by: Vec<&Value> =
        report["findings"].as_array().unwrap().iter().map(|it| &it["suppressed"]["by"]).collect();
    assert_eq!(by, [&Value::from("baseline"), &Value::Null, &Value::from("baseline")]);
}

#[test]
fn a_baseline_holds_from_every_folder_of_the_configuration() {
    let folder = folder("");
    folder.run("check --write-baseline base.json");
    let infra = folder.path().join("infra");
    for arguments in [
        ["check", "--baseline", "../base.json", "."],
        ["check", "--baseline", "../base.json", "db.yaml"],
        ["check", "--baseline", "../base.json", "../legacy"],
    ] {
        let run = run(&infra, &arguments, "");
        assert_eq!(run.status, 0, "{}", run.stdout);
    }
    assert_eq!(folder.run("check --baseline base.json ./infra ./legacy/db.yaml").status, 0);
}

#[test]
fn what_is_gone_is_counted_where_it_was_looked_for() {
    let folder = folder("");
    folder.run("check --write-baseline base.json");
    folder.write("legacy/db.yaml", UNSEALED.replace("false", "true").as_bytes());
    let run = folder.run("check -v --baseline base.json");
    assert_eq!(
        run.stdout,
        "gone since the baseline: legacy/db.yaml: rds-storage-encrypted of `Orders`\n\n\
         Nothing found: 2 files, 2 resources; 1 suppressed, 1 gone since the baseline\n"
    );
    let run = folder.run("check --baseline base.json infra");
    assert_eq!(run.stdout, "Nothing found: 1 file, 1 resource; 1 suppressed\n");
    // Written anew, it forgets.
    folder.run("check --baseline base.json --write-baseline base.json");
    assert_eq!(folder.read("base.json").matches("fingerprint").count(), 1);
}

#[test]
fn a_baseline_does_not_silence_what_is_mandatory() {
    let plain = folder("");
    plain.run("check --write-baseline base.json");
    let folder = folder(&format!("mandatory: [{ID}]\n"));
    folder.write("base.json", plain.read("base.json").as_bytes());
    let run = folder.run("check --format concise --baseline base.json infra");
    let entry = |line: u32| {
        format!(
            "base.json:{line}:5: low: `rds-storage-encrypted` is mandatory: this entry is not applied [unused-suppression]"
        )
    };
    assert_eq!(lines(&run), [INFRA, &entry(4), &entry(5)]);
    let run = folder.run("check --write-baseline new.json");
    assert_eq!(run.status, 1);
    assert_eq!(folder.read("new.json"), "{\n  \"schema\": 1,\n  \"findings\": []\n}\n");
}

#[test]
fn a_broken_baseline_is_an_error_with_its_place() {
    let folder = folder("");
    folder.write("base.json", b"{\n  \"schema\": 1,\n  \"findings\": [\n    {\"rule\": \"a\", \"file\": \"b\"},\n    {\"rule\": \"a\", \"file\": \"b\", \"fingerprint\": \"c\", \"count\": 0}\n  ]\n}\n");
    let run = folder.run("check --baseline base.json");
    assert_eq!((run.status, run.stdout.as_str()), (2, ""));
    assert_snapshot!(run.stderr);
    let run = folder.run("check --baseline none.json");
    assert_eq!(run.status, 2);
    assert_eq!(run.stderr, "error: cannot use the baseline none.json: no such file or folder\n");
}

#[test]
fn equal_findings_of_a_file_are_counted() {
    // Two documents of one file, with the same resource in each.
    let folder = folder("");
    folder.write("infra/db.yaml", format!("{UNSEALED}---\n{UNSEALED}").as_bytes());
    folder.run("check --write-baseline base.json infra");
    assert!(folder.read("base.json").contains("\"count\":2"), "{}", folder.read("base.json"));
    assert_eq!(folder.run("check --baseline base.json infra").status, 0);
    folder.write("infra/db.yaml", format!("{UNSEALED}---\n{UNSEALED}---\n{UNSEALED}").as_bytes());
    let run = folder.run("check --format concise --baseline base.json infra");
    assert_eq!(lines(&run).len(), 1, "{}", run.stdout);
}
