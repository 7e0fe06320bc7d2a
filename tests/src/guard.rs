//! Rules in the Guard language, judged right in every form a document can take, at the right places,
//! and without the faults of their interpreter.

use serde_json::Value;
use std::fmt::Write as _;

use crate::harness::{Folder, Run, process, run, words};

/// Storage of databases is sealed: two lines of Guard.
const SEALED: &str = "\
# Severity: high
let databases = Resources.*[ Type == 'AWS::RDS::DBInstance' ]

rule DATABASE_SEALED when %databases !empty {
  %databases.Properties.StorageEncrypted == true
  <<
    Violation: storage is not sealed.
    Fix: Set StorageEncrypted: true.
  >>
}
";

/// Findings and open questions of a run, one a line.
fn said(run: &Run) -> Vec<String> {
    let report: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{run:?}"));
    let list = |name: &str| report[name].as_array().unwrap().clone();
    let place = |it: &Value| {
        let start = &it["location"]["start"];
        format!("{}:{}:{}", it["file"].as_str().unwrap(), start["line"], start["column"])
    };
    let text = |it: &Value| it.as_str().unwrap_or_default().to_owned();
    let findings = list("findings").into_iter().map(|it| {
        let condition = it["condition"].as_str().map(|it| format!(", {it}")).unwrap_or_default();
        format!("{}: {}: {}{condition}", place(&it), text(&it["severity"]), text(&it["message"]))
    });
    let unresolved = list("unresolved").into_iter();
    let unresolved = unresolved.map(|it| format!("{}: open: {}", place(&it), text(&it["reason"])));
    let errors = list("errors").into_iter().map(|it| {
        let at = if it["location"].is_object() { place(&it) } else { text(&it["file"]) };
        format!("{at}: error: {}", text(&it["message"]))
    });
    findings.chain(unresolved).chain(errors).collect()
}

/// Judges `document` by `rules` alone.
#[track_caller]
fn check_by(rules: &str, document: &str, expected: &[&str]) {
    let folder = Folder::new(&[("own.guard", rules), ("t.yaml", document)]);
    let run =
        folder.run("check t.yaml --guard own.guard --select guard --profile strict --format json");
    assert_eq!(said(&run), expected, "{document}");
}

#[track_caller]
fn check(document: &str, expected: &[&str]) {
    check_by(SEALED, document, expected);
}

/// A template with one database, `above` in front of its resources.
fn database(above: &str, storage: &str) -> String {
    format!(
        "{above}Resources:\n  Db:\n    Type: AWS::RDS::DBInstance\n    Properties:\n      Engine: mysql\n{storage}"
    )
}

const BAD_AT_9: &str = "t.yaml:6:25: high: `Db`: storage is not sealed";

#[test]
fn literals_are_judged_as_written() {
    check(&database("", "      StorageEncrypted: true\n"), &[]);
    check(&database("", "      StorageEncrypted: false\n"), &[BAD_AT_9]);
    check(
        "{\"Resources\": {\"Db\": {\"Type\": \"AWS::RDS::DBInstance\",\n\"Properties\": {\"StorageEncrypted\": false}}}}",
        &["t.yaml:2:36: high: `Db`: storage is not sealed"],
    );
}

#[test]
fn what_is_missing_is_told_at_the_key_above() {
    check(&database("", ""), &["t.yaml:4:5: high: `Db`: storage is not sealed"]);
    check(
        "Resources:\n  Db:\n    Type: AWS::RDS::DBInstance\n",
        &["t.yaml:2:3: high: `Db`: storage is not sealed"],
    );
}

#[test]
fn each_branch_is_judged_at_its_own_place() {
    let above =
        "Parameters:\n  Stage: {Type: String}\nConditions:\n  IsProd: !Equals [!Ref Stage, prod]\n";
    let branch =
        |yes, no| database(above, &format!("      StorageEncrypted: !If [IsProd, {yes}, {no}]\n"));
    check(&branch("true", "true"), &[]);
    check(
        &branch("true", "false"),
        &["t.yaml:10:44: high: `Db`: storage is not sealed, unless IsProd"],
    );
    check(
        &branch("true", "!Ref AWS::NoValue"),
        &["t.yaml:8:5: high: `Db`: storage is not sealed, unless IsProd"],
    );
}

