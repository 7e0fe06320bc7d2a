//! `secret-provider-class-reference`: what a pod mounts by the Secrets Store CSI driver can be mounted.

use stackseal_engine::{Check, Cx, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::Estate;
use stackseal_model::Slot;
use stackseal_model::kubernetes::{
    GroupKind, KubernetesSet, Object, PodSpec, SecretsStoreVolume, has_placeholder,
};
use stackseal_model::setting::{Reason, Setting, Site, Unknown};

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("secret-provider-class-reference"),
    group: Group::Secrets,
    severity: Severity::Medium,
    profile: Profile::Recommended,
    scope: Scope::Set,
    since: "0.1.0",
    title: "Pod mounts secrets that cannot be mounted",
    remediation: "Mount the volume with readOnly: true, name a class of the same namespace, and give the pod an identity",
    url: "https://secrets-store-csi-driver.sigs.k8s.io/getting-started/usage",
    docs: include_str!("secret_provider_class_reference.md"),
    options: &[],
    checks: &[Check::Manifest { kinds: &[], run: check }],
};

const CLASS: &[GroupKind<'static>] =
    &[GroupKind { group: "secrets-store.csi.x-k8s.io", kind: "SecretProviderClass" }];

fn check(cx: &mut Cx<'_>, object: &Object<'_>) {
    for pod in object.pod_specs() {
        let mut needs_role = false;
        for volume in pod.volumes() {
            if let Some(store) = volume.secrets_store() {
                check_read_only(cx, store, volume.name());
                needs_role |= check_class(cx, object, store, volume.name());
            }
        }
        if needs_role {
            check_identity(cx, object, pod);
        }
    }
}

fn check_read_only(cx: &mut Cx<'_>, store: SecretsStoreVolume<'_>, volume: &str) {
    match store.read_only() {
        Setting::Known(true, _) => (),
        Setting::Known(false, Site { span, .. }) | Setting::Absent(span) => {
            cx.report(
                span,
                format!("volume `{volume}` is not read-only, so that the driver refuses it"),
            )
            .fix(
                Mend::safe("Set `readOnly` to `true`")
                    .set(Slot::below(store.block().node(), &["readOnly"]), true),
            );
        }
        Setting::Unknown(unknown) => cx.undecided(&unknown),
    }
}

/// Whether the class that a volume names is in the set, and needs a role on the service account.
fn check_class(
    cx: &mut Cx<'_>,
    object: &Object<'_>,
    store: SecretsStoreVolume<'_>,
    volume: &str,
) -> bool {
    let (name, at) = match store.class_name() {
        Setting::Known(name, at) => (name, at),
        Setting::Absent(under) => {
            cx.report(under, format!("volume `{volume}` names no SecretProviderClass"));
            return false;
        }
        Setting::Unknown(unknown) => {
            cx.undecided(&unknown);
            return false;
        }
    };
    let set = &cx.estate().kubernetes;
    match set.needs_role(name, object.namespace()) {
        Some(Setting::Known(needs_role, _)) => return *needs_role,
        Some(Setting::Unknown(unknown)) => {
            cx.undecided(unknown);
            return false;
        }
        Some(Setting::Absent(_)) | None => (),
    }
    if set.is_one_file() || has_open_name(set) {
        let reason = Reason::Outside("the SecretProviderClass may stand in another file");
        cx.undecided(&Unknown { span: at.span, reason });
    } else {
        let message = format!(
            "volume `{volume}` mounts the SecretProviderClass `{name}`, which is not in {}",
            object.namespace().map_or("the set".to_owned(), |it| format!("namespace `{it}`"))
        );
        cx.report(at, message);
    }
    false
}

/// Whether some class has a name that is not known, and may be any.
fn has_open_name(set: &KubernetesSet<'_>) -> bool {
    set.of_kind(CLASS).filter_map(Object::name).any(|it| has_placeholder(it.text))
}

fn check_identity(cx: &mut Cx<'_>, object: &Object<'_>, pod: PodSpec<'_>) {
    let (name, at) = match pod.service_account() {
        Setting::Known(name, at) => (name, at),
        Setting::Absent(under) => {
            let message = format!(
                "`{}` mounts secrets of AWS and names no service account whose role may read them",
                object.id()
            );
            cx.report(under, message);
            return;
        }
        Setting::Unknown(unknown) => return cx.undecided(&unknown),
    };
    let estate = cx.estate();
    let Some(role) = estate.kubernetes.role_of(name, object.namespace()) else {
        let reason = Reason::Outside("the service account is not in the set");
        return cx.undecided(&Unknown { span: at.span, reason });
    };
    match role {
        Setting::Known(true, _) => (),
        Setting::Known(false, Site { span: under, .. }) | Setting::Absent(under) => {
            if !has_association(estate, name) {
                let message = format!(
                    "`{}` mounts secrets of AWS, and its service account `{name}` has no role to read them",
                    object.id()
                );
                cx.report(at, message).relate(*under, "the role would be annotated here");
            }
        }
        Setting::Unknown(unknown) => cx.undecided(unknown),
    }
}

/// Whether a template of the set gives the service account `name`, or one it does not spell out, a
/// role by Pod Identity.
fn has_association(estate: &Estate<'_>, name: &str) -> bool {
    estate.stacks.entries_of("AWS::EKS::PodIdentityAssociation").any(|it| {
        let account = it.body().get("Properties").and_then(|it| it.get("ServiceAccount"));
        account.is_some_and(|it| it.tag().is_some() || it.text().is_none_or(|it| it == name))
    })
}
