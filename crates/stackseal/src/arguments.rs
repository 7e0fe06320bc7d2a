//! The arguments, as their help tells them.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{ArgAction, Args, Parser, Subcommand};
use clap_complete::Shell;
use stackseal_engine::{FailOn, Profile, Severity};
use stackseal_report::Format;

use crate::colour::Choice;

/// Finds where CloudFormation templates, Kubernetes manifests, buildspecs and wp-configs leave
/// data, secrets or traffic unprotected
#[derive(Debug, Parser)]
#[command(name = "stackseal", version, arg_required_else_help = true, max_term_width = 100)]
pub(crate) struct Arguments {
    /// When to use colours
    #[arg(long, value_name = "WHEN", global = true, value_enum, default_value_t = Choice::Auto)]
    pub(crate) color: Choice,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Checks files and folders
    Check(Box<CheckArguments>),
    /// Explains one rule: what it finds, why, and how to mend it
    Explain(ExplainArguments),
    /// Lists the rules
    Rules(RulesArguments),
    /// Writes a first configuration, or prints what goes with it
    Init(InitArguments),
    /// Answers an event of the CloudFormation Hook as the deployed function would
    Hook(HookArguments),
    /// Works with rules in the Guard language
    #[cfg(feature = "guard")]
    Guard(GuardArguments),
    /// Writes the completions of a shell
    Completions(CompletionsArguments),
    /// Writes the manual page
    Man,
}

#[derive(Args, Debug)]
#[command(after_help = EXIT_STATUS)]
pub(crate) struct CheckArguments {
    /// Files and folders to check; `-` reads standard input
    ///
    /// Folders are walked, honouring .gitignore: what is neither template nor manifest is passed
    /// over. A file that is named here is not.
    #[arg(value_name = "PATH", default_value = ".")]
    pub(crate) paths: Vec<PathBuf>,

    /// The name under which standard input is read and reported
    #[arg(long, value_name = "NAME")]
    pub(crate) stdin_filename: Option<String>,

    /// How findings are written, to standard output or to the `--output` that follows [default:
    /// text]
    #[arg(long, value_name = "FORMAT", value_parser = formats(), action = ArgAction::Append)]
    pub(crate) format: Vec<Format>,

    /// Writes into FILE in the format named before; may be repeated as `--format F --output FILE`
    #[arg(long, short, value_name = "FILE", action = ArgAction::Append)]
    pub(crate) output: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) sources: Sources,

    /// Which rules run, and whether what could not be decided is listed
    #[arg(
        long, value_name = "PROFILE", value_parser = profiles(), default_value = "recommended",
        help_heading = "Rules"
    )]
    pub(crate) profile: Profile,

    /// Runs these rules or groups only
    #[arg(long, value_name = "RULE|GROUP", value_delimiter = ',', help_heading = "Rules")]
    pub(crate) select: Vec<String>,

    /// Leaves these rules or groups out
    #[arg(long, value_name = "RULE|GROUP", value_delimiter = ',', help_heading = "Rules")]
    pub(crate) ignore: Vec<String>,

    /// Shows findings of this severity and above; the exit status does not change
    #[arg(
        long, value_name = "LEVEL", value_parser = severities(),
        default_value = "informational", help_heading = "Rules"
    )]
    pub(crate) min_severity: Severity,

    /// Exits with 1 if there is a finding of this severity or above
    #[arg(
        long, value_name = "LEVEL", value_parser = fail_on(), default_value = "low",
        help_heading = "Rules"
    )]
    pub(crate) fail_on: FailOn,

    /// Shows suppressed findings, with what suppresses them
    #[arg(long, help_heading = "Rules")]
    pub(crate) show_suppressed: bool,

    #[command(flatten)]
    pub(crate) fixes: Fixes,

    /// Leaves out the findings that stand in FILE, which `--write-baseline` wrote
    #[arg(long, value_name = "FILE", help_heading = "Adoption")]
    pub(crate) baseline: Option<PathBuf>,

    /// Writes all findings into FILE, and counts none of them
    #[arg(long, value_name = "FILE", help_heading = "Adoption")]
    pub(crate) write_baseline: Option<PathBuf>,

    /// Values of template parameters, as JSON or YAML
    ///
    /// A list of `ParameterKey` and `ParameterValue`, a list of `NAME=VALUE`, or an object with
    /// `Parameters`. Of several files, a later one wins.
    #[arg(long, value_name = "FILE", help_heading = "Deployment")]
    pub(crate) parameters: Vec<PathBuf>,

    /// The value of one template parameter; wins over those of files
    #[arg(long, value_name = "NAME=VALUE", help_heading = "Deployment")]
    pub(crate) parameter: Vec<String>,

    /// What `AWS::Region` is
    #[arg(long, help_heading = "Deployment")]
    pub(crate) region: Option<String>,

    /// What `AWS::AccountId` is
    #[arg(long, help_heading = "Deployment")]
    pub(crate) account: Option<String>,

    /// What `AWS::Partition` is
    #[arg(long, help_heading = "Deployment")]
    pub(crate) partition: Option<String>,

    /// Threads to use [default: one for each processor]
    #[arg(long, short, value_name = "N")]
    pub(crate) jobs: Option<NonZeroUsize>,

    /// Shows no progress bar
    #[arg(long)]
    pub(crate) no_progress: bool,

    #[command(flatten)]
    pub(crate) verbosity: Verbosity,
}

