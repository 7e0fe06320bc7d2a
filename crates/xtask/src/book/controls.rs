//! The controls that a rule's page names: who else asks for the same.

/// The section of a page on controls.
#[derive(Debug, PartialEq)]
pub(super) struct Controls<'p> {
    /// Of each catalogue the ids, as they are written.
    pub(super) items: Vec<(&'p str, Vec<String>)>,
    /// What else is said, by line.
    pub(super) remarks: Vec<&'p str>,
}

/// The heading of the section.
pub(super) const HEADING: &str = "## Controls";

impl<'p> Controls<'p> {
    /// Those of a page. Its form is held to by a test of the rules.
    pub(super) fn of(page: &'p str) -> Self {
        // The last such line is the heading: an example above may hold one as well.
        let section = page.rsplit_once(HEADING).map_or("", |it| it.1);
        let mut controls = Self { items: Vec::new(), remarks: Vec::new() };
        for line in section.lines().take_while(|it| !it.starts_with("## ")) {
            if let Some((catalogue, ids)) =
                line.strip_prefix("- ").and_then(|it| it.split_once(": "))
            {
                controls.items.push((catalogue, split(ids)));
            } else if let (Some(rest), Some(item)) =
                (line.strip_prefix("  "), controls.items.last_mut())
            {
                item.1.extend(split(rest));
            } else if !line.is_empty() {
                controls.remarks.push(line);
            }
        }
        controls
    }

    /// The section under its heading, with a link on each id that has a page.
    pub(super) fn section(&self) -> String {
        let mut lines = vec![HEADING.to_owned(), String::new()];
        for (catalogue, ids) in &self.items {
            let ids: Vec<String> = ids.iter().map(|it| linked(catalogue, it)).collect();
            lines.push(format!("- {catalogue}: {}", ids.join(", ")));
        }
        if !self.items.is_empty() && !self.remarks.is_empty() {
            lines.push(String::new());
        }
        lines.extend(self.remarks.iter().map(|&it| it.to_owned()));
        lines.join("\n") + "\n\n"
    }
}

/// `ids` at its commas, but not at those in parentheses; the last may be one that goes on below.
fn split(ids: &str) -> Vec<String> {
    let mut depth = 0;
    let at_comma = |it: char| {
        match it {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => (),
        }
        it == ',' && depth == 0
    };
    ids.split(at_comma).map(|it| it.trim().to_owned()).filter(|it| !it.is_empty()).collect()
}

/// An id with a link to its page, where its publisher has one for it.
///
/// The pages: <https://docs.aws.amazon.com/config/latest/developerguide/managed-rules-by-aws-config.html>,
/// <https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-controls-reference.html>
pub(super) fn linked(catalogue: &str, id: &str) -> String {
    const GUIDES: &str = "https://docs.aws.amazon.com";
    match catalogue {
        "AWS Config" => {
            let name = id.trim_matches('`');
            format!("[{id}]({GUIDES}/config/latest/developerguide/{name}.html)")
        }
        "Security Hub" => {
            let anchor = id.to_ascii_lowercase().replace('.', "-");
            let service = anchor.rsplit_once('-').map_or(&*anchor, |it| it.0);
            format!(
                "[{id}]({GUIDES}/securityhub/latest/userguide/{service}-controls.html#{anchor})"
            )
        }
        _ => id.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "\
## Examples

- none

## Controls

- AWS Config: `a-b`,
  `c-d`
- Security Hub: ES.3
- CIS AWS Foundations: 2.2.1 (4.0, 5.0), 3.2.1 (6.0)

They look at less.

## Sources
";

    #[test]
    fn a_section_is_read_to_its_end() {
        let ids = |it: &[&str]| it.iter().map(|&it| it.to_owned()).collect::<Vec<_>>();
        let expected = Controls {
            items: vec![
                ("AWS Config", ids(&["`a-b`", "`c-d`"])),
                ("Security Hub", ids(&["ES.3"])),
                ("CIS AWS Foundations", ids(&["2.2.1 (4.0, 5.0)", "3.2.1 (6.0)"])),
            ],
            remarks: vec!["They look at less."],
        };
        assert_eq!(Controls::of(PAGE), expected);
    }

    #[test]
    fn ids_lead_to_their_pages() {
        for (catalogue, id, expected) in [
            (
                "AWS Config",
                "`a-b`",
                "[`a-b`](https://docs.aws.amazon.com/config/latest/developerguide/a-b.html)",
            ),
            (
                "Security Hub",
                "DynamoDB.3",
                "[DynamoDB.3](https://docs.aws.amazon.com/securityhub/latest/userguide/dynamodb-controls.html#dynamodb-3)",
            ),
            ("CIS Amazon EKS", "5.3.1", "5.3.1"),
        ] {
            assert_eq!(linked(catalogue, id), expected);
        }
    }
}
