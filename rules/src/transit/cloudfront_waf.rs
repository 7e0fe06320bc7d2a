//! `cloudfront-waf`

use stackseal_engine::{Check, Cx, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::aws::{Distribution, WebAcl, get_att, unused_id};
use stackseal_model::cloudformation::Resource;
use stackseal_model::setting::{Reason, Setting, Unknown};
use stackseal_syntax::{Literal, Span};

use super::waf_managed_rules::managed_rule;

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("cloudfront-waf"),
    group: Group::Transit,
    severity: Severity::Medium,
    profile: Profile::Recommended,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "No web ACL filters what viewers send",
    remediation: "Set `WebACLId` to the ARN of a WAF web ACL with `Scope: CLOUDFRONT`: `!GetAtt WebAcl.Arn`",
    url: "https://docs.aws.amazon.com/waf/latest/developerguide/cloudfront-features.html",
    docs: include_str!("cloudfront_waf.md"),
    options: &[],
    checks: &[Check::Resource { types: &["AWS::CloudFront::Distribution"], run: check }],
};

fn check(cx: &mut Cx<'_>, resource: &Resource<'_>) {
    let id = resource.id();
    let distribution = match Distribution::of(resource) {
        Setting::Known(distribution, _) => distribution,
        // The property is required: without it, nothing is deployed.
        Setting::Absent(_) => return,
        Setting::Unknown(unknown) => return cx.undecided(&unknown),
    };
    let (web_acl, at) = match distribution.web_acl() {
        Setting::Known(web_acl, at) => (web_acl, at),
        Setting::Absent(under) => return without(cx, resource, &distribution, under),
        Setting::Unknown(unknown) => return cx.undecided(&unknown),
    };
    match web_acl {
        WebAcl::Named => tenants(cx, resource, &distribution),
        WebAcl::Classic => {
            cx.report(at, format!("`{id}` names a web ACL of WAF Classic, whose support ended in September 2025: nothing filters requests"));
        }
        WebAcl::Regional => {
            cx.report(at, format!("`{id}` names a web ACL that is regional, which CloudFront refuses: the deployment fails"));
        }
        WebAcl::NotByArn(name) => {
            cx.report(at, format!("`{id}` names the web ACL `{name}` by a text that is no ARN, which CloudFront refuses: the deployment fails"))
                .remediation(format!("Write `!GetAtt {name}.Arn`"))
                .fix(
                    Mend::safe(format!("Name `{name}` by its ARN"))
                        .set(distribution.config().slot("WebACLId"), get_att(name, "Arn")),
                );
        }
    }
}

fn without(cx: &mut Cx<'_>, resource: &Resource<'_>, distribution: &Distribution<'_>, under: Span) {
    match distribution.config().text("ConnectionMode") {
        Setting::Known(mode, _) if mode == "tenant-only" => {
            let reason =
                Reason::Outside("the tenants of the distribution may bring web ACLs of their own");
            cx.undecided(&Unknown { span: under, reason });
        }
        Setting::Known(..) | Setting::Absent(_) => {
            let message = format!(
                "`{}` has no web ACL: attacks and floods of requests reach the site unfiltered",
                resource.id()
            );
            cx.report(under, message).fix(mend(resource));
        }
        // It may turn out to be for tenants.
        Setting::Unknown(unknown) => cx.undecided(&unknown),
    }
}

/// A web ACL of its own, with the rules of AWS against what is known.
fn mend(distribution: &Resource<'_>) -> Mend {
    let id = unused_id(distribution.template(), &format!("{}WebAcl", distribution.id()));
    let visibility = |name: &str| {
        Literal::map([
            ("CloudWatchMetricsEnabled", true.into()),
            ("MetricName", name.to_owned().into()),
            ("SampledRequestsEnabled", true.into()),
        ])
    };
    let body = Literal::map([
        ("Type", "AWS::WAFv2::WebACL".into()),
        (
            "Properties",
            Literal::map([
                ("Scope", "CLOUDFRONT".into()),
                ("DefaultAction", Literal::map([("Allow", Literal::Map(Vec::new()))])),
                ("Rules", Literal::List(vec![managed_rule(0)])),
                ("VisibilityConfig", visibility(&id)),
            ]),
        ),
    ]);
    let because =
        "the stack has to be in us-east-1, a web ACL has a price, and it may turn requests away";
    Mend::with_care(format!("Add the web ACL `{id}`, with managed rules"), because)
        .set(distribution.slot("DistributionConfig.WebACLId"), get_att(&id, "Arn"))
        .add_resource(distribution, id, body)
}

/// Tenants may turn off the web ACL of their distribution.
fn tenants(cx: &mut Cx<'_>, resource: &Resource<'_>, distribution: &Distribution<'_>) {
    if !distribution.is_multi_tenant() {
        return;
    }
    for tenant in resource.siblings_of("AWS::CloudFront::DistributionTenant") {
        if !resource.is_named_by(&tenant.at("DistributionId")) {
            continue;
        }
        match tenant.text("Customizations.WebAcl.Action") {
            Setting::Known(action, site) if action == "disable" => {
                let reason = Reason::Outside("a tenant turns the web ACL off");
                cx.undecided(&Unknown { span: site.span, reason });
            }
            Setting::Known(..) | Setting::Absent(_) => (),
            Setting::Unknown(unknown) => cx.undecided(&unknown),
        }
    }
}
