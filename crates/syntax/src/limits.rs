//! What hostile input may amount to.

/// Bounds that hold while a tree is built, so that nobody who walks it needs bounds of their own.
///
/// Past a bound there is a [`SyntaxError`](crate::SyntaxError) with a place, and the document it
/// stands in is dropped; other documents of the same file stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Size of a file in bytes; never more than 4 GiB − 1, whatever is set here.
    pub bytes: usize,
    /// Collections inside one another, aliases followed.
    pub depth: usize,
    /// Nodes of a document once every alias is followed. Twenty times the nodes written are
    /// allowed in any case.
    pub expansion: usize,
}

impl Limits {
    /// The size in bytes that is really allowed: offsets are 32 bits.
    pub(crate) fn max_bytes(&self) -> usize {
        self.bytes.min(u32::MAX as usize - 1)
    }

    /// How many nodes a document of `nodes` written nodes may have, aliases followed.
    pub(crate) fn max_expansion(&self, nodes: usize) -> u64 {
        (self.expansion as u64).max(20 * nodes as u64)
    }
}

impl Default for Limits {
    /// 64 MiB, 200 levels, a million nodes.
    fn default() -> Self {
        Self { bytes: 64 << 20, depth: 200, expansion: 1_000_000 }
    }
}
