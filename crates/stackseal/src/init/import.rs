//! What people have suppressed for other tools, in the `Metadata` of their templates and in comments.
//!
//! `cfn_nag`: <https://github.com/stelligent/cfn_nag#per-resource-rule-suppression>,
//! checkov: <https://www.checkov.io/2.Basics/Suppressing%20and%20Skipping%20Policies.html>,
//! Guard: <https://github.com/aws-cloudformation/aws-guard-rules-registry#suppressing-rules>.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use stackseal_engine::configuration::Paths;
use stackseal_engine::{Input, Pack, RunError, View};
use stackseal_model::document::{DocumentKind, classify};
use stackseal_syntax::{Kind, Limits, LineIndex, Node, parse};

use super::known_ids::rule_of;
use crate::read::{Texts, read as read_files};
use crate::walk::{Choice, Walked, walk};

/// What was found, and what becomes of it.
#[derive(Debug, Default)]
pub(super) struct Imported {
    /// Each suppression, in the order of the files.
    found: Vec<Found>,
    /// Entries of `ignore`, those alike in one.
    pub(super) entries: Vec<Entry>,
    /// What could not be read.
    pub(super) errors: Vec<RunError>,
    is_asked_for: bool,
}

/// One suppression of another tool.
#[derive(Debug)]
struct Found {
    /// `file:line:column`.
    place: String,
    tool: &'static str,
    id: String,
    /// Our rule that asks for the same.
    rule: Option<&'static str>,
}

/// An entry of `ignore`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry {
    rule: &'static str,
    path: String,
    /// None for a whole template.
    resource: Option<String>,
    reason: String,
}

/// Looks through the templates at `path`, relative to `folder`.
pub(super) fn read(path: &Path, pack: &Pack, folder: &Path) -> Imported {
    let (paths, view) = (Paths::default(), View::default());
    let choice = Choice { paths: &paths, view: &view };
    let Walked { files, errors, .. } = walk(&[path], folder, None, choice);
    let limits = Limits::default();
    let Texts { input, .. } = read_files(&files, None, folder, &limits);
    let Input { files, errors: unread, .. } = input;
    let mut imported = Imported { is_asked_for: true, errors, ..Imported::default() };
    imported.errors.extend(unread);
    for file in files {
        let source = file.source;
        let has = |it: &str| source.text.contains(it);
        if !(has("cfn_nag") || has("checkov") || has("SuppressedRules")) {
            continue;
        }
        let tree = parse(Arc::clone(&source), &limits);
        let lines = LineIndex::new(&source.text);
        let path = source.path.strip_prefix("./").unwrap_or(&source.path);
        for root in tree.documents() {
            if classify(path, root) == DocumentKind::Template {
                let place = |offset: u32| {
                    let at = lines.place(&source.text, offset);
                    format!("{path}:{}:{}", at.line, at.column)
                };
                imported.template(root, path, pack, &place);
            }
        }
    }
    imported
}

