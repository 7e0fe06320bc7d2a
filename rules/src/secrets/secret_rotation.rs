//! `secret-rotation`

use std::borrow::Cow;

use stackseal_engine::{Check, Cx, Group, Number, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::aws::{SecretName, rotation_period};
use stackseal_model::cloudformation::{Presence, Resource};
use stackseal_model::iam::Answer;
use stackseal_model::setting::{Reason, Setting, Unknown};

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("secret-rotation"),
    group: Group::Secrets,
    severity: Severity::Medium,
    profile: Profile::Recommended,
    scope: Scope::Set,
    since: "0.1.0",
    title: "Secret is never rotated",
    remediation: "Add an `AWS::SecretsManager::RotationSchedule` with the secret as `SecretId`",
    url: "https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets.html",
    docs: include_str!("secret_rotation.md"),
    options: &[&LONGEST_PERIOD],
    checks: &[Check::Resource { types: &["AWS::SecretsManager::Secret"], run: check }],
};

/// Secrets Manager takes up to 1000 days:
/// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotationRulesType.html>
static LONGEST_PERIOD: Number = Number {
    name: "longest-period-days",
    doc: "The most days that may lie between two rotations: whatever Secrets Manager takes, unless you say less.",
    min: 1,
    max: 1000,
    default: 1000,
};

fn check(cx: &mut Cx<'_>, secret: &Resource<'_>) {
    let mut open = None;
    for schedule in secret.peers_of("AWS::SecretsManager::RotationSchedule") {
        let target = SecretName::of(&schedule);
        match target.names(secret) {
            Answer::Yes => return check_period(cx, secret, &schedule),
            Answer::Maybe => open = open.or(Some(target.doubt())),
            Answer::No => (),
        }
    }
    if let Some(unknown) = open.or_else(|| unseen(cx, secret)) {
        return cx.undecided(&unknown);
    }
    let id = secret.id();
    if can_be_made_anew(secret) {
        cx.report(
            secret.id_span(),
            format!("No schedule rotates `{id}`: who has read it once keeps the access it gives"),
        );
    } else {
        cx.report(
            secret.id_span(),
            format!("No schedule rotates `{id}`, whose value comes from elsewhere: until someone replaces it, who has read it once keeps the access it gives"),
        )
        .remediation("Write a function that has the value replaced where it comes from, and name it in an `AWS::SecretsManager::RotationSchedule`");
    }
}

/// Judges how often `schedule` rotates `secret`.
fn check_period(cx: &mut Cx<'_>, secret: &Resource<'_>, schedule: &Resource<'_>) {
    let longest = cx.number(&LONGEST_PERIOD);
    if longest == LONGEST_PERIOD.max {
        return;
    }
    match rotation_period(schedule) {
        Setting::Known(days, at) if days > longest => {
            let message = format!(
                "`{}` is rotated every {days} days: the configuration asks for {longest} at most",
                secret.id()
            );
            cx.report(at, message)
                .remediation(format!("Set `AutomaticallyAfterDays: {longest}`, or fewer"));
        }
        Setting::Known(..) => (),
        Setting::Absent(under) => {
            let reason = Reason::Outside("the schedule does not say how often it rotates");
            cx.undecided(&Unknown { span: under, reason });
        }
        Setting::Unknown(unknown) => cx.undecided(&unknown),
    }
}

/// Why a schedule may be there all the same.
fn unseen<'r>(cx: &Cx<'_>, secret: &Resource<'r>) -> Option<Unknown<'r>> {
    let template = secret.template();
    let reason = if let Some(name) = template.macro_name() {
        Reason::MayBeAdded(Cow::Borrowed(name))
    } else if !template.unknown_repetitions().is_empty() {
        Reason::Collection
    } else if !cx.is_whole_set() {
        Reason::Outside("a schedule may stand in a template that is not in view")
    } else {
        return None;
    };
    Some(Unknown { span: secret.id_span(), reason })
}

/// Whether a function of AWS or of a partner can rotate it: its value is made up, or it is the
/// credential of a database or of a partner's service.
fn can_be_made_anew(secret: &Resource<'_>) -> bool {
    let is_present = |path| match secret.presence(path) {
        Presence::Yes | Presence::Maybe(_) => true,
        Presence::No => false,
    };
    let is_attached = || {
        let mut attachments = secret.peers_of("AWS::SecretsManager::SecretTargetAttachment");
        attachments.any(|it| SecretName::of(&it).names(secret).is_certain())
    };
    is_present("GenerateSecretString") || is_present("Type") || is_attached()
}
