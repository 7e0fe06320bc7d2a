//! What of a text must never be shown: the values of credentials.
//!
//! Findings about credentials point at them, and so do their related places. Whatever of a run's
//! findings is shown, none of these values is: not in the line of its own finding, and not in the
//! line of another one that happens to share it.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use stackseal_engine::{Finding, Outcome, Unasked};
use stackseal_syntax::{FileId, Span};

use crate::line::behind_names;
use crate::places::Places;

/// Stands where a value stood. It has the same length for every value.
pub(crate) const MASK: &str = "****";

/// Forms that name something instead of being it, as the words before their argument.
const NAMES: &[&str] =
    &["Ref", "GetAtt", "Fn::GetAtt", "ImportValue", "Fn::ImportValue", "FindInMap", "Condition"];

/// Starts of values that are settings rather than credentials: ARNs and actions of policies.
const SETTINGS: &[&str] = &["arn:", "secretsmanager:", "ssm:", "kms:", "iam:", "sts:"];

/// The values of a run that must not be shown.
#[derive(Debug)]
pub(crate) struct Masks {
    /// By file, in the order of the file; they do not overlap.
    ranges: BTreeMap<FileId, Vec<Range<usize>>>,
    /// What the names in a line hide, of the line that was asked for last: a file may be one line, with
    /// all findings on it.
    names: Mutex<Option<Arc<Line>>>,
}

/// A line, and what its own words say must not be shown of it.
#[derive(Debug)]
struct Line {
    file: FileId,
    start: usize,
    hidden: Vec<Range<usize>>,
}

impl Masks {
    pub(crate) fn new(outcome: &Outcome, places: &Places<'_>) -> Self {
        let mut ranges: BTreeMap<FileId, Vec<Range<usize>>> = BTreeMap::new();
        let mut add = |span: Span, is_told: &dyn Fn(Option<&str>) -> bool| {
            let text = places.text(span.file);
            let secret = secret(text, span).filter(|it| !is_told(text.get(it.clone())));
            ranges.entry(span.file).or_default().extend(secret);
        };
        let Unasked { findings: unasked, undecided } = &outcome.unasked;
        let findings = outcome.findings.iter().chain(&outcome.suppressed).chain(unasked);
        for finding in findings.filter(|it| it.rule.is_about_credentials()) {
            spans(finding).for_each(|it| add(it, &|value| is_told(finding, value)));
        }
        // What hangs on a choice is no finding, and stands there all the same.
        let undecided = outcome.undecided.iter().chain(undecided);
        undecided
            .filter(|it| it.rule.is_about_credentials())
            .for_each(|it| add(it.span, &|_| false));
        for ranges in ranges.values_mut() {
            merge(ranges);
        }
        Self { ranges, names: Mutex::default() }
    }

    /// The values that lie at least in part within `window` of `file`.
    pub(crate) fn within(&self, file: FileId, window: &Range<usize>) -> &[Range<usize>] {
        within(self.ranges.get(&file).map_or(&[][..], Vec::as_slice), window)
    }

    /// What stands behind names of credentials, at least in part within `window`, a part of the line
    /// `line` that starts at `start` of `file`.
    pub(crate) fn behind_names(
        &self,
        file: FileId,
        start: usize,
        line: &str,
        window: &Range<usize>,
    ) -> Vec<Range<usize>> {
        let last = || self.names.lock().unwrap_or_else(PoisonError::into_inner);
        let is_it = |it: &Arc<Line>| it.file == file && it.start == start;
        let known = last().as_ref().filter(|it| is_it(it)).map(Arc::clone);
        // Nobody else waits while the names are sought.
        let line = known.unwrap_or_else(|| {
            let in_file = |it: Range<usize>| start + it.start..start + it.end;
            let hidden = behind_names(line).into_iter().map(in_file).collect();
            let line = Arc::new(Line { file, start, hidden });
            *last() = Some(Arc::clone(&line));
            line
        });
        within(&line.hidden, window).to_vec()
    }
}

