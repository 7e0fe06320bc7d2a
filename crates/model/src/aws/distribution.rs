//! CloudFront: distributions, their origins and behaviours, and VPC origins.

use stackseal_syntax::Span;

use crate::cloudformation::{Data, Map, Part, Presence, Reference, Resource, Scope, Value};
use crate::setting::{Reason, Setting, Unknown};

/// A distribution.
#[derive(Clone)]
pub struct Distribution<'r> {
    config: Map<'r>,
}

/// An origin that CloudFront reaches by HTTP or HTTPS: a custom origin, or a VPC origin's endpoint.
#[derive(Clone)]
pub struct Origin<'r> {
    /// Its `Id`, by which behaviours name it; absent for the only origin of the old form.
    pub id: Value<'r>,
    /// The block that holds the protocol policy and the TLS versions.
    pub config: Map<'r>,
    /// The block that names its domain, and by which property.
    domain: (Map<'r>, &'static str),
}

impl Origin<'_> {
    /// Whether it is the website endpoint of a bucket, which speaks HTTP only. Its host is usually cut
    /// out of the `WebsiteURL`.
    ///
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteEndpoints.html>
    pub fn is_website(&self) -> bool {
        let is_endpoint =
            |text: &str| text.contains(".s3-website-") || text.contains(".s3-website.");
        let (block, property) = &self.domain;
        let is_written = match block.get(property).data {
            Data::Scalar(scalar) => is_endpoint(&scalar.text),
            Data::Pattern(parts) => {
                parts.iter().any(|it| matches!(it, Part::Text(text) if is_endpoint(text)))
            }
            Data::Absent | Data::Reference(_) | Data::Unknown(_) | Data::List(_) | Data::Map(_) => {
                false
            }
        };
        is_written || block.is_made_of(property, "WebsiteURL")
    }
}

/// A cache behaviour: what becomes of the requests for some paths.
#[derive(Clone)]
pub struct Behaviour<'r> {
    /// Its settings.
    pub config: Map<'r>,
    is_default: bool,
}

/// The web ACL a distribution names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WebAcl<'r> {
    /// One of WAF, as far as can be told.
    Named,
    /// One of WAF Classic, whose support ended on 30 September 2025.
    Classic,
    /// One for load balancers and their like, which CloudFront refuses.
    Regional,
    /// The web ACL of the template with this logical id, by a text that is no ARN: `Ref` gives
    /// `name|id|scope`, which CloudFront refuses.
    NotByArn(&'r str),
}

/// `AWS::CloudFront::VpcOrigin`.
#[derive(Clone)]
pub struct VpcOrigin<'r> {
    /// Its endpoint's settings.
    pub config: Map<'r>,
}

/// How CloudFront speaks to an origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProtocolPolicy {
    /// Plain HTTP.
    HttpOnly,
    /// As the viewer does.
    MatchViewer,
    /// TLS.
    HttpsOnly,
    /// A word the service does not know.
    Other,
}

impl ProtocolPolicy {
    /// The policy `text` names; words are compared exactly, as the service does.
    pub fn of(text: &str) -> Self {
        match text {
            "http-only" => Self::HttpOnly,
            "match-viewer" => Self::MatchViewer,
            "https-only" => Self::HttpsOnly,
            _ => Self::Other,
        }
    }
}

impl<'r> Distribution<'r> {
    /// The configuration of `resource`, a distribution.
    pub fn of(resource: &Resource<'r>) -> Setting<'r, Self> {
        resource.block("DistributionConfig").map(|config| Self { config })
    }

    /// Its `DistributionConfig`.
    pub fn config(&self) -> &Map<'r> {
        &self.config
    }

    /// Tenants bring certificates and web ACLs of their own.
    pub fn is_multi_tenant(&self) -> bool {
        self.config.text("ConnectionMode").known().is_some_and(|it| it == "tenant-only")
    }

