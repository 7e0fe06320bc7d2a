//! The function as it is deployed, called as Lambda calls it.

use std::fs;
use std::io::{Cursor, Write as _};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::emulator::{Emulator, Function};
use crate::host::{Host, Reply};
use crate::own_rules;
use crate::samples::{self, NAMES, sample};

/// The sample `name` with `path` behind its URL.
fn event(name: &str, path: &str) -> String {
    let mut event: Value = serde_json::from_str(&sample(name)).unwrap();
    if event["requestData"]["payload"].is_string() {
        let url =
            format!("https://example-bucket.s3.eu-west-1.amazonaws.com{path}?X-Amz-Signature=a");
        event["requestData"]["payload"] = url.into();
    }
    event.to_string()
}

fn payload(name: &str) -> Vec<u8> {
    sample(&format!("{name}.payload")).into_bytes()
}

#[test]
#[ignore = "needs cargo-lambda: `cargo xtask test` installs it and runs this"]
fn each_sample_is_answered_as_by_the_library() {
    let documents = ["stack-create", "stack-update", "change-set-create"];
    let paths = ["/stack-create", "/stack-update", "/change-set-create"];
    let replies = paths.into_iter().zip(documents.map(|it| Reply::Body(payload(it))));
    let host = Host::start(replies);
    let emulator = Emulator::start();
    let _function = emulator.function(&host, &[]);
    for name in NAMES {
        let answer = emulator.invoke(&event(name, &format!("/{name}")));
        let library = serde_json::to_value(samples::answer(name)).unwrap();
        assert_eq!(answer, library, "{name}");
    }
}

/// The reference architecture, template by template.
#[test]
#[ignore = "needs cargo-lambda: `cargo xtask test` installs it and runs this"]
fn what_is_sealed_passes_and_each_seeded_weakness_is_blocked() {
    let architecture =
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("fixtures/wordpress");
    let mut replies = Vec::new();
    for state in ["secure", "insecure"] {
        for entry in fs::read_dir(architecture.join(state).join("infra")).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            let document = json!({ "template": fs::read_to_string(&path).unwrap() }).to_string();
            // As long as the process, like the names of other replies.
            let name: &'static str = format!("/{state}/infra/{name}").leak();
            replies.push((name, Reply::Body(document.into_bytes())));
        }
    }
    let names: Vec<&str> = replies.iter().map(|it| it.0).collect();
    let host = Host::start(replies);
    let emulator = Emulator::start();
    let _function = emulator.function(&host, &[("STACKSEAL_FAIL_ON", "low")]);
    // `infra/audit.yaml:43:5: medium: cloudtrail-cmk Trail`
    let seeded = fs::read_to_string(architecture.join("insecure/expected.txt")).unwrap();
    let mut blocked = 0;
    for name in names {
        let answer = emulator.invoke(&event("stack-create", name));
        let weaknesses: Vec<(&str, &str)> = seeded
            .lines()
            .filter(|it| name.strip_prefix("/insecure/").is_some_and(|name| it.starts_with(name)))
            .map(|it| it.rsplit_once(": ").unwrap().1.split_once(' ').unwrap())
            .collect();
        if weaknesses.is_empty() {
            assert_eq!(answer["hookStatus"], "SUCCESS", "{name}: {answer}");
            continue;
        }
        assert_eq!(answer["errorCode"], "NonCompliant", "{name}: {answer}");
        for (rule, resource) in weaknesses {
            let annotations = answer["annotations"].as_array().unwrap();
            let said = annotations.iter().find(|it| it["annotationName"] == rule);
            let said = said.unwrap_or_else(|| panic!("{name}: {rule} says nothing"));
            // What hangs on a parameter, the event of the resource decides.
            let reason = said["statusMessage"].as_str().unwrap();
            let is_left = reason.contains("judged with its resource");
            assert!(said["status"] == "FAILED" || is_left, "{name}: {said}");
            assert!(reason.contains(&format!("`{resource}`")), "{name}: {said}");
            blocked += usize::from(said["status"] == "FAILED");
        }
    }
    assert!(blocked > 50, "{blocked}");
}

