//! Activation functions of neural networks.

use super::{normal_cdf, normal_pdf};
use crate::Real;

/// max(x, 0), but NaN stays NaN.
#[inline]
pub(crate) fn relu<T: Real>(x: T) -> T {
    if x <= T::ZERO { T::ZERO } else { x }
}

/// `x` where positive, else `slope * x`.
#[inline]
pub(crate) fn leaky_relu<T: Real>(x: T, slope: T) -> T {
    if x >= T::ZERO { x } else { slope * x }
}

/// `x` where positive, else alpha·(eˣ - 1) (Clevert, Unterthiner & Hochreiter, 2015).
#[inline]
pub(crate) fn elu<T: Real>(x: T, alpha: T) -> T {
    if x >= T::ZERO { x } else { alpha * x.exp_m1() }
}

/// x·sigmoid(x) (Hendrycks & Gimpel, 2016).
#[inline]
pub(crate) fn silu<T: Real>(x: T) -> T {
    if x >= T::ZERO {
        return x / (T::ONE + (-x).exp());
    }
    let small = x.exp();
    if small > T::MIN_POSITIVE || x.is_nan() {
        return x * small / (T::ONE + small);
    }
    // Here eˣ has lost digits that x·eˣ still has, and 1 + eˣ is 1.
    let root = (x * T::from_f64(0.5)).exp();
    if root > T::ZERO { x * root * root } else { -T::ZERO }
}

/// x·Φ(x) (Hendrycks & Gimpel, 2016).
#[inline]
pub(crate) fn gelu<T: Real>(x: T) -> T {
    let probability = normal_cdf(x);
    if probability > T::MIN_POSITIVE / T::EPSILON || x.is_nan() { x * probability } else { gelu_tail(x) }
}

/// x·Φ(x) where Φ is about to lose digits to underflow that the product still has:
/// -φ(x)·(1 - 1/x² + 3/x⁴ - 15/x⁶ + …) (Abramowitz & Stegun, 26.2.12).
#[cold]
fn gelu_tail<T: Real>(x: T) -> T {
    /// Enough for `f32`, whose tail begins at -11.5; that of `f64` begins at -36.5.
    const TERMS: i32 = 8;

    let inverse_square = (x * x).recip();
    let series =
        (1..=TERMS).rev().fold(T::ONE, |series, k| T::ONE - T::from_i32(2 * k - 1) * inverse_square * series);
    -(normal_pdf(x) * series)
}
