//! The digamma function ψ, the logarithmic derivative of Γ.

use crate::Real;

/// The positive zero x₀ of ψ, less 1, in parts of 23 bits, which can be subtracted in turn without rounding even
/// in `f32`.
const ZERO: [f64; 4] = [
    0.461_632_132_530_212_4,
    1.243_814_828_910_672e-8,
    1.649_812_022_904_589_3e-15,
    1.658_702_868_175_481_6e-22,
];

/// ψ(1 + t) = (1 + t - x₀)·(1 + NUMERATOR(t) / DENOMINATOR(t)) on [0, 1], to 2.6e-17; lowest power first.
///
/// Interpolated at Chebyshev's nodes by `tests/references/digamma.py`.
const NUMERATOR: [f64; 6] = [
    0.250_380_137_503_405_4,
    -0.335_332_441_427_971_03,
    -0.655_845_706_712_893_9,
    -0.289_709_001_092_754_27,
    -0.045_044_091_701_161_526,
    -0.002_045_129_479_555_574_6,
];
const DENOMINATOR: [f64; 7] = [
    1.0,
    2.074_289_615_592_012_7,
    1.456_056_327_168_220_5,
    0.433_246_278_767_105_8,
    0.053_571_778_636_531_82,
    0.002_091_637_781_576_247_7,
    -5.327_378_439_955_44e-7,
];

/// B₂ₖ / 2k for k = 1, 2, …, with Bernoulli's numbers B.
const ASYMPTOTIC: [f64; 8] = [
    1.0 / 12.0,
    -1.0 / 120.0,
    1.0 / 252.0,
    -1.0 / 240.0,
    1.0 / 132.0,
    -691.0 / 32_760.0,
    1.0 / 12.0,
    -3_617.0 / 8_160.0,
];

/// From here on the asymptotic series is exact to the last digit.
const ASYMPTOTIC_FROM: f64 = 10.0;

/// ψ(x). At its poles: -∞ at +0, ∞ at -0, and NaN at the negative integers, where the limits on the two sides
/// differ.
///
/// Positive arguments are brought to [1, 2] by ψ(x + 1) = ψ(x) + 1/x or are large enough for the asymptotic
/// series; negative ones are reflected (Abramowitz & Stegun, 6.3.5, 6.3.7 and 6.3.18).
pub(crate) fn digamma<T: Real>(x: T) -> T {
    if x.abs() < T::EPSILON {
        // ψ(x) = -1/x - 0.577… + …
        -x.recip()
    } else if x > T::ZERO {
        positive(x)
    } else {
        negative(x)
    }
}

fn positive<T: Real>(x: T) -> T {
    let one = T::ONE;
    if x >= T::from_f64(ASYMPTOTIC_FROM) {
        return large(x);
    }
    if x < one {
        return near_zero(x) - x.recip();
    }
    // All subtractions of 1 are exact, and all terms but the last are positive.
    let mut t = x - one;
    let mut sum = T::ZERO;
    while t > one {
        sum += t.recip();
        t -= one;
    }
    near_zero(t) + sum
}

/// For x < 0, by ψ(x) = ψ(1 - x) - π / tan πx.
fn negative<T: Real>(x: T) -> T {
    // The cotangent has the period 1, and the distance to the nearest pole is exact.
    let distance = x - x.round();
    let size = distance.abs();
    let quarter = T::from_f64(0.25);
    let cotangent = if size == T::ZERO {
        T::NAN
    } else if size < quarter {
        (T::PI * distance).tan().recip()
    } else {
        (T::PI * (T::from_f64(0.5) - size)).tan().copysign(distance)
    };
    // ψ(1 - x), where 1 - x would round if x is small.
    let reflected = if x > -T::ONE { near_zero(-x) } else { positive(T::ONE - x) };
    reflected - T::PI * cotangent
}

/// ψ(1 + t) for t in [0, 1].
fn near_zero<T: Real>(t: T) -> T {
    let distance = ZERO.iter().fold(t, |distance, &part| distance - T::from_f64(part));
    distance + distance * (polynomial(&NUMERATOR, t) / polynomial(&DENOMINATOR, t))
}

/// ln x - 1/(2x) - Σ B₂ₖ / (2k x²ᵏ).
fn large<T: Real>(x: T) -> T {
    let inverse = x.recip();
    let square = inverse * inverse;
    x.ln() - (inverse * T::from_f64(0.5) + square * polynomial(&ASYMPTOTIC, square))
}

/// The polynomial with these coefficients, lowest power first, by Horner's rule.
fn polynomial<T: Real>(coefficients: &[f64], x: T) -> T {
    coefficients.iter().rev().fold(T::ZERO, |value, &coefficient| value * x + T::from_f64(coefficient))
}