#[test]
#[ignore = "needs cargo-lambda: `cargo xtask test` installs it and runs this"]
fn a_payload_that_cannot_be_had_is_no_pass_and_the_next_event_is_answered() {
    let whole = payload("stack-create");
    let half = whole[..whole.len() / 2].to_vec();
    let cases: Vec<(&'static str, Reply, &str)> = vec![
        ("/malformed", Reply::Body(b"{\"template\": }".to_vec()), "not JSON"),
        ("/cut-off", Reply::Body(half), "not JSON"),
        ("/empty", Reply::Body(Vec::new()), "not JSON"),
        ("/binary", Reply::Body(vec![0xff; 64]), "not JSON"),
        ("/list", Reply::Body(b"[]".to_vec()), "no JSON object"),
        ("/nothing", Reply::Body(b"{\"template\": \"\"}".to_vec()), "no `template`"),
        ("/other", Reply::Body(json!({"template": "a: b"}).to_string().into_bytes()), "template"),
        (
            "/broken",
            Reply::Body(json!({"template": "Resources: {A: }}"}).to_string().into_bytes()),
            "template:1:",
        ),
        ("/half", Reply::Half(whole.clone()), "breaks off"),
        ("/double", Reply::Double(whole.clone()), "not JSON"),
        ("/promise", Reply::Promise, "breaks off"),
        ("/endless", Reply::Endless, "more than"),
        ("/slow", Reply::Slow, "no answer in time"),
        ("/silent", Reply::Silent, "no answer in time"),
        ("/noise", Reply::Noise, "no HTTP"),
        ("/denied", Reply::Status(403), "HTTP 403"),
        ("/gone", Reply::Status(404), "HTTP 404"),
        ("/down", Reply::Status(503), "HTTP 503"),
        ("/away", Reply::Redirect("https://example.org/"), "redirects are not followed"),
        (
            "/inside",
            Reply::Redirect("http://169.254.169.254/latest/meta-data/"),
            "redirects are not followed",
        ),
    ];
    let replies = cases.iter().map(|it| (it.0, it.1.clone()));
    let good = [("/later", Reply::Later(whole.clone())), ("/good", Reply::Body(whole))];
    let host = Host::start(replies.chain(good));
    let emulator = Emulator::start();
    // The slow ones need their time, at the same time.
    let _functions: Vec<_> = (0..4).map(|_| emulator.function(&host, &[])).collect();
    thread::scope(|scope| {
        for chunk in cases.chunks(cases.len().div_ceil(4)) {
            let emulator = &emulator;
            scope.spawn(move || {
                for (path, _, expected) in chunk {
                    let started = Instant::now();
                    let answer = emulator.invoke(&event("stack-create", path));
                    let message = answer["message"].as_str().unwrap();
                    assert!(started.elapsed() < Duration::from_secs(28), "{path}");
                    assert_eq!(answer["errorCode"], "InternalFailure", "{path}: {message}");
                    assert_eq!(answer["hookStatus"], "FAILED", "{path}");
                    assert!(message.contains(expected), "{path}: {message}");
                    assert!(!message.contains("X-Amz-Signature"), "{path}: {message}");
                    let next = emulator.invoke(&event("stack-create", "/good"));
                    assert_eq!(next["hookStatus"], "SUCCESS", "after {path}");
                }
            });
        }
    });
    let later = emulator.invoke(&event("stack-create", "/later"));
    assert_eq!(later["hookStatus"], "SUCCESS");
    let seen = host.seen();
    let tries =
        |path: &str| seen.iter().filter(|it| it.head.contains(&format!(" {path}?"))).count();
    assert_eq!((tries("/later"), tries("/denied"), tries("/down")), (2, 1, 3));
    assert!(seen.iter().all(|it| it.host == "example-bucket.s3.eu-west-1.amazonaws.com"));
}

