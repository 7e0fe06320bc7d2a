//! `acm-dns-validation`

use stackseal_engine::{Check, Cx, Group, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::cloudformation::{Presence, Resource};
use stackseal_model::setting::Setting;

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("acm-dns-validation"),
    group: Group::Transit,
    severity: Severity::Medium,
    profile: Profile::Recommended,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "Certificate is not validated by DNS",
    remediation: "Set `ValidationMethod: DNS` and name the hosted zone in `DomainValidationOptions`; this replaces the certificate",
    url: "https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html",
    docs: include_str!("acm_dns_validation.md"),
    checks: &[Check::Resource { types: &["AWS::CertificateManager::Certificate"], run: check }],
};

fn check(cx: &mut Cx<'_>, certificate: &Resource<'_>) {
    // A private authority issues without validation.
    match certificate.presence("CertificateAuthorityArn") {
        Presence::Yes => return,
        Presence::No => (),
        Presence::Maybe(unknown) => return cx.undecided(&unknown),
    }
    let id = certificate.id();
    match certificate.text("ValidationMethod") {
        // HTTP validation is CloudFront's own and renews itself as well.
        Setting::Known(method, _) if method == "DNS" || method == "HTTP" => (),
        Setting::Known(_, at) => {
            cx.report(at, format!("`{id}` is validated by mail: every renewal waits for a person, and expires without one"));
        }
        Setting::Absent(under) => {
            cx.report(
                under,
                format!("`{id}` sets no `ValidationMethod` and is validated by mail: every renewal waits for a person, and expires without one"),
            );
        }
        Setting::Unknown(unknown) => cx.undecided(&unknown),
    }
}
