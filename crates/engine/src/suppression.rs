//! Suppressions: what silences a finding, and whether it had anything to silence.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};
use stackseal_model::cloudformation::{ResourceEntry, Template, literal};
use stackseal_model::kubernetes::Object;
use stackseal_syntax::{FileId, LineIndex, Node, Span, Syntax, Tree, suppression_comments};

use crate::configuration::Policy;
use crate::finding::{Finding, Suppressed, SuppressedBy, Undecided};
use crate::rule::{Check, Group, Profile, Rule, RuleId, Scope, Severity};
use crate::settings::Pack;

/// The rule about suppressions themselves; the run speaks for it.
pub static UNUSED_SUPPRESSION: Rule = Rule {
    id: RuleId::new("unused-suppression"),
    group: Group::Engine,
    severity: Severity::Low,
    profile: Profile::Recommended,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "Suppression has no effect",
    remediation: "Remove the suppression, or name the rule and a reason",
    url: "https://github.com/stackseal/stackseal/blob/main/docs/suppressions.md",
    docs: include_str!("unused_suppression.md"),
    options: &[],
    checks: NO_CHECKS,
};

const NO_CHECKS: &[Check] = &[];

/// One rule silenced in one place.
#[derive(Debug)]
struct Suppression {
    by: SuppressedBy,
    /// Empty where none is named.
    rule: String,
    span: Span,
    reason: Option<String>,
    reach: Reach,
    is_used: bool,
}

/// What a suppression covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Reach {
    /// Findings that start on a line of a file.
    Line(FileId, u32),
    /// Findings inside a span, or about what stands there: a resource, an object, a template.
    Within(Span),
}

/// All suppressions of a run.
#[derive(Debug, Default)]
pub(crate) struct Suppressions {
    list: Vec<Suppression>,
    /// The line indices of files with comments, to place findings by line.
    lines: FxHashMap<FileId, LineIndex>,
}

const ANNOTATION: &str = "stackseal.dev/ignore.";

/// Stands in every text that suppresses something, and in few others.
pub(crate) const SUPPRESSOR: &str = "stackseal";

impl Suppressions {
    /// Reads the comments of a file.
    pub(crate) fn read_comments(&mut self, tree: &Tree) {
        let text = &tree.source().text;
        let has_comments = tree.syntax() != Syntax::Json;
        if !has_comments || memchr::memmem::find(text.as_bytes(), b"stackseal:").is_none() {
            return;
        }
        let lines = LineIndex::new(text);
        let comments = suppression_comments(tree, &lines);
        for comment in &comments {
            // A comment alone on its line speaks of the next line that is no such comment itself.
            let mut line = comment.line;
            while comment.alone && comments.iter().any(|it| it.alone && it.line == line) {
                line += 1;
            }
            let unnamed = (String::new(), comment.span);
            let unnamed = comment.rules.is_empty().then_some(&unnamed);
            for (rule, span) in comment.rules.iter().chain(unnamed) {
                let is_said = !rule.is_empty() || !comment.has_brackets;
                self.list.push(Suppression {
                    by: SuppressedBy::Comment,
                    rule: rule.clone(),
                    span: *span,
                    reason: comment.reason.clone().filter(|_| is_said),
                    reach: Reach::Line(tree.file(), line),
                    is_used: false,
                });
            }
        }
        self.lines.insert(tree.file(), lines);
    }

    /// Reads the `Metadata` of a template and of its resources.
    pub(crate) fn read_template(&mut self, template: &Template<'_>) {
        if let Some(metadata) = template.root().get("Metadata") {
            self.read_metadata(metadata, template.root().span());
        }
        let mut last: Option<Span> = None;
        for entry in template.entries() {
            let Some(metadata) = ResourceEntry::metadata(entry) else { continue };
            // Repetitions of one resource share their text.
            let span = entry.body().span();
            if last != Some(span) {
                self.read_metadata(metadata, Span { start: entry.id_span.start, ..span });
                last = Some(span);
            }
        }
    }

