//! Policy documents: read from a template, element by element.
//!
//! Every element is one or a list, and a document is a mapping or JSON text. What cannot be read is
//! kept as unknown, so that no question about the policy is answered by what was left out.

use stackseal_syntax::Span;

use super::actions::{Actions, Sense, begins_like};
use super::condition::{Condition, Operator, Test};
use super::home::Home;
use super::principal::{Identity, Principal};
use super::principals::Principals;
use super::resources::Resources;
use super::statement::{Effect, Statement};
use super::text::Text;
use crate::cloudformation::{Data, Map, Value};
use crate::setting::{Reason, Setting, Site, Unknown};

/// Elements a policy may have. Services accept tens of kilobytes; what is larger is not judged.
const MAX_ELEMENTS: usize = 4096;

/// A policy document.
#[derive(Clone, Debug)]
pub struct Policy<'r> {
    /// The key under which it stands.
    pub key: Span,
    /// Its statements, in order.
    pub statements: Vec<Statement<'r>>,
}

impl<'r> Policy<'r> {
    /// Reads a policy document, deployed to `home`. JSON text must be taken apart by
    /// [`crate::cloudformation::Resource::structure`] before.
    pub fn read(value: &Value<'r>, home: &Home<'r>) -> Setting<'r, Self> {
        Self::read_about("", value, home)
    }

    /// As [`Self::read`], without the statements that list actions none of which begins with
    /// `prefix`: `kms:`.
    pub fn read_about(prefix: &str, value: &Value<'r>, home: &Home<'r>) -> Setting<'r, Self> {
        let document = match value.block() {
            Setting::Known(document, _) => document,
            Setting::Absent(span) => return Setting::Absent(span),
            Setting::Unknown(unknown) => return Setting::Unknown(unknown),
        };
        let statements = match document.get("Statement").items() {
            Setting::Known(statements, _) => statements,
            Setting::Absent(_) => Vec::new(),
            Setting::Unknown(unknown) => return Setting::Unknown(unknown),
        };
        let mut reader = Reader { home, elements: 0 };
        let statements = flat(statements);
        let wanted = statements.iter().filter(|it| !lists_other_actions(it, prefix));
        let statements: Vec<_> = wanted.map(|it| reader.statement(it)).collect();
        if reader.elements > MAX_ELEMENTS {
            let reason = Reason::Outside("the policy is larger than any service accepts");
            return Setting::Unknown(Unknown { span: value.site.span, reason });
        }
        Setting::Known(Self { key: document.key(), statements }, value.site)
    }
}

struct Reader<'h, 'r> {
    home: &'h Home<'r>,
    elements: usize,
}

/// The texts of an element, and what of it is no text.
#[derive(Default)]
struct Texts<'r> {
    listed: Vec<(Text<'r>, Site)>,
    unknown: Option<Unknown<'r>>,
}

