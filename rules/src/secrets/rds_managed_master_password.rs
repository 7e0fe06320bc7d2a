//! `rds-managed-master-password`

use stackseal_engine::{Check, Cx, Group, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::aws::{Database, MasterPassword};
use stackseal_model::cloudformation::Resource;
use stackseal_model::setting::Setting;

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("rds-managed-master-password"),
    group: Group::Secrets,
    severity: Severity::High,
    profile: Profile::Recommended,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "Master password is not managed",
    remediation: "Let the service manage the password in Secrets Manager, or take it from there by a dynamic reference",
    url: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html",
    docs: include_str!("rds_managed_master_password.md"),
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
    let id = resource.id();
    let at = database.password().site;
    let message = match database.master_password() {
        MasterPassword::NotNeeded | MasterPassword::Managed | MasterPassword::Secret => return,
        MasterPassword::Unknown(unknown) => return cx.undecided(&unknown),
        MasterPassword::Literal => {
            format!(
                "`{id}` holds its master password as text: everyone who reads the template has it, and it never changes"
            )
        }
        MasterPassword::ShownParameter(name) => format!(
            "`{id}` takes its master password from parameter `{name}`, which is shown wherever the stack is described"
        ),
        MasterPassword::PlainParameter => {
            format!(
                "`{id}` takes its master password from an SSM parameter that is kept in plain text"
            )
        }
        MasterPassword::SecureParameter => format!(
            "`{id}` takes its master password from a secure SSM parameter: it is not exposed, but nothing ever changes it"
        ),
        MasterPassword::Missing => {
            // A switch that says no is narrower than the block it stands in.
            let place = match database.manages_password() {
                Setting::Known(false, switch) => switch,
                Setting::Known(true, _) | Setting::Absent(_) | Setting::Unknown(_) => at,
            };
            report(
                cx,
                &database,
                place,
                format!(
                    "`{id}` has neither a managed master password nor one from Secrets Manager"
                ),
            );
            return;
        }
    };
    report(cx, &database, at, message);
}

fn report(
    cx: &mut Cx<'_>,
    database: &Database<'_>,
    at: stackseal_model::setting::Site,
    message: String,
) {
    let finding = cx.report(at, message);
    if database.cannot_manage_password() {
        finding.remediation("Take the password from Secrets Manager by a dynamic reference: the service cannot manage it here");
    } else {
        let switch = database.managed_password_switch();
        finding.remediation(format!(
            "Set `{switch}: true` and drop the password, or take it from Secrets Manager by a dynamic reference"
        ));
    }
}
