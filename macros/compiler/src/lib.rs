//! The compiler behind `chainrule`.
//!
//! Tokens of a function in, tokens of its derivatives out; no dependence on the compiler's proc-macro bridge, so
//! that everything here can be tested as an ordinary library. `ARCHITECTURE.md` of the repository has the
//! pipeline in one picture.

mod derive;
mod emit;
mod error;
mod expand;
mod graph;
mod lower;
mod mode;
mod names;
mod options;
mod rules;
mod signature;
mod transform;

pub use derive::derive_differentiable;
pub use expand::expand;
pub use mode::Mode;
pub use rules::{for_each_rule, rule_table};
