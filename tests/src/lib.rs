//! End-to-end tests: the command line as its users drive it, in this process where the streams are
//! enough, and as the real binary where the process itself matters.
//!
//! Also here, because they need the whole: the fixtures of every rule, the examples on every rule's
//! page, and the reference architecture of `fixtures/wordpress`.

#[cfg(test)]
mod adoption;
#[cfg(test)]
mod canaries;
#[cfg(test)]
mod check;
#[cfg(unix)]
#[cfg(test)]
mod commands;
#[cfg(test)]
mod complete;
#[cfg(test)]
mod configuration;
#[cfg(test)]
mod controls;
#[cfg(test)]
mod deployment;
#[cfg(test)]
mod errors;
#[cfg(unix)]
#[cfg(test)]
mod faults;
#[cfg(test)]
mod fixing;
#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod forms;
#[cfg(all(test, unix))]
mod gates;
#[cfg(test)]
mod guard;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod hook;
#[cfg(test)]
mod init;
#[cfg(test)]
mod options;
#[cfg(test)]
mod output;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod parameters;
#[cfg(test)]
mod process;
#[cfg(test)]
mod unsafe_code;
#[cfg(test)]
mod walking;
#[cfg(test)]
mod wordpress;
