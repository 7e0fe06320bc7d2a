//! What the configuration accepts: entries of `ignore` with a reason, of which each holds until a day
//! and in some files, and says so where it no longer holds or never did anything.

use std::fmt::Write as _;

use stackseal_syntax::{FileId, Span};

use crate::configuration::{Ignore, Policy};
use crate::date::Date;
use crate::finding::{Finding, Related, Subject, Suppressed, SuppressedBy, Undecided};
use crate::rule::Rule;
use crate::view::View;

/// The entries of a configuration during a run.
pub(crate) struct Accepted<'s> {
    policy: &'s Policy,
    view: &'s View,
    today: Option<Date>,
    /// The file of the configuration among those of the run.
    file: FileId,
    /// For each entry, whether a finding was there for it.
    has_met: Vec<bool>,
}

/// What an entry has to say of itself.
pub(crate) struct Complaint {
    /// The place of the entry in `ignore`.
    pub(crate) index: usize,
    pub(crate) span: Span,
    pub(crate) message: String,
}

impl<'s> Accepted<'s> {
    pub(crate) fn new(
        policy: &'s Policy,
        view: &'s View,
        today: Option<Date>,
        file: FileId,
    ) -> Self {
        Self { policy, view, today, file, has_met: vec![false; policy.ignores.len()] }
    }

    /// Takes out of `findings` what is accepted, and answers it. A finding whose entry has ended stays,
    /// and says so. `path` tells the path of a file as shown.
    pub(crate) fn apply<'p>(
        &mut self,
        findings: &mut Vec<Finding>,
        path: impl Fn(FileId) -> &'p str,
    ) -> Vec<Finding> {
        let mut suppressed = Vec::new();
        if self.policy.ignores.is_empty() {
            return suppressed;
        }
        findings.retain_mut(|finding| match self.meet(finding, path(finding.span.file)) {
            Some(Met::Holds(reason)) => {
                let by = Suppressed { by: SuppressedBy::Config, reason };
                suppressed.push(Finding { suppressed: Some(by), ..finding.clone() });
                false
            }
            Some(Met::Ended(date, span)) => {
                // Writing to a string does not fail.
                let _ = write!(finding.message, " (ignored until {date}, which is past)");
                let message = format!("this entry ended on {date}");
                finding.related.push(Related { span, message });
                true
            }
            None => true,
        });
        suppressed
    }

    /// Counts what others have silenced already as met.
    pub(crate) fn meet_all<'p>(
        &mut self,
        suppressed: &[Finding],
        path: impl Fn(FileId) -> &'p str,
    ) {
        for finding in suppressed {
            self.meet(finding, path(finding.span.file));
        }
    }

    /// Counts what may turn out to be a finding as met: an entry that has not ended may be there for it.
    pub(crate) fn leave_open<'p>(
        &mut self,
        undecided: &[Undecided],
        path: impl Fn(FileId) -> &'p str,
    ) {
        let ignores = &self.policy.ignores;
        for (entry, has_met) in ignores.iter().zip(&mut self.has_met).filter(|it| !*it.1) {
            *has_met = undecided.iter().any(|it| {
                let place = (it.subject.as_ref(), path(it.span.file));
                covers(entry, it.rule, place, self.view)
            });
        }
    }

    fn meet(&mut self, finding: &Finding, shown: &str) -> Option<Met> {
        if self.policy.is_mandatory(finding.rule) {
            return None;
        }
        let mut met = None;
        for (entry, has_met) in self.policy.ignores.iter().zip(&mut self.has_met) {
            if !covers(entry, finding.rule, (finding.subject.as_ref(), shown), self.view) {
                continue;
            }
            *has_met = true;
            match entry.until.filter(|it| self.today.is_some_and(|today| today > *it)) {
                None => met = Some(Met::Holds(entry.reason.clone())),
                Some(date) if met.is_none() => {
                    let span = Span { file: self.file, ..entry.rule.span };
                    met = Some(Met::Ended(date, span));
                }
                Some(_) => (),
            }
        }
        met
    }

    /// Entries that have ended, and those that had nothing to ignore although everything they speak of
    /// was looked at. `has_file` tells whether a path was among those of the run, `ran` are the rules
    /// that were.
    pub(crate) fn complaints(
        &self,
        ran: &[&'static Rule],
        has_file: impl Fn(&str) -> bool,
    ) -> Vec<Complaint> {
        let mut complaints = Vec::new();
        for (index, (entry, has_met)) in self.policy.ignores.iter().zip(&self.has_met).enumerate() {
            let rule = &entry.rule.text;
            let is_seen = || {
                if entry.paths.is_empty() {
                    return self.view.has_walked("");
                }
                entry.paths.reaches().all(|it| self.view.has_walked(it) || has_file(it))
            };
            let message = match entry.until.filter(|it| self.today.is_some_and(|day| day > *it)) {
                Some(date) if *has_met || is_seen() => {
                    format!("the entry for `{rule}` ended on {date}: it ignores nothing any more")
                }
                None if !*has_met && ran.iter().any(|it| entry.rule.names(it)) && is_seen() => {
                    format!("`{rule}` finds nothing that this entry would have to ignore")
                }
                Some(_) | None => continue,
            };
            let span = Span { file: self.file, ..entry.rule.span };
            complaints.push(Complaint { index, span, message });
        }
        complaints
    }
}

/// What a finding meets.
enum Met {
    Holds(String),
    Ended(Date, Span),
}

/// Whether `entry` is about what `rule` says of a subject, in the file that is shown by that path.
fn covers(
    entry: &Ignore,
    rule: &'static Rule,
    (subject, shown): (Option<&Subject>, &str),
    view: &View,
) -> bool {
    let is_of_resource = || {
        subject.is_some_and(|it| {
            entry.resources.matches(&it.id) || entry.resources.matches(&it.type_name)
        })
    };
    entry.rule.names(rule)
        && (entry.resources.is_empty() || is_of_resource())
        && (entry.paths.is_empty() || entry.paths.matches_file(&view.path(shown)))
}
