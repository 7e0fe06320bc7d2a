//! The emulator of Lambda's runtime, which `cargo xtask test` installs, and the function under it.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::host::Host;

/// `cargo lambda watch`, without a function of its own.
pub(crate) struct Emulator {
    process: Child,
    port: u16,
}

/// A process of the function.
pub(crate) struct Function {
    process: Child,
}

impl Emulator {
    pub(crate) fn start() -> Self {
        let venv = std::env::var_os("STACKSEAL_VENV").map(PathBuf::from);
        let venv = venv.expect("`cargo xtask test` says where cargo-lambda is");
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let process = Command::new(venv.join("bin/cargo-lambda"))
            .args(["lambda", "watch", "--only-lambda-apis", "--invoke-address", "127.0.0.1"])
            .args(["--invoke-port", &port.to_string()])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("cargo-lambda starts");
        let emulator = Self { process, port };
        let started = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(started.elapsed() < Duration::from_secs(60), "the emulator does not start");
            thread::sleep(Duration::from_millis(50));
        }
        emulator
    }

    /// Starts the function, with `host` for all it fetches.
    pub(crate) fn function(&self, host: &Host, variables: &[(&str, &str)]) -> Function {
        // Another program of the same sources, such as the one that was packed.
        let packed = std::env::var_os("STACKSEAL_BOOTSTRAP").map(PathBuf::from);
        let program = packed.unwrap_or_else(|| env!("CARGO_BIN_EXE_bootstrap").into());
        let process = Command::new(program)
            .env_clear()
            .env("AWS_LAMBDA_FUNCTION_NAME", "_")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "1")
            .env("AWS_LAMBDA_RUNTIME_API", format!("http://127.0.0.1:{}/.rt/_", self.port))
            .env("AWS_REGION", "eu-west-1")
            .env("AWS_ACCESS_KEY_ID", "EXAMPLE")
            .env("AWS_SECRET_ACCESS_KEY", "EXAMPLE")
            .env("AWS_CA_BUNDLE", host.ca())
            .env("HTTPS_PROXY", format!("http://127.0.0.1:{}", host.port))
            .envs(variables.iter().copied())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Function { process }
    }

    /// Calls the function, and takes what it answers.
    pub(crate) fn invoke(&self, event: &str) -> Value {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        write!(
            stream,
            "POST /2015-03-31/functions/_/invocations HTTP/1.1\r\nhost: emulator\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{event}",
            event.len()
        )
        .unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).unwrap();
        let (head, body) = reply.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200"), "{reply}");
        let is_chunked = head.to_ascii_lowercase().contains("transfer-encoding: chunked");
        let body = if is_chunked { unchunked(body) } else { body.to_owned() };
        serde_json::from_str(&body).unwrap_or_else(|error| panic!("{error}: {body}"))
    }
}

fn unchunked(mut rest: &str) -> String {
    let mut body = String::new();
    while let Some((size, after)) = rest.split_once("\r\n") {
        let size = usize::from_str_radix(size.trim(), 16).unwrap();
        let (chunk, after) = after.split_at(size);
        body.push_str(chunk);
        rest = after;
        rest = rest.strip_prefix("\r\n").unwrap_or(rest);
    }
    body
}

impl Function {
    /// The memory it holds, in KiB.
    pub(crate) fn resident(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        let line = status.lines().find_map(|it| it.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches("kB").trim().parse().unwrap()
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
