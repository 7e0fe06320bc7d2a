//! A mixture that is the same one every time.

/// Xorshift: enough of a mixture, and no dependency.
///
/// <https://www.jstatsoft.org/article/view/v008i14>
#[derive(Clone)]
pub(super) struct Random(u64);

impl Random {
    /// The one that `seed` gives an input of `size`.
    pub(super) fn new(size: usize, seed: u64) -> Self {
        let state = 0x9e37_79b9_7f4a_7c15 ^ size as u64 ^ seed.rotate_left(32);
        // From nothing it would make nothing for ever.
        Self(state.max(1))
    }

    pub(super) fn bits(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub(super) fn below(&mut self, bound: u64) -> u64 {
        self.bits() % bound
    }

    pub(super) fn is_true(&mut self) -> bool {
        self.below(2) == 0
    }
}
