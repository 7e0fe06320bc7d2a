//! `wordpress-database-tls`: WordPress speaks TLS to its database, and verifies the server.

use std::ops::Range;

use stackseal_engine::{Check, Cx, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::setting::{Reason, Unknown};
use stackseal_model::wp_config::{
    Constant, Expression, Flags, Literal, Value, WpConfig, WpConfigKind,
};
use stackseal_syntax::{Change, Span};

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("wordpress-database-tls"),
    group: Group::Transit,
    severity: Severity::High,
    profile: Profile::Recommended,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "WordPress reaches its database without TLS",
    remediation: "Define MYSQL_CLIENT_FLAGS as MYSQLI_CLIENT_SSL",
    url: "https://www.php.net/manual/en/mysqli.real-connect.php",
    docs: include_str!("wordpress_database_tls.md"),
    options: &[],
    checks: &[Check::WpConfig { run: check }],
};

const FLAGS: &str = "MYSQL_CLIENT_FLAGS";

/// The constants of the connection; the place of what is missing, in this order.
const CONNECTION: [&str; 4] = ["DB_HOST", "DB_NAME", "DB_USER", "DB_PASSWORD"];

/// By any of these mysqli verifies the server, if a drop-in hands it over.
const AUTHORITIES: [&str; 5] =
    ["MYSQL_SSL_CA", "MYSQL_SSL_CA_PATH", "MYSQL_SSL_CERT", "MYSQL_SSL_CIPHER", "MYSQL_SSL_KEY"];

/// Flags of mysqli by their values.
///
/// <https://www.php.net/manual/en/mysqli.constants.php>
const SSL: (&str, i64) = ("MYSQLI_CLIENT_SSL", 2048);
const DONT_VERIFY: (&str, i64) = ("MYSQLI_CLIENT_SSL_DONT_VERIFY_SERVER_CERT", 64);
const VERIFY: (&str, i64) = ("MYSQLI_CLIENT_SSL_VERIFY_SERVER_CERT", 1 << 30);

/// What the flags of a connection amount to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// It is encrypted, and the server verified.
    Verified,
    /// It is encrypted, and the authorities decide about the rest.
    Encrypted,
    /// It is encrypted, and the server expressly not verified.
    Unverified,
    /// It is not encrypted.
    Plain,
    /// It uses a flag of the extension that PHP 7 removed.
    Removed,
    /// Not to be said.
    Unknown,
}

fn check(cx: &mut Cx<'_>, config: &WpConfig) {
    // Full of placeholders, and never used as it is.
    if config.kind() == WpConfigKind::Sample || is_local(config) {
        return;
    }
    if config.constant(FLAGS).is_none() {
        return absent(cx, config);
    }
    for definition in config.definitions(FLAGS) {
        check_flags(cx, config, definition);
    }
    if !config.is_always_defined(FLAGS) {
        let span = config.constant(FLAGS).map(|it| config.span(&it.name_range));
        let reason = Reason::Outside("`MYSQL_CLIENT_FLAGS` is defined only in a branch");
        cx.undecided(&Unknown { span: span.unwrap_or(start_of(config)), reason });
    }
}

fn absent(cx: &mut Cx<'_>, config: &WpConfig) {
    let connection = CONNECTION.iter().find_map(|it| config.constant(it));
    let open = if let Some(include) = config.other_include() {
        Some((config.span(include), "the included file may define `MYSQL_CLIENT_FLAGS`"))
    } else if connection.is_none() || config.kind() == WpConfigKind::Extra {
        Some((start_of(config), "the connection to the database is configured elsewhere"))
    } else {
        nearby_host(config)
            .map(|it| (config.span(&it), "a host of the local network may be a proxy"))
    };
    match (open, connection) {
        (Some((span, reason)), _) => {
            cx.undecided(&Unknown { span, reason: Reason::Outside(reason) });
        }
        (None, Some(connection)) => {
            let message = "`MYSQL_CLIENT_FLAGS` is not defined: the connection to the database is not encrypted";
            cx.report(config.span(&connection.name_range), message);
        }
        (None, None) => (),
    }
}

fn check_flags(cx: &mut Cx<'_>, config: &WpConfig, definition: &Constant) {
    let Expression { range, value, .. } = &definition.expression;
    let at = config.span(range);
    let message = match verdict(value) {
        Verdict::Verified => return,
        Verdict::Encrypted => return check_authority(cx, config, definition),
        Verdict::Unknown => {
            let reason = Reason::Outside("`MYSQL_CLIENT_FLAGS` is known only when PHP runs");
            return cx.undecided(&Unknown { span: at, reason });
        }
        Verdict::Unverified => {
            let message = "`MYSQL_CLIENT_FLAGS` turns the verification of the database server off";
            cx.report(at, message)
                .severity(Severity::Medium)
                .remediation("Take MYSQLI_CLIENT_SSL_DONT_VERIFY_SERVER_CERT out");
            return;
        }
        Verdict::Plain => {
            "`MYSQL_CLIENT_FLAGS` lacks `MYSQLI_CLIENT_SSL`: the connection to the database is not encrypted"
        }
        Verdict::Removed => {
            "`MYSQL_CLIENT_FLAGS` names `MYSQL_CLIENT_SSL`, which PHP has given up for `MYSQLI_CLIENT_SSL`"
        }
    };
    match nearby_host(config) {
        Some(host) => {
            let reason = Reason::Outside("a host of the local network may be a proxy");
            cx.undecided(&Unknown { span: config.span(&host), reason });
        }
        None => {
            cx.report(at, message).fix(encrypt(config, definition));
        }
    }
}

