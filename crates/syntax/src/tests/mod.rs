//! What the crate promises, by area. All input goes through [`parse`].

mod change;
mod edit;
mod embedded;
mod json;
mod limits;
mod place;
pub(crate) mod properties;
mod source;
mod suppression_comment;
mod yaml;
mod yaml_spans;

use std::sync::Arc;

use crate::{FileId, Kind, Limits, LineIndex, Node, Source, Tree, parse};

const FILE: FileId = FileId(7);

fn read(path: &str, text: &str) -> Tree {
    let source = Source { id: FILE, path: path.to_owned(), text: text.to_owned() };
    parse(Arc::new(source), &Limits::default())
}

fn yaml(text: &str) -> Tree {
    read("it.yaml", text)
}

fn json(text: &str) -> Tree {
    read("it.json", text)
}

/// The only document of a tree without errors.
fn root(tree: &Tree) -> Node<'_> {
    assert_eq!(errors(tree), [""; 0]);
    let mut documents = tree.documents();
    let root = documents.next().expect("there is a document");
    assert!(documents.next().is_none(), "there is only one document");
    root
}

/// The errors as people see them: line, column, message.
fn errors(tree: &Tree) -> Vec<String> {
    let text = &tree.source().text;
    let lines = LineIndex::new(text);
    let mut shown = Vec::new();
    for error in tree.errors() {
        let place = lines.place(text, error.span.start);
        shown.push(format!("{}:{}: {error}", place.line, place.column));
    }
    shown
}

/// The text a node's span covers in the file `host`.
fn slice<'h>(node: Node<'_>, host: &'h str) -> &'h str {
    host.get(node.span().range()).expect("a span is a range of whole characters of its file")
}

/// A value in one line, all text quoted: what the tree means, without style and place.
fn value(node: Node<'_>) -> String {
    let tag = node.tag().map(|it| format!("{it} ")).unwrap_or_default();
    let value = match node.kind() {
        Kind::Scalar => format!("{:?}", node.text().unwrap_or_default()),
        Kind::Sequence => {
            let items: Vec<String> = node.items().map(value).collect();
            format!("[{}]", items.join(", "))
        }
        Kind::Mapping => {
            let entries =
                node.entries().map(|it| format!("{}: {}", value(it.key), value(it.value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
    };
    tag + &value
}

/// The values of all documents.
fn values(tree: &Tree) -> Vec<String> {
    tree.documents().map(value).collect()
}
