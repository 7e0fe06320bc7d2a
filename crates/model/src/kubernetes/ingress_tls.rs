//! The `tls` entries of an Ingress, as controllers other than that of AWS read them: which hosts
//! they cover, and where else TLS may end.
//!
//! <https://kubernetes.io/docs/concepts/services-networking/ingress/#tls>

use stackseal_syntax::{Node, Span};

use crate::kubernetes::ingress::Ingress;
use crate::kubernetes::object::Object;
use crate::kubernetes::placeholder::has_placeholder;
use crate::kubernetes::set::KubernetesSet;
use crate::setting::{Reason, Setting, Site, Unknown};

/// A host that no `tls` entry covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenHost<'t> {
    /// The host, as written.
    pub host: &'t str,
    /// Where it stands.
    pub span: Span,
}

/// Names of the classes, also with a suffix, whose controllers end TLS in a service outside the
/// cluster, under certificates of that service.
///
/// <https://tailscale.com/kb/1439/kubernetes-operator-cluster-ingress>, <https://ngrok.com/docs/k8s/>,
/// <https://github.com/STRRL/cloudflare-tunnel-ingress-controller>
const CLASSES_OUTSIDE: &[&str] = &["cloudflare-tunnel", "ngrok", "tailscale"];

/// The controllers behind such classes.
const CONTROLLERS_OUTSIDE: &[&str] = &[
    "k8s.ngrok.com/ingress-controller",
    "strrl.dev/cloudflare-tunnel-ingress-controller",
    "tailscale.com/ts-ingress",
];

/// Annotations, and the value with which they say that TLS ends without `spec.tls`; none for any
/// value.
const SIGNS: &[(&str, Option<&str>)] = &[
    // https://azure.github.io/application-gateway-kubernetes-ingress/annotations/
    ("appgw.ingress.kubernetes.io/appgw-ssl-certificate", None),
    // https://cloud.google.com/kubernetes-engine/docs/concepts/ingress-xlb
    ("ingress.gcp.kubernetes.io/pre-shared-cert", None),
    ("networking.gke.io/managed-certificates", None),
    // Asks for TLS that ends in front: https://kubernetes.github.io/ingress-nginx/user-guide/tls/
    ("nginx.ingress.kubernetes.io/force-ssl-redirect", Some("true")),
    // https://docs.redhat.com/en/documentation/openshift_container_platform/4.16/html/networking/configuring-routes
    ("route.openshift.io/termination", None),
    // https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/ingress/
    ("traefik.ingress.kubernetes.io/router.tls", Some("true")),
];

impl<'t> Ingress<'t> {
    /// The hosts of its rules that no `tls` entry covers, each once; absent where it has hosts and
    /// no entry at all.
    ///
    /// An entry without hosts covers all of them.
    pub fn open_hosts(&self) -> Setting<'t, Vec<OpenHost<'t>>> {
        let root = self.object().root();
        let mut hosts: Vec<Node<'t>> = Vec::new();
        match root.items(&["spec", "rules"]) {
            Setting::Known(..) | Setting::Absent(_) => (),
            // A patch is judged by the hosts it has.
            Setting::Unknown(_) if root.is_partial() => (),
            Setting::Unknown(unknown) => return Setting::Unknown(unknown),
        }
        for rule in root.blocks(&["spec", "rules"]) {
            let host = rule.value(&["host"]).known();
            let text = host.and_then(Node::text).filter(|it| !it.is_empty());
            if text.is_some() && hosts.iter().all(|it| it.text() != text) {
                hosts.extend(host);
            }
        }
        let known = |hosts: &[Node<'t>]| {
            let open =
                hosts.iter().filter_map(|it| Some(OpenHost { host: it.text()?, span: it.span() }));
            Setting::Known(open.collect(), Site::at(self.object().site()))
        };
        if hosts.is_empty() {
            return known(&[]);
        }
        let mut covering: Vec<&str> = Vec::new();
        let mut unknown = None;
        match root.items(&["spec", "tls"]) {
            Setting::Known(entries, site) if entries.is_empty() => {
                return Setting::Absent(site.span);
            }
            Setting::Known(..) => (),
            Setting::Absent(span) => return Setting::Absent(span),
            Setting::Unknown(it) => return Setting::Unknown(it),
        }
        for entry in root.blocks(&["spec", "tls"]) {
            match entry.items(&["hosts"]) {
                Setting::Known(names, _) if !names.is_empty() => {
                    covering.extend(names.into_iter().filter_map(Node::text));
                }
                Setting::Known(..) | Setting::Absent(_) => return known(&[]),
                Setting::Unknown(it) => unknown = Some(it),
            }
        }
        hosts.retain(|host| !covering.iter().any(|it| covers(it, host.text().unwrap_or_default())));
        if let Some(host) = hosts.iter().find(|it| it.text().is_some_and(has_placeholder)) {
            unknown = Some(Unknown { span: host.span(), reason: Reason::Placeholder });
        } else if let Some(host) = hosts.first()
            && covering.iter().any(|it| has_placeholder(it))
        {
            unknown = Some(Unknown { span: host.span(), reason: OPEN_COVER });
        }
        match unknown {
            Some(unknown) if !hosts.is_empty() => Setting::Unknown(unknown),
            Some(_) | None => known(&hosts),
        }
    }

