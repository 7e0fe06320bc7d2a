//! Texts put together by intrinsics: literal parts, holes, dynamic references.

use std::borrow::Cow;

use stackseal_syntax::Span;

use super::value::{Data, Part, Scalar, Value};
use crate::setting::{DynamicService, Reason};

/// Bytes a text put together by intrinsics may have; past it, it is unknown.
const MAX_TEXT: usize = 1 << 20;

impl<'r> Value<'r> {
    /// A known text, dynamic references in it taken for what they are.
    pub(super) fn literal(text: Cow<'r, str>, is_plain: bool, span: Span) -> Self {
        if text.contains('{') && text.contains("{{resolve:") {
            return Self::text_of(dynamic_parts(text), span);
        }
        Self::at(Data::Scalar(Scalar { text, is_plain }), span)
    }

    /// Parts put together: a text if all of it is known, a reference or an unknown if that is all
    /// there is, else a pattern.
    pub(super) fn text_of(mut parts: Vec<Part<'r>>, span: Span) -> Self {
        join_texts(&mut parts);
        if parts.iter().all(|it| matches!(it, Part::Text(_))) {
            let text = match parts.pop() {
                Some(Part::Text(text)) => text,
                _ => Cow::Borrowed(""),
            };
            if text.len() > MAX_TEXT {
                return Self::unknown_at(Reason::Malformed("the text is too long"), span);
            }
            // References written by `Fn::Sub` and `Fn::Join` are whole only now.
            let mut parts = dynamic_parts(text);
            return match (parts.pop(), parts.is_empty()) {
                (Some(Part::Text(text)), true) => {
                    Self::at(Data::Scalar(Scalar { text, is_plain: false }), span)
                }
                (Some(Part::Unknown(reason)), true) => Self::unknown_at(reason, span),
                (last, _) => {
                    parts.extend(last);
                    Self::at(Data::Pattern(parts), span)
                }
            };
        }
        if parts.len() == 1 {
            return match parts.pop() {
                Some(Part::Reference(reference)) => Self::at(Data::Reference(reference), span),
                Some(Part::Unknown(reason)) => Self::unknown_at(reason, span),
                _ => Self::at(Data::Absent, span),
            };
        }
        if let Some(service) = whole_dynamic_reference(&parts) {
            return Self::unknown_at(Reason::DynamicReference(service), span);
        }
        if parts.len() > MAX_TEXT / 64 {
            return Self::unknown_at(Reason::Malformed("the text is too long"), span);
        }
        Self::at(Data::Pattern(parts), span)
    }
}

/// Puts neighbouring texts together and drops empty ones.
fn join_texts(parts: &mut Vec<Part<'_>>) {
    let mut joined: Vec<Part<'_>> = Vec::with_capacity(parts.len());
    for part in parts.drain(..) {
        match (joined.last_mut(), part) {
            (_, Part::Text(text)) if text.is_empty() => (),
            (Some(Part::Text(last)), Part::Text(text)) => {
                // Past the bound the text is unknown anyway, and need not grow.
                if last.len() <= MAX_TEXT {
                    last.to_mut().push_str(&text);
                }
            }
            (_, part) => joined.push(part),
        }
    }
    *parts = joined;
}

/// A value as parts of a text.
pub(super) fn into_parts(value: Value<'_>) -> Vec<Part<'_>> {
    // A text around a masked value would show it for what the template says.
    if let Some(parameter) = value.given_unseen() {
        return vec![Part::Unknown(Reason::Parameter(Cow::Borrowed(parameter.name)))];
    }
    match value.data {
        Data::Absent => Vec::new(),
        Data::Scalar(scalar) => vec![Part::Text(scalar.text)],
        Data::Reference(reference) => vec![Part::Reference(reference)],
        Data::Pattern(parts) => parts,
        Data::Unknown(reason) => vec![Part::Unknown(reason)],
        Data::List(list) => {
            // A list where a text is expected is written with commas.
            let mut parts = Vec::new();
            for (position, item) in list.items().into_iter().enumerate() {
                if position > 0 {
                    parts.push(Part::Text(Cow::Borrowed(",")));
                }
                parts.extend(into_parts(item));
            }
            parts
        }
        Data::Map(_) => vec![Part::Unknown(Reason::Malformed("a text is expected"))],
    }
}

/// The service named behind `{{resolve:`, if it is one that is known.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html>
fn service(text: &str) -> Option<DynamicService> {
    let text = text.strip_prefix("{{resolve:")?;
    match text.split(':').next()? {
        "secretsmanager" => Some(DynamicService::SecretsManager),
        "ssm-secure" => Some(DynamicService::SsmSecure),
        "ssm" => Some(DynamicService::Ssm),
        _ => None,
    }
}

/// A known text, its dynamic references cut out.
fn dynamic_parts(text: Cow<'_, str>) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = &*text;
    while let Some(start) = rest.find("{{resolve:") {
        let (head, tail) = rest.split_at(start);
        let (Some(service), Some(end)) = (service(tail), tail.find("}}")) else { break };
        if !head.is_empty() {
            parts.push(Part::Text(Cow::Owned(head.to_owned())));
        }
        parts.push(Part::Unknown(Reason::DynamicReference(service)));
        rest = tail.get(end + 2..).unwrap_or_default();
    }
    if parts.is_empty() {
        return vec![Part::Text(text)];
    }
    if !rest.is_empty() {
        parts.push(Part::Text(Cow::Owned(rest.to_owned())));
    }
    parts
}

/// Whether parts put together are one dynamic reference, such as `{{resolve:secretsmanager:${Secret}}}`.
fn whole_dynamic_reference(parts: &[Part<'_>]) -> Option<DynamicService> {
    let (Some(Part::Text(first)), Some(Part::Text(last))) = (parts.first(), parts.last()) else {
        return None;
    };
    let inner: usize = parts
        .iter()
        .map(|it| if let Part::Text(text) = it { text.matches("{{resolve:").count() } else { 0 })
        .sum();
    (last.ends_with("}}") && inner == 1).then(|| service(first)).flatten()
}
