//! `secret-provider-class-objects`: a SecretProviderClass names objects that the AWS provider accepts.
//!
//! The rules of the provider:
//! <https://github.com/aws/secrets-store-csi-driver-provider-aws#secretproviderclass-options>

use std::collections::BTreeMap;

use stackseal_engine::{Check, Cx, Draft, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::kubernetes::{
    Object, ObjectEntry, ObjectList, ObjectService, SecretProviderClass, has_placeholder,
};
use stackseal_model::setting::{Reason, Setting, Site, Unknown};
use stackseal_syntax::{Change, Kind, Node, Span, Style};

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("secret-provider-class-objects"),
    group: Group::Secrets,
    severity: Severity::High,
    profile: Profile::Recommended,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "SecretProviderClass names no object the provider accepts",
    remediation: "Give each object an objectName, and an objectType unless the name is an ARN",
    url: "https://github.com/aws/secrets-store-csi-driver-provider-aws#secretproviderclass-options",
    docs: include_str!("secret_provider_class_objects.md"),
    options: &[],
    checks: &[Check::Manifest { kinds: &["SecretProviderClass"], run: check }],
};

fn check(cx: &mut Cx<'_>, object: &Object<'_>) {
    let Some(class) = SecretProviderClass::new(object) else {
        return;
    };
    match class.provider() {
        Setting::Known("aws", _) => (),
        // Other providers have other formats.
        Setting::Known(..) | Setting::Absent(_) => return,
        Setting::Unknown(unknown) => return cx.undecided(&unknown),
    }
    let id = object.id();
    let node = match class.objects() {
        Setting::Known(node, _) => node,
        Setting::Absent(under) => {
            cx.report(under, format!("`{id}` names no `objects`"));
            return;
        }
        Setting::Unknown(unknown) => return cx.undecided(&unknown),
    };
    let Some(tree) = class.parse_objects().filter(|_| is_text(object, node)) else {
        cx.report(node.span(), format!("`{id}` has `objects` that are no text"));
        return;
    };
    let text = node.text().unwrap_or_default();
    match class.entries(&tree) {
        // A mistake in the text took the document away.
        ObjectList::Empty | ObjectList::NotAList(_) if has_placeholder(text) => {
            cx.undecided(&Unknown { span: node.span(), reason: Reason::Placeholder });
        }
        ObjectList::Empty => match tree.errors().first() {
            Some(error) => {
                cx.report(error.span, format!("`{id}` has `objects` that are not YAML"));
            }
            None => {
                cx.report(node.span(), format!("`{id}` has `objects` without any"));
            }
        },
        ObjectList::NotAList(at) => {
            cx.report(at, format!("`{id}` has `objects` that are no list"));
        }
        ObjectList::Entries(entries) => {
            let mut names = Names { id: &id, aliases: BTreeMap::new(), unnamed: BTreeMap::new() };
            for entry in entries {
                match entry {
                    Ok(entry) => check_entry(cx, &class, entry, &mut names),
                    Err(at) => {
                        cx.report(at, format!("an object of `{id}` is no mapping"));
                    }
                }
            }
        }
    }
}

/// Whether the API server takes `node` for a text.
fn is_text(object: &Object<'_>, node: Node<'_>) -> bool {
    match object.root().read_text(node) {
        Setting::Known(..) => true,
        Setting::Absent(_) => false,
        Setting::Unknown(unknown) => !matches!(unknown.reason, Reason::Malformed(_)),
    }
}

/// How the files of a class are called so far, each with its place.
struct Names<'e, 'i> {
    id: &'i str,
    aliases: BTreeMap<&'e str, Span>,
    /// Entries without an alias, by name and label.
    unnamed: BTreeMap<(&'e str, &'e str), Span>,
}

