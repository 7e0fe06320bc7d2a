//! `kms-key-separation-of-duties`

use stackseal_engine::{Check, Cx, Group, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::cloudformation::Resource;
use stackseal_model::iam::{Conflict, IdentityPolicies, KeyPolicy};
use stackseal_model::setting::Setting;

use super::accepted_principals::{OPTIONS, is_accepted};

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("kms-key-separation-of-duties"),
    group: Group::Encryption,
    severity: Severity::High,
    profile: Profile::Recommended,
    scope: Scope::ResourceAndSet,
    since: "0.1.0",
    title: "One principal both administers a key and uses it",
    remediation: "Give the administration of the key to one role, and its use to others",
    url: "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html",
    docs: include_str!("kms_key_separation_of_duties.md"),
    options: OPTIONS,
    checks: &[Check::Resource { types: &["AWS::KMS::Key", "AWS::KMS::ReplicaKey"], run: check }],
};

fn check(cx: &mut Cx<'_>, key: &Resource<'_>) {
    let policy = match KeyPolicy::of(key) {
        Setting::Known(policy, _) => policy,
        // The default policy leaves everything to the policies of the account.
        Setting::Absent(_) => KeyPolicy::default_of(key),
        Setting::Unknown(unknown) => return cx.undecided(&unknown),
    };
    let identity_policies = IdentityPolicies::bearing_on(&policy, &cx.estate().stacks);
    let answers = policy.conflicts(&identity_policies);
    for conflict in &answers.certain {
        if !is_accepted(cx, &conflict.principal) {
            report(cx, key, conflict);
        }
    }
    for unknown in &answers.open {
        cx.undecided(unknown);
    }
}

fn report(cx: &mut Cx<'_>, key: &Resource<'_>, conflict: &Conflict<'_>) {
    let Conflict { principal, administration, usage } = conflict;
    let message = format!(
        "`{principal}` may both administer `{}` ({}) and use it ({})",
        key.id(),
        administration.actions,
        usage.actions
    );
    let (narrower, other) = conflict.sides();
    let draft = cx.report(narrower.site, message);
    if other.site != narrower.site {
        let what = if std::ptr::eq(other, administration) { "administration" } else { "use" };
        draft.relate(other.site.span, format!("{what} is allowed here"));
    }
}
