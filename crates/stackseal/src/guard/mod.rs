//! Rules of the user's own in the Guard language: found, read, and put beside the pack.

mod test;

use std::fs::File;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;
use stackseal_engine::{Pack, RunError};
use stackseal_guard::{GuardRules, RulesFile, is_rules_file};
use stackseal_syntax::{FileId, Limits, Source};

pub(crate) use self::test::run as test;
use crate::read::bounded;
use crate::walk::{because, with_slashes};

/// The rules of `paths`, beside those of `pack`; and what could not be read.
pub(crate) fn load(pack: &Pack, paths: &[PathBuf], folder: &Path) -> (Pack, Vec<RunError>) {
    let mut files = Vec::new();
    let mut errors = Vec::new();
    for path in find(paths, folder, &mut errors) {
        match read(&path, folder) {
            Ok(source) => files.push(RulesFile::load(source.path, source.text)),
            Err(error) => errors.push(error),
        }
    }
    (GuardRules::beside(pack, files), errors)
}

/// The files of rules that `paths` lead to, in order, each once.
fn find(paths: &[PathBuf], folder: &Path, errors: &mut Vec<RunError>) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for path in paths {
        let full = folder.join(path);
        match full.metadata() {
            Ok(it) if it.is_dir() => {
                let before = found.len();
                // Rules may be kept where git does not look, as in a folder of what is installed.
                let walk = WalkBuilder::new(&full).standard_filters(false).hidden(true).build();
                for entry in walk {
                    match entry {
                        Ok(it) if is_rules_file(it.path()) && it.path().is_file() => {
                            let below = it.path().strip_prefix(&full).unwrap_or(it.path());
                            let is_here = path == Path::new(".");
                            found.push(if is_here { below.to_owned() } else { path.join(below) });
                        }
                        Ok(_) => (),
                        Err(error) => {
                            errors.push(error_of(path, format!("cannot be read: {error}")));
                        }
                    }
                }
                if found.len() == before {
                    let what = "the folder holds no rules: files that end with .guard or .ruleset";
                    errors.push(error_of(path, what.to_owned()));
                }
            }
            Ok(_) => found.push(path.clone()),
            Err(error) => errors.push(error_of(path, because(&error))),
        }
    }
    found.sort();
    found.dedup();
    found
}

/// One file, as text.
fn read(path: &Path, folder: &Path) -> Result<Source, RunError> {
    let limits = Limits::default();
    let bytes = File::open(folder.join(path)).and_then(|mut it| bounded(&mut it, &limits));
    let bytes = bytes.map_err(|error| error_of(path, because(&error)))?;
    Source::from_bytes_within(FileId(0), with_slashes(path), bytes, &limits)
        .map_err(|error| error_of(path, error.to_string()))
}

fn error_of(path: &Path, message: String) -> RunError {
    RunError { file: with_slashes(path), span: None, message }
}
