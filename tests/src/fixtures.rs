//! The cases of every rule: `fixtures/rules/<rule-id>/`.
//!
//! Each file is a run of its own, each subfolder one run of all its files, with the rule alone.
//! `expected.txt` holds what the runs print, as `--format concise` prints it, with paths relative to
//! the rule's folder; a file it does not name must be silent. A run that judges nothing is named as
//! `file: not judged: reason`. `UPDATE_EXPECT=1` writes it anew.

use std::fs;
use std::path::Path;

use stackseal_rules::PACK;

use crate::harness::{entries, file_name, is_input, repository, run, text, updates_expectations};

#[test]
fn every_case_is_as_expected() {
    let mut failures = Vec::new();
    for folder in entries(&repository().join("fixtures/rules")) {
        let id = file_name(&folder);
        if PACK.rule(id).is_none() {
            failures.push(format!("fixtures/rules/{id}: there is no such rule"));
            continue;
        }
        if let Err(failure) = check(&folder, id) {
            failures.push(failure);
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

fn check(folder: &Path, id: &str) -> Result<(), String> {
    let mut actual = Vec::new();
    let mut broken = Vec::new();
    for entry in entries(folder) {
        if !is_input(&entry) {
            continue;
        }
        let name = file_name(&entry);
        let it = run(folder, &["check", "--select", id, "--format", "concise", name], "");
        match it.status {
            0 | 1 => actual.extend(it.stdout.lines().map(str::to_owned)),
            _ => broken.push(format!("{}{}", it.stdout, it.stderr)),
        }
        // A run that judges nothing is silent about everything.
        if it.stderr.contains("Nothing judged") {
            let unjudged = it.stderr.lines().filter_map(|it| it.strip_prefix("not judged: "));
            actual.extend(unjudged.map(|it| it.replacen(": ", ": not judged: ", 1)));
        }
    }
    if !broken.is_empty() {
        return Err(format!("fixtures/rules/{id}: runs that fail\n{}", broken.join("\n")));
    }
    let path = folder.join("expected.txt");
    if updates_expectations() {
        return fs::write(path, text(&actual)).map_err(|error| error.to_string());
    }
    let expected =
        fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    compare(id, expected.lines().map(str::to_owned).collect(), actual)
}

/// Compares without regard to order, which is the reports' own affair.
fn compare(id: &str, mut expected: Vec<String>, mut actual: Vec<String>) -> Result<(), String> {
    expected.sort();
    actual.sort();
    if expected == actual {
        return Ok(());
    }
    let missing = expected.iter().filter(|it| !actual.contains(it)).map(|it| format!("- {it}"));
    let surplus = actual.iter().filter(|it| !expected.contains(it)).map(|it| format!("+ {it}"));
    let lines: Vec<String> = missing.chain(surplus).collect();
    Err(format!("fixtures/rules/{id}: expected -, found +\n{}", lines.join("\n")))
}
