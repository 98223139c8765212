//! A guide to loops and to programs of more than one function, in four chapters.
//!
//! - [`loops`]: loops of any length, slices, and what is kept in memory for the way back;
//! - [`composing`]: functions that call functions, across modules and crates; recursion, methods, nested gradients;
//!   which attribute a callee needs, and what the compiler says without it;
//! - [`custom`]: derivatives written by hand, for implicit functions, external routines and better formulas;
//! - [`structs`]: parameters in structs, gradients in the same structs, and how to go downhill with them.
//!
//! All that can be differentiated by a single attribute is described there: [`grad`](macro@crate::grad).

#[doc = include_str!("../guide/loops.md")]
pub mod loops {}

#[doc = include_str!("../guide/composing.md")]
pub mod composing {}

#[doc = include_str!("../guide/custom.md")]
pub mod custom {}

#[doc = include_str!("../guide/structs.md")]
pub mod structs {}
