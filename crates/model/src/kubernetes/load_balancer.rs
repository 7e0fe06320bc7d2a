//! The load balancer an ALB Ingress becomes part of, seen from one Ingress: who else is part of it,
//! and what they say for all.
//!
//! <https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#ingressgroup>

use crate::kubernetes::ingress::{AlbSetting, Ingress};
use crate::kubernetes::ingress_class::IngressController;
use crate::kubernetes::set::KubernetesSet;
use crate::setting::{Reason, Setting, Unknown};

/// The load balancer of one Ingress.
#[derive(Clone, Debug)]
pub struct LoadBalancer<'s, 't> {
    ingress: &'s Ingress<'t>,
    members: Vec<&'s Ingress<'t>>,
    /// Why there may be other members, seen from the set alone.
    open: Option<Unknown<'t>>,
}

impl<'s, 't> LoadBalancer<'s, 't> {
    pub(super) fn of(set: &'s KubernetesSet<'t>, ingress: &'s Ingress<'t>) -> Self {
        let group = set.ingress_group(ingress);
        let is_alb = |it: &&Ingress<'_>| matches!(it.controller(), IngressController::Alb(_));
        let members = group.members().iter().filter_map(|&it| set.ingresses().get(it));
        Self { ingress, members: members.filter(is_alb).collect(), open: group.open().cloned() }
    }

    /// The ALB Ingresses that are part of it, in the order of the set.
    pub fn members(&self) -> &[&'s Ingress<'t>] {
        &self.members
    }

    /// The members but the Ingress itself, each with whether it comes before it.
    pub fn others(&self) -> impl Iterator<Item = (&'s Ingress<'t>, bool)> {
        let is_own = |it: &Ingress<'_>| it.object().is_same(self.ingress.object());
        let own = self.members.iter().position(|it| is_own(it)).unwrap_or_default();
        self.members
            .iter()
            .enumerate()
            .filter(move |(index, _)| *index != own)
            .map(move |(index, it)| (*it, index < own))
    }

    /// What any member says for all; absent where the Ingress itself could say it.
    pub fn text(&self, setting: AlbSetting) -> Setting<'t, &'t str> {
        let mut answer = self.ingress.text(setting);
        for (other, _) in self.others() {
            let is_better = |it: &Setting<'_, &str>| match (&answer, it) {
                (Setting::Absent(_), Setting::Known(..) | Setting::Unknown(_))
                | (Setting::Unknown(_), Setting::Known(..)) => true,
                (Setting::Known(..), _)
                | (_, Setting::Absent(_))
                | (Setting::Unknown(_), Setting::Unknown(_)) => false,
            };
            let its = other.text(setting);
            if is_better(&its) {
                answer = its;
            }
        }
        answer
    }

    /// Why a member outside the set may say what no member in it does, if so.
    pub fn elsewhere(&self, is_whole_set: bool) -> Option<Unknown<'t>> {
        if let Some(open) = &self.open {
            return Some(open.clone());
        }
        match self.ingress.text(AlbSetting::GROUP_NAME) {
            Setting::Known(_, site) if !is_whole_set => {
                let reason = Reason::Outside("another Ingress of the group may say it");
                Some(Unknown { span: site.span, reason })
            }
            Setting::Known(..) | Setting::Absent(_) | Setting::Unknown(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kubernetes::testing::{document, named, set, shown};

    const GROUP: &str = "\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, annotations: {alb.ingress.kubernetes.io/group.name: web}}
spec: {ingressClassName: alb}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: admin, annotations: {alb.ingress.kubernetes.io/group.name: web, alb.ingress.kubernetes.io/scheme: internal}}
spec: {ingressClassName: alb}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: edge, annotations: {alb.ingress.kubernetes.io/group.name: web, alb.ingress.kubernetes.io/ssl-policy: x}}
spec: {ingressClassName: nginx}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: alone}
spec: {ingressClassName: alb}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: somewhere, annotations: {alb.ingress.kubernetes.io/group.name: '${GROUP}'}}
spec: {ingressClassName: alb}
";

    #[test]
    fn members_speak_for_each_other() {
        let tree = document(GROUP);
        let set = set(&tree);
        let balancer = |name| set.load_balancer(set.ingress(named(&set, name)).unwrap());
        let shop = balancer("shop");
        let names: Vec<_> = shop.members().iter().map(|it| it.object().id()).collect();
        assert_eq!(names, ["shop", "admin"]);
        assert_eq!(shown(&tree, &shop.text(AlbSetting::SCHEME)), "internal @ internal");
        assert_eq!(shown(&tree, &shop.text(AlbSetting::SSL_POLICY)), "absent @ annotations");
        let others = |it: &LoadBalancer<'_, '_>| -> Vec<(String, bool)> {
            it.others().map(|(it, is_before)| (it.object().id(), is_before)).collect()
        };
        assert_eq!(others(&shop), [("admin".to_owned(), false)]);
        assert_eq!(others(&balancer("admin")), [("shop".to_owned(), true)]);
        assert!(others(&balancer("alone")).is_empty());
    }

    #[test]
    fn members_may_be_outside_the_set() {
        let tree = document(GROUP);
        let set = set(&tree);
        let cases = [
            ("shop", true, false),
            ("shop", false, true),
            ("alone", false, false),
            ("somewhere", true, true),
        ];
        for (name, is_whole_set, expected) in cases {
            let balancer = set.load_balancer(set.ingress(named(&set, name)).unwrap());
            assert_eq!(
                balancer.elsewhere(is_whole_set).is_some(),
                expected,
                "{name} {is_whole_set}"
            );
        }
    }
}
