//! Weighing a record: what holds, what does not, and what hangs on a value that is not known.
//!
//! The interpreter knows two answers. A value that is not known stands in its document in the form
//! people write it in (`{"Ref": "Key"}`), so that what rules ask of forms is answered as ever:
//! `exists`, `is_struct`, `Ref exists`. Where a clause compares such a value, neither answer is
//! right; the record tells which value it was, and from there on there are three answers.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;
use stackseal_syntax::Span;

use crate::document::{Located, Part};
use crate::record::{
    Block, Clause, Comparison, Container, Dependent, InComparison, Missing, Named, Query, Record,
    Status, Unary, Value,
};

/// What a rule, or a part of it, comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Pass,
    Fail,
    Skip,
    Unknown,
}

/// Why a rule does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) span: Span,
    /// The resource, if it is in one.
    pub(crate) resource: Option<String>,
    /// In the author's words.
    pub(crate) custom_message: Option<String>,
    /// In ours.
    pub(crate) what: String,
}

/// A value that an answer hangs on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Open {
    pub(crate) span: Span,
    pub(crate) resource: Option<String>,
    pub(crate) reason: String,
}

/// An answer, with its reasons.
#[derive(Clone, Debug)]
pub(crate) struct Weighed {
    pub(crate) answer: Answer,
    pub(crate) faults: Vec<Fault>,
    pub(crate) open: BTreeSet<Open>,
}

/// A rule of the file, on one document.
pub(crate) struct RuleAnswer<'d> {
    pub(crate) name: &'d str,
    pub(crate) weighed: Weighed,
}

/// The answers of all rules in `record`, about `document`.
pub(crate) fn weigh<'d>(
    record: &'d Record,
    document: &'d Part,
    speaks_of_forms: bool,
) -> Vec<RuleAnswer<'d>> {
    let mut by_name: FxHashMap<&str, &Record> = FxHashMap::default();
    for child in &record.children {
        if let Some(Container::RuleCheck(named)) = &child.container {
            by_name.entry(&named.name).or_insert(child);
        }
    }
    let scale = Scale { document, speaks_of_forms, by_name };
    let rules = record.children.iter().filter_map(|child| {
        let Some(Container::RuleCheck(named)) = &child.container else { return None };
        let weighed = scale.weigh(child, None);
        Some(RuleAnswer { name: &named.name, weighed })
    });
    let mut rules: Vec<RuleAnswer<'d>> = rules.collect();
    scale.share_open_selections(record, &mut rules);
    rules
}

/// What a clause wants to know of a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asks {
    /// Whether it is there.
    Existence,
    /// Of which type it is, whether it is empty: what is in it does not matter.
    Shape,
    /// All of it.
    Value,
}

struct Scale<'s> {
    document: &'s Part,
    speaks_of_forms: bool,
    by_name: FxHashMap<&'s str, &'s Record>,
}

impl Weighed {
    fn just(answer: Answer) -> Self {
        Self { answer, faults: Vec::new(), open: BTreeSet::new() }
    }

    fn unknown(open: impl IntoIterator<Item = Open>) -> Self {
        Self { answer: Answer::Unknown, faults: Vec::new(), open: open.into_iter().collect() }
    }

    fn fault(fault: Fault) -> Self {
        Self { answer: Answer::Fail, faults: vec![fault], open: BTreeSet::new() }
    }

    /// More might be judged than was: what failed fails all the same.
    fn with_open_selection(mut self, open: BTreeSet<Open>) -> Self {
        if open.is_empty() {
            return self;
        }
        if self.answer != Answer::Fail {
            self.answer = Answer::Unknown;
        }
        self.open.extend(open);
        self
    }

    /// Both must hold.
    fn and(mut self, other: Self) -> Self {
        use Answer::{Fail, Pass, Skip, Unknown};
        self.answer = match (self.answer, other.answer) {
            (Fail, _) | (_, Fail) => Fail,
            (Unknown, _) | (_, Unknown) => Unknown,
            (Pass, _) | (_, Pass) => Pass,
            (Skip, Skip) => Skip,
        };
        self.faults.extend(other.faults);
        self.open.extend(other.open);
        self
    }
}

