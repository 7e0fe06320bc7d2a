//! `ingress-tls-hosts`: an Ingress of another controller than that of AWS serves its hosts with TLS.

use stackseal_engine::{Check, Cx, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::Slot;
use stackseal_model::kubernetes::{IngressController, Object, has_placeholder};
use stackseal_model::setting::Setting;
use stackseal_syntax::{Change, Kind, Literal};

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
            let names: Vec<&str> = hosts.iter().map(|it| it.host).collect();
            for host in hosts {
                let message = format!(
                    "`{id}` serves `{}` without TLS: no entry of `tls` covers it",
                    host.host
                );
                cx.report(host.span, message).fix(end_tls(object, &names));
            }
        }
        Setting::Absent(under) => {
            let hosts = ingress.hosts();
            let message = format!("`{id}` serves {} without TLS: it has no `tls`", named(&hosts));
            cx.report(under, message).fix(end_tls(object, &hosts));
        }
        Setting::Unknown(unknown) => cx.undecided(&unknown),
    }
}

/// An entry of `tls` for `hosts`, under a certificate in a Secret that is named after the Ingress.
fn end_tls(ingress: &Object<'_>, hosts: &[&str]) -> Option<Mend> {
    let mut names: Vec<&str> = Vec::new();
    for host in hosts {
        if has_placeholder(host) {
            return None;
        }
        if !names.contains(host) {
            names.push(host);
        }
    }
    let secret = format!("{}-tls", ingress.name().filter(|it| !has_placeholder(it.text))?.text);
    let because = format!(
        "a certificate has to be put into the Secret `{secret}`, or an issuer told to keep one there"
    );
    let title = format!("End TLS with the certificate in Secret `{secret}`");
    let entry = Literal::map([
        ("hosts", Literal::list(names.into_iter().map(str::to_owned))),
        ("secretName", secret.into()),
    ]);
    let mend = Mend::with_care(title, because);
    match ingress.node().get("spec").and_then(|it| it.get("tls")) {
        Some(tls) if tls.kind() == Kind::Sequence && tls.items().len() > 0 => {
            Some(mend.change(Change::Append { to: tls.span(), item: entry }))
        }
        Some(_) | None => Some(
            mend.set(Slot::below(ingress.node(), &["spec", "tls"]), Literal::List(vec![entry])),
        ),
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
