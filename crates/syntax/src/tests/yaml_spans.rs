//! Where the parts of a YAML text stand.

use super::*;
use crate::{Entry, Style};

/// Every node as written, one a line, indented by depth: style, then the text of its span.
fn outline(node: Node<'_>, host: &str) -> Vec<String> {
    let mut lines = Vec::new();
    add_outline(node, host, 0, &mut lines);
    lines
}

fn add_outline(node: Node<'_>, host: &str, depth: usize, lines: &mut Vec<String>) {
    lines.push(format!("{}{:?} {:?}", " ".repeat(depth), node.style(), slice(node, host)));
    for item in node.items() {
        add_outline(item, host, depth + 1, lines);
    }
    for Entry { key, value } in node.entries() {
        add_outline(key, host, depth + 1, lines);
        add_outline(value, host, depth + 1, lines);
    }
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let tree = yaml(text);
    assert_eq!(outline(root(&tree), text), expected, "of {text:?}");
}

/// The text of the span of the value at key `a`, which stands in a text with line feeds; the same
/// with CRLF, behind a byte order mark, and with characters of several bytes all around.
#[track_caller]
fn check_value(text: &str, style: Style, expected: &str) {
    let crlf = |text: &str| text.replace('\n', "\r\n");
    for (text, expected) in [
        (text.to_owned(), expected.to_owned()),
        (crlf(text), crlf(expected)),
        (format!("\u{feff}{text}"), expected.to_owned()),
        (format!("# 😀 é\nk: é😀 # ü\nü: |\n  é\n\n{text}"), expected.to_owned()),
        (crlf(&format!("k: 'é''\n\n 😀'\n{text}")), crlf(expected)),
        (format!("%YAML 1.1 # é\n---\n{text}"), expected.to_owned()),
        (format!("%FOO é ü\n---\n{text}"), expected.to_owned()),
        (format!("é: [\n--- # broken\n{text}"), expected.to_owned()),
    ] {
        let tree = yaml(&text);
        let root =
            tree.documents().last().unwrap_or_else(|| panic!("{:?} of {text:?}", errors(&tree)));
        let value = root.get("a").expect("there is a key");
        assert_eq!((slice(value, &text), value.style()), (&*expected, style), "of {text:?}");
    }
}

#[test]
fn scalars_span_tag_quotes_and_value() {
    use Style::{DoubleQuoted, Folded, Literal, Plain, SingleQuoted};
    for (text, style, expected) in [
        ("a: b", Plain, "b"),
        ("a: b   # comment\n", Plain, "b"),
        ("a:   b c\t\nd: 1\n", Plain, "b c"),
        ("a:\n  b\n  c\n\nd: 1\n", Plain, "b\n  c"),
        ("a: b#c\n", Plain, "b#c"),
        ("a: 'b'   # it's\n", SingleQuoted, "'b'"),
        ("a: 'it''s' \n", SingleQuoted, "'it''s'"),
        ("a: \"b\\\"\\\\\" # \"x\"\n", DoubleQuoted, "\"b\\\"\\\\\""),
        ("a: \"b\n  c\"\nd: 1\n", DoubleQuoted, "\"b\n  c\""),
        ("a: !Ref b # c\n", Plain, "!Ref b"),
        ("a: !Sub 'b' # c\n", SingleQuoted, "!Sub 'b'"),
        ("a: &x b\n", Plain, "b"),
        ("a: &x 'b' #\n", SingleQuoted, "'b'"),
        ("a: &x !Ref b\n", Plain, "!Ref b"),
        ("a: !Ref &x b\n", Plain, "!Ref &x b"),
        ("a: !Sub # why\n  b\n", Plain, "!Sub # why\n  b"),
        ("a: |\n  b\n  c\n", Literal, "|\n  b\n  c"),
        ("a: |-   # note | this\n  b\n\n\nd: 1\n", Literal, "|-   # note | this\n  b"),
        ("a: >2-\n    b\n  # text\n# comment\nd: 1\n", Folded, ">2-\n    b\n  # text"),
        ("a: >\n  b  \n  \nd: 1\n", Folded, ">\n  b  "),
        ("a: |+\n  b\n\n", Literal, "|+\n  b"),
        ("a: |\n\n\n  b\n\n  c", Literal, "|\n\n\n  b\n\n  c"),
        ("a: |\nd: 1\n", Literal, "|"),
        ("a: |+ # keep\n\n\nd: 1\n", Literal, "|+"),
        ("a: !Sub |\n  b ${C}\nd: 1\n", Literal, "!Sub |\n  b ${C}"),
        ("a: &x |\n  b\n", Literal, "|\n  b"),
        ("a: &x !Sub # |\n  >-\n  b\n", Folded, "!Sub # |\n  >-\n  b"),
        ("a:\n  # > first\n  |\n  b\n", Literal, "|\n  b"),
        ("? a\n: |\n  b\n", Literal, "|\n  b"),
    ] {
        check_value(text, style, expected);
    }
}

