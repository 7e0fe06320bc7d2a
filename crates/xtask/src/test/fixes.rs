//! Every fixture fixed, and the templates among them through cfn-lint before and after: a fix makes
//! nothing that CloudFormation would refuse.

use std::io::Write;

use crate::files;
use crate::process;

use super::fixtures::WORDPRESS;
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
        files::remove_folder(&root.join(copy))?;
        for folder in [RULES, WORDPRESS] {
            for file in files::below(root, folder)? {
                files::copy(&root.join(&file), &root.join(copy).join(&file))?;
            }
        }
    }
    // One run for the cases of a rule: they have nothing to do with those of another.
    let rules = root.join(AFTER).join(RULES);
    let mut folders = vec![root.join(AFTER).join(WORDPRESS).join("insecure")];
    folders.extend(files::entries(&rules)?);
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
