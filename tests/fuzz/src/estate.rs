//! Several files are judged alike in any order.

use stackseal_engine::{Outcome, Profile};
use stackseal_syntax::Span;

use crate::Target;
use crate::file::File;
use crate::judging::{are_same, input, judge, judge_alone, said};
use crate::seeds;
use crate::spans::outcome_stands;

pub(crate) const TARGET: Target =
    Target { name: "estate", run, is_named: true, seeds: seeds::estates };

/// Stands between files.
pub(crate) const BREAK: u8 = 0;

/// Files looked at.
const FILES: usize = 8;

fn run(data: &[u8]) {
    let files = data.split(|it| *it == BREAK).filter_map(File::read).take(FILES);
    let files: Vec<(String, &str)> = files
        .enumerate()
        .map(|(index, File { name, text })| (format!("{index}/{name}"), text))
        .collect();
    let files = || files.iter().map(|(path, text)| (path.as_str(), *text));
    for profile in [Profile::Recommended, Profile::Strict] {
        let outcome = judge(input(files()), profile);
        outcome_stands(&outcome);
        let reversed = judge_alone(input(files().rev()), profile);
        are_same("in another order they say something else", &lines(&outcome), &lines(&reversed));
    }
}

/// What is said, each place by its path.
fn lines(outcome: &Outcome) -> Vec<String> {
    let path = |it: Span| outcome.source(it.file).map_or("", |it| it.path.as_str());
    said(outcome, |it| format!("{}@{}..{}", path(it), it.start, it.end))
}
