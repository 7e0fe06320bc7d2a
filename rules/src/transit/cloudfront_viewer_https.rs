//! `cloudfront-viewer-https`

use stackseal_engine::{Check, Cx, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::aws::Distribution;
use stackseal_model::cloudformation::Resource;
use stackseal_model::setting::Setting;

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("cloudfront-viewer-https"),
    group: Group::Transit,
    severity: Severity::High,
    profile: Profile::Recommended,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "Viewers may speak plain HTTP",
    remediation: "Set `ViewerProtocolPolicy: redirect-to-https`, or `https-only` where no browser comes",
    url: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-https-viewers-to-cloudfront.html",
    docs: include_str!("cloudfront_viewer_https.md"),
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
        match behaviour.config.text("ViewerProtocolPolicy") {
            Setting::Known(policy, at) if policy == "allow-all" => {
                let message = format!(
                    "`{}` serves plain HTTP in {}: passwords and pages can be read and changed on the way",
                    resource.id(),
                    behaviour.name(),
                );
                cx.report(at, message).fix(
                    Mend::safe("Set `ViewerProtocolPolicy` to `redirect-to-https`")
                        .set(behaviour.config.slot("ViewerProtocolPolicy"), "redirect-to-https"),
                );
            }
            // Any other word but `redirect-to-https` and `https-only` cannot be deployed.
            Setting::Known(..) => (),
            // Nor can a behaviour without any; whoever adds one is told which.
            Setting::Absent(under) => {
                let message = format!(
                    "`{}` does not set `ViewerProtocolPolicy`, which is required, in {}: nothing keeps viewers from plain HTTP",
                    resource.id(),
                    behaviour.name(),
                );
                cx.report(under, message);
            }
            Setting::Unknown(unknown) => cx.undecided(&unknown),
        }
    }
    for unknown in open {
        cx.undecided(&unknown);
    }
}
