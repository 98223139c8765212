//! Rosenbrock's function in ten dimensions, as a loop over an array.

use chainrule::{grad, vjp};

use crate::{Budgets, Role, Subject, Workload, at_one};

#[grad]
#[vjp]
fn rosenbrock(x: &[f64; 10]) -> f64 {
    let mut sum = 0.0;
    for i in 0..9 {
        sum += 100.0 * (x[i + 1] - x[i].powi(2)).powi(2) + (1.0 - x[i]).powi(2);
    }
    sum
}

/// Tried: 128 to 143 instructions in the loop. A loop (+11), `-400 * a * x - 2 * b` as it comes from the rules
/// (+15), `x * (1 - g)` expanded (+5), the gradient before the value (+0).
fn rosenbrock_by_hand(x: &[f64; 10]) -> (f64, [f64; 10]) {
    let (a0, b0) = (x[1] - x[0] * x[0], 1.0 - x[0]);
    let (a1, b1) = (x[2] - x[1] * x[1], 1.0 - x[1]);
    let (a2, b2) = (x[3] - x[2] * x[2], 1.0 - x[2]);
    let (a3, b3) = (x[4] - x[3] * x[3], 1.0 - x[3]);
    let (a4, b4) = (x[5] - x[4] * x[4], 1.0 - x[4]);
    let (a5, b5) = (x[6] - x[5] * x[5], 1.0 - x[5]);
    let (a6, b6) = (x[7] - x[6] * x[6], 1.0 - x[6]);
    let (a7, b7) = (x[8] - x[7] * x[7], 1.0 - x[7]);
    let (a8, b8) = (x[9] - x[8] * x[8], 1.0 - x[8]);
    let g0 = 200.0 * a0;
    let g1 = 200.0 * a1;
    let g2 = 200.0 * a2;
    let g3 = 200.0 * a3;
    let g4 = 200.0 * a4;
    let g5 = 200.0 * a5;
    let g6 = 200.0 * a6;
    let g7 = 200.0 * a7;
    let g8 = 200.0 * a8;
    let value = (100.0 * (a0 * a0) + b0 * b0)
        + (100.0 * (a1 * a1) + b1 * b1)
        + (100.0 * (a2 * a2) + b2 * b2)
        + (100.0 * (a3 * a3) + b3 * b3)
        + (100.0 * (a4 * a4) + b4 * b4)
        + (100.0 * (a5 * a5) + b5 * b5)
        + (100.0 * (a6 * a6) + b6 * b6)
        + (100.0 * (a7 * a7) + b7 * b7)
        + (100.0 * (a8 * a8) + b8 * b8);
    let gradient = [
        -2.0 * (g0 * x[0] + b0),
        g0 - 2.0 * (g1 * x[1] + b1),
        g1 - 2.0 * (g2 * x[2] + b2),
        g2 - 2.0 * (g3 * x[3] + b3),
        g3 - 2.0 * (g4 * x[4] + b4),
        g4 - 2.0 * (g5 * x[5] + b5),
        g5 - 2.0 * (g6 * x[6] + b6),
        g6 - 2.0 * (g7 * x[7] + b7),
        g7 - 2.0 * (g8 * x[8] + b8),
        g8,
    ];
    (value, gradient)
}

#[allow(clippy::neg_multiply, reason = "symdiff writes such products")]
mod symbolic {
    #[symdiff::gradient(var = v, dim = 10)]
    #[allow(dead_code, reason = "the gradient is what is measured")]
    pub(super) fn rosenbrock(v: &[f64]) -> f64 {
        let f0 = 100.0 * (v[1] - v[0].powi(2)).powi(2) + (1.0 - v[0]).powi(2);
        let f1 = 100.0 * (v[2] - v[1].powi(2)).powi(2) + (1.0 - v[1]).powi(2);
        let f2 = 100.0 * (v[3] - v[2].powi(2)).powi(2) + (1.0 - v[2]).powi(2);
        let f3 = 100.0 * (v[4] - v[3].powi(2)).powi(2) + (1.0 - v[3]).powi(2);
        let f4 = 100.0 * (v[5] - v[4].powi(2)).powi(2) + (1.0 - v[4]).powi(2);
        let f5 = 100.0 * (v[6] - v[5].powi(2)).powi(2) + (1.0 - v[5]).powi(2);
        let f6 = 100.0 * (v[7] - v[6].powi(2)).powi(2) + (1.0 - v[6]).powi(2);
        let f7 = 100.0 * (v[8] - v[7].powi(2)).powi(2) + (1.0 - v[7]).powi(2);
        let f8 = 100.0 * (v[9] - v[8].powi(2)).powi(2) + (1.0 - v[8]).powi(2);
        f0 + f1 + f2 + f3 + f4 + f5 + f6 + f7 + f8
    }
}

pub(super) fn workload() -> Workload<10> {
    Workload {
        name: "rosen10",
        arguments: [-1.2, 1.0, 0.8, 1.1, -0.5, 0.3, 1.4, 0.9, -0.7, 1.3],
        budgets: Budgets { by_hand: Some(1.05), symdiff: Some(1.0), ..Budgets::default() },
        subjects: vec![
            Subject::new(Role::Primal, rosenbrock),
            Subject::new(Role::Gradient, rosenbrock_grad),
            Subject::new(Role::ValueAndGradient, rosenbrock_value_and_grad),
            Subject::new(Role::Pullback, |x| at_one(rosenbrock_vjp(x))),
            Subject::new(Role::ByHand, rosenbrock_by_hand),
            Subject::new(Role::Symdiff, |v| symbolic::rosenbrock_gradient(v)),
            Subject::new(Role::EmptyValue, |arguments| arguments[0]),
            Subject::new(Role::EmptyGradient, |arguments| *arguments),
            Subject::new(Role::EmptyValueAndGradient, |arguments| (arguments[0], *arguments)),
        ],
    }
}
