//! Which controller serves an Ingress, and what its class says for all Ingresses of it.

use stackseal_syntax::Span;

use crate::kubernetes::block::Block;
use crate::kubernetes::object::{GroupKind, Object};
use crate::kubernetes::set::KubernetesSet;
use crate::setting::{Reason, Setting, Unknown};

/// The prefix of the annotations that the AWS Load Balancer Controller reads from an Ingress.
pub(super) const ALB_PREFIX: &str = "alb.ingress.kubernetes.io/";

/// The controllers that build Application Load Balancers: the open source one, and that of EKS
/// Auto Mode.
///
/// <https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/ingress_class/>,
/// <https://docs.aws.amazon.com/eks/latest/userguide/auto-configure-alb.html>
const ALB_CONTROLLERS: &[&str] = &["ingress.k8s.aws/alb", "eks.amazonaws.com/alb"];

/// Names under which other controllers are commonly installed, also with a suffix: `nginx-internal`.
const OTHER_CLASSES: &[&str] = &[
    "ambassador",
    "apisix",
    "azure-application-gateway",
    "azure/application-gateway",
    "caddy",
    "cilium",
    "cloudflare-tunnel",
    "contour",
    "emissary",
    "gce",
    "gloo",
    "haproxy",
    "higress",
    "ingress-nginx",
    "istio",
    "kong",
    "ngrok",
    "nginx",
    "openshift-default",
    "public-nginx",
    "skipper",
    "tailscale",
    "traefik",
    "tyk",
    "voyager",
];

pub(super) const INGRESS_CLASS: &[GroupKind<'static>] = &[
    GroupKind { group: "networking.k8s.io", kind: "IngressClass" },
    GroupKind { group: "extensions", kind: "IngressClass" },
];

const INGRESS_CLASS_PARAMS: &[GroupKind<'static>] = &[
    GroupKind { group: "elbv2.k8s.aws", kind: "IngressClassParams" },
    GroupKind { group: "eks.amazonaws.com", kind: "IngressClassParams" },
];

/// Who serves an Ingress.
#[derive(Clone, Debug)]
pub enum IngressController<'t> {
    /// A controller that builds an Application Load Balancer.
    Alb(ClassParams<'t>),
    /// Another one.
    Other,
    /// The set does not tell.
    Unknown(Unknown<'t>),
}

/// What an ALB class says for all its Ingresses.
#[derive(Clone, Copy, Debug)]
pub enum ClassParams<'t> {
    /// Nothing.
    None,
    /// The `spec` of its parameters; where it wins, annotations are ignored.
    Seen(Block<'t>),
    /// It may say something, which the set does not show; the span is where the Ingress names its
    /// class.
    Unseen(Span),
}

/// The `spec` of `object`, if it holds the parameters of an ALB class.
pub fn class_params<'t>(object: &Object<'t>) -> Option<Block<'t>> {
    object.is_any(INGRESS_CLASS_PARAMS).then(|| object.root().block(&["spec"]).known()).flatten()
}

/// Who serves the Ingress `object`.
pub(super) fn controller_of<'t>(
    set: &KubernetesSet<'t>,
    object: &Object<'t>,
) -> IngressController<'t> {
    // The annotation is older, and controllers look at it first. Of a class named so, the AWS
    // controller ignores the parameters.
    match object.annotation("kubernetes.io/ingress.class") {
        Setting::Known(name, site) => return by_name(set, object, name, site.span, false),
        Setting::Absent(_) | Setting::Unknown(_) => (),
    }
    match object.root().text(&["spec", "ingressClassName"]) {
        Setting::Known(name, site) => by_name(set, object, name, site.span, true),
        Setting::Unknown(unknown) if has_alb_annotation(object) => {
            IngressController::Alb(ClassParams::Unseen(unknown.span))
        }
        Setting::Unknown(unknown) => IngressController::Unknown(unknown),
        Setting::Absent(span) => by_default(set, object, span),
    }
}

fn by_name<'t>(
    set: &KubernetesSet<'t>,
    object: &Object<'t>,
    name: &str,
    span: Span,
    has_params: bool,
) -> IngressController<'t> {
    if let Some(class) = set.find(INGRESS_CLASS, name, None) {
        return by_class(set, class, span, has_params);
    }
    if name == "alb" {
        // The class of the controller's own chart, whose parameters are empty.
        return IngressController::Alb(ClassParams::None);
    }
    let is_other = |it: &str| {
        name.strip_prefix(it).is_some_and(|suffix| suffix.is_empty() || suffix.starts_with('-'))
    };
    if OTHER_CLASSES.iter().any(|it| is_other(it)) {
        return IngressController::Other;
    }
    if has_alb_annotation(object) {
        let params = if has_params { ClassParams::Unseen(span) } else { ClassParams::None };
        return IngressController::Alb(params);
    }
    let reason = Reason::Outside("the ingress class is not in the set");
    IngressController::Unknown(Unknown { span, reason })
}

fn by_class<'t>(
    set: &KubernetesSet<'t>,
    class: &Object<'t>,
    span: Span,
    has_params: bool,
) -> IngressController<'t> {
    match class.root().text(&["spec", "controller"]) {
        Setting::Known(controller, _) if ALB_CONTROLLERS.contains(&controller) => {
            let params = if has_params { params_of(set, class, span) } else { ClassParams::None };
            IngressController::Alb(params)
        }
        Setting::Known(..) => IngressController::Other,
        Setting::Absent(_) => {
            let reason = Reason::Outside("the ingress class names no controller");
            IngressController::Unknown(Unknown { span, reason })
        }
        Setting::Unknown(unknown) => IngressController::Unknown(unknown),
    }
}

