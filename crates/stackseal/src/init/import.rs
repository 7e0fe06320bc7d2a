//! What people have suppressed for other tools, in the `Metadata` of their templates.
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
                let place = |node: Node<'_>| {
                    let at = lines.place(&source.text, node.span().start);
                    format!("{path}:{}:{}", at.line, at.column)
                };
                imported.template(root, path, pack, &place);
            }
        }
    }
    imported
}

impl Imported {
    fn template(
        &mut self,
        root: Node<'_>,
        path: &str,
        pack: &Pack,
        place: &dyn Fn(Node<'_>) -> String,
    ) {
        let mut of = |metadata: Node<'_>, resource: Option<&str>| {
            for Suppressed { tool, id, reason } in suppressed(metadata) {
                let Some(text) = id.text() else { continue };
                let rule = rule_of(text).filter(|it| pack.rule(it).is_some());
                self.found.push(Found { place: place(id), tool, id: text.to_owned(), rule });
                let Some(rule) = rule else { continue };
                let reason = reason.map_or_else(
                    || format!("suppressed for {tool} as {text}, which gives no reason"),
                    |it| format!("{it} ({tool} {text})"),
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
        if let Some(metadata) = root.get("Metadata") {
            of(metadata, None);
        }
        for resource in root.get("Resources").into_iter().flat_map(Node::entries) {
            if let Some(metadata) = resource.value.get("Metadata") {
                of(metadata, resource.key.text());
            }
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
    id: Node<'t>,
    reason: Option<&'t str>,
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
            Some(Suppressed { tool, id: it.get("id")?, reason })
        }));
    }
    let rules = metadata.get("guard").and_then(|it| it.get("SuppressedRules"));
    let ids = rules.into_iter().flat_map(Node::items);
    all.extend(ids.map(|id| Suppressed { tool: "guard", id, reason: None }));
    all
}
