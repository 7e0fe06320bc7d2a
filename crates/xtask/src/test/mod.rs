//! Everything CI runs, one step after the other, stopping at the first that fails.
//!
//! No step passes because a tool is missing or because there was nothing to look at: what is
//! needed beside Rust and Python is installed here, and an empty set of inputs is a failure.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::time::{Duration, Instant};

use clap::builder::PossibleValuesParser;
use thiserror::Error;

use crate::book::{self, BookError};
use crate::files::FileError;
use crate::instructions::{self, InstructionsError};
use crate::package::registry::RegistryError;
use crate::package::{ArchiveError, PackageError};
use crate::process::{self, ProcessError};
use crate::venv::{Venv, VenvError};

mod audit;
mod check_output;
mod configuration;
mod dependency;
mod fixes;
mod fixtures;
mod guard_rules;
mod hook_type;
mod manifests;
mod package;
mod packages;
mod pre_commit;
mod reports;
mod summary;
mod templates;
mod wheel;
mod without_guard;

/// The steps, in the order in which they run.
const STEPS: &[Step] = &[
    Step { name: "format", what: "cargo fmt --all --check", run: format },
    Step {
        name: "clippy",
        what: "cargo clippy --workspace --all-targets -- -D warnings",
        run: clippy,
    },
    Step { name: "venv", what: "Python tools of tests/requirements.txt", run: venv },
    Step { name: "test", what: "cargo test --workspace", run: test },
    Step {
        name: "instructions",
        what: "what the main paths cost, beside tests/instructions",
        run: instructions,
    },
    Step { name: "hook", what: "the hook under the emulator of Lambda's runtime", run: hook },
    Step {
        name: "guard-rules",
        what: "public rules in the Guard language, judged as cfn-guard judges them",
        run: guard_rules::run,
    },
    Step {
        name: "without-guard",
        what: "cargo test --package stackseal --no-default-features",
        run: without_guard::run,
    },
    Step { name: "doc", what: "cargo doc --workspace --no-deps", run: doc },
    Step {
        name: "templates",
        what: "the reference architecture and what we deploy by cfn-lint",
        run: templates::run,
    },
    Step { name: "fixes", what: "every fixture fixed, its templates by cfn-lint", run: fixes::run },
    Step {
        name: "manifests",
        what: "fixtures/wordpress by kubernetes-validate",
        run: manifests::run,
    },
    Step {
        name: "hook-type",
        what: "hook-handler/registry by cfn validate and cfn submit --dry-run",
        run: hook_type::run,
    },
    Step {
        name: "check-output",
        what: "stackseal check --format json by its JSON Schema",
        run: check_output::run,
    },
    Step {
        name: "configuration",
        what: "configurations, good and bad, by their JSON Schema",
        run: configuration::run,
    },
    Step { name: "book", what: "docs and the pages of the rules by mdBook", run: book },
    Step {
        name: "reports",
        what: "reports of stackseal check by their readers",
        run: reports::run,
    },
    Step {
        name: "audit",
        what: "dependencies by cargo-deny, action.yml by its schema, the container file by hadolint",
        run: audit::run,
    },
    Step { name: "wheel", what: "the wheel in an empty environment", run: wheel::run },
    Step {
        name: "pre-commit",
        what: "the hooks by pre-commit in a repository",
        run: pre_commit::run,
    },
    Step { name: "package", what: "the zip of the hook, unpacked and started", run: package::run },
    Step { name: "packages", what: "cargo package --workspace", run: packages::run },
];

/// One step: passes with a note for the summary, or fails.
struct Step {
    name: &'static str,
    what: &'static str,
    run: fn(&Workspace, &mut dyn Write) -> Result<String, StepError>,
}

/// What the steps share.
struct Workspace {
    root: PathBuf,
    venv: Venv,
}

impl Workspace {
    /// The cargo that runs us, told nothing but what stands in the repository.
    fn cargo(&self, arguments: &[&str]) -> Command {
        process::cargo(&self.root, arguments)
    }
}

/// Why the run as a whole failed.
#[derive(Debug, Error)]
pub(crate) enum TestError {
    /// One step did; those after it did not run.
    #[error("step `{step}` failed")]
    Step {
        /// Its name.
        step: &'static str,
        /// Why.
        source: StepError,
    },
    /// The report about it could not be written.
    #[error("cannot write the report of the run")]
    Report {
        /// What the system said.
        source: io::Error,
    },
}

