//! `alb-listener-https`

use stackseal_engine::{Check, Cx, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::aws::{self, Action, Listener, ListenerRule, port_of};
use stackseal_model::cloudformation::{Map, Resource};
use stackseal_model::setting::{Reason, Setting, Site, Unknown};
use stackseal_syntax::Literal;

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("alb-listener-https"),
    group: Group::Transit,
    severity: Severity::High,
    profile: Profile::Recommended,
    scope: Scope::Set,
    since: "0.1.0",
    title: "Load balancer serves plain HTTP",
    remediation: "Redirect to HTTPS in `DefaultActions`: `Type: redirect` with `RedirectConfig: {Protocol: HTTPS, Port: '443', StatusCode: HTTP_301}`",
    url: "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/create-https-listener.html",
    docs: include_str!("alb_listener_https.md"),
    options: &[],
    checks: &[
        Check::Resource { types: &["AWS::ElasticLoadBalancingV2::Listener"], run: listener },
        Check::Resource { types: &["AWS::ElasticLoadBalancingV2::ListenerRule"], run: rule },
        Check::Resource { types: &["AWS::ElasticLoadBalancing::LoadBalancer"], run: classic },
    ],
};

/// Ports on which web servers speak plain HTTP.
const PLAIN_WEB_PORTS: &[u16] = &[80, 8000, 8008, 8080];
/// Ports on which they speak TLS, which TCP passes on as it is.
const TLS_WEB_PORTS: &[u16] = &[443, 8443];

fn listener(cx: &mut Cx<'_>, resource: &Resource<'_>) {
    let Some(listener) = Listener::of(resource) else { return };
    match resource.text("Protocol") {
        Setting::Known(protocol, at) if protocol == "HTTP" => application(cx, &listener, at),
        Setting::Known(protocol, at) if protocol == "TCP" || protocol == "TCP_UDP" => {
            network(cx, &listener, at);
        }
        // HTTPS, TLS, QUIC, UDP; a Gateway Load Balancer has none.
        Setting::Known(..) | Setting::Absent(_) => (),
        Setting::Unknown(unknown) => cx.undecided(&unknown),
    }
}

fn application(cx: &mut Cx<'_>, listener: &Listener<'_>, at: Site) {
    let action = match listener.default_action() {
        Setting::Known(action, site) => Some((action, site)),
        // Actions are required, and none of them redirects.
        Setting::Absent(_) => None,
        Setting::Unknown(unknown) => return cx.undecided(&unknown),
    };
    if action.is_some_and(|(it, _)| !it.stays_plain())
        || !listener.redirects_everything().is_absent()
    {
        return;
    }
    let resource = listener.resource();
    let message = format!(
        "`{}` serves plain HTTP{} of {}, and nothing redirects it to HTTPS",
        resource.id(),
        on_port(&resource.properties(), "Port"),
        load_balancer(listener.scheme()),
    );
    let finding = cx.report(at, message);
    if let Some((action, site)) = action {
        finding.relate(site.span, what_it_does(action));
    }
    finding.fix(redirect(listener));
}

/// A redirect, where there is something to lead to: a listener for HTTPS of the same load balancer. One
/// that is there keeps its host, path and status.
fn redirect(listener: &Listener<'_>) -> Option<Mend> {
    let resource = listener.resource();
    let balancer = resource.at("LoadBalancerArn");
    let serves_https = |it: &Resource<'_>| {
        it.text("Protocol").known().is_some_and(|it| it == "HTTPS")
            && it.at("LoadBalancerArn").is_same_text(&balancer) == Some(true)
    };
    let https = resource.siblings_of("AWS::ElasticLoadBalancingV2::Listener").find(serves_https)?;
    let port = port_of(&https.properties(), "Port").known()?.to_string();
    let title = format!("Redirect to HTTPS, which `{}` serves", https.id());
    let because = "clients that speak plain HTTP and follow no redirect are cut off";
    let mend = Mend::with_care(title, because);
    if let Some(config) = listener.default_redirect() {
        // Of another host nothing is known but that HTTPS has a port.
        let is_own = match config.text("Host") {
            Setting::Known(host, _) => host == "#{host}",
            Setting::Absent(_) => true,
            Setting::Unknown(_) => false,
        };
        let port = if is_own { port } else { "443".to_owned() };
        return Some(mend.set(config.slot("Protocol"), "HTTPS").set(config.slot("Port"), port));
    }
    let config = Literal::map([
        ("Protocol", "HTTPS".into()),
        ("Port", port.into()),
        ("StatusCode", "HTTP_301".into()),
    ]);
    let action = Literal::map([("Type", "redirect".into()), ("RedirectConfig", config)]);
    Some(mend.set_property(resource, "DefaultActions", Literal::List(vec![action])))
}

fn what_it_does(action: Action) -> &'static str {
    match action {
        Action::Forward => "requests are forwarded here",
        Action::RedirectInPlain => "the redirect leaves the protocol as it is",
        Action::RedirectToHttps => "requests are redirected here",
        Action::Answer => "requests are answered here",
    }
}

fn network(cx: &mut Cx<'_>, listener: &Listener<'_>, at: Site) {
    let resource = listener.resource();
    let Some(port) = web_port(cx, &resource.properties(), "Port") else { return };
    match listener.forwards_to_load_balancers() {
        // The listeners of the load balancer behind decide.
        Setting::Known(true, _) => return,
        Setting::Known(false, _) | Setting::Absent(_) => (),
        Setting::Unknown(unknown) => return cx.undecided(&unknown),
    }
    let remediation = "Set `Protocol: TLS` and a certificate, or pass on port 443 and nothing else";
    tcp(cx, resource.id(), port, listener.scheme(), at, remediation);
}

