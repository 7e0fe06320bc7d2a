//! From the tree of a configuration to what it says. A mistake costs the value it stands in, and
//! nothing else.

use std::sync::Arc;

use stackseal_syntax::{Entry, Kind, Limits, Node, Source, Span, parse};

use super::keys::{ExemptKey, HookKey, IgnoreKey, Key, PathsKey, SEVERITY_KEY};
use super::mistake::{IGNORE_ENTRY, Mistake, MistakeKind};
use super::patterns::{Patterns, PatternsBuilder};
use super::{
    Configuration, Exemption, FailOn, Hook, Ignore, ParameterSource, Paths, RuleSettings, Word,
    is_group,
};
use crate::date::Date;
use crate::option::{OptionKind, OptionValue, RuleOption};
use crate::rule::{Profile, Rule, Severity};
use crate::settings::{Pack, nearest};

/// Reads the configuration in `source`, YAML or JSON: what it says as far as it can be read, and
/// every mistake in it, in the order of the file.
///
/// A rule that `pack` does not have is a mistake, and stays in the configuration all the same:
/// [`Mistake::unknown_rule`] lets those through who know it.
pub fn read(source: &Arc<Source>, pack: &Pack, limits: &Limits) -> (Configuration, Vec<Mistake>) {
    let tree = parse(Arc::clone(source), limits);
    let mut reader = Reader { pack, mistakes: Vec::new() };
    for error in tree.errors() {
        reader.mistake(error.span, MistakeKind::Syntax(error.kind.clone()));
    }
    let mut documents = tree.documents();
    let mut configuration = documents.next().map(|it| reader.configuration(it)).unwrap_or_default();
    if let Some(second) = documents.next() {
        reader.mistake(second.span(), MistakeKind::SeveralDocuments);
    }
    configuration.policy.source = Some(Arc::clone(source));
    let mut mistakes = reader.mistakes;
    mistakes.sort_by_key(|it| it.span);
    (configuration, mistakes)
}

struct Reader<'p> {
    pack: &'p Pack,
    mistakes: Vec<Mistake>,
}

