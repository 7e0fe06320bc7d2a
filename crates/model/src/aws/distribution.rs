//! CloudFront: distributions, their origins and behaviours, and VPC origins.

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
    /// Its `Id`, by which behaviours name it; absent for the only origin of the old form.
    pub id: Value<'r>,
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
                    let (id, domain) = (origin.get("Id"), origin.get("DomainName"));
                    origins.push(Origin { id, config, domain });
                }
                Setting::Absent(_) => (),
                Setting::Unknown(unknown) => open.push(unknown),
            }
        }
        if let Setting::Known(config, _) = self.config.block("CustomOrigin") {
            let (id, domain) = (config.get("Id"), config.get("DNSName"));
            origins.push(Origin { id, config, domain });
        }
        origins
    }

    fn origins(&self, open: &mut Vec<Unknown<'r>>) -> Vec<Map<'r>> {
        blocks(&self.config.get("Origins"), open)
    }

    /// Whether the origin `id` is served to viewers by plain HTTP: by some behaviour that leads to
    /// it, itself or through an origin group, and allows all protocols.
    pub fn serves_plain_http(&self, id: &Value<'r>) -> Setting<'r, bool> {
        let mut open = Vec::new();
        let mut behaviours = Vec::new();
        if let Setting::Known(it, _) = self.config.block("DefaultCacheBehavior") {
            behaviours.push(it);
        }
        behaviours.extend(blocks(&self.config.get("CacheBehaviors"), &mut open));
        let groups = blocks(&self.config.at("OriginGroups.Items"), &mut open);
        // Where there is but one origin, everything leads there.
        let is_only = groups.is_empty() && open.is_empty() && self.origins(&mut open).len() <= 1;
        for behaviour in behaviours {
            let policy = behaviour.text("ViewerProtocolPolicy");
            let (plain, unknown) = match policy {
                Setting::Known(policy, site) if policy == "allow-all" => (Some(site), None),
                // The property is required: without it, nothing is deployed.
                Setting::Known(..) | Setting::Absent(_) => continue,
                Setting::Unknown(unknown) => (None, Some(unknown)),
            };
            let target = behaviour.get("TargetOriginId");
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

/// Whether a behaviour with `target` leads to the origin `id`, itself or through a group it is a
/// member of.
fn leads_to<'r>(target: &Value<'r>, id: &Value<'r>, groups: &[Map<'r>]) -> Option<bool> {
    let mut leads = target.is_same_text(id);
    for group in groups {
        if leads == Some(true) {
            break;
        }
        let mut open = Vec::new();
        let members = blocks(&group.at("Members.Items"), &mut open);
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
    answers.try_fold(Some(false), |any, it| match it {
        Some(true) => Err(()),
        Some(false) => Ok(any),
        None => Ok(None),
    }).unwrap_or(Some(true))
}

impl<'r> VpcOrigin<'r> {
    /// The endpoint of `resource`, a VPC origin.
    pub fn of(resource: &Resource<'r>) -> Setting<'r, Self> {
        resource.block("VpcOriginEndpointConfig").map(|config| Self { config })
    }

    /// Whether some distribution of the template serves it by plain HTTP; unknown if none uses it.
    pub fn serves_plain_http(resource: &Resource<'r>, at: Span) -> Setting<'r, bool> {
        let open = Unknown { span: at, reason: Reason::Outside("no distribution of the template uses this origin") };
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
