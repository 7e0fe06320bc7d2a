//! What documents mean: templates and their evaluation, manifests, policies, buildspecs and
//! wp-configs, and the estate of a run. Nothing here judges.

pub mod aws;
mod base64;
pub mod buildspec;
pub mod cloudformation;
pub mod credential;
pub mod document;
pub mod embedded;
mod estate;
pub mod iam;
pub mod kubernetes;
pub mod setting;
pub mod share;
mod slot;
pub mod wp_config;

pub use estate::Estate;
pub use slot::Slot;
