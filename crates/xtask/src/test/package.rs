//! The function as it is deployed: packed, unpacked again, and asked about the samples under the
//! emulator of Lambda's runtime.
//!
//! Without optimisation, which takes minutes. Static, where the targets are installed, as it is
//! deployed; what can only be packed here, and not started, is packed. Where they are not, it is
//! built for this machine, on the C library of Amazon Linux 2023, and the summary tells.

use std::io::Write;

use crate::package::{self, Target, Trial};
use crate::process;

use super::{StepError, Workspace};

pub(super) fn run(workspace: &Workspace, _: &mut dyn Write) -> Result<String, StepError> {
    let trial = package::trial(&workspace.root).map_err(Box::new)?;
    if let Some((_, program)) = &trial.unpacked {
        let arguments = ["test", "--workspace", "--test", "hook", "--", "--ignored", "each_sample"];
        let mut command = workspace.cargo(&arguments);
        command.env("STACKSEAL_VENV", workspace.venv.folder()).env("STACKSEAL_BOOTSTRAP", program);
        process::run(&mut command)?;
    }
    Ok(note(&trial))
}

/// What was started, what was only packed, and what was not even built.
fn note(Trial { unpacked, packed, missing }: &Trial) -> String {
    let mut notes = vec![match unpacked {
        Some((target, _)) => format!("started {target}"),
        None => "Lambda runs no programs of this machine".to_owned(),
    }];
    if !packed.is_empty() {
        notes.push(format!("packed {}", list(packed, Target::to_string)));
    }
    if !missing.is_empty() {
        notes.push(format!("not installed: {}", list(missing, |it| it.triple().to_owned())));
    }
    notes.join("; ")
}

fn list(targets: &[Target], name: impl Fn(&Target) -> String) -> String {
    targets.iter().map(name).collect::<Vec<_>>().join(", ")
}
