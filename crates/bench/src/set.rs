//! Files that are measured together, and what a check does with them, stage by stage.

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use stackseal_engine::{
    Applicability, Configuration, Fixed, Input, InputFile, Outcome, Pack, Settings, Severity,
};
use stackseal_model::cloudformation::{Deployment, Stacks, Template};
use stackseal_model::document::{DocumentKind, classify};
use stackseal_model::embedded::Embedded;
use stackseal_model::kubernetes::{KubernetesSet, objects_of};
use stackseal_report::{Detail, Format, Options};
use stackseal_rules::PACK;
use stackseal_syntax::{FileId, Limits, Node, Source, Tree};

use crate::events::{self, Events};
use crate::generate::Form;

/// What is parsed and checked in one go.
pub struct Set {
    /// How it is called in tables.
    pub name: String,
    files: Vec<(Arc<Source>, Events)>,
}

impl Set {
    /// `texts`, each with the path it is known by.
    pub fn new(name: &str, texts: Vec<(String, String)>) -> Self {
        let files = (0..).zip(texts).map(|(id, (path, text))| {
            let events = events::of(&path);
            (Arc::new(Source { id: FileId(id), path, text }), events)
        });
        Self { name: name.to_owned(), files: files.collect() }
    }

    /// One generated file.
    pub fn generated(form: Form, size: usize) -> Self {
        let name = form.file_name(size);
        Self::new(&name, vec![(name.clone(), form.text(size, 0))])
    }

    /// The templates and manifests below `folder`: the YAML, the JSON, and both.
    pub fn below(folder: &Path) -> Vec<Self> {
        let mut paths = Vec::new();
        collect(folder, &mut paths);
        paths.sort();
        let ending = |it: &str| Path::new(it).extension()?.to_str().map(str::to_owned);
        let texts: Vec<(String, String)> = paths
            .iter()
            .filter_map(|it| Some((it.to_str()?.to_owned(), fs::read_to_string(it).ok()?)))
            .collect();
        let of = |endings: &[&str]| -> Vec<_> {
            let is_wanted = |path: &str| ending(path).is_some_and(|it| endings.contains(&&*it));
            texts.iter().filter(|(path, _)| is_wanted(path)).cloned().collect()
        };
        vec![
            Self::new("corpus-yaml", of(&["yaml", "yml"])),
            Self::new("corpus-json", of(&["json"])),
            Self::new("corpus", of(&["yaml", "yml", "json"])),
        ]
    }

    /// The size of all its texts.
    pub fn bytes(&self) -> usize {
        self.files.iter().map(|(it, _)| it.text.len()).sum()
    }

    /// The bare parse: the number of events.
    pub fn events(&self) -> usize {
        self.files.iter().map(|(it, events)| events(black_box(&it.text))).sum()
    }

    /// The first stage of a check: the trees, all there at once.
    pub fn parse(&self) -> Vec<Tree> {
        let parse = |it: &Arc<Source>| stackseal_syntax::parse(Arc::clone(it), &Limits::default());
        self.files.iter().map(|(it, _)| parse(it)).collect()
    }

    /// The second stage: what `trees` mean; the number of resources and objects.
    ///
    /// Values are evaluated when a rule asks for them, so that part belongs to judging.
    pub fn evaluate(trees: &[Tree]) -> usize {
        let mut templates: Vec<Node<'_>> = Vec::new();
        let mut objects = Vec::new();
        for tree in trees {
            for root in tree.documents() {
                match classify(&tree.source().path, root) {
                    DocumentKind::Template => templates.push(root),
                    DocumentKind::Manifest => objects.extend(objects_of(root)),
                    DocumentKind::Buildspec | DocumentKind::Kustomization | DocumentKind::Other => {
                    }
                }
            }
        }
        let deployment = Arc::new(Deployment::default());
        let read = |(index, root)| Template::read(index, root, &deployment);
        let templates: Vec<Template<'_>> = (0..).zip(templates).map(read).collect();
        black_box(Embedded::find(&templates, &objects, &Limits::default()));
        let stacks = Stacks::new(templates);
        let set = KubernetesSet::new(objects);
        stacks.templates().iter().map(|it| it.entries().len()).sum::<usize>() + set.objects().len()
    }

    /// All stages but reading files and reporting, by every rule of the default profile.
    pub fn check(&self, settings: &Settings) -> Outcome {
        self.check_by(&PACK, settings)
    }

    /// The same without a rule: all that is left out is judging.
    pub fn check_without_rules(&self, settings: &Settings) -> Outcome {
        self.check_by(&Pack { rules: &[], language: None }, settings)
    }

    /// A check, every fix, and the checks that show what the fixes did.
    pub fn fix(&self, settings: &Settings) -> Option<Fixed> {
        stackseal_engine::fix(self.input(), &PACK, settings, Applicability::All, &|_| ()).ok()
    }

    fn check_by(&self, pack: &Pack, settings: &Settings) -> Outcome {
        // No rule is named, so none can be unknown.
        stackseal_engine::check(self.input(), pack, settings, &|_| ()).unwrap_or_default()
    }

    /// What the engine is given.
    pub fn input(&self) -> Input {
        let file =
            |(it, _): &(Arc<Source>, Events)| InputFile { source: Arc::clone(it), is_named: false };
        Input { files: self.files.iter().map(file).collect(), ..Input::default() }
    }
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, paths);
        } else {
            paths.push(path);
        }
    }
}

/// Those of somebody who configures nothing.
pub fn settings() -> Settings {
    Settings::of(&Configuration::default())
}

/// The last stage: `outcome` in `format`.
pub fn report(outcome: &Outcome, format: Format) -> Vec<u8> {
    let options = Options {
        min_severity: Severity::Informational,
        shows_suppressed: false,
        lists_undecided: false,
        detail: Detail::Normal,
        is_coloured: false,
    };
    let mut text = Vec::new();
    // A vector takes everything.
    let _ = stackseal_report::write(format, outcome, options, &mut text);
    text
}
