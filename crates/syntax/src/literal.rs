//! A value to be written: one description for YAML and JSON.

use std::borrow::Cow;

/// A value that is no part of a text yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Literal {
    /// Text; quoted where it would be read as something else.
    Text(Cow<'static, str>),
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Number(i64),
    /// A list.
    List(Vec<Self>),
    /// Keys with values, in order.
    Map(Vec<(Cow<'static, str>, Self)>),
    /// A function of the document's own language.
    Call {
        /// In YAML: a tag and the text behind it, `!GetAtt` and `Key.Arn`.
        short: (&'static str, Cow<'static, str>),
        /// In JSON: the only key of an object and its value, `Fn::GetAtt` and `["Key", "Arn"]`.
        long: (&'static str, Box<Self>),
    },
}

impl Literal {
    /// A mapping.
    pub fn map<const N: usize>(entries: [(&'static str, Self); N]) -> Self {
        Self::Map(entries.into_iter().map(|(key, value)| (key.into(), value)).collect())
    }

    /// A list.
    pub fn list<T: Into<Self>>(items: impl IntoIterator<Item = T>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }

    /// This value under `keys`, the outermost first.
    #[must_use]
    pub fn under(self, keys: &[String]) -> Self {
        keys.iter().rev().fold(self, |value, key| Self::Map(vec![(key.clone().into(), value)]))
    }

    /// Whether it is a text, a boolean or a number.
    pub(crate) fn is_plain(&self) -> bool {
        matches!(self, Self::Text(_) | Self::Bool(_) | Self::Number(_))
    }

    /// Puts `value` under `keys` into this mapping, beside what is there. What is no mapping, and
    /// what stands under the last key already, stays as it is.
    pub(crate) fn add(&mut self, keys: &[String], value: Self) {
        let (Self::Map(entries), Some((first, rest))) = (self, keys.split_first()) else { return };
        match entries.iter_mut().find(|(key, _)| key == first) {
            Some((_, inner)) => inner.add(rest, value),
            None => entries.push((first.clone().into(), value.under(rest))),
        }
    }

    /// Puts the entries of `other` into this mapping, in the same manner.
    pub(crate) fn merge(&mut self, other: Self) {
        let (Self::Map(entries), Self::Map(others)) = (self, other) else { return };
        for (name, value) in others {
            match entries.iter_mut().find(|(key, _)| *key == name) {
                Some((_, inner)) => inner.merge(value),
                None => entries.push((name, value)),
            }
        }
    }
}

impl From<&'static str> for Literal {
    fn from(text: &'static str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Literal {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<bool> for Literal {
    fn from(it: bool) -> Self {
        Self::Bool(it)
    }
}

impl From<i64> for Literal {
    fn from(it: i64) -> Self {
        Self::Number(it)
    }
}
