//! All templates of a run, and what they export to each other.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;
use stackseal_syntax::{Node, Span};

use super::scope::Scope;
use super::template::{Described, ResourceEntry, Template, section};
use super::world::{Assumption, Replay};
use crate::aws::StoreSketches;
use crate::iam::PolicySketches;

/// The templates of a run.
#[derive(Debug, Default)]
pub struct Stacks<'a> {
    templates: Vec<Template<'a>>,
    /// Where there are several templates: those with resources of a type, by their places.
    by_type: FxHashMap<&'a str, Vec<u32>>,
    /// By the name of the export; none for a name that two templates export.
    exports: FxHashMap<String, Option<(u32, Node<'a>)>>,
    /// Which identity policies may bear on which key.
    pub(crate) policy_sketches: PolicySketches,
    /// Which stores may share a key, once somebody asks.
    pub(crate) store_sketches: OnceLock<StoreSketches>,
    /// Templates whose listeners may have attributes, by their places, once somebody asks.
    pub(crate) with_listener_attributes: OnceLock<Vec<u32>>,
}

impl<'a> Stacks<'a> {
    /// Cross-references `templates`, whose indices are their places in the list.
    pub fn new(templates: Vec<Template<'a>>) -> Self {
        let mut exports: FxHashMap<String, Option<(u32, Node<'a>)>> = FxHashMap::default();
        let mut by_type: FxHashMap<&'a str, Vec<u32>> = FxHashMap::default();
        if templates.len() > 1 {
            for template in &templates {
                for ty in template.entries().iter().filter_map(|it| it.type_name) {
                    let places = by_type.entry(ty).or_default();
                    if places.last() != Some(&template.index()) {
                        places.push(template.index());
                    }
                }
                for (name, value) in exported(template) {
                    exports
                        .entry(name)
                        .and_modify(|it| *it = None)
                        .or_insert_with(|| Some((template.index(), value)));
                }
            }
        }
        let count = templates.len();
        Self {
            templates,
            by_type,
            exports,
            policy_sketches: PolicySketches::new(count),
            store_sketches: OnceLock::new(),
            with_listener_attributes: OnceLock::new(),
        }
    }

    /// The templates, in the order of the run.
    pub fn templates(&self) -> &[Template<'a>] {
        &self.templates
    }

    /// The templates with resources of type `ty`, in the order of the run.
    pub(super) fn templates_with(&self, ty: &str) -> impl Iterator<Item = &Template<'a>> {
        let places = self.by_type.get(ty).map(Vec::as_slice).unwrap_or_default();
        // A single template is not indexed.
        let only = if self.templates.len() == 1 { self.templates.first() } else { None };
        let of_places = places.iter().filter_map(|&it| self.templates.get(it as usize));
        only.into_iter().chain(of_places)
    }

    /// The resources of type `ty` in all templates, in the order of the run.
    pub fn entries_of<'s>(&'s self, ty: &'s str) -> impl Iterator<Item = &'s ResourceEntry<'a>> {
        self.templates_with(ty).flat_map(move |it| it.entries_of(ty))
    }

    /// The template that stands in the file of `span`, around it where there are several.
    pub fn template_around(&self, span: Span) -> Option<&Template<'a>> {
        let first = self.templates.partition_point(|it| it.file() < span.file);
        let mut of_file = self.templates.iter().skip(first).take_while(|it| it.file() == span.file);
        of_file.find(|it| it.root().span().contains(span))
    }

    /// An assumption, in the names of the template it is about.
    pub fn describe(&self, assumption: Assumption) -> Option<Described<'_>> {
        let template = self.templates.get(assumption.choice.template as usize)?;
        Some(template.describe(assumption))
    }

    /// Whether `world` leaves a condition no choice but `assumption`.
    pub fn implies(&self, world: &[Assumption], assumption: Assumption) -> bool {
        let of_template = |it: &&Assumption| it.choice.template == assumption.choice.template;
        let facts: Vec<Assumption> = world.iter().filter(of_template).copied().collect();
        self.templates
            .get(assumption.choice.template as usize)
            .is_some_and(|it| it.implies(&facts, assumption))
    }

    /// The template that exports `name`, and the value exported.
    pub(super) fn export(&self, name: &str) -> Option<(&Template<'a>, Node<'a>)> {
        let (template, value) = (*self.exports.get(name)?)?;
        Some((self.templates.get(template as usize)?, value))
    }
}

/// The exports whose names are known.
fn exported<'a>(template: &Template<'a>) -> Vec<(String, Node<'a>)> {
    let outputs = template.root().get("Outputs").and_then(section);
    let replay = Replay::default();
    let stacks = Stacks::default();
    let scope = Scope { is_by_default: true, ..Scope::new(template, &stacks, &replay) };
    let mut exports = Vec::new();
    for entry in outputs.into_iter().flat_map(Node::entries) {
        let Some(output) = section(entry.value) else { continue };
        let name = output.get("Export").and_then(section).and_then(|it| it.entry("Name"));
        let (Some(name), Some(value)) = (name, output.get("Value")) else { continue };
        if let Some(name) = scope.evaluate(name.value, name.key.span()).text().known() {
            exports.push((name.into_owned(), value));
        }
    }
    exports
}
