//! What the programs are given: the generated corpus, and folders of somebody's own.

use std::fs;
use std::path::{Path, PathBuf};

use crate::files::{self, FileError};
use crate::process;

use super::CheckBenchError;

/// Where the corpus is generated, from the top of the repository.
const CORPUS: &str = "target/bench/corpus";

/// Of the files of a folder, so many at most are measured one by one.
const MOST_FILES: usize = 20;

/// What an input holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Templates,
    Manifests,
}

impl Kind {
    /// What checkov calls it.
    pub(super) const fn for_checkov(self) -> &'static str {
        match self {
            Self::Templates => "cloudformation",
            Self::Manifests => "kubernetes",
        }
    }
}

/// A file or folder that all programs are given.
#[derive(Clone, Debug)]
pub(super) struct Input {
    /// Inputs of one name share a line of the tables.
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) path: PathBuf,
    /// The file, or all files below the folder.
    pub(super) files: Vec<PathBuf>,
}

impl Input {
    fn file(name: &str, kind: Kind, path: PathBuf) -> Self {
        Self { name: name.to_owned(), kind, files: vec![path.clone()], path }
    }

    /// Its size.
    pub(super) fn bytes(&self) -> u64 {
        self.files.iter().filter_map(|it| fs::metadata(it).ok()).map(|it| it.len()).sum()
    }
}

/// Makes the corpus of `seed` in the workspace at `root`; where it is.
pub(super) fn generate(root: &Path, seed: u64) -> Result<PathBuf, CheckBenchError> {
    let folder = root.join(CORPUS);
    files::empty_folder(&folder)?;
    let run = ["run", "--quiet", "--release", "--locked", "--package", "stackseal-bench"];
    let mut corpus = process::cargo(root, &run);
    corpus.args(["--bin", "corpus", "--"]).arg(&folder).arg(seed.to_string());
    process::run(&mut corpus)?;
    Ok(folder)
}

/// Every generated file, and all templates together.
pub(super) fn generated(corpus: &Path) -> Result<Vec<Input>, FileError> {
    let mut inputs = Vec::new();
    for (folder, kind) in [("templates", Kind::Templates), ("manifests", Kind::Manifests)] {
        let mut paths = files::entries(&corpus.join(folder))?;
        // By size: names would put 5 behind 50.
        paths.sort_by_key(|it| (ending(it), fs::metadata(it).map_or(0, |it| it.len())));
        for path in paths {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            inputs.push(Input::file(&name, kind, path));
        }
    }
    inputs.push(whole("all templates", Kind::Templates, corpus.join("templates"))?);
    Ok(inputs)
}

/// The templates below `folder`: some of them one by one, and all together.
pub(super) fn of_folder(folder: &Path) -> Result<Vec<Input>, FileError> {
    let folder = fs::canonicalize(folder)
        .map_err(|source| FileError::Read { path: folder.to_owned(), source })?;
    let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let whole = whole(&format!("{name}, as a whole"), Kind::Templates, folder)?;
    let every = whole.files.len().div_ceil(MOST_FILES).max(1);
    let line = format!("{name}, file by file");
    let mut inputs: Vec<Input> = whole
        .files
        .iter()
        .step_by(every)
        .map(|it| Input::file(&line, Kind::Templates, it.clone()))
        .collect();
    inputs.push(whole);
    Ok(inputs)
}

fn whole(name: &str, kind: Kind, folder: PathBuf) -> Result<Input, FileError> {
    let is_read = |it: &PathBuf| matches!(ending(it).as_str(), "yaml" | "yml" | "json");
    let below = files::below(&folder, "")?;
    let files = below.iter().map(|it| folder.join(it)).filter(is_read).collect();
    Ok(Input { name: name.to_owned(), kind, path: folder, files })
}

fn ending(path: &Path) -> String {
    path.extension().unwrap_or_default().to_string_lossy().into_owned()
}
