//! Helm templates: text with Go template actions, which is no manifest before Helm has rendered it.
//!
//! <https://helm.sh/docs/chart_template_guide/>

use memchr::memmem;
use stackseal_syntax::{Kind, Node, Source, Style, Syntax, Tree};

/// The folders that would have to hold a `Chart.yaml` for `path` to be a template of a chart: the
/// parent of each ancestor named `templates`, nearest first; empty for the current folder.
pub fn chart_folders(path: &str) -> impl Iterator<Item = &str> {
    let mut rest = path;
    std::iter::from_fn(move || {
        loop {
            let end = rest.rfind(['/', '\\'])?;
            rest = rest.get(..end)?;
            let (parent, name) = match rest.rfind(['/', '\\']) {
                Some(at) => (rest.get(..at)?, rest.get(at + 1..)?),
                None => ("", rest),
            };
            if name == "templates" {
                return Some(parent);
            }
        }
    })
}

/// Whether a file is a Helm template and has to be rendered before it can be judged.
///
/// `has_chart_beside` is whether one of the [`chart_folders`] of its path holds a `Chart.yaml`. An
/// action inside a quoted or block scalar of a text that parses is ordinary text.
pub fn is_helm_template(tree: &Tree, has_chart_beside: bool) -> bool {
    let Source { id: _, path, text } = &**tree.source();
    if has_chart_beside && chart_folders(path).next().is_some() {
        return true;
    }
    // JSON that parses has no braces but its own. Nearly every other file ends here, too.
    let is_sound_json = tree.syntax() == Syntax::Json && tree.errors().is_empty();
    if is_sound_json || memmem::find(text.as_bytes(), b"{{").is_none() {
        return false;
    }
    tree.documents().any(has_action_as_value) || !tree.errors().is_empty() && has_bare_action(text)
}

/// Whether an action stands where a value belongs: `image: {{ .Image }}` reads as a mapping whose
/// key is a mapping.
fn has_action_as_value(node: Node<'_>) -> bool {
    match node.kind() {
        Kind::Scalar => false,
        Kind::Sequence => node.items().any(has_action_as_value),
        Kind::Mapping => {
            let is_action = node.style() == Style::Flow
                && node
                    .entries()
                    .any(|it| it.key.kind() == Kind::Mapping && it.key.style() == Style::Flow);
            is_action
                || node
                    .entries()
                    .any(|it| has_action_as_value(it.key) || has_action_as_value(it.value))
        }
    }
}

/// Whether an action stands outside quotes and comments, in a text that is not YAML.
fn has_bare_action(text: &str) -> bool {
    text.lines().any(|line| {
        let mut scan = Scan::new(line);
        while let Some(rest) = scan.next_bare() {
            if rest.starts_with("{{") {
                return true;
            }
            // `"{{ include "name" . }}"`: the quotes of the action end those around it.
            if let Some(quote) = rest.chars().next().filter(|it| matches!(it, '"' | '\''))
                && let Some(inside) = rest.get(1..)
                && let Some(open) = inside.find("{{")
                && inside.find(quote).is_some_and(|end| {
                    open < end && inside.get(open..end).is_some_and(|it| !it.contains("}}"))
                })
            {
                return true;
            }
        }
        false
    })
}

/// Walks the characters of one line that stand outside quotes and before a comment.
struct Scan<'l> {
    rest: &'l str,
    quote: Option<char>,
    /// What a quote must follow to open a quoted scalar.
    is_after_space: bool,
}

impl<'l> Scan<'l> {
    fn new(line: &'l str) -> Self {
        Self { rest: line, quote: None, is_after_space: true }
    }

    /// The rest of the line from the next character outside quotes; an opening quote counts as
    /// outside.
    fn next_bare(&mut self) -> Option<&'l str> {
        loop {
            let here = self.rest;
            let char = here.chars().next()?;
            self.rest = here.get(char.len_utf8()..)?;
            match self.quote {
                Some('"') if char == '\\' => {
                    let escaped = self.rest.chars().next()?;
                    self.rest = self.rest.get(escaped.len_utf8()..)?;
                }
                Some(quote) => {
                    if char == quote {
                        self.quote = None;
                        self.is_after_space = false;
                    }
                }
                None if char == '#' && self.is_after_space => return None,
                None => {
                    if matches!(char, '"' | '\'') && self.is_after_space {
                        self.quote = Some(char);
                    }
                    self.is_after_space = matches!(char, ' ' | '\t' | '[' | '{' | ',' | ':');
                    return Some(here);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use stackseal_syntax::{FileId, Limits, parse};

    use super::*;

    #[test]
    fn charts_are_looked_for_beside_templates() {
        let cases: &[(&str, &[&str])] = &[
            ("chart/templates/web.yaml", &["chart"]),
            ("templates/web.yaml", &[""]),
            ("chart/templates/sub/web.yaml", &["chart"]),
            ("a/templates/charts/b/templates/web.yaml", &["a/templates/charts/b", "a"]),
            ("chart\\templates\\web.yaml", &["chart"]),
            ("web.yaml", &[]),
            ("templates.yaml", &[]),
            ("my-templates/web.yaml", &[]),
        ];
        for (path, expected) in cases {
            assert_eq!(chart_folders(path).collect::<Vec<_>>(), *expected, "{path}");
        }
    }

    fn check(path: &str, text: &str, has_chart_beside: bool, expected: bool) {
        let source = Source { id: FileId(0), path: path.to_owned(), text: text.to_owned() };
        let tree = parse(Arc::new(source), &Limits::default());
        assert_eq!(is_helm_template(&tree, has_chart_beside), expected, "{path} {text}");
    }

    #[test]
    fn templates_of_a_chart_need_no_action() {
        check("chart/templates/web.yaml", "kind: Pod\n", true, true);
        check("chart/templates/web.yaml", "kind: Pod\n", false, false);
        check("chart/crds/web.yaml", "kind: Pod\n", true, false);
    }

    #[test]
    fn text_that_does_not_parse_is_a_template_by_its_actions() {
        let cases = [
            ("{{- if .Values.enabled }}\nkind: Pod\n{{- end }}\n", true),
            ("a: \"{{ include \"x\" . }}\"\n", true),
            ("a: '{{ .x }}'\nb: [\n", false),
            ("a: \"{{ .x }}\"\nb: [\n", false),
            ("# {{ .x }}\nb: [\n", false),
            ("b: [\n", false),
        ];
        for (text, expected) in cases {
            check("web.yaml", text, false, expected);
        }
    }

    #[test]
    fn text_that_parses_is_a_template_where_an_action_is_a_value() {
        let cases = [
            ("replicas: {{ .Values.replicas }}\n", true),
            ("- {{ .x }}\n", true),
            ("- name: {{ .x }}\n", true),
            ("{{ .x }}: 1\n", true),
            ("args: [{{ .x }}]\n", true),
            ("image: app:{{ .tag }}\n", false),
            ("message: '{{ $labels.pod }}'\n", false),
            ("message: \"it's\n  {{ $labels.pod }}\"\n", false),
            ("message: a\n  {{ .x }}\n", false),
            ("data:\n  a: |\n    x: {{ .x }}\n  b: 1\n", false),
            ("data:\n  a: |-\n    x: {{ .x }}\n\n    y: {{ .y }}\n  b: {{ .x }}\n", true),
            ("- a: >\n    x: {{ .x }}\n", false),
            ("# x: {{ .x }}\na: 1\n", false),
            ("{\"a\": {\"b\": \"{{\"}}", false),
        ];
        for (text, expected) in cases {
            check("web.yaml", text, false, expected);
        }
    }
}
