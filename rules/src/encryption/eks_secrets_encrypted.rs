//! `eks-secrets-encrypted`

use stackseal_engine::{Check, Cx, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::aws::KeyUser;
use stackseal_model::cloudformation::{Key, Map, Resource};
use stackseal_model::setting::{Setting, Site};
use stackseal_syntax::Literal;

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("eks-secrets-encrypted"),
    group: Group::Encryption,
    severity: Severity::Medium,
    profile: Profile::Recommended,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "Kubernetes secrets are under no key of one's own",
    remediation: "Set `EncryptionConfig` with `Resources: [secrets]` and a customer managed key in `Provider.KeyArn`; this replaces a running cluster, to which the API can add the key in place",
    url: "https://docs.aws.amazon.com/eks/latest/userguide/enable-kms.html",
    docs: include_str!("eks_secrets_encrypted.md"),
    options: &[],
    checks: &[Check::Resource { types: &["AWS::EKS::Cluster"], run: check }],
};

/// Since this minor version of Kubernetes 1, everything the API server keeps is encrypted, and
/// `Resources` may be left out.
///
/// <https://docs.aws.amazon.com/eks/latest/userguide/envelope-encryption.html>
const ENCRYPTED_SINCE: u32 = 28;

fn check(cx: &mut Cx<'_>, cluster: &Resource<'_>) {
    let id = cluster.id();
    let configs = match cluster.items("EncryptionConfig") {
        Setting::Known(configs, at) if configs.is_empty() => {
            return report(cx, cluster, at, &format!("`{id}` leaves `EncryptionConfig` empty"));
        }
        Setting::Known(configs, _) => configs,
        Setting::Absent(under) => {
            let what = format!("`{id}` has no `EncryptionConfig`");
            return report(cx, cluster, under.into(), &what);
        }
        Setting::Unknown(unknown) => return cx.undecided(&unknown),
    };
    // The API takes one element.
    for config in configs {
        match config.block() {
            Setting::Known(config, _) => judge(cx, cluster, &config),
            Setting::Absent(_) => (),
            Setting::Unknown(unknown) => cx.undecided(&unknown),
        }
    }
}

fn judge(cx: &mut Cx<'_>, cluster: &Resource<'_>, config: &Map<'_>) {
    let id = cluster.id();
    match config.at("Provider.KeyArn").key(config.scope()) {
        Setting::Known(Key::Customer(_), _) => resources(cx, cluster, config),
        Setting::Known(Key::Aws(_), at) => {
            report(cx, cluster, at, &format!("`{id}` names a key of AWS in `EncryptionConfig`"));
        }
        Setting::Absent(under) => {
            let what = format!("`{id}` names no key in `EncryptionConfig`");
            report(cx, cluster, under.into(), &what);
        }
        Setting::Unknown(unknown) => cx.undecided(&unknown),
    }
}

/// With a key, but perhaps for nothing.
fn resources(cx: &mut Cx<'_>, cluster: &Resource<'_>, config: &Map<'_>) {
    let (at, items) = match config.items("Resources") {
        Setting::Known(items, at) => (at, items),
        Setting::Absent(under) => (under.into(), Vec::new()),
        Setting::Unknown(unknown) => return cx.undecided(&unknown),
    };
    let (mut open, mut names_another) = (None, false);
    for item in items {
        match item.text() {
            Setting::Known(text, _) if text == "secrets" => return,
            Setting::Known(..) => names_another = true,
            Setting::Absent(_) => (),
            Setting::Unknown(unknown) => open = Some(unknown),
        }
    }
    let what = format!("`{}` names a key, but not `secrets` in `Resources`", cluster.id());
    match (is_encrypted_anyway(cluster), open) {
        // The key is for what is named.
        (_, None) if names_another => report(cx, cluster, at, &what),
        (Setting::Known(true, _) | Setting::Absent(_), _) => (),
        (Setting::Known(false, _), None) => report(cx, cluster, at, &what),
        (Setting::Known(false, _), Some(unknown)) | (Setting::Unknown(unknown), _) => {
            cx.undecided(&unknown);
        }
    }
}

/// Whether the version encrypts what the API server keeps, under a key of AWS if need be; absent
/// is the newest.
fn is_encrypted_anyway<'r>(cluster: &Resource<'r>) -> Setting<'r, bool> {
    cluster.text("Version").map(|version| {
        let minor = version.strip_prefix("1.").and_then(|it| it.parse::<u32>().ok());
        minor.is_none_or(|it| it >= ENCRYPTED_SINCE)
    })
}

fn report(cx: &mut Cx<'_>, cluster: &Resource<'_>, at: Site, what: &str) {
    match is_encrypted_anyway(cluster) {
        Setting::Known(false, _) => {
            cx.report(at, format!("{what}: this version keeps Kubernetes secrets as they are, and who gets at its store or a backup reads them"))
                .severity(Severity::High)
                .fix(mend(cluster));
        }
        Setting::Known(true, _) | Setting::Absent(_) | Setting::Unknown(_) => {
            cx.report(at, format!("{what}: Kubernetes secrets are encrypted under a key of AWS, which nobody can give a policy, or take away"))
                .fix(mend(cluster));
        }
    }
}

/// The whole property, where there is none yet or it is empty.
fn mend(cluster: &Resource<'_>) -> Option<Mend> {
    let configs = cluster.items("EncryptionConfig");
    let is_free = match &configs {
        Setting::Known(configs, _) => configs.is_empty(),
        Setting::Absent(_) => true,
        Setting::Unknown(_) => false,
    };
    let user = KeyUser::of(cluster.type_name()).filter(|_| is_free);
    Mend::own_key(cluster, user, "Secrets", |mend, arn| {
        let config = Literal::map([
            ("Resources", Literal::list(["secrets"])),
            ("Provider", Literal::map([("KeyArn", arn)])),
        ]);
        mend.set_property(cluster, "EncryptionConfig", Literal::List(vec![config]))
    })
}
