//! What holds for every text.

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::{Entry, OffsetMap, Style, parse_embedded, suppression_comments};

/// Text that looks like YAML often enough to get far into the parser.
pub(crate) fn yaml_like() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => Just("a"), 4 => Just("key"), 4 => Just(": "), 4 => Just("\n"), 3 => Just("  "),
        3 => Just(" "), 3 => Just("- "), 2 => Just("é"), 2 => Just("😀"), 2 => Just("'"),
        2 => Just("\""), 1 => Just("|\n"), 1 => Just(">-\n"), 1 => Just("|2+\n"), 1 => Just("{"),
        1 => Just("}"), 1 => Just("["), 1 => Just("]"), 1 => Just(", "), 1 => Just("# c"),
        1 => Just("#"), 1 => Just("&x "), 1 => Just("*x"), 1 => Just("!Ref "), 1 => Just("!!str "),
        1 => Just("!"), 1 => Just("? "), 1 => Just(":"), 1 => Just("-"), 1 => Just("---\n"),
        1 => Just("...\n"), 1 => Just("\r\n"), 1 => Just("\r"), 1 => Just("\t"), 1 => Just("\\n"),
        1 => Just("\\"), 1 => Just("\\x41"), 1 => Just("<<: "), 1 => Just("%YAML 1.1\n"),
        1 => Just("\u{feff}"), 1 => Just("# stackseal: ignore[x] "), 1 => Just("\n  "),
        1 => Just("\n\n"), 1 => Just("~"), 1 => Just("\u{85}"), 1 => Just("''"), 1 => Just("0"),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

/// Checks every span of a tree of `host`, and that scalars map back to what they are written with.
fn check_spans(tree: &Tree, host: &str) {
    let lines = LineIndex::new(host);
    let is_inside = |span: crate::Span| {
        assert!(span.start <= span.end && host.get(span.range()).is_some(), "{span:?} of {host:?}");
    };
    for error in tree.errors() {
        is_inside(error.span);
    }
    for comment in suppression_comments(tree, &lines) {
        is_inside(comment.span);
    }
    for document in tree.documents() {
        check_node(document, host, &is_inside);
    }
    // Aliases aside, nodes are in the order of the file.
    if tree.origin.is_none() {
        let starts: Vec<u32> = tree.nodes.iter().map(|it| it.start).collect();
        assert!(starts.is_sorted(), "of {host:?}");
        let scalars: Vec<crate::Span> = tree.scalars().map(Node::span).collect();
        assert!(scalars.windows(2).all(|it| it[0].end <= it[1].start), "of {host:?}");
    }
}

fn check_node(node: Node<'_>, host: &str, is_inside: &impl Fn(crate::Span)) {
    is_inside(node.span());
    if let Some(text) = node.text() {
        check_map(node, text, host);
    }
    for (index, child) in node.items().enumerate() {
        let found = node.item_at(child.span()).map(|(index, it)| (index, it.span()));
        let mut first = node.items().map(Node::span).enumerate();
        assert_eq!(found, first.find(|it| it.1.contains(child.span())), "{index} of {host:?}");
        check_node(child, host, is_inside);
    }
    for Entry { key, value } in node.entries() {
        for span in [key.span(), value.span()] {
            let holds =
                |it: &Entry<'_>| it.key.span().contains(span) || it.value.span().contains(span);
            let first = node.entries().find(holds).map(|it| it.key.span());
            assert_eq!(node.entry_at(span).map(|it| it.key.span()), first, "of {host:?}");
        }
        check_node(key, host, is_inside);
        check_node(value, host, is_inside);
    }
}

/// Every character of a value is written either as itself or as an escape or a fold.
fn check_map(node: Node<'_>, text: &str, host: &str) {
    let map = OffsetMap::of_scalar(node);
    let mut last = 0;
    for (at, character) in text.char_indices() {
        let end = at + character.len_utf8();
        let span = map.span(FILE, u32::try_from(at).unwrap(), u32::try_from(end).unwrap());
        let written = host.get(span.range()).expect("inside the file");
        assert!(span.start >= last, "{at} of {text:?} in {host:?}");
        last = span.end;
        let is_itself = written.chars().eq([character]);
        let is_fold =
            matches!(character, ' ' | '\n') && matches!(written, "\n" | "\r" | "\r\n" | "");
        // Quotes double with every level of embedding.
        let is_escape = written.starts_with('\\') || written.chars().all(|it| it == '\'');
        assert!(is_itself || is_fold || is_escape, "{character:?} as {written:?} in {host:?}");
    }
}

