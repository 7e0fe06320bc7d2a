//! No secret is printed. Credentials that nobody else would write stand in copies of every fixture and
//! in texts of our own, wherever credentials stand; then everything is run, in every form, and they are
//! sought in all that was printed.
//!
//! What is sought is what the program takes for a credential, or would if it were asked to. A secret in
//! a comment, or under a name that says nothing, is known to nobody.

mod planting;

use std::path::Path;

use serde_json::{Value, json};

use self::planting::{CANARY, Planter};
use crate::harness::{Folder, Run, entries, file_name, repository, run, words};

/// Everything that can be said, in every form, a file each; and one to standard output.
const REPORTS: &str = "--profile strict --show-suppressed -v \
    --format text --output .out/text --format json --output .out/json \
    --format jsonl --output .out/jsonl --format sarif --output .out/sarif \
    --format junit --output .out/junit --format github --output .out/github \
    --format gitlab --output .out/gitlab --format markdown --output .out/markdown \
    --format concise";

/// Rules that have fixes, and know nothing of credentials.
const OTHERS: &str = "--select encryption,transit,audit,pipeline";

/// The runs of a folder whose files have credentials. The last one writes to the files.
fn runs() -> Vec<String> {
    vec![
        format!("check {REPORTS}"),
        format!("check {REPORTS} {OTHERS}"),
        "check --ignore secrets --format text".to_owned(),
        "check --profile strict --diff --unsafe-fixes".to_owned(),
        format!("check {OTHERS} --diff --unsafe-fixes"),
        "check --write-baseline .out/baseline.json".to_owned(),
        format!("check {OTHERS} -v --fix --unsafe-fixes"),
        "check --profile strict -v --fix --unsafe-fixes".to_owned(),
    ]
}

/// Runs `arguments` in `folder`, and gives all that was printed and written to files of their own.
fn printed(folder: &Folder, arguments: &str) -> Vec<(String, String)> {
    std::fs::create_dir_all(folder.path().join(".out")).unwrap();
    let Run { stdout, stderr, .. } = run(folder.path(), &words(arguments), "");
    let mut printed = vec![("stdout".to_owned(), stdout), ("stderr".to_owned(), stderr)];
    for path in entries(&folder.path().join(".out")) {
        let text = std::fs::read_to_string(&path).unwrap();
        printed.push((file_name(&path).to_owned(), text));
        std::fs::remove_file(path).unwrap();
    }
    printed
}

/// The lines in what `arguments` print that have a planted credential in them.
fn leaks(folder: &Folder, arguments: &str) -> Vec<String> {
    let printed = printed(folder, arguments);
    let leaks = printed.iter().flat_map(|(name, text)| {
        let lines = text.lines().filter(|it| it.contains(CANARY));
        lines.map(move |it| format!("{arguments}\n  {name}: {it}"))
    });
    leaks.collect()
}

#[track_caller]
fn none(leaks: &[String]) {
    let shown = leaks.iter().take(40).cloned().collect::<Vec<_>>().join("\n");
    assert!(leaks.is_empty(), "{} lines:\n{shown}", leaks.len());
}

/// Copies `from` into `folder` under `name`, with credentials.
fn plant(planter: &mut Planter, from: &Path, folder: &Folder, name: &str) {
    if from.is_dir() {
        for entry in entries(from) {
            plant(planter, &entry, folder, &format!("{name}/{}", file_name(&entry)));
        }
    } else if let Ok(text) = std::fs::read_to_string(from) {
        folder.write(name, planter.plant(file_name(from), &text).as_bytes());
    }
}

/// The folders of fixtures, each one run.
fn fixtures() -> Vec<std::path::PathBuf> {
    let mut folders = entries(&repository().join("fixtures/rules"));
    folders.extend(
        entries(&repository().join("fixtures/wordpress")).into_iter().filter(|it| it.is_dir()),
    );
    folders
}

#[test]
fn every_fixture_with_credentials_is_judged_and_fixed_without_showing_them() {
    let mut planter = Planter::default();
    let mut found = Vec::new();
    for fixture in fixtures() {
        let folder = Folder::new(&[]);
        plant(&mut planter, &fixture, &folder, "x");
        for arguments in runs() {
            let leaks = leaks(&folder, &arguments);
            found.extend(leaks.iter().map(|it| format!("{}: {it}", file_name(&fixture))));
        }
    }
    assert!(planter.count() > 5_000, "{} credentials", planter.count());
    none(&found);
}

/// The texts of `planted/`.
fn own(planter: &mut Planter) -> Folder {
    let folder = Folder::new(&[]);
    for path in entries(&repository().join("tests/src/canaries/planted")) {
        let text = std::fs::read_to_string(&path).unwrap();
        folder.write(file_name(&path), planter.fill(&text).as_bytes());
    }
    folder
}

#[test]
fn credentials_in_every_place_for_them_are_not_shown() {
    let folder = own(&mut Planter::default());
    // They are seen, after all.
    let run = folder.run("check --select secrets --format concise");
    assert!(run.stdout.lines().count() > 40, "{}", run.stdout);
    let found: Vec<String> = runs().iter().flat_map(|it| leaks(&folder, it)).collect();
    none(&found);
}

