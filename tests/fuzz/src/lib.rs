//! What holds for any input, as functions that panic where it does not: each is a fuzz target in
//! `libfuzzer/`, and is run by the tests over every fixture and over every input that once broke it
//! (`regressions/`).
//!
//! None of them may take long: the fuzzer stops at an input that takes seconds.
#![expect(
    clippy::panic,
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a property that does not hold is told by a panic, to the fuzzer and to the tests"
)]

mod check;
mod configuration;
mod estate;
mod evaluate;
mod file;
mod fix;
mod guard;
mod hook;
mod judging;
pub mod mutation;
mod parse;
mod policy;
pub mod seeds;
mod spans;
#[cfg(test)]
mod tests;
mod translation;

use seeds::Fixture;

/// Something that holds for any input.
#[derive(Debug)]
pub struct Target {
    /// What `cargo xtask fuzz` calls it, and its folder of regressions.
    pub name: &'static str,
    /// Panics if something does not hold for the bytes.
    pub run: fn(&[u8]),
    /// Files in an input start with a byte that says what they are called.
    pub is_named: bool,
    /// Inputs to start from.
    pub seeds: fn(&[Fixture]) -> Vec<Vec<u8>>,
}

/// The fuzz targets: what `cargo xtask fuzz` runs.
pub const TARGETS: &[Target] = &[
    parse::TARGET,
    evaluate::TARGET,
    check::TARGET,
    estate::TARGET,
    policy::TARGET,
    fix::TARGET,
    guard::TARGET,
    hook::TARGET,
    configuration::TARGET,
];

/// Runs the target called `name` on `data`.
pub fn run(name: &str, data: &[u8]) {
    let target = TARGETS.iter().find(|it| it.name == name);
    (target.expect("a program is called like its target").run)(data);
}
