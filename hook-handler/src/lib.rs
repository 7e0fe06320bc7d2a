//! The CloudFormation Hook: an event in, an answer out, by the rules the command line knows.
//!
//! [`begin`] reads an event. Most are answered at once; those of stacks and change sets first need the
//! document behind a pre-signed URL, and whoever called fetches it and goes on with [`Pending`].
//! Nothing here reads a file, a clock or the network: the function does that, in [`lambda`], and the
//! command line, for events from a file.

pub mod answer;
pub mod event;
mod judge;
#[cfg(feature = "lambda")]
pub mod lambda;
pub mod settings;
mod steps;
mod text;

pub use answer::Answer;
pub use event::Event;
pub use settings::Settings;
pub use steps::{Pending, Step, begin, begin_text, refuse};
