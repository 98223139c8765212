//! The oracle's own versions of the functions that std lacks, in `f64`, from series and continued fractions
//! that are chosen to be plainly right rather than fast, and that share nothing with the runtime.

use std::f64::consts::{FRAC_1_SQRT_2, PI, SQRT_2};
use std::sync::LazyLock;

use crate::ast::Fun;

/// The value of one of chainrule's own functions.
pub(super) fn value(fun: Fun, x: f64, y: f64) -> f64 {
    match fun {
        Fun::Sigmoid => sigmoid(x),
        Fun::Softplus if x.is_nan() => x,
        Fun::Softplus => x.max(0.0) + (-x.abs()).exp().ln_1p(),
        // The limits, where the formulas below are 0 · ∞ or ∞ - ∞.
        Fun::Gelu | Fun::Silu if x == f64::NEG_INFINITY => 0.0,
        Fun::Sinc if x.is_infinite() => 0.0,
        Fun::LnGamma | Fun::Digamma if x == f64::INFINITY => x,
        Fun::Relu => {
            if x < 0.0 {
                0.0
            } else {
                x
            }
        }
        Fun::LeakyRelu => x * if x < 0.0 { y } else { 1.0 },
        Fun::Elu if x < 0.0 => y * x.exp_m1(),
        Fun::Elu => x,
        Fun::Gelu => x * normal_cdf(x),
        Fun::Silu => x * sigmoid(x),
        Fun::Gaussian => (-x * x).exp(),
        Fun::Erf => erf(x),
        Fun::Erfc => erfc(x),
        Fun::NormalPdf => normal_pdf(x),
        Fun::NormalCdf => normal_cdf(x),
        Fun::LnGamma => ln_gamma(x),
        Fun::Digamma => digamma(x),
        Fun::Sinc => sinc(x),
        Fun::Logit => x.ln() - (-x).ln_1p(),
        other => unreachable!("{other:?} is std's"),
    }
}

pub(super) fn sigmoid(x: f64) -> f64 {
    if x < 0.0 { x.exp() / (1.0 + x.exp()) } else { 1.0 / (1.0 + (-x).exp()) }
}

pub(super) fn normal_pdf(x: f64) -> f64 {
    (-x * x / 2.0).exp() / (2.0 * PI).sqrt()
}

pub(super) fn normal_cdf(x: f64) -> f64 {
    0.5 * erfc(-x * FRAC_1_SQRT_2)
}

/// `erf x = 2/√π · e^(-x²) · Σ 2ⁿ x^(2n+1) / (2n+1)!!`, a series of positive terms.
pub(super) fn erf(x: f64) -> f64 {
    if x.abs() > 2.5 {
        return (1.0 - erfc(x.abs())).copysign(x);
    }
    let (mut term, mut sum, mut n) = (x, x, 1.0);
    while term.abs() > sum.abs() * 1e-18 {
        term *= 2.0 * x * x / (2.0 * n + 1.0);
        sum += term;
        n += 1.0;
    }
    if x.is_nan() { x } else { sum * 2.0 / PI.sqrt() * (-x * x).exp() }
}

/// Beyond 1 the continued fraction of Laplace, evaluated from the far end.
pub(super) fn erfc(x: f64) -> f64 {
    if x.is_nan() {
        return x;
    }
    if x < 1.0 {
        return 1.0 - erf(x);
    }
    if x > 27.5 {
        return 0.0;
    }
    let tail = (1..400).rev().fold(x, |tail, k| x + f64::from(k) / 2.0 / tail);
    exp_minus_square(x) / (tail * PI.sqrt())
}

/// `e^(-x²)` with the rounding error of the square put back.
fn exp_minus_square(x: f64) -> f64 {
    let square = x * x;
    (-square).exp() * (-x.mul_add(x, -square)).exp()
}

/// `ζ(s) - 1` for `s ≥ 2` by Euler and Maclaurin.
fn zeta_minus_one(s: i32) -> f64 {
    let n = 100.0_f64;
    let s_real = f64::from(s);
    let head: f64 = (2..100).rev().map(|k| f64::from(k).powi(-s)).sum();
    let tail = n.powi(1 - s) / (s_real - 1.0) + n.powi(-s) / 2.0 + s_real * n.powi(-s - 1) / 12.0
        - s_real * (s_real + 1.0) * (s_real + 2.0) * n.powi(-s - 3) / 720.0
        + (0..5).map(|k| s_real + f64::from(k)).product::<f64>() * n.powi(-s - 5) / 30240.0;
    head + tail
}

/// `ζ(k) - 1` at index `k`, from 2 on.
static ZETA: LazyLock<Vec<f64>> =
    LazyLock::new(|| (0..60).map(|k| if k < 2 { f64::NAN } else { zeta_minus_one(k) }).collect());