#[test]
fn a_resource_that_cannot_be_unsealed_where_it_exists_is_sealed() {
    let text = "Parameters:\n  Stage: {Type: String}\nConditions:\n  IsProd: !Equals [!Ref Stage, prod]\nResources:\n  Db:\n    Type: AWS::RDS::DBInstance\n    Condition: IsProd\n    Properties:\n      StorageEncrypted: !If [IsProd, true, false]\n";
    check(text, &[]);
    let never = text.replace("!If [IsProd, true, false]", "false");
    check(&never, &["t.yaml:10:25: high: `Db`: storage is not sealed"]);
}

#[test]
fn parameters_and_mappings_are_looked_up() {
    let parameter = |more: &str| {
        database(
            &format!("Parameters:\n  Seal: {{Type: String{more}}}\n"),
            "      StorageEncrypted: !Ref Seal\n",
        )
    };
    check(&parameter(", Default: 'true'"), &[]);
    check(&parameter(", Default: 'false'"), &["t.yaml:8:25: high: `Db`: storage is not sealed"]);
    check(&parameter(""), &["t.yaml:8:25: open: depends on parameter `Seal`"]);
    let mapping = |value: &str| {
        database(
            &format!("Mappings:\n  Seal: {{all: {{db: {value}}}}}\n"),
            "      StorageEncrypted: !FindInMap [Seal, all, db]\n",
        )
    };
    check(&mapping("true"), &[]);
    check(&mapping("false"), &["t.yaml:8:25: high: `Db`: storage is not sealed"]);
}

#[test]
fn loops_are_written_out() {
    let text = "Transform: AWS::LanguageExtensions\nResources:\n  Fn::ForEach::Dbs:\n    - Name\n    - [A, B]\n    - Db${Name}:\n        Type: AWS::RDS::DBInstance\n        Properties:\n          StorageEncrypted: false\n";
    check(
        text,
        &[
            "t.yaml:9:29: high: `DbA`: storage is not sealed",
            "t.yaml:9:29: high: `DbB`: storage is not sealed",
        ],
    );
}

#[test]
fn every_document_of_a_stream_is_judged() {
    let text =
        format!("{}---\n{}", database("", "      StorageEncrypted: true\n"), database("", ""));
    check(&text, &["t.yaml:11:5: high: `Db`: storage is not sealed"]);
}

#[test]
fn anchors_merges_and_a_byte_order_mark_are_read() {
    let text = "x: &open {StorageEncrypted: false}\nResources:\n  Db:\n    Type: AWS::RDS::DBInstance\n    Properties: *open\n";
    check(text, &["t.yaml:1:29: high: `Db`: storage is not sealed"]);
    let merged = text.replace("Properties: *open", "Properties: {<<: *open}");
    check(&merged, &["t.yaml:1:29: high: `Db`: storage is not sealed"]);
    check(&format!("\u{feff}{}", database("", "      StorageEncrypted: false\n")), &[BAD_AT_9]);
}

#[test]
fn text_in_any_script_reaches_the_rules() {
    let rules = "rule SAYS {\n  Resources.*.Properties.Note == 'é\u{1f512} \"x\"'\n}\n";
    let note = |it: &str| {
        format!("Resources:\n  A:\n    Type: A::B::C\n    Properties:\n      Note: {it}\n")
    };
    check_by(rules, &note("'é\u{1f512} \"x\"'"), &[]);
    check_by(
        rules,
        &note("\"\\x7f\\u2028\""),
        &[
            "t.yaml:5:13: medium: `A` does not satisfy `SAYS`: `Resources.*.Properties.Note EQUALS \"é\u{1f512} \"x\"\"`",
        ],
    );
}

const KEYED: &str = "\
let volumes = Resources.*[ Type == 'AWS::EC2::Volume' ]
rule KEYED when %volumes !empty {
  %volumes.Properties.KmsKeyId exists
  %volumes.Properties.KmsKeyId is_struct or
  %volumes.Properties.KmsKeyId == /^arn:/
}
";

