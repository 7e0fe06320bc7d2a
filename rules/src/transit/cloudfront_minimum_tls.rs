//! `cloudfront-minimum-tls`

use stackseal_engine::{Check, Choice, Cx, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::aws::Distribution;
use stackseal_model::cloudformation::{Map, Resource};
use stackseal_model::setting::{Reason, Setting, Site, Unknown};

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("cloudfront-minimum-tls"),
    group: Group::Transit,
    severity: Severity::High,
    profile: Profile::Recommended,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "Viewers may speak outdated TLS",
    remediation: "Use a certificate of your own and set `MinimumProtocolVersion: TLSv1.2_2021`",
    url: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/secure-connections-supported-viewer-protocols-ciphers.html",
    docs: include_str!("cloudfront_minimum_tls.md"),
    options: &[&MINIMUM_POLICY],
    checks: &[Check::Resource { types: &["AWS::CloudFront::Distribution"], run: check }],
};

/// Every policy, the weakest first.
const POLICIES: &[&str] = &[
    "SSLv3",
    "TLSv1",
    "TLSv1_2016",
    "TLSv1.1_2016",
    "TLSv1.2_2018",
    "TLSv1.2_2019",
    "TLSv1.2_2021",
    "TLSv1.2_2025",
    "TLSv1.3_2025",
];

static MINIMUM_POLICY: Choice<&str> = Choice {
    name: "minimum-policy",
    doc: "The weakest security policy that viewers may be served under.",
    words: &[
        ("TLSv1.2_2018", "TLSv1.2_2018"),
        ("TLSv1.2_2019", "TLSv1.2_2019"),
        ("TLSv1.2_2021", "TLSv1.2_2021"),
        ("TLSv1.2_2025", "TLSv1.2_2025"),
        ("TLSv1.3_2025", "TLSv1.3_2025"),
    ],
    default: ("TLSv1.2_2021", "TLSv1.2_2021"),
};

fn check(cx: &mut Cx<'_>, resource: &Resource<'_>) {
    let id = resource.id();
    let distribution = match Distribution::of(resource) {
        Setting::Known(distribution, _) => distribution,
        // The property is required: without it, nothing is deployed.
        Setting::Absent(_) => return,
        Setting::Unknown(unknown) => return cx.undecided(&unknown),
    };
    let certificate = match distribution.config().block("ViewerCertificate") {
        Setting::Known(certificate, _) => certificate,
        Setting::Absent(under) => return default_certificate(cx, id, &distribution, under.into()),
        Setting::Unknown(unknown) => return cx.undecided(&unknown),
    };
    match certificate.bool("CloudFrontDefaultCertificate") {
        Setting::Known(true, at) => return default_certificate(cx, id, &distribution, at),
        // What a macro may add is not there yet: the policy that is written is judged.
        Setting::Known(false, _)
        | Setting::Absent(_)
        | Setting::Unknown(Unknown { reason: Reason::MayBeAdded(_), .. }) => {}
        Setting::Unknown(unknown) => return cx.undecided(&unknown),
    }
    if !certificate.has("AcmCertificateArn")
        && !certificate.has("IamCertificateId")
        && !certificate.may_have_more()
    {
        return default_certificate(cx, id, &distribution, certificate.key().into());
    }
    policy(cx, id, &certificate);
}

fn default_certificate(cx: &mut Cx<'_>, id: &str, distribution: &Distribution<'_>, at: Site) {
    if distribution.is_multi_tenant() {
        let reason = Reason::Outside("the tenants of the distribution bring their certificates");
        return cx.undecided(&Unknown { span: at.span, reason });
    }
    // It may turn out to be for tenants.
    if let Setting::Unknown(unknown) = distribution.config().text("ConnectionMode") {
        return cx.undecided(&unknown);
    }
    cx.report(
        at,
        format!(
            "`{id}` uses the default certificate of CloudFront: viewers may speak TLS 1.0, whatever `MinimumProtocolVersion` says"
        ),
    );
}

fn policy(cx: &mut Cx<'_>, id: &str, certificate: &Map<'_>) {
    let rank = |policy: &str| POLICIES.iter().position(|it| *it == policy);
    let minimum = cx.choice(&MINIMUM_POLICY);
    let is_default = minimum == MINIMUM_POLICY.default.1;
    let outdated = "outdated protocols and ciphers can be read or forged";
    match certificate.text("MinimumProtocolVersion") {
        Setting::Known(policy, _) if rank(&policy).is_some_and(|it| Some(it) >= rank(minimum)) => {}
        Setting::Known(policy, at) if rank(&policy).is_some() => {
            let because = if rank(&policy) < rank(MINIMUM_POLICY.default.1) {
                outdated.to_owned()
            } else {
                format!("the configuration asks for `{minimum}`")
            };
            let finding = cx.report(at, format!("`{id}` lets viewers speak `{policy}`: {because}"));
            if !is_default {
                finding.remediation(format!(
                    "Use a certificate of your own and set `MinimumProtocolVersion: {minimum}`"
                ));
            }
            finding.fix(mend(certificate, minimum));
        }
        Setting::Known(policy, at) => {
            cx.report(
                at,
                format!(
                    "`{id}` names a policy that does not exist, `{policy}`: the deployment fails"
                ),
            )
            .fix(mend(certificate, minimum));
        }
        Setting::Absent(under) => {
            cx.report(
                under,
                format!("`{id}` sets no `MinimumProtocolVersion`: viewers may speak outdated protocols, which can be read or forged"),
            )
            .fix(mend(certificate, minimum));
        }
        Setting::Unknown(unknown) => cx.undecided(&unknown),
    }
}

fn mend(certificate: &Map<'_>, minimum: &'static str) -> Mend {
    Mend::safe(format!("Set `MinimumProtocolVersion` to `{minimum}`"))
        .set(certificate.slot("MinimumProtocolVersion"), minimum)
}
