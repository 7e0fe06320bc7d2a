//! `stackseal rules`: what the pack can find.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;
use stackseal_engine::{
    OptionKind, OptionValue, OptionValues, Pack, Rule, RuleOption, Settings, Severity,
};

use crate::arguments::{RulesArguments, RulesFormat};
use crate::configuration::{OwnRules, configured};
use crate::{Failure, Io, Status, colour};

pub(crate) fn run(
    arguments: &RulesArguments,
    pack: &Pack,
    is_coloured: bool,
    io: &mut Io<'_>,
) -> Result<Status, Failure> {
    // What cannot be read of the user's own rules is for `check` to tell.
    let (config, guard) = arguments.sources.named();
    let (configured, OwnRules { pack, .. }) = configured(config, guard, &io.folder, pack)?;
    let settings = Settings::of(&configured.configuration);
    let selected = settings.rules(&pack)?;
    let rules: Vec<State<'_>> = pack
        .rules
        .iter()
        .map(|&rule| State {
            rule,
            severity: settings.policy.severity(rule, rule.severity),
            is_on: selected.contains(&rule),
            is_mandatory: settings.policy.is_mandatory(rule),
            given: settings.policy.rules.get(rule.id.as_str()).map(|it| &it.options),
        })
        .collect();
    match arguments.format {
        RulesFormat::Table => write_table(&rules, is_coloured, io.stdout),
        RulesFormat::Json => write_json(&rules, io.stdout),
    }
    .map_err(Failure::print)?;
    Ok(Status::Clean)
}

/// A rule, and what the configuration makes of it.
struct State<'s> {
    rule: &'static Rule,
    severity: Severity,
    is_on: bool,
    is_mandatory: bool,
    given: Option<&'s OptionValues>,
}

impl State<'_> {
    fn word(&self) -> &'static str {
        match (self.is_on, self.is_mandatory) {
            (true, true) => "mandatory",
            (true, false) => "on",
            (false, _) => "off",
        }
    }

    /// Its options, each with what holds.
    fn options(&self) -> BTreeMap<&'static str, Value> {
        let value = |option: &dyn RuleOption| {
            let given = self.given.and_then(|it| it.get(option.name()));
            match (given, option.kind()) {
                (Some(OptionValue::Word(word)), _) => Value::from(*word),
                (Some(OptionValue::Names(names)), _) => Value::from(names.as_slice()),
                (Some(OptionValue::Number(number)), _) => Value::from(*number),
                (None, OptionKind::Word { default, .. }) => Value::from(default),
                (None, OptionKind::Names) => Value::Array(Vec::new()),
                (None, OptionKind::Number { default, .. }) => Value::from(default),
            }
        };
        self.rule.options.iter().map(|&it| (it.name(), value(it))).collect()
    }
}

#[derive(Serialize)]
struct WireRule {
    id: &'static str,
    group: &'static str,
    severity: &'static str,
    profile: &'static str,
    scope: &'static str,
    title: &'static str,
    url: &'static str,
    enabled: bool,
    mandatory: bool,
    options: BTreeMap<&'static str, Value>,
}

impl From<&State<'_>> for WireRule {
    fn from(state: &State<'_>) -> Self {
        let State { rule, severity: configured, is_on, is_mandatory, given: _ } = state;
        let Rule {
            id,
            group,
            severity: _,
            profile,
            scope,
            since: _,
            title,
            remediation: _,
            url,
            docs: _,
            options: _,
            checks: _,
        } = rule;
        Self {
            id: id.as_str(),
            group: group.as_str(),
            severity: configured.as_str(),
            profile: profile.as_str(),
            scope: scope.as_str(),
            title,
            url,
            enabled: *is_on,
            mandatory: *is_mandatory,
            options: state.options(),
        }
    }
}

fn write_json(rules: &[State<'_>], out: &mut dyn Write) -> io::Result<()> {
    let rules: Vec<WireRule> = rules.iter().map(WireRule::from).collect();
    serde_json::to_writer_pretty(&mut *out, &rules)?;
    writeln!(out)
}

fn write_table(rules: &[State<'_>], is_coloured: bool, out: &mut dyn Write) -> io::Result<()> {
    let heading = colour::heading(is_coloured);
    let titles = ["rule", "severity", "group", "profile", "state", "finds"];
    let row = |it: &State<'_>| {
        let Rule { id, group, profile, title, .. } = it.rule;
        let severity = it.severity.as_str();
        [id.as_str(), severity, group.as_str(), profile.as_str(), it.word(), title]
    };
    let rows: Vec<[&str; 6]> = rules.iter().map(row).collect();
    // Ids and words are ASCII.
    let widths: [usize; 6] = std::array::from_fn(|column| {
        let width = |it: &[&str; 6]| it.get(column).map_or(0, |it| it.len());
        rows.iter().chain([&titles]).map(width).max().unwrap_or_default()
    });
    let line = |row: &[&str; 6]| {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    writeln!(out, "{heading}{}{heading:#}", line(&titles))?;
    rows.iter().try_for_each(|row| writeln!(out, "{}", line(row)))
}
