//! CloudTrail: trails and event data stores, and what they record of management events.
//!
//! Whether a trail is on, sealed or validated are plain properties, which rules read themselves.

use crate::cloudformation::{Data, Map, Part, Presence, Resource, Value};
use crate::setting::{Reason, Setting, Site, Unknown};

/// A trail, or an event data store: the two places where events of an account are kept.
#[derive(Clone)]
pub struct Trail<'r> {
    resource: Resource<'r>,
    kind: TrailKind,
}

/// What kind of record it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrailKind {
    /// `AWS::CloudTrail::Trail`.
    Trail,
    /// `AWS::CloudTrail::EventDataStore`.
    EventDataStore,
}

/// What a trail is there for.
#[derive(Clone, Debug)]
pub enum Task<'r> {
    /// To record management events, whether or not it does.
    Management,
    /// To record accesses to data, beside another trail of the run that records management events.
    DataBesideAnother,
    /// To record accesses to data; no trail of the run records management events, which one outside
    /// may do.
    DataAlone(Unknown<'r>),
    /// To keep something other than events: configuration items, evidence, events of other sources.
    Other,
    /// Only the deployment tells.
    Open(Unknown<'r>),
}

/// What is recorded of management events, and of those of KMS among them.
#[derive(Clone, Debug)]
pub struct ManagementEvents<'r> {
    /// Any at all.
    pub any: Recorded<'r>,
    /// Those that only read: `Decrypt`, `GetSecretValue`.
    pub reads: Recorded<'r>,
    /// Those that change something.
    pub writes: Recorded<'r>,
    /// Reads of KMS.
    pub kms_reads: Recorded<'r>,
    /// Writes of KMS.
    pub kms_writes: Recorded<'r>,
    has_data: bool,
}

/// Whether something is recorded.
#[derive(Clone, Debug)]
pub enum Recorded<'r> {
    /// It is.
    Yes,
    /// It is not: the narrowest place that leaves it out.
    No(Site),
    /// Only the deployment tells.
    Open(Unknown<'r>),
}

const KMS: &str = "kms.amazonaws.com";

impl<'r> Trail<'r> {
    /// The types that are one.
    pub const TYPES: &'static [&'static str] =
        &["AWS::CloudTrail::Trail", "AWS::CloudTrail::EventDataStore"];

    /// `resource` as a trail, if it is one.
    pub fn of(resource: &Resource<'r>) -> Option<Self> {
        let kind = match resource.type_name() {
            "AWS::CloudTrail::Trail" => TrailKind::Trail,
            "AWS::CloudTrail::EventDataStore" => TrailKind::EventDataStore,
            _ => return None,
        };
        Some(Self { resource: resource.clone(), kind })
    }

    /// What kind of record it is.
    pub fn kind(&self) -> TrailKind {
        self.kind
    }

    /// The property that names its key.
    pub fn key_property(&self) -> &'static str {
        match self.kind {
            TrailKind::Trail => "KMSKeyId",
            TrailKind::EventDataStore => "KmsKeyId",
        }
    }

    /// What it records of management events; none where it keeps something other than events.
    ///
    /// An event is recorded where any selector matches it. Without selectors, all management events
    /// are.
    ///
    /// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-management-events-with-cloudtrail.html>
    pub fn management_events(&self) -> Option<ManagementEvents<'r>> {
        let mut selectors = self.selectors("AdvancedEventSelectors", Selector::advanced);
        match self.kind {
            TrailKind::Trail => selectors.extend(self.selectors("EventSelectors", Selector::basic)),
            TrailKind::EventDataStore => (),
        }
        selectors.iter().all(|it| it.is_of_events).then(|| ManagementEvents::of(&selectors))
    }

    /// What it is there for: a trail of data events alone supplements one of management events.
    pub fn task(&self) -> Task<'r> {
        let Some(events) = self.management_events() else { return Task::Other };
        let (doubt, span) = match events.any {
            Recorded::No(at) if events.has_data => (None, at.span),
            Recorded::Yes | Recorded::No(_) => return Task::Management,
            Recorded::Open(unknown) => (Some(unknown.clone()), unknown.span),
        };
        match (self.another_records_management(), doubt) {
            (Presence::Yes, None) => Task::DataBesideAnother,
            (Presence::Yes | Presence::Maybe(_), Some(unknown))
            | (Presence::Maybe(unknown), None) => Task::Open(unknown),
            (Presence::No, _) => {
                let reason = Reason::Outside("another trail may record management events");
                Task::DataAlone(Unknown { span, reason })
            }
        }
    }

    /// Whether another trail of the run records management events.
    fn another_records_management(&self) -> Presence<'r> {
        let mut found = Presence::No;
        for other in Self::TYPES.iter().flat_map(|it| self.resource.peers_of(it)) {
            if other.is_same(&self.resource) {
                continue;
            }
            let events = Self::of(&other).and_then(|it| it.management_events());
            match events.map(|it| it.any) {
                Some(Recorded::Yes) => return Presence::Yes,
                Some(Recorded::Open(unknown)) => found = Presence::Maybe(unknown),
                Some(Recorded::No(_)) | None => (),
            }
        }
        found
    }

    fn selectors(
        &self,
        property: &str,
        read: fn(&Map<'r>, Site) -> Selector<'r>,
    ) -> Vec<Selector<'r>> {
        let properties = self.resource.properties();
        let list = properties.get(property);
        // What no selector of a list asks for is missing under the key of the list.
        let key = properties.key_of(property).unwrap_or(list.site.span);
        match list.items() {
            Setting::Known(items, _) => items
                .iter()
                .filter_map(|it| match it.block() {
                    Setting::Known(selector, _) => Some(read(&selector, key.into())),
                    Setting::Absent(_) => None,
                    Setting::Unknown(unknown) => Some(Selector::open(unknown)),
                })
                .collect(),
            Setting::Absent(_) => Vec::new(),
            Setting::Unknown(unknown) => vec![Selector::open(unknown)],
        }
    }
}