fn volume(property: &str) -> String {
    format!(
        "Parameters:\n  P: {{Type: String}}\nResources:\n  Key:\n    Type: AWS::KMS::Key\n  V:\n    Type: AWS::EC2::Volume\n    Properties:\n      {property}\n"
    )
}

#[test]
fn a_reference_is_there_and_has_the_form_rules_look_for() {
    check_by(KEYED, &volume("KmsKeyId: !GetAtt Key.Arn"), &[]);
    check_by(KEYED, &volume("KmsKeyId: !Ref P"), &[]);
    check_by(KEYED, &volume("KmsKeyId: arn:aws:kms:x"), &[]);
    check_by(
        KEYED,
        &volume("KmsKeyId: alias/x"),
        &[
            "t.yaml:9:17: medium: `V` does not satisfy `KEYED`: `%volumes[*].Properties.KmsKeyId IS MAP`",
        ],
    );
    let by_form = "rule OWN_KEY {\n  Resources.V.Properties.KmsKeyId.'Fn::GetAtt' exists\n}\n";
    check_by(by_form, &volume("KmsKeyId: !GetAtt Key.Arn"), &[]);
    check_by(
        by_form,
        &volume("KmsKeyId: !Ref Key"),
        &["t.yaml:9:7: medium: `V` does not satisfy `OWN_KEY`: `Fn::GetAtt` is missing"],
    );
}

/// A comparison with what is not known is open, however it is phrased.
#[test]
fn what_hangs_on_an_unknown_value_is_open() {
    let open: &[&str] = &["t.yaml:9:17: open: depends on parameter `P`"];
    let rules = |clause: &str| {
        format!(
            "let v = Resources.*[ Type == 'AWS::EC2::Volume' ]\nrule R when %v !empty {{\n  {clause}\n}}\n"
        )
    };
    for clause in [
        "%v.Properties.KmsKeyId == 'a'",
        "%v.Properties.KmsKeyId != 'a'",
        "%v.Properties.KmsKeyId == /a/",
        "%v.Properties.KmsKeyId not in ['a', 'b']",
        "%v.Properties.KmsKeyId in ['a', 'b']",
        "some %v.Properties.KmsKeyId == 'a'",
        "%v.Properties.KmsKeyId == 'a' or\n  %v.Properties.KmsKeyId == 'b'",
        "%v.Properties.KmsKeyId is_string",
        "%v { Properties.KmsKeyId == 'a' }",
        "when %v.Properties.KmsKeyId == 'a' {\n    %v.Properties.Size exists\n  }",
        "%v[ Properties.KmsKeyId == 'a' ].Properties.Size exists",
        "%v[ Properties.KmsKeyId not in ['a'] ].Properties.Size exists",
        "%v.Properties == { KmsKeyId: 'a' }",
    ] {
        check_by(&rules(clause), &volume("KmsKeyId: !Ref P"), open);
    }
    let decided = rules("%v.Properties.Size exists\n  %v.Properties.KmsKeyId == 'a'");
    check_by(
        &decided,
        &volume("KmsKeyId: !Ref P"),
        &["t.yaml:8:5: medium: `V` does not satisfy `R`: `Size` is missing"],
    );
}

#[test]
fn what_a_filter_leaves_open_is_open_for_all_rules_that_use_it() {
    let rules = "let v = Resources.*[ Properties.KmsKeyId == 'a' ]\nrule A when %v !empty {\n  %v.Properties.Size exists\n}\nrule B when %v !empty {\n  %v.Properties.Iops exists\n}\n";
    let open = "t.yaml:9:17: open: depends on parameter `P`";
    check_by(rules, &volume("KmsKeyId: !Ref P"), &[open, open]);
}

#[test]
fn a_rule_may_depend_on_another() {
    let rules = "rule A {\n  Resources.V.Properties.Size exists\n}\nrule B {\n  A <<Violation: B needs A>>\n}\n";
    check_by(
        rules,
        &volume("KmsKeyId: a"),
        &[
            "t.yaml:8:5: medium: `V` does not satisfy `A`: `Size` is missing",
            "t.yaml:8:5: medium: `V`: B needs A",
        ],
    );
}

