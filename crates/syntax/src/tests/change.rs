//! Changes of documents: what is written where, and what stays.

use super::*;
use crate::{Change, Entry, Literal, Span, apply, edits};

/// The entry or element at a path of keys and indexes, the root for an empty one.
fn value<'t>(tree: &'t Tree, path: &str) -> Node<'t> {
    let root = tree.documents().next().expect("there is a document");
    path.split('.').filter(|it| !it.is_empty()).fold(root, |node, step| match step.parse() {
        Ok(index) => node.items().nth(index).expect("there is an element"),
        Err(_) => node.get(step).unwrap_or_else(|| panic!("no `{step}`")),
    })
}

fn key(tree: &Tree, path: &str) -> Span {
    let (head, last) = path.rsplit_once('.').unwrap_or(("", path));
    let Entry { key, .. } = value(tree, head).entry(last).expect("there is a key");
    key.span()
}

fn keys(path: &str) -> Vec<String> {
    path.split('.').map(str::to_owned).collect()
}

fn text_of(value: &str) -> Literal {
    Literal::from(value.to_owned())
}

fn reference(name: &str) -> Literal {
    let name = name.to_owned();
    Literal::Call { short: ("!Ref", name.clone().into()), long: ("Ref", Box::new(name.into())) }
}

type Make<'m> = &'m dyn Fn(&Tree) -> Vec<Change>;

fn change(path: &str, text: &str, make: Make<'_>) -> Option<String> {
    let tree = read(path, text);
    assert_eq!(errors(&tree), [""; 0], "of {text:?}");
    let edits = edits(&tree, make(&tree))?;
    let result = apply(text, &edits).unwrap();
    let tree = read(path, &result);
    assert_eq!(errors(&tree), [""; 0], "of {result:?}");
    Some(result)
}

/// Makes a change of a YAML text, and of the same text with CRLF.
#[track_caller]
fn check(text: &str, make: Make<'_>, expected: &str) {
    assert_eq!(change("it.yaml", text, make).as_deref(), Some(expected));
    let crlf = |text: &str| text.replace('\n', "\r\n");
    assert_eq!(change("it.yaml", &crlf(text), make), Some(crlf(expected)));
}

#[track_caller]
fn check_json(text: &str, make: Make<'_>, expected: &str) {
    assert_eq!(change("it.json", text, make).as_deref(), Some(expected));
    let crlf = |text: &str| text.replace('\n', "\r\n");
    assert_eq!(change("it.json", &crlf(text), make), Some(crlf(expected)));
}

#[track_caller]
fn refuse(text: &str, make: Make<'_>) {
    assert_eq!(change("it.yaml", text, make), None);
}

fn set(path: &'static str, value: impl Into<Literal>) -> impl Fn(&Tree) -> Vec<Change> {
    let literal = value.into();
    move |tree| vec![Change::Set { at: self::value(tree, path).span(), value: literal.clone() }]
}

fn insert(
    into: &'static str,
    path: &'static str,
    value: impl Into<Literal>,
) -> impl Fn(&Tree) -> Vec<Change> {
    let literal = value.into();
    move |tree| {
        let into = self::value(tree, into).span();
        vec![Change::Insert { into, keys: keys(path), value: literal.clone() }]
    }
}

fn insert_under(
    at: &'static str,
    path: &'static str,
    value: impl Into<Literal>,
) -> impl Fn(&Tree) -> Vec<Change> {
    let literal = value.into();
    move |tree| {
        let key = key(tree, at);
        vec![Change::InsertUnder { key, keys: keys(path), value: literal.clone() }]
    }
}

fn append(to: &'static str, item: impl Into<Literal>) -> impl Fn(&Tree) -> Vec<Change> {
    let literal = item.into();
    move |tree| vec![Change::Append { to: value(tree, to).span(), item: literal.clone() }]
}

fn remove(path: &'static str) -> impl Fn(&Tree) -> Vec<Change> {
    move |tree| vec![Change::Remove { key: key(tree, path) }]
}

