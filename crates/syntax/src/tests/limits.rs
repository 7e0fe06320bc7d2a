//! Hostile input meets its bound, with a place. What grew with the square of the input would not
//! fail here, but take minutes instead of seconds.

use super::*;
use crate::SyntaxErrorKind;

fn read_within(path: &str, text: String, limits: &Limits) -> Tree {
    parse(Arc::new(Source { id: FILE, path: path.to_owned(), text }), limits)
}

#[track_caller]
fn check(path: &str, text: String, expected: &str) {
    let tree = read_within(path, text, &Limits::default());
    assert_eq!(errors(&tree), [expected]);
    assert_eq!(values(&tree), [""; 0]);
    assert!(tree.is_empty());
}

#[test]
fn deep_nesting_is_an_error() {
    let message = "nested deeper than 200 levels, make the document flatter";
    check("a.json", "[".repeat(100_000), &format!("1:201: {message}"));
    check("a.json", "{\"a\":".repeat(100_000), &format!("1:1001: {message}"));
    check("a.json", "[".repeat(100_000) + &"]".repeat(100_000), &format!("1:201: {message}"));
    check("a.template", "[".repeat(100_000), &format!("1:201: {message}"));
    check("a.yaml", format!("a: {}", "[".repeat(100_000)), &format!("1:259: {message}"));
    check("a.yaml", format!("a: {}", "{b: ".repeat(100_000)), &format!("1:800: {message}"));
    check("a.yaml", "- ".repeat(100_000) + "a", &format!("1:401: {message}"));
    check("a.yaml", "? ".repeat(100_000) + "a", &format!("1:401: {message}"));
    let mut block = String::new();
    for depth in 0..2_000 {
        block += &" ".repeat(depth);
        block += "a:\n";
    }
    check("a.yaml", block, &format!("201:201: {message}"));
}

#[test]
fn the_deepest_that_is_allowed_is_read() {
    let limits = Limits { depth: 3, ..Limits::default() };
    for (path, text) in [("a.json", "[[[1]]]"), ("a.yaml", "a:\n  - b: 1"), ("a.yaml", "- - - 1")] {
        let tree = read_within(path, text.to_owned(), &limits);
        assert_eq!(errors(&tree), [""; 0], "of {text:?}");
    }
    for (path, text) in [("a.json", "[[[[]]]]"), ("a.yaml", "a:\n  - b:\n      - c")] {
        let tree = read_within(path, text.to_owned(), &limits);
        assert_eq!(tree.errors()[0].kind, SyntaxErrorKind::TooDeep { limit: 3 }, "of {text:?}");
    }
}

