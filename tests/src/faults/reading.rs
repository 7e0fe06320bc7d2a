//! What cannot be read, is gone, or never ends.

use std::ffi::OsStr;
use std::fs;
use std::io::Write as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::symlink;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use super::{as_nobody, command, ended, finish, pipe, run, set_mode, wait_for_reader};
use crate::harness::{Folder, ONE_RULE, UNSEALED};

/// The lines of a run over `arguments`, by file: it ends with 2, whatever it finds.
#[track_caller]
fn check(folder: &Folder, arguments: &str) -> Vec<String> {
    lines(&run(command(folder, &format!("check {ONE_RULE} --format concise {arguments}"))))
}

#[track_caller]
fn lines(ended: &super::Ended) -> Vec<String> {
    assert_eq!(ended.code, Some(2), "{ended:?}");
    let mut lines: Vec<String> = ended.stdout.lines().map(str::to_owned).collect();
    // Findings come before errors.
    lines.sort();
    lines
}

/// The finding in a file with [`UNSEALED`].
fn finding(file: &str) -> String {
    let message =
        "`Orders` turns storage encryption off: storage, backups and snapshots are not encrypted";
    format!("{file}:5:25: high: {message} [rds-storage-encrypted]")
}

#[test]
fn what_may_not_be_read_is_told() {
    let folder =
        Folder::new(&[("a.yaml", UNSEALED), ("b.yaml", UNSEALED), ("closed/c.yaml", UNSEALED)]);
    set_mode(&folder, "b.yaml", 0o000);
    set_mode(&folder, "closed", 0o000);
    let command = command(&folder, &format!("check {ONE_RULE} --format concise"));
    let lines = lines(&run(as_nobody(&folder, command)));
    set_mode(&folder, "closed", 0o755);
    let expected = [
        finding("a.yaml"),
        "b.yaml: error: no permission to read".to_owned(),
        "closed: error: no permission to read".to_owned(),
    ];
    assert_eq!(lines, expected);
}

#[test]
fn a_folder_in_the_place_of_a_file_is_told() {
    let folder = Folder::new(&[("db.yaml", UNSEALED), ("folder.yaml/x", "")]);
    for arguments in [
        "--config folder.yaml",
        "--baseline folder.yaml",
        "--parameters folder.yaml",
        "--output folder.yaml",
        "--write-baseline folder.yaml",
        "--guard folder.yaml",
    ] {
        let ended = run(command(&folder, &format!("check db.yaml {arguments}")));
        assert_eq!(ended.code, Some(2), "{arguments}: {ended:?}");
        let said = ended.stdout + &ended.stderr;
        assert!(said.contains("error"), "{arguments}: {said}");
        assert!(said.contains("folder.yaml"), "{arguments}: {said}");
        assert!(folder.path().join("folder.yaml").is_dir(), "{arguments}");
    }
    let ended = run(command(&folder, "hook --event folder.yaml"));
    assert_eq!(ended.code, Some(2));
    assert!(ended.stderr.starts_with("error: cannot read folder.yaml"), "{}", ended.stderr);
}

/// Reading fails long after opening did not.
#[cfg(target_os = "linux")]
#[test]
fn a_file_that_fails_while_it_is_read_is_told() {
    let folder = Folder::new(&[("db.yaml", UNSEALED)]);
    let lines = check(&folder, "/proc/self/mem db.yaml");
    let error = "/proc/self/mem: error: cannot be read: Input/output error (os error 5)";
    assert_eq!(lines, [error.to_owned(), finding("db.yaml")]);
}

/// Its size is nothing, and yet there is something in it.
#[cfg(target_os = "linux")]
#[test]
fn a_file_that_says_it_is_empty_is_read() {
    let folder = Folder::new(&[]);
    let ended = run(command(&folder, "check /proc/version"));
    assert_eq!(ended.code, Some(0));
    let expected = "not judged: /proc/version: neither template, manifest, buildspec nor wp-config";
    assert!(ended.stdout.starts_with(expected), "{}", ended.stdout);
}