/// What is done about findings that a machine can mend.
#[derive(Args, Debug)]
pub(crate) struct Fixes {
    /// Makes the fixes that change nothing but the protection
    #[arg(long, help_heading = "Fixes")]
    pub(crate) fix: bool,

    /// Makes, or shows, also fixes that somebody has to agree to: what replaces a resource, cuts
    /// clients off or needs a decision
    #[arg(long = "unsafe-fixes", help_heading = "Fixes")]
    pub(crate) includes_unsafe: bool,

    /// Shows what the fixes would change, and changes nothing
    #[arg(long, help_heading = "Fixes")]
    pub(crate) diff: bool,
}

/// How much is said beside findings and errors.
#[derive(Args, Debug)]
pub(crate) struct Verbosity {
    /// Writes findings and errors only
    #[arg(long, short, conflicts_with = "verbose")]
    pub(crate) quiet: bool,

    /// Lists everything that was not judged or not decided
    #[arg(long, short)]
    pub(crate) verbose: bool,
}

#[derive(Args, Debug)]
pub(crate) struct ExplainArguments {
    /// The rule, as findings name it
    #[arg(value_name = "RULE")]
    pub(crate) rule: String,

    #[command(flatten)]
    pub(crate) sources: Sources,
}

/// From where a run has its configuration, and rules beside the built-in ones.
#[derive(Args, Debug)]
pub(crate) struct Sources {
    /// The configuration [default: the `stackseal.yaml` of this folder, or of the nearest above]
    #[arg(long, value_name = "FILE", help_heading = "Configuration")]
    pub(crate) config: Option<PathBuf>,

    /// Takes these rules in the Guard language as well: files, or folders of .guard and .ruleset
    /// files
    #[cfg(feature = "guard")]
    #[arg(long, value_name = "FILE|FOLDER", help_heading = "Rules")]
    pub(crate) guard: Vec<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct RulesArguments {
    /// How the rules are written
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = RulesFormat::Table)]
    pub(crate) format: RulesFormat,

    #[command(flatten)]
    pub(crate) sources: Sources,
}

#[derive(Args, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command line")]
pub(crate) struct InitArguments {
    /// Replaces a configuration that is there
    #[arg(long)]
    pub(crate) force: bool,

    /// Takes over what templates under PATH suppress for `cfn_nag`, checkov and Guard, as far as a
    /// rule of ours asks for the same [default: this folder]
    #[arg(long, value_name = "PATH", num_args = 0..=1, default_missing_value = ".")]
    pub(crate) import: Option<PathBuf>,

    /// Prints the JSON Schema of the configuration, and writes nothing
    #[arg(long, conflicts_with = "import")]
    pub(crate) schema: bool,

    /// Prints what to put into .pre-commit-config.yaml, and writes nothing
    #[arg(long, conflicts_with_all = ["import", "schema"])]
    pub(crate) pre_commit: bool,