/// What the filters of a block hang on.
#[derive(Default)]
struct Selection {
    /// What might be selected if more were known.
    open: BTreeSet<Open>,
    /// What is selected by a form that may mean anything.
    in_doubt: BTreeSet<Open>,
}

impl From<Status> for Answer {
    fn from(status: Status) -> Self {
        match status {
            Status::Pass => Self::Pass,
            Status::Fail => Self::Fail,
            Status::Skip => Self::Skip,
        }
    }
}

impl<'s> Scale<'s> {
    /// `message` is what the author says of the block around.
    fn weigh(&self, record: &'s Record, message: Option<&'s str>) -> Weighed {
        match &record.container {
            None | Some(Container::FileCheck(_)) => self.all(&record.children, message),
            Some(Container::RuleCheck(named)) => {
                self.gated(record, named.status, spoken(named).or(message))
            }
            Some(Container::TypeCheck(it)) => self.gated(record, it.block.status, message),
            Some(Container::TypeBlock(status)) => self.gated(record, *status, message),
            Some(Container::WhenCheck(it)) => self.gated(record, it.status, message),
            Some(
                Container::RuleCondition(status)
                | Container::WhenCondition(status)
                | Container::TypeCondition(status)
                | Container::Filter(status),
            ) => self.condition(record, *status),
            Some(Container::Disjunction(block)) => match block.status {
                Status::Fail => {
                    let parts = record.children.iter().map(|it| self.weigh(it, message));
                    any_of(parts.collect())
                }
                status => Weighed::just(status.into()),
            },
            Some(Container::BlockGuardCheck(block)) => {
                if block.at_least_one_matches && block.status == Status::Fail {
                    any_of(record.children.iter().map(|it| self.weigh(it, message)).collect())
                } else if record.children.is_empty() && block.status == Status::Fail {
                    self.unplaced(message)
                } else {
                    self.gated(record, block.status, message)
                }
            }
            Some(Container::GuardClauseBlockCheck(block)) => {
                self.clause_block(record, block, message)
            }
            Some(Container::ClauseValueCheck(clause)) => self.clause(record, clause, message),
        }
    }

    fn all(&self, records: &'s [Record], message: Option<&'s str>) -> Weighed {
        let parts = records.iter().map(|it| self.weigh(it, message));
        parts.fold(Weighed::just(Answer::Skip), Weighed::and)
    }

    /// A block behind a condition: where the condition is open, so is the block.
    fn gated(&self, record: &'s Record, status: Status, message: Option<&'s str>) -> Weighed {
        let conditions = record.children.iter().filter(|it| is_condition(it));
        let gate = conditions.map(|it| self.weigh(it, None));
        let gate = gate.fold(Weighed::just(Answer::Pass), Weighed::and);
        if gate.answer == Answer::Unknown {
            return Weighed::unknown(gate.open);
        }
        let parts = record.children.iter().filter(|it| !is_condition(it) && !is_filter(it));
        let weighed =
            parts.map(|it| self.weigh(it, message)).fold(Weighed::just(Answer::Skip), Weighed::and);
        let Selection { open, in_doubt } = self.selection(record);
        let weighed = match (weighed.answer, status) {
            (Answer::Pass | Answer::Skip, Status::Fail) if !open.is_empty() => weighed,
            // A failure without a reason that is recorded: nothing was selected to be judged.
            (Answer::Pass | Answer::Skip, Status::Fail) => self.unselected(record, message),
            (Answer::Skip, Status::Pass) => Weighed::just(Answer::Pass),
            (Answer::Pass, Status::Skip) => Weighed::just(Answer::Skip),
            _ => weighed,
        };
        doubt(doubt(weighed, &gate.open), &in_doubt).with_open_selection(open)
    }

