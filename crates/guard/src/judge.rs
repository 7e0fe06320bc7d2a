//! Judging the documents of a run by files of rules.

use std::collections::BTreeMap;
use std::path::Path;

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use stackseal_engine::{Case, Judgement, Language, Pack, Rule, RunError, Said, Subject, Verdict};
use stackseal_model::cloudformation::{Assumption, Resolved, Stacks, Template, Wanted, each_world};
use stackseal_model::setting::Reason;
use stackseal_syntax::{FileId, LineIndex, Node, Source, Span};

use crate::call::{CallError, RulesError, evaluate};
use crate::document::Part;
use crate::message;
use crate::record::Record;
use crate::rules_file::RulesFile;
use crate::weigh::{Answer, Fault, RuleAnswer, Weighed, weigh};

/// Bytes of documents handed over in one call, and so parsed rules for: what a record takes in
/// memory is a multiple of it.
const MAX_BATCH: usize = 4 << 20;

/// All rules of a run that are written in the Guard language.
#[derive(Debug)]
pub struct GuardRules {
    files: Vec<RulesFile>,
    rules: Vec<&'static Rule>,
}

impl GuardRules {
    /// The rules of `files`.
    fn new(files: Vec<RulesFile>) -> Self {
        let mut rules: Vec<&'static Rule> = Vec::new();
        for rule in files.iter().flat_map(RulesFile::rules) {
            // The same rule may stand in several files, as in rule sets for different purposes.
            if !rules.contains(&rule) {
                rules.push(rule);
            }
        }
        Self { files, rules }
    }

    /// The rules of `files` beside those of `pack`.
    ///
    /// They live as long as the process, as those of the pack do: load them once.
    pub fn beside(pack: &Pack, files: Vec<RulesFile>) -> Pack {
        let language: &'static Self = Box::leak(Box::new(Self::new(files)));
        let rules: Vec<&'static Rule> = pack.rules.iter().chain(&language.rules).copied().collect();
        Pack { rules: Box::leak(rules.into_boxed_slice()), language: Some(language) }
    }
}

impl Language for GuardRules {
    fn rules(&self) -> &[&'static Rule] {
        &self.rules
    }