#[test]
fn a_file_without_end_is_given_up() {
    let folder = Folder::new(&[("db.yaml", UNSEALED)]);
    let lines = check(&folder, "/dev/zero db.yaml");
    assert_eq!(lines.len(), 2);
    assert!(lines[0].starts_with("/dev/zero: error: the file has more bytes"), "{}", lines[0]);
    for option in ["--config", "--baseline", "--parameters", "--guard"] {
        let ended = run(command(&folder, &format!("check db.yaml {option} /dev/zero")));
        assert_eq!(ended.code, Some(2), "{option}");
        assert!((ended.stdout + &ended.stderr).contains("/dev/zero"), "{option}");
    }
}

/// On the way, only files are opened: what else has the name of one may never come to an end.
#[test]
fn pipes_and_devices_on_the_way_are_passed_over() {
    let folder = Folder::new(&[("db.yaml", UNSEALED)]);
    pipe(&folder, "pipe.yaml");
    symlink("/dev/zero", folder.path().join("zero.yaml")).unwrap();
    let ended = run(command(&folder, &format!("check {ONE_RULE} --format concise")));
    assert_eq!((ended.code, ended.stdout), (Some(1), finding("db.yaml") + "\n"));
}

#[test]
fn a_named_pipe_is_read() {
    let folder = Folder::new(&[]);
    let path = pipe(&folder, "pipe.yaml");
    let child = command(&folder, &format!("check {ONE_RULE} --format concise pipe.yaml")).spawn();
    wait_for_reader(&path).write_all(UNSEALED.as_bytes()).unwrap();
    let ended = ended(finish(child.unwrap()));
    assert_eq!((ended.code, ended.stdout), (Some(1), finding("pipe.yaml") + "\n"));
}

#[test]
fn links_that_lead_nowhere_or_in_circles_are_told() {
    let folder = Folder::new(&[("sub/a.yaml", UNSEALED)]);
    let link = |to: &str, at: &str| symlink(to, folder.path().join(at)).unwrap();
    link("gone.yaml", "sub/b.yaml");
    link("d.yaml", "sub/c.yaml");
    link("c.yaml", "sub/d.yaml");
    link("..", "sub/up");
    link(".", "sub/here");
    // Nobody would have read these.
    link("gone.txt", "sub/b.txt");
    link("c.txt", "sub/c.txt");
    let told = [
        finding("sub/a.yaml"),
        "sub/b.yaml: error: this link leads to no file".to_owned(),
        "sub/c.yaml: error: this link leads to no file".to_owned(),
        "sub/d.yaml: error: this link leads to no file".to_owned(),
        "sub/here: error: this link leads back to sub".to_owned(),
        "sub/up: error: this link leads back to .".to_owned(),
    ];
    assert_eq!(check(&folder, "."), told);
    let lines = check(&folder, "sub/c.yaml");
    assert_eq!(lines.len(), 1);
    assert!(lines[0].starts_with("sub/c.yaml: error: cannot be read: "), "{}", lines[0]);
}

/// The first file is a pipe, which holds the run while the second goes.
#[test]
fn a_file_that_goes_before_it_is_read_is_told() {
    let folder = Folder::new(&[("b.yaml", UNSEALED), ("c.yaml", UNSEALED)]);
    let path = pipe(&folder, "a.yaml");
    let arguments = format!("check {ONE_RULE} --format concise a.yaml b.yaml c.yaml");
    let child = command(&folder, &arguments).spawn().unwrap();
    let mut writer = wait_for_reader(&path);
    fs::remove_file(folder.path().join("b.yaml")).unwrap();
    writer.write_all(UNSEALED.as_bytes()).unwrap();
    drop(writer);
    let lines = lines(&ended(finish(child)));
    let gone = "b.yaml: error: no such file or folder".to_owned();
    assert_eq!(lines, [finding("a.yaml"), gone, finding("c.yaml")]);
}

