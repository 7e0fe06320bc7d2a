//! A table for a comment on a pull request.

use std::cmp::Reverse;
use std::fmt::Write as _;
use std::io::{self, Write};

use stackseal_engine::{Finding, Outcome};

use crate::Options;
use crate::places::Places;
use crate::summary::summary;
use crate::uri::relative;
use crate::wording::{count, message, one_line};

/// GitHub takes comments of 65,536 characters; what surrounds the table needs some of them.
const ROOM: usize = 60_000;

pub(crate) fn write(outcome: &Outcome, options: Options, out: &mut dyn Write) -> io::Result<()> {
    let places = Places::new(outcome);
    writeln!(out, "### stackseal\n\n{}\n", prose(&summary(outcome, options)))?;
    let mut findings = options.shown(outcome);
    // The worst are read first, and the last to be left out.
    findings.sort_by_key(|it| Reverse(it.severity));
    let rows: Vec<String> = findings.iter().map(|it| row(it, &places)).collect();
    let fitting = fitting(&rows);
    if fitting > 0 {
        writeln!(out, "| severity | place | finding | rule |\n|---|---|---|---|")?;
        rows.iter().take(fitting).try_for_each(|it| writeln!(out, "{it}"))?;
        writeln!(out)?;
    }
    if fitting < rows.len() {
        writeln!(out, "{} not shown here.\n", count(rows.len() - fitting, "more finding"))?;
    }
    let errors = outcome.errors.iter();
    let errors: Vec<String> = errors
        .map(|it| {
            let place = it.span.map(|span| {
                let start = places.location(span).start;
                format!(":{}:{}", start.line, start.column)
            });
            let place = format!("{}{}", relative(&it.file), place.unwrap_or_default());
            format!("- {}: {}", code(&place), prose(&it.message))
        })
        .collect();
    if !errors.is_empty() {
        writeln!(out, "Could not be judged:\n\n{}", errors.join("\n"))?;
    }
    Ok(())
}

/// How many of `rows` there is room for.
fn fitting(rows: &[String]) -> usize {
    let lengths = rows.iter().scan(0, |sum, it| {
        *sum += it.chars().count() + 1;
        Some(*sum)
    });
    lengths.take_while(|it| *it <= ROOM).count()
}

fn row(finding: &Finding, places: &Places<'_>) -> String {
    let location = places.location(finding.span);
    let start = location.start;
    let place = code(&format!("{}:{}:{}", relative(location.file), start.line, start.column));
    let rule = finding.rule;
    let name = match rule.url {
        "" => code(rule.id.as_str()),
        url => format!("[{}]({url})", code(rule.id.as_str())),
    };
    let mut text = prose(&message(finding));
    if let Some(suppressed) = &finding.suppressed {
        // Writing to a string does not fail.
        let _ = write!(text, " (suppressed: {})", prose(&suppressed.reason));
    } else if !finding.remediation.is_empty() {
        let _ = write!(text, "<br>{}", prose(&finding.remediation));
    }
    let cells = [finding.severity.to_string(), place, text, name];
    format!("| {} |", cells.map(|it| it.replace('|', "\\|")).join(" | "))
}

/// `text` with its code in backticks, and without what Markdown or HTML would make of the rest.
fn prose(text: &str) -> String {
    let text = one_line(text);
    let is_paired = text.matches('`').count().is_multiple_of(2);
    if !is_paired {
        return literal(&text);
    }
    let parts = text.split('`').enumerate();
    parts.map(|(i, it)| if i % 2 == 1 { code(it) } else { literal(it) }).collect()
}

/// `text` as it stands: no markup, no mention of a user.
fn literal(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            '&' => shown.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '~' | '!' => {
                shown.push('\\');
                shown.push(character);
            }
            '@' => shown.push_str("@\u{200b}"),
            character => shown.push(character),
        }
    }
    shown
}

/// `text` as code, whatever backticks are in it.
fn code(text: &str) -> String {
    let text = one_line(text);
    if text.is_empty() {
        return String::new();
    }
    let longest = text.split(|it| it != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::Format;
    use crate::testing::{PLAIN, outcome, print};

    #[test]
    fn a_finding_is_a_row() {
        assert_snapshot!(print(
            Format::Markdown,
            &outcome(),
            Options { shows_suppressed: true, ..PLAIN }
        ));
    }

    #[test]
    fn names_from_files_are_no_markup() {
        assert_eq!(prose("`a|<b>` is *bold* for @all"), "`a|<b>` is \\*bold\\* for @\u{200b}all");
        assert_eq!(prose("odd ` tick <script>"), "odd \\` tick &lt;script&gt;");
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("`"), "`` ` ``");
    }

    #[test]
    fn what_has_no_room_is_counted() {
        let mut outcome = outcome();
        outcome.findings = outcome.findings.iter().cycle().take(2000).cloned().collect();
        let printed = print(Format::Markdown, &outcome, PLAIN);
        assert!(printed.chars().count() < 65_536, "{}", printed.len());
        assert!(printed.contains("more findings not shown here."), "{printed}");
        assert!(printed.contains("| critical |") && !printed.contains("| high |"), "{printed}");
    }
}
