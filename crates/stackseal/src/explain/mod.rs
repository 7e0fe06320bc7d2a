//! `stackseal explain`: the page of a rule.

use std::io::{self, Write};

use stackseal_engine::{Pack, Rule};

use crate::arguments::ExplainArguments;
use crate::{Failure, Status, colour};

mod page;

/// Lines longer than this are hard to read, however wide the terminal is.
const WIDEST: usize = 100;

/// The width where there is no terminal.
const USUAL: usize = 80;

pub(crate) fn run(
    arguments: &ExplainArguments,
    pack: &Pack,
    is_coloured: bool,
    columns: Option<usize>,
    out: &mut dyn Write,
) -> Result<Status, Failure> {
    let word = &arguments.rule;
    let Some(rule) = pack.rule(word) else {
        // Groups are known words as well, but they cannot be explained.
        let nearest = pack.nearest(word).filter(|it| pack.rule(it).is_some());
        return Err(Failure::UnknownRule { word: word.clone(), nearest });
    };
    let width = columns.unwrap_or(USUAL).min(WIDEST);
    write_page(rule, width, is_coloured, out).map_err(Failure::print)?;
    Ok(Status::Clean)
}

/// The page with what the rule says of itself under its title.
fn write_page(rule: &Rule, width: usize, is_coloured: bool, out: &mut dyn Write) -> io::Result<()> {
    let heading = colour::heading(is_coloured);
    let aside = colour::aside(is_coloured);
    let Rule {
        id,
        group,
        severity,
        profile,
        scope: _,
        since,
        title,
        remediation,
        url,
        docs,
        options: _,
        checks: _,
    } = rule;
    writeln!(out, "{heading}{id}: {title}{heading:#}\n")?;
    let facts = [
        ("severity", severity.as_str()),
        ("group", group.as_str()),
        ("profile", profile.as_str()),
        ("since", since),
        ("to do", remediation),
        ("source", url),
    ];
    for (name, value) in facts {
        let name = format!("{aside}{name:8}{aside:#}  ");
        page::wrapped(&name, value, 10, width, out)?;
    }
    page::write(docs, width, is_coloured, out)
}
