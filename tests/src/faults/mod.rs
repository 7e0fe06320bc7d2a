//! What goes wrong around a run: files, folders, disks, pipes and signals, with the real binary.
//!
//! Where a fault has to come at a certain moment, a named pipe among the files holds the run there:
//! it is read behind the files before it, and the run goes on once something is written into it.

mod reading;
mod stopping;
mod writing;

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::harness::{Folder, ONE_RULE, UNSEALED, process, words};

/// [`UNSEALED`] once it is fixed.
fn sealed() -> String {
    UNSEALED.replace("StorageEncrypted: false", "StorageEncrypted: true")
}

/// A fix of what [`UNSEALED`] has wrong.
fn fix() -> String {
    format!("check {ONE_RULE} --format concise --fix --unsafe-fixes")
}

/// The binary in `folder` with `arguments`, its output caught.
fn command(folder: &Folder, arguments: &str) -> Command {
    let mut command = process(folder.path());
    command.args(words(arguments)).stdin(Stdio::null());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// What a process left behind, as text.
#[derive(Debug)]
struct Ended {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

/// Runs `command` to its end.
#[track_caller]
fn run(mut command: Command) -> Ended {
    ended(finish(command.spawn().unwrap()))
}

fn ended(output: Output) -> Ended {
    Ended {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Waits for `child`, and kills it where it does not come to an end.
fn finish(child: Child) -> Output {
    let id = child.id().to_string();
    let (done, watched) = mpsc::channel();
    let dog = thread::spawn(move || {
        if watched.recv_timeout(Duration::from_secs(120)).is_err() {
            signal(&id, "KILL");
        }
    });
    let output = child.wait_with_output().unwrap();
    // Nobody listens any more where the process was killed.
    let _ = done.send(());
    dog.join().unwrap();
    output
}

fn signal(id: &str, name: &str) {
    let status = Command::new("kill").args(["-s", name, id]).status().unwrap();
    assert!(status.success(), "{name} cannot be sent");
}

/// A named pipe in `folder`.
fn pipe(folder: &Folder, name: &str) -> PathBuf {
    let path = folder.path().join(name);
    assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
    path
}

/// Opens the pipe `path` for writing, which waits for the run to open it for reading.
fn wait_for_reader(path: &Path) -> File {
    OpenOptions::new().write(true).open(path).unwrap()
}

/// Runs `command` as somebody who is not the superuser, for whom permissions mean nothing. The folder
/// and what is in it become theirs.
fn as_nobody(folder: &Folder, command: Command) -> Command {
    /// Nobody, everywhere.
    const NOBODY: u32 = 65_534;
    if fs::metadata(folder.path()).unwrap().uid() != 0 {
        return command;
    }
    // The folders above the binary may be closed to others.
    let binary = folder.path().join(".stackseal-binary");
    if fs::hard_link(command.get_program(), &binary).is_err() {
        fs::copy(command.get_program(), &binary).unwrap();
    }
    give(folder.path(), NOBODY);
    let mut theirs = Command::new(binary);
    theirs.args(command.get_args()).current_dir(folder.path()).env_clear();
    theirs.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    theirs.uid(NOBODY).gid(NOBODY);
    theirs
}

fn give(path: &Path, owner: u32) {
    // The binary may be a link to the one that others run.
    if path.ends_with(".stackseal-binary") {
        return;
    }
    chown(path, Some(owner), Some(owner)).unwrap();
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            give(&entry.unwrap().path(), owner);
        }
    }
}

fn set_mode(folder: &Folder, name: &str, mode: u32) {
    fs::set_permissions(folder.path().join(name), fs::Permissions::from_mode(mode)).unwrap();
}

/// What lies in `folder`, hidden or not, without the binary of [`as_nobody`].
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let names = entries.map(|it| it.unwrap().file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(|it| it != ".stackseal-binary").collect();
    names.sort();
    names
}
