//! The staged function of the `CS231n` lecture notes.

use chainrule::{grad, vjp};

use crate::{Budgets, Role, Subject, Workload, at_one};

#[grad]
#[vjp]
pub(super) fn staged(x: f64, y: f64) -> f64 {
    let sig_y = 1.0 / (1.0 + (-y).exp());
    let num = x + sig_y;
    let sig_x = 1.0 / (1.0 + (-x).exp());
    let den = sig_x + (x + y).powi(2);
    num / den
}

/// Tried: 151 to 161 instructions in the loop. Against this one, each exponential beside its logistic
/// function takes 6 more, products with the reciprocal of `den` instead of divisions 3, with a product of it
/// and `value` besides 5, and `sig * (1 - sig)` instead of `sig - sig * sig` 4.
fn staged_by_hand(x: f64, y: f64) -> (f64, (f64, f64)) {
    let (exp_neg_y, exp_neg_x) = ((-y).exp(), (-x).exp());
    let (sig_y, sig_x) = (1.0 / (1.0 + exp_neg_y), 1.0 / (1.0 + exp_neg_x));
    let sum = x + y;
    let den = sig_x + sum * sum;
    let value = (x + sig_y) / den;
    let shared = value * (sum + sum);
    let x_bar = (1.0 - shared - value * (sig_x - sig_x * sig_x)) / den;
    let y_bar = (sig_y - sig_y * sig_y - shared) / den;
    (value, (x_bar, y_bar))
}

#[allow(clippy::neg_multiply, reason = "symdiff writes such products")]
mod symbolic {
    #[symdiff::gradient(var = v, dim = 2)]
    #[allow(dead_code, reason = "the gradient is what is measured")]
    pub(super) fn staged(v: &[f64]) -> f64 {
        let sig_y = 1.0 / (1.0 + (-v[1]).exp());
        let num = v[0] + sig_y;
        let sig_x = 1.0 / (1.0 + (-v[0]).exp());
        let den = sig_x + (v[0] + v[1]).powi(2);
        num / den
    }
}

pub(super) fn workload() -> Workload<2> {
    Workload {
        name: "cs",
        arguments: [3.0, -4.0],
        budgets: Budgets { by_hand: Some(1.05), symdiff: Some(1.0), ..Budgets::default() },
        subjects: vec![
            Subject::new(Role::Primal, |&[x, y]| staged(x, y)),
            Subject::new(Role::Gradient, |&[x, y]| staged_grad(x, y)),
            Subject::new(Role::ValueAndGradient, |&[x, y]| staged_value_and_grad(x, y)),
            Subject::new(Role::Pullback, |&[x, y]| at_one(staged_vjp(x, y))),
            Subject::new(Role::ByHand, |&[x, y]| staged_by_hand(x, y)),
            Subject::new(Role::Symdiff, |v| symbolic::staged_gradient(v)),
            Subject::new(Role::EmptyValue, |&[x, _]| x),
            Subject::new(Role::EmptyGradient, |&[x, y]| (x, y)),
            Subject::new(Role::EmptyValueAndGradient, |&[x, y]| (x, (x, y))),
        ],
    }
}
