//! Elastic Load Balancing: listeners, what becomes of a request, and where it goes.

use std::borrow::Cow;
use std::str::FromStr;

use crate::cloudformation::{Data, Map, Reference, Resource, Template, Value};
use crate::setting::{Reason, Setting, Unknown};

/// `AWS::ElasticLoadBalancingV2::Listener`.
#[derive(Clone)]
pub struct Listener<'r> {
    resource: Resource<'r>,
}

/// `AWS::ElasticLoadBalancingV2::ListenerRule`.
#[derive(Clone)]
pub struct ListenerRule<'r> {
    resource: Resource<'r>,
}

/// What a load balancer does with a request in the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Sends it to targets.
    Forward,
    /// Sends the client to the same place over HTTPS.
    RedirectToHttps,
    /// Sends the client to another place without changing the protocol.
    RedirectInPlain,
    /// Answers it with a fixed text.
    Answer,
}

/// Where a load balancer stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// On the internet.
    InternetFacing,
    /// In the network.
    Internal,
    /// The load balancer is not in view.
    Open,
}

const LOAD_BALANCER: &str = "AWS::ElasticLoadBalancingV2::LoadBalancer";
const LISTENER: &str = "AWS::ElasticLoadBalancingV2::Listener";
const LISTENER_RULE: &str = "AWS::ElasticLoadBalancingV2::ListenerRule";
const HSTS_ATTRIBUTE: &str = "routing.http.response.strict_transport_security.header_value";
/// Where the attributes of a listener stand.
const ATTRIBUTES: &str = "ListenerAttributes";

impl Action {
    /// Whether a request that came in plain HTTP is served, or goes on, in plain HTTP.
    pub fn stays_plain(self) -> bool {
        match self {
            Self::Forward | Self::RedirectInPlain => true,
            Self::RedirectToHttps | Self::Answer => false,
        }
    }

    /// The last of `actions`, which alone decides: there is exactly one of these, after those that
    /// authenticate. It stands where it is told.
    ///
    /// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html>
    fn of<'r>(actions: &Value<'r>) -> Setting<'r, Self> {
        let mut open = Vec::new();
        for action in actions.blocks(&mut open) {
            match action.text("Type") {
                Setting::Known(ty, site) if ty == "forward" => {
                    return Setting::Known(Self::Forward, site);
                }
                Setting::Known(ty, site) if ty == "fixed-response" => {
                    return Setting::Known(Self::Answer, site);
                }
                Setting::Known(ty, _) if ty == "redirect" => return Self::of_redirect(&action),
                // Those that authenticate, and what is missing and cannot be deployed.
                Setting::Known(..) | Setting::Absent(_) => (),
                Setting::Unknown(unknown) => open.push(unknown),
            }
        }
        match open.pop() {
            Some(unknown) => Setting::Unknown(unknown),
            None => Setting::Absent(actions.span()),
        }
    }

    /// The protocol of the request stays where the redirect does not say.
    fn of_redirect<'r>(action: &Map<'r>) -> Setting<'r, Self> {
        match action.text("RedirectConfig.Protocol") {
            Setting::Known(protocol, site) if protocol == "HTTPS" => {
                Setting::Known(Self::RedirectToHttps, site)
            }
            Setting::Known(_, site) => Setting::Known(Self::RedirectInPlain, site),
            Setting::Absent(under) => Setting::Known(Self::RedirectInPlain, under.into()),
            Setting::Unknown(unknown) => Setting::Unknown(unknown),
        }
    }
}

impl Scheme {
    /// Of the resource `load_balancer`, also one of the classic type.
    pub fn of(load_balancer: &Resource<'_>) -> Self {
        match load_balancer.text("Scheme") {
            Setting::Known(scheme, _) if scheme == "internal" => Self::Internal,
            Setting::Known(..) | Setting::Absent(_) => Self::InternetFacing,
            Setting::Unknown(_) => Self::Open,
        }
    }
}

impl<'r> Listener<'r> {
    /// `resource` as a listener, if it is one.
    pub fn of(resource: &Resource<'r>) -> Option<Self> {
        resource.is(LISTENER).then(|| Self { resource: resource.clone() })
    }

