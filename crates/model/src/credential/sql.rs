//! Passwords that statements of SQL give to users.
//!
//! What is hashed is no password, and what the shell or a program fills in no literal.

use std::ops::Range;

use super::value::exemption;

/// The shortest literal taken for a password.
const SHORTEST: usize = 3;

/// Bytes before a password within which its statement has to say what it is.
const LONGEST_BEFORE: usize = 200;

/// What has a password, behind `CREATE` and `ALTER`.
const USERS: &[&str] = &["group", "login", "role", "user"];

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
    let (before, is_escaped) = before_quote(text.get(..at)?)?;
    let keyword = keyword_at(end_of(before))?;
    let length = length_of_literal(text.get(at + 1..)?, quote, is_escaped)?;
    let value = text.get(at + 1..at + 1 + length)?;
    let end = at + length + if is_escaped { 3 } else { 2 };
    is_literal(value, quote).then_some(SqlPassword { keyword, range: at..end })
}

/// What is before a quote that opens a literal, and whether the quote is one within those of a shell
/// (`\"`). What touches a word closes one.
fn before_quote(before: &str) -> Option<(&str, bool)> {
    let (before, is_escaped) = match (before.strip_suffix("'\\'"), before.strip_suffix('\\')) {
        (Some(before), _) => (before, false),
        (None, Some(before)) => (before, true),
        (None, None) => (before, false),
    };
    let word = before.trim_end();
    // SQL Server puts an equals sign between.
    let (word, is_apart) = match word.strip_suffix('=') {
        Some(word) => (word.trim_end(), true),
        None => (word, word.len() < before.len()),
    };
    // Of almost all quotes, the byte before tells that none of the words is there.
    (is_apart && word.ends_with(['d', 'D', 'y', 'Y'])).then_some((word, is_escaped))
}

/// The words at the end of `before` that say that a password follows.
fn keyword_at(before: &str) -> Option<&'static str> {
    let last = before.rsplit(|it: char| !it.is_ascii_alphabetic()).next()?;
    let is_by = last.eq_ignore_ascii_case("by");
    if !is_by && !last.eq_ignore_ascii_case("password") || is_commented(before) {
        return None;
    }
    let statement = before.rsplit(';').next().unwrap_or(before).to_ascii_lowercase();
    let words: Vec<&str> = statement
        .split_ascii_whitespace()
        .map(|it| it.trim_start_matches(|it: char| !it.is_ascii_alphabetic()))
        .collect();
    let names_user = |behind: &[&str]| match behind {
        ["or", "replace", what, ..] | [what, ..] => USERS.contains(what),
        [] => false,
    };
    let makes_user = (0..).zip(&words).any(|(at, word)| {
        ["alter", "create"].contains(word) && words.get(at + 1..).is_some_and(names_user)
    });
    if !is_by {
        return makes_user.then_some("PASSWORD");
    }
    // `IDENTIFIED WITH caching_sha2_password BY`
    let is_given =
        matches!(words[..], [.., "identified", _] | [.., "identified", "with" | "via", _, _]);
    (is_given && (makes_user || words.contains(&"grant"))).then_some("IDENTIFIED BY")
}

/// The last bytes of `before`, in which the statement is looked for.
fn end_of(before: &str) -> &str {
    let shortest = before.len().saturating_sub(LONGEST_BEFORE);
    let start = (shortest..before.len()).find(|it| before.is_char_boundary(*it));
    start.and_then(|it| before.get(it..)).unwrap_or_default()
}

fn is_commented(before: &str) -> bool {
    let line = before.rsplit('\n').next().unwrap_or(before);
    let statement = line.rsplit(';').next().unwrap_or(line).trim_start();
    // What begins like a comment may be the options of a program, or a glob.
    statement.starts_with("--")
        || line.trim_start().starts_with('#')
        || line.contains(" #")
        || before.rfind("/* ") > before.rfind("*/")
}

/// Bytes of the literal that `text` begins with, up to the quote that closes it.
fn length_of_literal(text: &str, quote: char, is_escaped: bool) -> Option<usize> {
    if is_escaped {
        return text.find(&*format!("\\{quote}"));
    }
    let mut bytes = text.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        if byte == b'\\' {
            bytes.next();
        } else if byte == quote as u8 {
            // A doubled quote is one in the literal.
            if text.as_bytes().get(at + 1) != Some(&byte) {
                return Some(at);
            }
            bytes.next();
        }
    }
    None
}

/// Whether `value` is a password, and nothing that is put in its place by something else.
fn is_literal(value: &str, quote: char) -> bool {
    let other = if quote == '\'' { '"' } else { '\'' };
    let is_joined =
        value.contains(other) || value.contains("||") || value.starts_with([',', ')', ' ']);
    let is_between = |mark: &str| value.starts_with(mark) && value.ends_with(mark);
    let is_placeholder = value.starts_with(['&', ':', '?'])
        || value.starts_with("%(")
        || ["%", "@", "__"].into_iter().any(is_between);
    value.len() >= SHORTEST
        && !value.contains(['$', '`', '{', '\n'])
        && !is_joined
        && !is_placeholder
        && exemption(value).is_none()
        && !is_hash(value)
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
            ("CREATE USER a IDENTIFIED BY 'hun''ter22'", "IDENTIFIED BY 'hun''ter22'"),
            ("CREATE USER a IDENTIFIED BY 'hun\\'ter22'", "IDENTIFIED BY 'hun\\'ter22'"),
            ("create or replace user a identified by 'o''neill22'", "IDENTIFIED BY 'o''neill22'"),
            ("psql -c \"CREATE ROLE a PASSWORD 'hunter22'\"", "PASSWORD 'hunter22'"),
            (
                "kubectl exec db -- mysql --host x -e \"ALTER USER a IDENTIFIED BY 'hunter22'\"",
                "IDENTIFIED BY 'hunter22'",
            ),
            ("/* all of them */ ALTER USER a PASSWORD 'hunter22'", "PASSWORD 'hunter22'"),
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
            "CREATE TABLE user (\"id\" bigint, \"password\" varchar(60), \"email\" text);",
            "# create the user for the app\ncurl -d '{ \"name\" : \"x\", \"password\" : \"y\" }' x",
            "# Create the database user\nconnect(**{'user': 'a', 'password': secret['pw'], 'b': 'c'})",
            "SELECT id, is_identified FROM user ORDER BY \"createdAt\"",
            "COMMENT ON COLUMN user.id IS 'rows of the user are identified by \"name\"'",
            "cur.execute(\"ALTER USER shop WITH PASSWORD '\" + pw + \"'\")",
            "EXECUTE 'CREATE USER a IDENTIFIED BY \"' || pw || '\"'",
            "CONCAT(\"ALTER USER a IDENTIFIED BY '\", @pw, \"'\")",
            "EXECUTE 'ALTER USER a PASSWORD ' || quote_literal(pw) || ' VALID'",
            "ALTER USER a PASSWORD '@DB_PASSWORD@'",
            "ALTER USER a PASSWORD '__DB_PASSWORD__'",
            "ALTER USER a PASSWORD '%DB_PASSWORD%'",
            "ALTER USER a PASSWORD '%(password)s'",
            "ALTER USER a IDENTIFIED BY '&DB_PASSWORD'",
            "/* dev only: ALTER USER a PASSWORD 'hunter22' */",
            "SELECT 1; -- ALTER USER a PASSWORD 'hunter22'",
            "true # ALTER USER a PASSWORD 'hunter22'",
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
