//! Slopes that generated code calls where the textbook formula loses digits or hits 0·∞.
//!
//! Each takes the result of the function whose slope it is, which the backward sweep has at hand.

use crate::Real;

/// sech² x = 1 - t², given t = tanh x.
///
/// Near ±1 the difference cancels, and with e = e^(-2|x|) it is 4e / (1 + e)².
#[inline]
pub(crate) fn tanh_slope<T: Real>(x: T, t: T) -> T {
    let difference = T::ONE - t * t;
    // Down to here, t's last digit is magnified at most nine times.
    if difference > T::from_f64(0.19) { difference } else { saturated_tanh_slope(x) }
}

#[cold]
#[inline(never)]
fn saturated_tanh_slope<T: Real>(x: T) -> T {
    let small = (T::from_f64(-2.0) * x.abs()).exp();
    let sum = T::ONE + small;
    T::from_f64(4.0) * small / (sum * sum)
}

/// s·(1 - s), given s = sigmoid x.
///
/// Near 1 the difference cancels, and 1 - s = s·e⁻ˣ takes its place.
#[inline]
pub(crate) fn sigmoid_slope<T: Real>(x: T, s: T) -> T {
    if s < T::from_f64(0.9) { s * (T::ONE - s) } else { saturated_sigmoid_slope(x, s) }
}

#[cold]
#[inline(never)]
fn saturated_sigmoid_slope<T: Real>(x: T, s: T) -> T {
    s * (s * (-x).exp())
}

/// x / r, given r = hypot(x, …); 0 at the origin, ±1 where x is infinite, 0 where only r is.
#[inline]
pub(crate) fn hypot_slope<T: Real>(x: T, r: T) -> T {
    if r == T::ZERO {
        T::ZERO
    } else if r == T::INFINITY && !x.is_finite() {
        x.signum()
    } else {
        x / r
    }
}

/// p·xᵖ⁻¹, given r = xᵖ; 0 for p = 0.
///
/// As long as r is an ordinary number, r/x saves the second power. Elsewhere the power decides, so that at
/// x = 0 the slope is 0 for p = 2, 1 for p = 1, ∞ for p = ½ and -∞ for p = -1.
#[inline]
pub(crate) fn powf_slope<T: Real>(x: T, p: T, r: T) -> T {
    if p == T::ZERO {
        return T::ZERO;
    }
    if r.abs() >= T::MIN_POSITIVE && r.is_finite() && x != T::ZERO && x.is_finite() {
        return p * (r / x);
    }
    let power = x.powf(p - T::ONE);
    // An infinite exponent gives a step, which is flat where it is 0.
    if power == T::ZERO { power } else { p * power }
}

/// xᵖ·ln x, given r = xᵖ; 0 where x = 0 and p ≥ 0, and NaN where x < 0.
#[inline]
pub(crate) fn powf_exponent_slope<T: Real>(x: T, p: T, r: T) -> T {
    if x == T::ZERO {
        if p >= T::ZERO { T::ZERO } else { -r.abs() }
    } else if r == T::ZERO && x > T::ZERO {
        // The logarithm may be infinite.
        T::ZERO
    } else {
        r * x.ln()
    }
}

/// n·xⁿ⁻¹; 0 for n = 0.
#[inline]
pub(crate) fn powi_slope<T: Real>(x: T, n: i32) -> T {
    if n == 0 {
        return T::ZERO;
    }
    let power = match n.checked_sub(1) {
        Some(exponent) => x.powi(exponent),
        None => x.powi(n) / x,
    };
    T::from_i32(n) * power
}