fn check_entry<'e>(
    cx: &mut Cx<'_>,
    class: &SecretProviderClass<'_>,
    entry: ObjectEntry<'e>,
    names: &mut Names<'e, '_>,
) {
    let id = names.id;
    let (name, name_at) = match entry.text("objectName") {
        Setting::Known("", at) => {
            cx.report(at, format!("an object of `{id}` has an empty `objectName`"));
            return;
        }
        Setting::Known(name, at) => (name, at),
        Setting::Absent(under) => {
            cx.report(under, format!("an object of `{id}` has no `objectName`"));
            return;
        }
        Setting::Unknown(unknown) => match entry.written_name() {
            // A name with placeholders is a name.
            Some(name) if !matches!(unknown.reason, Reason::Malformed(_)) => {
                (name, unknown.span.into())
            }
            Some(_) | None => {
                cx.report(
                    unknown.span,
                    format!("an object of `{id}` has an `objectName` that is no text"),
                );
                return;
            }
        },
    };
    let service = check_type(cx, class, entry, name, name_at);
    if let Some(Setting::Known(..)) = entry.service_of_arn() {
        check_region(cx, class, name, name_at);
    }
    let alias = text(cx, entry, name, "objectAlias");
    let label = text(cx, entry, name, "objectVersionLabel");
    let version = text(cx, entry, name, "objectVersion");
    if service == Some(ObjectService::ParameterStore)
        && let (Some(Setting::Known(..)), Some(Setting::Known(_, at))) = (&version, &label)
    {
        cx.report(*at, format!("`{name}` has both `objectVersion` and `objectVersionLabel`"));
    }
    check_permission(cx, entry, name);
    check_failover(cx, class, entry, name, alias.as_ref());
    let key = label.and_then(Setting::known).unwrap_or_default();
    match alias {
        Some(Setting::Known(alias, at)) if !alias.is_empty() => check_alias(cx, names, alias, at),
        Some(Setting::Known(..) | Setting::Absent(_)) => {
            if let Some(first) = names.unnamed.insert((name, key), name_at.span) {
                cx.report(name_at, format!("`{name}` stands twice in `{id}`, with one file name"))
                    .relate(first, "the first one");
            }
        }
        Some(Setting::Unknown(_)) | None => (),
    }
    check_json_paths(cx, entry, name, names);
}

/// Judges the type, and returns the service that keeps the object, if it is known.
fn check_type(
    cx: &mut Cx<'_>,
    class: &SecretProviderClass<'_>,
    entry: ObjectEntry<'_>,
    name: &str,
    name_at: Site,
) -> Option<ObjectService> {
    let of_arn = entry.service_of_arn();
    if let Some(Setting::Absent(at)) = of_arn {
        cx.report(at, format!("`{name}` is an ARN of neither Secrets Manager nor Systems Manager"));
        return None;
    }
    match (text(cx, entry, name, "objectType")?, of_arn) {
        (Setting::Known(written, at), of_arn) => {
            let Some(service) = ObjectService::from_type(written) else {
                let message = format!(
                    "`{name}` has the `objectType` `{written}`, which is neither `secretsmanager` nor `ssmparameter`"
                );
                cx.report(at, message);
                return None;
            };
            if let Some(Setting::Known(other, _)) = of_arn
                && other != service
            {
                cx.report(at, format!("`{name}` has the `objectType` `{written}`, and is an ARN of another service"));
            }
            Some(service)
        }
        (Setting::Absent(_), Some(Setting::Known(service, _))) => Some(service),
        (Setting::Unknown(unknown), _) | (Setting::Absent(_), Some(Setting::Unknown(unknown))) => {
            cx.undecided(&unknown);
            None
        }
        // It may become an ARN.
        (Setting::Absent(_), None | Some(Setting::Absent(_))) if begins_with_placeholder(name) => {
            cx.undecided(&Unknown { span: name_at.span, reason: Reason::Placeholder });
            None
        }
        (Setting::Absent(under), None | Some(Setting::Absent(_))) => {
            let draft = cx.report(under, format!("`{name}` has no `objectType`"));
            suggest_type(draft, class, name, name_at.span);
            None
        }
    }
}

/// Only Secrets Manager has names that begin like those of the secrets RDS manages.
fn suggest_type(draft: &mut Draft, class: &SecretProviderClass<'_>, name: &str, at: Span) {
    if name.starts_with("rds!") {
        draft.remediation("Add objectType: secretsmanager").fix(add_type(class, at));
    }
}

/// A line under that of the name at `at`, where the objects stand line by line in a block.
fn add_type(class: &SecretProviderClass<'_>, at: Span) -> Option<Mend> {
    let objects = class.objects().known().filter(|it| it.style() == Style::Literal)?;
    let text = &objects.tree().source().text;
    let (start, end) = (usize::try_from(at.start).ok()?, usize::try_from(at.end).ok()?);
    let before = text.get(..start)?.rsplit('\n').next()?;
    let margin = before.trim_end().strip_suffix("objectName:")?;
    let (rest, _) = text.get(end..)?.split_once('\n')?;
    if !margin.chars().all(|it| matches!(it, ' ' | '-')) || !rest.trim().is_empty() {
        return None;
    }
    let line_end = if rest.ends_with('\r') { "\r\n" } else { "\n" };
    let line = format!("{line_end}{}objectType: secretsmanager", margin.replace('-', " "));
    let at = Span { start: at.end, ..at };
    Some(
        Mend::safe("Set `objectType` to `secretsmanager`")
            .change(Change::Replace { at, text: line }),
    )
}

