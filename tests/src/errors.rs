//! What cannot be read is told, makes the status 2, and costs nothing else.

use crate::harness::{Folder, ONE_RULE, UNSEALED};

/// Runs over `files` and one unsealed database: its finding is there whatever else is wrong.
#[track_caller]
fn check(files: &[(&str, &[u8])], arguments: &str, errors: &str) {
    let folder = Folder::new(&[("z/db.yaml", UNSEALED)]);
    for (name, bytes) in files {
        folder.write(name, bytes);
    }
    let run = folder.run(&format!("check {ONE_RULE} --format concise {arguments}"));
    let (found, told): (Vec<&str>, Vec<&str>) =
        run.stdout.lines().partition(|it| it.ends_with("[rds-storage-encrypted]"));
    assert_eq!(told.join("\n"), errors);
    assert_eq!((run.status, found.len()), (2, 1), "{}", run.stderr);
}

#[test]
fn a_missing_file_is_an_error() {
    check(&[], "none.yaml z", "none.yaml: error: no such file or folder");
}

#[test]
fn bytes_that_are_not_utf_8_are_an_error() {
    check(
        &[("latin.yaml", b"AWSTemplateFormatVersion: '2010-09-09'\nDescription: gr\xfcn\n")],
        "",
        "latin.yaml: error: the byte at line 2, column 16 is not UTF-8, save the file as UTF-8",
    );
}

#[test]
fn utf_16_is_named() {
    let text: Vec<u8> =
        "\u{feff}AWSTemplateFormatVersion: x\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    check(
        &[("wide.yaml", &text)],
        "",
        "wide.yaml: error: the file is encoded as UTF-16 (little endian), save it as UTF-8",
    );
}

#[test]
fn text_that_does_not_parse_is_an_error_with_its_place() {
    let folder = Folder::new(&[
        ("broken.yaml", "Resources:\n  A: [AWS::S3::Bucket\n"),
        ("db.yaml", UNSEALED),
    ]);
    let run = folder.run(&format!("check {ONE_RULE} --format concise"));
    let error = run.stdout.lines().find(|it| it.starts_with("broken.yaml:")).unwrap();
    assert!(error.contains(": error: not valid YAML: "), "{error}");
    assert_eq!(run.status, 2);
}

#[test]
fn a_key_that_stands_twice_is_an_error() {
    let folder = Folder::new(&[(
        "db.yaml",
        &UNSEALED.replace("      Manage", "      StorageEncrypted: true\n      Manage"),
    )]);
    let run = folder.run(&format!("check {ONE_RULE} --format concise"));
    assert_eq!(run.status, 2);
    assert!(
        run.stdout.starts_with("db.yaml:6:7: error: the key `StorageEncrypted` stands twice"),
        "{}",
        run.stdout
    );
}

#[test]
fn data_in_other_encodings_is_passed_over_unless_named() {
    let folder = Folder::new(&[("db.yaml", UNSEALED)]);
    folder.write("data.json", b"[\"gr\xfcn\"]");
    assert_eq!(folder.run(&format!("check {ONE_RULE}")).status, 1);
    let run = folder.run(&format!("check {ONE_RULE} data.json --format concise"));
    assert_eq!(run.status, 2);
    assert!(run.stdout.starts_with("data.json: error: the byte at line 1"), "{}", run.stdout);
}

#[test]
fn a_named_file_is_never_passed_over_in_silence() {
    let folder = Folder::new(&[("notes.yaml", "a: 1\n"), ("notes.txt", "hello\n")]);
    for name in ["notes.yaml", "notes.txt"] {
        let run = folder.run(&format!("check {name}"));
        assert_eq!(run.status, 0);
        assert!(run.stdout.starts_with(&format!("not judged: {name}: ")), "{}", run.stdout);
    }
    let run = folder.run("check --format json notes.yaml");
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["skipped"][0]["file"], "notes.yaml");
    assert_eq!(report["summary"]["skipped"], 1);
}

/// Runs `arguments`, which cannot be used.
#[track_caller]
fn refuse(arguments: &str, message: &str) {
    let run = Folder::new(&[("db.yaml", UNSEALED)]).run(arguments);
    assert_eq!((run.status, run.stdout.as_str(), run.stderr.as_str()), (2, "", message));
}

#[test]
fn unknown_rules_are_refused_with_the_nearest() {
    refuse(
        "check --select rds-storage-encryptd",
        "error: no rule or group is named `rds-storage-encryptd`, did you mean `rds-storage-encrypted`?\n",
    );
    refuse(
        "check --ignore secretz",
        "error: no rule or group is named `secretz`, did you mean `secrets`?\n",
    );
    refuse("check --select qqqqqqqqqqqq", "error: no rule or group is named `qqqqqqqqqqqq`\n");
    refuse(
        "explain rds-storage-encryptd",
        "error: no rule is named `rds-storage-encryptd`, did you mean `rds-storage-encrypted`?\n",
    );
    refuse("explain secrets", "error: no rule is named `secrets`\n");
}

#[test]
fn outputs_that_do_not_pair_are_refused() {
    refuse(
        "check --output report.json --format json",
        "error: `--output report.json` has no `--format` before it\n",
    );
    refuse(
        "check --stdin-filename db.yaml db.yaml",
        "error: `--stdin-filename` names standard input, which is read for the path `-` only\n",
    );
    refuse(
        "check --format json --format text",
        "error: `--format json` and `--format text` would both go to standard output: put an `--output` after one of them\n",
    );
}

#[test]
fn a_report_that_cannot_be_written_is_an_error() {
    let folder = Folder::new(&[("db.yaml", UNSEALED)]);
    let arguments = "--format json --output none/report.json --format text --output report.txt";
    let run = folder.run(&format!("check {ONE_RULE} {arguments} --format concise --quiet"));
    assert_eq!((run.status, run.stdout.lines().count()), (2, 1));
    assert!(run.stderr.starts_with("error: cannot write none/report.json: "), "{}", run.stderr);
    assert!(folder.read("report.txt").starts_with("high["));
}

#[test]
fn bad_usage_is_refused() {
    for arguments in
        ["", "chekc", "check --format xml", "check --jobs 0", "check -q -v", "check --guarded x"]
    {
        let run = Folder::new(&[]).run(arguments);
        assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{arguments}");
        assert!(!run.stderr.is_empty(), "{arguments}");
    }
}

#[test]
fn no_secret_is_printed() {
    let secret = "correct-Horse7battery";
    let text = format!(
        "Resources:\n  Orders:\n    Type: AWS::RDS::DBInstance\n    Properties:\n      StorageEncrypted: false\n      MasterUserPassword: {secret}\n      MasterUserPassword: '{secret}'\n  Flow: {{Type: AWS::RDS::DBInstance, Properties: {{MasterUserPassword: \"{secret}\", StorageEncrypted: false}}}}\n"
    );
    let folder = Folder::new(&[("db.yaml", &text)]);
    for format in ["text", "concise", "json"] {
        let run =
            folder.run(&format!("check --format {format} --profile strict --show-suppressed -v"));
        assert_eq!(run.status, 2, "{}", run.stderr);
        for printed in [&run.stdout, &run.stderr] {
            assert!(!printed.contains("correct-Horse"), "{printed}");
            assert!(!printed.contains("battery"), "{printed}");
        }
    }
}
