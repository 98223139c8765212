//! The logistic function, its integral and its inverse.

use crate::Real;

/// 1 / (1 + e⁻ˣ), with the exponential that cannot overflow.
#[inline]
pub(crate) fn sigmoid<T: Real>(x: T) -> T {
    if x < T::ZERO {
        let small = x.exp();
        small / (T::ONE + small)
    } else {
        T::ONE / (T::ONE + (-x).exp())
    }
}

/// ln(1 + eˣ), with the exponential that cannot overflow.
#[inline]
pub(crate) fn softplus<T: Real>(x: T) -> T {
    if x > T::ZERO { x + (-x).exp().ln_1p() } else { x.exp().ln_1p() }
}

/// ln(p / (1 - p)).
///
/// Around 1/2 the quotient is near 1 and the logarithm would magnify its rounding; ln(1 + t) takes its place, with
/// t = (2p - 1) / (1 - p), whose numerator is exact.
#[inline]
pub(crate) fn logit<T: Real>(p: T) -> T {
    let complement = T::ONE - p;
    if p >= T::from_f64(0.25) && p <= T::from_f64(0.75) {
        (T::from_f64(2.0) * (p - T::from_f64(0.5)) / complement).ln_1p()
    } else {
        (p / complement).ln()
    }
}