#[test]
fn aliases_count_for_depth() {
    let limits = Limits { depth: 4, ..Limits::default() };
    let text = "- &a [[1]]\n- [*a]\n- b\n";
    assert_eq!(errors(&read_within("a.yaml", text.to_owned(), &limits)), [""; 0]);
    let text = "- &a [[1]]\n- [[*a]]\n---\nb: 1\n";
    let tree = read_within("a.yaml", text.to_owned(), &limits);
    assert_eq!(errors(&tree), ["2:5: nested deeper than 4 levels, make the document flatter"]);
    assert_eq!(values(&tree), [r#"{"b": "1"}"#]);
    // A chain of aliases, each one level deeper, with no nesting in the text.
    let mut text = "- &a0 [x]\n".to_owned();
    for index in 1..300 {
        text += &format!("- &a{index} [*a{}]\n", index - 1);
    }
    let tree = read_within("a.yaml", text, &Limits::default());
    assert_eq!(errors(&tree), ["200:10: nested deeper than 200 levels, make the document flatter"]);
}

/// Each level names the one before nine times.
fn laughs(levels: usize, separator: &str) -> String {
    let mut text = "a0: &a0 {k: lol}\n".to_owned();
    for level in 1..=levels {
        let aliases = vec![format!("*a{}", level - 1); 9].join(separator);
        text += &format!("a{level}: &a{level} [{aliases}]\n");
    }
    text
}

#[test]
fn billion_laughs_are_not_funny() {
    let tree = read_within("a.yaml", laughs(30, ",") + "---\nb: 1\n", &Limits::default());
    let message = "aliases make this document larger than 1000000 nodes, use fewer of them";
    assert_eq!(errors(&tree), [format!("7:26: {message}")]);
    assert_eq!(values(&tree), [r#"{"b": "1"}"#]);
    assert_eq!(errors(&read_within("a.yaml", laughs(4, ", "), &Limits::default())), [""; 0]);
}

#[test]
fn merge_keys_count_for_expansion() {
    let mut text = "base: &base\n".to_owned();
    for key in 0..1_000 {
        text += &format!("  key{key}: 1\n");
    }
    text += "list:\n";
    text += &"  - <<: *base\n".repeat(2_000);
    let limits = Limits { expansion: 100_000, ..Limits::default() };
    let tree = read_within("a.yaml", text, &limits);
    assert_eq!(tree.errors()[0].kind, SyntaxErrorKind::AliasExpansion { limit: 100_000 });
}

#[test]
fn many_aliases_to_small_things_are_fine() {
    let text = "a: &a {b: c}\nd:\n".to_owned() + &"- *a\n".repeat(100_000);
    let tree = read_within("a.yaml", text, &Limits { expansion: 10, ..Limits::default() });
    // Written nodes are few here: the aliases are none.
    let expected = SyntaxErrorKind::AliasExpansion { limit: 140 };
    assert_eq!(tree.errors()[0].kind, expected);
    let text = "a: &a {b: c}\nd:\n".to_owned() + &"- [*a]\n".repeat(100_000);
    let tree = read_within("a.yaml", text, &Limits { expansion: 10, ..Limits::default() });
    assert_eq!(errors(&tree), [""; 0]);
}

#[test]
fn large_files_are_refused() {
    let limits = Limits { bytes: 3, ..Limits::default() };
    let tree = read_within("a.yaml", "a: 1".to_owned(), &limits);
    assert_eq!(errors(&tree), ["1:1: too large: 4 bytes, at most 3 are read, split the file"]);
    assert!(tree.is_empty());
}

#[test]
fn mistakes_are_listed_up_to_a_bound() {
    for text in ["--- [\n".repeat(100_000), "a: 1\n".repeat(100_000)] {
        let tree = read_within("a.yaml", text, &Limits::default());
        assert_eq!(tree.errors().len(), 1_000);
        let last = tree.errors().last().unwrap().to_string();
        assert!(last.starts_with("more than 999 mistakes"), "{last}");
    }
}

#[test]
fn many_different_tags_are_refused() {
    let mut text = String::new();
    for tag in 0..70_000 {
        text += &format!("- !t{tag} x\n");
    }
    let tree = read_within("a.yaml", text, &Limits::default());
    assert_eq!(errors(&tree), ["65536:3: more than 65535 different tags, split the document"]);
}

#[test]
fn lines_too_far_left_are_mended_up_to_a_bound() {
    let tree = read_within("a.yaml", "- a: '\n  b'\n".repeat(500), &Limits::default());
    assert_eq!(errors(&tree), [""; 0]);
    let tree = read_within("a.yaml", "- a: '\n  b'\n".repeat(50_000), &Limits::default());
    assert_eq!(tree.errors().len(), 1);
    // Broken documents and long gaps, again and again.
    let text = "---\n- '\na\n".repeat(2_000) + &" \n".repeat(1_000_000);
    let tree = read_within("a.yaml", text, &Limits::default());
    assert_eq!(tree.errors().len(), 1_000);
}

#[test]
fn large_input_takes_time_in_proportion() {
    let plain = "a".repeat(1 << 20);
    let keys: String = (0..50_000).map(|key| format!("key{key}: 1\n")).collect();
    let object: String = (0..50_000).map(|key| format!("\"key{key}\": 1,")).collect();
    for (path, text) in [
        ("a.yaml", plain.clone()),
        ("a.yaml", format!("\"{plain}\"")),
        ("a.yaml", format!("# {plain}\na: 1")),
        ("a.yaml", "# comment\n".repeat(100_000)),
        ("a.yaml", format!("é: é\n{keys}")),
        ("a.yaml", "--- é\n".repeat(50_000)),
        ("a.yaml", format!("a: |\n{}", "  é\n".repeat(100_000))),
        ("a.yaml", format!("[{}]", "a, ".repeat(100_000))),
        ("a.yaml", format!("a: [\n{}]", "'a',\n".repeat(100_000))),
        ("a.yaml", format!("a: '\n{}'", "é\n\n".repeat(100_000))),
        ("a.json", format!("[{}1]", "1,".repeat(200_000))),
        ("a.json", format!("{{{object}\"k\":1}}")),
    ] {
        let tree = read_within(path, text, &Limits::default());
        assert_eq!(errors(&tree), [""; 0]);
    }
}
