//! CloudFormation templates through [cfn-lint]: the fixtures, so that what we lint is what
//! CloudFormation takes, and our own, which people deploy.
//!
//! [cfn-lint]: https://github.com/aws-cloudformation/cfn-lint

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::files;
use crate::process;

use super::fixtures::{self, DEPLOYMENT, WORDPRESS};
use super::{StepError, Workspace};

pub(super) fn run(workspace: &Workspace, _: &mut dyn Write) -> Result<String, StepError> {
    let fixtures = templates(&workspace.root, WORDPRESS)?;
    let mut count = fixtures.len();
    let (secure, other): (Vec<_>, Vec<_>) =
        fixtures.into_iter().partition(|it| fixtures::is_within(it, "secure"));
    for folder in DEPLOYMENT {
        let ours = templates(&workspace.root, folder)?;
        count += ours.len();
        // Nothing may be amiss with what others deploy, and no part of it may be waved through.
        lint(workspace, &ours, |command| {
            command.args(["--include-checks", "I", "--non-zero-exit-code", "informational"]);
        })?;
    }
    // The sealed architecture is meant to be copied: there, warnings are worth seeing.
    lint(workspace, &secure, |_| ())?;
    lint(workspace, &other, |command| {
        command.args(["--ignore-checks", "W", "I"]);
    })?;
    Ok(format!("{count} templates"))
}

fn lint(
    workspace: &Workspace,
    templates: &[PathBuf],
    options: fn(&mut Command),
) -> Result<(), StepError> {
    if templates.is_empty() {
        return Ok(());
    }
    let mut command = workspace.venv.tool("cfn-lint");
    command.current_dir(&workspace.root);
    // No configuration of whoever runs this.
    command.args(["--config-file", "/dev/null", "--non-zero-exit-code", "error"]);
    command.args(["--format", "parseable"]);
    options(&mut command);
    process::run(command.arg("--").args(templates))?;
    Ok(())
}

/// What below `folder` of the workspace at `root` is a template by its text.
fn templates(root: &Path, folder: &str) -> Result<Vec<PathBuf>, StepError> {
    let mut found = Vec::new();
    for path in files::below(root, folder)? {
        if !fixtures::has_extension(&path, &["yaml", "yml", "json", "template"]) {
            continue;
        }
        let text = files::read_text(&root.join(&path))?;
        if is_template(&text) {
            found.push(path);
        }
    }
    if found.is_empty() {
        return Err(StepError::Nothing { what: "CloudFormation template", folder: folder.into() });
    }
    Ok(found)
}

/// Whether `text` looks like a template. Cheaper than the linter's own judgement, and apart from
/// it: a fault there must not hide a fixture here.
fn is_template(text: &str) -> bool {
    text.contains("\"AWSTemplateFormatVersion\"")
        || text
            .lines()
            .any(|it| it.starts_with("AWSTemplateFormatVersion:") || it.trim_end() == "Resources:")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_are_told_from_other_files() {
        for (text, expected) in [
            ("AWSTemplateFormatVersion: '2010-09-09'\n", true),
            ("Description: x\nResources:\n  A: {}\n", true),
            ("{ \"AWSTemplateFormatVersion\": \"2010-09-09\" }", true),
            ("version: 0.2\nphases:\n", false),
            ("apiVersion: v1\nkind: Service\n", false),
            ("data:\n  Resources:\n", false),
            ("[{ \"ParameterKey\": \"A\", \"ParameterValue\": \"b\" }]", false),
        ] {
            assert_eq!(is_template(text), expected, "{text}");
        }
    }
}
