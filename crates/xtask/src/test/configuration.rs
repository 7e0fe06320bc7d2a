//! Configurations, good and bad, held against the schema we publish.

use std::io::Write;

use crate::process;

use super::{StepError, Workspace};

/// Takes the paths of a schema and of a folder of configurations.
const VALIDATE: &str = "crates/xtask/src/test/configuration.py";

/// Where the schema is published. A test of the command line holds it to what is printed.
const SCHEMA: &str = "docs/schema/stackseal.schema.json";

/// Where the configurations are.
const FOLDER: &str = "fixtures/configuration";

pub(super) fn run(workspace: &Workspace, _: &mut dyn Write) -> Result<String, StepError> {
    let mut python = workspace.venv.tool("python");
    process::run(python.current_dir(&workspace.root).args([VALIDATE, SCHEMA, FOLDER]))?;
    Ok(String::new())
}
