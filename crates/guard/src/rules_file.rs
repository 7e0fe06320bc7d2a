//! A file of rules: its text, and its rules as the engine knows them.

use stackseal_engine::{Group, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::cloudformation::Wanted;

use crate::message::{self, Message};
use crate::scan::{Scanned, ScannedRule, scan};

/// The page on rules of one's own, for rules that name none.
const PAGE: &str = "https://github.com/stackseal/stackseal/blob/main/docs/guard.md";

/// The name the interpreter gives to the default rule of what it is handed.
const DEFAULT_RULE: &str = "RULES_STDIN[1]/default";

/// A file of rules in the Guard language.
#[derive(Debug)]
pub struct RulesFile {
    /// The path as shown.
    pub path: String,
    /// The whole text.
    pub text: String,
    /// Its rules, one for each name, with what the author says where one of them fails.
    rules: Vec<(&'static Rule, Option<String>)>,
    /// For what the file says outside of named rules.
    default: &'static Rule,
    has_default: bool,
    pub(crate) wanted: Wanted,
    pub(crate) speaks_of_forms: bool,
    /// Something the interpreter would never come back from, and where.
    pub(crate) endless: Option<(String, usize)>,
}

impl RulesFile {
    /// Takes `text`, read from `path`, for a file of rules.
    ///
    /// The rules live as long as the process, as those of the pack do: a finding names its rule and
    /// outlives whoever loaded it. What is kept is some text a rule; load a file once.
    pub fn load(path: String, text: String) -> Self {
        let scanned = scan(&text);
        let mut rules: Vec<(&'static Rule, Option<String>)> = Vec::new();
        for rule in &scanned.rules {
            // A name that stands twice is one rule in two parts.
            if !rules.iter().any(|it| it.0.id.as_str() == rule.name) {
                let words = declared(rule, &scanned, &path, &text);
                let violation = words.message.violation.clone();
                rules.push((keep(words), violation));
            }
        }
        let stem = path.rsplit('/').next().unwrap_or(&path);
        let stem = stem.rsplit_once('.').map_or(stem, |it| it.0);
        let default = keep(Words {
            name: format!("{stem}/default"),
            about: message::read_comment(&scanned.header),
            message: Message::default(),
            docs: page(&format!("{stem}/default"), "", &path, text.trim()),
            path: &path,
        });
        let Scanned { has_default, types, speaks_of_forms, circle, .. } = scanned;
        let endless = circle.map(|(name, at)| (name.to_owned(), at));
        let wanted = types.map_or(Wanted::All, Wanted::ResourcesOf);
        Self { path, text, rules, default, has_default, wanted, speaks_of_forms, endless }
    }

    /// Its rules: those with a name, and the default rule if anything stands outside of them.
    pub fn rules(&self) -> impl Iterator<Item = &'static Rule> {
        self.rules.iter().map(|it| it.0).chain(self.has_default.then_some(self.default))
    }

    /// What the author says where `rule` fails, if nothing is said of the very clause.
    pub(crate) fn violation(&self, rule: &Rule) -> Option<&str> {
        self.rules.iter().find(|it| it.0 == rule)?.1.as_deref()
    }

    /// The rule the interpreter calls `name`.
    pub(crate) fn rule(&self, name: &str) -> &'static Rule {
        let mut rules = self.rules.iter().map(|it| it.0);
        rules.find(|it| it.id.as_str() == name).unwrap_or(self.default)
    }
}

/// What the interpreter calls the rule that tests call `name`: the default rule has the name of its
/// file in front.
pub(crate) fn name_in_record(name: &str) -> &str {
    if name == "default" || name.ends_with("/default") { DEFAULT_RULE } else { name }
}

/// What is known of a rule from its text.
struct Words<'w> {
    name: String,
    /// The comment on it.
    about: Message,
    /// Its first message block that says something.
    message: Message,
    docs: String,
    path: &'w str,
}

fn declared<'w>(
    rule: &ScannedRule<'_>,
    scanned: &Scanned<'_>,
    path: &'w str,
    text: &str,
) -> Words<'w> {
    // A comment at the head of a file that holds one rule is about that rule.
    let is_only = scanned.rules.iter().all(|it| it.name == rule.name);
    let mut about = message::read_comment(&rule.comment);
    if is_only {
        let header = message::read_comment(&scanned.header);
        about.violation = about.violation.or(header.violation);
        about.severity = about.severity.or(header.severity);
        about.url = about.url.or(header.url);
    }
    let messages: Vec<Message> = rule.messages.iter().map(|it| message::read(it)).collect();
    let first = |part: fn(&Message) -> Option<String>| messages.iter().find_map(part);
    let message = Message {
        violation: first(|it| it.violation.clone()),
        fix: first(|it| it.fix.clone()),
        url: first(|it| it.url.clone()),
        severity: messages.iter().find_map(|it| it.severity),
    };
    let source = text.get(rule.range.clone()).unwrap_or_default();
    let docs = page(rule.name, about.violation.as_deref().unwrap_or_default(), path, source);
    Words { name: rule.name.to_owned(), about, message, docs, path }
}

fn page(name: &str, about: &str, path: &str, source: &str) -> String {
    let about = if about.is_empty() { String::new() } else { format!("{about}.\n\n") };
    format!("# {name}\n\n{about}A rule of `{path}`:\n\n```text\n{source}\n```\n")
}

/// Makes a rule of `words` that lives as long as the process.
fn keep(words: Words<'_>) -> &'static Rule {
    let Words { name, about, message, docs, path } = words;
    let title = about.violation.or_else(|| message.violation.clone());
    let title = title.unwrap_or_else(|| format!("`{name}` of `{path}` does not hold"));
    let remediation = message.fix.unwrap_or_else(|| format!("See rule `{name}` in `{path}`"));
    let url = message.url.or(about.url).unwrap_or_else(|| PAGE.to_owned());
    let forever = |text: String| -> &'static str { Box::leak(text.into_boxed_str()) };
    Box::leak(Box::new(Rule {
        id: RuleId::new(forever(name)),
        group: Group::Guard,
        severity: about.severity.or(message.severity).unwrap_or(Severity::Medium),
        profile: Profile::Recommended,
        // Most speak of one resource. What one says of a template as a whole, its finding shows by
        // being about no resource.
        scope: Scope::ResourceAndSet,
        since: "",
        title: forever(title),
        remediation: forever(remediation),
        url: forever(url),
        docs: forever(docs),
        options: &[],
        checks: &[],
    }))
}
