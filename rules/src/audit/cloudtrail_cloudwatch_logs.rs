//! `cloudtrail-cloudwatch-logs`

use stackseal_engine::{Check, Cx, Group, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::cloudformation::{Presence, Resource};

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("cloudtrail-cloudwatch-logs"),
    group: Group::Audit,
    severity: Severity::Medium,
    profile: Profile::Recommended,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "Trail is not delivered to CloudWatch Logs",
    remediation: "Name a log group in `CloudWatchLogsLogGroupArn`, and in `CloudWatchLogsRoleArn` a role that may write to it",
    url: "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/send-cloudtrail-events-to-cloudwatch-logs.html",
    docs: include_str!("cloudtrail_cloudwatch_logs.md"),
    options: &[],
    checks: &[Check::Resource { types: &["AWS::CloudTrail::Trail"], run: check }],
};

const GROUP: &str = "CloudWatchLogsLogGroupArn";
const ROLE: &str = "CloudWatchLogsRoleArn";

fn check(cx: &mut Cx<'_>, trail: &Resource<'_>) {
    let id = trail.id();
    match (trail.presence(GROUP), trail.presence(ROLE)) {
        (Presence::Yes, Presence::Yes) => (),
        // Without a log group, nothing is delivered, role or not.
        (Presence::No, Presence::No | Presence::Maybe(_)) => {
            cx.report(
                trail.at(GROUP).site,
                format!("`{id}` is not delivered to a log group: no alarm goes off when keys or secrets are misused"),
            );
        }
        (Presence::No, Presence::Yes) => {
            cx.report(
                trail.at(GROUP).site,
                format!("`{id}` names a role, but no log group to be delivered to: no alarm goes off when keys or secrets are misused"),
            );
        }
        (Presence::Yes | Presence::Maybe(_), Presence::No) => {
            cx.report(
                trail.at(ROLE).site,
                format!("`{id}` names no role that may write to its log group: no alarm goes off when keys or secrets are misused"),
            );
        }
        (Presence::Maybe(unknown), Presence::Yes | Presence::Maybe(_))
        | (Presence::Yes, Presence::Maybe(unknown)) => {
            cx.undecided(&unknown);
        }
    }
}
