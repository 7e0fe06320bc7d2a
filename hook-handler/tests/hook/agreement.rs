//! `check` and the hook agree on every fixture: stack by stack, change set by change set, and, where
//! a rule judges a resource alone, resource by resource.
//!
//! The hook knows less of a stack (what a parameter gives) and of a resource (what was a literal). So
//! it may leave open what `check` decides. It never finds what `check` passes, and passes nothing that
//! `check` finds.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Map, Value, json};
use stackseal_engine::configuration::Configuration;
use stackseal_engine::{Input, InputFile, Outcome, Profile, Scope, UNUSED_SUPPRESSION};
use stackseal_hook::{Settings, Step, begin};
use stackseal_model::cloudformation::is_template;
use stackseal_rules::PACK;
use stackseal_syntax::{FileId, Kind, Limits, Node, Source, Style, Tree, parse};

use crate::limits::check_answer;
use crate::samples::today;

/// What is said of a rule, in the words of the hook.
type Statuses = BTreeMap<String, &'static str>;

struct Template {
    path: PathBuf,
    source: Arc<Source>,
    tree: Tree,
}

impl Template {
    fn root(&self) -> Node<'_> {
        self.tree.documents().next().unwrap()
    }

    /// Whether nothing in it is for somebody else to decide.
    fn is_closed(&self) -> bool {
        let has = |section| self.root().get(section).is_some();
        !has("Parameters") && !has("Conditions") && !has("Mappings") && !has("Transform")
    }

    /// Whether the resource `id` has files or commands in its metadata.
    fn has_init_metadata(&self, id: &str) -> bool {
        let resource = self.root().get("Resources").and_then(|it| it.get(id));
        let metadata = resource.and_then(|it| it.get("Metadata"));
        metadata.is_some_and(|it| it.get("AWS::CloudFormation::Init").is_some())
    }
}

/// The files of every fixture, in order.
fn fixtures() -> Vec<PathBuf> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("fixtures");
    let mut paths = Vec::new();
    files(&fixtures, &mut paths);
    paths.sort();
    paths
}

/// Every fixture that is a template of one document without mistakes.
fn templates() -> Vec<Template> {
    let mut templates = Vec::new();
    for path in fixtures() {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        // As the hook names it, so that both read it in the same syntax.
        let source = Arc::new(Source { id: FileId(0), path: "template".to_owned(), text });
        let tree = parse(Arc::clone(&source), &Limits::default());
        let is_one = tree.documents().len() == 1 && tree.errors().is_empty();
        if is_one && tree.documents().all(is_template) {
            templates.push(Template { path, source, tree });
        }
    }
    templates
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|it| it == "yaml" || it == "yml" || it == "json") {
            found.push(path);
        }
    }
}

fn check(template: &Template) -> Outcome {
    let configuration =
        Configuration { profile: Some(Profile::Strict), ..Configuration::default() };
    let settings = stackseal_engine::Settings::of(&configuration);
    let file = InputFile { source: Arc::clone(&template.source), is_named: true };
    let input = Input { files: vec![file], ..Input::default() };
    stackseal_engine::check(input, &PACK, &settings, &|_| ()).unwrap()
}

/// What `check` says of each rule, of all of a template or of one resource alone.
fn statuses(outcome: &Outcome, resource: Option<&str>) -> Statuses {
    let mut statuses = Statuses::new();
    let is_meant = |subject: Option<&stackseal_engine::Subject>| {
        resource.is_none_or(|id| subject.is_some_and(|it| it.id == id))
    };
    let open = outcome.undecided.iter().map(|it| (it.rule, &it.subject));
    let suppressed = outcome.suppressed.iter().map(|it| (it.rule, &it.subject));
    let found = outcome.findings.iter().map(|it| (it.rule, &it.subject));
    // Suppressions stand in the template: who sees a resource only does not see them.
    let suppressed_status = if resource.is_some() { "FAILED" } else { "SKIPPED" };
    let all = open
        .map(|it| (it, "SKIPPED"))
        .chain(suppressed.map(|it| (it, suppressed_status)))
        .chain(found.map(|it| (it, "FAILED")));
    for ((rule, subject), status) in all {
        let speaks = resource.is_none() || rule.scope == Scope::Resource;
        if rule.id != UNUSED_SUPPRESSION.id && speaks && is_meant(subject.as_ref()) {
            let kept = statuses.entry(rule.id.to_string()).or_insert(status);
            if status == "FAILED" {
                *kept = status;
            }
        }
    }
    statuses
}

