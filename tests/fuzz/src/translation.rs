//! The JSON of a YAML document: what must be judged alike.

use std::fmt::Write as _;

use stackseal_syntax::{Kind, LineIndex, Node, Style, Tree, suppression_comments};

/// Nodes written before a translation is given up: an alias may stand for many.
const NODES: usize = 20_000;

/// The only document of `tree` as JSON, short forms of intrinsics in their long form.
///
/// None for what JSON cannot say or what says something else there: suppressions in comments, several
/// documents, keys that are no texts, tags we do not know, and words of which YAML 1.1 and 1.2 do
/// not agree whether they are texts.
pub(crate) fn translated(tree: &Tree) -> Option<String> {
    let mut documents = tree.documents();
    let (Some(root), None) = (documents.next(), documents.next()) else { return None };
    let lines = LineIndex::new(&tree.source().text);
    if !tree.errors().is_empty() || !suppression_comments(tree, &lines).is_empty() {
        return None;
    }
    json_of(root)
}

/// `node` as JSON, as far as JSON can say the same.
pub(crate) fn json_of(node: Node<'_>) -> Option<String> {
    let mut json = String::new();
    write(node, &mut 0, &mut json)?;
    Some(json)
}

fn write(node: Node<'_>, written: &mut usize, json: &mut String) -> Option<()> {
    *written += 1;
    if *written > NODES {
        return None;
    }
    let Some(tag) = node.tag() else { return content(node, written, json) };
    if matches!(tag, "!" | "!!str" | "tag:yaml.org,2002:str") {
        return text(node.text()?, json);
    }
    let name = tag.strip_prefix('!').filter(|it| FUNCTIONS.contains(it))?;
    if matches!(name, "Ref" | "Condition") && node.kind() == Kind::Mapping {
        // Without the tag, these are keys of a mapping like any other.
        return None;
    }
    let prefix = if matches!(name, "Ref" | "Condition") { "" } else { "Fn::" };
    // Writing to a string does not fail.
    let _ = write!(json, "{{\"{prefix}{name}\": ");
    match node.text() {
        Some(argument) => text(argument, json)?,
        None => content(node, written, json)?,
    }
    json.push('}');
    Some(())
}

/// The functions that have a short form.
const FUNCTIONS: &[&str] = &[
    "Ref",
    "Condition",
    "Sub",
    "GetAtt",
    "If",
    "Equals",
    "And",
    "Or",
    "Not",
    "FindInMap",
    "Join",
    "Select",
    "Split",
    "Base64",
    "Cidr",
    "GetAZs",
    "ImportValue",
    "Transform",
    "Length",
    "ToJsonString",
];

fn content(node: Node<'_>, written: &mut usize, json: &mut String) -> Option<()> {
    match node.kind() {
        Kind::Scalar if node.style() == Style::Plain => plain(node.text()?, json)?,
        Kind::Scalar => text(node.text()?, json)?,
        Kind::Sequence => {
            json.push('[');
            for (index, item) in node.items().enumerate() {
                json.push_str(if index > 0 { ", " } else { "" });
                write(item, written, json)?;
            }
            json.push(']');
        }
        Kind::Mapping => {
            json.push('{');
            for (index, entry) in node.entries().enumerate() {
                json.push_str(if index > 0 { ", " } else { "" });
                text(entry.key.text()?, json)?;
                json.push_str(": ");
                write(entry.value, written, json)?;
            }
            json.push('}');
        }
    }
    Some(())
}

fn text(text: &str, json: &mut String) -> Option<()> {
    json.push_str(&serde_json::to_string(text).ok()?);
    Some(())
}

/// A scalar without quotes: as it stands where JSON reads it alike, else a text, if it is one beyond
/// doubt.
fn plain(word: &str, json: &mut String) -> Option<()> {
    if matches!(word, "" | "~" | "null" | "Null" | "NULL") {
        json.push_str("null");
        return Some(());
    }
    if matches!(word, "true" | "false") || serde_json::from_str::<serde_json::Number>(word).is_ok()
    {
        json.push_str(word);
        return Some(());
    }
    let is_boolean = ["true", "false", "yes", "no", "on", "off", "y", "n"]
        .iter()
        .any(|it| it.eq_ignore_ascii_case(word));
    let looks_like_number = word.starts_with(|it: char| it.is_ascii_digit() || "+-.".contains(it))
        && word.chars().all(|it| it.is_ascii_hexdigit() || "xXoO_+-.iInNaA".contains(it));
    if is_boolean || looks_like_number && !is_date(word) { None } else { text(word, json) }
}

/// `2012-10-17`, the version of a policy: a text to everyone here.
fn is_date(word: &str) -> bool {
    word.len() == 10
        && word.bytes().enumerate().all(|(index, it)| match index {
            4 | 7 => it == b'-',
            _ => it.is_ascii_digit(),
        })
}
