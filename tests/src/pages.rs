//! The page of every rule: its headings, and its examples, which are run.
//!
//! An example is a fenced block whose info is a language (`yaml`, `json`, `php`), what the rule makes
//! of it (`fails`, `passes`, `undecided`), and for `fails` perhaps the lines of the findings
//! (`json fails 5,9`) where no comment can mark them: `# finding`, or `// finding` in PHP.

use std::collections::BTreeSet;

use stackseal_engine::{Group, Rule};
use stackseal_rules::PACK;

use crate::harness::{Folder, run};

/// The headings, in their order.
pub(crate) const HEADINGS: &[&str] = &[
    "What it finds",
    "Why",
    "How to mend",
    "Exceptions",
    "Options",
    "Examples",
    "Controls",
    "Sources",
];

/// What a page says in place of an undecided example, and goes on to say why.
const NEVER_UNDECIDED: &str = "Never undecided: ";

#[test]
fn every_page_has_the_headings() {
    for rule in PACK.rules {
        let title = rule.docs.lines().next().unwrap_or_default();
        assert_eq!(title, format!("# {}", rule.id));
        assert_eq!(headings(rule.docs), HEADINGS, "{}", rule.id);
    }
}

#[test]
fn every_page_begins_with_what_is_wrong_in_a_sentence() {
    for rule in PACK.rules {
        let lead: Vec<&str> =
            rule.docs.lines().skip(1).take_while(|it| !it.starts_with("## ")).collect();
        let lead = lead.join(" ");
        assert!(lead.trim_end().ends_with('.'), "{}: no sentence under the title", rule.id);
    }
}

#[test]
fn every_page_says_what_the_rule_protects_in_the_reference_architecture() {
    for rule in PACK.rules.iter().filter(|it| it.group != Group::Engine) {
        let why = section(rule.docs, "Why").join(" ");
        assert!(why.contains("the reference architecture"), "{}", rule.id);
    }
}

#[test]
fn every_page_shows_what_fails_and_what_passes() {
    for rule in PACK.rules {
        let verdicts: Vec<Verdict> = examples(rule.docs).into_iter().map(|it| it.verdict).collect();
        let has = |wanted: fn(&Verdict) -> bool| verdicts.iter().any(wanted);
        assert!(has(|it| matches!(it, Verdict::Fails(_))), "{}: no example fails", rule.id);
        assert!(has(|it| matches!(it, Verdict::Passes)), "{}: no example passes", rule.id);
    }
}

#[test]
fn every_page_shows_what_is_undecided_or_says_why_nothing_is() {
    for rule in PACK.rules {
        let examples = examples(rule.docs);
        let has_example = examples.iter().any(|it| matches!(it.verdict, Verdict::Undecided));
        let reason = section(rule.docs, "Examples")
            .iter()
            .any(|line| line.strip_prefix(NEVER_UNDECIDED).is_some_and(|it| !it.is_empty()));
        assert!(
            has_example != reason,
            "{}: give an undecided example, or else a paragraph that begins with `{NEVER_UNDECIDED}`",
            rule.id
        );
    }
}

#[test]
fn every_page_names_its_sources() {
    for rule in PACK.rules {
        let links =
            section(rule.docs, "Sources").iter().filter(|it| it.contains("](https://")).count();
        assert!(links > 0, "{}: no link", rule.id);
    }
}

#[test]
fn every_example_is_true() {
    let failures: Vec<String> = PACK
        .rules
        .iter()
        .flat_map(|rule| examples(rule.docs).into_iter().filter_map(|it| check(rule, &it).err()))
        .collect();
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

/// A fenced block with a verdict.
struct Example<'p> {
    language: &'p str,
    verdict: Verdict,
    text: String,
    /// The line of the page on which it starts.
    line: usize,
}

#[derive(Debug)]
enum Verdict {
    /// Findings start on these lines.
    Fails(BTreeSet<u64>),
    Passes,
    Undecided,
}

