//! Where a value is written, or would be: what a fix changes.

use stackseal_syntax::{Change, Kind, Literal, Node, Span};

/// The place of a value that is to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Slot {
    /// Instead of what stands there; under these keys, where nothing but a null or `AWS::NoValue`
    /// stands there.
    At(Span, Vec<String>),
    /// At the default of a parameter, where a plain value will do; else where the parameter is used.
    Default {
        /// The default.
        default: Span,
        /// The use.
        at: Span,
    },
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

    /// The place of `key` below this one, where nothing is yet.
    #[must_use]
    pub fn below_it(self, key: &str) -> Self {
        let with = |mut keys: Vec<String>| {
            keys.push(key.to_owned());
            keys
        };
        match self {
            Self::At(span, keys) => Self::At(span, with(keys)),
            Self::Default { at, .. } => Self::At(at, with(Vec::new())),
            Self::In(span, keys) => Self::In(span, with(keys)),
            Self::Under(span, keys) => Self::Under(span, with(keys)),
        }
    }

    /// The change that writes `value` here.
    pub fn put(self, value: Literal) -> Change {
        match self {
            Self::At(at, keys) => Change::Set { at, value: value.under(&keys) },
            Self::Default { default, at } => {
                let is_plain =
                    matches!(value, Literal::Text(_) | Literal::Bool(_) | Literal::Number(_));
                Change::Set { at: if is_plain { default } else { at }, value }
            }
            Self::In(into, keys) => Change::Insert { into, keys, value },
            Self::Under(key, keys) => Change::InsertUnder { key, keys, value },
        }
    }
}
