//! The links of the finished book that stay within it, each followed to where it leads.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Display};
use std::path::{Component, Path, PathBuf};

use crate::files;

use super::BookError;

/// A link that leads nowhere.
#[derive(Debug, PartialEq)]
pub(crate) struct Broken {
    /// The page it stands on.
    page: PathBuf,
    /// What it names.
    target: String,
    why: Why,
}

#[derive(Debug, PartialEq)]
enum Why {
    NoFile,
    NoAnchor,
}

impl Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { page, target, why } = self;
        let why = match why {
            Why::NoFile => "there is no such page",
            Why::NoAnchor => "that page has no such place",
        };
        write!(f, "{}: `{target}`: {why}", page.display())
    }
}

/// What was looked at, and found whole.
#[derive(Debug, PartialEq)]
pub(super) struct Checked {
    pub(super) pages: usize,
    pub(super) links: usize,
}

/// Follows every link of the pages under `book`.
pub(super) fn check(book: &Path) -> Result<Checked, BookError> {
    let files: BTreeSet<PathBuf> = files::below(book, "")?.into_iter().collect();
    let mut pages = BTreeMap::new();
    for file in files.iter().filter(|it| it.extension().is_some_and(|it| it == "html")) {
        let path = book.join(file);
        let text = files::read_text(&path)?;
        pages.insert(file.clone(), Page::read(&text));
    }
    let mut links = 0;
    let mut broken = Vec::new();
    for (file, page) in &pages {
        for target in page.targets.iter().filter(|it| is_within(it)) {
            links += 1;
            if let Some(why) = follow(file, target, &files, &pages) {
                broken.push(Broken { page: file.clone(), target: target.clone(), why });
            }
        }
    }
    if broken.is_empty() {
        Ok(Checked { pages: pages.len(), links })
    } else {
        Err(BookError::Broken { broken })
    }
}

/// What a page points to, and what can be pointed to on it.
#[derive(Debug, Default, PartialEq)]
struct Page {
    targets: Vec<String>,
    anchors: BTreeSet<String>,
}

impl Page {
    fn read(html: &str) -> Self {
        Self {
            targets: [" href=\"", " src=\""].iter().flat_map(|it| values(html, it)).collect(),
            anchors: values(html, " id=\"").collect(),
        }
    }
}

/// The values of an attribute. mdBook writes them in double quotes, and no quote in a text remains
/// one.
fn values<'h>(html: &'h str, attribute: &'h str) -> impl Iterator<Item = String> + use<'h> {
    html.split(attribute)
        .skip(1)
        .filter_map(|it| it.split_once('"'))
        .map(|it| it.0.replace("&amp;", "&"))
}

/// Whether a link stays within the book.
fn is_within(target: &str) -> bool {
    let scheme = target.split(['/', '#', '?']).next().unwrap_or_default();
    !scheme.contains(':') && !target.starts_with("//")
}

fn follow(
    page: &Path,
    target: &str,
    files: &BTreeSet<PathBuf>,
    pages: &BTreeMap<PathBuf, Page>,
) -> Option<Why> {
    let (path, anchor) = target.split_once('#').map_or((target, None), |(a, b)| (a, Some(b)));
    let path = path.split('?').next().unwrap_or_default();
    let Some(file) = resolve(page, path) else { return Some(Why::NoFile) };
    if !files.contains(&file) {
        return Some(Why::NoFile);
    }
    let anchor = anchor.filter(|it| !it.is_empty())?;
    let is_there = pages.get(&file).is_none_or(|it| it.anchors.contains(anchor));
    (!is_there).then_some(Why::NoAnchor)
}

/// The file that `path` on `page` leads to, from the top of the book; nothing where it leaves it.
fn resolve(page: &Path, path: &str) -> Option<PathBuf> {
    if path.is_empty() {
        return Some(page.to_owned());
    }
    let mut file = match path.strip_prefix('/') {
        Some(_) => PathBuf::new(),
        None => page.parent().unwrap_or(Path::new("")).to_owned(),
    };
    for part in Path::new(path).components() {
        match part {
            Component::Normal(name) => file.push(name),
            Component::ParentDir => {
                if !file.pop() {
                    return None;
                }
            }
            Component::CurDir | Component::RootDir | Component::Prefix(_) => (),
        }
    }
    if path.ends_with('/') {
        file.push("index.html");
    }
    Some(file)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// What is wrong with a book of two pages, `a.html` and `rules/b.html`, of which the latter is
    /// `html`.
    fn broken(html: &str) -> Vec<String> {
        let book = tempfile::tempdir().unwrap();
        fs::create_dir(book.path().join("rules")).unwrap();
        fs::write(book.path().join("a.html"), "<h2 id=\"why\">Why</h2>").unwrap();
        fs::write(book.path().join("rules/b.html"), html).unwrap();
        match check(book.path()) {
            Ok(_) => Vec::new(),
            Err(BookError::Broken { broken }) => {
                broken.iter().map(|it| it.target.clone()).collect()
            }
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn what_is_there_is_found() {
        let html = r##"<h2 id="here"></h2> <a href="../a.html"> <a href="../a.html#why"> <a href="#here">
            <a href="/a.html"> <a href="https://example.com/x#y"> <a href="mailto:a@example.com">
            <img src="../a.html">"##;
        assert_eq!(broken(html), [""; 0]);
    }

    #[test]
    fn what_is_not_there_is_not() {
        let html = r##"<a href="../c.html"> <a href="a.html"> <a href="../a.html#how"> <a href="#there">
            <a href="../../a.html"> <img src="d.png">"##;
        assert_eq!(
            broken(html),
            ["../c.html", "a.html", "../a.html#how", "#there", "../../a.html", "d.png"]
        );
    }

    #[test]
    fn pages_and_links_are_counted() {
        let book = tempfile::tempdir().unwrap();
        fs::write(book.path().join("a.html"), "<a href=\"#\"> <a href=\"https://example.com\">")
            .unwrap();
        assert_eq!(check(book.path()).unwrap(), Checked { pages: 1, links: 1 });
    }
}
