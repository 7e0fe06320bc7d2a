//! The hook from outside: sample events and their answers; the command line and the hook, which agree;
//! and the function as a process, under the emulator of the runtime.
//!
//! What starts the emulator is ignored by `cargo test`, which needs Rust only: `cargo xtask test`
//! installs it and runs these tests as well.

#[cfg(test)]
mod agreement;
#[cfg(test)]
#[cfg(target_os = "linux")]
mod emulator;
#[cfg(test)]
#[cfg(target_os = "linux")]
mod end_to_end;
#[cfg(test)]
mod findings;
#[cfg(test)]
#[cfg(target_os = "linux")]
mod host;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod own_rules;
#[cfg(test)]
mod samples;
#[cfg(test)]
#[cfg(target_os = "linux")]
mod secrets;
