//! The price of a call option by Black and Scholes, with a logistic approximation of the normal distribution.

use chainrule::{grad, vjp};

use crate::{Budgets, Role, Subject, Workload, at_one};

type Gradient = (f64, f64, f64, f64, f64);

#[grad]
#[vjp]
fn call_price(s: f64, k: f64, r: f64, sigma: f64, t: f64) -> f64 {
    let spread = sigma * t.sqrt();
    let d1 = ((s / k).ln() + (r + 0.5 * sigma * sigma) * t) / spread;
    let d2 = d1 - spread;
    let n1 = 1.0 / (1.0 + (-(1.5958 * d1 + 0.07135 * d1.powi(3))).exp());
    let n2 = 1.0 / (1.0 + (-(1.5958 * d2 + 0.07135 * d2.powi(3))).exp());
    s * n1 - k * (-r * t).exp() * n2
}

/// Tried: 324 to 341 instructions in the loop. The plain reverse sweep, with `d1` in the place of `d2` in
/// `spread_bar` and the terms of the drift apart, takes 14 more; that `sigma` and `t` enter the drift as they
/// enter `spread` shortens it to what is here. The exponentials in a row take 1 more, `spread_bar * root` in
/// `t_bar` and hence a division by `t` 3, `n * (1 - n)` instead of `n - n * n` 1. No reciprocal can be
/// shared: the derivative divides by every divisor once, and the value's divisions have to stay.
fn call_price_by_hand(s: f64, k: f64, r: f64, sigma: f64, t: f64) -> (f64, Gradient) {
    let root = t.sqrt();
    let spread = sigma * root;
    let d1 = ((s / k).ln() + (r + 0.5 * sigma * sigma) * t) / spread;
    let d2 = d1 - spread;
    let (square1, square2) = (d1 * d1, d2 * d2);
    let n1 = 1.0 / (1.0 + (-(1.5958 * d1 + 0.07135 * (d1 * square1))).exp());
    let n2 = 1.0 / (1.0 + (-(1.5958 * d2 + 0.07135 * (d2 * square2))).exp());
    let cost = k * (-r * t).exp() * n2;
    let gain = s * n1;
    let d1_part = (gain - gain * n1) * (1.5958 + 0.21405 * square1);
    let d2_part = (cost - cost * n2) * (1.5958 + 0.21405 * square2);
    let log_bar = (d1_part - d2_part) / spread;
    let spread_bar = d2_part - log_bar * d2;
    let strike_part = log_bar + cost;
    let s_bar = n1 + log_bar / s;
    let k_bar = strike_part / -k;
    let r_bar = strike_part * t;
    let sigma_bar = spread_bar * root;
    let t_bar = 0.5 * sigma * spread_bar / root + strike_part * r;
    (gain - cost, (s_bar, k_bar, r_bar, sigma_bar, t_bar))
}

#[allow(clippy::neg_multiply, reason = "symdiff writes such products")]
mod symbolic {
    #[symdiff::gradient(var = v, dim = 5)]
    #[allow(dead_code, reason = "the gradient is what is measured")]
    pub(super) fn call_price(v: &[f64]) -> f64 {
        let spread = v[3] * v[4].sqrt();
        let d1 = ((v[0] / v[1]).ln() + (v[2] + 0.5 * v[3] * v[3]) * v[4]) / spread;
        let d2 = d1 - spread;
        let n1 = 1.0 / (1.0 + (-(1.5958 * d1 + 0.07135 * d1.powi(3))).exp());
        let n2 = 1.0 / (1.0 + (-(1.5958 * d2 + 0.07135 * d2.powi(3))).exp());
        v[0] * n1 - v[1] * (-v[2] * v[4]).exp() * n2
    }
}

pub(super) fn workload() -> Workload<5> {
    Workload {
        name: "bs",
        arguments: [100.0, 95.0, 0.03, 0.2, 1.5],
        budgets: Budgets { by_hand: Some(1.05), symdiff: Some(1.0), ..Budgets::default() },
        subjects: vec![
            Subject::new(Role::Primal, |&[s, k, r, sigma, t]| call_price(s, k, r, sigma, t)),
            Subject::new(Role::Gradient, |&[s, k, r, sigma, t]| call_price_grad(s, k, r, sigma, t)),
            Subject::new(Role::ValueAndGradient, |&[s, k, r, sigma, t]| {
                call_price_value_and_grad(s, k, r, sigma, t)
            }),
            Subject::new(Role::Pullback, |&[s, k, r, sigma, t]| at_one(call_price_vjp(s, k, r, sigma, t))),
            Subject::new(Role::ByHand, |&[s, k, r, sigma, t]| call_price_by_hand(s, k, r, sigma, t)),
            Subject::new(Role::Symdiff, |v| symbolic::call_price_gradient(v)),
            Subject::new(Role::EmptyValue, |arguments| arguments[0]),
            Subject::new(Role::EmptyGradient, |&[s, k, r, sigma, t]| (s, k, r, sigma, t)),
            Subject::new(Role::EmptyValueAndGradient, |&[s, k, r, sigma, t]| (s, (s, k, r, sigma, t))),
        ],
    }
}
