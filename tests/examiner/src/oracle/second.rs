//! The second partial derivatives of the functions, from the calculus book like the first ones.
//!
//! A function of arguments `x₀, x₁, …` has the partials `(i, j, value)` with `i ≤ j`; those that are not listed
//! are zero. Where a function has a kink or a pole it has none, and nothing is examined there.

use std::f64::consts::{LN_2, LN_10};

use super::special;
use crate::ast::{Fun, Op};

pub(super) type Seconds = Vec<(usize, usize, f64)>;

/// The second partials of an operator.
pub(super) fn operator(op: Op, x: f64, y: f64) -> Seconds {
    match op {
        Op::Add | Op::Sub | Op::Rem => Vec::new(),
        Op::Mul => vec![(0, 1, 1.0)],
        Op::Div => vec![(0, 1, -1.0 / (y * y)), (1, 1, 2.0 * x / (y * y * y))],
    }
}

/// The second partials of a function at `x`, where the value is `r`; `n` is the exponent of `powi`.
pub(super) fn partials(fun: Fun, x: &[f64], r: f64, n: i32) -> Seconds {
    match *x {
        [x] => vec![(0, 0, unary(fun, x))],
        [x, _] if fun == Fun::Powi && (n == 0 || n == 1) => vec![(0, 0, 0.0 * x)],
        [x, _] if fun == Fun::Powi => vec![(0, 0, f64::from(n) * f64::from(n - 1) * x.powi(n - 2))],
        [x, y] => binary(fun, x, y, r),
        _ if fun == Fun::MulAdd => vec![(0, 1, 1.0)],
        _ => Vec::new(),
    }
}

fn unary(fun: Fun, x: f64) -> f64 {
    let (s, t) = (special::sigmoid(x), special::sigmoid(-x));
    match fun {
        Fun::Sin => -x.sin(),
        Fun::Cos => -x.cos(),
        Fun::Tan => 2.0 * x.tan() / x.cos().powi(2),
        Fun::Asin => x / ((1.0 - x) * (1.0 + x)).powf(1.5),
        Fun::Acos => -x / ((1.0 - x) * (1.0 + x)).powf(1.5),
        Fun::Atan => -2.0 * x / (1.0 + x * x).powi(2),
        Fun::Sinh => x.sinh(),
        Fun::Cosh => x.cosh(),
        Fun::Tanh => -2.0 * x.tanh() / x.cosh().powi(2),
        Fun::Asinh => -x / (1.0 + x * x).powf(1.5),
        Fun::Acosh => -x / ((x - 1.0) * (x + 1.0)).powf(1.5),
        Fun::Atanh => 2.0 * x / ((1.0 - x) * (1.0 + x)).powi(2),
        Fun::Exp | Fun::ExpM1 => x.exp(),
        Fun::Exp2 => x.exp2() * LN_2 * LN_2,
        Fun::Ln => -x.powi(-2),
        Fun::Ln1p => -(1.0 + x).powi(-2),
        Fun::Log10 => -x.powi(-2) / LN_10,
        Fun::Log2 => -x.powi(-2) / LN_2,
        Fun::Sqrt => -0.25 / (x * x.sqrt()),
        Fun::Cbrt => -2.0 / 9.0 * x.cbrt() / (x * x),
        Fun::Recip => 2.0 / (x * x * x),
        Fun::Sigmoid => s * t * (t - s),
        Fun::Softplus => s * t,
        Fun::Gelu => special::normal_pdf(x) * (2.0 - x * x),
        Fun::Silu => s * t * (2.0 + x * (t - s)),
        Fun::Gaussian => (4.0 * x * x - 2.0) * (-x * x).exp(),
        Fun::Erf => -2.0 * x * special::erf_slope(x),
        Fun::Erfc => 2.0 * x * special::erf_slope(x),
        Fun::NormalPdf => (x * x - 1.0) * special::normal_pdf(x),
        Fun::NormalCdf => -x * special::normal_pdf(x),
        Fun::LnGamma => special::trigamma(x),
        Fun::Digamma => tetragamma(x),
        Fun::Sinc => sinc_curvature(x),
        Fun::Logit => (2.0 * x - 1.0) / (x * (1.0 - x)).powi(2),
        // Pieces of straight lines.
        _ => 0.0,
    }
}

/// `ψ''(x)` for positive `x`: upwards by the recurrence, then the asymptotic series.
fn tetragamma(x: f64) -> f64 {
    let (mut at, mut sum) = (x, 0.0);
    while at < 20.0 {
        sum -= 2.0 / (at * at * at);
        at += 1.0;
    }
    let r = (at * at).recip();
    sum - r * (1.0 + at.recip() + r * (0.5 - r * (1.0 / 6.0 - r * (1.0 / 6.0 - r * 0.3))))
}