#[test]
fn a_rule_with_parameters_speaks_in_the_words_of_its_caller() {
    let rules = "rule has_size(p) {\n  %p.Size exists\n}\nrule SIZED {\n  has_size(Resources.V.Properties)\n    <<\n    [CT.1]: Require a size.\n    [FIX]: Add it.\n    >>\n}\n";
    check_by(rules, &volume("KmsKeyId: a"), &["t.yaml:8:5: medium: `V`: [CT.1]: Require a size"]);
}

#[test]
fn what_must_be_there_and_is_not_is_told_of_the_template() {
    let rules = "let trails = Resources.*[ Type == 'AWS::CloudTrail::Trail' ]\nrule TRAIL {\n  %trails !empty <<Violation: no trail>>\n}\n";
    check_by(rules, &volume("KmsKeyId: a"), &["t.yaml:3:1: medium: no trail"]);
}

#[test]
fn clauses_outside_of_rules_are_a_rule_too() {
    let folder = Folder::new(&[
        ("own.guard", "Resources.V.Properties.Size exists\n"),
        ("t.yaml", &volume("KmsKeyId: a")),
    ]);
    let run = folder.run("check t.yaml --guard own.guard --select guard --format concise");
    assert!(run.stdout.contains("[own/default]"), "{run:?}");
}

#[test]
fn manifests_and_named_documents_are_judged() {
    let rules = "rule PRIVATE when kind == 'Pod' {\n  spec.hostNetwork not exists <<Violation: the pod is on the network of its host>>\n}\nrule PORT when port exists {\n  port > 1023\n}\n";
    let folder = Folder::new(&[
        ("own.guard", rules),
        (
            "pod.yaml",
            "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  hostNetwork: true\n",
        ),
        ("app.yaml", "port: 80\n"),
    ]);
    let run = folder.run("check pod.yaml app.yaml --guard own.guard --select guard --format json");
    assert_eq!(
        said(&run),
        [
            "app.yaml:1:7: medium: `PORT` does not hold: `port GREATER THAN 1023`",
            "pod.yaml:5:16: medium: the pod is on the network of its host",
        ]
    );
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["findings"][1]["resource"]["id"], "web");
    assert_eq!(report["summary"]["files"], 2);
}

#[test]
fn suppressions_silence_and_are_missed() {
    let silenced = database(
        "",
        "      # stackseal: ignore[DATABASE_SEALED] a copy of public data\n      StorageEncrypted: false\n",
    );
    check(&silenced, &[]);
    let metadata = database(
        "",
        "      StorageEncrypted: false\n    Metadata: {stackseal: {ignore: {DATABASE_SEALED: a copy}}}\n",
    );
    check(&metadata, &[]);
    let folder = Folder::new(&[
        ("own.guard", SEALED),
        ("t.yaml", &silenced.replace("Encrypted: false", "Encrypted: true")),
    ]);
    let run = folder.run(
        "check t.yaml --guard own.guard --select DATABASE_SEALED,unused-suppression --format json",
    );
    assert_eq!(
        said(&run),
        ["t.yaml:6:27: low: `DATABASE_SEALED` finds nothing here that would have to be suppressed"]
    );
    // Without the rules nobody knows of them.
    let run = folder.run("check t.yaml --format json --select unused-suppression");
    assert_eq!(said(&run), ["t.yaml:6:27: low: no rule is named `DATABASE_SEALED`"]);
}

#[test]
fn guard_rules_are_selected_like_others() {
    let folder = Folder::new(&[("own.guard", SEALED), ("t.yaml", &database("", ""))]);
    let run = folder.run("check t.yaml --guard own.guard --ignore guard --select DATABASE_SEALED");
    assert_eq!(run.status, 0, "{run:?}");
    let run = folder.run("check t.yaml --guard own.guard --select DATABASE_SEALD");
    assert!(run.stderr.contains("did you mean `DATABASE_SEALED`?"), "{run:?}");
    let run = folder.run("check t.yaml --guard own.guard --format concise");
    assert!(
        run.stdout.contains("[DATABASE_SEALED]") && run.stdout.contains("[rds-storage-encrypted]")
    );
    assert_eq!(run.status, 1);
}

