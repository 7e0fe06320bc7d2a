//! A Service of type `LoadBalancer`, and what its load balancer speaks on each port.
//!
//! <https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/service/annotations/>,
//! <https://cloud-provider-aws.sigs.k8s.io/service_controller/>

use stackseal_syntax::{Node, Span};

use crate::kubernetes::block::Block;
use crate::kubernetes::certificate::is_certificate_arn;
use crate::kubernetes::object::{GroupKind, Object};
use crate::setting::{Reason, Setting, Site, Unknown};

pub(super) const SERVICE: &[GroupKind<'static>] = &[GroupKind { group: "", kind: "Service" }];

/// The prefix of the annotations that say what a load balancer of AWS is like.
const PREFIX: &str = "service.beta.kubernetes.io/aws-load-balancer-";

/// Classes of load balancers that are made by the AWS Load Balancer Controller, and by EKS Auto Mode.
const CONTROLLER_CLASSES: &[&str] = &["eks.amazonaws.com/nlb", "service.k8s.aws/nlb"];

/// Ports on which servers speak plain HTTP.
const PLAIN_PORTS: &[i64] = &[80, 8000, 8008, 8080];
/// Ports on which servers speak HTTPS.
const TLS_PORTS: &[i64] = &[443, 8443];
/// First words of the names of plain web ports, and application protocols of such.
///
/// <https://kubernetes.io/docs/concepts/services-networking/service/#application-protocol>
const PLAIN_NAMES: &[&str] = &["http", "http2", "kubernetes.io/h2c", "kubernetes.io/ws", "ws"];
/// The same of ports with TLS.
const TLS_NAMES: &[&str] = &["https", "kubernetes.io/wss", "tls", "wss"];

/// Labels of pods that serve Ingresses or gateways: what comes in plain there is theirs to redirect.
const INGRESS_CONTROLLERS: &[&str] = &[
    "contour",
    "envoy-gateway",
    "haproxy-ingress",
    "ingress-nginx",
    "ingressgateway",
    "istio-ingress",
    "istio-ingressgateway",
    "kong",
    "kubernetes-ingress",
    "nginx-ingress",
    "traefik",
];

/// A Service.
#[derive(Clone, Copy, Debug)]
pub struct Service<'t> {
    object: Object<'t>,
}

/// A port of a Service.
#[derive(Clone, Copy, Debug)]
pub struct ServicePort<'t> {
    block: Block<'t>,
}

/// What a load balancer speaks on a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speech {
    /// TLS, under a certificate of the load balancer.
    Tls,
    /// What the pods speak, which by name or number of the port is TLS.
    PassedTls,
    /// Plain HTTP or the like.
    PlainWeb,
    /// Something else.
    Other,
}

/// Who makes the load balancer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Maker {
    /// The AWS Load Balancer Controller or that of EKS Auto Mode.
    Controller,
    /// The cloud provider in the cluster itself.
    CloudProvider,
    /// One of the two: it depends on what is installed.
    Either,
}

impl<'t> Service<'t> {
    /// `object` as a Service, if it is one.
    pub fn new(object: &Object<'t>) -> Option<Self> {
        object.is_any(SERVICE).then_some(Self { object: *object })
    }

