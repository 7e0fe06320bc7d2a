//! The page of the book that shows what was measured.

use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::files::{self, FileError};

/// The page, from the top of the repository.
pub(super) const PATH: &str = "docs/speed.md";

/// The plot beside it.
pub(super) const PLOT: &str = "docs/speed.svg";

/// The same, as seen from the page.
pub(super) const PLOT_BESIDE: &str = "speed.svg";

/// What stands between them is written here, and not by hand.
const BEGIN: &str = "<!-- cargo xtask bench: begin -->";
const END: &str = "<!-- cargo xtask bench: end -->";

/// Why the tables are not in the book.
#[derive(Debug, Error)]
pub(crate) enum PageError {
    /// The page is of no use.
    #[error(transparent)]
    File(#[from] FileError),
    /// Nobody says where they go.
    #[error("{} has no lines `{BEGIN}` and `{END}`", path.display())]
    NoPlace {
        /// The page.
        path: PathBuf,
    },
}

/// Puts `section` between the marks of the page `path`.
pub(super) fn put(path: &Path, section: &str) -> Result<(), PageError> {
    let page = files::read_text(path)?;
    let page =
        replaced(&page, section).ok_or_else(|| PageError::NoPlace { path: path.to_owned() })?;
    Ok(files::write(path, page)?)
}

/// `page` with `section` between its marks, if it has them.
fn replaced(page: &str, section: &str) -> Option<String> {
    let (before, rest) = page.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n\n{}\n\n{END}{after}", section.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_between_the_marks_is_replaced() {
        let page = format!("# Speed\n\n{BEGIN}\nold\n{END}\n\nrest\n");
        let expected = format!("# Speed\n\n{BEGIN}\n\nnew\n\n{END}\n\nrest\n");
        assert_eq!(replaced(&page, "new\n"), Some(expected.clone()));
        assert_eq!(replaced(&expected, "new"), Some(expected));
        assert_eq!(replaced("# Speed\n", "new"), None);
    }
}
