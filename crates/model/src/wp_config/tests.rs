use proptest::prelude::*;
use stackseal_syntax::{Limits, parse};

use super::*;

/// The configuration of a file `text`.
fn config(text: &str) -> WpConfig {
    let source = Source { id: FileId(7), path: "wp-config.php".to_owned(), text: text.to_owned() };
    WpConfig::of_source(&Arc::new(source))
}

/// The definitions of `text`: name, what it comes to, and `?` where it is conditional.
fn defined(text: &str) -> Vec<String> {
    let config = config(text);
    config.constants().iter().map(|it| shown(text, it)).collect()
}

fn shown(text: &str, constant: &Constant) -> String {
    let Constant { name, name_range, expression, is_conditional, is_const: _ } = constant;
    assert_eq!(text.get(name_range.clone()), Some(&**name));
    let Expression { range, value, fallbacks, beginning: _ } = expression;
    assert!(text.get(range.clone()).is_some());
    let mark = if *is_conditional { "?" } else { "" };
    let value = match value {
        Value::Literal(literal) => literal_text(literal),
        Value::Flags(Flags { names, bits }) => format!("flags {} {bits}", names.join("|")),
        Value::Environment(Some(name)) => format!("env {name}"),
        Value::Environment(None) => "env".to_owned(),
        Value::Unknown => "unknown".to_owned(),
    };
    let fallback = |Fallback { range, literal }: &Fallback| {
        format!(" or {} as {}", literal_text(literal), text.get(range.clone()).unwrap())
    };
    let fallbacks: Vec<_> = fallbacks.iter().map(fallback).collect();
    format!("{name}{mark} = {value}{}", fallbacks.concat())
}

fn literal_text(literal: &Literal) -> String {
    match literal {
        Literal::Text(text) => format!("`{text}`"),
        Literal::Integer(number) => number.to_string(),
        Literal::Boolean(boolean) => boolean.to_string(),
        Literal::Null => "null".to_owned(),
    }
}

/// What the expression `source` comes to.
fn expression(source: &str) -> String {
    let text = format!("<?php define('A', {source});");
    let all = defined(&text);
    assert_eq!(all.len(), 1, "{source}");
    all[0].strip_prefix("A = ").unwrap().to_owned()
}

#[test]
fn definitions_are_found_in_every_spelling() {
    let text = r#"<?php
define('A', 'a');
define( "B" , "b" );
DEFINE('C','c');
\define('D', 'd', true);
const E = 'e', F = 'f';
define(constant_name: 'G', value: 'g');
if (!defined('H')) { define('H', 'h'); }
if ( ! defined( 'I' ) ) define( 'I', 'i' );
defined('J') || define('J', 'j');
defined('K') or define('K', 'k');
if (!defined('L')): define('L', 'l'); endif;
?>
<p>define('HTML', 'no');</p>
<?= define('M', 'm') ?>
<?php define('N', 'n')"#;
    let names = "abcdefghijklmn".chars();
    let expected: Vec<_> =
        names.map(|it| format!("{} = `{it}`", it.to_ascii_uppercase())).collect();
    assert_eq!(defined(text), expected);
}

#[test]
fn what_is_no_definition_is_passed_over() {
    let text = r"<?php
// define('A', 'a');
# define('A', 'a');
/* define('A', 'a'); */
/** define('A', 'a'); */
$text = 'define(\'A\', 1)';
$text = <<<TEXT
define('A', 'a');
TEXT;
$object->define('A', 'a');
Config::define('A', 'a');
function define($name, $value) {}
class Settings { const A = 'a'; public const B = 'b'; }
define($name, 'a');
define('A');
is_defined('A');
// the comment ends with PHP ?> define('A', 'a');
";
    assert_eq!(defined(text), [""; 0]);
}

#[test]
fn comments_do_not_begin_inside_strings_nor_attributes() {
    let text = "<?php define('A', 'http://x # y /* z'); #[Attribute] define('B', 'b'); // it's\ndefine('C', \"/*\");";
    assert_eq!(defined(text), ["A = `http://x # y /* z`", "B = `b`", "C = `/*`"]);
}

#[test]
fn statements_without_a_tag_are_read() {
    assert_eq!(defined("define('A', 'a');\nconst B = 1;"), ["A = `a`", "B = 1"]);
    assert_eq!(defined("\u{feff}define('A', 'a');"), ["A = `a`"]);
    assert_eq!(defined("\u{feff}<?php define('A', 'a');"), ["A = `a`"]);
    assert_eq!(defined("<?xml version='1'?> <?PHP\ndefine('A', 'a');"), ["A = `a`"]);
}

