//! What `stackseal check` writes for other programs, read by other programs.
//!
//! [`READ`] holds SARIF against its published schema, which the crate `serde-sarif` carries, and
//! reads the other formats with the readers of the virtual environment.

use std::io::Write;

use crate::files;
use crate::process;

use super::{StepError, Workspace, dependency};

/// What is checked: it has findings of every group, and files without one.
const FOLDER: &str = "fixtures/wordpress";

/// Takes the folder of the reports and the schema of SARIF.
const READ: &str = "crates/xtask/src/test/read_reports.py";

/// The formats and the names their files get.
const REPORTS: &[(&str, &str)] = &[
    ("json", "json.json"),
    ("jsonl", "jsonl.jsonl"),
    ("sarif", "sarif.sarif"),
    ("junit", "junit.xml"),
    ("github", "github.txt"),
    ("gitlab", "gitlab.json"),
    ("markdown", "markdown.md"),
];

/// Where the reports stay, to be looked at when something is wrong with them.
const WRITTEN: &str = "target/reports";

pub(super) fn run(workspace: &Workspace, _: &mut dyn Write) -> Result<String, StepError> {
    let folder = workspace.root.join(WRITTEN);
    files::make_folder(&folder)?;
    let mut command = workspace.cargo(&["run", "--quiet", "--package", "stackseal", "--"]);
    command.args(["check", "--profile", "strict", FOLDER]);
    for (format, name) in REPORTS {
        command.args(["--format", format, "--output"]).arg(folder.join(name));
    }
    let output = process::capture(&mut command)?;
    if output.status.code() != Some(1) {
        return Err(StepError::CheckStatus {
            folder: FOLDER,
            status: output.status,
            printed: WRITTEN,
        });
    }
    let schema = dependency::path(workspace, "serde-sarif", "src/schema.json")?;
    let mut python = workspace.venv.tool("python");
    python.current_dir(&workspace.root).arg(READ).arg(&folder).arg(schema);
    process::run(&mut python)?;
    Ok(format!("{} formats", REPORTS.len()))
}