#[test]
fn collections_span_from_tag_or_first_child_to_the_end_of_the_last() {
    use Style::{Block, Flow};
    for (text, style, expected) in [
        ("a: [b, c] # d\n", Flow, "[b, c]"),
        ("a: [\n  b, # c\n  d\n] # e\n", Flow, "[\n  b, # c\n  d\n]"),
        ("a: {b: c} \n", Flow, "{b: c}"),
        ("a: {}\nb: 1\n", Flow, "{}"),
        ("a: !If [b, c, d]\n", Flow, "!If [b, c, d]"),
        ("a: &x !If [b, c, d]\n", Flow, "!If [b, c, d]"),
        ("a: &x [b]\n", Flow, "[b]"),
        ("a: !If # why\n  [b]\n", Flow, "!If # why\n  [b]"),
        ("a:\n- b\n- c # d\n\ne: 1\n", Block, "- b\n- c"),
        ("a: # why\n  # how - so\n  - b\n  -  c\n", Block, "- b\n  -  c"),
        ("a:\n- - b\n  - c\n- d\n", Block, "- - b\n  - c\n- d"),
        ("a: !Join\n- ''\n- [b]\nc: 1\n", Block, "!Join\n- ''\n- [b]"),
        ("a: !Join # c\n  - ''\n  - |\n    b\n", Block, "!Join # c\n  - ''\n  - |\n    b"),
        ("a: &x\n- b\n", Block, "- b"),
        ("a: &x\n  - b\n", Block, "- b"),
        ("a:\n  b: 1\n  c:   # d\n  e: 2   # f\n\n", Block, "b: 1\n  c:   # d\n  e: 2"),
        ("a:\n  b:\n    c: |\n      d\n\n\ne: 1\n", Block, "b:\n    c: |\n      d"),
        ("a: !Foo\n  b: c\n", Block, "!Foo\n  b: c"),
        ("a: &x\n  b: c\n", Block, "b: c"),
        ("a: &x !Foo\n  &y b: c\n", Block, "!Foo\n  &y b: c"),
        ("a:\n  ? b\n  : c\n", Block, "? b\n  : c"),
        ("a:\n  b:\n", Block, "b:"),
        ("a:\n  -\n  -\nb: 1\n", Block, "-\n  -"),
        ("a:\n  b: &x 1\n  c: *x # d\n", Block, "b: &x 1\n  c: *x"),
    ] {
        check_value(text, style, expected);
    }
}

#[test]
fn lines_inside_brackets_and_quotes_may_start_anywhere() {
    use Style::{DoubleQuoted, Flow, Plain, SingleQuoted};
    for (text, style, expected) in [
        ("a: [\n'é',\n\"x\"\n]\nb: 1\n", Flow, "[\n'é',\n\"x\"\n]"),
        (
            "a: {\n'x': [\n1, y\n], # ]\nz: 'it''s ]'\n}\n",
            Flow,
            "{\n'x': [\n1, y\n], # ]\nz: 'it''s ]'\n}",
        ),
        ("a: !If [\nc, !Sub 'd]',\n  it's\n]\n", Flow, "!If [\nc, !Sub 'd]',\n  it's\n]"),
        ("a: 'x\ny\n\n z'\nb: 1\n", SingleQuoted, "'x\ny\n\n z'"),
        ("a: \"x\n\\\"y\"\nb: 1\n", DoubleQuoted, "\"x\n\\\"y\""),
        ("b:\n  - c: [\n  'é',\n      'é'\n    ]\na: x\n", Plain, "x"),
        ("- b\n---\nb: ['\n']\nc: [\n]\na: x\n", Plain, "x"),
    ] {
        check_value(text, style, expected);
    }
    check(
        "- b: [\n  'é'\n ]\n- 'x\ny'\n",
        &[
            r#"Block "- b: [\n  'é'\n ]\n- 'x\ny'""#,
            r#" Block "b: [\n  'é'\n ]""#,
            r#"  Plain "b""#,
            r#"  Flow "[\n  'é'\n ]""#,
            r#"   SingleQuoted "'é'""#,
            r#" SingleQuoted "'x\ny'""#,
        ],
    );
}

