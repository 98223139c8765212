//! The squared error of a network of two inputs, four hidden units and one output, in its seventeen weights.

use chainrule::{grad, vjp};

use crate::{Budgets, Role, Subject, Workload, at_one};

#[rustfmt::skip]
type Gradient = (f64, f64, f64, f64, f64, f64, f64, f64, f64, f64, f64, f64, f64, f64, f64, f64, f64);

#[grad(wrt(w00, w01, b0, w10, w11, b1, w20, w21, b2, w30, w31, b3, v0, v1, v2, v3, c))]
#[vjp(wrt(w00, w01, b0, w10, w11, b1, w20, w21, b2, w30, w31, b3, v0, v1, v2, v3, c))]
#[allow(clippy::too_many_arguments, reason = "arrays are not measured here")]
fn squared_error(
    w00: f64,
    w01: f64,
    b0: f64,
    w10: f64,
    w11: f64,
    b1: f64,
    w20: f64,
    w21: f64,
    b2: f64,
    w30: f64,
    w31: f64,
    b3: f64,
    v0: f64,
    v1: f64,
    v2: f64,
    v3: f64,
    c: f64,
    x0: f64,
    x1: f64,
    target: f64,
) -> f64 {
    let h0 = (w00 * x0 + w01 * x1 + b0).tanh();
    let h1 = (w10 * x0 + w11 * x1 + b1).tanh();
    let h2 = (w20 * x0 + w21 * x1 + b2).tanh();
    let h3 = (w30 * x0 + w31 * x1 + b3).tanh();
    let error = v0 * h0 + v1 * h1 + v2 * h2 + v3 * h3 + c - target;
    error * error
}

/// Tried: the slope of tanh as `1 - h * h` apart from the rest (+7), all sums before the first tanh (+0),
/// products with the error expanded (+9).
#[allow(clippy::too_many_arguments, reason = "the signature of the generated function")]
fn squared_error_by_hand(
    w00: f64,
    w01: f64,
    b0: f64,
    w10: f64,
    w11: f64,
    b1: f64,
    w20: f64,
    w21: f64,
    b2: f64,
    w30: f64,
    w31: f64,
    b3: f64,
    v0: f64,
    v1: f64,
    v2: f64,
    v3: f64,
    c: f64,
    x0: f64,
    x1: f64,
    target: f64,
) -> (f64, Gradient) {
    let h0 = (w00 * x0 + w01 * x1 + b0).tanh();
    let h1 = (w10 * x0 + w11 * x1 + b1).tanh();
    let h2 = (w20 * x0 + w21 * x1 + b2).tanh();
    let h3 = (w30 * x0 + w31 * x1 + b3).tanh();
    let error = v0 * h0 + v1 * h1 + v2 * h2 + v3 * h3 + c - target;
    let double = error + error;
    let v0_bar = double * h0;
    let b0_bar = v0 * (double - v0_bar * h0);
    let v1_bar = double * h1;
    let b1_bar = v1 * (double - v1_bar * h1);
    let v2_bar = double * h2;
    let b2_bar = v2 * (double - v2_bar * h2);
    let v3_bar = double * h3;
    let b3_bar = v3 * (double - v3_bar * h3);
    let gradient = (
        b0_bar * x0,
        b0_bar * x1,
        b0_bar,
        b1_bar * x0,
        b1_bar * x1,
        b1_bar,
        b2_bar * x0,
        b2_bar * x1,
        b2_bar,
        b3_bar * x0,
        b3_bar * x1,
        b3_bar,
        v0_bar,
        v1_bar,
        v2_bar,
        v3_bar,
        double,
    );
    (error * error, gradient)
}

/// The weights of a workload's arguments.
fn weights(arguments: &[f64; 20]) -> Gradient {
    let &[w00, w01, b0, w10, w11, b1, w20, w21, b2, w30, w31, b3, v0, v1, v2, v3, c, ..] = arguments;
    (w00, w01, b0, w10, w11, b1, w20, w21, b2, w30, w31, b3, v0, v1, v2, v3, c)
}

/// The function, of all its arguments in an array.
#[rustfmt::skip]
macro_rules! of_array {
    ($function:ident) => {
        |&[
            w00, w01, b0, w10, w11, b1, w20, w21, b2, w30, w31, b3, v0, v1, v2, v3, c, x0, x1, target,
        ]: &[f64; 20]| {
            $function(
                w00, w01, b0, w10, w11, b1, w20, w21, b2, w30, w31, b3, v0, v1, v2, v3, c, x0, x1, target,
            )
        }
    };
}

pub(super) fn workload() -> Workload<20> {
    Workload {
        name: "mlp",
        arguments: [
            0.5, -0.3, 0.1, -0.7, 0.2, -0.4, 0.9, 0.6, 0.3, -0.2, 0.8, 0.05, 1.1, -0.6, 0.4, 0.7, -0.1, 0.35,
            -1.2, 0.25,
        ],
        budgets: Budgets { by_hand: Some(1.05), symdiff: None, ..Budgets::default() },
        subjects: vec![
            Subject::new(Role::Primal, of_array!(squared_error)),
            Subject::new(Role::Gradient, of_array!(squared_error_grad)),
            Subject::new(Role::ValueAndGradient, of_array!(squared_error_value_and_grad)),
            Subject::new(Role::Pullback, |arguments| at_one(of_array!(squared_error_vjp)(arguments))),
            Subject::new(Role::ByHand, of_array!(squared_error_by_hand)),
            Subject::new(Role::EmptyValue, |arguments| arguments[0]),
            Subject::new(Role::EmptyGradient, weights),
            Subject::new(Role::EmptyValueAndGradient, |arguments| (arguments[0], weights(arguments))),
        ],
    }
}
