//! What resources of AWS are in the words of their services: views over resources of a template.

mod database;
mod distribution;
mod sealed_store;
mod tls_parameter;

pub use database::{Database, DatabaseKind, MasterPassword, StorageOrigin};
pub use distribution::{Distribution, Origin, ProtocolPolicy, VpcOrigin};
pub use sealed_store::{Class, SealedStore, sealed_stores};
pub use tls_parameter::{ParameterGroup, TlsParameter};