    /// The resource.
    pub fn resource(&self) -> &Resource<'r> {
        &self.resource
    }

    /// What it does with a request that no rule matches.
    pub fn default_action(&self) -> Setting<'r, Action> {
        Action::of(&self.resource.at("DefaultActions"))
    }

    /// How it redirects a request that no rule matches, if it does: the `RedirectConfig`.
    pub fn default_redirect(&self) -> Option<Map<'r>> {
        let actions = self.resource.at("DefaultActions").blocks(&mut Vec::new());
        let is_redirect = |it: &Map<'r>| it.text("Type").known().is_some_and(|it| it == "redirect");
        actions.into_iter().find(is_redirect)?.block("RedirectConfig").known()
    }

    /// Where its load balancer stands.
    pub fn scheme(&self) -> Scheme {
        match self.resource.at("LoadBalancerArn").data {
            Data::Reference(it) if it.type_name() == LOAD_BALANCER => {
                self.resource.follow(&it).map_or(Scheme::Open, |it| Scheme::of(&it))
            }
            Data::Absent
            | Data::Scalar(_)
            | Data::Reference(_)
            | Data::Pattern(_)
            | Data::List(_)
            | Data::Map(_)
            | Data::Unknown(_) => Scheme::Open,
        }
    }

    /// Whether all that comes in goes to Application Load Balancers, whose listeners decide.
    pub fn forwards_to_load_balancers(&self) -> Setting<'r, bool> {
        let mut open = Vec::new();
        let mut at = self.resource.properties().key();
        let mut is_any = false;
        for action in self.resource.at("DefaultActions").blocks(&mut open) {
            let weighted = action.at("ForwardConfig.TargetGroups").blocks(&mut open);
            let groups = weighted.iter().chain([&action]).map(|it| it.get("TargetGroupArn"));
            for group in groups.filter(|it| !it.is_absent()) {
                is_any = true;
                at = group.span();
                match self.target_type(&group) {
                    Setting::Known(ty, _) if ty == "alb" => (),
                    Setting::Known(..) | Setting::Absent(_) => {
                        return Setting::Known(false, group.site);
                    }
                    Setting::Unknown(unknown) => open.push(unknown),
                }
            }
        }
        match open.pop() {
            Some(unknown) => Setting::Unknown(unknown),
            None => Setting::Known(is_any, at.into()),
        }
    }

    fn target_type(&self, group: &Value<'r>) -> Setting<'r, Cow<'r, str>> {
        match &group.data {
            Data::Reference(it) if it.type_name() == "AWS::ElasticLoadBalancingV2::TargetGroup" => {
                match self.resource.follow(it) {
                    Some(group) => group.text("TargetType"),
                    None => Setting::Unknown(Unknown { span: group.span(), reason: it.reason() }),
                }
            }
            _ => {
                let reason = Reason::Outside("the target group is not in view");
                Setting::Unknown(Unknown { span: group.span(), reason })
            }
        }
    }

    /// The priority of a rule that sends every request to HTTPS, so that nothing behind it is
    /// reached; absent if no rule of the run does.
    pub fn redirects_everything(&self) -> Setting<'r, u32> {
        let rules = self.resource.peers_that_may_name(LISTENER_RULE, self.resource.template());
        let rules = rules.map(|resource| ListenerRule { resource });
        let mut first: Option<Setting<'r, u32>> = None;
        for rule in rules.filter(|it| self.resource.is_named_by(&it.resource.at("ListenerArn"))) {
            let is_redirect = matches!(rule.action(), Setting::Known(Action::RedirectToHttps, _));
            if !is_redirect || !rule.matches_everything() {
                continue;
            }
            let priority = rule.priority();
            let is_earlier = match (&first, &priority) {
                (Some(Setting::Known(first, _)), Setting::Known(priority, _)) => priority < first,
                _ => true,
            };
            if is_earlier {
                first = Some(priority);
            }
        }
        first.unwrap_or_else(|| Setting::Absent(self.resource.properties().key()))
    }

    /// Whether it adds Strict-Transport-Security to what it sends.
    ///
    /// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/header-modification.html>
    pub fn sends_hsts(&self) -> bool {
        let mut open = Vec::new();
        let attributes = self.resource.at(ATTRIBUTES).blocks(&mut open);
        attributes.iter().any(|it| {
            let is_it = it.text("Key").known().is_some_and(|it| it == HSTS_ATTRIBUTE);
            is_it && it.has("Value")
        })
    }

    /// Whether any listener of the run that exists together with `resource` adds the header.
    pub fn any_sends_hsts(resource: &Resource<'r>) -> bool {
        let stacks = resource.scope().stacks();
        let with_attributes = stacks.with_listener_attributes.get_or_init(|| {
            let may_have = |it: &&Template<'_>| it.root().tree().may_hold(ATTRIBUTES);
            stacks.templates().iter().filter(may_have).map(Template::index).collect()
        });
        let listeners =
            resource.peers_in(LISTENER, |it| with_attributes.binary_search(&it.index()).is_ok());
        listeners.map(|resource| Self { resource }).any(|it| it.sends_hsts())
    }

    /// The listeners of `load_balancer` that exist together with `resource`.
    pub fn all_of(
        load_balancer: Reference<'r>,
        resource: &Resource<'r>,
    ) -> impl Iterator<Item = Self> + use<'r> {
        let listeners = resource.peers_that_may_name(LISTENER, load_balancer.template);
        let listeners = listeners.filter(move |it| {
            let named = it.at("LoadBalancerArn").data;
            matches!(named, Data::Reference(it) if it.is_same_resource(&load_balancer))
        });
        listeners.map(|resource| Self { resource })
    }
}

