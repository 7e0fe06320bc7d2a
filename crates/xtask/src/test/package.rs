//! The function as it is deployed: packed, unpacked again, and asked about the samples under the
//! emulator of Lambda's runtime.
//!
//! For this machine, since it has to be started, on the C library of Amazon Linux 2023; and without
//! optimisation, which takes minutes.

use std::io::Write;

use crate::package;
use crate::process;

use super::{StepError, Workspace};

pub(super) fn run(workspace: &Workspace, _: &mut dyn Write) -> Result<String, StepError> {
    let Some(program) = package::unpacked(&workspace.root).map_err(Box::new)? else {
        return Ok("Lambda runs no programs of this machine".to_owned());
    };
    let arguments = ["test", "--workspace", "--test", "hook", "--", "--ignored", "each_sample"];
    let mut command = workspace.cargo(&arguments);
    command.env("STACKSEAL_VENV", workspace.venv.folder()).env("STACKSEAL_BOOTSTRAP", program);
    process::run(&mut command)?;
    Ok(String::new())
}
