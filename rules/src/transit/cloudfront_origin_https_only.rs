//! `cloudfront-origin-https-only`

use stackseal_engine::{Check, Cx, Draft, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::aws::{Distribution, Origin, ProtocolPolicy, VpcOrigin};
use stackseal_model::cloudformation::{Map, Resource};
use stackseal_model::setting::Setting;

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("cloudfront-origin-https-only"),
    group: Group::Transit,
    severity: Severity::High,
    profile: Profile::Recommended,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "Traffic to the origin is not encrypted",
    remediation: "Set `OriginProtocolPolicy: https-only`; the origin needs a certificate for the name CloudFront calls it by",
    url: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-https-cloudfront-to-custom-origin.html",
    docs: include_str!("cloudfront_origin_https_only.md"),
    options: &[],
    checks: &[
        Check::Resource { types: &["AWS::CloudFront::Distribution"], run: distribution },
        Check::Resource { types: &["AWS::CloudFront::VpcOrigin"], run: vpc_origin },
    ],
};

fn distribution(cx: &mut Cx<'_>, resource: &Resource<'_>) {
    let distribution = match Distribution::of(resource) {
        Setting::Known(distribution, _) => distribution,
        Setting::Absent(_) => return,
        Setting::Unknown(unknown) => return cx.undecided(&unknown),
    };
    let mut open = Vec::new();
    for origin in distribution.custom_origins(&mut open) {
        match origin.config.text("OriginProtocolPolicy").map(|it| ProtocolPolicy::of(&it)) {
            // A word the service does not know cannot be deployed.
            Setting::Known(ProtocolPolicy::HttpsOnly | ProtocolPolicy::Other, _) => (),
            Setting::Known(ProtocolPolicy::HttpOnly, at) => {
                let message =
                    format!("`{}` speaks plain HTTP to {}", resource.id(), name_of(&origin));
                remedy(cx.report(at, message), &origin);
            }
            // As safe as what viewers speak: encrypted where no behaviour serves plain HTTP.
            Setting::Known(ProtocolPolicy::MatchViewer, at) => {
                match distribution.serves_plain_http(&origin.id) {
                    Setting::Known(true, behaviour) => {
                        let message = format!(
                            "`{}` speaks to {} as the viewer does, and a behaviour lets viewers speak plain HTTP",
                            resource.id(),
                            name_of(&origin),
                        );
                        let finding = cx.report(at, message);
                        finding.relate(behaviour.span, "plain HTTP is served here");
                        remedy(finding, &origin);
                    }
                    Setting::Known(false, _) | Setting::Absent(_) => (),
                    Setting::Unknown(unknown) => cx.undecided(&unknown),
                }
            }
            Setting::Absent(under) => {
                let message = format!(
                    "`{}` does not say how to speak to {}",
                    resource.id(),
                    name_of(&origin)
                );
                remedy(cx.report(under, message), &origin);
            }
            Setting::Unknown(unknown) => cx.undecided(&unknown),
        }
    }
    for unknown in open {
        cx.undecided(&unknown);
    }
}

fn vpc_origin(cx: &mut Cx<'_>, resource: &Resource<'_>) {
    let origin = match VpcOrigin::of(resource) {
        Setting::Known(origin, _) => origin,
        Setting::Absent(_) => return,
        Setting::Unknown(unknown) => return cx.undecided(&unknown),
    };
    let id = resource.id();
    let at = match origin.config.text("OriginProtocolPolicy").map(|it| ProtocolPolicy::of(&it)) {
        Setting::Known(ProtocolPolicy::HttpsOnly | ProtocolPolicy::Other, _) => return,
        Setting::Known(ProtocolPolicy::HttpOnly, at) => {
            cx.report(at, format!("CloudFront speaks plain HTTP to `{id}`"))
                .fix(mend(&origin.config));
            return;
        }
        Setting::Known(ProtocolPolicy::MatchViewer, at) => at,
        // What is left out matches the viewer.
        Setting::Absent(under) => under.into(),
        Setting::Unknown(unknown) => return cx.undecided(&unknown),
    };
    match VpcOrigin::serves_plain_http(resource, at.span) {
        Setting::Known(true, behaviour) => {
            cx.report(at, format!("CloudFront speaks to `{id}` as the viewer does, and a behaviour lets viewers speak plain HTTP"))
                .relate(behaviour.span, "plain HTTP is served here")
                .fix(mend(&origin.config));
        }
        Setting::Known(false, _) | Setting::Absent(_) => (),
        Setting::Unknown(unknown) => cx.undecided(&unknown),
    }
}

/// What mends `finding` about `origin`.
fn remedy(finding: &mut Draft, origin: &Origin<'_>) {
    if origin.is_website() {
        finding.remediation(
            "Use the REST endpoint of the bucket with `S3OriginConfig` and origin access control: a website endpoint speaks no HTTPS",
        );
    } else {
        finding.fix(mend(&origin.config));
    }
}

fn mend(config: &Map<'_>) -> Mend {
    let because = "an origin that does not serve HTTPS is not reached any more";
    Mend::with_care("Set `OriginProtocolPolicy` to `https-only`", because)
        .set(config.slot("OriginProtocolPolicy"), "https-only")
}

fn name_of(origin: &Origin<'_>) -> String {
    match origin.id.text() {
        Setting::Known(id, _) => format!("origin `{id}`"),
        Setting::Absent(_) | Setting::Unknown(_) => "its origin".to_owned(),
    }
}
