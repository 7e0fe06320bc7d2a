//! The sources of the book, gathered: `docs/` as it is but for links to rules, a page for each
//! rule, and the indices.

use std::path::Path;

use crate::files::{self, FileError};

use super::rules::Rule;
use super::{BookError, index, page};

/// The line of `docs/SUMMARY.md` under which the pages of the rules go.
const RULES: &str = "- [Rules](rules.md)";

/// Writes everything into `folder`, which is empty.
pub(super) fn write(root: &Path, folder: &Path, rules: &[Rule]) -> Result<(), BookError> {
    let ids: Vec<&str> = rules.iter().map(|it| it.listed.id.as_str()).collect();
    copy(&root.join("docs"), folder, &ids)?;
    let summary = folder.join("SUMMARY.md");
    let text = files::read_text(&summary)?;
    let with_rules = index::with_rules(&text, RULES, rules);
    files::write(&summary, &with_rules.ok_or(BookError::Summary { line: RULES })?)?;
    files::write(&folder.join("rules.md"), index::by_group(rules))?;
    files::write(&folder.join("controls.md"), index::by_control(rules))?;
    let pages = folder.join("rules");
    for (name, page) in index::groups(rules) {
        files::write(&pages.join(name), &page)?;
    }
    for rule in rules {
        files::write(&pages.join(format!("{}.md", rule.listed.id)), page::of_rule(rule, &ids))?;
    }
    Ok(())
}

/// Copies what stands in `from`, with links from the names of rules to their pages.
fn copy(from: &Path, to: &Path, ids: &[&str]) -> Result<(), FileError> {
    for path in files::entries(from)? {
        let to = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            copy(&path, &to, ids)?;
        } else if path.extension().is_some_and(|it| it == "md") {
            files::write(&to, page::with_links(&files::read_text(&path)?, ids, "rules/"))?;
        } else {
            files::copy(&path, &to)?;
        }
    }
    Ok(())
}
