//! Sets of KMS actions.

use std::fmt;

use super::kms_table::{Class, Place, Row, TABLE, Weight};

/// A set of KMS actions: one bit an action.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KmsActions(u64);

impl KmsActions {
    /// No action.
    pub const NONE: Self = Self(0);
    /// Every action.
    pub const ALL: Self = Self::of(&Member::Any);
    /// What has effect in a key policy; the rest is about no single key.
    pub const IN_KEY_POLICY: Self = Self::of(&Member::InKeyPolicy);
    /// Administration that no condition makes harmless: it decides who may use the key, or disables,
    /// destroys, copies or replaces its material.
    pub const ADMINISTRATION: Self = Self::of(&Member::Administration);
    /// Handing out and revoking use of the key by grants: administration, unless a condition leaves
    /// it to the services of AWS.
    pub const GRANTING: Self = Self::of(&Member::Granting);
    /// Cryptographic operations.
    pub const USE: Self = Self::of(&Member::Use);
    /// Reading about the key.
    pub const METADATA: Self = Self::of(&Member::Metadata);
    /// Replacing the key policy: whoever may, may everything.
    pub const PUT_KEY_POLICY: Self = Self::of(&Member::Named("kms:PutKeyPolicy"));
    /// What yields plaintext to a holder of ciphertext.
    pub const DECRYPTION: Self = Self::of(&Member::Named("kms:Decrypt"))
        .union(Self::of(&Member::Named("kms:ReEncryptFrom")));
    /// What nobody needs all of: who holds these four holds the key.
    pub const FULL_ACCESS: Self = Self::PUT_KEY_POLICY
        .union(Self::of(&Member::Named("kms:CreateGrant")))
        .union(Self::of(&Member::Named("kms:ScheduleKeyDeletion")))
        .union(Self::of(&Member::Named("kms:Decrypt")));

    const fn of(member: &Member) -> Self {
        let mut set = 0;
        let mut rest: &[Row] = &TABLE;
        let mut bit = 1;
        while let [row, tail @ ..] = rest {
            if member.includes(row) {
                set |= bit;
            }
            rest = tail;
            bit <<= 1;
        }
        Self(set)
    }

    /// The actions for which `is_member` holds.
    pub fn matching(mut is_member: impl FnMut(&'static str) -> bool) -> Self {
        let bits = TABLE.iter().enumerate().filter(|(_, row)| is_member(row.action));
        Self(bits.fold(0, |set, (index, _)| set | 1 << index))
    }

    /// Those in either set.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those in both sets.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Those of this set that are not in `other`.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many there are.
    pub const fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// Whether all of `other` are in this set.
    pub const fn contains(self, other: Self) -> bool {
        other.without(self).is_empty()
    }

    /// Whether one of `other` is in this set.
    pub const fn intersects(self, other: Self) -> bool {
        !self.intersection(other).is_empty()
    }

    /// Whether they administer a key, and use it as well.
    pub(super) fn gives_both_duties(self) -> bool {
        self.intersects(Self::ADMINISTRATION.union(Self::GRANTING)) && self.intersects(Self::USE)
    }

    /// Their names, sorted.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        TABLE
            .iter()
            .enumerate()
            .filter(move |(index, _)| self.0 >> index & 1 == 1)
            .map(|(_, row)| row.action)
    }
}

impl fmt::Display for KmsActions {
    /// The most telling of them: `` `kms:Decrypt`, `kms:Sign` and 3 more ``.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rows: Vec<&Row> = TABLE
            .iter()
            .enumerate()
            .filter(|(index, _)| self.0 >> index & 1 == 1)
            .map(|(_, row)| row)
            .collect();
        rows.sort_by_key(|it| it.weight);
        match rows.as_slice() {
            [] => f.write_str("nothing"),
            [only] => write!(f, "`{}`", only.action),
            [first, second] => write!(f, "`{}` and `{}`", first.action, second.action),
            [first, second, third] => {
                write!(f, "`{}`, `{}` and `{}`", first.action, second.action, third.action)
            }
            [first, second, rest @ ..] => {
                write!(f, "`{}`, `{}` and {} more", first.action, second.action, rest.len())
            }
        }
    }
}

/// What makes an action a member of one of the sets above.
enum Member {
    Any,
    InKeyPolicy,
    Administration,
    Granting,
    Use,
    Metadata,
    Named(&'static str),
}

impl Member {
    const fn includes(&self, row: &Row) -> bool {
        let is_serious = matches!(row.weight, Weight::Control | Weight::Lifecycle);
        match self {
            Self::Any => true,
            Self::InKeyPolicy => matches!(row.place, Place::Anywhere),
            Self::Administration => matches!(row.class, Class::Administration) && is_serious,
            Self::Granting => matches!(row.class, Class::Grant) && is_serious,
            Self::Use => matches!(row.class, Class::Use),
            Self::Metadata => matches!(row.class, Class::Metadata),
            Self::Named(name) => is_same(name.as_bytes(), row.action.as_bytes()),
        }
    }
}

/// Whether two names are the same, where the compiler has to know.
const fn is_same(mut left: &[u8], mut right: &[u8]) -> bool {
    loop {
        match (left, right) {
            ([], []) => return true,
            ([a, left_rest @ ..], [b, right_rest @ ..]) if *a == *b => {
                left = left_rest;
                right = right_rest;
            }
            _ => return false,
        }
    }
}