    /// What the filters of a block hang on.
    fn selection(&self, record: &'s Record) -> Selection {
        let mut selection = Selection::default();
        for filter in record.children.iter().filter(|it| is_filter(it)) {
            let weighed = self.weigh(filter, None);
            match weighed.answer {
                Answer::Unknown => selection.open.extend(weighed.open),
                Answer::Pass => selection.in_doubt.extend(weighed.open),
                Answer::Fail | Answer::Skip => (),
            }
        }
        selection
    }

    /// A rule that was to judge something, and that no filter of a block let through.
    fn unselected(&self, record: &'s Record, message: Option<&'s str>) -> Weighed {
        let mut faults = Vec::new();
        self.collect_rejected(record, message, &mut faults);
        let mut told: Vec<Fault> = Vec::new();
        for fault in faults {
            if !told.iter().any(|it| it.resource == fault.resource) {
                told.push(fault);
            }
        }
        if told.is_empty() {
            return self.unplaced(message);
        }
        Weighed { answer: Answer::Fail, faults: told, open: BTreeSet::new() }
    }

    fn collect_rejected(
        &self,
        record: &'s Record,
        message: Option<&'s str>,
        faults: &mut Vec<Fault>,
    ) {
        let message = match &record.container {
            Some(Container::RuleCheck(named)) => spoken(named).or(message),
            _ => message,
        };
        let is_block = matches!(record.container, Some(Container::BlockGuardCheck(_)));
        for child in record.children.iter().filter(|it| !is_condition(it)) {
            if !is_filter(child) {
                self.collect_rejected(child, message, faults);
            } else if is_block {
                faults.extend(self.all(&child.children, message).faults);
            }
        }
    }

    /// Conditions and filters: all their clauses must hold. One that does not settles it, whatever
    /// the others hang on.
    fn condition(&self, record: &'s Record, status: Status) -> Weighed {
        let weighed = self.all(&record.children, None);
        match (weighed.answer, status) {
            (Answer::Unknown, Status::Fail | Status::Skip) => Weighed::unknown(weighed.open),
            // It holds for the form of a value that is not known: the rest is in doubt.
            (_, Status::Pass) => {
                Weighed { answer: Answer::Pass, faults: Vec::new(), open: weighed.open }
            }
            (_, Status::Fail | Status::Skip) => Weighed::just(Answer::Fail),
        }
    }

    fn clause_block(&self, record: &'s Record, block: &Block, message: Option<&'s str>) -> Weighed {
        let Block { status, at_least_one_matches: needs_one } = *block;
        let Selection { open: selection, in_doubt } = self.selection(record);
        let values: Vec<&'s Record> = record.children.iter().filter(|it| !is_filter(it)).collect();
        let weighed = match status {
            Status::Fail if values.is_empty() => self.unplaced(message),
            Status::Fail if needs_one => {
                any_of(values.iter().map(|it| self.weigh(it, message)).collect())
            }
            Status::Fail => {
                let parts = values.iter().map(|it| self.weigh(it, message));
                parts.fold(Weighed::just(Answer::Skip), Weighed::and)
            }
            Status::Pass if needs_one => Weighed::just(Answer::Pass),
            Status::Pass => match self.silent(&record.context) {
                open if open.is_empty() => Weighed::just(Answer::Pass),
                open => Weighed::unknown(open),
            },
            Status::Skip => Weighed::just(Answer::Skip),
        };
        let weighed = doubt(weighed, &in_doubt);
        if selection.is_empty() {
            return weighed;
        }
        let is_about_selection = values.iter().any(|it| {
            matches!(
                it.container,
                Some(Container::ClauseValueCheck(Clause::NoValueForEmptyCheck(_)))
            )
        });
        match weighed.answer {
            // Whether anything is selected is just what is open.
            Answer::Fail if is_about_selection => {
                Weighed::unknown(weighed.open.into_iter().chain(selection))
            }
            // Something is there, whatever else may be.
            Answer::Pass if record.context.contains("not EMPTY") => weighed,
            _ => weighed.with_open_selection(selection),
        }
    }

