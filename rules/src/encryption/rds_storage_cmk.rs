//! `rds-storage-cmk`

use stackseal_engine::{Check, Cx, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::aws::{Database, StorageOrigin};
use stackseal_model::cloudformation::{Key, Resource};
use stackseal_model::setting::Setting;

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("rds-storage-cmk"),
    group: Group::Encryption,
    severity: Severity::Medium,
    profile: Profile::Recommended,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "Database storage is not under a key of one's own",
    remediation: "Name a customer managed key in `KmsKeyId`; this replaces a running database",
    url: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html",
    docs: include_str!("rds_storage_cmk.md"),
    options: &[],
    checks: &[Check::Resource {
        types: &[
            "AWS::RDS::DBInstance",
            "AWS::RDS::DBCluster",
            "AWS::DocDB::DBCluster",
            "AWS::Neptune::DBCluster",
        ],
        run: check,
    }],
};

fn check(cx: &mut Cx<'_>, resource: &Resource<'_>) {
    let Some(database) = Database::of(resource) else { return };
    match database.storage_encrypted() {
        Setting::Known(true, _) => (),
        // Without encryption there is no key to speak of: `rds-storage-encrypted` does.
        Setting::Known(false, _) | Setting::Absent(_) => return,
        Setting::Unknown(unknown) => return cx.undecided(&unknown),
    }
    let id = database.resource().id();
    match database.storage_key() {
        Setting::Known(Key::Customer(_), _) => (),
        Setting::Known(Key::Aws(_), at) => {
            cx.report(
                at,
                format!("`{id}` is encrypted under a key of AWS: nobody can give it a policy, or share it"),
            )
            .fix(mend(resource));
        }
        Setting::Absent(under) => match database.storage_origin() {
            StorageOrigin::Own => {
                cx.report(
                    under,
                    format!("`{id}` names no key: it is encrypted under `aws/rds`, which nobody can give a policy"),
                )
                .fix(mend(resource));
            }
            // A restore or a replica goes on under the key of what it is copied from.
            StorageOrigin::Inherited => (),
            StorageOrigin::Open(unknown) => cx.undecided(&unknown),
        },
        Setting::Unknown(unknown) => cx.undecided(&unknown),
    }
}

/// A key for what is encrypted under any condition: beside a switch that may be off, even by a
/// condition that never holds, a key is refused.
fn mend(database: &Resource<'_>) -> Option<Mend> {
    let forks = database.properties().forks_at("StorageEncrypted");
    Mend::own_key_in(database, "KmsKeyId").filter(|_| !forks)
}
