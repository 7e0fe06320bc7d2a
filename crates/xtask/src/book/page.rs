//! What becomes of a page on its way into the book.

use super::controls::{self, Controls};
use super::rules::Rule;

/// Where the pages of rules say that the chapters of the book are: `explain` has no others to show.
const CHAPTERS: &str = "https://github.com/stackseal/stackseal/blob/main/docs/";

/// The page of `rule`: what the rule says of itself under its title, captions above its examples,
/// and links to the other rules, to the controls and to chapters of the book.
pub(super) fn of_rule(rule: &Rule, ids: &[&str]) -> String {
    let others: Vec<&str> = ids.iter().copied().filter(|it| *it != rule.listed.id).collect();
    let mut page = String::new();
    let mut fence = Fence::default();
    let mut is_controls = false;
    for line in rule.page.lines() {
        let was_code = fence.is_open();
        fence.pass(line);
        if !was_code && fence.is_open() {
            page.extend(caption(line).map(|it| it + "\n\n"));
        }
        let is_heading = !fence.is_open() && line.starts_with("## ");
        if is_heading {
            is_controls = line == controls::HEADING;
        }
        // In the book a chapter is next door, and whether it is there is looked after.
        let line = &line.replace(CHAPTERS, "../");
        if !is_controls {
            link_line(
                line,
                if fence.is_open() || line.starts_with('#') { &[] } else { &others },
                "",
                &mut page,
            );
            page.push('\n');
        } else if is_heading {
            page.push_str(&Controls::of(&rule.page).section());
        }
        if line.starts_with("# ") && !fence.is_open() {
            page.push_str(&facts(rule));
        }
    }
    page
}

/// The paragraph under the title.
fn facts(rule: &Rule) -> String {
    let listed = &rule.listed;
    format!(
        "\n**{}.** Severity {}, profile {}, group [{group}]({group}.md).\n",
        listed.title,
        listed.severity,
        listed.profile,
        group = listed.group,
    )
}

/// What stands above the example that `fence` begins.
fn caption(fence: &str) -> Option<String> {
    let mut words = fence.trim_start_matches('`').split_whitespace();
    match (words.nth(1)?, words.next()) {
        ("fails", None) => Some("*Fails* on the marked lines:".to_owned()),
        ("fails", Some(lines)) => {
            let plural = if lines.contains(',') { "s" } else { "" };
            Some(format!("*Fails* on line{plural} {}:", lines.replace(',', ", ")))
        }
        ("passes", _) => Some("*Passes*:".to_owned()),
        ("undecided", _) => Some("*Undecided*:".to_owned()),
        _ => None,
    }
}

/// `text` with a link from each of `ids` in backticks to its page in `folder`, but not in code,
/// nor in headings, nor where it is the text of a link already.
pub(super) fn with_links(text: &str, ids: &[&str], folder: &str) -> String {
    let mut linked = String::with_capacity(text.len());
    let mut fence = Fence::default();
    for line in text.split_inclusive('\n') {
        fence.pass(line.trim_end());
        let is_prose = !fence.is_open() && !line.starts_with('#');
        link_line(line, if is_prose { ids } else { &[] }, folder, &mut linked);
    }
    linked
}

fn link_line(line: &str, ids: &[&str], folder: &str, linked: &mut String) {
    let mut parts = line.split('`').enumerate().peekable();
    while let Some((position, part)) = parts.next() {
        let is_inside = position % 2 == 1;
        // The last backtick of an odd number of them begins nothing.
        let is_span = is_inside && parts.peek().is_some();
        let is_link = is_span && ids.contains(&part) && !linked.ends_with('[');
        let text = match (is_link, is_span, is_inside) {
            (true, ..) => format!("[`{part}`]({folder}{part}.md)"),
            (false, true, _) => format!("`{part}`"),
            (false, false, true) => format!("`{part}"),
            (false, false, false) => part.to_owned(),
        };
        linked.push_str(&text);
    }
}

/// Whether a line of Markdown is code, by the fences before it.
#[derive(Default)]
struct Fence {
    /// How many backticks opened the block one is in.
    open: Option<usize>,
}

impl Fence {
    /// Goes over the next line.
    fn pass(&mut self, line: &str) {
        let ticks = line.chars().take_while(|it| *it == '`').count();
        self.open = match self.open {
            None if ticks >= 3 => Some(ticks),
            Some(open) if ticks >= open && ticks == line.len() => None,
            unchanged => unchanged,
        };
    }

    /// Whether the line gone over last begins or belongs to a block of code, but does not end it.
    fn is_open(&self) -> bool {
        self.open.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::super::rules::Listed;
    use super::*;

    const IDS: &[&str] = &["secret-cmk", "secret-rotation"];

    fn check(text: &str, expected: &str) {
        assert_eq!(with_links(text, IDS, "rules/"), expected);
    }

    #[test]
    fn names_of_rules_become_links() {
        check(
            "see `secret-cmk`, `secret-rotation` and `KmsKeyId`\n",
            "see [`secret-cmk`](rules/secret-cmk.md), [`secret-rotation`](rules/secret-rotation.md) and `KmsKeyId`\n",
        );
    }

    #[test]
    fn code_headings_and_links_stay_as_they_are() {
        for text in [
            "```yaml\n# `secret-cmk`\n```\n",
            "````markdown\n```yaml\n```\n`secret-cmk`\n````\n",
            "## `secret-cmk`\n",
            "[`secret-cmk`](elsewhere.md)\n",
            "an odd ` and `secret-cmk\n",
            "secret-cmk\n",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn examples_get_captions() {
        for (fence, expected) in [
            ("```yaml fails", Some("*Fails* on the marked lines:")),
            ("```json fails 9", Some("*Fails* on line 9:")),
            ("```json fails 5,9", Some("*Fails* on lines 5, 9:")),
            ("```php passes", Some("*Passes*:")),
            ("```yaml undecided", Some("*Undecided*:")),
            ("```yaml", None),
            ("```", None),
        ] {
            assert_eq!(caption(fence).as_deref(), expected, "{fence}");
        }
    }

    #[test]
    fn a_page_gets_what_the_rule_says_of_itself() {
        let text = |it: &str| it.to_owned();
        let rule = Rule {
            listed: Listed {
                id: text("secret-cmk"),
                group: text("secrets"),
                severity: text("medium"),
                profile: text("recommended"),
                title: text("Secret is open"),
            },
            page: text(
                "# secret-cmk\n\nNot `secret-cmk`, but `secret-rotation`.\n\n\
                 [A chapter](https://github.com/stackseal/stackseal/blob/main/docs/a.md)\n\n```yaml passes\n## Controls\n```\n\n\
                 ## Controls\n\n- AWS Config: `a-b`\n\n## Sources\n",
            ),
        };
        let expected = "\
# secret-cmk

**Secret is open.** Severity medium, profile recommended, group [secrets](secrets.md).

Not `secret-cmk`, but [`secret-rotation`](secret-rotation.md).

[A chapter](../a.md)

*Passes*:

```yaml passes
## Controls
```

## Controls

- AWS Config: [`a-b`](https://docs.aws.amazon.com/config/latest/developerguide/a-b.html)

## Sources
";
        assert_eq!(of_rule(&rule, IDS), expected);
    }
}
