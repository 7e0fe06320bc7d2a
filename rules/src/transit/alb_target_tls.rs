//! `alb-target-tls`

use stackseal_engine::{Check, Cx, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::cloudformation::Resource;
use stackseal_model::setting::Setting;

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("alb-target-tls"),
    group: Group::Transit,
    severity: Severity::Low,
    profile: Profile::Strict,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "Load balancer speaks plain HTTP to its targets",
    remediation: "Set `Protocol: HTTPS` and the port on which the targets speak TLS; their certificates may be self-signed",
    url: "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html",
    docs: include_str!("alb_target_tls.md"),
    options: &[],
    checks: &[Check::Resource { types: &["AWS::ElasticLoadBalancingV2::TargetGroup"], run: check }],
};

fn check(cx: &mut Cx<'_>, resource: &Resource<'_>) {
    // A Lambda function is called, not spoken to.
    if resource.text("TargetType").known().is_some_and(|it| it == "lambda") {
        return;
    }
    match resource.text("Protocol") {
        Setting::Known(protocol, at) if protocol == "HTTP" => {
            let message = format!(
                "`{}` speaks plain HTTP to its targets: whoever is in the network reads and changes what passes",
                resource.id(),
            );
            let because = "the targets have to answer by TLS, and it replaces the target group";
            cx.report(at, message).fix(
                Mend::with_care("Set `Protocol` to `HTTPS`", because)
                    .set_property(resource, "Protocol", "HTTPS"),
            );
        }
        // HTTPS; what Network Load Balancers pass on is the affair of client and target. Without a
        // protocol there is only a Lambda function.
        Setting::Known(..) | Setting::Absent(_) => (),
        Setting::Unknown(unknown) => cx.undecided(&unknown),
    }
}
