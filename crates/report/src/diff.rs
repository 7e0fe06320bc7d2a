//! What fixing changes, as a unified diff.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::{self, Write};

use similar::TextDiff;
use stackseal_engine::Outcome;
use stackseal_syntax::Source;

use crate::line::behind_names;
use crate::mask::{MASK, Masks};
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
    let mut result = Cow::Borrowed(text);
    for range in masks.within(source.id, &(0..text.len())).iter().rev() {
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