/// What the hook says of each rule that it does not simply pass, and the reasons.
fn asked(event: &Value, payload: &Value) -> (Statuses, Map<String, Value>) {
    let configuration =
        Configuration { profile: Some(Profile::Strict), ..Configuration::default() };
    let answer = match begin(event, &Settings::of(configuration), today()) {
        Step::Answer(answer) => answer,
        Step::Fetch(pending) => pending.finish(payload.to_string().as_bytes()),
    };
    let answer = serde_json::to_value(answer).unwrap();
    check_answer(&answer, 4096);
    assert_ne!(answer["errorCode"], "InternalFailure", "{answer}");
    let (mut statuses, mut reasons) = (Statuses::new(), Map::new());
    for it in answer["annotations"].as_array().into_iter().flatten() {
        let status = match it["status"].as_str().unwrap() {
            "FAILED" => "FAILED",
            "SKIPPED" => "SKIPPED",
            _ => continue,
        };
        let name = it["annotationName"].as_str().unwrap();
        statuses.insert(name.to_owned(), status);
        reasons.insert(name.to_owned(), it["statusMessage"].clone());
    }
    (statuses, reasons)
}

/// An event without account or Region, of which `check` is told nothing either.
fn event(target: &str, data: Value) -> Value {
    let mut data = data;
    data["targetName"] = target.into();
    json!({
        "stackId": "orders",
        "actionInvocationPoint": "CREATE_PRE_PROVISION",
        "requestData": data,
    })
}

/// What is no template, or a broken one, gets an answer as well, and is never a pass.
#[test]
fn every_fixture_is_answered_within_the_limits() {
    let stack = event("STACK", json!({ "payload": "https://x" }));
    let (mut judged, mut refused) = (0, 0);
    for path in fixtures() {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let payload = json!({ "template": text }).to_string();
        let Step::Fetch(pending) = begin(&stack, &Settings::default(), today()) else {
            panic!("a stack has a payload")
        };
        let answer = serde_json::to_value(pending.finish(payload.as_bytes())).unwrap();
        check_answer(&answer, 4096);
        let source = Source { id: FileId(0), path: "template".to_owned(), text };
        let tree = parse(Arc::new(source), &Limits::default());
        if tree.errors().is_empty() && tree.documents().any(is_template) {
            judged += 1;
        } else {
            assert_eq!(answer["hookStatus"], "FAILED", "{}: {answer}", path.display());
            refused += 1;
        }
    }
    assert!(judged > 400 && refused > 100, "{judged} judged, {refused} refused");
}

/// Whether `hook` leaves open at most what `check` decides.
fn disagreement(check: &Statuses, hook: &Statuses) -> Option<String> {
    let finds_more = hook
        .iter()
        .find(|(rule, status)| **status == "FAILED" && check.get(*rule) != Some(&"FAILED"))
        .map(|(rule, _)| format!("{rule}: only the hook finds it"));
    let passes_more = check
        .iter()
        .find(|(rule, status)| **status == "FAILED" && !hook.contains_key(*rule))
        .map(|(rule, _)| format!("{rule}: the hook passes what `check` finds"));
    finds_more.or(passes_more)
}

