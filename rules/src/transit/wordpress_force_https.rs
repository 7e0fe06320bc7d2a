//! `wordpress-force-https`: WordPress lives at an `https` address, keeps its administrators there, and
//! knows when a request came that way.

use stackseal_engine::{Check, Cx, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::setting::{Reason, Unknown};
use stackseal_model::wp_config::{Constant, Expression, Literal, Value, WpConfig, WpConfigKind};
use stackseal_syntax::{Change, Span};

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("wordpress-force-https"),
    group: Group::Transit,
    severity: Severity::Medium,
    profile: Profile::Recommended,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "WordPress does not insist on HTTPS",
    remediation: "Use https in WP_HOME and WP_SITEURL, define FORCE_SSL_ADMIN as true, and set \
                  $_SERVER['HTTPS'] from the protocol the load balancer forwards",
    url: "https://developer.wordpress.org/advanced-administration/security/https/",
    docs: include_str!("wordpress_force_https.md"),
    options: &[],
    checks: &[Check::WpConfig { run: check }],
};

/// The addresses of the site: for readers, and for WordPress itself, which decides about the rest.
const ADDRESSES: [&str; 2] = ["WP_SITEURL", "WP_HOME"];

/// The switch, and the one it replaced, which acts the same.
const SWITCHES: [&str; 2] = ["FORCE_SSL_ADMIN", "FORCE_SSL_LOGIN"];

/// The constants of a whole configuration; the place of what is missing, in this order.
const PLACES: [&str; 6] = ["WP_SITEURL", "WP_HOME", "DB_HOST", "DB_NAME", "DB_USER", "DB_PASSWORD"];

/// What is known of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Address {
    /// `https:`
    Https,
    /// `http:`
    Http,
    /// `http:`, at the machine of a developer.
    Local,
    /// No URL of the web.
    Other,
    /// Put together by PHP.
    Unknown,
}

fn check(cx: &mut Cx<'_>, config: &WpConfig) {
    // Never used as it is.
    if config.kind() == WpConfigKind::Sample {
        return;
    }
    let definitions = || ADDRESSES.iter().flat_map(|it| config.definitions(it));
    if definitions().next().is_some() && definitions().all(|it| address(it) == Address::Local) {
        return;
    }
    for definition in definitions().filter(|it| address(it) == Address::Http) {
        let message = format!("`{}` is an `http` address", definition.name);
        cx.report(config.span(&definition.expression.range), message)
            .fix(https(config, definition));
    }
    for definition in definitions().filter(|it| address(it) == Address::Unknown) {
        let span = config.span(&definition.expression.range);
        let reason = Reason::Outside("the address is known only when PHP runs");
        cx.undecided(&Unknown { span, reason });
    }
    check_switch(cx, config);
    let forcing =
        SWITCHES.iter().flat_map(|it| config.definitions(it)).find(|it| is_on(it) == Some(true));
    let secured = forcing.or_else(|| definitions().find(|it| address(it) == Address::Https));
    if let Some(secured) = secured {
        check_protocol(cx, config, secured);
    }
}

/// Is the admin forced to HTTPS?
fn check_switch(cx: &mut Cx<'_>, config: &WpConfig) {
    let Some(switch) = SWITCHES.iter().find(|it| config.constant(it).is_some()) else {
        return check_absent_switch(cx, config);
    };
    for definition in config.definitions(switch) {
        let at = config.span(&definition.expression.range);
        match is_on(definition) {
            Some(true) => (),
            Some(false) => {
                let place = if definition.is_conditional { " in a branch" } else { "" };
                let message = format!(
                    "`{}` is false{place}: passwords and cookies may travel in plain text",
                    definition.name
                );
                cx.report(at, message).fix(force(config, definition));
            }
            None => {
                let reason = Reason::Outside(
                    "whether the admin is forced to HTTPS is known only when PHP runs",
                );
                cx.undecided(&Unknown { span: at, reason });
            }
        }
    }
}

/// Without the switch the address of the site decides: `https` forces it.
fn check_absent_switch(cx: &mut Cx<'_>, config: &WpConfig) {
    let mut addresses = config.definitions("WP_SITEURL").peekable();
    // One that is `http` has been reported already, and one that is not known has been named.
    if addresses.peek().is_some() && addresses.all(|it| address(it) != Address::Other) {
        return;
    }
    let place = PLACES.iter().find_map(|it| config.constant(it));
    let open = if let Some(include) = config.other_include() {
        Some((config.span(include), "the included file may define `FORCE_SSL_ADMIN`"))
    } else if place.is_none() || config.kind() == WpConfigKind::Extra {
        Some((config.span(&(0..0)), "WordPress is configured elsewhere"))
    } else {
        None
    };
    match (open, place) {
        (Some((span, reason)), _) => {
            cx.undecided(&Unknown { span, reason: Reason::Outside(reason) });
        }
        (None, Some(place)) => {
            let message = "`FORCE_SSL_ADMIN` is not defined, and neither is `WP_SITEURL` as an `https` address";
            cx.report(config.span(&place.name_range), message);
        }
        (None, None) => (),
    }
}

