//! Running the program that is counted, under callgrind.

use std::path::{Path, PathBuf};

use crate::files;
use crate::process;

use super::InstructionsError;
use super::valgrind::Valgrind;

/// Where callgrind writes, from the top of the repository.
const DUMPS: &str = "target/instructions";

/// The function of the program at which callgrind begins anew.
const BETWEEN_PATHS: &str = "*between_paths*";

/// What one path cost.
#[derive(Debug)]
pub(super) struct Counted {
    /// The line by which the program names it.
    pub(super) line: String,
    pub(super) instructions: u64,
}

/// Builds the program.
pub(super) fn build(root: &Path) -> Result<(), InstructionsError> {
    let build = ["build", "--quiet", "--release", "--locked", "--package", "stackseal-bench"];
    process::run(process::cargo(root, &build).args(["--bin", "instructions"]))?;
    Ok(())
}

/// Runs the program, with `argument` if there is one, and reads what callgrind counted.
pub(super) fn count(
    root: &Path,
    valgrind: &Valgrind,
    argument: Option<PathBuf>,
) -> Result<Vec<Counted>, InstructionsError> {
    let folder = root.join(DUMPS);
    files::empty_folder(&folder)?;
    let mut command = valgrind.command();
    command.args(["--quiet", "--tool=callgrind", "--dump-line=no"]);
    command.arg(format!("--dump-before={BETWEEN_PATHS}"));
    command.arg(format!("--callgrind-out-file={}", folder.join("dump").display()));
    command.arg(root.join("target/release/instructions")).args(argument).current_dir(&folder);
    let output = process::capture(&mut command)?;
    if !output.status.success() {
        return Err(process::failed(&command, output.status).into());
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let lines: Vec<&str> = text.lines().collect();
    // One before each path, one behind it; and one at the end.
    let dumps = files::entries(&folder)?.len();
    if dumps != 2 * lines.len() + 1 {
        return Err(InstructionsError::Dumps { dumps, paths: lines.len(), folder });
    }
    let counted = lines.iter().enumerate().map(|(index, line)| {
        let instructions = total(&folder.join(format!("dump.{}", 2 * index + 2)))?;
        Ok(Counted { line: (*line).to_owned(), instructions })
    });
    counted.collect()
}

/// The sum in a file of callgrind.
fn total(path: &Path) -> Result<u64, InstructionsError> {
    let text = files::read_text(path)?;
    let total = text.lines().find_map(|it| it.strip_prefix("totals: ")?.trim().parse().ok());
    total.ok_or_else(|| InstructionsError::NoTotal { path: path.to_owned() })
}
