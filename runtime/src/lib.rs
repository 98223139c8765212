//! Automatic differentiation at compile time: write a function of floats, get its gradient as another function.
//!
//! The attribute [`grad`] reads the body of a function and writes sibling functions beside it. There is no
//! tape, no dual number and no allocation at run time, so this crate holds only what generated code and
//! numerical users need: the functions of [`math`] and the trait [`Real`] for code that is generic over `f64`
//! and `f32`.
//!
//! # Features
//!
//! - `std` (default): elementary functions come from the standard library.
//! - `libm`: they come from the `libm` crate, for targets without `std`.
//! - `alloc`: generated code may ask for storage on the heap.
//!
//! One of `std` and `libm` must be on; `std` wins when both are.

#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "std")]
extern crate std;

#[cfg(not(any(feature = "std", feature = "libm")))]
compile_error!("chainrule needs elementary functions; turn on the feature `std` (the default) or `libm`");

#[cfg(all(feature = "libm", not(feature = "std")))]
mod fallback;
#[cfg(any(feature = "std", feature = "libm"))]
pub mod math;
#[cfg(any(feature = "std", feature = "libm"))]
mod real;
#[cfg(any(feature = "std", feature = "libm"))]
mod special;

pub use chainrule_macros::grad;
#[cfg(any(feature = "std", feature = "libm"))]
pub use real::Real;

#[cfg(any(feature = "std", feature = "libm"))]
use chainrule_macros::for_each_rule;

/// Returns `x`; inside a differentiated function, holds it constant.
///
/// Its derivative is zero by definition, whatever `x` was computed from. Elsewhere this is the identity.
///
/// ```
/// // In a function under `#[grad]`, the weight would not be differentiated although it depends on `x`.
/// fn weighted(x: f64) -> f64 {
///     let weight = chainrule::constant(1.0 / (1.0 + x * x));
///     weight * x
/// }
/// assert_eq!(weighted(1.0), 0.5);
/// ```
#[inline]
#[must_use]
pub const fn constant<T>(x: T) -> T {
    x
}

/// What expansions name. Not for users, and not stable.
#[doc(hidden)]
pub mod __private {
    /// Compiles only if both arguments are the same function, because every function has a type of its own.
    pub const fn same_function<F: Copy>(_: F, _: F) {}
}
