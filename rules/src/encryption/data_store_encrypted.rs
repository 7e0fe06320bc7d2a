//! `data-store-encrypted`

use stackseal_engine::{Check, Cx, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::aws::{
    AT_REST, AT_REST_TYPES, METHOD_CACHE_TYPES, Protection, Switch, Weight, cached_methods,
};
use stackseal_model::cloudformation::Resource;
use stackseal_model::setting::Site;

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
    let id = resource.id();
    for switch in AT_REST {
        for protection in switch.read(resource) {
            match protection {
                Protection::On | Protection::Elsewhere => (),
                Protection::Off(at) => {
                    let what = format!("`{id}` turns encryption off by `{}`", switch.property());
                    report(cx, resource, at, switch, &what);
                }
                Protection::Missing(under) => {
                    let what = format!("`{id}` does not set `{}`", switch.property());
                    report(cx, resource, under, switch, &what);
                }
                Protection::Open(unknown) => cx.undecided(&unknown),
            }
        }
    }
}

fn report(cx: &mut Cx<'_>, resource: &Resource<'_>, at: Site, switch: &Switch, what: &str) {
    let draft = cx.report(at, format!("{what}: {}", switch.consequence));
    draft.fix(switch.value_on().map(|it| Mend::property(resource, switch.path, it)));
    match switch.weight {
        Weight::Full => (),
        Weight::Lesser => {
            draft.severity(Severity::Medium);
        }
        Weight::Strict => {
            draft.severity(Severity::Low);
        }
    }
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
