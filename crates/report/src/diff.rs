//! What fixing changes, as a unified diff.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::{self, Write};

use similar::TextDiff;
use stackseal_engine::Outcome;
use stackseal_syntax::FileId;

use crate::line::behind_names;
use crate::mask::{MASK, Masks};
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
    for outcome in [before, after] {
        collect_secrets(outcome, &mut secrets);
    }
    for (old, new) in before.sources.iter().zip(&after.sources) {
        if old.text == new.text {
            continue;
        }
        let (masked_old, masked_new) =
            (masked(before, old.id, &secrets), masked(after, new.id, &secrets));
        let path = one_line(&old.path);
        let diff = TextDiff::from_lines(&masked_old, &masked_new);
        write!(out, "{}", diff.unified_diff().context_radius(3).header(&path, &path))?;
    }
    Ok(())
}

fn collect_secrets(outcome: &Outcome, secrets: &mut BTreeSet<String>) {
    let places = Places::new(outcome);
    let masks = Masks::new(outcome, &places);
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
fn masked(outcome: &Outcome, file: FileId, secrets: &BTreeSet<String>) -> String {
    let places = Places::new(outcome);
    let masks = Masks::new(outcome, &places);
    let text = places.text(file);
    let mut result = Cow::Borrowed(text);
    for range in masks.within(file, &(0..text.len())).iter().rev() {
        // A value of several lines keeps its lines, so that those around it stay what they are.
        let value = text.get(range.clone()).unwrap_or_default();
        let lines: Vec<&str> = value.split('\n').map(|_| MASK).collect();
        result.to_mut().replace_range(range.clone(), &lines.join("\n"));
    }
    for secret in secrets {
        if result.contains(secret.as_str()) {
            result = Cow::Owned(result.replace(secret.as_str(), MASK));
        }
    }
    let mut lines = String::with_capacity(result.len());
    for line in result.split_inclusive('\n') {
        let start = lines.len();
        lines.push_str(line);
        for range in behind_names(line).into_iter().rev() {
            lines.replace_range(start + range.start..start + range.end, MASK);
        }
    }
    lines
}
