//! A template as one plain document, for tools that look at whole documents: intrinsics resolved as
//! far as they are known in one world, resources that do not exist there left out, loops written
//! out. Every part keeps the place it was written at.
//!
//! What is not known keeps the shape people write such values in, the long form of the intrinsic
//! (`{"Ref": "Key"}`), and says why it is not known.

use std::borrow::Cow;

use rustc_hash::FxHashSet;
use stackseal_syntax::{Entry, Kind, Node, Span, Style};

use super::foreach;
use super::intrinsic::{Argument, call, is_standard_tag, literal, word};
use super::map::Map;
use super::parameter::Parameter;
use super::scope::Scope;
use super::stacks::Stacks;
use super::template::{ResourceEntry, Template, section};
use super::value::{Data, Part, Reference, Scalar, Value};
use super::world::Replay;
use crate::setting::Reason;

/// A part of a document that needs no more evaluation.
#[derive(Clone, Debug, PartialEq)]
pub struct Resolved<'r> {
    /// Where it is written; for a value taken from elsewhere, where it is used.
    pub span: Span,
    /// What it is.
    pub content: Content<'r>,
    /// Why it is not known: then `content` is the form it is written in.
    pub unknown: Option<String>,
}

/// What a part of a document is.
#[derive(Clone, Debug, PartialEq)]
pub enum Content<'r> {
    /// Nothing, written as such.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// Any other number; finite.
    Float(f64),
    /// Text.
    Text(Cow<'r, str>),
    /// A list.
    List(Vec<Resolved<'r>>),
    /// A mapping.
    Map {
        /// The entries, in the order of the file.
        entries: Vec<ResolvedEntry<'r>>,
        /// Why entries may be there that cannot be seen.
        may_have_more: Option<String>,
    },
}

/// An entry of a mapping.
#[derive(Clone, Debug, PartialEq)]
pub struct ResolvedEntry<'r> {
    /// The key.
    pub key: Cow<'r, str>,
    /// Where the key stands.
    pub key_span: Span,
    /// The value.
    pub value: Resolved<'r>,
}

/// Which parts of a template are wanted: what nobody looks at forks no world.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Wanted {
    /// All of it.
    #[default]
    All,
    /// The resources of these types, in order, and one of another type to stand for the rest.
    /// Outputs stay as they are written.
    ResourcesOf(Vec<String>),
}

impl Wanted {
    fn has(&self, type_name: Option<&str>) -> bool {
        match self {
            Self::All => true,
            Self::ResourcesOf(types) => {
                // What has no type that can be read may be of any.
                type_name.is_none_or(|it| types.iter().any(|wanted| wanted == it))
            }
        }
    }

    /// Whether `template` has a resource that is asked for.
    pub fn concerns(&self, template: &Template<'_>) -> bool {
        *self == Self::All || template.entries().iter().any(|it| self.has(it.type_name))
    }
}

impl<'r> Resolved<'r> {
    /// A document without intrinsics, as it is written.
    pub fn plain(node: Node<'r>) -> Self {
        written(node)
    }

    /// `template` in the world of `replay`.
    pub fn template(
        template: &'r Template<'r>,
        stacks: &'r Stacks<'r>,
        replay: &'r Replay,
        wanted: &Wanted,
    ) -> Self {
        let scope = Scope::new(template, stacks, replay);
        let root = template.root();
        let entries = root.entries().filter_map(|entry| {
            let value = match entry.key.text()? {
                "Resources" if section(entry.value).is_some() => {
                    resources(&scope, entry.value, wanted)
                }
                "Outputs" if *wanted == Wanted::All => resolve(&scope, entry.value)?,
                _ => written(entry.value),
            };
            Some(entry_of(entry, value))
        });
        let content = Content::Map { entries: entries.collect(), may_have_more: None };
        Self { span: root.span(), content, unknown: None }
    }

    /// A known part at `span`.
    fn known(span: Span, content: Content<'r>) -> Self {
        Self { span, content, unknown: None }
    }
}

fn entry_of<'r>(entry: Entry<'r>, value: Resolved<'r>) -> ResolvedEntry<'r> {
    let key = Cow::Borrowed(entry.key.text().unwrap_or_default());
    ResolvedEntry { key, key_span: entry.key.span(), value }
}

