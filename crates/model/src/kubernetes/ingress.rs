//! An Ingress, and the load balancer it becomes part of.
//!
//! Facts about the AWS Load Balancer Controller, unless said otherwise:
//! <https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/>

use std::cmp::Reverse;

use stackseal_syntax::Node;

use crate::kubernetes::block::Block;
use crate::kubernetes::ingress_action::{Answer, action_of};
use crate::kubernetes::ingress_class::{
    ALB_PREFIX, ClassParams, IngressClasses, IngressController, UNSEEN,
};
use crate::kubernetes::listener::{Listener, Protocol, parse_listen_ports};
use crate::kubernetes::object::{GroupKind, Object};
use crate::setting::{Reason, Setting, Site, Unknown};

pub(super) const INGRESS: &[GroupKind<'static>] = &[
    GroupKind { group: "networking.k8s.io", kind: "Ingress" },
    GroupKind { group: "extensions", kind: "Ingress" },
];

/// An Ingress.
#[derive(Clone, Debug)]
pub struct Ingress<'t> {
    object: Object<'t>,
    controller: IngressController<'t>,
    listeners: Setting<'t, Vec<Listener>>,
    group: usize,
}

/// Something an ALB Ingress can say itself, and its class for it.
#[derive(Clone, Copy, Debug)]
pub struct AlbSetting {
    annotation: &'static str,
    /// Fields of the class parameters: where one of them is there, the annotation is ignored.
    params: &'static [&'static [&'static str]],
}

/// Where the certificate of an HTTPS listener comes from.
#[derive(Clone, Debug)]
pub enum Certificates<'t> {
    /// It is named: an ARN each, and what is known of it.
    Named(Vec<Setting<'t, &'t str>>),
    /// The controller requests it.
    Requested,
    /// It is looked up in ACM by these hosts.
    Discovered(Vec<&'t str>),
}

impl AlbSetting {
    /// `internal` or `internet-facing`; absent means internal.
    pub const SCHEME: Self = Self::new("scheme", &[&["scheme"]]);
    /// The port of the HTTPS listener that every HTTP listener redirects to.
    pub const SSL_REDIRECT: Self = Self::new("ssl-redirect", &[&["sslRedirectPort"]]);
    /// ARNs of certificates; a list.
    pub const CERTIFICATE_ARN: Self =
        Self::new("certificate-arn", &[&["certificateArn"], &["certificateARNs"]]);
    /// Whether the controller requests the certificate.
    pub const CREATE_ACM_CERT: Self = Self::new("create-acm-cert", &[]);
    /// The security policy of the HTTPS listeners.
    pub const SSL_POLICY: Self = Self::new("ssl-policy", &[&["sslPolicy"]]);
    /// What the load balancer speaks to pods: `HTTP`, which is the default, or `HTTPS`.
    pub const BACKEND_PROTOCOL: Self = Self::new("backend-protocol", &[]);
    /// Security groups; a list.
    pub const SECURITY_GROUPS: Self = Self::new("security-groups", &[]);
    /// Ranges that may connect; a list.
    pub const INBOUND_CIDRS: Self = Self::new("inbound-cidrs", &[&["inboundCIDRs"]]);
    /// Prefix lists that may connect; a list.
    pub const PREFIX_LISTS: Self =
        Self::new("security-group-prefix-lists", &[&["prefixListsIDs"], &["PrefixListsIDs"]]);
    /// The ARN of a web ACL; `none` takes it away.
    pub const WAFV2_ACL_ARN: Self = Self::new("wafv2-acl-arn", &[&["wafv2AclArn"]]);
    /// The name of a web ACL; `none` takes it away.
    pub const WAFV2_ACL_NAME: Self = Self::new("wafv2-acl-name", &[&["wafv2AclName"]]);
    /// The group that shares a load balancer.
    pub const GROUP_NAME: Self = Self::new("group.name", &[&["group", "name"]]);

