//! Public rules, judged as `cfn-guard` judges them.
//!
//! Ignored by `cargo test`, which needs Rust only: `cargo xtask test` installs the rules and runs
//! these tests as well.

#[cfg(test)]
mod verdicts;
