//! `volume-claim-encrypted`: a claim does not ask for a class that is known not to encrypt.

use stackseal_engine::{Check, Cx, Group, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::kubernetes::{Block, KubernetesSet, Object, STORAGE_CLASS, StorageClass};
use stackseal_model::setting::{Reason, Setting, Unknown};

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("volume-claim-encrypted"),
    group: Group::Encryption,
    severity: Severity::Medium,
    profile: Profile::Recommended,
    scope: Scope::Set,
    since: "0.1.0",
    title: "Volume claim asks for unencrypted storage",
    remediation: "Name a storage class that sets encrypted to \"true\"",
    url: "https://docs.aws.amazon.com/eks/latest/userguide/ebs-csi.html",
    docs: include_str!("volume_claim_encrypted.md"),
    options: &[],
    checks: &[Check::Manifest { kinds: &[], run: check }],
};

/// The class EKS makes in every cluster: volumes in plain text, as no manifest of ours shows.
const BUILT_IN: &str = "gp2";

fn check(cx: &mut Cx<'_>, object: &Object<'_>) {
    for claim in object.volume_claims() {
        check_claim(cx, object, claim);
    }
}

fn check_claim(cx: &mut Cx<'_>, object: &Object<'_>, claim: Block<'_>) {
    // Bound to a volume that exists: no class makes one.
    match claim.text(&["spec", "volumeName"]) {
        Setting::Known("", _) | Setting::Absent(_) => (),
        Setting::Known(..) => return,
        Setting::Unknown(unknown) => return cx.undecided(&unknown),
    }
    let set = &cx.estate().kubernetes;
    match class_name(claim) {
        // No dynamic volume at all.
        Setting::Known("", _) => (),
        // A class of the set speaks for itself: `storage-class-encrypted`.
        Setting::Known(name, _) if set.find(&[STORAGE_CLASS], name, None).is_some() => (),
        Setting::Known(BUILT_IN, at) => {
            let message = format!(
                "`{}` asks for the storage class `{BUILT_IN}`, which EKS makes without encryption",
                object.id()
            );
            cx.report(at, message);
        }
        Setting::Known(_, at) => {
            let reason = Reason::Outside("the storage class is not in the set");
            cx.undecided(&Unknown { span: at.span, reason });
        }
        Setting::Absent(_) if has_default(set) => (),
        Setting::Absent(span) => {
            let reason =
                Reason::Outside("the default storage class of the cluster is not in the set");
            cx.undecided(&Unknown { span, reason });
        }
        Setting::Unknown(unknown) => cx.undecided(&unknown),
    }
}

/// The class by the field, or by the annotation from before there was one.
fn class_name(claim: Block<'_>) -> Setting<'_, &str> {
    let by_annotation =
        claim.text(&["metadata", "annotations", "volume.beta.kubernetes.io/storage-class"]);
    match by_annotation {
        Setting::Known(name, site) => Setting::Known(name, site),
        Setting::Absent(_) | Setting::Unknown(_) => claim.text(&["spec", "storageClassName"]),
    }
}

fn has_default(set: &KubernetesSet<'_>) -> bool {
    set.of_kind(&[STORAGE_CLASS]).filter_map(StorageClass::new).any(|it| it.is_default())
}
