//! Stores of data: what switches encryption on, at rest and on the way, and what names the key.
//!
//! A row a type and property, from the public resource schemas of October 2026. The page of a row is
//! that of its type, `AWS::DAX::Cluster` being
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dax-cluster.html>;
//! what a service does when a property is left out is on the page named at the row.

mod at_rest;
mod cache_cluster;
mod in_transit;
mod keys;
mod method_cache;
mod redshift_group;

pub use at_rest::{AT_REST, AT_REST_TYPES};
pub use cache_cluster::CacheClusterTls;
pub use in_transit::{IN_TRANSIT, IN_TRANSIT_TYPES};
pub(super) use keys::key_in_use;
pub use keys::{STORE_KEY_TYPES, StoreKey, store_keys};
pub use method_cache::{METHOD_CACHE_TYPES, cached_methods};
pub use redshift_group::RedshiftTls;

use stackseal_syntax::Literal;

use crate::cloudformation::{Data, Map, Presence, Resource, Value};
use crate::setting::{Reason, Setting, Site, Unknown};

/// A property that switches a protection of a store on.
#[derive(Debug)]
pub struct Switch {
    /// The type it is of.
    pub type_name: &'static str,
    /// The property: dots descend, `[]` is every element of a list.
    pub path: &'static str,
    /// What happens to the data while the protection is off.
    pub consequence: &'static str,
    /// How much that weighs.
    pub weight: Weight,
    /// The block, or the blocks, `path` is in: without one there is nothing to protect.
    within: &'static str,
    on: On,
    absent: Absent,
    unless: &'static [Unless],
    needs: Needs,
}

/// How much it weighs that a protection is off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// Nothing else protects the data.
    Full,
    /// The service, or what comes next, still does something.
    Lesser,
    /// Leaving it off is usual; only `strict` asks for it.
    Strict,
}

/// Which values switch it on.
#[derive(Clone, Copy, Debug)]
enum On {
    True,
    False,
    OneOf(&'static [&'static str]),
    /// Any but these: what is new to us is taken to be better.
    NoneOf(&'static [&'static str]),
    /// Whatever is there, save an empty text.
    Present,
    /// A list without this text.
    Lacks(&'static str),
}