impl Imported {
    fn template(&mut self, root: Node<'_>, path: &str, pack: &Pack, place: &dyn Fn(u32) -> String) {
        let mut take = |all: Vec<Suppressed<'_>>, resource: Option<&str>| {
            for Suppressed { tool, id, at, reason } in all {
                let rule = rule_of(id).filter(|it| pack.rule(it).is_some());
                self.found.push(Found { place: place(at), tool, id: id.to_owned(), rule });
                let Some(rule) = rule else { continue };
                let reason = reason.map_or_else(
                    || format!("suppressed for {tool} as {id}, which gives no reason"),
                    |it| format!("{it} ({tool} {id})"),
                );
                let resource = resource.map(str::to_owned);
                let entry = Entry { rule, path: path.to_owned(), resource, reason };
                // Two ids may ask for the same; the first reason is as good as the second.
                let is_there = self.entries.iter().any(|it| {
                    (it.rule, &it.path, &it.resource) == (rule, &entry.path, &entry.resource)
                });
                if !is_there {
                    self.entries.push(entry);
                }
            }
        };
        take(root.get("Metadata").map(suppressed).unwrap_or_default(), None);
        let sections = root.entries().map(|it| it.key.span().start);
        let resources = || root.get("Resources").into_iter().flat_map(Node::entries);
        // What stands behind the last line of a resource belongs to it, up to whatever comes next.
        let starts: Vec<u32> = resources().map(|it| it.key.span().start).chain(sections).collect();
        for resource in resources() {
            let start = resource.key.span().start;
            let end = starts.iter().copied().filter(|it| *it > start).min();
            let mut all = resource.value.get("Metadata").map(suppressed).unwrap_or_default();
            all.extend(in_comments(root, start, end));
            take(all, resource.key.text());
        }
    }

    /// What was found, for people: lines, each with its line end.
    pub(super) fn list(&self) -> String {
        let mut text = String::new();
        if !self.is_asked_for {
            return text;
        }
        for Found { place, tool, id, rule } in &self.found {
            // Writing to a string does not fail.
            let _ = match rule {
                Some(rule) => writeln!(text, "{place}: {tool} {id}: {rule}"),
                None => writeln!(text, "{place}: {tool} {id}: no rule of ours asks for this"),
            };
        }
        for RunError { file, message, .. } in &self.errors {
            let _ = writeln!(text, "{file}: error: {message}");
        }
        let known = self.found.iter().filter(|it| it.rule.is_some()).count();
        let _ = writeln!(
            text,
            "{} suppressions found, {known} of rules of ours, {} entries",
            self.found.len(),
            self.entries.len()
        );
        text
    }

    /// The entries, as they stand in a configuration.
    pub(super) fn block(&self) -> String {
        let mut text = "ignore:\n".to_owned();
        for Entry { rule, path, resource, reason } in &self.entries {
            // As above.
            let _ = writeln!(text, "  - rule: {rule}\n    paths: [{}]", quoted(&anchored(path)));
            if let Some(resource) = resource {
                let _ = writeln!(text, "    resources: [{}]", quoted(resource));
            }
            let _ = writeln!(text, "    reason: {}", quoted(reason));
        }
        text
    }
}

/// A path as a pattern that matches this file only.
fn anchored(path: &str) -> String {
    let mut pattern = "/".to_owned();
    for it in path.chars() {
        if "*?[]{}\\!#".contains(it) {
            pattern.push('\\');
        }
        pattern.push(it);
    }
    pattern
}

/// A text that YAML reads as it is, in quotes.
fn quoted(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    format!("'{}'", text.replace('\'', "''"))
}

struct Suppressed<'t> {
    tool: &'static str,
    id: &'t str,
    /// Where the id stands.
    at: u32,
    reason: Option<&'t str>,
}

impl<'t> Suppressed<'t> {
    fn new(tool: &'static str, id: Node<'t>, reason: Option<&'t str>) -> Option<Self> {
        Some(Self { tool, id: id.text()?, at: id.span().start, reason })
    }
}

/// What comments of the form `# checkov:skip=ID:reason` suppress from `start` on, before `end`.
fn in_comments(root: Node<'_>, start: u32, end: Option<u32>) -> Vec<Suppressed<'_>> {
    const MARK: &str = "checkov:skip=";
    let whole = &root.tree().source().text;
    let offset = |it: u32| usize::try_from(it).unwrap_or(usize::MAX);
    let end = end.map_or(whole.len(), offset);
    let text = whole.get(offset(start)..end).unwrap_or_default();
    let marks = text.match_indices(MARK).filter_map(|(at, mark)| {
        let is_comment = text.get(..at)?.trim_end_matches(' ').ends_with('#');
        let rest = text.get(at + mark.len()..)?.lines().next()?;
        let (id, reason) = rest.split_once(':').unwrap_or((rest, ""));
        let reason = Some(reason.trim()).filter(|it| !it.is_empty());
        let at = start + u32::try_from(at + mark.len()).ok()?;
        is_comment.then_some(Suppressed { tool: "checkov", id: id.trim(), at, reason })
    });
    marks.collect()
}

/// What `metadata` suppresses, for any of the tools.
fn suppressed(metadata: Node<'_>) -> Vec<Suppressed<'_>> {
    let mut all = Vec::new();
    let lists = [("cfn_nag", "rules_to_suppress", "reason"), ("checkov", "skip", "comment")];
    for (tool, list, reason) in lists {
        let items =
            metadata.get(tool).and_then(|it| it.get(list)).into_iter().flat_map(Node::items);
        all.extend(items.filter(|it| it.kind() == Kind::Mapping).filter_map(|it| {
            let reason = it.get(reason).and_then(Node::text).filter(|it| !it.trim().is_empty());
            Suppressed::new(tool, it.get("id")?, reason)
        }));
    }
    let rules = metadata.get("guard").and_then(|it| it.get("SuppressedRules"));
    let ids = rules.into_iter().flat_map(Node::items);
    all.extend(ids.filter_map(|id| Suppressed::new("guard", id, None)));
    all
}