#[test]
fn other_reports_know_the_rules() {
    let folder = Folder::new(&[("own.guard", SEALED), ("t.yaml", &database("", ""))]);
    let run = folder.run("check t.yaml --guard own.guard --select guard --format sarif");
    let sarif: Value = serde_json::from_str(&run.stdout).unwrap();
    let driver = &sarif["runs"][0]["tool"]["driver"];
    assert_eq!(driver["rules"][0]["id"], "DATABASE_SEALED");
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "DATABASE_SEALED");
    let run = folder.run("check t.yaml --guard own.guard --select guard --format junit");
    assert!(run.stdout.contains("DATABASE_SEALED"), "{run:?}");
}

// What follows keeps the faults of the interpreter from users.

/// The expected finding is there whatever else is wrong.
#[track_caller]
fn check_fault(rules: &str, error: &str) {
    let folder = Folder::new(&[
        ("a.guard", rules),
        ("b.guard", SEALED),
        ("t.yaml", &database("", "      StorageEncrypted: false\n")),
    ]);
    let run = folder.run("check t.yaml --guard . --select guard --format json");
    assert_eq!(said(&run), [BAD_AT_9, error]);
    assert_eq!(run.status, 2);
}

#[test]
fn broken_rules_are_an_error_with_its_place() {
    check_fault(
        "rule A {\n  Resources exists\n  Foo =\n}\n",
        "a.guard:3:7: error: the rules cannot be read from here on: each clause ends with its line, and a rule reads `rule NAME when CONDITION { … }`",
    );
}

#[test]
fn a_file_without_rules_is_an_error() {
    check_fault("# later\n", "a.guard:1:1: error: the file holds no rule: write `rule NAME { … }`");
    check_fault("", "a.guard:1:1: error: the file holds no rule: write `rule NAME { … }`");
}

#[test]
fn rules_that_would_never_end_are_an_error() {
    check_fault(
        "rule A {\n  B\n}\nrule B {\n  A\n}\n",
        "a.guard:1:1: error: `A` leads back to itself: evaluating it would never end",
    );
    check_fault(
        "let a = %b\nlet b = %a\nrule A {\n  %a exists\n}\n",
        "a.guard:1:1: error: `a` leads back to itself: evaluating it would never end",
    );
}

#[test]
fn a_variable_that_does_not_exist_is_an_error() {
    check_fault(
        "rule A {\n  %nope exists\n}\n",
        "a.guard: error: the rules cannot be evaluated: Could not resolve variable by name nope across scopes (judging `t.yaml`)",
    );
}

/// A literal on the left is more than its reporters bear: they panic.
#[test]
fn a_panic_of_the_interpreter_costs_nothing() {
    let rules = "let allowed = ['a']\nrule A {\n  %allowed == 'b' <<Violation: never allowed>>\n}\nrule B {\n  Resources.V.Properties.Size exists\n}\n";
    check_by(
        rules,
        &volume("KmsKeyId: a"),
        &[
            "t.yaml:3:1: medium: never allowed",
            "t.yaml:8:5: medium: `V` does not satisfy `B`: `Size` is missing",
        ],
    );
    // The process itself keeps quiet about it.
    let folder = Folder::new(&[("own.guard", rules), ("t.yaml", &volume("KmsKeyId: a"))]);
    let run = process(folder.path())
        .args(["check", "t.yaml", "--guard", "own.guard", "--select", "guard"])
        .output()
        .unwrap();
    assert_eq!(run.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&run.stderr), "");
}

#[test]
fn the_configuration_names_rules_and_knows_them() {
    let folder = Folder::new(&[
        ("policy/own.guard", SEALED),
        (
            "stackseal.yaml",
            "guard: [policy]\nselect: [guard]\nrules:\n  DATABASE_SEALED: {severity: low}\n",
        ),
        ("below/t.yaml", &database("", "      StorageEncrypted: false\n")),
    ]);
    let low = BAD_AT_9.replace("high", "low");
    let run = folder.run("check below/t.yaml --format json");
    assert_eq!(said(&run), [low.replace("t.yaml", "below/t.yaml")]);
    let run = run_in(&folder, "below", "check t.yaml --format json");
    assert_eq!(said(&run), [low]);
    let run = folder.run("rules --format json");
    assert!(run.stdout.contains("DATABASE_SEALED"), "{run:?}");
}

