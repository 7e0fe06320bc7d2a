//! The run: texts in, an [`Outcome`] out.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use stackseal_model::Estate;
use stackseal_model::buildspec::Buildspec;
use stackseal_model::cloudformation::{
    Deployment, Output, OutputEntry, Replay, Resource, ResourceEntry, Stacks, Template, each_world,
};
use stackseal_model::document::{DocumentKind, classify};
use stackseal_model::embedded::{Embedded, command_actions};
use stackseal_model::kubernetes::{self, KubernetesSet, Kustomization, Object};
use stackseal_model::wp_config::WpConfig;
use stackseal_syntax::{FileId, Node, Span, Tree};

use crate::condition_text;
use crate::cx::{Cx, Draft, Open};
use crate::finding::{Finding, Subject, Undecided};
use crate::fingerprint::{fingerprint, path_to};
use crate::language::{self, Case, Judgement};
use crate::mend::Mend;
use crate::option::OptionValues;
use crate::outcome::{Outcome, RunError, Skipped};
use crate::reading::{Content, Input, ReadFile, patched_paths, read};
use crate::rule::{Check, Profile, Rule};
use crate::settings::{Pack, Settings, SettingsError};
use crate::silence::Silence;
use crate::suppression::Suppressions;
use crate::worlds::{Replayed, merge};

/// Worlds looked at for one rule and one resource.
const MAX_WORLDS: usize = 64;
/// Below so many pieces of work, handing them to other threads costs more than it gains.
const WORTH_SHARING: usize = 32;

/// How far a run has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Files read and things judged.
    pub done: usize,
    /// Files to read, and, once they are known, things to judge.
    pub total: usize,
}

