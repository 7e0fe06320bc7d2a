//! `stackseal guard test`: the unit tests of rules.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use stackseal_engine::RunError;
use stackseal_guard::{RulesFile, TestCase, TestResult, read_cases, run_cases};
use stackseal_syntax::{Limits, LineIndex, Source, Span, parse};

use super::{find, read};
use crate::arguments::GuardTestArguments;
use crate::{Failure, Io, Status, colour};

/// The endings of files of tests.
const ENDINGS: &[&str] = &["yaml", "yml", "json", "jsn"];

pub(crate) fn run(
    arguments: &GuardTestArguments,
    is_coloured: bool,
    io: &mut Io<'_>,
) -> Result<Status, Failure> {
    let mut report = Report { is_coloured, ..Report::default() };
    let mut errors = Vec::new();
    let rules = find(&arguments.paths, &io.folder, &mut errors);
    let tests = match &arguments.tests {
        Some(path) => given(path, &io.folder, &rules, &mut errors),
        None => beside(&rules, &io.folder),
    };
    for it in &errors {
        report.error(&it.file, None, &it.message, io.stdout).map_err(Failure::print)?;
    }
    for path in &rules {
        let tests = tests.get(path).map(Vec::as_slice).unwrap_or_default();
        report.file(path, tests, &io.folder, io.stdout).map_err(Failure::print)?;
    }
    report.summary(io.stdout).map_err(Failure::print)?;
    Ok(if report.errors > 0 || report.cases == 0 {
        Status::Failed
    } else if report.failed > 0 {
        Status::Found
    } else {
        Status::Clean
    })
}

/// The tests of each file of rules, in a folder `tests` beside it, where their names start with that
/// of the rules: of several, the one whose name says most.
fn beside(rules: &[PathBuf], folder: &Path) -> BTreeMap<PathBuf, Vec<PathBuf>> {
    let mut tests: BTreeMap<PathBuf, Vec<PathBuf>> = BTreeMap::new();
    let mut looked_at: Vec<PathBuf> = Vec::new();
    for path in rules {
        let below = path.parent().unwrap_or(Path::new("")).join("tests");
        if looked_at.contains(&below) {
            continue;
        }
        for test in files_of(&folder.join(&below)) {
            let test = below.join(test);
            let siblings = rules.iter().filter(|it| it.parent() == path.parent());
            let owner =
                siblings.filter(|it| starts_with(&test, it)).max_by_key(|it| stem(it).len());
            if let Some(owner) = owner {
                tests.entry(owner.clone()).or_default().push(test);
            }
        }
        looked_at.push(below);
    }
    tests
}

/// The tests at `path`, for the one file of rules there is.
fn given(
    path: &Path,
    folder: &Path,
    rules: &[PathBuf],
    errors: &mut Vec<RunError>,
) -> BTreeMap<PathBuf, Vec<PathBuf>> {
    let full = folder.join(path);
    let files = if full.is_dir() {
        files_of(&full).into_iter().map(|it| path.join(it)).collect()
    } else {
        vec![path.to_owned()]
    };
    let [only] = rules else {
        let message = "`--tests` goes with one file of rules".to_owned();
        errors.push(super::error_of(path, message));
        return BTreeMap::new();
    };
    BTreeMap::from([(only.clone(), files)])
}

/// The names of the files of tests in a folder, in order.
fn files_of(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let is_test = |it: &PathBuf| {
        let ending = it.extension().and_then(|it| it.to_str()).unwrap_or_default();
        ENDINGS.contains(&ending.to_ascii_lowercase().as_str())
    };
    let mut names: Vec<PathBuf> =
        entries.map(|it| PathBuf::from(it.file_name())).filter(is_test).collect();
    names.sort();
    names
}

fn starts_with(test: &Path, rules: &Path) -> bool {
    let name = test.file_name().and_then(|it| it.to_str()).unwrap_or_default();
    name.starts_with(stem(rules))
}

fn stem(path: &Path) -> &str {
    path.file_stem().and_then(|it| it.to_str()).unwrap_or_default()
}

