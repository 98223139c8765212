//! Ackley's function in ten dimensions.

use core::f64::consts::{E, TAU};

use chainrule::{grad, vjp};

use crate::{Budgets, Role, Subject, Workload, at_one};

#[grad]
#[vjp]
fn ackley(x: &[f64; 10]) -> f64 {
    let mut squares = 0.0;
    let mut cosines = 0.0;
    for v in x {
        squares += v * v;
        cosines += (TAU * v).cos();
    }
    -20.0 * (-0.2 * (squares / 10.0).sqrt()).exp() - (cosines / 10.0).exp() + 20.0 + E
}

/// Tried: sines and cosines in two loops (+12).
fn ackley_by_hand(x: &[f64; 10]) -> (f64, [f64; 10]) {
    let mut squares = 0.0;
    let mut cosines = 0.0;
    let mut sines = [0.0; 10];
    for (v, slot) in x.iter().zip(&mut sines) {
        let (sine, cosine) = (TAU * v).sin_cos();
        *slot = sine;
        squares += v * v;
        cosines += cosine;
    }
    let root = (squares / 10.0).sqrt();
    let first = (-0.2 * root).exp();
    let second = (cosines / 10.0).exp();
    let radial = 0.4 * first / root;
    let angular = 0.1 * TAU * second;
    let mut gradient = [0.0; 10];
    for i in 0..10 {
        gradient[i] = radial * x[i] + angular * sines[i];
    }
    (-20.0 * first - second + 20.0 + E, gradient)
}

#[allow(clippy::neg_multiply, reason = "symdiff writes such products")]
#[allow(clippy::approx_constant, clippy::excessive_precision, reason = "symdiff knows no constants")]
mod symbolic {
    #[symdiff::gradient(var = v, dim = 10)]
    #[allow(dead_code, reason = "the gradient is what is measured")]
    pub(super) fn ackley(v: &[f64]) -> f64 {
        let squares = v[0].powi(2)
            + v[1].powi(2)
            + v[2].powi(2)
            + v[3].powi(2)
            + v[4].powi(2)
            + v[5].powi(2)
            + v[6].powi(2)
            + v[7].powi(2)
            + v[8].powi(2)
            + v[9].powi(2);
        let cosines = (6.283185307179586 * v[0]).cos()
            + (6.283185307179586 * v[1]).cos()
            + (6.283185307179586 * v[2]).cos()
            + (6.283185307179586 * v[3]).cos()
            + (6.283185307179586 * v[4]).cos()
            + (6.283185307179586 * v[5]).cos()
            + (6.283185307179586 * v[6]).cos()
            + (6.283185307179586 * v[7]).cos()
            + (6.283185307179586 * v[8]).cos()
            + (6.283185307179586 * v[9]).cos();
        0.0 - 20.0 * (0.0 - 0.2 * (squares / 10.0).sqrt()).exp() - (cosines / 10.0).exp() + 22.718281828459045
    }
}

pub(super) fn workload() -> Workload<10> {
    Workload {
        name: "ackley",
        arguments: [-1.2, 1.0, 0.8, 1.1, -0.5, 0.3, 1.4, 0.9, -0.7, 1.3],
        budgets: Budgets { by_hand: Some(1.05), symdiff: Some(1.0), ..Budgets::default() },
        subjects: vec![
            Subject::new(Role::Primal, ackley),
            Subject::new(Role::Gradient, ackley_grad),
            Subject::new(Role::ValueAndGradient, ackley_value_and_grad),
            Subject::new(Role::Pullback, |x| at_one(ackley_vjp(x))),
            Subject::new(Role::ByHand, ackley_by_hand),
            Subject::new(Role::Symdiff, |v| symbolic::ackley_gradient(v)),
            Subject::new(Role::EmptyValue, |arguments| arguments[0]),
            Subject::new(Role::EmptyGradient, |arguments| *arguments),
            Subject::new(Role::EmptyValueAndGradient, |arguments| (arguments[0], *arguments)),
        ],
    }
}
