//! The real binary: what only a process has.

use std::io::Write as _;
use std::process::{Output, Stdio};

use crate::harness::{Folder, ONE_RULE, UNSEALED, process, words};

fn check(folder: &Folder, arguments: &str) -> Output {
    process(folder.path()).args(words(arguments)).output().unwrap()
}

#[test]
fn the_process_ends_as_the_library_says() {
    let folder = Folder::new(&[("db.yaml", UNSEALED)]);
    for (arguments, status) in [
        (format!("check {ONE_RULE} db.yaml"), 1),
        (format!("check {ONE_RULE} db.yaml --fail-on never"), 0),
        ("check none.yaml".to_owned(), 2),
        ("check --format xml".to_owned(), 2),
        ("--version".to_owned(), 0),
        ("--help".to_owned(), 0),
    ] {
        let output = check(&folder, &arguments);
        let library = folder.run(&arguments);
        assert_eq!(output.status.code(), Some(status), "{arguments}");
        assert_eq!(i32::from(library.status), status, "{arguments}");
        assert_eq!(String::from_utf8_lossy(&output.stdout), library.stdout, "{arguments}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), library.stderr, "{arguments}");
    }
}

#[test]
fn standard_input_is_a_pipe() {
    let folder = Folder::new(&[]);
    let mut child = process(folder.path())
        .args(words(&format!("check - {ONE_RULE} --format concise")))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(UNSEALED.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.starts_with(b"<stdin>:5:25: high: "));
}

#[test]
fn the_environment_decides_about_colours() {
    let folder = Folder::new(&[("db.yaml", UNSEALED)]);
    let is_coloured = |variables: &[(&str, &str)]| {
        let mut command = process(folder.path());
        command.args(words(&format!("check {ONE_RULE}"))).envs(variables.iter().copied());
        command.output().unwrap().stdout.contains(&0x1b)
    };
    assert!(!is_coloured(&[]));
    assert!(is_coloured(&[("CLICOLOR_FORCE", "1")]));
    assert!(!is_coloured(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
}