fn params_of<'t>(set: &KubernetesSet<'t>, class: &Object<'t>, span: Span) -> ClassParams<'t> {
    let Some(reference) = class.root().block(&["spec", "parameters"]).known() else {
        return ClassParams::None;
    };
    let Some(name) = reference.written(&["name"]) else {
        return ClassParams::Unseen(span);
    };
    match set.find(INGRESS_CLASS_PARAMS, name, None).map(|it| it.root().block(&["spec"])) {
        Some(Setting::Known(spec, _)) => ClassParams::Seen(spec),
        Some(Setting::Absent(_)) => ClassParams::None,
        Some(Setting::Unknown(_)) | None => ClassParams::Unseen(span),
    }
}

/// Without a class, the cluster's default class; annotations still show who is meant.
fn by_default<'t>(
    set: &KubernetesSet<'t>,
    object: &Object<'t>,
    span: Span,
) -> IngressController<'t> {
    let is_default = |it: &&Object<'_>| {
        it.annotation("ingressclass.kubernetes.io/is-default-class").known() == Some("true")
    };
    let default = set.of_kind(INGRESS_CLASS).find(is_default);
    let by_default = default.map(|it| by_class(set, it, span, true));
    match by_default {
        Some(IngressController::Alb(params)) => IngressController::Alb(params),
        Some(IngressController::Other | IngressController::Unknown(_)) | None
            if has_alb_annotation(object) =>
        {
            IngressController::Alb(ClassParams::None)
        }
        Some(other @ (IngressController::Other | IngressController::Unknown(_))) => other,
        None => {
            let reason =
                Reason::Outside("the default ingress class of the cluster is not in the set");
            IngressController::Unknown(Unknown { span, reason })
        }
    }
}

fn has_alb_annotation(object: &Object<'_>) -> bool {
    let annotations = object.node().get("metadata").and_then(|it| it.get("annotations"));
    annotations.is_some_and(|it| {
        it.entries().any(|it| it.key.text().is_some_and(|it| it.starts_with(ALB_PREFIX)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kubernetes::testing::{document, named, set};

    const CLASSES: &str = "\
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: public}
spec: {controller: ingress.k8s.aws/alb, parameters: {apiGroup: elbv2.k8s.aws, kind: IngressClassParams, name: params}}
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: auto}
spec: {controller: eks.amazonaws.com/alb, parameters: {apiGroup: eks.amazonaws.com, kind: IngressClassParams, name: gone}}
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: plain}
spec: {controller: ingress.k8s.aws/alb}
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: edge}
spec: {controller: k8s.io/ingress-nginx}
---
apiVersion: elbv2.k8s.aws/v1beta1
kind: IngressClassParams
metadata: {name: params}
spec: {scheme: internal}
---
";

    fn check(classes: &str, ingress: &str, expected: &str) {
        let text = format!("{classes}apiVersion: networking.k8s.io/v1\nkind: Ingress\n{ingress}\n");
        let tree = document(&text);
        let set = set(&tree);
        let shown = match controller_of(&set, named(&set, "web")) {
            IngressController::Alb(ClassParams::None) => "alb",
            IngressController::Alb(ClassParams::Seen(_)) => "alb, params",
            IngressController::Alb(ClassParams::Unseen(_)) => "alb, unseen params",
            IngressController::Other => "other",
            IngressController::Unknown(_) => "unknown",
        };
        assert_eq!(shown, expected, "{ingress}");
    }

    #[test]
    fn controllers_are_known_by_class_name_and_annotations() {
        let named = |it: &str| format!("metadata: {{name: web}}\nspec: {{ingressClassName: {it}}}");
        let with_alb = |it: &str| {
            format!(
                "metadata: {{name: web, annotations: {{alb.ingress.kubernetes.io/scheme: internal}}}}\nspec: {it}"
            )
        };
        let annotated = |it: &str| {
            format!("metadata: {{name: web, annotations: {{kubernetes.io/ingress.class: {it}}}}}")
        };
        let cases = [
            (named("public"), "alb, params"),
            (named("auto"), "alb, unseen params"),
            (named("plain"), "alb"),
            (named("edge"), "other"),
            (named("alb"), "alb"),
            (named("nginx"), "other"),
            (named("nginx-internal"), "other"),
            (named("nginxish"), "unknown"),
            (named("own"), "unknown"),
            (named("'${CLASS}'"), "unknown"),
            (with_alb("{ingressClassName: own}"), "alb, unseen params"),
            (with_alb("{ingressClassName: '${CLASS}'}"), "alb, unseen params"),
            (with_alb("{ingressClassName: nginx}"), "other"),
            (with_alb("{}"), "alb"),
            (annotated("alb"), "alb"),
            (annotated("public"), "alb"),
            (annotated("nginx"), "other"),
            ("metadata: {name: web}\nspec: {}".to_owned(), "unknown"),
        ];
        for (ingress, expected) in cases {
            check(CLASSES, &ingress, expected);
        }
    }

    #[test]
    fn without_a_class_the_default_one_serves() {
        let default = |controller: &str| {
            format!(
                "apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {{name: d, annotations: \
                 {{ingressclass.kubernetes.io/is-default-class: 'true'}}}}\nspec: {{controller: {controller}}}\n---\n"
            )
        };
        check(&default("ingress.k8s.aws/alb"), "metadata: {name: web}", "alb");
        check(&default("k8s.io/ingress-nginx"), "metadata: {name: web}", "other");
        check(
            &default("k8s.io/ingress-nginx"),
            "metadata: {name: web, annotations: {alb.ingress.kubernetes.io/scheme: internal}}",
            "alb",
        );
    }
}
