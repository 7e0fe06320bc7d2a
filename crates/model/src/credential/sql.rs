//! Passwords that statements of SQL give to users.
//!
//! What is hashed is no password, and what the shell or a program fills in no literal.

use std::ops::Range;

use super::value::exemption;

/// The shortest literal taken for a password.
const SHORTEST: usize = 3;

/// Bytes before a password within which its statement has to say what it is.
const LONGEST_BEFORE: usize = 200;

/// A password in a statement.
pub(super) struct SqlPassword {
    /// The words before it.
    pub(super) keyword: &'static str,
    /// The literal with its quotes: bytes of the text searched, on character boundaries.
    pub(super) range: Range<usize>,
}

/// The passwords in `text`: `IDENTIFIED BY 'literal'`, `CREATE ROLE shop WITH PASSWORD 'literal'`.
pub(super) fn passwords(text: &str) -> impl Iterator<Item = SqlPassword> {
    let at = |quote: char| {
        text.match_indices(quote).filter_map(move |(at, _)| password(text, at, quote))
    };
    at('\'').chain(at('"'))
}

/// The one whose literal the quote at `at` opens.
fn password(text: &str, at: usize, quote: char) -> Option<SqlPassword> {
    let before = text.get(..at)?;
    // Quotes within quotes of a shell: `\"`, `'\''`.
    let before =
        ["'\\'", "\\"].into_iter().find_map(|it| before.strip_suffix(it)).unwrap_or(before);
    let before = before.trim_end();
    // SQL Server puts an equals sign between.
    let before = before.strip_suffix('=').map_or(before, str::trim_end);
    // Of almost all quotes, the byte before tells that none of the words is there.
    if !before.ends_with(['d', 'D', 'y', 'Y']) {
        return None;
    }
    let keyword = before.rsplit(|it: char| !it.is_ascii_alphabetic()).next()?;
    let before = end_of(before);
    let statement = before.rsplit(';').next().unwrap_or(before).to_ascii_lowercase();
    let statement = statement.replace(['\t', '\n'], " ");
    let says = |words: &[&str]| words.iter().any(|it| statement.contains(it));
    let keyword = match keyword.to_ascii_lowercase().as_str() {
        "by" if says(&["identified"]) => "IDENTIFIED BY",
        "password"
            if says(&["create", "alter"]) && says(&[" user ", " role ", " login ", " group "]) =>
        {
            "PASSWORD"
        }
        _ => return None,
    };
    let (literal, _) = text.get(at + 1..)?.split_once(quote)?;
    let value = literal.strip_suffix('\\').unwrap_or(literal);
    let is_literal = value.len() >= SHORTEST
        && !value.contains(['$', '`', '{', '\n'])
        && exemption(value).is_none()
        && !is_hash(value);
    let end = at + literal.len() + 2;
    (is_literal && !is_commented(before)).then_some(SqlPassword { keyword, range: at..end })
}

/// The last bytes of `before`, in which the statement is looked for.
fn end_of(before: &str) -> &str {
    let shortest = before.len().saturating_sub(LONGEST_BEFORE);
    let start = (shortest..before.len()).find(|it| before.is_char_boundary(*it));
    start.and_then(|it| before.get(it..)).unwrap_or_default()
}

fn is_commented(before: &str) -> bool {
    let line = before.rsplit('\n').next().unwrap_or(before).trim_start();
    line.starts_with("--") || line.starts_with('#')
}

/// What MySQL and PostgreSQL keep of a password, which they take in its place.
fn is_hash(value: &str) -> bool {
    let is_hex_behind = |prefix: &str, length: usize| {
        value
            .strip_prefix(prefix)
            .is_some_and(|it| it.len() == length && it.bytes().all(|it| it.is_ascii_hexdigit()))
    };
    is_hex_behind("*", 40) || is_hex_behind("md5", 32)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(text: &str) -> Vec<String> {
        passwords(text)
            .map(|it| format!("{} {}", it.keyword, text.get(it.range).unwrap()))
            .collect()
    }

    #[test]
    fn statements_give_users_passwords() {
        let cases = [
            ("CREATE USER 'shop'@'%' IDENTIFIED BY 'hunter22';", "IDENTIFIED BY 'hunter22'"),
            ("create user shop identified by \"hunter22\"", "IDENTIFIED BY \"hunter22\""),
            (
                "ALTER USER root IDENTIFIED WITH caching_sha2_password\n  BY 'hunter22';",
                "IDENTIFIED BY 'hunter22'",
            ),
            ("GRANT ALL ON *.* TO a IDENTIFIED BY 'hunter22'", "IDENTIFIED BY 'hunter22'"),
            ("CREATE ROLE shop WITH LOGIN PASSWORD 'hunter22';", "PASSWORD 'hunter22'"),
            ("ALTER USER postgres\n\tWITH PASSWORD 'hunter22';", "PASSWORD 'hunter22'"),
            ("CREATE LOGIN shop WITH PASSWORD = 'hunter22';", "PASSWORD 'hunter22'"),
            (
                "mysql -e \"CREATE USER a IDENTIFIED BY \\\"hunter22\\\"\"",
                "IDENTIFIED BY \"hunter22\\\"",
            ),
            (
                "mysql -e 'CREATE USER a IDENTIFIED BY '\\''hunter22'\\'''",
                "IDENTIFIED BY 'hunter22'",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(found(text), [expected], "{text}");
        }
    }

    #[test]
    fn other_text_in_quotes_is_none() {
        let texts = [
            "CREATE USER shop IDENTIFIED BY '$DB_PASSWORD'",
            "CREATE USER shop IDENTIFIED BY '${DB_PASSWORD}'",
            "CREATE USER shop IDENTIFIED BY '{{ password }}'",
            "CREATE USER shop IDENTIFIED BY '<password>'",
            "CREATE USER shop IDENTIFIED BY '`cat /run/secret`'",
            "CREATE USER shop IDENTIFIED BY '\"$DB_PASSWORD\"'",
            "CREATE USER shop IDENTIFIED BY ''",
            "CREATE USER shop IDENTIFIED BY '%s'",
            "CREATE USER shop IDENTIFIED BY 'hunter22",
            "CREATE USER a IDENTIFIED BY PASSWORD '*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19'",
            "CREATE ROLE a PASSWORD 'md5a3556571e93b0d20722ba62be61e8c2d'",
            "CREATE ROLE a PASSWORD 'SCRAM-SHA-256$4096:c2FsdA==$x:y'",
            "CREATE ROLE shop WITH PASSWORD :'password'",
            "-- CREATE USER shop IDENTIFIED BY 'hunter22'",
            "# CREATE USER shop IDENTIFIED BY 'hunter22'",
            "SELECT a FROM b ORDER BY 'hunter22'",
            "CREATE USER shop; SELECT password 'hunter22'",
            "echo \"The password 'hunter22' is wrong\"",
            "",
        ];
        for text in texts {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "(é|identified|create user |by|password|hunter22|['\" ;=\\\\\n$]){0,40}") {
            for password in passwords(&text) {
                prop_assert!(text.get(password.range).is_some());
            }
        }
    }
}