    /// Whether it asks for a load balancer.
    pub fn is_load_balancer(&self) -> Setting<'t, bool> {
        self.object.root().text(&["spec", "type"]).map(|it| it == "LoadBalancer")
    }

    /// Whether that would be one of AWS: another class is served by somebody else.
    pub fn is_of_aws(&self) -> Setting<'t, bool> {
        self.class().map(|it| CONTROLLER_CLASSES.contains(&it))
    }

    /// Whether its load balancer has a public address, as far as the manifest tells.
    pub fn is_internet_facing(&self) -> Option<bool> {
        let is_internal = || match self.annotation("internal") {
            Setting::Known(text, _) => Some(matches!(text, "true" | "0.0.0.0/0")),
            Setting::Absent(_) => Some(false),
            Setting::Unknown(_) => None,
        };
        match (self.maker(), self.annotation("scheme")) {
            (Maker::Controller, Setting::Known("internet-facing", _)) => Some(true),
            (Maker::Controller, Setting::Known("internal", _) | Setting::Absent(_)) => Some(false),
            (Maker::CloudProvider, _) => is_internal().map(|it| !it),
            (Maker::Either, _) => is_internal().filter(|it| *it).map(|it| !it),
            (Maker::Controller, Setting::Known(..) | Setting::Unknown(_)) => None,
        }
    }

    /// Its ports.
    pub fn ports(&self) -> Setting<'t, Vec<ServicePort<'t>>> {
        let root = self.object.root();
        root.items(&["spec", "ports"]).map(|items| {
            let blocks = items.into_iter().filter_map(|it| root.element(it));
            blocks.map(|block| ServicePort { block }).collect()
        })
    }

    /// What the load balancer speaks on `port`; never absent.
    pub fn speech(&self, port: ServicePort<'t>) -> Setting<'t, Speech> {
        let site = Site::at(port.span());
        match port.block.text(&["protocol"]) {
            Setting::Known("TCP", _) | Setting::Absent(_) => (),
            Setting::Known(..) => return Setting::Known(Speech::Other, site),
            Setting::Unknown(unknown) => return Setting::Unknown(unknown),
        }
        let unknown = match self.has_certificate_for(port) {
            Setting::Known(true, _) => return Setting::Known(Speech::Tls, site),
            Setting::Known(false, _) | Setting::Absent(_) => None,
            Setting::Unknown(unknown) => Some(unknown),
        };
        match (port.promise(), unknown) {
            (Setting::Known(Speech::PlainWeb, _), Some(unknown)) => Setting::Unknown(unknown),
            (promise, _) => promise,
        }
    }

    /// Whether its pods serve Ingresses or a gateway, as far as labels tell.
    pub fn selects_ingress_controller(&self) -> bool {
        let selector = self.object.root().block(&["spec", "selector"]).known();
        let labels = selector.into_iter().flat_map(Block::text_entries);
        labels.filter_map(|it| it.1.known()).any(|it| INGRESS_CONTROLLERS.contains(&it))
    }

    fn annotation(&self, name: &str) -> Setting<'t, &'t str> {
        self.object.annotation(&format!("{PREFIX}{name}"))
    }

    fn class(&self) -> Setting<'t, &'t str> {
        self.object.root().text(&["spec", "loadBalancerClass"])
    }

    fn maker(&self) -> Maker {
        if matches!(self.is_of_aws(), Setting::Known(true, _)) {
            return Maker::Controller;
        }
        match self.annotation("type") {
            Setting::Known("external" | "nlb-ip", _) => Maker::Controller,
            Setting::Known("nlb", _) => Maker::CloudProvider,
            Setting::Known(..) | Setting::Absent(_) | Setting::Unknown(_) => Maker::Either,
        }
    }

    /// Whether the load balancer has a certificate for `port`; absent where it has none at all.
    fn has_certificate_for(&self, port: ServicePort<'t>) -> Setting<'t, bool> {
        let site = match self.annotation("ssl-cert") {
            Setting::Known(text, site) => {
                let mut arns =
                    text.split(',').map(str::trim).filter(|it| !it.is_empty()).peekable();
                if arns.peek().is_none() {
                    return Setting::Absent(site.span);
                }
                if !arns.all(is_certificate_arn) {
                    return malformed(site, "not the ARN of a certificate");
                }
                site
            }
            Setting::Absent(span) => return Setting::Absent(span),
            Setting::Unknown(unknown) => return Setting::Unknown(unknown),
        };
        match self.annotation("ssl-ports") {
            // The controller looks for a port of that name.
            Setting::Known("*", site) if self.maker() == Maker::Controller => {
                malformed(site, "`*` names no port")
            }
            Setting::Known("*", _) | Setting::Absent(_) => Setting::Known(true, site),
            Setting::Known(list, site) => {
                let number = port.number().known();
                let is_it = |it: &str| {
                    port.name() == Some(it) || number.is_some() && it.parse().ok() == number
                };
                let mut names =
                    list.split(',').map(str::trim).filter(|it| !it.is_empty()).peekable();
                Setting::Known(names.peek().is_none() || names.any(is_it), site)
            }
            Setting::Unknown(unknown) => Setting::Unknown(unknown),
        }
    }
}

impl<'t> ServicePort<'t> {
    /// Where its number stands, else its first key.
    pub fn span(self) -> Span {
        self.block.value(&["port"]).known().map_or(self.block.key(), Node::span)
    }

    /// What to call it: its number as written, else its name.
    pub fn label(self) -> &'t str {
        self.block.written(&["port"]).or_else(|| self.name()).unwrap_or("(unnamed)")
    }

    fn number(self) -> Setting<'t, i64> {
        self.block.integer(&["port"])
    }

    fn name(self) -> Option<&'t str> {
        self.block.text(&["name"]).known()
    }

    /// What its number and names promise. TLS goes first: of a port with both, one is the name of
    /// the application.
    fn promise(self) -> Setting<'t, Speech> {
        let application = self.block.text(&["appProtocol"]).known();
        let is_called = |names: &[&str]| {
            let first_word = |it: &'t str| it.split('-').next().unwrap_or_default();
            let words = self.name().map(first_word).into_iter().chain(application);
            words.map(str::to_ascii_lowercase).any(|it| names.contains(&&*it))
        };
        let (number, unknown) = match self.number() {
            Setting::Known(number, _) => (Some(number), None),
            Setting::Absent(_) => (None, None),
            Setting::Unknown(unknown) => (None, Some(unknown)),
        };
        let is_one = |numbers: &[i64]| number.is_some_and(|it| numbers.contains(&it));
        let speech = if is_called(TLS_NAMES) || is_one(TLS_PORTS) {
            Speech::PassedTls
        } else if is_called(PLAIN_NAMES) || is_one(PLAIN_PORTS) {
            Speech::PlainWeb
        } else if let Some(unknown) = unknown {
            return Setting::Unknown(unknown);
        } else {
            Speech::Other
        };
        Setting::Known(speech, Site::at(self.span()))
    }
}

