//! `cloudfront-hsts`

use stackseal_engine::{Check, Cx, Draft, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::aws::{Behaviour, Distribution, Hsts, Listener};
use stackseal_model::cloudformation::Resource;
use stackseal_model::setting::{Setting, Site};

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("cloudfront-hsts"),
    group: Group::Transit,
    severity: Severity::Medium,
    profile: Profile::Recommended,
    scope: Scope::Set,
    since: "0.1.0",
    title: "Browsers are not told to stay with HTTPS",
    remediation: "Set `ResponseHeadersPolicyId` to a policy that sends Strict-Transport-Security, such as the managed SecurityHeadersPolicy, `67f7725c-6f97-4210-82d7-5512b31e9d03`",
    url: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-response-headers-policies.html",
    docs: include_str!("cloudfront_hsts.md"),
    options: &[],
    checks: &[Check::Resource { types: &["AWS::CloudFront::Distribution"], run: check }],
};

fn check(cx: &mut Cx<'_>, resource: &Resource<'_>) {
    let distribution = match Distribution::of(resource) {
        Setting::Known(distribution, _) => distribution,
        // The property is required: without it, nothing is deployed.
        Setting::Absent(_) => return,
        Setting::Unknown(unknown) => return cx.undecided(&unknown),
    };
    let mut open = Vec::new();
    for behaviour in distribution.behaviours(&mut open) {
        judge(cx, resource, &distribution, &behaviour);
    }
    for unknown in open {
        cx.undecided(&unknown);
    }
}

fn judge<'r>(
    cx: &mut Cx<'_>,
    resource: &Resource<'r>,
    distribution: &Distribution<'r>,
    behaviour: &Behaviour<'r>,
) {
    let (policy, at) = match behaviour.response_headers() {
        Setting::Known(policy, at) => (policy, at),
        Setting::Absent(under) => {
            if !may_come_from_elsewhere(cx, resource, distribution, behaviour) {
                report(cx, resource, behaviour, under.into(), "it has no response headers policy")
                    .fix(mend(behaviour));
            }
            return;
        }
        Setting::Unknown(unknown) => return cx.undecided(&unknown),
    };
    let (why, related) = match policy.hsts() {
        Hsts::Sent => return,
        Hsts::Missing(related) => (format!("`{}` does not send it", policy.name()), related),
        Hsts::Zero(span) => {
            (format!("`{}` takes it back with a `max-age` of 0", policy.name()), Some(span))
        }
        Hsts::Unknown(unknown) => return cx.undecided(&unknown),
    };
    if may_come_from_elsewhere(cx, resource, distribution, behaviour) {
        return;
    }
    let finding = report(cx, resource, behaviour, at, &why);
    if let Some(span) = related {
        finding.relate(span, "the policy says so here");
    }
}

fn report<'c>(
    cx: &'c mut Cx<'_>,
    resource: &Resource<'_>,
    behaviour: &Behaviour<'_>,
    at: Site,
    why: &str,
) -> &'c mut Draft {
    let message = format!(
        "`{}` sends no Strict-Transport-Security in {}: {why}, and a visit that starts in plain HTTP can be taken over",
        resource.id(),
        behaviour.name(),
    );
    cx.report(at, message)
}

/// The policy of AWS that sends the header, among others, for a year.
///
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-response-headers-policies.html>
const SECURITY_HEADERS: &str = "67f7725c-6f97-4210-82d7-5512b31e9d03";

fn mend(behaviour: &Behaviour<'_>) -> Mend {
    let because = "browsers that have seen the header refuse plain HTTP for a year";
    Mend::with_care("Name the policy `SecurityHeadersPolicy` of AWS", because)
        .set(behaviour.config.slot("ResponseHeadersPolicyId"), SECURITY_HEADERS)
}

/// Whether the header is added, or may be, by code at the edge or by the load balancer behind.
fn may_come_from_elsewhere<'r>(
    cx: &mut Cx<'_>,
    resource: &Resource<'r>,
    distribution: &Distribution<'r>,
    behaviour: &Behaviour<'r>,
) -> bool {
    if let Some(unknown) = behaviour.response_code() {
        cx.undecided(&unknown);
        return true;
    }
    if !Listener::any_sends_hsts(resource) {
        return false;
    }
    match distribution.load_balancer_behind(behaviour) {
        Setting::Known(load_balancer, _) => {
            Listener::all_of(load_balancer, resource).any(|it| it.sends_hsts())
        }
        Setting::Absent(_) => false,
        Setting::Unknown(unknown) => {
            cx.undecided(&unknown);
            true
        }
    }
}
