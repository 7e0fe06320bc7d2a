//! Checks run over one thing at a time, in each world, and what they say becomes findings.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use rustc_hash::FxHashMap;
use stackseal_model::Estate;
use stackseal_model::buildspec::Buildspec;
use stackseal_model::cloudformation::{
    Output, OutputEntry, Replay, Resource, ResourceEntry, Template, each_world,
};
use stackseal_model::kubernetes::{Kustomization, Object};
use stackseal_model::wp_config::WpConfig;
use stackseal_syntax::{Span, Tree};

use crate::condition_text;
use crate::cx::{Cx, Draft, Open};
use crate::finding::{Finding, Subject, Undecided};
use crate::fingerprint::{fingerprint, path_to};
use crate::index::Index;
use crate::language::{self, Judgement};
use crate::mend::Mend;
use crate::option::OptionValues;
use crate::outcome::{Outcome, RunError};
use crate::rule::{Profile, Rule};
use crate::settings::Settings;
use crate::worlds::{Replayed, merge};

/// Worlds looked at for one rule and one resource.
pub(crate) const MAX_WORLDS: usize = 64;

/// One thing to judge.
#[derive(Clone, Copy)]
pub(crate) enum Work<'r> {
    Resource(&'r Template<'r>, &'r ResourceEntry<'r>),
    Output(&'r Template<'r>, &'r OutputEntry<'r>),
    Object(&'r Object<'r>),
    Kustomization(&'r Kustomization<'r>),
    Buildspec(&'r Buildspec<'r>),
    WpConfig(&'r WpConfig),
}

/// What was said of something.
#[derive(Default)]
pub(crate) struct Verdict {
    pub(crate) findings: Vec<Finding>,
    pub(crate) undecided: Vec<Undecided>,
    pub(crate) errors: Vec<RunError>,
}

impl Work<'_> {
    /// Where the resource or object stands; none for a document that is in one, or in none.
    fn home(&self) -> Option<Span> {
        match self {
            Self::Resource(_, entry) => Some(entry.id_span),
            Self::Output(_, entry) => Some(entry.name_span),
            Self::Object(object) => Some(object.site()),
            Self::Kustomization(_) | Self::Buildspec(_) | Self::WpConfig(_) => None,
        }
    }
}

impl Verdict {
    /// Says where that stands which all of it is about.
    fn set_home(&mut self, home: Option<Span>) {
        self.findings.iter_mut().for_each(|it| it.home = home);
        self.undecided.iter_mut().for_each(|it| it.home = home);
    }
}

/// Runs checks, and makes findings of what they say.
pub(crate) struct Judge<'r> {
    estate: &'r Estate<'r>,
    settings: &'r Settings,
    index: Index,
    trees: FxHashMap<u32, &'r Tree>,
}

impl<'r> Judge<'r> {
    /// A judge of `estate`, whose texts are `trees`, by `rules`.
    pub(crate) fn new(
        estate: &'r Estate<'r>,
        trees: &'r [Tree],
        rules: &[&'static Rule],
        settings: &'r Settings,
    ) -> Self {
        let trees = trees.iter().map(|it| (it.file().0, it)).collect();
        Self { estate, settings, index: Index::new(rules), trees }
    }

    /// What some selected rule has something to say about.
    pub(crate) fn work(&self) -> Vec<Work<'r>> {
        let Estate { stacks, kubernetes, kustomizations, buildspecs, wp_configs } = self.estate;
        let mut work = Vec::new();
        for template in stacks.templates() {
            let judged = template.entries().iter().filter(|entry| {
                entry.type_name.is_some_and(|it| {
                    !self.index.any_resource.is_empty() || self.index.resource.contains_key(it)
                })
            });
            work.extend(judged.map(|entry| Work::Resource(template, entry)));
            if !self.index.output.is_empty() {
                work.extend(template.outputs().iter().map(|it| Work::Output(template, it)));
            }
        }
        let judged = kubernetes.objects().iter().filter(|it| {
            !self.index.any_manifest.is_empty() || self.index.manifest.contains_key(it.kind())
        });
        work.extend(judged.map(Work::Object));
        if !self.index.kustomization.is_empty() {
            work.extend(kustomizations.iter().map(Work::Kustomization));
        }
        if !self.index.buildspec.is_empty() {
            work.extend(buildspecs.iter().map(Work::Buildspec));
        }
        if !self.index.wp_config.is_empty() {
            work.extend(wp_configs.iter().map(Work::WpConfig));
        }
        work
    }

