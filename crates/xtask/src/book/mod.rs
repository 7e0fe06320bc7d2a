//! The book, built whole: what stands in `docs/`, the page of every rule, and two indices of them.
//!
//! Sources are gathered under `target/book-src`, in the form mdBook takes, and what it makes of
//! them is under `target/book`. Nothing generated is committed. The links within the book are
//! followed afterwards, since mdBook itself does not.

use std::path::Path;
use std::process::Command;

use thiserror::Error;

use crate::files::{self, FileError};
use crate::process::{self, ProcessError};
use crate::tools::Tool;

use self::links::Broken;

mod controls;
mod index;
mod links;
mod page;
mod rules;
mod sources;

/// Where the sources are gathered, from the top of the repository.
const SOURCES: &str = "target/book-src";

/// Where the book ends up, from the top of the repository.
const BOOK: &str = "target/book";

/// [mdBook](https://rust-lang.github.io/mdBook/) in this version and no other: the link check reads
/// what it writes. It is built once and run for a second: time to optimise it would be lost.
const MDBOOK: Tool = Tool {
    name: "mdbook",
    version: "0.5.4",
    arguments: &["--debug", "--no-default-features", "--features", "search"],
};

/// Why there is no book, or none to be shown.
#[derive(Debug, Error)]
pub(crate) enum BookError {
    /// A file or folder is of no use.
    #[error(transparent)]
    File(#[from] FileError),
    /// A program that is needed failed.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// `stackseal rules --format json` printed something else.
    #[error("cannot read what `stackseal rules` printed")]
    Rules {
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// The table of contents has no line under which the rules go.
    #[error("docs/SUMMARY.md has no line `{line}` for the pages of the rules to go under")]
    Summary {
        /// The line.
        line: &'static str,
    },
    /// Links of the finished book that lead nowhere.
    #[error(
        "links of the book that lead nowhere: {}\n{}",
        broken.len(),
        broken.iter().map(Broken::to_string).collect::<Vec<_>>().join("\n")
    )]
    Broken {
        /// Every one of them.
        broken: Vec<Broken>,
    },
}

/// Builds the book of the repository at `root`; says how large it is.
pub(crate) fn run(root: &Path) -> Result<String, BookError> {
    let rules = rules::read(root)?;
    let folder = root.join(SOURCES);
    files::empty_folder(&folder)?;
    sources::write(root, &folder, &rules)?;
    let book = root.join(BOOK);
    files::empty_folder(&book)?;
    let mut build = Command::new(MDBOOK.installed(root)?);
    process::run(build.arg("build").arg("--dest-dir").arg(&book).arg(&folder))?;
    let checked = links::check(&book)?;
    Ok(format!("{} pages, {} links within the book", checked.pages, checked.links))
}
