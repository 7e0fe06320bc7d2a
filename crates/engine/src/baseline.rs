//! The baseline: findings that were there when a team began, each by its fingerprint, so that only new
//! ones are told.
//!
//! The file is JSON and is read from our own tree, so that what is wrong with it has its place.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use stackseal_syntax::{Kind, Limits, Node, Source, Span, parse};

use crate::configuration::{Mistake, MistakeKind, Policy};
use crate::finding::{Finding, Suppressed, SuppressedBy};
use crate::outcome::Outcome;
use crate::settings::{Pack, Settings};

/// The version of the form of the file.
pub const BASELINE_SCHEMA: u32 = 1;

/// Findings that were there before.
#[derive(Clone, Debug, Default)]
pub struct Baseline {
    entries: Vec<BaselineEntry>,
    source: Option<Arc<Source>>,
}

/// Equal findings of a baseline.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BaselineEntry {
    /// The file, from the folder of the configuration.
    pub file: String,
    /// The rule, by its id.
    pub rule: String,
    /// The resource, if it was about one.
    pub resource: Option<String>,
    /// What makes it the same finding.
    pub fingerprint: String,
    /// How many of them there are.
    pub count: usize,
    span: Span,
}

/// The reason that reports give.
const REASON: &str = "it was there when the baseline was written";

impl Baseline {
    /// Reads a baseline: the entries that can be read, and everything that is wrong.
    pub fn read(source: &Arc<Source>, limits: &Limits) -> (Self, Vec<Mistake>) {
        let tree = parse(Arc::clone(source), limits);
        let syntax = |it: &stackseal_syntax::SyntaxError| Mistake {
            span: it.span,
            kind: MistakeKind::Syntax(it.kind.clone()),
        };
        let mut reader = Reader { mistakes: tree.errors().iter().map(syntax).collect() };
        let mut entries = Vec::new();
        match tree.documents().next() {
            Some(root) => reader.document(root, &mut entries),
            // A file that is empty was never written by us.
            None if reader.mistakes.is_empty() => {
                let span = Span::new(source.id, 0, 0);
                let what = "the baseline".to_owned();
                reader.mistakes.push(Mistake { span, kind: MistakeKind::Empty { what } });
            }
            None => (),
        }
        (Self { entries, source: Some(Arc::clone(source)) }, reader.mistakes)
    }

