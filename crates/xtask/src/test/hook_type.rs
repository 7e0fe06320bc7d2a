//! The hook type of the private registry, judged and packaged by AWS's own CloudFormation CLI.
//!
//! The handler in it is the binary of the other tests: how it is optimised is nothing to the CLI.

use std::io::Write;

use crate::files;
use crate::package::{self, registry};
use crate::process;

use super::{StepError, Workspace};

pub(super) fn run(workspace: &Workspace, _: &mut dyn Write) -> Result<String, StepError> {
    let options = ["build", "--quiet", "--package", package::HOOK, "--bin", package::BINARY];
    process::run(&mut workspace.cargo(&options))?;
    let path = workspace.root.join("target/debug").join(package::BINARY);
    let binary = files::read(&path)?;
    let handler = package::handler(&binary, &package::Beside::new()).map_err(StepError::Handler)?;
    registry::package(&workspace.root, &handler)?;
    Ok(String::new())
}
