//! Runs of the command line.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use stackseal::Io;
use tempfile::TempDir;

/// What a run left behind.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) status: u8,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A folder of files that is gone at the end of its test.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        for (name, text) in files {
            folder.write(name, text.as_bytes());
        }
        folder
    }

    pub(crate) fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).unwrap()
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Runs `arguments`, parted by blanks, in this folder and in this process.
    pub(crate) fn run(&self, arguments: &str) -> Run {
        run(self.path(), &words(arguments), "")
    }

    /// Runs `arguments` on `stdin`.
    pub(crate) fn run_on(&self, arguments: &str, stdin: &str) -> Run {
        run(self.path(), &words(arguments), stdin)
    }
}

pub(crate) fn words(arguments: &str) -> Vec<&str> {
    arguments.split_whitespace().collect()
}

/// The day on which all tests run.
pub(crate) const TODAY: &str = "2026-06-15";

/// Runs `arguments` in `folder`, in this process, with nothing in the environment.
pub(crate) fn run(folder: &Path, arguments: &[&str], stdin: &str) -> Run {
    let mut run = Run { status: 0, stdout: String::new(), stderr: String::new() };
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let io = &mut Io {
        stdin: &mut stdin.as_bytes(),
        stdout: &mut stdout,
        stderr: &mut stderr,
        folder: folder.to_owned(),
        today: TODAY.parse().unwrap(),
        variable: &|_| None,
        stdout_is_terminal: false,
        stdout_columns: None,
        stderr_is_terminal: false,
    };
    let arguments = ["stackseal"].into_iter().chain(arguments.iter().copied()).map(OsString::from);
    run.status = stackseal::run(arguments, io).code();
    run.stdout = String::from_utf8(stdout).unwrap();
    run.stderr = String::from_utf8(stderr).unwrap();
    run
}

/// The real binary in `folder`, with an environment that holds nothing that could influence it.
pub(crate) fn process(folder: &Path) -> Command {
    let mut command = Command::new(binary());
    command.current_dir(folder).env_clear();
    // Windows starts no process without it.
    if let Some(root) = std::env::var_os("SystemRoot") {
        command.env("SystemRoot", root);
    }
    command
}

/// The binary beside this test, built once. Cargo tells tests only about binaries of their own
/// package.
fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        // target/debug/deps/stackseal_tests-…
        let test = std::env::current_exe().unwrap();
        let profile = test.ancestors().nth(2).unwrap();
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut build = Command::new(cargo);
        build.args(["build", "--quiet", "--package", "stackseal", "--bin", "stackseal"]);
        build.arg("--target-dir").arg(profile.parent().unwrap());
        if profile.file_name().is_some_and(|it| it == "release") {
            build.arg("--release");
        }
        let status = build.current_dir(repository()).status().unwrap();
        assert!(status.success(), "the binary does not build");
        profile.join(format!("stackseal{}", std::env::consts::EXE_SUFFIX))
    })
}

/// The folder of the workspace.
pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Whether expectations are to be written instead of compared.
pub(crate) fn updates_expectations() -> bool {
    std::env::var_os("UPDATE_EXPECT").is_some_and(|it| it == "1")
}

/// The entries of a folder, by name.
pub(crate) fn entries(folder: &Path) -> Vec<PathBuf> {
    let read = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut entries: Vec<PathBuf> = read.map(|it| it.unwrap().path()).collect();
    entries.sort();
    entries
}

/// Whether a file in a rule's folder is an input.
pub(crate) fn is_input(path: &Path) -> bool {
    file_name(path) != "expected.txt" && path.extension().is_none_or(|it| it != "md")
}

/// Each of `lines` with its line end.
pub(crate) fn text(lines: &[String]) -> String {
    if lines.is_empty() { String::new() } else { lines.join("\n") + "\n" }
}

pub(crate) fn file_name(path: &Path) -> &str {
    path.file_name().and_then(|it| it.to_str()).unwrap()
}

/// A database that is not encrypted: one finding of `rds-storage-encrypted` at 5:25.
pub(crate) const UNSEALED: &str = "\
Resources:
  Orders:
    Type: AWS::RDS::DBInstance
    Properties:
      StorageEncrypted: false
      ManageMasterUserPassword: true
";

/// A database that is.
pub(crate) const SEALED: &str = "\
Resources:
  Orders:
    Type: AWS::RDS::DBInstance
    Properties:
      StorageEncrypted: true
";

/// Runs one rule, so that tests of the command line hang on no other.
pub(crate) const ONE_RULE: &str = "--select rds-storage-encrypted";