    /// What a baseline of `findings` holds, sorted. `file` gives the path of a finding's file from
    /// the folder of the configuration. Findings of mandatory rules are not among them.
    fn entries_of<'f>(
        findings: impl IntoIterator<Item = &'f Finding>,
        policy: &Policy,
        file: impl Fn(&Finding) -> String,
    ) -> Vec<BaselineEntry> {
        let mut entries: Vec<BaselineEntry> = findings
            .into_iter()
            .filter(|it| !policy.is_mandatory(it.rule))
            .map(|it| BaselineEntry {
                file: file(it),
                rule: it.rule.id.as_str().to_owned(),
                resource: it.subject.as_ref().map(|it| it.id.clone()),
                fingerprint: it.fingerprint.clone(),
                count: 1,
                span: it.span,
            })
            .collect();
        entries.sort();
        entries.dedup_by(|next, kept| {
            let is_same = next.fingerprint == kept.fingerprint && next.rule == kept.rule;
            kept.count += usize::from(is_same);
            is_same
        });
        entries
    }

    /// Takes all findings of `outcome` that may be accepted for known, and answers what a baseline of
    /// them holds. What one in use knows already stays in it.
    pub fn accept(outcome: &mut Outcome, settings: &Settings) -> Vec<BaselineEntry> {
        let policy = &settings.policy;
        let sources = &outcome.sources;
        let file = |it: &Finding| {
            let source = sources.get(it.span.file.0 as usize);
            source.map(|it| settings.view.path(&it.path)).unwrap_or_default()
        };
        let is_known = |it: &&Finding| {
            it.suppressed.as_ref().is_some_and(|it| it.by == SuppressedBy::Baseline)
        };
        let known = outcome.suppressed.iter().filter(is_known);
        let entries = Self::entries_of(outcome.findings.iter().chain(known), policy, file);
        let accepted = Self { entries: entries.clone(), source: None };
        let (known, _) = accepted.apply(policy, &mut outcome.findings);
        outcome.suppressed.extend(known);
        outcome.suppressed.sort_by_key(|it| (it.span, it.rule.id));
        // The new file has nothing that is gone.
        outcome.stale.clear();
        entries
    }

    /// The file it was read from.
    pub(crate) fn source(&self) -> Option<&Arc<Source>> {
        self.source.as_ref()
    }

    /// Takes out of `findings` those that were there before, and answers them, and which entries have
    /// more than there is. Of equal findings, the first were there before.
    pub(crate) fn apply(
        &self,
        policy: &Policy,
        findings: &mut Vec<Finding>,
    ) -> (Vec<Finding>, Vec<BaselineEntry>) {
        let mut left: FxHashMap<&str, usize> = FxHashMap::default();
        for entry in &self.entries {
            *left.entry(&entry.fingerprint).or_default() += entry.count;
        }
        let mut known = Vec::new();
        findings.retain(|finding| {
            let Some(count) = left.get_mut(finding.fingerprint.as_str()).filter(|it| **it > 0)
            else {
                return true;
            };
            if policy.is_mandatory(finding.rule) {
                return true;
            }
            *count -= 1;
            let by = Suppressed { by: SuppressedBy::Baseline, reason: REASON.to_owned() };
            known.push(Finding { suppressed: Some(by), ..finding.clone() });
            false
        });
        let mut stale = Vec::new();
        for entry in &self.entries {
            let count = left.insert(&entry.fingerprint, 0).unwrap_or_default();
            if count > 0 {
                stale.push(BaselineEntry { count, ..entry.clone() });
            }
        }
        (known, stale)
    }

    /// The entries of rules that no suppression may silence, with their places.
    pub(crate) fn mandatory<'b>(
        &'b self,
        pack: &'b Pack,
        policy: &'b Policy,
    ) -> impl Iterator<Item = (usize, &'b str, Span)> + 'b {
        let is_mandatory =
            |it: &BaselineEntry| pack.rule(&it.rule).is_some_and(|it| policy.is_mandatory(it));
        let entries = self.entries.iter().enumerate();
        entries
            .filter(move |it| is_mandatory(it.1))
            .map(|(index, it)| (index, it.rule.as_str(), it.span))
    }
}

struct Reader {
    mistakes: Vec<Mistake>,
}

impl Reader {
    fn mistake(&mut self, node: Node<'_>, kind: MistakeKind) {
        self.mistakes.push(Mistake { span: node.span(), kind });
    }

    fn shape(&mut self, node: Node<'_>, what: &str, expected: &'static str) {
        let kind = MistakeKind::shape(node, what, expected);
        self.mistake(node, kind);
    }

    fn document(&mut self, root: Node<'_>, entries: &mut Vec<BaselineEntry>) {
        if root.kind() != Kind::Mapping {
            return self.shape(root, "the baseline", "`schema` and `findings`");
        }
        match root.get("schema") {
            Some(schema) if schema.text() == Some("1") => (),
            Some(schema) => {
                return self.shape(schema, "`schema`", "the number 1, that of this version");
            }
            None => {
                return self
                    .mistake(root, MistakeKind::Missing { of: "the baseline", key: "schema" });
            }
        }
        let Some(findings) = root.get("findings") else {
            return self
                .mistake(root, MistakeKind::Missing { of: "the baseline", key: "findings" });
        };
        if findings.kind() != Kind::Sequence {
            return self.shape(findings, "`findings`", "a list");
        }
        for node in findings.items() {
            entries.extend(self.entry(node));
        }
    }

    fn entry(&mut self, node: Node<'_>) -> Option<BaselineEntry> {
        if node.kind() != Kind::Mapping {
            self.shape(node, "`findings`", "a list of findings");
            return None;
        }
        let rule = self.text(node, "rule")?;
        let file = self.text(node, "file")?;
        let fingerprint = self.text(node, "fingerprint")?;
        let resource = node.get("resource").and_then(|it| it.text().filter(|_| !it.is_null()));
        let count = match node.get("count") {
            None => 1,
            Some(count) => {
                let number = count.text().and_then(|it| it.parse().ok()).filter(|it| *it > 0);
                if number.is_none() {
                    self.shape(count, "`count`", "a number from 1");
                }
                number?
            }
        };
        let span = node.span();
        Some(BaselineEntry {
            file,
            rule,
            resource: resource.map(str::to_owned),
            fingerprint,
            count,
            span,
        })
    }

