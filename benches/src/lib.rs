//! What the measurements have in common: the functions that are measured, and how.
//!
//! `cargo run --release --manifest-path benches/Cargo.toml --bin instructions` counts the instructions of the
//! generated gradients, `cargo run --manifest-path benches/Cargo.toml --bin compile_times` the seconds that
//! generating and compiling them takes. Both fail when a budget is missed.

pub mod chain;
mod results;
mod workload;
pub mod workloads;

pub use results::Results;
pub use workload::{Budgets, Measured, Role, Subject, Workload, at_one};
