//! `ingress-source-restricted`: an internet-facing Application Load Balancer says who may come, or
//! has a web ACL in front.

use stackseal_engine::{Check, Cx, Group, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::kubernetes::{AlbSetting, Ingress, IngressController, LoadBalancer, Object};
use stackseal_model::setting::{Setting, Site, Unknown};

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("ingress-source-restricted"),
    group: Group::Transit,
    severity: Severity::Low,
    profile: Profile::Strict,
    scope: Scope::Set,
    since: "0.1.0",
    title: "Load balancer is open to the whole internet",
    remediation: "Admit only the prefix list of CloudFront by alb.ingress.kubernetes.io/security-group-prefix-lists, or name security groups, ranges or a web ACL",
    url: "https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#access-control",
    docs: include_str!("ingress_source_restricted.md"),
    options: &[],
    checks: &[Check::Manifest { kinds: &["Ingress"], run: check }],
};

/// All there is, in both families of addresses.
const EVERYWHERE: &[&str] = &["0.0.0.0/0", "::/0"];

fn check(cx: &mut Cx<'_>, object: &Object<'_>) {
    let set = &cx.estate().kubernetes;
    let Some(ingress) = set.ingress(object) else {
        return;
    };
    match ingress.controller() {
        IngressController::Alb(_) => (),
        // What stands before other controllers is a Service.
        IngressController::Other => return,
        IngressController::Unknown(unknown) => return cx.undecided(unknown),
    }
    let balancer = set.load_balancer(ingress);
    match balancer.text(AlbSetting::SCHEME) {
        Setting::Known("internet-facing", _) => (),
        // Internal, which is the default.
        Setting::Known(..) => return,
        Setting::Absent(_) => {
            if let Some(unknown) = balancer.elsewhere(cx.is_whole_set()) {
                cx.undecided(&unknown);
            }
            return;
        }
        Setting::Unknown(unknown) => return cx.undecided(&unknown),
    }
    // One load balancer, one finding: the first of its Ingresses speaks.
    if balancer.others().any(|(_, is_before)| is_before) {
        return;
    }
    match protection(&balancer) {
        Protection::Some => (),
        Protection::Unknown(unknown) => cx.undecided(&unknown),
        Protection::None(at) => {
            if let Some(unknown) = balancer.elsewhere(cx.is_whole_set()) {
                return cx.undecided(&unknown);
            }
            let message = format!(
                "`{}` has an internet-facing load balancer that everybody may connect to, without security groups, ranges or a web ACL",
                object.id()
            );
            cx.report(at.unwrap_or_else(|| missing(ingress)), message);
        }
    }
}

/// What keeps strangers out.
enum Protection<'t> {
    Some,
    /// Nothing; the site is that of ranges which are all there is.
    None(Option<Site>),
    Unknown(Unknown<'t>),
}

/// What the members of a load balancer say of it, in any of the ways.
fn protection<'t>(balancer: &LoadBalancer<'_, 't>) -> Protection<'t> {
    let mut open = None;
    let mut unknown = None;
    for member in balancer.members() {
        for setting in [AlbSetting::SECURITY_GROUPS, AlbSetting::PREFIX_LISTS] {
            match member.list(setting) {
                Setting::Known(list, _) if list.is_empty() => (),
                Setting::Known(..) => return Protection::Some,
                Setting::Absent(_) => (),
                Setting::Unknown(it) => unknown = Some(it),
            }
        }
        match member.list(AlbSetting::INBOUND_CIDRS) {
            Setting::Known(ranges, at) => {
                let mut is_narrow = !ranges.is_empty();
                for range in ranges {
                    match range {
                        Setting::Known(range, _) if EVERYWHERE.contains(&range) => {
                            is_narrow = false;
                            open = open.or(Some(at));
                        }
                        Setting::Known(..) | Setting::Absent(_) => (),
                        Setting::Unknown(it) => {
                            is_narrow = false;
                            unknown = Some(it);
                        }
                    }
                }
                if is_narrow {
                    return Protection::Some;
                }
            }
            Setting::Absent(_) => (),
            Setting::Unknown(it) => unknown = Some(it),
        }
        for setting in [AlbSetting::WAFV2_ACL_ARN, AlbSetting::WAFV2_ACL_NAME] {
            match member.text(setting) {
                // `none` takes the web ACL away.
                Setting::Known("" | "none", _) | Setting::Absent(_) => (),
                Setting::Known(..) => return Protection::Some,
                Setting::Unknown(it) => unknown = Some(it),
            }
        }
    }
    unknown.map_or(Protection::None(open), Protection::Unknown)
}

/// Where the ranges would stand.
fn missing(ingress: &Ingress<'_>) -> Site {
    match ingress.list(AlbSetting::INBOUND_CIDRS) {
        Setting::Known(_, site) => site,
        Setting::Absent(under) => under.into(),
        Setting::Unknown(unknown) => unknown.span.into(),
    }
}
