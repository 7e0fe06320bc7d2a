//! The programs that are measured, and how each is asked to do the same.
//!
//! All write JSON, to nowhere, and all use one core: ours is told so, the others know no better.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process;
use crate::tools::Tool;
use crate::venv::Venv;

use super::CheckBenchError;
use super::inputs::{Input, Kind};

const CFN_GUARD: Tool = Tool { name: "cfn-guard", version: "3.2.1", arguments: &[] };

/// As many rules as ours about resources, for the same checks.
const GUARD_RULES: &str = "hook-handler/bench/rules.guard";

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Program {
    /// What all others are compared with.
    Stackseal,
    CfnGuard,
    CfnLint,
    Checkov,
}

impl Program {
    pub(super) const ALL: [Self; 4] =
        [Self::Stackseal, Self::CfnGuard, Self::CfnLint, Self::Checkov];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Stackseal => "stackseal",
            Self::CfnGuard => "cfn-guard",
            Self::CfnLint => "cfn-lint",
            Self::Checkov => "checkov",
        }
    }

    /// Whether it judges such input at all.
    pub(super) const fn takes(self, kind: Kind) -> bool {
        match kind {
            Kind::Templates => true,
            Kind::Manifests => matches!(self, Self::Stackseal | Self::Checkov),
        }
    }

    /// Whether a run that ended with `code` has done its work.
    pub(super) fn is_done(self, code: Option<i32>) -> bool {
        let done: &[i32] = match self {
            // 2: findings or none, but some file could not be read.
            Self::Stackseal => &[0, 1, 2],
            Self::CfnGuard => &[0, 19],
            // Errors, warnings and notes, a bit each.
            Self::CfnLint => &[0, 2, 4, 6, 8, 10, 12, 14],
            Self::Checkov => &[0, 1],
        };
        code.is_some_and(|it| done.contains(&it))
    }
}

/// All of them, ready to run.
pub(super) struct Programs {
    stackseal: PathBuf,
    cfn_guard: PathBuf,
    guard_rules: PathBuf,
    venv: Venv,
}

impl Programs {
    /// Builds ours as it is shipped, and installs the others under `target/`.
    pub(super) fn prepare(root: &Path, out: &mut dyn Write) -> Result<Self, CheckBenchError> {
        writeln!(out, "building stackseal, installing cfn-guard, cfn-lint and checkov")
            .map_err(CheckBenchError::Show)?;
        let stackseal = ["build", "--quiet", "--release", "--locked", "--package", "stackseal"];
        process::run(&mut process::cargo(root, &stackseal))?;
        let venv = Venv::named(root, "venv-bench");
        venv.install(&root.join("crates/xtask/src/bench/check/requirements.txt"))?;
        Ok(Self {
            stackseal: root.join("target/release/stackseal"),
            cfn_guard: CFN_GUARD.installed(root)?,
            guard_rules: root.join(GUARD_RULES),
            venv,
        })
    }

    /// `program` over `input`, in the folder of the inputs.
    pub(super) fn command(&self, program: Program, input: &Input, folder: &Path) -> Command {
        let mut command = match program {
            Program::Stackseal => {
                let mut command = self.stackseal();
                command.args(["--jobs", "1"]).arg(&input.path);
                command
            }
            Program::CfnGuard => {
                let mut command = Command::new(&self.cfn_guard);
                command.args(["validate", "--structured", "--output-format", "json"]);
                command.args(["--show-summary", "none", "--rules"]).arg(&self.guard_rules);
                command.arg("--data").arg(&input.path);
                command
            }
            Program::CfnLint => {
                let mut command = self.venv.tool("cfn-lint");
                command.args(["--format", "json", "--"]).args(&input.files);
                command
            }
            Program::Checkov => {
                let mut command = self.venv.tool("checkov");
                command.args(["--skip-download", "--quiet", "--compact", "--output", "json"]);
                command.args(["--framework", input.kind.for_checkov()]);
                let option = if input.path.is_dir() { "--directory" } else { "--file" };
                command.arg(option).arg(&input.path);
                command
            }
        };
        command.current_dir(folder);
        command
    }

    /// Ours, without what it is to check.
    pub(super) fn stackseal(&self) -> Command {
        let mut command = Command::new(&self.stackseal);
        command.args(["check", "--no-progress", "--format", "json"]);
        command
    }

    /// Their versions, and with how many rules cfn-guard runs.
    pub(super) fn described(&self, root: &Path) -> Result<String, CheckBenchError> {
        let rules = crate::files::read_text(&self.guard_rules)?;
        let count = rules.lines().filter(|it| it.starts_with("rule ")).count();
        let pinned =
            crate::files::read_text(&root.join("crates/xtask/src/bench/check/requirements.in"))?;
        let pinned: Vec<String> = pinned
            .lines()
            .filter_map(|it| it.split_once("=="))
            .map(|(name, version)| format!("{name} {version}"))
            .collect();
        let Tool { name, version, .. } = CFN_GUARD;
        Ok(format!("{name} {version} with {count} rules, {}", pinned.join(", ")))
    }
}
