//! What the rules say, rule by rule.

use std::collections::{BTreeMap, HashSet};

use stackseal_engine::{Finding, Outcome, Rule, Severity, Subject, Undecided};

use super::{Seen, judges_alone};
use crate::text::error_line;

/// What the rules say of a state.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    /// What each rule says that had something to look at, in the order of their ids.
    pub(crate) rules: BTreeMap<&'static str, RuleVerdict>,
    /// What could not be read or judged, each with its place.
    pub(crate) errors: Vec<String>,
    /// What was left out, and why.
    pub(crate) left_out: Vec<String>,
}

/// What one rule says. It passes what it neither finds nor leaves open.
#[derive(Debug)]
pub(crate) struct RuleVerdict {
    pub(crate) rule: &'static Rule,
    pub(crate) findings: Vec<Found>,
    pub(crate) open: Vec<Open>,
}

/// Something that is wrong, whatever is not known.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) severity: Severity,
    pub(crate) subject: Option<Subject>,
    pub(crate) message: String,
    pub(crate) remediation: String,
    /// It was there before.
    pub(crate) is_old: bool,
    fingerprint: String,
}

/// Something a rule does not decide, and why: not known, or suppressed.
#[derive(Clone, Debug)]
pub(crate) struct Open {
    pub(crate) subject: Option<Subject>,
    pub(crate) reason: String,
    /// The template says why it is accepted.
    is_suppressed: bool,
}

impl Verdict {
    /// What a run says.
    pub(super) fn of(outcome: Outcome, seen: Seen) -> Self {
        let errors = outcome.errors.iter().map(|it| error_line(it, &outcome)).collect();
        let mut verdict = Self { errors, ..Self::default() };
        if outcome.templates == 0 && verdict.errors.is_empty() {
            verdict.errors.push("the text is no template".to_owned());
            // It may be a manifest, about which there is something to say. Nobody asked.
            return verdict;
        }
        let Outcome { findings, suppressed, undecided, skipped, applicable, .. } = outcome;
        verdict.left_out.extend(skipped.into_iter().map(|it| it.reason));
        for rule in applicable {
            verdict.rule(rule);
        }
        for it in findings {
            verdict.add(it, seen);
        }
        for it in suppressed {
            let reason = it
                .suppressed
                .as_ref()
                .map(|it| format!("suppressed by {}: {}", it.by.as_str(), it.reason));
            let reason = reason.unwrap_or_default();
            let open = Open { subject: it.subject, reason, is_suppressed: true };
            verdict.rule(it.rule).open.push(open);
        }
        for Undecided { rule, reason, subject, .. } in undecided {
            let reason = left_to(seen, rule, subject.as_ref(), &reason);
            verdict.rule(rule).open.push(Open { subject, reason, is_suppressed: false });
        }
        verdict
    }

    fn rule(&mut self, rule: &'static Rule) -> &mut RuleVerdict {
        let new = || RuleVerdict { rule, findings: Vec::new(), open: Vec::new() };
        self.rules.entry(rule.id.as_str()).or_insert_with(new)
    }

    /// A finding that holds under conditions only is none yet: which of them hold, parameters say. Nor
    /// is one that is about no resource, where there may be others than those that are seen.
    fn add(&mut self, finding: Finding, seen: Seen) {
        let Finding {
            rule, severity, message, remediation, condition, subject, fingerprint, ..
        } = finding;
        let open = match condition {
            Some(condition) => {
                let reason = format!("{message}, {condition}");
                Some(left_to(seen, rule, subject.as_ref(), &reason))
            }
            None if subject.is_none() && seen != Seen::Template => {
                Some(format!("{message}, as far as this event shows; the template tells the rest"))
            }
            None => None,
        };
        match open {
            Some(reason) => {
                self.rule(rule).open.push(Open { subject, reason, is_suppressed: false });
            }
            None => self.rule(rule).findings.push(Found {
                severity,
                subject,
                message,
                remediation,
                is_old: false,
                fingerprint,
            }),
        }
    }

    /// This verdict on a template, together with one on the resolved state of its resources `ids`.
    ///
    /// Of a rule and a resource, what either finds is found, unless the template says why it is
    /// accepted; what both leave open stays open; what one leaves open and the other passes, passes.
    pub(super) fn and(mut self, resolved: Self, ids: &HashSet<String>) -> Self {
        let Self { rules, errors, left_out } = resolved;
        for (id, theirs) in rules {
            let Some(ours) = self.rules.get_mut(id) else {
                // Of a resource that a macro brings, the template says nothing.
                self.rules.insert(id, theirs);
                continue;
            };
            let settled = ids_of(ours.findings.iter().map(|it| &it.subject));
            let accepted =
                ids_of(ours.open.iter().filter(|it| it.is_suppressed).map(|it| &it.subject));
            let open = ids_of(theirs.open.iter().map(|it| &it.subject));
            let is_new = |it: &Found| {
                it.subject
                    .as_ref()
                    .is_some_and(|it| !settled.contains(&it.id) && !accepted.contains(&it.id))
            };
            ours.findings.extend(theirs.findings.into_iter().filter(is_new));
            let found = ids_of(ours.findings.iter().map(|it| &it.subject));
            ours.open.retain(|it| match &it.subject {
                Some(subject) if ids.contains(&subject.id) => {
                    let is_open = open.contains(&subject.id) && !found.contains(&subject.id);
                    it.is_suppressed || is_open
                }
                Some(_) | None => true,
            });
        }
        self.errors.extend(errors);
        self.left_out.extend(left_out);
        self
    }

    /// Marks what was there before.
    pub(super) fn excuse(&mut self, before: &HashSet<String>) {
        for it in self.rules.values_mut().flat_map(|it| &mut it.findings) {
            it.is_old = before.contains(&it.fingerprint);
        }
    }

    /// By what its findings are found again in another state.
    pub(super) fn fingerprints(&self) -> HashSet<String> {
        let findings = self.rules.values().flat_map(|it| &it.findings);
        findings.map(|it| it.fingerprint.clone()).collect()
    }
}

fn ids_of<'s>(subjects: impl Iterator<Item = &'s Option<Subject>>) -> HashSet<String> {
    subjects.flatten().map(|it| it.id.clone()).collect()
}

/// Why something is open, and who decides it.
fn left_to(seen: Seen, rule: &Rule, subject: Option<&Subject>, reason: &str) -> String {
    let has_event = subject.is_some_and(|it| it.type_name.contains("::"));
    match seen {
        Seen::Template | Seen::Changes if judges_alone(rule.scope) && has_event => {
            format!("{reason}; judged with its resource")
        }
        Seen::Template | Seen::Changes | Seen::Resource => reason.to_owned(),
    }
}