#[test]
fn strings_come_to_their_values() {
    let cases = [
        ("'a\\'b\\\\c\\n'", "`a'b\\c\\n`"),
        (r#""a\"b\\c\$d\x41\101\u{e9}\q""#, "`a\"b\\c$dAA\u{e9}\\q`"),
        ("\"a\\tb\"", "`a\tb`"),
        ("\"cost: $5\"", "`cost: $5`"),
        ("\"a $b\"", "unknown"),
        ("\"a ${b}\"", "unknown"),
        ("\"a {$b[\"c\"]} d\"", "unknown"),
        ("'a' . 'b' . \"c\"", "`abc`"),
        ("'a' . 1 . true", "`a11`"),
        ("'a' . $b", "unknown"),
        ("('a')", "`a`"),
        ("(string) 'a'", "`a`"),
        ("trim(' a ')", "` a `"),
        ("base64_decode('aHVudGVyMg==')", "`hunter2`"),
        ("\\base64_decode(\"aHVudGVyMg\")", "`hunter2`"),
        ("base64_decode($a)", "unknown"),
        ("<<<'X'\na $b\n\"c\"\nX", "`a $b\n\"c\"`"),
        ("<<<X\n  a\n   b\\t\n  X", "`a\n b\t`"),
        ("<<<\"X\"\na $b\nX", "unknown"),
        ("<<<X\nX", "``"),
        ("''", "``"),
    ];
    for (source, expected) in cases {
        assert_eq!(expression(source), expected, "{source}");
    }
}

#[test]
fn other_expressions_come_to_what_can_be_known() {
    let cases = [
        ("true", "true"),
        ("FALSE", "false"),
        ("null", "null"),
        ("!true", "false"),
        ("!$a", "unknown"),
        ("-1", "-1"),
        ("2048", "2048"),
        ("0x800", "2048"),
        ("0b1", "1"),
        ("0o17", "15"),
        ("017", "15"),
        ("1_000", "1000"),
        ("1.5", "unknown"),
        ("99999999999999999999", "unknown"),
        ("MYSQLI_CLIENT_SSL", "flags MYSQLI_CLIENT_SSL 0"),
        ("\\MYSQLI_CLIENT_SSL", "flags MYSQLI_CLIENT_SSL 0"),
        (
            "MYSQLI_CLIENT_SSL | MYSQLI_CLIENT_COMPRESS",
            "flags MYSQLI_CLIENT_SSL|MYSQLI_CLIENT_COMPRESS 0",
        ),
        ("(MYSQLI_CLIENT_SSL|64)", "flags MYSQLI_CLIENT_SSL 64"),
        ("2048 | 64", "2112"),
        ("MYSQLI_CLIENT_SSL & 1", "unknown"),
        ("MYSQLI_CLIENT_SSL | $a", "unknown"),
        ("(int) getenv('FLAGS')", "env FLAGS"),
        ("getenv('X')", "env X"),
        ("getenv('X', true)", "env X"),
        ("@getenv(\"X\")", "env X"),
        ("getenv($x)", "env"),
        ("$_ENV['X']", "env X"),
        ("$_SERVER[\"X\"]", "env X"),
        ("$_ENV['X']['y']", "unknown"),
        ("$x['X']", "unknown"),
        ("getenv_docker('X', 'literal')", "env X or `literal` as 'literal'"),
        ("getenv_docker('X', '')", "env X or `` as ''"),
        ("env('X')", "env X"),
        ("getenv('X') ?: 'literal'", "env X or `literal` as 'literal'"),
        ("$_ENV['X'] ?? 'lit' . 'eral'", "env X or `literal` as 'lit' . 'eral'"),
        ("$_ENV['X'] ?? getenv('Y') ?: 'literal'", "env X or `literal` as 'literal'"),
        ("(getenv('X') ?: 'a') ?: 'b'", "env X or `a` as 'a' or `b` as 'b'"),
        ("isset($_ENV['X']) ? $_ENV['X'] : 'literal'", "unknown or `literal` as 'literal'"),
        ("$a === 'b' ? 'c' : 'd'", "unknown or `c` as 'c' or `d` as 'd'"),
        ("trim(getenv('X') ?: 'a')", "env X or `a` as 'a'"),
        ("trim(file_get_contents('/run/secret'))", "unknown"),
        ("file_get_contents('/run/secret')", "unknown"),
        ("sprintf('%s', 'a')", "unknown"),
        ("new Foo('a')", "unknown"),
        ("['a', 'b']", "unknown"),
        ("array('a' => 'b')", "unknown"),
        ("function () { return 'a'; }", "unknown"),
        ("fn() => 'a'", "unknown"),
        ("Foo::BAR", "unknown"),
        ("$a->b('c')", "unknown"),
        ("__DIR__ . '/'", "unknown"),
        ("", "unknown"),
    ];
    for (source, expected) in cases {
        assert_eq!(expression(source), expected, "{source}");
    }
}

#[test]
fn what_an_expression_begins_with_is_known() {
    let cases = [
        ("'https://' . $host", Some("https://")),
        ("'https://' . 'www.' . getenv('HOST') . '/'", Some("https://www.")),
        ("('https://' . $host)", Some("https://")),
        ("SCHEME . $host", None),
        ("\"https://{$_SERVER['HTTP_HOST']}\"", Some("https://")),
        ("\"https://$host\" . '/blog'", Some("https://")),
        ("\"https://${host}\"", Some("https://")),
        ("\"\\x68ttps://$host\"", Some("")),
        ("$scheme . '://' . $host", None),
        ("sprintf('https://%s', $host)", None),
        ("$a ? 'https://' . $host : $b", None),
        ("'https://' === $a", None),
        ("<<<X\nhttps://$host\nX", None),
    ];
    for (source, expected) in cases {
        let config = config(&format!("<?php define('A', {source});"));
        let expression = &config.constant("A").unwrap().expression;
        assert_eq!(expression.literal(), None, "{source}");
        let beginning = expression.beginning.as_ref().and_then(Literal::as_text);
        assert_eq!(beginning, expected, "{source}");
    }
}

#[test]
fn constants_defined_before_are_known() {
    let text = "<?php define('A', 'a'); define('B', A . 'b'); define('C', NO . 'c'); const D = 2048; const E = D | 64;";
    assert_eq!(defined(text), ["A = `a`", "B = `ab`", "C = unknown", "D = 2048", "E = 2112"]);
}

#[test]
fn what_variables_are_set_to_is_known() {
    let text = "<?php $a = 'a'; if ($x) { $a = \"b\"; } define('A', $a); define('B', getenv('B') ?: $a); define('C', $a['c']); define('D', $d); define('E', 'e' . $a); $d = 'd'; $f = 'f' . $x; const F = $f;";
    assert_eq!(
        defined(text),
        [
            "A = unknown or `a` as 'a'",
            "B = env B or `a` as 'a'",
            "C = unknown",
            "D = unknown",
            "E = unknown",
            "F = unknown",
        ]
    );
    // Those of functions and classes are others, and what is set anew is not what it was.
    for set in [
        "function f() { $a = 'a'; return $a; }",
        "class C { public $a = 'a'; }",
        "function f() { static $a = 'a'; }",
        "$a = 'a'; $a = getenv('A');",
        "$b->a = 'a';",
    ] {
        assert_eq!(defined(&format!("<?php {set} define('A', $a);")), ["A = unknown"], "{set}");
    }
    assert_eq!(
        defined("<?php $a = 'a'; $a = 'b'; define('A', $a);"),
        ["A = unknown or `b` as 'b'"]
    );
}

#[test]
fn statements_that_run_sometimes_are_known() {
    let text = r"<?php
define('A', 1);
if (getenv('X')) { define('B', 1); } elseif ($y) { define('C', 1); } else { define('D', 1); }
if ($x) define('E', 1); else define('F', 1);
define('G', 1);
if ($x): define('H', 1); else: define('I', 1); endif;
define('J', 1);
if (!defined('K')) { define('K', 1); define('L', 1); }
function f() { define('M', 1); }
foreach ($a as $b) { define('N', 1); }
try { define('O', 1); } catch (Error $e) { define('P', 1); }
{ define('Q', 1); }
$x && define('R', 1);
defined('X') || define('S', 1);
$x ? define('T', 1) : null;
if ($x) { if ($y) { } define('U', 1); } else if ($z) { define('V', 1); }
if ($x) foreach ($a as $b) { define('W', 1); }
define('X', 1);
";
    let conditional: String = defined(text)
        .iter()
        .filter_map(|it| it.split_once(' ').and_then(|it| it.0.strip_suffix('?')))
        .collect();
    assert_eq!(conditional, "BCDEFHILMNPRSTUVW");
}

#[test]
fn the_definition_that_holds_is_the_first_that_always_runs() {
    let config = config(
        "<?php if ($x) { define('A', 1); } define('A', 2); define('A', 3); define('B', 4); if ($x) define('C', 5);",
    );
    let values: Vec<_> = config.definitions("A").filter_map(|it| it.expression.literal()).collect();
    assert_eq!(values, [&Literal::Integer(1), &Literal::Integer(2)]);
    assert!(config.is_always_defined("A"));
    assert!(!config.is_always_defined("C"));
    assert_eq!(
        config.constant("B").and_then(|it| it.expression.literal()),
        Some(&Literal::Integer(4))
    );
    assert!(config.constant("C").is_some_and(|it| it.is_conditional));
    assert!(config.constant("a").is_none());
}

#[test]
fn broken_php_is_read_as_far_as_it_goes() {
    // The brace of the `if` is never closed.
    let text = "<?php
if (strpos($_SERVER['HTTP_X_FORWARDED_PROTO'], 'https') !== false) {
    $_SERVER['HTTPS'] = 'on';

define('A', 'a');
if (!defined('ABSPATH')) {
    define('ABSPATH', __DIR__ . '/');
}
";
    assert_eq!(defined(text), ["A = `a`", "ABSPATH = unknown"]);
    assert!(config(text).forwarded_protocol().is_some());
    let cases: &[(&str, &[&str])] = &[
        ("<?php define('A', 'a'; define('B', 'b');", &["A = `a`", "B = `b`"]),
        ("<?php define('A', ('a'; define('B', 'b');", &["A = unknown", "B = `b`"]),
        ("<?php define('A', 'a')\ndefine('B', 'b');", &["A = `a`", "B = `b`"]),
        ("<?php }}) define('A', 'a');", &["A = `a`"]),
        ("<?php if (!defined('A') { define('A', 'a'); }", &["A = `a`"]),
        ("<?php define('A', 'a", &["A = `a`"]),
        ("<?php define('A',", &["A = unknown"]),
        ("<?php const A = ", &["A = unknown"]),
        ("<?php if ($x): define('A', 'a');", &["A = `a`"]),
        ("<?php define('A', <<<X\na", &["A = `a`"]),
    ];
    for (text, expected) in cases {
        assert_eq!(defined(text), *expected, "{text}");
    }
}

#[test]
fn the_https_switch_and_the_forwarded_protocol_are_found() {
    /// Whether a forwarded protocol is read, and the assignments: `!` for one that always runs.
    fn check(statements: &str, expected: (bool, &str)) {
        let text = format!("<?php {statements}");
        let config = config(&text);
        let assignments: String = config
            .https_assignments()
            .map(|it| if it.is_conditional { '?' } else { '!' })
            .collect();
        assert_eq!(
            (config.forwarded_protocol().is_some(), assignments.as_str()),
            expected,
            "{statements}"
        );
    }
    check(
        "if ($_SERVER['HTTP_X_FORWARDED_PROTO'] === 'https') { $_SERVER['HTTPS'] = 'on'; }",
        (true, "?"),
    );
    check(
        "if (\"https\" == $_SERVER[\"HTTP_X_FORWARDED_PROTO\"]) $_SERVER[\"HTTPS\"] = \"on\";",
        (true, "?"),
    );
    check(
        "if (str_contains($_SERVER['HTTP_CLOUDFRONT_FORWARDED_PROTO'] ?? '', 'https')) { $_SERVER['HTTPS'] = 1; }",
        (true, "?"),
    );
    check("define('FORCE_SSL_ADMIN', 'https' === getenv('HTTP_X_FORWARDED_SSL'));", (true, ""));
    check("if ($_SERVER['HTTP_X_FORWARDED_PROTO'] === 'https') { }", (false, ""));
    check(
        "if ($_SERVER['HTTP_X_FORWARDED_PROTO'] === 'https') { /* $_SERVER['HTTPS'] = 'on'; */ }",
        (false, ""),
    );
    check(
        "if ($_SERVER['HTTP_X_FORWARDED_PROTO'] === 'https') { $_SERVER['SERVER_PORT'] = 443; }",
        (true, ""),
    );
    check("$_SERVER['HTTPS'] = 'on';", (false, "!"));
    check("$_SERVER['HTTPS'] = '1';", (false, "!"));
    check("$_SERVER['HTTPS'] = true;", (false, "!"));
    check("$_SERVER['HTTPS'] = 'off';", (false, ""));
    check("$_SERVER['HTTPS'] = $x;", (false, ""));
    check("$_SERVER['HTTPS'] == 'on';", (false, ""));
    check(
        "$_SERVER['HTTPS'] = $_SERVER['HTTP_X_FORWARDED_PROTO'] === 'https' ? 'on' : 'off';",
        (true, ""),
    );
    check("// $_SERVER['HTTPS'] = 'on';", (false, ""));
    check("isset($_SERVER['HTTP_X_FORWARDED_PROTO']) && $_SERVER['HTTPS'] = 'on';", (true, "?"));
    check("require_once ABSPATH . 'wp-settings.php'; $_SERVER['HTTPS'] = 'on';", (false, ""));
}

#[test]
fn includes_that_may_define_constants_are_known() {
    let include = |statements: &str| {
        let text = format!("<?php {statements}");
        config(&text).other_include().and_then(|it| text.get(it.clone())).map(str::to_owned)
    };
    assert_eq!(include("require_once ABSPATH . 'wp-settings.php';"), None);
    assert_eq!(include("require_once(ABSPATH . 'wp-settings.php');"), None);
    assert_eq!(include("require __DIR__ . '/vendor/autoload.php';"), None);
    assert_eq!(
        include("include 'wp-config-local.php'; include 'b.php';"),
        Some("include 'wp-config-local.php'".to_owned())
    );
    assert_eq!(include("require $file;"), Some("require $file".to_owned()));
}

#[test]
fn strings_and_entries_of_arrays_are_found() {
    let text = "<?php define('A', serialize(array('key' => 'value', 'b' => $c, 'd' => ['e' => \"f\"]))); // 'g'";
    let config = config(text);
    let strings: Vec<_> = config.strings().iter().filter_map(|it| text.get(it.clone())).collect();
    assert_eq!(strings, ["A", "key", "value", "b", "d", "e", "f"]);
    let entries: Vec<_> = config
        .array_entries()
        .iter()
        .map(|it| format!("{} {}", it.key, text.get(it.value.range.clone()).unwrap()))
        .collect();
    assert_eq!(entries, ["key 'value'", "e \"f\""]);
}

#[test]
fn what_stands_in_a_const_is_known() {
    let text = "<?php const A = 'a', B = ['key' => 'b']; define('C', 'c'); define('D', ['key' => 'd']); 'e';";
    let config = config(text);
    let is_in_const = |value: &str| {
        let start = text.find(&format!("'{value}'")).unwrap();
        config.is_in_const(&(start..start + value.len() + 2))
    };
    assert_eq!(["a", "b", "c", "d", "e"].map(is_in_const), [true, true, false, false, false]);
}

#[test]
fn names_of_configurations_are_known() {
    for name in
        ["wp-config.php", "wordpress/wp-config-docker.php", "WP-CONFIG.PHP", "wp-config-sample.php"]
    {
        assert!(is_wp_config_name(name), "{name}");
    }
    for name in
        ["wp-settings.php", "wp-config.php.bak", "wp-config", "my-wp-config.php", "wp-config.phpx"]
    {
        assert!(!is_wp_config_name(name), "{name}");
    }
}

#[test]
fn configurations_are_known_by_their_constants() {
    assert!(looks_like_wp_config("<?php define('DB_NAME', 'x');"));
    assert!(looks_like_wp_config("<?php if (!defined('ABSPATH')) define('ABSPATH', __DIR__);"));
    assert!(!looks_like_wp_config("<?php if (!defined('ABSPATH')) exit;"));
    assert!(!looks_like_wp_config("<?php // define('DB_NAME', 'x');"));
    assert!(!looks_like_wp_config(""));
}

#[test]
fn the_sample_is_told_from_the_rest() {
    let kind = |path: &str| {
        let source = Source { id: FileId(0), path: path.to_owned(), text: String::new() };
        WpConfig::of_source(&Arc::new(source)).kind()
    };
    assert_eq!(kind("a/wp-config-sample.php"), WpConfigKind::Sample);
    assert_eq!(kind("a/wp-config.php"), WpConfigKind::Whole);
}

#[test]
fn ranges_are_places_of_the_file() {
    let file = config("<?php define('A', 'a');");
    let range = &file.constant("A").unwrap().expression.range;
    assert_eq!(file.span(range), Span::new(FileId(7), 18, 21));

    let text = "data:\n  wp-config.php: |\n    <?php\n    define('A', 'a');\n  other: \"define('B', \\\"b\\\");\"\n";
    let source = Source { id: FileId(3), path: "map.yaml".to_owned(), text: text.to_owned() };
    let tree = parse(Arc::new(source), &Limits::default());
    let data = tree.documents().next().unwrap().get("data").unwrap();
    let place = |key: &str, name: &str| {
        let config = WpConfig::of_scalar(data.get(key).unwrap());
        assert_eq!(config.file(), FileId(3));
        let span = config.span(&config.constant(name).unwrap().expression.range);
        text.get(span.range()).unwrap()
    };
    assert_eq!(place("wp-config.php", "A"), "'a'");
    assert_eq!(place("other", "B"), "\\\"b\\\"");
    assert_eq!(WpConfig::of_extra(data.get("other").unwrap()).kind(), WpConfigKind::Extra);
}

#[test]
fn secrets_do_not_show_in_debug_output() {
    let config = config(
        "<?php define('DB_PASSWORD', getenv('X') ?: 'hunter2'); define('AUTH_KEY', 'hunter2'); define('SALT', 'hunter2' . $x);",
    );
    let shown = format!("{config:?} {:?}", config.constants());
    assert!(!shown.contains("hunter2"), "{shown}");
}

#[test]
fn hostile_text_costs_no_more_than_its_length() {
    let many = [
        "<?php define('A', ",
        "(",
        "[",
        "{",
        "if (",
        "if (x) ",
        "\"{$",
        "<<<A\n",
        "'\\",
        "define('A', 'b'",
        "/*",
        "?><?",
        "$x ? ",
        "a . ",
        "?: ",
        "endif;",
        "else:",
        "if(1):",
        "}",
        ")",
        "!",
        "define(",
    ];
    for piece in many {
        let text = format!("<?php {}", piece.repeat(30_000));
        assert!(config(&text).constants().len() <= 30_000, "{piece}");
    }
}

fn php() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => prop::sample::select(vec![
            "<?php ", "?>", "define('A', ", "define(\"DB_PASSWORD\", ", "const A = ", "'", "\"", "\\", "$", "{$", "}",
            "{", "(", ")", "[", "]", ";", ",", "?", ":", "??", "?:", "|", ".", "=", "!", "<<<A\n", "\nA", "<<<'A'\n",
            "//", "#", "/*", "*/", "\n", " ", "if (!defined('A')) ", "else", "endif", "getenv('X')", "getenv_docker(",
            "base64_decode(", "MYSQLI_CLIENT_SSL", "0x", "12", "é", "🔑", "\u{feff}", "$_SERVER['HTTPS'] = ",
            "require 'wp-settings.php'", "->", "::", "fn", "function", "class",
        ]).prop_map(str::to_owned),
        1 => "\\PC{0,8}",
    ];
    prop::collection::vec(piece, 0..40).prop_map(|it| it.concat())
}

proptest! {
    #[test]
    fn any_text_is_read_and_ranges_lie_in_it(text in php(), has_tag in any::<bool>()) {
        let text = if has_tag { format!("<?php {text}") } else { text };
        let config = config(&text);
        for Constant { name_range, expression, .. } in config.constants() {
            prop_assert!(text.get(name_range.clone()).is_some());
            prop_assert!(text.get(expression.range.clone()).is_some());
            for fallback in &expression.fallbacks {
                prop_assert!(text.get(fallback.range.clone()).is_some());
            }
        }
        for it in config.https_assignments() {
            prop_assert!(text.get(it.range.clone()).is_some());
        }
        for range in config.forwarded_protocol().into_iter().chain(config.other_include()) {
            prop_assert!(text.get(range.clone()).is_some());
        }
    }

    #[test]
    fn a_literal_is_read_as_it_was_written(value in "\\PC{0,30}") {
        let quoted = value.replace('\\', "\\\\").replace('\'', "\\'");
        let config = config(&format!("<?php define('A', '{quoted}');"));
        let read = config.constant("A").and_then(|it| it.expression.literal()).and_then(Literal::as_text);
        prop_assert_eq!(read, Some(value.as_str()));
    }
}