impl<'r> ManagementEvents<'r> {
    fn of(selectors: &[Selector<'r>]) -> Self {
        Self {
            any: union(selectors, &[|it| &it.management]),
            reads: union(selectors, &[|it| &it.management, |it| &it.reads]),
            writes: union(selectors, &[|it| &it.management, |it| &it.writes]),
            kms_reads: union(selectors, &[|it| &it.management, |it| &it.reads, |it| &it.kms]),
            kms_writes: union(selectors, &[|it| &it.management, |it| &it.writes, |it| &it.kms]),
            has_data: selectors.iter().any(|it| it.has_data),
        }
    }
}

/// What one selector asks for. Each aspect is read as if the others held.
struct Selector<'r> {
    management: Recorded<'r>,
    reads: Recorded<'r>,
    writes: Recorded<'r>,
    kms: Recorded<'r>,
    /// It asks for accesses to data, or to the network.
    has_data: bool,
    /// It asks for events of CloudTrail, not for what other services send.
    is_of_events: bool,
}

impl<'r> Selector<'r> {
    /// A selector of which nothing is known.
    fn open(unknown: Unknown<'r>) -> Self {
        Self { management: Recorded::Open(unknown), has_data: true, ..Self::all() }
    }

    /// A selector that asks for all management events.
    fn all() -> Self {
        Self {
            management: Recorded::Yes,
            reads: Recorded::Yes,
            writes: Recorded::Yes,
            kms: Recorded::Yes,
            has_data: false,
            is_of_events: true,
        }
    }

    /// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_EventSelector.html>
    fn basic(map: &Map<'r>, _key: Site) -> Self {
        let mut selector = Self::all();
        selector.management = match map.bool("IncludeManagementEvents") {
            Setting::Known(true, _) | Setting::Absent(_) => Recorded::Yes,
            Setting::Known(false, at) => Recorded::No(at),
            Setting::Unknown(unknown) => Recorded::Open(unknown),
        };
        match map.text("ReadWriteType") {
            Setting::Known(text, at) => match &*text {
                "All" => (),
                "ReadOnly" => selector.writes = Recorded::No(at),
                "WriteOnly" => selector.reads = Recorded::No(at),
                _ => selector.is_a_part(
                    at,
                    &Reason::Malformed("`All`, `ReadOnly` or `WriteOnly` is expected"),
                ),
            },
            Setting::Absent(_) => (),
            Setting::Unknown(unknown) => selector.is_a_part(unknown.span.into(), &unknown.reason),
        }
        selector.leave_out(&map.get("ExcludeManagementEventSources"));
        selector.has_data = match map.items("DataResources") {
            Setting::Known(items, _) => !items.is_empty(),
            Setting::Absent(_) => false,
            Setting::Unknown(_) => true,
        };
        selector
    }

    /// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html>
    fn advanced(map: &Map<'r>, key: Site) -> Self {
        let fields = match map.items("FieldSelectors") {
            Setting::Known(fields, _) => fields,
            Setting::Absent(span) => return Self::without_category(span.into()),
            Setting::Unknown(unknown) => return Self::open(unknown),
        };
        let mut selector = Self::without_category(key);
        for field in fields {
            let field = match field.block() {
                Setting::Known(field, _) => field,
                Setting::Absent(_) => continue,
                Setting::Unknown(unknown) => return Self::open(unknown),
            };
            let (name, at) = match field.text("Field") {
                Setting::Known(name, at) => (name, at),
                Setting::Absent(span) => {
                    let reason = Reason::Malformed("the name of a field is expected");
                    return Self::open(Unknown { span, reason });
                }
                Setting::Unknown(unknown) => return Self::open(unknown),
            };
            match &*name {
                "eventCategory" => selector.read_category(&field, key),
                "readOnly" => selector.read_half(&field),
                "eventSource" => {
                    selector.leave_out(&field.get("NotEquals"));
                    if OPERATORS.iter().any(|&it| it != "NotEquals" && !field.get(it).is_absent()) {
                        selector.is_a_part(at, &PART);
                    }
                }
                // Of the events of a category, some; which, only their senders know.
                _ => selector.is_a_part(at, &PART),
            }
        }
        selector
    }

