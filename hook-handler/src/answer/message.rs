//! The message of an answer: the verdict, and as much of the reasons as there is room for.
//!
//! The service cuts a message at the length of the target, and tools that show it cut it at 400: by
//! then all of the verdict has been said.

use std::borrow::Borrow;
use std::cmp::Reverse;
use std::collections::BTreeMap;

use stackseal_engine::{FailOn, Severity};

use crate::judge::{Found, Verdict};
use crate::settings::Settings;
use crate::text::{count, cut, length, one_line};

/// By when the verdict has been said.
const HEAD: usize = 400;
/// The longest reason in the head, so that several fit.
const MAX_REASON: usize = 200;
/// The longest remark beside the verdict.
const MAX_REMARK: usize = 80;

/// The findings of a verdict, the worst first.
pub(super) struct Parts<'v> {
    pub(super) blocking: Vec<Item<'v>>,
    pub(super) other: Vec<Item<'v>>,
}

pub(super) struct Item<'v> {
    rule: &'static str,
    found: &'v Found,
}

impl<'v> Parts<'v> {
    pub(super) fn of(verdict: &'v Verdict, settings: &Settings) -> Self {
        let findings = verdict.rules.values().flat_map(|it| {
            it.findings.iter().map(|found| Item { rule: it.rule.id.as_str(), found })
        });
        let mut findings: Vec<Item<'v>> = findings.collect();
        findings.sort_by_key(|it| Reverse(it.found.severity));
        let blocks = |it: &Item<'_>| !it.found.is_old && settings.fail_on.counts(it.found.severity);
        let (blocking, other) = findings.into_iter().partition(blocks);
        Self { blocking, other }
    }
}

/// `stackseal: 2 findings block stack `orders` (1 critical, 1 high): [critical] no-plaintext-…`
pub(super) fn violated(
    subject: &str,
    verdict: &Verdict,
    Parts { blocking, other }: &Parts<'_>,
    limit: usize,
) -> String {
    let number = blocking.len();
    let verb = if number == 1 { "blocks" } else { "block" };
    let findings = count(number, "finding");
    let mut message =
        format!("stackseal: {findings} {verb} {subject} ({}): ", severities(blocking));
    let mut remarks = Vec::new();
    if !other.is_empty() {
        let verb = if other.len() == 1 { "does" } else { "do" };
        remarks.push(format!("{} more {verb} not block", other.len()));
    }
    if let Some(error) = verdict.errors.first() {
        let error = cut(&one_line(error), MAX_REMARK);
        remarks.push(format!("not all could be judged: {error}"));
    }
    let remarks =
        if remarks.is_empty() { String::new() } else { format!(" ({})", remarks.join("; ")) };
    let shown = list(&mut message, blocking, HEAD.saturating_sub(length(&remarks)));
    message.push_str(&remarks);
    for item in blocking.iter().skip(shown) {
        if !push(&mut message, &format!("\n{}", line(item)), limit) {
            break;
        }
    }
    mend(&mut message, blocking, limit);
    message
}

/// `stackseal: `Orders` (AWS::RDS::DBInstance) passes 6 rules`
pub(super) fn passed(
    subject: &str,
    verdict: &Verdict,
    parts: &Parts<'_>,
    settings: &Settings,
    limit: usize,
) -> String {
    let rules = verdict.rules.values();
    let found = rules.clone().filter(|it| !it.findings.is_empty()).count();
    let open = rules.filter(|it| it.findings.is_empty() && !it.open.is_empty()).count();
    let clean = count(verdict.rules.len() - open - found, "rule");
    let mut message = match (verdict.rules.is_empty(), open) {
        (true, _) => format!("stackseal: no rule is about {subject}"),
        (false, 0) => format!("stackseal: {subject} passes {clean}"),
        (false, _) => format!("stackseal: {subject} passes {clean}, {open} left open"),
    };
    if let Some(reason) = verdict.left_out.first() {
        let reason = cut(&one_line(reason), MAX_REMARK);
        message = format!("{message}; not judged: {reason}");
    }
    let (old, low): (Vec<_>, Vec<_>) = parts.other.iter().partition(|it| it.found.is_old);
    let below = match settings.fail_on {
        FailOn::Severity(least) => format!(" below `{least}`"),
        FailOn::Never => String::new(),
    };
    for (items, what) in [(low, below), (old, " from before".to_owned())] {
        if !items.is_empty() {
            let verb = if items.len() == 1 { "does" } else { "do" };
            let findings = count(items.len(), "finding");
            message = format!("{message}; {findings}{what} {verb} not block: ");
            list(&mut message, &items, HEAD);
        }
    }
    cut(&message, limit)
}

/// `stackseal: could not judge stack `orders`: …`
pub(super) fn unjudged(subject: &str, reason: &str, others: usize, limit: usize) -> String {
    let others = if others == 0 { String::new() } else { format!(" ({others} more)") };
    let reason = cut(&one_line(reason), HEAD / 2);
    cut(&format!("stackseal: could not judge {subject}: {reason}{others}"), limit)
}

/// `1 critical, 2 high`
fn severities(items: &[Item<'_>]) -> String {
    let mut counts: BTreeMap<Severity, usize> = BTreeMap::new();
    for it in items {
        *counts.entry(it.found.severity).or_default() += 1;
    }
    let words: Vec<String> =
        counts.iter().rev().map(|(severity, count)| format!("{count} {severity}")).collect();
    words.join(", ")
}

/// Puts items behind `message` until it has `limit` characters, then how many more there are.
/// Answers how many it put.
fn list<'v>(message: &mut String, items: &[impl Borrow<Item<'v>>], limit: usize) -> usize {
    let for_rest = length("; and 1000000 more");
    for (index, item) in items.iter().enumerate() {
        let left = items.len() - index;
        let separator = if index == 0 { "" } else { "; " };
        let text = format!("{separator}{}", cut(&line(item.borrow()), MAX_REASON));
        let reserve = if left > 1 { for_rest } else { 0 };
        let room = limit.saturating_sub(length(message) + reserve);
        // The worst is said in any case, if only in part.
        if length(&text) > room && index > 0 {
            message.push_str(&["; and ", &left.to_string(), " more"].concat());
            return index;
        }
        message.push_str(&cut(&text, room));
    }
    items.len()
}

/// `[high] rds-storage-encrypted: `Orders` turns storage encryption off`
fn line(Item { rule, found }: &Item<'_>) -> String {
    format!("[{}] {}: {}", found.severity, one_line(rule), one_line(&found.message))
}

/// How to mend what blocks, rule by rule, while there is room.
fn mend(message: &mut String, items: &[Item<'_>], limit: usize) {
    let mut said: Vec<(&str, &str)> = Vec::new();
    for Item { rule, found } in items {
        let key = (*rule, found.remediation.as_str());
        if !said.contains(&key) {
            said.push(key);
            let text = format!("\nTo mend {}: {}", one_line(rule), one_line(&found.remediation));
            if !push(message, &text, limit) {
                return;
            }
        }
    }
}

/// Puts `text` behind `message`, if there is room for all of it.
fn push(message: &mut String, text: &str, limit: usize) -> bool {
    let fits = length(message) + length(text) <= limit;
    if fits {
        message.push_str(text);
    }
    fits
}
