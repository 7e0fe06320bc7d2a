//! What other tools judge of this repository.

use std::path::Path;

/// The reference architecture, whole: sealed in one folder, open in another.
pub(super) const WORDPRESS: &str = "fixtures/wordpress";

/// What carries stackseal into an account: the hook, and the gates of pipelines.
pub(super) const DEPLOYMENT: &[&str] = &["ci", "hook-handler"];

/// Whether `path` ends in one of the `extensions`.
pub(super) fn has_extension(path: &Path, extensions: &[&str]) -> bool {
    path.extension().is_some_and(|it| extensions.iter().any(|known| it == *known))
}

/// Whether one of the folders of `path` is called `name`.
pub(super) fn is_within(path: &Path, name: &str) -> bool {
    path.components().any(|it| it.as_os_str() == name)
}
