//! Functions of `chainrule::math` that take arrays and slices, of any length.

use chainrule::{grad, hvp, jvp, math, vjp};

use crate::harness::functions;

functions! {
    dots dots_value_and_grad dots_grad dots_jvp dots_vjp dots_hvp:
        (x: [f64], y: [f64];;) at [[0, 0], [1, 1], [2, 2], [7, 7]] in -2.0..3.0
    neighbours neighbours_value_and_grad neighbours_grad neighbours_jvp neighbours_vjp neighbours_hvp:
        (x: [f64];;) at [[1], [2], [9]] in -2.0..3.0
    length length_value_and_grad length_grad length_jvp length_vjp length_hvp:
        (x: [f64];;) at [[1], [2], [9]] in 0.5..3.0
    large_length large_length_value_and_grad large_length_grad large_length_jvp large_length_vjp large_length_hvp:
        (x: [f64];;) at [[1], [2], [9]] in 0.5..3.0
    cross_entropy cross_entropy_value_and_grad cross_entropy_grad cross_entropy_jvp cross_entropy_vjp cross_entropy_hvp:
        (x: [f64];; &[2, 0, 1]) at [[9]] in -2.0..3.0
    mixture mixture_value_and_grad mixture_grad mixture_jvp mixture_vjp mixture_hvp:
        (x: [f64], means: [f64]; spread: f64;) at [[0, 3], [1, 1], [7, 3]] in 0.5..3.0
    attention attention_value_and_grad attention_grad attention_jvp attention_vjp attention_hvp:
        (; keys: [[f64; 2]; 20], query: [f64; 2];) at [[]] in -1.0..1.0
    shares shares_value_and_grad shares_grad shares_jvp shares_vjp shares_hvp:
        (; x: [f64; 5], y: [f64; 5];) at [[]] in -2.0..3.0
    layers layers_value_and_grad layers_grad layers_jvp layers_vjp layers_hvp:
        (rows: [[f64; 3]]; x: [f64; 3];) at [[0], [1], [4]] in -2.0..3.0
    either_way either_way_value_and_grad either_way_grad either_way_jvp either_way_vjp either_way_hvp:
        (x: [f64];;) at [[0], [1], [2], [9]] in -1.0..1.5
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn dots(x: &[f64], y: &[f64]) -> f64 {
    math::dot(x, y) * (math::dot(x, x) + 1.0)
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn neighbours(x: &[f64]) -> f64 {
    math::dot(&x[1..], &x[..x.len() - 1])
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn length(x: &[f64]) -> f64 {
    math::norm(x)
}

/// Squares overflow.
#[grad]
#[jvp]
#[vjp]
#[hvp]
fn large_length(x: &[f64]) -> f64 {
    let scale = 1.0e200;
    let mut sum = 0.0;
    for x in x {
        sum += x;
    }
    let mut large = [0.0; 20];
    for i in 0..x.len() {
        large[i] = x[i] * scale;
    }
    math::norm(&large) / scale + sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn cross_entropy(x: &[f64], labels: &[usize]) -> f64 {
    let mut loss = 0.0;
    for (row, &label) in x.chunks_exact(3).zip(labels) {
        loss += math::log_sum_exp(row) - row[label];
    }
    loss / labels.len() as f64
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn mixture(x: &[f64], means: &[f64], spread: f64) -> f64 {
    let mut sum = 0.0;
    for x in x {
        let mut densities = [0.0; 8];
        for (density, mean) in densities.iter_mut().zip(means) {
            *density = -0.5 * ((x - mean) / spread).powi(2) - spread.ln();
        }
        sum += math::log_sum_exp(&densities[..means.len()]);
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn attention(keys: [[f64; 2]; 20], query: [f64; 2]) -> f64 {
    let mut scores = [0.0; 20];
    for i in 0..20 {
        scores[i] = math::dot(&keys[i], &query);
    }
    let weights = math::softmax(&scores);
    let mut sum = 0.0;
    for i in 0..20 {
        sum += weights[i] * keys[i][0];
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn shares<const N: usize>(x: [f64; N], y: [f64; N]) -> f64 {
    math::dot(&math::softmax(&x), &y)
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn layers(rows: &[[f64; 3]], x: [f64; 3]) -> f64 {
    rows.iter().map(|row| math::dot(row, &x).tanh()).sum()
}

/// One arm writes to the whole gradient and the other does not.
#[grad]
#[jvp]
#[vjp]
#[hvp]
fn either_way(x: &[f64]) -> f64 {
    let sum = math::dot(x, x);
    if sum > 1.0 { sum.sqrt() } else { x.iter().map(|x| x.sin()).sum::<f64>() + sum }
}
