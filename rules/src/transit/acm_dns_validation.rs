//! `acm-dns-validation`

use stackseal_engine::{Check, Cx, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::cloudformation::{Presence, Resource};
use stackseal_model::setting::{Reason, Setting, Site, Unknown};

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
    options: &[],
    checks: &[Check::Resource { types: &["AWS::CertificateManager::Certificate"], run: check }],
};

fn check(cx: &mut Cx<'_>, certificate: &Resource<'_>) {
    let id = certificate.id();
    // A private authority issues without validation.
    let may_be_private = match certificate.presence_of_any(&["CertificateAuthorityArn"]) {
        Presence::Yes => return,
        Presence::No => None,
        Presence::Maybe(unknown) => Some(unknown),
    };
    let (at, how): (Site, _) = match certificate.text("ValidationMethod") {
        // HTTP validation is CloudFront's own and renews itself as well.
        Setting::Known(method, _) if method == "DNS" || method == "HTTP" => return,
        Setting::Known(method, at) if method == "EMAIL" => (at, "is validated by mail"),
        Setting::Known(_, at) => {
            let reason = Reason::Malformed("`DNS`, `EMAIL` or `HTTP` is expected");
            return cx.undecided(&Unknown { span: at.span, reason });
        }
        Setting::Absent(under) => {
            (under.into(), "sets no `ValidationMethod` and is validated by mail")
        }
        Setting::Unknown(unknown) => return cx.undecided(&unknown),
    };
    match may_be_private {
        None => {
            cx.report(
                at,
                format!("`{id}` {how}: every renewal waits for a person, and expires without one"),
            )
            .fix(
                Mend::property(certificate, "ValidationMethod", "DNS")
                    .because("a certificate cannot be changed: another one is made, and its DNS records have to be"),
            );
        }
        Some(unknown) => cx.undecided(&unknown),
    }
}