#[test]
fn rules_of_the_users_own_do_not_show_what_they_compare() {
    let folder = own(&mut Planter::default());
    let mut found = Vec::new();
    for selected in ["", "--select guard"] {
        let arguments = format!("check {REPORTS} --guard own.guard {selected}");
        found.extend(leaks(&folder, &arguments));
    }
    let run = folder.run("check --guard own.guard --select guard --format concise");
    assert!(run.stdout.lines().count() > 20, "{}{}", run.stdout, run.stderr);
    none(&found);
}

/// What cannot be read is told with its line: but not with what stands in it.
#[test]
fn credentials_in_broken_files_are_not_shown() {
    let mut planter = Planter::default();
    let whole = own(&mut planter);
    let mut found = Vec::new();
    for path in entries(whole.path()) {
        let (name, text) = (file_name(&path), std::fs::read_to_string(&path).unwrap());
        let places = text.match_indices(CANARY).map(|it| it.0);
        for place in places {
            for (start, broken, end) in
                [(place + 14, "", text.len()), (place - 4, "\"x: [\n", place)]
            {
                let (start, end) = (text.get(..start), text.get(end..));
                let (Some(start), Some(end)) = (start, end) else { continue };
                let folder = Folder::new(&[(name, &format!("{start}{broken}{end}"))]);
                for format in ["text", "json"] {
                    let arguments = format!("check --format {format} {name}");
                    found.extend(leaks(&folder, &arguments));
                }
            }
        }
    }
    none(&found);
}

/// Values given on the command line, in files and in a configuration are not told either.
#[test]
fn values_of_parameters_are_not_shown() {
    let mut planter = Planter::default();
    let folder = own(&mut planter);
    let mut value = || planter.fill("@@");
    let list = json!([{"ParameterKey": "DbPassword", "ParameterValue": value()}]);
    folder.write("list.json", list.to_string().as_bytes());
    let broken = json!([{"ParameterKey": "DbPassword", "ParameterValue": [value()]}, value()]);
    folder.write("broken.json", broken.to_string().as_bytes());
    folder.write("text.json", json!({"Parameters": value()}).to_string().as_bytes());
    folder.write("texts.json", json!([value(), "Plain=x"]).to_string().as_bytes());
    folder.write("broken.yaml", format!("- DbPassword: {}: [x\n", value()).as_bytes());
    let configuration = format!("parameters:\n  DbPassword: {}\n  Plain: x\n", value());
    folder.write("good.yaml", configuration.as_bytes());
    let configuration = format!("parameters:\n  DbPassword: [{}]\n  Plain: {{}}\n", value());
    folder.write("bad.yaml", configuration.as_bytes());
    let mut found = Vec::new();
    for arguments in [
        format!("--parameter DbPassword={}", value()),
        format!("--parameter OtherPassword={} --parameter Plain={}", value(), value()),
        format!("--parameter {}", value()),
        "--parameters list.json".to_owned(),
        "--parameters broken.json".to_owned(),
        "--parameters broken.yaml".to_owned(),
        "--parameters text.json".to_owned(),
        "--parameters texts.json".to_owned(),
        "--config good.yaml".to_owned(),
        "--config bad.yaml".to_owned(),
    ] {
        found.extend(leaks(&folder, &format!("check choices.yaml {REPORTS} {arguments}")));
    }
    none(&found);
}

/// The answers of the hook: of each resource by itself, and of templates as stacks.
#[test]
fn the_hook_answers_without_credentials() {
    let folder = own(&mut Planter::default());
    let event = |name: &str| -> Value {
        let path = repository().join("hook-handler/events").join(name);
        serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
    };
    let mut found = Vec::new();
    let text = folder.read("resources.yaml");
    let mut stack = event("stack-create.payload.json");
    stack["template"] = json!(text);
    folder.write("payload.json", stack.to_string().as_bytes());
    folder.write("event.json", event("stack-create.json").to_string().as_bytes());
    found.extend(leaks(&folder, "hook --event event.json --payload payload.json"));

    let template: Value = serde_json::from_str(&members()).unwrap();
    let mut answered = 0;
    for resource in template.as_object().unwrap().values() {
        let mut event = event("resource-create.json");
        event["requestData"]["targetName"] = resource["Type"].clone();
        event["requestData"]["targetType"] = resource["Type"].clone();
        event["requestData"]["targetModel"]["resourceProperties"] = resource["Properties"].clone();
        folder.write("event.json", event.to_string().as_bytes());
        found.extend(leaks(&folder, "hook --event event.json"));
        answered += usize::from(folder.run("hook --event event.json").status == 1);
    }
    assert!(answered >= 4, "{answered} refused");
    // What is no event at all is not shown either.
    for broken in [format!("\"{}", planting_value()), format!("{{\"{}\": ", planting_value())] {
        folder.write("event.json", broken.as_bytes());
        found.extend(leaks(&folder, "hook --event event.json"));
    }
    none(&found);
}

/// Resources as JSON, without what stands for more of them.
fn members() -> String {
    let members = Planter::default().plant("t.json", "{\"Resources\": {\"Z\": {}}}");
    let template: Value = serde_json::from_str(&members).unwrap();
    let mut resources = template["Resources"].clone();
    resources.as_object_mut().unwrap().remove("Z");
    resources.to_string()
}

fn planting_value() -> String {
    Planter::default().fill("@@")
}