/// Runs `pack` over `input` as `settings` ask. `progress` is called now and then, from any thread.
///
/// # Errors
///
/// If `settings` name rules that do not exist.
pub fn check(
    input: Input,
    pack: &Pack,
    settings: &Settings,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Outcome, SettingsError> {
    let rules = settings.rules(pack)?;
    let Input { files, chart_folders, errors } = input;
    let done = AtomicUsize::new(0);
    let tick = |total: usize| {
        progress(Progress { done: done.fetch_add(1, Ordering::Relaxed) + 1, total });
    };
    let read_files: Vec<ReadFile> = map(&files, |file| {
        let it = read(file, &chart_folders, &settings.limits, pack.language.is_some());
        tick(files.len());
        it
    });
    let mut outcome = Outcome {
        errors,
        sources: files.iter().map(|it| Arc::clone(&it.source)).collect(),
        ..Outcome::default()
    };
    let mut trees: Vec<Tree> = Vec::with_capacity(read_files.len());
    let mut configs = Vec::new();
    for ReadFile { content, errors } in read_files {
        outcome.errors.extend(errors);
        match content {
            Content::Documents(tree) => trees.push(tree),
            Content::WpConfig(source) => {
                outcome.judged.push(source.id);
                configs.push(WpConfig::of_source(&source));
            }
            Content::Skipped(skipped) => outcome.skipped.push(skipped),
            Content::Nothing => (),
        }
    }
    let parts = sort_out(&trees, &mut outcome);
    outcome.files = outcome.judged.len();
    let deployment = Arc::new(Deployment {
        all_alternatives: settings.profile == Profile::Strict,
        ..settings.deployment.clone()
    });
    let indexed: Vec<(u32, Node<'_>)> = (0..).zip(parts.templates.iter().copied()).collect();
    let templates = map(&indexed, |&(index, root)| Template::read(index, root, &deployment));
    let mut embedded = Embedded::find(&templates, &parts.objects, &settings.limits);
    configs.extend(embedded.take_wp_configs());
    let mut buildspecs = parts.buildspecs;
    buildspecs.extend(embedded.buildspecs());
    buildspecs.extend(templates.iter().flat_map(command_actions));
    let estate = Estate {
        stacks: Stacks::new(templates),
        kubernetes: KubernetesSet::new(parts.objects),
        kustomizations: parts.kustomizations,
        buildspecs,
        wp_configs: configs,
    };

    for template in estate.stacks.templates() {
        outcome.skipped.extend(template.unknown_repetitions().iter().map(|_| Skipped {
            file: template.root().tree().source().path.clone(),
            reason: "resources of a `Fn::ForEach` whose collection is not known".to_owned(),
        }));
    }

    let mut suppressions = Suppressions::default();
    for tree in &trees {
        suppressions.read_comments(tree);
    }
    for template in estate.stacks.templates() {
        suppressions.read_template(template);
    }
    for object in estate.kubernetes.objects() {
        suppressions.read_object(object);
    }

    let judge = Judge {
        estate: &estate,
        settings,
        index: Index::new(&rules),
        trees: trees_by_file(&trees),
    };
    let work = judge.work();
    outcome.resources =
        estate.stacks.templates().iter().map(|it| it.entries().len()).sum::<usize>()
            + estate.kubernetes.objects().len();
    outcome.applicable = rules.iter().copied().filter(|it| has_work(it, &estate)).collect();
    let total = files.len() + work.len();
    let verdicts = map(&work, |it| {
        let verdict = judge.run(*it);
        tick(total);
        verdict
    });
    for Verdict { findings, undecided, errors } in verdicts {
        outcome.findings.extend(findings);
        outcome.undecided.extend(undecided);
        outcome.errors.extend(errors);
    }
    if let Some(language) = pack.language {
        let next_file = FileId(u32::try_from(outcome.sources.len()).unwrap_or(u32::MAX));
        let judgement = language.judge(&Case {
            estate: &estate,
            documents: &parts.plain,
            rules: &rules,
            max_worlds: MAX_WORLDS,
            next_file,
        });
        judge.take_over(judgement, &mut outcome);
    }
    let finding = |rule: &'static Rule, draft: Draft| judge.finding(rule, draft, None, None);
    let silence = Silence { pack, settings, rules: &rules, suppressions, finding: &finding };
    silence.run(&mut outcome);
    put_in_order(&mut outcome);
    Silence::apply_baseline(settings, &rules, &mut outcome);
    outcome.suppressed.sort_by(by_place);
    outcome.rules = rules;
    Ok(outcome)
}

/// `f` of each of `items`, in their order, on several threads where there is enough to do.
fn map<T: Sync, U: Send>(items: &[T], f: impl Fn(&T) -> U + Sync + Send) -> Vec<U> {
    if items.len() < WORTH_SHARING {
        items.iter().map(f).collect()
    } else {
        items.par_iter().map(f).collect()
    }
}

/// The documents of a run by kind.
#[derive(Default)]
struct Parts<'a> {
    templates: Vec<Node<'a>>,
    objects: Vec<Object<'a>>,
    kustomizations: Vec<Kustomization<'a>>,
    buildspecs: Vec<Buildspec<'a>>,
    /// The documents that are no templates, as they are.
    plain: Vec<Node<'a>>,
}

fn sort_out<'a>(trees: &'a [Tree], outcome: &mut Outcome) -> Parts<'a> {
    let mut parts = Parts::default();
    let mut patches: FxHashSet<String> = FxHashSet::default();
    let mut manifests = Vec::new();
    for tree in trees {
        let path = tree.source().path.as_str();
        let mut is_judged = true;
        for root in tree.documents() {
            let kind = classify(path, root);
            if kind != DocumentKind::Template {
                parts.plain.push(root);
            }
            match kind {
                DocumentKind::Template => parts.templates.push(root),
                DocumentKind::Manifest => manifests.push((path, root)),
                DocumentKind::Buildspec => parts.buildspecs.push(Buildspec::of(root)),
                DocumentKind::Kustomization => {
                    patches.extend(patched_paths(path, root));
                    let kustomization = Kustomization::of(root);
                    is_judged &= kustomization.generates_literals() || tree.documents().len() > 1;
                    parts.kustomizations.push(kustomization);
                    outcome.skipped.push(Skipped {
                        file: path.to_owned(),
                        reason: "kustomization, not built: check the output of `kustomize build`"
                            .to_owned(),
                    });
                }
                DocumentKind::Other => (),
            }
        }
        if is_judged {
            outcome.judged.push(tree.file());
        }
    }
    outcome.judged.sort_unstable();
    for (path, root) in manifests {
        parts.objects.extend(if patches.contains(path) {
            kubernetes::partial_objects_of(root)
        } else {
            kubernetes::objects_of(root)
        });
    }
    parts
}

