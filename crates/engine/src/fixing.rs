//! Fixing: the fixes of a run made, the run made again, until there is nothing left to fix.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::FxHashMap;
use stackseal_syntax::{Edit, FileId, Source, apply};

use crate::finding::{Finding, Fix, Subject};
use crate::outcome::Outcome;
use crate::reading::Input;
use crate::run::{Progress, check};
use crate::settings::{Pack, Settings, SettingsError};

/// Rounds after which fixing ends, whatever is left.
const MAX_ROUNDS: usize = 100;

/// Which fixes are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applicability {
    /// Those that change only the protection.
    Safe,
    /// Also those that somebody has to agree to.
    All,
}

/// What fixing came to.
#[derive(Debug)]
pub struct Fixed {
    /// The run over the fixed texts.
    pub outcome: Outcome,
    /// The run over the texts as they were; none if no fix was made.
    pub before: Option<Outcome>,
    /// What was done, in order; fixes of one round by place.
    pub applied: Vec<Applied>,
}

/// A fix that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// The file of the finding.
    pub file: FileId,
    /// The rule that spoke.
    pub rule: &'static str,
    /// What the fix does.
    pub title: String,
}

/// A fix as the rounds know it: what was wrong, and what was to be done.
type Key = (String, String);

/// Runs `pack` over `input`, makes the fixes, and runs it again, until no fix is left.
///
/// Of fixes that want the same place, one is made a round. A fix after which its finding is still
/// there is taken back, and tried again once no other is left: so another run would fix no more. Where a
/// file cannot be read any more, half of its fixes are put off at a time, until the one at fault is alone
/// and taken back as well.
///
/// # Errors
///
/// If `settings` name rules that do not exist.
pub fn fix(
    input: Input,
    pack: &Pack,
    settings: &Settings,
    applicability: Applicability,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Fixed, SettingsError> {
    let run = |input: &Input| check(input.clone(), pack, settings, progress);
    let mut input = input;
    let mut outcome = run(&input)?;
    let mut before = None;
    let mut applied = Vec::new();
    let mut refused: BTreeSet<Key> = BTreeSet::new();
    let mut put_off: BTreeSet<Key> = BTreeSet::new();
    let mut has_fixed = false;
    for _ in 0..MAX_ROUNDS {
        let is_out = |it: &Key| refused.contains(it) || put_off.contains(it);
        let chosen = choose(&outcome, applicability, is_out);
        let Some(next) = with_edits(&input, &chosen) else {
            // Whichever broke a file is out by now, or made.
            if !put_off.is_empty() {
                put_off.clear();
                continue;
            }
            // What failed beside other fixes may be right after them.
            if refused.is_empty() || !std::mem::take(&mut has_fixed) {
                break;
            }
            refused.clear();
            continue;
        };
        let after = run(&next)?;
        let Failures { certain, suspected } = failures(&outcome, &after, &chosen);
        if !certain.is_empty() || !suspected.is_empty() {
            refused.extend(certain);
            put_off.extend(suspected);
            continue;
        }
        applied.extend(chosen.iter().map(|(finding, fix)| Applied {
            file: finding.span.file,
            rule: finding.rule.id.as_str(),
            title: fix.title.clone(),
        }));
        let previous = std::mem::replace(&mut outcome, after);
        before.get_or_insert(previous);
        has_fixed = true;
        input = next;
    }
    Ok(Fixed { outcome, before, applied })
}

/// The fixes to make in one round: in the order of the findings, as far as they leave each other
/// alone.
fn choose(
    outcome: &Outcome,
    applicability: Applicability,
    is_out: impl Fn(&Key) -> bool,
) -> Vec<(&Finding, &Fix)> {
    let mut taken = Taken::default();
    let mut chosen = Vec::new();
    for finding in &outcome.findings {
        let Some(fix) = &finding.fix else { continue };
        let is_wanted = fix.is_safe() || applicability == Applicability::All;
        if !is_wanted || is_out(&key(finding, fix)) {
            continue;
        }
        if fix.edits.iter().all(|it| taken.leaves(it)) {
            for edit in &fix.edits {
                taken.take(edit);
            }
            chosen.push((finding, fix));
        }
    }
    chosen
}

/// The places of a round that are taken: of each file the spans, by end and start. Those of one fix
/// may touch; else only insertions at one point do.
#[derive(Default)]
struct Taken<'o>(BTreeMap<FileId, BTreeMap<(u32, u32), Inserted<'o>>>);

/// What is inserted at one place: how far in, and under which keys.
#[derive(Default)]
struct Inserted<'o> {
    indents: BTreeSet<usize>,
    keys: BTreeSet<&'o str>,
}

