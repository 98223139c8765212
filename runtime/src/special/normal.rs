//! The Gaussian function and the standard normal distribution, accurate far out in the tails.
//!
//! There a rounding error of the exponent becomes a relative error of the result that is |exponent| times as
//! large, so the rounding of x² and of x/√2 is computed and made good.

use super::exact;
use crate::Real;

/// 1/√(2π).
const FRAC_1_SQRT_TAU: f64 = 0.398_942_280_401_432_7;
/// 1/√2 = `FRAC_1_SQRT_2` + this, for the `f64` constant.
const FRAC_1_SQRT_2_TAIL: f64 = -4.833_646_656_726_457e-17;

/// e^(-x²).
#[inline]
pub(crate) fn gaussian<T: Real>(x: T) -> T {
    exp_of_negative_square(x, T::ONE)
}

/// The density e^(-x²/2) / √(2π).
#[inline]
pub(crate) fn normal_pdf<T: Real>(x: T) -> T {
    exp_of_negative_square(x, T::from_f64(0.5)) * T::from_f64(FRAC_1_SQRT_TAU)
}

/// e^(-x²·factor) for a power of two: with x² = s + e, it is e^(-s·factor)·(1 - e·factor) up to e².
#[inline]
fn exp_of_negative_square<T: Real>(x: T, factor: T) -> T {
    let (square, error) = exact::square(x);
    let value = (-(square * factor)).exp();
    // Where the square overflows its error is NaN, but there is nothing left to correct.
    if value > T::ZERO { value - value * (error * factor) } else { value }
}

/// Φ(x) = erfc(-x/√2) / 2.
///
/// In the left tail, y = -x/√2 misses by δ, and erfc(y + δ) ≈ erfc(y)·(1 - δ·r), where the ratio
/// r = -erfc'(y)/erfc(y) ≈ y + √(y² + 4/π) is one of the bounds on Mills' ratio (Abramowitz & Stegun, 7.1.13),
/// off by less than six hundredths.
#[inline]
pub(crate) fn normal_cdf<T: Real>(x: T) -> T {
    let y = -x * T::FRAC_1_SQRT_2;
    let value = T::from_f64(0.5) * y.erfc();
    // Elsewhere the slope of erfc is too small to matter, or the value is 0.
    if x < T::ZERO && value > T::ZERO {
        let (_, error) = exact::product(-x, T::FRAC_1_SQRT_2);
        let miss = error - x * frac_1_sqrt_2_tail::<T>();
        let ratio = y + (y * y + T::from_f64(4.0) * T::FRAC_1_PI).sqrt();
        value - value * (miss * ratio)
    } else {
        value
    }
}

/// What the type's constant lacks of 1/√2.
#[inline]
fn frac_1_sqrt_2_tail<T: Real>() -> T {
    T::from_f64(core::f64::consts::FRAC_1_SQRT_2 - T::FRAC_1_SQRT_2.to_f64() + FRAC_1_SQRT_2_TAIL)
}
