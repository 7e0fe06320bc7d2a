//! Nothing of a rule is missing.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use stackseal_engine::{Check, Group, Rule};
use stackseal_rules::PACK;

use crate::harness::{entries, is_input, repository};
use crate::pages::section;

/// Documents a rule's folder must have at least of those that fail, and of those that pass.
const ENOUGH: usize = 3;

#[test]
fn every_rule_has_cases() {
    let missing: Vec<String> = PACK
        .rules
        .iter()
        .filter_map(|rule| {
            let id = rule.id.as_str();
            let folder = repository().join("fixtures/rules").join(id);
            if !folder.is_dir() {
                return Some(format!("{id}: no folder fixtures/rules/{id}"));
            }
            let lacks = lacks(rule, &Cases::read(&folder));
            (!lacks.is_empty()).then(|| format!("{id}: {}", lacks.join(", ")))
        })
        .collect();
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

/// The documents of a rule's folder, with their texts.
struct Cases {
    failing: Vec<(PathBuf, String)>,
    passing: Vec<(PathBuf, String)>,
}

impl Cases {
    fn read(folder: &Path) -> Self {
        let expected = fs::read_to_string(folder.join("expected.txt")).unwrap_or_default();
        let named: BTreeSet<&str> =
            expected.lines().filter_map(|it| it.split_once(':')).map(|it| it.0).collect();
        let (failing, passing) = documents(folder)
            .into_iter()
            .map(|it| {
                let text = fs::read_to_string(&it).unwrap_or_default();
                (it, text)
            })
            .partition(|(path, _)| {
                let relative = path.strip_prefix(folder).unwrap().to_str().unwrap();
                named.contains(relative.replace('\\', "/").as_str())
            });
        Self { failing, passing }
    }
}

/// What the cases of `rule` do not show.
fn lacks(rule: &Rule, cases: &Cases) -> Vec<String> {
    let mut lacks = Vec::new();
    for (cases, verdict) in [(&cases.failing, "fail"), (&cases.passing, "pass")] {
        if cases.len() < ENOUGH {
            lacks.push(format!("only {} documents that {verdict}", cases.len()));
        }
    }
    let all = || cases.failing.iter().chain(&cases.passing);
    for Form { name, is_due, is_shown } in FORMS {
        if rule.checks.iter().any(is_due) && !all().any(|(path, text)| is_shown(path, text)) {
            lacks.push(format!("no {name}"));
        }
    }
    lacks
}

/// A form in which what a rule looks for can come.
struct Form {
    name: &'static str,
    /// Whether a check can meet it.
    is_due: fn(&Check) -> bool,
    /// Whether a document has it.
    is_shown: fn(&Path, &str) -> bool,
}

const FORMS: &[Form] = &[
    Form {
        name: "JSON",
        is_due: |_| true,
        is_shown: |path, _| path.extension().is_some_and(|it| it == "json"),
    },
    Form {
        name: "intrinsic function",
        is_due: is_of_templates,
        is_shown: |_, text| {
            ["!Ref ", "!Sub ", "!GetAtt ", "!If ", "!If\n", "!FindInMap ", "\"Ref\"", "Fn::"]
                .iter()
                .any(|it| text.contains(it))
        },
    },
    Form {
        name: "condition",
        is_due: is_of_templates,
        is_shown: |_, text| text.contains("\nConditions:\n") || text.contains("\"Conditions\": {"),
    },
    Form {
        name: "list of objects",
        is_due: |it| matches!(it, Check::Manifest { .. }),
        // `List`, or a list of one kind.
        is_shown: |_, text| {
            let kinds = text.split("kind").filter_map(|it| it.lines().next());
            kinds.map(|it| it.trim_end_matches([' ', ',', '"'])).any(|it| it.ends_with("List"))
        },
    },
    Form {
        name: "buildspec within a project",
        is_due: |it| matches!(it, Check::Buildspec { .. }),
        is_shown: |_, text| text.contains("AWS::CodeBuild::Project"),
    },
    Form {
        name: "file in PHP",
        is_due: is_of_wp_configs,
        is_shown: |path, _| path.extension().is_some_and(|it| it == "php"),
    },
    Form {
        name: "wp-config within a ConfigMap",
        is_due: is_of_wp_configs,
        is_shown: |_, text| text.contains("kind: ConfigMap"),
    },
    Form {
        name: "value from the environment",
        is_due: is_of_wp_configs,
        is_shown: |_, text| text.contains("getenv"),
    },
    Form { name: "branch", is_due: is_of_wp_configs, is_shown: |_, text| text.contains("if (") },
];

fn is_of_templates(check: &Check) -> bool {
    matches!(check, Check::Resource { .. } | Check::Output { .. })
}

fn is_of_wp_configs(check: &Check) -> bool {
    matches!(check, Check::WpConfig { .. })
}

/// An exception names the property or type that it hangs on, and some case has that.
#[test]
fn every_exception_has_a_case() {
    let mut missing = Vec::new();
    for rule in PACK.rules {
        let id = rule.id.as_str();
        let Cases { failing, passing } = Cases::read(&repository().join("fixtures/rules").join(id));
        let texts = || failing.iter().chain(&passing).map(|it| &it.1);
        for line in section(rule.docs, "Exceptions") {
            let code = line.split('`').skip(1).step_by(2);
            for name in code.filter_map(property_or_type) {
                if !texts().any(|it| it.contains(name)) {
                    missing.push(format!("{id}: no case has `{name}`, an exception of its page"));
                }
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

/// The name of a property or of a type at the beginning of `code`, if that is one.
fn property_or_type(code: &str) -> Option<&str> {
    let is_type = code.starts_with("AWS::");
    let is_inside = |it: char| it.is_ascii_alphanumeric() || is_type && it == ':';
    let name = code.split(|it| !is_inside(it)).next()?;
    let is_name = name.starts_with(|it: char| it.is_ascii_uppercase())
        && name.contains(|it: char| it.is_ascii_lowercase());
    // `A_NAME` is a variable or a constant.
    (is_name && !code.contains('_')).then_some(name)
}

/// The inputs in a rule's folder.
fn documents(folder: &Path) -> Vec<PathBuf> {
    entries(folder)
        .into_iter()
        .flat_map(|it| if it.is_dir() { documents(&it) } else { vec![it] })
        .filter(|it| is_input(it))
        .collect()
}

/// The table of best practices: the second cell names the rule, the last tells whether it is there.
#[test]
fn the_table_of_best_practices_tells_the_truth() {
    // The book may be absent from a package of the sources.
    let Ok(page) = fs::read_to_string(repository().join("docs/best-practices.md")) else { return };
    let rows: Vec<(&str, &str)> = page
        .lines()
        .map(|line| line.split('|').map(str::trim).collect::<Vec<_>>())
        .filter_map(|cells| match cells.as_slice() {
            ["", _, rule, .., status, ""] => Some((rule.trim_matches('`'), *status)),
            _ => None,
        })
        .collect();
    let missing = PACK.rules.iter().filter(|it| it.group != Group::Engine).filter_map(|rule| {
        let id = rule.id.as_str();
        let is_there = rows.contains(&(id, "checked"));
        (!is_there).then(|| format!("{id} is built in, and not said to be checked"))
    });
    let surplus = rows
        .iter()
        .filter(|(id, status)| *status == "checked" && PACK.rule(id).is_none())
        .map(|(id, _)| format!("{id} is said to be checked, and not built in"));
    let wrong: Vec<String> = missing.chain(surplus).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn ids_are_unique_and_well_formed() {
    let mut seen = BTreeSet::new();
    for rule in PACK.rules {
        let id = rule.id.as_str();
        assert!(seen.insert(id), "{id} stands twice");
        let is_slug = id.split('-').all(|part| {
            !part.is_empty()
                && part.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit())
        });
        assert!(is_slug, "{id} is not in kebab case");
    }
}

#[test]
fn what_a_rule_says_of_itself_reads_well() {
    for rule in PACK.rules {
        let id = rule.id;
        for text in [rule.title, rule.remediation] {
            assert!(
                !text.is_empty() && !text.ends_with('.') && !text.contains('\n'),
                "{id}: {text}"
            );
            assert!(!text.starts_with(|it: char| it.is_ascii_lowercase()), "{id}: {text}");
        }
        assert!(rule.url.starts_with("https://"), "{id}: {}", rule.url);
    }
}

/// Reports hide what these rules stand at. One that speaks of a credential and is not among them, or is
/// among them by the wrong word, would show it.
#[test]
fn rules_about_credentials_are_known_as_such() {
    let about = PACK.rules.iter().filter(|it| it.is_about_credentials());
    let lines = about.map(|it| {
        format!("{} {}\n", if it.is_about_literals() { "value" } else { "name " }, it.id)
    });
    insta::assert_snapshot!(lines.collect::<String>());
    let says = |rule: &Rule| {
        let title = rule.title.to_ascii_lowercase();
        ["credential", "password", "plain text"].iter().any(|it| title.contains(it))
    };
    let forgotten: Vec<_> =
        PACK.rules.iter().filter(|it| says(it) && !it.is_about_credentials()).collect();
    assert!(forgotten.is_empty(), "{forgotten:?}");
}