    const fn new(annotation: &'static str, params: &'static [&'static [&'static str]]) -> Self {
        Self { annotation, params }
    }

    /// The annotation, without the prefix all of them have.
    pub const fn annotation(self) -> &'static str {
        self.annotation
    }
}

impl<'t> Ingress<'t> {
    /// What `object`, an Ingress, is where there are `classes`; in no group yet.
    pub(super) fn of(classes: &IngressClasses<'t>, object: &Object<'t>) -> Self {
        Self::new(*object, classes.controller_of(object))
    }

    fn new(object: Object<'t>, controller: IngressController<'t>) -> Self {
        let unread = Setting::Absent(object.site());
        let mut ingress = Self { object, controller, listeners: unread, group: 0 };
        ingress.listeners = ingress.read_listeners();
        ingress
    }

    /// The object.
    pub fn object(&self) -> &Object<'t> {
        &self.object
    }

    /// Who serves it.
    pub fn controller(&self) -> &IngressController<'t> {
        &self.controller
    }

    /// The index of its group among those of the set.
    pub(super) fn group_index(&self) -> usize {
        self.group
    }

    pub(super) fn join(&mut self, group: usize) {
        self.group = group;
    }

    /// A text of an ALB Ingress: from the parameters of its class, else from its annotation.
    pub fn text(&self, setting: AlbSetting) -> Setting<'t, &'t str> {
        let of_class = self.by_class(setting, Block::text);
        class_first(of_class, |it| it.is_empty(), || self.annotation(setting))
    }

    /// A list of an ALB Ingress: a list in the parameters of its class, else the parts of its
    /// annotation between commas.
    pub fn list(&self, setting: AlbSetting) -> Setting<'t, Vec<Setting<'t, &'t str>>> {
        let of_class = self.by_class(setting, |spec, path| {
            spec.items(path).map(|items| items.into_iter().map(|it| spec.read_text(it)).collect())
        });
        let of_annotation = || match self.annotation(setting) {
            Setting::Known(text, site) => {
                let parts = text.split(',').map(str::trim).filter(|it| !it.is_empty());
                Setting::Known(parts.map(|it| Setting::Known(it, site)).collect(), site)
            }
            Setting::Absent(span) => Setting::Absent(span),
            Setting::Unknown(unknown) => Setting::Unknown(unknown),
        };
        class_first(of_class, Vec::is_empty, of_annotation)
    }

    /// A truth of an ALB Ingress, written as Go parses it.
    pub fn boolean(&self, setting: AlbSetting) -> Setting<'t, bool> {
        match self.text(setting) {
            Setting::Known(text, site) => match parse_bool(text) {
                Some(value) => Setting::Known(value, site),
                None => malformed(site, "not a boolean"),
            },
            Setting::Absent(span) => Setting::Absent(span),
            Setting::Unknown(unknown) => Setting::Unknown(unknown),
        }
    }

    /// What it listens on, by `listen-ports` or by default; never absent for an ALB Ingress.
    ///
    /// Text that the controller refuses is unknown, as malformed.
    pub fn listeners(&self) -> &Setting<'t, Vec<Listener>> {
        &self.listeners
    }

    /// The port it redirects HTTP to, for its whole group.
    pub fn ssl_redirect(&self) -> Setting<'t, u16> {
        match self.text(AlbSetting::SSL_REDIRECT) {
            Setting::Known(text, site) => match text.trim().parse() {
                Ok(port) => Setting::Known(port, site),
                Err(_) => malformed(site, "not a port"),
            },
            Setting::Absent(span) => Setting::Absent(span),
            Setting::Unknown(unknown) => Setting::Unknown(unknown),
        }
    }

    /// Where the certificates of its HTTPS listeners come from, in the controller's order.
    ///
    /// <https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/cert_discovery/>
    pub fn certificates(&self) -> Setting<'t, Certificates<'t>> {
        let under = match self.list(AlbSetting::CERTIFICATE_ARN) {
            Setting::Known(arns, site) if !arns.is_empty() => {
                return Setting::Known(Certificates::Named(arns), site);
            }
            Setting::Known(_, site) => site.span,
            Setting::Absent(span) => span,
            Setting::Unknown(unknown) => return Setting::Unknown(unknown),
        };
        match self.boolean(AlbSetting::CREATE_ACM_CERT) {
            Setting::Known(true, site) => Setting::Known(Certificates::Requested, site),
            Setting::Known(false, _) | Setting::Absent(_) => {
                Setting::Known(Certificates::Discovered(self.hosts()), Site::at(under))
            }
            Setting::Unknown(unknown) => Setting::Unknown(unknown),
        }
    }

    /// The hosts of its rules and of its `tls` entries, as written.
    pub fn hosts(&self) -> Vec<&'t str> {
        let root = self.object.root();
        let of_rules =
            root.blocks(&["spec", "rules"]).into_iter().filter_map(|it| it.node().get("host"));
        let of_tls = root
            .blocks(&["spec", "tls"])
            .into_iter()
            .flat_map(|it| it.items(&["hosts"]).known().unwrap_or_default());
        of_rules.chain(of_tls).filter_map(Node::text).filter(|it| !it.is_empty()).collect()
    }

    /// Whether each path it serves answers with a redirect to HTTPS or with a fixed response, by
    /// `actions.…` annotations: how HTTP was redirected before `ssl-redirect`.
    ///
    /// What comes behind such an answer to everything is never reached over HTTP.
    pub fn forwards_nothing_over_http(&self) -> Setting<'t, bool> {
        let answers = self.answers();
        let site = Site::at(self.object.site());
        if answers.iter().any(|it| matches!(it, Answer::Forward)) {
            return Setting::Known(false, site);
        }
        let has_answer = !answers.is_empty();
        let unknown = answers.into_iter().rev().find_map(|it| match it {
            Answer::Unknown(unknown) => Some(unknown),
            Answer::Redirect | Answer::Fixed | Answer::Forward => None,
        });
        unknown.map_or(Setting::Known(has_answer, site), Setting::Unknown)
    }

    /// What it answers with over HTTP, in the order in which the load balancer asks: up to what is
    /// forwarded, or to what leaves nothing to the rest.
    fn answers(&self) -> Vec<Answer<'t>> {
        let root = self.object.root();
        let mut answers = Vec::new();
        for rule in root.blocks(&["spec", "rules"]) {
            let is_of_every_host =
                matches!(rule.text(&["host"]), Setting::Absent(_) | Setting::Known("", _));
            for path in in_order(rule.blocks(&["http", "paths"])) {
                let backend = path.block(&["backend"]).known();
                let answer = self.answer(backend);
                let is_answered = match answer {
                    Answer::Redirect | Answer::Fixed => true,
                    Answer::Forward => return vec![answer],
                    Answer::Unknown(_) => false,
                };
                answers.push(answer);
                if is_answered && matches_all(path) && !self.has_conditions(backend) {
                    if is_of_every_host {
                        return answers;
                    }
                    break;
                }
            }
        }
        let defaults = ["defaultBackend", "backend"].map(|key| root.block(&["spec", key]).known());
        answers.extend(defaults.into_iter().flatten().map(|it| self.answer(Some(it))));
        answers
    }

    fn annotation(&self, setting: AlbSetting) -> Setting<'t, &'t str> {
        self.object.annotation(&format!("{ALB_PREFIX}{}", setting.annotation))
    }

    fn by_class<T>(
        &self,
        setting: AlbSetting,
        read: impl Fn(Block<'t>, &[&str]) -> Setting<'t, T>,
    ) -> Setting<'t, T> {
        let absent = Setting::Absent(self.object.site());
        let IngressController::Alb(params) = &self.controller else {
            return absent;
        };
        match params {
            ClassParams::None => absent,
            ClassParams::Unseen(_) if setting.params.is_empty() => absent,
            ClassParams::Unseen(span) => Setting::Unknown(Unknown { span: *span, reason: UNSEEN }),
            ClassParams::Seen(spec) => {
                let mut found = setting.params.iter().map(|path| read(*spec, path));
                found.find(|it| !it.is_absent()).unwrap_or(absent)
            }
        }
    }

    fn read_listeners(&self) -> Setting<'t, Vec<Listener>> {
        let path = ["metadata", "annotations", "alb.ingress.kubernetes.io/listen-ports"];
        let root = self.object.root();
        let under = match root.text(&path) {
            Setting::Known(_, site) => {
                return match root.value(&path).known().map(parse_listen_ports) {
                    Some(Ok(listeners)) => Setting::Known(listeners, site),
                    Some(Err(why)) => malformed(site, why),
                    None => Setting::Absent(site.span),
                };
            }
            Setting::Absent(span) => span,
            Setting::Unknown(unknown) => return Setting::Unknown(unknown),
        };
        // Hosts under `spec.tls` open no listener.
        let has_arn = match self.list(AlbSetting::CERTIFICATE_ARN) {
            Setting::Known(arns, _) => !arns.is_empty(),
            Setting::Absent(_) => false,
            Setting::Unknown(unknown) if unknown.reason == Reason::Placeholder => true,
            Setting::Unknown(unknown) => return Setting::Unknown(unknown),
        };
        let is_requested = match self.boolean(AlbSetting::CREATE_ACM_CERT) {
            Setting::Known(value, _) => value,
            Setting::Absent(_) => false,
            Setting::Unknown(_) if has_arn => false,
            Setting::Unknown(unknown) => return Setting::Unknown(unknown),
        };
        let (protocol, port) =
            if has_arn || is_requested { (Protocol::Https, 443) } else { (Protocol::Http, 80) };
        Setting::Known(vec![Listener { protocol, port, span: under }], Site::at(under))
    }

    /// What a backend answers with.
    fn answer(&self, backend: Option<Block<'t>>) -> Answer<'t> {
        let Some(backend) = backend else {
            return Answer::Forward;
        };
        let Some(service) = annotated_service(backend) else {
            return Answer::Forward;
        };
        let name = format!("{ALB_PREFIX}actions.{service}");
        let annotations = self.object.node().get("metadata").and_then(|it| it.get("annotations"));
        match (self.object.annotation(&name), annotations.and_then(|it| it.get(&name))) {
            (Setting::Known(..), Some(node)) => action_of(node),
            (Setting::Unknown(unknown), _) => Answer::Unknown(unknown),
            (Setting::Known(..) | Setting::Absent(_), _) => Answer::Forward,
        }
    }

    /// Whether `conditions.…` narrow down which requests `backend` answers.
    fn has_conditions(&self, backend: Option<Block<'t>>) -> bool {
        backend.and_then(annotated_service).is_some_and(|service| {
            !self.object.annotation(&format!("{ALB_PREFIX}conditions.{service}")).is_absent()
        })
    }
}

