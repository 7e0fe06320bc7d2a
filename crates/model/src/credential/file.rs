//! Credentials in settings: a value under its key, or a whole file of such.
//!
//! Files are read as far as settings go: keys with values in lines, YAML and JSON, the files in
//! which clients keep their logins, scripts, statements of SQL. What a program fills in itself when it
//! starts (`${NAME}`, `$__file{…}`, `env:NAME`) is no literal; what stands in comments is none either.

use std::cell::OnceCell;
use std::ops::Range;
use std::sync::Arc;

use stackseal_syntax::{FileId, Kind, Limits, Node, Source, SyntaxErrorKind, Tree, parse};

use super::sql;
use super::{
    CommandForm, Confidence, Exemption, NameClass, Naming, Token, Verdict, credentials_in_command,
    find_tokens,
};

/// A credential in a setting or a file of settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingCredential {
    /// The key it stands under, as written; none for one that its format tells, and in a value that
    /// is no file.
    pub key: Option<String>,
    /// What tells that it is one.
    pub evidence: Evidence,
    /// Where it stands: bytes of the text searched, on character boundaries.
    pub range: Range<usize>,
}

/// What tells that something is a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// Its format.
    Token(Token),
    /// The name of its key, and a literal behind it.
    Named(NameClass),
    /// The name of its key, and a placeholder behind it: what it will be is not known.
    Placeholder(NameClass),
    /// A command of a script passes it to a program by this option.
    Passed,
}

/// How a text is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    /// One value.
    Value,
    /// YAML or JSON.
    Tree,
    /// `key = value` in lines; with the characters that stand between the two.
    Lines(&'static [char]),
    /// `machine … login … password …`.
    Netrc,
    /// `host:port:database:user:password` in lines.
    Pgpass,
    /// Commands of a shell.
    Script,
    /// Statements of SQL.
    Sql,
    /// Anything: only formats of tokens tell.
    Opaque,
}

/// Endings of the names of files with `key = value` in lines, and what stands between the two.
const LINE_ENDINGS: &[(&str, &[char])] = &[
    ("cfg", &['=', ':']),
    ("cnf", &['=']),
    ("conf", &['=']),
    ("env", &['=']),
    ("ini", &['=', ':']),
    ("npmrc", &['=']),
    ("properties", &['=', ':']),
    ("pypirc", &['=', ':']),
    ("toml", &['=']),
];

/// Endings of the names of programs and pages: what looks like a setting there is an expression.
const OPAQUE_ENDINGS: &[&str] = &[
    "cert", "crt", "css", "csv", "go", "groovy", "html", "java", "js", "kt", "log", "lua", "md",
    "pem", "php", "pl", "py", "rb", "rego", "rs", "svg", "tpl", "ts", "vcl", "xml",
];

/// Beginnings of values that a program fills in itself, from its environment, a file or a store.
const OF_PROGRAM: &[&str] = &[
    "#{",
    "$(",
    "$__",
    "${",
    "%(",
    "%env(",
    "<%",
    "ENV[",
    "akv@",
    "env(",
    "env:",
    "file:",
    "secretsmanager:",
    "{{",
];

/// Words of Redis that a password follows behind blanks.
const DIRECTIVES: &[&str] = &["masterauth", "requirepass"];

/// Words of Fluentd and Fluent Bit that a password follows: in other files they are prose.
const FORWARDER_DIRECTIVES: &[&str] = &["http_passwd", "password"];

/// What the sections of Fluentd and Fluent Bit begin with.
const FORWARDER_SECTIONS: &[&str] = &[
    "<filter",
    "<match",
    "<server",
    "<source",
    "<store",
    "[FILTER]",
    "[INPUT]",
    "[OUTPUT]",
    "[SERVICE]",
];

/// What a file of settings for a new machine begins with.
///
/// <https://docs.cloud-init.io/en/latest/explanation/format.html>
const CLOUD_CONFIG: &str = "#cloud-config";

/// Keys of cloud-init that take a password only as its hash.
///
/// <https://docs.cloud-init.io/en/latest/reference/yaml_examples/user_groups.html>
const HASHED: &[&str] = &["hashed_passwd", "passwd"];

/// Ends of the names of settings that name a Secret, in lower case and without what separates words.
const SECRET_REFERENCES: &[&str] = &["existingsecret", "pullsecret", "pullsecrets", "tlssecret"];

/// Words of names of Secrets: `my-tls`, `db-credentials`.
const SECRET_NAME_WORDS: &[&str] =
    &["auth", "cert", "creds", "credential", "credentials", "secret", "secrets", "tls"];

/// What is before a comment, at the start of a line.
const COMMENTS: &[&str] = &["#", ";", "//"];

