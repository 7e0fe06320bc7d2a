//! Tables of all rules: by group, and by the controls that ask for the same.

use std::collections::BTreeMap;
use std::iter;

use super::controls::{self, Controls};
use super::rules::{Listed, Rule};

/// A group: its name, and what its rules look after.
const GROUPS: &[(&str, &str)] = &[
    ("secrets", "No credential in plain text, every secret managed."),
    (
        "encryption",
        "Data at rest under keys of one's own: one key per class of data, administration apart from use.",
    ),
    ("transit", "TLS on every hop: viewer, edge, load balancer, pod, database."),
    ("audit", "Every use of a key or a secret is recorded."),
    ("pipeline", "The pipeline keeps its own artifacts sealed."),
    ("engine", "The run itself."),
];

/// The chapter that lists the rules.
pub(super) fn by_group(rules: &[Rule]) -> String {
    let mut lines = vec![format!(
        "# Rules\n\n\
         All {} rules of the policy pack. Those of the profile `recommended` run unless told otherwise; `--profile strict` \
         runs all. `stackseal explain RULE` prints the same pages.\n\n\
         [Best practices](best-practices.md) tells where each is shown, and [controls](controls.md) which control of AWS \
         Config, Security Hub, Control Tower or CIS asks for the same.",
        rules.len()
    )];
    for (group, what) in GROUPS {
        lines.push(format!("\n## [{group}](rules/{group}.md)\n\n{what}\n"));
        lines.push(table(rules, group, "rules/"));
    }
    text(&lines)
}

/// A chapter for each group: its file, and its text.
pub(super) fn groups(rules: &[Rule]) -> impl Iterator<Item = (String, String)> + use<'_> {
    GROUPS.iter().map(|(group, what)| {
        let page = format!("# {group}\n\n{what}\n\n{}\n", table(rules, group, ""));
        (format!("{group}.md"), page)
    })
}

/// The rules of a group, their pages in `folder`.
fn table(rules: &[Rule], group: &str, folder: &str) -> String {
    let head = "| rule | severity | profile | finds |\n|---|---|---|---|".to_owned();
    let rows = of_group(rules, group).map(|Rule { listed, .. }| {
        let Listed { id, group: _, severity, profile, title } = listed;
        format!("| [`{id}`]({folder}{id}.md) | {severity} | {profile} | {title} |")
    });
    iter::once(head).chain(rows).collect::<Vec<_>>().join("\n")
}

/// The chapter that lists the controls.
pub(super) fn by_control(rules: &[Rule]) -> String {
    let mut catalogues: Vec<(&str, BTreeMap<SortKey, Vec<String>>)> =
        CATALOGUES.iter().map(|&it| (it, BTreeMap::new())).collect();
    for Rule { listed, page } in rules {
        for (catalogue, ids) in Controls::of(page).items {
            let Some((_, rows)) = catalogues.iter_mut().find(|it| it.0 == catalogue) else {
                continue;
            };
            for id in ids {
                let link = format!("[`{id}`](rules/{id}.md)", id = listed.id);
                rows.entry(sort_key(&id)).or_default().push(link);
            }
        }
    }
    let mut lines = vec![
        "# Controls\n\n\
         Which control asks for what which rule finds. A control judges what is deployed, a rule what is about to be. The \
         two do not agree to the letter: see the pages of the rules."
            .to_owned(),
    ];
    for (catalogue, rows) in catalogues {
        lines.push(format!("\n## {catalogue}\n\n| control | rules |\n|---|---|"));
        for ((.., id), rules) in rows {
            lines.push(format!("| {} | {} |", controls::linked(catalogue, &id), rules.join(", ")));
        }
    }
    text(&lines)
}

/// Who publishes controls, in the order in which pages name them.
const CATALOGUES: &[&str] =
    &["AWS Config", "Security Hub", "Control Tower", "CIS AWS Foundations", "CIS Amazon EKS"];

/// Name without case, numbers, and the id itself.
type SortKey = (String, Vec<u32>, String);

fn sort_key(id: &str) -> SortKey {
    let plain = id.split(' ').next().unwrap_or(id);
    let (numbers, name): (Vec<&str>, Vec<&str>) =
        plain.split('.').partition(|it| it.parse::<u32>().is_ok());
    let numbers = numbers.iter().filter_map(|it| it.parse().ok()).collect();
    (name.join(".").to_ascii_lowercase(), numbers, id.to_owned())
}

/// `summary` with a line for each of `rules`, under a line for its group, below `line`.
pub(super) fn with_rules(summary: &str, line: &str, rules: &[Rule]) -> Option<String> {
    let (before, after) = summary.split_once(line)?;
    let mut lines = vec![format!("{before}{line}")];
    for (group, _) in GROUPS {
        lines.push(format!("  - [{group}](rules/{group}.md)"));
        let ids = of_group(rules, group).map(|it| &it.listed.id);
        lines.extend(ids.map(|id| format!("    - [{id}](rules/{id}.md)")));
    }
    Some(lines.join("\n") + after)
}

fn of_group<'r>(rules: &'r [Rule], group: &'r str) -> impl Iterator<Item = &'r Rule> + use<'r> {
    rules.iter().filter(move |it| it.listed.group == group)
}

fn text(lines: &[String]) -> String {
    lines.join("\n") + "\n"
}
