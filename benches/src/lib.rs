//! What the measurements have in common: the functions that are measured, and how.
//!
//! `cargo run --release --manifest-path benches/Cargo.toml --bin instructions` counts the instructions of the
//! generated gradients, `--bin loops` those of the gradients of loops, `cargo run --manifest-path benches/Cargo.toml
//! --bin compile_times` the seconds that generating and compiling them takes. All fail when a budget is missed.

pub mod callgrind;
pub mod chain;
mod comparison;
pub mod loops;
mod results;
mod workload;
pub mod workloads;

pub use comparison::Comparison;
pub use results::Results;
pub use workload::{Budgets, Measured, Role, Subject, Workload, at_one};
