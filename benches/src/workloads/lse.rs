//! The logarithm of the sum of sixteen exponentials.

use chainrule::{grad, vjp};

use crate::{Budgets, Role, Subject, Workload, at_one};

#[grad]
#[vjp]
fn log_sum_exp(x: &[f64; 16]) -> f64 {
    let mut sum = 0.0;
    for v in x {
        sum += v.exp();
    }
    sum.ln()
}

/// Tried: divisions by the sum instead of the reciprocal (+0).
fn log_sum_exp_by_hand(x: &[f64; 16]) -> (f64, [f64; 16]) {
    let exponentials = x.map(f64::exp);
    let mut sum = 0.0;
    for e in exponentials {
        sum += e;
    }
    let reciprocal = 1.0 / sum;
    (sum.ln(), exponentials.map(|e| e * reciprocal))
}

#[allow(clippy::neg_multiply, reason = "symdiff writes such products")]
mod symbolic {
    #[symdiff::gradient(var = v, dim = 16)]
    #[allow(dead_code, reason = "the gradient is what is measured")]
    pub(super) fn log_sum_exp(v: &[f64]) -> f64 {
        (v[0].exp()
            + v[1].exp()
            + v[2].exp()
            + v[3].exp()
            + v[4].exp()
            + v[5].exp()
            + v[6].exp()
            + v[7].exp()
            + v[8].exp()
            + v[9].exp()
            + v[10].exp()
            + v[11].exp()
            + v[12].exp()
            + v[13].exp()
            + v[14].exp()
            + v[15].exp())
        .ln()
    }
}

pub(super) fn workload() -> Workload<16> {
    Workload {
        name: "lse",
        arguments: core::array::from_fn(|i| [-1.2, 1.0, 0.8, 1.1, -0.5, 0.3, 1.4, 0.9][i % 8]),
        budgets: Budgets { by_hand: Some(1.05), symdiff: Some(1.0), ..Budgets::default() },
        subjects: vec![
            Subject::new(Role::Primal, log_sum_exp),
            Subject::new(Role::Gradient, log_sum_exp_grad),
            Subject::new(Role::ValueAndGradient, log_sum_exp_value_and_grad),
            Subject::new(Role::Pullback, |x| at_one(log_sum_exp_vjp(x))),
            Subject::new(Role::ByHand, log_sum_exp_by_hand),
            Subject::new(Role::Symdiff, |v| symbolic::log_sum_exp_gradient(v)),
            Subject::new(Role::EmptyValue, |arguments| arguments[0]),
            Subject::new(Role::EmptyGradient, |arguments| *arguments),
            Subject::new(Role::EmptyValueAndGradient, |arguments| (arguments[0], *arguments)),
        ],
    }
}
