//! Any file is fixed: afterwards it can be read as well as before, what was fixed is gone, comments
//! and line ends are what they were, and fixing it again changes nothing.

use std::collections::BTreeMap;
use std::path::Path;

use stackseal_engine::{Applicability, Fixed, Input, Profile};
use stackseal_rules::PACK;

use crate::Target;
use crate::file::File;
use crate::judging::{input, settings};
use crate::seeds;
use crate::spans::outcome_stands;

pub(crate) const TARGET: Target = Target { name: "fix", run, is_named: true, seeds: seeds::files };

fn run(data: &[u8]) {
    let Some(File { name, text }) = File::read(data) else { return };
    for applicability in [Applicability::Safe, Applicability::All] {
        let first = fixed(input([(name, text)]), applicability);
        let Some(before) = &first.before else {
            assert!(first.applied.is_empty(), "what is fixed is shown");
            continue;
        };
        outcome_stands(&first.outcome);
        let count = first.outcome.errors.len();
        assert!(count <= before.errors.len(), "it cannot be read any more");
        let source = first.outcome.sources.first().expect("the file is there");
        // A text of PHP goes on over lines, some of which may look like comments.
        if Path::new(name).extension().is_none_or(|it| it != "php") {
            comments_stay(text, &source.text);
        }
        line_ends_stay(text, &source.text);
        let again = fixed(input([(name, source.text.as_str())]), applicability);
        let titles: Vec<&str> = again.applied.iter().map(|it| it.title.as_str()).collect();
        assert!(titles.is_empty(), "a second run fixes more: {titles:?}");
    }
}

fn fixed(input: Input, applicability: Applicability) -> Fixed {
    let settings = settings(Profile::Strict);
    stackseal_engine::fix(input, &PACK, &settings, applicability, &|_| ())
        .unwrap_or_else(|error| panic!("no rule is named, yet: {error}"))
}

/// Lines that are comments are there as often as before.
fn comments_stay(before: &str, after: &str) {
    let comments = |text: &str| {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for line in text.lines().map(str::trim).filter(|it| it.starts_with('#')) {
            *counts.entry(line.to_owned()).or_default() += 1;
        }
        counts
    };
    let after = comments(after);
    for (comment, count) in comments(before) {
        let left = after.get(&comment).copied().unwrap_or_default();
        assert!(left >= count, "a comment is gone: {comment}");
    }
}

/// A file whose lines all end in the way of Windows stays one.
fn line_ends_stay(before: &str, after: &str) {
    let count = |text: &str, of: &str| text.matches(of).count();
    let is_windows = |text: &str| count(text, "\r\n") == count(text, "\n") && text.contains('\n');
    assert!(!is_windows(before) || is_windows(after), "a line ends in another way");
}
