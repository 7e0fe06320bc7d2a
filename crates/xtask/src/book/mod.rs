//! The book, built whole: what stands in `docs/`, the page of every rule, and two indices of them.
//!
//! Sources are gathered under `target/book-src`, in the form mdBook takes, and what it makes of
//! them is under `target/book`. Nothing generated is committed. The links within the book are
//! followed afterwards, since mdBook itself does not.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use thiserror::Error;

use crate::process::{self, ProcessError};

use self::links::Broken;

mod controls;
mod index;
mod links;
mod mdbook;
mod page;
mod rules;
mod sources;

/// Where the sources are gathered, from the top of the repository.
const SOURCES: &str = "target/book-src";

/// Where the book ends up, from the top of the repository.
const BOOK: &str = "target/book";

/// Why there is no book, or none to be shown.
#[derive(Debug, Error)]
pub(crate) enum BookError {
    /// A program that is needed failed.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// A file or folder is there, but not readable, or not there.
    #[error("cannot read {}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file or folder could not be written or removed.
    #[error("cannot write {}", path.display())]
    Write {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
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
pub(crate) fn run(root: &Path, out: &mut dyn Write) -> Result<String, BookError> {
    let rules = rules::read(root)?;
    let folder = root.join(SOURCES);
    start_anew(&folder)?;
    sources::write(root, &folder, &rules)?;
    let book = root.join(BOOK);
    start_anew(&book)?;
    let mut build = Command::new(mdbook::installed(root, out)?);
    process::run(build.arg("build").arg("--dest-dir").arg(&book).arg(&folder))?;
    let checked = links::check(&book)?;
    Ok(format!("{} pages, {} links within the book", checked.pages, checked.links))
}

/// Makes `folder` empty.
fn start_anew(folder: &Path) -> Result<(), BookError> {
    let write = |source| BookError::Write { path: folder.to_owned(), source };
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(write(error)),
        _ => (),
    }
    fs::create_dir_all(folder).map_err(write)
}
