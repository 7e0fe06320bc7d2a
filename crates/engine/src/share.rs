//! Work that is shared among threads.

use rayon::prelude::*;

/// Below so many pieces of work, handing them to other threads costs more than it gains.
const WORTH_SHARING: usize = 32;

/// `f` of each of `items`, in their order, on several threads where there is enough to do.
pub fn map<T: Sync, U: Send>(items: &[T], f: impl Fn(&T) -> U + Sync + Send) -> Vec<U> {
    if items.len() < WORTH_SHARING {
        items.iter().map(f).collect()
    } else {
        items.par_iter().map(f).collect()
    }
}