    /// Whether its class or an annotation says that TLS ends without `spec.tls`.
    pub fn has_tls_elsewhere(&self, set: &KubernetesSet<'_>) -> Setting<'t, bool> {
        let object = self.object();
        if class_name(object).is_some_and(|it| is_class_outside(set, it)) {
            return Setting::Known(true, Site::at(object.site()));
        }
        let mut unknown = None;
        for (annotation, expected) in SIGNS {
            match object.annotation(annotation) {
                Setting::Known(value, site) if expected.is_none_or(|it| it == value) => {
                    return Setting::Known(true, site);
                }
                Setting::Known(..) | Setting::Absent(_) => (),
                // A patch says nothing of what it does not show; what it shows is judged.
                Setting::Unknown(_) if object.is_partial() => (),
                Setting::Unknown(it) => unknown = Some(it),
            }
        }
        match unknown {
            Some(unknown) => Setting::Unknown(unknown),
            None => Setting::Known(false, Site::at(object.site())),
        }
    }
}

const OPEN_COVER: Reason<'static> =
    Reason::Outside("a placeholder in `tls` may stand for the host");

fn class_name<'t>(object: &Object<'t>) -> Option<&'t str> {
    let annotation = object.annotation("kubernetes.io/ingress.class").known();
    annotation.or_else(|| object.root().text(&["spec", "ingressClassName"]).known())
}

fn is_class_outside(set: &KubernetesSet<'_>, name: &str) -> bool {
    if let Some(controller) = set.ingress_classes().controller(name) {
        return matches!(controller, Setting::Known(it, _) if CONTROLLERS_OUTSIDE.contains(it));
    }
    CLASSES_OUTSIDE.iter().any(|it| {
        name.strip_prefix(it).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    })
}

/// Whether the host `cover` of a `tls` entry covers `host`: it is the same, or a wildcard for its
/// first label.
fn covers(cover: &str, host: &str) -> bool {
    let rest = |it: &str| it.split_once('.').map(|(_, rest)| rest.to_ascii_lowercase());
    cover.eq_ignore_ascii_case(host)
        || cover.strip_prefix("*.").is_some_and(|it| rest(host) == Some(it.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use crate::kubernetes::testing::{document, named, set, shown};

    fn check(spec: &str, expected: &str) {
        let text = format!(
            "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: web}}\nspec: {spec}\n"
        );
        let tree = document(&text);
        let set = set(&tree);
        let open = set.ingress(named(&set, "web")).unwrap().open_hosts();
        let open = open.map(|it| it.iter().map(|it| it.host).collect::<Vec<_>>().join(" "));
        let shown = shown(&tree, &open);
        assert_eq!(shown.strip_suffix(" @ web").unwrap_or(&shown), expected, "{spec}");
    }

    #[test]
    fn hosts_are_covered_by_name_wildcard_or_default() {
        check(
            "{rules: [{host: a.b.c}, {host: d.b.c}, {host: a.b.c}], tls: [{hosts: [D.b.c]}]}",
            "a.b.c",
        );
        check(
            "{rules: [{host: a.b.c}, {host: b.c}, {host: x.a.b.c}], tls: [{hosts: ['*.b.c']}]}",
            "b.c x.a.b.c",
        );
        check("{rules: [{host: '*.b.c'}], tls: [{hosts: ['*.b.c']}]}", "");
        check("{rules: [{host: a.b.c}], tls: [{secretName: x}]}", "");
        check("{rules: [{host: a.b.c}], tls: [{hosts: []}]}", "");
        check("{rules: [{host: a.b.c}]}", "absent @ spec");
        check("{rules: [{host: a.b.c}], tls: []}", "absent @ []");
        check("{rules: [{http: {}}, {host: ~}, {host: ''}]}", "");
        check("{defaultBackend: {}}", "");
    }

    #[test]
    fn placeholders_cover_themselves_alone() {
        check("{rules: [{host: '${H}'}], tls: [{hosts: ['${H}']}]}", "");
        check("{rules: [{host: '${H}'}]}", "absent @ spec");
        check("{rules: [{host: '${H}'}], tls: [{hosts: [a.b.c]}]}", "? placeholder");
        check("{rules: [{host: a.b.c}], tls: [{hosts: ['${H}']}]}", "? outside");
        check("{rules: [{host: a.b.c}], tls: [{hosts: '${H}'}]}", "? placeholder");
        check("{rules: '${R}'}", "? placeholder");
    }

    #[test]
    fn classes_and_annotations_say_where_tls_ends() {
        let class = "apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {name: net}\n\
                     spec: {controller: tailscale.com/ts-ingress}\n---\n";
        let cases = [
            ("{}", "spec: {ingressClassName: nginx}", "false"),
            ("{}", "spec: {ingressClassName: tailscale}", "true"),
            ("{}", "spec: {ingressClassName: ngrok-edge}", "true"),
            ("{}", "spec: {ingressClassName: net}", "true"),
            ("{kubernetes.io/ingress.class: cloudflare-tunnel}", "", "true"),
            ("{nginx.ingress.kubernetes.io/force-ssl-redirect: 'true'}", "", "true"),
            ("{nginx.ingress.kubernetes.io/force-ssl-redirect: 'false'}", "", "false"),
            ("{networking.gke.io/managed-certificates: web}", "", "true"),
            ("{traefik.ingress.kubernetes.io/router.tls: '${TLS}'}", "", "? placeholder"),
        ];
        for (annotations, spec, expected) in cases {
            let text = format!(
                "{class}apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: web, annotations: {annotations}}}\n{spec}\n"
            );
            let tree = document(&text);
            let set = set(&tree);
            let found = set.ingress(named(&set, "web")).unwrap().has_tls_elsewhere(&set);
            let shown = shown(&tree, &found);
            assert_eq!(shown.split(" @").next(), Some(expected), "{annotations} {spec}");
        }
    }
}