/// What it means that the property is left out.
#[derive(Clone, Copy, Debug)]
enum Absent {
    Off,
    On,
    /// Off, unless the text at the path is one of these.
    OffUnless(&'static str, &'static [&'static str]),
    /// Nobody says.
    Undocumented,
}

/// When a switch does not decide.
#[derive(Clone, Copy, Debug)]
enum Unless {
    /// Something stands at the path, which decides instead.
    Has(&'static str),
    /// Something stands at the path, which leads out of the template.
    Follows(&'static str),
    /// The text at the path is one of these.
    Is(&'static str, &'static [&'static str]),
    /// The switch at the path is off, and so is this one with it.
    WithoutSwitch(&'static str),
}

/// What the service wants to see beside a switch that is on.
#[derive(Clone, Copy, Debug)]
enum Needs {
    Nothing,
    /// A text at the path; this one is what other services take by themselves.
    Text(&'static str, &'static str),
    /// Something at the path, and only its author knows what.
    Block(&'static str),
}

/// What a switch says.
#[derive(Clone, Debug)]
pub enum Protection<'r> {
    /// It is on.
    On,
    /// It is set to off.
    Off(Site),
    /// It is off for want of a setting.
    Missing(Site),
    /// Something else decides.
    Elsewhere,
    /// Only the deployment tells.
    Open(Unknown<'r>),
}

/// A row without exceptions, whose property is in no block that may be missing.
const fn switch(
    type_name: &'static str,
    path: &'static str,
    on: On,
    absent: Absent,
    consequence: &'static str,
) -> Switch {
    Switch {
        type_name,
        path,
        consequence,
        weight: Weight::Full,
        within: "",
        on,
        absent,
        unless: &[],
        needs: Needs::Nothing,
    }
}

impl Switch {
    const fn within(self, within: &'static str) -> Self {
        Self { within, ..self }
    }

    const fn unless(self, unless: &'static [Unless]) -> Self {
        Self { unless, ..self }
    }

    const fn weighs(self, weight: Weight) -> Self {
        Self { weight, ..self }
    }

    const fn needs(self, needs: Needs) -> Self {
        Self { needs, ..self }
    }

    /// The property, as people write it.
    pub fn property(&self) -> String {
        let dot = if self.within.is_empty() { "" } else { "." };
        format!("{}{dot}{}", self.within, self.path).replace("[]", "")
    }

    /// What switches it on in `resource`: paths of properties, its own first, each with its value.
    /// None where it is not one property of the resource, where there is no one right value, and where
    /// something is missing beside it that nobody but the author knows.
    pub fn settings_on(&self, resource: &Resource<'_>) -> Vec<(&'static str, Literal)> {
        let Some(value) = self.value_on() else { return Vec::new() };
        let mut settings = vec![(self.path, value)];
        match self.needs {
            Needs::Nothing => (),
            Needs::Text(path, text) => {
                if matches!(resource.presence(path), Presence::No) {
                    settings.push((path, text.into()));
                }
            }
            Needs::Block(path) => {
                if !matches!(resource.presence(path), Presence::Yes) {
                    settings.clear();
                }
            }
        }
        settings
    }

    fn value_on(&self) -> Option<Literal> {
        if !self.within.is_empty() || self.path.contains("[]") {
            return None;
        }
        let text = match self.on {
            On::True => return Some(true.into()),
            On::False => return Some(false.into()),
            On::Present | On::Lacks(_) => return None,
            On::OneOf(words) => *words.first()?,
            On::NoneOf(_) => match self.path {
                "ClusterEndpointEncryptionType"
                | "EncryptionInfo.EncryptionInTransit.ClientBroker"
                | "KafkaClusterEncryptionInTransit.EncryptionType" => "TLS",
                "DomainEndpointOptions.TLSSecurityPolicy" => "Policy-Min-TLS-1-2-2019-07",
                "InTransitEncryption" => "TLS1_2",
                "Parameters.tls" => "enabled",
                "TransitEncryptionMode" => "required",
                "DeliveryOptions.TlsPolicy" => "REQUIRE",
                "Rule.TlsPolicy" => "Require",
                _ => return None,
            },
        };
        Some(text.into())
    }

    /// What it says of `resource`, once for every block that has it.
    pub fn read<'r>(&self, resource: &Resource<'r>) -> Vec<Protection<'r>> {
        if !resource.is(self.type_name) {
            return Vec::new();
        }
        let mut open = Vec::new();
        let mut found = Vec::new();
        for block in blocks_at(&resource.properties(), self.within, &mut open) {
            let settings = match self.on {
                On::True => values_at(&block, self.path).iter().map(Value::bool).collect(),
                On::False => {
                    let values = values_at(&block, self.path);
                    values.iter().map(|it| it.bool().map(|it| !it)).collect()
                }
                On::OneOf(words) => texts(&block, self.path, |it| is_among(words, it)),
                On::NoneOf(words) => texts(&block, self.path, |it| !is_among(words, it)),
                On::Present => vec![present(&block, self.path)],
                On::Lacks(word) => vec![lacks(&block, self.path, word)],
            };
            found.extend(settings.into_iter().map(|it| self.judge(resource, it)));
        }
        found.extend(open.into_iter().map(Protection::Open));
        found
    }

    fn judge<'r>(&self, resource: &Resource<'r>, setting: Setting<'r, bool>) -> Protection<'r> {
        let off = match setting {
            Setting::Known(true, _) => return Protection::On,
            Setting::Known(false, at) => Protection::Off(at),
            Setting::Absent(under) => match self.if_absent(resource) {
                Setting::Known(true, _) => match self.exception(resource) {
                    Some(Protection::Elsewhere) => return Protection::Elsewhere,
                    Some(_) | None => return Protection::On,
                },
                Setting::Known(false, _) | Setting::Absent(_) => Protection::Missing(under.into()),
                Setting::Unknown(Unknown { span: _, reason }) => {
                    Protection::Open(Unknown { span: under, reason })
                }
            },
            Setting::Unknown(unknown) => Protection::Open(unknown),
        };
        self.exception(resource).unwrap_or(off)
    }

    /// Whether it is on if it is left out.
    fn if_absent<'r>(&self, resource: &Resource<'r>) -> Setting<'r, bool> {
        let site = Site::at(resource.id_span());
        match self.absent {
            Absent::Off => Setting::Known(false, site),
            Absent::On => Setting::Known(true, site),
            Absent::OffUnless(path, words) => resource.text(path).map(|it| is_among(words, &it)),
            Absent::Undocumented => {
                let reason = Reason::Outside("what the service does by itself is not documented");
                Setting::Unknown(Unknown { span: site.span, reason })
            }
        }
    }

    /// Why it does not decide, if it does not.
    fn exception<'r>(&self, resource: &Resource<'r>) -> Option<Protection<'r>> {
        self.unless.iter().find_map(|unless| match *unless {
            Unless::Has(path) => match resource.presence(path) {
                Presence::Yes => Some(Protection::Elsewhere),
                Presence::No => None,
                Presence::Maybe(unknown) => Some(Protection::Open(unknown)),
            },
            Unless::Follows(path) => match resource.presence(path) {
                Presence::Yes => {
                    let reason =
                        Reason::Outside("the store is as protected as what it is made from");
                    let span = resource.at(path).span();
                    Some(Protection::Open(Unknown { span, reason }))
                }
                Presence::No => None,
                Presence::Maybe(unknown) => Some(Protection::Open(unknown)),
            },
            Unless::Is(path, words) => match resource.text(path) {
                Setting::Known(text, _) => is_among(words, &text).then_some(Protection::Elsewhere),
                Setting::Absent(_) => None,
                Setting::Unknown(unknown) => Some(Protection::Open(unknown)),
            },
            Unless::WithoutSwitch(path) => match resource.bool(path) {
                Setting::Known(false, _) | Setting::Absent(_) => Some(Protection::Elsewhere),
                Setting::Known(true, _) | Setting::Unknown(_) => None,
            },
        })
    }
}

fn texts<'r>(block: &Map<'r>, path: &str, is_on: impl Fn(&str) -> bool) -> Vec<Setting<'r, bool>> {
    values_at(block, path).iter().map(|it| it.text().map(|it| is_on(&it))).collect()
}

