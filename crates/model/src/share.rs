//! Work that is shared among threads.

use rayon::prelude::*;

/// Below so many pieces of work, handing them to other threads costs more than it gains.
const WORTH_SHARING: usize = 32;

/// Pieces into which work is cut: so many that no thread is left with much when the others are done.
const PIECES: usize = 256;

/// `f` of each of `items`, in their order, on several threads where there is enough to do.
pub fn map<T: Sync, U: Send>(items: &[T], f: impl Fn(&T) -> U + Sync + Send) -> Vec<U> {
    if items.len() < WORTH_SHARING {
        items.iter().map(f).collect()
    } else {
        items.par_iter().with_max_len(items.len().div_ceil(PIECES)).map(f).collect()
    }
}

/// Gives `items` back, on another thread where that takes long: whoever waits for what was made of them
/// need not wait for this.
pub fn release<T: Send + 'static>(items: Vec<T>) {
    if items.len() < WORTH_SHARING {
        drop(items);
    } else {
        rayon::spawn(move || drop(items));
    }
}
