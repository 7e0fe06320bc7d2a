//! `service-load-balancer-tls`: the load balancer of a Service speaks TLS on its web ports.

use stackseal_engine::{Check, Cx, Group, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::kubernetes::{Object, Service, ServicePort, Speech};
use stackseal_model::setting::{Reason, Setting, Unknown};

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("service-load-balancer-tls"),
    group: Group::Transit,
    severity: Severity::Medium,
    profile: Profile::Recommended,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "Load balancer of a Service serves plain HTTP",
    remediation: "Name a certificate by service.beta.kubernetes.io/aws-load-balancer-ssl-cert, and serve port 443",
    url: "https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/service/annotations/#tls",
    docs: include_str!("service_load_balancer_tls.md"),
    options: &[],
    checks: &[Check::Manifest { kinds: &["Service"], run: check }],
};

fn check(cx: &mut Cx<'_>, object: &Object<'_>) {
    let Some(service) = Service::new(object) else {
        return;
    };
    match service.is_load_balancer() {
        Setting::Known(true, _) => (),
        Setting::Known(false, _) | Setting::Absent(_) => return,
        Setting::Unknown(unknown) => return cx.undecided(&unknown),
    }
    match service.is_of_aws() {
        Setting::Known(true, _) | Setting::Absent(_) => (),
        // Somebody else's load balancer, with settings of its own.
        Setting::Known(false, _) => return,
        Setting::Unknown(unknown) => return cx.undecided(&unknown),
    }
    let ports = match service.ports() {
        Setting::Known(ports, _) => ports,
        Setting::Absent(_) => return,
        Setting::Unknown(unknown) => return cx.undecided(&unknown),
    };
    let mut plain: Vec<ServicePort<'_>> = Vec::new();
    let (mut passed, mut has_tls, mut unknown) = (None, false, None);
    for port in ports {
        match service.speech(port) {
            Setting::Known(Speech::PlainWeb, _) => plain.push(port),
            Setting::Known(Speech::PassedTls, _) => passed = passed.or(Some(port)),
            Setting::Known(Speech::Tls, _) => has_tls = true,
            Setting::Known(Speech::Other, _) | Setting::Absent(_) => (),
            Setting::Unknown(it) => unknown = Some(it),
        }
    }
    let has_tls_beside = has_tls || passed.is_some();
    // Its port for plain HTTP redirects; what is behind is said by the Ingress.
    if has_tls_beside && service.selects_ingress_controller() {
        return;
    }
    if let Some(unknown) = unknown {
        return cx.undecided(&unknown);
    }
    let undecided =
        |port: ServicePort<'_>, why| Unknown { span: port.span(), reason: Reason::Outside(why) };
    let Some(first) = plain.first() else {
        if let Some(port) = passed {
            cx.undecided(&undecided(port, "TLS ends in the pods, if anywhere"));
        }
        return;
    };
    if has_tls_beside {
        return cx.undecided(&undecided(*first, "the pods may redirect to the TLS port beside it"));
    }
    let message = format!(
        "`{}` serves plain HTTP on {} of {}, and has no TLS port",
        object.id(),
        names(&plain),
        load_balancer(&service),
    );
    cx.report(first.span(), message);
}

fn names(ports: &[ServicePort<'_>]) -> String {
    let names: Vec<&str> = ports.iter().map(|it| it.label()).collect();
    match names.as_slice() {
        [name] => format!("port {name}"),
        names => format!("ports {}", names.join(", ")),
    }
}

/// Where the load balancer stands, as far as it is known.
fn load_balancer(service: &Service<'_>) -> &'static str {
    match service.is_internet_facing() {
        Some(true) => "an internet-facing load balancer",
        Some(false) => "an internal load balancer",
        None => "its load balancer",
    }
}