/// Of the pack, and whatever the configuration or the command line brings along.
#[test]
fn a_rule_of_their_own_is_explained() {
    let folder = Folder::new(&[("own/own.guard", SEALED)]);
    let explained = folder.run("explain DATABASE_SEALED --guard own");
    assert_eq!(explained.status, 0, "{}", explained.stderr);
    insta::assert_snapshot!(explained.stdout);
    assert_eq!(folder.run("explain DATABASE_SEALED").status, 2);
    let misspelt = folder.run("explain DATABASE_SEALD --guard own");
    assert_eq!(misspelt.status, 2);
    assert!(misspelt.stderr.contains("did you mean `DATABASE_SEALED`?"), "{}", misspelt.stderr);
    let configured =
        Folder::new(&[("own/own.guard", SEALED), ("stackseal.yaml", "guard: [own]\n")]);
    assert_eq!(configured.run("explain DATABASE_SEALED").stdout, explained.stdout);
    assert!(configured.run("rules").stdout.contains("DATABASE_SEALED"));
    assert!(folder.run("rules --guard own").stdout.contains("DATABASE_SEALED"));
    // What is wrong with a configuration is no matter for a rule of the pack.
    let broken = Folder::new(&[("stackseal.yaml", "nonsense: 1\n")]);
    assert_eq!(broken.run("explain kms-key-rotation").status, 0);
    assert_eq!(broken.run("explain DATABASE_SEALED").status, 2);
}

fn run_in(folder: &Folder, below: &str, arguments: &str) -> Run {
    run(&folder.path().join(below), &words(arguments), "")
}

#[test]
fn broken_rules_are_told_without_a_document() {
    let folder = Folder::new(&[("a.guard", "rule A {\n"), ("notes.txt", "")]);
    let run = folder.run("check . --guard a.guard --format json");
    assert_eq!(said(&run).len(), 1, "{run:?}");
    assert_eq!(run.status, 2);
}

#[test]
fn rules_that_are_not_there_are_an_error() {
    let folder = Folder::new(&[("t.yaml", &database("", "")), ("empty/x.txt", "")]);
    let run =
        folder.run("check t.yaml --guard none.guard --guard empty --select guard --format json");
    assert_eq!(
        said(&run),
        [
            "empty: error: the folder holds no rules: files that end with .guard or .ruleset",
            "none.guard: error: no such file or folder",
        ]
    );
}

#[test]
fn a_comment_only_document_harms_nobody() {
    check(
        &format!("# nothing\n---\n{}", database("", "      StorageEncrypted: false\n")),
        &["t.yaml:8:25: high: `Db`: storage is not sealed"],
    );
}

/// Its verbose answer is cut at 8 KiB in one mode: much of what it says is longer.
#[test]
fn long_answers_are_whole() {
    let mut text = "Resources:\n".to_owned();
    for index in 0..200 {
        let _ = write!(
            text,
            "  Db{index:03}:\n    Type: AWS::RDS::DBInstance\n    Properties: {{Engine: mysql}}\n"
        );
    }
    let folder = Folder::new(&[("own.guard", SEALED), ("t.yaml", &text)]);
    let run = folder.run("check t.yaml --guard own.guard --select guard --format json");
    assert_eq!(said(&run).len(), 200);
}

#[test]
fn the_order_is_the_same_every_time_and_by_place() {
    let rules = "rule B {\n  Resources.*.Properties.X exists\n}\nrule A {\n  Resources.*.Properties.X exists\n  Resources.*.Properties.Y in ['a', 'b']\n}\n";
    let mut text = "Resources:\n".to_owned();
    for index in 0..20 {
        let _ = write!(text, "  R{index:02}:\n    Type: A::B::C\n    Properties: {{Y: c}}\n");
    }
    let folder = Folder::new(&[("own.guard", rules), ("t.yaml", &text), ("u.yaml", &text)]);
    let arguments = "check t.yaml u.yaml --guard own.guard --select guard --format concise";
    let first = folder.run(arguments).stdout;
    assert_eq!(first.lines().filter(|it| it.starts_with("t.yaml")).count(), 60);
    assert!((0..5).all(|_| folder.run(arguments).stdout == first));
    assert!((0..3).all(|_| folder.run(&format!("{arguments} --jobs 1")).stdout == first));
}