fn trees_by_file(trees: &[Tree]) -> FxHashMap<u32, &Tree> {
    trees.iter().map(|it| (it.file().0, it)).collect()
}

/// Whether `rule` has something to look at.
fn has_work(rule: &Rule, estate: &Estate<'_>) -> bool {
    let Estate { stacks, kubernetes, kustomizations, buildspecs, wp_configs } = estate;
    let templates = stacks.templates();
    rule.checks.iter().any(|check| match *check {
        Check::Resource { types: [], .. } => templates.iter().any(|it| !it.entries().is_empty()),
        Check::Resource { types, .. } => {
            let holds =
                |it: &Template<'_>| types.iter().any(|ty| it.entries_of(ty).next().is_some());
            templates.iter().any(holds)
        }
        Check::Output { .. } => templates.iter().any(|it| !it.outputs().is_empty()),
        Check::Manifest { kinds, .. } => {
            let is_meant = |it: &Object<'_>| kinds.is_empty() || kinds.contains(&it.kind());
            kubernetes.objects().iter().any(is_meant)
        }
        Check::Kustomization { .. } => !kustomizations.is_empty(),
        Check::Buildspec { .. } => !buildspecs.is_empty(),
        Check::WpConfig { .. } => !wp_configs.is_empty(),
    })
}

