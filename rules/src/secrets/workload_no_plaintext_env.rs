//! `workload-no-plaintext-env`: no container has a credential written into its environment or its
//! command line.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::ops::Range;

use stackseal_engine::{Check, Cx, Draft, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::Slot;
use stackseal_model::credential::{
    CommandCredential, CommandForm, NameClass, Naming as _, Token, Verdict, credentials_in_command,
    find_token, find_tokens, is_secret_reference, names_credential,
};
use stackseal_model::kubernetes::{
    Container, EnvEntry, EnvValue, Object, has_variable, is_of_variables,
};
use stackseal_model::setting::{Reason, Setting, Site, Unknown};
use stackseal_syntax::{Change, Kind, Literal, Node, OffsetMap, Span};

use crate::naming::{OPTIONS, naming};

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("workload-no-plaintext-env"),
    group: Group::Secrets,
    severity: Severity::High,
    profile: Profile::Recommended,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "Container holds a credential in plain text",
    remediation: "Mount the credential by a SecretProviderClass and read it as a file; replace the one that was written",
    url: "https://kubernetes.io/docs/concepts/security/secrets-good-practices/",
    docs: include_str!("workload_no_plaintext_env.md"),
    options: OPTIONS,
    checks: &[Check::Manifest { kinds: &[], run: check }],
};

fn check(cx: &mut Cx<'_>, object: &Object<'_>) {
    let workload = Workload { object, carriers: OnceCell::new() };
    for container in object.containers() {
        for entry in container.env() {
            if let EnvValue::Written(value) = &entry.value {
                check_variable(cx, &workload, container, &entry, value);
            }
        }
        for command in container.commands() {
            check_command(cx, container, &command);
        }
        if let Some(script) = container.script() {
            check_script(cx, container, script, script.text().unwrap_or_default());
        }
    }
}

/// An object that holds pods.
struct Workload<'o, 't> {
    object: &'o Object<'t>,
    /// How often each variable stands in its containers, by [`suffix_of`] its name, once somebody asks.
    carriers: OnceCell<BTreeMap<String, usize>>,
}

/// Judges one variable with a value of its own.
fn check_variable(
    cx: &mut Cx<'_>,
    workload: &Workload<'_, '_>,
    container: Container<'_>,
    entry: &EnvEntry<'_>,
    value: &Setting<'_, &str>,
) {
    let Some(written) = entry.written else {
        return;
    };
    // The name of a Secret, by which the kubelet or a controller finds it.
    if is_secret_reference(entry.name) && find_token(written).is_none() {
        return;
    }
    match value {
        Setting::Known(_, at) => match naming(cx).judge(entry.name, written) {
            Verdict::Token(token) => {
                let fix = from_secrets_manager(cx, workload, container, entry.name, at.span);
                report_variable(cx, container, entry.name, *at, Ok(&token)).fix(fix);
            }
            // Half of a pair, which only identifies: its format tells a real one.
            Verdict::Named(class) if class.id == "aws-access-key-id" => (),
            // What Kubernetes puts in is judged for itself; what stands beside it may be a scheme as
            // well as a part of the credential.
            Verdict::Named(_) if has_variable(written) => {
                if !is_of_variables(written) {
                    cx.undecided(&Unknown { span: at.span, reason: Reason::Placeholder });
                }
            }
            Verdict::Named(class) => {
                let fix = from_secrets_manager(cx, workload, container, entry.name, at.span);
                report_variable(cx, container, entry.name, *at, Err(class)).fix(fix);
            }
            Verdict::Exempt(_, exemption) if exemption.is_unknown() && !has_variable(written) => {
                cx.undecided(&Unknown { span: at.span, reason: Reason::Placeholder });
            }
            // Names that are rarely a credential's; and `$(NAME)`, which Kubernetes expands from
            // another variable, judged for itself.
            Verdict::Suspected(_) | Verdict::Exempt(..) | Verdict::Harmless => (),
        },
        Setting::Absent(_) => (),
        // A placeholder in one part hides no token in another.
        Setting::Unknown(unknown) => match find_token(written) {
            Some(token) => {
                report_variable(cx, container, entry.name, unknown.span.into(), Ok(&token));
            }
            None if names_credential(entry.name, naming(cx)) => cx.undecided(unknown),
            None => (),
        },
    }
}

fn report_variable<'c>(
    cx: &'c mut Cx<'_>,
    container: Container<'_>,
    name: &str,
    at: Site,
    what: Result<&Token, NameClass>,
) -> &'c mut Draft {
    let container = container.name();
    let message = match what {
        Ok(token) => {
            format!(
                "`{name}` of container `{container}` holds a credential in plain text: {}",
                token.title
            )
        }
        Err(class) => {
            format!("`{name}` of container `{container}` holds {} in plain text", class.describe())
        }
    };
    cx.report(at, message)
}

