//! Public rules, unmodified, on every fixture in which nothing has to be resolved: the verdicts are
//! those of `cfn-guard` itself, rule by rule and document by document.
//!
//! The rules come from packages, which `cargo xtask test guard-rules` installs: those of AWS Control
//! Tower, a part of AWS's registry, and what the interpreter is tested with.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{env, fs};

use cfn_guard::commands::Executable as _;
use cfn_guard::commands::validate::{OutputFormatType, ShowSummaryType};
use cfn_guard::utils::reader::{ReadBuffer, Reader};
use cfn_guard::utils::writer::{WriteBuffer, Writer};
use cfn_guard::{CommandBuilder as _, ValidateBuilder};
use rayon::prelude::*;
use serde_json::{Deserializer, Value, json};
use stackseal_engine::{Configuration, Input, InputFile, Pack, Profile, Settings, check};
use stackseal_guard::{GuardRules, RulesFile, TestVerdict, read_cases, run_cases};
use stackseal_syntax::{FileId, Limits, Source, parse};

/// What has to be resolved is judged by what comes out, and so by rights otherwise than by
/// `cfn-guard`; and it reads neither anchors nor a second document.
const RESOLVED: &[&str] = &[
    "- !",
    ": !",
    "Fn::",
    "Ref",
    "Condition\"",
    "Condition:",
    "Transform",
    "{{",
    ": *",
    ": &",
    "\n---",
];

/// A file, and what it holds.
struct Text {
    path: String,
    text: String,
}

/// The files below `folder` that have one of these endings, in order.
fn texts(folder: &Path, endings: &[&str]) -> Vec<Text> {
    let mut found = Vec::new();
    let entries = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path());
    let entries: BTreeSet<PathBuf> = entries.collect();
    for path in entries {
        let ending = path.extension().and_then(|it| it.to_str()).unwrap_or_default();
        if path.is_dir() {
            found.extend(texts(&path, endings));
        } else if endings.contains(&ending)
            && let Ok(text) = fs::read_to_string(&path)
        {
            found.push(Text { path: path.display().to_string(), text });
        }
    }
    found
}

/// The folder that the step of `cargo xtask test` names by `variable`.
fn folder(variable: &str) -> PathBuf {
    env::var_os(variable)
        .unwrap_or_else(|| panic!("{variable} is not set: run `cargo xtask test guard-rules`"))
        .into()
}

type Verdicts = BTreeMap<String, TestVerdict>;

/// The verdicts of `cfn-guard` on each of `documents`; none where it gives up.
fn reference(rules: &str, documents: &[&str]) -> Option<Vec<Verdicts>> {
    let payload = json!({ "rules": [rules], "data": documents }).to_string();
    let called = catch_unwind(AssertUnwindSafe(|| {
        let command = ValidateBuilder::default()
            .payload(true)
            .print_json(true)
            .output_format(OutputFormatType::JSON)
            .show_summary(vec![ShowSummaryType::None])
            .try_build()
            .unwrap();
        let mut reader = Reader::new(ReadBuffer::Cursor(Cursor::new(payload.into_bytes())));
        let (out, err) = (WriteBuffer::Vec(Vec::new()), WriteBuffer::Vec(Vec::new()));
        let mut writer = Writer::new_with_err(out, err).unwrap();
        let status = command.execute(&mut writer, &mut reader).ok()?;
        // Compliant, or not; anything else could not be read.
        [0, 19].contains(&status).then(|| writer.into_string().unwrap())
    }));
    let printed = called.ok()??;
    let records = Deserializer::from_str(&printed).into_iter::<Value>().map(Result::unwrap);
    let records = records.filter(|it| it.get("container").is_some());
    let verdicts: Vec<Verdicts> = records.map(|it| verdicts_in(&it)).collect();
    (verdicts.len() == documents.len()).then_some(verdicts)
}

/// The worst verdict of each rule that has a name.
fn verdicts_in(record: &Value) -> Verdicts {
    let mut verdicts = Verdicts::new();
    for child in record["children"].as_array().unwrap() {
        let rule = &child["container"]["RuleCheck"];
        let Some(name) = rule["name"].as_str().filter(|it| !it.ends_with("/default")) else {
            continue;
        };
        let verdict = match rule["status"].as_str().unwrap() {
            "PASS" => TestVerdict::Pass,
            "FAIL" => TestVerdict::Fail,
            _ => TestVerdict::Skip,
        };
        let known = verdicts.entry(name.to_owned()).or_insert(verdict);
        *known = verdict.max(*known);
    }
    verdicts
}

/// A file of unit tests that expects `verdicts` of `documents`.
fn unit_tests(documents: &[Text], verdicts: &[Verdicts]) -> String {
    let mut tests = String::new();
    for (document, verdicts) in documents.iter().zip(verdicts) {
        tests.push_str("- input:\n");
        for line in document.text.lines() {
            let _ = writeln!(tests, "    {line}");
        }
        tests.push_str("  expectations:\n    rules:\n");
        for (rule, verdict) in verdicts {
            let _ = writeln!(tests, "      {rule}: {verdict}");
        }
    }
    tests
}

