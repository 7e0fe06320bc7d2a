//! `ingress-certificate`: an Ingress of an Application Load Balancer that listens on HTTPS has a
//! certificate, or a host to find one by.

use stackseal_engine::{Check, Cx, Group, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::kubernetes::{
    Certificates, Ingress, IngressController, Object, Protocol, class_params, is_certificate_arn,
};
use stackseal_model::setting::{Reason, Setting, Site};

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("ingress-certificate"),
    group: Group::Transit,
    severity: Severity::High,
    profile: Profile::Recommended,
    scope: Scope::Set,
    since: "0.1.0",
    title: "HTTPS listener of an Ingress has no certificate",
    remediation: "Name a certificate of ACM by alb.ingress.kubernetes.io/certificate-arn, or give the rules a host that one is for",
    url: "https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/cert_discovery/",
    docs: include_str!("ingress_certificate.md"),
    options: &[],
    checks: &[
        Check::Manifest { kinds: &["Ingress"], run: check },
        Check::Manifest { kinds: &["IngressClassParams"], run: check_params },
    ],
};

fn check(cx: &mut Cx<'_>, object: &Object<'_>) {
    let Some(ingress) = cx.estate().kubernetes.ingress(object) else {
        return;
    };
    match ingress.controller() {
        IngressController::Alb(_) => (),
        // What other controllers do without a certificate is `ingress-tls-hosts`.
        IngressController::Other => return,
        IngressController::Unknown(unknown) => return cx.undecided(unknown),
    }
    match ingress.listeners() {
        Setting::Known(..) if !https_ports(ingress).is_empty() => (),
        Setting::Known(..) | Setting::Absent(_) => return,
        Setting::Unknown(unknown) => return cx.undecided(unknown),
    }
    match ingress.certificates() {
        Setting::Known(Certificates::Named(arns), at) => check_arns(cx, ingress, &arns, at),
        Setting::Known(Certificates::Discovered(hosts), at) if hosts.is_empty() => {
            check_group(cx, ingress, at);
        }
        Setting::Known(Certificates::Requested | Certificates::Discovered(_), _)
        | Setting::Absent(_) => (),
        // Whether the class names a certificate or not: there are hosts to find one by.
        Setting::Unknown(unknown)
            if matches!(unknown.reason, Reason::Outside(_)) && !ingress.hosts().is_empty() => {}
        Setting::Unknown(unknown) => cx.undecided(&unknown),
    }
}

/// Judges a list of certificates, as far as it is the Ingress's own: that of its class is judged
/// where it stands.
fn check_arns(cx: &mut Cx<'_>, ingress: &Ingress<'_>, arns: &[Setting<'_, &str>], at: Site) {
    let object = ingress.object();
    if object.node().span().contains(at.span) {
        for arn in arns {
            if let Setting::Known(text, at) = arn {
                check_arn(cx, object, text, *at);
            }
        }
    }
}

fn check_params(cx: &mut Cx<'_>, object: &Object<'_>) {
    let Some(params) = class_params(object) else {
        return;
    };
    for field in ["certificateArn", "certificateARNs"] {
        for item in params.items(&[field]).known().unwrap_or_default() {
            match params.read_text(item) {
                Setting::Known(text, at) => check_arn(cx, object, text, at),
                Setting::Absent(_) => (),
                Setting::Unknown(unknown) => cx.undecided(&unknown),
            }
        }
    }
}

fn check_arn(cx: &mut Cx<'_>, object: &Object<'_>, text: &str, at: Site) {
    if !is_certificate_arn(text) {
        let id = object.id();
        let message = format!(
            "`{id}` names the certificate `{text}`, which is no ARN of ACM or IAM, and the controller refuses it"
        );
        cx.report(at, message);
    }
}

/// Judges an Ingress without a certificate of its own: a listener takes those of all Ingresses that
/// share it.
fn check_group(cx: &mut Cx<'_>, ingress: &Ingress<'_>, at: Site) {
    let object = ingress.object();
    let root = object.root();
    for path in [["spec", "rules"], ["spec", "tls"]] {
        if let Setting::Unknown(unknown) = root.items(&path) {
            return cx.undecided(&unknown);
        }
    }
    let balancer = cx.estate().kubernetes.load_balancer(ingress);
    let mut bare = https_ports(ingress);
    for (other, is_before) in balancer.others() {
        if let Setting::Unknown(unknown) = other.listeners() {
            return cx.undecided(unknown);
        }
        let shared = https_ports(other);
        if !bare.iter().any(|it| shared.contains(it)) {
            continue;
        }
        match other.certificates() {
            Setting::Known(Certificates::Discovered(hosts), _) if hosts.is_empty() => {
                // The same listener: the first of them speaks.
                if is_before {
                    bare.retain(|it| !shared.contains(it));
                }
            }
            Setting::Known(..) => bare.retain(|it| !shared.contains(it)),
            Setting::Absent(_) => (),
            Setting::Unknown(unknown) => return cx.undecided(&unknown),
        }
    }
    let Some(port) = bare.first() else {
        return;
    };
    if let Some(unknown) = balancer.elsewhere(cx.is_whole_set()) {
        return cx.undecided(&unknown);
    }
    let message = format!(
        "`{}` listens on HTTPS on port {port} with neither a certificate nor a host to find one by, and the listener never comes up",
        object.id()
    );
    cx.report(at, message);
}

/// The ports that an Ingress listens on with HTTPS, as far as they are known.
fn https_ports(ingress: &Ingress<'_>) -> Vec<u16> {
    let listeners = ingress.listeners().clone().known().unwrap_or_default();
    listeners.iter().filter(|it| it.protocol == Protocol::Https).map(|it| it.port).collect()
}
