//! No `unsafe` of our own: the workspace forbids it, each crate obeys the workspace, and what stands
//! outside of it has none either.

use std::fs;

use crate::harness::{entries, repository};

#[test]
fn every_crate_forbids_unsafe_code() {
    let root = repository();
    let manifest = fs::read_to_string(root.join("Cargo.toml")).unwrap();
    assert!(manifest.contains("[workspace.lints.rust]\nunsafe_code = \"forbid\"\n"));
    let (_, members) = manifest.split_once("members = [\n").unwrap();
    let (members, _) = members.split_once("]\n").unwrap();
    let members: Vec<&str> = members.lines().map(|it| it.trim_matches([' ', '"', ','])).collect();
    assert!(members.len() > 8, "{members:?}");
    for member in members {
        let manifest = fs::read_to_string(root.join(member).join("Cargo.toml")).unwrap();
        assert!(
            manifest.contains("\n[lints]\nworkspace = true\n"),
            "{member} has lints of its own"
        );
    }
}

/// A workspace of its own, for it is built in a way of its own.
#[test]
fn the_programs_of_the_fuzzer_have_none() {
    let folder = repository().join("tests/fuzz/libfuzzer");
    let files = entries(&folder.join("targets")).into_iter().chain(entries(&folder.join("src")));
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        assert!(!text.contains("unsafe"), "{}", file.display());
    }
}