    fn judge(&self, case: &Case<'_>) -> Judgement {
        let is_selected = |file: &&RulesFile| file.rules().any(|it| case.rules.contains(&it));
        // A file without any rule is still looked at, for what is wrong with it.
        let files: Vec<&RulesFile> =
            self.files.iter().filter(|it| is_selected(it) || it.rules().next().is_none()).collect();
        let library = Library::new(case, &files);
        let runs: Vec<FileRun> =
            files.par_iter().map(|file| run_file(file, &library.of(file), case)).collect();
        let mut judgement = Judgement::default();
        for (file, run) in files.iter().zip(runs) {
            match run {
                FileRun::Broken { message, offset } => {
                    let id = FileId(case.next_file.0 + count(judgement.sources.len()));
                    let at = count(offset);
                    judgement.errors.push(RunError {
                        file: file.path.clone(),
                        span: Some(Span::new(id, at, at)),
                        message,
                    });
                    let (path, text) = (file.path.clone(), file.text.clone());
                    judgement.sources.push(Source { id, path, text });
                }
                FileRun::Done { verdicts, applicable, errors } => {
                    judgement.verdicts.extend(verdicts);
                    for rule in applicable {
                        if !judgement.applicable.contains(&rule) {
                            judgement.applicable.push(rule);
                        }
                    }
                    judgement.errors.extend(errors);
                }
            }
        }
        judgement
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// What became of one file of rules.
enum FileRun {
    /// It cannot be run.
    Broken { message: String, offset: usize },
    /// It was run.
    Done { verdicts: Vec<Verdict>, applicable: Vec<&'static Rule>, errors: Vec<RunError> },
}

/// A text for the interpreter, and the tree that belongs to it.
pub(crate) struct Sheet {
    pub(crate) json: String,
    part: Part,
}

/// A document without intrinsics.
pub(crate) fn plain_sheet(root: Node<'_>) -> Sheet {
    let mut json = String::new();
    let part = Part::of(&Resolved::plain(root), &mut json);
    Sheet { json, part }
}

/// A template, or any other document.
struct Document<'r> {
    template: Option<&'r Template<'r>>,
    /// The path of its file.
    path: &'r str,
    sheets: Sheets,
}

/// A document in all its worlds.
pub(crate) struct Sheets {
    /// Each for at least one world.
    pub(crate) all: Vec<Sheet>,
    /// What is assumed in each world, and the sheet that shows it.
    worlds: Vec<(Vec<Assumption>, usize)>,
    is_complete: bool,
}

/// All documents, resolved once for each set of resource types that rules ask for.
struct Library<'r> {
    plain: Vec<Document<'r>>,
    templates: FxHashMap<&'r Wanted, Vec<Document<'r>>>,
}

impl<'r> Library<'r> {
    fn new(case: &Case<'r>, files: &[&'r RulesFile]) -> Self {
        let plain = case.documents.par_iter().map(|root| {
            let sheets = Sheets {
                all: vec![plain_sheet(*root)],
                worlds: vec![(Vec::new(), 0)],
                is_complete: true,
            };
            Document { template: None, path: &root.tree().source().path, sheets }
        });
        let plain = plain.collect();
        let mut wanted: Vec<&Wanted> = files.iter().map(|it| &it.wanted).collect();
        wanted.sort();
        wanted.dedup();
        let templates = wanted.into_par_iter().map(|wanted| {
            let templates = case.estate.stacks.templates().iter();
            let documents = templates.map(|it| Document {
                template: Some(it),
                path: &it.root().tree().source().path,
                sheets: sheets(it, &case.estate.stacks, case.max_worlds, wanted),
            });
            (wanted, documents.collect::<Vec<_>>())
        });
        Self { plain, templates: templates.collect::<Vec<_>>().into_iter().collect() }
    }

    fn of(&self, file: &RulesFile) -> Vec<&Document<'r>> {
        self.templates.get(&file.wanted).into_iter().flatten().chain(&self.plain).collect()
    }
}

/// A template in each world that the resources asked for distinguish.
pub(crate) fn sheets<'r>(
    template: &'r Template<'r>,
    stacks: &'r Stacks<'r>,
    max_worlds: usize,
    wanted: &Wanted,
) -> Sheets {
    let mut sheets: Vec<Sheet> = Vec::new();
    let mut worlds = Vec::new();
    let is_complete = each_world(max_worlds, |replay| {
        let mut json = String::new();
        let resolved = Resolved::template(template, stacks, replay, wanted);
        if replay.world.is_impossible() {
            return;
        }
        let part = Part::of(&resolved, &mut json);
        let sheet = Sheet { json, part };
        // Worlds may differ in places only, or not at all.
        let known = sheets.iter().position(|it| it.json == sheet.json && it.part == sheet.part);
        let index = known.unwrap_or(sheets.len());
        if known.is_none() {
            sheets.push(sheet);
        }
        worlds.push((replay.world.assumptions(), index));
    });
    Sheets { all: sheets, worlds, is_complete }
}