impl Reader<'_> {
    fn mistake(&mut self, span: Span, kind: MistakeKind) {
        self.mistakes.push(Mistake { span, kind });
    }

    fn configuration(&mut self, root: Node<'_>) -> Configuration {
        let mut it = Configuration::default();
        for entry in self.entries(root, "the configuration", "keys with values") {
            let Some(key) = self.key(entry, "in the configuration", Key::of, Key::ALL, Key::as_str)
            else {
                continue;
            };
            let value = entry.value;
            // A key whose lines are all commented out says nothing.
            if value.is_null() {
                continue;
            }
            match key {
                Key::Profile => {
                    it.profile = self.word_of("profile", value, Profile::ALL, Profile::as_str);
                }
                Key::Select => it.select = self.rules_or_groups("`select`", value),
                Key::Ignore => (it.ignore, it.policy.ignores) = self.ignore(value),
                Key::FailOn => it.fail_on = self.fail_on(value),
                Key::Paths => it.paths = self.paths(value),
                Key::Guard => it.guard = self.texts("`guard`", value),
                Key::Parameters => it.parameters = self.parameters(value),
                Key::Mandatory => it.policy.mandatory = self.rules_or_groups("`mandatory`", value),
                Key::Hook => it.hook = self.hook(value),
                Key::Rules => {
                    for entry in self.entries(value, "`rules`", "rules with their settings") {
                        if let Some(rule) = self.rule(entry.key) {
                            let settings = self.rule_settings(rule, entry.value);
                            it.policy.rules.insert(rule.id.as_str(), settings);
                        }
                    }
                }
            }
        }
        let entries = it.policy.ignores.iter().map(|it| &it.rule);
        for word in it.ignore.iter().chain(entries) {
            if it.policy.mandatory.iter().any(|mandatory| self.includes(word, mandatory)) {
                let word_text = word.text.clone();
                self.mistake(word.span, MistakeKind::Mandatory { word: word_text });
            }
        }
        it
    }

    /// Whether leaving `ignored` out leaves all of `mandatory` out, or all of it is mandatory.
    fn includes(&self, ignored: &Word, mandatory: &Word) -> bool {
        let group = |it: &Word| self.pack.rule(&it.text).map(|it| it.group.as_str());
        ignored.text == mandatory.text || group(ignored) == Some(mandatory.text.as_str())
    }

    /// The entries of a mapping; a mistake if it is none.
    fn entries<'t>(
        &mut self,
        node: Node<'t>,
        what: &str,
        expected: &'static str,
    ) -> Vec<Entry<'t>> {
        match node.kind() {
            Kind::Mapping => node.entries().collect(),
            Kind::Scalar if node.is_null() => Vec::new(),
            Kind::Scalar | Kind::Sequence => {
                self.shape(node, what, expected);
                Vec::new()
            }
        }
    }

    /// The elements of a list; a mistake if it is none.
    fn items<'t>(&mut self, node: Node<'t>, what: &str, expected: &'static str) -> Vec<Node<'t>> {
        match node.kind() {
            Kind::Sequence => node.items().collect(),
            Kind::Scalar if node.is_null() => Vec::new(),
            Kind::Scalar | Kind::Mapping => {
                self.shape(node, what, expected);
                Vec::new()
            }
        }
    }

    fn shape(&mut self, node: Node<'_>, what: &str, expected: &'static str) {
        self.mistake(node.span(), MistakeKind::shape(node, what, expected));
    }

    fn key<K: Copy>(
        &mut self,
        entry: Entry<'_>,
        place: &'static str,
        of: fn(&str) -> Option<K>,
        all: &[K],
        word: fn(K) -> &'static str,
    ) -> Option<K> {
        let text = entry.key.text().unwrap_or_default();
        let key = of(text);
        if key.is_none() {
            let known: Vec<&'static str> = all.iter().map(|it| word(*it)).collect();
            let kind = MistakeKind::UnknownKey {
                key: text.to_owned(),
                place,
                nearest: nearest_key(text, &known),
                known,
            };
            self.mistake(entry.key.span(), kind);
        }
        key
    }

    /// A text that is not empty.
    fn text(&mut self, node: Node<'_>, what: &str, expected: &'static str) -> Option<Word> {
        let Some(text) = node.text().filter(|_| !node.is_null()) else {
            self.shape(node, what, expected);
            return None;
        };
        if text.trim().is_empty() {
            self.mistake(node.span(), MistakeKind::Empty { what: what.to_owned() });
            return None;
        }
        Some(Word { text: text.to_owned(), span: node.span() })
    }

    fn texts(&mut self, what: &str, node: Node<'_>) -> Vec<Word> {
        let items = self.items(node, what, "a list");
        items.into_iter().filter_map(|it| self.text(it, what, "a list of texts")).collect()
    }

    /// One of the words of `all`.
    fn word_of<T: Copy>(
        &mut self,
        what: &str,
        node: Node<'_>,
        all: &[T],
        as_str: fn(T) -> &'static str,
    ) -> Option<T> {
        let word = self.text(node, &format!("`{what}`"), "a word")?;
        let found = all.iter().copied().find(|it| as_str(*it) == word.text);
        if found.is_none() {
            self.unknown_word(what, &word, all.iter().map(|it| as_str(*it)).collect());
        }
        found
    }

    fn unknown_word(&mut self, what: &str, word: &Word, known: Vec<&'static str>) {
        let kind = MistakeKind::UnknownWord {
            what: what.to_owned(),
            word: word.text.clone(),
            nearest: nearest_key(&word.text, &known),
            known,
        };
        self.mistake(word.span, kind);
    }

    fn hook(&mut self, node: Node<'_>) -> Hook {
        let mut hook = Hook::default();
        for entry in self.entries(node, "`hook`", "keys with values") {
            let known = HookKey::ALL;
            match self.key(entry, "in `hook`", HookKey::of, known, HookKey::as_str) {
                Some(HookKey::FailOn) => hook.fail_on = self.fail_on(entry.value),
                Some(HookKey::OnlyNew) => hook.only_new = self.yes_or_no("only-new", entry.value),
                Some(HookKey::Exempt) => {
                    for item in self.items(entry.value, "`exempt`", "a list") {
                        hook.exemptions.extend(self.exemption(item));
                    }
                }
                None => (),
            }
        }
        hook
    }

    fn yes_or_no(&mut self, name: &str, node: Node<'_>) -> Option<bool> {
        let word = self.text(node, &format!("`{name}`"), "`true` or `false`")?;
        let value = word.text.parse().ok();
        if value.is_none() {
            self.unknown_word(&format!("value of `{name}`"), &word, vec!["true", "false"]);
        }
        value
    }

    fn exemption(&mut self, node: Node<'_>) -> Option<Exemption> {
        let (mut stacks, mut reason, mut until) = (Vec::new(), None, None);
        let before = self.mistakes.len();
        let entries = self.entries(node, "an entry of `exempt`", "`stacks` and `reason`");
        let first = entries.first().map_or(node.span(), |it| it.key.span());
        for entry in entries {
            let place = "in an entry of `exempt`";
            let known = ExemptKey::ALL;
            match self.key(entry, place, ExemptKey::of, known, ExemptKey::as_str) {
                Some(ExemptKey::Stacks) => stacks = self.texts("`stacks`", entry.value),
                Some(ExemptKey::Reason) => reason = self.text(entry.value, "`reason`", "a text"),
                Some(ExemptKey::Until) => until = self.date(entry.value),
                None => (),
            }
        }
        for key in [ExemptKey::Stacks, ExemptKey::Reason].map(ExemptKey::as_str) {
            if node.kind() == Kind::Mapping && node.get(key).is_none() {
                self.mistake(first, MistakeKind::Missing { of: "this entry of `exempt`", key });
            }
        }
        // What says less than was meant could exempt more than was meant.
        let is_whole = self.mistakes.len() == before;
        let stacks = stacks.into_iter().map(|it| it.text).collect();
        let reason = reason?.text.trim().to_owned();
        is_whole.then_some(Exemption { stacks, reason, until })
    }

    fn date(&mut self, node: Node<'_>) -> Option<Date> {
        let Word { text, span } = self.text(node, "`until`", "a date")?;
        match text.parse() {
            Ok(date) => Some(date),
            Err(source) => {
                self.mistake(span, MistakeKind::Date { text, source });
                None
            }
        }
    }

    fn fail_on(&mut self, node: Node<'_>) -> Option<FailOn> {
        let word = self.text(node, "`fail-on`", "a word")?;
        if word.text == FailOn::NEVER {
            return Some(FailOn::Never);
        }
        let severity = word.text.parse().ok();
        if severity.is_none() {
            let words = Severity::ALL.iter().map(|it| it.as_str()).chain([FailOn::NEVER]);
            self.unknown_word("severity", &word, words.collect());
        }
        severity.map(FailOn::Severity)
    }

    fn rules_or_groups(&mut self, what: &str, node: Node<'_>) -> Vec<Word> {
        let items = self.items(node, what, "a list of rules and groups");
        items.into_iter().filter_map(|it| self.rule_or_group(what, it)).collect()
    }

    /// The word of a rule or group. One that is not known is a mistake, and stays.
    fn rule_or_group(&mut self, what: &str, node: Node<'_>) -> Option<Word> {
        let word = self.text(node, what, "a rule or group")?;
        if self.pack.rule(&word.text).is_none() && !is_group(&word.text) {
            let kind = MistakeKind::UnknownRule {
                what: "rule or group",
                word: word.text.clone(),
                nearest: self.pack.nearest(&word.text),
            };
            self.mistake(word.span, kind);
        }
        Some(word)
    }

    fn ignore(&mut self, node: Node<'_>) -> (Vec<Word>, Vec<Ignore>) {
        let (mut words, mut entries) = (Vec::new(), Vec::new());
        for item in self.items(node, "`ignore`", "a list") {
            if item.kind() == Kind::Mapping {
                entries.extend(self.ignore_entry(item));
            } else {
                words.extend(self.rule_or_group("`ignore`", item));
            }
        }
        (words, entries)
    }

    fn ignore_entry(&mut self, node: Node<'_>) -> Option<Ignore> {
        let (mut rule, mut reason, mut until) = (None, None, None);
        let mut paths = Patterns::default();
        let mut resources = Vec::new();
        let before = self.mistakes.len();
        for entry in node.entries() {
            let place = "in an entry of `ignore`";
            let Some(key) =
                self.key(entry, place, IgnoreKey::of, IgnoreKey::ALL, IgnoreKey::as_str)
            else {
                continue;
            };
            let value = entry.value;
            match key {
                IgnoreKey::Rule => rule = self.rule_or_group("`rule`", value),
                IgnoreKey::Paths => paths = self.patterns("`paths`", value),
                IgnoreKey::Resources => resources = self.texts("`resources`", value),
                IgnoreKey::Reason => reason = self.text(value, "`reason`", "a text"),
                IgnoreKey::Until => until = self.date(value),
            }
        }
        for key in [IgnoreKey::Rule, IgnoreKey::Reason].map(IgnoreKey::as_str) {
            if node.get(key).is_none() {
                let at = node.entries().next().map_or(node.span(), |it| it.key.span());
                self.mistake(at, MistakeKind::Missing { of: IGNORE_ENTRY, key });
            }
        }
        // What says less than was meant could silence more than was meant. A rule that is not known
        // here silences nothing here.
        let is_whole = self
            .mistakes
            .get(before..)
            .is_some_and(|it| it.iter().all(|it| it.unknown_rule().is_some()));
        let (rule, reason) = (rule?, reason?.text.trim().to_owned());
        let resources = resources.into_iter().map(|it| it.text).collect();
        is_whole.then_some(Ignore { rule, paths, resources, reason, until })
    }

    fn patterns(&mut self, what: &str, node: Node<'_>) -> Patterns {
        let mut builder = PatternsBuilder::new();
        for Word { text, span } in self.texts(what, node) {
            if let Err(because) = builder.add(&text, span) {
                self.mistake(span, MistakeKind::Pattern { pattern: text, because });
            }
        }
        builder.build().unwrap_or_else(|because| {
            let pattern = what.trim_matches('`').to_owned();
            self.mistake(node.span(), MistakeKind::Pattern { pattern, because });
            Patterns::default()
        })
    }

    fn paths(&mut self, node: Node<'_>) -> Paths {
        let mut paths = Paths::default();
        for entry in self.entries(node, "`paths`", "`include` and `exclude`") {
            let known = PathsKey::ALL;
            match self.key(entry, "in `paths`", PathsKey::of, known, PathsKey::as_str) {
                Some(PathsKey::Include) => {
                    paths.include = self.patterns("`include`", entry.value);
                }
                Some(PathsKey::Exclude) => {
                    paths.exclude = self.patterns("`exclude`", entry.value);
                }
                None => (),
            }
        }
        paths
    }

    /// Values by name, a file, or a list of both.
    fn parameters(&mut self, node: Node<'_>) -> Vec<ParameterSource> {
        let mut sources = Vec::new();
        match node.kind() {
            Kind::Sequence => {
                for item in node.items() {
                    self.parameter_source(item, &mut sources);
                }
            }
            Kind::Scalar | Kind::Mapping => self.parameter_source(node, &mut sources),
        }
        sources
    }

    fn parameter_source(&mut self, node: Node<'_>, sources: &mut Vec<ParameterSource>) {
        if node.kind() != Kind::Mapping {
            let file = self.text(node, "`parameters`", "values by name, and files");
            sources.extend(file.map(ParameterSource::File));
            return;
        }
        for entry in node.entries() {
            let name = entry.key.text().unwrap_or_default().to_owned();
            match entry.value.text().filter(|_| !entry.value.is_null()) {
                Some(value) => {
                    sources.push(ParameterSource::Value { name, value: value.to_owned() });
                }
                None => self.shape(entry.value, &format!("parameter `{name}`"), "a single value"),
            }
        }
    }

    /// The rule that a key of `rules` names.
    fn rule(&mut self, key: Node<'_>) -> Option<&'static Rule> {
        let word = key.text().unwrap_or_default();
        let rule = self.pack.rule(word);
        if rule.is_none() {
            let word = word.to_owned();
            let kind = if is_group(&word) {
                MistakeKind::Group { word }
            } else {
                let nearest = self.pack.nearest(&word).filter(|it| !is_group(it));
                MistakeKind::UnknownRule { what: "rule", word, nearest }
            };
            self.mistake(key.span(), kind);
        }
        rule
    }

    fn rule_settings(&mut self, rule: &'static Rule, node: Node<'_>) -> RuleSettings {
        let mut settings = RuleSettings::default();
        let what = format!("`{}`", rule.id);
        for entry in self.entries(node, &what, "`severity` and options") {
            let key = entry.key.text().unwrap_or_default();
            if key == SEVERITY_KEY.0 {
                settings.severity =
                    self.word_of("severity", entry.value, Severity::ALL, Severity::as_str);
            } else if let Some(option) = rule.options.iter().find(|it| it.name() == key) {
                if let Some(value) = self.option(*option, entry.value) {
                    settings.options.set(option.name(), value);
                }
            } else {
                self.unknown_option(rule, entry.key);
            }
        }
        settings
    }

    fn unknown_option(&mut self, rule: &'static Rule, key: Node<'_>) {
        let option = key.text().unwrap_or_default().to_owned();
        let known: Vec<&'static str> =
            [SEVERITY_KEY.0].into_iter().chain(rule.options.iter().map(|it| it.name())).collect();
        let has_it = |it: &&&Rule| it.options.iter().any(|it| it.name() == option);
        let owners = self.pack.rules.iter().filter(has_it).map(|it| it.id.as_str()).collect();
        let kind = MistakeKind::UnknownOption {
            nearest: nearest_key(&option, &known),
            option,
            rule: rule.id.as_str(),
            known,
            owners,
        };
        self.mistake(key.span(), kind);
    }

    fn option(&mut self, option: &dyn RuleOption, node: Node<'_>) -> Option<OptionValue> {
        let name = option.name();
        match option.kind() {
            OptionKind::Word { words, default: _ } => {
                let word = self.text(node, &format!("`{name}`"), "a word")?;
                let found = words.iter().copied().find(|it| *it == word.text);
                if found.is_none() {
                    self.unknown_word(&format!("value of `{name}`"), &word, words);
                }
                found.map(OptionValue::Word)
            }
            OptionKind::Names => {
                let names = self.texts(&format!("`{name}`"), node);
                Some(OptionValue::Names(names.into_iter().map(|it| it.text).collect()))
            }
            OptionKind::Number { min, max, default: _ } => {
                let word = self.text(node, &format!("`{name}`"), "a number")?;
                let number = word.text.parse().ok().filter(|it| (min..=max).contains(it));
                if number.is_none() {
                    self.mistake(word.span, MistakeKind::Range { name, min, max });
                }
                number.map(OptionValue::Number)
            }
        }
    }
}

/// The known word that was perhaps meant.
fn nearest_key(word: &str, known: &[&'static str]) -> Option<&'static str> {
    // `fail_on` and `failOn` are habits from elsewhere.
    let plain = |it: &str| it.replace(['-', '_'], "").to_ascii_lowercase();
    known
        .iter()
        .copied()
        .find(|it| plain(it) == plain(word))
        .or_else(|| nearest(word, known.iter().copied()))
}
