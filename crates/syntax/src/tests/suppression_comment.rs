//! Which comments ask for silence.

use super::*;
use crate::{OffsetMap, parse_embedded, suppression_comments};

/// Each comment: line, whether alone, rules, reason.
fn found(tree: &Tree) -> Vec<String> {
    let text = &tree.source().text;
    let lines = LineIndex::new(text);
    let mut shown = Vec::new();
    for comment in suppression_comments(tree, &lines) {
        for (rule, span) in &comment.rules {
            assert_eq!(&text[span.range()], rule);
        }
        let written = &text[comment.span.range()];
        assert!(written.starts_with('#') && written.trim_end() == written, "{written:?}");
        let rules: Vec<&str> = comment.rules.iter().map(|it| &*it.0).collect();
        let (line, alone) = (comment.line, if comment.alone { " alone" } else { "" });
        shown.push(format!("{line}{alone} {rules:?} {:?}", comment.reason.unwrap_or_default()));
    }
    shown
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    assert_eq!(found(&yaml(text)), expected, "of {text:?}");
}

#[test]
fn comments_name_rules_and_a_reason() {
    check(
        "# stackseal: ignore[a-b, c] the reason \na: 1\n",
        &[r#"1 alone ["a-b", "c"] "the reason""#],
    );
    check("a: 1 # stackseal: ignore[x]\r\nb: 2\r\n", &[r#"1 ["x"] """#]);
    check("a:\n\t#stackseal:ignore[x]why\n  b: 1\n", &[r#"2 alone ["x"] "why""#]);
    check("a: 1 #   stackseal:  ignore [ x ,, y ] é", &[r#"1 ["x", "y"] "é""#]);
    check("\u{feff}# stackseal: ignore[x]\n", &[r#"1 alone ["x"] """#]);
    check("a: [b, # stackseal: ignore[x]\n c]\n", &[r#"1 ["x"] """#]);
    check("a: |  # stackseal: ignore[x]\n  b\n", &[]);
    check("a: b # note # stackseal: ignore[x]\n", &[r#"1 ["x"] """#]);
}

#[test]
fn comments_without_rules_ignore_nothing() {
    check(
        "# stackseal: ignore\n# stackseal: ignore[]\n# stackseal: ignore[x\n",
        &[r#"1 alone [] """#, r#"2 alone [] """#, r#"3 alone [] "[x""#],
    );
    check("# stackseal: ignored[x]\n# stackseal: disable[x]\n# stackseal ignore[x]\n", &[]);
}

#[test]
fn text_in_scalars_is_no_comment() {
    check("a: '# stackseal: ignore[x]'\n", &[]);
    check("a: \"b\n  # stackseal: ignore[x]\"\n", &[]);
    check("a: |\n  # stackseal: ignore[x]\n  b\nc: >-\n  d\n\n  # stackseal: ignore[x]\n", &[]);
    check("a: b#stackseal: ignore[x]\n", &[]);
    check("a: |\n  b\n# stackseal: ignore[x]\nc: 1\n", &[r#"3 alone ["x"] """#]);
}

#[test]
fn json_has_no_comments() {
    assert_eq!(found(&json("{\"a\": \"# stackseal: ignore[x]\"}")), [""; 0]);
    assert_eq!(found(&json("# stackseal: ignore[x]\n{}")), [""; 0]);
}

#[test]
fn comments_of_an_embedded_text_stand_in_its_host() {
    let text = "é: |\n  a: 1 # stackseal: ignore[x] why\n";
    let tree = yaml(text);
    let host = root(&tree).get("é").unwrap();
    let embedded = parse_embedded(host, &Limits::default());
    let comments = suppression_comments(&embedded, &LineIndex::new(text));
    assert_eq!(comments.len(), 1);
    assert_eq!(comments[0].line, 2);
    assert_eq!(&text[comments[0].span.range()], "# stackseal: ignore[x] why");
    assert_eq!(&text[comments[0].rules[0].1.range()], "x");
    assert_eq!(OffsetMap::of_scalar(host).span(FILE, 0, 1).start, 8);
}
