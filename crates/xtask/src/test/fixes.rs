//! Every fixture fixed, and the templates among them through cfn-lint before and after: a fix makes
//! nothing that CloudFormation would refuse.

use std::fs;
use std::io::Write;
use std::path::Path;

use crate::process;

use super::files::{self, WORDPRESS};
use super::{StepError, Workspace};

/// The cases of the rules.
const RULES: &str = "fixtures/rules";

/// Where the copies stay, to be looked at when something is wrong with them.
const BEFORE: &str = "target/fixes/before";
const AFTER: &str = "target/fixes/after";

/// Takes the folders of the copies.
const LINT: &str = "crates/xtask/src/test/lint_fixed.py";

pub(super) fn run(workspace: &Workspace, _: &mut dyn Write) -> Result<String, StepError> {
    let root = &workspace.root;
    for copy in [BEFORE, AFTER] {
        let _ = fs::remove_dir_all(root.join(copy));
        for folder in [RULES, WORDPRESS] {
            for file in files::below(root, folder)? {
                copy_file(root, &file, &Path::new(copy).join(&file))?;
            }
        }
    }
    // One run for the cases of a rule: they have nothing to do with those of another.
    let rules = root.join(AFTER).join(RULES);
    let read = |source| StepError::Read { path: rules.clone(), source };
    let mut folders = vec![root.join(AFTER).join(WORDPRESS).join("insecure")];
    for entry in fs::read_dir(&rules).map_err(read)? {
        folders.push(entry.map_err(read)?.path());
    }
    for folder in folders {
        let arguments = ["run", "--quiet", "--package", "stackseal", "--", "check", "--quiet"];
        let mut command = workspace.cargo(&arguments);
        command.args(["--fix", "--unsafe-fixes", "--profile", "strict", "--format", "concise"]);
        // What is left is another step's affair; what could not be read was so before.
        process::capture(command.arg(folder))?;
    }
    let mut python = workspace.venv.tool("python");
    let output = process::capture(python.current_dir(root).args([LINT, BEFORE, AFTER]))?;
    let text = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        return Err(StepError::Fixes { said: text.trim().to_owned() });
    }
    Ok(text.lines().last().unwrap_or_default().to_owned())
}

fn copy_file(root: &Path, from: &Path, to: &Path) -> Result<(), StepError> {
    let (from, to) = (root.join(from), root.join(to));
    let write = |source| StepError::Write { path: to.clone(), source };
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).map_err(write)?;
    }
    fs::copy(&from, &to).map(|_| ()).map_err(write)
}
