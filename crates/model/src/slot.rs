//! Where a value is written, or would be: what a fix changes.

use stackseal_syntax::{Change, Kind, Literal, Node, Span};

/// The place of a value that is to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Slot {
    /// Instead of what stands there; under these keys, where nothing but a null or `AWS::NoValue`
    /// stands there.
    At(Span, Vec<String>),
    /// In a mapping, under these keys.
    In(Span, Vec<String>),
    /// Under a key that holds nothing yet, or a mapping; under these keys.
    Under(Span, Vec<String>),
}

impl Slot {
    /// Instead of what stands at `span`.
    pub const fn at(span: Span) -> Self {
        Self::At(span, Vec::new())
    }

    /// The place of `keys` below `node`, of a document without functions: a manifest. None where
    /// one of the keys holds something that is no mapping.
    pub fn below(node: Node<'_>, keys: &[&str]) -> Option<Self> {
        let (first, rest) = keys.split_first()?;
        let owned = |keys: &[&str]| keys.iter().map(|&it| it.to_owned()).collect();
        let Some(entry) = node.entry(first) else {
            return (node.kind() == Kind::Mapping).then(|| Self::In(node.span(), owned(keys)));
        };
        match entry.value.kind() {
            _ if rest.is_empty() => Some(Self::at(entry.value.span())),
            Kind::Mapping => Self::below(entry.value, rest),
            Kind::Scalar if entry.value.is_null() => {
                Some(Self::Under(entry.key.span(), owned(rest)))
            }
            Kind::Scalar | Kind::Sequence => None,
        }
    }

    /// The change that writes `value` here.
    pub fn put(self, value: Literal) -> Change {
        match self {
            Self::At(at, keys) => Change::Set { at, value: value.under(&keys) },
            Self::In(into, keys) => Change::Insert { into, keys, value },
            Self::Under(key, keys) => Change::InsertUnder { key, keys, value },
        }
    }
}
