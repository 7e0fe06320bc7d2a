//! The gates of pipelines in `ci/`, run as they are written. Their commands are for a Unix shell.

use std::path::Path;
use std::process::Command;

use crate::deployment::read;
use crate::harness::{Folder, UNSEALED, process};

/// Nothing to find.
const CLEAN: &str = "\
Resources:
  Jobs:
    Type: AWS::SQS::Queue
";

/// The commands as they stand in the file, with the real binary: a finding that blocks fails the build,
/// and the report is there all the same.
#[test]
fn the_buildspec_fails_a_build_and_leaves_its_report() {
    let buildspec = read("ci/buildspec.yml");
    let commands = buildspec["phases"]["build"]["commands"].as_sequence().unwrap();
    let commands: Vec<&str> = commands.iter().map(|it| it.as_str().unwrap()).collect();
    let report = &buildspec["reports"]["findings"];
    let report = format!(
        "{}/{}",
        report["base-directory"].as_str().unwrap(),
        report["files"][0].as_str().unwrap()
    );
    for (template, fails) in [(UNSEALED, true), (CLEAN, false)] {
        let folder = Folder::new(&[("db.yaml", template)]);
        let binary = process(folder.path());
        let programs = Path::new(binary.get_program()).parent().unwrap();
        let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap());
        let mut shell = Command::new("sh");
        shell.current_dir(folder.path()).env_clear().env("PATH", path);
        for (name, value) in buildspec["env"]["variables"].as_mapping().unwrap() {
            shell.env(name.as_str().unwrap(), value.as_str().unwrap());
        }
        let output = shell.args(["-ec", &commands.join("\n")]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert_eq!(output.status.code(), Some(i32::from(fails)), "{said}");
        assert!(folder.read(&report).contains("<testsuites"), "{said}");
    }
}