const EULER: f64 = 0.577_215_664_901_532_9;

/// `ln Γ(1 + z)` and its first two derivatives for `|z| ≤ ½`, from the Taylor series at 1 with the terms of
/// `ln(1 + z)` split off.
fn gamma_near_one(z: f64) -> [f64; 3] {
    let (mut value, mut slope, mut curvature) = (0.0, 0.0, 0.0);
    for (k, zeta) in (0..60).zip(ZETA.iter()).skip(2) {
        let real = f64::from(k);
        let coefficient = zeta * if k % 2 == 0 { 1.0 } else { -1.0 };
        value += coefficient / real * z.powi(k);
        slope += coefficient * z.powi(k - 1);
        curvature += coefficient * (real - 1.0) * z.powi(k - 2);
    }
    let up = 1.0 + z;
    [value + z * (1.0 - EULER) - z.ln_1p(), slope + (1.0 - EULER) - up.recip(), curvature + up.powi(-2)]
}

/// `ln Γ(x)`, digamma and trigamma for positive `x`: the Taylor series reached by the recurrence, or
/// Stirling's series where that would be a long way.
fn gamma_family(x: f64) -> [f64; 3] {
    if x.is_nan() || x <= 0.0 {
        return [f64::NAN; 3];
    }
    if x > 15.0 {
        let (r, square) = (x.recip(), x.powi(-2));
        // The Bernoulli numbers B₂ₖ / (2k (2k-1)), k = 1…
        let stirling = [
            1.0 / 12.0,
            -1.0 / 360.0,
            1.0 / 1260.0,
            -1.0 / 1680.0,
            1.0 / 1188.0,
            -691.0 / 360_360.0,
            1.0 / 156.0,
        ];
        let sum = |weight: fn(f64) -> f64| -> f64 {
            let terms = stirling.iter().zip(1..);
            terms.map(|(c, k)| c * weight(f64::from(2 * k - 1)) * square.powi(k - 1)).sum()
        };
        let value = (x - 0.5) * x.ln() - x + (2.0 * PI).ln() / 2.0 + r * sum(|_| 1.0);
        let slope = x.ln() - r / 2.0 - square * sum(|n| n);
        let curvature = r + square / 2.0 + r * square * sum(|n| n * (n + 1.0));
        return [value, slope, curvature];
    }
    // Up or down to [½, 3/2]; the logarithm of the product is taken once.
    let (mut at, mut product, mut slope, mut curvature) = (x, 1.0, 0.0, 0.0);
    while at > 1.5 {
        at -= 1.0;
        product *= at;
        slope += at.recip();
        curvature -= at.powi(-2);
    }
    while at < 0.5 {
        product /= at;
        slope -= at.recip();
        curvature += at.powi(-2);
        at += 1.0;
    }
    let near = gamma_near_one(at - 1.0);
    [near[0] + product.ln(), near[1] + slope, near[2] + curvature]
}

fn ln_gamma(x: f64) -> f64 {
    gamma_family(x)[0]
}

pub(super) fn digamma(x: f64) -> f64 {
    gamma_family(x)[1]
}

pub(super) fn trigamma(x: f64) -> f64 {
    gamma_family(x)[2]
}

fn sinc(x: f64) -> f64 {
    if x == 0.0 { 1.0 } else { x.sin() / x }
}

/// The derivative of `sin x / x`: a series of alternating terms near 0.
pub(super) fn sinc_slope(x: f64) -> f64 {
    if x.abs() > 1.0 {
        return (x.cos() - x.sin() / x) / x;
    }
    // Σ (-1)ᵏ 2k x^(2k-1) / (2k+1)!
    let (mut power, mut sum) = (1.0, 0.0);
    for k in 1..14 {
        let even = f64::from(2 * k);
        power *= -x * x / (even * (even + 1.0));
        sum += even * power;
    }
    if x == 0.0 { 0.0 } else { sum / x }
}

/// The value of `gelu`'s derivative, and the size of the terms that make it up.
pub(super) fn gelu_slope(x: f64) -> (f64, f64) {
    let (cdf, pdf) = (normal_cdf(x), normal_pdf(x));
    (cdf + x * pdf, (1.0 + x * x) * (cdf + (x * pdf).abs()))
}

/// `2/√π · e^(-x²)`
pub(super) fn erf_slope(x: f64) -> f64 {
    SQRT_2 * 2.0 * normal_pdf(x * SQRT_2)
}

#[cfg(test)]
mod tests {
    use super::{Fun, erf_slope, gelu_slope, sinc_slope, trigamma, value};

    fn close(got: f64, expected: f64, ulps: f64) {
        let error = (got - expected).abs() / (expected.abs() * f64::EPSILON);
        assert!(error <= ulps, "{got:e} is {error} ulp from {expected:e}");
    }

    include!("special_values.rs");
}
