//! `stackseal init`: the first configuration, and what goes with it.

use stackseal_engine::Pack;
use stackseal_engine::configuration::FILE_NAMES;

use crate::arguments::InitArguments;
use crate::whole::write_whole;
use crate::{Failure, Io, Status};

use self::import::Imported;

mod file;
mod import;
mod known_ids;
mod schema;

/// The gate of a repository, for people who use pre-commit.
const PRE_COMMIT: &str = "\
# .pre-commit-config.yaml: checks what is about to be committed.
repos:
  - repo: https://github.com/stackseal/stackseal
    rev: v@VERSION@
    hooks:
      - id: stackseal
";

/// The gate of a pipeline, as CodeBuild runs it; the findings become cases of a report group.
const BUILDSPEC: &str = "\
# buildspec.yml: fails the build on a finding that counts, and shows all of them as a report.
version: 0.2
phases:
  install:
    runtime-versions:
      python: 3.13
    commands:
      - pip install --quiet stackseal==@VERSION@
  build:
    commands:
      - mkdir -p reports
      - stackseal check --format junit --output reports/stackseal.xml --format text
reports:
  findings:
    base-directory: reports
    files:
      - stackseal.xml
    file-format: JUNITXML
";

pub(crate) fn run(
    arguments: &InitArguments,
    pack: &Pack,
    io: &mut Io<'_>,
) -> Result<Status, Failure> {
    let mut printed: Vec<String> = Vec::new();
    if arguments.schema {
        printed.push(schema::text(pack));
    }
    for (is_wanted, snippet) in
        [(arguments.pre_commit, PRE_COMMIT), (arguments.buildspec, BUILDSPEC)]
    {
        if is_wanted {
            printed.push(snippet.replace("@VERSION@", env!("CARGO_PKG_VERSION")));
        }
    }
    if !printed.is_empty() {
        write!(io.stdout, "{}", printed.join("\n")).map_err(Failure::print)?;
        return Ok(Status::Clean);
    }
    let imported = match &arguments.import {
        None => Imported::default(),
        Some(path) => import::read(path, pack, &io.folder),
    };
    write!(io.stdout, "{}", imported.list()).map_err(Failure::print)?;
    // A configuration that would win over the new one is one that is there.
    let existing = FILE_NAMES.iter().find(|it| io.folder.join(it).exists());
    if let Some(name) = existing.filter(|_| !arguments.force) {
        return Err(Failure::Exists { name });
    }
    let [name, ..] = FILE_NAMES;
    let text = file::text(&imported);
    write_whole(&io.folder.join(name), |out| out.write_all(text.as_bytes()))
        .map_err(|source| Failure::Write { path: name.into(), source })?;
    // Nothing is left to do about a standard error that cannot be written to.
    let _ = writeln!(io.stderr, "wrote {name}");
    Ok(if imported.errors.is_empty() { Status::Clean } else { Status::Failed })
}