#[test]
fn stacks_and_change_sets_are_judged_as_check_judges_templates() {
    let mut wrong = Vec::new();
    let (mut seen, mut closed) = (0, 0);
    for template in templates() {
        let expected = statuses(&check(&template), None);
        let stack = event("STACK", json!({ "payload": "https://x" }));
        let (hook, _) = asked(&stack, &json!({ "template": template.source.text }));
        let path = template.path.display();
        if let Some(why) = disagreement(&expected, &hook) {
            wrong.push(format!("{path}: stack: {why}"));
        }
        if template.is_closed() {
            closed += 1;
            if hook != expected {
                wrong.push(format!("{path}: stack: {hook:?} instead of {expected:?}"));
            }
        }
        seen += 1;
        let changes: Vec<Value> = resources(&template)
            .into_iter()
            .map(|(id, type_name, properties)| {
                let after = json!({ "Properties": as_texts(&properties) }).to_string();
                json!({
                    "logicalResourceId": id, "resourceType": type_name, "action": "CREATE",
                    "lineNumber": 1, "beforeContext": null, "afterContext": after,
                })
            })
            .collect();
        // A macro has been at work by then, and what it wrote is not known here.
        if template.root().get("Transform").is_some() {
            continue;
        }
        let change_set = event("CHANGE_SET", json!({ "payload": "https://x" }));
        let document = json!({ "template": template.source.text, "changedResources": changes });
        let (hook, _) = asked(&change_set, &document);
        if let Some(why) = disagreement(&expected, &hook) {
            wrong.push(format!("{path}: change set: {why}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(seen > 400 && closed > 200, "{seen} templates, {closed} of them closed");
}

/// Rules that say more of a resource where they see that there is no other.
const SPEAK_OF_OTHERS: [&str; 2] = ["cloudtrail-management-events", "cloudtrail-multi-region"];

#[test]
fn resources_are_judged_as_in_their_template() {
    let mut wrong = Vec::new();
    let (mut seen, mut failing, mut alone) = (0, 0, 0);
    for template in templates() {
        if template.root().get("Transform").is_some() {
            continue;
        }
        let outcome = check(&template);
        let is_alone = template.root().get("Resources").is_some_and(|it| it.entries().len() == 1);
        for (id, type_name, properties) in resources(&template) {
            // A group is judged by itself where its databases are elsewhere, else with them.
            if type_name.ends_with("ParameterGroup") {
                continue;
            }
            // An event of a resource does not bring its metadata: the stack tells what stands there.
            if template.has_init_metadata(&id) {
                continue;
            }
            let expected = statuses(&outcome, Some(&id));
            // As the service sends them: in their own types, or as texts.
            for properties in [as_texts(&properties), properties] {
                let event = event(
                    &type_name,
                    json!({
                        "targetLogicalId": id,
                        "targetModel": { "resourceProperties": properties },
                    }),
                );
                let (mut hook, reasons) = asked(&event, &Value::Null);
                hook.retain(|rule, _| {
                    PACK.rule(rule).is_some_and(|it| it.scope == Scope::Resource)
                });
                // Whether a text was a literal, the template tells, and there the hook finds it.
                let is_left = |rule: &String| {
                    let reason = reasons.get(rule).and_then(Value::as_str).unwrap_or_default();
                    reason.contains("the template tells")
                };
                let path = template.path.display();
                if let Some(why) = disagreement(&expected, &hook) {
                    wrong.push(format!("{path}: {id}: {why}"));
                }
                // What stands alone in its template leaves nothing to others.
                if is_alone {
                    let mut expected = expected.clone();
                    expected
                        .retain(|rule, _| !is_left(rule) && !SPEAK_OF_OTHERS.contains(&&**rule));
                    hook.retain(|rule, _| !SPEAK_OF_OTHERS.contains(&&**rule));
                    hook.retain(|rule, status| *status == "FAILED" || !is_left(rule));
                    if hook != expected {
                        wrong.push(format!("{path}: {id}: {hook:?} instead of {expected:?}"));
                    }
                    alone += 1;
                }
                seen += 1;
                failing += usize::from(hook.values().any(|it| *it == "FAILED"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(
        seen > 400 && failing > 100 && alone > 100,
        "{seen} resources, {failing} of them failing, {alone} alone"
    );
}

/// The resources of a template in which there is nothing to resolve: id, type and properties.
fn resources(template: &Template) -> Vec<(String, String, Value)> {
    let section = template.root().get("Resources");
    let mut found = Vec::new();
    for entry in section.into_iter().flat_map(Node::entries) {
        let text = |name| entry.value.get(name).and_then(Node::text);
        let (Some(id), Some(type_name)) = (entry.key.text(), text("Type")) else { continue };
        if entry.value.get("Condition").is_some() || type_name.split("::").count() < 3 {
            continue;
        }
        let properties = match entry.value.get("Properties") {
            None => Some(json!({})),
            Some(node) => resolved(node),
        };
        if let Some(properties @ Value::Object(_)) = properties {
            found.push((id.to_owned(), type_name.to_owned(), properties));
        }
    }
    found
}

/// A value without intrinsics as JSON.
fn resolved(node: Node<'_>) -> Option<Value> {
    if node.tag().is_some() || node.is_null() {
        return None;
    }
    match node.kind() {
        Kind::Scalar => {
            let text = node.text()?;
            let is_plain = node.style() == Style::Plain;
            // CloudFormation reads the words of YAML 1.1.
            match text.to_ascii_lowercase().as_str() {
                "true" | "yes" | "on" if is_plain => return Some(true.into()),
                "false" | "no" | "off" if is_plain => return Some(false.into()),
                _ => (),
            }
            let native = is_plain.then(|| serde_json::from_str::<Value>(text).ok()).flatten();
            Some(native.filter(Value::is_number).unwrap_or(text.into()))
        }
        Kind::Sequence => node.items().map(resolved).collect::<Option<Vec<_>>>().map(Value::from),
        Kind::Mapping => {
            let mut members = Map::new();
            for entry in node.entries() {
                let key = entry.key.text()?;
                if key == "Ref" || key == "Condition" || key.starts_with("Fn::") {
                    return None;
                }
                members.insert(key.to_owned(), resolved(entry.value)?);
            }
            Some(members.into())
        }
    }
}

/// The same with booleans and numbers as texts.
fn as_texts(value: &Value) -> Value {
    match value {
        Value::Bool(it) => it.to_string().into(),
        Value::Number(it) => it.to_string().into(),
        Value::Array(items) => items.iter().map(as_texts).collect(),
        Value::Object(members) => {
            members.iter().map(|(name, it)| (name.clone(), as_texts(it))).collect()
        }
        Value::Null | Value::String(_) => value.clone(),
    }
}
