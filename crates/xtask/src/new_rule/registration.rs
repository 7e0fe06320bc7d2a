//! The place in a group's `mod.rs` where its rules are listed.

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
}
