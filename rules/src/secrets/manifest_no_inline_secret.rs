//! `manifest-no-inline-secret`: no manifest of a Secret, and no kustomization, carries its data.

use stackseal_engine::{Check, Cx, Group, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::credential::{
    Evidence, Exemption, Naming, credentials_in_setting, exemption, is_public, names_credential,
};
use stackseal_model::kubernetes::{
    Content, Data, DataEntry, Kustomization, Object, has_placeholder,
};
use stackseal_model::setting::{Reason, Setting, Unknown};
use stackseal_syntax::{Node, Span};

use crate::naming::{OPTIONS, naming};

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("manifest-no-inline-secret"),
    group: Group::Secrets,
    severity: Severity::Critical,
    profile: Profile::Recommended,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "Secret is written into the manifest",
    remediation: "Keep the value in Secrets Manager and mount it by a SecretProviderClass; replace what was written, which stays in the history",
    url: "https://docs.aws.amazon.com/eks/latest/best-practices/data-encryption-and-secrets-management.html",
    docs: include_str!("manifest_no_inline_secret.md"),
    options: OPTIONS,
    checks: &[
        Check::Manifest { kinds: &["Secret"], run: check },
        Check::Manifest {
            kinds: &["ClusterExternalSecret", "ExternalSecret", "SealedSecret"],
            run: check_template,
        },
        Check::Kustomization { run: check_kustomization },
    ],
};

/// Keys named in a message, before the rest is only counted.
const NAMED: usize = 3;

fn check(cx: &mut Cx<'_>, object: &Object<'_>) {
    let Some(data) = Data::of_secret(object) else {
        return;
    };
    let mut carried: Vec<&DataEntry<'_>> = Vec::new();
    let mut refused: Vec<&DataEntry<'_>> = Vec::new();
    let mut unknown = data.unknown.clone();
    for entry in &data.entries {
        match carries(entry, naming(cx)) {
            Carried::Nothing => (),
            Carried::Value => carried.push(entry),
            Carried::Refused => refused.push(entry),
            Carried::Unknown(it) => unknown.push(it),
        }
    }
    let id = object.id();
    // One Secret, one finding: its author said that all of it is secret.
    if let Some(first) = carried.first() {
        let keys: Vec<&str> = carried.iter().map(|it| it.key).collect();
        let message = format!(
            "Secret `{id}` carries {} in the manifest, for everybody to read who sees it",
            named(&keys)
        );
        let others = carried.iter().skip(1).chain(&refused).map(|it| it.node.span());
        report(cx, object.node(), first.node.span(), others, message);
    } else if let Some(first) = refused.first() {
        let message = format!(
            "Secret `{id}` carries `{}` in the manifest, and not even in base64, so that the API server refuses it",
            first.key
        );
        let others = refused.iter().skip(1).map(|it| it.node.span());
        report(cx, object.node(), first.node.span(), others, message);
    } else {
        for unknown in &unknown {
            cx.undecided(unknown);
        }
    }
}

/// Reports at `first` in `document`, and points at those of `others` on the same line: of a line
/// that is shown, only what findings point at is masked.
fn report(
    cx: &mut Cx<'_>,
    document: Node<'_>,
    first: Span,
    others: impl Iterator<Item = Span>,
    message: String,
) {
    let text = &document.tree().source().text;
    let draft = cx.report(first, message);
    for other in others {
        let (start, end) = (first.end.min(other.end), first.start.max(other.start));
        if text.get(start as usize..end as usize).is_some_and(|it| !it.contains('\n')) {
            draft.relate(other, "carried as well");
        }
    }
}

/// What a value of a Secret comes to.
enum Carried<'t> {
    /// Nothing, or nothing secret.
    Nothing,
    Value,
    /// Something under the name of a credential that the API server does not take.
    Refused,
    Unknown(Unknown<'t>),
}