/// Files are cut, replaced, emptied and taken away all the time: a run sees some state of each, and
/// says what a run may say.
#[test]
fn files_that_change_all_the_time_break_no_run() {
    const FILES: usize = 60;
    let folder = Folder::new(&[("steady.yaml", UNSEALED)]);
    let path = |index: usize| folder.path().join(format!("{}/db{index}.yaml", index % 5));
    let path = &path;
    (0..5).for_each(|it| fs::create_dir_all(folder.path().join(it.to_string())).unwrap());
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut step = 0_usize;
            while !is_over.load(Ordering::Relaxed) {
                step += 1;
                let file = path(step * 7 % FILES);
                // Another step may have taken it away.
                let _ = match step % 5 {
                    0 => fs::remove_file(file),
                    1 => fs::write(file, UNSEALED.get(..step % UNSEALED.len()).unwrap()),
                    2 => fs::write(file, [UNSEALED; 40].join("---\n")),
                    3 => fs::rename(file, path(step % FILES)),
                    _ => fs::write(file, UNSEALED),
                };
            }
        });
        for _ in 0..25 {
            let ended = run(command(&folder, &format!("check {ONE_RULE} --format json")));
            let report: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
            let has_errors = !report["errors"].as_array().unwrap().is_empty();
            assert_eq!(ended.code, Some(if has_errors { 2 } else { 1 }), "{}", ended.stderr);
            let found = report["findings"].as_array().unwrap();
            assert!(found.iter().any(|it| it["file"] == "steady.yaml"), "{report}");
            assert_eq!(ended.stderr, "");
        }
        is_over.store(true, Ordering::Relaxed);
    });
}

/// Names that people do not choose, and tools do.
#[test]
fn odd_names_are_files_like_others() {
    const NAMES: &[&[u8]] = &[
        b"-x.yaml",
        b"--fix.yaml",
        b" .yaml",
        b"a\nb.yaml",
        b"a\rb.yaml",
        b"a\tb.yaml",
        b"\x1b[31mred.yaml",
        b"caf\xe9.yaml",
        b"\xff\xfe.yaml",
        "\u{202e}lmay.yaml".as_bytes(),
        b"]]>&<\"'.yaml",
        b"%0A::error::x.yaml",
        b"a:1:2: high: no.yaml",
        b"*?[x].yaml",
        b"a\\b.yaml",
    ];
    let folder = Folder::new(&[]);
    for name in NAMES {
        fs::write(folder.path().join(OsStr::from_bytes(name)), UNSEALED).unwrap();
    }
    let long = format!("{}.yaml", "x".repeat(250));
    folder.write(&long, UNSEALED.as_bytes());
    let count = NAMES.len() + 1;
    let json = run(command(&folder, &format!("check {ONE_RULE} --format json")));
    let report: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!((json.code, report["findings"].as_array().unwrap().len()), (Some(1), count));
    assert_eq!(report["errors"], serde_json::json!([]));
    // For people, a name makes no line, no sequence of the terminal and no other direction; what machines
    // read has every name as it is, quoted in their way.
    for format in ["text", "concise", "markdown"] {
        let ended = run(command(&folder, &format!("check {ONE_RULE} --format {format}")));
        assert_eq!(ended.code, Some(1), "{format}: {}", ended.stderr);
        let is_odd = |it: char| it.is_control() && it != '\n' || it == '\u{202e}';
        let odd: Vec<&str> = ended.stdout.lines().filter(|it| it.contains(is_odd)).collect();
        assert!(odd.is_empty(), "{format}: {odd:?}");
        assert!(!ended.stdout.contains("\nb.yaml"), "{format}");
    }
    let ended = run(command(&folder, &format!("check {ONE_RULE} --format github")));
    let is_command = |it: &str| it.starts_with("::error file=");
    assert_eq!(ended.stdout.lines().filter(|it| is_command(it)).count(), count);
    assert!(ended.stdout.lines().all(is_command), "{}", ended.stdout);
    // Each by its name.
    for name in NAMES {
        let mut command = command(&folder, &format!("check {ONE_RULE} --format concise --"));
        let ended = run({
            command.arg(OsStr::from_bytes(name));
            command
        });
        assert_eq!(ended.code, Some(1), "{:?}: {ended:?}", String::from_utf8_lossy(name));
    }
    let mut fix = command(&folder, &format!("check {ONE_RULE} --fix --unsafe-fixes --quiet"));
    fix.arg(".");
    assert_eq!(run(fix).code, Some(0));
    for name in NAMES {
        let text = fs::read_to_string(folder.path().join(OsStr::from_bytes(name))).unwrap();
        assert_eq!(text, super::sealed(), "{:?}", String::from_utf8_lossy(name));
    }
}
