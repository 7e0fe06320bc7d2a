//! What fixing changes, as a unified diff.

use std::collections::BTreeSet;
use std::io::{self, Write};

use similar::TextDiff;
use stackseal_engine::Outcome;
use stackseal_syntax::Source;

use crate::line::behind_names;
use crate::mask::{MASK, Masks, merge};
use crate::pieces::print_each;
use crate::places::Places;
use crate::wording::one_line;

/// A value shorter than this is masked where it is known to stand, and not sought elsewhere.
const SOUGHT: usize = 6;

/// Writes how the texts of `after` differ from those of `before`, file by file. What must not be
/// shown, and what is called like it, is masked on both sides, so a part with a credential in it cannot be applied as a patch.
///
/// # Errors
///
/// Those of `out`.
pub fn write_diff(before: &Outcome, after: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let mut secrets = BTreeSet::new();
    let [masks_before, masks_after] = [before, after].map(|it| Masks::new(it, &Places::new(it)));
    collect_secrets(before, &masks_before, &mut secrets);
    collect_secrets(after, &masks_after, &mut secrets);
    let pairs = before.sources.iter().zip(&after.sources);
    let changed: Vec<_> = pairs.filter(|(old, new)| old.text != new.text).collect();
    print_each(&changed, out, |_, (old, new), out| {
        let masked_old = masked(old, &masks_before, &secrets);
        let masked_new = masked(new, &masks_after, &secrets);
        let path = one_line(&old.path);
        let diff = TextDiff::from_lines(&masked_old, &masked_new);
        write!(out, "{}", diff.unified_diff().context_radius(3).header(&path, &path))
    })
}

fn collect_secrets(outcome: &Outcome, masks: &Masks, secrets: &mut BTreeSet<String>) {
    for source in &outcome.sources {
        for range in masks.within(source.id, &(0..source.text.len())) {
            let value = source.text.get(range.clone()).unwrap_or_default().trim();
            if value.len() >= SOUGHT {
                secrets.insert(value.to_owned());
            }
        }
    }
}

/// The text of a file without its secrets.
fn masked(source: &Source, masks: &Masks, secrets: &BTreeSet<String>) -> String {
    let text = source.text.as_str();
    // All of them in the text as it is: a name that reads like a secret is a name nevertheless.
    let mut hidden = masks.within(source.id, &(0..text.len())).to_vec();
    for secret in secrets {
        hidden.extend(text.match_indices(secret.as_str()).map(|(at, it)| at..at + it.len()));
    }
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        hidden.extend(behind_names(line).into_iter().map(|it| start + it.start..start + it.end));
        start += line.len();
    }
    merge(&mut hidden);
    let mut shown = String::with_capacity(text.len());
    let mut end = 0;
    for range in hidden {
        shown.push_str(text.get(end..range.start).unwrap_or_default());
        // A value of several lines keeps its lines, so that those around it stay what they are.
        let value = text.get(range.clone()).unwrap_or_default();
        let lines: Vec<&str> = value.split('\n').map(|_| MASK).collect();
        shown.push_str(&lines.join("\n"));
        end = range.end;
    }
    shown.push_str(text.get(end..).unwrap_or_default());
    shown
}