/// The credentials in `text`, the setting `name`: a value, or a file of the name `name`.
///
/// `naming` knows names that our tables do not, or knows them better.
pub fn credentials_in_setting(
    name: &str,
    text: &str,
    naming: impl Naming,
) -> Vec<SettingCredential> {
    let format = format_of(name, text);
    let is_file = format != Format::Value;
    let mut reader = Reader { text, is_file, naming: &naming, found: Vec::new() };
    reader.tokens();
    match format {
        Format::Value => reader.value(name),
        Format::Tree => reader.tree(name),
        Format::Lines(separators) => reader.lines(separators, name),
        Format::Netrc => reader.netrc(),
        Format::Pgpass => reader.pgpass(),
        Format::Script => reader.script(),
        Format::Sql => reader.sql(),
        Format::Opaque => reader.opaque(name),
    }
    let mut found = reader.found;
    found.sort_by_key(|it| it.range.start);
    found
}

/// The credentials that `text`, the user data of a machine, sets by their names, if it is
/// settings for cloud-init.
///
/// `naming` knows names that our tables do not, or knows them better.
pub fn credentials_in_cloud_config(text: &str, naming: impl Naming) -> Vec<SettingCredential> {
    if !text.starts_with(CLOUD_CONFIG) {
        return Vec::new();
    }
    let mut found = credentials_in_setting("cloud-config.yaml", text, naming);
    found.retain(|it| {
        let is_hashed = it.key.as_deref().is_some_and(|it| HASHED.contains(&it))
            || text.get(it.range.clone()).is_some_and(is_crypt);
        matches!(it.evidence, Evidence::Named(class) if class.id == "password") && !is_hashed
    });
    found
}

/// Whether `text` may be seen by everybody, for all that it looks like a key: certificates, public
/// keys.
pub fn is_public(text: &str) -> bool {
    let text = text.trim();
    let ssh = ["ecdsa-sha2-", "ssh-ed25519 ", "ssh-rsa ", "sk-ssh-ed25519@openssh.com "];
    if ssh.iter().any(|it| text.starts_with(it)) {
        return true;
    }
    let is_harmless = |label: &str| {
        ["CERTIFICATE", "CERTIFICATE REQUEST", "CRL", "PARAMETERS", "PUBLIC KEY"]
            .iter()
            .any(|it| label.ends_with(it))
    };
    let mut labels = text.split("-----BEGIN ").skip(1).peekable();
    let first = text.lines().find(|it| !it.trim().is_empty() && !it.starts_with('#'));
    first.is_some_and(|it| it.starts_with("-----BEGIN "))
        && labels.peek().is_some()
        && labels.all(|it| it.split("-----").next().is_some_and(is_harmless))
}

fn format_of(name: &str, text: &str) -> Format {
    let name = name.rsplit('/').next().unwrap_or(name).to_ascii_lowercase();
    let ending = name.rsplit_once('.').map_or("", |it| it.1);
    let is_long = text.trim().contains('\n');
    let starts_with = |it: &str| text.trim_start().starts_with(it);
    if let Some((_, separators)) = LINE_ENDINGS.iter().find(|it| it.0 == ending) {
        return Format::Lines(separators);
    }
    match (ending, name.as_str()) {
        ("dockercfg" | "dockerconfigjson" | "json" | "yaml" | "yml", _) => Format::Tree,
        ("netrc", _) | (_, "_netrc" | "netrc") => Format::Netrc,
        ("pgpass", _) | (_, "pgpass") => Format::Pgpass,
        ("bash" | "sh", _) => Format::Script,
        ("sql", _) => Format::Sql,
        _ if OPAQUE_ENDINGS.contains(&ending) => Format::Opaque,
        _ if name.starts_with(".env") => Format::Lines(&['=']),
        _ if starts_with("#!") => match text.lines().next() {
            Some(line) if line.contains("sh") => Format::Script,
            Some(_) | None => Format::Opaque,
        },
        _ if starts_with("{") || is_long => sniffed(text),
        _ => Format::Value,
    }
}

/// The format of a file whose name says nothing.
fn sniffed(text: &str) -> Format {
    let lines = text.lines().map(str::trim).filter(|it| {
        !it.is_empty()
            && !it.starts_with('[')
            && !COMMENTS.iter().any(|comment| it.starts_with(comment))
    });
    let (mut all, mut settings) = (0_usize, 0_usize);
    for line in lines {
        all += 1;
        settings += usize::from(Line::of(line, &['=']).is_some());
    }
    if all > 0 && settings * 5 >= all * 4 {
        return Format::Lines(&['=']);
    }
    let tree = tree_of(text);
    let is_collection = |it: Node<'_>| it.kind() != Kind::Scalar;
    if is_whole(&tree) && tree.documents().all(is_collection) {
        Format::Tree
    } else {
        Format::Opaque
    }
}