impl<'r> Reader<'_, 'r> {
    fn statement(&mut self, value: &Value<'r>) -> Statement<'r> {
        self.elements += 1;
        let map = match value.block() {
            Setting::Known(map, _) if self.elements <= MAX_ELEMENTS => map,
            Setting::Unknown(unknown) => return Statement::unknown(unknown),
            Setting::Known(..) | Setting::Absent(_) => {
                return Statement::unknown(Unknown {
                    span: value.site.span,
                    reason: Reason::Pattern,
                });
            }
        };
        Statement {
            site: value.site,
            effect: effect(&map),
            principals: self.principals(&map),
            actions: self
                .either(&map, "Action", "NotAction")
                .map(|(texts, sense, site)| Actions::new(texts.listed, sense, site, texts.unknown)),
            resources: self.either(&map, "Resource", "NotResource").map(|(texts, sense, site)| {
                Resources { listed: texts.listed, sense, site, unknown: texts.unknown }
            }),
            condition: self.condition(&map),
        }
    }

    /// An element, or the one that says its opposite.
    fn either(
        &mut self,
        map: &Map<'r>,
        name: &str,
        opposite: &str,
    ) -> Option<(Texts<'r>, Sense, Site)> {
        let (value, sense) = one_of(map, name, opposite)?;
        Some((self.texts(&value), sense, value.site))
    }

    fn texts(&mut self, value: &Value<'r>) -> Texts<'r> {
        let mut texts = Texts::default();
        let items = match &value.data {
            Data::List(list) => flat(list.items()),
            Data::Absent => Vec::new(),
            Data::Scalar(_)
            | Data::Reference(_)
            | Data::Pattern(_)
            | Data::Map(_)
            | Data::Unknown(_) => {
                vec![value.clone()]
            }
        };
        self.elements += items.len();
        for item in items.iter().take(MAX_ELEMENTS) {
            if let Some(text) = Text::of(item) {
                texts.listed.push((text, item.site));
            } else {
                let reason = Reason::Malformed("a text is expected");
                texts.unknown = Some(Unknown { span: item.site.span, reason });
            }
        }
        texts
    }

    fn principals(&mut self, map: &Map<'r>) -> Option<Principals<'r>> {
        let (value, sense) = one_of(map, "Principal", "NotPrincipal")?;
        Some(self.principals_of(&value, sense))
    }

    fn principals_of(&mut self, value: &Value<'r>, sense: Sense) -> Principals<'r> {
        let mut principals =
            Principals { named: Vec::new(), sense, site: value.site, unknown: None };
        let Data::Map(map) = &value.data else {
            // Only `*` may stand by itself; whatever else does is meant as if it stood under `AWS`.
            let texts = self.texts(value);
            principals.unknown = texts.unknown;
            let named = texts
                .listed
                .into_iter()
                .map(|(text, site)| (Principal::of_aws(&text, self.home), site));
            principals.named.extend(named);
            return principals;
        };
        for item in map.entries() {
            let texts = self.texts(&item.value);
            principals.unknown = principals.unknown.or(texts.unknown);
            for (text, site) in texts.listed {
                let principal = match &*item.key {
                    "AWS" => Principal::of_aws(&text, self.home),
                    "Service" => Principal::Service(text),
                    "Federated" => Principal::Identity(Identity::Provider(text)),
                    _ => Principal::Nobody,
                };
                principals.named.push((principal, site));
            }
        }
        if hides_entries(map) {
            principals.unknown = Some(Unknown { span: value.site.span, reason: Reason::Pattern });
        }
        principals
    }

    fn condition(&mut self, map: &Map<'r>) -> Condition<'r> {
        let value = map.get("Condition");
        let mut condition = Condition { site: Some(value.site), ..Condition::default() };
        let operators = match value.block() {
            Setting::Known(operators, _) => operators,
            Setting::Absent(_) => return Condition::default(),
            Setting::Unknown(unknown) => {
                condition.unknown = Some(unknown);
                return condition;
            }
        };
        if hides_entries(&operators) {
            condition.unknown = Some(Unknown { span: value.site.span, reason: Reason::Pattern });
        }
        for operator in operators.entries() {
            let keys = match operator.value.block() {
                Setting::Known(keys, _) => keys,
                Setting::Absent(_) => continue,
                Setting::Unknown(unknown) => {
                    condition.unknown = Some(unknown);
                    continue;
                }
            };
            if hides_entries(&keys) {
                condition.unknown =
                    Some(Unknown { span: operator.value.site.span, reason: Reason::Pattern });
            }
            for key in keys.entries() {
                let texts = self.texts(&key.value);
                condition.tests.push(Test {
                    operator: Operator::parse(&operator.key),
                    key: key.key,
                    values: texts.listed,
                    unknown: texts.unknown,
                });
            }
        }
        condition
    }
}

/// Whether the actions of a statement are written out, and none begins with `prefix`.
fn lists_other_actions(statement: &Value<'_>, prefix: &str) -> bool {
    let Data::Map(map) = &statement.data else { return false };
    map.is_written("Action", |it| !begins_like(it, prefix))
}

/// Whether something in this very mapping may bring entries that cannot be seen. What a macro of the
/// whole template may do to a mapping that is there is not assumed.
fn hides_entries(map: &Map<'_>) -> bool {
    map.may_have_more() && map.scope().template().macro_name().is_none()
}

/// The value of an element, or that of its opposite. What a macro may yet add counts only where
/// neither is there.
fn one_of<'r>(map: &Map<'r>, name: &str, opposite: &str) -> Option<(Value<'r>, Sense)> {
    let may_be_added = |it: &Value<'r>| matches!(it.data, Data::Unknown(Reason::MayBeAdded(_)));
    let listed = Some((map.get(name), Sense::Listed)).filter(|(it, _)| !it.is_absent());
    match listed {
        Some((value, _)) if may_be_added(&value) => {
            let other = Some(map.get(opposite)).filter(|it| !it.is_absent() && !may_be_added(it));
            Some(other.map_or((value, Sense::Listed), |it| (it, Sense::AllBut)))
        }
        Some(found) => Some(found),
        None => Some((map.get(opposite), Sense::AllBut)).filter(|(it, _)| !it.is_absent()),
    }
}

fn effect<'r>(map: &Map<'r>) -> Setting<'r, Effect> {
    match map.get("Effect").text() {
        Setting::Known(text, site) => match &*text {
            "Allow" => Setting::Known(Effect::Allow, site),
            "Deny" => Setting::Known(Effect::Deny, site),
            _ => Setting::Unknown(Unknown {
                span: site.span,
                reason: Reason::Malformed("`Allow` or `Deny` is expected"),
            }),
        },
        Setting::Absent(span) => Setting::Absent(span),
        Setting::Unknown(unknown) => Setting::Unknown(unknown),
    }
}

/// Lists within a list, as a parameter of a list type among others yields, written out.
fn flat(values: Vec<Value<'_>>) -> Vec<Value<'_>> {
    let mut all = Vec::with_capacity(values.len());
    for value in values {
        match value.data {
            Data::List(list) => all.extend(list.items()),
            Data::Absent
            | Data::Scalar(_)
            | Data::Reference(_)
            | Data::Pattern(_)
            | Data::Map(_)
            | Data::Unknown(_) => all.push(value),
        }
    }
    all
}

impl<'r> Statement<'r> {
    /// A statement of which nothing is known: it may allow or deny anything to anyone.
    fn unknown(unknown: Unknown<'r>) -> Self {
        let site = Site::at(unknown.span);
        let because = || Some(unknown.clone());
        Self {
            site,
            principals: Some(Principals {
                named: Vec::new(),
                sense: Sense::Listed,
                site,
                unknown: because(),
            }),
            actions: Some(Actions::new(Vec::new(), Sense::Listed, site, because())),
            resources: Some(Resources {
                listed: Vec::new(),
                sense: Sense::Listed,
                site,
                unknown: because(),
            }),
            condition: Condition { unknown: because(), ..Condition::default() },
            effect: Setting::Unknown(unknown),
        }
    }
}
