//! Strict JSON: what is taken, what is not, and where everything stands.

use super::*;
use crate::{Style, Syntax};

fn check(text: &str, expected: &[&str]) {
    let tree = json(text);
    assert_eq!(errors(&tree), [""; 0], "of {text:?}");
    assert_eq!(values(&tree), expected, "of {text:?}");
}

#[test]
fn values_of_every_kind() {
    check(
        r#"{"a": [1, -2.5e+3, true, false, null, "s"], "b": {}, "c": []}"#,
        &[r#"{"a": ["1", "-2.5e+3", "true", "false", "null", "s"], "b": {}, "c": []}"#],
    );
    check("\u{feff} \t\r\n\"root\" \n", &[r#""root""#]);
    check("0", &[r#""0""#]);
    check("null", &[]);
    check(r#""\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00""#, &[r#""\"\\/\u{8}\u{c}\n\r\té😀""#]);
    check(r#"{"": ""}"#, &[r#"{"": ""}"#]);
    // No merging, no tags: a string is a string.
    check(r#"{"<<": {"a": 1}, "b": "!Ref c"}"#, &[r#"{"<<": {"a": "1"}, "b": "!Ref c"}"#]);
}

#[test]
fn spans_and_styles_are_those_of_the_text() {
    let text = "{ \"ké\" : [ 12 , \"a\\n\" ] }\n";
    let tree = json(text);
    let root = root(&tree);
    assert_eq!(tree.syntax(), Syntax::Json);
    assert_eq!(slice(root, text), "{ \"ké\" : [ 12 , \"a\\n\" ] }");
    let entry = root.single_entry().unwrap();
    assert_eq!((slice(entry.key, text), entry.key.style()), ("\"ké\"", Style::DoubleQuoted));
    assert_eq!((slice(entry.value, text), entry.value.style()), ("[ 12 , \"a\\n\" ]", Style::Flow));
    let items: Vec<Node<'_>> = entry.value.items().collect();
    assert_eq!((slice(items[0], text), items[0].style()), ("12", Style::Plain));
    assert_eq!((slice(items[1], text), items[1].text()), ("\"a\\n\"", Some("a\n")));
}

#[test]
fn duplicate_keys_are_errors_and_the_last_wins() {
    let tree = json("{\"a\": 1,\n \"\\u0061\": 2}");
    assert_eq!(errors(&tree), ["2:2: the key `a` stands twice in this mapping, keep one of them"]);
    assert_eq!(tree.documents().next().unwrap().get("a").unwrap().text(), Some("2"));
}

#[test]
fn everything_else_is_an_error_with_a_place() {
    for (text, expected) in [
        ("", "1:1: not valid JSON: the text ends where a value is expected"),
        ("{", "1:1: not valid JSON: the text ends where a key in double quotes is expected"),
        ("[1,", "1:3: not valid JSON: the text ends where a value is expected"),
        ("[1 2]", "1:4: not valid JSON: expected `,` or `]` behind a value"),
        ("[1,]", "1:4: not valid JSON: a value is missing before the bracket, or a comma too many"),
        ("{\"a\":1,}", "1:8: not valid JSON: a comma stands before `}`, take it out"),
        ("{\"a\" 1}", "1:6: not valid JSON: expected `:` behind a key"),
        (
            "{\"a\":}",
            "1:6: not valid JSON: a value is missing before the bracket, or a comma too many",
        ),
        ("{a: 1}", "1:2: not valid JSON: expected a key in double quotes"),
        ("{'a': 1}", "1:2: not valid JSON: expected a key in double quotes"),
        ("['a']", "1:2: not valid JSON: a string stands in single quotes, use double quotes"),
        ("// x\n1", "1:1: not valid JSON: JSON has no comments, take it out"),
        ("{} {}", "1:4: not valid JSON: there is text behind the end of the document, take it out"),
        ("tru", "1:1: not valid JSON: expected a value"),
        ("[truely]", "1:6: not valid JSON: expected `,` or `]` behind a value"),
        ("01", "1:1: not valid JSON: a number starts with 0, take it out or quote the number"),
        ("-", "1:1: not valid JSON: the text ends where a digit is expected"),
        ("1.x", "1:3: not valid JSON: expected a digit behind the decimal point"),
        ("1e", "1:2: not valid JSON: the text ends where a digit in the exponent is expected"),
        ("+1", "1:1: not valid JSON: expected a value"),
        ("\"abc", "1:1: not valid JSON: a string does not end, close it with `\"`"),
        (
            "\"a\tb\"",
            "1:3: not valid JSON: a string holds a line end, tab or other control character, write it as an escape such as `\\n`",
        ),
        (
            "\"é\\x\"",
            "1:3: not valid JSON: a string holds an escape JSON does not have, double the `\\`",
        ),
        ("\"\\u12g4\"", "1:2: not valid JSON: four hexadecimal digits must follow `\\u`"),
        (
            "\"\\ud800\"",
            "1:2: not valid JSON: a `\\u` escape is half of a surrogate pair, write both halves",
        ),
        (
            "\"\\udc00\\ud800\"",
            "1:2: not valid JSON: a `\\u` escape is half of a surrogate pair, write both halves",
        ),
        ("\u{a0}1", "1:1: not valid JSON: expected a value"),
    ] {
        let tree = json(text);
        assert_eq!(errors(&tree), [expected], "of {text:?}");
        assert!(tree.is_empty(), "of {text:?}");
    }
}
