//! Neither answers nor logs have credentials in them: those of events, of payloads, of URLs, and the
//! function's own.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::host::{Host, Reply};
use crate::samples::sample;

/// What every credential here has in it, and nothing else.
const CANARY: &str = "canary";

/// The interface of Lambda's runtime, for one function and a list of events.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>
fn serve_events(
    listener: &TcpListener,
    events: &[String],
    answers: &Sender<String>,
) -> io::Result<()> {
    let mut events = events.iter();
    for stream in listener.incoming() {
        let mut stream = BufReader::new(stream?);
        while let Some((line, body)) = request(&mut stream)? {
            if line.starts_with("POST ") {
                // The test may have seen enough.
                let _ = answers.send(format!("{line}\n{body}"));
                reply(stream.get_mut(), "202 Accepted", "")?;
                continue;
            }
            // A function without an event waits, as it does at night.
            let Some(event) = events.next() else { return Ok(()) };
            reply(stream.get_mut(), "200 OK", event)?;
        }
    }
    Ok(())
}

/// The first line and the body of a request; nothing once the other side is gone.
fn request(stream: &mut BufReader<TcpStream>) -> io::Result<Option<(String, String)>> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let length = lines.iter().find_map(|it| {
        it.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse().ok()
    });
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body)?;
    Ok(Some((lines.swap_remove(0), String::from_utf8_lossy(&body).into_owned())))
}

fn reply(stream: &mut TcpStream, status: &str, body: &str) -> io::Result<()> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let deadline = (now + Duration::from_secs(30)).as_millis();
    write!(
        stream,
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\n\
         lambda-runtime-aws-request-id: 8476a536-e9f4-11e8-9739-2dfe598c3fcd\r\n\
         lambda-runtime-deadline-ms: {deadline}\r\n\
         lambda-runtime-invoked-function-arn: arn:aws:lambda:eu-west-1:111122223333:function:x\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// Runs the function over `events`, which reaches `host` by the name `proxy`: its answers, and all that
/// it wrote.
fn run(host: &Host, proxy: &str, events: &[String]) -> (Vec<String>, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, receiver) = channel();
    let served = events.to_vec();
    thread::spawn(move || serve_events(&listener, &served, &sender));
    let mut function = Command::new(env!("CARGO_BIN_EXE_bootstrap"))
        .env_clear()
        .env("AWS_LAMBDA_FUNCTION_NAME", "x")
        .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512")
        .env("AWS_LAMBDA_FUNCTION_VERSION", "1")
        .env("AWS_LAMBDA_RUNTIME_API", format!("127.0.0.1:{port}"))
        .env("AWS_LAMBDA_LOG_LEVEL", "TRACE")
        .env("RUST_LOG", "trace")
        .env("AWS_REGION", "eu-west-1")
        .env("AWS_ACCESS_KEY_ID", format!("AKIA{CANARY}"))
        .env("AWS_SECRET_ACCESS_KEY", format!("{CANARY}-own"))
        .env("AWS_SESSION_TOKEN", format!("{CANARY}-session"))
        .env("AWS_CA_BUNDLE", host.ca())
        .env("HTTPS_PROXY", format!("http://{proxy}:{}", host.port))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let patience = Duration::from_secs(60);
    let answers = events.iter().map(|_| receiver.recv_timeout(patience).unwrap()).collect();
    function.kill().unwrap();
    let output = function.wait_with_output().unwrap();
    let logged = [output.stdout, output.stderr].concat();
    (answers, String::from_utf8(logged).unwrap())
}

/// The sample `name`, changed by `change`.
fn event(name: &str, change: impl FnOnce(&mut Value)) -> String {
    let mut event = serde_json::from_str(&sample(name)).unwrap();
    change(&mut event);
    event.to_string()
}

fn behind(path: &str) -> Value {
    let bucket = "https://example-bucket.s3.eu-west-1.amazonaws.com";
    format!("{bucket}{path}?X-Amz-Signature={CANARY}&X-Amz-Security-Token={CANARY}").into()
}

#[test]
fn neither_answers_nor_logs_have_credentials() {
    let template = format!(
        "Resources:\n  Orders:\n    Type: AWS::RDS::DBInstance\n    Properties:\n      StorageEncrypted: false\n      MasterUserPassword: {CANARY}-1\n  Broken: {{Type: AWS::Lambda::Function, Properties: {{Environment: {{Variables: {{DB_PASSWORD: {CANARY}-2}}}}}}}}\n"
    );
    let whole = json!({ "template": template });
    let broken = json!({ "template": format!("{template}  Password: {CANARY}: [\n") });
    let host = Host::start([
        ("/whole", Reply::Body(whole.to_string().into_bytes())),
        ("/broken", Reply::Body(broken.to_string().into_bytes())),
        ("/cut", Reply::Body(format!("{{\"template\": \"{CANARY}").into_bytes())),
        ("/no", Reply::Status(403)),
    ]);
    let stack =
        |path: &str| event("stack-create", |it| it["requestData"]["payload"] = behind(path));
    let properties = json!({"MasterUserPassword": format!("{CANARY}-3"), "StorageEncrypted": "no"});
    let model = |event: &mut Value| {
        event["requestData"]["targetModel"]["resourceProperties"] = properties;
    };
    let elsewhere = |it: &mut Value| {
        it["requestData"]["payload"] = format!("https://{CANARY}.example.com/{CANARY}").into();
    };
    let job = |it: &mut Value| {
        let data = &mut it["CodePipeline.job"]["data"];
        data["artifactCredentials"]["secretAccessKey"] = format!("{CANARY}-4").into();
        data["artifactCredentials"]["sessionToken"] = format!("{CANARY}-5").into();
    };
    let events = [
        stack("/whole"),
        stack("/broken"),
        stack("/cut"),
        stack("/no"),
        event("resource-update", model),
        event("stack-create", elsewhere),
        event("codepipeline-job", job),
        format!("\"{CANARY}\""),
    ];
    let (answers, logged) = run(&host, "127.0.0.1", &events);
    assert!(answers[0].contains("rds-storage-encrypted"), "{}", answers[0]);
    assert!(answers[1].contains("template:"), "{}", answers[1]);
    assert!(answers[3].contains("HTTP 403"), "{}", answers[3]);
    assert!(logged.lines().count() >= events.len(), "{logged}");
    none_in(&answers, &logged);
    // A proxy that asks for a password is none we can use.
    let (answers, logged) = run(&host, &format!("me:{CANARY}@127.0.0.1"), &events[..1]);
    assert!(answers[0].contains("`HTTPS_PROXY` is not of the form"), "{}", answers[0]);
    none_in(&answers, &logged);
}

#[track_caller]
fn none_in(answers: &[String], logged: &String) {
    for text in answers.iter().chain([logged]) {
        let lines: Vec<&str> = text.lines().filter(|it| it.contains(CANARY)).collect();
        assert!(lines.is_empty(), "{lines:?}");
    }
}
