//! The staged function of the `CS231n` lecture notes, split into helpers. What it is compared with is the gradient
//! of the same function in one piece, in the place of one written by hand.

use chainrule::{grad, vjp};

use super::cs::staged_value_and_grad;
use crate::{Budgets, Role, Subject, Workload, at_one};

#[grad]
fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

#[grad]
fn square(x: f64) -> f64 {
    x * x
}

#[grad]
fn denominator(x: f64, y: f64) -> f64 {
    sigmoid(x) + square(x + y)
}

#[grad]
#[vjp]
fn split(x: f64, y: f64) -> f64 {
    let num = x + sigmoid(y);
    let den = denominator(x, y);
    num / den
}

pub(super) fn workload() -> Workload<2> {
    Workload {
        name: "split",
        arguments: [3.0, -4.0],
        budgets: Budgets { by_hand: Some(1.02), ..Budgets::default() },
        subjects: vec![
            Subject::new(Role::Primal, |&[x, y]| split(x, y)),
            Subject::new(Role::Gradient, |&[x, y]| split_grad(x, y)),
            Subject::new(Role::ValueAndGradient, |&[x, y]| split_value_and_grad(x, y)),
            Subject::new(Role::Pullback, |&[x, y]| at_one(split_vjp(x, y))),
            Subject::new(Role::ByHand, |&[x, y]| staged_value_and_grad(x, y)),
            Subject::new(Role::EmptyValue, |&[x, _]| x),
            Subject::new(Role::EmptyGradient, |&[x, y]| (x, y)),
            Subject::new(Role::EmptyValueAndGradient, |&[x, y]| (x, (x, y))),
        ],
    }
}
