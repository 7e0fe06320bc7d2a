//! `rds-managed-master-password`

use stackseal_engine::{Check, Cx, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::aws::{Database, MasterPassword, SecretSource};
use stackseal_model::cloudformation::Resource;
use stackseal_model::setting::{Reason, Setting, Site, Unknown};
use stackseal_syntax::Change;

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
    let id = resource.id();
    let at = database.password().site;
    let source = match database.master_password() {
        MasterPassword::NotNeeded | MasterPassword::Managed => return,
        MasterPassword::Unknown(unknown) => return cx.undecided(&unknown),
        MasterPassword::Given(source) => source,
    };
    match source {
        // What somebody can read is worse than not managed, and `no-plaintext-credential`'s.
        SecretSource::Secret
        | SecretSource::Text(_)
        | SecretSource::ShownParameter(_)
        | SecretSource::PlainParameter => (),
        SecretSource::SecureParameter => {
            let message = format!(
                "`{id}` takes its master password from a secure SSM parameter: it is not exposed, but nothing ever changes it"
            );
            report(cx, &database, at, message);
        }
        SecretSource::Absent => {
            // A switch that says no is narrower than the block it stands in.
            let place = match database.manages_password() {
                Setting::Known(false, switch) => switch,
                Setting::Known(true, _) | Setting::Absent(_) | Setting::Unknown(_) => at,
            };
            let message = format!(
                "`{id}` has neither a managed master password nor one from Secrets Manager"
            );
            report(cx, &database, place, message);
        }
        // Somebody types it, or hands a dynamic reference on: the template cannot tell.
        SecretSource::MaskedParameter(name) => {
            let reason = Reason::Parameter(name.into());
            cx.undecided(&Unknown { span: at.span, reason });
        }
        SecretSource::Reference(reference) => {
            cx.undecided(&Unknown { span: at.span, reason: reference.reason() });
        }
        SecretSource::Unknown(unknown) => cx.undecided(&unknown),
    }
}

fn report(cx: &mut Cx<'_>, database: &Database<'_>, at: Site, message: String) {
    let finding = cx.report(at, message);
    if database.cannot_manage_password() {
        finding.remediation("Take the password from Secrets Manager by a dynamic reference: the service cannot manage it here");
    } else {
        let switch = database.managed_password_switch();
        finding.remediation(format!(
            "Set `{switch}: true` and drop the password, or take it from Secrets Manager by a dynamic reference"
        ));
        finding.fix(mend(database, switch));
    }
}

/// The service makes the password, and nobody else knows it.
fn mend(database: &Database<'_>, switch: &'static str) -> Mend {
    let resource = database.resource();
    let title = format!("Let the service manage the master password, by `{switch}`");
    let because = "the password changes, and clients have to read it from Secrets Manager";
    let mend = Mend::with_care(title, because);
    let properties = resource.properties();
    match properties.key_of(database.password_property()) {
        Some(key) if properties.key_of(switch).is_none() => {
            mend.change(Change::Rename { key, name: switch.to_owned(), value: true.into() })
        }
        Some(key) => mend.change(Change::Remove { key }).set_property(resource, switch, true),
        None => mend.set_property(resource, switch, true),
    }
}
