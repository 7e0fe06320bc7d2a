//! What cannot be written, or should not be any more.

use std::fs::{self, File};
use std::io::Write as _;
use std::process::{Command, Stdio};

use super::{
    as_nobody, command, ended, finish, fix, names, pipe, run, sealed, set_mode, wait_for_reader,
};
use crate::harness::{Folder, ONE_RULE, UNSEALED, process, words};

/// The binary in `folder` on a disk with room for nothing: more than `blocks` of 512 bytes cannot be
/// written to a file, and trying is an error.
fn without_room(folder: &Folder, arguments: &str, blocks: usize) -> Command {
    let binary = process(folder.path());
    let mut shell = Command::new("sh");
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
    shell.current_dir(folder.path()).env_clear().arg("-c").arg(script);
    shell.arg(binary.get_program()).args(words(arguments));
    shell.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    shell
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_under_a_report_is_an_error() {
    let folder = Folder::new(&[("db.yaml", UNSEALED)]);
    let arguments = "--format json --output /dev/full --format sarif --output report.sarif";
    let ended = run(command(&folder, &format!("check {ONE_RULE} {arguments} --format concise")));
    assert_eq!(ended.code, Some(2));
    // The other reports are written.
    assert_eq!(ended.stdout.lines().count(), 1, "{}", ended.stdout);
    assert!(folder.read("report.sarif").contains("rds-storage-encrypted"));
    let error = "error: cannot write /dev/full: No space left on device (os error 28)";
    assert_eq!(ended.stderr.lines().last(), Some(error), "{}", ended.stderr);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_under_standard_output_is_an_error() {
    let folder = Folder::new(&[("db.yaml", UNSEALED)]);
    let event = crate::harness::repository().join("hook-handler/events/resource-create.json");
    folder.write("event.json", &fs::read(event).unwrap());
    for arguments in [
        "check",
        "check --format json",
        "check --diff --unsafe-fixes",
        "rules",
        "explain kms-key-rotation",
        "init --schema",
        "completions bash",
        "man",
        "hook --event event.json",
    ] {
        let mut command = command(&folder, arguments);
        command.stdout(File::options().write(true).open("/dev/full").unwrap());
        let ended = run(command);
        assert_eq!(ended.code, Some(2), "{arguments}: {ended:?}");
        let error = "error: cannot write to standard output: No space left on device";
        assert!(ended.stderr.contains(error), "{arguments}: {}", ended.stderr);
    }
}

/// A report that cannot be finished leaves the one that was there.
#[test]
fn a_report_is_written_whole_or_not_at_all() {
    let folder = Folder::new(&[("report.json", "{}")]);
    for index in 0..20 {
        folder.write(&format!("db{index}.yaml"), UNSEALED.as_bytes());
    }
    let arguments = format!("check {ONE_RULE} --format json --output report.json");
    let ended = run(without_room(&folder, &arguments, 1));
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert!(ended.stderr.contains("error: cannot write report.json: "), "{}", ended.stderr);
    assert_eq!(folder.read("report.json"), "{}");
    assert_eq!(names(folder.path()).len(), 21, "nothing is left behind");
    assert_eq!(run(command(&folder, &arguments)).code, Some(1));
    assert!(folder.read("report.json").ends_with("}\n"));
}

#[test]
fn a_fix_that_finds_no_room_leaves_the_file_as_it_was() {
    let long = format!("{UNSEALED}# {}\n", "long ".repeat(1000));
    let folder = Folder::new(&[("long.yaml", &long), ("short.yaml", UNSEALED)]);
    let ended = run(without_room(&folder, &fix(), 2));
    assert_eq!(ended.code, Some(2), "{ended:?}");
    let error = "long.yaml: error: not fixed: it cannot be written: ";
    assert!(ended.stdout.starts_with(error), "{}", ended.stdout);
    assert_eq!((folder.read("long.yaml"), folder.read("short.yaml")), (long, sealed()));
    assert_eq!(names(folder.path()), ["long.yaml", "short.yaml"]);
}

#[test]
fn a_folder_that_cannot_be_written_to_keeps_its_files() {
    let folder = Folder::new(&[("closed/db.yaml", UNSEALED), ("open/db.yaml", UNSEALED)]);
    let command = as_nobody(&folder, command(&folder, &fix()));
    set_mode(&folder, "closed", 0o555);
    let ended = run(command);
    set_mode(&folder, "closed", 0o755);
    assert_eq!(ended.code, Some(2), "{ended:?}");
    let error = "closed/db.yaml: error: not fixed: no file can be made in its folder: ";
    assert!(ended.stdout.starts_with(error), "{}", ended.stdout);
    assert_eq!(folder.read("closed/db.yaml"), UNSEALED);
    assert_eq!(folder.read("open/db.yaml"), sealed());
    assert_eq!(names(&folder.path().join("closed")), ["db.yaml"]);
}

/// In such a folder, a report that may be written to is written to.
#[test]
fn a_report_in_a_folder_that_cannot_be_written_to_is_written() {
    let folder = Folder::new(&[("db.yaml", UNSEALED), ("closed/report.json", "{}")]);
    let arguments = format!("check {ONE_RULE} db.yaml --format json --output closed/report.json");
    let command = as_nobody(&folder, command(&folder, &arguments));
    set_mode(&folder, "closed", 0o555);
    let ended = run(command);
    set_mode(&folder, "closed", 0o755);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(folder.read("closed/report.json").contains("rds-storage-encrypted"));
}

/// Fixes `a.yaml`; `meanwhile` happens once it is read, and before it is written.
fn fix_while(folder: &Folder, meanwhile: impl FnOnce()) -> super::Ended {
    let path = pipe(folder, "z.yaml");
    let child = command(folder, &format!("{} a.yaml b.yaml z.yaml", fix())).spawn().unwrap();
    let mut writer = wait_for_reader(&path);
    meanwhile();
    writer.write_all(b"a: 1\n").unwrap();
    drop(writer);
    ended(finish(child))
}

#[test]
fn a_file_that_changes_before_it_is_fixed_keeps_the_change() {
    let folder = Folder::new(&[("a.yaml", UNSEALED), ("b.yaml", UNSEALED)]);
    let theirs = format!("{UNSEALED}# mine\n");
    let ended = fix_while(&folder, || folder.write("a.yaml", theirs.as_bytes()));
    assert_eq!(ended.code, Some(2), "{ended:?}");
    let error = "a.yaml: error: not fixed: it has changed since it was read, run again\n";
    assert!(ended.stdout.contains(error), "{}", ended.stdout);
    assert_eq!((folder.read("a.yaml"), folder.read("b.yaml")), (theirs, sealed()));
    assert_eq!(names(folder.path()), ["a.yaml", "b.yaml", "z.yaml"]);
}

#[test]
fn a_file_that_goes_before_it_is_fixed_stays_gone() {
    let folder = Folder::new(&[("a.yaml", UNSEALED), ("b.yaml", UNSEALED)]);
    let ended = fix_while(&folder, || fs::remove_file(folder.path().join("a.yaml")).unwrap());
    assert_eq!(ended.code, Some(2), "{ended:?}");
    let error = "a.yaml: error: not fixed: it cannot be read again: ";
    assert!(ended.stdout.contains(error), "{}", ended.stdout);
    assert_eq!(names(folder.path()), ["b.yaml", "z.yaml"]);
    assert_eq!(folder.read("b.yaml"), sealed());
}

/// What came through a pipe cannot be put back.
#[test]
fn a_pipe_is_not_fixed() {
    let folder = Folder::new(&[]);
    let path = pipe(&folder, "a.yaml");
    let child = command(&folder, &format!("{} a.yaml", fix())).spawn().unwrap();
    wait_for_reader(&path).write_all(UNSEALED.as_bytes()).unwrap();
    let ended = ended(finish(child));
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert!(ended.stdout.contains("a.yaml: error: not fixed: it is no file"), "{}", ended.stdout);
    assert_eq!(names(folder.path()), ["a.yaml"]);
}