/// The flag, beside those that are there.
fn encrypt(config: &WpConfig, definition: &Constant) -> Option<Mend> {
    let Expression { range, value, .. } = &definition.expression;
    let change = match (verdict(value), value) {
        (Verdict::Plain, Value::Flags(_)) => {
            let at = config.span(&(range.end..range.end));
            Change::Replace { at, text: format!(" | {}", SSL.0) }
        }
        (Verdict::Plain, Value::Literal(literal)) => {
            let text = match bits(literal) {
                0 => SSL.0.to_owned(),
                bits => format!("{bits} | {}", SSL.0),
            };
            Change::Replace { at: config.span(range), text }
        }
        _ => return None,
    };
    let because = "the database has to speak TLS, and `MYSQL_SSL_CA` to name who vouches for it";
    Some(Mend::with_care("Set `MYSQLI_CLIENT_SSL`", because).change(change))
}

/// The connection is encrypted: is the server verified too?
fn check_authority(cx: &mut Cx<'_>, config: &WpConfig, flags: &Constant) {
    let mut definitions = AUTHORITIES.iter().flat_map(|it| config.definitions(it)).peekable();
    if definitions.peek().is_none() {
        let at = config.span(&flags.name_range);
        if let Some(include) = config.other_include() {
            let reason = Reason::Outside("the included file may define `MYSQL_SSL_CA`");
            return cx.undecided(&Unknown { span: config.span(include), reason });
        }
        if config.kind() == WpConfigKind::Extra {
            let reason = Reason::Outside("the connection to the database is configured elsewhere");
            return cx.undecided(&Unknown { span: at, reason });
        }
        return unverified(
            cx,
            at,
            "`MYSQL_SSL_CA` is not defined: the database server is not verified",
        );
    }
    // An empty path is none. One that is not empty is enough.
    let is_empty = |it: &Constant| it.expression.literal().is_some_and(|it| !it.is_truthy());
    let definitions: Vec<&Constant> = definitions.collect();
    if let Some(first) = definitions.first().filter(|_| definitions.iter().all(|it| is_empty(it))) {
        let message = format!("`{}` is empty: the database server is not verified", first.name);
        unverified(cx, config.span(&first.expression.range), &message);
    }
}

fn unverified(cx: &mut Cx<'_>, at: Span, message: &str) {
    cx.report(at, message)
        .severity(Severity::Medium)
        .remediation("Define MYSQL_SSL_CA, and hand it to mysqli in a drop-in wp-content/db.php");
}

fn verdict(value: &Value) -> Verdict {
    match value {
        Value::Flags(flags) => of_flags(flags),
        Value::Literal(literal) => of_flags(&Flags { names: Vec::new(), bits: bits(literal) }),
        Value::Environment(_) | Value::Unknown => Verdict::Unknown,
    }
}

/// The flags that a literal is. PHP converts what is no number of its own accord.
fn bits(literal: &Literal) -> i64 {
    match literal {
        Literal::Integer(bits) => *bits,
        Literal::Text(text) => text.trim().parse().unwrap_or(0),
        Literal::Boolean(it) => i64::from(*it),
        Literal::Null => 0,
    }
}

fn of_flags(flags: &Flags) -> Verdict {
    let has = |(name, bit)| flags.has(name, bit);
    if has(SSL) {
        return if has(DONT_VERIFY) {
            Verdict::Unverified
        } else if has(VERIFY) {
            Verdict::Verified
        } else {
            Verdict::Encrypted
        };
    }
    if flags.names.iter().any(|it| **it == *"MYSQL_CLIENT_SSL") {
        Verdict::Removed
    } else if flags
        .names
        .iter()
        .any(|it| !it.starts_with("MYSQLI_") && !it.starts_with("MYSQL_CLIENT_"))
    {
        Verdict::Unknown
    } else {
        Verdict::Plain
    }
}

/// Whether the database is on the same machine, as far as `DB_HOST` says: nothing goes over a network.
fn is_local(config: &WpConfig) -> bool {
    // The image has defined its host before these statements run.
    if config.kind() == WpConfigKind::Extra {
        return false;
    }
    let mut hosts = config.definitions("DB_HOST").peekable();
    hosts.peek().is_some()
        && hosts
            .all(|it| it.expression.literal().and_then(Literal::as_text).is_some_and(is_local_host))
}

/// `localhost`, a loopback address, or a socket, with or without a port.
fn is_local_host(host: &str) -> bool {
    let host = host.trim();
    if host.starts_with([':', '/']) && host != "::1" && !host.starts_with("::1:") {
        // Only a socket or a port: WordPress takes `localhost`.
        return true;
    }
    let name = host.strip_prefix('[').and_then(|it| it.split_once(']')).map_or_else(
        || if host.starts_with("::1") { "::1" } else { host.split(':').next().unwrap_or(host) },
        |it| it.0,
    );
    name.eq_ignore_ascii_case("localhost")
        || name == "::1"
        || name.parse::<std::net::Ipv4Addr>().is_ok_and(|it| it.is_loopback())
}

/// Where `DB_HOST` is a bare name such as `db`: a service of Compose or a proxy at the pod's side, or
/// another machine.
fn nearby_host(config: &WpConfig) -> Option<Range<usize>> {
    let expression = &config.constant("DB_HOST")?.expression;
    let host = expression.literal()?.as_text()?;
    let name = host.split(':').next().unwrap_or(host);
    let is_bare = !name.is_empty()
        && name.bytes().all(|it| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_'))
        && name.bytes().any(|it| it.is_ascii_alphabetic());
    is_bare.then(|| expression.range.clone())
}

fn start_of(config: &WpConfig) -> Span {
    config.span(&(0..0))
}
