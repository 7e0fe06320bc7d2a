//! What carries stackseal into an account, held against the pack and against our own rules.

use std::collections::BTreeSet;
use std::fs;

use serde_yaml::Value;
use stackseal_engine::{Check, Profile, Scope};
use stackseal_rules::PACK;

use crate::harness::{entries, file_name, repository, run};

/// As many names as a hook takes in one filter.
///
/// <https://docs.aws.amazon.com/cloudformation-cli/latest/hooks-userguide/hooks-target-filtering.html>
const MOST_NAMES: usize = 50;

#[test]
fn hooks_name_exactly_the_types_a_rule_judges_alone() {
    let mut named: Vec<String> = resource_hooks().concat();
    let count = named.len();
    named.sort_unstable();
    named.dedup();
    assert_eq!(named.len(), count, "a resource goes to one hook");
    let named: BTreeSet<&str> = named.iter().map(String::as_str).collect();
    are_the_same("TargetNames in hook-handler/template.yaml", &named, &covered_types());
}

#[test]
fn no_hook_names_more_types_than_the_service_takes_and_all_are_sorted() {
    let hooks = resource_hooks();
    for names in &hooks {
        assert!((1..=MOST_NAMES).contains(&names.len()), "{} names", names.len());
    }
    assert!(hooks.concat().is_sorted());
}

#[test]
fn the_hook_type_is_asked_about_the_same_types_and_about_templates() {
    let schema = read("hook-handler/registry/stackseal-dataprotection-hook.json");
    for (handler, templates) in
        [("preCreate", &["STACK", "CHANGE_SET"][..]), ("preUpdate", &["STACK"])]
    {
        let targets = schema["handlers"][handler]["targetNames"].as_sequence().unwrap();
        let targets: BTreeSet<&str> = targets.iter().map(|it| it.as_str().unwrap()).collect();
        let mut expected = covered_types();
        expected.extend(templates);
        are_the_same(handler, &targets, &expected);
    }
}

/// The stack of the hook must be able to mend the hook.
#[test]
fn no_hook_sees_its_own_stack() {
    let template = template();
    let mut seen = 0;
    for (id, hook) in hooks(&template) {
        let excluded = &hook["StackFilters"]["StackNames"]["Exclude"];
        let Value::Tagged(choice) = excluded else { panic!("{id} excludes {excluded:?}") };
        assert_eq!(choice.tag, "If", "{id}");
        for branch in 1..=2 {
            let text = format!("{:?}", choice.value[branch]);
            assert!(text.contains("AWS::StackName"), "{id}: {text}");
        }
        seen += 1;
    }
    assert!(seen > 1);
}

#[test]
fn the_first_deployment_only_warns() {
    let template = template();
    assert_eq!(template["Parameters"]["FailureMode"]["Default"], "WARN");
    for (id, hook) in hooks(&template) {
        let Value::Tagged(mode) = &hook["FailureMode"] else { panic!("{id}") };
        assert_eq!(mode.value, "FailureMode", "{id}");
    }
}

/// A parameter that one template forwards and the other does not know fails only in an account.
#[test]
fn the_stack_set_forwards_what_the_template_takes() {
    let stack_set = read("hook-handler/organisation.yaml");
    let forwarded: BTreeSet<&str> = stack_set["Resources"]["Hooks"]["Properties"]["Parameters"]
        .as_sequence()
        .unwrap()
        .iter()
        .map(|it| it["ParameterKey"].as_str().unwrap())
        .collect();
    let template = template();
    let known: BTreeSet<&str> = keys(&template["Parameters"]).collect();
    let unknown: Vec<_> = forwarded.difference(&known).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
    // What has the same name means the same.
    for (name, parameter) in stack_set["Parameters"].as_mapping().unwrap() {
        let Some(other) = template["Parameters"].get(name) else { continue };
        for key in ["Type", "Default", "AllowedValues"] {
            assert_eq!(parameter.get(key), other.get(key), "{name:?}: {key}");
        }
    }
}

/// What is suppressed stands here, so that nobody adds to it unseen.
const SUPPRESSED: &[(&str, &str)] = &[("hook-handler/template.yaml", "data-store-cmk")];

