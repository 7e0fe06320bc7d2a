//! Response headers policies of CloudFront, and whether they send Strict-Transport-Security.

use stackseal_syntax::Span;

use super::distribution::Behaviour;
use crate::cloudformation::{Data, Map, Resource};
use crate::setting::{Reason, Setting, Unknown};

/// The policy of a behaviour.
#[derive(Clone)]
pub enum ResponseHeaders<'r> {
    /// One that CloudFront brings along.
    Managed(&'static ManagedPolicy),
    /// `AWS::CloudFront::ResponseHeadersPolicy` of the run.
    Own(Resource<'r>),
}

/// A policy that CloudFront brings along.
#[derive(Debug)]
pub struct ManagedPolicy {
    id: &'static str,
    name: &'static str,
    sends_hsts: bool,
}

/// What a policy does about Strict-Transport-Security.
#[derive(Clone, Debug)]
pub enum Hsts<'r> {
    /// It sends the header.
    Sent,
    /// It does not, and where it would be said, for a policy of the run.
    Missing(Option<Span>),
    /// It sends the header with a `max-age` of 0, which takes back what was said before.
    Zero(Span),
    /// Only the deployment tells.
    Unknown(Unknown<'r>),
}

/// State of October 2026.
///
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-response-headers-policies.html>
const MANAGED: &[ManagedPolicy] = &[
    managed("5cc3b908-e619-4b99-88e5-2cf7f45965bd", "CORS-With-Preflight", false),
    managed("60669652-455b-4ae9-85a4-c4c02393f86c", "SimpleCORS", false),
    managed("67f7725c-6f97-4210-82d7-5512b31e9d03", "SecurityHeadersPolicy", true),
    managed("e61eb60c-9c35-4d20-a928-2b84e02af89c", "CORS-and-SecurityHeadersPolicy", true),
    managed(
        "eaab4381-ed33-4a86-88ca-d9558dc6cd63",
        "CORS-with-preflight-and-SecurityHeadersPolicy",
        true,
    ),
];

const fn managed(id: &'static str, name: &'static str, sends_hsts: bool) -> ManagedPolicy {
    ManagedPolicy { id, name, sends_hsts }
}

impl<'r> Behaviour<'r> {
    /// Its response headers policy; one that is in no document of the run is unknown.
    pub fn response_headers(&self) -> Setting<'r, ResponseHeaders<'r>> {
        let value = self.config.get("ResponseHeadersPolicyId");
        let unknown = |reason| Setting::Unknown(Unknown { span: value.span(), reason });
        match &value.data {
            Data::Reference(reference)
                if reference.type_name() == "AWS::CloudFront::ResponseHeadersPolicy" =>
            {
                match reference.resource(self.config.scope()) {
                    Some(policy) => Setting::Known(ResponseHeaders::Own(policy), value.site),
                    None => unknown(reference.reason()),
                }
            }
            _ => match value.text() {
                // What is empty counts as left out.
                Setting::Known(id, site) if id.is_empty() => Setting::Absent(site.span),
                Setting::Known(id, site) => match MANAGED.iter().find(|it| it.id == id) {
                    Some(policy) => Setting::Known(ResponseHeaders::Managed(policy), site),
                    None => unknown(Reason::Outside(
                        "what the response headers policy sends stands outside",
                    )),
                },
                Setting::Absent(under) => Setting::Absent(under),
                Setting::Unknown(unknown) => Setting::Unknown(unknown),
            },
        }
    }
}

impl<'r> ResponseHeaders<'r> {
    /// Its name, or its logical id.
    pub fn name(&self) -> &'r str {
        match self {
            Self::Managed(policy) => policy.name,
            Self::Own(policy) => policy.id(),
        }
    }

    /// What it does about Strict-Transport-Security.
    pub fn hsts(&self) -> Hsts<'r> {
        match self {
            Self::Managed(policy) if policy.sends_hsts => Hsts::Sent,
            Self::Managed(_) => Hsts::Missing(None),
            Self::Own(policy) => own(policy),
        }
    }
}

fn own<'r>(policy: &Resource<'r>) -> Hsts<'r> {
    let config = match policy.block("ResponseHeadersPolicyConfig") {
        Setting::Known(config, _) => config,
        Setting::Absent(under) => return Hsts::Missing(Some(under)),
        Setting::Unknown(unknown) => return Hsts::Unknown(unknown),
    };
    let missing =
        match config.text("SecurityHeadersConfig.StrictTransportSecurity.AccessControlMaxAgeSec") {
            Setting::Known(seconds, site) => match seconds.trim().parse::<u64>() {
                Ok(0) => return Hsts::Zero(site.span),
                Ok(_) => return Hsts::Sent,
                Err(_) => {
                    let reason = Reason::Malformed("a number of seconds is expected");
                    return Hsts::Unknown(Unknown { span: site.span, reason });
                }
            },
            Setting::Absent(under) => Hsts::Missing(Some(under)),
            Setting::Unknown(unknown) => Hsts::Unknown(unknown),
        };
    custom(&config).unwrap_or(missing)
}

/// Whether the header is among those that are written out.
fn custom<'r>(config: &Map<'r>) -> Option<Hsts<'r>> {
    let mut open = Vec::new();
    for header in config.at("CustomHeadersConfig.Items").blocks(&mut open) {
        match header.text("Header") {
            Setting::Known(name, _) if name.eq_ignore_ascii_case("Strict-Transport-Security") => {
                return Some(Hsts::Sent);
            }
            Setting::Known(..) | Setting::Absent(_) => (),
            Setting::Unknown(unknown) => open.push(unknown),
        }
    }
    open.pop().map(Hsts::Unknown)
}