impl<'r> ListenerRule<'r> {
    /// `resource` as a rule of a listener, if it is one.
    pub fn of(resource: &Resource<'r>) -> Option<Self> {
        resource.is(LISTENER_RULE).then(|| Self { resource: resource.clone() })
    }

    /// The listener it belongs to, where that is in the run.
    pub fn listener(&self) -> Setting<'r, Listener<'r>> {
        let value = self.resource.at("ListenerArn");
        match &value.data {
            Data::Reference(it) if it.type_name() == LISTENER => match self.resource.follow(it) {
                Some(resource) => Setting::Known(Listener { resource }, value.site),
                None => Setting::Unknown(Unknown { span: value.span(), reason: it.reason() }),
            },
            Data::Absent => Setting::Absent(value.span()),
            _ => {
                let reason = Reason::Outside("the listener of the rule is not in view");
                Setting::Unknown(Unknown { span: value.span(), reason })
            }
        }
    }

    /// What it does with a request that it matches.
    pub fn action(&self) -> Setting<'r, Action> {
        Action::of(&self.resource.at("Actions"))
    }

    /// Its place among the rules of the listener, the smallest first.
    pub fn priority(&self) -> Setting<'r, u32> {
        number(self.resource.text("Priority"), "a number is expected")
    }

    /// Whether it is known to match every request: one condition, a path or host that is a wildcard.
    fn matches_everything(&self) -> bool {
        let mut open = Vec::new();
        let conditions = self.resource.at("Conditions").blocks(&mut open);
        let ([condition], []) = (conditions.as_slice(), open.as_slice()) else { return false };
        let values = match condition.text("Field").known().as_deref() {
            Some("path-pattern") => ["Values", "PathPatternConfig.Values"],
            Some("host-header") => ["Values", "HostHeaderConfig.Values"],
            Some(_) | None => return false,
        };
        let values = values.iter().filter_map(|it| condition.items(it).known()).flatten();
        values.into_iter().any(|it| it.text().known().is_some_and(|it| it == "*" || it == "/*"))
    }
}

/// The port of a listener: `Port`, or `LoadBalancerPort` of the classic type.
pub fn port_of<'r>(listener: &Map<'r>, property: &str) -> Setting<'r, u16> {
    number(listener.text(property), "a port is expected")
}

fn number<'r, T: FromStr>(
    text: Setting<'r, Cow<'r, str>>,
    expected: &'static str,
) -> Setting<'r, T> {
    match text {
        Setting::Known(text, site) => text.parse().map_or_else(
            |_| Setting::Unknown(Unknown { span: site.span, reason: Reason::Malformed(expected) }),
            |number| Setting::Known(number, site),
        ),
        Setting::Absent(under) => Setting::Absent(under),
        Setting::Unknown(unknown) => Setting::Unknown(unknown),
    }
}
