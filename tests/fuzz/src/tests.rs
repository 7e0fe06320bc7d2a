//! Every fixture, and every input that once broke something.

use std::fs;
use std::path::{Path, PathBuf};

use stackseal_syntax::{Limits, parse};

use crate::judging::source;
use crate::seeds::Fixture;
use crate::translation::translated;
use crate::{TARGETS, run};

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn fixtures() -> Vec<Fixture> {
    Fixture::all(here().ancestors().nth(2).unwrap()).unwrap()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    entries.sort();
    entries
}

fn name(path: &Path) -> &str {
    path.file_stem().and_then(|it| it.to_str()).unwrap()
}

/// Runs the target `target` on each of its seeds, of which there are at least `least`.
#[track_caller]
fn check(target: &str, least: usize) {
    let target = TARGETS.iter().find(|it| it.name == target).unwrap();
    let seeds = (target.seeds)(&fixtures());
    assert!(seeds.len() >= least, "{} seeds of {}", seeds.len(), target.name);
    for seed in seeds {
        let shown = String::from_utf8_lossy(&seed).into_owned();
        let done = std::panic::catch_unwind(|| (target.run)(&seed));
        assert!(done.is_ok(), "on this input:\n{shown}");
    }
}

#[test]
fn every_fixture_is_parsed() {
    check("parse", 900);
}

#[test]
fn every_template_is_evaluated() {
    check("evaluate", 500);
}

#[test]
fn every_fixture_is_judged_alone() {
    check("check", 900);
}

#[test]
fn every_folder_is_judged_in_any_order() {
    check("estate", 30);
}

#[test]
fn every_policy_is_judged() {
    check("policy", 100);
}

#[test]
fn every_fixture_is_fixed() {
    check("fix", 900);
}

#[test]
fn guard_rules_are_run() {
    check("guard", 8);
}

#[test]
fn every_event_is_answered() {
    check("hook", 10);
}

#[test]
fn every_configuration_is_read() {
    check("configuration", 30);
}

/// `regressions/<target>/<what it broke>`
#[test]
fn what_broke_once_holds() {
    for folder in entries(&here().join("regressions")) {
        for path in entries(&folder) {
            run(name(&folder), &fs::read(&path).unwrap());
        }
    }
}

#[test]
fn every_target_has_its_program() {
    let programs = entries(&here().join("libfuzzer/targets"));
    let programs: Vec<&str> = programs.iter().map(|it| name(it)).collect();
    let mut targets: Vec<&str> = TARGETS.iter().map(|it| it.name).collect();
    targets.sort_unstable();
    assert_eq!(programs, targets);
}

/// The comparison with the JSON translation compares something.
#[test]
fn most_templates_have_a_translation() {
    let templates = (TARGETS.iter().find(|it| it.name == "evaluate").unwrap().seeds)(&fixtures());
    let has_one = |it: &&Vec<u8>| {
        let text = std::str::from_utf8(it).unwrap();
        translated(&parse(source("a.yaml", text), &Limits::default())).is_some()
    };
    let count = templates.iter().filter(has_one).count();
    assert!(count * 10 > templates.len() * 8, "{count} of {}", templates.len());
}

#[test]
fn a_translation_says_the_same() {
    let check = |yaml: &str, json: Option<&str>| {
        let tree = parse(source("a.yaml", yaml), &Limits::default());
        assert_eq!(translated(&tree).as_deref(), json, "{yaml}");
    };
    check(
        "a: [1, x, ~, 'true', 2012-10-17]",
        Some(r#"{"a": [1, "x", null, "true", "2012-10-17"]}"#),
    );
    check("!GetAtt A.B.C", Some(r#"{"Fn::GetAtt": "A.B.C"}"#));
    check("!If [A, !Ref B, {C: d}]", Some(r#"{"Fn::If": ["A", {"Ref": "B"}, {"C": "d"}]}"#));
    for other in
        ["yes", "0x1f", "a: 1\n---\nb: 2", "!Own x", "? [a]\n: b", "a: b # stackseal: ignore[c] d"]
    {
        check(other, None);
    }
}