fn carries<'t>(entry: &DataEntry<'t>, naming: impl Naming + Copy) -> Carried<'t> {
    let unknown = match &entry.written {
        Setting::Absent(_) => return Carried::Nothing,
        Setting::Known(..) => None,
        Setting::Unknown(unknown) => Some(unknown.clone()),
    };
    let placeholder = || Unknown { span: entry.node.span(), reason: Reason::Placeholder };
    match (&entry.content, unknown) {
        (Content::Text(text), _) if text.trim().is_empty() || is_public(text) => Carried::Nothing,
        (Content::Text(text), _) if exemption(text) == Some(Exemption::Reference) => {
            Carried::Nothing
        }
        // A placeholder in one part of a file hides no credential in another.
        (Content::Text(text), Some(unknown)) => {
            if has_literal(entry.key, text, naming) {
                Carried::Value
            } else {
                Carried::Unknown(unknown)
            }
        }
        (Content::Text(text), None) => {
            let is_unknown = exemption(text).is_some_and(Exemption::is_unknown);
            if !is_unknown && !has_placeholder(text) || has_literal(entry.key, text, naming) {
                Carried::Value
            } else {
                Carried::Unknown(placeholder())
            }
        }
        (Content::Binary, None) => Carried::Value,
        (Content::Malformed, None) if names_credential(entry.key, naming) => Carried::Refused,
        (Content::Malformed, None) => {
            let reason = Reason::Malformed("not base64");
            Carried::Unknown(Unknown { span: entry.node.span(), reason })
        }
        (Content::Binary | Content::Malformed, Some(unknown)) => Carried::Unknown(unknown),
    }
}

/// Whether a value that has placeholders in it has a credential beside them.
fn has_literal(key: &str, text: &str, naming: impl Naming) -> bool {
    credentials_in_setting(key, text, naming).iter().any(|it| is_literal(&it.evidence))
}

fn is_literal(evidence: &Evidence) -> bool {
    match evidence {
        Evidence::Token(_) | Evidence::Named(_) | Evidence::Passed => true,
        Evidence::Placeholder(_) => false,
    }
}

/// Judges what an object that makes a Secret out of a store adds to it: settings, mostly, in which
/// only credentials are wrong.
fn check_template(cx: &mut Cx<'_>, object: &Object<'_>) {
    let Some(data) = Data::of_secret_template(object) else {
        return;
    };
    for unknown in &data.unknown {
        cx.undecided(unknown);
    }
    for entry in &data.entries {
        let Content::Text(text) = &entry.content else {
            continue;
        };
        let found = credentials_in_setting(entry.key, text, naming(cx));
        if let Some(first) = found.iter().find(|it| is_literal(&it.evidence)) {
            let message = format!(
                "the template of `{}` carries a credential in `{}`, for everybody to read who sees it",
                object.id(),
                entry.key
            );
            cx.report(entry.place(&first.range), message);
        }
    }
}

fn check_kustomization(cx: &mut Cx<'_>, kustomization: &Kustomization<'_>) {
    for generator in kustomization.secret_generators() {
        let mut carried = Vec::new();
        let mut unknown = None;
        for literal in &generator.literals {
            let value = literal.value.trim();
            let is_reference = exemption(value) == Some(Exemption::Reference);
            if value.is_empty() || is_public(value) || is_reference {
                continue;
            }
            if exemption(value).is_some_and(Exemption::is_unknown) || has_placeholder(value) {
                unknown = unknown.or(Some(literal.span));
            } else {
                carried.push(literal);
            }
        }
        let name = generator.name.map_or_else(String::new, |it| format!(" of `{it}`"));
        match (carried.first(), unknown) {
            (Some(first), _) => {
                let keys: Vec<&str> = carried.iter().map(|it| it.key).collect();
                let message = format!(
                    "the generator{name} carries {} in the kustomization, for everybody to read who sees it",
                    named(&keys)
                );
                let others = carried.iter().skip(1).map(|it| it.span);
                report(cx, kustomization.node(), first.span, others, message);
            }
            (None, Some(span)) => {
                cx.undecided(&Unknown { span, reason: Reason::Placeholder });
            }
            (None, None) => (),
        }
    }
}

fn named(keys: &[&str]) -> String {
    let shown: Vec<String> = keys.iter().take(NAMED).map(|it| format!("`{it}`")).collect();
    match (keys.len().saturating_sub(NAMED), shown.as_slice()) {
        (0, [others @ .., last]) if !others.is_empty() => {
            format!("{} and {last}", others.join(", "))
        }
        (0, shown) => shown.join(", "),
        (rest, shown) => format!("{} and {rest} more", shown.join(", ")),
    }
}
