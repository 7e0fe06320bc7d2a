//! `data-store-encrypted`

use stackseal_engine::{Check, Cx, Group, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::aws::{
    AT_REST, AT_REST_TYPES, METHOD_CACHE_TYPES, Protection, cached_methods,
};
use stackseal_model::cloudformation::Resource;

use crate::switch::report_switches;

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("data-store-encrypted"),
    group: Group::Encryption,
    severity: Severity::High,
    profile: Profile::Recommended,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "Store of data is not encrypted",
    remediation: "Turn encryption at rest on and name a customer managed key; for some services this replaces a running store",
    url: "https://docs.aws.amazon.com/prescriptive-guidance/latest/encryption-best-practices/welcome.html",
    docs: include_str!("data_store_encrypted.md"),
    options: &[],
    checks: &[
        Check::Resource { types: AT_REST_TYPES, run: store },
        Check::Resource { types: METHOD_CACHE_TYPES, run: method_caches },
    ],
};

fn store(cx: &mut Cx<'_>, resource: &Resource<'_>) {
    report_switches(cx, resource, AT_REST.iter(), "turns encryption off", |draft, mend| {
        draft.fix(mend);
    });
}

fn method_caches(cx: &mut Cx<'_>, resource: &Resource<'_>) {
    let id = resource.id();
    let consequence = "the cache keeps answers of the API unencrypted";
    for protection in cached_methods(resource) {
        match protection {
            Protection::On | Protection::Elsewhere => (),
            Protection::Off(at) => {
                cx.report(
                    at,
                    format!("`{id}` turns encryption off by `CacheDataEncrypted`: {consequence}"),
                );
            }
            Protection::Missing(under) => {
                let message = format!("`{id}` does not set `CacheDataEncrypted`: {consequence}");
                cx.report(under, message);
            }
            Protection::Open(unknown) => cx.undecided(&unknown),
        }
    }
}
