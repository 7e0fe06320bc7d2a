//! Runs of the engine with every rule.

use std::fmt::Write as _;
use std::sync::{Arc, LazyLock};

use rayon::ThreadPool;
use stackseal_engine::{Configuration, Finding, Input, InputFile, Outcome, Profile, Settings};
use stackseal_rules::PACK;
use stackseal_syntax::{FileId, Source, Span};

/// The texts of `files`, which are path and text each.
pub(crate) fn input<'f>(files: impl IntoIterator<Item = (&'f str, &'f str)>) -> Input {
    let file = |(id, (path, text)): (u32, (&str, &str))| {
        let source = Source { id: FileId(id), path: path.to_owned(), text: text.to_owned() };
        InputFile { source: Arc::new(source), is_named: true }
    };
    Input { files: (0..).zip(files).map(file).collect(), ..Input::default() }
}

pub(crate) fn source(path: &str, text: &str) -> Arc<Source> {
    Arc::new(Source { id: FileId(0), path: path.to_owned(), text: text.to_owned() })
}

pub(crate) fn settings(profile: Profile) -> Settings {
    Settings { profile, ..Settings::of(&Configuration::default()) }
}

pub(crate) fn judge(input: Input, profile: Profile) -> Outcome {
    stackseal_engine::check(input, &PACK, &settings(profile), &|_| ())
        .unwrap_or_else(|error| panic!("no rule is named, yet: {error}"))
}

/// One thread, for what several must not say otherwise.
static ONE: LazyLock<ThreadPool> = LazyLock::new(|| {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).stack_size(8 << 20).build();
    pool.expect("a thread can be had")
});

/// [`judge`] on one thread.
pub(crate) fn judge_alone(input: Input, profile: Profile) -> Outcome {
    ONE.install(|| judge(input, profile))
}

/// What `outcome` says, a line each and sorted; `place` says where.
///
/// Fixes are not in it: what can be edited hangs on how a text is written.
pub(crate) fn said(outcome: &Outcome, place: impl Fn(Span) -> String) -> Vec<String> {
    let finding = |it: &Finding| {
        let Finding { rule, severity, span, message, remediation, condition, related, .. } = it;
        let mut line = format!("{} {severity:?} {} {message}", rule.id, place(*span));
        // Writing to a string does not fail.
        let _ = write!(line, " {condition:?} {remediation} {:?} {:?}", it.subject, it.suppressed);
        let mut related: Vec<_> =
            related.iter().map(|it| format!("{} {}", place(it.span), it.message)).collect();
        related.sort();
        line + &related.join(" ")
    };
    let findings = outcome.findings.iter().chain(&outcome.suppressed).map(finding);
    let undecided = outcome.undecided.iter().map(|it| {
        format!("undecided {} {} {} {:?}", it.rule.id, place(it.span), it.reason, it.subject)
    });
    let mut lines: Vec<String> = findings.chain(undecided).collect();
    lines.sort();
    lines
}

/// Panics, with the first line that differs, if `left` and `right` are not the same.
pub(crate) fn are_same(what: &str, left: &[String], right: &[String]) {
    if left != right {
        let common = left.iter().zip(right).take_while(|(left, right)| left == right).count();
        panic!("{what}\n- {:?}\n+ {:?}", left.get(common), right.get(common));
    }
}