/// A SecretProviderClass for a secret that is yet to be made, its mount, by which the driver keeps a
/// Secret up to date, and that Secret instead of the value.
///
/// <https://secrets-store-csi-driver.sigs.k8s.io/topics/set-as-env-var>
fn from_secrets_manager(
    cx: &Cx<'_>,
    workload: &Workload<'_, '_>,
    container: Container<'_>,
    variable: &str,
    at: Span,
) -> Option<Mend> {
    let object = workload.object;
    let document = object.node();
    let entry = document.mapping_around(at, "value")?;
    let block = document.mapping_around(at, "env")?;
    let pod = document.mapping_around(at, "containers")?;
    let namespace = object.namespace();
    let suffix = suffix_of(variable);
    let mut parts = vec![object.name()?.text];
    // Two containers may have two values.
    if workload.carriers_of(&suffix) > 1 {
        parts.push(container.name());
    }
    parts.push(&suffix);
    let class = parts.join("-");
    let is_name = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-';
    if !class.chars().all(is_name) || class.len() > 63 || object.is_partial() {
        return None;
    }
    let mut volumes = pod.get("volumes").into_iter().flat_map(Node::items);
    let has_volume = volumes.any(|it| it.get("name").and_then(Node::text) == Some(&class));
    let has_class = || cx.estate().kubernetes.needs_role(&class, namespace).is_some();
    if has_volume || has_class() {
        return None;
    }
    let secret = format!("{}/{}", namespace.unwrap_or("default"), parts.join("/"));
    let from = Literal::map([("name", class.clone().into()), ("key", variable.to_owned().into())]);
    let attributes = Literal::map([("secretProviderClass", class.clone().into())]);
    let csi = Literal::map([
        ("driver", "secrets-store.csi.k8s.io".into()),
        ("readOnly", true.into()),
        ("volumeAttributes", attributes),
    ]);
    let volume = Literal::map([("name", class.clone().into()), ("csi", csi)]);
    let mount = Literal::map([
        ("name", class.clone().into()),
        ("mountPath", format!("/mnt/secrets-store/{suffix}").into()),
        ("readOnly", true.into()),
    ]);
    let because = format!(
        "the secret `{secret}` has to be made first, the value that was here changed, and the pods allowed to read it by Pod Identity"
    );
    let title =
        format!("Add the SecretProviderClass `{class}`, and take the value from its Secret");
    let mend = Mend::with_care(title, because)
        .change(Change::Rename {
            key: entry.entry("value")?.key.span(),
            name: "valueFrom".to_owned(),
            value: Literal::map([("secretKeyRef", from)]),
        })
        .change(append(block, "volumeMounts", mount)?)
        .change(append(pod, "volumes", volume)?)
        .add_document(document.span(), provider_class(object, &class, &secret, variable));
    Some(mend)
}

/// The name of a variable as names of objects have it.
fn suffix_of(variable: &str) -> String {
    variable.to_ascii_lowercase().replace('_', "-")
}

impl Workload<'_, '_> {
    /// How many variables of its containers have the suffix.
    fn carriers_of(&self, suffix: &str) -> usize {
        let count = || {
            let mut carriers = BTreeMap::new();
            for entry in self.object.containers().into_iter().flat_map(Container::env) {
                *carriers.entry(suffix_of(entry.name)).or_default() += 1;
            }
            carriers
        };
        self.carriers.get_or_init(count).get(suffix).copied().unwrap_or_default()
    }
}

/// One more element of a list, or a list of one.
fn append(block: Node<'_>, key: &str, item: Literal) -> Option<Change> {
    match block.get(key) {
        Some(list) if list.kind() == Kind::Sequence => {
            Some(Change::Append { to: list.span(), item })
        }
        Some(_) => None,
        None => Some(Slot::below(block, &[key])?.put(Literal::List(vec![item]))),
    }
}