fn begins_with_placeholder(name: &str) -> bool {
    name.starts_with(['$', '{', '<', '@', '%']) && has_placeholder(name)
}

/// Judges the region of an ARN, which has to be the first the class reads from.
fn check_region(cx: &mut Cx<'_>, class: &SecretProviderClass<'_>, name: &str, at: Site) {
    let of_arn = name.strip_prefix("arn:").and_then(|it| it.split(':').nth(2));
    if let (Some(region), Setting::Known(expected, _)) = (of_arn, class.parameter("region"))
        && !has_placeholder(region)
        && region != expected
    {
        cx.report(
            at,
            format!("`{name}` is in region `{region}`, and the class reads from `{expected}`"),
        );
    }
}

fn check_permission(cx: &mut Cx<'_>, entry: ObjectEntry<'_>, name: &str) {
    match text(cx, entry, name, "filePermission") {
        Some(Setting::Known(mode, at)) => {
            let is_mode = mode.len() == 4 && mode.bytes().all(|it| matches!(it, b'0'..=b'7'));
            if !is_mode && !mode.is_empty() {
                cx.report(
                    at,
                    format!("`{name}` has a `filePermission` that is not four octal digits"),
                );
            }
        }
        Some(Setting::Unknown(unknown)) => cx.undecided(&unknown),
        Some(Setting::Absent(_)) | None => (),
    }
}

/// Judges what is read where the first region fails.
fn check_failover(
    cx: &mut Cx<'_>,
    class: &SecretProviderClass<'_>,
    entry: ObjectEntry<'_>,
    name: &str,
    alias: Option<&Setting<'_, &str>>,
) {
    let Some(failover) = entry.failover() else {
        return;
    };
    match alias {
        Some(Setting::Known("", Site { span, .. }) | Setting::Absent(span)) => {
            cx.report(*span, format!("`{name}` has a `failoverObject` and no `objectAlias`"));
        }
        Some(Setting::Known(..) | Setting::Unknown(_)) | None => (),
    }
    if class.parameter("failoverRegion").is_absent() {
        let message = format!("`{name}` has a `failoverObject`, and the class no `failoverRegion`");
        cx.report(failover.block().key(), message);
    }
    let primary = entry.text("objectVersion").known().unwrap_or_default();
    if let Setting::Known(version, at) = failover.text("objectVersion")
        && version != primary
    {
        cx.report(at, format!("`{name}` has another `objectVersion` in its `failoverObject`"));
    }
}

fn check_alias<'e>(cx: &mut Cx<'_>, names: &mut Names<'e, '_>, alias: &'e str, at: Site) {
    if let Some(first) = names.aliases.insert(alias, at.span) {
        cx.report(at, format!("two files of `{}` are named `{alias}`", names.id))
            .relate(first, "the first one");
    }
}

/// Judges the files made of single keys of a JSON secret.
fn check_json_paths<'e>(
    cx: &mut Cx<'_>,
    entry: ObjectEntry<'e>,
    name: &'e str,
    names: &mut Names<'e, '_>,
) {
    match entry.field("jmesPath") {
        Setting::Known(node, at) if node.kind() != Kind::Sequence => {
            cx.report(at, format!("`{name}` has a `jmesPath` that is no list"));
        }
        Setting::Known(..) | Setting::Absent(_) => (),
        Setting::Unknown(unknown) => cx.undecided(&unknown),
    }
    for path in entry.json_paths() {
        for field in ["path", "objectAlias"] {
            match text(cx, path, name, field) {
                Some(Setting::Absent(at) | Setting::Known("", Site { span: at, .. })) => {
                    cx.report(at, format!("an entry of `jmesPath` of `{name}` has no `{field}`"));
                }
                Some(Setting::Known(alias, at)) if field == "objectAlias" => {
                    check_alias(cx, names, alias, at);
                }
                Some(Setting::Known(..) | Setting::Unknown(_)) | None => (),
            }
        }
        check_permission(cx, path, name);
    }
}

/// What is known of a field that has to be a text; none where it is none, which is then reported.
fn text<'e>(
    cx: &mut Cx<'_>,
    entry: ObjectEntry<'e>,
    name: &str,
    field: &str,
) -> Option<Setting<'e, &'e str>> {
    let setting = entry.text(field);
    if let Setting::Unknown(unknown) = &setting
        && matches!(unknown.reason, Reason::Malformed(_))
    {
        cx.report(unknown.span, format!("`{name}` has a `{field}` that is no text"));
        return None;
    }
    Some(setting)
}
