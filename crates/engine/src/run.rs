//! The run: texts in, an [`Outcome`] out.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rustc_hash::FxHashSet;
use stackseal_model::Estate;
use stackseal_model::cloudformation::{Deployment, Stacks, Template};
use stackseal_model::embedded::{Embedded, command_actions};
use stackseal_model::kubernetes::{KubernetesSet, Object};
use stackseal_model::share::{map, release};
use stackseal_model::wp_config::WpConfig;
use stackseal_syntax::{FileId, Node, Syntax, Tree};

use crate::cx::Draft;
use crate::finding::Finding;
use crate::index::has_work;
use crate::judge::{Judge, MAX_WORLDS, Verdict};
use crate::language::Case;
use crate::outcome::{Outcome, Skipped};
use crate::parameters::undeclared_parameters;
use crate::parts::sort_out;
use crate::reading::{Content, Input, ReadFile, read};
use crate::rule::{Profile, Rule};
use crate::settings::{Pack, Settings, SettingsError};
use crate::silence::Silence;
use crate::suppression::{SUPPRESSOR, Suppressions};

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
    let is_unasked = |it: &&'static Rule| it.is_about_credentials() && !rules.contains(it);
    let unasked: Vec<&'static Rule> = pack.rules.iter().copied().filter(is_unasked).collect();
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
    let mut documents = Vec::with_capacity(read_files.len());
    let mut configs = Vec::new();
    for ReadFile { content, errors } in read_files {
        outcome.errors.extend(errors);
        match content {
            Content::Documents(tree, kinds) => documents.push((tree, kinds)),
            Content::WpConfig(source) => {
                outcome.judged.push(source.id);
                configs.push(WpConfig::of_source(&source));
            }
            Content::Skipped(skipped) => outcome.skipped.push(skipped),
            Content::Nothing => (),
        }
    }
    // What is said must not hang on the order in which somebody named the files.
    documents.sort_by(|(left, _), (right, _)| left.source().path.cmp(&right.source().path));
    let (trees, kinds): (Vec<Tree>, Vec<_>) = documents.into_iter().unzip();
    let parts = sort_out(&trees, &kinds, &mut outcome);
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

    outcome.errors.extend(undeclared_parameters(&estate, &settings.deployment));

    let judged_by = [rules.as_slice(), &unasked].concat();
    let judge = Judge::new(&estate, &trees, &judged_by, settings);
    let work = judge.work();
    outcome.templates = estate.stacks.templates().len();
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
        for it in findings {
            let is_asked = !unasked.contains(&it.rule);
            if is_asked { &mut outcome.findings } else { &mut outcome.unasked.findings }.push(it);
        }
        for it in undecided {
            let is_asked = !unasked.contains(&it.rule);
            if is_asked { &mut outcome.undecided } else { &mut outcome.unasked.undecided }.push(it);
        }
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
    let suppressions = suppressions(&trees, &estate);
    let silence = Silence { pack, settings, rules: &rules, suppressions, finding: &finding };
    silence.run(&mut outcome);
    put_in_order(&mut outcome);
    Silence::apply_baseline(settings, &rules, &mut outcome);
    outcome.suppressed.sort_by(by_place);
    outcome.rules = rules;
    drop(estate);
    release(trees);
    Ok(outcome)
}

/// What comments, metadata and annotations accept.
fn suppressions(trees: &[Tree], estate: &Estate<'_>) -> Suppressions {
    let mut suppressions = Suppressions::default();
    // Few files hold any. To look at all bytes costs less than to look at each comment, or at the
    // annotations of each object; of a template in JSON it does not.
    let may_suppress = map(trees, |it| it.syntax() == Syntax::Json || it.may_hold(SUPPRESSOR));
    let trees = trees.iter().zip(may_suppress).filter(|it| it.1).map(|it| it.0);
    let files: FxHashSet<FileId> = trees.clone().map(Tree::file).collect();
    if files.is_empty() {
        return suppressions;
    }
    for tree in trees {
        suppressions.read_comments(tree);
    }
    for template in estate.stacks.templates().iter().filter(|it| files.contains(&it.file())) {
        suppressions.read_template(template);
    }
    let is_in_them = |it: &&Object<'_>| files.contains(&it.node().tree().file());
    for object in estate.kubernetes.objects().iter().filter(is_in_them) {
        suppressions.read_object(object);
    }
    suppressions
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
    outcome.undecided.dedup_by(|a, b| {
        a.span == b.span && a.rule == b.rule && a.subject == b.subject && a.reason == b.reason
    });
    outcome
        .errors
        .sort_by(|a, b| (&a.file, a.span, &a.message).cmp(&(&b.file, b.span, &b.message)));
    // What is wrong above two folders is wrong for both.
    outcome.errors.dedup();
    outcome.skipped.sort();
    outcome.skipped.dedup();
}
