//! Which controller serves an Ingress, and what its class says for all Ingresses of it.

use stackseal_syntax::Span;

use crate::kubernetes::agreed::{self, Agreed};
use crate::kubernetes::block::Block;
use crate::kubernetes::object::{GroupKind, Object};
use crate::kubernetes::objects::Objects;
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

const INGRESS_CLASS: &[GroupKind<'static>] = &[
    GroupKind { group: "networking.k8s.io", kind: "IngressClass" },
    GroupKind { group: "extensions", kind: "IngressClass" },
];

const INGRESS_CLASS_PARAMS: &[GroupKind<'static>] = &[
    GroupKind { group: "elbv2.k8s.aws", kind: "IngressClassParams" },
    GroupKind { group: "eks.amazonaws.com", kind: "IngressClassParams" },
];

/// The reason of a setting that the unseen parameters of a class may hold.
pub(super) const UNSEEN: Reason<'static> =
    Reason::Outside("the set does not tell the parameters of the ingress class");

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

/// What a class says: its controller, and the `spec` of its parameters.
#[derive(Clone, Debug)]
struct Class<'c, 't> {
    controller: &'c Setting<'t, &'t str>,
    params: &'c Setting<'t, Block<'t>>,
}

/// The classes of a set. Several of one name have to agree, and so have several that are the default.
#[derive(Debug, Default)]
pub(super) struct IngressClasses<'t> {
    controllers: Agreed<'t, &'t str>,
    params: Agreed<'t, Block<'t>>,
    default: Option<(Setting<'t, &'t str>, Setting<'t, Block<'t>>)>,
}

impl<'t> IngressClasses<'t> {
    /// Those of `objects`.
    pub(super) fn of(objects: &Objects<'t>) -> Self {
        let specs =
            Agreed::of(objects, INGRESS_CLASS_PARAMS, are_alike, |it| it.root().block(&["spec"]));
        let is_default = |it: &&Object<'_>| {
            it.annotation("ingressclass.kubernetes.io/is-default-class").known() == Some("true")
        };
        let defaults = || objects.of_kind(INGRESS_CLASS).filter(is_default);
        let controller = agreed::all(defaults().map(controller_of_class), PartialEq::eq);
        let params = agreed::all(defaults().map(|it| params_of_class(&specs, it)), are_alike);
        Self {
            controllers: Agreed::of(objects, INGRESS_CLASS, PartialEq::eq, controller_of_class),
            params: Agreed::of(objects, INGRESS_CLASS, are_alike, |it| params_of_class(&specs, it)),
            default: controller.zip(params),
        }
    }

    /// The controller of the class `name`; none where the set has no such class.
    pub(super) fn controller(&self, name: &str) -> Option<&Setting<'t, &'t str>> {
        self.controllers.get(name, None)
    }

    fn class(&self, name: &str) -> Option<Class<'_, 't>> {
        let (controller, params) =
            self.controllers.get(name, None).zip(self.params.get(name, None))?;
        Some(Class { controller, params })
    }

    /// Who serves the Ingress `object`.
    pub(super) fn controller_of(&self, object: &Object<'t>) -> IngressController<'t> {
        // The annotation is older, and controllers look at it first. Of a class named so, the AWS
        // controller ignores the parameters.
        match object.annotation("kubernetes.io/ingress.class") {
            Setting::Known(name, site) => return self.by_name(object, name, site.span, false),
            Setting::Absent(_) | Setting::Unknown(_) => (),
        }
        match object.root().text(&["spec", "ingressClassName"]) {
            Setting::Known(name, site) => self.by_name(object, name, site.span, true),
            Setting::Unknown(unknown) if has_alb_annotation(object) => {
                IngressController::Alb(ClassParams::Unseen(unknown.span))
            }
            Setting::Unknown(unknown) => IngressController::Unknown(unknown),
            Setting::Absent(span) => self.by_default(object, span),
        }
    }

    fn by_name(
        &self,
        object: &Object<'t>,
        name: &str,
        span: Span,
        has_params: bool,
    ) -> IngressController<'t> {
        if let Some(class) = self.class(name) {
            return class.serves(span, has_params);
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

    /// Without a class, the cluster's default class; annotations still show who is meant.
    fn by_default(&self, object: &Object<'t>, span: Span) -> IngressController<'t> {
        let default = self.default.as_ref();
        let by_default =
            default.map(|(controller, params)| Class { controller, params }.serves(span, true));
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
}

impl<'t> Class<'_, 't> {
    /// Who serves an Ingress that names the class at `span`.
    fn serves(&self, span: Span, has_params: bool) -> IngressController<'t> {
        match self.controller {
            Setting::Known(controller, _) if ALB_CONTROLLERS.contains(controller) => {
                IngressController::Alb(match self.params {
                    _ if !has_params => ClassParams::None,
                    Setting::Known(spec, _) => ClassParams::Seen(*spec),
                    Setting::Absent(_) => ClassParams::None,
                    Setting::Unknown(_) => ClassParams::Unseen(span),
                })
            }
            Setting::Known(..) => IngressController::Other,
            Setting::Absent(_) => {
                let reason = Reason::Outside("the ingress class names no controller");
                IngressController::Unknown(Unknown { span, reason })
            }
            Setting::Unknown(unknown) => IngressController::Unknown(unknown.clone()),
        }
    }
}

fn controller_of_class<'t>(class: &Object<'t>) -> Setting<'t, &'t str> {
    class.root().text(&["spec", "controller"])
}

/// The `spec` of the parameters of `class`, of which `specs` are all; absent where they say nothing.
fn params_of_class<'t>(
    specs: &Agreed<'t, Block<'t>>,
    class: &Object<'t>,
) -> Setting<'t, Block<'t>> {
    let Some(reference) = class.root().block(&["spec", "parameters"]).known() else {
        return Setting::Absent(class.site());
    };
    let params = reference.written(&["name"]).and_then(|it| specs.get(it, None));
    let unseen = || Setting::Unknown(Unknown { span: reference.key(), reason: UNSEEN });
    params.cloned().unwrap_or_else(unseen)
}

fn are_alike(left: &Block<'_>, right: &Block<'_>) -> bool {
    left.node().is_alike(right.node())
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
    use crate::kubernetes::testing::{document, named, objects, set};

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
        let classes = IngressClasses::of(&Objects::new(objects(&tree)));
        let shown = match classes.controller_of(named(&set, "web")) {
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
    fn classes_and_parameters_of_one_name_have_to_agree() {
        let twice = |another: &str| {
            for classes in [format!("{CLASSES}{another}---\n"), format!("{another}---\n{CLASSES}")]
            {
                let ingress = "metadata: {name: web}\nspec: {ingressClassName: public}";
                let expected = match another.split_once('#') {
                    Some((_, expected)) => expected.trim(),
                    None => "alb, params",
                };
                check(&classes, ingress, expected);
            }
        };
        let params = "apiVersion: elbv2.k8s.aws/v1beta1\nkind: IngressClassParams\nmetadata: {name: params}\nspec: ";
        twice(&format!("{params}{{'scheme': internal}}\n"));
        twice(&format!("{params}{{scheme: internet-facing}} # alb, unseen params\n"));
        let class = "apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {name: public}\nspec: ";
        twice(&format!("{class}{{controller: k8s.io/ingress-nginx}} # unknown\n"));
        twice(&format!("{class}{{controller: ingress.k8s.aws/alb}} # alb, unseen params\n"));
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
