//! `cloudfront-acm-certificate`

use stackseal_engine::{Check, Cx, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::aws::{Arn, Distribution};
use stackseal_model::cloudformation::{Data, Map, Parameter, Presence, Resource, Value};
use stackseal_model::setting::Setting;

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("cloudfront-acm-certificate"),
    group: Group::Transit,
    severity: Severity::Medium,
    profile: Profile::Recommended,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "Certificate is not from ACM, or not served by SNI",
    remediation: "Name a certificate of ACM in `us-east-1` by `AcmCertificateArn`, and set `SslSupportMethod: sni-only`",
    url: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-https-alternate-domain-names.html",
    docs: include_str!("cloudfront_acm_certificate.md"),
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
    let certificate = match distribution.config().block("ViewerCertificate") {
        Setting::Known(certificate, _) => certificate,
        // The default certificate is a matter of `cloudfront-minimum-tls`.
        Setting::Absent(_) => return,
        Setting::Unknown(unknown) => return cx.undecided(&unknown),
    };
    match certificate.bool("CloudFrontDefaultCertificate") {
        Setting::Known(true, _) => return,
        Setting::Known(false, _) | Setting::Absent(_) => (),
        Setting::Unknown(unknown) => return cx.undecided(&unknown),
    }
    let id = resource.id();
    match (certificate.presence("AcmCertificateArn"), certificate.presence("IamCertificateId")) {
        (Presence::No, Presence::No) => return,
        // Whoever leaves it at its default names no certificate.
        (Presence::Maybe(unknown), Presence::No)
            if certificate
                .get("AcmCertificateArn")
                .parameter
                .is_some_and(Parameter::is_empty_by_default) =>
        {
            return cx.undecided(&unknown);
        }
        (Presence::Yes, _) | (Presence::Maybe(_), Presence::No) => {
            acm_certificate(cx, id, &certificate.get("AcmCertificateArn"));
        }
        (Presence::No, Presence::Yes) => {
            let at = certificate.get("IamCertificateId").site;
            let message = format!(
                "`{id}` uses a certificate of IAM, which nobody renews: one day it expires, and viewers are turned away"
            );
            // It works, and is encrypted as well.
            cx.report(at, message).severity(Severity::Informational);
        }
        (Presence::No, Presence::Maybe(unknown))
        | (Presence::Maybe(unknown), Presence::Yes | Presence::Maybe(_)) => {
            cx.undecided(&unknown);
        }
    }
    support_method(cx, id, &certificate);
}

fn acm_certificate(cx: &mut Cx<'_>, id: &str, value: &Value<'_>) {
    if let Data::Reference(reference) = value.data
        && reference.type_name() == "AWS::IAM::ServerCertificate"
    {
        cx.report(value.site, format!("`{id}` names a certificate of IAM where one of ACM is expected: the deployment fails"));
        return;
    }
    let Some(arn) = Arn::of(value) else { return };
    if let Some(service) = arn.service.filter(|it| it != "acm") {
        cx.report(
            value.site,
            format!("`{id}` names a certificate of `{service}` where one of ACM is expected: the deployment fails"),
        );
        return;
    }
    // CloudFront in China is a service of its own.
    let is_in_china = arn.partition.is_some_and(|it| it == "aws-cn");
    if let Some(region) = arn.region.filter(|it| it != "us-east-1" && !is_in_china) {
        cx.report(
            value.site,
            format!("`{id}` names a certificate of `{region}`, and CloudFront takes those of `us-east-1` only: the deployment fails"),
        );
    }
}

fn support_method(cx: &mut Cx<'_>, id: &str, certificate: &Map<'_>) {
    match certificate.text("SslSupportMethod") {
        Setting::Known(method, _) if method == "sni-only" => (),
        Setting::Known(method, at) if method == "vip" || method == "static-ip" => {
            cx.report(
                at,
                format!("`{id}` serves its certificate by `{method}`, which lets in clients too old to name the host they want, and is charged for by the month"),
            )
            .fix(sni(certificate).because("clients too old to name the host they want are cut off"));
        }
        Setting::Known(method, at) => {
            cx.report(at, format!("`{id}` serves its certificate by `{method}`, which does not exist: the deployment fails"))
                .fix(sni(certificate));
        }
        Setting::Absent(under) => {
            cx.report(
                under,
                format!(
                    "`{id}` sets no `SslSupportMethod` beside its certificate: the deployment fails"
                ),
            )
            .fix(sni(certificate));
        }
        Setting::Unknown(unknown) => cx.undecided(&unknown),
    }
}

fn sni(certificate: &Map<'_>) -> Mend {
    Mend::safe("Set `SslSupportMethod` to `sni-only`")
        .set(certificate.slot("SslSupportMethod"), "sni-only")
}