/// Functions of a kind, each with its rule.
type Checks<F> = Vec<(&'static Rule, F)>;
type ResourceCheck = fn(&mut Cx<'_>, &Resource<'_>);
type OutputCheck = fn(&mut Cx<'_>, &Output<'_>);
type ManifestCheck = fn(&mut Cx<'_>, &Object<'_>);
type KustomizationCheck = fn(&mut Cx<'_>, &Kustomization<'_>);
type BuildspecCheck = fn(&mut Cx<'_>, &Buildspec<'_>);
type WpConfigCheck = fn(&mut Cx<'_>, &WpConfig);

/// The checks of the selected rules, by what they look at.
struct Index {
    resource: FxHashMap<&'static str, Checks<ResourceCheck>>,
    any_resource: Checks<ResourceCheck>,
    output: Checks<OutputCheck>,
    manifest: FxHashMap<&'static str, Checks<ManifestCheck>>,
    any_manifest: Checks<ManifestCheck>,
    kustomization: Checks<KustomizationCheck>,
    buildspec: Checks<BuildspecCheck>,
    wp_config: Checks<WpConfigCheck>,
}

impl Index {
    fn new(rules: &[&'static Rule]) -> Self {
        let mut index = Self {
            resource: FxHashMap::default(),
            any_resource: Vec::new(),
            output: Vec::new(),
            manifest: FxHashMap::default(),
            any_manifest: Vec::new(),
            kustomization: Vec::new(),
            buildspec: Vec::new(),
            wp_config: Vec::new(),
        };
        for &rule in rules {
            for check in rule.checks {
                match *check {
                    Check::Resource { types: [], run } => index.any_resource.push((rule, run)),
                    Check::Resource { types, run } => {
                        for ty in types {
                            index.resource.entry(ty).or_default().push((rule, run));
                        }
                    }
                    Check::Output { run } => index.output.push((rule, run)),
                    Check::Manifest { kinds: [], run } => index.any_manifest.push((rule, run)),
                    Check::Manifest { kinds, run } => {
                        for kind in kinds {
                            index.manifest.entry(kind).or_default().push((rule, run));
                        }
                    }
                    Check::Kustomization { run } => index.kustomization.push((rule, run)),
                    Check::Buildspec { run } => index.buildspec.push((rule, run)),
                    Check::WpConfig { run } => index.wp_config.push((rule, run)),
                }
            }
        }
        index
    }
}

/// One thing to judge.
#[derive(Clone, Copy)]
enum Work<'r> {
    Resource(&'r Template<'r>, &'r ResourceEntry<'r>),
    Output(&'r Template<'r>, &'r OutputEntry<'r>),
    Object(&'r Object<'r>),
    Kustomization(&'r Kustomization<'r>),
    Buildspec(&'r Buildspec<'r>),
    WpConfig(&'r WpConfig),
}

#[derive(Default)]
struct Verdict {
    findings: Vec<Finding>,
    undecided: Vec<Undecided>,
    errors: Vec<RunError>,
}

struct Judge<'r> {
    estate: &'r Estate<'r>,
    settings: &'r Settings,
    index: Index,
    trees: FxHashMap<u32, &'r Tree>,
}

impl<'r> Judge<'r> {
    /// What some selected rule has something to say about.
    fn work(&self) -> Vec<Work<'r>> {
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

    fn run(&self, work: Work<'r>) -> Verdict {
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
        verdict
    }

    /// The resource or object whose text holds the document at `span`; none for one in a file of
    /// its own.
    fn holder(&self, span: Span) -> Option<Subject> {
        let Estate { stacks, kubernetes, .. } = self.estate;
        let mut objects = kubernetes.objects().iter();
        if let Some(object) = objects.find(|it| it.node().span().contains(span)) {
            return Some(Subject { id: object.id(), type_name: object.type_name() });
        }
        let templates = stacks.templates().iter().filter(|it| it.file() == span.file);
        let entry =
            templates.flat_map(Template::entries).find(|it| it.body().span().contains(span))?;
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
        self.settle(rule, &replays, (!visited_all).then_some(at), Some(&subject()), verdict);
    }

    /// Puts together what was said of one thing in all worlds; `unseen` is its place if there are
    /// more worlds than were looked at.
    fn settle(
        &self,
        rule: &'static Rule,
        replays: &[Replayed],
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
    fn take_over(&self, judgement: Judgement, outcome: &mut Outcome) {
        let Judgement { verdicts, applicable, errors, sources } = judgement;
        outcome.applicable.extend(applicable);
        outcome.errors.extend(errors);
        outcome.sources.extend(sources.into_iter().map(Arc::new));
        let mut all = Verdict::default();
        for language::Verdict { rule, subject, worlds, unseen } in verdicts {
            let replays: Vec<Replayed> = worlds.into_iter().map(Replayed::from).collect();
            self.settle(rule, &replays, unseen, subject.as_ref(), &mut all);
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

    fn finding(
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
            fingerprint,
            path,
            fix: mend.and_then(|it| it.into_fix(&self.trees)),
            suppressed: None,
        }
    }
}

fn undecided(rule: &'static Rule, open: Open, subject: Option<&Subject>) -> Undecided {
    let Open { span, reason } = open;
    Undecided { rule, span, reason, subject: subject.cloned() }
}

/// File, start, rule, and then whatever else makes the order complete.
fn by_place(a: &Finding, b: &Finding) -> std::cmp::Ordering {
    (a.span, a.rule.id, &a.subject, &a.message).cmp(&(b.span, b.rule.id, &b.subject, &b.message))
}

fn put_in_order(outcome: &mut Outcome) {
    outcome.findings.sort_by(by_place);
    // One cause, one finding: repetitions of a resource share their text.
    outcome.findings.dedup_by(|a, b| {
        a.span == b.span && a.rule == b.rule && a.subject == b.subject && a.message == b.message
    });
    outcome.suppressed.sort_by(by_place);
    outcome
        .undecided
        .sort_by(|a, b| (a.span, a.rule.id, &a.reason).cmp(&(b.span, b.rule.id, &b.reason)));
    outcome.undecided.dedup();
    outcome
        .errors
        .sort_by(|a, b| (&a.file, a.span, &a.message).cmp(&(&b.file, b.span, &b.message)));
    outcome.skipped.sort();
    outcome.skipped.dedup();
}
