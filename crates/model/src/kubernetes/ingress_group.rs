//! The Ingresses that share a load balancer, and what they decide for each other.
//!
//! <https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#ingressgroup>

use rustc_hash::FxHashMap;
use stackseal_syntax::{FileId, Span};

use crate::kubernetes::ingress::{AlbSetting, INGRESS, Ingress};
use crate::kubernetes::ingress_class::IngressClasses;
use crate::kubernetes::listener::Protocol;
use crate::kubernetes::object::Object;
use crate::kubernetes::objects::Objects;
use crate::setting::{Setting, Site, Unknown};
use crate::share::map;

/// The Ingresses of one load balancer: those of one `group.name`, in whatever namespace, or one
/// alone.
#[derive(Clone, Debug)]
pub struct IngressGroup<'t> {
    members: Vec<usize>,
    /// Why there may be more members than these, or others.
    open: Option<Unknown<'t>>,
    ssl_redirect: Setting<'t, u16>,
    https_ports: Vec<u16>,
    unknown_listeners: Option<Unknown<'t>>,
}

/// All Ingresses among `objects`, each with its load balancer.
pub(super) fn group_ingresses<'t>(
    objects: &Objects<'t>,
    classes: &IngressClasses<'t>,
) -> (Vec<Ingress<'t>>, Vec<IngressGroup<'t>>) {
    let objects: Vec<&Object<'t>> = objects.of_kind_and_patches(INGRESS).collect();
    let read = map(&objects, |it| {
        let ingress = Ingress::of(classes, it);
        let group_name = ingress.text(AlbSetting::GROUP_NAME);
        (ingress, group_name)
    });
    let mut by_name: FxHashMap<&'t str, usize> = FxHashMap::default();
    let mut groups: Vec<(Vec<usize>, Option<Unknown<'t>>)> = Vec::new();
    let mut ingresses = Vec::with_capacity(read.len());
    for (index, (mut ingress, group_name)) in read.into_iter().enumerate() {
        let next = groups.len();
        let (group, open) = match group_name {
            Setting::Known(name, _) => (*by_name.entry(name).or_insert(next), None),
            Setting::Absent(_) => (next, None),
            Setting::Unknown(unknown) => (next, Some(unknown)),
        };
        match groups.get_mut(group) {
            Some((members, _)) => members.push(index),
            None => groups.push((vec![index], open)),
        }
        ingress.join(group);
        ingresses.push(ingress);
    }
    let groups =
        map(&groups, |(members, open)| IngressGroup::new(&ingresses, members, open.as_ref()));
    (ingresses, groups)
}

impl<'t> IngressGroup<'t> {
    fn new(ingresses: &[Ingress<'t>], members: &[usize], open: Option<&Unknown<'t>>) -> Self {
        let each = || members.iter().filter_map(|&it| ingresses.get(it));
        let mut ssl_redirect = Setting::Absent(Span::start_of(FileId(0)));
        let mut https_ports = Vec::new();
        let mut unknown_listeners = None;
        for (index, ingress) in each().enumerate() {
            let own = ingress.ssl_redirect();
            let decides = match (&ssl_redirect, &own) {
                (Setting::Known(..), _) => false,
                (Setting::Unknown(_), _) => matches!(own, Setting::Known(..)),
                (Setting::Absent(_), _) => index == 0 || !own.is_absent(),
            };
            if decides {
                ssl_redirect = own;
            }
            match ingress.listeners() {
                Setting::Known(listeners, _) => {
                    let https = listeners.iter().filter(|it| it.protocol == Protocol::Https);
                    https_ports.extend(https.map(|it| it.port));
                }
                Setting::Absent(_) => (),
                Setting::Unknown(unknown) => unknown_listeners = Some(unknown.clone()),
            }
        }
        Self {
            members: members.to_vec(),
            open: open.cloned(),
            ssl_redirect,
            https_ports,
            unknown_listeners,
        }
    }

    /// Its members, by their index among the Ingresses of the set.
    pub fn members(&self) -> &[usize] {
        &self.members
    }

    /// Why there may be more members than these, or others, if so.
    pub(super) fn open(&self) -> Option<&Unknown<'t>> {
        self.open.as_ref()
    }

    /// The port that HTTP is redirected to, by the word of any member; absent where the first
    /// member could say it.
    pub fn ssl_redirect(&self) -> Setting<'t, u16> {
        match (&self.ssl_redirect, &self.open) {
            (Setting::Absent(_), Some(open)) => Setting::Unknown(open.clone()),
            (setting, _) => setting.clone(),
        }
    }

    /// Whether some member listens on HTTPS on `port`.
    pub fn listens_on_https(&self, port: u16) -> Setting<'t, bool> {
        self.https(|it| it == port)
    }

    /// The port the group serves HTTPS on, where there is just one.
    pub fn https_port(&self) -> Option<u16> {
        match self.https_ports.as_slice() {
            [port] if self.unknown_listeners.is_none() => Some(*port),
            _ => None,
        }
    }

    /// Whether some member listens on HTTPS at all.
    pub fn has_https(&self) -> Setting<'t, bool> {
        self.https(|_| true)
    }

    fn https(&self, accepts: impl Fn(u16) -> bool) -> Setting<'t, bool> {
        let is_there = self.https_ports.iter().any(|&it| accepts(it));
        match self.unknown_listeners.as_ref().or(self.open.as_ref()) {
            Some(unknown) if !is_there => Setting::Unknown(unknown.clone()),
            Some(_) | None => Setting::Known(is_there, Site::at(self.place())),
        }
    }

    /// Somewhere in the group; only its answers need places of their own.
    fn place(&self) -> Span {
        match &self.ssl_redirect {
            Setting::Known(_, site) => site.span,
            Setting::Absent(span) => *span,
            Setting::Unknown(unknown) => unknown.span,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::kubernetes::testing::{alb_ingress, document, named, set, shown};

    #[test]
    fn one_member_redirects_for_its_group() {
        let member = |name: &str, namespace: &str, annotations: &str| {
            format!(
                "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: {name}\n  namespace: {namespace}\n  \
                 annotations:\n    alb.ingress.kubernetes.io/group.name: shared\n{annotations}---\n"
            )
        };
        let text = member("a", "one", "")
            + &member(
                "b",
                "two",
                "    alb.ingress.kubernetes.io/ssl-redirect: '443'\n    alb.ingress.kubernetes.io/certificate-arn: arn:a\n",
            )
            + &alb_ingress("", "{}");
        let tree = document(&text);
        let set = set(&tree);
        let group = |name| set.ingress_group(set.ingress(named(&set, name)).unwrap());
        assert_eq!(group("a").members(), [0, 1]);
        assert_eq!(shown(&tree, &group("a").ssl_redirect()), "443 @ '443'");
        assert_eq!(group("a").listens_on_https(443).known(), Some(true));
        assert_eq!(group("a").listens_on_https(8443).known(), Some(false));
        assert_eq!(group("web").members(), [2]);
        assert_eq!(shown(&tree, &group("web").ssl_redirect()), "absent @ annotations");
        assert_eq!(group("web").has_https().known(), Some(false));
    }

    #[test]
    fn a_group_of_unknown_name_is_open() {
        let tree =
            document(&alb_ingress("    alb.ingress.kubernetes.io/group.name: ${GROUP}\n", "{}"));
        let set = set(&tree);
        let group = set.ingress_group(&set.ingresses()[0]);
        assert_eq!(shown(&tree, &group.ssl_redirect()), "? placeholder");
        assert_eq!(shown(&tree, &group.has_https()), "? placeholder");
    }
}
