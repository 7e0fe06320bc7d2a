//! `kms-key-no-full-access`

use stackseal_engine::{Check, Cx, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::Slot;
use stackseal_model::aws::KEY_ADMINISTRATION;
use stackseal_model::cloudformation::Resource;
use stackseal_model::iam::{FullAccess, KeyPolicy, Principal};
use stackseal_model::setting::Setting;
use stackseal_syntax::Literal;

use super::accepted_principals::{OPTIONS, is_accepted};

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("kms-key-no-full-access"),
    group: Group::Encryption,
    severity: Severity::High,
    profile: Profile::Recommended,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "Key policy gives one principal all of the key",
    remediation: "Name the actions the principal needs: those of an administrator, or those of a user",
    url: "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html",
    docs: include_str!("kms_key_no_full_access.md"),
    options: OPTIONS,
    checks: &[Check::Resource { types: &["AWS::KMS::Key", "AWS::KMS::ReplicaKey"], run: check }],
};

fn check(cx: &mut Cx<'_>, key: &Resource<'_>) {
    let policy = match KeyPolicy::of(key) {
        Setting::Known(policy, _) => policy,
        // The default policy names the account and nobody else.
        Setting::Absent(_) => return,
        Setting::Unknown(unknown) => return cx.undecided(&unknown),
    };
    let id = key.id();
    let answers = policy.full_access();
    for access in &answers.certain {
        if is_accepted(cx, &access.principal) {
            continue;
        }
        let whom = match &access.principal {
            Principal::Everyone => "everyone the condition lets in".to_owned(),
            Principal::Account(account) => format!("account `{account}`"),
            principal @ (Principal::Identity(_)
            | Principal::Service(_)
            | Principal::Nobody
            | Principal::Unknown(_)) => format!("`{principal}`"),
        };
        let message = format!(
            "{whom} may do everything with `{id}`: use it, change its policy, and delete it"
        );
        let mend = administer(cx, key, access);
        cx.report(access.site, message).fix(mend);
    }
    for unknown in &answers.open {
        cx.undecided(unknown);
    }
}

/// The same identities administer the key, and no longer use it. What a service, another account or a
/// group needs of a key is to use it, by actions that do not stand in the template.
fn administer(cx: &Cx<'_>, key: &Resource<'_>, access: &FullAccess<'_>) -> Option<Mend> {
    let may_administer = |principal: &Principal<'_>| match principal {
        // Another account's cannot: `kms:PutKeyPolicy` has no effect across accounts.
        Principal::Identity(identity) => {
            identity.account().is_some_and(|it| it.is_own().is_possible())
                && !is_accepted(cx, principal)
        }
        Principal::Everyone
        | Principal::Account(_)
        | Principal::Service(_)
        | Principal::Nobody
        | Principal::Unknown(_) => false,
    };
    // The statement is changed for all of them.
    if !access.let_in.as_ref()?.iter().all(may_administer) {
        return None;
    }
    let statement = key.block_around(access.site.span, "Effect")?;
    statement.get("Action")?;
    let slot = Slot::below(statement, &["Action"]);
    let because = "whoever uses the key by this statement cannot any more";
    let actions = Literal::list(KEY_ADMINISTRATION.iter().copied());
    Some(Mend::with_care("Let them administer the key, and not use it", because).set(slot, actions))
}
