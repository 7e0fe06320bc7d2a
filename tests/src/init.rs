//! `stackseal init`, and that the pages about it are true.

use std::collections::BTreeSet;
use std::fs;
use std::sync::Arc;

use insta::assert_snapshot;
use stackseal_engine::configuration::{Key, read};
use stackseal_engine::{OptionKind, RuleOption};
use stackseal_rules::PACK;
use stackseal_syntax::{FileId, Limits, Source};

use crate::harness::{Folder, UNSEALED, entries, repository, updates_expectations};

const SCHEMA: &str = "docs/schema/stackseal.schema.json";

#[test]
fn a_configuration_is_written_once() {
    let folder = Folder::new(&[("db.yaml", UNSEALED)]);
    let run = folder.run("init");
    assert_eq!(
        (run.status, run.stdout.as_str(), run.stderr.as_str()),
        (0, "", "wrote stackseal.yaml\n")
    );
    assert_snapshot!(folder.read("stackseal.yaml"));
    assert_eq!(folder.run("check --select rds-storage-encrypted").status, 1);

    folder.write("stackseal.yaml", b"profile: strict\n");
    let run = folder.run("init");
    assert_eq!(run.status, 2);
    assert_eq!(
        run.stderr,
        "error: stackseal.yaml is there already: nothing was written, `--force` replaces it\n"
    );
    assert_eq!(folder.read("stackseal.yaml"), "profile: strict\n");
    assert_eq!(folder.run("init --force").status, 0);
    assert!(folder.read("stackseal.yaml").starts_with("# yaml-language-server"));
    let names: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
}

#[test]
fn a_configuration_of_another_name_counts_as_one() {
    let folder = Folder::new(&[("stackseal.json", "{}")]);
    let run = folder.run("init");
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("stackseal.json is there already"), "{}", run.stderr);
}

/// The same files are held against the schema by `cargo xtask test configuration`.
#[test]
fn the_reader_agrees_with_the_schema() {
    for (kind, is_good) in [("good", true), ("bad", false)] {
        for path in entries(&repository().join("fixtures/configuration").join(kind)) {
            let text = fs::read_to_string(&path).unwrap();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let source = Arc::new(Source { id: FileId(0), path: name.clone(), text });
            let (_, mistakes) = read(&source, &PACK, &Limits::default());
            assert_eq!(mistakes.is_empty(), is_good, "{name}: {mistakes:?}");
        }
    }
}

/// What the schema cannot know, the reader does: which rules there are in the Guard language.
#[test]
fn the_schema_lets_rules_of_their_own_be_named() {
    let guard = "Resources.*.Type exists\n\nrule DATABASE_SEALED { Resources exists }\n\nrule keys_rotate { Resources exists }\n";
    let folder = repository().join("fixtures/configuration/own-rules");
    for path in entries(&folder) {
        let text = fs::read_to_string(&path).unwrap();
        let named = Folder::new(&[("stackseal.yaml", &text), ("own.guard", guard)]).run("rules");
        assert_eq!(named.status, 0, "{}: {}", path.display(), named.stderr);
        let unnamed = Folder::new(&[
            ("stackseal.yaml", &text),
            ("own.guard", "rule other { Resources exists }\n"),
        ]);
        let unnamed = unnamed.run("rules");
        assert_eq!(unnamed.status, 2);
        assert!(unnamed.stderr.contains("`DATABASE_SEALED`"), "{}", unnamed.stderr);
    }
}

#[test]
fn snippets_are_printed() {
    let run = Folder::new(&[]).run("init --pre-commit --buildspec");
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert_snapshot!(run.stdout.replace(env!("CARGO_PKG_VERSION"), "<version>"));
    let hooks = fs::read_to_string(repository().join(".pre-commit-hooks.yaml")).unwrap();
    assert!(hooks.contains("- id: stackseal\n"));
}

#[test]
fn the_schema_that_is_shipped_is_the_one_that_is_printed() {
    let run = Folder::new(&[]).run("init --schema");
    assert_eq!(run.status, 0);
    let path = repository().join(SCHEMA);
    if updates_expectations() {
        fs::write(&path, &run.stdout).unwrap();
    }
    let shipped = fs::read_to_string(path).unwrap();
    assert!(shipped == run.stdout, "{SCHEMA} is old: set UPDATE_EXPECT=1");
}