/// Runs one file of rules over `documents`.
fn run_file(file: &RulesFile, documents: &[&Document<'_>], case: &Case<'_>) -> FileRun {
    if let Some((name, offset)) = &file.endless {
        let message = format!("`{name}` leads back to itself: evaluating it would never end");
        return FileRun::Broken { message, offset: *offset };
    }
    let batches = batches(documents);
    let answers: Result<Vec<_>, RulesError> = batches
        .par_iter()
        .map(|batch| {
            let texts: Vec<&str> = batch.iter().map(|it| it.1.json.as_str()).collect();
            let records = evaluate(&file.text, &texts)?;
            Ok(batch.iter().zip(records).map(|((at, _), record)| (*at, record)).collect::<Vec<_>>())
        })
        .collect();
    let answers: FxHashMap<(usize, usize), Result<Record, CallError>> = match answers {
        Ok(answers) => answers.into_iter().flatten().collect(),
        Err(RulesError::Syntax { line, column, hint }) => {
            let message = RulesError::Syntax { line, column, hint }.to_string();
            return FileRun::Broken { message, offset: offset(&file.text, line, column) };
        }
    };
    if file.rules().next().is_none() {
        let message = "the file holds no rule: write `rule NAME { … }`".to_owned();
        return FileRun::Broken { message, offset: 0 };
    }
    let mut verdicts = Vec::new();
    let mut applicable = Vec::new();
    let mut errors = Vec::new();
    for (index, document) in documents.iter().enumerate() {
        let mut weighed: Vec<Option<Vec<RuleAnswer<'_>>>> = Vec::new();
        for (sheet_index, sheet) in document.sheets.all.iter().enumerate() {
            weighed.push(match answers.get(&(index, sheet_index)) {
                Some(Ok(record)) => Some(weigh(record, &sheet.part, file.speaks_of_forms)),
                Some(Err(error)) => {
                    errors.push(call_error(file, document, error));
                    None
                }
                None => None,
            });
        }
        errors.dedup();
        let judged =
            weighed.iter().flatten().flatten().filter(|it| it.weighed.answer != Answer::Skip);
        applicable.extend(judged.map(|it| file.rule(it.name)).filter(|it| case.rules.contains(it)));
        verdicts.extend(verdicts_on(file, document, &weighed, case));
    }
    FileRun::Done { verdicts, applicable, errors }
}

fn call_error(file: &RulesFile, document: &Document<'_>, error: &CallError) -> RunError {
    let mut message = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(it) = source {
        message = format!("{message}: {it}");
        source = it.source();
    }
    RunError {
        file: file.path.clone(),
        span: None,
        message: format!("{message} (judging `{}`)", document.path),
    }
}

/// Sheets in batches: one for each thread where there are enough of them, so that the rules are
/// parsed as rarely as can be.
fn batches<'d>(documents: &[&'d Document<'_>]) -> Vec<Vec<((usize, usize), &'d Sheet)>> {
    let sheets = documents.iter().enumerate().flat_map(|(index, document)| {
        document.sheets.all.iter().enumerate().map(move |(sheet, it)| ((index, sheet), it))
    });
    let sheets: Vec<_> = sheets.collect();
    let bytes: usize = sheets.iter().map(|it| it.1.json.len()).sum();
    let limit = (bytes / rayon::current_num_threads().max(1)).clamp(64 << 10, MAX_BATCH);
    // Without a document the rules are still parsed, for what is wrong with them.
    let mut batches = vec![Vec::new()];
    let mut size = 0;
    for sheet in sheets {
        size += sheet.1.json.len();
        if let Some(last) = batches.last_mut() {
            last.push(sheet);
        }
        if size >= limit {
            batches.push(Vec::new());
            size = 0;
        }
    }
    if batches.len() > 1 && batches.last().is_some_and(Vec::is_empty) {
        batches.pop();
    }
    batches
}

/// The offset of a line and column that count from 1, columns in characters.
pub(crate) fn offset(text: &str, line: usize, column: usize) -> usize {
    let index = LineIndex::new(text);
    let range = index.line_range(count(line));
    let line = text.get(range.clone()).unwrap_or_default();
    let within: usize = line.chars().take(column.saturating_sub(1)).map(char::len_utf8).sum();
    range.start + within
}

