//! `volume-claim-encrypted`: a claim does not ask for a class that is known not to encrypt.

use stackseal_engine::{Check, Cx, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::Slot;
use stackseal_model::kubernetes::{Block, Object};
use stackseal_model::setting::{Reason, Setting, Unknown};
use stackseal_syntax::Span;

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
        Setting::Known(name, _) if set.has_storage_class(name) => (),
        Setting::Known(BUILT_IN, at) => {
            let message = format!(
                "`{}` asks for the storage class `{BUILT_IN}`, which EKS makes without encryption",
                object.id()
            );
            let mend = set.encrypted_storage_class().map(|name| ask_for(name, at.span));
            cx.report(at, message).fix(mend);
        }
        Setting::Known(_, at) => {
            let reason = Reason::Outside("the storage class is not in the set");
            cx.undecided(&Unknown { span: at.span, reason });
        }
        Setting::Absent(_) if set.has_default_storage_class() => (),
        Setting::Absent(span) => {
            let reason =
                Reason::Outside("the default storage class of the cluster is not in the set");
            cx.undecided(&Unknown { span, reason });
        }
        Setting::Unknown(unknown) => cx.undecided(&unknown),
    }
}

fn ask_for(class: &str, at: Span) -> Mend {
    let because =
        "a claim cannot be changed: it has to be made again, and what its volume holds copied";
    Mend::with_care(format!("Ask for the storage class `{class}`"), because)
        .set(Some(Slot::at(at)), class.to_owned())
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
