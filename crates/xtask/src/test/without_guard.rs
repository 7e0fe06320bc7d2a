//! The command line without the interpreter of Guard rules: the half of its dependencies that not
//! everybody wants.

use std::io::Write;

use crate::process;

use super::{StepError, Workspace};

pub(super) fn run(workspace: &Workspace, _: &mut dyn Write) -> Result<String, StepError> {
    let arguments = ["test", "--quiet", "--package", "stackseal", "--no-default-features"];
    process::run(&mut workspace.cargo(&arguments))?;
    Ok(String::new())
}
