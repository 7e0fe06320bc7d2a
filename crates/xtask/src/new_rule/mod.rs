//! The files of a new rule: code, page and cases that already agree with each other, and its line
//! in the group's list and among the best practices. What the rule is about is left to whoever fills them in.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use thiserror::Error;

use crate::files::{self, FileError};
use crate::process::{self, ProcessError};

mod name;
mod registration;
mod scaffold;

use self::name::Name;

/// Why no rule was made.
#[derive(Debug, Error)]
pub(crate) enum NewRuleError {
    /// A file or folder is of no use.
    #[error(transparent)]
    File(#[from] FileError),
    /// The group is not one of ours.
    #[error("there is no group `{group}`, only {}", known.join(", "))]
    Group {
        /// As given.
        group: String,
        /// Those there are.
        known: Vec<&'static str>,
    },
    /// The id is not what ids look like.
    #[error("`{id}` is no rule id: two or more words of a-z and 0-9, joined by `-`")]
    Id {
        /// As given.
        id: String,
    },
    /// The rule, or a part of it, is there already.
    #[error("{} is there already", path.display())]
    Exists {
        /// The part.
        path: PathBuf,
    },
    /// The list is written, but not formatted.
    #[error("cannot format the group's list")]
    Format {
        /// What went wrong.
        source: ProcessError,
    },
}

/// Makes the rule `id` of `group` in the repository at `root`; says what was done and what is left
/// to do, a line each.
pub(crate) fn run(root: &Path, group: &str, id: &str) -> Result<Vec<String>, NewRuleError> {
    let name = Name::new(group, id)?;
    let rules = root.join("rules/src");
    refuse_existing(&rules, &name)?;
    let list = rules.join(name.group()).join("mod.rs");
    let text = files::read_text(&list)?;

    let mut said = Vec::new();
    for (path, content) in scaffold::files(&name) {
        write(root, &path, &content)?;
        said.push(format!("made {}", path.display()));
    }
    let (group, module) = (name.group(), name.module());
    if let Some(text) = registration::register(&text, module) {
        files::write(&list, text)?;
        process::run(Command::new("rustfmt").arg("--edition=2024").arg(&list))
            .map_err(|source| NewRuleError::Format { source })?;
        said.push(format!("registered in rules/src/{group}/mod.rs"));
    } else {
        said.push(format!(
            "add to rules/src/{group}/mod.rs: `mod {module};`, and `&{module}::RULE` in RULES"
        ));
    }
    // The book may be absent from a package of the sources.
    let practices = root.join("docs/best-practices.md");
    if let Ok(text) = fs::read_to_string(&practices)
        && let Some(text) = registration::practise(&text, name.variant(), name.id())
    {
        files::write(&practices, text)?;
        said.push("listed in docs/best-practices.md".to_owned());
    }
    said.push("next: fill in code, page and cases, as CONTRIBUTING.md says".to_owned());
    Ok(said)
}

/// An id is the name of one rule, whatever its group.
fn refuse_existing(rules: &Path, name: &Name) -> Result<(), NewRuleError> {
    for &(group, _) in name::GROUPS {
        for extension in ["rs", "md"] {
            let path = rules.join(group).join(name.module()).with_extension(extension);
            if path.exists() {
                return Err(NewRuleError::Exists { path });
            }
        }
    }
    Ok(())
}

fn write(root: &Path, path: &Path, content: &str) -> Result<(), NewRuleError> {
    let path = root.join(path);
    if path.exists() {
        return Err(NewRuleError::Exists { path });
    }
    Ok(files::write(&path, content)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A repository with an empty group.
    fn repository() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        let group = root.path().join("rules/src/encryption");
        fs::create_dir_all(&group).unwrap();
        fs::write(group.join("mod.rs"), "pub(crate) static RULES: &[&Rule] = &[];\n").unwrap();
        root
    }

    #[test]
    fn a_new_rule_is_written_and_registered() {
        let root = repository();
        let said = run(root.path(), "encryption", "store-sealed").unwrap();
        let read = |path: &str| fs::read_to_string(root.path().join(path)).unwrap();
        assert!(read("rules/src/encryption/mod.rs").contains("&store_sealed::RULE"));
        assert!(read("rules/src/encryption/store_sealed.rs").contains("\"store-sealed\""));
        assert!(read("rules/src/encryption/store_sealed.md").starts_with("# store-sealed"));
        assert!(read("fixtures/rules/store-sealed/expected.txt").contains("[store-sealed]"));
        assert!(said.contains(&"registered in rules/src/encryption/mod.rs".to_owned()));
    }

    #[test]
    fn a_rule_is_made_once() {
        let root = repository();
        run(root.path(), "encryption", "store-sealed").unwrap();
        let again = run(root.path(), "encryption", "store-sealed");
        assert!(matches!(again, Err(NewRuleError::Exists { .. })));
        let elsewhere = run(root.path(), "secrets", "store-sealed");
        assert!(matches!(elsewhere, Err(NewRuleError::Exists { .. })));
    }
}