/// The port of a listener, where web servers speak on it.
fn web_port(cx: &mut Cx<'_>, config: &Map<'_>, property: &str) -> Option<u16> {
    match port_of(config, property) {
        Setting::Known(port, _) => {
            (PLAIN_WEB_PORTS.contains(&port) || TLS_WEB_PORTS.contains(&port)).then_some(port)
        }
        // The port is required: without it, nothing is deployed.
        Setting::Absent(_) => None,
        Setting::Unknown(unknown) => {
            cx.undecided(&unknown);
            None
        }
    }
}

fn tcp(cx: &mut Cx<'_>, id: &str, port: u16, scheme: aws::Scheme, at: Site, remediation: &str) {
    if TLS_WEB_PORTS.contains(&port) {
        let reason = Reason::Outside("whether the targets speak TLS on this port stands outside");
        return cx.undecided(&Unknown { span: at.span, reason });
    }
    let message = format!(
        "`{id}` passes on TCP as it comes on port {port} of {}: web clients speak plain HTTP there",
        load_balancer(scheme),
    );
    cx.report(at, message).remediation(remediation);
}

fn rule(cx: &mut Cx<'_>, resource: &Resource<'_>) {
    let Some(rule) = ListenerRule::of(resource) else { return };
    let action = rule.action();
    let listener = match rule.listener() {
        Setting::Known(listener, _) => listener,
        Setting::Absent(_) => return,
        Setting::Unknown(unknown) => {
            return match action {
                Setting::Known(action, _) if !action.stays_plain() => (),
                Setting::Known(..) | Setting::Unknown(_) => cx.undecided(&unknown),
                Setting::Absent(_) => (),
            };
        }
    };
    match listener.resource().text("Protocol") {
        Setting::Known(protocol, _) if protocol == "HTTP" => (),
        Setting::Known(..) | Setting::Absent(_) => return,
        Setting::Unknown(unknown) => return cx.undecided(&unknown),
    }
    let at = match action {
        Setting::Known(action, at) if action.stays_plain() => at,
        Setting::Known(..) | Setting::Absent(_) => return,
        Setting::Unknown(unknown) => return cx.undecided(&unknown),
    };
    match listener.redirects_everything() {
        // The listener serves plain HTTP by default, and says so itself.
        Setting::Absent(_) if serves_plain_by_default(&listener) => return,
        Setting::Absent(_) => (),
        Setting::Known(first, _) => match rule.priority() {
            Setting::Known(priority, _) if first < priority => return,
            Setting::Known(..) | Setting::Absent(_) => (),
            Setting::Unknown(unknown) => return cx.undecided(&unknown),
        },
        Setting::Unknown(unknown) => return cx.undecided(&unknown),
    }
    let message = format!(
        "`{}` serves plain HTTP{} of {}: the default action of `{}` does not apply to it",
        resource.id(),
        on_port(&listener.resource().properties(), "Port"),
        load_balancer(listener.scheme()),
        listener.resource().id(),
    );
    cx.report(at, message)
        .remediation("Put the rule on a listener for HTTPS, and leave this one to redirect");
}

fn serves_plain_by_default(listener: &Listener<'_>) -> bool {
    matches!(listener.default_action(), Setting::Known(action, _) if action.stays_plain())
}

fn classic(cx: &mut Cx<'_>, resource: &Resource<'_>) {
    let scheme = aws::Scheme::of(resource);
    let remediation = "Serve HTTPS with a certificate and close this listener, or move to an Application Load Balancer, which can redirect";
    let mut open = Vec::new();
    for listener in resource.at("Listeners").blocks(&mut open) {
        match listener.text("Protocol").map(|it| it.to_ascii_lowercase()) {
            Setting::Known(protocol, at) if protocol == "http" => {
                let message = format!(
                    "`{}` serves plain HTTP{} of {}, and a classic load balancer cannot redirect it",
                    resource.id(),
                    on_port(&listener, "LoadBalancerPort"),
                    load_balancer(scheme),
                );
                cx.report(at, message).remediation(remediation);
            }
            Setting::Known(protocol, at) if protocol == "tcp" => {
                if let Some(port) = web_port(cx, &listener, "LoadBalancerPort") {
                    tcp(cx, resource.id(), port, scheme, at, remediation);
                }
            }
            // HTTPS and SSL; the property is required.
            Setting::Known(..) | Setting::Absent(_) => (),
            Setting::Unknown(unknown) => cx.undecided(&unknown),
        }
    }
    for unknown in open {
        cx.undecided(&unknown);
    }
}

fn on_port(config: &Map<'_>, property: &str) -> String {
    match port_of(config, property) {
        Setting::Known(port, _) => format!(" on port {port}"),
        Setting::Absent(_) | Setting::Unknown(_) => String::new(),
    }
}

fn load_balancer(scheme: aws::Scheme) -> &'static str {
    match scheme {
        aws::Scheme::InternetFacing => "an internet-facing load balancer",
        aws::Scheme::Internal => "an internal load balancer",
        aws::Scheme::Open => "its load balancer",
    }
}