/// Behind a load balancer that ends TLS every request looks like plain HTTP, and a forced admin is
/// redirected for ever, unless the forwarded protocol is read.
fn check_protocol(cx: &mut Cx<'_>, config: &WpConfig, secured: &Constant) {
    if knows_protocol(config) {
        return;
    }
    let open = |span: Span, reason| Unknown { span, reason: Reason::Outside(reason) };
    if let Some(other) = config.https_assignments().next() {
        let reason = "whether this holds behind a load balancer is known only when PHP runs";
        return cx.undecided(&open(config.span(&other.range), reason));
    }
    if let Some(include) = config.other_include() {
        let reason = "the included file may read the forwarded protocol";
        return cx.undecided(&open(config.span(include), reason));
    }
    let message = format!(
        "`{}` asks for HTTPS, and nothing takes over the protocol that a load balancer forwards",
        secured.name
    );
    cx.report(config.span(&secured.name_range), message)
        .remediation(
            "Set $_SERVER['HTTPS'] to 'on' where $_SERVER['HTTP_X_FORWARDED_PROTO'] is https",
        )
        .fix(read_protocol(config, secured));
}

/// Whether WordPress knows when a request came by HTTPS, whatever ends TLS in front of it.
fn knows_protocol(config: &WpConfig) -> bool {
    config.forwarded_protocol().is_some()
        || config.https_assignments().any(|it| !it.is_conditional)
        // The image reads it before these statements run.
        || config.kind() == WpConfigKind::Extra
}

/// The switch turned on. In a branch it may be off for a machine that serves no HTTPS.
fn force(config: &WpConfig, definition: &Constant) -> Mend {
    let title = format!("Define `{}` as true", definition.name);
    let mend = if definition.is_conditional {
        Mend::with_care(title, "whatever the branch is for has to serve HTTPS")
    } else if knows_protocol(config) {
        Mend::safe(title)
    } else {
        let because = "behind a load balancer administrators are redirected for ever, until the protocol it forwards is read";
        Mend::with_care(title, because)
    };
    let at = config.span(&definition.expression.range);
    mend.change(Change::Replace { at, text: "true".to_owned() })
}

/// The header of the load balancer is read behind the definition; in a file of its own, where lines
/// need no indentation, and not in a branch, where it would not always be.
fn read_protocol(config: &WpConfig, secured: &Constant) -> Option<Mend> {
    if config.span(&(0..0)).start > 0 || secured.is_conditional {
        return None;
    }
    let rest = config.text().get(secured.expression.range.end..)?;
    let end = secured.expression.range.end + rest.find(';')? + 1;
    let text = "\nif ( 'https' === ( $_SERVER['HTTP_X_FORWARDED_PROTO'] ?? '' ) ) {\n    $_SERVER['HTTPS'] = 'on';\n}";
    let because = "the load balancer in front has to set the header, and nobody else be able to";
    let change = Change::Replace { at: config.span(&(end..end)), text: text.to_owned() };
    Some(
        Mend::with_care("Read the protocol that the load balancer forwards", because)
            .change(change),
    )
}

/// The same address, with the other scheme.
fn https(config: &WpConfig, definition: &Constant) -> Option<Mend> {
    let range = &definition.expression.range;
    let written = config.text().get(range.clone())?;
    let at = written.find("http://")?;
    let start = range.start + at;
    let scheme = config.span(&(start..start + "http".len()));
    let because = "the site is reached no more where nothing serves HTTPS";
    let title = format!("Make `{}` an `https` address", definition.name);
    let change = Change::Replace { at: scheme, text: "https".to_owned() };
    Some(Mend::with_care(title, because).change(change))
}

fn is_on(definition: &Constant) -> Option<bool> {
    match &definition.expression.value {
        Value::Literal(literal) => Some(literal.is_truthy()),
        Value::Flags(_) | Value::Environment(_) | Value::Unknown => None,
    }
}

fn address(definition: &Constant) -> Address {
    let Expression { beginning, .. } = &definition.expression;
    match definition.expression.literal() {
        Some(literal) => literal.as_text().map_or(Address::Other, address_of),
        // Whatever host comes behind it.
        None if beginning.as_ref().and_then(Literal::as_text).map(address_of)
            == Some(Address::Https) =>
        {
            Address::Https
        }
        None => Address::Unknown,
    }
}

fn address_of(url: &str) -> Address {
    let Some((scheme, rest)) = url.trim().split_once("://") else {
        return Address::Other;
    };
    if scheme.eq_ignore_ascii_case("https") {
        return Address::Https;
    }
    if !scheme.eq_ignore_ascii_case("http") {
        return Address::Other;
    }
    let host = rest.split(['/', ':', '?', '#']).next().unwrap_or(rest).to_ascii_lowercase();
    let is_local = host == "localhost"
        || host.starts_with("127.")
        || host.rsplit_once('.').is_some_and(|it| matches!(it.1, "local" | "localhost" | "test"));
    if is_local { Address::Local } else { Address::Http }
}