    /// What the checks say of `work`.
    pub(crate) fn run(&self, work: Work<'r>) -> Verdict {
        let mut verdict = Verdict::default();
        match work {
            Work::Resource(template, entry) => {
                let type_name = entry.type_name.unwrap_or_default();
                let of_type = self.index.resource.get(type_name).into_iter().flatten();
                let subject =
                    || Subject { id: entry.id.to_string(), type_name: type_name.to_owned() };
                let place = (entry.id_span, &subject as &dyn Fn() -> Subject);
                let stacks = &self.estate.stacks;
                for &(rule, run) in of_type.chain(&self.index.any_resource) {
                    self.in_each_world(rule, place, &mut verdict, |cx, replay| {
                        let Some(it) = Resource::new(template, entry, stacks, replay) else {
                            return false;
                        };
                        run(cx, &it);
                        true
                    });
                }
            }
            Work::Output(template, entry) => {
                let subject =
                    || Subject { id: entry.name.to_string(), type_name: "Output".to_owned() };
                let place = (entry.name_span, &subject as &dyn Fn() -> Subject);
                let stacks = &self.estate.stacks;
                for &(rule, run) in &self.index.output {
                    self.in_each_world(rule, place, &mut verdict, |cx, replay| {
                        let Some(it) = Output::new(template, entry, stacks, replay) else {
                            return false;
                        };
                        run(cx, &it);
                        true
                    });
                }
            }
            Work::Object(object) => {
                let subject = || Some(Subject { id: object.id(), type_name: object.type_name() });
                let of_kind = self.index.manifest.get(object.kind()).into_iter().flatten();
                for &(rule, run) in of_kind.chain(&self.index.any_manifest) {
                    self.once(rule, (object.site(), &subject), &mut verdict, |cx| run(cx, object));
                }
            }
            Work::Kustomization(kustomization) => {
                let at = kustomization.node().span();
                for &(rule, run) in &self.index.kustomization {
                    self.once(rule, (at, &|| None), &mut verdict, |cx| run(cx, kustomization));
                }
            }
            Work::Buildspec(buildspec) => {
                let at = buildspec.span();
                let subject = || self.holder(at);
                for &(rule, run) in &self.index.buildspec {
                    self.once(rule, (at, &subject), &mut verdict, |cx| run(cx, buildspec));
                }
            }
            Work::WpConfig(config) => {
                let at = config.span(&(0..0));
                let subject = || self.holder(at);
                for &(rule, run) in &self.index.wp_config {
                    self.once(rule, (at, &subject), &mut verdict, |cx| run(cx, config));
                }
            }
        }
        verdict.set_home(work.home());
        verdict
    }

    /// The resource or object whose text holds the document at `span`; none for one in a file of
    /// its own.
    fn holder(&self, span: Span) -> Option<Subject> {
        let Estate { stacks, kubernetes, .. } = self.estate;
        if let Some(object) = kubernetes.object_around(span) {
            return Some(Subject { id: object.id(), type_name: object.type_name() });
        }
        let entries = stacks.template_around(span)?.entries();
        let entry = entries.iter().find(|it| it.body().span().contains(span))?;
        Some(Subject {
            id: entry.id.to_string(),
            type_name: entry.type_name.unwrap_or_default().to_owned(),
        })
    }

