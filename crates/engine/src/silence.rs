//! What of the findings of a run is silenced, in this order: by what stands beside them, by the
//! configuration, by the baseline; and what is wrong with all of that.

use std::sync::Arc;

use stackseal_syntax::{FileId, Source, Span};

use crate::accepted::{Accepted, Complaint};
use crate::cx::Draft;
use crate::finding::Finding;
use crate::fingerprint::fingerprint;
use crate::outcome::Outcome;
use crate::rule::Rule;
use crate::settings::{Pack, Settings};
use crate::suppression::{Suppressions, UNUSED_SUPPRESSION};

/// What silencing works with.
pub(crate) struct Silence<'s> {
    pub(crate) pack: &'s Pack,
    pub(crate) settings: &'s Settings,
    /// The rules that ran.
    pub(crate) rules: &'s [&'static Rule],
    /// What stands beside findings.
    pub(crate) suppressions: Suppressions,
    /// Makes a finding of what a rule says by itself.
    pub(crate) finding: &'s dyn Fn(&'static Rule, Draft) -> Finding,
}

impl Silence<'_> {
    /// Parts what counts from what does not; findings about suppressions come in addition.
    pub(crate) fn run(mut self, outcome: &mut Outcome) {
        let settings = self.settings;
        let (policy, view) = (&settings.policy, &settings.view);
        let sources = outcome.sources.clone();
        let path = |file: FileId| sources.get(file.0 as usize).map_or("", |it| &*it.path);
        // The configuration and the baseline come behind the files of the run, if anything is said
        // about them.
        let [configuration, baseline] = [0, 1].map(|it| FileId(number(sources.len() + it)));
        let mut accepted = Accepted::new(policy, view, settings.today, configuration);

        outcome.suppressed = self.suppressions.apply(&mut outcome.findings, policy);
        accepted.meet_all(&outcome.suppressed, path);
        outcome.suppressed.extend(accepted.apply(&mut outcome.findings, path));

        if self.rules.contains(&&UNUSED_SUPPRESSION) {
            let undecided = &outcome.undecided;
            let complaints = self.suppressions.complaints(self.pack, self.rules, undecided, policy);
            let finding = |(span, message)| {
                (self.finding)(&UNUSED_SUPPRESSION, Draft::new(&UNUSED_SUPPRESSION, span, message))
            };
            let mut complaints: Vec<Finding> = complaints.into_iter().map(finding).collect();
            outcome.suppressed.extend(self.suppressions.apply(&mut complaints, policy));
            outcome.suppressed.extend(accepted.apply(&mut complaints, path));
            outcome.findings.extend(complaints);

            let has_file = |path: &str| sources.iter().any(|it| view.path(&it.path) == path);
            let shown = policy.source.as_ref().map_or("", |it| &*it.path);
            accepted.leave_open(&outcome.undecided, path);
            for Complaint { index, span, message } in accepted.complaints(self.rules, has_file) {
                let keys = ["ignore".to_owned(), index.to_string(), "rule".to_owned()];
                outcome.findings.push(self.about(shown, keys, span, message));
            }
            let shown =
                settings.baseline.as_ref().and_then(|it| it.source()).map_or("", |it| &*it.path);
            for (index, rule, span) in
                settings.baseline.iter().flat_map(|it| it.mandatory(self.pack, policy))
            {
                let message = format!("`{rule}` is mandatory: this entry is not applied");
                let span = Span { file: baseline, ..span };
                let keys = ["findings".to_owned(), index.to_string(), String::new()];
                outcome.findings.push(self.about(shown, keys, span, message));
            }
        }
        let is_about = |it: &Finding| {
            it.span.file >= configuration
                || it.related.iter().any(|it| it.span.file >= configuration)
        };
        if outcome.findings.iter().any(is_about) {
            let empty =
                || Arc::new(Source { id: configuration, path: String::new(), text: String::new() });
            outcome.sources.push(policy.source.clone().unwrap_or_else(empty));
            outcome.sources.extend(settings.baseline.as_ref().and_then(|it| it.source()).cloned());
        }
    }

    /// Takes out what the baseline knows. Equal findings are one by now, and stand in their order.
    pub(crate) fn apply_baseline(
        settings: &Settings,
        rules: &[&'static Rule],
        outcome: &mut Outcome,
    ) {
        let Some(baseline) = &settings.baseline else { return };
        let (known, stale) = baseline.apply(&settings.policy, &mut outcome.findings);
        outcome.suppressed.extend(known);
        // What was not looked at is not gone.
        outcome.stale = stale;
        let view = &settings.view;
        let sources = &outcome.sources;
        outcome.stale.retain(|it| {
            let is_seen = view.has_walked(&it.file)
                || sources.iter().any(|of| view.path(&of.path) == it.file);
            is_seen && rules.iter().any(|rule| rule.id.as_str() == it.rule)
        });
    }

    /// A finding about a file that is not one of the run's.
    fn about(&self, shown: &str, keys: [String; 3], span: Span, message: String) -> Finding {
        let draft = Draft::new(&UNUSED_SUPPRESSION, span, message);
        let mut finding = (self.finding)(&UNUSED_SUPPRESSION, draft);
        finding.path = keys.into_iter().filter(|it| !it.is_empty()).collect();
        let file = self.settings.view.path(shown);
        let parts = [UNUSED_SUPPRESSION.id.as_str(), &file, ""];
        finding.fingerprint =
            fingerprint(parts.into_iter().chain(finding.path.iter().map(String::as_str)));
        finding
    }
}

fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
