//! The buildspec of CodeBuild: variables and commands, wherever they stand in it.
//!
//! <https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html>

use std::ops::Range;

use stackseal_syntax::{Kind, Node, OffsetMap, Span};

use crate::credential::assigned_names;

/// A buildspec: a file of its own, or the text inside a project.
#[derive(Clone, Copy, Debug)]
pub struct Buildspec<'t> {
    root: Node<'t>,
}

/// A variable that a buildspec sets, with one value of it.
#[derive(Clone, Copy, Debug)]
pub struct Variable<'t> {
    /// Its name.
    pub name: &'t str,
    /// The key that is its name.
    pub key: Node<'t>,
    /// The value: a scalar.
    pub value: Node<'t>,
}

/// A command that a buildspec runs: one line, or a script of several.
#[derive(Clone, Copy, Debug)]
pub struct Command<'t> {
    /// The phase it belongs to.
    pub phase: &'t str,
    /// The text for the shell.
    pub text: &'t str,
    /// The scalar it is written as.
    pub node: Node<'t>,
}

/// Keys that say of a document that it is something else.
const KEYS_OF_OTHERS: &[&str] =
    &["AWSTemplateFormatVersion", "Resources", "apiVersion", "services"];

/// Whether a file called `name` is a buildspec by its name: `buildspec*.yml`, `*buildspec.yml`.
pub fn is_buildspec_name(name: &str) -> bool {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name).to_ascii_lowercase();
    name.rsplit_once('.').is_some_and(|(stem, extension)| {
        matches!(extension, "json" | "yaml" | "yml")
            && (stem.starts_with("buildspec") || stem.ends_with("buildspec"))
    })
}

/// Whether the document `root`, read from `path`, is a buildspec: by its name, or by a `version` with
/// `phases`, `batch` or `env` beside it.
pub fn is_buildspec(path: &str, root: Node<'_>) -> bool {
    if root.kind() != Kind::Mapping || KEYS_OF_OTHERS.iter().any(|it| root.get(it).is_some()) {
        return false;
    }
    let has_version =
        root.get("version").and_then(Node::text).is_some_and(|it| matches!(it, "0.1" | "0.2"));
    is_buildspec_name(path)
        || has_version && ["batch", "env", "phases"].iter().any(|it| root.get(it).is_some())
}

impl<'t> Buildspec<'t> {
    /// The buildspec that is the document `root`, or the action of a pipeline that runs `Commands`
    /// without one.
    ///
    /// <https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-Commands.html>
    pub fn of(root: Node<'t>) -> Self {
        Self { root }
    }

    /// Its document.
    pub fn root(&self) -> Node<'t> {
        self.root
    }

    /// Where it stands.
    pub fn span(&self) -> Span {
        self.root.span()
    }

    /// The variables in plain text: of the build, and of the builds of a batch. A variable of a
    /// matrix has several values and comes once with each.
    pub fn variables(&self) -> Vec<Variable<'t>> {
        let mut variables = Vec::new();
        let mut add =
            |map: Option<Node<'t>>| variables.extend(entries(map).flat_map(with_each_value));
        add(self.at(&["env", "variables"]));
        // Version 0.1.
        add(self.at(&["environment_variables", "plaintext"]));
        for list in ["build-graph", "build-list"] {
            for build in self.at(&["batch", list]).into_iter().flat_map(Node::items) {
                add(build.get("env").and_then(|it| it.get("variables")));
            }
        }
        for part in ["dynamic", "static"] {
            add(self.at(&["batch", "build-matrix", part, "env", "variables"]));
        }
        variables
    }

    /// The variables whose values are names: of parameters of the Parameter Store and of secrets of
    /// Secrets Manager. CodeBuild masks what they hold in its logs.
    pub fn references(&self) -> impl Iterator<Item = Variable<'t>> {
        ["parameter-store", "secrets-manager"]
            .into_iter()
            .flat_map(|it| entries(self.at(&["env", it])))
            .flat_map(with_each_value)
    }

    /// Where the variable `name` is exported to the pipeline, in plain text.
    pub fn export_of(&self, name: &str) -> Option<Node<'t>> {
        self.at(&["env", "exported-variables"])?.items().find(|it| it.text() == Some(name))
    }

    /// The commands of all phases, those of `finally` too.
    pub fn commands(&self) -> Vec<Command<'t>> {
        let mut commands = Vec::new();
        for phase in self.root.get("phases").into_iter().flat_map(Node::entries) {
            let name = phase.key.text().unwrap_or_default();
            for list in ["commands", "finally"] {
                let Some(list) = phase.value.get(list) else { continue };
                // A single string in place of a list is tolerated.
                let only = (list.kind() == Kind::Scalar).then_some(list);
                for node in list.items().chain(only) {
                    commands.extend(node.text().map(|text| Command { phase: name, text, node }));
                }
            }
        }
        let own = self.root.get("Commands").into_iter().flat_map(Node::items);
        commands.extend(
            own.filter_map(|node| Some(Command { phase: "Commands", text: node.text()?, node })),
        );
        commands
    }

    /// What is known of the variable `name` that a command prints.
    pub fn origin_of(&self, name: &str) -> VariableOrigin {
        if self.commands().iter().any(|it| assigned_names(it.text).any(|it| it == name)) {
            VariableOrigin::Command
        } else if self.variables().iter().any(|it| it.name == name) {
            VariableOrigin::Plain
        } else if self.references().any(|it| it.name == name) {
            VariableOrigin::Masked
        } else {
            VariableOrigin::Outside
        }
    }

    fn at(&self, path: &[&str]) -> Option<Node<'t>> {
        path.iter().try_fold(self.root, |node, key| node.get(key))
    }
}

/// Where a variable gets its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VariableOrigin {
    /// A command sets it: what was fetched or derived there is not masked.
    Command,
    /// It stands among the variables in plain text.
    Plain,
    /// It comes from the Parameter Store or Secrets Manager, and is masked in the log.
    Masked,
    /// The project, the pipeline or the image sets it.
    Outside,
}

impl Command<'_> {
    /// Where a range of [`Self::text`] stands in the file.
    pub fn span(&self, range: &Range<usize>) -> Span {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let file = self.node.tree().file();
        OffsetMap::of_scalar(self.node).span(file, offset(range.start), offset(range.end))
    }
}

fn entries(map: Option<Node<'_>>) -> impl Iterator<Item = (Node<'_>, Node<'_>)> {
    map.into_iter().flat_map(Node::entries).map(|it| (it.key, it.value))
}

/// A variable once with each of its values.
fn with_each_value<'t>((key, value): (Node<'t>, Node<'t>)) -> impl Iterator<Item = Variable<'t>> {
    let only = (value.kind() == Kind::Scalar).then_some(value);
    let values = value.items().chain(only).filter(|it| it.kind() == Kind::Scalar);
    key.text()
        .into_iter()
        .flat_map(move |name| values.clone().map(move |value| Variable { name, key, value }))
}

#[cfg(test)]
mod tests;
