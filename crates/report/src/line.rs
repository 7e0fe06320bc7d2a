//! What of a line must not be shown, by its own words: for lines at which no rule has looked, and for
//! what stands in a branch that no rule takes.

use std::ops::Range;

use stackseal_model::credential::{Confidence, classify_name};

use crate::mask::{merge, value};

/// Whether a line may hold a credential, by the words in it.
pub(crate) fn is_suspicious(line: &str) -> bool {
    let line = line.to_ascii_lowercase();
    let words = ["pass", "pwd", "secret", "token", "credential", "key", "auth", "private", "salt"];
    words.iter().any(|it| line.contains(it))
}

/// What stands behind the name of a credential, to the end of its quotes or of the line, and what a
/// URL has as its password.
pub(crate) fn behind_names(line: &str) -> Vec<Range<usize>> {
    let mut ranges = passwords_of_urls(line);
    ranges.extend(values_of_names(line));
    merge(&mut ranges);
    ranges
}

/// `scheme://user:PASSWORD@host`
fn passwords_of_urls(line: &str) -> Vec<Range<usize>> {
    let password = |(at, separator): (usize, &str)| {
        let start = at + separator.len();
        let rest = line.get(start..)?;
        let rest = rest.split(|it: char| it.is_whitespace() || "/\"'".contains(it)).next()?;
        let (user, password) = rest.rsplit_once('@')?.0.split_once(':')?;
        let start = start + user.len() + 1;
        (!password.is_empty()).then(|| start..start + password.len())
    };
    line.match_indices("://").filter_map(password).collect()
}

fn values_of_names(line: &str) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for (at, separator) in line.match_indices([':', '=', ',']) {
        let is_new = ranges.last().is_none_or(|it| it.end <= at);
        let (before, after) = (line.get(..at).unwrap_or_default(), at + separator.len());
        let parts = separator != ":" || separates(before, line.get(after..).unwrap_or_default());
        if is_new && parts && names_credential(before, separator) {
            ranges.extend(value_at(line, after));
        }
    }
    ranges
}

/// Whether a colon between `before` and `after` parts a key from its value: those in an ARN do not.
fn separates(before: &str, after: &str) -> bool {
    before.ends_with(['"', '\'']) || after.starts_with([' ', '\t', '"', '\''])
}

/// Whether `before`, in front of a separator, ends with a name of a credential. A comma parts a name
/// from its value only in PHP, where the name is in quotes.
fn names_credential(before: &str, separator: &str) -> bool {
    let before = before.trim_end_matches([' ', '\t']);
    let bare = before.trim_end_matches(['"', '\'']);
    if separator == "," && bare.len() == before.len() {
        return false;
    }
    let is_part = |it: char| it.is_ascii_alphanumeric() || "_-.".contains(it);
    let name = bare.rsplit(|it| !is_part(it)).next().unwrap_or_default();
    classify_name(name).is_some_and(|class| match class.confidence {
        Confidence::High | Confidence::Medium => true,
        Confidence::Low | Confidence::Value => false,
    })
}

/// The value that starts at or behind byte `start`, if it is one and no name of one.
fn value_at(line: &str, start: usize) -> Option<Range<usize>> {
    let rest = line.get(start..)?;
    // `=>`, `==` and `:=` separate, too.
    let text = rest.trim_start_matches([' ', '\t', '=', '>']);
    let start = line.len() - text.len();
    let text = text.trim_end();
    // What stands in a mapping has keys of its own; a function has only what it makes a value of.
    let inner = text.strip_prefix('{').map(|it| it.trim_start_matches([' ', '"', '\'']));
    let is_shown = inner.is_some_and(|it| !it.starts_with("Fn::"));
    let is_word = text.chars().any(char::is_alphanumeric);
    let is_shown = is_shown || is_switch(text) || is_alias(text);
    let shown = value(text).filter(|_| is_word && !is_shown)?;
    let start = start + (text.len() - shown.len());
    for quote in ['"', '\''] {
        if let Some(inner) = shown.strip_prefix(quote) {
            let end = inner.find(quote).unwrap_or(inner.len());
            return Some(start + 1..start + 1 + end);
        }
    }
    Some(start..start + shown.len())
}

/// Whether `text` begins with a switch without quotes, behind which the next entry or the end of a
/// list or mapping comes.
fn is_switch(text: &str) -> bool {
    let rest = ["true", "false", "null"].iter().find_map(|it| text.strip_prefix(it));
    rest.is_some_and(|rest| {
        let is_end = |it: char| ",]}".contains(it) || it.is_whitespace();
        rest.starts_with(", ") || rest.starts_with(is_end) && rest.chars().all(is_end)
    })
}