fn tree_of(text: &str) -> Tree {
    let source = Source { id: FileId(0), path: String::new(), text: text.to_owned() };
    parse(Arc::new(source), &Limits::default())
}

/// Whether nothing of a text was dropped.
fn is_whole(tree: &Tree) -> bool {
    !tree.is_empty()
        && tree.errors().iter().all(|it| {
            matches!(it.kind, SyntaxErrorKind::DuplicateKey { .. } | SyntaxErrorKind::MergeValue)
        })
}

/// `key = value`, taken apart.
struct Line<'t> {
    key: &'t str,
    /// The value with its quotes.
    written: &'t str,
}

impl<'t> Line<'t> {
    fn of(line: &'t str, separators: &[char]) -> Option<Self> {
        let (before, after) = line.split_once(separators)?;
        let key = ["export ", "set ", "- "].iter().fold(before.trim(), |key, prefix| {
            key.strip_prefix(prefix).unwrap_or(key).trim_start()
        });
        // A registry stands before the keys of .npmrc: `//registry.npmjs.org/:_authToken`.
        let key = key.rsplit(':').next().unwrap_or(key).trim_matches(['"', '\'']);
        let is_key = |it: char| it.is_alphanumeric() || "_.-/[]".contains(it);
        let written = after.trim_start_matches(['=', '>']).trim();
        let has_key = !key.is_empty() && key.chars().all(is_key);
        has_key.then_some(Self { key, written: without_comment(written) })
    }

    /// `requirepass literal`: a word that a password follows, and a single value.
    fn of_directive(line: &'t str, is_forwarder: impl FnOnce() -> bool) -> Option<Self> {
        const BLANKS: [char; 2] = [' ', '\t'];
        let (mut key, mut rest) = line.split_once(BLANKS)?;
        if key.eq_ignore_ascii_case("sentinel") {
            // `sentinel auth-pass MASTER literal`
            (key, rest) = rest.trim_start().split_once(BLANKS)?;
            (_, rest) = rest.trim_start().split_once(BLANKS)?;
            key.eq_ignore_ascii_case("auth-pass").then_some(())?;
        } else {
            let is_among = |words: &[&str]| words.iter().any(|it| key.eq_ignore_ascii_case(it));
            let is_directive =
                is_among(DIRECTIVES) || is_among(FORWARDER_DIRECTIVES) && is_forwarder();
            is_directive.then_some(())?;
        }
        let rest = rest.trim();
        let written = without_comment(rest);
        let is_single = written.starts_with(['"', '\'']) || !written.contains(BLANKS);
        // `password = literal` is a line of another kind, and `password {` a block.
        (is_single && !rest.starts_with(['=', ':', '{', '[', '('])).then_some(Self { key, written })
    }
}

/// What stands in for the variable of `${NAME:fallback}`, `${NAME:-fallback}`, where it is not set;
/// the innermost, where that is a variable as well.
fn fallback(value: &str) -> Option<&str> {
    let mut found = None;
    let mut value = value.trim();
    while let Some(inner) = inside_braces(value) {
        let Some((name, rest)) = inner.split_once(':') else { break };
        // `${env:NAME:-fallback}` of log4j and OpenTelemetry.
        let (name, rest) = match rest.split_once(':') {
            Some(behind) if name == "env" => behind,
            _ => (name, rest),
        };
        let after = rest.strip_prefix(['-', '=']);
        // Only a colon: a small word before it may be a provider of the value, `${vault:db:password}`.
        let is_variable =
            || name.contains(['_', '.']) || !name.bytes().any(|it| it.is_ascii_lowercase());
        let is_name = |it: u8| it.is_ascii_alphanumeric() || b"_.-".contains(&it);
        // More colons are of a provider, or cut a part out: `${VAULT::a::b}`, `${NAME:0:16}`.
        let is_bare = after.is_none();
        let is_other = rest.starts_with(['?', '+'])
            || is_bare && (!is_variable() || rest.contains(':') && !rest.starts_with("${"));
        if is_other || name.is_empty() || !name.bytes().all(is_name) {
            break;
        }
        value = after.unwrap_or(rest).trim();
        found = Some(unquoted(value));
    }
    found
}

/// What stands in the braces of `${…}`, if that is all of `value`.
fn inside_braces(value: &str) -> Option<&str> {
    let inner = value.strip_prefix("${")?.strip_suffix('}')?;
    let mut depth = 0_usize;
    for byte in inner.bytes() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.checked_sub(1)?,
            _ => (),
        }
    }
    Some(inner)
}

/// A password as `crypt` keeps it: `$6$salt$hash`.
fn is_crypt(value: &str) -> bool {
    let value = unquoted(value.trim());
    value.strip_prefix('$').and_then(|it| it.split_once('$')).is_some_and(|(method, rest)| {
        (1..=8).contains(&method.len())
            && method.bytes().all(|it| it.is_ascii_alphanumeric())
            && rest.contains('$')
    })
}

