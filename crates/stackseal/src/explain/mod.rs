//! `stackseal explain`: the page of a rule.

use std::io::{self, Write};
use std::path::Path;

use stackseal_engine::{Pack, Rule};

use crate::arguments::ExplainArguments;
use crate::configuration::{OwnRules, configured};
use crate::{Failure, Io, Status, colour};

mod page;

/// Lines longer than this are hard to read, however wide the terminal is.
const WIDEST: usize = 100;

/// The width where there is no terminal.
const USUAL: usize = 80;

pub(crate) fn run(
    arguments: &ExplainArguments,
    pack: &Pack,
    is_coloured: bool,
    io: &mut Io<'_>,
) -> Result<Status, Failure> {
    let word = &arguments.rule;
    let rule = match pack.rule(word) {
        Some(rule) => rule,
        None => own_rule(word, arguments, pack, &io.folder)?,
    };
    let width = io.stdout_columns.unwrap_or(USUAL).min(WIDEST);
    write_page(rule, width, is_coloured, io.stdout).map_err(Failure::print)?;
    Ok(Status::Clean)
}

/// A rule of the user's own. The pack is explained whatever is wrong with a configuration.
fn own_rule(
    word: &str,
    arguments: &ExplainArguments,
    pack: &Pack,
    folder: &Path,
) -> Result<&'static Rule, Failure> {
    // What cannot be read of the user's own rules is for `check` to tell.
    let (config, guard) = arguments.sources.named();
    let (_, OwnRules { pack, .. }) = configured(config, guard, folder, pack)?;
    pack.rule(word).ok_or_else(|| {
        // Groups are known words as well, but they cannot be explained.
        let nearest = pack.nearest(word).filter(|it| pack.rule(it).is_some());
        Failure::UnknownRule { word: word.to_owned(), nearest }
    })
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
    // Rules of the user's own do not say when they came.
    for (name, value) in facts.into_iter().filter(|it| !it.1.is_empty()) {
        let name = format!("{aside}{name:8}{aside:#}  ");
        page::wrapped(&name, value, 10, width, out)?;
    }
    page::write(docs, width, is_coloured, out)
}