#[test]
#[ignore = "needs cargo-lambda: `cargo xtask test` installs it and runs this"]
fn no_other_host_is_called() {
    let host = Host::start([]);
    let emulator = Emulator::start();
    let _function = emulator.function(&host, &[]);
    for url in [
        "https://example.org/x",
        "http://example-bucket.s3.eu-west-1.amazonaws.com/x",
        "http://169.254.169.254/latest/meta-data/iam/security-credentials/",
        "https://localhost:9001/2018-06-01/runtime/invocation/next",
        "file:///etc/passwd",
        "https://sts.eu-west-1.amazonaws.com/",
    ] {
        let mut event: Value = serde_json::from_str(&sample("stack-create")).unwrap();
        event["requestData"]["payload"] = url.into();
        let answer = emulator.invoke(&event.to_string());
        assert_eq!(answer["errorCode"], "InternalFailure", "{url}");
        assert!(!answer["message"].as_str().unwrap().contains(url), "{url}");
    }
    assert!(host.seen().is_empty());
}

#[test]
#[ignore = "needs cargo-lambda: `cargo xtask test` installs it and runs this"]
fn a_thousand_events_two_at_a_time() {
    const EVENTS: usize = 1000;
    let host = Host::start([("/stack-update", Reply::Body(payload("stack-update")))]);
    let emulator = Emulator::start();
    let functions = [emulator.function(&host, &[]), emulator.function(&host, &[])];
    let kinds = [
        ("resource-create", "SUCCESS"),
        ("resource-update", "FAILED"),
        ("cloud-control-create", "SUCCESS"),
        ("stack-update", "FAILED"),
        ("resource-delete", "SUCCESS"),
    ];
    let events = kinds.map(|(name, status)| {
        let event: Value = serde_json::from_str(&event(name, "/stack-update")).unwrap();
        (event, status)
    });
    let next = AtomicUsize::new(0);
    let answered = AtomicUsize::new(0);
    let warm = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    if index >= EVENTS {
                        return;
                    }
                    if index == EVENTS / 4 {
                        let held = functions.iter().map(Function::resident).max().unwrap();
                        warm.store(usize::try_from(held).unwrap(), Ordering::Relaxed);
                    }
                    let (event, status) = &events[index % events.len()];
                    let mut event = event.clone();
                    event["clientRequestToken"] = format!("token-{index}").into();
                    let answer = emulator.invoke(&event.to_string());
                    assert_eq!(answer["clientRequestToken"], format!("token-{index}"));
                    assert_eq!(answer["hookStatus"], *status, "{index}");
                    answered.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    assert_eq!(answered.into_inner(), EVENTS);
    let warm = u64::try_from(warm.into_inner()).unwrap();
    let held = functions.iter().map(Function::resident).max().unwrap();
    assert!(held < warm + 8 * 1024, "{warm} KiB after a quarter, {held} KiB at the end");
}

#[test]
#[ignore = "needs cargo-lambda: `cargo xtask test` installs it and runs this"]
fn a_broken_configuration_answers_every_event() {
    let host = Host::start([]);
    let emulator = Emulator::start();
    let variables = [("STACKSEAL_FAIL_ON", "enormous"), ("STACKSEAL_CONFIG", "/nowhere.yaml")];
    for variable in variables {
        let function = emulator.function(&host, &[variable]);
        for name in ["resource-create", "resource-delete", "stack-create"] {
            let answer = emulator.invoke(&event(name, "/x"));
            assert_eq!(answer["errorCode"], "InternalFailure", "{name}");
            let message = answer["message"].as_str().unwrap();
            assert!(message.contains("the configuration is wrong"), "{message}");
            assert!(message.contains(variable.1), "{message}");
            let event: Value = serde_json::from_str(&sample(name)).unwrap();
            assert_eq!(answer["clientRequestToken"], event["clientRequestToken"]);
        }
        drop(function);
    }
}