fn malformed<T>(site: Site, what: &'static str) -> Setting<'static, T> {
    Setting::Unknown(Unknown { span: site.span, reason: Reason::Malformed(what) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kubernetes::testing::{document, objects};

    const ARN: &str = "arn:aws:acm:eu-west-1:111122223333:certificate/0b7c5e1d";

    fn check(annotations: &str, ports: &str, expected: &str) {
        let annotations = annotations.replace("ARN", ARN).replace("aws-", PREFIX);
        let text = format!(
            "apiVersion: v1\nkind: Service\nmetadata: {{name: web, annotations: {{{annotations}}}}}\n\
             spec: {{type: LoadBalancer, ports: [{ports}]}}\n"
        );
        let tree = document(&text);
        let objects = objects(&tree);
        let service = Service::new(&objects[0]).unwrap();
        let speech = |it| match service.speech(it) {
            Setting::Known(Speech::Tls, _) => "tls",
            Setting::Known(Speech::PassedTls, _) => "passed",
            Setting::Known(Speech::PlainWeb, _) => "plain",
            Setting::Known(Speech::Other, _) => "other",
            Setting::Absent(_) => "absent",
            Setting::Unknown(_) => "?",
        };
        let found: Vec<_> = service.ports().known().unwrap().into_iter().map(speech).collect();
        assert_eq!(found.join(" "), expected, "{annotations} {ports}");
    }

    #[test]
    fn ports_without_a_certificate_speak_what_they_are_called() {
        check(
            "",
            "{port: 80}, {port: 8080}, {port: 8000}, {port: 8008}",
            "plain plain plain plain",
        );
        check("", "{port: 443}, {port: 8443}, {port: 3306}", "passed passed other");
        check("", "{port: 9090, name: http}, {port: 9090, name: http-metrics}", "plain plain");
        check("", "{port: 9090, name: https}, {port: 80, name: tls-web}", "passed passed");
        check(
            "",
            "{port: 9090, appProtocol: kubernetes.io/h2c}, {port: 1, appProtocol: HTTP}",
            "plain plain",
        );
        check("", "{port: 80, protocol: UDP}, {port: 80, protocol: TCP}", "other plain");
        check("", "{port: 80, protocol: '${P}'}, {port: '${P}'}, {name: http}", "? ? plain");
        check("", "{port: 50051, name: grpc}", "other");
    }

    #[test]
    fn a_certificate_is_for_all_ports_or_for_those_named() {
        let ports = "{port: 80, name: http}, {port: 443, name: https}";
        check("aws-ssl-cert: ARN", ports, "tls tls");
        check("aws-ssl-cert: 'ARN,ARN'", ports, "tls tls");
        check("aws-ssl-cert: ARN, aws-ssl-ports: '443'", ports, "plain tls");
        check("aws-ssl-cert: ARN, aws-ssl-ports: 'https, 80'", ports, "tls tls");
        check("aws-ssl-cert: ARN, aws-ssl-ports: '*'", ports, "tls tls");
        check("aws-ssl-cert: ARN, aws-ssl-ports: '*', aws-type: external", ports, "? passed");
        check("aws-ssl-cert: ARN, aws-ssl-ports: '${PORTS}'", ports, "? passed");
        check("aws-ssl-cert: '${ARN}'", ports, "? passed");
        check("aws-ssl-cert: shop", ports, "? passed");
        check("aws-ssl-cert: ''", ports, "plain passed");
    }

    #[test]
    fn who_makes_the_load_balancer_says_where_it_stands() {
        let cases = [
            ("aws-type: external", "", Some(false)),
            ("aws-type: external, aws-scheme: internet-facing", "", Some(true)),
            ("aws-type: external, aws-scheme: '${SCHEME}'", "", None),
            ("aws-scheme: internet-facing", "loadBalancerClass: service.k8s.aws/nlb", Some(true)),
            ("", "loadBalancerClass: eks.amazonaws.com/nlb", Some(false)),
            ("aws-type: nlb", "", Some(true)),
            ("aws-type: nlb, aws-internal: 'true'", "", Some(false)),
            ("aws-internal: 'true'", "", Some(false)),
            ("", "", None),
        ];
        for (annotations, spec, expected) in cases {
            let annotations = annotations.replace("aws-", PREFIX);
            let text = format!(
                "apiVersion: v1\nkind: Service\nmetadata: {{name: web, annotations: {{{annotations}}}}}\nspec: {{{spec}}}\n"
            );
            let tree = document(&text);
            let service = Service::new(&objects(&tree)[0]).unwrap();
            assert_eq!(service.is_internet_facing(), expected, "{annotations} {spec}");
        }
    }

    #[test]
    fn the_tables_are_sorted() {
        assert!(
            INGRESS_CONTROLLERS.is_sorted() && PLAIN_NAMES.is_sorted() && TLS_NAMES.is_sorted()
        );
    }
}