fn resources<'r>(scope: &Scope<'r>, node: Node<'r>, wanted: &Wanted) -> Resolved<'r> {
    let mut entries = Vec::new();
    let mut has_other = false;
    for entry in scope.template.entries() {
        let value = if wanted.has(entry.type_name) {
            match resource(scope, entry) {
                Some(value) => value,
                None => continue,
            }
        } else if has_other {
            continue;
        } else {
            // Whether a template is empty, or has nothing of what is asked for, makes a difference.
            has_other = true;
            let kind = entry.body.entry("Type").into_iter();
            let kind = kind.map(|it| entry_of(it, written(it.value)));
            let content = Content::Map { entries: kind.collect(), may_have_more: None };
            Resolved::known(entry.body.span(), content)
        };
        entries.push(ResolvedEntry {
            key: Cow::Borrowed(&*entry.id),
            key_span: entry.id_span,
            value,
        });
    }
    let is_repeated = !scope.template.unknown_repetitions().is_empty();
    let may_have_more = is_repeated.then(|| Reason::Collection.to_string());
    Resolved::known(node.span(), Content::Map { entries, may_have_more })
}

/// A resource, if it exists in this world.
fn resource<'r>(scope: &Scope<'r>, entry: &'r ResourceEntry<'r>) -> Option<Resolved<'r>> {
    let scope = Scope { bindings: entry.bindings.clone(), ..scope.clone() };
    let condition = entry.condition.map(|it| replaced(&scope, it));
    if condition.is_some_and(|it| scope.decide(&it) == Some(false)) {
        return None;
    }
    let globals = entry.type_name.and_then(|it| scope.template.globals(it));
    let mut entries = Vec::new();
    for part in entry.body.entries() {
        let Some(name) = part.key.text() else { continue };
        let value = match name {
            "Properties" if part.value.kind() == Kind::Mapping && call(part.value).is_none() => {
                Some(map(&scope, part.value, globals))
            }
            "Type" | "Condition" | "Metadata" | "DependsOn" => Some(written(part.value)),
            _ => resolve(&scope, part.value),
        };
        entries.extend(value.map(|it| entry_of(part, it)));
    }
    if let Some(globals) = globals
        && entry.body.get("Properties").is_none()
    {
        let value = map(&scope, globals, None);
        let (key, key_span) = (Cow::Borrowed("Properties"), globals.span());
        entries.push(ResolvedEntry { key, key_span, value });
    }
    let content = Content::Map { entries, may_have_more: macro_words(&scope) };
    Some(Resolved::known(entry.body.span(), content))
}

/// Why a macro of the template may add to any mapping.
fn macro_words(scope: &Scope<'_>) -> Option<String> {
    let name = scope.template.macro_name()?;
    Some(Reason::MayBeAdded(Cow::Borrowed(name)).to_string())
}

/// What `node` is in this world; none where `AWS::NoValue` takes it away.
fn resolve<'r>(scope: &Scope<'r>, node: Node<'r>) -> Option<Resolved<'r>> {
    if let Some((name, argument)) = call(node) {
        return called(scope, node, name, argument);
    }
    if let Some(tag) = node.tag()
        && !is_standard_tag(tag)
    {
        return Some(unknown(written(node), Reason::Macro(Cow::Borrowed(tag)).to_string()));
    }
    Some(match node.kind() {
        Kind::Scalar => match scope.bindings.as_ref().zip(node.text()) {
            Some((bindings, text)) if text.contains('{') => {
                let text = bindings.replace(text);
                let is_plain = node.style() == Style::Plain;
                Resolved::known(node.span(), scalar(Cow::Owned(text), is_plain))
            }
            _ => written(node),
        },
        Kind::Sequence => {
            let items = node.items().filter_map(|it| resolve(scope, it)).collect();
            Resolved::known(node.span(), Content::List(items))
        }
        Kind::Mapping => map(scope, node, None),
    })
}

fn called<'r>(
    scope: &Scope<'r>,
    node: Node<'r>,
    name: &'r str,
    argument: Argument<'r>,
) -> Option<Resolved<'r>> {
    if name == "Fn::If"
        && let Some((condition, yes, no)) = three(argument)
        && let Some(decided) = word(condition).and_then(|it| scope.decide(&replaced(scope, it)))
    {
        return resolve(scope, if decided { yes } else { no });
    }
    // A text without variables may hold a dynamic reference, which is a text like any other here.
    if name == "Fn::Sub"
        && let Some(text) = argument.text().filter(|it| !it.contains("${"))
    {
        return Some(Resolved::known(node.span(), boolean_or_text(Cow::Borrowed(text))));
    }
    let value = scope.evaluate(node, node.span());
    // What is encoded may be judged as if it were not only where it is text.
    let is_encoded = matches!(name, "Fn::Base64" | "Fn::ToJsonString");
    match value.data {
        Data::Map(_) | Data::List(_) if is_encoded => {
            Some(unknown(written(node), Reason::Pattern.to_string()))
        }
        Data::Absent => None,
        Data::Unknown(ref reason) => {
            let reason = reason.to_string();
            Some(unknown(written(node), reason))
        }
        Data::Reference(reference) => {
            let reason = reference.reason().to_string();
            Some(unknown(written(node), reason))
        }
        Data::Pattern(_) => Some(unknown(written(node), Reason::Pattern.to_string())),
        Data::Scalar(_) | Data::List(_) | Data::Map(_) => evaluated(value),
    }
}

