//! Scalars as Kubernetes reads them: kubectl, Helm and kustomize all go through
//! `sigs.k8s.io/yaml`, whose scalars are those of YAML 1.1.
//!
//! <https://github.com/kubernetes-sigs/yaml>

use stackseal_syntax::{Node, Style};

/// What a scalar is to the API server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scalar {
    Null,
    Boolean(bool),
    /// A whole number; none where it has more digits than fit.
    Integer(Option<i64>),
    Float,
    Text,
}

/// What the scalar `node` is; a collection counts as text here, look at its kind first.
pub(super) fn resolve(node: Node<'_>) -> Scalar {
    let is_tagged = matches!(node.tag(), Some("!!str" | "tag:yaml.org,2002:str" | "!"));
    if is_tagged || node.style() != Style::Plain {
        return Scalar::Text;
    }
    match node.text().unwrap_or_default() {
        "" | "~" | "null" | "Null" | "NULL" => Scalar::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Scalar::Boolean(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Scalar::Boolean(false)
        }
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" | "-.inf" | "-.Inf" | "-.INF"
        | ".nan" | ".NaN" | ".NAN" => Scalar::Float,
        text => number(text),
    }
}

/// Whether a tag is one of an application's own (`!vault`, `!Ref`): something else rewrites the
/// value before Kubernetes sees it.
pub(super) fn local_tag(node: Node<'_>) -> Option<&str> {
    node.tag().filter(|it| it.starts_with('!') && it.len() > 1 && !it.starts_with("!!"))
}

fn number(text: &str) -> Scalar {
    if !text.starts_with(|it: char| it.is_ascii_digit() || matches!(it, '+' | '-' | '.')) {
        return Scalar::Text;
    }
    let digits = text.replace('_', "");
    let (is_negative, unsigned) = match digits.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, digits.strip_prefix('+').unwrap_or(&digits)),
    };
    if let Some((radix, digits)) = whole_number(&unsigned.to_ascii_lowercase()) {
        let value = i64::from_str_radix(digits, radix).ok();
        return Scalar::Integer(value.map(|it| if is_negative { -it } else { it }));
    }
    if is_float(unsigned) { Scalar::Float } else { Scalar::Text }
}

/// The base and the digits of a whole number, by Go's rules for base 0.
fn whole_number(lower: &str) -> Option<(u32, &str)> {
    let (radix, digits) = if let Some(rest) = lower.strip_prefix("0x") {
        (16, rest)
    } else if let Some(rest) = lower.strip_prefix("0b") {
        (2, rest)
    } else if let Some(rest) = lower.strip_prefix("0o") {
        (8, rest)
    } else if let Some(rest) = lower.strip_prefix('0').filter(|it| !it.is_empty()) {
        (8, rest)
    } else {
        (10, lower)
    };
    let is_whole = !digits.is_empty() && digits.chars().all(|it| it.is_digit(radix));
    is_whole.then_some((radix, digits))
}

/// `[0-9]+(\.[0-9]*)?` or `\.[0-9]+`, with an exponent or without.
fn is_float(text: &str) -> bool {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let is_digits = |it: &str| it.bytes().all(|it| it.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let has_mantissa =
        is_digits(whole) && is_digits(fraction) && !(whole.is_empty() && fraction.is_empty());
    let has_exponent = exponent.is_none_or(|it| {
        let digits = it.strip_prefix(['+', '-']).unwrap_or(it);
        !digits.is_empty() && is_digits(digits)
    });
    has_mantissa && has_exponent
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kubernetes::testing::document;

    #[test]
    fn plain_scalars_are_read_as_yaml_1_1() {
        let cases = [
            ("true", Scalar::Boolean(true)),
            ("Yes", Scalar::Boolean(true)),
            ("y", Scalar::Boolean(true)),
            ("off", Scalar::Boolean(false)),
            ("yEs", Scalar::Text),
            ("'true'", Scalar::Text),
            ("\"no\"", Scalar::Text),
            ("!!str true", Scalar::Text),
            ("null", Scalar::Null),
            ("~", Scalar::Null),
            ("'~'", Scalar::Text),
            ("12", Scalar::Integer(Some(12))),
            ("-7", Scalar::Integer(Some(-7))),
            ("0x1f", Scalar::Integer(Some(31))),
            ("017", Scalar::Integer(Some(15))),
            ("0o17", Scalar::Integer(Some(15))),
            ("0b11", Scalar::Integer(Some(3))),
            ("1_000", Scalar::Integer(Some(1000))),
            ("99999999999999999999", Scalar::Integer(None)),
            ("0129", Scalar::Float),
            ("1.5", Scalar::Float),
            (".5", Scalar::Float),
            ("1e3", Scalar::Float),
            (".inf", Scalar::Float),
            ("1:30", Scalar::Text),
            ("1Gi", Scalar::Text),
            ("v1", Scalar::Text),
            ("2010-09-09", Scalar::Text),
            ("+", Scalar::Text),
            (".", Scalar::Text),
            ("1.2.3", Scalar::Text),
        ];
        for (text, expected) in cases {
            let tree = document(&format!("a: {text}\n"));
            let value = tree.documents().next().unwrap().get("a").unwrap();
            assert_eq!(resolve(value), expected, "{text}");
        }
    }
}