/// Those of `ranges`, which are in order and apart, that lie at least in part within `window`.
fn within<'r>(ranges: &'r [Range<usize>], window: &Range<usize>) -> &'r [Range<usize>] {
    let first = ranges.partition_point(|it| it.end <= window.start);
    let last = ranges.partition_point(|it| it.start < window.end);
    ranges.get(first..last).unwrap_or_default()
}

/// Whether the message says what stands at its place anyway: the name of a Secret, of an object.
///
/// A rule about literals never says them, so what its messages quote is something else, even where
/// it reads the same: a password may be the name of its container.
fn is_told(finding: &Finding, value: Option<&str>) -> bool {
    let told = |it: &str| finding.message.contains(&format!("`{it}`"));
    !finding.rule.is_about_literals() && value.is_some_and(told)
}

fn spans(finding: &Finding) -> impl Iterator<Item = Span> {
    std::iter::once(finding.span).chain(finding.related.iter().map(|it| it.span))
}

/// The part of `span` that is a value and not a name for one.
fn secret(text: &str, span: Span) -> Option<Range<usize>> {
    let range = span.range();
    let whole = text.get(range.clone())?;
    if whole.is_empty() || is_key(whole, text.get(range.end..).unwrap_or_default()) {
        return None;
    }
    let skipped = whole.len() - value(whole)?.len();
    let (start, end) = (range.start + skipped, range.end);
    let shown = text.get(start..end)?;
    // The quotes stay: they say that a text stood there.
    let is_quoted = shown.len() >= 2
        && ['"', '\''].iter().any(|&it| shown.starts_with(it) && shown.ends_with(it));
    Some(if is_quoted { start + 1..end - 1 } else { start..end })
}

/// Whether `text` is a key, by what follows it.
fn is_key(text: &str, rest: &str) -> bool {
    let bare = text.trim_matches(['"', '\'']);
    let is_word = |it: char| it.is_alphanumeric() || "_-./:".contains(it);
    let rest = rest.trim_start_matches([' ', '\t']);
    bare.chars().all(is_word)
        && rest.strip_prefix(':').is_some_and(|it| it.is_empty() || it.starts_with(separates))
}

/// What of a node's text is the value: without its tag, and without the first key of a block.
/// Nothing for what names a value elsewhere, and for settings.
pub(crate) fn value(text: &str) -> Option<&str> {
    let inner = text.trim_start_matches(['{', ' ', '"', '\'']);
    let is_name = |name: &str| match inner.strip_prefix('!') {
        Some(tag) => {
            tag.strip_prefix(name).is_some_and(|rest| rest.starts_with(char::is_whitespace))
        }
        None => inner
            .strip_prefix(name)
            .is_some_and(|rest| rest.trim_start_matches('"').starts_with(':')),
    };
    let bare = text.trim_matches(['"', '\'']);
    let is_setting = matches!(bare, "true" | "false" | "null" | "~" | "*")
        || SETTINGS.iter().any(|it| bare.starts_with(it))
        || is_dynamic_reference(bare);
    if is_setting || NAMES.iter().any(|it| is_name(it)) {
        return None;
    }
    let rest = behind_head(text).unwrap_or(text);
    (!rest.is_empty()).then_some(rest)
}

/// Whether `text` is nothing but `{{resolve:…}}`: the name of a value that is kept elsewhere.
fn is_dynamic_reference(text: &str) -> bool {
    let inner = text.strip_prefix("{{resolve:").and_then(|it| it.strip_suffix("}}"));
    inner.is_some_and(|it| !it.contains(['{', '}']))
}

/// What follows the first word of `text`, if that is a tag, or a key with its colon.
fn behind_head(text: &str) -> Option<&str> {
    let is_tag = text.starts_with('!');
    let is_part = |it: char| it.is_ascii_alphanumeric() || "_-.:".contains(it);
    let is_end = |it: char| if is_tag { " \n".contains(it) } else { !is_part(it) };
    let (head, rest) = text.split_at_checked(text.find(is_end)?)?;
    let is_key = head.len() > 1 && head.ends_with(':');
    ((is_tag || is_key) && rest.starts_with([' ', '\n'])).then(|| rest.trim_start())
}