fn present<'r>(block: &Map<'r>, path: &str) -> Setting<'r, bool> {
    let value = block.at(path);
    match block.presence(path) {
        Presence::Yes => Setting::Known(true, value.site),
        Presence::No if value.is_absent() => Setting::Absent(value.span()),
        Presence::No => Setting::Known(false, value.site),
        Presence::Maybe(unknown) => Setting::Unknown(unknown),
    }
}

fn lacks<'r>(block: &Map<'r>, path: &str, word: &str) -> Setting<'r, bool> {
    let (items, site) = match block.items(path) {
        Setting::Known(items, site) => (items, site),
        Setting::Absent(span) => return Setting::Absent(span),
        Setting::Unknown(unknown) => return Setting::Unknown(unknown),
    };
    let mut answer = Setting::Known(true, site);
    for item in items {
        match item.text() {
            Setting::Known(text, at) if text == word => return Setting::Known(false, at),
            Setting::Known(..) | Setting::Absent(_) => (),
            Setting::Unknown(unknown) => answer = Setting::Unknown(unknown),
        }
    }
    answer
}

fn is_among(words: &[&str], text: &str) -> bool {
    words.iter().any(|it| it.eq_ignore_ascii_case(text))
}

/// The values at a path, whose first block may also be given as JSON text.
fn values_at<'r>(map: &Map<'r>, path: &str) -> Vec<Value<'r>> {
    if let Some((head, rest)) = path.split_once('.')
        && let Data::Map(block) = map.structure(head).data
    {
        return block.all(rest);
    }
    map.all(path)
}

/// The blocks at a path: dots descend, `[]` is every element of a list, and nothing is `map` itself.
/// Blocks that are not there are left out; what is not known is named in `open`.
pub(super) fn blocks_at<'r>(
    map: &Map<'r>,
    path: &str,
    open: &mut Vec<Unknown<'r>>,
) -> Vec<Map<'r>> {
    if path.is_empty() {
        return vec![map.clone()];
    }
    let (head, rest) = path.split_once('.').unwrap_or((path, ""));
    let blocks = match head.strip_suffix("[]") {
        Some(list) => map.get(list).blocks(open),
        None => match map.get(head).block() {
            Setting::Known(block, _) => vec![block],
            Setting::Absent(_) => Vec::new(),
            Setting::Unknown(unknown) => {
                open.push(unknown);
                Vec::new()
            }
        },
    };
    blocks.iter().flat_map(|it| blocks_at(it, rest, open)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted_by_type() {
        for rows in [AT_REST, IN_TRANSIT] {
            assert!(rows.is_sorted_by_key(|it| it.type_name));
        }
    }
}
