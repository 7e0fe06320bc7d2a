//! The commands of the book, run as they are written, by a shell and with the real binary: none of
//! them is refused.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::deployment::read;
use crate::harness::{Folder, SEALED, UNSEALED, process, repository};

/// The pages with commands for everybody. Those of [the hook](crate::deployment) and of
/// [the gates](crate::gates) are about an account.
const PAGES: &[&str] = &[
    "adoption.md",
    "ci.md",
    "configuration.md",
    "fixing.md",
    "getting-started.md",
    "guard.md",
    "installing.md",
    "reports.md",
    "suppressions.md",
];

/// Languages of blocks that have commands for a shell.
const LANGUAGES: &[&str] = &["sh", "yaml"];

const PARAMETERS: &str = "Parameters:\n  Env: {Type: String, Default: test}\n";

const RULES: &str = "rule SEALED when Resources exists { Resources.*.Type exists }\n";

const TESTS: &str =
    "- input: {Resources: {A: {Type: X}}}\n  expectations: {rules: {SEALED: PASS}}\n";

/// What the commands are about, as somebody might have it.
fn workplace() -> Folder {
    let template = format!("{PARAMETERS}{UNSEALED}");
    let files = [
        ("infra/db.yaml", &*template),
        ("db.yaml", UNSEALED),
        ("template.yaml", SEALED),
        ("k8s/app.yaml", "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n"),
        ("prod.json", "[\"Env=prod\"]"),
        ("rules/sealed.guard", RULES),
        ("rules/tests/sealed.yaml", TESTS),
        ("reports/.gitkeep", ""),
        ("target/.gitkeep", ""),
    ];
    Folder::new(&files)
}

/// The blocks of a page, each with its language, without what they stand in.
fn blocks(page: &str) -> Vec<(&str, Vec<&str>)> {
    let mut blocks: Vec<(&str, Vec<&str>)> = Vec::new();
    let mut indent = None;
    for line in page.lines() {
        let text = line.trim_start();
        match (text.strip_prefix("```"), indent) {
            (Some(_), Some(_)) => indent = None,
            (Some(language), None) => {
                indent = Some(line.len() - text.len());
                blocks.push((language, Vec::new()));
            }
            (None, Some(indent)) => {
                blocks.last_mut().unwrap().1.push(line.get(indent..).unwrap_or_default());
            }
            (None, None) => (),
        }
    }
    blocks
}

/// The commands of a page that call this program. What becomes of their output is not looked at: it
/// goes into files of the reader's home, or to programs that may not be there.
fn commands(page: &str) -> Vec<&str> {
    let lines = blocks(page).into_iter().filter(|it| LANGUAGES.contains(&it.0)).flat_map(|it| it.1);
    let lines = lines.map(str::trim_start);
    let lines = lines.map(|it| it.strip_prefix("- run: ").or(it.strip_prefix("- ")).unwrap_or(it));
    let lines = lines.filter(|it| it.starts_with("stackseal "));
    lines.map(|it| it.split(" | ").next().unwrap().split(" > ").next().unwrap()).collect()
}

/// How a shell in `folder` ends with `command`, and what it says.
fn shell(folder: &Path, command: &str) -> (Option<i32>, String) {
    let binary = process(folder);
    let programs = Path::new(binary.get_program()).parent().unwrap().to_owned();
    let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap());
    let mut shell = Command::new("sh");
    shell.current_dir(folder).env_clear().env("PATH", path).args(["-c", command]);
    let output = shell.output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&said).into_owned())
}

#[test]
fn every_command_of_the_book_can_be_copied() {
    let mut count = 0;
    for page in PAGES {
        let text = fs::read_to_string(repository().join("docs").join(page)).unwrap();
        // Those of one page build on each other.
        let folder = workplace();
        for command in commands(&text) {
            let (status, said) = shell(folder.path(), command);
            assert!(matches!(status, Some(0 | 1)), "{page}: {command}: {status:?}: {said}");
            count += 1;
        }
    }
    assert!(count > 30, "{count} commands");
}

#[test]
fn every_configuration_of_the_book_can_be_copied() {
    let mut count = 0;
    for page in ["adoption.md", "suppressions.md"] {
        let text = fs::read_to_string(repository().join("docs").join(page)).unwrap();
        let keys = ["ignore:", "mandatory:"];
        let configurations = blocks(&text).into_iter().map(|it| it.1);
        for lines in configurations.filter(|it| keys.iter().any(|key| it[0].starts_with(key))) {
            let folder = Folder::new(&[("stackseal.yaml", &lines.join("\n"))]);
            let run = folder.run("rules");
            assert_eq!(run.status, 0, "{page}: {}", run.stderr);
            count += 1;
        }
    }
    assert!(count > 2, "{count} configurations");
}

/// The steps of the action, as a runner runs them, with the program where the first one puts it.
#[test]
fn the_action_annotates_and_fails_as_check_does() {
    let action = read("action.yml");
    let steps = action["runs"]["steps"].as_sequence().unwrap();
    let check = steps.last().unwrap()["run"].as_str().unwrap();
    for (paths, expected) in [("db.yaml", 1), ("template.yaml k8s", 0)] {
        let folder = workplace();
        let binary = process(folder.path());
        let programs = folder.path().join("stackseal/bin");
        fs::create_dir_all(&programs).unwrap();
        fs::copy(binary.get_program(), programs.join("stackseal")).unwrap();
        let mut shell = Command::new("bash");
        shell.current_dir(folder.path()).env_clear().env("PATH", std::env::var("PATH").unwrap());
        shell.env("RUNNER_TEMP", folder.path()).env("PATHS", paths);
        shell.env("ARGUMENTS", "--select rds-storage-encrypted --fail-on high");
        let output = shell.args(["-ec", check]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert_eq!(output.status.code(), Some(expected), "{said}");
        assert_eq!(said.contains("::error file=db.yaml"), expected == 1, "{said}");
    }
}
