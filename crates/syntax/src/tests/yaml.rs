//! What YAML means: values, tags, documents, anchors, mistakes.

use super::*;

fn check(text: &str, expected: &[&str]) {
    let tree = yaml(text);
    assert_eq!(errors(&tree), [""; 0], "of {text:?}");
    assert_eq!(values(&tree), expected, "of {text:?}");
}

fn check_errors(text: &str, expected: &[&str], documents: &[&str]) {
    let tree = yaml(text);
    assert_eq!(errors(&tree), expected, "of {text:?}");
    assert_eq!(values(&tree), documents, "of {text:?}");
}

#[test]
fn scalars_of_every_style_are_text() {
    for (text, expected) in [
        ("plain text", r#""plain text""#),
        ("yes", r#""yes""#),
        ("0123", r#""0123""#),
        ("2010-09-09", r#""2010-09-09""#),
        ("'it''s'", r#""it's""#),
        ("''", r#""""#),
        (r#""""#, r#""""#),
        (r#""a\tb \u00e9 \x41 \" \\ \/""#, r#""a\tb é A \" \\ /""#),
        ("two\n words", r#""two words""#),
        ("two\n\n lines", r#""two\nlines""#),
        ("'two\n  words'", r#""two words""#),
        ("\"joined \\\n  up\"", r#""joined up""#),
        ("|\n a\n  b\n", r#""a\n b\n""#),
        ("|-\n a\n b\n", r#""a\nb""#),
        ("|+\n a\n\n", r#""a\n\n""#),
        ("|2-\n    a\n", r#""  a""#),
        (">\n a\n b\n\n c\n", r#""a b\nc\n""#),
        (">-\n a\n   more\n b\n", r#""a\n  more\nb""#),
        ("|\n a", r#""a\n""#),
    ] {
        check(text, &[expected]);
    }
}

#[test]
fn tags_stand_on_every_kind_of_node() {
    check("a: !Ref B", &[r#"{"a": !Ref "B"}"#]);
    check("a: !GetAtt B.C", &[r#"{"a": !GetAtt "B.C"}"#]);
    check("a: !If [C, 1, 2]", &[r#"{"a": !If ["C", "1", "2"]}"#]);
    check("a: !Foo {b: c}", &[r#"{"a": !Foo {"b": "c"}}"#]);
    check("a: !Rain::Module\n  b: c", &[r#"{"a": !Rain::Module {"b": "c"}}"#]);
    check("a: !Join\n- ''\n- [b]", &[r#"{"a": !Join ["", ["b"]]}"#]);
    check("a: !Empty", &[r#"{"a": !Empty ""}"#]);
    check("!Ref a: b", &[r#"{!Ref "a": "b"}"#]);
    check("a: !Base64\n  Fn::Sub: x", &[r#"{"a": !Base64 {"Fn::Sub": "x"}}"#]);
}

#[test]
fn standard_tags_are_written_out() {
    check("a: !!str 1", &[r#"{"a": tag:yaml.org,2002:str "1"}"#]);
    check("a: !<tag:example.org,2000:x> 1", &[r#"{"a": tag:example.org,2000:x "1"}"#]);
    check("%TAG !e! tag:e.org,2000:\n---\na: !e!x 1", &[r#"{"a": tag:e.org,2000:x "1"}"#]);
    check("a: ! 1", &[r#"{"a": ! "1"}"#]);
}

#[test]
fn blanks_inside_quotes_fold_as_ever_however_far_left_lines_start() {
    check("a:\n  b: 'c\nd\n\n   e'\n", &[r#"{"a": {"b": "c d\ne"}}"#]);
    check("a:\n  b: \"c\nd\\\n\n \\  e\"\n", &[r#"{"a": {"b": "c d\n  e"}}"#]);
    check("a:\n  b: 'c\n\td\n\t\te'\n", &[r#"{"a": {"b": "c d e"}}"#]);
    check("a:\n  - b: [\n  'c',\n ]\n  - 'd\ne'\n", &[r#"{"a": [{"b": ["c"]}, "d e"]}"#]);
}

#[test]
fn documents_that_are_empty_or_null_are_left_out() {
    for text in ["", "\n", "# only a comment\n", "---\n", "---\n...\n", "~\n", "null", "\u{feff}"] {
        check(text, &[]);
    }
    check("---\na: 1\n---\n---\n# nothing\n---\nb: 2\n", &[r#"{"a": "1"}"#, r#"{"b": "2"}"#]);
    check("!Tagged\n", &[r#"!Tagged """#]);
}

#[test]
fn byte_order_mark_directives_and_line_ends_do_not_matter() {
    check("\u{feff}a: 1", &[r#"{"a": "1"}"#]);
    check("%YAML 1.1\n---\na: 1\n", &[r#"{"a": "1"}"#]);
    check("\u{feff}%YAML 1.2 # comment\n--- # doc\na: 1\n", &[r#"{"a": "1"}"#]);
    check("a: |\r\n  x\r\n  y\r\nb: 'c\r\n  d'\r\n", &[r#"{"a": "x\ny\n", "b": "c d"}"#]);
    check("a:\t1\nb: [\t2,\t3\t]\t# tab\n", &[r#"{"a": "1", "b": ["2", "3"]}"#]);
}

#[test]
fn aliases_lead_to_the_node_of_their_anchor() {
    let tree = yaml("a: &x {b: c}\nd: *x\ne: [*x, *x]\n");
    let root = root(&tree);
    let anchor = root.get("a").unwrap();
    assert!(root.get("d").unwrap().is_same(anchor));
    assert!(root.get("e").unwrap().items().all(|it| it.is_same(anchor)));
    check("a: &x 1\nb: &x 2\nc: *x\n", &[r#"{"a": "1", "b": "2", "c": "2"}"#]);
    check("&k a: 1\nb: *k\n", &[r#"{"a": "1", "b": "a"}"#]);
    check("a: &e\nb: *e\n", &[r#"{"a": "", "b": ""}"#]);
}

#[test]
fn merge_keys_bring_in_entries_by_reference() {
    check(
        "a: &a {x: 1, y: 2}\nb: {y: 3, <<: *a}\n",
        &[r#"{"a": {"x": "1", "y": "2"}, "b": {"y": "3", "x": "1"}}"#],
    );
    // Of two merged mappings the earlier one wins.
    check(
        "- &a {x: 1}\n- &b {x: 2, y: 3}\n- <<: [*a, *b]\n  z: 4\n",
        &[r#"[{"x": "1"}, {"x": "2", "y": "3"}, {"z": "4", "x": "1", "y": "3"}]"#],
    );
    check("<<: {a: 1}\nb: 2\n", &[r#"{"b": "2", "a": "1"}"#]);
    // Merged into what is merged.
    check(
        "- &a {x: 1}\n- &b {<<: *a, y: 2}\n- {<<: *b}\n",
        &[r#"[{"x": "1"}, {"y": "2", "x": "1"}, {"y": "2", "x": "1"}]"#],
    );
    let tree = yaml("- &a {x: 1}\n- {<<: *a}\n");
    let items: Vec<Node<'_>> = root(&tree).items().collect();
    assert!(items[0].get("x").unwrap().is_same(items[1].get("x").unwrap()));
}

#[test]
fn quoted_merge_key_is_an_ordinary_key() {
    check(r#"{"<<": {a: 1}}"#, &[r#"{"<<": {"a": "1"}}"#]);
    check("a: <<\n", &[r#"{"a": "<<"}"#]);
    check("!!str <<: {a: 1}\n", &[r#"{tag:yaml.org,2002:str "<<": {"a": "1"}}"#]);
    check("!!merge <<: {a: 1}\n", &[r#"{"a": "1"}"#]);
}

#[test]
fn merge_key_without_a_mapping_is_an_error_and_kept() {
    check_errors(
        "a:\n  <<: text\n  b: 1\n",
        &["2:3: the merge key `<<` takes a mapping or a list of mappings, give it one"],
        &[r#"{"a": {"<<": "text", "b": "1"}}"#],
    );
}

#[test]
fn duplicate_key_is_an_error_with_both_places_and_the_last_wins() {
    let text = "a: 1\nb:\n  c: 1\n  'c': 2\na: 2\n";
    let tree = yaml(text);
    assert_eq!(
        errors(&tree),
        [
            "4:3: the key `c` stands twice in this mapping, keep one of them",
            "5:1: the key `a` stands twice in this mapping, keep one of them",
        ]
    );
    let root = tree.documents().next().unwrap();
    assert_eq!(root.entries().len(), 3);
    assert_eq!(root.get("a").unwrap().text(), Some("2"));
    let crate::SyntaxErrorKind::DuplicateKey { first, .. } = &tree.errors()[0].kind else {
        panic!("a duplicate key");
    };
    assert_eq!(&text[first.range()], "c");
    assert_eq!((first.start, first.file), (10, FILE));
}

#[test]
fn duplicates_are_found_in_large_mappings_too() {
    let mut text = String::new();
    for key in 0..100 {
        text += &format!("key{key}: {key}\n");
    }
    assert_eq!(errors(&yaml(&text)), [""; 0]);
    text += "key42: again\nkey7: again\nkey42: once more\n";
    assert_eq!(
        errors(&yaml(&text)),
        [
            "101:1: the key `key42` stands twice in this mapping, keep one of them",
            "102:1: the key `key7` stands twice in this mapping, keep one of them",
            "103:1: the key `key42` stands twice in this mapping, keep one of them",
        ]
    );
}

#[test]
fn a_broken_document_does_not_hide_the_others() {
    check_errors(
        "a: 1\n---\nb: [1,\n---\nc: 3\n",
        &["4:1: not valid YAML: expected a value, or the bracket that closes this list or mapping"],
        &[r#"{"a": "1"}"#, r#"{"c": "3"}"#],
    );
    check_errors(
        "a: b: c\n--- # next\nd: 1\n---\ne: \"x\n---\nf: 2\n",
        &[
            "1:5: not valid YAML: `:` is not allowed here, quote the text or check the indentation",
            "5:4: not valid YAML: a quote is not closed, close it",
        ],
        &[r#"{"d": "1"}"#, r#"{"f": "2"}"#],
    );
    // A line that only starts like a marker is none.
    check_errors(
        "a: @\n---b\n----\n---\tx\n",
        &["1:4: not valid YAML: no plain text starts with `@`, quote the text"],
        &[r#""x""#],
    );
    check_errors("a: }\n", &["1:4: not valid YAML: a bracket closes nothing, take it out"], &[]);
}

#[test]
fn mistakes_have_places_and_say_what_to_do() {
    for (text, expected) in [
        ("a:\n  b: 1\n c: 2\n", "3:2: not valid YAML: expected a key, check the indentation"),
        (
            "a: 1\nb\nc: 2\n",
            "3:1: not valid YAML: a key has no `:` behind it, add one or check the indentation",
        ),
        (
            "a:\n  - b: [\n'c'\n]\nd: {e f: g}\nh: @\n",
            "6:4: not valid YAML: no plain text starts with `@`, quote the text",
        ),
        (
            "a: [\n'b'\nc: d\n",
            "3:2: not valid YAML: `:` is not allowed here, quote the text or check the indentation",
        ),
        ("a:\n\t- b\n", "2:2: not valid YAML: a tab stands where YAML wants spaces, use spaces"),
        (
            "a: \"\\d\"\n",
            "1:4: not valid YAML: a double-quoted text holds an escape YAML does not have, double the `\\`",
        ),
        (
            "a: \"b\" c\n",
            "1:8: not valid YAML: there is text behind the closing quote, quote all of it",
        ),
        ("a: [[b] c]\n", "1:9: not valid YAML: expected `,` or `]`"),
        ("a: !e!x 1\n", "1:4: not valid YAML: the tag's handle is not declared, add a `%TAG` line"),
        (
            "a: *b\n",
            "1:4: an alias names no anchor that stands before it in the document, define it or quote the text",
        ),
        ("a: &a [*a]\n", "1:8: an alias stands inside the node of its own anchor, take it out"),
        ("a: x\0y\n", "1:5: not valid YAML: the text holds a NUL character, take it out"),
        (
            "é: {ü: [\n",
            "1:8: not valid YAML: expected a value, or the bracket that closes this list or mapping",
        ),
    ] {
        check_errors(text, &[expected], &[]);
    }
}

#[test]
fn anchors_do_not_reach_into_the_next_document() {
    check_errors(
        "a: &x 1\n---\nb: *x\n---\nc: &x 2\nd: *x\n",
        &[
            "3:4: an alias names no anchor that stands before it in the document, define it or quote the text",
        ],
        &[r#"{"a": "1"}"#, r#"{"c": "2", "d": "2"}"#],
    );
}

#[test]
fn json_like_yaml_is_read_as_yaml_unless_named_json() {
    let text = "{a: 1, 'b': [c, ], # comment\n}";
    assert_eq!(values(&read("it.yaml", text)), [r#"{"a": "1", "b": ["c"]}"#]);
    assert_eq!(values(&read("it.template", text)), [r#"{"a": "1", "b": ["c"]}"#]);
    let tree = read("it.JSON", text);
    assert_eq!(errors(&tree), ["1:2: not valid JSON: expected a key in double quotes"]);
    assert_eq!(values(&tree), [""; 0]);
    // Neither: the JSON error is the one that helps.
    let tree = read("it.template", "{\"a\": 1, ]");
    assert_eq!(errors(&tree), ["1:10: not valid JSON: expected a key in double quotes"]);
}
