//! `stackseal check`.

use std::path::{Path, PathBuf};

use clap::ArgMatches;
use stackseal_engine::configuration::Paths;
use stackseal_engine::{Baseline, Fixed, Outcome, Pack, Profile, Settings, SettingsError};
use stackseal_model::share::release;
use stackseal_report::{Detail, Options};
use stackseal_syntax::Limits;

use self::pool::Pool;
use self::told::Told;
use crate::arguments::CheckArguments;
use crate::configuration::{Configured, OwnRules, configured, is_given};
use crate::deployment::deployment;
use crate::fix::{self, Mode};
use crate::outputs::Outputs;
use crate::progress::Bar;
use crate::read::{Stdin, Texts, bounded, read};
use crate::walk::{Choice, Walked, walk};
use crate::{Failure, Io, Status, baseline};

mod pool;
mod told;

pub(crate) fn run(
    arguments: &CheckArguments,
    matches: &ArgMatches,
    pack: &Pack,
    is_coloured: bool,
    io: &mut Io<'_>,
) -> Result<Status, Failure> {
    let outputs = Outputs::new(&arguments.format, &arguments.output, matches)?;
    let (config, guard) = arguments.sources.named();
    let (configured, own) = configured(config, guard, &io.folder, pack)?;
    let mut settings = settings(arguments, matches, &configured, io)?;
    let fail_on = match configured.configuration.fail_on {
        Some(fail_on) if !is_given(matches, "fail_on") => fail_on,
        Some(_) | None => arguments.fail_on,
    };
    let mode = Mode::of(&arguments.fixes);
    refuse_what_has_no_effect(arguments, mode)?;
    // A misspelt rule is told before a large folder has been read.
    settings.rules(&own.pack)?;

    let bar = Bar::new(wants_bar(arguments, io));
    let stdin = stdin(arguments, &settings.limits, io);
    let folder = io.folder.as_path();
    let chosen = &configured.configuration.paths;
    let pool = Pool::of(arguments.jobs);
    let looked = pool.run(|| look(arguments, own, &mut settings, chosen, stdin, folder, &bar));
    bar.clear();
    let Looked { mut fixed, paths } = looked?;
    let made = match mode {
        Mode::Tell => Vec::new(),
        Mode::Write(_) => fix::write(&mut fixed, &paths),
        Mode::Show(_) => fixed.applied.clone(),
    };
    let Fixed { outcome: mut after, before, .. } = fixed;
    let accepted = write_baseline(arguments, &mut after, &settings, &io.folder)?;
    let told = Told {
        pool: &pool,
        mode,
        before: before.as_ref(),
        after: &after,
        made: &made,
        options: options(arguments, settings.profile, is_coloured),
    };
    let status = told.status(fail_on);
    let in_files = told.write_files(&outputs.files, &io.folder);
    let is_text = matches!(mode, Mode::Write(_)) && reads_stdin(arguments);
    let text = is_text.then(|| fix::stdin_text(&after, &paths).unwrap_or_default());
    told.print(outputs.stdout, text, io).map_err(|source| Failure::Print { status, source })?;
    if !arguments.verbosity.quiet {
        told.say_rest(outputs.stdout, arguments.verbosity.verbose, io);
        if let Some((path, count)) = accepted {
            let plural = if count == 1 { "" } else { "s" };
            // Nothing is left to do about a standard error that cannot be written to.
            let _ = writeln!(io.stderr, "{count} finding{plural} written to {}", path.display());
        }
    }
    pool.run(|| release(after.findings));
    in_files.map(|()| status)
}

/// Options that do nothing without others.
fn refuse_what_has_no_effect(arguments: &CheckArguments, mode: Mode) -> Result<(), Failure> {
    if mode == Mode::Tell && arguments.fixes.includes_unsafe {
        return Err(Failure::UnsafeAlone);
    }
    if arguments.stdin_filename.is_some() && !reads_stdin(arguments) {
        return Err(Failure::StdinName);
    }
    Ok(())
}

/// Writes the baseline that is asked for, and takes what stands in it out of `outcome`: the file, and
/// how many findings are in it.
fn write_baseline<'a>(
    arguments: &'a CheckArguments,
    outcome: &mut Outcome,
    settings: &Settings,
    folder: &Path,
) -> Result<Option<(&'a Path, usize)>, Failure> {
    let Some(path) = &arguments.write_baseline else { return Ok(None) };
    let entries = Baseline::accept(outcome, settings);
    baseline::write(&entries, path, folder)?;
    Ok(Some((path, entries.iter().map(|it| it.count).sum())))
}

