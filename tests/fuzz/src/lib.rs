//! What holds for any input, as functions that panic where it does not: each is a fuzz target in
//! `libfuzzer/`, and is run by the tests over every fixture and over every input that once broke it
//! (`regressions/`).
//!
//! None of them may take long: the fuzzer stops at an input that takes seconds.
#![expect(
    clippy::panic,
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a property that does not hold is told by a panic, to the fuzzer and to the tests"
)]

#[cfg(test)]
mod tests;

use std::sync::Arc;

use stackseal_engine::configuration::{self, Mistake};
use stackseal_engine::{
    Configuration, Finding, Input, InputFile, Outcome, Policy, Profile, Settings, Severity, View,
};
use stackseal_model::cloudformation::Deployment;
use stackseal_report::{Detail, Format, Options};
use stackseal_rules::PACK;
use stackseal_syntax::{FileId, Limits, Node, Source, Span, apply, parse};

/// Panics if something does not hold for the bytes.
pub type Target = fn(&[u8]);

/// The fuzz targets, by name: what `cargo xtask fuzz` runs.
pub const TARGETS: &[(&str, Target)] = &[
    ("parse", parse_target),
    ("check", check_target),
    ("policy", policy_target),
    ("configuration", configuration_target),
];

/// Names under which a text is read in another way.
const NAMES: &[&str] = &[
    "template.yaml",
    "template.json",
    "buildspec.yml",
    "wp-config.php",
    "kustomization.yaml",
    "rendered.yaml",
];

fn source(name: &str, text: &str) -> Arc<Source> {
    Arc::new(Source { id: FileId(0), path: name.to_owned(), text: text.to_owned() })
}

/// Any text becomes a tree whose nodes and errors stand in the text.
pub fn parse_target(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    for name in ["a.yaml", "a.json"] {
        let tree = parse(source(name, text), &Limits::default());
        for root in tree.documents() {
            nodes_stand_in(text, root, &mut 0);
        }
        for scalar in tree.scalars() {
            stands_in(text, scalar.span());
        }
        for error in tree.errors() {
            stands_in(text, error.span);
        }
    }
}

/// An alias may lead to the same node again and again.
const VISITED: usize = 10_000;

fn nodes_stand_in(text: &str, node: Node<'_>, visited: &mut usize) {
    *visited += 1;
    if *visited > VISITED {
        return;
    }
    stands_in(text, node.span());
    for entry in node.entries() {
        nodes_stand_in(text, entry.key, visited);
        nodes_stand_in(text, entry.value, visited);
    }
    for item in node.items() {
        nodes_stand_in(text, item, visited);
    }
}

fn stands_in(text: &str, span: Span) {
    assert!(text.get(span.range()).is_some(), "{span:?} is no range of {} bytes", text.len());
}

/// Any text is judged: no rule fails, findings stand in the text, every report can be written,
/// fixes can be made, and a second run says the same.
pub fn check_target(data: &[u8]) {
    let Some((&first, rest)) = data.split_first() else { return };
    let Ok(text) = std::str::from_utf8(rest) else { return };
    let name = NAMES.get(usize::from(first) % NAMES.len()).expect("a remainder is an index");
    check(name, text);
}

/// [`check_target`] of a file that is called `name`.
pub fn check(name: &str, text: &str) {
    for profile in [Profile::Recommended, Profile::Strict] {
        let outcome = run(name, text, profile);
        let all = outcome.findings.iter().chain(&outcome.suppressed);
        for finding in all {
            finding_holds(text, finding);
        }
        for undecided in &outcome.undecided {
            stands_in(text, undecided.span);
        }
        for error in &outcome.errors {
            assert!(!error.message.contains("report this as a bug"), "{}", error.message);
        }
        let written = write(&outcome);
        assert!(written == write(&run(name, text, profile)), "another run says something else");
    }
}

fn run(name: &str, text: &str, profile: Profile) -> Outcome {
    let input = Input {
        files: vec![InputFile { source: source(name, text), is_named: true }],
        ..Input::default()
    };
    let settings = settings(profile, Policy::default());
    stackseal_engine::check(input, &PACK, &settings, &|_| ())
        .unwrap_or_else(|error| panic!("no rule is named, yet: {error}"))
}

fn settings(profile: Profile, policy: Policy) -> Settings {
    Settings {
        profile,
        select: Vec::new(),
        ignore: Vec::new(),
        deployment: Deployment::default(),
        limits: Limits::default(),
        is_whole_set: true,
        policy,
        today: None,
        view: View::default(),
        baseline: None,
    }
}

fn finding_holds(text: &str, finding: &Finding) {
    stands_in(text, finding.span);
    for related in &finding.related {
        stands_in(text, related.span);
    }
    if let Some(fix) = &finding.fix {
        let fixed = apply(text, &fix.edits)
            .unwrap_or_else(|error| panic!("{}: {}: {error}", finding.rule.id, fix.title));
        assert!(fixed != text, "{}: {} changes nothing", finding.rule.id, fix.title);
    }
}

/// Every report of `outcome`, one behind the other.
fn write(outcome: &Outcome) -> Vec<u8> {
    let options = Options {
        min_severity: Severity::Informational,
        shows_suppressed: true,
        lists_undecided: true,
        detail: Detail::Verbose,
        is_coloured: false,
    };
    let mut written = Vec::new();
    for format in Format::ALL {
        stackseal_report::write(*format, outcome, options, &mut written)
            .expect("a vector takes everything");
    }
    written
}

/// A text as the policy of a key, of a role and of a secret.
pub fn policy_target(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let template = format!(
        r#"{{"Resources": {{
            "Key": {{"Type": "AWS::KMS::Key", "Properties": {{"KeyPolicy": {text}}}}},
            "Role": {{"Type": "AWS::IAM::Role", "Properties": {{
                "AssumeRolePolicyDocument": {text},
                "Policies": [{{"PolicyName": "all", "PolicyDocument": {text}}}]}}}},
            "Secret": {{"Type": "AWS::SecretsManager::Secret", "Properties": {{"KmsKeyId": {{"Ref": "Key"}}}}}},
            "SecretPolicy": {{"Type": "AWS::SecretsManager::ResourcePolicy", "Properties": {{
                "SecretId": {{"Ref": "Secret"}}, "ResourcePolicy": {text}}}}}
        }}}}"#
    );
    check("template.json", &template);
}

/// Any text as a configuration: what is wrong with it stands in it, and a run can obey the rest.
pub fn configuration_target(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let source = source("stackseal.yaml", text);
    let (configuration, mistakes) = configuration::read(&source, &PACK, &Limits::default());
    for Mistake { span, kind } in &mistakes {
        stands_in(text, *span);
        assert!(!kind.to_string().is_empty(), "a mistake says what it is");
    }
    if mistakes.is_empty() {
        obey(configuration);
    }
}

fn obey(configuration: Configuration) {
    let template = "Resources: {Key: {Type: AWS::KMS::Key}, Db: {Type: AWS::RDS::DBInstance}}";
    let input = Input {
        files: vec![InputFile { source: source("a.yaml", template), is_named: true }],
        ..Input::default()
    };
    let settings = settings(Profile::Strict, configuration.policy);
    stackseal_engine::check(input, &PACK, &settings, &|_| ()).unwrap_or_else(|error| {
        panic!("a configuration without mistakes cannot be obeyed: {error}")
    });
}
