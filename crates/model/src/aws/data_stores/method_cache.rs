//! Caches of API Gateway: a protection that stands with each method.

use super::{Protection, blocks_at};
use crate::cloudformation::{Map, Resource};
use crate::setting::Setting;

/// The types that set caches of methods.
pub const METHOD_CACHE_TYPES: &[&str] =
    &["AWS::ApiGateway::Deployment", "AWS::ApiGateway::Stage", "AWS::Serverless::Api"];

/// Whether the cache of each method is encrypted, as far as it has one.
///
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-caching.html>
pub fn cached_methods<'r>(resource: &Resource<'r>) -> Vec<Protection<'r>> {
    let (stage, asks_stage) = match resource.type_name() {
        "AWS::ApiGateway::Deployment" => ("StageDescription", false),
        _ => ("", true),
    };
    let mut open = Vec::new();
    let mut found = Vec::new();
    for stage in blocks_at(&resource.properties(), stage, &mut open) {
        for method in blocks_at(&stage, "MethodSettings[]", &mut open) {
            let cached = match is_on(&method, "CachingEnabled") {
                // Without a cache of the stage, methods have none.
                Protection::On if asks_stage => is_on(&stage, "CacheClusterEnabled"),
                other => other,
            };
            match cached {
                Protection::On => found.push(is_on(&method, "CacheDataEncrypted")),
                Protection::Open(unknown) => match is_on(&method, "CacheDataEncrypted") {
                    Protection::On => (),
                    Protection::Off(_)
                    | Protection::Missing(_)
                    | Protection::Elsewhere
                    | Protection::Open(_) => found.push(Protection::Open(unknown)),
                },
                Protection::Off(_) | Protection::Missing(_) | Protection::Elsewhere => (),
            }
        }
    }
    found.extend(open.into_iter().map(Protection::Open));
    found
}

fn is_on<'r>(map: &Map<'r>, name: &str) -> Protection<'r> {
    match map.bool(name) {
        Setting::Known(true, _) => Protection::On,
        Setting::Known(false, at) => Protection::Off(at),
        Setting::Absent(under) => Protection::Missing(under.into()),
        Setting::Unknown(unknown) => Protection::Open(unknown),
    }
}