/// What the configuration asks for, save where the command line says otherwise.
fn settings(
    arguments: &CheckArguments,
    matches: &ArgMatches,
    configured: &Configured,
    io: &Io<'_>,
) -> Result<Settings, Failure> {
    let mut settings = Settings {
        deployment: deployment(arguments, configured.parameters(&io.folder), &io.folder)?,
        baseline: match &arguments.baseline {
            None => None,
            Some(path) => Some(baseline::read(path, &io.folder)?),
        },
        today: Some(io.today),
        view: configured.view(&io.folder, Vec::new()),
        ..Settings::of(&configured.configuration)
    };
    if is_given(matches, "profile") {
        settings.profile = arguments.profile;
    }
    if !arguments.select.is_empty() {
        // Whoever names rules wants to see these, whatever the file leaves out.
        settings.select.clone_from(&arguments.select);
        settings.ignore.clear();
    }
    settings.ignore.extend(arguments.ignore.iter().cloned());
    Ok(settings)
}

fn wants_bar(arguments: &CheckArguments, io: &Io<'_>) -> bool {
    let is_dumb = (io.variable)("TERM").is_some_and(|it| it == "dumb");
    io.stderr_is_terminal && !is_dumb && !arguments.no_progress && !arguments.verbosity.quiet
}

/// Standard input, if `arguments` ask for it.
fn stdin(arguments: &CheckArguments, limits: &Limits, io: &mut Io<'_>) -> Option<Stdin> {
    reads_stdin(arguments).then(|| Stdin {
        shown: arguments.stdin_filename.clone().unwrap_or_else(|| "<stdin>".to_owned()),
        bytes: bounded(io.stdin, limits),
    })
}

fn reads_stdin(arguments: &CheckArguments) -> bool {
    arguments.paths.iter().any(|it| is_stdin(it))
}

fn is_stdin(path: &Path) -> bool {
    path == Path::new("-")
}

/// What a run came to, and where its files are.
struct Looked {
    fixed: Fixed,
    /// By file of the run; none for standard input.
    paths: Vec<Option<PathBuf>>,
}

/// Reads and judges what `arguments` lead to, and fixes it in memory if they say so.
fn look(
    arguments: &CheckArguments,
    OwnRules { pack, unread }: OwnRules,
    settings: &mut Settings,
    chosen: &Paths,
    stdin: Option<Stdin>,
    folder: &Path,
    bar: &Bar,
) -> Result<Looked, SettingsError> {
    let paths = arguments.paths.iter().map(PathBuf::as_path).filter(|it| !is_stdin(it));
    let paths: Vec<&Path> = paths.collect();
    let choice = Choice { paths: chosen, view: &settings.view };
    let Walked { files, errors, skipped: left_out, folders } =
        walk(&paths, folder, arguments.jobs, choice);
    settings.view.walked = folders;
    let Texts { mut input, paths, skipped } = read(&files, stdin, folder, &settings.limits);
    input.errors.extend(errors);
    input.errors.extend(unread);
    let progress = |it| bar.show(it);
    let wanted = Mode::of(&arguments.fixes).applicability();
    let mut fixed = if let Some(wanted) = wanted {
        stackseal_engine::fix(input, &pack, settings, wanted, &progress)?
    } else {
        let outcome = stackseal_engine::check(input, &pack, settings, &progress)?;
        Fixed { outcome, before: None, applied: Vec::new() }
    };
    for outcome in [&mut fixed.outcome].into_iter().chain(&mut fixed.before) {
        outcome.skipped.extend(skipped.iter().chain(&left_out).cloned());
        outcome.skipped.sort();
    }
    Ok(Looked { fixed, paths })
}

fn options(arguments: &CheckArguments, profile: Profile, is_coloured: bool) -> Options {
    Options {
        min_severity: arguments.min_severity,
        shows_suppressed: arguments.show_suppressed,
        lists_undecided: profile == Profile::Strict || arguments.verbosity.verbose,
        detail: match (arguments.verbosity.quiet, arguments.verbosity.verbose) {
            (true, _) => Detail::Quiet,
            (false, false) => Detail::Normal,
            (false, true) => Detail::Verbose,
        },
        is_coloured,
    }
}
