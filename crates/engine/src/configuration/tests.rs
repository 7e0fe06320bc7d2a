use stackseal_syntax::{FileId, LineIndex};

use super::*;
use crate::option::{Choice, Names, Number, RuleOption};
use crate::rule::{RuleId, Scope};
use crate::settings::Pack;

static VERSION: Choice<u8> = Choice {
    name: "minimum-version",
    doc: "The oldest version.",
    words: &[("TLSv1.2", 2), ("TLSv1.3", 3)],
    default: ("TLSv1.2", 2),
};
static WHO: Names = Names { name: "accepted-principals", doc: "Who may." };
static DAYS: Number = Number { name: "days", doc: "How long.", min: 1, max: 90, default: 30 };

static TLS: Rule = rule("listener-tls", Group::Transit, &[&VERSION, &DAYS]);
static DUTIES: Rule = rule("key-duties", Group::Encryption, &[&WHO]);
static PACK: Pack = Pack { rules: &[&TLS, &DUTIES], language: None };

const fn rule(id: &'static str, group: Group, options: &'static [&'static dyn RuleOption]) -> Rule {
    Rule {
        id: RuleId::new(id),
        group,
        severity: Severity::High,
        profile: Profile::Recommended,
        scope: Scope::Resource,
        since: "0.1.0",
        title: "",
        remediation: "",
        url: "",
        docs: "",
        options,
        checks: &[],
    }
}

fn source(path: &str, text: &str) -> Arc<Source> {
    Arc::new(Source { id: FileId(0), path: path.to_owned(), text: text.to_owned() })
}

fn read_text(path: &str, text: &str) -> (Configuration, Vec<Mistake>) {
    read(&source(path, text), &PACK, &stackseal_syntax::Limits::default())
}

#[track_caller]
fn good(text: &str) -> Configuration {
    let (configuration, mistakes) = read_text("stackseal.yaml", text);
    assert_eq!(mistakes, []);
    configuration
}

/// Each mistake as `line:column text: message; help`.
#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let (_, mistakes) = read_text("stackseal.yaml", text);
    let lines = LineIndex::new(text);
    let shown: Vec<String> = mistakes
        .iter()
        .map(|it| {
            let place = lines.place(text, it.span.start);
            let marked = text.get(it.span.range()).unwrap().lines().next().unwrap_or_default();
            let help = it.help().map(|it| format!("; {it}")).unwrap_or_default();
            format!("{}:{} {marked}: {it}{help}", place.line, place.column)
        })
        .collect();
    assert_eq!(shown, expected);
}

fn words(words: &[Word]) -> Vec<&str> {
    words.iter().map(|it| it.text.as_str()).collect()
}

const WHOLE: &str = "\
profile: strict
select: [transit, key-duties]
ignore:
  - encryption
  - rule: listener-tls
    paths: [legacy/]
    resources: [Old*, 'AWS::S3::Bucket']
    reason: gone in spring
    until: 2027-01-31
fail-on: never
paths:
  include: [infra/]
  exclude: ['*.tmp.yaml']
guard: [guard/own.guard]
parameters:
  - prod.json
  - Env: prod
    Port: 3306
mandatory: [key-duties]
rules:
  listener-tls:
    severity: low
    minimum-version: TLSv1.3
    days: 7
  key-duties: {accepted-principals: ['*BreakGlass']}
";

#[test]
fn everything_is_read() {
    let it = good(WHOLE);
    assert_eq!(it.profile, Some(Profile::Strict));
    assert_eq!(words(&it.select), ["transit", "key-duties"]);
    assert_eq!(words(&it.ignore), ["encryption"]);
    assert_eq!(it.fail_on, Some(FailOn::Never));
    assert!(it.paths.has("infra/a.yaml") && !it.paths.has("infra/a.tmp.yaml"));
    assert!(!it.paths.has("a.yaml"));
    assert_eq!(words(&it.guard), ["guard/own.guard"]);
    let [ParameterSource::File(file), env, port] = it.parameters.as_slice() else { panic!() };
    assert_eq!(file.text, "prod.json");
    let value = |name: &str, value: &str| ParameterSource::Value {
        name: name.to_owned(),
        value: value.to_owned(),
    };
    assert_eq!([env, port], [&value("Env", "prod"), &value("Port", "3306")]);

    let policy = &it.policy;
    assert!(policy.is_mandatory(&DUTIES) && !policy.is_mandatory(&TLS));
    assert_eq!(policy.severity(&TLS, Severity::High), Severity::Low);
    assert_eq!(policy.severity(&DUTIES, Severity::High), Severity::High);
    let options = &policy.rules["listener-tls"].options;
    assert_eq!((options.choice(&VERSION), options.number(&DAYS)), (3, 7));
    let options = &policy.rules["key-duties"].options;
    assert!(options.names(&WHO).matches("arn:aws:iam::111122223333:role/BreakGlass"));

    let [ignore] = policy.ignores.as_slice() else { panic!() };
    assert_eq!(
        (ignore.rule.text.as_str(), ignore.reason.as_str()),
        ("listener-tls", "gone in spring")
    );
    assert!(ignore.paths.matches_file("legacy/a.yaml"));
    assert!(ignore.resources.matches("OldDatabase"));
    assert_eq!(ignore.until, "2027-01-31".parse().ok());
}