/// Whether `text` is the name of an alias of a key of AWS.
fn is_alias(text: &str) -> bool {
    text.trim_matches(['"', '\'']).starts_with("alias/aws/")
}

/// What is no key at the start of a line: all that stands behind one, or the line itself.
pub(crate) fn behind_key(line: &str) -> Vec<Range<usize>> {
    let text = line.trim_start_matches([' ', '\t', '-', '{']);
    let start = line.len() - text.len();
    let is_part = |it: char| it.is_alphanumeric() || "_-.:/".contains(it);
    let bare = text.trim_start_matches(['"', '\'']);
    let word = bare.find(|it| !is_part(it)).map_or(bare, |it| bare.get(..it).unwrap_or_default());
    let after = bare.get(word.len()..).unwrap_or_default();
    let after = after.trim_start_matches(['"', '\'']);
    let is_key = word.ends_with(':') || after.trim_start().starts_with(':');
    let start = if is_key { line.len() - after.len() } else { start };
    let rest = line.get(start..).unwrap_or_default();
    let shown = rest.find(char::is_alphanumeric);
    shown.map(|first| start + first..start + rest.trim_end().len()).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mask::MASK;

    #[track_caller]
    fn check(mask: fn(&str) -> Vec<Range<usize>>, cases: &[(&str, &str)]) {
        for (line, expected) in cases {
            let mut masked = (*line).to_owned();
            for range in mask(line).into_iter().rev() {
                masked.replace_range(range, MASK);
            }
            assert_eq!(masked, *expected, "{line}");
        }
    }

    #[test]
    fn what_a_credential_is_called_hides_it() {
        check(
            behind_names,
            &[
                ("  DB_PASSWORD: hunter2", "  DB_PASSWORD: ****"),
                ("  DB_PASSWORD: 'hunter2' # x", "  DB_PASSWORD: '****' # x"),
                ("DB_PASSWORD=hunter2", "DB_PASSWORD=****"),
                ("$password = 'hunter2';", "$password = '****';"),
                ("define( 'DB_PASSWORD', 'hunter2' );", "define( 'DB_PASSWORD', '****' );"),
                ("'password' => \"hunter2\",", "'password' => \"****\","),
                (r#"{"Password": "hunter2", "Port": 1}"#, r#"{"Password": "****", "Port": 1}"#),
                ("{DbPassword: hunter2, Port: 1}", "{DbPassword: ****"),
                ("{DbPassword: truehunter2, Port: 1}", "{DbPassword: ****"),
                ("DbPassword: true,hunter2", "DbPassword: ****"),
                ("DbPassword: false}hunter2", "DbPassword: ****"),
                ("DbPassword: alias/hunter2", "DbPassword: ****"),
                (
                    "Url: https://me:hunter2@example.com/a:b@c",
                    "Url: https://me:****@example.com/a:b@c",
                ),
                ("Password: !If [IsProd, hunter2, '']", "Password: !If ****"),
                ("Password: !Sub 'hunter2${X}'", "Password: !Sub '****'"),
                ("{\"Password\": {\"Fn::Sub\": \"hunter2\"}}", "{\"Password\": ****"),
            ],
        );
    }

    #[test]
    fn names_of_credentials_are_shown() {
        for line in [
            "Password: !Ref Password",
            "Password: '{{resolve:ssm-secure:/db/password:1}}'",
            "KmsKeyId: !GetAtt Key.Arn",
            "{\"Password\": {\"Type\": \"String\"}}",
            "SecretArn: arn:aws:secretsmanager:eu-west-1:111122223333:secret:x",
            "Password:",
            "  Password: |",
            "Type: AWS::SecretsManager::Secret",
            "secretName: orders",
            "[password, hunter2]",
            "{ManageMasterUserPassword: true, StorageEncrypted: false}",
            "{ManageMasterUserPassword: true}}",
            r#"{"ManageMasterUserPassword": true, "StorageEncrypted": false}"#,
            "EncryptionKey: alias/aws/s3",
        ] {
            check(behind_names, &[(line, line)]);
        }
    }

    #[test]
    fn only_a_key_is_shown_of_what_was_not_read() {
        check(
            behind_key,
            &[
                ("  - Value: hunter2", "  - Value: ****"),
                ("  \"Value\": \"hunter2\",", "  \"Value\": \"****"),
                ("  - {Name: x, Value: y}", "  - {Name: ****"),
                ("  hunter2", "  ****"),
                ("  - mysql -phunter2: [", "  - ****"),
                ("AWS::CloudFormation::Init: {", "AWS::CloudFormation::Init: {"),
                ("Resources: [", "Resources: ["),
                ("  }", "  }"),
            ],
        );
    }
}
