//! Rosenbrock's function in ten dimensions.

use chainrule::{grad, vjp};

use crate::{Budgets, Role, Subject, Workload, at_one};

type Gradient = (f64, f64, f64, f64, f64, f64, f64, f64, f64, f64);

#[grad]
#[vjp]
#[allow(clippy::too_many_arguments, reason = "arrays are not measured here")]
fn rosenbrock(
    x0: f64,
    x1: f64,
    x2: f64,
    x3: f64,
    x4: f64,
    x5: f64,
    x6: f64,
    x7: f64,
    x8: f64,
    x9: f64,
) -> f64 {
    let f0 = 100.0 * (x1 - x0.powi(2)).powi(2) + (1.0 - x0).powi(2);
    let f1 = 100.0 * (x2 - x1.powi(2)).powi(2) + (1.0 - x1).powi(2);
    let f2 = 100.0 * (x3 - x2.powi(2)).powi(2) + (1.0 - x2).powi(2);
    let f3 = 100.0 * (x4 - x3.powi(2)).powi(2) + (1.0 - x3).powi(2);
    let f4 = 100.0 * (x5 - x4.powi(2)).powi(2) + (1.0 - x4).powi(2);
    let f5 = 100.0 * (x6 - x5.powi(2)).powi(2) + (1.0 - x5).powi(2);
    let f6 = 100.0 * (x7 - x6.powi(2)).powi(2) + (1.0 - x6).powi(2);
    let f7 = 100.0 * (x8 - x7.powi(2)).powi(2) + (1.0 - x7).powi(2);
    let f8 = 100.0 * (x9 - x8.powi(2)).powi(2) + (1.0 - x8).powi(2);
    f0 + f1 + f2 + f3 + f4 + f5 + f6 + f7 + f8
}

/// Tried: 128 to 143 instructions in the loop. Arrays and loops (+1 to +11), `-400 * a * x - 2 * b` as it
/// comes from the rules (+15), `x * (1 - g)` expanded (+5), the gradient before the value (+0).
#[allow(clippy::too_many_arguments, reason = "the signature of the generated function")]
fn rosenbrock_by_hand(
    x0: f64,
    x1: f64,
    x2: f64,
    x3: f64,
    x4: f64,
    x5: f64,
    x6: f64,
    x7: f64,
    x8: f64,
    x9: f64,
) -> (f64, Gradient) {
    let (a0, b0) = (x1 - x0 * x0, 1.0 - x0);
    let (a1, b1) = (x2 - x1 * x1, 1.0 - x1);
    let (a2, b2) = (x3 - x2 * x2, 1.0 - x2);
    let (a3, b3) = (x4 - x3 * x3, 1.0 - x3);
    let (a4, b4) = (x5 - x4 * x4, 1.0 - x4);
    let (a5, b5) = (x6 - x5 * x5, 1.0 - x5);
    let (a6, b6) = (x7 - x6 * x6, 1.0 - x6);
    let (a7, b7) = (x8 - x7 * x7, 1.0 - x7);
    let (a8, b8) = (x9 - x8 * x8, 1.0 - x8);
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
    let gradient = (
        -2.0 * (g0 * x0 + b0),
        g0 - 2.0 * (g1 * x1 + b1),
        g1 - 2.0 * (g2 * x2 + b2),
        g2 - 2.0 * (g3 * x3 + b3),
        g3 - 2.0 * (g4 * x4 + b4),
        g4 - 2.0 * (g5 * x5 + b5),
        g5 - 2.0 * (g6 * x6 + b6),
        g6 - 2.0 * (g7 * x7 + b7),
        g7 - 2.0 * (g8 * x8 + b8),
        g8,
    );
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

/// The function, of all its arguments in an array.
macro_rules! of_array {
    ($function:ident) => {
        |&[x0, x1, x2, x3, x4, x5, x6, x7, x8, x9]: &[f64; 10]| {
            $function(x0, x1, x2, x3, x4, x5, x6, x7, x8, x9)
        }
    };
}

/// The arguments, in the form of a gradient.
fn gathered(arguments: &[f64; 10]) -> Gradient {
    let &[x0, x1, x2, x3, x4, x5, x6, x7, x8, x9] = arguments;
    (x0, x1, x2, x3, x4, x5, x6, x7, x8, x9)
}

pub(super) fn workload() -> Workload<10> {
    Workload {
        name: "rosen10",
        arguments: [-1.2, 1.0, 0.8, 1.1, -0.5, 0.3, 1.4, 0.9, -0.7, 1.3],
        budgets: Budgets::default(),
        subjects: vec![
            Subject::new(Role::Primal, of_array!(rosenbrock)),
            Subject::new(Role::Gradient, of_array!(rosenbrock_grad)),
            Subject::new(Role::ValueAndGradient, of_array!(rosenbrock_value_and_grad)),
            Subject::new(Role::Pullback, |arguments| at_one(of_array!(rosenbrock_vjp)(arguments))),
            Subject::new(Role::ByHand, of_array!(rosenbrock_by_hand)),
            Subject::new(Role::Symdiff, |v| symbolic::rosenbrock_gradient(v)),
            Subject::new(Role::EmptyValue, |arguments| arguments[0]),
            Subject::new(Role::EmptyGradient, gathered),
            Subject::new(Role::EmptyValueAndGradient, |arguments| (arguments[0], gathered(arguments))),
        ],
    }
}
