//! A container: its environment, its command line.

use stackseal_syntax::{Node, Span};

use crate::kubernetes::block::Block;
use crate::kubernetes::pod_spec::{SecretReference, SecretUse};
use crate::setting::Setting;

/// Where probes and hooks keep their commands.
const EXEC_COMMANDS: &[&[&str]] = &[
    &["livenessProbe", "exec", "command"],
    &["readinessProbe", "exec", "command"],
    &["startupProbe", "exec", "command"],
    &["lifecycle", "postStart", "exec", "command"],
    &["lifecycle", "preStop", "exec", "command"],
];

/// A container, in whichever list it stands.
#[derive(Clone, Copy, Debug)]
pub struct Container<'t> {
    block: Block<'t>,
    list: ContainerList,
}

/// The list a container stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContainerList {
    /// `containers`.
    Containers,
    /// `initContainers`, sidecars included.
    Init,
    /// `ephemeralContainers`.
    Ephemeral,
    /// Some other place of a kind that keeps containers without a pod around them.
    Other,
}

/// A variable of a container's environment.
///
/// <https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#environment-variables>
#[derive(Clone, Debug)]
pub struct EnvEntry<'t> {
    /// Its name.
    pub name: &'t str,
    /// Where the name stands.
    pub name_span: Span,
    /// What it holds.
    pub value: EnvValue<'t>,
    /// What stands under `value` as it is written, placeholders and all.
    pub written: Option<&'t str>,
}

/// What a variable holds.
#[derive(Clone, Debug)]
pub enum EnvValue<'t> {
    /// What is written under `value`, variables in it not yet expanded; absent means empty.
    Written(Setting<'t, &'t str>),
    /// A key of a Secret.
    SecretKey(SecretReference<'t>),
    /// Something else under `valueFrom`: a ConfigMap's key, a field of the pod, a file.
    Elsewhere(Block<'t>),
}

impl<'t> Container<'t> {
    pub(super) fn new(block: Block<'t>, list: ContainerList) -> Self {
        Self { block, list }
    }

    /// The container as a block.
    pub fn block(self) -> Block<'t> {
        self.block
    }

    /// The list it stands in.
    pub fn list(self) -> ContainerList {
        self.list
    }

    /// Its name, for people.
    pub fn name(self) -> &'t str {
        self.block.written(&["name"]).unwrap_or("(unnamed)")
    }

    /// The variables of its environment that are given one by one; entries without a name are
    /// passed over.
    pub fn env(self) -> Vec<EnvEntry<'t>> {
        let mut entries: Vec<_> =
            self.block.blocks(&["env"]).into_iter().filter_map(EnvEntry::new).collect();
        // The way of the Spark operator.
        if let Some(references) = self.block.block(&["envSecretKeyRefs"]).known() {
            for entry in references.node().entries() {
                if let Some(name) = entry.key.text()
                    && let Some(block) = references.child(entry)
                {
                    let reference = SecretReference::new(block, "name", SecretUse::Variable);
                    let value = EnvValue::SecretKey(reference);
                    let name_span = entry.key.span();
                    entries.push(EnvEntry { name, name_span, value, written: None });
                }
            }
        }
        entries
    }

    /// The Secrets whose keys all become variables of its environment.
    pub fn env_from_secrets(self) -> Vec<SecretReference<'t>> {
        let sources = self.block.blocks(&["envFrom"]).into_iter();
        sources
            .filter_map(|it| it.block(&["secretRef"]).known())
            .map(|it| SecretReference::new(it, "name", SecretUse::Variables))
            .collect()
    }

    /// What its environment takes from Secrets: by single keys, and whole.
    pub fn secret_references(self) -> Vec<SecretReference<'t>> {
        let single = self.env().into_iter().filter_map(|it| match it.value {
            EnvValue::SecretKey(reference) => Some(reference),
            EnvValue::Written(_) | EnvValue::Elsewhere(_) => None,
        });
        single.chain(self.env_from_secrets()).collect()
    }

    /// The commands that run in it, a list of words each: that of the container, as far as the
    /// manifest gives it, those of its probes and those of its life cycle. Variables in them are not
    /// yet expanded.
    pub fn commands(self) -> Vec<Vec<Node<'t>>> {
        let words = |path: &[&str]| self.block.items(path).known().unwrap_or_default();
        let own = [words(&["command"]), words(&["args"])].concat();
        let others = EXEC_COMMANDS.iter().map(|path| words(path));
        std::iter::once(own).chain(others).filter(|it| !it.is_empty()).collect()
    }

    /// The script it runs, where its kind knows such a thing: steps of Tekton, templates of Argo.
    pub fn script(self) -> Option<Node<'t>> {
        let text = |key| self.block.value(&[key]).known().filter(|it| it.text().is_some());
        ["script", "source"].into_iter().find_map(text)
    }
}

