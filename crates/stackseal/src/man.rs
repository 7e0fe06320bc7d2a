//! `stackseal man`.

use std::io::Write;

use clap::CommandFactory as _;
use clap_mangen::Man;

use crate::arguments::Arguments;
use crate::{Failure, Status};

/// One page for the program and all of its commands, since that is where people look.
pub(crate) fn run(out: &mut dyn Write) -> Result<Status, Failure> {
    let command = Arguments::command().flatten_help(true).disable_help_subcommand(true);
    let mut page = Vec::new();
    let man = Man::new(command.clone());
    man.render(&mut page).map_err(Failure::print)?;
    for subcommand in command.get_subcommands().filter(|it| !it.is_hide_set()) {
        let name = format!("stackseal {}", subcommand.get_name());
        let man = Man::new(subcommand.clone().display_name(&name).bin_name(&name));
        writeln!(page, ".SH {}", name.to_uppercase()).map_err(Failure::print)?;
        man.render_synopsis_section(&mut page).map_err(Failure::print)?;
        man.render_description_section(&mut page).map_err(Failure::print)?;
        man.render_options_section(&mut page).map_err(Failure::print)?;
    }
    out.write_all(&page).map_err(Failure::print)?;
    Ok(Status::Clean)
}
