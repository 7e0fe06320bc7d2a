//! Values that are no credential, whatever the name before them promises.
//!
//! Weak literals (`changeme`, `password`, `admin`) are not among them: they are deployed as they stand.

use super::{Confidence, NameClass};
use crate::kubernetes::has_placeholder;

/// Why a value is no credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exemption {
    /// Nothing, or white space.
    Empty,
    /// A boolean, or a word for nothing: `yes`, `none`, `n/a`.
    Switch,
    /// A number of up to four digits.
    SmallNumber,
    /// A CloudFormation reference to Secrets Manager or a secure parameter.
    DynamicReference,
    /// An ARN: it names something.
    Arn,
    /// Where a tool finds the value before the program starts: `vault:path#key`, `op://vault/item`,
    /// `ref+awsssm://path`.
    ///
    /// <https://bank-vaults.dev/docs/mutating-webhook/>,
    /// <https://developer.1password.com/docs/cli/secret-reference-syntax/>,
    /// <https://github.com/helmfile/vals>
    Reference,
    /// `$NAME`, `${NAME}`, `$(NAME)`: the value comes from elsewhere when the program starts.
    Substitution,
    /// Text that a person or another tool replaces: `<password>`, `REPLACE_ME`, `{{ password }}`.
    Placeholder,
    /// An absolute path, or the name of an SSM parameter.
    Path,
    /// A URL without a user in it.
    Url,
    /// The name of a file.
    FileName,
    /// The name of a secret, as Secrets Manager knows it.
    SecretName,
    /// The id or alias of a KMS key.
    KmsKey,
}

impl Exemption {
    /// Whether the real value is simply not known here, so that nothing can be said of it.
    pub fn is_unknown(self) -> bool {
        matches!(self, Self::Substitution | Self::Placeholder)
    }
}

/// Endings of the names of files that keep keys and settings.
const FILE_ENDINGS: &[&str] = &[
    "cer",
    "conf",
    "crt",
    "env",
    "ini",
    "jks",
    "json",
    "key",
    "p12",
    "pem",
    "pfx",
    "properties",
    "txt",
    "yaml",
    "yml",
];

/// Words for no value at all.
const SWITCHES: &[&str] = &[
    "-",
    "false",
    "n/a",
    "na",
    "nil",
    "no",
    "none",
    "null",
    "off",
    "on",
    "tbd",
    "true",
    "undefined",
    "yes",
];

/// Why `value` is no credential, if that can be seen in the value alone.
pub fn exemption(value: &str) -> Option<Exemption> {
    let value = value.trim();
    if value.is_empty() {
        Some(Exemption::Empty)
    } else if SWITCHES.iter().any(|it| value.eq_ignore_ascii_case(it)) {
        Some(Exemption::Switch)
    } else if value.len() <= 4 && value.bytes().all(|it| it.is_ascii_digit()) {
        Some(Exemption::SmallNumber)
    } else if value.starts_with("{{resolve:secretsmanager:")
        || value.starts_with("{{resolve:ssm-secure:")
    {
        Some(Exemption::DynamicReference)
    } else if is_arn(value) {
        Some(Exemption::Arn)
    } else if is_reference(value) {
        Some(Exemption::Reference)
    } else if is_substitution(value) {
        Some(Exemption::Substitution)
    } else if is_placeholder(value) || has_placeholder(value) {
        Some(Exemption::Placeholder)
    } else if is_path(value) {
        Some(Exemption::Path)
    } else if is_url_without_user(value) {
        Some(Exemption::Url)
    } else if is_file_name(value) {
        Some(Exemption::FileName)
    } else if is_managed_secret_name(value) {
        Some(Exemption::SecretName)
    } else {
        None
    }
}

/// Why `value` is no credential, given that `name` belongs to `class`: names of secrets where the
/// class often holds those, ids of KMS keys behind names that end in `KEY`.
pub(super) fn exemption_of_names(name: &str, class: NameClass, value: &str) -> Option<Exemption> {
    let value = value.trim();
    if class.confidence != Confidence::High && is_secret_name(value) {
        return Some(Exemption::SecretName);
    }
    let name = name.trim_end_matches(|it: char| !it.is_ascii_alphanumeric());
    let ends_in_key = name
        .len()
        .checked_sub(3)
        .and_then(|it| name.get(it..))
        .is_some_and(|it| it.eq_ignore_ascii_case("key"));
    (ends_in_key && (is_uuid(value) || is_kms_alias(value))).then_some(Exemption::KmsKey)
}

fn is_arn(value: &str) -> bool {
    value.strip_prefix("arn:").and_then(|it| it.split_once(':')).is_some_and(|(partition, _)| {
        partition.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-')
    })
}

