//! The listeners an Ingress asks for: the text of `listen-ports`.
//!
//! <https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#listen-ports>

use stackseal_syntax::{Kind, Limits, Node, Span, Style, Syntax, parse_embedded};

/// What a listener speaks to clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Protocol {
    /// Plain.
    Http,
    /// With TLS.
    Https,
}

/// A port an Ingress listens on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listener {
    /// What it speaks.
    pub protocol: Protocol,
    /// The port, from 1.
    pub port: u16,
    /// Where it is asked for; for a listener by default, where it would be.
    pub span: Span,
}

/// The listeners that the annotation `value` asks for, or why the controller refuses it.
pub(super) fn parse_listen_ports(value: Node<'_>) -> Result<Vec<Listener>, &'static str> {
    let tree = parse_embedded(value, &Limits::default());
    let mut documents = tree.documents();
    let (Syntax::Json, Some(list), None) = (tree.syntax(), documents.next(), documents.next())
    else {
        return Err("`listen-ports` is not JSON");
    };
    if list.kind() != Kind::Sequence {
        return Err("`listen-ports` is not a list of objects");
    }
    let mut listeners = Vec::new();
    for object in list.items() {
        if object.kind() != Kind::Mapping {
            return Err("`listen-ports` is not a list of objects");
        }
        for entry in object.entries() {
            let protocol = match entry.key.text() {
                Some("HTTP") => Protocol::Http,
                Some("HTTPS") => Protocol::Https,
                Some(_) | None => {
                    return Err("`listen-ports` names a protocol other than HTTP and HTTPS");
                }
            };
            let number = entry.value.text().filter(|_| entry.value.style() == Style::Plain);
            let Some(port) = number.and_then(|it| it.parse().ok()).filter(|&it| it > 0) else {
                return Err("`listen-ports` has a port that is no number from 1 to 65535");
            };
            listeners.push(Listener { protocol, port, span: entry.key.span() });
        }
    }
    if listeners.is_empty() { Err("`listen-ports` is empty") } else { Ok(listeners) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kubernetes::testing::document;

    #[test]
    fn listen_ports_are_strict_json() {
        type Ports = &'static [(Protocol, u16)];
        const HTTP: (Protocol, u16) = (Protocol::Http, 80);
        const HTTPS: (Protocol, u16) = (Protocol::Https, 443);
        let cases: &[(&str, Result<Ports, &str>)] = &[
            (r#"'[{"HTTP":80},{"HTTPS":443}]'"#, Ok(&[HTTP, HTTPS])),
            (r#"'[{"HTTP": 80, "HTTPS": 443}]'"#, Ok(&[HTTP, HTTPS])),
            (r#""[{\"HTTPS\": 8443}]""#, Ok(&[(Protocol::Https, 8443)])),
            ("|\n    [{\"HTTP\": 80}]", Ok(&[HTTP])),
            ("'[{HTTP: 80}]'", Err("`listen-ports` is not JSON")),
            ("HTTP", Err("`listen-ports` is not JSON")),
            ("''", Err("`listen-ports` is not JSON")),
            (r#"'{"HTTP": 80}'"#, Err("`listen-ports` is not a list of objects")),
            ("'[80]'", Err("`listen-ports` is not a list of objects")),
            ("'[]'", Err("`listen-ports` is empty")),
            ("'[{}]'", Err("`listen-ports` is empty")),
            (
                r#"'[{"http": 80}]'"#,
                Err("`listen-ports` names a protocol other than HTTP and HTTPS"),
            ),
            (
                r#"'[{"HTTP": "80"}]'"#,
                Err("`listen-ports` has a port that is no number from 1 to 65535"),
            ),
            (
                r#"'[{"HTTP": 0}]'"#,
                Err("`listen-ports` has a port that is no number from 1 to 65535"),
            ),
            (
                r#"'[{"HTTP": 65536}]'"#,
                Err("`listen-ports` has a port that is no number from 1 to 65535"),
            ),
            (
                r#"'[{"HTTP": null}]'"#,
                Err("`listen-ports` has a port that is no number from 1 to 65535"),
            ),
        ];
        for (text, expected) in cases {
            let tree = document(&format!("a: {text}\n"));
            let value = tree.documents().next().unwrap().get("a").unwrap();
            let found = parse_listen_ports(value)
                .map(|it| it.iter().map(|it| (it.protocol, it.port)).collect::<Vec<_>>());
            assert_eq!(found.as_deref().map_err(|it| *it), *expected, "{text}");
        }
    }

    #[test]
    fn listeners_know_their_place_in_the_file() {
        let text = r#"a: "[{\"HTTP\": 80}]""#;
        let tree = document(text);
        let value = tree.documents().next().unwrap().get("a").unwrap();
        let listeners = parse_listen_ports(value).unwrap();
        assert_eq!(text.get(listeners[0].span.range()), Some("\\\"HTTP\\\""));
    }
}