/// `value` up to a comment behind it; up to the closing quote where it has quotes.
fn without_comment(value: &str) -> &str {
    if let Some(quote @ ('"' | '\'')) = value.chars().next()
        && let Some(length) = value.get(1..).and_then(|it| it.find(quote))
    {
        return value.get(..length + 2).unwrap_or(value);
    }
    let end = if value.starts_with('#') { Some(0) } else { value.find(" #") };
    end.and_then(|it| value.get(..it)).unwrap_or(value).trim_end()
}

fn unquoted(value: &str) -> &str {
    ['"', '\''].into_iter().find_map(|it| value.strip_prefix(it)?.strip_suffix(it)).unwrap_or(value)
}

/// Where `part`, a slice of `whole`, stands in it.
fn range_in(whole: &str, part: &str) -> Range<usize> {
    let start = (part.as_ptr() as usize).saturating_sub(whole.as_ptr() as usize);
    start..start + part.len()
}

struct Reader<'t> {
    text: &'t str,
    is_file: bool,
    naming: &'t dyn Fn(&str) -> Option<bool>,
    found: Vec<SettingCredential>,
}

impl Reader<'_> {
    /// What its format tells, whatever the text.
    fn tokens(&mut self) {
        for token in find_tokens(self.text) {
            let range = token.range.clone();
            if !self.is_file || !is_in_comment(self.text, range.start) {
                self.push(None, Evidence::Token(token), range);
            }
        }
    }

    fn value(&mut self, name: &str) {
        let value = self.text.trim();
        // `db-password.txt` is a file with a password in it.
        let name = name.strip_suffix(".txt").unwrap_or(name);
        self.judge(name, value, range_in(self.text, value));
        for credential in &mut self.found {
            credential.key = None;
        }
    }

    fn opaque(&mut self, name: &str) {
        if !name.contains('.') && self.found.is_empty() {
            self.value(name);
        }
    }

    fn tree(&mut self, name: &str) {
        let tree = tree_of(self.text);
        if !is_whole(&tree) {
            // Templates of a program: lines still tell.
            return self.lines(&[':', '='], name);
        }
        if is_of_words(name) {
            return;
        }
        for root in tree.documents() {
            self.node(root, false);
        }
    }

    fn node(&mut self, node: Node<'_>, is_registry: bool) {
        for item in node.items() {
            self.node(item, is_registry);
        }
        // `{name: PASSWORD, value: …}`
        let pair = ["key", "name"].into_iter().find_map(|it| node.get(it)?.text());
        let pair = pair.filter(|_| node.entries().len() == 2);
        if let (Some(name), Some(value)) = (pair, node.get("value")) {
            self.scalar(name, name, value);
        }
        for entry in node.entries() {
            let Some(key) = entry.key.text() else { continue };
            match entry.value.kind() {
                // What Docker keeps for a registry: user and password, encoded.
                Kind::Scalar if is_registry && key == "auth" => {
                    self.scalar(key, "docker_auth", entry.value);
                }
                Kind::Scalar => self.scalar(key, key, entry.value),
                Kind::Mapping | Kind::Sequence => {
                    self.node(entry.value, is_registry || key == "auths");
                }
            }
        }
    }

    fn scalar(&mut self, shown: &str, name: &str, node: Node<'_>) {
        // A tag of its own is a program's way to fill something in: `!secret name`.
        let is_filled_in =
            node.tag().is_some_and(|it| it.starts_with('!') && !it.starts_with("!!"));
        if let Some(value) = node.text().filter(|_| !node.is_null() && !is_filled_in) {
            self.judge_as(shown, name, value, node.span().range());
        }
    }

    fn lines(&mut self, separators: &[char], name: &str) {
        if is_of_words(name) {
            return;
        }
        let is_npm = name.ends_with("npmrc");
        let text = self.text;
        let has_section = OnceCell::new();
        let is_section =
            |line: &str| FORWARDER_SECTIONS.iter().any(|it| line.trim_start().starts_with(it));
        let is_forwarder = || *has_section.get_or_init(|| text.lines().any(is_section));
        for line in text.lines().map(str::trim) {
            if COMMENTS.iter().any(|it| line.starts_with(it)) && !(is_npm && line.starts_with("//"))
            {
                continue;
            }
            if let Some(Line { key, written }) = Line::of_directive(line, is_forwarder) {
                self.judge_as(key, "password", unquoted(written), range_in(text, written));
            } else if let Some(Line { key, written }) = Line::of(line, separators) {
                let value = unquoted(written);
                if is_npm {
                    self.judge_as(key, &format!("npm_{key}"), value, range_in(text, written));
                } else {
                    self.judge(key, value, range_in(text, written));
                }
            }
        }
    }

    fn netrc(&mut self) {
        let text = self.text;
        let mut words = text.lines().map(|it| it.split('#').next().unwrap_or(it));
        let mut is_password = false;
        for word in words.by_ref().flat_map(str::split_ascii_whitespace) {
            if is_password {
                self.judge("password", word, range_in(text, word));
            }
            is_password = !is_password && word == "password";
        }
    }

    fn pgpass(&mut self) {
        let text = self.text;
        for line in text.lines().map(str::trim).filter(|it| !it.starts_with('#')) {
            if let Some(password) = line.splitn(5, ':').nth(4).filter(|it| *it != "*") {
                self.judge("password", password, range_in(text, password));
            }
        }
    }

    fn script(&mut self) {
        for credential in credentials_in_command(self.text, self.naming) {
            let evidence = match credential.form {
                CommandForm::Assignment(class) => Evidence::Named(class),
                CommandForm::Argument => Evidence::Passed,
                CommandForm::Echo(_) | CommandForm::Dump => continue,
            };
            self.push(Some(credential.name), evidence, credential.range);
        }
    }

    fn judge(&mut self, name: &str, value: &str, range: Range<usize>) {
        self.judge_as(name, name, value, range);
    }

    fn sql(&mut self) {
        for password in sql::passwords(self.text) {
            if !self.naming.is_harmless(password.keyword) {
                self.push(Some(password.keyword), Evidence::Passed, password.range);
            }
        }
    }

    /// Judges `value` under the key `shown`, which means what `name` says.
    fn judge_as(&mut self, shown: &str, name: &str, value: &str, range: Range<usize>) {
        // The login of Kafka's clients: `…LoginModule required username="…" password="…";`
        if name.to_ascii_lowercase().ends_with("jaas.config")
            && let Some((_, rest)) = value.split_once("password=")
        {
            let password = without_comment(rest);
            let inner = unquoted(password.trim_end_matches(';'));
            return self.judge_as(shown, "password", inner, range);
        }
        // Where a literal stands in for a variable, it is in the file.
        let value = fallback(value)
            .filter(|it| {
                matches!(self.naming.judge(name, it), Verdict::Named(_)) && !is_of_program(it)
            })
            .unwrap_or(value);
        match self.naming.judge(name, value) {
            Verdict::Token(token) => self.push(Some(shown), Evidence::Token(token), range),
            // Half of a pair, which only identifies: its format tells a real one.
            Verdict::Named(class) if class.id == "aws-access-key-id" => (),
            Verdict::Named(class) => {
                if !is_of_program(value) && !is_public(value) && !names_secret(name, class, value) {
                    self.push(Some(shown), Evidence::Named(class), range);
                }
            }
            Verdict::Exempt(class, Exemption::Placeholder)
                if !self.is_file || !is_of_program(value) =>
            {
                self.push(Some(shown), Evidence::Placeholder(class), range);
            }
            Verdict::Exempt(class, Exemption::Substitution) if !self.is_file => {
                self.push(Some(shown), Evidence::Placeholder(class), range);
            }
            Verdict::Exempt(..) | Verdict::Suspected(_) | Verdict::Harmless => (),
        }
    }

    fn push(&mut self, key: Option<&str>, evidence: Evidence, range: Range<usize>) {
        let overlaps =
            |it: &SettingCredential| it.range.start < range.end && range.start < it.range.end;
        if !self.found.iter().any(overlaps) {
            self.found.push(SettingCredential { key: key.map(str::to_owned), evidence, range });
        }
    }
}

