//! What makes a finding the same finding after lines have moved, and the path it is found by.

use stackseal_syntax::{Kind, Node, Span, Tree};

/// The keys that lead from the root of its document to `span`; list elements by their index.
pub(crate) fn path_to(tree: &Tree, span: Span) -> Vec<String> {
    let mut path = Vec::new();
    let mut next = tree.document_at(span);
    while let Some(node) = next {
        next = match node.kind() {
            Kind::Scalar => None,
            Kind::Sequence => node.item_at(span).map(|(index, it)| {
                path.push(index.to_string());
                it
            }),
            Kind::Mapping => step(node, span, &mut path),
        };
    }
    path
}

fn step<'t>(node: Node<'t>, span: Span, path: &mut Vec<String>) -> Option<Node<'t>> {
    let entry = node.entry_at(span)?;
    path.push(entry.key.text().unwrap_or_default().to_owned());
    let is_key = entry.key.span().contains(span);
    (!is_key).then_some(entry.value)
}

/// Sixteen hexadecimal digits, the same for the same `parts` on every machine and in every version:
/// FNV-1a, 64 bits.
///
/// <http://www.isthe.com/chongo/tech/comp/fnv/>
pub(crate) fn fingerprint<'p>(parts: impl IntoIterator<Item = &'p str>) -> String {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for part in parts {
        for byte in part.bytes().chain([0]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    format!("{hash:016x}")
}
