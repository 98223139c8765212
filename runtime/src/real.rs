//! The trait of the scalars that can be differentiated, with one method per row of the compiler's table.

mod sealed;

use core::fmt::{Debug, Display};
use core::iter::{Product, Sum};
use core::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Rem, RemAssign, Sub, SubAssign};

#[cfg(not(feature = "std"))]
use crate::fallback;
use crate::{Differentiable, for_each_rule, special};
pub(crate) use sealed::Sealed;

/// Declares [`Real`] and implements it, from rows `name(x, y: real, n: int) source;`.
macro_rules! define_real {
    ($($rows:tt)*) => {
        declare! { $($rows)* }
        implement! { f64, f64; $($rows)* }
        implement! { f32, f32; $($rows)* }
    };
}

/// The type of a parameter: a real is of the type at hand, an int is an `i32`.
macro_rules! parameter {
    (real, $real:ty) => {
        $real
    };
    (int, $real:ty) => {
        i32
    };
}

macro_rules! declare {
    ($(
        $(#[$doc:meta])*
        $name:ident($x:ident $(, $parameter:ident: $kind:ident)*) $source:ident $(($double:ident, $single:ident))?;
    )*) => {
        /// A floating-point number that can be differentiated: `f64` or `f32`.
        ///
        /// Functions that are generic over the scalar take a `T: Real` and use its operators and methods, or
        /// the functions of [`math`](crate::math). Each is [`Differentiable`], as the value with one float. The
        /// trait is sealed, so that the compiler may rely on what is documented here.
        ///
        /// ```
        /// use chainrule::Real;
        ///
        /// fn logistic_loss<T: Real>(margin: T) -> T {
        ///     (-margin).softplus()
        /// }
        /// assert_eq!(logistic_loss(0.0_f64), core::f64::consts::LN_2);
        /// assert_eq!(logistic_loss(0.0_f32), core::f32::consts::LN_2);
        /// ```
        ///
        /// Without `std`, floats have no methods such as `sin` of their own, and this trait supplies them. With
        /// `std` the inherent methods win and the import looks unused; code meant for both says
        /// `#[allow(unused_imports)] use chainrule::Real as _;`.
        #[diagnostic::on_unimplemented(
            message = "`{Self}` is not a type that chainrule can differentiate",
            label = "expected `f64` or `f32`",
            note = "the scalars are `f64`, `f32` and type parameters bounded by `chainrule::Real`"
        )]
        pub trait Real:
            Sealed
            + Differentiable<Scalar = Self>
            + Copy
            + Debug
            + Default
            + Display
            + PartialEq
            + PartialOrd
            + Send
            + Sync
            + 'static
            + From<f32>
            + Add<Output = Self>
            + Sub<Output = Self>
            + Mul<Output = Self>
            + Div<Output = Self>
            + Rem<Output = Self>
            + Neg<Output = Self>
            + AddAssign
            + SubAssign
            + MulAssign
            + DivAssign
            + RemAssign
            + Sum
            + Product
            + for<'a> Sum<&'a Self>
            + for<'a> Product<&'a Self>
        {
            /// 0.
            const ZERO: Self;
            /// 1.
            const ONE: Self;
            /// The distance from 1 to the next larger number.
            const EPSILON: Self;
            /// +∞.
            const INFINITY: Self;
            /// -∞.
            const NEG_INFINITY: Self;
            /// Not a number.
            const NAN: Self;
            /// The smallest finite number.
            const MIN: Self;
            /// The largest finite number.
            const MAX: Self;
            /// The smallest positive normal number.
            const MIN_POSITIVE: Self;
            /// π.
            const PI: Self;
            /// 2π.
            const TAU: Self;
            /// Euler's number e.
            const E: Self;
            /// ln 2.
            const LN_2: Self;
            /// ln 10.
            const LN_10: Self;
            /// log₂ e.
            const LOG2_E: Self;
            /// log₂ 10.
            const LOG2_10: Self;
            /// log₁₀ e.
            const LOG10_E: Self;
            /// log₁₀ 2.
            const LOG10_2: Self;
            /// √2.
            const SQRT_2: Self;
            /// 1/√2.
            const FRAC_1_SQRT_2: Self;
            /// 1/π.
            const FRAC_1_PI: Self;
            /// 2/π.
            const FRAC_2_PI: Self;
            /// 2/√π.
            const FRAC_2_SQRT_PI: Self;
            /// π/2.
            const FRAC_PI_2: Self;
            /// π/3.
            const FRAC_PI_3: Self;
            /// π/4.
            const FRAC_PI_4: Self;
            /// π/6.
            const FRAC_PI_6: Self;
            /// π/8.
            const FRAC_PI_8: Self;

            /// The nearest number to `x`, as by `x as Self`.
            fn from_f64(x: f64) -> Self;
            /// The nearest number to `n`, as by `n as Self`.
            fn from_i32(n: i32) -> Self;
            /// The same number as an `f64`; exact.
            fn to_f64(self) -> f64;
            /// Whether this is not a number.
            fn is_nan(self) -> bool;
            /// Whether this is neither infinite nor NaN.
            fn is_finite(self) -> bool;
            /// Whether this is +∞ or -∞.
            fn is_infinite(self) -> bool;
            /// Whether the sign bit is not set, which holds for `+0.0` too.
            fn is_sign_positive(self) -> bool;
            /// Whether the sign bit is set, which holds for `-0.0` too.
            fn is_sign_negative(self) -> bool;
            /// The sine and the cosine.
            fn sin_cos(self) -> (Self, Self);

            $(
                $(#[$doc])*
                #[must_use]
                fn $name(self $(, $parameter: parameter!($kind, Self))*) -> Self;
            )*
        }
    };
}

