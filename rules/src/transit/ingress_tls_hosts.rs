//! `ingress-tls-hosts`: an Ingress of another controller than that of AWS serves its hosts with TLS.

use stackseal_engine::{Check, Cx, Group, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::kubernetes::{IngressController, Object};
use stackseal_model::setting::Setting;

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("ingress-tls-hosts"),
    group: Group::Transit,
    severity: Severity::Medium,
    profile: Profile::Strict,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "Ingress serves hosts without TLS",
    remediation: "Add an entry to spec.tls that names the host and a Secret with its certificate",
    url: "https://kubernetes.io/docs/concepts/services-networking/ingress/#tls",
    docs: include_str!("ingress_tls_hosts.md"),
    options: &[],
    checks: &[Check::Manifest { kinds: &["Ingress"], run: check }],
};

/// Hosts named in a message, before the rest is only counted.
const NAMED: usize = 3;

fn check(cx: &mut Cx<'_>, object: &Object<'_>) {
    let set = &cx.estate().kubernetes;
    let Some(ingress) = set.ingress(object) else {
        return;
    };
    let open = ingress.open_hosts();
    if let Setting::Known(hosts, _) = &open
        && hosts.is_empty()
    {
        return;
    }
    match ingress.controller() {
        // Its certificates are `ingress-certificate`'s.
        IngressController::Alb(_) => return,
        IngressController::Other => (),
        IngressController::Unknown(unknown) => return cx.undecided(unknown),
    }
    match ingress.has_tls_elsewhere(set) {
        Setting::Known(true, _) => return,
        Setting::Known(false, _) | Setting::Absent(_) => (),
        Setting::Unknown(unknown) => return cx.undecided(&unknown),
    }
    let id = object.id();
    match open {
        Setting::Known(hosts, _) => {
            for host in hosts {
                let message = format!(
                    "`{id}` serves `{}` without TLS: no entry of `tls` covers it",
                    host.host
                );
                cx.report(host.span, message);
            }
        }
        Setting::Absent(under) => {
            let hosts = named(&ingress.hosts());
            cx.report(under, format!("`{id}` serves {hosts} without TLS: it has no `tls`"));
        }
        Setting::Unknown(unknown) => cx.undecided(&unknown),
    }
}

/// The names of `hosts`, each once.
fn named(hosts: &[&str]) -> String {
    let mut names: Vec<String> = Vec::new();
    for host in hosts.iter().map(|it| format!("`{it}`")) {
        if !names.contains(&host) {
            names.push(host);
        }
    }
    let rest = names.len().saturating_sub(NAMED);
    names.truncate(NAMED);
    match (rest, names.as_slice()) {
        (0, [others @ .., last]) if !others.is_empty() => {
            format!("{} and {last}", others.join(", "))
        }
        (0, names) => names.join(", "),
        (rest, names) => format!("{} and {rest} more", names.join(", ")),
    }
}