impl<'o> Taken<'o> {
    /// Whether `edit` may be made beside those of the round. Edits that touch may want the same, and
    /// wait for the next round; save insertions side by side of keys that differ.
    fn leaves(&self, edit: &'o Edit) -> bool {
        let Some(taken) = self.0.get(&edit.span.file) else { return true };
        let (start, end) = (edit.span.start, edit.span.end);
        let (indent, key) = inserted_by(edit);
        // What does not overlap is in the order of its starts as well as of its ends.
        let mut touching = taken.range((start, 0)..).take_while(|(place, _)| place.1 <= end);
        touching.all(|(place, other)| {
            start == end
                && *place == (start, end)
                && other.indents.iter().all(|it| *it == indent)
                && !other.keys.contains(key)
        })
    }

    fn take(&mut self, edit: &'o Edit) {
        let (indent, key) = inserted_by(edit);
        let taken = self.0.entry(edit.span.file).or_default();
        let place = taken.entry((edit.span.end, edit.span.start)).or_default();
        place.indents.insert(indent);
        place.keys.insert(key);
    }
}

/// How far in an inserted text stands, and its key.
fn inserted_by(edit: &Edit) -> (usize, &str) {
    let text = edit.text.trim_start_matches([',', '\n', '\r', ' ', '\t']);
    (edit.text.len() - text.len(), text.split(':').next().unwrap_or_default())
}

fn key(finding: &Finding, fix: &Fix) -> Key {
    (finding.fingerprint.clone(), fix.title.clone())
}

/// The input with the edits of `chosen` made; none if that changes nothing.
fn with_edits(input: &Input, chosen: &[(&Finding, &Fix)]) -> Option<Input> {
    let mut by_file: BTreeMap<FileId, Vec<Edit>> = BTreeMap::new();
    for edit in chosen.iter().flat_map(|(_, fix)| &fix.edits) {
        by_file.entry(edit.span.file).or_default().push(edit.clone());
    }
    let mut next = input.clone();
    let mut is_changed = false;
    for (file, edits) in by_file {
        let Some(file) = next.files.get_mut(file.0 as usize) else { continue };
        let Ok(text) = apply(&file.source.text, &edits) else { continue };
        is_changed |= text != file.source.text;
        file.source = Arc::new(Source { text, ..Source::clone(&file.source) });
    }
    is_changed.then_some(next)
}

/// The fixes of a round that did not do what they should.
struct Failures {
    /// Those known not to.
    certain: Vec<Key>,
    /// Those that may have broken their file, and are tried once the others of it are through.
    suspected: Vec<Key>,
}

fn failures(before: &Outcome, after: &Outcome, chosen: &[(&Finding, &Fix)]) -> Failures {
    let (old, new) = (Tally::of(before), Tally::of(after));
    let is_broken = |file: &FileId| {
        let path = before.source(*file).map_or("", |it| it.path.as_str());
        new.errors.get(path) > old.errors.get(path)
    };
    let is_left = |finding: &Finding| {
        // A list that lost an element has moved the others to other paths: then the number tells.
        let (same, alike) = (same(finding), alike(finding));
        new.same.get(&same) >= old.same.get(&same) && new.alike.get(&alike) >= old.alike.get(&alike)
    };
    let mut failures = Failures { certain: Vec::new(), suspected: Vec::new() };
    let mut of_broken: BTreeMap<FileId, Vec<Key>> = BTreeMap::new();
    for (finding, fix) in chosen {
        let mut files = fix.edits.iter().map(|it| it.span.file);
        match files.find(is_broken) {
            Some(file) => of_broken.entry(file).or_default().push(key(finding, fix)),
            None if is_left(finding) => failures.certain.push(key(finding, fix)),
            None => (),
        }
    }
    for mut keys in of_broken.into_values() {
        // Which of several it was is not known: half of them go on without the others.
        match keys.len() {
            1 => failures.certain.append(&mut keys),
            several => failures.suspected.extend(keys.split_off(several / 2)),
        }
    }
    failures
}

/// How often things are said in a run.
struct Tally<'o> {
    /// Errors, by the path of their file.
    errors: FxHashMap<&'o str, usize>,
    same: FxHashMap<Same<'o>, usize>,
    alike: FxHashMap<Alike<'o>, usize>,
}

/// What tells a finding: its fingerprint and what it says.
type Same<'o> = (&'o str, &'o str);

/// What findings of one rule about one thing have in common.
type Alike<'o> = (&'static str, FileId, Option<&'o Subject>);

impl<'o> Tally<'o> {
    fn of(outcome: &'o Outcome) -> Self {
        let mut tally = Self {
            errors: FxHashMap::default(),
            same: FxHashMap::default(),
            alike: FxHashMap::default(),
        };
        for error in &outcome.errors {
            *tally.errors.entry(&error.file).or_default() += 1;
        }
        for finding in &outcome.findings {
            *tally.same.entry(same(finding)).or_default() += 1;
            *tally.alike.entry(alike(finding)).or_default() += 1;
        }
        tally
    }
}

fn same(finding: &Finding) -> Same<'_> {
    (&finding.fingerprint, &finding.message)
}

fn alike(finding: &Finding) -> Alike<'_> {
    (finding.rule.id.as_str(), finding.span.file, finding.subject.as_ref())
}

