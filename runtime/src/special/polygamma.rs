//! The polygamma functions ψ⁽ⁿ⁾, the derivatives of ψ.

use super::{digamma, ln_gamma};
use crate::Real;

/// B₂ₖ / (2k)! for k = 1, 2, …, with Bernoulli's numbers B.
const EULER_MACLAURIN: [f64; 12] = [
    0.083_333_333_333_333_33,
    -0.001_388_888_888_888_889,
    3.306_878_306_878_307e-5,
    -8.267_195_767_195_768e-7,
    2.087_675_698_786_81e-8,
    -5.284_190_138_687_493e-10,
    1.338_253_653_068_467_9e-11,
    -3.389_680_296_322_582_7e-13,
    8.586_062_056_277_845e-15,
    -2.174_868_698_558_062e-16,
    5.509_002_828_360_229_5e-18,
    -1.395_446_468_581_252_2e-19,
];

/// No argument needs as many terms of the sum, except where the result overflows or underflows anyway.
const MAX_TERMS: usize = 100;

/// The largest n whose factorial is multiplied out.
const MAX_FACTORS: i32 = 1000;

/// ψ⁽ⁿ⁾(x) for n ≥ 0; NaN for n < 0.
///
/// At the poles 0, -1, …: ∞ for odd n; for even n, whose limits on the two sides differ, NaN, but ∓∞ at ±0. The
/// relative error grows with n, by about half a unit in the last place for each order. Beyond n = 1000,
/// where few values are in range, logarithms are used and digits are lost.
pub(crate) fn polygamma<T: Real>(x: T, n: i32) -> T {
    if n < 0 {
        return T::NAN;
    }
    if n == 0 {
        return digamma(x);
    }
    let odd = n % 2 == 1;
    if x > T::ZERO || x.is_nan() {
        let size = positive(x, n);
        return if odd { size } else { -size };
    }
    // The distances to the poles below and above. At most one of them is rounded, the one that matters less.
    let (below, above) = (x - x.floor(), x.ceil() - x);
    if x == T::ZERO || below == T::ZERO {
        return match (odd, x == T::ZERO) {
            (true, _) => T::INFINITY,
            (false, true) => -x.recip(),
            (false, false) => T::NAN,
        };
    }
    // Σ 1/(x + k)ⁿ⁺¹ over all integers k has the period 1. What belongs to k < 0 is taken away.
    let upper = positive(above, n) - positive(T::ONE - x, n);
    if odd { positive(below, n) + upper } else { upper - positive(below, n) }
}

/// |ψ⁽ⁿ⁾(x)| = n! ζ(n + 1, x) for x > 0 and n ≥ 1, with Hurwitz' ζ(s, x) = Σ 1/(x + k)ˢ over k ≥ 0.
///
/// Small arguments sum the first terms and leave the rest to Euler and Maclaurin's formula (DLMF 25.11.28).
fn positive<T: Real>(x: T, n: i32) -> T {
    let order = T::from_i32(n);
    let large = order + T::from_f64(10.0);
    if x >= large {
        return factorial_over_power(x, n - 1) * remainder(x, order);
    }
    // In units of the first term.
    let mut sum = T::ONE;
    let mut shifted = x + T::ONE;
    for _ in 0..MAX_TERMS {
        if shifted >= large {
            break;
        }
        let term = power(x / shifted, n);
        sum += term;
        // The rest is about the integral.
        if term * shifted <= T::EPSILON * T::from_f64(0.25) * order * sum {
            return factorial_over_power(x, n) * sum;
        }
        shifted += T::ONE;
    }
    let rest = power(x / shifted, n) * (shifted / order) * remainder(shifted, order);
    factorial_over_power(x, n) * (sum + rest)
}

/// qⁿ⁺¹.
fn power<T: Real>(q: T, n: i32) -> T {
    match n {
        1 => q * q,
        2 => q * q * q,
        _ => q.powf(T::from_i32(n) + T::ONE),
    }
}

/// n ζ(n + 1, x) xⁿ = 1 + n/2x + Σ B₂ₖ/(2k)! · n(n + 1)…(n + 2k - 1) / x²ᵏ for large x.
fn remainder<T: Real>(x: T, order: T) -> T {
    let inverse = x.recip();
    let half = T::from_f64(0.5) * order * inverse;
    let (mut sum, mut weight, mut factor) = (T::ZERO, T::ONE, order);
    for coefficient in EULER_MACLAURIN {
        weight *= factor * inverse * ((factor + T::ONE) * inverse);
        factor += T::from_f64(2.0);
        sum += weight * T::from_f64(coefficient);
    }
    T::ONE + (half + sum)
}

/// n! / xⁿ⁺¹, also where the factorial or the power alone overflows or underflows.
fn factorial_over_power<T: Real>(x: T, n: i32) -> T {
    let factorial = (2..=n.min(MAX_FACTORS)).fold(T::ONE, |product, factor| product * T::from_i32(factor));
    let power = power(x, n);
    if factorial.is_finite() && power >= T::MIN_POSITIVE && power.is_finite() {
        return factorial / power;
    }
    if n <= MAX_FACTORS {
        // Factors from both ends of the factorial, starting in the middle: as these pairs get smaller, the
        // product rises and then falls, or only one of the two, and does not leave the range to come back.
        let middle = if n % 2 == 1 { T::from_i32(n / 2 + 1) / x } else { T::ONE };
        return (1..=n / 2)
            .rev()
            .fold(middle / x, |product, j| product * (T::from_i32(j) / x * (T::from_i32(n + 1 - j) / x)));
    }
    let exponent = T::from_i32(n) + T::ONE;
    (ln_gamma(exponent) - exponent * x.ln()).exp()
}