fn remove_item(path: &'static str) -> impl Fn(&Tree) -> Vec<Change> {
    move |tree| vec![Change::RemoveItem { at: value(tree, path).span() }]
}

#[test]
fn a_scalar_keeps_its_quotes_and_its_comment() {
    for (text, expected) in [
        ("a: false\n", "a: true\n"),
        ("a:   false   # why\n", "a: true   # why\n"),
        ("a: 'false' # why\n", "a: 'true' # why\n"),
        ("a: \"false\"\nb: 1", "a: \"true\"\nb: 1"),
        ("a: !Ref No\n", "a: true\n"),
        ("a: !Sub '${No}'\n", "a: true\n"),
        ("a:\nb: 1\n", "a: true\nb: 1\n"),
        ("a:  # nothing\nb: 1\n", "a: true  # nothing\nb: 1\n"),
        ("a: ~\n", "a: true\n"),
        ("a: {b: c}\n", "a: true\n"),
        ("a:\n  b: c\nd: e\n", "a: true\nd: e\n"),
        ("a: |\n  b\n\nd: e\n", "a: true\n\nd: e\n"),
        ("a: # why\n  false\n", "a: # why\n  true\n"),
        ("a: &x false\n", "a: &x true\n"),
    ] {
        check(text, &set("a", true), expected);
    }
    check("a: [x, false]\n", &set("a.1", true), "a: [x, true]\n");
    check("a:\n- x\n- false # c\n", &set("a.1", true), "a:\n- x\n- true # c\n");
    check("a: {b: 'false', c: d}\n", &set("a.b", true), "a: {b: 'true', c: d}\n");
    check("{a: , b: c}\n", &set("a", true), "{a: true , b: c}\n");
    check_json("{\"a\": false}", &set("a", true), "{\"a\": true}");
    check_json("{\"a\" : \"false\"}", &set("a", true), "{\"a\" : \"true\"}");
    check_json("{\"a\":{\"Ref\":\"No\"}}", &set("a", true), "{\"a\":true}");
}

#[test]
fn text_that_would_be_read_as_something_else_is_quoted() {
    for (text, expected) in [
        ("TLSv1.2_2021", "a: TLSv1.2_2021\n"),
        ("alias/aws/rds", "a: alias/aws/rds\n"),
        ("kms:Create*", "a: kms:Create*\n"),
        ("true", "a: 'true'\n"),
        ("8.4", "a: '8.4'\n"),
        ("2012-10-17", "a: '2012-10-17'\n"),
        ("*", "a: '*'\n"),
        ("it's: so", "a: 'it''s: so'\n"),
        ("", "a: ''\n"),
        ("a\tb", "a: \"a\\tb\"\n"),
        ("arn:${AWS::Partition}:x", "a: arn:${AWS::Partition}:x\n"),
        ("one\ntwo\n", "a: |\n  one\n  two\n"),
        ("one\ntwo", "a: |-\n  one\n  two\n"),
    ] {
        check("a: b\n", &set("a", text), expected);
        let tree = yaml(expected);
        assert_eq!(root(&tree).get("a").unwrap().text(), Some(text));
    }
    check("a: [b]\n", &set("a.0", "x, y"), "a: ['x, y']\n");
    check("a: b\nc: \"d\"\n", &set("a", "true"), "a: \"true\"\nc: \"d\"\n");
    check_json("{\"a\": 1}", &set("a", "it's \"so\"\n"), "{\"a\": \"it's \\\"so\\\"\\n\"}");
}

#[test]
fn a_list_in_brackets_stays_in_brackets() {
    check("a: [b, c] # d\n", &set("a", Literal::list(["e"])), "a: [e] # d\n");
    check("a:\n  - b\n", &set("a", Literal::list(["e"])), "a:\n  - e\n");
}

