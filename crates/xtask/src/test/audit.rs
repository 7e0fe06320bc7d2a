//! Our dependencies by [cargo-deny], and what we hand to GitHub by its schema.
//!
//! Advisories are not looked up here: their database is a repository that CI may not reach, and it
//! changes without us. `cargo deny check advisories` does it.
//!
//! [cargo-deny]: https://embarkstudios.github.io/cargo-deny/

use std::io::Write;

use crate::process;

use super::{StepError, Workspace};

pub(super) fn run(workspace: &Workspace, _: &mut dyn Write) -> Result<String, StepError> {
    let mut deny = workspace.venv.tool("cargo-deny");
    deny.current_dir(&workspace.root).args(["--all-features", "--locked", "--log-level", "error"]);
    process::run(deny.args(["check", "licenses", "bans", "sources"]))?;
    let mut schema = workspace.venv.tool("check-jsonschema");
    schema.current_dir(&workspace.root);
    process::run(schema.args(["--builtin-schema", "vendor.github-actions", "action.yml"]))?;
    Ok(String::new())
}
