//! The functions that can be differentiated, for `f64`, `f32` and any `T:` [`Real`], the same on every target.
//!
//! Those of the standard library are its methods under their own names; without `std` they are libm's. The
//! others are at home here. Each says what its slope is, which at a kink is the mean of the slopes on the two
//! sides, and at a border or a pole the one-sided or infinite value.
//!
//! ```
//! use chainrule::math;
//!
//! assert_eq!(math::sigmoid(0.0_f64), 0.5);
//! assert_eq!(math::hypot(3.0_f32, 4.0), 5.0);
//! assert_eq!(math::norm(&[1.0, 2.0, 2.0]), 3.0);
//! ```
//!
//! In a differentiated function, call them by a path, `math::sigmoid(x)`, or as methods of [`Real`]. Many programs have a
//! `sigmoid`, `relu`, `norm` or `dot` of their own: such a name alone is taken for the program's function, and
//! differentiated by its siblings, unless the body of the function imports it from here.
//!
//! # Accuracy
//!
//! Errors are at most a few units in the last place over the whole range of the arguments, the tails and the
//! subnormal numbers included. Where a function crosses zero away from an exact argument this cannot be had
//! cheaply: near the negative zeros of `ln_gamma`, `digamma` and `polygamma`, and near the zeros of the
//! spherical Bessel functions, the *absolute* error stays as small as it is beside them.

//!
//! # The table of rules
//!
//! What the compiler knows, operators included. The slopes stand as in its source; they use the arguments, the
//! result where it has a name of its own, and other rows of the table.
//!
#![doc = chainrule_macros::rule_table!()]

mod vector;

use crate::{Real, for_each_rule};

pub use vector::{dot, log_sum_exp, norm, softmax};

/// Writes one function per row `name(x, y: real, n: int) source;`.
macro_rules! define_functions {
    ($(
        $(#[$doc:meta])*
        $name:ident($x:ident $(, $parameter:ident: $kind:ident)*) $source:ident $(($double:ident, $single:ident))?;
    )*) => {$(
        $(#[$doc])*
        #[inline]
        #[must_use]
        pub fn $name<T: Real>($x: T $(, $parameter: parameter!($kind))*) -> T {
            T::$name($x $(, $parameter)*)
        }
    )*};
}

macro_rules! parameter {
    (real) => {
        T
    };
    (int) => {
        i32
    };
}

for_each_rule! { define_functions }

/// The sine and the cosine.
///
/// ```
/// assert_eq!(chainrule::math::sin_cos(0.0_f64), (0.0, 1.0));
/// ```
#[inline]
#[must_use]
pub fn sin_cos<T: Real>(x: T) -> (T, T) {
    x.sin_cos()
}