/// A value of a template never shows, not even in an error of the interpreter.
#[test]
fn values_of_documents_stay_inside() {
    let rules = "let n = parse_int(Resources.Db.Properties.MasterUserPassword)\nrule A {\n  %n > 3\n}\nrule B {\n  Resources.Db.Properties.MasterUserPassword == 'other'\n  Resources.Db.Properties.MasterUserPassword empty\n}\nrule C when %n > 3 {\n  Resources exists\n}\n";
    let folder = Folder::new(&[
        ("own.guard", rules),
        ("t.yaml", &database("", "      MasterUserPassword: hunter2secret\n")),
    ]);
    let run = folder.run("check t.yaml --guard own.guard --select guard --format json");
    assert!(
        !run.stdout.contains("hunter2secret") && !run.stderr.contains("hunter2secret"),
        "{run:?}"
    );
    assert_ne!(run.status, 0);
}

const TESTS: &str = "\
- name: sealed
  input:
    Resources: &all
      Db: {Type: AWS::RDS::DBInstance, Properties: {StorageEncrypted: true}}
  expectations:
    rules:
      DATABASE_SEALED: PASS
- name: by parameter
  input:
    Parameters: {Seal: {Type: String, Default: 'true'}}
    Resources:
      Db: {Type: AWS::RDS::DBInstance, Properties: {StorageEncrypted: !Ref Seal}}
  expectations:
    rules:
      DATABASE_SEALED: PASS
- name: empty
  input: {}
  expectations:
    rules:
      DATABASE_SEALED: SKIP
- name: open
  input:
    Resources:
      Db: {Type: AWS::RDS::DBInstance}
  expectations:
    rules:
      DATABASE_SEALED: FAIL
";

#[test]
fn unit_tests_of_rules_run() {
    let folder = Folder::new(&[
        ("rules/sealed.guard", SEALED),
        ("rules/tests/sealed_tests.yaml", TESTS),
        ("rules/other.guard", "rule X {\n  Y exists\n}\n"),
    ]);
    let run = folder.run("guard test rules");
    assert_eq!(run.stdout, "4 cases: 4 of 4 expectations met, 1 file without tests\n");
    assert_eq!(run.status, 0);
    folder.write(
        "rules/tests/sealed_tests.yaml",
        TESTS
            .replace("FAIL", "PASS")
            .replace("DATABASE_SEALED: SKIP", "DATABASE_SEAL: SKIP")
            .as_bytes(),
    );
    let run = folder.run("guard test rules/sealed.guard");
    assert_eq!(
        run.stdout,
        "rules/tests/sealed_tests.yaml:20:7: failed: `rules/sealed.guard` has no rule `DATABASE_SEAL`, expected SKIP in case `empty`\n\
         rules/tests/sealed_tests.yaml:27:7: failed: `DATABASE_SEALED` is FAIL in case `open`, expected PASS\n\
         4 cases: 2 of 4 expectations met\n"
    );
    assert_eq!(run.status, 1);
}

#[test]
fn unit_tests_that_cannot_be_read_are_errors() {
    let folder = Folder::new(&[
        ("sealed.guard", SEALED),
        ("tests/sealed.yaml", "- name: x\n  input: {}\n"),
        ("bad.guard", "rule A {\n"),
        ("tests/bad.yaml", "- {input: {}, expectations: {rules: {A: PASS}}}\n"),
    ]);
    let run = folder.run("guard test .");
    assert!(
        run.stdout.contains(
            "tests/sealed.yaml:1:3: error: the case has no `expectations: { rules: … }`\n"
        ),
        "{run:?}"
    );
    assert!(
        run.stdout.contains("bad.guard:1:9: error: the rules cannot be read from here on"),
        "{run:?}"
    );
    assert_eq!(run.status, 2);
    let run = Folder::new(&[("x.guard", SEALED)]).run("guard test");
    assert_eq!(
        (run.stdout.as_str(), run.status),
        ("0 cases: 0 of 0 expectations met, 1 file without tests\n", 2)
    );
}
