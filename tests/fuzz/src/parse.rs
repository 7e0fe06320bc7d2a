//! Any text becomes a tree whose nodes and errors stand in the text.

use stackseal_syntax::{Limits, Node, parse, parse_embedded};

use crate::Target;
use crate::judging::source;
use crate::seeds;
use crate::spans::{nodes_stand_in, stands_in};

pub(crate) const TARGET: Target =
    Target { name: "parse", run, is_named: false, seeds: seeds::texts };

/// Texts in texts that are looked into.
const EMBEDDED: usize = 20;

fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    for name in ["a.yaml", "a.json"] {
        let tree = parse(source(name, text), &Limits::default());
        for root in tree.documents() {
            nodes_stand_in(text, root, &mut 0);
        }
        for scalar in tree.scalars() {
            stands_in(text, scalar.span());
        }
        for error in tree.errors() {
            stands_in(text, error.span);
        }
        for scalar in tree.scalars().filter(|it| holds_more(*it)).take(EMBEDDED) {
            let inner = parse_embedded(scalar, &Limits::default());
            for root in inner.documents() {
                nodes_stand_in(text, root, &mut 0);
            }
            for error in inner.errors() {
                stands_in(text, error.span);
            }
        }
    }
}

fn holds_more(scalar: Node<'_>) -> bool {
    scalar.text().is_some_and(|it| it.contains([':', '{', '[']))
}