/// What is printed and counted.
#[derive(Default)]
struct Report {
    is_coloured: bool,
    cases: usize,
    met: usize,
    failed: usize,
    errors: usize,
    untested: usize,
}

impl Report {
    /// Tests one file of rules.
    fn file(
        &mut self,
        path: &Path,
        tests: &[PathBuf],
        folder: &Path,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let source = match read(path, folder) {
            Ok(source) => source,
            Err(RunError { file, message, .. }) => return self.error(&file, None, &message, out),
        };
        let rules = RulesFile::load(source.path.clone(), source.text.clone());
        if tests.is_empty() {
            self.untested += 1;
        }
        for test in tests {
            match read(test, folder) {
                Ok(text) => self.tests(&rules, &source, &Arc::new(text), out)?,
                Err(RunError { file, message, .. }) => self.error(&file, None, &message, out)?,
            }
        }
        Ok(())
    }

    /// Runs the cases of one file of tests.
    fn tests(
        &mut self,
        rules: &RulesFile,
        rules_source: &Source,
        source: &Arc<Source>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let tree = parse(Arc::clone(source), &Limits::default());
        if let Some(error) = tree.errors().first() {
            return self.error_at(source, error.span, &error.kind.to_string(), out);
        }
        let cases = match read_cases(&tree) {
            Ok(cases) => cases,
            Err(error) => return self.error_at(source, error.span, &error.to_string(), out),
        };
        let results = match run_cases(rules, &cases) {
            Ok(results) => results,
            Err(error) => {
                let at = u32::try_from(error.offset).unwrap_or(u32::MAX);
                let span = Span { start: at, end: at, ..Span::start_of(rules_source.id) };
                return self.error_at(rules_source, span, &error.to_string(), out);
            }
        };
        for (case, result) in cases.iter().zip(results) {
            self.cases += 1;
            match result {
                Ok(results) => self.case(rules, source, case, &results, out)?,
                Err(message) => self.error_at(source, case.span, &message, out)?,
            }
        }
        Ok(())
    }

    fn case(
        &mut self,
        rules: &RulesFile,
        source: &Source,
        case: &TestCase<'_>,
        results: &[TestResult<'_>],
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let name = case.name.map(|it| format!(" in case `{it}`")).unwrap_or_default();
        for result in results {
            let TestResult { rule, span, expected, verdict } = result;
            if result.is_met() {
                self.met += 1;
                continue;
            }
            self.failed += 1;
            let what = match verdict {
                Some(verdict) => format!("`{rule}` is {verdict}{name}, expected {expected}"),
                None => format!("`{}` has no rule `{rule}`, expected {expected}{name}", rules.path),
            };
            let style = colour::error(self.is_coloured);
            let place = LineIndex::new(&source.text).place(&source.text, span.start);
            writeln!(
                out,
                "{}:{}:{}: {style}failed{style:#}: {what}",
                source.path, place.line, place.column
            )?;
        }
        Ok(())
    }

    fn error_at(
        &mut self,
        source: &Source,
        span: Span,
        message: &str,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let place = LineIndex::new(&source.text).place(&source.text, span.start);
        self.error(&source.path, Some((place.line, place.column)), message, out)
    }

    fn error(
        &mut self,
        file: &str,
        place: Option<(u32, u32)>,
        message: &str,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        self.errors += 1;
        let style = colour::error(self.is_coloured);
        let place = place.map(|(line, column)| format!(":{line}:{column}")).unwrap_or_default();
        writeln!(out, "{file}{place}: {style}error{style:#}: {message}")
    }

    fn summary(&self, out: &mut dyn Write) -> io::Result<()> {
        let Self { cases, met, failed, errors, untested, .. } = self;
        let plural =
            |count: usize, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
        write!(
            out,
            "{}: {met} of {} met",
            plural(*cases, "case"),
            plural(met + failed, "expectation")
        )?;
        if *errors > 0 {
            write!(out, ", {}", plural(*errors, "error"))?;
        }
        if *untested > 0 {
            write!(out, ", {} without tests", plural(*untested, "file"))?;
        }
        writeln!(out)
    }
}