#[test]
fn a_scalar_makes_room_for_a_block() {
    let block = || Literal::map([("b", Literal::list(["c", "d"])), ("e", reference("F"))]);
    check(
        "x:\n  a: 1 # n\n",
        &set("x.a", block()),
        "x:\n  a:\n    b:\n      - c\n      - d\n    e: !Ref F # n\n",
    );
    check(
        "x:\n- a: 1\n",
        &set("x.0.a", block()),
        "x:\n- a:\n    b:\n    - c\n    - d\n    e: !Ref F\n",
    );
    check("x:\n- 1\n", &set("x.0", block()), "x:\n- b:\n  - c\n  - d\n  e: !Ref F\n");
    check("x: [1]\n", &set("x.0", block()), "x: [{b: [c, d], e: !Ref F}]\n");
    check_json(
        "{\"a\":1}",
        &set("a", block()),
        "{\"a\":{\"b\": [\"c\", \"d\"], \"e\": { \"Ref\": \"F\" }}}",
    );
    check_json(
        "{\n    \"x\": {\n        \"a\": 1\n    }\n}\n",
        &set("x.a", block()),
        "{\n    \"x\": {\n        \"a\": {\n            \"b\": [\n                \"c\",\n                \"d\"\n            ],\n            \"e\": { \"Ref\": \"F\" }\n        }\n    }\n}\n",
    );
}

#[test]
fn two_mappings_for_one_place_become_one() {
    let both = |tree: &Tree| {
        let at = value(tree, "a").span();
        let with = |path, text| Change::Set { at, value: text_of(text).under(&keys(path)) };
        vec![with("b.c", "x"), with("b.d", "w"), with("e", "z")]
    };
    check("a: !Ref X\n", &both, "a:\n  b:\n    c: x\n    d: w\n  e: z\n");
    // Two values that are no mappings have no place together.
    refuse("a: 1\n", &|tree| [set("a", "x")(tree), set("a", "y")(tree)].concat());
}

#[test]
fn a_key_is_inserted_behind_the_last_one() {
    for (text, expected) in [
        ("x:\n  b: 1", "x:\n  b: 1\n  a: true"),
        ("x:\n  b: 1\ny: 2\n", "x:\n  b: 1\n  a: true\ny: 2\n"),
        ("x:\n  b: 1 # c\n\n# d\ny: 2\n", "x:\n  b: 1 # c\n  a: true\n\n# d\ny: 2\n"),
        (
            "x:\n    b:\n        c: |\n            t\n\ny: 2\n",
            "x:\n    b:\n        c: |\n            t\n    a: true\n\ny: 2\n",
        ),
        ("x:\n  b:\n", "x:\n  b:\n  a: true\n"),
        ("x:\n  b: # c\n\ny: 2\n", "x:\n  b: # c\n  a: true\n\ny: 2\n"),
        ("x:\n  b: [1,\n  2]\n", "x:\n  b: [1,\n  2]\n  a: true\n"),
        ("x: {}\n", "x:\n  a: true\n"),
        ("x: {} # c\ny:\n    z: 1\n", "x:\n    a: true # c\ny:\n    z: 1\n"),
        ("x: {b: 1}\n", "x: {b: 1, a: true}\n"),
        ("x: { b: 1, c: [2] }\n", "x: { b: 1, c: [2], a: true }\n"),
        ("x: {b: 1,}\n", "x: {b: 1, a: true,}\n"),
        ("x: {\n  b: 1, # c\n  d: 2 # e\n}\n", "x: {\n  b: 1, # c\n  d: 2, # e\n  a: true\n}\n"),
        ("x: {\n  b: 1,\n  d: 2,\n}\n", "x: {\n  b: 1,\n  d: 2,\n  a: true,\n}\n"),
        ("x: [{}]\n", "x: [{}]\n"),
    ] {
        if text != expected {
            check(text, &insert("x", "a", true), expected);
        }
    }
    check("x: [{}]\n", &insert("x.0", "a", true), "x: [{a: true}]\n");
    check("- b: 1\n- c\n", &insert("0", "a", true), "- b: 1\n  a: true\n- c\n");
    check("-   b: 1\n-   c\n", &insert("0", "a", true), "-   b: 1\n    a: true\n-   c\n");
    check("b: 1\n---\nc: 1\n", &insert("", "a", true), "b: 1\na: true\n---\nc: 1\n");
}

