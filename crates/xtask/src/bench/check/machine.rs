//! The machine that was measured on, and how busy it was.

use std::fmt;
use std::fs;
use std::process::Command;

/// What a reader has to know of it.
pub(super) struct Machine {
    processor: String,
    cores: usize,
    gigabytes: u64,
    load: String,
    rustc: String,
}

impl Machine {
    /// This one, now. What the system does not tell is called unknown.
    pub(super) fn read() -> Self {
        let unknown = || "unknown".to_owned();
        let processor = field("/proc/cpuinfo", "model name").unwrap_or_else(unknown);
        let kilobytes = field("/proc/meminfo", "MemTotal");
        let kilobytes = kilobytes.and_then(|it| it.trim_end_matches(" kB").parse::<u64>().ok());
        let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
        let rustc = Command::new("rustc").arg("--version").output().ok();
        let rustc = rustc.and_then(|it| String::from_utf8(it.stdout).ok());
        Self {
            processor,
            cores: std::thread::available_parallelism().map_or(1, Into::into),
            gigabytes: kilobytes.unwrap_or_default() / 1_000_000,
            load: load.split(' ').next().map_or_else(unknown, str::to_owned),
            rustc: rustc.map_or_else(unknown, |it| it.trim().to_owned()),
        }
    }
}

/// What stands behind `name` in a file of the system.
fn field(path: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    let value =
        text.lines().find_map(|it| it.strip_prefix(name)?.trim_start().strip_prefix(':'))?;
    Some(value.trim().to_owned())
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { processor, cores, gigabytes, load, rustc } = self;
        write!(
            f,
            "{processor}, {cores} cores, {gigabytes} GB of memory, load {load} when it began, {rustc}."
        )
    }
}