    fn read_metadata<'a>(&mut self, metadata: Node<'a>, reach: Span) {
        let of = |block: Node<'a>, key| literal(block)?.get(key);
        let ignore = of(metadata, "stackseal").and_then(|it| of(it, "ignore")).and_then(literal);
        let Some(ignore) = ignore else { return };
        for entry in ignore.entries() {
            let Some(rule) = entry.key.text() else { continue };
            let reason = literal(entry.value).filter(|it| !it.is_null()).and_then(Node::text);
            self.push(SuppressedBy::Metadata, rule, entry.key.span(), reason, reach);
        }
        // Rules alone, as other linters take them, give no reason.
        for rule in ignore.items().chain([ignore]) {
            let is_name = |it: &&str| !rule.is_null() && !matches!(*it, "true" | "false");
            if let Some(name) = rule.text().filter(is_name) {
                self.push(SuppressedBy::Metadata, name, rule.span(), None, reach);
            }
        }
    }

    /// Reads the annotations of an object, and those of the pods it makes.
    pub(crate) fn read_object(&mut self, object: &Object<'_>) {
        let mut next = Some(object.node());
        while let Some(node) = next {
            self.read_annotations(node);
            let spec = node.get("spec");
            next = spec.and_then(|it| it.get("template").or_else(|| it.get("jobTemplate")));
        }
    }

    /// Reads the annotations in the `metadata` of `block`, which are about what stands in it.
    fn read_annotations(&mut self, block: Node<'_>) {
        let annotations = block.get("metadata").and_then(|it| it.get("annotations"));
        for entry in annotations.into_iter().flat_map(Node::entries) {
            let Some(name) = entry.key.text() else { continue };
            let (rule, reason) = match name.strip_prefix(ANNOTATION) {
                Some(rule) => (rule, entry.value.text()),
                // The rule in the wrong place.
                None if name == ANNOTATION.trim_end_matches('.') => {
                    (entry.value.text().unwrap_or_default(), None)
                }
                None => continue,
            };
            let span = entry.key.span();
            self.push(SuppressedBy::Annotation, rule, span, reason, block.span());
        }
    }

    fn push(
        &mut self,
        by: SuppressedBy,
        rule: &str,
        span: Span,
        reason: Option<&str>,
        reach: Span,
    ) {
        let reason = reason.map(str::trim).filter(|it| !it.is_empty()).map(str::to_owned);
        let reach = Reach::Within(reach);
        self.list.push(Suppression {
            by,
            rule: rule.to_owned(),
            span,
            reason,
            reach,
            is_used: false,
        });
    }

    /// Takes out of `findings` what is silenced, and answers it.
    pub(crate) fn apply(&mut self, findings: &mut Vec<Finding>, policy: &Policy) -> Vec<Finding> {
        if self.list.is_empty() {
            return Vec::new();
        }
        let mut by_rule: FxHashMap<String, Vec<usize>> = FxHashMap::default();
        for (index, it) in self.list.iter().enumerate().filter(|it| it.1.reason.is_some()) {
            by_rule.entry(it.rule.clone()).or_default().push(index);
        }
        let mut suppressed = Vec::new();
        findings.retain(|finding| {
            if policy.is_mandatory(finding.rule) {
                return true;
            }
            let candidates = by_rule.get(finding.rule.id.as_str());
            let line = line_of(&self.lines, finding.span);
            let mut silenced = None;
            // Every suppression that covers the finding has had something to do.
            for &index in candidates.into_iter().flatten() {
                let Some(it) = self.list.get_mut(index) else { continue };
                if it.reach.covers(finding.span, finding.home, line) {
                    it.is_used = true;
                    silenced.get_or_insert_with(|| Suppressed {
                        by: it.by,
                        reason: it.reason.clone().unwrap_or_default(),
                    });
                }
            }
            match silenced {
                Some(by) => {
                    suppressed.push(Finding { suppressed: Some(by), ..finding.clone() });
                    false
                }
                None => true,
            }
        });
        suppressed
    }

    /// What [`UNUSED_SUPPRESSION`] has to say, as places and sentences: suppressions without a
    /// reason, of rules that do not exist or that nothing may silence, and of rules that ran and found
    /// nothing to silence, nor left anything undecided that may be to be silenced.
    pub(crate) fn complaints(
        &self,
        pack: &Pack,
        ran: &[&'static Rule],
        undecided: &[Undecided],
        policy: &Policy,
    ) -> Vec<(Span, String)> {
        let mut complaints = Vec::new();
        let is_group = |name: &str| Group::ALL.iter().any(|it| it.as_str() == name);
        let open = OnceCell::new();
        for it in self.list.iter().filter(|it| !it.is_used) {
            let rule = &it.rule;
            let message = if rule.is_empty() {
                // Without brackets it may be prose.
                let ends = |it: char| it.is_whitespace() || "([])".contains(it);
                let mut words = it.reason.iter().flat_map(|it| it.split(ends));
                let first = words.find(|it| !it.is_empty());
                if first.is_some_and(|it| pack.rule(it).is_none() && !is_group(it)) {
                    continue;
                }
                "this suppression names no rule, and has no effect".to_owned()
            } else if is_group(rule) {
                format!("`{rule}` is a group: a suppression names a single rule")
            } else if pack.rule(rule).is_none() {
                match pack.nearest(rule) {
                    Some(nearest) => {
                        format!("no rule is named `{rule}`, did you mean `{nearest}`?")
                    }
                    None => format!("no rule is named `{rule}`"),
                }
            } else if pack.rule(rule).is_some_and(|it| policy.is_mandatory(it)) {
                format!("`{rule}` is mandatory: this suppression is not applied")
            } else if it.reason.is_none() {
                format!("the suppression of `{rule}` gives no reason and has no effect")
            } else if ran.iter().any(|ran| ran.id.as_str() == rule)
                && !open.get_or_init(|| Places::of(undecided, &self.lines)).any_for(it)
            {
                format!("`{rule}` finds nothing here that would have to be suppressed")
            } else {
                continue;
            };
            complaints.push((it.span, message));
        }
        complaints
    }
}