/// A value that has no node of its own.
fn evaluated(value: Value<'_>) -> Option<Resolved<'_>> {
    let Value { data, site, parameter } = value;
    let span = site.span;
    Some(match data {
        Data::Absent => return None,
        Data::Scalar(it) => Resolved::known(span, typed(it, parameter)),
        Data::Reference(it) => unknown_at(span, reference(it), it.reason().to_string()),
        Data::Pattern(parts) => unknown_at(span, pattern(&parts), Reason::Pattern.to_string()),
        Data::Unknown(reason) => {
            let form = match &reason {
                Reason::Parameter(name) | Reason::PseudoParameter(name) => {
                    long(span, "Ref", text_at(span, name.clone()))
                }
                _ => long(span, "Fn::Transform", Resolved::known(span, Content::Null)),
            };
            unknown_at(span, form, reason.to_string())
        }
        Data::List(list) => {
            let items = list.items().into_iter().filter_map(evaluated).collect();
            Resolved::known(span, Content::List(items))
        }
        Data::Map(Map { node: Some(node), base, scope, .. }) => map(&scope, node, base),
        Data::Map(it) => {
            let entries = it.entries().into_iter().filter_map(|item| {
                let value = evaluated(item.value)?;
                Some(ResolvedEntry { key: item.key, key_span: item.key_span, value })
            });
            let content = Content::Map { entries: entries.collect(), may_have_more: None };
            Resolved::known(span, content)
        }
    })
}

/// A mapping, with what SAM's `Globals` put under it.
fn map<'r>(scope: &Scope<'r>, node: Node<'r>, base: Option<Node<'r>>) -> Resolved<'r> {
    let mut entries: Vec<ResolvedEntry<'r>> = Vec::with_capacity(node.entries().len());
    let mut may_have_more = macro_words(scope);
    let mut own: FxHashSet<&str> = FxHashSet::default();
    for entry in node.entries() {
        let Some(key) = entry.key.text() else { continue };
        if key.starts_with("Fn::ForEach") {
            match foreach::expand(scope, entry) {
                Some(expansions) => entries.extend(expansions.into_iter().filter_map(|it| {
                    let scope = Scope { bindings: Some(it.bindings), ..scope.clone() };
                    let value = resolve(&scope, it.value)?;
                    Some(ResolvedEntry { key: Cow::Owned(it.key), key_span: it.key_span, value })
                })),
                None => may_have_more = Some(Reason::Collection.to_string()),
            }
            continue;
        }
        if key == "Fn::Transform" {
            may_have_more = Some(Reason::MayBeAdded(Cow::Borrowed(key)).to_string());
            continue;
        }
        own.insert(key);
        let below = base.and_then(|it| it.get(key));
        let both = |it: Node<'_>| it.kind() == Kind::Mapping && call(it).is_none();
        let value = match below {
            Some(below) if both(entry.value) && both(below) => {
                Some(map(scope, entry.value, Some(below)))
            }
            Some(below) if literal(entry.value).is_some_and(|it| it.kind() == Kind::Sequence) => {
                let items = below.items().chain(entry.value.items());
                let items = items.filter_map(|it| resolve(scope, it)).collect();
                Some(Resolved::known(entry.value.span(), Content::List(items)))
            }
            _ => resolve(scope, entry.value),
        };
        entries.extend(value.map(|it| entry_of(entry, it)));
    }
    for entry in base.into_iter().flat_map(Node::entries) {
        if entry.key.text().is_some_and(|it| !own.contains(it)) {
            entries.extend(resolve(scope, entry.value).map(|it| entry_of(entry, it)));
        }
    }
    Resolved::known(node.span(), Content::Map { entries, may_have_more })
}

