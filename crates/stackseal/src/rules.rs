//! `stackseal rules`: what the pack can find.

use std::io::{self, Write};

use serde::Serialize;
use stackseal_engine::{Pack, Rule};

use crate::arguments::{RulesArguments, RulesFormat};
use crate::{Failure, Status, colour};

pub(crate) fn run(
    arguments: &RulesArguments,
    pack: &Pack,
    is_coloured: bool,
    out: &mut dyn Write,
) -> Result<Status, Failure> {
    match arguments.format {
        RulesFormat::Table => write_table(pack, is_coloured, out),
        RulesFormat::Json => write_json(pack, out),
    }
    .map_err(Failure::print)?;
    Ok(Status::Clean)
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
}

impl From<&Rule> for WireRule {
    fn from(rule: &Rule) -> Self {
        let Rule {
            id,
            group,
            severity,
            profile,
            scope,
            since: _,
            title,
            remediation: _,
            url,
            docs: _,
            checks: _,
        } = rule;
        Self {
            id: id.as_str(),
            group: group.as_str(),
            severity: severity.as_str(),
            profile: profile.as_str(),
            scope: scope.as_str(),
            title,
            url,
        }
    }
}

fn write_json(pack: &Pack, out: &mut dyn Write) -> io::Result<()> {
    let rules: Vec<WireRule> = pack.rules.iter().map(|&it| it.into()).collect();
    serde_json::to_writer_pretty(&mut *out, &rules)?;
    writeln!(out)
}

fn write_table(pack: &Pack, is_coloured: bool, out: &mut dyn Write) -> io::Result<()> {
    let heading = colour::heading(is_coloured);
    let titles = ["rule", "severity", "group", "profile", "finds"];
    let rows: Vec<[&str; 5]> = pack
        .rules
        .iter()
        .map(|it| {
            [it.id.as_str(), it.severity.as_str(), it.group.as_str(), it.profile.as_str(), it.title]
        })
        .collect();
    // Ids and words are ASCII; the last column needs no width.
    let width = |column: fn(&[&str; 5]) -> usize| {
        rows.iter().chain([&titles]).map(column).max().unwrap_or_default()
    };
    let [a, b, c, d] = [
        width(|it| it[0].len()),
        width(|it| it[1].len()),
        width(|it| it[2].len()),
        width(|it| it[3].len()),
    ];
    let line = |[rule, severity, group, profile, finds]: [&str; 5]| {
        format!("{rule:a$}  {severity:b$}  {group:c$}  {profile:d$}  {finds}")
    };
    writeln!(out, "{heading}{}{heading:#}", line(titles))?;
    rows.iter().try_for_each(|&row| writeln!(out, "{}", line(row)))
}
