//! `rds-storage-encrypted`

use stackseal_engine::{Check, Cx, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::aws::{Database, StorageOrigin};
use stackseal_model::cloudformation::Resource;
use stackseal_model::setting::Setting;

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("rds-storage-encrypted"),
    group: Group::Encryption,
    severity: Severity::High,
    profile: Profile::Recommended,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "Database storage is not encrypted",
    remediation: "Set `StorageEncrypted: true` and name a customer managed key in `KmsKeyId`; this replaces a running database",
    url: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html",
    docs: include_str!("rds_storage_encrypted.md"),
    options: &[],
    checks: &[
        Check::Resource {
            types: &[
                "AWS::RDS::DBInstance",
                "AWS::RDS::DBCluster",
                "AWS::DocDB::DBCluster",
                "AWS::Neptune::DBCluster",
            ],
            run: database,
        },
        Check::Resource {
            types: &[
                "AWS::RDS::GlobalCluster",
                "AWS::DocDB::GlobalCluster",
                "AWS::Neptune::GlobalCluster",
            ],
            run: global_cluster,
        },
    ],
};

fn database(cx: &mut Cx<'_>, resource: &Resource<'_>) {
    let Some(database) = Database::of(resource) else { return };
    match database.storage_origin() {
        StorageOrigin::Own => (),
        // The cluster, the source or the snapshot decides, and is judged where it stands.
        StorageOrigin::Inherited => return,
        StorageOrigin::Open(unknown) => {
            // What is switched on is right, whether it is a restore or not.
            if !matches!(database.storage_encrypted(), Setting::Known(true, _)) {
                cx.undecided(&unknown);
            }
            return;
        }
    }
    // Aurora Serverless v1 is encrypted always.
    if database.is_serverless_v1() && resource.at("StorageEncrypted").is_absent() {
        return;
    }
    // Aurora clusters made since February 2026 are encrypted by AWS in any case, under a key nobody
    // can see; older ones are not.
    let consequence = if database.is_aurora() {
        "no key of the account protects storage, backups and snapshots, and clusters made before February 2026 \
         are not encrypted at all"
    } else {
        "storage, backups and snapshots are not encrypted"
    };
    report(cx, resource, consequence);
}

fn global_cluster(cx: &mut Cx<'_>, resource: &Resource<'_>) {
    // It takes over the encryption of the cluster it is made from.
    if resource.has("SourceDBClusterIdentifier") {
        return;
    }
    if !resource.is("AWS::RDS::GlobalCluster") {
        return report(
            cx,
            resource,
            "storage, backups and snapshots of its clusters are not encrypted",
        );
    }
    // The default of Aurora is encrypted since February 2026; its members say so themselves.
    if !resource.at("StorageEncrypted").is_absent() {
        let consequence = "no key of the account protects storage, backups and snapshots of its clusters, \
                           and those made before February 2026 are not encrypted at all";
        report(cx, resource, consequence);
    }
}

fn report(cx: &mut Cx<'_>, resource: &Resource<'_>, consequence: &str) {
    let id = resource.id();
    match resource.bool("StorageEncrypted") {
        Setting::Known(true, _) => (),
        Setting::Known(false, at) => {
            cx.report(at, format!("`{id}` turns storage encryption off: {consequence}"))
                .fix(Mend::property(resource, "StorageEncrypted", true));
        }
        Setting::Absent(under) => {
            cx.report(under, format!("`{id}` does not set `StorageEncrypted`: {consequence}"))
                .fix(Mend::property(resource, "StorageEncrypted", true));
        }
        Setting::Unknown(unknown) => cx.undecided(&unknown),
    }
}