    /// Prints a buildspec for CodeBuild, and writes nothing
    #[arg(long, conflicts_with_all = ["import", "schema"])]
    pub(crate) buildspec: bool,
}

impl Sources {
    /// The configuration, and the rules.
    pub(crate) fn named(&self) -> (Option<&Path>, &[PathBuf]) {
        // A build that cannot run them has no option for them.
        #[cfg(feature = "guard")]
        let guard = &self.guard;
        #[cfg(not(feature = "guard"))]
        let guard = &[];
        (self.config.as_deref(), guard)
    }
}

/// What is done with rules in the Guard language.
#[cfg(feature = "guard")]
#[derive(Args, Debug)]
pub(crate) struct GuardArguments {
    #[command(subcommand)]
    pub(crate) command: GuardCommand,
}

#[cfg(feature = "guard")]
#[derive(Debug, Subcommand)]
pub(crate) enum GuardCommand {
    /// Runs the unit tests of rules
    Test(GuardTestArguments),
}

#[cfg(feature = "guard")]
#[derive(Args, Debug)]
#[command(after_help = TEST_STATUS)]
pub(crate) struct GuardTestArguments {
    /// Files of rules, and folders of them
    ///
    /// The tests of `rules/sealed.guard` are the YAML and JSON files in `rules/tests` whose names
    /// start with `sealed`.
    #[arg(value_name = "FILE|FOLDER", default_value = ".")]
    pub(crate) paths: Vec<PathBuf>,

    /// The tests of one file of rules: a file, or a folder of them
    #[arg(long, value_name = "FILE|FOLDER")]
    pub(crate) tests: Option<PathBuf>,
}

#[cfg(feature = "guard")]
const TEST_STATUS: &str = "\
Exit status:
  0  every expectation is met
  1  at least one is not
  2  there are no tests, or rules or tests could not be read";

/// How the rules are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum RulesFormat {
    /// For people
    Table,
    /// For programs: an array of objects
    Json,
}

#[derive(Args, Debug)]
#[command(after_help = HOOK_EXIT_STATUS)]
pub(crate) struct HookArguments {
    /// The event, as CloudFormation sends it; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) event: PathBuf,

    /// The document that an event of a stack or change set leads to
    #[arg(long, value_name = "FILE")]
    pub(crate) payload: Option<PathBuf>,

    /// The configuration [default: the `stackseal.yaml` of this folder, or of the nearest above]
    ///
    /// The variables of the function go over it: `STACKSEAL_PROFILE`, `STACKSEAL_FAIL_ON`,
    /// `STACKSEAL_IGNORE`, `STACKSEAL_ONLY_NEW`, `STACKSEAL_EXEMPT_STACKS`.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct CompletionsArguments {
    /// The shell
    #[arg(value_name = "SHELL", value_enum)]
    pub(crate) shell: Shell,
}

const EXIT_STATUS: &str = "\
Exit status:
  0  nothing at or above --fail-on
  1  at least one finding at or above it
  2  the run could not be trusted: bad usage or configuration, or a file that could not be read
     or parsed";

const HOOK_EXIT_STATUS: &str = "\
Exit status:
  0  the hook lets it pass
  1  a finding blocks it
  2  it could not be judged, or bad usage";

fn profiles() -> impl TypedValueParser<Value = Profile> {
    PossibleValuesParser::new(Profile::ALL.iter().map(|it| it.as_str())).try_map(|it| it.parse())
}

fn severities() -> impl TypedValueParser<Value = Severity> {
    PossibleValuesParser::new(Severity::ALL.iter().map(|it| it.as_str())).try_map(|it| it.parse())
}

fn formats() -> impl TypedValueParser<Value = Format> {
    PossibleValuesParser::new(Format::ALL.iter().map(|it| it.as_str())).try_map(|it| it.parse())
}

fn fail_on() -> impl TypedValueParser<Value = FailOn> {
    let words = Severity::ALL.iter().map(|it| it.as_str()).chain([FailOn::NEVER]);
    PossibleValuesParser::new(words).try_map(|word| match word.as_str() {
        FailOn::NEVER => Ok(FailOn::Never),
        severity => severity.parse().map(FailOn::Severity),
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        Arguments::command().debug_assert();
    }
}
