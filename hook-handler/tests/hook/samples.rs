//! The sample events of `hook-handler/events`, each with the answer it gets.

use std::fs;
use std::path::{Path, PathBuf};

use stackseal_engine::Date;
use stackseal_hook::{Answer, Settings, Step, begin_text};

/// The samples, but for the job of CodePipeline, which is answered by a call.
pub(crate) const NAMES: [&str; 13] = [
    "change-set-create",
    "cloud-control-create",
    "cloud-control-delete",
    "cloud-control-update",
    "registry-create",
    "registry-delete",
    "registry-update",
    "resource-create",
    "resource-delete",
    "resource-update",
    "stack-create",
    "stack-delete",
    "stack-update",
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("events")
}

pub(crate) fn sample(name: &str) -> String {
    let path = folder().join(format!("{name}.json"));
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub(crate) fn today() -> Date {
    Date::new(2026, 11, 25).unwrap()
}

pub(crate) fn answer(name: &str) -> Answer {
    match begin_text(&sample(name), &Settings::default(), today()) {
        Step::Answer(answer) => answer,
        Step::Fetch(pending) => pending.finish(sample(&format!("{name}.payload")).as_bytes()),
    }
}

#[test]
fn each_sample_has_its_answer() {
    let mut names: Vec<String> = fs::read_dir(folder())
        .unwrap()
        .filter_map(|it| it.unwrap().file_name().to_str()?.strip_suffix(".json").map(str::to_owned))
        .filter(|it| !it.ends_with(".payload") && it != "codepipeline-job")
        .collect();
    names.sort();
    assert_eq!(names, NAMES);
    for name in NAMES {
        insta::assert_snapshot!(name, serde_json::to_string_pretty(&answer(name)).unwrap());
    }
}
