//! From texts to parsed, classified documents: the first half of a run.

use std::sync::Arc;

use memchr::memmem;
use stackseal_model::document::{DocumentKind, classify};
use stackseal_model::{buildspec, kubernetes, wp_config};
use stackseal_syntax::{Limits, Node, Source, Tree, parse};

use crate::outcome::{RunError, Skipped};
use crate::view::normal;

/// What a run is given to judge.
#[derive(Clone, Debug, Default)]
pub struct Input {
    /// The files; each file's id is its place in the list.
    pub files: Vec<InputFile>,
    /// Folders in which a `Chart.yaml` was seen: what lies in `templates/` below is Helm's.
    pub chart_folders: Vec<String>,
    /// What went wrong before: files that could not be read.
    pub errors: Vec<RunError>,
}

/// A file to judge.
#[derive(Clone, Debug)]
pub struct InputFile {
    /// Its text.
    pub source: Arc<Source>,
    /// The user named it, so that it is never passed over in silence.
    pub is_named: bool,
}

/// A file after parsing.
#[derive(Debug)]
pub(crate) struct ReadFile {
    pub(crate) content: Content,
    pub(crate) errors: Vec<RunError>,
}

/// What a file turned out to hold.
#[derive(Debug)]
pub(crate) enum Content {
    /// Documents of ours, and what each of them is.
    Documents(Tree, Vec<DocumentKind>),
    /// A wp-config.
    WpConfig(Arc<Source>),
    /// Recognised, and deliberately not judged.
    Skipped(Skipped),
    /// Nothing of ours.
    Nothing,
}

/// Parses one file and finds out what it holds.
///
/// With `takes_all`, documents of any kind are kept where the user named their file.
pub(crate) fn read(
    file: &InputFile,
    chart_folders: &[String],
    limits: &Limits,
    takes_all: bool,
) -> ReadFile {
    let InputFile { source, is_named } = file;
    let (path, text) = (source.path.as_str(), source.text.as_str());
    let skipped = |reason: &str| {
        Content::Skipped(Skipped { file: path.to_owned(), reason: reason.to_owned() })
    };
    let only = |content| ReadFile { content, errors: Vec::new() };
    let name = path.rsplit('/').next().unwrap_or(path);
    if name.to_ascii_lowercase().ends_with(".php") {
        let is_config = wp_config::is_wp_config_name(name)
            || *is_named && wp_config::looks_like_wp_config(text);
        return only(match is_config {
            true => Content::WpConfig(Arc::clone(source)),
            false if *is_named => skipped("no wp-config"),
            false => Content::Nothing,
        });
    }
    if !is_worth_reading(path, text, *is_named) {
        return only(Content::Nothing);
    }
    let tree = parse(Arc::clone(source), limits);
    let has_chart =
        kubernetes::chart_folders(path).any(|it| chart_folders.iter().any(|known| known == it));
    if kubernetes::is_helm_template(&tree, has_chart) {
        return only(skipped("Helm template, not rendered: check the output of `helm template`"));
    }
    let kinds: Vec<DocumentKind> = tree.documents().map(|it| classify(path, it)).collect();
    let is_ours = kinds.iter().any(|it| *it != DocumentKind::Other);
    let mut errors = Vec::new();
    if *is_named || is_ours || looks_like_ours(name, text) {
        errors.extend(tree.errors().iter().map(|it| RunError {
            file: path.to_owned(),
            span: Some(it.span),
            message: it.kind.to_string(),
        }));
    }
    let content = if is_ours || takes_all && *is_named && errors.is_empty() && !kinds.is_empty() {
        // A kustomization stays among the documents: it tells which files are patches.
        Content::Documents(tree, kinds)
    } else if *is_named && errors.is_empty() {
        skipped("neither template, manifest, buildspec nor wp-config")
    } else {
        Content::Nothing
    };
    ReadFile { content, errors }
}

/// Whether a file may hold a document of ours: a look at the bytes that spares parsing, and keeping,
/// lock files and data. What the user named always may.
pub fn is_worth_reading(path: &str, text: &str, is_named: bool) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_php = name.to_ascii_lowercase().ends_with(".php");
    is_named || if is_php { wp_config::is_wp_config_name(name) } else { may_be_ours(name, text) }
}

fn may_be_ours(name: &str, text: &str) -> bool {
    let has = |needle: &str| memmem::find(text.as_bytes(), needle.as_bytes()).is_some();
    buildspec::is_buildspec_name(name)
        || name.starts_with("kustomization.")
        || has("Resources")
        || has("apiVersion")
        || has("AWSTemplateFormatVersion")
        || has("phases")
}

/// Whether a text that does not parse was meant for us.
fn looks_like_ours(name: &str, text: &str) -> bool {
    let has = |needle: &str| memmem::find(text.as_bytes(), needle.as_bytes()).is_some();
    buildspec::is_buildspec_name(name)
        || has("AWSTemplateFormatVersion")
        || has("AWS::") && has("Resources")
        || has("apiVersion:")
}

/// The file `relative` as seen from the folder of the file `path`.
pub(crate) fn beside(path: &str, relative: &str) -> String {
    match path.rsplit_once('/') {
        Some((folder, _)) => normal(&format!("{folder}/{relative}")),
        None => normal(relative),
    }
}

/// The files that the kustomizations among `documents` name as patches.
pub(crate) fn patched_paths(path: &str, root: Node<'_>) -> Vec<String> {
    kubernetes::patch_paths(root).into_iter().map(|it| beside(path, it)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_may_be_ours_is_worth_reading() {
        let cases = [
            ("package-lock.json", "{\"lockfileVersion\": 3}", false, false),
            ("package-lock.json", "{\"lockfileVersion\": 3}", true, true),
            ("a/stack.json", "{\"Resources\": {}}", false, true),
            ("k8s/pod.yaml", "apiVersion: v1", false, true),
            ("ci/buildspec.yml", "version: 0.2", false, true),
            ("src/wp-config.php", "<?php", false, true),
            ("src/index.php", "<?php // Resources", false, false),
            ("src/index.php", "<?php", true, true),
        ];
        for (path, text, is_named, expected) in cases {
            assert_eq!(is_worth_reading(path, text, is_named), expected, "{path} {is_named}");
        }
    }

    #[test]
    fn a_relative_path_stands_beside_its_file() {
        assert_eq!(
            beside("k/overlays/prod/kustomization.yaml", "patch.yaml"),
            "k/overlays/prod/patch.yaml"
        );
        assert_eq!(
            beside("k/overlays/prod/kustomization.yaml", "../../base/./x.yaml"),
            "k/base/x.yaml"
        );
        assert_eq!(beside("kustomization.yaml", "../x.yaml"), "../x.yaml");
        assert_eq!(beside("/a/kustomization.yaml", "x.yaml"), "/a/x.yaml");
    }
}
