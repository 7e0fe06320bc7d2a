//! What resources of AWS are in the words of their services: views over resources of a template.

mod arn;
mod artifact_store;
mod block_device;
mod bucket;
mod build_output;
mod credential_carrier;
mod credential_properties;
mod data_stores;
mod database;
mod distribution;
mod environment_properties;
mod load_balancer;
mod new_key;
mod response_headers;
mod rotation_schedule;
mod sealed_store;
mod secret;
mod secret_source;
pub mod ssl_policy;
mod tls_parameter;
mod trail;
mod types_of;
mod update;

pub use arn::Arn;
pub use artifact_store::ArtifactStore;
pub use block_device::{Volume, VolumeDefault};
pub use bucket::BucketName;
pub use build_output::{BuildOutput, Seal};
pub use credential_carrier::{Carried, Init, InitFile, Script, carried, scripts};
pub use credential_properties::{CredentialKind, CredentialProperty};
pub use data_stores::{
    AT_REST, AT_REST_TYPES, CacheClusterTls, IN_TRANSIT, IN_TRANSIT_TYPES, METHOD_CACHE_TYPES,
    Protection, RedshiftTls, STORE_KEY_TYPES, StoreKey, Switch, Weight, cached_methods, store_keys,
};
pub use database::{Database, DatabaseKind, MasterPassword, StorageOrigin};
pub use distribution::{Behaviour, Distribution, Origin, ProtocolPolicy, VpcOrigin, WebAcl};
pub use environment_properties::{
    BuildVariable, ENVIRONMENT_TYPES, SecretsBeside, Variable, build_variables, variables,
};
pub use load_balancer::{Action, Listener, ListenerRule, Scheme, port_of};
pub use new_key::{KEY_ADMINISTRATION, KeyUser, NewKey, get_att, reference, sub, unused_id};
pub use response_headers::{Hsts, ManagedPolicy, ResponseHeaders};
pub use rotation_schedule::rotation_period;
pub(crate) use sealed_store::StoreSketches;
pub use sealed_store::{Class, SealedStore, Stores, classes_beside, stores_sealed_with};
pub use secret::SecretName;
pub use secret_source::SecretSource;
pub use tls_parameter::{ParameterGroup, TlsParameter, stands_alone};
pub use trail::{ManagementEvents, Recorded, Task, Trail, TrailKind};
pub use update::{Update, update_of};