#[test]
fn what_we_deploy_passes_our_own_strict_profile() {
    let root = repository();
    for folder in ["ci", "hook-handler", "hook-handler/registry"] {
        let templates: Vec<String> = entries(&root.join(folder))
            .iter()
            .filter(|it| it.extension().is_some_and(|it| it == "yaml"))
            .map(|it| format!("{folder}/{}", file_name(it)))
            .collect();
        assert!(!templates.is_empty(), "{folder}");
        for path in &templates {
            let options = ["check", "--format", "json", "--profile", "strict", "--show-suppressed"];
            let run = run(&root, &[&options[..], &[path]].concat(), "");
            let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
            let (suppressed, findings): (Vec<_>, Vec<_>) =
                report["findings"].as_array().unwrap().iter().partition(|it| {
                    let rule = it["rule"].as_str().unwrap();
                    !it["suppressed"].is_null() && SUPPRESSED.contains(&(path, rule))
                });
            let expected = SUPPRESSED.iter().filter(|it| it.0 == path).count();
            assert_eq!((run.status, findings, suppressed.len()), (0, vec![], expected), "{path}");
            assert!(report["summary"]["resources"].as_u64().unwrap() > 0, "{path}");
        }
    }
}

/// What the hook is measured against judges what our rules do, and none that is no longer there.
#[test]
fn each_rule_of_the_bench_is_one_of_ours() {
    let rules = fs::read_to_string(repository().join("hook-handler/bench/rules.guard")).unwrap();
    let names = rules.lines().filter_map(|it| it.strip_prefix("rule ")?.split_whitespace().next());
    let names: Vec<String> = names.map(|it| it.replace('_', "-")).collect();
    assert!(names.len() > 40, "{names:?}");
    let unknown: Vec<&String> = names.iter().filter(|it| PACK.rule(it).is_none()).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

fn are_the_same(place: &str, named: &BTreeSet<&str>, expected: &BTreeSet<&str>) {
    let missing: Vec<_> = expected.difference(named).collect();
    let surplus: Vec<_> = named.difference(expected).collect();
    assert!(
        missing.is_empty() && surplus.is_empty(),
        "{place}\nmissing: {missing:#?}\nsurplus: {surplus:#?}"
    );
}

/// What a rule of the default profile judges in a resource alone. Rules about every resource name no
/// type, and the resources of a transform are gone before a hook is called.
fn covered_types() -> BTreeSet<&'static str> {
    let mut covered = BTreeSet::new();
    for rule in PACK.rules {
        if rule.profile != Profile::Recommended || rule.scope == Scope::Set {
            continue;
        }
        for check in rule.checks {
            if let Check::Resource { types, .. } = check {
                covered.extend(types.iter().filter(|it| !it.starts_with("AWS::Serverless::")));
            }
        }
    }
    covered
}

/// The names in the filter of each hook that has one, in the order of the template.
fn resource_hooks() -> Vec<Vec<String>> {
    let template = template();
    let mut found = Vec::new();
    for (_, hook) in hooks(&template) {
        let names = &hook["TargetFilters"]["TargetNames"];
        // One names every type or these.
        let names = names.get("Fn::If").map_or(names, |it| &it[1]);
        let Some(names) = names.as_sequence() else { continue };
        assert_eq!(hook["TargetOperations"][0], "RESOURCE");
        found.push(names.iter().map(|it| it.as_str().unwrap().to_owned()).collect());
    }
    found
}

/// The logical id and the properties of each hook.
fn hooks(template: &Value) -> Vec<(&str, &Value)> {
    let resources = &template["Resources"];
    keys(resources)
        .map(|id| (id, &resources[id]))
        .filter(|(_, it)| it["Type"] == "AWS::CloudFormation::LambdaHook")
        .map(|(id, it)| (id, &it["Properties"]))
        .collect()
}

fn keys(mapping: &Value) -> impl Iterator<Item = &str> {
    mapping.as_mapping().unwrap().keys().map(|it| it.as_str().unwrap())
}

fn template() -> Value {
    read("hook-handler/template.yaml")
}

pub(crate) fn read(path: &str) -> Value {
    serde_yaml::from_str(&fs::read_to_string(repository().join(path)).unwrap()).unwrap()
}
