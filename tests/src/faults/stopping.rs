//! Runs that are stopped, and readers that leave.

use std::fs::File;
use std::io::Read as _;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Instant;

use super::{command, finish, fix, names, pipe, run, sealed, signal, wait_for_reader};
use crate::harness::{Folder, ONE_RULE, UNSEALED, process};

/// A shell tells 130 and 143 then, and stops a script as well.
#[test]
fn a_signal_ends_a_run_as_such_and_leaves_every_file() {
    for (name, number) in [("INT", 2), ("TERM", 15), ("HUP", 1)] {
        let folder = Folder::new(&[("a.yaml", UNSEALED), ("report.json", "{}")]);
        let path = pipe(&folder, "z.yaml");
        let arguments = format!("{} --output report.json a.yaml z.yaml", fix());
        let child = command(&folder, &arguments).spawn().unwrap();
        let writer = wait_for_reader(&path);
        signal(&child.id().to_string(), name);
        let output = finish(child);
        drop(writer);
        assert_eq!(output.status.signal(), Some(number), "{output:?}");
        assert_eq!((output.stdout, output.stderr), (Vec::new(), Vec::new()));
        assert_eq!(folder.read("a.yaml"), UNSEALED);
        assert_eq!(folder.read("report.json"), "{}");
        assert_eq!(names(folder.path()), ["a.yaml", "report.json", "z.yaml"]);
    }
}

/// `| head`: enough is enough, and how the run went is still told.
#[test]
fn a_reader_that_leaves_is_no_error() {
    let folder = Folder::new(&[]);
    for index in 0..2000 {
        folder.write(&format!("db{index}.yaml"), UNSEALED.as_bytes());
    }
    let check = format!("check {ONE_RULE}");
    for (arguments, code) in [
        (format!("{check} --format json"), 1),
        (format!("{check} --format text"), 1),
        (format!("{check} --format sarif"), 1),
        (format!("{check} --diff --unsafe-fixes"), 1),
        ("init --schema".to_owned(), 0),
    ] {
        let mut child = command(&folder, &arguments).spawn().unwrap();
        let mut first = [0; 1];
        let mut stdout = child.stdout.take().unwrap();
        stdout.read_exact(&mut first).unwrap();
        drop(stdout);
        let output = finish(child);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!said.contains("error"), "{arguments}: {said}");
        assert_eq!(output.status.code(), Some(code), "{arguments}");
    }
}

#[test]
fn streams_that_are_closed_from_the_start_break_nothing() {
    let folder = Folder::new(&[("db.yaml", UNSEALED)]);
    for (closed, stdout) in [("<&-", 1), (">&-", 0), ("2>&-", 1), ("<&- >&- 2>&-", 0)] {
        let binary = process(folder.path());
        let script = format!("\"$0\" check {ONE_RULE} --format concise {closed}");
        let mut shell = Command::new("sh");
        shell.current_dir(folder.path()).arg("-c").arg(script).arg(binary.get_program());
        shell.stdout(Stdio::piped()).stderr(Stdio::piped());
        let ended = run(shell);
        assert_eq!(ended.code, Some(1), "{closed}: {ended:?}");
        assert_eq!(ended.stdout.lines().count(), stdout, "{closed}");
    }
}

/// Whenever a run is killed, each file is the old one or the new one.
#[test]
fn a_killed_run_tears_no_file() {
    const FILES: usize = 30;
    const KILLS: u32 = 60;
    let comment = "# a long comment\n".repeat(20_000);
    let (old, new) = (format!("{UNSEALED}{comment}"), format!("{}{comment}", sealed()));
    let folder = Folder::new(&[]);
    let names: Vec<String> = (0..FILES).map(|it| format!("db{it}.yaml")).collect();
    let start = || {
        for name in &names {
            folder.write(name, old.as_bytes());
        }
        command(&folder, &format!("{} --quiet", fix())).spawn().unwrap()
    };
    let fixed = || names.iter().filter(|it| folder.read(it) == new).count();
    let child = start();
    let started = Instant::now();
    assert_eq!(finish(child).status.code(), Some(0));
    let mut takes = started.elapsed();
    assert_eq!(fixed(), FILES);

    let mut counts = Vec::new();
    for kill in 0..KILLS {
        let mut child = start();
        // Times that follow no order, around when files are written: a multiple of the golden section,
        // modulo one.
        let moment = 0.8 + 0.4 * (f64::from(kill) * 0.618_034).fract();
        thread::sleep(takes.mul_f64(moment));
        child.kill().unwrap();
        child.wait().unwrap();
        for name in &names {
            let text = folder.read(name);
            assert!(text == old || text == new, "{name} is torn at {moment} of {takes:?}");
        }
        // What else the machine does changes how long that is.
        let count = fixed();
        takes = takes.mul_f64(match count {
            0 => 1.1,
            FILES => 0.9,
            _ => 1.0,
        });
        counts.push(count);
    }
    let amid = counts.iter().filter(|it| (1..FILES).contains(*it)).count();
    assert!(amid > 0, "no kill came while files were written: {counts:?}");

    // What a killed run leaves behind is hidden, and goes with the next run that writes there.
    let hidden = |it: &String| it.starts_with('.');
    assert_eq!(self::names(folder.path()).into_iter().filter(|it| !hidden(it)).count(), FILES);
    folder.write("db0.yaml", old.as_bytes());
    folder.write(".stackseal-left.tmp", b"torn");
    assert_eq!(run(command(&folder, &fix())).code, Some(0));
    assert_eq!(fixed(), FILES);
    assert!(!self::names(folder.path()).iter().any(hidden));
}

/// What another run is writing at that moment is left alone; its lock on the folder says so.
#[test]
fn what_another_run_writes_stays() {
    let folder = Folder::new(&[]);
    folder.write("db.yaml", UNSEALED.as_bytes());
    folder.write(".stackseal-theirs.tmp", b"half");
    let theirs = File::open(folder.path()).unwrap();
    theirs.lock_shared().unwrap();
    assert_eq!(run(command(&folder, &fix())).code, Some(0));
    assert_eq!(names(folder.path()), [".stackseal-theirs.tmp", "db.yaml"]);
    drop(theirs);
    assert_eq!(run(command(&folder, "check db.yaml --output report.txt")).code, Some(1));
    assert_eq!(names(folder.path()), ["db.yaml", "report.txt"]);
}

/// The same of a report: whoever waits for it never sees half of it.
#[test]
fn a_killed_run_tears_no_report() {
    let folder = Folder::new(&[]);
    for index in 0..200 {
        folder.write(&format!("db{index}.yaml"), UNSEALED.as_bytes());
    }
    let arguments = format!("check {ONE_RULE} --format json --output report.json");
    let started = Instant::now();
    assert_eq!(run(command(&folder, &arguments)).code, Some(1));
    let takes = started.elapsed();
    let whole = folder.read("report.json");
    folder.write("report.json", b"{}");
    for kill in 0..40_u32 {
        let mut child = command(&folder, &arguments).spawn().unwrap();
        thread::sleep(takes.mul_f64(0.4 + 0.6 * (f64::from(kill) * 0.618_034).fract()));
        child.kill().unwrap();
        child.wait().unwrap();
        let text = folder.read("report.json");
        assert!(text == whole || text == "{}", "{text}");
        folder.write("report.json", b"{}");
    }
}