#[test]
fn null_stands_right_behind_its_indicator() {
    for (text, expected) in [
        ("a:\nb: 1\n", 2),
        ("a:   # why\nb: 1\n", 2),
        ("a :\n", 3),
        ("a: &x\nb: 1\n", 5),
        ("{a: , b: 1}", 3),
        ("{a, b: 1}", 2),
        ("? a\n", 3),
        ("'a':\n", 4),
        // Not the colon that starts the next key.
        ("? a\n:~: b\n", 3),
        ("? a\n:{: b\n", 3),
    ] {
        let tree = yaml(text);
        let value = root(&tree).get("a").unwrap();
        assert!(value.is_null(), "of {text:?}");
        assert_eq!((value.span().start, value.span().end), (expected, expected), "of {text:?}");
    }
    for (text, expected) in
        [("-\n- \n-  # c\n-\n", [1, 3, 6, 13]), ("- - -\n  -\n-\n-", [5, 9, 11, 13])]
    {
        let tree = yaml(text);
        let nulls: Vec<u32> = tree.scalars().map(|it| it.span().start).collect();
        assert_eq!(nulls, expected, "of {text:?}");
    }
}

#[test]
fn empty_node_with_a_tag_spans_its_tag() {
    check(
        "a: !Foo\nb: &x !Foo\nc: !Foo &x # d\n",
        &[
            r#"Block "a: !Foo\nb: &x !Foo\nc: !Foo""#,
            r#" Plain "a""#,
            r#" Plain "!Foo""#,
            r#" Plain "b""#,
            r#" Plain "!Foo""#,
            r#" Plain "c""#,
            r#" Plain "!Foo""#,
        ],
    );
}

#[test]
fn keys_have_spans_of_their_own() {
    check(
        "!Ref 'a' : 1\n\"b\": 2\n? &x c\n: 3\n? [d]\n: 4\n",
        &[
            r#"Block "!Ref 'a' : 1\n\"b\": 2\n? &x c\n: 3\n? [d]\n: 4""#,
            r#" SingleQuoted "!Ref 'a'""#,
            r#" Plain "1""#,
            r#" DoubleQuoted "\"b\"""#,
            r#" Plain "2""#,
            r#" Plain "c""#,
            r#" Plain "3""#,
            r#" Flow "[d]""#,
            r#"  Plain "d""#,
            r#" Plain "4""#,
        ],
    );
    check(
        "{a: 1}: [b]\n[c]: d\n: e\n",
        &[
            r#"Block "{a: 1}: [b]\n[c]: d\n: e""#,
            r#" Flow "{a: 1}""#,
            r#"  Plain "a""#,
            r#"  Plain "1""#,
            r#" Flow "[b]""#,
            r#"  Plain "b""#,
            r#" Flow "[c]""#,
            r#"  Plain "c""#,
            r#" Plain "d""#,
            r#" Plain """#,
            r#" Plain "e""#,
        ],
    );
}

#[test]
fn pairs_in_a_flow_sequence_are_flow_mappings() {
    check(
        "[: e, a: 1, ? b : 2, {c: 3}: d, f]",
        &[
            r#"Flow "[: e, a: 1, ? b : 2, {c: 3}: d, f]""#,
            r#" Flow ": e""#,
            r#"  Plain """#,
            r#"  Plain "e""#,
            r#" Flow "a: 1""#,
            r#"  Plain "a""#,
            r#"  Plain "1""#,
            r#" Flow "? b : 2""#,
            r#"  Plain "b""#,
            r#"  Plain "2""#,
            r#" Flow "{c: 3}: d""#,
            r#"  Flow "{c: 3}""#,
            r#"   Plain "c""#,
            r#"   Plain "3""#,
            r#"  Plain "d""#,
            r#" Plain "f""#,
        ],
    );
}

#[test]
fn documents_do_not_reach_into_each_other() {
    let text = "--- # é\na: 1 # x\n...\n--- |\n  b\n--- !Foo\nc\n---\n- d\n";
    let tree = yaml(text);
    let documents: Vec<&str> = tree.documents().map(|it| slice(it, text)).collect();
    assert_eq!(documents, ["a: 1", "|\n  b", "!Foo\nc", "- d"]);
}

#[test]
fn debug_output_holds_no_text() {
    let tree = yaml("password: hunter2");
    assert_eq!(format!("{:?}", root(&tree)), "Mapping@0..17");
}
