//! The primal side of the oracle: `f64` or `f32`, with the very methods of std that the compiled program
//! calls, so that values can be compared bit for bit.

use std::fmt::Debug;
use std::ops::{Add, Div, Mul, Neg, Rem, Sub};

use super::special;
use crate::ast::{Fun, Lit, Origin};

/// The scalar of the interpreted program.
pub(crate) trait Float:
    Copy
    + PartialOrd
    + Debug
    + Neg<Output = Self>
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Rem<Output = Self>
{
    /// The distance from 1 to the next number.
    const EPSILON: f64;
    /// Magnitudes outside `1/RANGE ..= RANGE` may overflow or underflow in a product of two or three.
    const RANGE: f64;

    fn to_f64(self) -> f64;
    fn from_f64(x: f64) -> Self;
    fn from_i32(n: i32) -> Self;
    fn to_i32(self) -> i32;
    fn through_other(self) -> Self;
    fn literal(lit: &Lit) -> Self;
    fn constant(name: &str) -> Self;
    /// The function applied; `n` is the exponent of `powi`.
    fn call(fun: Fun, x: &[Self], n: i32) -> Self;
}

macro_rules! float {
    ($float:ident, $other:ident, $range:expr) => {
        impl Float for $float {
            const EPSILON: f64 = $float::EPSILON as f64;
            const RANGE: f64 = $range;

            #[allow(clippy::cast_lossless, reason = "the same line for both widths")]
            fn to_f64(self) -> f64 {
                self as f64
            }

            #[allow(clippy::cast_possible_truncation, reason = "rounding to the scalar is the purpose")]
            fn from_f64(x: f64) -> Self {
                x as $float
            }

            #[allow(clippy::cast_lossless, clippy::cast_precision_loss, reason = "as the program does")]
            fn from_i32(n: i32) -> Self {
                n as $float
            }

            #[allow(clippy::cast_possible_truncation, reason = "the cast under examination")]
            fn to_i32(self) -> i32 {
                self as i32
            }

            #[allow(clippy::cast_possible_truncation, clippy::cast_lossless, reason = "as the program does")]
            fn through_other(self) -> Self {
                self as $other as $float
            }

            fn literal(lit: &Lit) -> Self {
                lit.digits().parse().expect("the generator writes literals")
            }

            fn constant(name: &str) -> Self {
                use std::$float::consts;
                match name {
                    "PI" => consts::PI,
                    "E" => consts::E,
                    "LN_2" => consts::LN_2,
                    "SQRT_2" => consts::SQRT_2,
                    "FRAC_PI_3" => consts::FRAC_PI_3,
                    "TAU" => consts::TAU,
                    other => unreachable!("no constant {other}"),
                }
            }

            fn call(fun: Fun, args: &[Self], n: i32) -> Self {
                let x = args[0];
                let y = args.get(1).copied().unwrap_or($float::NAN);
                let z = args.get(2).copied().unwrap_or($float::NAN);
                match fun {
                    Fun::Sin => x.sin(),
                    Fun::Cos => x.cos(),
                    Fun::Tan => x.tan(),
                    Fun::Asin => x.asin(),
                    Fun::Acos => x.acos(),
                    Fun::Atan => x.atan(),
                    Fun::Sinh => x.sinh(),
                    Fun::Cosh => x.cosh(),
                    Fun::Tanh => x.tanh(),
                    Fun::Asinh => x.asinh(),
                    Fun::Acosh => x.acosh(),
                    Fun::Atanh => x.atanh(),
                    Fun::Exp => x.exp(),
                    Fun::Exp2 => x.exp2(),
                    Fun::ExpM1 => x.exp_m1(),
                    Fun::Ln => x.ln(),
                    Fun::Ln1p => x.ln_1p(),
                    Fun::Log10 => x.log10(),
                    Fun::Log2 => x.log2(),
                    Fun::Log => x.log(y),
                    Fun::Sqrt => x.sqrt(),
                    Fun::Cbrt => x.cbrt(),
                    Fun::Powi => x.powi(n),
                    Fun::Powf => x.powf(y),
                    Fun::Recip => x.recip(),
                    Fun::ToDegrees => x.to_degrees(),
                    Fun::ToRadians => x.to_radians(),
                    Fun::Hypot => x.hypot(y),
                    Fun::Atan2 => x.atan2(y),
                    Fun::MulAdd => x.mul_add(y, z),
                    Fun::Midpoint => x.midpoint(y),
                    Fun::Abs => x.abs(),
                    Fun::Signum => x.signum(),
                    Fun::Floor => x.floor(),
                    Fun::Ceil => x.ceil(),
                    Fun::Round => x.round(),
                    Fun::RoundTiesEven => x.round_ties_even(),
                    Fun::Trunc => x.trunc(),
                    Fun::Fract => x.fract(),
                    Fun::Min => x.min(y),
                    Fun::Max => x.max(y),
                    Fun::Clamp => x.clamp(y, z),
                    Fun::Copysign => x.copysign(y),
                    Fun::RemEuclid => x.rem_euclid(y),
                    Fun::DivEuclid => x.div_euclid(y),
                    own => {
                        debug_assert_eq!(own.origin(), Origin::Own, "{own:?} is two calls");
                        Self::from_f64(special::value(own, x.to_f64(), y.to_f64()))
                    }
                }
            }
        }
    };
}

float!(f64, f32, 1e100);
float!(f32, f64, 1e12);