#[test]
fn blocks_on_the_way_are_made() {
    check("x:\n  b: 1\n", &insert("x", "c.d.a", true), "x:\n  b: 1\n  c:\n    d:\n      a: true\n");
    check("x:\n  b:\n", &insert_under("x.b", "a", true), "x:\n  b:\n    a: true\n");
    check(
        "x:\n  b: # c\ny: 1\n",
        &insert_under("x.b", "a", true),
        "x:\n  b:\n    a: true # c\ny: 1\n",
    );
    check("x:\n  Type: T\n", &insert_under("x", "P.a", true), "x:\n  Type: T\n  P:\n    a: true\n");
    check_json("{\"x\": null}", &insert_under("x", "a", true), "{\"x\": {\"a\": true}}");
    // Both need the block, which is made once.
    let both = |tree: &Tree| {
        let into = value(tree, "x").span();
        ["P.a", "P.b.c"]
            .map(|path| Change::Insert { into, keys: keys(path), value: true.into() })
            .to_vec()
    };
    check("x:\n  T: 1\n", &both, "x:\n  T: 1\n  P:\n    a: true\n    b:\n      c: true\n");
}

#[test]
fn of_two_insertions_in_one_line_the_inner_one_comes_first() {
    let both = |tree: &Tree| {
        ["", "x", "x.y"]
            .map(|path| Change::Insert {
                into: value(tree, path).span(),
                keys: keys("a"),
                value: true.into(),
            })
            .to_vec()
    };
    check("x:\n  y:\n    z: 1\n", &both, "x:\n  y:\n    z: 1\n    a: true\n  a: true\na: true\n");
}

#[test]
fn entries_parted_by_empty_lines_stay_so() {
    check(
        "R:\n  A:\n    b: 1\n\n  # second\n  C:\n    d: 1\n\nO:\n  x: 1\n",
        &insert("R", "E", Literal::map([("f", 1.into())])),
        "R:\n  A:\n    b: 1\n\n  # second\n  C:\n    d: 1\n\n  E:\n    f: 1\n\nO:\n  x: 1\n",
    );
}

#[test]
fn json_is_written_like_its_neighbours() {
    for (text, expected) in [
        ("{\"x\": {\"b\": 1}}", "{\"x\": {\"b\": 1, \"a\": true}}"),
        ("{\"x\":{\"b\":1,\"c\":2}}", "{\"x\":{\"b\":1,\"c\":2,\"a\":true}}"),
        ("{\"x\": {}}", "{\"x\": {\"a\": true}}"),
        (
            "{\n\t\"x\": {\n\t\t\"b\": 1\n\t}\n}\n",
            "{\n\t\"x\": {\n\t\t\"b\": 1,\n\t\t\"a\": true\n\t}\n}\n",
        ),
        (
            "{\n  \"x\": {\n    \"b\" : 1\n  }\n}",
            "{\n  \"x\": {\n    \"b\" : 1,\n    \"a\" : true\n  }\n}",
        ),
        ("{\n  \"x\": { }\n}", "{\n  \"x\": {\n    \"a\": true\n  }\n}"),
    ] {
        check_json(text, &insert("x", "a", true), expected);
    }
    check_json("[1]", &append("", 2), "[1, 2]");
    check_json("[\n  1\n]", &append("", 2), "[\n  1,\n  2\n]");
    check_json("{\"a\": []}", &append("a", 2), "{\"a\": [2]}");
}

