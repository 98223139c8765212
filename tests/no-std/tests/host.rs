//! The same code on the host: values are repeated bit for bit, gradients agree with central differences.

use chainrule::Differentiable as _;
use chainrule_no_std::*;

/// Compares value and gradient of a function of two numbers with the function itself.
macro_rules! check {
    ($scalar:ident, $step:expr, $tolerance:expr; $($name:expr, $siblings:expr, $both:expr;)+) => {$(
        for (x, y) in [(0.3, 0.7), (1.4, 0.6), (0.9, 1.8), (2.2, 2.1)] {
            let (x, y): ($scalar, $scalar) = (x, y);
            let function = $name;
            let (value, gradient) = $both(x, y);
            assert_eq!(value.to_bits(), function(x, y).to_bits(), "value of {}", stringify!($name));
            let alone = $siblings(x, y);
            let numeric = (
                (function(x + $step, y) - function(x - $step, y)) / (2.0 * $step),
                (function(x, y + $step) - function(x, y - $step)) / (2.0 * $step),
            );
            for (exact, numeric, tolerance) in [
                (gradient.0, numeric.0, $tolerance),
                (gradient.1, numeric.1, $tolerance),
                // The two siblings may round differently.
                (gradient.0, alone.0, 8.0 * $scalar::EPSILON),
                (gradient.1, alone.1, 8.0 * $scalar::EPSILON),
            ] {
                let error = (exact - numeric).abs() / exact.abs().max(1.0);
                assert!(error < tolerance, "{} at ({x}, {y}): {exact}, not {numeric}", stringify!($name));
            }
        }
    )+};
}

#[test]
fn double_precision() {
    check! { f64, 1e-6, 1e-8;
        staged, staged_grad, staged_value_and_grad;
        spellings, spellings_grad, spellings_value_and_grad;
        generic::<f64>, generic_grad::<f64>, generic_value_and_grad::<f64>;
        special, special_grad, special_value_and_grad;
        rational, rational_grad, rational_value_and_grad;
        |x, y| branches(x, y, 0), |x, y| branches_grad(x, y, 0), |x, y| branches_value_and_grad(x, y, 0);
        |x, y| branches(x, y, -2), |x, y| branches_grad(x, y, -2), |x, y| branches_value_and_grad(x, y, -2);
        |x, y| branches(x, y, 3), |x, y| branches_grad(x, y, 3), |x, y| branches_value_and_grad(x, y, 3);
    }
}

#[test]
fn single_precision() {
    check! { f32, 4e-3, 4e-3;
        single, single_grad, single_value_and_grad;
        generic::<f32>, generic_grad::<f32>, generic_value_and_grad::<f32>;
    }
}

#[test]
fn while_compiling() {
    assert_eq!(SLOPES, rational_grad(2.0, 3.0));
    // (2 x (1 + x y) - x² y) / (1 + x y)² and -x³ / (1 + x y)² at (2, 3).
    assert_eq!(SLOPES, (16.0 / 49.0, -8.0 / 49.0));
}

#[test]
fn in_every_mode() {
    let (x, k) = ([0.3, 0.7], 1.4);
    let (value, gradient) = modes_value_and_grad(&x, &k);
    let (same, pullback) = modes_vjp(&x, &k);
    assert_eq!(same.to_bits(), value.to_bits());
    let pulled = pullback(1.0);
    // A pullback does not know that its cotangent is 1, so it may round differently.
    for (pulled, expected) in
        [(pulled.0[0], gradient.0[0]), (pulled.0[1], gradient.0[1]), (pulled.1, gradient.1)]
    {
        assert!((pulled - expected).abs() < 1e-15);
    }
    let (along, product) = modes_hvp(&x, &k, [1.0, 0.0], 0.0);
    assert!((along.0[1] - gradient.0[1]).abs() < 1e-15);
    // The slope in x[0] is k cos(k x[0]) √x[1].
    let curvature = -k * k * (k * x[0]).sin() * x[1].sqrt();
    assert!((product.0[0] - curvature).abs() < 1e-15);
    let (_, tangent) = modes_jvp(&x, &k, [0.0, 1.0], 2.0);
    assert!((tangent - (gradient.0[1] + 2.0 * gradient.1)).abs() < 1e-15);
}

#[test]
fn structs_are_points() {
    let neuron = Neuron { weights: [1.0_f32, 2.0], bias: 3.0, inputs: 2 };
    let step = neuron.scale(-0.5);
    assert_eq!(neuron.add(&step), Neuron { weights: [0.5, 1.0], bias: 1.5, inputs: 2 });
    assert_eq!(neuron.dot(&step), -7.0);
}
