//! `ebs-encrypted`

use stackseal_engine::{Check, Cx, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::aws::{Volume, VolumeDefault};
use stackseal_model::cloudformation::{Presence, Resource};
use stackseal_model::setting::{Reason, Setting, Unknown};

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("ebs-encrypted"),
    group: Group::Encryption,
    severity: Severity::High,
    profile: Profile::Recommended,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "Volume is not encrypted",
    remediation: "Set `Encrypted: true`; this replaces a running volume, instance or launch configuration",
    url: "https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption.html",
    docs: include_str!("ebs_encrypted.md"),
    options: &[],
    checks: &[Check::Resource { types: Volume::TYPES, run: check }],
};

fn check(cx: &mut Cx<'_>, resource: &Resource<'_>) {
    let mut open = Vec::new();
    for volume in Volume::all_of(resource, &mut open) {
        judge(cx, resource, &volume);
    }
    for unknown in &open {
        cx.undecided(unknown);
    }
}

fn judge(cx: &mut Cx<'_>, resource: &Resource<'_>, volume: &Volume<'_>) {
    let id = resource.id();
    let of = volume.device().map(|it| format!(" for `{it}`")).unwrap_or_default();
    let (at, what) = match volume.encrypted() {
        Setting::Known(true, _) => return,
        Setting::Known(false, at) => (at, format!("`{id}` turns `Encrypted` off{of}")),
        Setting::Absent(under) => match volume.default() {
            VolumeDefault::Account => {
                (under.into(), format!("`{id}` does not set `Encrypted`{of}"))
            }
            // What is encrypted stays so.
            VolumeDefault::Source => return,
            VolumeDefault::Undocumented => {
                let reason = Reason::Outside("what the service does by itself is not documented");
                return cx.undecided(&Unknown { span: under, reason });
            }
        },
        Setting::Unknown(unknown) => return cx.undecided(&unknown),
    };
    match volume.is_copy() {
        // Encryption can be added to a copy, but never taken off.
        Presence::Yes => {
            let reason = Reason::Outside("the volume is as encrypted as what it is made from");
            cx.undecided(&Unknown { span: at.span, reason });
        }
        Presence::No => {
            let consequence = match volume.default() {
                VolumeDefault::Account | VolumeDefault::Undocumented => {
                    "the volume and its snapshots can be read, save where the account encrypts by default"
                }
                VolumeDefault::Source => "copies of snapshots that are not encrypted can be read",
            };
            let path = volume.path("Encrypted");
            let mend = Mend::safe("Set `Encrypted` to `true`").set_at(
                resource,
                volume.block().slot("Encrypted"),
                &path,
                true,
            );
            cx.report(at, format!("{what}: {consequence}")).fix(mend);
        }
        Presence::Maybe(unknown) => cx.undecided(&unknown),
    }
}