fn separates(character: char) -> bool {
    character.is_whitespace() || "\"'{[".contains(character)
}

/// Sorts `ranges` and joins those that touch.
pub(crate) fn merge(ranges: &mut Vec<Range<usize>>) {
    ranges.sort_unstable_by_key(|it| (it.start, it.end));
    ranges.dedup_by(|next, kept| {
        let touches = next.start <= kept.end;
        if touches {
            kept.end = kept.end.max(next.end);
        }
        touches
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Masks what `marked` marks by `⟦…⟧`, and gives the whole text with the mask.
    #[track_caller]
    fn check(marked: &str, expected: &str) {
        let (before, rest) = marked.split_once('⟦').unwrap();
        let (inside, after) = rest.split_once('⟧').unwrap();
        let text = format!("{before}{inside}{after}");
        let start = u32::try_from(before.len()).unwrap();
        let end = start + u32::try_from(inside.len()).unwrap();
        let mut masked = text.clone();
        if let Some(range) = secret(&text, Span::new(FileId(0), start, end)) {
            masked.replace_range(range, MASK);
        }
        assert_eq!(masked, expected);
    }

    #[test]
    fn values_are_masked() {
        check("Password: ⟦hunter2⟧", "Password: ****");
        check("Password: ⟦'hunter2'⟧ # x", "Password: '****' # x");
        check(r#"{"Password": ⟦"hunter2"⟧}"#, r#"{"Password": "****"}"#);
        check("define('DB_PASSWORD', ⟦'hunter2'⟧);", "define('DB_PASSWORD', '****');");
        check("Password: ⟦!Sub \"hunter2${X}\"⟧", "Password: !Sub \"****\"");
        check("Password:\n  ⟦Fn::Sub: hunter2⟧\n", "Password:\n  Fn::Sub: ****\n");
        check("Url: ⟦mysql://root:hunter2@db⟧\n", "Url: ****\n");
        check("- ⟦Value: hunter2\n  Name: X⟧\n", "- Value: ****\n");
        check("Key: ⟦|\n  abc\n  def⟧\n", "Key: ****\n");
        check("Password: ⟦'⟧", "Password: ****");
        check("Url: ⟦\"{{resolve:ssm:a}}:x@{{b}}\"⟧", "Url: \"****\"");
        check("Password: ⟦true,hunter2⟧", "Password: ****");
        check("Password: ⟦alias/hunter2⟧", "Password: ****");
    }

    #[test]
    fn names_are_shown() {
        for marked in [
            "⟦Properties⟧:\n  A: b",
            "{⟦\"Properties\"⟧: {}}",
            "{⟦\"Properties\"⟧ :{}}",
            "Password: ⟦!Ref Password⟧",
            "Password: ⟦!GetAtt Key.SecretAccessKey⟧",
            "Password: ⟦{\"Ref\": \"Password\"}⟧",
            "Password:\n  ⟦Ref: Password⟧",
            "Password: ⟦{ Fn::GetAtt: [A, B] }⟧",
            "Rotate: ⟦false⟧",
            "Password: ⟦'{{resolve:ssm-secure:/db/password:1}}'⟧",
            "Action: ⟦secretsmanager:GetSecretValue⟧",
            "Resource: ⟦'*'⟧",
            "Resource: ⟦\"arn:aws:iam::111122223333:root\"⟧",
        ] {
            check(marked, &marked.replace(['⟦', '⟧'], ""));
        }
    }

    #[test]
    fn overlapping_ranges_are_joined() {
        let mut ranges = vec![5..9, 0..3, 8..12, 6..7];
        merge(&mut ranges);
        assert_eq!(ranges, [0..3, 5..12]);
    }
}