/// What the rules of a file say of one document, by rule and resource.
fn verdicts_on(
    file: &RulesFile,
    document: &Document<'_>,
    weighed: &[Option<Vec<RuleAnswer<'_>>>],
    case: &Case<'_>,
) -> Vec<Verdict> {
    let mut verdicts = Vec::new();
    for rule in file.rules().filter(|it| case.rules.contains(it)) {
        // What is said of each resource on each sheet.
        let mut of_resource: BTreeMap<Option<&str>, BTreeMap<usize, Vec<&Weighed>>> =
            BTreeMap::new();
        for (sheet, answers) in weighed.iter().enumerate() {
            let own = answers.iter().flatten().filter(|it| file.rule(it.name) == rule);
            for answer in own {
                let faults = answer.weighed.faults.iter().map(|it| it.resource.as_deref());
                let open = answer.weighed.open.iter().map(|it| it.resource.as_deref());
                for resource in faults.chain(open) {
                    let list = of_resource.entry(resource).or_default().entry(sheet).or_default();
                    if !list.iter().any(|it| std::ptr::eq(*it, &raw const answer.weighed)) {
                        list.push(&answer.weighed);
                    }
                }
            }
        }
        for (resource, by_sheet) in of_resource {
            let subject = resource.map(|id| subject(document, id));
            let exists = |sheet: usize| {
                resource.is_none_or(|id| {
                    document.sheets.all.get(sheet).is_some_and(|it| it.part.has_resource(id))
                })
            };
            let worlds = document.sheets.worlds.iter().filter(|it| exists(it.1)).map(|it| {
                let (assumptions, sheet) = it;
                let mut said = Said::new(assumptions.clone());
                for weighed in by_sheet.get(sheet).into_iter().flatten() {
                    say(file, rule, resource, weighed, &mut said);
                }
                said
            });
            verdicts.push(Verdict { rule, subject, worlds: worlds.collect(), unseen: None });
        }
        let is_concerned = document.template.is_some_and(|it| file.wanted.concerns(it));
        if !document.sheets.is_complete && is_concerned {
            let unseen = document.sheets.all.first().map(|it| it.part.whole());
            verdicts.push(Verdict { rule, subject: None, worlds: Vec::new(), unseen });
        }
    }
    verdicts
}

fn subject(document: &Document<'_>, id: &str) -> Subject {
    let entry = document.template.and_then(|it| it.entry(id));
    Subject {
        id: id.to_owned(),
        type_name: entry.and_then(|it| it.type_name).unwrap_or_default().to_owned(),
    }
}

/// Says of `resource` what `weighed` has on it: where it fails, what else it hangs on is no matter.
fn say(
    file: &RulesFile,
    rule: &'static Rule,
    resource: Option<&str>,
    weighed: &Weighed,
    said: &mut Said,
) {
    let own: Vec<&Fault> =
        weighed.faults.iter().filter(|it| it.resource.as_deref() == resource).collect();
    let mut told: Vec<Span> = Vec::new();
    for fault in &own {
        // One cause, one finding: what the author says of a place wins over what we say.
        let others = || own.iter().filter(|it| it.span == fault.span);
        let best = others().find(|it| it.custom_message.is_some()).unwrap_or(fault);
        if told.contains(&fault.span) {
            continue;
        }
        told.push(fault.span);
        let author = best.custom_message.as_deref().map(message::read).unwrap_or_default();
        let words = author.violation.as_deref().or_else(|| file.violation(rule));
        let text = match (resource, words) {
            (Some(id), Some(words)) => format!("`{id}`: {words}"),
            (None, Some(words)) => words.to_owned(),
            (Some(id), None) => format!("`{id}` does not satisfy `{}`: {}", rule.id, best.what),
            (None, None) => format!("`{}` does not hold: {}", rule.id, best.what),
        };
        let draft = said.report(rule, fault.span, text);
        if let Some(fix) = author.fix {
            draft.remediation(fix);
        }
        if let Some(severity) = author.severity {
            draft.severity(severity);
        }
    }
    if own.is_empty() {
        for it in weighed.open.iter().filter(|it| it.resource.as_deref() == resource) {
            let reason =
                if it.reason.is_empty() { Reason::Pattern.to_string() } else { it.reason.clone() };
            said.undecided(it.span, reason);
        }
    }
}

/// Whether `path` names a file of Guard rules.
pub fn is_rules_file(path: &Path) -> bool {
    path.extension().is_some_and(|it| it == "guard" || it == "ruleset")
}
