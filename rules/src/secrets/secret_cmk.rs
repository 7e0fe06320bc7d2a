//! `secret-cmk`

use stackseal_engine::{Check, Cx, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::cloudformation::{Key, Map, Resource};
use stackseal_model::setting::Setting;

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("secret-cmk"),
    group: Group::Secrets,
    severity: Severity::Medium,
    profile: Profile::Recommended,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "Secret is not under a key of one's own",
    remediation: "Name a customer managed key in `KmsKeyId`, and let the readers of the secret decrypt with it",
    url: "https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html",
    docs: include_str!("secret_cmk.md"),
    options: &[],
    checks: &[Check::Resource { types: &["AWS::SecretsManager::Secret"], run: check }],
};

fn check(cx: &mut Cx<'_>, secret: &Resource<'_>) {
    let id = secret.id();
    let mend = Mend::own_key_in(secret, "KmsKeyId");
    judge(cx, secret.key("KmsKeyId"), &format!("`{id}`"), mend);
    // Each region has a key of its own, and a replica takes none over from the primary.
    let mut open = Vec::new();
    for replica in secret.at("ReplicaRegions").blocks(&mut open) {
        // A key of the template is in another Region.
        judge(cx, replica.at("KmsKeyId").key(secret.scope()), &name_of(&replica, id), None);
    }
    for unknown in open {
        cx.undecided(&unknown);
    }
}

fn judge(cx: &mut Cx<'_>, key: Setting<'_, Key<'_>>, what: &str, mend: Option<Mend>) {
    let (at, deed) = match key {
        Setting::Known(Key::Customer(_), _) => return,
        Setting::Known(Key::Aws(name), at) if !name.is_empty() => {
            (at, "is kept under a key of AWS")
        }
        Setting::Known(Key::Aws(_), at) => {
            (at, "names no key and is kept under `aws/secretsmanager`")
        }
        Setting::Absent(under) => {
            (under.into(), "names no key and is kept under `aws/secretsmanager`")
        }
        Setting::Unknown(unknown) => return cx.undecided(&unknown),
    };
    cx.report(at, format!("{what} {deed}, which nobody can give a policy")).fix(mend);
}

fn name_of(replica: &Map<'_>, id: &str) -> String {
    match replica.text("Region") {
        Setting::Known(region, _) => format!("The replica of `{id}` in `{region}`"),
        Setting::Absent(_) | Setting::Unknown(_) => format!("A replica of `{id}`"),
    }
}