    /// `X not IN […]` holds for the form of a value that is not known, and leaves no trace of it:
    /// what it may have been asked of, by the name it ends with.
    fn silent(&self, context: &str) -> Vec<Open> {
        let Some((query, _)) = context.split_once(" not IN ") else { return Vec::new() };
        let query = query.trim_end().rsplit(' ').next().unwrap_or(query);
        let key = query
            .rsplit('.')
            .map(|it| it.split('[').next().unwrap_or(it))
            .find(|it| !it.is_empty() && *it != "*" && !it.starts_with('%'));
        let Some(key) = key else { return Vec::new() };
        let found = self.document.unknown_under(key);
        found.into_iter().map(|(path, part)| self.open(&path, part)).collect()
    }

    fn open(&self, path: &str, part: &Part) -> Open {
        Open {
            span: part.place(),
            resource: self.document.resource_of(path).map(str::to_owned),
            reason: part.reason().to_owned(),
        }
    }

    fn clause(&self, record: &'s Record, clause: &'s Clause, message: Option<&'s str>) -> Weighed {
        match clause {
            Clause::Success => {
                // `not RULE` holds where the rule does not, and that may be unknown.
                let parts = self.all(&record.children, None);
                match parts.answer {
                    Answer::Unknown => Weighed::unknown(parts.open),
                    Answer::Pass | Answer::Fail | Answer::Skip => Weighed::just(Answer::Pass),
                }
            }
            Clause::NoValueForEmptyCheck(own) => Weighed::fault(Fault {
                span: self.document.whole(),
                resource: None,
                custom_message: own.as_deref().or(message).map(str::to_owned),
                what: format!("nothing satisfies {}", words(&record.context)),
            }),
            Clause::Comparison(Comparison { from, to, custom_message }) => {
                let own = custom_message.as_deref().or(message);
                self.queries(record, from, to.iter(), own, Asks::Value)
            }
            Clause::InComparison(InComparison { from, to, custom_message }) => {
                let own = custom_message.as_deref().or(message);
                self.queries(record, from, to.iter(), own, Asks::Value)
            }
            Clause::Unary(Unary { value: Value { from, custom_message }, comparison }) => {
                let own = custom_message.as_deref().or(message);
                let asks = if comparison.0 == "Exists" { Asks::Existence } else { Asks::Shape };
                self.queries(record, from, std::iter::empty(), own, asks)
            }
            Clause::MissingBlockValue(Value { from, custom_message }) => {
                let own = custom_message.as_deref().or(message);
                self.queries(record, from, std::iter::empty(), own, Asks::Existence)
            }
            Clause::DependentRule(Dependent { rule, custom_message }) => {
                let own = custom_message.as_deref().or(message);
                let nested = self.all(&record.children, own);
                let nested = match (nested.answer, self.by_name.get(rule.as_str())) {
                    (Answer::Skip, Some(known)) if record.children.is_empty() => {
                        self.weigh(known, own)
                    }
                    _ => nested,
                };
                match nested.answer {
                    Answer::Fail | Answer::Unknown => nested,
                    Answer::Pass | Answer::Skip => Weighed::fault(Fault {
                        span: self.document.whole(),
                        resource: None,
                        custom_message: own.map(str::to_owned),
                        what: format!("rule `{rule}` does not pass"),
                    }),
                }
            }
        }
    }