/// A node as it is written, intrinsics in their long form.
fn written(node: Node<'_>) -> Resolved<'_> {
    let span = node.span();
    match call(node) {
        Some((name, argument)) => long(span, name, argument_written(argument)),
        None => bare(node),
    }
}

fn argument_written(argument: Argument<'_>) -> Resolved<'_> {
    let node = argument.node();
    match argument.call() {
        Some((name, inner)) => long(node.span(), name, argument_written(inner)),
        None => bare(node),
    }
}

/// A node without regard to its own tag.
fn bare(node: Node<'_>) -> Resolved<'_> {
    let content = match node.kind() {
        Kind::Scalar if node.is_null() => Content::Null,
        Kind::Scalar => {
            let is_plain = node.style() == Style::Plain && node.tag().is_none();
            scalar(Cow::Borrowed(node.text().unwrap_or_default()), is_plain)
        }
        Kind::Sequence => Content::List(node.items().map(written).collect()),
        Kind::Mapping => {
            let entries = node.entries().map(|it| entry_of(it, written(it.value)));
            Content::Map { entries: entries.collect(), may_have_more: None }
        }
    };
    Resolved::known(node.span(), content)
}

fn unknown(form: Resolved<'_>, reason: String) -> Resolved<'_> {
    Resolved { unknown: Some(reason), ..form }
}

fn unknown_at(span: Span, form: Resolved<'_>, reason: String) -> Resolved<'_> {
    Resolved { span, ..unknown(form, reason) }
}

fn text_at(span: Span, text: Cow<'_, str>) -> Resolved<'_> {
    Resolved::known(span, Content::Text(text))
}

/// An intrinsic in its long form.
fn long<'r>(span: Span, name: &'r str, argument: Resolved<'r>) -> Resolved<'r> {
    let entry = ResolvedEntry { key: Cow::Borrowed(name), key_span: span, value: argument };
    Resolved::known(span, Content::Map { entries: vec![entry], may_have_more: None })
}

fn reference(it: Reference<'_>) -> Resolved<'_> {
    let span = Span::start_of(it.template.file());
    let id = text_at(span, Cow::Borrowed(it.id));
    match it.attribute {
        None => long(span, "Ref", id),
        Some(attribute) => {
            let parts = vec![id, text_at(span, Cow::Borrowed(attribute))];
            long(span, "Fn::GetAtt", Resolved::known(span, Content::List(parts)))
        }
    }
}

/// A text with holes, as `Fn::Sub` would write it.
fn pattern<'r>(parts: &[Part<'r>]) -> Resolved<'r> {
    let mut text = String::new();
    let mut span = None;
    for part in parts {
        match part {
            Part::Text(it) => text.push_str(it),
            Part::Reference(it) => {
                span = span.or(Some(Span::start_of(it.template.file())));
                let attribute = it.attribute.map(|it| format!(".{it}")).unwrap_or_default();
                text.extend(["${", it.id, &attribute, "}"]);
            }
            Part::Unknown(Reason::Parameter(name) | Reason::PseudoParameter(name)) => {
                text.extend(["${", name, "}"]);
            }
            Part::Unknown(_) => text.push_str("${}"),
        }
    }
    let span = span.unwrap_or(Span::start_of(stackseal_syntax::FileId(0)));
    long(span, "Fn::Sub", text_at(span, Cow::Owned(text)))
}

fn replaced<'t>(scope: &Scope<'_>, text: &'t str) -> Cow<'t, str> {
    match &scope.bindings {
        Some(bindings) if text.contains('{') => Cow::Owned(bindings.replace(text)),
        _ => Cow::Borrowed(text),
    }
}

fn three(argument: Argument<'_>) -> Option<(Node<'_>, Node<'_>, Node<'_>)> {
    let mut items = argument.items();
    let parts = (items.next()?, items.next()?, items.next()?);
    items.next().is_none().then_some(parts)
}

/// A scalar that came out of an intrinsic, as the service that gets it will read it: a parameter
/// is text to CloudFormation, and a property that wants `true` takes the text for it.
fn typed<'r>(it: Scalar<'r>, parameter: Option<&Parameter<'_>>) -> Content<'r> {
    match parameter {
        Some(parameter) if parameter.type_name == "Number" => scalar(it.text, true),
        None if it.is_plain => scalar(it.text, true),
        Some(_) | None => boolean_or_text(it.text),
    }
}

fn boolean_or_text(text: Cow<'_, str>) -> Content<'_> {
    match &*text {
        it if it.eq_ignore_ascii_case("true") => Content::Bool(true),
        it if it.eq_ignore_ascii_case("false") => Content::Bool(false),
        _ => Content::Text(text),
    }
}

/// A scalar by its text: without quotes it may be a number or a boolean, also by the words of
/// YAML 1.1, which CloudFormation reads.
fn scalar(text: Cow<'_, str>, is_plain: bool) -> Content<'_> {
    if !is_plain {
        return Content::Text(text);
    }
    if let Ok(number) = text.parse::<i64>() {
        return Content::Integer(number);
    }
    let is_numeric = text.bytes().any(|it| it.is_ascii_digit());
    if is_numeric && let Some(number) = text.parse::<f64>().ok().filter(|it| it.is_finite()) {
        return Content::Float(number);
    }
    match &*text {
        "yes" | "on" | "y" => Content::Bool(true),
        "no" | "off" | "n" => Content::Bool(false),
        _ => boolean_or_text(text),
    }
}
