//! What `stackseal check --format json` prints, held against the schema we publish.

use std::io::Write;

use crate::files;
use crate::process;

use super::{StepError, Workspace};

/// What is checked: it has findings of every group.
const FOLDER: &str = "fixtures/wordpress/insecure";

/// Where the document stays, to be looked at when something is wrong with it.
const PRINTED: &str = "target/check-output.json";

/// Takes the paths of a schema and of a document.
const VALIDATE: &str = "crates/xtask/src/test/validate.py";

/// Where the schema is published.
const SCHEMA: &str = "docs/schema/check-output.schema.json";

pub(super) fn run(workspace: &Workspace, _: &mut dyn Write) -> Result<String, StepError> {
    let mut command = workspace.cargo(&["run", "--quiet", "--package", "stackseal", "--"]);
    let output = process::capture(command.args(["check", "--format", "json", FOLDER]))?;
    let printed = workspace.root.join(PRINTED);
    files::write(&printed, &output.stdout)?;
    if output.status.code() != Some(1) {
        return Err(StepError::CheckStatus {
            folder: FOLDER,
            status: output.status,
            printed: PRINTED,
        });
    }
    let mut python = workspace.venv.tool("python");
    process::run(python.current_dir(&workspace.root).args([VALIDATE, SCHEMA, PRINTED]))?;
    Ok(String::new())
}
