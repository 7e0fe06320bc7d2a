//! The inputs to start from: fixtures, each in the form its target wants.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

use stackseal_syntax::{Kind, Limits, Node, parse};

use crate::estate::BREAK;
use crate::file;
use crate::judging::source;
use crate::translation::json_of;

/// A file that inputs are made of.
#[derive(Debug)]
pub struct Fixture {
    /// From the root of the repository, with `/`.
    pub path: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// Where the files are.
const FOLDERS: &[&str] = &["fixtures", "hook-handler/events", "tests/fuzz/seeds"];

impl Fixture {
    /// Every fixture of the repository at `root`, in order.
    ///
    /// # Errors
    ///
    /// Those of reading.
    pub fn all(root: &Path) -> io::Result<Vec<Self>> {
        let mut all = Vec::new();
        for folder in FOLDERS {
            read(root, folder, &mut all)?;
        }
        all.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(all)
    }

    fn is(&self, ending: &str) -> bool {
        self.path.ends_with(ending)
    }

    fn is_in(&self, folder: &str) -> bool {
        self.path.starts_with(folder)
    }

    fn is_document(&self) -> bool {
        [".yaml", ".yml", ".json"].iter().any(|it| self.is(it))
    }

    /// Whether it is judged: an input of a rule, or a part of the reference architecture.
    fn is_judged(&self) -> bool {
        (self.is_document() || self.is(".php"))
            && (self.is_in("fixtures/rules/") || self.is_in("fixtures/wordpress/"))
    }
}

fn read(root: &Path, folder: &str, all: &mut Vec<Fixture>) -> io::Result<()> {
    for entry in fs::read_dir(root.join(folder))? {
        let entry = entry?;
        let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            read(root, &path, all)?;
        } else {
            all.push(Fixture { path, bytes: fs::read(entry.path())? });
        }
    }
    Ok(())
}

/// Every text as it is.
pub(crate) fn texts(fixtures: &[Fixture]) -> Vec<Vec<u8>> {
    let documents = fixtures.iter().filter(|it| it.is_document());
    documents.map(|it| it.bytes.clone()).collect()
}

/// Templates as they are.
pub(crate) fn templates(fixtures: &[Fixture]) -> Vec<Vec<u8>> {
    let is_template = |it: &&Fixture| {
        it.is_document()
            && it.is_judged()
            && it.bytes.windows(10).any(|it| it == b"Resources:" || it == b"Resources\"")
    };
    fixtures.iter().filter(is_template).map(|it| it.bytes.clone()).collect()
}

/// Files with their names.
pub(crate) fn files(fixtures: &[Fixture]) -> Vec<Vec<u8>> {
    let judged = fixtures.iter().filter(|it| it.is_judged());
    judged.map(|it| file::input(&it.path, &it.bytes)).collect()
}

/// The files of each folder, with their names.
pub(crate) fn estates(fixtures: &[Fixture]) -> Vec<Vec<u8>> {
    let mut folders: BTreeMap<&str, Vec<Vec<u8>>> = BTreeMap::new();
    for fixture in fixtures.iter().filter(|it| it.is_judged()) {
        let folder = fixture.path.rsplit_once('/').map_or("", |it| it.0);
        let is_run = folder.matches('/').count() > 2;
        if is_run {
            folders.entry(folder).or_default().push(file::input(&fixture.path, &fixture.bytes));
        }
    }
    folders.into_values().map(|it| it.join(&BREAK)).collect()
}

/// Policies, in JSON.
pub(crate) fn policies(fixtures: &[Fixture]) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    for fixture in fixtures.iter().filter(|it| it.is_document() && it.is_judged()) {
        let Ok(text) = std::str::from_utf8(&fixture.bytes) else { continue };
        let tree = parse(source(&fixture.path, text), &Limits::default());
        for root in tree.documents() {
            collect_policies(root, &mut found);
        }
    }
    found
}

fn collect_policies(node: Node<'_>, found: &mut Vec<Vec<u8>>) {
    for entry in node.entries() {
        let is_policy = entry.key.text().is_some_and(|it| {
            it.ends_with("PolicyDocument") || matches!(it, "KeyPolicy" | "ResourcePolicy")
        });
        if is_policy && entry.value.kind() == Kind::Mapping {
            found.extend(json_of(entry.value).map(String::into_bytes));
        }
        collect_policies(entry.value, found);
    }
    for item in node.items() {
        collect_policies(item, found);
    }
}

/// Rules in the Guard language; a file of tests beside one stands behind it.
pub(crate) fn guard_rules(fixtures: &[Fixture]) -> Vec<Vec<u8>> {
    with_companions(fixtures, "tests/fuzz/seeds/guard/", ".guard", ".tests.yaml")
}

/// Events of the hook, each with its payload if it has one.
pub(crate) fn events(fixtures: &[Fixture]) -> Vec<Vec<u8>> {
    with_companions(fixtures, "hook-handler/events/", ".json", ".payload.json")
}

/// The files in `folder` that end with `ending`, each followed by the one of the same name that ends
/// with `companion`.
fn with_companions(
    fixtures: &[Fixture],
    folder: &str,
    ending: &str,
    companion: &str,
) -> Vec<Vec<u8>> {
    let mains = fixtures.iter().filter(|it| it.is_in(folder) && it.is(ending) && !it.is(companion));
    mains
        .map(|main| {
            let stem = main.path.strip_suffix(ending).unwrap_or(&main.path);
            let companion = format!("{stem}{companion}");
            let companion = fixtures.iter().find(|it| it.path == companion);
            let rest = companion.map_or_else(Vec::new, |it| [&[BREAK], &*it.bytes].concat());
            [&*main.bytes, &rest].concat()
        })
        .collect()
}

/// Configurations, good and bad.
pub(crate) fn configurations(fixtures: &[Fixture]) -> Vec<Vec<u8>> {
    let own = |it: &&Fixture| {
        it.is_in("fixtures/configuration/") || it.is_in("tests/fuzz/seeds/baseline/")
    };
    fixtures.iter().filter(own).map(|it| it.bytes.clone()).collect()
}

/// Words that are frequent in the fixtures, in the form of a dictionary of libFuzzer.
pub fn dictionary(fixtures: &[Fixture]) -> String {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for fixture in fixtures.iter().filter(|it| it.is_document()) {
        let Ok(text) = std::str::from_utf8(&fixture.bytes) else { continue };
        let tree = parse(source(&fixture.path, text), &Limits::default());
        let words = tree.scalars().filter_map(Node::text).filter(|it| is_word(it));
        let mut words: Vec<&str> = words.collect();
        words.sort_unstable();
        words.dedup();
        for word in words {
            *counts.entry(word.to_owned()).or_default() += 1;
        }
    }
    let frequent = counts.iter().filter(|it| *it.1 > 3).map(|(word, _)| format!("\"{word}\"\n"));
    frequent.collect()
}

fn is_word(text: &str) -> bool {
    (3..60).contains(&text.len())
        && text.bytes().all(|it| it.is_ascii_graphic() && it != b'"' && it != b'\\')
}
