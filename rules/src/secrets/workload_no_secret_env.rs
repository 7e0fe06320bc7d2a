//! `workload-no-secret-env`: a container takes no credential from a Kubernetes Secret into its
//! environment, unless a store fills that Secret.

use stackseal_engine::{Check, Cx, Group, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::kubernetes::{EnvValue, Object, SecretOrigin, SecretReference};
use stackseal_model::setting::{Setting, Site};

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("workload-no-secret-env"),
    group: Group::Secrets,
    severity: Severity::Medium,
    profile: Profile::Recommended,
    scope: Scope::Set,
    since: "0.1.0",
    title: "Credential comes from a Kubernetes Secret by environment",
    remediation: "Mount the credential by a SecretProviderClass and read it as a file",
    url: "https://kubernetes.io/docs/concepts/configuration/secret/#using-secrets-as-files-from-a-pod",
    docs: include_str!("workload_no_secret_env.md"),
    options: &[],
    checks: &[Check::Manifest { kinds: &[], run: check }],
};

/// Last words of keys that say who and where, not how to get in.
const HARMLESS_WORDS: &[&str] = &[
    "database", "db", "dbname", "endpoint", "engine", "host", "hostname", "port", "region",
    "schema", "user", "username",
];

fn check(cx: &mut Cx<'_>, object: &Object<'_>) {
    for container in object.containers() {
        for entry in container.env() {
            match entry.value {
                EnvValue::SecretKey(reference) => {
                    let what =
                        format!("`{}` of container `{}` comes from", entry.name, container.name());
                    check_reference(cx, object, &reference, &what);
                }
                EnvValue::Written(_) | EnvValue::Elsewhere(_) => (),
            }
        }
        for reference in container.env_from_secrets() {
            let what = format!("container `{}` takes its environment from", container.name());
            check_reference(cx, object, &reference, &what);
        }
    }
}

fn check_reference(
    cx: &mut Cx<'_>,
    object: &Object<'_>,
    reference: &SecretReference<'_>,
    what: &str,
) {
    if let Setting::Known(key, _) = &reference.key
        && is_harmless(key)
    {
        return;
    }
    let Some(written) = reference.written_name else {
        return;
    };
    let set = &cx.estate().kubernetes;
    match set.secret_origin(written, object.namespace()) {
        SecretOrigin::Store(_) => return,
        SecretOrigin::Perhaps(unknown) => return cx.undecided(&unknown),
        SecretOrigin::Nothing => (),
    }
    match &reference.name {
        Setting::Known(name, at) => report(cx, *at, what, name),
        Setting::Absent(_) => (),
        Setting::Unknown(unknown) => cx.undecided(unknown),
    }
}

fn report(cx: &mut Cx<'_>, at: Site, what: &str, secret: &str) {
    cx.report(at, format!("{what} Secret `{secret}`, which no external store fills"));
}

fn is_harmless(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    let last = key.rsplit(|it: char| !it.is_ascii_alphanumeric()).next().unwrap_or(&key);
    HARMLESS_WORDS.contains(&last) || matches!(&*key, "db-name" | "db_name")
}