#[cfg(test)]
mod tests {
    use stackseal_model::cloudformation::Resource;
    use stackseal_model::setting::Setting;
    use stackseal_syntax::{Change, FileId};

    use super::*;
    use crate::configuration::Configuration;
    use crate::reading::InputFile;
    use crate::rule::{Check, Group, Profile, Rule, RuleId, Scope, Severity};
    use crate::{Cx, Mend};

    static RULE: Rule = Rule {
        id: RuleId::new("it-is-on"),
        group: Group::Encryption,
        severity: Severity::High,
        profile: Profile::Recommended,
        scope: Scope::Resource,
        since: "0.1.0",
        title: "It is off",
        remediation: "Switch it on",
        url: "",
        docs: "",
        options: &[],
        checks: &[Check::Resource { types: &["AWS::X::Y"], run: on }],
    };

    static RULES: &[&Rule] = &[&RULE];

    /// Asks for `Sealed`; what mends it is what the resource says.
    fn on(cx: &mut Cx<'_>, resource: &Resource<'_>) {
        if resource.bool("Sealed").known() == Some(true) {
            return;
        }
        let Setting::Known(mend, _) = resource.text("Mend") else { return };
        cx.report(resource.id_span(), "it is off").fix(match &*mend {
            "right" => Some(Mend::property(resource, "Sealed", true)),
            "careful" => Some(Mend::property(resource, "Sealed", true).because("of a reason")),
            "useless" => Some(Mend::property(resource, "Other", true)),
            "impossible" => Some(Mend::property(resource, "Mend.Sealed", true)),
            "breaking" => Some(
                Mend::safe("Break the file")
                    .change(Change::Replace { at: resource.id_span(), text: "[".to_owned() }),
            ),
            _ => None,
        });
    }

    fn fixed(text: &str, applicability: Applicability) -> (String, usize) {
        let settings = Settings::of(&Configuration::default());
        let source = Source { id: FileId(0), path: "it.yaml".to_owned(), text: text.to_owned() };
        let files = vec![InputFile { source: Arc::new(source), is_named: true }];
        let input = Input { files, ..Input::default() };
        let fixed =
            fix(input, &Pack { rules: RULES, language: None }, &settings, applicability, &|_| ())
                .unwrap();
        let text = fixed.outcome.sources.first().unwrap().text.clone();
        (text, fixed.applied.len())
    }

    fn template(mends: &[&str]) -> String {
        let resource = |(index, mend): (usize, &&str)| {
            format!("  R{index}:\n    Type: AWS::X::Y\n    Properties:\n      Mend: {mend}\n")
        };
        let resources: Vec<String> = mends.iter().enumerate().map(resource).collect();
        format!("Resources:\n{}", resources.concat())
    }

    #[test]
    fn a_fix_that_does_not_help_is_taken_back() {
        let text = template(&["right", "useless", "impossible", "none", "right"]);
        let expected = text.replace("Mend: right", "Mend: right\n      Sealed: true");
        assert_eq!(fixed(&text, Applicability::All), (expected, 2));
    }

    #[test]
    fn a_fix_that_breaks_the_file_takes_no_other_with_it() {
        for mends in [
            &["right", "breaking"][..],
            &["breaking", "right"],
            &["right", "right", "breaking", "right", "useless", "right", "breaking"],
            &["breaking", "breaking"],
        ] {
            let text = template(mends);
            let count = mends.iter().filter(|it| **it == "right").count();
            let expected = text.replace("Mend: right", "Mend: right\n      Sealed: true");
            assert_eq!(fixed(&text, Applicability::All), (expected, count), "{mends:?}");
        }
        // As many rounds as it takes to find one among many.
        let mut mends = vec!["right"; 300];
        mends[123] = "breaking";
        assert_eq!(fixed(&template(&mends), Applicability::All).1, 299);
    }

    #[test]
    fn an_unsafe_fix_is_made_only_if_all_are() {
        let text = template(&["right", "careful"]);
        let safe = text.replace("Mend: right", "Mend: right\n      Sealed: true");
        assert_eq!(fixed(&text, Applicability::Safe), (safe.clone(), 1));
        let all = safe.replace("Mend: careful", "Mend: careful\n      Sealed: true");
        assert_eq!(fixed(&text, Applicability::All), (all, 2));
    }

    #[test]
    fn a_fix_is_right_in_every_world_or_none() {
        // The branch that is wrong changes, and the other does not.
        let with = |on: &str| {
            format!(
                "Conditions:\n  A: !Equals [!Ref P, x]\nParameters:\n  P: {{Type: String}}\n{}      Sealed: {on}\n",
                template(&["right"]),
            )
        };
        let branch = with("!If [A, true, !Ref 'AWS::NoValue']");
        assert_eq!(fixed(&branch, Applicability::All).0, with("!If [A, true, true]"));
        // Where a condition decides about all of it, one value for all worlds may be wrong.
        let other = with("true").replace("Mend: right", "Mend: !If [A, right, none]");
        assert_eq!(fixed(&other, Applicability::All).1, 0);
    }
}
