//! Chores of this repository, as `cargo xtask`: the whole test run, the book, scaffolds of new rules,
//! and what is deployed.
//!
//! Deliberately absent: anything a user of stackseal needs. Only the repository's own people and
//! its CI run this, on Linux and macOS.

use std::error::Error;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod bench;
mod book;
mod files;
mod fuzz;
mod instructions;
mod new_rule;
mod package;
mod process;
mod test;
mod tools;
mod venv;

#[derive(Parser)]
#[command(bin_name = "cargo xtask", about = "Chores of this repository")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Runs everything CI runs, and stops at the first failure
    Test {
        /// Runs these steps only, in their order
        #[arg(value_name = "STEP", value_parser = test::step_names())]
        steps: Vec<String>,
    },
    /// Builds the book, with the pages of the rules, into target/book
    Book,
    /// Feeds every parser what a fuzzer thinks of; stops at the first find
    Fuzz {
        /// How long, all targets together
        #[arg(long, default_value_t = 10)]
        minutes: u32,
        /// Only this target
        target: Option<String>,
    },
    /// Writes the files of a new rule, and registers it
    NewRule {
        /// The rule's group, a folder of rules/src
        group: String,
        /// The rule's id, in kebab case
        id: String,
    },
    /// Measures stackseal beside others, and writes the tables of docs/speed.md
    Bench(bench::Arguments),
    /// Counts what the main paths cost, and compares with tests/instructions
    Instructions {
        /// Writes the counts there instead
        #[arg(long)]
        update: bool,
        /// Shows what the stages of a check cost over the files in a folder instead
        #[arg(long, value_name = "FOLDER", conflicts_with = "update")]
        corpus: Option<PathBuf>,
    },
    /// Makes what is deployed
    #[command(subcommand)]
    Package(package::What),
}

fn main() -> ExitCode {
    let Arguments { task } = Arguments::parse();
    let root = repository();
    let mut out = io::stdout();
    let done: Result<(), Box<dyn Error>> = match task {
        Task::Test { steps } => test::run(&root, &steps, &mut out).map_err(Into::into),
        Task::Book => {
            book::run(&root).map_err(Into::into).and_then(|said| Ok(writeln!(out, "{said}")?))
        }
        Task::Fuzz { minutes, target } => {
            fuzz::run(&root, minutes, target.as_deref(), &mut out).map_err(Into::into)
        }
        Task::NewRule { group, id } => new_rule::run(&root, &group, &id)
            .map_err(Into::into)
            .and_then(|said| Ok(writeln!(out, "{}", said.join("\n"))?)),
        Task::Bench(arguments) => bench::run(&root, &arguments, &mut out).map_err(Into::into),
        Task::Instructions { update, corpus } => match corpus {
            Some(folder) => instructions::show(&root, &folder),
            None if update => instructions::update(&root),
            None => instructions::compare(&root, &mut out),
        }
        .map_err(Into::into)
        .and_then(|said| Ok(writeln!(out, "{said}")?)),
        Task::Package(what) => package::run(&root, what, &mut out).map_err(Into::into),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to do about a standard error that cannot be written to.
            let _ = writeln!(io::stderr(), "error: {}", with_causes(&*error));
            ExitCode::FAILURE
        }
    }
}

/// The folder this workspace stands in.
fn repository() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}

/// An error and what lies beneath it, in one line.
fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(it) = cause {
        text.push_str(": ");
        text.push_str(&it.to_string());
        cause = it.source();
    }
    text
}
