//! The places where the rules of a group are listed: its `mod.rs`, and the book's table of best
//! practices.

/// `text`, a group's `mod.rs`, with `module` declared and its `RULE` in the list; nothing where
/// the text is not built as we know it.
///
/// The rule is added last: the list follows the catalogue, not the alphabet.
pub(super) fn register(text: &str, module: &str) -> Option<String> {
    list(&declare(text, module), module)
}

/// With `mod module;` among the declarations of modules.
fn declare(text: &str, module: &str) -> String {
    let declaration = format!("mod {module};");
    let is_declaration = |it: &str| it.starts_with("mod ") && it.ends_with(';');
    let mut lines: Vec<&str> = text.lines().collect();
    let mut places = lines.iter().enumerate().filter(|(_, it)| is_declaration(it));
    let at = match places.clone().find(|(_, it)| ***it > *declaration) {
        Some((at, _)) => at,
        None => match places.next_back() {
            Some((last, _)) => last + 1,
            None => lines.iter().take_while(|it| it.starts_with("//!") || it.is_empty()).count(),
        },
    };
    let is_first = !lines.iter().any(|it| is_declaration(it));
    lines.insert(at, &declaration);
    if is_first {
        lines.insert(at + 1, "");
    }
    let mut text = lines.join("\n");
    text.push('\n');
    text
}

/// With `&module::RULE` in the slice that `RULES` is.
fn list(text: &str, module: &str) -> Option<String> {
    let (before, rest) = text.split_once("RULES: &[&Rule] = &[")?;
    let (entries, after) = rest.split_once(']')?;
    let entry = format!("&{module}::RULE");
    let mut entries: Vec<&str> =
        entries.split(',').map(str::trim).filter(|it| !it.is_empty()).collect();
    if !entries.iter().all(|it| it.starts_with('&') && it.ends_with("::RULE")) {
        return None;
    }
    entries.push(&entry);
    let entries = entries.join(", ");
    Some(format!("{before}RULES: &[&Rule] = &[{entries}]{after}"))
}

/// `text`, the table of best practices, with a row for rule `id` at the end of the section
/// `heading`; nothing where there is no such section, or no table in it.
pub(super) fn practise(text: &str, heading: &str, id: &str) -> Option<String> {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let section = lines.iter().position(|it| it.strip_prefix("## ") == Some(heading))?;
    let after = lines.iter().skip(section + 1).position(|it| it.starts_with("## "));
    let end = after.map_or(lines.len(), |it| section + 1 + it);
    let rows = lines.iter().enumerate().take(end).skip(section);
    let last = rows.filter(|(_, line)| line.starts_with('|')).map(|it| it.0).next_back()?;
    lines.insert(last + 1, format!("| Say what it asks for | `{id}` | say where | checked |"));
    Some(lines.join("\n") + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, module: &str, expected: Option<&str>) {
        assert_eq!(register(text, module).as_deref(), expected);
    }

    #[test]
    fn a_module_goes_between_its_neighbours_and_its_rule_last() {
        check(
            "\
//! Sealed.

mod alpha;
mod gamma;

pub(crate) static RULES: &[&Rule] = &[
    &alpha::RULE,
    &gamma::RULE,
];
",
            "beta",
            Some(
                "\
//! Sealed.

mod alpha;
mod beta;
mod gamma;

pub(crate) static RULES: &[&Rule] = &[&alpha::RULE, &gamma::RULE, &beta::RULE];
",
            ),
        );
    }

    #[test]
    fn the_first_rule_of_a_group_goes_before_the_code() {
        check(
            "//! Sealed.\n\npub(crate) static RULES: &[&Rule] = &[];\n",
            "beta",
            Some(
                "//! Sealed.\n\nmod beta;\n\npub(crate) static RULES: &[&Rule] = &[&beta::RULE];\n",
            ),
        );
    }

    #[test]
    fn an_unknown_form_is_left_alone() {
        check("mod a;\npub(crate) fn rules() {}\n", "b", None);
        check("pub(crate) static RULES: &[&Rule] = &[&a::RULE, other()];\n", "b", None);
    }

    #[test]
    fn a_practice_goes_to_the_end_of_its_group() {
        let text =
            "# P\n\n## Secrets\n\n| a |\n|---|\n| 1 |\n\n## Transit\n\n| a |\n|---|\n| 2 |\n";
        let expected = "# P\n\n## Secrets\n\n| a |\n|---|\n| 1 |\n\
                        | Say what it asks for | `store-sealed` | say where | checked |\n\
                        \n## Transit\n\n| a |\n|---|\n| 2 |\n";
        assert_eq!(practise(text, "Secrets", "store-sealed").as_deref(), Some(expected));
        let last = practise(text, "Transit", "store-sealed").unwrap();
        assert!(
            last.ends_with(
                "| 2 |\n| Say what it asks for | `store-sealed` | say where | checked |\n"
            )
        );
        assert_eq!(practise(text, "Audit", "store-sealed"), None);
        assert_eq!(practise("## Audit\n\nNothing yet.\n", "Audit", "store-sealed"), None);
    }
}
