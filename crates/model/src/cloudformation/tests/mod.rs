//! The evaluator in every form a template can give it, and against brute force.

mod evaluator;
mod worlds;
