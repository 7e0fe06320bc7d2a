//! Every fixture, and every input that once broke something.

use std::fs;
use std::path::{Path, PathBuf};

use super::*;

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

#[test]
fn every_fixture_is_judged_alone() {
    let mut judged = 0;
    for path in files(&repository().join("fixtures")) {
        let name = path.file_name().unwrap().to_str().unwrap();
        let Ok(text) = fs::read_to_string(&path) else { continue };
        parse_target(text.as_bytes());
        check(name, &text);
        judged += 1;
    }
    assert!(judged > 1000, "{judged}");
}

/// `regressions/<target>/<what it broke>`
#[test]
fn what_broke_once_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("regressions");
    for path in files(&folder) {
        let target = path.parent().unwrap().file_name().unwrap().to_str().unwrap();
        let (_, run) = TARGETS.iter().find(|(name, _)| *name == target).unwrap();
        run(&fs::read(&path).unwrap());
    }
}

#[test]
fn a_policy_and_a_configuration_are_read() {
    policy_target(br#"{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}}"#);
    policy_target(b"not JSON");
    configuration_target(b"profile: strict\nrules:\n  kms-key-rotation: {severity: low}\n");
    configuration_target(b"profile: strct\n");
}

#[test]
fn every_target_has_its_program() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("libfuzzer/targets");
    let programs: Vec<String> = files(&folder)
        .iter()
        .map(|it| it.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    let mut targets: Vec<&str> = TARGETS.iter().map(|it| it.0).collect();
    targets.sort_unstable();
    assert_eq!(programs, targets);
}
