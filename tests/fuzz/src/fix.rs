//! Any file is fixed: afterwards it can be read as well as before, what was fixed is gone, comments
//! and line ends are what they were, and fixing it again changes nothing.

use std::collections::BTreeMap;
use std::path::Path;

use stackseal_engine::{Applicability, Fixed, Input, Profile};
use stackseal_rules::PACK;
use stackseal_syntax::{Limits, parse};

use crate::Target;
use crate::file::File;
use crate::judging::{input, settings, source};
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
            comments_stay(name, text, &source.text);
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

/// Lines that are comments, and no part of a text of several lines, are there as often as before.
fn comments_stay(name: &str, before: &str, after: &str) {
    let tree = parse(source(name, before), &Limits::default());
    let is_text = |at: &usize| tree.scalars().any(|it| it.span().range().contains(at));
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (at, _) in before.match_indices('#') {
        let (head, rest) = before.split_at(at);
        let is_first = head.rsplit('\n').next().is_none_or(|it| it.trim().is_empty());
        if is_first && !is_text(&at) {
            *counts.entry(rest.lines().next().unwrap_or_default().trim()).or_default() += 1;
        }
    }
    for (comment, count) in counts {
        let left = after.lines().filter(|it| it.trim() == comment).count();
        assert!(left >= count, "a comment is gone: {comment}");
    }
}

/// A file whose lines all end in the way of Windows stays one.
fn line_ends_stay(before: &str, after: &str) {
    let count = |text: &str, of: &str| text.matches(of).count();
    let is_windows = |text: &str| count(text, "\r\n") == count(text, "\n") && text.contains('\n');
    assert!(!is_windows(before) || is_windows(after), "a line ends in another way");
}
