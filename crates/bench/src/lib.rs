//! What speed is measured by: inputs of any size, the bare parse of them, and the stages of a check.
//!
//! The benches time the stages, `instructions` counts what they cost, and `corpus` writes the inputs
//! for whole programs, ours and others. Deliberately absent: those programs; `cargo xtask bench`
//! runs them.

use std::io;

mod events;
pub mod generate;
pub mod growth;
mod set;

pub use set::{Set, report, settings};

/// Makes this thread the only one that works, so that no waiting is measured.
///
/// # Errors
///
/// If work was shared before.
pub fn one_thread() -> io::Result<()> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread();
    pool.build_global().map_err(io::Error::other)
}