/// The name by which annotations say what a backend answers with, if they do.
fn annotated_service(backend: Block<'_>) -> Option<&str> {
    let written = |path: &[&str]| backend.written(path);
    let port = written(&["service", "port", "name"]).or_else(|| written(&["servicePort"]));
    port.filter(|it| *it == "use-annotation")?;
    written(&["service", "name"]).or_else(|| written(&["serviceName"]))
}

/// The paths of a rule as the controller sorts them: exact ones, then prefixes, the longest first, then
/// the rest as they are written.
///
/// <https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/main/pkg/ingress/model_build_listener_rules.go>
fn in_order(mut paths: Vec<Block<'_>>) -> Vec<Block<'_>> {
    paths.sort_by_cached_key(|path| match path.text(&["pathType"]).known() {
        Some("Exact") => (0, Reverse(0)),
        Some("Prefix") => (1, Reverse(path.written(&["path"]).map_or(0, str::len))),
        Some(_) | None => (2, Reverse(0)),
    });
    paths
}

/// What the class says, unless it says nothing; then what the annotation says.
fn class_first<'t, T>(
    of_class: Setting<'t, T>,
    is_empty: impl FnOnce(&T) -> bool,
    of_annotation: impl FnOnce() -> Setting<'t, T>,
) -> Setting<'t, T> {
    match of_class {
        Setting::Absent(_) => of_annotation(),
        Setting::Known(value, site) => {
            if is_empty(&value) {
                of_annotation()
            } else {
                Setting::Known(value, site)
            }
        }
        Setting::Unknown(unknown) if unknown.reason == UNSEEN => match of_annotation() {
            Setting::Absent(_) => Setting::Unknown(unknown),
            written @ (Setting::Known(..) | Setting::Unknown(_)) => written,
        },
        Setting::Unknown(unknown) => Setting::Unknown(unknown),
    }
}

