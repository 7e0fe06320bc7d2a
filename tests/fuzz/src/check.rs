//! Any text is judged: no rule fails, findings stand in the text, every report can be written, fixes
//! can be made, and neither another run on other threads nor the JSON translation says anything else.

use std::path::Path;

use stackseal_engine::{Outcome, Profile, Severity};
use stackseal_model::document::{DocumentKind, classify};
use stackseal_report::{Detail, Format, Options};
use stackseal_syntax::{Limits, parse};

use crate::Target;
use crate::file::File;
use crate::judging::{are_same, input, judge, judge_alone, said, source};
use crate::seeds;
use crate::spans::outcome_stands;
use crate::translation::translated;

pub(crate) const TARGET: Target =
    Target { name: "check", run, is_named: true, seeds: seeds::files };

fn run(data: &[u8]) {
    let Some(File { name, text }) = File::read(data) else { return };
    check(name, text);
}

/// Judges `text`, which is called `name`.
pub(crate) fn check(name: &str, text: &str) {
    for profile in [Profile::Recommended, Profile::Strict] {
        let outcome = judge(input([(name, text)]), profile);
        outcome_stands(&outcome);
        let again = judge_alone(input([(name, text)]), profile);
        assert!(write(&outcome) == write(&again), "another run says something else");
    }
    if Path::new(name).extension().is_some_and(|it| it == "json") {
        json_is_yaml(name, text);
    }
    if name == "template.yaml" {
        translation_is_same(name, text);
    }
}

/// Every report of `outcome`, one behind the other.
pub(crate) fn write(outcome: &Outcome) -> Vec<u8> {
    let options = Options {
        min_severity: Severity::Informational,
        shows_suppressed: true,
        lists_undecided: true,
        detail: Detail::Verbose,
        is_coloured: false,
    };
    let mut written = Vec::new();
    for format in Format::ALL {
        stackseal_report::write(*format, outcome, options, &mut written)
            .expect("a vector takes everything");
    }
    written
}

/// What JSON says it says as YAML, too, at the same places, where both can read it.
fn json_is_yaml(name: &str, text: &str) {
    let yaml = parse(source("a.yaml", text), &Limits::default());
    let json = parse(source("a.json", text), &Limits::default());
    if !yaml.errors().is_empty() || !json.errors().is_empty() {
        return;
    }
    let place = |span| format!("{span:?}");
    let as_json = judge(input([(name, text)]), Profile::Strict);
    let as_yaml = judge(input([(&*name.replace(".json", ".yaml"), text)]), Profile::Strict);
    are_same("as YAML it says something else", &said(&as_json, place), &said(&as_yaml, place));
}

fn translation_is_same(name: &str, text: &str) {
    let yaml = parse(source("a.yaml", text), &Limits::default());
    // In a manifest, a tag means nothing.
    if !yaml.documents().all(|it| classify(name, it) == DocumentKind::Template) {
        return;
    }
    let Some(json) = translated(&yaml) else { return };
    // What an alias shares is told once in YAML.
    let lines = |name, text| {
        let mut lines = said(&judge(input([(name, text)]), Profile::Strict), |_| String::new());
        lines.dedup();
        lines
    };
    are_same("as JSON it says something else", &lines(name, text), &lines("template.json", &json));
}
