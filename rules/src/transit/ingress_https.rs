//! `ingress-https`: an Ingress of an Application Load Balancer serves HTTPS, and redirects HTTP to it.

use stackseal_engine::{Check, Cx, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::kubernetes::{
    AlbSetting, Ingress, IngressController, IngressGroup, Listener, Object, Protocol,
};
use stackseal_model::setting::{Reason, Setting, Site, Unknown};

use super::ingress_tls_policy::annotation;

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("ingress-https"),
    group: Group::Transit,
    severity: Severity::High,
    profile: Profile::Recommended,
    scope: Scope::Set,
    since: "0.1.0",
    title: "Ingress serves plain HTTP",
    remediation: "Listen on HTTPS, and set alb.ingress.kubernetes.io/ssl-redirect to its port",
    url: "https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/tasks/ssl_redirect/",
    docs: include_str!("ingress_https.md"),
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
        // Other controllers have other words for TLS: `ingress-tls-hosts`.
        IngressController::Other => return,
        IngressController::Unknown(unknown) => return cx.undecided(unknown),
    }
    let group = set.ingress_group(ingress);
    if has_dead_redirect(cx, ingress, group) {
        return;
    }
    match ingress.listeners() {
        Setting::Known(listeners, at) => {
            let http: Vec<_> =
                listeners.iter().filter(|it| it.protocol == Protocol::Http).copied().collect();
            if !http.is_empty() {
                check_redirect(cx, ingress, group, &http, *at);
            }
        }
        Setting::Absent(_) => (),
        Setting::Unknown(unknown) => cx.undecided(unknown),
    }
}

/// Whether the Ingress redirects to a port that nothing of its group serves with HTTPS: the
/// controller then refuses all of the group.
fn has_dead_redirect(cx: &mut Cx<'_>, ingress: &Ingress<'_>, group: &IngressGroup<'_>) -> bool {
    let Setting::Known(port, at) = ingress.ssl_redirect() else {
        return false;
    };
    match group.listens_on_https(port) {
        Setting::Known(false, _) => {
            let id = ingress.object().id();
            cx.report(at, format!("`{id}` redirects to port {port}, which has no HTTPS listener"));
            true
        }
        // Unknown listeners leave a question of their own.
        Setting::Known(true, _) | Setting::Absent(_) | Setting::Unknown(_) => false,
    }
}

/// Judges HTTP listeners: what comes in there has to go on to HTTPS.
fn check_redirect(
    cx: &mut Cx<'_>,
    ingress: &Ingress<'_>,
    group: &IngressGroup<'_>,
    http: &[Listener],
    at: Site,
) {
    let has_https = match group.has_https() {
        Setting::Known(has_https, _) => has_https,
        // It makes no difference to the verdict, only to what is said.
        Setting::Absent(_) | Setting::Unknown(_) => true,
    };
    match group.ssl_redirect() {
        Setting::Known(..) => return,
        // Whatever the redirect is, there is nothing it could lead to.
        Setting::Unknown(_) if !has_https => (),
        Setting::Unknown(unknown) => return cx.undecided(&unknown),
        Setting::Absent(_) => (),
    }
    // The way of before `ssl-redirect`: every path answers with a redirect, or with a fixed text.
    match ingress.forwards_nothing_over_http() {
        Setting::Known(true, _) => return,
        Setting::Unknown(unknown) => return cx.undecided(&unknown),
        Setting::Known(false, _) | Setting::Absent(_) => (),
    }
    if !cx.is_whole_set()
        && let Setting::Known(_, site) = ingress.text(AlbSetting::GROUP_NAME)
    {
        let reason = Reason::Outside("another Ingress of the group may redirect");
        return cx.undecided(&Unknown { span: site.span, reason });
    }
    let why = if has_https { "nothing redirects it to HTTPS" } else { "has no HTTPS listener" };
    let message = format!(
        "`{}` serves plain HTTP on {} of {}, and {why}",
        ingress.object().id(),
        ports(http),
        load_balancer(ingress),
    );
    // The port of the only HTTPS listener is the one that is meant.
    let port = group.https_port();
    cx.report(at, message).fix(port.map(|port| redirect(ingress, port)));
}

fn redirect(ingress: &Ingress<'_>, port: u16) -> Mend {
    let because = "clients that speak plain HTTP and follow no redirect are cut off";
    Mend::with_care(format!("Set `ssl-redirect` to `{port}`"), because)
        .set(annotation(ingress.object(), "ssl-redirect"), port.to_string())
}

fn ports(listeners: &[Listener]) -> String {
    let ports: Vec<_> = listeners.iter().map(|it| it.port.to_string()).collect();
    match ports.as_slice() {
        [port] => format!("port {port}"),
        ports => format!("ports {}", ports.join(", ")),
    }
}

/// Where the load balancer stands, as far as it is known.
fn load_balancer(ingress: &Ingress<'_>) -> &'static str {
    match ingress.text(AlbSetting::SCHEME) {
        Setting::Known("internet-facing", _) => "an internet-facing load balancer",
        Setting::Known("internal", _) | Setting::Absent(_) => "an internal load balancer",
        Setting::Known(..) | Setting::Unknown(_) => "its load balancer",
    }
}
