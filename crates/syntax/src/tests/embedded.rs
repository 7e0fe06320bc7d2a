//! Texts inside scalars, and where their bytes stand in the file.

use super::*;
use crate::{OffsetMap, Span, Style, Syntax, TextPart, parse_embedded, parse_joined};

fn embedded(host: Node<'_>) -> Tree {
    parse_embedded(host, &Limits::default())
}

/// The value at key `a`, parsed; then the slice of the host that `path` leads to.
#[track_caller]
fn check(text: &str, path: &[&str], expected: &str) {
    for text in [text.to_owned(), format!("é: 😀\n{text}"), text.replace('\n', "\r\n")] {
        let tree = yaml(&text);
        assert_eq!(errors(&tree), [""; 0], "of {text:?}");
        let host = tree.documents().next().unwrap().get("a").unwrap();
        let inner = embedded(host);
        assert_eq!(inner.errors(), [], "of {text:?}");
        let mut node = inner.documents().next().unwrap();
        for key in path {
            node = node.get(key).unwrap();
        }
        let expected =
            if text.contains('\r') { expected.replace('\n', "\r\n") } else { expected.to_owned() };
        assert_eq!(slice(node, &text), expected, "of {text:?}");
        assert_eq!(node.span().file, FILE);
    }
}

#[test]
fn json_in_strings_of_every_style() {
    check("a: '{\"b\": {\"c\": \"it''s\"}}'\n", &["b", "c"], "\"it''s\"");
    check("a: '{\"b\": {\"c\": \"it''s\"}}'\n", &["b"], "{\"c\": \"it''s\"}");
    check(r#"a: "{\"b\": {\"c\": 12}}""#, &["b", "c"], "12");
    check(r#"a: "{\"b\": {\"c\": 12}}""#, &["b"], r#"{\"c\": 12}"#);
    check(r#"a: "{\"\u00e9\": \"\x41\\n\"}""#, &["é"], r#"\"\x41\\n\""#);
    check("a: |\n  {\n    \"b\": [\n      1\n    ]\n  }\n", &["b"], "[\n      1\n    ]");
    check("a: !Sub |-\n  {\"b\":\n    \"c\"}\n", &["b"], "\"c\"");
    check("a: >-\n  {\"b\":\n  \"c\",\n\n  \"d\": 12}\n", &["d"], "12");
    check("a: &x '{\"b\":\n   12,\n\n   \"c\": 34}'\n", &["c"], "34");
}

#[test]
fn yaml_in_block_scalars() {
    check("a: |\n  b:\n    - c\n    - d\n  e: f\n", &["b"], "- c\n    - d");
    check("a: |\n  b:\n    - c\n    - d\n  e: f\n", &["e"], "f");
    check("a: |2\n    b: c\n    d: ef\n", &["d"], "ef");
    check("a: |\n\n\n  b: |\n    c\n\n    d\n  e: f\n", &["b"], "|\n    c\n\n    d");
    check("a: >\n  b: c\n\n  d: ef\n\n\n  g: h\n", &["d"], "ef");
    check("a: |\n  b: c\n  d: ef", &["d"], "ef");
}

#[test]
fn texts_put_together() {
    let text = "- 'it''s: [b,'\n- x\n- \"c,\\u00e9 d]\"\n";
    let tree = yaml(text);
    let list = root(&tree);
    let items: Vec<_> = list.items().collect();
    let parts = [
        TextPart::Scalar(items[0]),
        TextPart::Filler("hole ", items[1].span()),
        TextPart::Scalar(items[2]),
    ];
    let inner = parse_joined(list, &parts, &Limits::default());
    assert_eq!(inner.errors(), []);
    let found = inner.documents().next().unwrap().get("it's").unwrap();
    let values: Vec<&str> = found.items().filter_map(Node::text).collect();
    assert_eq!(values, ["b", "hole c", "é d"]);
    let written: Vec<&str> = found.items().map(|it| slice(it, text)).collect();
    assert_eq!(written, ["b", "x\n- \"c", "\\u00e9 d"]);
}

#[test]
fn texts_in_json_strings() {
    let text = r#"{"a": "b:\n  - \"c\"\n  - \u00e9\ud83d\ude00 d\n"}"#;
    let tree = json(text);
    let inner = embedded(root(&tree).get("a").unwrap());
    assert_eq!(inner.syntax(), Syntax::Yaml);
    let list = inner.documents().next().unwrap().get("b").unwrap();
    let items: Vec<&str> = list.items().map(|it| slice(it, text)).collect();
    assert_eq!(items, [r#"\"c\""#, r"\u00e9\ud83d\ude00 d"]);
    assert_eq!(slice(list, text), r#"- \"c\"\n  - \u00e9\ud83d\ude00 d"#);
}

#[test]
fn maps_compose_through_several_levels() {
    // A JSON string in a YAML block scalar in a JSON string.
    let text = r#"{"a": "b: |\n  {\"c\": \"d: \\\"x\\\"\\ny: zz\"}\n"}"#;
    let tree = json(text);
    let first = embedded(root(&tree).get("a").unwrap());
    let second = embedded(first.documents().next().unwrap().get("b").unwrap());
    let third = embedded(second.documents().next().unwrap().get("c").unwrap());
    let root = third.documents().next().unwrap();
    assert_eq!(value(root), r#"{"d": "x", "y": "zz"}"#);
    assert_eq!(slice(root.get("d").unwrap(), text), r#"\\\"x\\\""#);
    assert_eq!(slice(root.get("y").unwrap(), text), "zz");
    assert_eq!(slice(root, text), r#"d: \\\"x\\\"\\ny: zz"#);
}

#[test]
fn mistakes_stand_in_the_host() {
    let text = "a: |\n  b: 1\n  b: [\n";
    let tree = yaml(text);
    let inner = embedded(root(&tree).get("a").unwrap());
    assert_eq!(inner.errors().len(), 1);
    let span = inner.errors()[0].span;
    assert_eq!((&text[span.range()], span.start), ("[", 17));
    let text = "a: \"{\\\"b\\\": 1, \\\"b\\\": 2}\"\n";
    let tree = yaml(text);
    let inner = embedded(root(&tree).get("a").unwrap());
    let crate::SyntaxErrorKind::DuplicateKey { first, .. } = &inner.errors()[0].kind else {
        panic!("a duplicate key");
    };
    assert_eq!(&text[first.range()], r#"\"b\""#);
    assert_eq!(&text[inner.errors()[0].span.range()], r#"\"b\""#);
    assert_eq!((first.start, inner.errors()[0].span.start), (5, 15));
}

#[test]
fn ranges_of_a_value_map_to_the_file() {
    for (text, style, ranges) in [
        ("a: abc", Style::Plain, vec![(0, 1, "a"), (1, 3, "bc"), (3, 3, ""), (3, 9, "")]),
        ("a: b\n  c", Style::Plain, vec![(0, 1, "b"), (1, 2, "\n"), (2, 3, "c"), (0, 3, "b\n  c")]),
        ("a: 'x''y'", Style::SingleQuoted, vec![(1, 2, "''"), (2, 3, "y"), (0, 2, "x''")]),
        (
            "a: \"\\L\\_\\U0001F600\\\n   b\"",
            Style::DoubleQuoted,
            vec![
                (0, 3, "\\L"),
                (3, 5, "\\_"),
                (5, 9, "\\U0001F600"),
                // Half of an escape is all of it.
                (6, 7, "\\U0001F600"),
                (9, 10, "b"),
            ],
        ),
        ("a: \"b\\\n\n\n  c\"", Style::DoubleQuoted, vec![(0, 1, "b"), (1, 2, "\n"), (3, 4, "c")]),
        (
            "a: |\n  b\n\n  c\n",
            Style::Literal,
            vec![(0, 1, "b"), (1, 2, "\n"), (3, 4, "c"), (4, 5, "\n")],
        ),
        ("a: |\n  b", Style::Literal, vec![(0, 1, "b"), (1, 2, "")]),
        ("a: |+\n\n\n", Style::Literal, vec![(0, 1, "\n"), (1, 2, "\n")]),
        (
            "a: >\n  b\n  c\n\n  d\n    e\n",
            Style::Folded,
            vec![(1, 2, "\n"), (2, 5, "c\n\n  d"), (6, 8, "  "), (8, 9, "e")],
        ),
        ("a: ''", Style::SingleQuoted, vec![(0, 0, "")]),
        ("a: !Sub &x 'b''c'", Style::SingleQuoted, vec![(0, 1, "b"), (2, 3, "c")]),
    ] {
        let tree = yaml(text);
        let node = root(&tree).get("a").unwrap();
        assert_eq!(node.style(), style);
        let map = OffsetMap::of_scalar(node);
        for (start, end, expected) in ranges {
            let span = map.span(FILE, start, end);
            assert_eq!(&text[span.range()], expected, "{start}..{end} of {text:?}");
        }
    }
}

#[test]
fn nodes_without_a_value_have_no_text() {
    let tree = yaml("a: [b]\nc:\n");
    let root = root(&tree);
    assert!(embedded(root.get("a").unwrap()).is_empty());
    assert!(embedded(root.get("c").unwrap()).documents().next().is_none());
    let span = OffsetMap::of_scalar(root.get("c").unwrap()).span(FILE, 0, 0);
    assert_eq!((span.start, span.end), (9, 9));
}

#[test]
fn a_mapping_is_around_what_stands_in_it_and_not_around_what_stands_in_a_text_of_it() {
    let tree = yaml("env:\n  Value: plain\n  Text: '[{\"Value\": \"x\"}]'\n");
    let root = root(&tree);
    let env = root.get("env").expect("it is there");
    let of = |key| env.get(key).expect("it is there").span();
    let around = |span| root.mapping_around(span, "Value");
    assert!(around(of("Value")).is_some_and(|it| it.is_same(env)));
    assert!(around(of("Text")).is_some_and(|it| it.is_same(env)));
    let Span { file, start, end } = of("Text");
    assert!(around(Span::new(file, start + 3, end - 3)).is_none());
}
