//! The hook from outside: sample events and their answers.

#[cfg(test)]
mod samples;
