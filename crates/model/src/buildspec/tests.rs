use std::sync::Arc;

use stackseal_syntax::{FileId, Limits, Source, Tree, parse, parse_embedded};

use super::*;

fn tree(text: &str) -> Tree {
    let source = Source { id: FileId(0), path: "buildspec.yml".to_owned(), text: text.to_owned() };
    parse(Arc::new(source), &Limits::default())
}

fn root(tree: &Tree) -> Node<'_> {
    tree.documents().next().unwrap()
}

const WHOLE: &str = "
version: 0.2
env:
  shell: bash
  variables:
    A: a
    B: 1
  parameter-store:
    P: /app/p
  secrets-manager:
    S: app/db:password
  exported-variables:
    - A
batch:
  build-list:
    - identifier: one
      env:
        variables: {C: c}
    - identifier: two
  build-graph:
    - identifier: three
      env:
        variables: {D: d}
  build-matrix:
    static:
      env:
        variables: {E: e}
    dynamic:
      env:
        variables:
          F: [f, g]
phases:
  install:
    runtime-versions: {php: 8.4}
    commands:
      - first
      - |
        export G=$(get)
        second
    finally: third
  build:
    commands: fourth
";

#[test]
fn variables_are_found_wherever_they_stand() {
    let tree = tree(WHOLE);
    let buildspec = Buildspec::of(root(&tree));
    let shown = |it: &Variable<'_>| format!("{}={}", it.name, it.value.text().unwrap());
    let variables: Vec<_> = buildspec.variables().iter().map(shown).collect();
    assert_eq!(variables, ["A=a", "B=1", "D=d", "C=c", "F=f", "F=g", "E=e"]);
    let references: Vec<_> = buildspec.references().map(|it| shown(&it)).collect();
    assert_eq!(references, ["P=/app/p", "S=app/db:password"]);
    assert!(buildspec.export_of("A").is_some());
    assert!(buildspec.export_of("B").is_none());
}

#[test]
fn version_0_1_has_variables_of_its_own() {
    let tree = tree("version: 0.1\nenvironment_variables:\n  plaintext:\n    A: a\nphases: {}\n");
    let variables = Buildspec::of(root(&tree)).variables();
    assert_eq!(variables.iter().map(|it| it.name).collect::<Vec<_>>(), ["A"]);
}

#[test]
fn commands_are_lists_or_single() {
    let tree = tree(WHOLE);
    let commands = Buildspec::of(root(&tree)).commands();
    let shown: Vec<_> = commands.iter().map(|it| (it.phase, it.text)).collect();
    assert_eq!(
        shown,
        [
            ("install", "first"),
            ("install", "export G=$(get)\nsecond\n"),
            ("install", "third"),
            ("build", "fourth"),
        ]
    );
}

#[test]
fn the_origin_of_a_variable_is_known() {
    let tree = tree(WHOLE);
    let buildspec = Buildspec::of(root(&tree));
    let cases = [
        ("A", VariableOrigin::Plain),
        ("F", VariableOrigin::Plain),
        ("P", VariableOrigin::Masked),
        ("S", VariableOrigin::Masked),
        ("G", VariableOrigin::Command),
        ("H", VariableOrigin::Outside),
    ];
    for (name, expected) in cases {
        assert_eq!(buildspec.origin_of(name), expected, "{name}");
    }
}

#[test]
fn ranges_of_a_command_are_places_of_the_file() {
    let tree = tree(WHOLE);
    let commands = Buildspec::of(root(&tree)).commands();
    let script = commands.get(1).unwrap();
    let span = script.span(&(16..22));
    assert_eq!(WHOLE.get(span.range()), Some("second"));
}

#[test]
fn inline_buildspecs_have_places_too() {
    let text = "Source:\n  BuildSpec: |\n    version: 0.2\n    phases:\n      build:\n        commands:\n          - \"echo \\\"x\\\"\"\n";
    let outer = tree(text);
    let host = root(&outer).get("Source").and_then(|it| it.get("BuildSpec")).unwrap();
    let inner = parse_embedded(host, &Limits::default());
    let buildspec = Buildspec::of(root(&inner));
    let command = buildspec.commands()[0];
    assert_eq!(command.text, "echo \"x\"");
    assert_eq!(text.get(command.span(&(5..8)).range()), Some("\\\"x\\\""));
}

#[test]
fn names_of_buildspecs_are_known() {
    let names = [
        "buildspec.yml",
        "ci/buildspec.yaml",
        "buildspec-deploy.yml",
        "deploy-buildspec.yml",
        "app.buildspec.yml",
        "Buildspec.yml",
        "buildspec.json",
    ];
    for name in names {
        assert!(is_buildspec_name(name), "{name}");
    }
    for name in ["build.yml", "buildspec", "buildspec.txt", "my-buildspec-old.yml"] {
        assert!(!is_buildspec_name(name), "{name}");
    }
}

#[test]
fn buildspecs_are_known_by_name_or_content() {
    let cases = [
        ("ci.yml", "version: 0.2\nphases: {}", true),
        ("ci.yml", "version: '0.1'\nphases: {}", true),
        ("ci.yml", "version: 0.2\nenv: {}", true),
        ("ci.yml", "version: 0.2\nbatch: {}", true),
        ("ci.yml", "{\"version\": 0.2, \"phases\": {}}", true),
        ("ci.yml", "version: 0.2", false),
        ("ci.yml", "version: 1\nphases: {}", false),
        ("ci.yml", "phases: {}", false),
        ("ci.yml", "version: 0.2\nservices: {}\nenv: {}", false),
        ("ci.yml", "- version: 0.2", false),
        ("buildspec.yml", "phases: {}", true),
        ("buildspec.yml", "apiVersion: v1\nkind: Pod", false),
        ("buildspec.yml", "Resources: {}", false),
        ("buildspec.yml", "text", false),
    ];
    for (path, text, expected) in cases {
        let tree = tree(text);
        assert_eq!(is_buildspec(path, root(&tree)), expected, "{path}: {text}");
    }
}

#[test]
fn odd_shapes_are_passed_over() {
    let tree = tree(
        "version: 0.2\nenv: [a]\nphases:\n  build: text\n  install:\n    commands: {a: b}\nbatch: {build-list: text}\n",
    );
    let buildspec = Buildspec::of(root(&tree));
    assert!(buildspec.variables().is_empty());
    assert!(buildspec.commands().is_empty());
}
