//! `alb-tls-policy`

use std::borrow::Cow;

use stackseal_engine::{Check, Cx, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::aws::ssl_policy::{DEFAULT_SSL_POLICY, TlsVersion, min_tls};
use stackseal_model::cloudformation::{Map, Resource, Value};
use stackseal_model::setting::{Reason, Setting, Site, Unknown};

use super::tls_version::{MINIMUM_VERSION, OPTIONS, because, policy_for};

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("alb-tls-policy"),
    group: Group::Transit,
    severity: Severity::High,
    profile: Profile::Recommended,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "Clients may speak outdated TLS",
    remediation: "Set `SslPolicy: ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09`, or `ELBSecurityPolicy-TLS13-1-2-2021-06` for older clients",
    url: "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html",
    docs: include_str!("alb_tls_policy.md"),
    options: OPTIONS,
    checks: &[
        Check::Resource { types: &["AWS::ElasticLoadBalancingV2::Listener"], run: listener },
        Check::Resource { types: &["AWS::ElasticLoadBalancing::LoadBalancer"], run: classic },
    ],
};

const CLASSIC_REMEDIATION: &str = "Name the predefined `ELBSecurityPolicy-TLS-1-2-2017-01` as `Reference-Security-Policy` of an `SSLNegotiationPolicyType`, and that policy in `PolicyNames`";

fn listener(cx: &mut Cx<'_>, resource: &Resource<'_>) {
    match resource.text("Protocol") {
        Setting::Known(protocol, _) if protocol == "HTTPS" || protocol == "TLS" => (),
        Setting::Known(..) | Setting::Absent(_) => return,
        Setting::Unknown(unknown) => return cx.undecided(&unknown),
    }
    let policy = resource.text("SslPolicy");
    let minimum = cx.choice(&MINIMUM_VERSION);
    let wanted = policy_for(minimum, policy.clone().known().as_deref().unwrap_or_default());
    let remediation =
        (wanted != policy_for(TlsVersion::Tls12, "")).then(|| format!("Set `SslPolicy: {wanted}`"));
    let mend = Mend::property(resource, "SslPolicy", wanted);
    predefined(cx, resource.id(), policy, remediation.as_deref(), Some(mend));
}

/// Judges a policy of AWS by its name.
fn predefined(
    cx: &mut Cx<'_>,
    id: &str,
    policy: Setting<'_, Cow<'_, str>>,
    remediation: Option<&str>,
    mend: Option<Mend>,
) {
    let minimum = cx.choice(&MINIMUM_VERSION);
    let (at, message) = match policy {
        Setting::Known(policy, at) if policy.is_empty() => (at, left_to_default(id)),
        Setting::Known(policy, at) => match min_tls(&policy) {
            Some(version) if version >= minimum => return,
            Some(version) => {
                let because = because(version, minimum);
                (at, format!("`{id}` lets clients speak {version} by `{policy}`: {because}"))
            }
            None => {
                let reason = Reason::Outside("the security policy is none that is known");
                return cx.undecided(&Unknown { span: at.span, reason });
            }
        },
        Setting::Absent(under) => (under.into(), left_to_default(id)),
        Setting::Unknown(unknown) => return cx.undecided(&unknown),
    };
    let finding = cx.report(at, message);
    finding.fix(mend);
    if let Some(remediation) = remediation {
        finding.remediation(remediation);
    }
}

fn left_to_default(id: &str) -> String {
    format!(
        "`{id}` names no security policy: the default, `{DEFAULT_SSL_POLICY}`, lets clients speak TLS 1.0, which can be read or forged"
    )
}

/// The policies of a classic load balancer stand beside its listeners, which name them.
fn classic(cx: &mut Cx<'_>, resource: &Resource<'_>) {
    let mut open = Vec::new();
    let policies = resource.at("Policies").blocks(&mut open);
    let is_whole = open.is_empty();
    // A policy that several listeners share is judged once.
    let mut judged: Vec<usize> = Vec::new();
    for listener in resource.at("Listeners").blocks(&mut open) {
        match listener.text("Protocol") {
            Setting::Known(protocol, _) if ends_tls(&protocol) => (),
            Setting::Known(..) | Setting::Absent(_) => continue,
            Setting::Unknown(unknown) => {
                open.push(unknown);
                continue;
            }
        }
        match policy_of(&listener, &policies, is_whole) {
            Setting::Known(Named::Own(position), _) => {
                if !judged.contains(&position)
                    && let Some(policy) = policies.get(position)
                {
                    judged.push(position);
                    own(cx, resource.id(), policy);
                }
            }
            Setting::Known(Named::Predefined(name), at) => {
                predefined(
                    cx,
                    resource.id(),
                    Setting::Known(name, at),
                    Some(CLASSIC_REMEDIATION),
                    None,
                );
            }
            Setting::Absent(under) => {
                predefined(
                    cx,
                    resource.id(),
                    Setting::Absent(under),
                    Some(CLASSIC_REMEDIATION),
                    None,
                );
            }
            Setting::Unknown(unknown) => open.push(unknown),
        }
    }
    for unknown in open {
        cx.undecided(&unknown);
    }
}

