//! `ingress-backend-tls`: an Application Load Balancer speaks TLS to the pods of an Ingress.

use stackseal_engine::{Check, Cx, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::Slot;
use stackseal_model::kubernetes::{IngressController, Object, Protocol};
use stackseal_model::setting::Setting;

use super::ingress_tls_policy::annotation;

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("ingress-backend-tls"),
    group: Group::Transit,
    severity: Severity::Low,
    profile: Profile::Strict,
    scope: Scope::Set,
    since: "0.1.0",
    title: "Load balancer speaks plain HTTP to pods",
    remediation: "Let the pods serve TLS, and set alb.ingress.kubernetes.io/backend-protocol to HTTPS",
    url: "https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#backend-protocol",
    docs: include_str!("ingress_backend_tls.md"),
    options: &[],
    checks: &[Check::Manifest { kinds: &["Ingress"], run: check }],
};

fn check(cx: &mut Cx<'_>, object: &Object<'_>) {
    let set = &cx.estate().kubernetes;
    let Some(ingress) = set.ingress(object) else {
        return;
    };
    match ingress.controller() {
        IngressController::Alb(_) => (),
        // Other controllers say it in words of their own.
        IngressController::Other => return,
        IngressController::Unknown(unknown) => return cx.undecided(unknown),
    }
    let id = object.id();
    // Services that leave it to the Ingress.
    let mut silent = Vec::new();
    for backend in ingress.backends() {
        let service = &backend.service;
        match set.backend_protocol(service, object.namespace()) {
            Some(Setting::Known(Protocol::Https, _)) => (),
            Some(Setting::Known(Protocol::Http, at)) => {
                let message = format!(
                    "`{service}` makes the load balancer of `{id}` speak plain HTTP to its pods"
                );
                cx.report(at, message)
                    .relate(backend.span, "requests are sent there by this")
                    .fix(speak_https(Some(Slot::at(at.span))));
            }
            Some(Setting::Unknown(unknown)) => cx.undecided(&unknown),
            Some(Setting::Absent(_)) | None => silent.push(format!("`{service}`")),
        }
    }
    // An Ingress of redirects and fixed responses reaches no pod.
    if silent.is_empty() {
        return;
    }
    let pods = silent.join(", ");
    match ingress.backend_protocol() {
        Setting::Known(Protocol::Https, _) => (),
        Setting::Known(Protocol::Http, at) => {
            cx.report(at, format!("`{id}` speaks plain HTTP to the pods of {pods}"))
                .fix(speak_https(Some(Slot::at(at.span))));
        }
        Setting::Absent(under) => {
            let message = format!(
                "`{id}` does not set `backend-protocol`, and speaks plain HTTP to the pods of {pods}"
            );
            cx.report(under, message).fix(speak_https(annotation(object, "backend-protocol")));
        }
        Setting::Unknown(unknown) => cx.undecided(&unknown),
    }
}

fn speak_https(slot: Option<Slot>) -> Mend {
    let because = "the pods have to answer by TLS, on the port that requests are sent to";
    Mend::with_care("Set `backend-protocol` to `HTTPS`", because).set(slot, "HTTPS")
}