/// Whether `at` stands in a comment: at the start of its line, or behind ` #` outside quotes.
fn is_in_comment(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default().trim_start();
    if COMMENTS.iter().any(|it| line.starts_with(it)) {
        // Of .npmrc, not a comment but a registry.
        return !(line.starts_with("//") && line.contains("/:_"));
    }
    line.match_indices(" #").any(|(index, _)| {
        let before = line.get(..index).unwrap_or_default();
        before.matches(['"', '\'']).count() % 2 == 0
    })
}

/// Whether a file holds words for people: `messages_en.properties`.
fn is_of_words(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["i18n", "locale", "messages", "translation"].iter().any(|it| name.starts_with(it))
}

/// Whether a program fills `value` in when it starts.
fn is_of_program(value: &str) -> bool {
    let value = value.trim();
    OF_PROGRAM.iter().any(|it| value.starts_with(it))
        // `$name:key` of Argo CD.
        || value.strip_prefix('$').is_some_and(|it| {
            it.starts_with(|it: char| it.is_ascii_alphabetic())
                && it.contains([':', '.'])
                && it.bytes().all(|it| it.is_ascii_alphanumeric() || b"_.:-/".contains(&it))
        })
}

/// Whether `value` names a Secret, by which a controller finds it.
fn names_secret(name: &str, class: NameClass, value: &str) -> bool {
    if is_secret_reference(name) {
        return true;
    }
    let is_name = value.split('-').count() > 1
        && value
            .bytes()
            .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || b"-.".contains(&it));
    class.id == "secret" && is_name && value.split('-').any(|it| SECRET_NAME_WORDS.contains(&it))
}