    fn cx(&self, rule: &'static Rule) -> Cx<'r> {
        static DEFAULTS: OptionValues = OptionValues::none();
        let Settings { profile, is_whole_set, policy, .. } = self.settings;
        let options = policy.rules.get(rule.id.as_str()).map_or(&DEFAULTS, |it| &it.options);
        Cx::new(self.estate, rule, options, *profile, *is_whole_set)
    }

    /// A check of something without conditions.
    fn once(
        &self,
        rule: &'static Rule,
        (at, subject): (Span, &dyn Fn() -> Option<Subject>),
        verdict: &mut Verdict,
        run: impl FnOnce(&mut Cx<'r>),
    ) {
        let mut cx = self.cx(rule);
        if catch_unwind(AssertUnwindSafe(|| run(&mut cx))).is_err() {
            verdict.errors.push(self.panicked(rule, at));
            return;
        }
        // Most checks have nothing to say.
        if cx.drafts.is_empty() && cx.open.is_empty() {
            return;
        }
        let subject = subject();
        for draft in cx.drafts {
            verdict.findings.push(self.finding(rule, draft, None, subject.clone()));
        }
        let open = cx.open.into_iter();
        verdict.undecided.extend(open.map(|it| undecided(rule, it, subject.as_ref())));
    }

    /// A check of a resource or an output, once in each world it distinguishes. `run` answers whether
    /// there is such a thing in a world.
    fn in_each_world(
        &self,
        rule: &'static Rule,
        (at, subject): (Span, &dyn Fn() -> Subject),
        verdict: &mut Verdict,
        run: impl Fn(&mut Cx<'_>, &Replay) -> bool,
    ) {
        let mut replays: Vec<Replayed> = Vec::new();
        let mut has_panicked = false;
        let visited_all = each_world(MAX_WORLDS, |replay: &Replay| {
            let mut cx = self.cx(rule);
            let Ok(exists) = catch_unwind(AssertUnwindSafe(|| run(&mut cx, replay))) else {
                has_panicked = true;
                return;
            };
            if exists && !replay.world.is_impossible() {
                let assumptions = replay.world.assumptions();
                let replayed = Replayed { assumptions, drafts: cx.drafts, open: cx.open };
                // What says nothing and assumes nothing is the only world.
                if !replayed.is_empty() {
                    replays.push(replayed);
                }
            }
        });
        if has_panicked {
            verdict.errors.push(self.panicked(rule, at));
            return;
        }
        if visited_all && replays.iter().all(|it| it.drafts.is_empty() && it.open.is_empty()) {
            return;
        }
        self.settle(rule, replays, (!visited_all).then_some(at), Some(&subject()), verdict);
    }

    /// Puts together what was said of one thing in all worlds; `unseen` is its place if there are
    /// more worlds than were looked at.
    fn settle(
        &self,
        rule: &'static Rule,
        replays: Vec<Replayed>,
        unseen: Option<Span>,
        subject: Option<&Subject>,
        verdict: &mut Verdict,
    ) {
        let stacks = &self.estate.stacks;
        if let Some(span) = unseen {
            let reason = stackseal_model::setting::Reason::TooManyWorlds.to_string();
            verdict.undecided.push(self.undecided(rule, Open { span, reason }, subject));
        }
        let (merged, open) = merge(replays, &|world, it| stacks.implies(world, it));
        verdict.undecided.extend(open.into_iter().map(|it| self.undecided(rule, it, subject)));
        for mut it in merged {
            // What hangs on a value somebody may choose is no finding unless every choice is asked for.
            if it.holds.depends_on_values() && self.settings.profile == Profile::Recommended {
                let open = Open {
                    span: it.draft.span,
                    reason: condition_text::open_words(&it.holds, stacks),
                };
                verdict.undecided.push(self.undecided(rule, open, subject));
                continue;
            }
            let trees = &self.trees;
            let is_right = |mend: &Mend| {
                it.holds.forks().is_some_and(|forks| mend.stands_in_branches(forks, trees))
            };
            it.draft.mend = it.draft.mend.filter(is_right);
            let condition = condition_text::words(&it.holds, stacks);
            let subject = subject.cloned().or_else(|| self.holder(it.draft.span));
            verdict.findings.push(self.finding(rule, it.draft, condition, subject));
        }
    }

    /// A question left open about `subject`, or about whatever its place is in.
    fn undecided(&self, rule: &'static Rule, open: Open, subject: Option<&Subject>) -> Undecided {
        let holder = if subject.is_none() { self.holder(open.span) } else { None };
        undecided(rule, open, subject.or(holder.as_ref()))
    }

    /// Adds what rules in another language say to what the run has.
    pub(crate) fn take_over(&self, judgement: Judgement, outcome: &mut Outcome) {
        let Judgement { verdicts, applicable, errors, sources } = judgement;
        outcome.applicable.extend(applicable);
        outcome.errors.extend(errors);
        outcome.sources.extend(sources.into_iter().map(Arc::new));
        let mut all = Verdict::default();
        for language::Verdict { rule, subject, worlds, unseen } in verdicts {
            let replays: Vec<Replayed> = worlds.into_iter().map(Replayed::from).collect();
            self.settle(rule, replays, unseen, subject.as_ref(), &mut all);
        }
        outcome.findings.extend(all.findings);
        outcome.undecided.extend(all.undecided);
    }

    fn panicked(&self, rule: &'static Rule, at: Span) -> RunError {
        let file =
            self.trees.get(&at.file.0).map(|it| it.source().path.clone()).unwrap_or_default();
        RunError {
            file,
            span: Some(at),
            message: format!(
                "rule `{}` failed here and was left out: please report this as a bug",
                rule.id
            ),
        }
    }

    /// The finding of a draft.
    pub(crate) fn finding(
        &self,
        rule: &'static Rule,
        draft: Draft,
        condition: Option<String>,
        subject: Option<Subject>,
    ) -> Finding {
        let Draft { span, message, severity, remediation, related, mend } = draft;
        let tree = self.trees.get(&span.file.0);
        let path = tree.map(|it| path_to(it, span)).unwrap_or_default();
        let file = tree.map(|it| self.settings.view.path(&it.source().path)).unwrap_or_default();
        let subject_id = subject.as_ref().map_or("", |it| it.id.as_str());
        let parts = [rule.id.as_str(), &file, subject_id]
            .into_iter()
            .chain(path.iter().map(String::as_str));
        let fingerprint = fingerprint(parts);
        Finding {
            rule,
            severity: self.settings.policy.severity(rule, severity),
            span,
            message,
            remediation: remediation.unwrap_or_else(|| rule.remediation.to_owned()),
            condition,
            related,
            subject,
            home: None,
            fingerprint,
            path,
            fix: mend.and_then(|it| it.into_fix(&self.trees)),
            suppressed: None,
        }
    }
}

fn undecided(rule: &'static Rule, open: Open, subject: Option<&Subject>) -> Undecided {
    let Open { span, reason } = open;
    Undecided { rule, span, reason, subject: subject.cloned(), home: None }
}
