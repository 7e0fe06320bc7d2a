//! `cloudfront-origin-tls`

use stackseal_engine::{Check, Choice, Cx, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::aws::ssl_policy::TlsVersion;
use stackseal_model::aws::{Distribution, ProtocolPolicy, VpcOrigin};
use stackseal_model::cloudformation::{Map, Resource};
use stackseal_model::setting::{Setting, Site};
use stackseal_syntax::Literal;

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("cloudfront-origin-tls"),
    group: Group::Transit,
    severity: Severity::High,
    profile: Profile::Recommended,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "Origin may be spoken to in outdated TLS",
    remediation: "Set `OriginSSLProtocols: [TLSv1.2]`",
    url: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html#DownloadDistValuesOriginSSLProtocols",
    docs: include_str!("cloudfront_origin_tls.md"),
    options: &[&MINIMUM_VERSION],
    checks: &[
        Check::Resource { types: &["AWS::CloudFront::Distribution"], run: distribution },
        Check::Resource { types: &["AWS::CloudFront::VpcOrigin"], run: vpc_origin },
    ],
};

static MINIMUM_VERSION: Choice<TlsVersion> = Choice {
    name: "minimum-version",
    doc: "The oldest version of TLS that CloudFront may speak to an origin.",
    words: &[
        ("TLSv1", TlsVersion::Tls10),
        ("TLSv1.1", TlsVersion::Tls11),
        ("TLSv1.2", TlsVersion::Tls12),
    ],
    default: ("TLSv1.2", TlsVersion::Tls12),
};

fn distribution(cx: &mut Cx<'_>, resource: &Resource<'_>) {
    match Distribution::of(resource) {
        Setting::Known(distribution, _) => {
            let mut open = Vec::new();
            for origin in distribution.custom_origins(&mut open) {
                let name = origin
                    .id
                    .text()
                    .known()
                    .map_or_else(|| "its origin".to_owned(), |it| format!("origin `{it}`"));
                protocols(
                    cx,
                    &format!("`{}` may speak to {name} in", resource.id()),
                    &origin.config,
                );
            }
            for unknown in open {
                cx.undecided(&unknown);
            }
        }
        Setting::Absent(_) => (),
        Setting::Unknown(unknown) => cx.undecided(&unknown),
    }
}

fn vpc_origin(cx: &mut Cx<'_>, resource: &Resource<'_>) {
    match VpcOrigin::of(resource) {
        Setting::Known(origin, _) => {
            protocols(
                cx,
                &format!("CloudFront may speak to `{}` in", resource.id()),
                &origin.config,
            );
        }
        Setting::Absent(_) => (),
        Setting::Unknown(unknown) => cx.undecided(&unknown),
    }
}

/// The list is what CloudFront may use: one outdated entry is enough for a downgrade.
fn protocols(cx: &mut Cx<'_>, may_speak: &str, config: &Map<'_>) {
    let items = match config.items("OriginSSLProtocols") {
        Setting::Known(items, _) => items,
        Setting::Absent(under) => {
            match config.text("OriginProtocolPolicy").map(|it| ProtocolPolicy::of(&it)) {
                // Without TLS there is no version of it: `cloudfront-origin-https-only` speaks.
                Setting::Known(ProtocolPolicy::HttpOnly, _) => (),
                Setting::Known(
                    ProtocolPolicy::MatchViewer | ProtocolPolicy::HttpsOnly | ProtocolPolicy::Other,
                    _,
                )
                | Setting::Absent(_) => {
                    cx.report(
                        under,
                        format!("{may_speak} TLS 1.0 or SSL 3: `OriginSSLProtocols` is not set"),
                    )
                    .fix(mend(config));
                }
                Setting::Unknown(unknown) => cx.undecided(&unknown),
            }
            return;
        }
        Setting::Unknown(unknown) => return cx.undecided(&unknown),
    };
    let minimum = cx.choice(&MINIMUM_VERSION);
    let mut outdated: Option<(Site, Vec<String>)> = None;
    for item in items {
        match item.text() {
            Setting::Known(protocol, _) if version_of(&protocol) >= Some(minimum) => (),
            Setting::Known(protocol, at) if version_of(&protocol).is_some() => {
                outdated.get_or_insert_with(|| (at, Vec::new())).1.push(format!("`{protocol}`"));
            }
            Setting::Known(protocol, at) => {
                let finding = cx.report(
                    at,
                    format!("`{protocol}` is no protocol for origins: the deployment fails"),
                );
                finding.remediation(
                    "Set `OriginSSLProtocols: [TLSv1.2]`: newer versions cannot be named",
                );
                finding.fix(mend(config));
            }
            Setting::Absent(_) => (),
            Setting::Unknown(unknown) => cx.undecided(&unknown),
        }
    }
    if let Some((at, protocols)) = outdated {
        cx.report(at, format!("{may_speak} {}, which can be read or forged", protocols.join(", ")))
            .fix(mend(config));
    }
}

/// The version that a protocol of an origin is, if it is one.
fn version_of(protocol: &str) -> Option<TlsVersion> {
    match protocol {
        "SSLv3" => Some(TlsVersion::Ssl3),
        "TLSv1" => Some(TlsVersion::Tls10),
        "TLSv1.1" => Some(TlsVersion::Tls11),
        "TLSv1.2" => Some(TlsVersion::Tls12),
        _ => None,
    }
}

fn mend(config: &Map<'_>) -> Mend {
    let because = "an origin that speaks older versions only is not reached any more";
    Mend::with_care("Set `OriginSSLProtocols` to `[TLSv1.2]`", because)
        .set(config.slot("OriginSSLProtocols"), Literal::list(["TLSv1.2"]))
}