fn check_all(path: &str, text: &str) {
    let tree = read(path, text);
    check_spans(&tree, text);
    for scalar in tree.scalars() {
        let inner = parse_embedded(scalar, &Limits::default());
        check_spans(&inner, text);
        for scalar in inner.scalars() {
            check_spans(&parse_embedded(scalar, &Limits::default()), text);
        }
    }
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_filter("JSON has no infinity", |it| it.is_finite()).prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(text(), inner, 0..6)
                .prop_map(|it| Value::Object(it.into_iter().collect())),
        ]
    })
}

/// Strings that are awkward to write: several lines, quotes, indicators, words that are not text.
fn text() -> impl Strategy<Value = String> {
    let text = prop_oneof![
        "\\PC{0,12}",
        "[a-z \\n\\t'\"\\\\:#{}&*!|>é\u{1f600}-]{0,24}",
        "(  )?[a-z]{1,8}( [a-z]{1,8}){0,3}(\n {0,4}[a-z ]{0,8}){0,4}\n{0,2}",
        prop::sample::select(vec!["yes", "~", "null", "0x1f", "1e3", "2010-09-09", "", " "])
            .prop_map(str::to_owned),
    ];
    // `<<` is a merge key to us, and text to serde_yaml, which breaks lines as YAML 1.1 did.
    text.prop_filter("differs from YAML 1.1", |it| {
        it != "<<" && !it.contains(['\u{85}', '\u{2028}', '\u{2029}'])
    })
}

/// Whether a node says what `value` says, as far as text can: numbers compare as numbers.
fn is_value(node: Node<'_>, value: &Value) -> bool {
    match (node.kind(), value) {
        (Kind::Scalar, Value::String(text)) => node.text() == Some(text),
        (Kind::Scalar, Value::Null) => node.is_null(),
        (Kind::Scalar, Value::Bool(it)) => {
            node.style() == Style::Plain && node.text() == Some(if *it { "true" } else { "false" })
        }
        (Kind::Scalar, Value::Number(number)) => {
            let text = node.text().unwrap_or_default();
            let read = serde_json::from_str::<serde_json::Number>(text);
            let is_equal = read.is_ok_and(|it| {
                it == *number
                    || it
                        .as_f64()
                        .zip(number.as_f64())
                        .is_some_and(|(a, b)| a.to_bits() == b.to_bits())
            });
            let as_float = || text.parse::<f64>().ok().map(f64::to_bits);
            node.style() == Style::Plain
                && (is_equal || as_float() == number.as_f64().map(f64::to_bits))
        }
        (Kind::Sequence, Value::Array(items)) => {
            node.items().len() == items.len()
                && node.items().zip(items).all(|(a, b)| is_value(a, b))
        }
        (Kind::Mapping, Value::Object(entries)) => {
            node.entries().len() == entries.len()
                && entries
                    .iter()
                    .all(|(key, value)| node.get(key).is_some_and(|it| is_value(it, value)))
        }
        _ => false,
    }
}

/// The root, where a text that is null has none.
fn says(tree: &Tree, value: &Value) -> bool {
    match tree.documents().next() {
        None => value.is_null() && tree.errors().is_empty(),
        Some(root) => tree.errors().is_empty() && is_value(root, value),
    }
}

