//! `cloudtrail-cloudwatch-logs`

use stackseal_engine::{Check, Cx, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::aws::{get_att, unused_id};
use stackseal_model::cloudformation::{Presence, Resource};
use stackseal_syntax::Literal;

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
            )
            .fix(deliver(trail));
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

/// A log group, and a role that may write to it and nothing else.
///
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-required-policy-for-cloudwatch-logs.html>
fn deliver(trail: &Resource<'_>) -> Mend {
    let template = trail.template();
    let group = unused_id(template, &format!("{}LogGroup", trail.id()));
    let role = unused_id(template, &format!("{}LogRole", trail.id()));
    let group_body = Literal::map([
        ("Type", "AWS::Logs::LogGroup".into()),
        ("Properties", Literal::map([("RetentionInDays", 365.into())])),
    ]);
    let document = |statement: Literal| {
        let statements = Literal::List(vec![statement]);
        Literal::map([("Version", "2012-10-17".into()), ("Statement", statements)])
    };
    let trust = Literal::map([
        ("Effect", "Allow".into()),
        ("Principal", Literal::map([("Service", "cloudtrail.amazonaws.com".into())])),
        ("Action", "sts:AssumeRole".into()),
    ]);
    let write = Literal::map([
        ("Effect", "Allow".into()),
        ("Action", Literal::list(["logs:CreateLogStream", "logs:PutLogEvents"])),
        ("Resource", get_att(&group, "Arn")),
    ]);
    let policy =
        Literal::map([("PolicyName", "WriteLog".into()), ("PolicyDocument", document(write))]);
    let role_body = Literal::map([
        ("Type", "AWS::IAM::Role".into()),
        (
            "Properties",
            Literal::map([
                ("AssumeRolePolicyDocument", document(trust)),
                ("Policies", Literal::List(vec![policy])),
            ]),
        ),
    ]);
    let because = "logs have a price, and the stack needs the capability to make roles";
    Mend::with_care(format!("Add the log group `{group}`, and a role that writes to it"), because)
        .set_property(trail, GROUP, get_att(&group, "Arn"))
        .set_property(trail, ROLE, get_att(&role, "Arn"))
        .add_resource(trail, group, group_body)
        .add_resource(trail, role, role_body)
}