    /// The service refuses a selector that names no category.
    fn without_category(at: Site) -> Self {
        let reason = Reason::Malformed("a selector of the field `eventCategory` is expected");
        Self { has_data: false, ..Self::open(Unknown { span: at.span, reason }) }
    }

    fn read_category(&mut self, field: &Map<'r>, key: Site) {
        let categories = values(&field.get("Equals"));
        if categories.is_empty() {
            // Without a category, or by another operator, the service refuses the selector.
            return;
        }
        self.management = Recorded::No(key);
        for value in categories {
            match value.text() {
                Setting::Known(text, _) => match &*text {
                    "Management" => self.management = Recorded::Yes,
                    "Data" | "NetworkActivity" => self.has_data = true,
                    _ => self.is_of_events = false,
                },
                Setting::Absent(_) => (),
                Setting::Unknown(unknown) => return self.management = Recorded::Open(unknown),
            }
        }
    }

    /// `readOnly` is `true` or `false`; both together are all.
    fn read_half(&mut self, field: &Map<'r>) {
        let (mut reads, mut writes) = (None, None);
        for value in values(&field.get("Equals")) {
            match value.text() {
                Setting::Known(text, at) if text.eq_ignore_ascii_case("true") => reads = Some(at),
                Setting::Known(text, at) if text.eq_ignore_ascii_case("false") => writes = Some(at),
                Setting::Known(_, at) => {
                    return self.is_a_part(at, &Reason::Malformed("`true` or `false` is expected"));
                }
                Setting::Absent(_) => (),
                Setting::Unknown(unknown) => {
                    return self.is_a_part(unknown.span.into(), &unknown.reason);
                }
            }
        }
        match (reads, writes) {
            (Some(_), Some(_)) => (),
            (Some(at), None) => self.writes = Recorded::No(at),
            (None, Some(at)) => self.reads = Recorded::No(at),
            (None, None) => self.is_a_part(field.key().into(), &PART),
        }
    }

    /// Leaves the events of some sources out.
    fn leave_out(&mut self, sources: &Value<'r>) {
        for source in values(sources) {
            match source.text() {
                Setting::Known(text, at) if text == KMS => return self.kms = Recorded::No(at),
                Setting::Known(..) | Setting::Absent(_) => (),
                Setting::Unknown(_) if is_host_of_kms(&source) => {
                    return self.kms = Recorded::No(source.site);
                }
                Setting::Unknown(unknown) => self.kms = Recorded::Open(unknown),
            }
        }
    }

    /// Of reads and of writes, only some are recorded, or nobody knows which.
    fn is_a_part(&mut self, at: Site, reason: &Reason<'r>) {
        for half in [&mut self.reads, &mut self.writes] {
            match half {
                Recorded::Yes | Recorded::Open(_) => {
                    *half = Recorded::Open(Unknown { span: at.span, reason: reason.clone() });
                }
                Recorded::No(_) => (),
            }
        }
    }
}

const PART: Reason<'static> =
    Reason::Outside("a selector by other fields records only some of the events");

/// The operators of a field.
const OPERATORS: &[&str] =
    &["EndsWith", "Equals", "NotEndsWith", "NotEquals", "NotStartsWith", "StartsWith"];

/// The elements of a list; a list that is not known, as its only one.
fn values<'r>(list: &Value<'r>) -> Vec<Value<'r>> {
    match list.items() {
        Setting::Known(items, _) => items,
        Setting::Absent(_) => Vec::new(),
        Setting::Unknown(_) => vec![list.clone()],
    }
}

/// Whether it is `kms.${AWS::URLSuffix}`, whatever that is.
fn is_host_of_kms(source: &Value<'_>) -> bool {
    let Data::Pattern(parts) = &source.data else { return false };
    matches!(parts.as_slice(), [Part::Text(service), Part::Unknown(Reason::PseudoParameter(suffix))]
        if service == "kms." && suffix == "AWS::URLSuffix")
}

type Aspect<'r> = for<'s> fn(&'s Selector<'r>) -> &'s Recorded<'r>;

/// What selectors record together of events that have all of `aspects`: of those that ask for one
/// aspect, the next is asked.
fn union<'r>(selectors: &[Selector<'r>], aspects: &[Aspect<'r>]) -> Recorded<'r> {
    let mut left: Vec<(&Selector<'r>, Option<&Unknown<'r>>)> =
        selectors.iter().map(|it| (it, None)).collect();
    for aspect in aspects {
        let mut without = None;
        let mut next = Vec::with_capacity(left.len());
        for (selector, doubt) in left {
            match aspect(selector) {
                Recorded::Yes => next.push((selector, doubt)),
                Recorded::Open(unknown) => next.push((selector, doubt.or(Some(unknown)))),
                Recorded::No(at) => without = without.or(Some(*at)),
            }
        }
        match without {
            Some(at) if next.is_empty() => return Recorded::No(at),
            Some(_) | None => left = next,
        }
    }
    // Without selectors, everything is recorded.
    let doubts: Option<Vec<&Unknown<'r>>> = left.into_iter().map(|it| it.1).collect();
    match doubts.as_deref() {
        Some([first, ..]) => Recorded::Open((*first).clone()),
        Some([]) | None => Recorded::Yes,
    }
}