#[test]
fn suppressions_of_other_tools_are_taken_over() {
    let template = "\
Metadata:
  checkov: {skip: [{id: CKV_AWS_7, comment: keys rotate elsewhere}]}
Resources:
  Orders:
    Type: AWS::RDS::DBInstance
    Metadata:
      cfn_nag:
        rules_to_suppress:
        - {id: F27, reason: \"holds the world's public data\"}
        - {id: W9999, reason: x}
      checkov: {skip: [{id: CKV_AWS_16, comment: twice}, {id: CKV_AWS_18}]}
      guard: {SuppressedRules: [RDS_STORAGE_ENCRYPTED, OWN_RULE]}
    Properties: {StorageEncrypted: false}
  Volume:
    Type: AWS::EC2::Volume
    Metadata: {guard: {SuppressedRules: [ENCRYPTED_VOLUMES]}}
    Properties: {Encrypted: false}
  Key:
    # checkov:skip=CKV_AWS_7:rotated by hand: twice a year
    Type: AWS::KMS::Key #checkov:skip=CKV_AWS_9999
    Properties: {Description: 'not a comment: checkov:skip=CKV_AWS_33'}
  # checkov:skip=CKV_AWS_33
";
    let folder = Folder::new(&[("infra/a [b].yaml", template), ("infra/other.yaml", UNSEALED)]);
    let run = folder.run("init --import infra");
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert_snapshot!(run.stdout);
    let text = folder.read("stackseal.yaml");
    let block: Vec<&str> =
        text.lines().skip_while(|it| *it != "ignore:").take_while(|it| !it.is_empty()).collect();
    assert_snapshot!(block.join("\n"));

    let run = folder.run(
        "check --select rds-storage-encrypted,ebs-encrypted,unused-suppression --format concise",
    );
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(lines.len(), 1, "{}", run.stdout);
    assert!(lines[0].starts_with("infra/other.yaml:"), "{}", run.stdout);
    // What is there already is listed all the same.
    let run = folder.run("init --import");
    assert_eq!(run.status, 2);
    assert!(run.stdout.contains("cfn_nag F27: rds-storage-encrypted"), "{}", run.stdout);
}

/// The fenced blocks of `language` on a page.
fn blocks(page: &str, language: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(found) = line.strip_prefix("```") {
            let block: Vec<&str> = lines.by_ref().take_while(|it| *it != "```").collect();
            if found == language {
                blocks.push(block.join("\n") + "\n");
            }
        }
    }
    blocks
}

#[track_caller]
fn page(name: &str) -> String {
    fs::read_to_string(repository().join("docs").join(name)).unwrap()
}

#[test]
fn configurations_on_the_pages_are_good() {
    for name in ["configuration.md", "adoption.md"] {
        let examples = blocks(&page(name), "yaml");
        assert!(!examples.is_empty(), "{name}");
        for text in examples {
            let path = "stackseal.yaml".to_owned();
            let source = Arc::new(Source { id: FileId(0), path, text: text.clone() });
            let (_, mistakes) = read(&source, &PACK, &Limits::default());
            assert!(mistakes.is_empty(), "{name}: {}\n{text}", mistakes[0]);
        }
    }
}

#[test]
fn every_key_and_every_option_has_its_place_on_the_page() {
    let text = page("configuration.md");
    for key in Key::ALL {
        assert!(text.contains(&format!("\n## `{}`\n", key.as_str())), "{}", key.as_str());
    }
    assert_eq!(options_of(&text), table(), "set UPDATE_EXPECT=1");
}

const HEAD: &str = "| option | rules | takes |\n|---|---|---|\n";

/// The table of options on the page; written anew if asked for.
fn options_of(page: &str) -> String {
    let (before, rest) = page.split_once(HEAD).unwrap();
    let (rows, after) = rest.split_once("\n\n").unwrap();
    if updates_expectations() {
        let text = format!("{before}{HEAD}{}\n{after}", table());
        fs::write(repository().join("docs/configuration.md"), text).unwrap();
        return table();
    }
    format!("{rows}\n")
}

fn table() -> String {
    let mut rows: BTreeSet<String> = BTreeSet::new();
    for rule in PACK.rules {
        for option in rule.options {
            let rules: Vec<String> = PACK
                .rules
                .iter()
                .filter(|it| it.options.iter().any(|it| is_same(*it, *option)))
                .map(|it| format!("`{}`", it.id))
                .collect();
            let takes = match option.kind() {
                OptionKind::Word { words, default } => {
                    let words: Vec<String> =
                        words
                            .iter()
                            .map(|it| {
                                if *it == default {
                                    format!("**`{it}`**")
                                } else {
                                    format!("`{it}`")
                                }
                            })
                            .collect();
                    words.join(", ")
                }
                OptionKind::Names => "names".to_owned(),
                OptionKind::Number { min, max, default } => {
                    format!("{min} to {max}; **{default}**")
                }
            };
            rows.insert(format!("| `{}` | {} | {takes} |\n", option.name(), rules.join(", ")));
        }
    }
    rows.into_iter().collect()
}

fn is_same(a: &dyn RuleOption, b: &dyn RuleOption) -> bool {
    (a.name(), a.doc()) == (b.name(), b.doc())
}
