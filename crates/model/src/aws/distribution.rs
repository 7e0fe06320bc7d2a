//! CloudFront: distributions, their origins and behaviours, and VPC origins.

use std::borrow::Cow;

use stackseal_syntax::Span;

use crate::cloudformation::{Data, Map, Resource, Value};
use crate::setting::{Reason, Setting, Unknown};

/// A distribution.
#[derive(Clone)]
pub struct Distribution<'r> {
    config: Map<'r>,
}

/// An origin that CloudFront reaches by HTTP or HTTPS: a custom origin, or a VPC origin's endpoint.
#[derive(Clone)]
pub struct Origin<'r> {
    /// Its `Id`, by which behaviours name it; unknown or missing for some.
    pub id: Option<Cow<'r, str>>,
    /// The block that holds the protocol policy and the TLS versions.
    pub config: Map<'r>,
    /// Its domain name.
    pub domain: Value<'r>,
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
                    origins.push(Origin { id: origin.text("Id").known(), config, domain: origin.get("DomainName") });
                }
                Setting::Absent(_) => (),
                Setting::Unknown(unknown) => open.push(unknown),
            }
        }
        if let Setting::Known(config, _) = self.config.block("CustomOrigin") {
            let domain = config.get("DNSName");
            origins.push(Origin { id: None, config, domain });
        }
        origins
    }

    fn origins(&self, open: &mut Vec<Unknown<'r>>) -> Vec<Map<'r>> {
        blocks(&self.config.get("Origins"), open)
    }

    /// Whether the origin `id` is served to viewers by plain HTTP: by some behaviour that leads to
    /// it, itself or through an origin group, and allows all protocols.
    pub fn serves_plain_http(&self, id: Option<&str>) -> Setting<'r, bool> {
        let mut open = Vec::new();
        let mut behaviours = Vec::new();
        if let Setting::Known(it, _) = self.config.block("DefaultCacheBehavior") {
            behaviours.push(it);
        }
        behaviours.extend(blocks(&self.config.get("CacheBehaviors"), &mut open));
        let groups = self.groups_of(id, &mut open);
        for behaviour in behaviours {
            let leads_here = match (behaviour.text("TargetOriginId"), id) {
                (Setting::Known(target, _), Some(id)) => *target == *id || groups.iter().any(|it| *it == target),
                // What cannot be told apart is taken to lead here.
                _ => true,
            };
            if !leads_here {
                continue;
            }
            match behaviour.text("ViewerProtocolPolicy") {
                Setting::Known(policy, site) if policy == "allow-all" => return Setting::Known(true, site),
                Setting::Known(..) => (),
                // The property is required: without it, nothing is deployed.
                Setting::Absent(_) => (),
                Setting::Unknown(unknown) => open.push(unknown),
            }
        }
        match open.pop() {
            Some(unknown) => Setting::Unknown(unknown),
            None => Setting::Known(false, self.config.key().into()),
        }
    }

    /// The ids of the origin groups that `id` is a member of.
    fn groups_of(&self, id: Option<&str>, open: &mut Vec<Unknown<'r>>) -> Vec<Cow<'r, str>> {
        let Some(id) = id else { return Vec::new() };
        let mut groups = Vec::new();
        for group in blocks(&self.config.at("OriginGroups.Items"), open) {
            let members = blocks(&group.at("Members.Items"), open);
            let has_member = members.iter().any(|it| it.text("OriginId").known().is_some_and(|it| it == id));
            if has_member && let Some(id) = group.text("Id").known() {
                groups.push(id);
            }
        }
        groups
    }

    /// The ids of its origins that are the VPC origin with logical id `vpc_origin`.
    fn origins_at(&self, vpc_origin: &str) -> Vec<Cow<'r, str>> {
        let mut open = Vec::new();
        let origins = self.origins(&mut open);
        let is_it = |it: &&Map<'r>| {
            matches!(it.at("VpcOriginConfig.VpcOriginId").data, Data::Reference(to) if to.id == vpc_origin)
        };
        origins.iter().filter(is_it).filter_map(|it| it.text("Id").known()).collect()
    }
}

impl<'r> VpcOrigin<'r> {
    /// The endpoint of `resource`, a VPC origin.
    pub fn of(resource: &Resource<'r>) -> Setting<'r, Self> {
        resource.block("VpcOriginEndpointConfig").map(|config| Self { config })
    }

    /// Whether some distribution of the template serves it by plain HTTP; unknown if none uses it.
    pub fn serves_plain_http(resource: &Resource<'r>, at: Span) -> Setting<'r, bool> {
        let mut open = Unknown { span: at, reason: Reason::Outside("no distribution of the template uses this origin") };
        let mut is_used = false;
        for distribution in resource.siblings_of("AWS::CloudFront::Distribution") {
            let Setting::Known(distribution, _) = Distribution::of(&distribution) else { continue };
            for id in distribution.origins_at(resource.id()) {
                match distribution.serves_plain_http(Some(&id)) {
                    plain @ Setting::Known(true, _) => return plain,
                    Setting::Known(false, _) | Setting::Absent(_) => is_used = true,
                    Setting::Unknown(unknown) => {
                        open = unknown;
                        return Setting::Unknown(open);
                    }
                }
            }
        }
        if is_used { Setting::Known(false, at.into()) } else { Setting::Unknown(open) }
    }
}

/// The elements of a list of blocks; what is not known is named in `open`.
fn blocks<'r>(value: &Value<'r>, open: &mut Vec<Unknown<'r>>) -> Vec<Map<'r>> {
    match value.items() {
        Setting::Known(items, _) => items
            .iter()
            .filter_map(|it| match it.block() {
                Setting::Known(block, _) => Some(block),
                Setting::Absent(_) => None,
                Setting::Unknown(unknown) => {
                    open.push(unknown);
                    None
                }
            })
            .collect(),
        Setting::Absent(_) => Vec::new(),
        Setting::Unknown(unknown) => {
            open.push(unknown);
            Vec::new()
        }
    }
}