/// Why a step failed.
#[derive(Debug, Error)]
pub(crate) enum StepError {
    /// A file or folder is of no use.
    #[error(transparent)]
    File(#[from] FileError),
    /// A program it runs did.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// There is no book, or none to be shown.
    #[error(transparent)]
    Book(#[from] BookError),
    /// The main paths cost more than they did, or could not be counted.
    #[error(transparent)]
    Instructions(#[from] InstructionsError),
    /// The hook type is not as the registry wants it.
    #[error(transparent)]
    HookType(#[from] RegistryError),
    /// The handler of the hook type cannot be zipped.
    #[error("cannot make a zip of the handler")]
    Handler(#[source] ArchiveError),
    /// The function cannot be packed.
    #[error(transparent)]
    Package(#[from] Box<PackageError>),
    /// Its Python tools are not to be had.
    #[error(transparent)]
    Venv(#[from] VenvError),
    /// What the step showed could not be written.
    #[error("cannot write what the step says")]
    Show {
        /// What the system said.
        source: io::Error,
    },
    /// Templates have errors once they are fixed.
    #[error("cfn-lint refuses what `--fix --unsafe-fixes` makes; see target/fixes\n{said}")]
    Fixes {
        /// The errors, a line each.
        said: String,
    },
    /// There was nothing to judge, which is no reason to pass.
    #[error("there is no {what} under {}", folder.display())]
    Nothing {
        /// What was sought.
        what: &'static str,
        /// Where.
        folder: PathBuf,
    },
    /// Objects of kinds that neither Kubernetes nor our list of other groups knows.
    #[error("no schema for {}: mend the kind, or name its group in manifests.rs", kinds.join(", "))]
    UnknownKinds {
        /// `apiVersion/Kind`, as in the manifests.
        kinds: Vec<String>,
    },
    /// `stackseal check` saw the insecure fixtures and ended as if they were something else.
    #[error(
        "`stackseal check {folder}` ended with {status} where 1, findings, was due; see {printed}"
    )]
    CheckStatus {
        /// What was checked.
        folder: &'static str,
        /// How it ended.
        status: ExitStatus,
        /// The file that has what it printed.
        printed: &'static str,
    },
    /// Another program did not do, or say, what it should.
    #[error("{what}, but:\n{said}")]
    Unexpected {
        /// What was expected.
        what: String,
        /// What came.
        said: String,
    },
    /// Cargo does not tell where the packages are.
    #[error("cannot read what `cargo metadata` prints")]
    Metadata {
        /// Where it is not as expected.
        source: serde_json::Error,
    },
}

/// The names of the steps.
pub(crate) fn step_names() -> PossibleValuesParser {
    PossibleValuesParser::new(STEPS.iter().map(|it| it.name))
}

/// Runs the steps called `names`, or all if none is, then shows how long each took.
pub(crate) fn run(root: &Path, names: &[String], out: &mut dyn Write) -> Result<(), TestError> {
    let workspace = Workspace { root: root.to_owned(), venv: Venv::of(root) };
    let report = |source| TestError::Report { source };
    let mut passed = Vec::new();
    let mut failure = None;
    let is_wanted = |it: &&Step| names.is_empty() || names.iter().any(|name| name == it.name);
    for Step { name, what, run } in STEPS.iter().filter(is_wanted) {
        writeln!(out, "\n=== {name}: {what}").and_then(|()| out.flush()).map_err(report)?;
        let started = Instant::now();
        match run(&workspace, out) {
            Ok(note) => passed.push(Passed { name, took: started.elapsed(), note }),
            Err(source) => {
                failure = Some(TestError::Step { step: name, source });
                break;
            }
        }
    }
    write!(out, "\n{}", summary::table(&passed)).map_err(report)?;
    match failure {
        None if names.is_empty() => {
            writeln!(out, "\nall {} steps passed", STEPS.len()).map_err(report)
        }
        None => writeln!(out, "\n{} of {} steps passed", passed.len(), STEPS.len()).map_err(report),
        Some(error) => Err(error),
    }
}

/// A step that is through.
struct Passed {
    name: &'static str,
    took: Duration,
    note: String,
}

fn format(workspace: &Workspace, _: &mut dyn Write) -> Result<String, StepError> {
    process::run(&mut workspace.cargo(&["fmt", "--all", "--check"]))?;
    Ok(String::new())
}

fn clippy(workspace: &Workspace, _: &mut dyn Write) -> Result<String, StepError> {
    let arguments = ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"];
    process::run(&mut workspace.cargo(&arguments))?;
    Ok(String::new())
}

fn venv(workspace: &Workspace, _: &mut dyn Write) -> Result<String, StepError> {
    Ok(workspace.venv.install(&workspace.root.join("tests/requirements.txt"))?)
}

fn test(workspace: &Workspace, _: &mut dyn Write) -> Result<String, StepError> {
    let mut command = workspace.cargo(&["test", "--workspace"]);
    // Expectations are compared here, never rewritten.
    command.env_remove("UPDATE_EXPECT").env_remove("INSTA_FORCE_PASS").env("INSTA_UPDATE", "no");
    command.env("STACKSEAL_VENV", workspace.venv.folder());
    process::run(&mut command)?;
    Ok(String::new())
}

fn instructions(workspace: &Workspace, out: &mut dyn Write) -> Result<String, StepError> {
    Ok(instructions::compare(&workspace.root, out)?)
}

fn hook(workspace: &Workspace, _: &mut dyn Write) -> Result<String, StepError> {
    // They are ignored where no emulator is installed.
    // Of the whole workspace, so that nothing is built again with other features.
    let arguments = ["test", "--workspace", "--test", "hook", "--", "--ignored"];
    let mut command = workspace.cargo(&arguments);
    process::run(command.env("STACKSEAL_VENV", workspace.venv.folder()))?;
    Ok(String::new())
}

fn doc(workspace: &Workspace, _: &mut dyn Write) -> Result<String, StepError> {
    let mut command = workspace.cargo(&["doc", "--workspace", "--no-deps"]);
    process::run(command.env("RUSTDOCFLAGS", "-D warnings"))?;
    Ok(String::new())
}

fn book(workspace: &Workspace, _: &mut dyn Write) -> Result<String, StepError> {
    Ok(book::run(&workspace.root)?)
}
