//! The `actions.…` annotations of an ALB Ingress: what a path answers with.
//!
//! <https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#actions>

use stackseal_syntax::{Kind, Limits, Node, parse_embedded};

use crate::setting::{Reason, Unknown};

/// What a path answers with over HTTP.
pub(super) enum Answer<'t> {
    /// A redirect to HTTPS.
    Redirect,
    /// A fixed response.
    Fixed,
    /// Something else, over plain HTTP.
    Forward,
    /// What cannot be told.
    Unknown(Unknown<'t>),
}

/// What the text of an `actions.…` annotation answers with.
pub(super) fn action_of(value: Node<'_>) -> Answer<'static> {
    let tree = parse_embedded(value, &Limits::default());
    let Some(action) = tree.documents().next().filter(|it| it.kind() == Kind::Mapping) else {
        let reason = Reason::Malformed("an action that is not JSON");
        return Answer::Unknown(Unknown { span: value.span(), reason });
    };
    let kind = get_ignoring_case(action, "type").and_then(Node::text);
    match kind {
        Some("fixed-response") => Answer::Fixed,
        Some("redirect") => {
            let config = get_ignoring_case(action, "redirectConfig");
            let protocol =
                config.and_then(|it| get_ignoring_case(it, "protocol")).and_then(Node::text);
            // Left out, it stays what the client spoke.
            if protocol == Some("HTTPS") { Answer::Redirect } else { Answer::Forward }
        }
        Some(_) | None => Answer::Forward,
    }
}

/// The value of a key as Go's JSON finds it.
pub(super) fn get_ignoring_case<'t>(node: Node<'t>, key: &str) -> Option<Node<'t>> {
    node.entries()
        .rfind(|it| it.key.text().is_some_and(|it| it.eq_ignore_ascii_case(key)))
        .map(|it| it.value)
}
