//! `data-store-cmk`

use stackseal_engine::{Check, Cx, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::aws::{KeyUser, STORE_KEY_TYPES, StoreKey, Volume, VolumeDefault, store_keys};
use stackseal_model::cloudformation::{Key, Presence, Resource};
use stackseal_model::setting::{Reason, Setting, Unknown};
use stackseal_syntax::Span;

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("data-store-cmk"),
    group: Group::Encryption,
    severity: Severity::Low,
    profile: Profile::Strict,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "Store of data is not under a key of one's own",
    remediation: "Name a customer managed key, and let the service use it in the key's policy; for some services this replaces a running store",
    url: "https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-mgmt",
    docs: include_str!("data_store_cmk.md"),
    options: &[],
    checks: &[
        Check::Resource { types: STORE_KEY_TYPES, run: store },
        Check::Resource { types: Volume::TYPES, run: volumes },
    ],
};

fn store(cx: &mut Cx<'_>, resource: &Resource<'_>) {
    // Logs of access are delivered to buckets without a key of one's own only.
    let may_take_logs = resource.is("AWS::S3::Bucket") && !cx.is_whole_set();
    for key in store_keys(resource) {
        let mend = own_key(resource, &key);
        let key_of = match key.key {
            Setting::Known(Key::Aws(_), site) if may_take_logs => takes_logs(site.span),
            Setting::Absent(span) if may_take_logs => takes_logs(span),
            other => other,
        };
        judge(cx, resource.id(), key.property, key_of, mend);
    }
}

/// A key of its own, and what the service wants beside it; where one is named, that alone.
fn own_key(resource: &Resource<'_>, key: &StoreKey<'_>) -> Option<Mend> {
    let StoreKey { key: _, property: _, path, is_passed_over, beside } = key;
    if *is_passed_over {
        let (path, value) = beside.clone()?;
        let because = "the policy of the key has to let in who uses it";
        return Some(Mend::property(resource, path, value).because(because));
    }
    let path = (*path)?;
    let user = KeyUser::of(resource.type_name());
    Mend::own_key(resource, user, "", |mend, arn| {
        let mend = mend.set_property(resource, path, arn);
        match beside.clone() {
            Some((path, value)) => mend.set_property(resource, path, value),
            None => mend,
        }
    })
}

fn takes_logs<'r>(span: Span) -> Setting<'r, Key<'r>> {
    let reason = Reason::Outside("whether logs of access are delivered to it, the template tells");
    Setting::Unknown(Unknown { span, reason })
}

fn volumes(cx: &mut Cx<'_>, resource: &Resource<'_>) {
    let mut open = Vec::new();
    let mut judged = Vec::new();
    for volume in Volume::all_of(resource, &mut open) {
        let Some(key) = volume.key() else { continue };
        match volume.encrypted() {
            Setting::Known(true, _) => (),
            // Without encryption there is no key to speak of: `ebs-encrypted` does.
            Setting::Known(false, _) | Setting::Absent(_) => continue,
            Setting::Unknown(unknown) => {
                cx.undecided(&unknown);
                continue;
            }
        }
        let property = match volume.default() {
            VolumeDefault::Source => "CmkArn",
            VolumeDefault::Account | VolumeDefault::Undocumented => "KmsKeyId",
        };
        let key = match (key, volume.is_copy()) {
            (Setting::Absent(span), Presence::Yes) => {
                let reason = Reason::Outside("an encrypted snapshot brings its key");
                Setting::Unknown(Unknown { span, reason })
            }
            (Setting::Absent(_), Presence::Maybe(unknown)) => Setting::Unknown(unknown),
            (key, Presence::Yes | Presence::No | Presence::Maybe(_)) => key,
        };
        judged.push((volume, property, key));
    }
    let mend = one_key(resource, &judged);
    for (_, property, key) in judged {
        judge(cx, resource.id(), property, key, mend.clone());
    }
    for unknown in &open {
        cx.undecided(unknown);
    }
}

/// One key for all volumes of `resource` that have none of their own.
fn one_key<'r>(
    resource: &Resource<'r>,
    volumes: &[(Volume<'r>, &'static str, Setting<'r, Key<'r>>)],
) -> Option<Mend> {
    let user = KeyUser::of(resource.type_name());
    Mend::own_key(resource, user, "Volume", |mend, arn| {
        let is_without = |key: &Setting<'_, Key<'_>>| {
            matches!(key, Setting::Absent(_) | Setting::Known(Key::Aws(_), _))
        };
        volumes.iter().filter(|it| is_without(&it.2)).fold(mend, |mend, (volume, property, _)| {
            let slot = volume.block().slot(property);
            mend.set_at(resource, slot, &volume.path(property), arn.clone())
        })
    })
}

fn judge(cx: &mut Cx<'_>, id: &str, property: &str, key: Setting<'_, Key<'_>>, mend: Option<Mend>) {
    let consequence = "which nobody can give a policy, or take away";
    match key {
        Setting::Known(Key::Customer(_), _) => (),
        Setting::Known(Key::Aws(_), at) => {
            cx.report(at, format!("`{id}` is encrypted under a key of AWS, {consequence}"))
                .fix(mend);
        }
        Setting::Absent(under) => {
            let message = format!(
                "`{id}` names no key in `{property}`: it is encrypted under a key of AWS, {consequence}"
            );
            cx.report(under, message).fix(mend);
        }
        Setting::Unknown(unknown) => cx.undecided(&unknown),
    }
}
