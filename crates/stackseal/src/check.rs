//! `stackseal check`.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use clap::ArgMatches;
use stackseal_engine::configuration::Paths;
use stackseal_engine::{Baseline, FailOn, Fixed, Outcome, Pack, Profile, Settings, SettingsError};
use stackseal_report::{Detail, Format, Options};
use stackseal_syntax::Limits;

use crate::arguments::CheckArguments;
use crate::configuration::{Configured, OwnRules, configured, is_given};
use crate::deployment::deployment;
use crate::fix::{self, Mode};
use crate::outputs::Outputs;
use crate::progress::Bar;
use crate::read::{Stdin, Texts, bounded, read};
use crate::walk::{Choice, Walked, walk};
use crate::{Failure, Io, Status, baseline};

pub(crate) fn run(
    arguments: &CheckArguments,
    matches: &ArgMatches,
    pack: &Pack,
    is_coloured: bool,
    io: &mut Io<'_>,
) -> Result<Status, Failure> {
    let outputs = Outputs::new(&arguments.format, &arguments.output, matches)?;
    let (configured, own) =
        configured(arguments.config.as_deref(), arguments.guard(), &io.folder, pack)?;
    let mut settings = settings(arguments, matches, &configured, io)?;
    let fail_on = match configured.configuration.fail_on {
        Some(fail_on) if !is_given(matches, "fail_on") => fail_on,
        Some(_) | None => arguments.fail_on,
    };
    let mode = Mode::of(&arguments.fixes);
    if mode == Mode::Tell && arguments.fixes.includes_unsafe {
        return Err(Failure::UnsafeAlone);
    }
    if arguments.stdin_filename.is_some() && !reads_stdin(arguments) {
        return Err(Failure::StdinName);
    }
    // A misspelt rule is told before a large folder has been read.
    settings.rules(&own.pack)?;

    let bar = Bar::new(wants_bar(arguments, io));
    let stdin = stdin(arguments, &settings.limits, io);
    let folder = io.folder.as_path();
    let chosen = &configured.configuration.paths;
    let looked =
        in_pool(arguments, || look(arguments, own, &mut settings, chosen, stdin, folder, &bar));
    bar.clear();
    let Looked { mut fixed, paths } = looked?;
    let made = match mode {
        Mode::Tell => Vec::new(),
        Mode::Write(_) => fix::write(&mut fixed, &paths),
        Mode::Show(_) => fixed.applied.clone(),
    };
    let Fixed { outcome: mut after, before, .. } = fixed;
    let written = match &arguments.write_baseline {
        None => None,
        Some(path) => {
            let entries = Baseline::accept(&mut after, &settings);
            baseline::write(&entries, path, &io.folder)?;
            Some((path, entries.iter().map(|it| it.count).sum::<usize>()))
        }
    };
    let mut status = status(&after, fail_on);
    let options = options(arguments, settings.profile, is_coloured);
    // Where nothing is written, what is in the files is reported.
    let outcome = match (mode, &before) {
        (Mode::Show(_), Some(before)) => {
            status = status.max(Status::Found);
            before
        }
        (Mode::Tell | Mode::Write(_) | Mode::Show(_), _) => &after,
    };
    // A report that cannot be written keeps no other from being written.
    let mut unwritten = Ok(());
    for (format, path) in &outputs.files {
        let written = write_file(*format, outcome, options, &io.folder.join(path));
        unwritten =
            unwritten.and(written.map_err(|source| Failure::Write { path: path.clone(), source }));
    }
    // A diff, and the fixed text of standard input, have standard output to themselves.
    let is_text = matches!(mode, Mode::Write(_)) && reads_stdin(arguments);
    let printed = match (mode, outputs.stdout) {
        (Mode::Show(_), _) => match &before {
            Some(before) => stackseal_report::write_diff(before, &after, io.stdout),
            None => Ok(()),
        },
        (Mode::Write(_), format) if is_text => {
            if let Some(format) = format {
                let options = Options { is_coloured: false, ..options };
                // Nothing is left to do about a standard error that cannot be written to.
                let _ = stackseal_report::write(format, outcome, options, io.stderr);
            }
            let text = fix::stdin_text(outcome, &paths).unwrap_or_default();
            io.stdout.write_all(text.as_bytes())
        }
        (Mode::Tell | Mode::Write(_), Some(format)) => {
            stackseal_report::write(format, outcome, options, io.stdout)
        }
        (Mode::Tell | Mode::Write(_), None) => Ok(()),
    };
    printed.and_then(|()| io.stdout.flush()).map_err(|source| Failure::Print { status, source })?;
    if !arguments.verbosity.quiet {
        let is_shown = matches!(mode, Mode::Show(_));
        if is_shown || says_rest(outputs.stdout) {
            say_rest(&after, options, io);
        }
        if mode != Mode::Tell {
            let lists = arguments.verbosity.verbose;
            let told = fix::told(&made, &after, lists, is_shown);
            let _ = writeln!(io.stderr, "{told}");
        }
    }
    if let Some((path, count)) = written
        && !arguments.verbosity.quiet
    {
        let plural = if count == 1 { "" } else { "s" };
        // As above.
        let _ = writeln!(io.stderr, "{count} finding{plural} written to {}", path.display());
    }
    unwritten.map(|()| status)
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

/// Runs `work` on as many threads as asked for; where nothing is asked for, threads are only started
/// once there is enough to do.
fn in_pool<T: Send>(arguments: &CheckArguments, work: impl FnOnce() -> T + Send) -> T {
    let pool =
        arguments.jobs.map(|jobs| rayon::ThreadPoolBuilder::new().num_threads(jobs.get()).build());
    match pool {
        Some(Ok(pool)) => pool.install(work),
        // Threads that cannot be had make a run slower, not wrong.
        Some(Err(_)) | None => work(),
    }
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

fn status(outcome: &Outcome, fail_on: FailOn) -> Status {
    if !outcome.errors.is_empty() {
        Status::Failed
    } else if outcome.findings.iter().any(|it| fail_on.counts(it.severity)) {
        Status::Found
    } else {
        Status::Clean
    }
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

fn write_file(format: Format, outcome: &Outcome, options: Options, path: &Path) -> io::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    let options = Options { is_coloured: false, ..options };
    stackseal_report::write(format, outcome, options, &mut file)?;
    file.flush()
}

/// Whether standard output leaves it to standard error to tell how the run went.
fn says_rest(stdout: Option<Format>) -> bool {
    match stdout {
        Some(Format::Text | Format::Json | Format::Jsonl | Format::Markdown) => false,
        Some(Format::Concise | Format::Sarif | Format::Junit | Format::Github | Format::Gitlab)
        | None => true,
    }
}

/// What is no line of a report: what was not judged, and the summary.
fn say_rest(outcome: &Outcome, options: Options, io: &mut Io<'_>) {
    let options = Options { is_coloured: false, ..options };
    let unjudged = stackseal_report::unjudged(outcome, options);
    let summary = stackseal_report::summary(outcome, options);
    // Nothing is left to do about a standard error that cannot be written to.
    let _ = writeln!(io.stderr, "{unjudged}{summary}");
    if let Some(line) = stackseal_report::fixable(outcome) {
        let _ = writeln!(io.stderr, "{line}");
    }
}