#[test]
fn an_element_is_added_behind_the_last_one() {
    for (text, expected) in [
        ("a:\n- b # c\nd: 1\n", "a:\n- b # c\n- x\nd: 1\n"),
        ("a:\n  -   b\n", "a:\n  -   b\n  -   x\n"),
        ("a: []\n", "a: [x]\n"),
        ("a: [b]\n", "a: [b, x]\n"),
        ("a: [\n  b\n]\n", "a: [\n  b,\n  x\n]\n"),
        ("a: [\n  b # c\n]\n", "a: [\n  b, # c\n  x\n]\n"),
    ] {
        check(text, &append("a", "x"), expected);
    }
    let statement = Literal::map([("E", "D".into()), ("A", Literal::list(["s:*"]))]);
    check(
        "a:\n  - E: x\n    P: y\nb: 1\n",
        &append("a", statement),
        "a:\n  - E: x\n    P: y\n  - E: D\n    A:\n      - s:*\nb: 1\n",
    );
}

#[test]
fn what_is_removed_takes_its_line_with_it() {
    for (text, expected) in [
        ("x:\n  a: 1 # c\n  b: 2\n", "x:\n  b: 2\n"),
        ("x:\n  b: 2\n  a:\n    - 1\ny: 1\n", "x:\n  b: 2\ny: 1\n"),
        ("x:\n  b: 2\n  a: 1", "x:\n  b: 2"),
        ("x: {a: 1, b: 2}\n", "x: {b: 2}\n"),
        ("x: {b: 2, a: 1}\n", "x: {b: 2}\n"),
    ] {
        check(text, &remove("x.a"), expected);
    }
    check("- a: 1\n  b: 2\n", &remove("0.a"), "- b: 2\n");
    check_json("{\n  \"a\": 1,\n  \"b\": 2\n}", &remove("a"), "{\n  \"b\": 2\n}");
    check_json("{\n  \"b\": 2,\n  \"a\": 1\n}", &remove("a"), "{\n  \"b\": 2\n}");
    check("a:\n- b: 1\n  c: 2\n- d\n", &remove_item("a.0"), "a:\n- d\n");
    check("a: [b, c]\n", &remove_item("a.1"), "a: [b]\n");
    refuse("x:\n  a: 1\n", &remove("x.a"));
    refuse("x:\n- a\n", &remove_item("x.0"));
}

#[test]
fn a_key_gets_another_name_and_value() {
    let rename = |path: &'static str| {
        move |tree: &Tree| {
            let key = key(tree, path);
            vec![Change::Rename { key, name: "new".to_owned(), value: true.into() }]
        }
    };
    check("x:\n  a: 'b' # c\n", &rename("x.a"), "x:\n  new: true # c\n");
    check("x:\n  a: 'off'\n", &rename("x.a"), "x:\n  new: 'true'\n");
    check("x: {\"a\": b}\n", &rename("x.a"), "x: {\"new\": true}\n");
    check("a:\n  b: c\nd: 1\n", &rename("a"), "new: true\nd: 1\n");
    check_json("{\"a\": \"b\"}", &rename("a"), "{\"new\": true}");
    refuse("a: 1\nnew: 2\n", &rename("a"));
}

#[test]
fn a_document_is_added_at_the_end() {
    let add = |tree: &Tree| {
        let value = Literal::map([("kind", "Secret".into()), ("data", Literal::Map(Vec::new()))]);
        vec![Change::AddDocument { within: value_span(tree), value }]
    };
    check("a: 1\n", &add, "a: 1\n---\nkind: Secret\ndata: {}\n");
    check("b: 2\na: 1", &add, "b: 2\na: 1\n---\nkind: Secret\ndata: {}\n");
    refuse("a: 1\n...\n", &add);
}

fn value_span(tree: &Tree) -> Span {
    value(tree, "").span()
}