impl<'t> EnvEntry<'t> {
    fn new(block: Block<'t>) -> Option<Self> {
        let node = block.value(&["name"]).known()?;
        let name = node.text().filter(|it| !it.is_empty())?;
        let value = match block.block(&["valueFrom"]) {
            Setting::Known(source, _) => match source.block(&["secretKeyRef"]).known() {
                Some(reference) => EnvValue::SecretKey(SecretReference::new(
                    reference,
                    "name",
                    SecretUse::Variable,
                )),
                None => EnvValue::Elsewhere(source),
            },
            Setting::Unknown(unknown) if !block.is_partial() => {
                EnvValue::Written(Setting::Unknown(unknown))
            }
            Setting::Absent(_) | Setting::Unknown(_) => EnvValue::Written(block.text(&["value"])),
        };
        Some(Self { name, name_span: node.span(), value, written: block.written(&["value"]) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kubernetes::testing::{document, objects, shown};

    #[test]
    fn variables_are_written_or_come_from_elsewhere() {
        let tree = document(
            "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: c\n    command: [sh, 1]\n    args: ['$(A)']\n    env:\n    \
             - {name: A, value: a}\n    - {name: B, value: true}\n    - {name: C}\n    - {name: D, value: ''}\n    \
             - {name: E, value: '${E}'}\n    - {name: F, valueFrom: {secretKeyRef: {name: s, key: k}}}\n    \
             - {name: G, valueFrom: {fieldRef: {fieldPath: metadata.name}}}\n    - {value: nameless}\n    - scalar\n    \
             - {name: H, valueFrom: 3}\n    - {name: I, value: i, valueFrom: ~}\n",
        );
        let container = objects(&tree)[0].containers()[0];
        let found: Vec<_> = container
            .env()
            .iter()
            .map(|it| match &it.value {
                EnvValue::Written(value) => format!("{} {}", it.name, shown(&tree, value)),
                EnvValue::SecretKey(reference) => {
                    format!("{} secret {}", it.name, shown(&tree, &reference.key))
                }
                EnvValue::Elsewhere(_) => format!("{} elsewhere", it.name),
            })
            .collect();
        let expected = [
            "A a @ a",
            "B ? a boolean, where only a text is accepted",
            "C absent @ name",
            "D  @ ''",
            "E ? placeholder",
            "F secret k @ k",
            "G elsewhere",
            "H ? not a mapping",
            "I i @ i",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn commands_come_from_the_container_its_probes_and_its_life_cycle() {
        let tree = document(
            "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: c\n    command: [sh, 1]\n    args: ['$(A)']\n    \
             livenessProbe: {exec: {command: [ping]}}\n    lifecycle: {preStop: {exec: {command: [stop, now]}}}\n    script: x\n",
        );
        let container = objects(&tree)[0].containers()[0];
        let commands = container.commands().into_iter();
        let found: Vec<Vec<_>> =
            commands.map(|it| it.into_iter().filter_map(Node::text).collect()).collect();
        assert_eq!(found, [vec!["sh", "1", "$(A)"], vec!["ping"], vec!["stop", "now"]]);
        assert_eq!(container.script().and_then(Node::text), Some("x"));
    }
}