fn check(rule: &Rule, example: &Example<'_>) -> Result<(), String> {
    let name = match example.language {
        "yaml" => "example.yaml",
        "json" => "example.json",
        "php" => "wp-config.php",
        other => return Err(format!("{}: examples in `{other}` are not run", rule.id)),
    };
    let folder = Folder::new(&[(name, &example.text)]);
    let arguments = ["check", "--select", rule.id.as_str(), "--format", "json", name];
    let run = run(folder.path(), &arguments, "");
    let here = format!("{}: the example at line {} of its page", rule.id, example.line);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).map_err(|_| run.stderr)?;
    if report["summary"]["files"] != 1 || run.status == 2 {
        return Err(format!("{here} is not judged: {report:#}"));
    }
    let found: BTreeSet<u64> = report["findings"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|it| it["location"]["start"]["line"].as_u64())
        .collect();
    let undecided = report["summary"]["unresolved"].as_u64().unwrap_or_default();
    match &example.verdict {
        Verdict::Fails(lines) if lines.is_empty() => Err(format!("{here} marks no finding")),
        Verdict::Fails(lines) if *lines != found => {
            Err(format!("{here} marks the lines {lines:?}, and findings start on {found:?}"))
        }
        Verdict::Passes | Verdict::Undecided if !found.is_empty() => {
            Err(format!("{here} has findings on the lines {found:?}"))
        }
        Verdict::Passes if undecided > 0 => {
            Err(format!("{here} passes only because it is undecided"))
        }
        Verdict::Undecided if undecided == 0 => Err(format!("{here} is decided")),
        Verdict::Fails(_) | Verdict::Passes | Verdict::Undecided => Ok(()),
    }
}

/// The second-level headings of a page.
pub(crate) fn headings(page: &str) -> Vec<&str> {
    let mut is_code = false;
    page.lines()
        .filter(|line| {
            is_code ^= line.starts_with("```");
            !is_code
        })
        .filter_map(|line| line.strip_prefix("## "))
        .collect()
}

/// The lines under a second-level heading of a page, without those that are empty.
pub(crate) fn section<'p>(page: &'p str, heading: &str) -> Vec<&'p str> {
    let mut is_code = false;
    page.lines()
        .skip_while(|line| line.strip_prefix("## ") != Some(heading))
        .skip(1)
        .take_while(|line| {
            is_code ^= line.starts_with("```");
            is_code || !line.starts_with("## ")
        })
        .filter(|line| !line.is_empty())
        .collect()
}

/// The blocks of a page that are to be run.
fn examples(page: &str) -> Vec<Example<'_>> {
    let mut examples = Vec::new();
    let mut lines = page.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        let Some(info) = line.strip_prefix("```") else { continue };
        let text: Vec<&str> =
            lines.by_ref().map(|it| it.1).take_while(|it| !it.starts_with("```")).collect();
        let mut words = info.split_whitespace();
        let (language, verdict) = (words.next().unwrap_or_default(), words.next());
        let verdict = match verdict {
            Some("fails") => Verdict::Fails(match words.next() {
                None => marked(&text),
                Some(list) => list.split(',').map(|it| it.parse().unwrap()).collect(),
            }),
            Some("passes") => Verdict::Passes,
            Some("undecided") => Verdict::Undecided,
            Some(other) => panic!("line {}: `{other}` is no verdict", index + 1),
            None => continue,
        };
        let text = text.join("\n") + "\n";
        examples.push(Example { language, verdict, text, line: index + 1 });
    }
    examples
}

/// The lines that end in a mark.
fn marked(text: &[&str]) -> BTreeSet<u64> {
    let is_marked = |line: &str| line.ends_with("# finding") || line.ends_with("// finding");
    (1..).zip(text).filter(|(_, line)| is_marked(line.trim_end())).map(|it| it.0).collect()
}

#[test]
fn blocks_without_a_verdict_are_prose() {
    let page =
        "```sh\nls\n```\n```yaml fails\na: b # finding\nc: d\n```\n```json fails 2,3\n{}\n```\n";
    let examples = examples(page);
    assert_eq!(examples.len(), 2);
    assert_eq!(examples[0].text, "a: b # finding\nc: d\n");
    let lines = |it: &Example<'_>| match &it.verdict {
        Verdict::Fails(lines) => lines.iter().copied().collect::<Vec<_>>(),
        Verdict::Passes | Verdict::Undecided => Vec::new(),
    };
    assert_eq!(lines(&examples[0]), [1]);
    assert_eq!(lines(&examples[1]), [2, 3]);
}
