//! `kms-key-no-wildcard-principal`

use stackseal_engine::{Check, Cx, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::Slot;
use stackseal_model::aws::reference;
use stackseal_model::cloudformation::Resource;
use stackseal_model::iam::{KeyPolicy, KmsActions};
use stackseal_model::setting::Setting;
use stackseal_syntax::Span;

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("kms-key-no-wildcard-principal"),
    group: Group::Encryption,
    severity: Severity::Critical,
    profile: Profile::Recommended,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "Key policy lets everyone in",
    remediation: "Name the principals, or hold `*` to an account or organisation by `aws:PrincipalOrgID`, \
                  `aws:PrincipalAccount` or `kms:CallerAccount`",
    url: "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html",
    docs: include_str!("kms_key_no_wildcard_principal.md"),
    options: &[],
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
    let answers = policy.open_to_everyone();
    for opening in answers.certain {
        let deed = if KmsActions::METADATA.contains(opening.actions) { "look at it" } else { "in" };
        let message =
            format!("`{id}` lets any identity of any account {deed}: {}", opening.actions);
        cx.report(opening.site, message).fix(narrow(key, opening.site.span));
    }
    for unknown in &answers.open {
        cx.undecided(unknown);
    }
}

/// The account of the template alone, whoever of it.
fn narrow(key: &Resource<'_>, at: Span) -> Option<Mend> {
    let statement = key.block_around(at, "Effect")?;
    let slot = Slot::below(statement, &["Condition", "StringEquals", "kms:CallerAccount"]);
    let title = "Let in identities of the account alone, by `kms:CallerAccount`";
    let because = "identities of other accounts are shut out";
    Some(Mend::with_care(title, because).set(slot, reference("AWS::AccountId")))
}
