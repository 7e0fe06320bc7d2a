//! Policy documents as sets: who may do what on what, under which condition.
//!
//! The algebra ([`KmsActions`], [`Principal`], [`Condition`], [`Statement`]) knows sets from below
//! and from above: what is certainly in them, and what may be. [`Policy::read`] makes it of a
//! template. [`KeyPolicy`] and [`IdentityPolicies`] ask the questions of the rules.

mod actions;
mod answer;
mod boundary;
mod bucket_tls;
mod condition;
mod denial;
mod every_key;
mod every_secret;
mod home;
mod identity_policies;
mod key_policy;
mod kms_actions;
mod kms_table;
mod narrowing;
mod policy;
mod principal;
mod principals;
mod resource_policy;
mod resources;
mod separation;
mod sketch;
mod statement;
#[cfg(test)]
mod tests;
mod text;
mod wide;

pub use actions::{Actions, Bounds, Sense};
pub use answer::Answer;
pub use bucket_tls::{TlsDemand, demands_tls, file_system_demands_tls, policy_demands_tls};
pub use condition::{Comparison, Condition, Operator, Quantifier, Test};
pub use home::Home;
pub use identity_policies::{IDENTITY_POLICY_TYPES, IdentityPolicies, identity_policies_of};
pub use key_policy::{Answers, FullAccess, KeyPolicy, Opening};
pub use kms_actions::KmsActions;
pub use policy::Policy;
pub use principal::{Account, Identity, IdentityKind, Member, Principal};
pub use principals::Principals;
pub use resource_policy::ResourcePolicy;
pub use resources::Resources;
pub use separation::{Conflict, Duty};
pub use statement::{Effect, Statement};
pub use text::Text;
pub use wide::{Deed, Every, WideOpening, wide_openings};

pub(crate) use resources::yields_anything;
pub(crate) use sketch::PolicySketches;