/// What tools replace that know where the value is kept.
fn is_reference(value: &str) -> bool {
    // A file of settings may begin with `vault:` as well.
    let is_behind = |prefix| {
        value
            .strip_prefix(prefix)
            .is_some_and(|it: &str| !it.is_empty() && !it.starts_with(' ') && !it.contains('\n'))
    };
    is_behind("vault:") && value.contains(['/', '#'])
        || is_behind("op://")
        || is_behind("ref+") && value.contains("://")
}

/// The whole value is one variable: `$NAME`, `${NAME}`, `$(NAME)`.
fn is_substitution(value: &str) -> bool {
    let Some(rest) = value.strip_prefix('$') else {
        return false;
    };
    if let Some(inner) = rest.strip_prefix('(').and_then(|it| it.strip_suffix(')')) {
        return !inner.is_empty()
            && inner.bytes().all(|it| is_word(it) || matches!(it, b'.' | b'-'));
    }
    let inner = rest.strip_prefix('{').unwrap_or(rest);
    let inner = inner.strip_suffix('}').unwrap_or(inner);
    !inner.is_empty()
        && !inner.starts_with(|it: char| it.is_ascii_digit())
        && inner.bytes().all(is_word)
}

/// Text for people to replace.
fn is_placeholder(value: &str) -> bool {
    let is_between = |open: &str, close: &str| {
        value
            .strip_prefix(open)
            .and_then(|it| it.strip_suffix(close))
            .is_some_and(|it| !it.contains(|c| open.contains(c) || close.contains(c)))
    };
    let is_only = |character: char, at_least: usize| {
        value.len() >= at_least && value.chars().all(|it| it.eq_ignore_ascii_case(&character))
    };
    if is_between("<", ">") || is_between("[", "]") || is_between("{{", "}}") {
        return true;
    }
    if is_only('*', 1) || is_only('x', 3) || is_only('.', 3) {
        return true;
    }
    if value.contains('\n') {
        return false;
    }
    let value = value.to_ascii_lowercase();
    let begins_with = |words: &[&str]| {
        words
            .iter()
            .filter_map(|it| value.strip_prefix(it))
            .any(|it| it.starts_with(['-', '_', ' ']))
    };
    begins_with(&["enter", "insert", "put", "replace"])
        || begins_with(&["my", "your"])
            && ["here", "key", "password", "secret", "token"].iter().any(|it| value.ends_with(it))
}

fn is_path(value: &str) -> bool {
    let inner = value.strip_suffix('/').unwrap_or(value);
    inner.strip_prefix('/').is_some_and(|it| it.split('/').all(is_file_word))
}

fn is_url_without_user(value: &str) -> bool {
    let schemes = ["http://", "https://", "s3://", "ws://", "wss://"];
    schemes.iter().filter_map(|it| value.strip_prefix(it)).any(|rest| {
        !rest.is_empty()
            && !rest.starts_with('/')
            && !rest.contains(|it: char| it.is_ascii_whitespace() || it == '@')
    })
}

fn is_file_name(value: &str) -> bool {
    value.rsplit_once('.').is_some_and(|(stem, ending)| {
        FILE_ENDINGS.contains(&ending)
            && !stem.is_empty()
            && stem.split('/').all(|it| it.is_empty() || is_file_word(it))
    })
}

/// `rds!db-…` and `rds!cluster-…`: the names RDS gives to the secrets it manages.
fn is_managed_secret_name(value: &str) -> bool {
    value.strip_prefix("rds!db-").or_else(|| value.strip_prefix("rds!cluster-")).is_some_and(|it| {
        it.len() == 36 && it.bytes().all(|it| it == b'-' || matches!(it, b'0'..=b'9' | b'a'..=b'f'))
    })
}

/// A name with slashes, and perhaps `:json-key:stage:id` behind it: `prod/app/db`.
fn is_secret_name(value: &str) -> bool {
    let (path, keys) = value.split_once(':').unwrap_or((value, ""));
    let mut segments = path.split('/');
    let first = segments.next().unwrap_or_default();
    let mut others = segments.peekable();
    first.starts_with(|it: char| it.is_ascii_alphanumeric())
        && is_file_word(first)
        && others.peek().is_some()
        && others.all(|it| {
            !it.is_empty() && it.bytes().all(|it| is_word(it) || matches!(it, b'.' | b'-' | b'!'))
        })
        && keys.bytes().all(|it| is_word(it) || matches!(it, b'-' | b':'))
}

fn is_uuid(value: &str) -> bool {
    let mut groups = value.split('-');
    let is_uuid = [8, 4, 4, 4, 12].iter().all(|&length| {
        groups
            .next()
            .is_some_and(|it| it.len() == length && it.bytes().all(|it| it.is_ascii_hexdigit()))
    });
    is_uuid && groups.next().is_none()
}

fn is_kms_alias(value: &str) -> bool {
    value.strip_prefix("alias/").is_some_and(|it| {
        !it.is_empty() && it.bytes().all(|it| is_word(it) || matches!(it, b'/' | b'-'))
    })
}

fn is_file_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|it| is_word(it) || matches!(it, b'.' | b'-'))
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}