/// The rules of `rules` with findings, each with its document.
fn found(rules: RulesFile, documents: &[Text]) -> BTreeSet<(String, String)> {
    let pack = GuardRules::beside(&Pack { rules: &[], language: None }, vec![rules]);
    let configuration =
        Configuration { profile: Some(Profile::Strict), ..Configuration::default() };
    let settings = Settings::of(&configuration);
    let files = documents.iter().zip(0..).map(|(it, id)| {
        let source = Source { id: FileId(id), path: it.path.clone(), text: it.text.clone() };
        InputFile { source: Arc::new(source), is_named: true }
    });
    let input = Input { files: files.collect(), ..Input::default() };
    let outcome = check(input, &pack, &settings, &|_| ()).unwrap();
    assert!(outcome.errors.is_empty(), "{:?}", outcome.errors);
    let place = |file| outcome.source(file).unwrap().path.clone();
    let findings = outcome.findings.iter();
    findings.map(|it| (place(it.span.file), it.rule.id.as_str().to_owned())).collect()
}

/// What differs from `cfn-guard` where `file` judges `documents`, and how many verdicts were compared.
fn compare(file: &Text, documents: &[Text]) -> (usize, Vec<String>) {
    let inputs: Vec<&str> = documents.iter().map(|it| it.text.as_str()).collect();
    // Examples of what does not parse, or makes it panic.
    let Some(expected) = reference(&file.text, &inputs) else { return (0, Vec::new()) };
    let text = unit_tests(documents, &expected);
    let tests = Source { id: FileId(0), path: "tests.yaml".to_owned(), text };
    let tree = parse(Arc::new(tests), &Limits { bytes: usize::MAX, ..Limits::default() });
    let cases = read_cases(&tree).unwrap_or_else(|error| panic!("{}: {error}", file.path));
    let load = || RulesFile::load(file.path.clone(), file.text.clone());
    let results = run_cases(&load(), &cases).unwrap_or_else(|it| panic!("{}: {it}", file.path));
    let (mut count, mut wrong) = (0, Vec::new());
    for (result, document) in results.into_iter().zip(documents) {
        for it in result.unwrap() {
            count += 1;
            if !it.is_met() {
                wrong.push(format!("{}: {it:?}", document.path));
            }
        }
    }
    // The same in a run, where what fails is a finding.
    let found = found(load(), documents);
    for (document, verdicts) in documents.iter().zip(&expected) {
        for (rule, verdict) in verdicts {
            let is_found = found.contains(&(document.path.clone(), rule.clone()));
            if is_found != (*verdict == TestVerdict::Fail) {
                wrong.push(format!("{}: {rule} is {verdict}, found: {is_found}", document.path));
            }
        }
    }
    (count, wrong)
}

#[test]
#[ignore = "needs the rules that `cargo xtask test guard-rules` installs"]
fn public_rules_have_the_verdicts_of_cfn_guard() {
    let examples = folder("CFN_GUARD_RESOURCES");
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/rules");
    let mut documents = texts(&fixtures, &["yaml", "json"]);
    documents.extend(texts(&examples.join("validate/data-dir"), &["yaml", "json"]));
    documents.retain(|it| {
        it.text.contains("Resources") && !RESOLVED.iter().any(|mark| it.text.contains(mark))
    });
    // A third of them: all took minutes, and differed nowhere.
    let documents: Vec<Text> = documents.into_iter().step_by(3).collect();
    assert!(documents.len() > 50, "{} documents", documents.len());
    let mut rules = texts(&folder("STACKSEAL_GUARD_RULES"), &["guard"]);
    assert!(rules.len() > 200, "{} files of rules", rules.len());
    rules.extend(texts(&examples, &["guard"]));
    let compared: Vec<_> = rules.par_iter().map(|it| compare(it, &documents)).collect();
    let count: usize = compared.iter().map(|it| it.0).sum();
    let wrong: Vec<&String> = compared.iter().flat_map(|it| &it.1).collect();
    println!("{count} verdicts of {} files of rules", rules.len());
    assert!(wrong.is_empty(), "{} of {count}: {wrong:#?}", wrong.len());
    assert!(count > 20_000, "{count} verdicts");
}

/// The interpreter's own examples of unit tests, which `cfn-guard test` meets.
#[test]
#[ignore = "needs the rules that `cargo xtask test guard-rules` installs"]
fn unit_tests_of_the_interpreter_are_met() {
    let folder = folder("CFN_GUARD_RESOURCES").join("test-command/dir");
    let mut met = 0;
    for file in texts(&folder, &["guard"]) {
        let stem = Path::new(&file.path).file_stem().unwrap().to_string_lossy().into_owned();
        let rules = RulesFile::load(file.path, file.text);
        for tests in texts(&folder.join("tests"), &["yaml", "json"]) {
            let name = Path::new(&tests.path).file_name().unwrap().to_string_lossy().into_owned();
            if !name.starts_with(&stem) {
                continue;
            }
            let source = Source { id: FileId(0), path: name, text: tests.text };
            let tree = parse(Arc::new(source), &Limits::default());
            let cases = read_cases(&tree).unwrap_or_else(|it| panic!("{}: {it}", tests.path));
            let results = run_cases(&rules, &cases).unwrap_or_else(|it| panic!("{it}"));
            for it in results.into_iter().flat_map(Result::unwrap) {
                assert!(it.is_met(), "{}: {it:?}", tests.path);
                met += 1;
            }
        }
    }
    assert!(met >= 10, "{met} expectations");
}
