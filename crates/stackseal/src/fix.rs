//! `check --fix` and `check --diff`: what is done with fixes.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use stackseal_engine::{Applicability, Applied, Fixed, Outcome, RunError};

use crate::arguments::Fixes;
use crate::replace::replace;
use crate::temporary::sweep;

/// What is done with the fixes of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// They are only told.
    Tell,
    /// They are made.
    Write(Applicability),
    /// What they would change is shown.
    Show(Applicability),
}

impl Mode {
    pub(crate) fn of(fixes: &Fixes) -> Self {
        let applicability =
            if fixes.includes_unsafe { Applicability::All } else { Applicability::Safe };
        match (fixes.fix, fixes.diff) {
            // Who wants to see first does not want to be surprised.
            (_, true) => Self::Show(applicability),
            (true, false) => Self::Write(applicability),
            (false, false) => Self::Tell,
        }
    }

    pub(crate) fn applicability(self) -> Option<Applicability> {
        match self {
            Self::Tell => None,
            Self::Write(it) | Self::Show(it) => Some(it),
        }
    }
}

/// Writes the fixed texts into their files, by the path of each file of the run; what standard
/// input gave has none. Answers the fixes that are now in files; a file that could not be written
/// is an error of the run.
pub(crate) fn write(fixed: &mut Fixed, paths: &[Option<PathBuf>]) -> Vec<Applied> {
    let Some(before) = &fixed.before else { return Vec::new() };
    let mut swept: BTreeSet<PathBuf> = BTreeSet::new();
    let mut errors = Vec::new();
    let mut unwritten = Vec::new();
    let texts = before.sources.iter().zip(&fixed.outcome.sources).zip(paths);
    for ((old, new), path) in texts.filter(|((old, new), _)| old.text != new.text) {
        let Some(path) = path else { continue };
        // A link is followed to where the file is, and so is written.
        if let Some(folder) = fs::canonicalize(path).ok().as_deref().and_then(Path::parent)
            && swept.insert(folder.to_owned())
        {
            sweep(folder);
        }
        if let Err(error) = replace(path, &old.text, &new.text) {
            unwritten.push(old.id);
            errors.push(RunError {
                file: old.path.clone(),
                span: None,
                message: error.to_string(),
            });
        }
    }
    fixed.outcome.errors.extend(errors);
    fixed.applied.iter().filter(|it| !unwritten.contains(&it.file)).cloned().collect()
}

/// The fixed text of what standard input gave; the text itself where nothing was to be fixed.
pub(crate) fn stdin_text<'o>(outcome: &'o Outcome, paths: &[Option<PathBuf>]) -> Option<&'o str> {
    let place = paths.iter().position(Option::is_none)?;
    outcome.sources.get(place).map(|it| it.text.as_str())
}

/// What was done, in words: a line each where `lists` them, and a sum.
pub(crate) fn told(applied: &[Applied], outcome: &Outcome, lists: bool, would: bool) -> String {
    let mut files: Vec<_> = applied.iter().map(|it| it.file).collect();
    files.sort_unstable();
    files.dedup();
    let mut text = String::new();
    if lists {
        for Applied { file, rule, title } in applied {
            let path = outcome.source(*file).map_or("", |it| it.path.as_str());
            // Names of files and resources are those that others gave.
            let line = format!("fixed: {path}: {title} [{rule}]").replace(char::is_control, " ");
            // Writing to a string does not fail.
            let _ = writeln!(text, "{line}");
        }
    }
    let (fixes, files) = (applied.len(), files.len());
    let verb = if would { "Would make" } else { "Made" };
    let (es, s) = (if fixes == 1 { "" } else { "es" }, if files == 1 { "" } else { "s" });
    let _ = write!(text, "{verb} {fixes} fix{es} in {files} file{s}");
    text
}
