//! Spans stand in their file.

use stackseal_engine::{Finding, Outcome};
use stackseal_syntax::{Node, Span, apply};

/// An alias may lead to the same node again and again.
const VISITED: usize = 10_000;

/// Every node below `node` stands in `text`.
pub(crate) fn nodes_stand_in(text: &str, node: Node<'_>, visited: &mut usize) {
    *visited += 1;
    if *visited > VISITED {
        return;
    }
    stands_in(text, node.span());
    for entry in node.entries() {
        nodes_stand_in(text, entry.key, visited);
        nodes_stand_in(text, entry.value, visited);
    }
    for item in node.items() {
        nodes_stand_in(text, item, visited);
    }
}

/// `span` is a part of `text`, between characters.
pub(crate) fn stands_in(text: &str, span: Span) {
    assert!(text.get(span.range()).is_some(), "{span:?} is no range of {} bytes", text.len());
}

/// What `outcome` says stands in the files it names, and its fixes can be made.
pub(crate) fn outcome_stands(outcome: &Outcome) {
    let stands = |span: Span| {
        let source = outcome.source(span.file).expect("a span names a file of the run");
        stands_in(&source.text, span);
    };
    for finding in outcome.findings.iter().chain(&outcome.suppressed) {
        stands(finding.span);
        finding.related.iter().for_each(|it| stands(it.span));
        fix_can_be_made(outcome, finding);
    }
    outcome.undecided.iter().for_each(|it| stands(it.span));
    for error in &outcome.errors {
        error.span.into_iter().for_each(stands);
        assert!(!error.message.contains("report this as a bug"), "{}", error.message);
    }
}

fn fix_can_be_made(outcome: &Outcome, finding: &Finding) {
    let Some(fix) = &finding.fix else { return };
    let name = || format!("{}: {}", finding.rule.id, fix.title);
    let mut changes = false;
    for (index, source) in (0..).zip(&outcome.sources) {
        let edits: Vec<_> =
            fix.edits.iter().filter(|it| it.span.file.0 == index).cloned().collect();
        let fixed = apply(&source.text, &edits);
        changes |= fixed.unwrap_or_else(|error| panic!("{}: {error}", name())) != source.text;
    }
    assert!(changes, "{} changes nothing", name());
}
