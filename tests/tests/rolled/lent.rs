//! Loops that keep a value of each iteration where the gradient is going to be, so that they allocate nothing.

use chainrule::{grad, hvp, jvp, vjp};

use crate::harness::functions;

functions! {
    product product_value_and_grad product_grad product_jvp product_vjp product_hvp:
        (x: [f64];;) at [[0], [1], [2], [9]] in -1.5..1.5
    geometric_mean geometric_mean_value_and_grad geometric_mean_grad geometric_mean_jvp geometric_mean_vjp geometric_mean_hvp:
        (x: [f64];;) at [[1], [2], [9]] in 0.3..1.5
    backwards backwards_value_and_grad backwards_grad backwards_jvp backwards_vjp backwards_hvp:
        (x: [f64]; w: f64;) at [[0], [1], [2], [9]] in -1.2..1.3
    two_states two_states_value_and_grad two_states_grad two_states_jvp two_states_vjp two_states_hvp:
        (x: [f64], y: [f64];;) at [[0, 0], [1, 1], [4, 2], [2, 4], [6, 6]] in -1.0..1.0
    twice twice_value_and_grad twice_grad twice_jvp twice_vjp twice_hvp:
        (x: [f64];;) at [[1], [2], [9]] in 0.3..1.5
    between between_value_and_grad between_grad between_jvp between_vjp between_hvp:
        (x: [f64];; 2) at [[4], [9]] in 0.3..1.5
    in_an_array in_an_array_value_and_grad in_an_array_grad in_an_array_jvp in_an_array_vjp in_an_array_hvp:
        (; x: [f64; 5], w: f64;) at [[]] in -1.0..1.0
    in_pairs in_pairs_value_and_grad in_pairs_grad in_pairs_jvp in_pairs_vjp in_pairs_hvp:
        (x: [(f64, f64)];;) at [[0], [1], [5]] in 0.3..1.5
}

#[grad]
#[jvp]
#[vjp(alloc)]
#[hvp]
fn product(x: &[f64]) -> f64 {
    x.iter().product()
}

#[grad]
#[jvp]
#[vjp(alloc)]
#[hvp]
fn geometric_mean(x: &[f64]) -> f64 {
    let mut product = 1.0;
    for v in x {
        product *= v;
    }
    product.powf(1.0 / x.len() as f64)
}

#[grad]
#[jvp]
#[vjp(alloc)]
#[hvp]
fn backwards(x: &[f64], w: f64) -> f64 {
    let mut state = w;
    for v in x.iter().rev() {
        state = (state * v + w).tanh();
    }
    state
}

/// One state in each gradient, of slices that need not be of the same length.
#[grad]
#[jvp]
#[vjp(alloc)]
#[hvp]
fn two_states(x: &[f64], y: &[f64]) -> f64 {
    let (mut p, mut q) = (1.0, 0.5);
    for (x, y) in x.iter().zip(y) {
        (p, q) = ((p + q * x).sin(), (q - p * y).cos());
    }
    p * q
}

/// The second loop has the gradient for itself, the first one does not.
#[grad(alloc)]
#[jvp]
#[vjp(alloc)]
#[hvp(alloc)]
fn twice(x: &[f64]) -> f64 {
    let (mut state, mut sum) = (1.0, 0.0);
    for v in x {
        state = (state * v).sin();
        sum += v * v;
    }
    for (i, v) in x.iter().enumerate() {
        state = (state + v * x[i]).cos();
    }
    state * sum
}

/// Elements that the loop does not come by have a gradient too.
#[grad]
#[jvp]
#[vjp(alloc)]
#[hvp]
fn between(x: &[f64], margin: usize) -> f64 {
    let mut state = x[0];
    for i in margin..x.len() - 1 {
        state = state.sqrt() * x[i] + 0.25;
    }
    state
}

#[grad(unroll = 1)]
#[jvp(unroll = 1)]
#[vjp(unroll = 1)]
#[hvp(unroll = 1)]
fn in_an_array(x: [f64; 5], w: f64) -> f64 {
    let mut state = w;
    for v in x {
        state = (state * v).exp();
    }
    state
}

#[grad(alloc)]
#[jvp]
#[vjp(alloc)]
#[hvp(alloc)]
fn in_pairs(x: &[(f64, f64)]) -> f64 {
    let mut state = 0.5;
    for (a, b) in x {
        state = (state * a).sin() * b;
    }
    state
}
