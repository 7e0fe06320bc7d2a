//! Nothing of a rule is missing.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use stackseal_engine::Group;
use stackseal_rules::PACK;

use crate::harness::{entries, is_input, repository};

/// Documents a rule's folder must have at least of those that fail, and of those that pass.
const ENOUGH: usize = 3;

#[test]
fn every_rule_has_cases() {
    let missing: Vec<String> = PACK
        .rules
        .iter()
        .filter_map(|rule| {
            let id = rule.id.as_str();
            let folder = repository().join("fixtures/rules").join(id);
            if !folder.is_dir() {
                return Some(format!("{id}: no folder fixtures/rules/{id}"));
            }
            let (failing, passing, has_json) = cases(&folder);
            let is_complete = failing >= ENOUGH && passing >= ENOUGH && has_json;
            let json = if has_json { "JSON" } else { "no JSON" };
            (!is_complete).then(|| format!("{id}: {failing} fail, {passing} pass, {json}"))
        })
        .collect();
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

/// How many documents fail and pass, and whether one is JSON.
fn cases(folder: &Path) -> (usize, usize, bool) {
    let expected = fs::read_to_string(folder.join("expected.txt")).unwrap_or_default();
    let named: BTreeSet<&str> =
        expected.lines().filter_map(|it| it.split_once(':')).map(|it| it.0).collect();
    let files = documents(folder);
    let is_named = |it: &&PathBuf| {
        let relative = it.strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/");
        named.contains(relative.as_str())
    };
    let failing = files.iter().filter(is_named).count();
    let has_json = files.iter().any(|it| it.extension().is_some_and(|it| it == "json"));
    (failing, files.len() - failing, has_json)
}

/// The inputs in a rule's folder.
fn documents(folder: &Path) -> Vec<PathBuf> {
    entries(folder)
        .into_iter()
        .flat_map(|it| if it.is_dir() { documents(&it) } else { vec![it] })
        .filter(|it| is_input(it))
        .collect()
}

/// The table of best practices: the second cell names the rule, the last tells whether it is there.
#[test]
fn the_table_of_best_practices_tells_the_truth() {
    // The book may be absent from a package of the sources.
    let Ok(page) = fs::read_to_string(repository().join("docs/best-practices.md")) else { return };
    let rows: Vec<(&str, &str)> = page
        .lines()
        .map(|line| line.split('|').map(str::trim).collect::<Vec<_>>())
        .filter_map(|cells| match cells.as_slice() {
            ["", _, rule, .., status, ""] => Some((rule.trim_matches('`'), *status)),
            _ => None,
        })
        .collect();
    let missing = PACK.rules.iter().filter(|it| it.group != Group::Engine).filter_map(|rule| {
        let id = rule.id.as_str();
        let is_there = rows.contains(&(id, "checked"));
        (!is_there).then(|| format!("{id} is built in, and not said to be checked"))
    });
    let surplus = rows
        .iter()
        .filter(|(id, status)| *status == "checked" && PACK.rule(id).is_none())
        .map(|(id, _)| format!("{id} is said to be checked, and not built in"));
    let wrong: Vec<String> = missing.chain(surplus).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn ids_are_unique_and_well_formed() {
    let mut seen = BTreeSet::new();
    for rule in PACK.rules {
        let id = rule.id.as_str();
        assert!(seen.insert(id), "{id} stands twice");
        let is_slug = id.split('-').all(|part| {
            !part.is_empty()
                && part.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit())
        });
        assert!(is_slug, "{id} is not in kebab case");
    }
}

#[test]
fn what_a_rule_says_of_itself_reads_well() {
    for rule in PACK.rules {
        let id = rule.id;
        for text in [rule.title, rule.remediation] {
            assert!(
                !text.is_empty() && !text.ends_with('.') && !text.contains('\n'),
                "{id}: {text}"
            );
            assert!(!text.starts_with(|it: char| it.is_ascii_lowercase()), "{id}: {text}");
        }
        assert!(rule.url.starts_with("https://"), "{id}: {}", rule.url);
    }
}
