//! Our dependencies by [cargo-deny], what we hand to GitHub by its schema, and what we hand to builders
//! of containers by [hadolint]. No container is built: there is no engine where this runs.
//!
//! Advisories are not looked up here: their database is a repository that CI may not reach, and it
//! changes without us. `cargo deny check advisories` does it.
//!
//! [cargo-deny]: https://embarkstudios.github.io/cargo-deny/
//! [hadolint]: https://github.com/hadolint/hadolint

use std::io::Write;

use crate::process;

use super::{StepError, Workspace};

/// How to make a container of the program.
const CONTAINER: &str = "crates/stackseal/Containerfile";

pub(super) fn run(workspace: &Workspace, _: &mut dyn Write) -> Result<String, StepError> {
    let mut deny = workspace.venv.tool("cargo-deny");
    deny.current_dir(&workspace.root).args(["--all-features", "--locked", "--log-level", "error"]);
    process::run(deny.args(["check", "licenses", "bans", "sources"]))?;
    let mut schema = workspace.venv.tool("check-jsonschema");
    schema.current_dir(&workspace.root);
    process::run(schema.args(["--builtin-schema", "vendor.github-actions", "action.yml"]))?;
    let mut container = workspace.venv.tool("hadolint");
    container.current_dir(&workspace.root);
    process::run(container.args(["--failure-threshold", "style", CONTAINER]))?;
    Ok(String::new())
}