fn provider_class(object: &Object<'_>, class: &str, secret: &str, variable: &str) -> Literal {
    let mut metadata = vec![("name".into(), class.to_owned().into())];
    metadata.extend(object.namespace().map(|it| ("namespace".into(), it.to_owned().into())));
    let objects = format!(
        "- objectName: {secret}\n  objectType: secretsmanager\n  objectAlias: {variable}\n"
    );
    let data = Literal::map([
        ("objectName", variable.to_owned().into()),
        ("key", variable.to_owned().into()),
    ]);
    let synced = Literal::map([
        ("secretName", class.to_owned().into()),
        ("type", "Opaque".into()),
        ("data", Literal::List(vec![data])),
    ]);
    let parameters = Literal::map([("usePodIdentity", "true".into()), ("objects", objects.into())]);
    Literal::map([
        ("apiVersion", "secrets-store.csi.x-k8s.io/v1".into()),
        ("kind", "SecretProviderClass".into()),
        ("metadata", Literal::Map(metadata)),
        (
            "spec",
            Literal::map([
                ("provider", "aws".into()),
                ("secretObjects", Literal::List(vec![synced])),
                ("parameters", parameters),
            ]),
        ),
    ])
}

/// Judges the words of a command, which no shell takes apart any more.
fn check_command(cx: &mut Cx<'_>, container: Container<'_>, words: &[Node<'_>]) {
    let texts: Vec<(Node<'_>, &str)> =
        words.iter().filter_map(|it| Some((*it, it.text()?))).collect();
    let mut line = String::new();
    let mut ends = Vec::new();
    for (_, text) in &texts {
        line.push_str(&as_shell_word(text));
        ends.push(line.len());
        line.push(' ');
    }
    let mut found: Vec<(usize, String)> = Vec::new();
    for credential in credentials_in_command(&line, naming(cx)) {
        // `--password literal`: the literal is what is wrong.
        let word = ends.partition_point(|end| *end < credential.range.end);
        if let Some(what) = passed(&credential, container) {
            found.push((word, what));
        }
    }
    found.dedup_by_key(|it| it.0);
    for (index, (node, text)) in texts.iter().enumerate() {
        match found.iter().find(|it| it.0 == index) {
            Some((_, message)) => {
                cx.report(node.span(), message.clone());
            }
            // A word with blanks may be a script: `sh -c '…'`.
            None => check_script(cx, container, *node, text),
        }
    }
}

/// Judges a text that a shell runs, or that merely holds tokens.
fn check_script(cx: &mut Cx<'_>, container: Container<'_>, node: Node<'_>, text: &str) {
    let mut found: Vec<(Range<usize>, String)> = Vec::new();
    if text.contains(char::is_whitespace) {
        let commands = credentials_in_command(text, naming(cx));
        found.extend(
            commands.iter().filter_map(|it| Some((it.range.clone(), passed(it, container)?))),
        );
    }
    for token in find_tokens(text) {
        let is_new = |it: &(Range<usize>, String)| {
            it.0.end <= token.range.start || token.range.end <= it.0.start
        };
        if found.iter().all(is_new) {
            let container = container.name();
            let message = format!(
                "a command of container `{container}` holds a credential in plain text: {}",
                token.title
            );
            found.push((token.range, message));
        }
    }
    for (range, message) in found {
        cx.report(place(node, &range), message);
    }
}

/// What to say of a credential that a command carries; nothing where it only shows one.
fn passed(credential: &CommandCredential<'_>, container: Container<'_>) -> Option<String> {
    let (name, container) = (credential.name, container.name());
    match credential.form {
        CommandForm::Assignment(class) => Some(format!(
            "a command of container `{container}` sets `{name}` to {} in plain text",
            class.describe()
        )),
        CommandForm::Argument => Some(format!(
            "a command of container `{container}` passes a credential in plain text by `{name}`"
        )),
        CommandForm::Echo(_) | CommandForm::Dump => None,
    }
}

/// `text`, one argument as it is, so that a reader of shell text takes it for one word.
fn as_shell_word(text: &str) -> String {
    let is_plain = |it: char| it.is_ascii_alphanumeric() || "-_=./:,@%+^~".contains(it);
    // Variables stay as they are: what is filled in is no literal.
    if text.chars().all(is_plain) || has_variable(text) && !text.contains(char::is_whitespace) {
        return text.to_owned();
    }
    let quoted = |it: &str| format!("'{}'", it.replace(['\'', '\n'], " "));
    match text.split_once('=') {
        Some((name, value)) if name.chars().all(is_plain) => format!("{name}={}", quoted(value)),
        // A script is read for itself.
        _ if text.contains(char::is_whitespace) => "''".to_owned(),
        _ => quoted(text),
    }
}

/// Where `range` of the value of `node` stands in the file.
fn place(node: Node<'_>, range: &Range<usize>) -> Span {
    let whole = node.span();
    match (u32::try_from(range.start), u32::try_from(range.end)) {
        (Ok(start), Ok(end)) => OffsetMap::of_scalar(node).span(whole.file, start, end),
        (Err(_), _) | (_, Err(_)) => whole,
    }
}
