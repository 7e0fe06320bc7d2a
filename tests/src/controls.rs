//! The section "Controls" of every rule's page: who else asks for the same, by the ids under which
//! they do.

use stackseal_rules::PACK;

use crate::pages::section;

#[test]
fn every_page_names_the_controls_that_ask_the_same() {
    let failures: Vec<String> = PACK
        .rules
        .iter()
        .filter_map(|rule| {
            let section = section(rule.docs, "Controls");
            check_controls(&section).err().map(|it| format!("{}: {it}", rule.id))
        })
        .collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Whether the lines of a section on controls are `None.`, or items `- catalogue: id, id` in the
/// order of [`CATALOGUES`]. A remark may follow either.
fn check_controls(lines: &[&str]) -> Result<(), String> {
    let mut items: Vec<String> = Vec::new();
    for line in lines {
        if let Some(item) = line.strip_prefix("- ") {
            items.push(item.to_owned());
        } else if let (Some(rest), Some(item)) = (line.strip_prefix("  "), items.last_mut()) {
            item.push(' ');
            item.push_str(rest);
        }
    }
    if items.is_empty() {
        let says_none = lines.first().is_some_and(|it| it.starts_with("None."));
        return if says_none { Ok(()) } else { Err("neither controls nor `None.`".to_owned()) };
    }
    let mut catalogues = CATALOGUES.iter();
    for item in &items {
        let (name, ids) = item.split_once(": ").ok_or_else(|| format!("`{item}` has no `: `"))?;
        let catalogue = catalogues
            .find(|it| it.name == name)
            .ok_or_else(|| format!("`{name}` is no catalogue, stands twice, or out of order"))?;
        let ids: Vec<&str> = split_outside_parentheses(ids);
        if let Some(id) = ids.iter().find(|id| !(catalogue.is_id)(id)) {
            return Err(format!("`{id}` is no id of {name}"));
        }
        if !ids.is_sorted_by_key(|it| sort_key(it)) && name != CIS_AWS {
            return Err(format!("the ids of {name} are not sorted"));
        }
    }
    Ok(())
}

/// Who publishes controls.
struct Catalogue {
    name: &'static str,
    /// Whether a text looks like one of its ids.
    is_id: fn(&str) -> bool,
}

/// In the order in which a page names them.
const CATALOGUES: &[Catalogue] = &[
    Catalogue { name: "AWS Config", is_id: is_config_rule },
    Catalogue { name: "Security Hub", is_id: is_security_control },
    Catalogue { name: "Control Tower", is_id: is_proactive_control },
    Catalogue { name: CIS_AWS, is_id: is_item_of_editions },
    Catalogue { name: "CIS Amazon EKS", is_id: is_item },
];

/// Its items stand in the order of its editions, which number them anew.
const CIS_AWS: &str = "CIS AWS Foundations";

/// `` `rds-storage-encrypted` ``
fn is_config_rule(id: &str) -> bool {
    let is_slug = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-';
    let name = id.strip_prefix('`').and_then(|it| it.strip_suffix('`'));
    name.is_some_and(|it| it.contains('-') && it.chars().all(is_slug))
}

/// `RDS.3`
fn is_security_control(id: &str) -> bool {
    id.split_once('.').is_some_and(|(service, number)| {
        service.starts_with(|it: char| it.is_ascii_uppercase())
            && service.chars().all(|it| it.is_ascii_alphanumeric())
            && number.parse::<u16>().is_ok()
    })
}

/// `CT.RDS.PR.24`
fn is_proactive_control(id: &str) -> bool {
    let parts: Vec<&str> = id.split('.').collect();
    matches!(parts[..], ["CT", _, "PR", number] if number.parse::<u16>().is_ok())
}

/// `2.2.1 (4.0, 5.0)`: the number of the item, and in which editions it is that.
fn is_item_of_editions(id: &str) -> bool {
    let Some((item, editions)) = id.split_once(" (") else { return false };
    let editions = editions.strip_suffix(')');
    is_item(item)
        && editions.is_some_and(|it| it.split(", ").flat_map(|it| it.split(" to ")).all(is_item))
}

/// Whether `text` is numbers with dots between them.
fn is_item(text: &str) -> bool {
    text.contains('.') && text.split('.').all(|it| it.parse::<u16>().is_ok())
}

/// `ids` at its commas, but not at those in parentheses.
fn split_outside_parentheses(ids: &str) -> Vec<&str> {
    let mut depth = 0;
    ids.split(|it| {
        match it {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => (),
        }
        it == ',' && depth == 0
    })
    .map(str::trim)
    .collect()
}

/// Orders ids by service, without regard to case, and then by number.
fn sort_key(id: &str) -> (String, u16) {
    let (service, number) = id.rsplit_once('.').unwrap_or((id, ""));
    (service.to_ascii_lowercase(), number.parse().unwrap_or_default())
}

#[test]
fn controls_have_a_form() {
    for (lines, is_good) in [
        (&["None."] as &[&str], true),
        (&["None. Related: Security Hub ACM.1."], true),
        (&["- AWS Config: `a-b`,", "  `c-d`", "- Security Hub: ES.3, KMS.1", "A remark."], true),
        (&["- CIS AWS Foundations: 2.3.1 (3.0), 2.2.1 (4.0, 5.0), 3.2.1 (6.0 to 7.0)"], true),
        (&[], false),
        (&["We know of none."], false),
        (&["- AWS Config `a-b`"], false),
        (&["- AWS Config: a-b"], false),
        (&["- Security Hub: KMS.2, KMS.1"], false),
        (&["- Security Hub: RedshiftServerless"], false),
        (&["- Security Hub: KMS.1", "- AWS Config: `a-b`"], false),
        (&["- CIS AWS Foundations: 3.6"], false),
        (&["- Trust me: 1.1"], false),
    ] {
        assert_eq!(check_controls(lines).is_ok(), is_good, "{lines:?}");
    }
}
