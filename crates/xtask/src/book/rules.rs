//! The rules, as `stackseal rules` lists them, with their pages.

use std::path::Path;
use std::process::Command;

use serde::Deserialize;

use crate::files;
use crate::process;

use super::BookError;

/// A rule and its page.
#[derive(Debug)]
pub(super) struct Rule {
    /// What the program says of it.
    pub(super) listed: Listed,
    /// Its page, in Markdown.
    pub(super) page: String,
}

/// A rule as the program lists it.
#[derive(Debug, Deserialize)]
pub(super) struct Listed {
    pub(super) id: String,
    pub(super) group: String,
    pub(super) severity: String,
    pub(super) profile: String,
    pub(super) title: String,
}

/// All rules, in the order of the catalogue.
pub(super) fn read(root: &Path) -> Result<Vec<Rule>, BookError> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["run", "--quiet", "--package", "stackseal", "--", "rules", "--format", "json"]);
    let output = process::capture(command.current_dir(root))?;
    if !output.status.success() {
        return Err(process::failed(&command, output.status).into());
    }
    let listed: Vec<Listed> =
        serde_json::from_slice(&output.stdout).map_err(|source| BookError::Rules { source })?;
    listed.into_iter().map(|it| with_page(root, it)).collect()
}

fn with_page(root: &Path, listed: Listed) -> Result<Rule, BookError> {
    let file = format!("{}.md", listed.id.replace('-', "_"));
    // The rule about suppressions is the engine's own.
    let path = match listed.group.as_str() {
        "engine" => root.join("crates/engine/src").join(file),
        group => root.join("rules/src").join(group).join(file),
    };
    let page = files::read_text(&path)?;
    Ok(Rule { listed, page })
}