#[test]
fn json_is_read_as_well() {
    let text = r#"{"profile": "strict", "rules": {"listener-tls": {"days": 7}}}"#;
    let (it, mistakes) = read_text("stackseal.json", text);
    assert_eq!(mistakes, []);
    assert_eq!(it.profile, Some(Profile::Strict));
    assert_eq!(it.policy.rules["listener-tls"].options.number(&DAYS), 7);
}

#[test]
fn nothing_says_nothing() {
    for text in ["", "# only a comment\n", "select:\nignore:\nrules:\n  listener-tls:\n", "{}"] {
        let it = good(text);
        assert!(it.select.is_empty() && it.policy.ignores.is_empty() && it.profile.is_none());
    }
}

#[test]
fn parameters_have_several_forms() {
    assert_eq!(good("parameters: prod.json").parameters.len(), 1);
    assert_eq!(good("parameters: {A: 1, B: ''}").parameters.len(), 2);
    assert_eq!(good("parameters: [a.json, b.json, {A: x}]").parameters.len(), 3);
}

#[test]
fn unknown_keys_are_told_with_the_nearest() {
    check(
        "profil: strict\nfail_on: high\nfailOn: high\nexplode: 1\n",
        &[
            "1:1 profil: unknown key `profil` in the configuration; did you mean `profile`?",
            "2:1 fail_on: unknown key `fail_on` in the configuration; did you mean `fail-on`?",
            "3:1 failOn: unknown key `failOn` in the configuration; did you mean `fail-on`?",
            "4:1 explode: unknown key `explode` in the configuration; known are `profile`, `select`, `ignore`, `fail-on`, `paths`, `guard`, `parameters`, `mandatory`, `rules` and `hook`",
        ],
    );
    check(
        "paths: {exlude: [a]}\nignore:\n- {rule: listener-tls, because: x, reason: y}\n",
        &[
            "1:9 exlude: unknown key `exlude` in `paths`; did you mean `exclude`?",
            "3:24 because: unknown key `because` in an entry of `ignore`; known are `rule`, `paths`, `resources`, `reason` and `until`",
        ],
    );
}

#[test]
fn values_of_another_shape_are_told() {
    check(
        "profile: [strict]\nselect: transit\nfail-on: {a: b}\npaths: [a]\nguard: a\nparameters: {A: [1]}\nmandatory: {transit: true}\nrules: [listener-tls]\nignore: transit\n",
        &[
            "1:10 [strict]: `profile` takes a word, not a list",
            "2:9 transit: `select` takes a list of rules and groups, not a single value",
            "3:10 {a: b}: `fail-on` takes a word, not keys with values",
            "4:8 [a]: `paths` takes `include` and `exclude`, not a list",
            "5:8 a: `guard` takes a list, not a single value",
            "6:17 [1]: parameter `A` takes a single value, not a list",
            "7:12 {transit: true}: `mandatory` takes a list of rules and groups, not keys with values",
            "8:8 [listener-tls]: `rules` takes rules with their settings, not a list",
            "9:9 transit: `ignore` takes a list, not a single value",
        ],
    );
    check("- transit\n", &["1:1 - transit: the configuration takes keys with values, not a list"]);
    check(
        "select: [[a], ~]\n",
        &[
            "1:10 [a]: `select` takes a rule or group, not a list",
            "1:15 ~: `select` takes a rule or group, not nothing",
        ],
    );
}

