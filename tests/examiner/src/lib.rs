//! The examiner of chainrule: random programs in the language that chainrule differentiates, compiled in
//! batches, and compared with an oracle that shares no rule and no line with the compiler.
//!
//! ```text
//! seed -- generate --> tree + points -- print --> Rust -- batch --> values and gradients
//!                         |                                               |
//!                         +---- oracle --> values, gradients, noise ------+-- compare --> counts
//!                         |                                                                 |
//!                         +-------------------------- shrink <------------------------------+
//! ```
//!
//! Arrays, loops and iterators are interpreted as they are written, item by item, so the oracle knows nothing of
//! unrolling. Programs with feature `modes` are differentiated by all attributes: values have to be those of the
//! function bit for bit, Jacobians, tangents and pullbacks those of the oracle and adjoint to one another, and
//! second derivatives those of hyper-dual numbers, in Hessians that are symmetric to the last bit.
//!
//! Programs with feature `rolled` have loops that stay loops: over slices and arrays of `N` elements, which have
//! other lengths at every point, none and one among them, with conditions of integers and reals, and over short
//! arrays with a budget too small for unrolling them. An argument of such a type is its length and as many elements
//! as there can be; the gradient has a zero for each element that there is not. Programs that the compiler refuses
//! because it cannot keep what their derivatives need are counted, not reported.
//!
//! Programs with feature `calls` have helpers: functions that carry the attributes that their callers need, in
//! modules and methods, generic and recursive, of structs and of siblings. The oracle interprets their bodies in
//! place; a gradient that a program calls is interpreted to second order.
//!
//! Run it with `cargo run --release -p chainrule-examiner -- --programs 20000 --seed 1`.

mod ast;
mod batch;
mod check;
mod compare;
mod examine;
mod features;
mod generate;
mod oracle;
mod points;
mod print;
mod rng;
mod shrink;

pub use compare::Class;
pub use examine::{Options, Summary, examine};
pub use features::{Feature, Features, Scalar, UnknownFeature};