    /// A clause that fails on what `from` led to, compared with what `to` led to.
    fn queries(
        &self,
        record: &'s Record,
        from: &'s Query,
        to: impl Iterator<Item = &'s Query>,
        message: Option<&'s str>,
        asks: Asks,
    ) -> Weighed {
        let mut open = Vec::new();
        open.extend(self.unknown(from, asks));
        for it in to {
            // A literal of the rule has no path.
            open.extend(self.unknown(it, asks).filter(|_| !path_of(it).is_empty()));
        }
        if !open.is_empty() {
            return Weighed::unknown(open);
        }
        let path = path_of(from);
        // A literal of the rule, or all of the document.
        let located = self.document.locate(path).filter(|_| !path.is_empty());
        let (span, what) = match (from, located) {
            (Query::UnResolved(Missing { remaining_query, .. }), it) => {
                let span = it.map_or_else(|| self.document.whole(), Located::place_of_missing);
                (span, format!("`{}` is missing", remaining_query.trim()))
            }
            (Query::Resolved(_) | Query::Literal(_), None) => {
                (self.document.whole(), words(&record.context))
            }
            (Query::Resolved(_) | Query::Literal(_), Some(it)) => {
                (it.part().place(), words(&record.context))
            }
        };
        Weighed::fault(Fault {
            span,
            resource: self.document.resource_of(path).map(str::to_owned),
            custom_message: message.map(str::to_owned),
            what,
        })
    }

    /// What a query led to, if that is not known.
    fn unknown(&self, query: &Query, asks: Asks) -> Option<Open> {
        let path = path_of(query);
        let located = self.document.locate(path)?;
        let part = match query {
            Query::Resolved(_) | Query::Literal(_) => {
                let asks_of_form = located.is_in_form() && self.speaks_of_forms;
                match located.unknown() {
                    Some(part) if !asks_of_form && asks != Asks::Existence => part,
                    // A list or a block is compared with all that is in it.
                    None if asks == Asks::Value && !path.is_empty() => {
                        located.part().any_unknown()?
                    }
                    Some(_) | None => return None,
                }
            }
            Query::UnResolved(Missing { remaining_query, .. }) => match located.unknown() {
                Some(_) if self.speaks_of_forms && asks_of_form(remaining_query) => return None,
                Some(_) if self.speaks_of_forms && located.is_in_form() => return None,
                Some(part) => part,
                None => {
                    let reason = located.may_have_more()?.to_owned();
                    return Some(Open {
                        span: located.place_of_missing(),
                        resource: self.document.resource_of(path).map(str::to_owned),
                        reason,
                    });
                }
            },
        };
        Some(self.open(path, part))
    }

    /// A failure of which the record names no value: one of a comparison with nothing, or of a
    /// clause that could not be evaluated. What the interpreter says of it may quote values.
    fn unplaced(&self, message: Option<&str>) -> Weighed {
        // What came of a function over a value that is not known is nothing.
        if let Some(part) = self.document.any_unknown() {
            let reason = part.reason().to_owned();
            return Weighed::unknown([Open { span: part.place(), resource: None, reason }]);
        }
        Weighed::fault(Fault {
            span: self.document.whole(),
            resource: None,
            custom_message: message.map(str::to_owned),
            what: "there is nothing to compare, or nothing that can be compared".to_owned(),
        })
    }

    /// A variable is evaluated where it is first used, and what its filter hangs on is recorded only
    /// there. Rules that share the variable share the doubt.
    fn share_open_selections(&self, record: &'s Record, rules: &mut [RuleAnswer<'s>]) {
        let records: Vec<&Record> = record
            .children
            .iter()
            .filter(|it| matches!(it.container, Some(Container::RuleCheck(_))))
            .collect();
        let variables: Vec<BTreeSet<&str>> = records.iter().map(|it| variables(it)).collect();
        for (index, child) in records.iter().enumerate() {
            let open = self.open_filters(child);
            if open.is_empty() {
                continue;
            }
            let Some(own) = variables.get(index) else { continue };
            let later = rules.iter_mut().zip(&variables).skip(index + 1);
            for (rule, _) in later.filter(|(_, other)| !own.is_disjoint(other)) {
                match rule.weighed.answer {
                    Answer::Fail => (),
                    Answer::Pass | Answer::Skip | Answer::Unknown => {
                        rule.weighed.answer = Answer::Unknown;
                        rule.weighed.open.extend(open.iter().cloned());
                    }
                }
            }
        }
    }

    /// What the filters of variables in `record` hang on.
    fn open_filters(&self, record: &'s Record) -> BTreeSet<Open> {
        let mut open = BTreeSet::new();
        for child in &record.children {
            if let Some(Container::Filter(status)) = &child.container {
                let weighed = self.condition(child, *status);
                if weighed.answer == Answer::Unknown && record.context.contains('%') {
                    open.extend(weighed.open);
                }
            } else {
                open.extend(self.open_filters(child));
            }
        }
        open
    }
}

