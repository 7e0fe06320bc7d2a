//! What stands in the files of a rule before anyone has written it: a whole small rule about a
//! type that does not exist, so that code, page and cases agree from the start.

use std::path::PathBuf;

use super::name::Name;

/// The version that will bring the rule: the workspace's, which is ours.
const SINCE: &str = env!("CARGO_PKG_VERSION");

/// The starter cases.
const CASES: &[(&str, &str)] = &[
    ("absent.yaml", include_str!("scaffold/cases/absent.yaml")),
    ("branch.yaml", include_str!("scaffold/cases/branch.yaml")),
    ("expected.txt", include_str!("scaffold/cases/expected.txt")),
    ("off.json", include_str!("scaffold/cases/off.json")),
    ("off.yaml", include_str!("scaffold/cases/off.yaml")),
    ("on.json", include_str!("scaffold/cases/on.json")),
    ("on.yaml", include_str!("scaffold/cases/on.yaml")),
    ("unknown.yaml", include_str!("scaffold/cases/unknown.yaml")),
];

/// The files of rule `name`: paths from the top of the repository, and what goes in.
pub(super) fn files(name: &Name) -> Vec<(PathBuf, String)> {
    let folder = PathBuf::from("rules/src").join(name.group());
    let cases = PathBuf::from("fixtures/rules").join(name.id());
    let code = include_str!("scaffold/rule.rs.txt");
    let page = include_str!("scaffold/page.md.txt");
    let mut files = vec![
        (folder.join(format!("{}.rs", name.module())), fill(code, name)),
        (folder.join(format!("{}.md", name.module())), fill(page, name)),
    ];
    files.extend(CASES.iter().map(|(case, text)| (cases.join(case), fill(text, name))));
    files
}

fn fill(text: &str, name: &Name) -> String {
    text.replace("@ID@", name.id())
        .replace("@MODULE@", name.module())
        .replace("@GROUP@", name.variant())
        .replace("@SINCE@", SINCE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_placeholder_is_left() {
        for (path, text) in files(&Name::new("audit", "store-sealed").unwrap()) {
            let names = ["@ID@", "@MODULE@", "@GROUP@", "@SINCE@"];
            assert!(!names.iter().any(|it| text.contains(it)), "{}", path.display());
        }
    }
}