/// Whether a setting of this name tells which Secret to use: `imagePullSecret`, `TLS_SECRET`,
/// `existingSecret`.
pub fn is_secret_reference(name: &str) -> bool {
    let from_the_end = || {
        let letters = name.bytes().rev().filter(u8::is_ascii_alphanumeric);
        letters.map(|it| it.to_ascii_lowercase())
    };
    SECRET_REFERENCES.iter().any(|it| it.bytes().rev().eq(from_the_end().take(it.len())))
}

/// Whether `name` is that of a credential, so that any literal behind it is one.
pub fn names_credential(name: &str, naming: impl Naming) -> bool {
    naming.classify(name).is_some_and(|it| match it.confidence {
        Confidence::High | Confidence::Medium => true,
        Confidence::Low | Confidence::Value => false,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::by_tables;
    use super::*;

    /// Each credential as `key=what at text`.
    #[track_caller]
    fn check(name: &str, text: &str, expected: &[&str]) {
        let shown = |it: &SettingCredential| {
            let what = match &it.evidence {
                Evidence::Token(token) => token.id,
                Evidence::Named(class) => class.id,
                Evidence::Placeholder(_) => "?",
                Evidence::Passed => "passed",
            };
            let at = text.get(it.range.clone()).unwrap();
            format!("{} {what} {at}", it.key.as_deref().unwrap_or("-"))
        };
        let found: Vec<String> =
            credentials_in_setting(name, text, by_tables).iter().map(shown).collect();
        assert_eq!(found, expected, "{name}: {text}");
    }

    #[test]
    fn a_value_is_judged_by_its_key() {
        check("db-password", "hunter22", &["- password hunter22"]);
        check("db-password", "  hunter22\n", &["- password hunter22"]);
        check("db-password.txt", "hunter22", &["- password hunter22"]);
        check("db-user", "hunter22", &[]);
        check("db-password", "${DB_PASSWORD}", &["- ? ${DB_PASSWORD}"]);
        check("db-password", "/mnt/secrets/db-password", &[]);
        check("greeting", "AKIAIOSFODNN7EXAMPLE", &["- aws-access-key-id AKIAIOSFODNN7EXAMPLE"]);
        check("url", "postgres://shop:hunter22@db/shop", &["- url-with-password hunter22"]);
        for name in [
            "tls-secret",
            "tlsSecret",
            "TLS_SECRET",
            "ingress.tlsSecret",
            "existingSecret",
            "existing-secret",
            "auth.existingSecret",
            "imagePullSecret",
            "PULL_SECRETS",
        ] {
            check(name, "shop", &[]);
        }
        check("shopSecret", "shop", &["- secret shop"]);
        check("auth-secret", "basic-auth", &[]);
        check("client-secret", "shop-3f9a", &["- secret shop-3f9a"]);
        check("ssh-key", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI shop", &[]);
        check("aws-access-key-id", "none-of-yours", &[]);
    }

    #[test]
    fn lines_hold_keys_and_values() {
        let text = "# db.password=commented\ndb.url=jdbc:mysql://db/shop\ndb.password=hunter22\n\
                    smtp.password: \"sum mer\" # winter\n! \nexport API_TOKEN='hunter23'\ntoken.ttl=3600\n";
        check(
            "application.properties",
            text,
            &[
                "db.password password hunter22",
                "smtp.password password \"sum mer\"",
                "API_TOKEN token 'hunter23'",
            ],
        );
        check(
            ".env",
            "DB_PASSWORD=hunter22 # old\nDB_PASSWORD_FILE=/run/x\n",
            &["DB_PASSWORD password hunter22"],
        );
        check(".env.production", "A=1\nDB_PASSWORD=hunter22\n", &["DB_PASSWORD password hunter22"]);
        check(
            "my.cnf",
            "[client]\nuser=shop\npassword=hunter22\n",
            &["password password hunter22"],
        );
        check(
            "app.env",
            "DB_PASSWORD=${DB_PASSWORD}\nB_PASSWORD=<password>\n",
            &["B_PASSWORD ? <password>"],
        );
        check(
            "grafana.ini",
            "admin_password = $__file{/run/secrets/x}\n;password = hunter22\n",
            &[],
        );
        check(
            "redis.conf",
            "port 6379\nrequirepass hunter22\n",
            &["requirepass password hunter22"],
        );
        check(
            ".npmrc",
            "//registry.npmjs.org/:_password=\"hunter22\"\n//registry.npmjs.org/:username=shop\n",
            &["_password password \"hunter22\""],
        );
        check(
            "client.properties",
            "sasl.jaas.config=x.PlainLoginModule required username=\"a\" password=\"hunter22\";\n",
            &[
                "sasl.jaas.config password x.PlainLoginModule required username=\"a\" password=\"hunter22\";",
            ],
        );
        check("messages_en.properties", "login.password=Password\n", &[]);
        check(
            "fluent.conf",
            "<match **>\n  user shop\n  password \"hunter22\" # old\n</match>\n",
            &["password password \"hunter22\""],
        );
        check(
            "fluent-bit.conf",
            "[OUTPUT]\n    HTTP_User   shop\n    HTTP_Passwd\thunter22\n",
            &["HTTP_Passwd password hunter22"],
        );
        check(
            "sentinel.conf",
            "sentinel monitor m 10.0.0.1 6379 2\nsentinel auth-pass m hunter22\n",
            &["auth-pass password hunter22"],
        );
        check("app.conf", "password = hunter22\n", &["password password hunter22"]);
        check(
            "other.conf",
            "password \"#{ENV['PW']}\"\npassword #{ENV['PW']}\nhttp_passwd ${PW}\n\
             password is needed here\npassword\nsentinel auth-pass m\nsentinel auth-user m shop\n",
            &[],
        );
        check("application.conf", "auth {\n  password {\n    min-length = 8\n  }\n}\n", &[]);
        check("app.ini", "greeting = Please pick a\n  password carefully.\n", &[]);
        check("fluent.conf", "<match x>\n  password {\n</match>\n", &[]);
    }

    #[test]
    fn what_stands_in_for_a_variable_is_a_literal() {
        let literals = [
            "${DB_PASSWORD:hunter22}",
            "${DB_PASSWORD:-hunter22}",
            "${DB_PASSWORD:=hunter22}",
            "${db.password:hunter22}",
            "${db_password:hunter22}",
            "${dbPassword:-hunter22}",
            "${env:DB_PASSWORD:-hunter22}",
            "${DB_PASSWORD:${OTHER:hunter22}}",
            "${DB_PASSWORD:'hunter22'}",
        ];
        for literal in literals {
            check(
                "application.properties",
                &format!("db.password={literal}\n"),
                &[&format!("db.password password {literal}")],
            );
            check(
                "application.yml",
                &format!("db:\n  password: {literal}\n"),
                &[&format!("password password {literal}")],
            );
            check("db-password", literal, &[&format!("- password {literal}")]);
        }
        let others = [
            "${DB_PASSWORD}",
            "${DB_PASSWORD:}",
            "${DB_PASSWORD:-}",
            "${DB_PASSWORD:?is not set}",
            "${DB_PASSWORD:+given}",
            "${DB_PASSWORD:${OTHER}}",
            "${DB_PASSWORD:${OTHER:}}",
            "${DB_PASSWORD:#{null}}",
            "${DB_PASSWORD:<password>}",
            "${DB_PASSWORD:{{ password }}}",
            "${DB_PASSWORD:/run/secrets/db}",
            "${file:/opt/secrets:password}",
            "${vault:db:password}",
            "${secretsManager:db:password}",
            "${env:DB_PASSWORD}",
            "${VAULT::ds::password::1}",
            "${RAW_PASSWORD:0:16}",
            "${A_PASSWORD:}${B_PASSWORD:}",
        ];
        for other in others {
            check("application.properties", &format!("db.password={other}\n"), &[]);
            check("db-user", other, &[]);
        }
    }

    #[test]
    fn statements_and_machines_are_given_passwords() {
        check(
            "init.sql",
            "-- CREATE USER a IDENTIFIED BY 'hunter21';\nCREATE USER b IDENTIFIED BY 'hunter22';\n\
             CREATE ROLE c LOGIN PASSWORD 'hunter23';\nSELECT password FROM users;\n",
            &["IDENTIFIED BY passed 'hunter22'", "PASSWORD passed 'hunter23'"],
        );
        let config = "#cloud-config\npassword: hunter22\nssh_pwauth: true\nusers:\n- name: shop\n  \
                      plain_text_passwd: 'hunter23'\n  lock_passwd: false\n- name: hashed\n  \
                      passwd: $6$salt$hash\n  hashed_passwd: $6$salt$hash\nchpasswd:\n  users:\n  \
                      - {name: root, password: $6$salt$hash}\n";
        let found = |text| {
            let found = credentials_in_cloud_config(text, by_tables);
            found.into_iter().filter_map(|it| it.key).collect::<Vec<_>>()
        };
        assert_eq!(found(config), ["password", "plain_text_passwd"]);
        assert_eq!(found("password: hunter22\n"), [""; 0]);
    }

    #[test]
    fn trees_hold_keys_and_values() {
        let yaml = "db:\n  # password: commented\n  password: hunter22\n  user: shop\nenv:\n- name: API_TOKEN\n  value: 'hunter23'\n\
                    oidc: {clientSecret: $oidc.clientSecret, token: !env X}\nother:\n  password: ${PW}\n  passwordFile: x\n";
        check("config.yaml", yaml, &["password password hunter22", "API_TOKEN token 'hunter23'"]);
        check(
            "config.json",
            "{\"db\": {\"password\": \"hunter22\"}}",
            &["password password \"hunter22\""],
        );
        check(
            ".dockerconfigjson",
            "{\"auths\": {\"r.example.com\": {\"auth\": \"c2hvcDpodW50ZXIyMg==\"}}}",
            &["auth auth-header \"c2hvcDpodW50ZXIyMg==\""],
        );
        // Templates, which are no YAML: lines tell.
        check(
            "app.yaml",
            "{{ if .X }}\npassword: hunter22\n{{ end }}\n",
            &["password password hunter22"],
        );
        check(
            "dashboard.json",
            "{\"name\": \"token\", \"type\": \"query\", \"value\": \"x\"}",
            &[],
        );
        check(
            "list.json",
            "[1, {\"a\": [{\"secret_key\": \"hunter22\"}]}]",
            &["secret_key secret \"hunter22\""],
        );
    }

    #[test]
    fn files_without_an_ending_are_known_by_their_lines() {
        check(
            "credentials",
            "[default]\naws_secret_access_key = hunter22\n",
            &["aws_secret_access_key aws-secret-access-key hunter22"],
        );
        check(
            "oidc.config",
            "name: Okta\nclientSecret: hunter22\n",
            &["clientSecret secret hunter22"],
        );
        check("config", "{\"password\": \"hunter22\"}", &["password password \"hunter22\""]);
        check("notes", "All is well.\nThe password = is not here.\n", &[]);
        check("script.py", "password = request.password\nuser = 1\n", &[]);
        check(
            "tls",
            "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\n",
            &["- private-key -----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----"],
        );
    }

    #[test]
    fn clients_keep_logins_in_files_of_their_own() {
        check(
            ".netrc",
            "machine a login b password hunter22\nmachine c\n  login d\n  password hunter23\n",
            &["password password hunter22", "password password hunter23"],
        );
        check(
            ".pgpass",
            "# h:p:d:u:commented\ndb:5432:shop:shop:hunter22\n*:*:*:*:*\n",
            &["password password hunter22"],
        );
        check(
            "dump.sh",
            "#!/bin/sh\nexport MYSQL_PWD=hunter22\nmysqldump --password=hunter23 shop\necho $MYSQL_PWD\n",
            &["MYSQL_PWD password MYSQL_PWD=hunter22", "--password passed --password=hunter23"],
        );
        check("entrypoint", "#!/bin/bash\nTOKEN=hunter22 run\n", &["TOKEN token TOKEN=hunter22"]);
    }

    #[test]
    fn tokens_are_found_anywhere_but_in_comments() {
        let token = "AKIAIOSFODNN7EXAMPLE";
        check(
            "app.lua",
            &format!("local key = '{token}'\n"),
            &["- aws-access-key-id AKIAIOSFODNN7EXAMPLE"],
        );
        check(
            "app.yaml",
            &format!("# {token}\na: b # {token}\nc: '#{token}'\n"),
            &["- aws-access-key-id AKIAIOSFODNN7EXAMPLE"],
        );
    }

    const NAMES: &[&str] = &[
        ".netrc",
        ".npmrc",
        ".pgpass",
        "app.conf",
        "app.ini",
        "app.json",
        "app.lua",
        "app.sh",
        "app.yaml",
        "db-password",
        "token.txt",
    ];

    proptest! {
        #[test]
        fn no_text_panics(
            name in prop::sample::select(NAMES),
            text in "(password|token|\u{e9}|hunter22|[=:#;\"' \\n\\-/{}\\[\\]$]){0,60}",
        ) {
            for credential in credentials_in_setting(name, &text, by_tables) {
                prop_assert!(text.get(credential.range).is_some());
            }
            is_public(&text);
        }
    }

    #[test]
    fn certificates_and_public_keys_are_for_everybody() {
        let cases = [
            ("-----BEGIN CERTIFICATE-----\nMIIC\n-----END CERTIFICATE-----\n", true),
            (
                "# root\n-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----\n-----BEGIN X509 CRL-----\n",
                true,
            ),
            ("-----BEGIN RSA PUBLIC KEY-----\nMIIC\n", true),
            (
                "-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\n",
                false,
            ),
            ("password=x\n-----BEGIN CERTIFICATE-----\n", false),
            ("ssh-rsa AAAA shop", true),
            ("hunter22", false),
            ("", false),
        ];
        for (text, expected) in cases {
            assert_eq!(is_public(text), expected, "{text}");
        }
    }
}