#[test]
fn unknown_rules_groups_and_words_are_told() {
    check(
        "profile: recomended\nselect: [listener-tsl, nothing-like-it]\nfail-on: hihg\nmandatory: [transitt]\n",
        &[
            "1:10 recomended: `recomended` is no profile; did you mean `recommended`?",
            "2:10 listener-tsl: no rule or group is named `listener-tsl`; did you mean `listener-tls`?",
            "2:24 nothing-like-it: no rule or group is named `nothing-like-it`; `stackseal rules` lists the rules and their groups",
            "3:10 hihg: `hihg` is no severity; did you mean `high`?",
            "4:13 transitt: no rule or group is named `transitt`; did you mean `transit`?",
        ],
    );
    check(
        "rules:\n  listner-tls: {}\n  transit: {severity: low}\n",
        &[
            "2:3 listner-tls: no rule is named `listner-tls`; did you mean `listener-tls`?",
            "3:3 transit: `transit` is a group: `rules` speaks of single rules; name the rules of `transit` one by one, or use `select` and `ignore`",
        ],
    );
}

#[test]
fn options_are_checked() {
    check(
        "rules:\n  listener-tls:\n    severity: bad\n    minimum-version: TLSv1.1\n    days: 91\n    dayz: 1\n    accepted-principals: [a]\n    zzz: 1\n  key-duties:\n    accepted-principals: a\n",
        &[
            "3:15 bad: `bad` is no severity; known are `informational`, `low`, `medium`, `high` and `critical`",
            "4:22 TLSv1.1: `TLSv1.1` is no value of `minimum-version`; did you mean `TLSv1.2`?",
            "5:11 91: `days` is a number from 1 to 90",
            "6:5 dayz: `listener-tls` has no option `dayz`; did you mean `days`?",
            "7:5 accepted-principals: `listener-tls` has no option `accepted-principals`; it is an option of `key-duties`",
            "8:5 zzz: `listener-tls` has no option `zzz`; `listener-tls` has `severity`, `minimum-version` and `days`",
            "10:26 a: `accepted-principals` takes a list, not a single value",
        ],
    );
}

#[test]
fn entries_of_ignore_are_checked() {
    check(
        "ignore:\n- rule: listener-tls\n- reason: x\n- {rule: listener-tls, reason: ' ', until: 2027-02-30}\n- {rule: listener-tls, reason: x, paths: ['{a', ../b]}\n",
        &[
            "2:3 rule: this entry of `ignore` gives no `reason`; say why the finding is accepted: without a reason nothing is ignored",
            "3:3 reason: this entry of `ignore` gives no `rule`; name the rule whose findings are ignored",
            "4:32 ' ': `reason` is empty",
            "4:44 2027-02-30: `2027-02-30` is no date: a date is a day that exists, written as in `2027-01-31`",
            "5:43 '{a': `{a` is no pattern of paths: unclosed alternate group; missing '}' (maybe escape '{' with '[{]'?)",
            "5:49 ../b: `../b` is no pattern of paths: it leads out of the folder of the configuration",
        ],
    );
}

#[test]
fn what_is_mandatory_cannot_be_left_out() {
    check(
        "ignore: [listener-tls, key-duties]\nmandatory: [transit]\n",
        &[
            "1:10 listener-tls: `listener-tls` is mandatory, and cannot be left out; take it out of `mandatory`, or out of `ignore`",
        ],
    );
}

#[test]
fn broken_text_is_told() {
    let (it, mistakes) = read_text("stackseal.yaml", "profile: [strict\n");
    assert!(it.profile.is_none());
    assert!(matches!(mistakes.as_slice(), [it] if it.to_string().starts_with("not valid YAML")));
    check(
        "profile: strict\nprofile: strict\n",
        &["2:1 profile: the key `profile` stands twice in this mapping, keep one of them"],
    );
    check(
        "profile: strict\n---\nprofile: strict\n",
        &["3:1 profile: strict: a configuration is one document, this is another one"],
    );
    let (_, mistakes) = read_text("stackseal.json", "{\"profile\": }");
    assert!(matches!(mistakes.as_slice(), [it] if it.to_string().starts_with("not valid JSON")));
}

#[test]
fn a_mistake_costs_only_what_it_stands_in() {
    let text = "profile: strickt\nfail-on: high\nignore:\n- {rule: listener-tls, reason: x, path: [a]}\n- {rule: own_rule, reason: x}\n";
    let (it, mistakes) = read_text("stackseal.yaml", text);
    assert_eq!(mistakes.len(), 3);
    assert_eq!(it.fail_on, Some(FailOn::Severity(Severity::High)));
    // The first would silence everywhere what was meant for one file; the second may be a rule in
    // another language.
    let [ignore] = it.policy.ignores.as_slice() else { panic!() };
    assert_eq!(ignore.rule.text, "own_rule");
    let unknown: Vec<&str> = mistakes.iter().filter_map(Mistake::unknown_rule).collect();
    assert_eq!(unknown, ["own_rule"]);
}
