//! `stackseal completions`.

use std::io::Write;

use clap::CommandFactory as _;

use crate::arguments::{Arguments, CompletionsArguments};
use crate::{Failure, Status};

pub(crate) fn run(
    arguments: &CompletionsArguments,
    out: &mut dyn Write,
) -> Result<Status, Failure> {
    // clap's generator panics if it cannot write.
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "stackseal", &mut script);
    out.write_all(&script).map_err(Failure::print)?;
    Ok(Status::Clean)
}