proptest! {
    #[test]
    fn yaml_spans_lie_inside_the_file(text in yaml_like()) {
        check_all("it.yaml", &text);
    }

    /// Flow style is free in its line breaks: JSON broken over lines that start anywhere is the
    /// same value, deep inside blocks too.
    #[test]
    fn flow_style_lines_start_anywhere(
        value in json_value(),
        indents in prop::collection::vec(0usize..9, 1..9),
    ) {
        let mut indents = indents.iter().cycle();
        let mut text = "é:\n  - - b: !Tag ".to_owned();
        for line in serde_json::to_string_pretty(&value).unwrap().lines() {
            text += line.trim_start();
            text += "\n";
            text += &" ".repeat(*indents.next().unwrap());
        }
        text = text.trim_end().to_owned() + "\n    - end\n";
        let tree = yaml(&text);
        prop_assert_eq!(errors(&tree), [""; 0], "{}", text);
        let list = root(&tree).get("é").unwrap().items().next().unwrap();
        let items: Vec<Node<'_>> = list.items().collect();
        let found = items[0].get("b").unwrap();
        if !value.is_null() {
            prop_assert!(is_value(found, &value), "{text}");
            prop_assert_eq!(slice(found, &text).lines().count(), text.lines().count() - 2);
        }
        prop_assert_eq!(slice(items[1], &text), "end");
        check_spans(&tree, &text);
    }

    #[test]
    fn any_text_has_spans_inside_the_file(text in "(\\PC|[\0-\u{20}]){0,80}") {
        check_all("it.yaml", &text);
        check_all("it.json", &text);
    }

    #[test]
    fn broken_json_has_spans_inside_the_file(
        value in json_value(),
        cut in any::<prop::sample::Index>(),
        added in "[\\[\\]{},:\"a0\\\\\u{e9}]?",
    ) {
        let mut text = value.to_string();
        let mut at = cut.index(text.len() + 1);
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        text.replace_range(at.., &(added + text.get(at + 1..).unwrap_or_default()));
        check_all("it.json", &text);
        check_all("it.template", &text);
        // As strict as serde_json; how deep, how far a number reaches is another matter.
        let ours = json(&text);
        let theirs = serde_json::from_str::<serde::de::IgnoredAny>(&text);
        let is_fine = ours.errors().iter().all(|it| matches!(it.kind, crate::SyntaxErrorKind::DuplicateKey { .. }));
        prop_assert_eq!(is_fine, theirs.is_ok(), "{:?} {:?}", ours.errors(), text);
    }

    #[test]
    fn json_means_what_serde_json_reads(value in json_value(), is_pretty: bool) {
        let text = if is_pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
        let text = text.unwrap();
        let tree = json(&text);
        prop_assert!(says(&tree, &value), "{text:?} as {:?}, {:?}", values(&tree), errors(&tree));
        // Most JSON is YAML too; what differs is long keys and escaped surrogates.
        check_spans(&tree, &text);
    }

    #[test]
    fn yaml_means_what_serde_yaml_wrote(value in json_value()) {
        let text = serde_yaml::to_string(&value).unwrap();
        let tree = yaml(&text);
        prop_assert!(says(&tree, &value), "{text:?} as {:?}, {:?}", values(&tree), errors(&tree));
        check_all("it.yaml", &text);
    }

    #[test]
    fn yaml_and_json_of_one_value_are_one_tree(value in json_value()) {
        let yaml = yaml(&serde_yaml::to_string(&value).unwrap());
        let json = json(&serde_json::to_string_pretty(&value).unwrap());
        prop_assert!(says(&yaml, &value) && says(&json, &value));
    }

    /// A document inside a block scalar, and inside strings, means and shows what it does alone.
    #[test]
    fn embedded_texts_stand_in_their_hosts(value in json_value(), indent in 1usize..5) {
        let inner = serde_json::to_string_pretty(&value).unwrap();
        let pad = " ".repeat(indent);
        let literal = format!("é: 1\na: |-\n{pad}{}\n", inner.replace('\n', &format!("\n{pad}")));
        let single = format!("é: 1\na: '{}'\n", serde_json::to_string(&value).unwrap().replace('\'', "''"));
        let double = serde_json::json!({ "é": 1, "a": inner }).to_string();
        let in_yaml = serde_yaml::to_string(&serde_json::json!({ "é": 1, "a": inner })).unwrap();
        for (path, text) in [("a.yaml", literal), ("a.yaml", single), ("a.json", double), ("a.yaml", in_yaml)] {
            let tree = read(path, &text);
            let host = root(&tree).get("a").unwrap();
            let embedded = parse_embedded(host, &Limits::default());
            if embedded.syntax() == crate::Syntax::Json {
                prop_assert!(says(&embedded, &value), "{text:?}");
            }
            check_spans(&embedded, &text);
            for scalar in embedded.scalars() {
                // What is one line of plain characters there is the same here.
                let data = scalar.data();
                let range = data.start as usize..data.end as usize;
                let alone = &embedded.source().text[range];
                if !alone.contains(['"', '\\', '\n', '\'']) {
                    prop_assert_eq!(slice(scalar, &text), alone);
                }
            }
        }
    }
}