macro_rules! implement {
    ($real:ident, $module:ident; $(
        $(#[$doc:meta])*
        $name:ident($x:ident $(, $parameter:ident: $kind:ident)*) $source:ident $(($double:ident, $single:ident))?;
    )*) => {
        #[diagnostic::do_not_recommend]
        impl Real for $real {
            const ZERO: Self = 0.0;
            const ONE: Self = 1.0;
            const EPSILON: Self = $real::EPSILON;
            const INFINITY: Self = $real::INFINITY;
            const NEG_INFINITY: Self = $real::NEG_INFINITY;
            const NAN: Self = $real::NAN;
            const MIN: Self = $real::MIN;
            const MAX: Self = $real::MAX;
            const MIN_POSITIVE: Self = $real::MIN_POSITIVE;
            const PI: Self = core::$module::consts::PI;
            const TAU: Self = core::$module::consts::TAU;
            const E: Self = core::$module::consts::E;
            const LN_2: Self = core::$module::consts::LN_2;
            const LN_10: Self = core::$module::consts::LN_10;
            const LOG2_E: Self = core::$module::consts::LOG2_E;
            const LOG2_10: Self = core::$module::consts::LOG2_10;
            const LOG10_E: Self = core::$module::consts::LOG10_E;
            const LOG10_2: Self = core::$module::consts::LOG10_2;
            const SQRT_2: Self = core::$module::consts::SQRT_2;
            const FRAC_1_SQRT_2: Self = core::$module::consts::FRAC_1_SQRT_2;
            const FRAC_1_PI: Self = core::$module::consts::FRAC_1_PI;
            const FRAC_2_PI: Self = core::$module::consts::FRAC_2_PI;
            const FRAC_2_SQRT_PI: Self = core::$module::consts::FRAC_2_SQRT_PI;
            const FRAC_PI_2: Self = core::$module::consts::FRAC_PI_2;
            const FRAC_PI_3: Self = core::$module::consts::FRAC_PI_3;
            const FRAC_PI_4: Self = core::$module::consts::FRAC_PI_4;
            const FRAC_PI_6: Self = core::$module::consts::FRAC_PI_6;
            const FRAC_PI_8: Self = core::$module::consts::FRAC_PI_8;

            #[inline]
            #[allow(clippy::cast_possible_truncation, reason = "rounding to the type is what is asked for")]
            fn from_f64(x: f64) -> Self {
                x as $real
            }

            #[inline]
            #[allow(clippy::cast_lossless, clippy::cast_precision_loss, reason = "as above")]
            fn from_i32(n: i32) -> Self {
                n as $real
            }

            #[inline]
            fn to_f64(self) -> f64 {
                self.into()
            }

            #[inline]
            fn is_nan(self) -> bool {
                <$real>::is_nan(self)
            }

            #[inline]
            fn is_finite(self) -> bool {
                <$real>::is_finite(self)
            }

            #[inline]
            fn is_infinite(self) -> bool {
                <$real>::is_infinite(self)
            }

            #[inline]
            fn is_sign_positive(self) -> bool {
                <$real>::is_sign_positive(self)
            }

            #[inline]
            fn is_sign_negative(self) -> bool {
                <$real>::is_sign_negative(self)
            }

            #[inline]
            fn sin_cos(self) -> (Self, Self) {
                primal!(libm(sincos, sincosf), $real, sin_cos(self))
            }

            $(
                #[inline]
                fn $name(self $(, $parameter: parameter!($kind, $real))*) -> $real {
                    primal!($source $(($double, $single))?, $real, $name(self $(, $parameter)*))
                }
            )*
        }
    };
}

/// The call that computes a row's function. A path to a float's method finds the inherent one first, so none of
/// these calls comes back to the trait.
#[cfg(feature = "std")]
macro_rules! primal {
    (own, $real:ident, $name:ident($($argument:ident),*)) => { special::$name($($argument),*) };
    ($source:ident $(($double:ident, $single:ident))?, $real:ident, $name:ident($($argument:ident),*)) => {
        <$real>::$name($($argument),*)
    };
}

/// The call that computes a row's function, as above but without the methods that only `std` has.
#[cfg(not(feature = "std"))]
macro_rules! primal {
    (own, $real:ident, $name:ident($($argument:ident),*)) => { special::$name($($argument),*) };
    (fallback, $real:ident, $name:ident($($argument:ident),*)) => { fallback::$name($($argument),*) };
    (libm($double:ident, $single:ident), f64, $name:ident($($argument:ident),*)) => {
        libm::$double($($argument),*)
    };
    (libm($double:ident, $single:ident), f32, $name:ident($($argument:ident),*)) => {
        libm::$single($($argument),*)
    };
    (core, $real:ident, $name:ident($($argument:ident),*)) => { <$real>::$name($($argument),*) };
}

for_each_rule! { define_real }
