//! CloudFormation templates: sections, resources, and the evaluator of intrinsics with partial
//! knowledge, in each consistent world of the conditions.

mod condition;
mod deployment;
mod foreach;
mod function;
mod intrinsic;
mod key;
mod map;
mod output;
mod parameter;
mod parameter_value;
mod resolved;
mod resource;
mod scope;
mod stacks;
mod sub;
mod template;
#[cfg(test)]
mod tests;
mod text;
mod value;
mod world;
mod written;

pub use deployment::{Deployment, Stage};
pub use intrinsic::literal;
pub(crate) use intrinsic::{call, is_standard_tag, word};
pub(crate) use key::core_of;
pub use key::{Key, KeyName};
pub use map::{Item, List, Map, Presence};
pub use output::{Mention, Output, OutputEntry};
pub use parameter::Parameter;
pub use resolved::{Content, Resolved, ResolvedEntry, Wanted};
pub use resource::Resource;
pub use scope::Scope;
pub use stacks::Stacks;
pub use template::{Described, ResourceEntry, Template, is_template};
pub use value::{Data, Part, Reference, Scalar, Value};
pub use world::{Assumption, Choice, ChoiceOf, Replay, World, each_world};
pub use written::Written;
