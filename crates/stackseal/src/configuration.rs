//! Which configuration holds: the one that is named, or the nearest above the working folder.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::ArgMatches;
use clap::parser::ValueSource;
use stackseal_engine::configuration::{self, FILE_NAMES, Mistake, ParameterSource};
use stackseal_engine::{Configuration, Pack, RunError, View};
use stackseal_syntax::{FileId, Limits, Source, SourceError};

use crate::read::bounded;
use crate::walk::{because, with_slashes};

/// A configuration, and from where its paths count.
#[derive(Debug, Default)]
pub(crate) struct Configured {
    pub(crate) configuration: Configuration,
    /// The folder of the file; none without a file.
    pub(crate) folder: Option<PathBuf>,
}

/// Why a configuration could not be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum ConfigurationError {
    /// The file is not readable.
    #[error("cannot use {what} {}: {because}", path.display())]
    Read { what: &'static str, path: PathBuf, because: String },
    /// The bytes are no text.
    #[error("cannot use {what} {}", path.display())]
    Text { what: &'static str, path: PathBuf, source: SourceError },
    /// What stands in it is wrong.
    #[error("{} has mistakes", text.path)]
    Mistakes { text: Arc<Source>, mistakes: Vec<Mistake> },
}

/// The rules of a run: the pack, with the user's own beside it.
pub(crate) struct OwnRules {
    pub(crate) pack: Pack,
    /// What of the user's own could not be read.
    pub(crate) unread: Vec<RunError>,
}

/// Reads the configuration at `named`, or else the one that holds in `folder`, if there is any; and
/// the Guard rules it names beside those of `guard`.
pub(crate) fn configured(
    named: Option<&Path>,
    guard: &[PathBuf],
    folder: &Path,
    pack: &Pack,
) -> Result<(Configured, OwnRules), ConfigurationError> {
    let path = match named {
        Some(path) => folder.join(path),
        None => match find(folder) {
            Some(path) => path,
            None => return Ok((Configured::default(), own_rules(pack, guard, folder))),
        },
    };
    let shown = named.map_or_else(|| shown_above(&path, folder), with_slashes);
    let text = read_text(&path, shown, "the configuration")?;
    let limits = Limits::default();
    let (configuration, mut mistakes) = configuration::read(&text, pack, &limits);
    let mut configured = Configured { configuration, folder: path.parent().map(Path::to_owned) };
    let written = configured.configuration.guard.iter();
    let mut guard_paths: Vec<PathBuf> =
        written.map(|it| configured.path(&it.text, folder)).collect();
    guard_paths.extend(guard.iter().cloned());
    let rules = own_rules(pack, &guard_paths, folder);
    if rules.pack.language.is_some() {
        // It may speak of rules that it brings along itself.
        (configured.configuration, mistakes) = configuration::read(&text, &rules.pack, &limits);
    }
    if mistakes.is_empty() {
        Ok((configured, rules))
    } else {
        Err(ConfigurationError::Mistakes { text, mistakes })
    }
}

#[cfg(feature = "guard")]
fn own_rules(pack: &Pack, paths: &[PathBuf], folder: &Path) -> OwnRules {
    if paths.is_empty() {
        return OwnRules { pack: *pack, unread: Vec::new() };
    }
    let (pack, unread) = crate::guard::load(pack, paths, folder);
    OwnRules { pack, unread }
}

/// Without an interpreter, rules that are asked for cannot be silently left out.
#[cfg(not(feature = "guard"))]
fn own_rules(pack: &Pack, paths: &[PathBuf], _: &Path) -> OwnRules {
    let unread = paths.iter().map(|it| RunError {
        file: with_slashes(it),
        span: None,
        message: "this build runs no rules in the Guard language".to_owned(),
    });
    OwnRules { pack: *pack, unread: unread.collect() }
}

/// The configuration in `folder` or in the nearest folder above it that has one.
fn find(folder: &Path) -> Option<PathBuf> {
    folder
        .ancestors()
        .flat_map(|it| FILE_NAMES.iter().map(move |name| it.join(name)))
        .find(|it| it.is_file())
}

/// `path` as somebody in `folder` would write it: `../stackseal.yaml`.
fn shown_above(path: &Path, folder: &Path) -> String {
    let steps = folder.ancestors().position(|it| path.parent() == Some(it)).unwrap_or_default();
    let name = path.file_name().unwrap_or_default();
    format!("{}{}", "../".repeat(steps), name.to_string_lossy())
}

/// Reads the file at `path`, which is `what`.
pub(crate) fn read_text(
    path: &Path,
    shown: String,
    what: &'static str,
) -> Result<Arc<Source>, ConfigurationError> {
    let limits = Limits::default();
    let read = || -> io::Result<Vec<u8>> { bounded(&mut File::open(path)?, &limits) };
    let bytes = read().map_err(|error| ConfigurationError::Read {
        what,
        path: PathBuf::from(&shown),
        because: because(&error),
    })?;
    Source::from_bytes_within(FileId(0), shown.clone(), bytes, &limits)
        .map(Arc::new)
        .map_err(|source| ConfigurationError::Text { what, path: PathBuf::from(shown), source })
}

impl Configured {
    /// How the files of a run in `folder` are seen from the configuration; `walked` are the folders
    /// it was told to look through, as shown.
    pub(crate) fn view(&self, folder: &Path, walked: Vec<String>) -> View {
        let root = self.folder.as_deref().unwrap_or(folder);
        View { folder: with_slashes(folder), root: with_slashes(root), walked }
    }

    /// A path in the configuration, from the working folder `folder`.
    pub(crate) fn path(&self, written: &str, folder: &Path) -> PathBuf {
        match &self.folder {
            None => PathBuf::from(written),
            Some(root) if root == folder => PathBuf::from(written),
            Some(root) => root.join(written),
        }
    }

    /// The values and files of parameters, in their order, with paths from the working folder.
    pub(crate) fn parameters(&self, folder: &Path) -> Vec<Parameters> {
        let sources = self.configuration.parameters.iter();
        sources
            .map(|it| match it {
                ParameterSource::File(file) => Parameters::File(self.path(&file.text, folder)),
                ParameterSource::Value { name, value } => {
                    Parameters::Value(name.clone(), value.clone())
                }
            })
            .collect()
    }
}

/// Values of parameters.
#[derive(Clone, Debug)]
pub(crate) enum Parameters {
    /// All those in a file.
    File(PathBuf),
    /// That of one.
    Value(String, String),
}

/// Whether the option `name` stands on the command line, which then wins over the configuration.
pub(crate) fn is_given(matches: &ArgMatches, name: &str) -> bool {
    matches.value_source(name) == Some(ValueSource::CommandLine)
}

#[cfg(all(test, not(feature = "guard")))]
mod tests {
    use stackseal_rules::PACK;

    use super::*;

    #[test]
    fn rules_that_this_build_cannot_run_are_an_error() {
        let rules = own_rules(&PACK, &[PathBuf::from("own")], Path::new("."));
        let unread: Vec<_> = rules.unread.iter().map(|it| (&*it.file, &*it.message)).collect();
        assert_eq!(unread, [("own", "this build runs no rules in the Guard language")]);
    }
}
