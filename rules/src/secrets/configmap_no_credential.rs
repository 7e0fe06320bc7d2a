//! `configmap-no-credential`: no ConfigMap carries a credential.

use stackseal_engine::{Check, Cx, Group, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::credential::{
    Evidence, SettingCredential, credentials_in_setting, names_credential,
};
use stackseal_model::kubernetes::{Content, Data, DataEntry, Kustomization, Object};
use stackseal_model::setting::{Reason, Setting, Unknown};
use stackseal_model::wp_config;
use stackseal_syntax::Span;

use crate::naming::{OPTIONS, naming};

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("configmap-no-credential"),
    group: Group::Secrets,
    severity: Severity::High,
    profile: Profile::Recommended,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "ConfigMap holds a credential",
    remediation: "Keep the credential in Secrets Manager and mount it by a SecretProviderClass; replace the one that was written",
    url: "https://kubernetes.io/docs/concepts/configuration/configmap/",
    docs: include_str!("configmap_no_credential.md"),
    options: OPTIONS,
    checks: &[
        Check::Manifest { kinds: &["ConfigMap"], run: check },
        Check::Kustomization { run: check_kustomization },
    ],
};

fn check(cx: &mut Cx<'_>, object: &Object<'_>) {
    let Some(data) = Data::of_config_map(object) else {
        return;
    };
    for unknown in &data.unknown {
        cx.undecided(unknown);
    }
    for entry in &data.entries {
        check_entry(cx, object, entry);
    }
}

fn check_entry(cx: &mut Cx<'_>, object: &Object<'_>, entry: &DataEntry<'_>) {
    let Content::Text(text) = &entry.content else {
        return;
    };
    match &entry.written {
        // Placeholders may stand in one line of many.
        Setting::Known(..) => (),
        Setting::Unknown(unknown) if unknown.reason == Reason::Placeholder => (),
        Setting::Absent(_) => return,
        Setting::Unknown(unknown) => {
            // A number, or something that a tool writes in its place.
            if names_credential(entry.key, naming(cx)) {
                cx.undecided(unknown);
            }
            return;
        }
    }
    if is_wp_config(entry.key, text) {
        return;
    }
    let holder = format!("`{}`", object.id());
    for credential in credentials_in_setting(entry.key, text, naming(cx)) {
        let at = entry.place(&credential.range);
        report(cx, entry.key, &credential, &holder, at);
    }
}

fn check_kustomization(cx: &mut Cx<'_>, kustomization: &Kustomization<'_>) {
    for generator in kustomization.config_map_generators() {
        let holder = match generator.name {
            Some(name) => format!("the generator of `{name}`"),
            None => "a generator".to_owned(),
        };
        for literal in &generator.literals {
            // All of a literal is one value: what is wrong with it is said once.
            let found = credentials_in_setting(literal.key, literal.value, naming(cx));
            if let Some(credential) = found.first() {
                report(cx, literal.key, credential, &holder, literal.span);
            }
        }
    }
}

/// Says what `credential`, found under `key`, is; `holder` is what carries it.
fn report(cx: &mut Cx<'_>, key: &str, credential: &SettingCredential, holder: &str, at: Span) {
    let place = match &credential.key {
        Some(inner) => format!("`{inner}` in `{key}`"),
        None => format!("`{key}`"),
    };
    let message = match &credential.evidence {
        Evidence::Token(token) => {
            format!("{place} of {holder} holds a credential in plain text: {}", token.title)
        }
        Evidence::Named(class) => {
            format!("{place} of {holder} holds {} in plain text", class.describe())
        }
        Evidence::Passed => format!("{place} of {holder} passes a credential in plain text"),
        Evidence::Placeholder(_) => {
            return cx.undecided(&Unknown { span: at, reason: Reason::Placeholder });
        }
    };
    cx.report(at, message);
}

/// Whether a value is a `wp-config.php`, which rules of its own judge.
fn is_wp_config(key: &str, text: &str) -> bool {
    let is_php = key.to_ascii_lowercase().ends_with(".php");
    wp_config::is_wp_config_name(key) || is_php && wp_config::looks_like_wp_config(text)
}