/// What the author says where the rule is called; not what the interpreter puts in its place, which
/// may quote values.
fn spoken(named: &Named) -> Option<&str> {
    let is_own = |it: &&str| it.starts_with("The rule's condition could not be evaluated");
    named.message.as_deref().filter(|it| !is_own(it))
}

fn is_condition(record: &Record) -> bool {
    matches!(
        record.container,
        Some(
            Container::RuleCondition(_) | Container::WhenCondition(_) | Container::TypeCondition(_)
        )
    )
}

fn is_filter(record: &Record) -> bool {
    matches!(record.container, Some(Container::Filter(_)))
}

/// At least one must hold, and none does.
fn any_of(parts: Vec<Weighed>) -> Weighed {
    if parts.iter().any(|it| it.answer == Answer::Unknown) {
        let open = parts.into_iter().filter(|it| it.answer == Answer::Unknown);
        return Weighed::unknown(open.flat_map(|it| it.open));
    }
    // One cause, one finding: what is tried first speaks for each resource.
    let mut faults: Vec<Fault> = Vec::new();
    let mut open = BTreeSet::new();
    for part in parts {
        open.extend(part.open);
        for fault in part.faults {
            if !faults.iter().any(|it| it.resource == fault.resource) {
                faults.push(fault);
            }
        }
    }
    let answer = if faults.is_empty() { Answer::Skip } else { Answer::Fail };
    Weighed { answer, faults, open }
}

/// What is found of resources whose selection is in doubt is in doubt.
fn doubt(mut weighed: Weighed, open: &BTreeSet<Open>) -> Weighed {
    if open.is_empty() {
        return weighed;
    }
    let is_doubtful = |it: &Option<String>| open.iter().any(|open| open.resource == *it);
    weighed.faults.retain(|it| !is_doubtful(&it.resource));
    weighed.open.extend(open.iter().cloned());
    if weighed.faults.is_empty() {
        weighed.answer = Answer::Unknown;
    }
    weighed
}

fn path_of(query: &Query) -> &str {
    match query {
        Query::Literal(it) | Query::Resolved(it) => &it.path,
        Query::UnResolved(it) => &it.traversed_to.path,
    }
}

/// Whether the next step of a query is into the written form of an intrinsic.
fn asks_of_form(query: &str) -> bool {
    let query = query.trim_start().trim_start_matches(['\'', '"', '.']);
    query.starts_with("Fn::") || query.starts_with("Ref")
}

/// The variables a rule uses, by name.
fn variables(record: &Record) -> BTreeSet<&str> {
    let mut names: BTreeSet<&str> = record
        .context
        .split('%')
        .skip(1)
        .map(|it| {
            let end = it.find(|it: char| !it.is_ascii_alphanumeric() && it != '_');
            it.get(..end.unwrap_or(it.len())).unwrap_or_default()
        })
        .filter(|it| !it.is_empty())
        .collect();
    for child in &record.children {
        names.extend(variables(child));
    }
    names
}

/// A clause in the words of the interpreter, on one line; no name of a file.
fn words(context: &str) -> String {
    let words: Vec<&str> = context.split_whitespace().collect();
    let text = words.join(" ");
    if text.contains("#Location[") { "a block of the rule".to_owned() } else { format!("`{text}`") }
}