fn sinc_curvature(x: f64) -> f64 {
    if x.abs() > 1.0 {
        return -x.sin() / x - 2.0 * x.cos() / (x * x) + 2.0 * x.sin() / (x * x * x);
    }
    // Σ (-1)ᵏ 2k (2k-1) x^(2k-2) / (2k+1)!
    let (mut power, mut sum) = (1.0, 0.0);
    for k in 1..14 {
        let even = f64::from(2 * k);
        power *= -1.0 / (even * (even + 1.0));
        sum += even * (even - 1.0) * power * x.powi(2 * k - 2);
    }
    sum
}

fn binary(fun: Fun, x: f64, y: f64, r: f64) -> Seconds {
    let all = |xx, xy, yy| vec![(0, 0, xx), (0, 1, xy), (1, 1, yy)];
    let square = x * x + y * y;
    match fun {
        Fun::Log => {
            let l = y.ln();
            all(-1.0 / (x * x * l), -1.0 / (x * y * l * l), x.ln() * (l + 2.0) / (y * y * l * l * l))
        }
        Fun::Powf => {
            let l = x.ln();
            all(y * (y - 1.0) * x.powf(y - 2.0), x.powf(y - 1.0) * (1.0 + y * l), r * l * l)
        }
        Fun::Hypot => all(y * y / (r * r * r), -x * y / (r * r * r), x * x / (r * r * r)),
        Fun::Atan2 => all(
            -2.0 * x * y / (square * square),
            (x - y) * (x + y) / (square * square),
            2.0 * x * y / (square * square),
        ),
        Fun::LeakyRelu if x < 0.0 => vec![(0, 1, 1.0)],
        Fun::Elu if x < 0.0 => vec![(0, 0, y * x.exp()), (0, 1, x.exp())],
        _ => Vec::new(),
    }
}

/// Whether the first derivative jumps at this point, or is not defined.
pub(super) fn is_kink(fun: Fun, x: &[f64]) -> bool {
    match fun {
        Fun::Abs | Fun::Relu | Fun::LeakyRelu | Fun::Elu | Fun::Copysign => x[0] == 0.0,
        Fun::Sqrt | Fun::Cbrt | Fun::Powf => x[0] <= 0.0 && fun != Fun::Cbrt || x[0] == 0.0,
        Fun::Min | Fun::Max => x[0] == x[1],
        Fun::Clamp => x[0] == x[1] || x[0] == x[2],
        Fun::Hypot | Fun::Atan2 => x[0] == 0.0 && x[1] == 0.0,
        Fun::Asin | Fun::Acos => x[0].abs() == 1.0,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{is_kink, partials};
    use crate::ast::{Fun, Param};
    use crate::oracle::float::Float;
    use crate::oracle::rules;
    use crate::rng::Rng;

    /// Central differences of the first partials.
    #[test]
    fn second_partials_are_the_slopes_of_the_first() {
        let mut rng = Rng::new(4, 0);
        for &fun in Fun::ALL {
            for _ in 0..20 {
                let n = rng.int(-2, 4);
                let x: Vec<f64> = fun
                    .params()
                    .iter()
                    .map(|param| match param {
                        Param::R => 0.05 + 0.85 * rng.unit() + if fun == Fun::Acosh { 1.0 } else { 0.0 },
                        Param::N => f64::from(n),
                    })
                    .collect();
                if fun == Fun::SinCos || fun == Fun::Clamp || is_kink(fun, &x) {
                    continue;
                }
                let first = |x: &[f64]| {
                    let r = <f64 as Float>::call(fun, x, n);
                    rules::partials(fun, x, r, n)
                };
                let r = <f64 as Float>::call(fun, &x, n);
                let second = partials(fun, &x, r, n);
                let reals = x.iter().zip(fun.params()).filter(|(_, param)| **param == Param::R).count();
                for i in 0..reals {
                    for j in i..reals {
                        let slope = |h: f64| {
                            let (mut up, mut down) = (x.clone(), x.clone());
                            up[j] += h;
                            down[j] -= h;
                            (first(&up)[i].value - first(&down)[i].value) / (2.0 * h)
                        };
                        let expected = (4.0 * slope(5e-5) - slope(1e-4)) / 3.0;
                        let found: f64 = second.iter().filter(|s| (s.0, s.1) == (i, j)).map(|s| s.2).sum();
                        let close = (found - expected).abs() <= 1e-6 * expected.abs().max(1.0);
                        assert!(close, "{fun:?} at {x:?} by {i} and {j}: {found:e}, not {expected:e}");
                    }
                }
            }
        }
    }
}
