//! `stackseal hook`: the answers of the function, from files.

use serde_json::Value;

use crate::harness::{Folder, Run, repository, run};

fn hook(arguments: &[&str]) -> Run {
    let folder = repository().join("hook-handler/events");
    run(&folder, &[&["hook"], arguments].concat(), "")
}

#[test]
fn the_exit_status_is_that_of_the_answer() {
    for (arguments, status, expected) in [
        (&["--event", "resource-create.json"][..], 0, "SUCCESS"),
        (&["--event", "resource-update.json"], 1, "FAILED"),
        (&["--event", "stack-create.json", "--payload", "stack-create.payload.json"], 0, "SUCCESS"),
        (&["--event", "stack-update.json", "--payload", "stack-update.payload.json"], 1, "FAILED"),
        // No payload of a stack: it cannot be judged.
        (&["--event", "stack-update.json", "--payload", "resource-update.json"], 2, "FAILED"),
        (&["--event", "codepipeline-job.json"], 2, "FAILED"),
    ] {
        let run = hook(arguments);
        assert_eq!(run.status, status, "{arguments:?}: {}{}", run.stdout, run.stderr);
        let answer: Value = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!(answer["hookStatus"], expected, "{arguments:?}");
    }
}

#[test]
fn what_is_missing_is_told() {
    for (arguments, expected) in [
        (&["--event", "stack-create.json"][..], "give the document it leads to by `--payload`"),
        (
            &["--event", "resource-create.json", "--payload", "stack-create.payload.json"],
            "leave `--payload` out",
        ),
        (&["--event", "none.json"], "cannot read none.json"),
    ] {
        let run = hook(arguments);
        assert_eq!(run.status, 2, "{arguments:?}");
        assert!(run.stderr.contains(expected), "{}", run.stderr);
    }
}

#[test]
fn the_configuration_says_what_blocks() {
    let event =
        std::fs::read(repository().join("hook-handler/events/resource-update.json")).unwrap();
    let folder = Folder::new(&[("stackseal.yaml", "hook:\n  fail-on: critical\n")]);
    folder.write("event.json", &event);
    let run = folder.run("hook --event event.json");
    assert_eq!(run.status, 0, "{}", run.stdout);
    assert!(run.stdout.contains("1 finding below `critical` does not block"), "{}", run.stdout);
    folder.write("exempt.yaml", b"hook: {exempt: [{stacks: [orders-*], reason: under repair}]}\n");
    let run = folder.run("hook --event event.json --config exempt.yaml");
    assert!(run.stdout.contains("is not judged: under repair"), "{}", run.stdout);
}

#[test]
fn rules_of_the_user_judge_as_in_the_function() {
    let rules = "# Severity: high\nrule NAMED {\n  Resources.*.Properties.DBInstanceIdentifier exists\n  << it has no name >>\n}\n";
    let event =
        std::fs::read(repository().join("hook-handler/events/resource-create.json")).unwrap();
    let folder = Folder::new(&[("stackseal.yaml", "guard: [own.guard]\n"), ("own.guard", rules)]);
    folder.write("event.json", &event);
    let run = folder.run("hook --event event.json");
    let answer: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!((run.status, &answer["errorCode"]), (1, &Value::from("NonCompliant")));
    assert!(run.stdout.contains("`OrdersDatabase`: it has no name"), "{}", run.stdout);
    folder.write("own.guard", b"rule NAMED {\n");
    let run = folder.run("hook --event event.json");
    assert_eq!(run.status, 2, "{}", run.stdout);
    assert!(run.stderr.contains("own.guard:"), "{}", run.stderr);
    folder.write("stackseal.yaml", b"guard: [none.guard]\n");
    let run = folder.run("hook --event event.json");
    assert!(run.status == 2 && run.stderr.contains("none.guard: no such file"), "{}", run.stderr);
}