/// Where something is undecided, by rule.
struct Places {
    lines: FxHashSet<(&'static str, FileId, u32)>,
    /// Where it starts, and where its resource does.
    starts: BTreeSet<(&'static str, FileId, u32)>,
}

impl Places {
    fn of(undecided: &[Undecided], lines: &FxHashMap<FileId, LineIndex>) -> Self {
        let mut places = Self { lines: FxHashSet::default(), starts: BTreeSet::new() };
        for Undecided { rule, span, home, .. } in undecided {
            let rule = rule.id.as_str();
            places.lines.extend(line_of(lines, *span).map(|it| (rule, span.file, it)));
            let starts = [Some(*span), *home].into_iter().flatten();
            places.starts.extend(starts.map(|it| (rule, it.file, it.start)));
        }
        places
    }

    /// Whether something of them may turn out to be what `suppression` is there for.
    fn any_for(&self, suppression: &Suppression) -> bool {
        let rule = suppression.rule.as_str();
        match suppression.reach {
            Reach::Line(file, line) => self.lines.contains(&(rule, file, line)),
            Reach::Within(Span { file, start, end }) => {
                self.starts.range((rule, file, start)..(rule, file, end)).next().is_some()
            }
        }
    }
}

impl Reach {
    /// Whether it is about `span`, which stands on `line` and says something of what stands at `home`.
    fn covers(self, span: Span, home: Option<Span>, line: Option<u32>) -> bool {
        match self {
            Self::Line(file, at) => file == span.file && Some(at) == line,
            Self::Within(reach) => {
                reach.contains(span) || home.is_some_and(|it| reach.contains(it))
            }
        }
    }
}

/// The line `span` starts on, in a file with comments.
fn line_of(lines: &FxHashMap<FileId, LineIndex>, span: Span) -> Option<u32> {
    lines.get(&span.file).map(|it| it.line(span.start))
}
