//! `stackseal explain`: the page of a rule.

use std::io::{self, Write};

use stackseal_engine::{Pack, Rule};

use crate::arguments::ExplainArguments;
use crate::{Failure, Status, colour};

pub(crate) fn run(
    arguments: &ExplainArguments,
    pack: &Pack,
    is_coloured: bool,
    out: &mut dyn Write,
) -> Result<Status, Failure> {
    let word = &arguments.rule;
    let Some(rule) = pack.rule(word) else {
        // Groups are known words as well, but they cannot be explained.
        let nearest = pack.nearest(word).filter(|it| pack.rule(it).is_some());
        return Err(Failure::UnknownRule { word: word.clone(), nearest });
    };
    write_page(rule, is_coloured, out).map_err(Failure::print)?;
    Ok(Status::Clean)
}

/// The page with what the rule says of itself under its title.
fn write_page(rule: &Rule, is_coloured: bool, out: &mut dyn Write) -> io::Result<()> {
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
        writeln!(out, "{aside}{name:8}{aside:#}  {value}")?;
    }
    let is_title = |line: &&str| line.is_empty() || line.starts_with("# ");
    let mut is_code = false;
    for (index, line) in docs.lines().skip_while(is_title).enumerate() {
        if index == 0 {
            writeln!(out)?;
        }
        let is_fence = line.starts_with("```");
        is_code ^= is_fence;
        match line {
            line if is_fence => writeln!(out, "{aside}{line}{aside:#}")?,
            line if line.starts_with('#') && !is_code => {
                writeln!(out, "{heading}{line}{heading:#}")?;
            }
            line => writeln!(out, "{line}")?,
        }
    }
    Ok(())
}