    /// Its custom origins, the old `CustomOrigin` among them. Origins that are not known are named
    /// in `open`.
    pub fn custom_origins(&self, open: &mut Vec<Unknown<'r>>) -> Vec<Origin<'r>> {
        let mut origins = Vec::new();
        for origin in self.origins(open) {
            match origin.block("CustomOriginConfig") {
                Setting::Known(config, _) => {
                    let id = origin.get("Id");
                    origins.push(Origin { id, config, domain: (origin, "DomainName") });
                }
                Setting::Absent(_) => (),
                Setting::Unknown(unknown) => open.push(unknown),
            }
        }
        if let Setting::Known(config, _) = self.config.block("CustomOrigin") {
            let (id, domain) = (config.get("Id"), (config.clone(), "DNSName"));
            origins.push(Origin { id, config, domain });
        }
        origins
    }

    fn origins(&self, open: &mut Vec<Unknown<'r>>) -> Vec<Map<'r>> {
        self.config.get("Origins").blocks(open)
    }

    /// Its cache behaviours, the default first. Behaviours that are not known are named in `open`.
    pub fn behaviours(&self, open: &mut Vec<Unknown<'r>>) -> Vec<Behaviour<'r>> {
        let defaults = self.config.get("DefaultCacheBehavior").blocks(open);
        let others = self.config.get("CacheBehaviors").blocks(open);
        let defaults = defaults.into_iter().map(|config| Behaviour { config, is_default: true });
        defaults
            .chain(others.into_iter().map(|config| Behaviour { config, is_default: false }))
            .collect()
    }

    /// The web ACL it names; an empty text counts as none.
    ///
    /// <https://docs.aws.amazon.com/waf/latest/developerguide/cloudfront-features.html>
    pub fn web_acl(&self) -> Setting<'r, WebAcl<'r>> {
        let value = self.config.get("WebACLId");
        match self.config.presence("WebACLId") {
            Presence::Yes => (),
            Presence::No => return Setting::Absent(value.span()),
            Presence::Maybe(unknown) => return Setting::Unknown(unknown),
        }
        let web_acl = match &value.data {
            Data::Scalar(scalar) => WebAcl::of_text(&scalar.text),
            Data::Reference(reference) => WebAcl::of_reference(reference, self.config.scope()),
            Data::Pattern(parts) => WebAcl::of_pattern(parts),
            Data::Absent | Data::List(_) | Data::Map(_) | Data::Unknown(_) => WebAcl::Named,
        };
        Setting::Known(web_acl, value.site)
    }

    /// The Application or Network Load Balancer of the run that `behaviour` leads to; absent where it
    /// leads to something else, unknown where only a name tells.
    pub fn load_balancer_behind(&self, behaviour: &Behaviour<'r>) -> Setting<'r, Reference<'r>> {
        let mut open = Vec::new();
        let target = behaviour.config.get("TargetOriginId");
        let origins = self.origins(&mut open);
        let is_it =
            |it: &Map<'r>| origins.len() == 1 || it.get("Id").is_same_text(&target) == Some(true);
        let unknown = |span| {
            let reason =
                Reason::Outside("the origin of the behaviour may be a load balancer of the run");
            Setting::Unknown(Unknown { span, reason })
        };
        let Some(origin) = origins.iter().find(|it| is_it(it)) else {
            return unknown(target.span());
        };
        if origin.has("S3OriginConfig") {
            return Setting::Absent(origin.key());
        }
        let mut host = origin.get("DomainName");
        if let Data::Reference(vpc_origin) = origin.at("VpcOriginConfig.VpcOriginId").data
            && let Some(vpc_origin) = vpc_origin.resource(self.config.scope())
        {
            host = vpc_origin.at("VpcOriginEndpointConfig.Arn");
        }
        match host.data {
            Data::Reference(it)
                if it.type_name() == "AWS::ElasticLoadBalancingV2::LoadBalancer" =>
            {
                Setting::Known(it, host.site)
            }
            Data::Reference(_) => Setting::Absent(host.span()),
            // A load balancer goes by a name of its own, which is in its certificate.
            Data::Absent
            | Data::Scalar(_)
            | Data::Pattern(_)
            | Data::List(_)
            | Data::Map(_)
            | Data::Unknown(_) => unknown(host.span()),
        }
    }

    /// Whether the origin `id` is served to viewers by plain HTTP: by some behaviour that leads to
    /// it, itself or through an origin group, and allows all protocols.
    pub fn serves_plain_http(&self, id: &Value<'r>) -> Setting<'r, bool> {
        let mut open = Vec::new();
        let behaviours = self.behaviours(&mut open);
        let groups = self.config.at("OriginGroups.Items").blocks(&mut open);
        // Where there is but one origin, everything leads there.
        let is_only = groups.is_empty() && open.is_empty() && self.origins(&mut open).len() <= 1;
        for behaviour in behaviours {
            let policy = behaviour.config.text("ViewerProtocolPolicy");
            let (plain, unknown) = match policy {
                Setting::Known(policy, site) if policy == "allow-all" => (Some(site), None),
                // The property is required: without it, nothing is deployed.
                Setting::Known(..) | Setting::Absent(_) => continue,
                Setting::Unknown(unknown) => (None, Some(unknown)),
            };
            let target = behaviour.config.get("TargetOriginId");
            let leads_here = if is_only { Some(true) } else { leads_to(&target, id, &groups) };
            match (leads_here, plain, unknown) {
                (Some(false), ..) => (),
                (Some(true), Some(site), _) => return Setting::Known(true, site),
                (_, _, Some(unknown)) => open.push(unknown),
                (None, ..) | (Some(true), None, None) => {
                    let reason = Reason::Outside("which origin a behaviour leads to is not known");
                    open.push(Unknown { span: target.span(), reason });
                }
            }
        }
        match open.pop() {
            Some(unknown) => Setting::Unknown(unknown),
            None => Setting::Known(false, self.config.key().into()),
        }
    }

    /// The ids of its origins that are the VPC origin `vpc_origin`.
    fn origins_at(&self, vpc_origin: &Resource<'r>) -> Vec<Value<'r>> {
        let mut open = Vec::new();
        let origins = self.origins(&mut open);
        let is_it = |it: &&Map<'r>| {
            matches!(it.at("VpcOriginConfig.VpcOriginId").data, Data::Reference(to)
                if std::ptr::eq(to.template, vpc_origin.template()) && to.id == vpc_origin.id())
        };
        origins.iter().filter(is_it).map(|it| it.get("Id")).collect()
    }
}

impl<'r> Behaviour<'r> {
    /// What people call it: `its default behaviour`, ``the behaviour for `/feed/*` ``.
    pub fn name(&self) -> String {
        if self.is_default {
            return "its default behaviour".to_owned();
        }
        match self.config.text("PathPattern") {
            Setting::Known(paths, _) => format!("the behaviour for `{paths}`"),
            Setting::Absent(_) | Setting::Unknown(_) => "one of its behaviours".to_owned(),
        }
    }

    /// The code that sees the responses, and may change their headers.
    ///
    /// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-functions.html>
    pub fn response_code(&self) -> Option<Unknown<'r>> {
        let mut open = Vec::new();
        let lists = ["FunctionAssociations", "LambdaFunctionAssociations"];
        let code: Vec<Map<'r>> =
            lists.iter().flat_map(|it| self.config.get(it).blocks(&mut open)).collect();
        for code in code {
            match code.text("EventType") {
                // What sees the requests, not the responses.
                Setting::Known(event, _) if event.ends_with("-request") => (),
                Setting::Known(_, site) => {
                    let reason = Reason::Outside("code at the edge may add the header");
                    return Some(Unknown { span: site.span, reason });
                }
                Setting::Absent(_) => (),
                Setting::Unknown(unknown) => return Some(unknown),
            }
        }
        open.pop()
    }
}

impl<'r> WebAcl<'r> {
    fn of_text(text: &str) -> Self {
        if !text.starts_with("arn:") || text.contains(":waf:") || text.contains(":waf-regional:") {
            // WAF Classic goes by bare ids.
            Self::Classic
        } else if text.contains(":regional/") {
            Self::Regional
        } else {
            Self::Named
        }
    }

    fn of_pattern(parts: &[Part<'r>]) -> Self {
        let is_regional =
            |it: &Part<'r>| matches!(it, Part::Text(text) if text.contains(":regional/"));
        if parts.iter().any(is_regional) { Self::Regional } else { Self::Named }
    }

    fn of_reference(reference: &Reference<'r>, scope: &Scope<'r>) -> Self {
        match (reference.type_name(), reference.attribute) {
            ("AWS::WAFv2::WebACL", Some("Arn")) => {
                let scope = reference.resource(scope).and_then(|it| it.text("Scope").known());
                if scope.is_some_and(|it| it == "REGIONAL") { Self::Regional } else { Self::Named }
            }
            ("AWS::WAFv2::WebACL", _) => Self::NotByArn(reference.id),
            ("AWS::WAF::WebACL" | "AWS::WAFRegional::WebACL", _) => Self::Classic,
            _ => Self::Named,
        }
    }
}

/// Whether a behaviour with `target` leads to the origin `id`, itself or through a group it is a
/// member of.
fn leads_to<'r>(target: &Value<'r>, id: &Value<'r>, groups: &[Map<'r>]) -> Option<bool> {
    let mut leads = target.is_same_text(id);
    for group in groups {
        if leads == Some(true) {
            break;
        }
        let mut open = Vec::new();
        let members = group.at("Members.Items").blocks(&mut open);
        let has_member = members.iter().map(|it| it.get("OriginId").is_same_text(id));
        let has_member = any_of(has_member.chain(open.iter().map(|_| None)));
        let through = match (target.is_same_text(&group.get("Id")), has_member) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            (None, _) | (_, None) => None,
        };
        leads = any_of([leads, through].into_iter());
    }
    leads
}

/// Whether one of several answers is yes.
fn any_of(mut answers: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    answers
        .try_fold(Some(false), |any, it| match it {
            Some(true) => Err(()),
            Some(false) => Ok(any),
            None => Ok(None),
        })
        .unwrap_or(Some(true))
}

impl<'r> VpcOrigin<'r> {
    /// The endpoint of `resource`, a VPC origin.
    pub fn of(resource: &Resource<'r>) -> Setting<'r, Self> {
        resource.block("VpcOriginEndpointConfig").map(|config| Self { config })
    }

    /// Whether some distribution of the template serves it by plain HTTP; unknown if none uses it.
    pub fn serves_plain_http(resource: &Resource<'r>, at: Span) -> Setting<'r, bool> {
        let open = Unknown {
            span: at,
            reason: Reason::Outside("no distribution of the template uses this origin"),
        };
        let mut is_used = false;
        for distribution in resource.siblings_of("AWS::CloudFront::Distribution") {
            let Setting::Known(distribution, _) = Distribution::of(&distribution) else { continue };
            for id in distribution.origins_at(resource) {
                match distribution.serves_plain_http(&id) {
                    plain @ Setting::Known(true, _) => return plain,
                    Setting::Known(false, _) | Setting::Absent(_) => is_used = true,
                    unknown @ Setting::Unknown(_) => return unknown,
                }
            }
        }
        if is_used { Setting::Known(false, at.into()) } else { Setting::Unknown(open) }
    }
}
