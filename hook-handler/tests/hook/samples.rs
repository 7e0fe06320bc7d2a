//! The sample events of `hook-handler/events`, each with the answer it gets.

use std::fs;
use std::path::{Path, PathBuf};

use stackseal_engine::Date;
use stackseal_hook::{Answer, Settings, Step, begin_text};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("events")
}

fn today() -> Date {
    "2026-11-25".parse().unwrap()
}

fn answer(name: &str) -> Answer {
    let event = fs::read_to_string(folder().join(format!("{name}.json"))).unwrap();
    match begin_text(&event, &Settings::default(), today()) {
        Step::Answer(answer) => answer,
        Step::Fetch(pending) => {
            pending.finish(&fs::read(folder().join(format!("{name}.payload.json"))).unwrap())
        }
    }
}

#[test]
fn each_sample_has_its_answer() {
    let mut seen = 0;
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder()).unwrap().map(|it| it.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().and_then(|it| it.to_str()).unwrap().trim_end_matches(".json");
        // A job of CodePipeline is answered by a call, not by what the function returns.
        if name.ends_with(".payload") || name == "codepipeline-job" {
            continue;
        }
        let answer = serde_json::to_string_pretty(&answer(name)).unwrap();
        insta::assert_snapshot!(name, answer);
        seen += 1;
    }
    assert_eq!(seen, 11);
}
