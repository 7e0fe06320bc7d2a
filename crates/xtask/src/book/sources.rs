//! The sources of the book, gathered: `docs/` as it is but for links to rules, a page for each
//! rule, and the indices.

use std::fs;
use std::path::Path;

use super::rules::Rule;
use super::{BookError, index, page};

/// The line of `docs/SUMMARY.md` under which the pages of the rules go.
const RULES: &str = "- [Rules](rules.md)";

/// Writes everything into `folder`, which is empty.
pub(super) fn write(root: &Path, folder: &Path, rules: &[Rule]) -> Result<(), BookError> {
    let ids: Vec<&str> = rules.iter().map(|it| it.listed.id.as_str()).collect();
    copy(&root.join("docs"), folder, &ids)?;
    let summary = folder.join("SUMMARY.md");
    let text = read(&summary)?;
    let with_rules = index::with_rules(&text, RULES, rules);
    save(&summary, &with_rules.ok_or(BookError::Summary { line: RULES })?)?;
    save(&folder.join("rules.md"), &index::by_group(rules))?;
    save(&folder.join("controls.md"), &index::by_control(rules))?;
    let pages = folder.join("rules");
    make(&pages)?;
    for (name, page) in index::groups(rules) {
        save(&pages.join(name), &page)?;
    }
    for rule in rules {
        save(&pages.join(format!("{}.md", rule.listed.id)), &page::of_rule(rule, &ids))?;
    }
    Ok(())
}

/// Copies what stands in `from`, with links from the names of rules to their pages.
fn copy(from: &Path, to: &Path, ids: &[&str]) -> Result<(), BookError> {
    let failed = |source| BookError::Read { path: from.to_owned(), source };
    for entry in fs::read_dir(from).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let (path, to) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            make(&to)?;
            copy(&path, &to, ids)?;
        } else if path.extension().is_some_and(|it| it == "md") {
            save(&to, &page::with_links(&read(&path)?, ids, "rules/"))?;
        } else {
            fs::copy(&path, &to).map_err(|source| BookError::Write { path: to, source })?;
        }
    }
    Ok(())
}

fn read(path: &Path) -> Result<String, BookError> {
    fs::read_to_string(path).map_err(|source| BookError::Read { path: path.to_owned(), source })
}

fn save(path: &Path, text: &str) -> Result<(), BookError> {
    fs::write(path, text).map_err(|source| BookError::Write { path: path.to_owned(), source })
}

fn make(folder: &Path) -> Result<(), BookError> {
    fs::create_dir_all(folder)
        .map_err(|source| BookError::Write { path: folder.to_owned(), source })
}
