//! A neuron of two inputs with the logistic activation.

use chainrule::{grad, vjp};

use crate::{Budgets, Role, Subject, Workload, at_one};

#[grad]
#[vjp]
fn neuron(w0: f64, x0: f64, w1: f64, x1: f64, w2: f64) -> f64 {
    1.0 / (1.0 + (-(w0 * x0 + w1 * x1 + w2)).exp())
}

/// Tried: the slope as `value * (1 - value)` (+1) and from the exponential, `exp * value * value` (+0).
fn neuron_by_hand(w0: f64, x0: f64, w1: f64, x1: f64, w2: f64) -> (f64, (f64, f64, f64, f64, f64)) {
    let value = 1.0 / (1.0 + (-(w0 * x0 + w1 * x1 + w2)).exp());
    let slope = value - value * value;
    (value, (slope * x0, slope * w0, slope * x1, slope * w1, slope))
}

#[allow(clippy::neg_multiply, reason = "symdiff writes such products")]
mod symbolic {
    #[symdiff::gradient(var = v, dim = 5)]
    #[allow(dead_code, reason = "the gradient is what is measured")]
    pub(super) fn neuron(v: &[f64]) -> f64 {
        1.0 / (1.0 + (-(v[0] * v[1] + v[2] * v[3] + v[4])).exp())
    }
}

pub(super) fn workload() -> Workload<5> {
    Workload {
        name: "neuron",
        arguments: [2.0, -1.0, -3.0, -2.0, -3.0],
        budgets: Budgets { by_hand: None, symdiff: Some(1.0), ..Budgets::default() },
        subjects: vec![
            Subject::new(Role::Primal, |&[w0, x0, w1, x1, w2]| neuron(w0, x0, w1, x1, w2)),
            Subject::new(Role::Gradient, |&[w0, x0, w1, x1, w2]| neuron_grad(w0, x0, w1, x1, w2)),
            Subject::new(Role::ValueAndGradient, |&[w0, x0, w1, x1, w2]| {
                neuron_value_and_grad(w0, x0, w1, x1, w2)
            }),
            Subject::new(Role::Pullback, |&[w0, x0, w1, x1, w2]| at_one(neuron_vjp(w0, x0, w1, x1, w2))),
            Subject::new(Role::ByHand, |&[w0, x0, w1, x1, w2]| neuron_by_hand(w0, x0, w1, x1, w2)),
            Subject::new(Role::Symdiff, |v| symbolic::neuron_gradient(v)),
            Subject::new(Role::EmptyValue, |arguments| arguments[0]),
            Subject::new(Role::EmptyGradient, |&[w0, x0, w1, x1, w2]| (w0, x0, w1, x1, w2)),
            Subject::new(Role::EmptyValueAndGradient, |&[w0, x0, w1, x1, w2]| (w0, (w0, x0, w1, x1, w2))),
        ],
    }
}
