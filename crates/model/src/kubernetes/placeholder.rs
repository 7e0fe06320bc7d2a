//! Text that a tool outside replaces before the API server sees it: envsubst, argocd-vault-plugin,
//! SOPS, Helm and their like.

/// Words that stand for a value to come. `changeme` is not among them: images really ship with it.
const WORDS: &[&str] = &[
    "FIXME",
    "PLACEHOLDER",
    "REDACTED",
    "REPLACEME",
    "REPLACE-ME",
    "REPLACE_ME",
    "REPLACE_THIS",
    "TBD",
    "TODO",
    "TO_BE_REPLACED",
];

/// Whether `text` is a placeholder or has one in it.
///
/// `${NAME}`, `{{ … }}`, `@@NAME@@` and `<path:…#…>` count wherever they stand; `$NAME`, `%NAME%`,
/// `ENC[…]` and words such as `REPLACE_ME` only as the whole text.
pub fn has_placeholder(text: &str) -> bool {
    let whole = text.trim();
    is_shell_name(whole)
        || is_percent_name(whole)
        || (whole.starts_with("ENC[") && whole.ends_with(']'))
        || WORDS.iter().any(|it| whole.eq_ignore_ascii_case(it))
        || text.contains(['{', '@', '<']) && has_brackets(text)
}

/// Whether a placeholder with a beginning and an end stands in `text`. Most texts hold nothing that
/// begins one, which is seen sooner.
fn has_brackets(text: &str) -> bool {
    has_between(text, "${", "}", is_expression)
        || has_between(text, "{{", "}}", |_| true)
        || has_between(text, "@@", "@@", is_name)
        || has_between(text, "<path:", ">", |it| it.contains('#'))
}

/// Whether argocd-vault-plugin finds something to replace in `text`, the object asking for it with
/// the annotation `avp.kubernetes.io/path`.
///
/// <https://argocd-vault-plugin.readthedocs.io/en/stable/howitworks/>
pub(super) fn has_vault_placeholder(text: &str) -> bool {
    has_between(text, "<", ">", |it| !it.is_empty() && !it.contains(['<', '\n', '"', '/']))
}

/// Whether Kubernetes expands something in `text`, the value of an environment variable or an
/// argument: `$(NAME)`. `$$(NAME)` is the way to write those very characters.
///
/// <https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/>
pub fn has_variable(text: &str) -> bool {
    around_variable(text).is_some()
}

/// Whether `text` is put together from variables that Kubernetes expands, with no word beside them:
/// `$(USER):$(PASSWORD)`.
pub fn is_of_variables(text: &str) -> bool {
    let has_word = |it: &str| it.contains(char::is_alphanumeric);
    let Some((mut before, mut behind)) = around_variable(text) else { return false };
    while let Some(next) = around_variable(behind).filter(|_| !has_word(before)) {
        (before, behind) = next;
    }
    !has_word(before) && !has_word(behind)
}

/// What stands before and behind the first variable in `text`.
fn around_variable(text: &str) -> Option<(&str, &str)> {
    let mut from = 0;
    while let Some(at) = text.get(from..)?.find('$').map(|it| from + it) {
        let after = text.get(at + 1..)?;
        if after.starts_with('$') {
            from = at + 2;
            continue;
        }
        if let Some((name, behind)) = after.strip_prefix('(').and_then(|it| it.split_once(')'))
            && is_variable_name(name)
        {
            return Some((text.get(..at)?, behind));
        }
        from = at + 1;
    }
    None
}

fn is_variable_name(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|it| it.is_ascii_alphanumeric() || matches!(it, b'_' | b'-' | b'.'))
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with(|it: char| it.is_ascii_digit())
        && text.bytes().all(|it| it.is_ascii_alphanumeric() || matches!(it, b'_' | b'-' | b'.'))
}

/// `NAME`, `NAME:-fallback`, `NAME/a/b` and what else substitutes in braces.
fn is_expression(text: &str) -> bool {
    let end = text.find(|it: char| !it.is_ascii_alphanumeric() && !matches!(it, '_' | '.' | '-'));
    text.get(..end.unwrap_or(text.len())).is_some_and(is_name)
}

/// `$NAME`, in capitals: a password may well begin with a dollar.
fn is_shell_name(text: &str) -> bool {
    text.strip_prefix('$').is_some_and(is_constant_name)
}

/// `%NAME%`, in capitals and alone: percent signs also escape characters of a URL.
fn is_percent_name(text: &str) -> bool {
    text.strip_prefix('%').and_then(|it| it.strip_suffix('%')).is_some_and(is_constant_name)
}

fn is_constant_name(text: &str) -> bool {
    is_name(text)
        && text.bytes().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit() || it == b'_')
}

fn has_between(text: &str, open: &str, close: &str, accepts: impl Fn(&str) -> bool) -> bool {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once(open) {
        let Some((inner, _)) = after.split_once(close) else {
            return false;
        };
        if accepts(inner) {
            return true;
        }
        rest = after;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_told_from_literals() {
        let cases = [
            ("${DB_PASSWORD}", true),
            ("${DB_PASSWORD:-x}", true),
            ("prefix-${env.name}", true),
            ("${}", false),
            ("${1}", false),
            ("$DB_PASSWORD", true),
            ("$ecret", false),
            ("$DB_PASSWORD!", false),
            ("{{ .Values.password }}", true),
            ("{{password}", false),
            ("@@DB_PASSWORD@@", true),
            ("me@@example", false),
            ("%DB_PASSWORD%", true),
            ("p%40ss%21", false),
            ("<path:secret/data/db#password>", true),
            ("<password>", false),
            ("ENC[AES256_GCM,data:x,iv:y]", true),
            ("REPLACE_ME", true),
            ("replaceme", true),
            ("changeme", false),
            ("hunter2", false),
            ("", false),
        ];
        for (text, expected) in cases {
            assert_eq!(has_placeholder(text), expected, "{text}");
        }
    }

    #[test]
    fn variables_are_expanded_unless_escaped() {
        let cases = [
            ("$(DB_PASSWORD)", true),
            ("mysql://app:$(DB_PASSWORD)@db", true),
            ("$$(DB_PASSWORD)", false),
            ("$$$(DB_PASSWORD)", true),
            ("$(cat /run/secret)", false),
            ("$()", false),
            ("$(", false),
            ("$", false),
        ];
        for (text, expected) in cases {
            assert_eq!(has_variable(text), expected, "{text}");
        }
    }

    #[test]
    fn words_beside_variables_are_told() {
        let cases = [
            ("$(DB_USER):$(DB_PASSWORD)", true),
            ("$(DB_PASSWORD)", true),
            ("-$(A)--$(B)!", true),
            ("Bearer $(TOKEN)", false),
            ("$(A)b$(C)", false),
            ("$(A)$(B)c", false),
            ("a$(B)$(C)", false),
            ("$(A)$$(B)", false),
            ("$$(A)", false),
            ("$", false),
            ("", false),
        ];
        for (text, expected) in cases {
            assert_eq!(is_of_variables(text), expected, "{text}");
        }
    }

    #[test]
    fn the_vault_plugin_replaces_names_in_angle_brackets() {
        let cases = [
            ("<password>", true),
            ("u:<password>@db", true),
            ("a < b > c", true),
            ("<>", false),
            ("<a", false),
        ];
        for (text, expected) in cases {
            assert_eq!(has_vault_placeholder(text), expected, "{text}");
        }
    }
}