    fn text(&mut self, node: Node<'_>, key: &'static str) -> Option<String> {
        let Some(value) = node.get(key) else {
            self.mistake(node, MistakeKind::Missing { of: "this entry of `findings`", key });
            return None;
        };
        let text = value.text().filter(|_| !value.is_null());
        if text.is_none() {
            self.shape(value, &format!("`{key}`"), "a text");
        }
        text.map(str::to_owned)
    }
}

#[cfg(test)]
mod tests {
    use stackseal_syntax::FileId;

    use super::*;
    use crate::suppression::UNUSED_SUPPRESSION;

    fn read(text: &str) -> (Baseline, Vec<String>) {
        let source =
            Arc::new(Source { id: FileId(0), path: "b".to_owned(), text: text.to_owned() });
        let (baseline, mistakes) = Baseline::read(&source, &Limits::default());
        (baseline, mistakes.iter().map(ToString::to_string).collect())
    }

    fn finding(fingerprint: &str, start: u32) -> Finding {
        Finding {
            rule: &UNUSED_SUPPRESSION,
            severity: UNUSED_SUPPRESSION.severity,
            span: Span::new(FileId(0), start, start),
            message: String::new(),
            remediation: String::new(),
            condition: None,
            related: Vec::new(),
            subject: None,
            home: None,
            path: Vec::new(),
            fix: None,
            suppressed: None,
            fingerprint: fingerprint.to_owned(),
        }
    }

    fn text(entries: &[(&str, usize)]) -> String {
        let entries: Vec<String> = entries
            .iter()
            .map(|(fingerprint, count)| format!(r#"{{"rule": "r", "file": "f", "resource": null, "fingerprint": "{fingerprint}", "count": {count}}}"#))
            .collect();
        format!(r#"{{"schema": 1, "findings": [{}]}}"#, entries.join(", "))
    }

    #[test]
    fn as_many_are_known_as_there_were() {
        let (baseline, mistakes) = read(&text(&[("a", 2), ("b", 1), ("gone", 3)]));
        assert!(mistakes.is_empty(), "{mistakes:?}");
        let mut findings = vec![
            finding("a", 1),
            finding("new", 2),
            finding("a", 3),
            finding("a", 4),
            finding("b", 5),
        ];
        let (known, stale) = baseline.apply(&Policy::default(), &mut findings);
        let shown = |it: &[Finding]| -> Vec<String> {
            it.iter().map(|it| format!("{}{}", it.fingerprint, it.span.start)).collect()
        };
        assert_eq!(shown(&known), ["a1", "a3", "b5"]);
        assert_eq!(shown(&findings), ["new2", "a4"]);
        let stale: Vec<(&str, usize)> =
            stale.iter().map(|it| (it.fingerprint.as_str(), it.count)).collect();
        assert_eq!(stale, [("gone", 3)]);
    }

    #[test]
    fn equal_findings_are_counted() {
        let findings = [finding("b", 1), finding("a", 2), finding("b", 3)];
        let entries = Baseline::entries_of(&findings, &Policy::default(), |_| "f".to_owned());
        let shown: Vec<(&str, usize)> =
            entries.iter().map(|it| (it.fingerprint.as_str(), it.count)).collect();
        assert_eq!(shown, [("a", 1), ("b", 2)]);
    }

    #[test]
    fn what_is_wrong_is_told() {
        let cases = [
            ("", "the baseline is empty"),
            ("[]", "the baseline takes `schema` and `findings`, not a list"),
            ("{}", "the baseline gives no `schema`"),
            (
                r#"{"schema": 2}"#,
                "`schema` takes the number 1, that of this version, not a single value",
            ),
            (r#"{"schema": 1}"#, "the baseline gives no `findings`"),
            (r#"{"schema": 1, "findings": {}}"#, "`findings` takes a list, not keys with values"),
            (
                r#"{"schema": 1, "findings": [{"rule": "r", "file": "f"}]}"#,
                "this entry of `findings` gives no `fingerprint`",
            ),
            (
                r#"{"schema": 1, "findings": [{"rule": "r", "file": "f", "fingerprint": "a", "count": 0}]}"#,
                "`count` takes a number from 1, not a single value",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text).1, [expected], "{text}");
        }
        assert!(read("{").1[0].starts_with("not valid"), "{:?}", read("{").1);
    }
}
