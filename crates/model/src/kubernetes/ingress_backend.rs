//! Where an ALB Ingress sends requests, and what the load balancer speaks on that way.
//!
//! <https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#backend-protocol>

use std::borrow::Cow;

use stackseal_syntax::{Kind, Limits, Node, Span, parse_embedded};

use crate::kubernetes::block::Block;
use crate::kubernetes::ingress::{AlbSetting, Ingress};
use crate::kubernetes::ingress_action::get_ignoring_case;
use crate::kubernetes::ingress_class::ALB_PREFIX;
use crate::kubernetes::listener::Protocol;
use crate::kubernetes::object::Object;
use crate::setting::{Reason, Setting, Unknown};

/// A Service that an Ingress sends requests to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backend<'t> {
    /// The name of the Service, in the namespace of the Ingress.
    pub service: Cow<'t, str>,
    /// Where it is named.
    pub span: Span,
}

impl<'t> Ingress<'t> {
    /// The Services it sends requests to, each once, in the order of the manifest: those of its
    /// paths, of its default backend, and of `actions.…` annotations that its paths use.
    pub fn backends(&self) -> Vec<Backend<'t>> {
        let root = self.object().root();
        let mut blocks = Vec::new();
        for rule in root.blocks(&["spec", "rules"]) {
            let paths = rule.blocks(&["http", "paths"]).into_iter();
            blocks.extend(paths.filter_map(|it| it.block(&["backend"]).known()));
        }
        let defaults = ["defaultBackend", "backend"].into_iter();
        blocks.extend(defaults.filter_map(|it| root.block(&["spec", it]).known()));
        let mut backends: Vec<Backend<'t>> = Vec::new();
        for backend in blocks.into_iter().flat_map(|it| self.services_of(it)) {
            if backends.iter().all(|it| it.service != backend.service) {
                backends.push(backend);
            }
        }
        backends
    }

    /// What the load balancer speaks to the pods of Services that do not say it themselves; absent
    /// means plain HTTP.
    pub fn backend_protocol(&self) -> Setting<'t, Protocol> {
        protocol(self.text(AlbSetting::BACKEND_PROTOCOL))
    }

    fn services_of(&self, backend: Block<'t>) -> Vec<Backend<'t>> {
        let text = |path: &[&str]| backend.value(path).known().filter(|it| it.text().is_some());
        let Some(service) = text(&["service", "name"]).or_else(|| text(&["serviceName"])) else {
            return Vec::new();
        };
        let name = service.text().unwrap_or_default();
        let port = text(&["service", "port", "name"]).or_else(|| text(&["servicePort"]));
        if port.and_then(Node::text) != Some("use-annotation") {
            return vec![Backend { service: Cow::Borrowed(name), span: service.span() }];
        }
        let annotations = self.object().node().get("metadata").and_then(|it| it.get("annotations"));
        let action = annotations.and_then(|it| it.get(&format!("{ALB_PREFIX}actions.{name}")));
        action.map(services_of_action).unwrap_or_default()
    }
}

/// What the load balancer speaks to the pods of `service`, if the Service says it: the annotation is
/// that of an Ingress, and wins over it.
pub(super) fn protocol_of_service<'t>(service: &Object<'t>) -> Setting<'t, Protocol> {
    let annotation = AlbSetting::BACKEND_PROTOCOL.annotation();
    protocol(service.annotation(&format!("{ALB_PREFIX}{annotation}")))
}

fn protocol<'t>(written: Setting<'t, &'t str>) -> Setting<'t, Protocol> {
    match written {
        Setting::Known("HTTP", site) => Setting::Known(Protocol::Http, site),
        Setting::Known("HTTPS", site) => Setting::Known(Protocol::Https, site),
        Setting::Known(_, site) => {
            let reason = Reason::Malformed("neither HTTP nor HTTPS");
            Setting::Unknown(Unknown { span: site.span, reason })
        }
        Setting::Absent(span) => Setting::Absent(span),
        Setting::Unknown(unknown) => Setting::Unknown(unknown),
    }
}

/// The Services that the text of an `actions.…` annotation forwards to.
fn services_of_action(value: Node<'_>) -> Vec<Backend<'static>> {
    let tree = parse_embedded(value, &Limits::default());
    let action = tree.documents().next().filter(|it| it.kind() == Kind::Mapping);
    let groups = action
        .filter(|it| get_ignoring_case(*it, "type").and_then(Node::text) == Some("forward"))
        .and_then(|it| get_ignoring_case(it, "forwardConfig"))
        .and_then(|it| get_ignoring_case(it, "targetGroups"));
    let names = groups.into_iter().flat_map(Node::items);
    let names = names.filter_map(|it| get_ignoring_case(it, "serviceName"));
    names
        .filter_map(|it| {
            Some(Backend { service: Cow::Owned(it.text()?.to_owned()), span: it.span() })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kubernetes::testing::{document, named, set};

    #[test]
    fn backends_are_named_by_paths_defaults_and_actions() {
        let tree = document(
            r#"
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations:
    alb.ingress.kubernetes.io/actions.split: '{"Type":"forward","ForwardConfig":{"TargetGroups":[{"ServiceName":"blue","ServicePort":80},{"TargetGroupARN":"arn"},{"serviceName":"green","servicePort":80}]}}'
    alb.ingress.kubernetes.io/actions.redirect: '{"type":"redirect","redirectConfig":{"protocol":"HTTPS"}}'
    alb.ingress.kubernetes.io/actions.broken: '{'
spec:
  ingressClassName: alb
  defaultBackend: {service: {name: rest, port: {number: 80}}}
  rules:
    - http:
        paths:
          - backend: {service: {name: redirect, port: {name: use-annotation}}}
          - backend: {service: {name: split, port: {name: use-annotation}}}
          - backend: {service: {name: broken, port: {name: use-annotation}}}
          - backend: {service: {name: unknown, port: {name: use-annotation}}}
          - backend: {service: {name: shop, port: {number: 80}}}
          - backend: {service: {name: shop, port: {number: 81}}}
          - backend: {resource: {kind: Bucket, name: x}}
    - http:
        paths:
          - backend: {serviceName: old, servicePort: 80}
"#,
        );
        let set = set(&tree);
        let backends = set.ingress(named(&set, "web")).unwrap().backends();
        let names: Vec<_> = backends.iter().map(|it| it.service.as_ref()).collect();
        assert_eq!(names, ["blue", "green", "shop", "old", "rest"]);
        let written = |it: &Backend<'_>| tree.source().text.get(it.span.range());
        assert_eq!(backends.first().and_then(written), Some("\"blue\""));
        assert_eq!(backends.last().and_then(written), Some("rest"));
    }
}