/// Whether a path covers every request to its host.
fn matches_all(path: Block<'_>) -> bool {
    let written = path.written(&["path"]).unwrap_or_default();
    let is_exact = path.text(&["pathType"]).known() == Some("Exact");
    matches!(written, "" | "/*") || written == "/" && !is_exact
}

/// Go's `strconv.ParseBool`.
fn parse_bool(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Some(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Some(false),
        _ => None,
    }
}

fn malformed<T>(site: Site, what: &'static str) -> Setting<'static, T> {
    Setting::Unknown(Unknown { span: site.span, reason: Reason::Malformed(what) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kubernetes::testing::{alb_ingress, document, named, set, shown};

    fn shown_listeners(setting: &Setting<'_, Vec<Listener>>) -> Setting<'static, String> {
        match setting {
            Setting::Known(listeners, site) => {
                let shown: Vec<_> =
                    listeners.iter().map(|it| format!("{:?} {}", it.protocol, it.port)).collect();
                Setting::Known(shown.join(", "), *site)
            }
            Setting::Absent(span) => Setting::Absent(*span),
            Setting::Unknown(unknown) => {
                let Reason::Malformed(what) = unknown.reason else {
                    let reason = Reason::Outside("");
                    return Setting::Unknown(Unknown { span: unknown.span, reason });
                };
                Setting::Unknown(Unknown { span: unknown.span, reason: Reason::Malformed(what) })
            }
        }
    }

    #[test]
    fn listeners_default_by_the_certificate() {
        let cases = [
            ("", "{}", "Http 80 @ annotations"),
            ("", "{tls: [{hosts: [a.example]}]}", "Http 80 @ annotations"),
            (
                "    alb.ingress.kubernetes.io/certificate-arn: arn:aws:acm:x\n",
                "{}",
                "Https 443 @ annotations",
            ),
            (
                "    alb.ingress.kubernetes.io/certificate-arn: ${ARN}\n",
                "{}",
                "Https 443 @ annotations",
            ),
            ("    alb.ingress.kubernetes.io/certificate-arn: ''\n", "{}", "Http 80 @ annotations"),
            (
                "    alb.ingress.kubernetes.io/create-acm-cert: 'true'\n",
                "{}",
                "Https 443 @ annotations",
            ),
            (
                "    alb.ingress.kubernetes.io/create-acm-cert: 'false'\n",
                "{}",
                "Http 80 @ annotations",
            ),
            ("    alb.ingress.kubernetes.io/create-acm-cert: 'yes'\n", "{}", "? not a boolean"),
            (
                "    alb.ingress.kubernetes.io/create-acm-cert: true\n",
                "{}",
                "? a boolean, where only a text is accepted",
            ),
            (
                "    alb.ingress.kubernetes.io/listen-ports: '[{\"HTTP\":8080}]'\n",
                "{}",
                "Http 8080 @ '[{\"HTTP\":8080}]'",
            ),
            (
                "    alb.ingress.kubernetes.io/listen-ports: '[]'\n",
                "{}",
                "? `listen-ports` is empty",
            ),
            ("    alb.ingress.kubernetes.io/listen-ports: ${PORTS}\n", "{}", "? outside"),
            ("", "{ingressClassName: own}", "? outside"),
        ];
        for (annotations, spec, expected) in cases {
            let tree = document(&alb_ingress(annotations, spec));
            let set = set(&tree);
            let ingress = set.ingress(named(&set, "web")).unwrap();
            assert_eq!(
                shown(&tree, &shown_listeners(ingress.listeners())),
                expected,
                "{annotations} {spec}"
            );
        }
    }

    #[test]
    fn the_parameters_of_the_class_win() {
        let text = "\
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: public}
spec: {controller: ingress.k8s.aws/alb, parameters: {apiGroup: elbv2.k8s.aws, kind: IngressClassParams, name: p}}
---
apiVersion: elbv2.k8s.aws/v1beta1
kind: IngressClassParams
metadata: {name: p}
spec: {sslRedirectPort: '8443', certificateArn: ['arn:a', 'arn:b']}
---
"
        .to_owned()
            + &alb_ingress(
                "    alb.ingress.kubernetes.io/ssl-redirect: '443'\n    alb.ingress.kubernetes.io/ssl-policy: own\n",
                "ingressClassName: public",
            );
        let tree = document(&text);
        let set = set(&tree);
        let ingress = set.ingress(named(&set, "web")).unwrap();
        assert_eq!(shown(&tree, &ingress.ssl_redirect()), "8443 @ '8443'");
        assert_eq!(shown(&tree, &ingress.text(AlbSetting::SSL_POLICY)), "own @ own");
        assert_eq!(shown(&tree, &shown_listeners(ingress.listeners())), "Https 443 @ annotations");
        let Setting::Known(Certificates::Named(arns), _) = ingress.certificates() else { panic!() };
        let arns: Vec<_> = arns.iter().map(|it| shown(&tree, it)).collect();
        assert_eq!(arns, ["arn:a @ 'arn:a'", "arn:b @ 'arn:b'"]);
    }

    #[test]
    fn certificates_come_from_arns_requests_or_hosts() {
        let arns = "    alb.ingress.kubernetes.io/certificate-arn: arn:a, ,arn:b\n";
        let request = "    alb.ingress.kubernetes.io/create-acm-cert: t\n";
        let hosts =
            "{rules: [{host: a.example}, {}], tls: [{hosts: [b.example]}, {secretName: x}]}";
        let cases = [
            (arns, "{}", "named 2"),
            (request, "{}", "requested"),
            ("", hosts, "discovered a.example b.example"),
            ("", "{}", "discovered "),
        ];
        for (annotations, spec, expected) in cases {
            let tree = document(&alb_ingress(annotations, spec));
            let set = set(&tree);
            let found =
                match set.ingress(named(&set, "web")).unwrap().certificates().known().unwrap() {
                    Certificates::Named(arns) => format!("named {}", arns.len()),
                    Certificates::Requested => "requested".to_owned(),
                    Certificates::Discovered(hosts) => format!("discovered {}", hosts.join(" ")),
                };
            assert_eq!(found, expected, "{annotations} {spec}");
        }
    }

    #[test]
    fn legacy_actions_cover_what_comes_behind_them() {
        let redirect = "    alb.ingress.kubernetes.io/actions.ssl-redirect: '{\"Type\": \"redirect\", \"RedirectConfig\": {\"Protocol\": \"HTTPS\", \"Port\": \"443\", \"StatusCode\": \"HTTP_301\"}}'\n";
        let same = "    alb.ingress.kubernetes.io/actions.ssl-redirect: '{\"type\": \"redirect\", \"redirectConfig\": {\"port\": \"443\"}}'\n";
        let fixed = "    alb.ingress.kubernetes.io/actions.ssl-redirect: '{\"type\": \"fixed-response\", \"fixedResponseConfig\": {\"statusCode\": \"404\"}}'\n";
        let broken = "    alb.ingress.kubernetes.io/actions.ssl-redirect: redirect\n";
        let action = "backend: {service: {name: ssl-redirect, port: {name: use-annotation}}}";
        let old = "backend: {serviceName: ssl-redirect, servicePort: use-annotation}";
        let narrowed =
            format!("{redirect}    alb.ingress.kubernetes.io/conditions.ssl-redirect: '[]'\n");
        let path = |path: &str, backend: &str| format!("{{{path}, {backend}}}");
        let to_app = "backend: {service: {name: app, port: {number: 80}}}";
        let any = |backend| path("path: /*, pathType: ImplementationSpecific", backend);
        let root = |backend| path("path: /, pathType: Prefix", backend);
        let deep = |backend| path("path: /app1, pathType: Prefix", backend);
        let exact = |backend| path("path: /app1, pathType: Exact", backend);
        let untyped = |backend| path("path: ''", backend);
        let rule = |host: &str, paths: &[String]| {
            format!("{{{host}http: {{paths: [{}]}}}}", paths.join(", "))
        };
        let rules = |rules: &[String]| format!("{{rules: [{}]}}", rules.join(", "));
        let one = |paths: &[String]| rules(&[rule("", paths)]);
        let default = |rules: String| {
            rules.replacen('{', &format!("{{default{}, ", to_app.replace("backend", "Backend")), 1)
        };
        let host = "host: a.example, ";
        let cases = [
            // As they are written.
            (redirect, one(&[any(action), any(to_app)]), "true"),
            (redirect, one(&[any(to_app), any(action)]), "false"),
            (redirect, one(&[untyped(old), untyped(to_app)]), "true"),
            (redirect, one(&[root(action), root(to_app)]), "true"),
            // The longest prefix first, and before it what is exact.
            (redirect, one(&[root(action), deep(to_app)]), "false"),
            (redirect, one(&[root(to_app), deep(action)]), "false"),
            (redirect, one(&[root(action), exact(to_app)]), "false"),
            (redirect, one(&[deep(action), exact(to_app)]), "false"),
            (redirect, one(&[deep(action), root(action), any(to_app)]), "true"),
            // What has no type of these comes last.
            (redirect, one(&[any(action), root(to_app)]), "false"),
            (redirect, one(&[untyped(old), root(to_app)]), "false"),
            (redirect, one(&[any(to_app), root(action)]), "true"),
            // Rules stay in their order.
            (redirect, rules(&[rule("", &[any(action)]), rule("", &[root(to_app)])]), "true"),
            (redirect, rules(&[rule("", &[any(action)]), rule(host, &[root(to_app)])]), "true"),
            (redirect, rules(&[rule(host, &[any(action)]), rule("", &[root(to_app)])]), "false"),
            (redirect, rules(&[rule("", &[root(to_app)]), rule("", &[any(action)])]), "false"),
            (redirect, default(one(&[any(action)])), "true"),
            (redirect, default(one(&[deep(action)])), "false"),
            (redirect, default(rules(&[rule(host, &[any(action)])])), "false"),
            (&narrowed, one(&[any(action), any(to_app)]), "false"),
            (&narrowed, one(&[any(action)]), "true"),
            (same, one(&[any(action)]), "false"),
            (fixed, one(&[any(action), any(to_app)]), "true"),
            ("", one(&[any(action)]), "false"),
            (broken, one(&[any(action)]), "? an action that is not JSON"),
            (broken, one(&[any(action), any(to_app)]), "false"),
            (fixed, one(&[deep(action)]), "true"),
            (redirect, "{}".to_owned(), "false"),
        ];
        for (annotations, spec, expected) in cases {
            let tree = document(&alb_ingress(annotations, &spec));
            let set = set(&tree);
            let answer = set.ingress(named(&set, "web")).unwrap().forwards_nothing_over_http();
            let found = shown(&tree, &answer);
            assert_eq!(found.split(" @").next(), Some(expected), "{annotations} {spec}");
        }
    }
}