#[test]
#[ignore = "needs cargo-lambda: `cargo xtask test` installs it and runs this"]
fn rules_of_the_operator_stand_beside_the_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("stackseal.yaml", "guard: [guard]\nmandatory: [DATABASE_SEALED]\n");
    write("guard/databases/sealed.guard", own_rules::SEALED);
    write("guard/typed.guard", "rule TYPED {\n  Resources.*.Type exists\n}\n");
    let host = Host::start([
        ("/stack-create", Reply::Body(payload("stack-create"))),
        ("/change-set-create", Reply::Body(payload("change-set-create"))),
    ]);
    let emulator = Emulator::start();
    let root = ("LAMBDA_TASK_ROOT", folder.path().to_str().unwrap());
    let function = emulator.function(&host, &[root]);
    for (name, has_database) in [
        ("resource-create", true),
        ("resource-update", true),
        ("stack-create", true),
        ("change-set-create", false),
    ] {
        let answer = emulator.invoke(&event(name, &format!("/{name}")));
        let status = |rule: &str| {
            let annotations = answer["annotations"].as_array().unwrap();
            let said = annotations.iter().find(|it| it["annotationName"] == rule)?;
            said["status"].as_str().map(str::to_owned)
        };
        assert_eq!(status("TYPED").as_deref(), Some("PASSED"), "{name}");
        // What the operator's rule says, the same rule of the pack says.
        let sealed = status("DATABASE_SEALED");
        assert_eq!(sealed.is_some(), has_database, "{name}");
        assert_eq!(sealed, status("rds-storage-encrypted"), "{name}");
    }
    drop(function);
    write("guard/broken.guard", "rule BROKEN {\n  Resources.* == {\n}\n");
    let _function = emulator.function(&host, &[root]);
    for name in ["resource-create", "resource-delete", "stack-create"] {
        let answer = emulator.invoke(&event(name, &format!("/{name}")));
        assert_eq!(answer["errorCode"], "InternalFailure", "{name}");
        let message = answer["message"].as_str().unwrap();
        assert!(message.contains("guard/broken.guard:4:1: the rules cannot be read"), "{message}");
    }
}

#[test]
#[ignore = "needs cargo-lambda: `cargo xtask test` installs it and runs this"]
fn a_host_nobody_vouches_for_is_not_believed() {
    let (host, other) =
        (Host::start([("/x", Reply::Body(payload("stack-create")))]), Host::start([]));
    let emulator = Emulator::start();
    let bundle = other.ca();
    let _function = emulator.function(&host, &[("AWS_CA_BUNDLE", bundle.to_str().unwrap())]);
    let answer = emulator.invoke(&event("stack-create", "/x"));
    assert_eq!(answer["errorCode"], "InternalFailure");
    assert!(answer["message"].as_str().unwrap().contains("no TLS connection"), "{answer}");
    assert!(host.seen().is_empty());
}

#[test]
#[ignore = "needs cargo-lambda: `cargo xtask test` installs it and runs this"]
fn a_job_of_codepipeline_is_reported() {
    let unsealed = "Resources:\n  Orders:\n    Type: AWS::RDS::DBInstance\n    Properties:\n      StorageEncrypted: false\n      ManageMasterUserPassword: true\n";
    let sealed = unsealed.replace("false", "true");
    for (template, operation, expected) in [
        (unsealed, "PutJobFailureResult", "`Orders` turns storage encryption off"),
        (&sealed, "PutJobSuccessResult", "nothing in 1 file fails the job"),
    ] {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        writer.start_file("infra/db.yaml", SimpleFileOptions::default()).unwrap();
        writer.write_all(template.as_bytes()).unwrap();
        let artifact = writer.finish().unwrap().into_inner();
        let host = Host::start([
            ("/orders/BuildOutp/abc123.zip", Reply::Body(artifact)),
            ("/", Reply::Body(b"{}".to_vec())),
        ]);
        let emulator = Emulator::start();
        let _function = emulator.function(&host, &[]);
        emulator.invoke(&sample("codepipeline-job"));
        let seen = host.seen();
        let [object, report] = seen.as_slice() else { panic!("{seen:?}") };
        assert_eq!(object.host, "pipeline-artifacts-example.s3.eu-west-1.amazonaws.com");
        assert!(object.head.contains("x-amz-security-token: EXAMPLE"), "{}", object.head);
        assert_eq!(report.host, "codepipeline.eu-west-1.amazonaws.com");
        assert!(report.head.contains(&format!("x-amz-target: CodePipeline_20150709.{operation}")));
        let body: Value = serde_json::from_slice(&report.body).unwrap();
        assert_eq!(body["jobId"], "11111111-abcd-1111-abcd-111111abcdef");
        assert!(body.to_string().contains(expected), "{body}");
    }
}