#[test]
fn an_anchor_stays_where_an_alias_needs_it() {
    let rename = |tree: &Tree| {
        let key = key(tree, "x.a");
        vec![Change::Rename { key, name: "new".to_owned(), value: true.into() }]
    };
    for text in [
        "x:\n  a: &n\n    - 1\n  b: 2\ny: *n\n",
        "x:\n  a:\n    c: &n 1\n  b: 2\ny: *n\n",
        "x:\n  &n a: 1\n  b: 2\ny: *n\n",
        "x:\n  a: &n\n  b: 2\ny: *n\n",
        "x:\n  b: 2\n  a: &n {}\ny:\n  <<: *n\n  c: 3\n",
        "x: {a: 1, &n b: 2}\ny: [*n]\n",
    ] {
        refuse(text, &remove("x.a"));
    }
    refuse("x:\n- &n a\n- b\ny: *n\n", &remove_item("x.0"));
    refuse("x: [a, &n b]\ny: *n\n", &remove_item("x.0"));
    refuse("x:\n  a:\n    b: &n 1\ny: *n\n", &set("x.a", true));
    refuse("x:\n  a: &n 1\ny: *n\n", &rename);
    // One that nobody needs goes; so does an alias.
    check("x:\n  a: &n 1\n  b: &m 2\ny: *m\n", &remove("x.a"), "x:\n  b: &m 2\ny: *m\n");
    check("x:\n  b: &n 2\n  a: *n\n", &remove("x.a"), "x:\n  b: &n 2\n");
    check("x:\n  a: 1\ny: &n 2\nz: *n\n", &set("x.a", 3), "x:\n  a: 3\ny: &n 2\nz: *n\n");
}

#[test]
fn beside_an_alias_in_brackets_nothing_is_guessed() {
    refuse("y: &n 1\nx: {a: *n, b: 2}\n", &remove("x.b"));
    refuse("y: &n {c: 1}\nx: {a: 1, <<: *n, b: 2}\n", &remove("x.b"));
    refuse("y: &n {c: 1}\nx:\n- a: 1\n  <<: *n\n  b: 2\n", &remove("x.0.a"));
    refuse("y: &n 1\nx: [*n, b]\n", &remove_item("x.1"));
    refuse("y: &n 1\nx: {b: *n}\n", &insert("x", "a", true));
    refuse("y: &n 1\nx: [*n]\n", &append("x", 2));
    refuse("y: &n 1\nx:\n    - *n\n", &append("x", 2));
    check("y: &n 1\nx:\n- b\n- *n\n", &append("x", 2), "y: &n 1\nx:\n- b\n- *n\n- 2\n");
    // What stands before the last one does not matter.
    check(
        "y: &n 1\nx: {b: *n, c: 2}\n",
        &insert("x", "a", true),
        "y: &n 1\nx: {b: *n, c: 2, a: true}\n",
    );
    check("y: &n 1\nx: [*n, b]\n", &append("x", 2), "y: &n 1\nx: [*n, b, 2]\n");
}

#[test]
fn what_cannot_be_done_cleanly_is_not_done() {
    // An alias shares the node.
    refuse("a: &x {b: false}\nc: *x\n", &set("a.b", true));
    refuse("a: &x\n  b: false\nc:\n  <<: *x\n  d: 1\n", &set("a.b", true));
    // A key that is there, a value that is no mapping.
    refuse("x:\n  a: 1\n", &insert("x", "a", true));
    refuse("x: 1\n", &insert_under("x", "a", true));
    // A comment would go, or a text would change.
    refuse("a:\n  # why\n  b: 1\n  c: 2 # how\n", &set("a", true));
    refuse("x:\n  b: |+\n    t\n\n\n", &insert("x", "a", true));
    refuse("x: !If\n  b: 1\n", &insert("x", "a", true));
    // A span that is no node.
    refuse("a: 1\n", &|tree| {
        let span = Span { end: 0, ..value_span(tree) };
        vec![Change::Set { at: span, value: true.into() }]
    });
    // Text with errors.
    let tree = yaml("a: 1\na: 2\n");
    let change = Change::Set { at: value(&tree, "a").span(), value: text_of("x") };
    assert_eq!(edits(&tree, vec![change]), None);
}
