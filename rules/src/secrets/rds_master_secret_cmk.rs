//! `rds-master-secret-cmk`

use stackseal_engine::{Check, Cx, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::aws::{Database, KeyUser};
use stackseal_model::cloudformation::{Key, Resource};
use stackseal_model::setting::Setting;

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("rds-master-secret-cmk"),
    group: Group::Secrets,
    severity: Severity::Medium,
    profile: Profile::Recommended,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "Master user secret is not under a key of one's own",
    remediation: "Name a customer managed key for the master user secret; a running database has to give up managing the password first",
    url: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html",
    docs: include_str!("rds_master_secret_cmk.md"),
    options: &[],
    checks: &[Check::Resource {
        types: &[
            "AWS::RDS::DBInstance",
            "AWS::RDS::DBCluster",
            "AWS::DocDB::DBCluster",
            "AWS::Redshift::Cluster",
            "AWS::RedshiftServerless::Namespace",
        ],
        run: check,
    }],
};

fn check(cx: &mut Cx<'_>, resource: &Resource<'_>) {
    let Some(database) = Database::of(resource) else { return };
    match database.manages_password() {
        Setting::Known(true, _) => (),
        // There is no such secret.
        Setting::Known(false, _) | Setting::Absent(_) => return,
        Setting::Unknown(unknown) => return cx.undecided(&unknown),
    }
    let id = resource.id();
    match database.master_secret_key() {
        Setting::Known(Key::Customer(_), _) => (),
        Setting::Known(Key::Aws(_), at) => {
            cx.report(at, format!("`{id}` keeps its master password under a key of AWS, which nobody can give a policy"))
                .fix(mend(&database));
        }
        Setting::Absent(under) => {
            cx.report(
                under,
                format!("`{id}` names no key for its master password: it is kept under `aws/secretsmanager`, which nobody can give a policy"),
            )
            .fix(mend(&database));
        }
        Setting::Unknown(unknown) => cx.undecided(&unknown),
    }
}

fn mend(database: &Database<'_>) -> Option<Mend> {
    let resource = database.resource();
    let user = Some(KeyUser::Via("secretsmanager"));
    Mend::own_key(resource, user, "Secret", |mend, arn| {
        mend.set_property(resource, database.master_secret_key_property(), arn)
    })
}