/// The policy a listener of a classic load balancer names.
enum Named<'r> {
    /// One of the load balancer, by its place.
    Own(usize),
    /// One of AWS, by its name.
    Predefined(Cow<'r, str>),
}

fn policy_of<'r>(
    listener: &Map<'r>,
    policies: &[Map<'r>],
    is_whole: bool,
) -> Setting<'r, Named<'r>> {
    let names = match listener.items("PolicyNames") {
        Setting::Known(names, _) => names,
        Setting::Absent(under) => return Setting::Absent(under),
        Setting::Unknown(unknown) => return Setting::Unknown(unknown),
    };
    let is_unheard_of = |name: &Value<'r>| {
        let is_other = |it: &Map<'r>| it.get("PolicyName").is_same_text(name) == Some(false);
        is_whole && policies.iter().all(is_other)
    };
    let mut open = None;
    for name in names {
        let is_it =
            |it: &(usize, &Map<'r>)| it.1.get("PolicyName").is_same_text(&name) == Some(true);
        let Some((position, policy)) = policies.iter().enumerate().find(is_it) else {
            match name.text() {
                Setting::Known(text, site) if min_tls(&text).is_some() => {
                    return Setting::Known(Named::Predefined(text), site);
                }
                Setting::Known(..) if is_unheard_of(&name) => (),
                Setting::Known(..) | Setting::Absent(_) => open = Some(outside(&name)),
                Setting::Unknown(unknown) => open = Some(unknown),
            }
            continue;
        };
        match policy.text("PolicyType") {
            Setting::Known(ty, _) if ty == "SSLNegotiationPolicyType" => {
                return Setting::Known(Named::Own(position), name.site);
            }
            // Stickiness, proxy protocol, and their like.
            Setting::Known(..) | Setting::Absent(_) => (),
            Setting::Unknown(unknown) => open = Some(unknown),
        }
    }
    match open {
        Some(unknown) => Setting::Unknown(unknown),
        None => Setting::Absent(listener.key()),
    }
}

fn outside<'r>(name: &Value<'r>) -> Unknown<'r> {
    Unknown {
        span: name.span(),
        reason: Reason::Outside("which policy the listener names is not known"),
    }
}

/// Judges a policy of a classic load balancer: a reference to one of AWS, or a choice of protocols.
fn own(cx: &mut Cx<'_>, id: &str, policy: &Map<'_>) {
    let mut open = Vec::new();
    let mut has_protocols = false;
    let mut outdated: Option<(Site, Vec<String>)> = None;
    let minimum = cx.choice(&MINIMUM_VERSION);
    let mut oldest = minimum;
    for attribute in policy.get("Attributes").blocks(&mut open) {
        let name = match attribute.text("Name") {
            Setting::Known(name, _) => name,
            Setting::Absent(_) => continue,
            Setting::Unknown(unknown) => {
                open.push(unknown);
                continue;
            }
        };
        if name == "Reference-Security-Policy" {
            return predefined(cx, id, attribute.text("Value"), Some(CLASSIC_REMEDIATION), None);
        }
        let Some(protocol) = name.strip_prefix("Protocol-") else { continue };
        match attribute.bool("Value") {
            Setting::Known(true, at) if version_of(protocol).is_some_and(|it| it < minimum) => {
                oldest = oldest.min(version_of(protocol).unwrap_or(oldest));
                outdated.get_or_insert_with(|| (at, Vec::new())).1.push(format!("`{protocol}`"));
            }
            Setting::Known(true, _) => has_protocols = true,
            Setting::Known(false, _) | Setting::Absent(_) => (),
            Setting::Unknown(unknown) => open.push(unknown),
        }
    }
    if let Some((at, protocols)) = outdated {
        let (protocols, because) = (protocols.join(", "), because(oldest, minimum));
        let message = format!("`{id}` lets clients speak {protocols}: {because}");
        cx.report(at, message).remediation(CLASSIC_REMEDIATION);
    } else if !has_protocols && open.is_empty() {
        let reason = Reason::Outside("the policy names no protocols");
        open.push(Unknown { span: policy.key(), reason });
    }
    for unknown in open {
        cx.undecided(&unknown);
    }
}

/// Whether a classic listener of `protocol` ends TLS; case does not matter there.
fn ends_tls(protocol: &str) -> bool {
    protocol.eq_ignore_ascii_case("HTTPS") || protocol.eq_ignore_ascii_case("SSL")
}

/// The version that a protocol of a classic policy is, if it is one.
fn version_of(protocol: &str) -> Option<TlsVersion> {
    match protocol {
        "SSLv2" | "SSLv3" => Some(TlsVersion::Ssl3),
        "TLSv1" => Some(TlsVersion::Tls10),
        "TLSv1.1" => Some(TlsVersion::Tls11),
        "TLSv1.2" => Some(TlsVersion::Tls12),
        _ => None,
    }
}
