//! `ingress-tls-policy`: the HTTPS listeners of an Application Load Balancer made of Ingresses speak
//! TLS 1.2 or newer.

use stackseal_engine::{Check, Cx, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::Slot;
use stackseal_model::aws::ssl_policy::{DEFAULT_SSL_POLICY, TlsVersion, min_tls};
use stackseal_model::kubernetes::{
    AlbSetting, Ingress, IngressController, Object, Protocol, class_params,
};
use stackseal_model::setting::{Reason, Setting, Site, Unknown};

use super::tls_version::{MINIMUM_VERSION, OPTIONS, policy_for};

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("ingress-tls-policy"),
    group: Group::Transit,
    severity: Severity::Medium,
    profile: Profile::Recommended,
    scope: Scope::Set,
    since: "0.1.0",
    title: "Ingress accepts TLS older than 1.2",
    remediation: "Set alb.ingress.kubernetes.io/ssl-policy to ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
    url: "https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#ssl-policy",
    docs: include_str!("ingress_tls_policy.md"),
    options: OPTIONS,
    checks: &[
        Check::Manifest { kinds: &["Ingress"], run: check },
        Check::Manifest { kinds: &["IngressClassParams"], run: check_params },
    ],
};

fn check(cx: &mut Cx<'_>, object: &Object<'_>) {
    let set = &cx.estate().kubernetes;
    let Some(ingress) = set.ingress(object) else {
        return;
    };
    match ingress.controller() {
        IngressController::Alb(_) => (),
        // Other controllers keep such a setting for all Ingresses together.
        IngressController::Other => return,
        IngressController::Unknown(unknown) => return cx.undecided(unknown),
    }
    let own = ingress.text(AlbSetting::SSL_POLICY);
    // Whether anything of the group is encrypted at all.
    match set.ingress_group(ingress).has_https() {
        Setting::Known(true, _) => (),
        Setting::Known(false, _) | Setting::Absent(_) => return,
        Setting::Unknown(unknown) => return cx.undecided(&unknown),
    }
    match own {
        // What the class says is judged where it stands.
        Setting::Known(_, at) if !object.node().span().contains(at.span) => (),
        Setting::Known(policy, at) => check_policy(cx, object, policy, at),
        Setting::Absent(under) => check_default(cx, ingress, under.into()),
        Setting::Unknown(unknown) => cx.undecided(&unknown),
    }
}

fn check_params(cx: &mut Cx<'_>, object: &Object<'_>) {
    let Some(params) = class_params(object) else {
        return;
    };
    match params.text(&["sslPolicy"]) {
        Setting::Known(policy, at) => check_policy(cx, object, policy, at),
        // Then each Ingress decides.
        Setting::Absent(_) => (),
        Setting::Unknown(unknown) => cx.undecided(&unknown),
    }
}

fn check_policy(cx: &mut Cx<'_>, object: &Object<'_>, policy: &str, at: Site) {
    let minimum = cx.choice(&MINIMUM_VERSION);
    match min_tls(policy) {
        Some(version) if version >= minimum => (),
        Some(version) => {
            let id = object.id();
            let wanted = policy_for(minimum, policy);
            let finding =
                cx.report(at, format!("`{id}` lets clients speak {version}, by `{policy}`"));
            if wanted != policy_for(TlsVersion::Tls12, "") {
                finding
                    .remediation(format!("Set alb.ingress.kubernetes.io/ssl-policy to {wanted}"));
            }
            finding.fix(
                Mend::safe(format!("Set the policy to `{wanted}`"))
                    .set(Some(Slot::at(at.span)), wanted),
            );
        }
        None => {
            let reason = Reason::Outside("no security policy of this name is known");
            cx.undecided(&Unknown { span: at.span, reason });
        }
    }
}

/// Judges an Ingress that names no policy: any other of its load balancer may.
fn check_default(cx: &mut Cx<'_>, ingress: &Ingress<'_>, at: Site) {
    let balancer = cx.estate().kubernetes.load_balancer(ingress);
    match balancer.text(AlbSetting::SSL_POLICY) {
        Setting::Known(..) => return,
        Setting::Absent(_) => (),
        Setting::Unknown(unknown) => return cx.undecided(&unknown),
    }
    // One load balancer, one finding: the first Ingress speaks that listens on HTTPS.
    let is_first = balancer.others().all(|(other, is_before)| !is_before || !has_https(other));
    if !has_https(ingress) || !is_first {
        return;
    }
    if let Some(unknown) = balancer.elsewhere(cx.is_whole_set()) {
        return cx.undecided(&unknown);
    }
    let message = format!(
        "`{}` does not set `ssl-policy`, and the default of the controller, `{DEFAULT_SSL_POLICY}`, lets clients speak TLS 1.0",
        ingress.object().id()
    );
    let policy = policy_for(cx.choice(&MINIMUM_VERSION), DEFAULT_SSL_POLICY);
    cx.report(at, message).fix(
        Mend::safe(format!("Set `ssl-policy` to `{policy}`"))
            .set(annotation(ingress.object(), "ssl-policy"), policy),
    );
}

/// Whether an Ingress is known to listen on HTTPS.
fn has_https(ingress: &Ingress<'_>) -> bool {
    let listeners = ingress.listeners().clone().known().unwrap_or_default();
    listeners.iter().any(|it| it.protocol == Protocol::Https)
}

/// The place of an annotation of the controller.
pub(super) fn annotation(object: &Object<'_>, name: &str) -> Option<Slot> {
    let name = format!("alb.ingress.kubernetes.io/{name}");
    Slot::below(object.node(), &["metadata", "annotations", &name])
}
