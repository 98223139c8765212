//! Losses and likelihoods over data.

use chainrule::{constant, grad, hvp, jvp, math, vjp};

use crate::harness::functions;

functions! {
    line line_value_and_grad line_grad line_jvp line_vjp line_hvp:
        (x: [f64], y: [f64]; w: [f64; 2];) at [[0, 0], [1, 1], [2, 2], [9, 9]] in -2.0..3.0
    line_of_data line_of_data_value_and_grad line_of_data_grad line_of_data_jvp line_of_data_vjp line_of_data_hvp:
        (; slope: f64, offset: f64; &AGES, &SIZES) at [[]] in -2.0..3.0
    logistic logistic_value_and_grad logistic_grad logistic_jvp logistic_vjp logistic_hvp:
        (w: [f64]; offset: f64; &POINTS, &LABELS) at [[2]] in -2.0..3.0
    logistic_of_pairs logistic_of_pairs_value_and_grad logistic_of_pairs_grad logistic_of_pairs_jvp logistic_of_pairs_vjp logistic_of_pairs_hvp:
        (data: [([f64; 2], f64)]; w: [f64; 2], offset: f64;) at [[0], [1], [2], [9]] in 0.0..1.0
    weighted_squares weighted_squares_value_and_grad weighted_squares_grad weighted_squares_jvp weighted_squares_vjp weighted_squares_hvp:
        (data: [(f64, f64)], weights: [f64]; curve: [f64; 3];) at [[0, 0], [1, 1], [2, 2], [9, 9]] in -1.0..2.0
    likelihood likelihood_value_and_grad likelihood_grad likelihood_jvp likelihood_vjp likelihood_hvp:
        (x: [f64]; mean: f64, deviation: f64;) at [[0], [1], [2], [9]] in 0.5..3.0
    huber huber_value_and_grad huber_grad huber_jvp huber_vjp huber_hvp:
        (x: [f64], y: [f64]; delta: f64;) at [[0, 0], [1, 1], [2, 2], [9, 9]] in -2.0..3.0
    correlation correlation_value_and_grad correlation_grad correlation_jvp correlation_vjp correlation_hvp:
        (x: [f64], y: [f64];;) at [[3, 3], [9, 9]] in -2.0..3.0
    clusters clusters_value_and_grad clusters_grad clusters_jvp clusters_vjp clusters_hvp:
        (points: [[f64; 2]]; centres: [[f64; 2]; 3];) at [[0], [1], [2], [12]] in -2.0..3.0
    mixture mixture_value_and_grad mixture_grad mixture_jvp mixture_vjp mixture_hvp:
        (x: [f64]; weights: [f64; 3], means: [f64; 3], deviations: [f64; 3];)
        at [[0], [1], [2], [12]] in 0.5..2.0
    mixture_in_steps mixture_in_steps_value_and_grad mixture_in_steps_grad mixture_in_steps_jvp mixture_in_steps_vjp mixture_in_steps_hvp:
        (x: [[f64; 2]]; weights: [f64; 2], means: [[f64; 2]; 2];) at [[0], [1], [2], [12]] in 0.5..2.0
    kernels kernels_value_and_grad kernels_grad kernels_jvp kernels_vjp kernels_hvp:
        (x: [f64], centres: [f64], weights: [f64]; width: f64;)
        at [[0, 2, 2], [1, 0, 0], [1, 1, 1], [5, 3, 3]] in 0.5..2.0
    two_layers two_layers_value_and_grad two_layers_grad two_layers_jvp two_layers_vjp two_layers_hvp:
        (; hidden: [[f64; 3]; 4], out: [f64; 5]; &POINTS, &LABELS) at [[]] in -1.5..1.5
    autocorrelation autocorrelation_value_and_grad autocorrelation_grad autocorrelation_jvp autocorrelation_vjp autocorrelation_hvp:
        (x: [f64]; phi: [f64; 2];) at [[0], [1], [2], [3], [9]] in -1.0..2.0
    entropy entropy_value_and_grad entropy_grad entropy_jvp entropy_vjp entropy_hvp:
        (p: [f64], q: [f64];;) at [[0, 0], [1, 1], [2, 2], [9, 9]] in 0.1..1.0
    ridge ridge_value_and_grad ridge_grad ridge_jvp ridge_vjp ridge_hvp:
        (rows: [[f64; 3]], y: [f64], w: [f64];; 0.1) at [[0, 0, 3], [1, 1, 3], [5, 5, 3]] in -2.0..3.0
    poisson poisson_value_and_grad poisson_grad poisson_jvp poisson_vjp poisson_hvp:
        (; w: [f64; 2]; &AGES, &[3, 0, 1, 7, 2]) at [[]] in -0.5..0.5
    batch batch_value_and_grad batch_grad batch_jvp batch_vjp batch_hvp:
        (logits: [[f64; 4]];; &[3, 1, 0, 2, 2]) at [[0], [1], [2], [5]] in -2.0..3.0
    cross_entropy cross_entropy_value_and_grad cross_entropy_grad cross_entropy_jvp cross_entropy_vjp cross_entropy_hvp:
        (logits: [f64];; 1) at [[2], [3], [9]] in -2.0..3.0
}

const AGES: [f64; 5] = [0.5, 1.5, 2.0, 3.5, 4.25];
const SIZES: [f64; 5] = [1.0, 0.25, 3.0, 2.5, 4.0];
const POINTS: [[f64; 2]; 6] = [[0.5, 1.0], [-1.0, 0.25], [2.0, -0.5], [1.5, 1.5], [-0.25, -2.0], [0.0, 0.75]];
const LABELS: [f64; 6] = [1.0, 0.0, 1.0, 1.0, 0.0, 0.0];

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn line(x: &[f64], y: &[f64], w: [f64; 2]) -> f64 {
    let mut loss = 0.0;
    for (a, b) in x.iter().zip(y) {
        let residual = w[0] * a + w[1] - b;
        loss += residual * residual;
    }
    loss
}

#[grad(wrt(slope, offset))]
#[jvp(wrt(slope, offset))]
#[vjp(wrt(slope, offset))]
#[hvp(wrt(slope, offset))]
fn line_of_data(slope: f64, offset: f64, x: &[f64], y: &[f64]) -> f64 {
    let squares = x.iter().zip(y).map(|(x, y)| (y - slope * x - offset).powi(2)).sum::<f64>();
    squares / x.len() as f64
}

#[grad(wrt(w, offset))]
#[jvp(wrt(w, offset))]
#[vjp(wrt(w, offset))]
#[hvp(wrt(w, offset))]
fn logistic(w: &[f64], offset: f64, points: &[[f64; 2]], labels: &[f64]) -> f64 {
    let mut loss = 0.0;
    for i in 0..points.len() {
        let mut z = offset;
        for j in 0..w.len() {
            z += w[j] * points[i][j];
        }
        loss += math::softplus(z) - labels[i] * z;
    }
    loss / points.len() as f64
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn logistic_of_pairs(data: &[([f64; 2], f64)], w: [f64; 2], offset: f64) -> f64 {
    let mut loss = 0.0;
    for (point, label) in data {
        let z = w[0] * point[0] + w[1] * point[1] + offset;
        let p = 1.0 / (1.0 + (-z).exp());
        loss -= label * p.ln() + (1.0 - label) * (1.0 - p).ln();
    }
    loss
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn weighted_squares(data: &[(f64, f64)], weights: &[f64], curve: [f64; 3]) -> f64 {
    data.iter()
        .zip(weights)
        .map(|(&(x, y), weight)| {
            let fitted = curve[0] + curve[1] * (curve[2] * x).exp();
            weight * (y - fitted) * (y - fitted)
        })
        .sum()
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn likelihood(x: &[f64], mean: f64, deviation: f64) -> f64 {
    let squares: f64 = x.iter().map(|v| ((v - mean) / deviation).powi(2)).sum();
    0.5 * squares + x.len() as f64 * (deviation * std::f64::consts::TAU.sqrt()).ln()
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn huber(x: &[f64], y: &[f64], delta: f64) -> f64 {
    let mut loss = 0.0;
    for (a, b) in x.iter().zip(y) {
        let residual = (a - b).abs();
        loss += if residual <= delta { 0.5 * residual * residual } else { delta * (residual - 0.5 * delta) };
    }
    loss
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn correlation(x: &[f64], y: &[f64]) -> f64 {
    let count = x.len() as f64;
    let (mut mean_x, mut mean_y) = (0.0, 0.0);
    for (a, b) in x.iter().zip(y) {
        mean_x += a / count;
        mean_y += b / count;
    }
    let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
    for (a, b) in x.iter().zip(y) {
        xx += (a - mean_x) * (a - mean_x);
        xy += (a - mean_x) * (b - mean_y);
        yy += (b - mean_y) * (b - mean_y);
    }
    xy / (xx * yy).sqrt()
}

/// What k-means minimizes.
#[grad]
#[jvp]
#[vjp]
#[hvp]
fn clusters(points: &[[f64; 2]], centres: [[f64; 2]; 3]) -> f64 {
    let mut cost = 0.0;
    for point in points {
        let mut nearest = f64::INFINITY;
        for centre in centres {
            let distance = (point[0] - centre[0]).powi(2) + (point[1] - centre[1]).powi(2);
            nearest = nearest.min(distance);
        }
        cost += nearest;
    }
    cost
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn mixture(x: &[f64], weights: [f64; 3], means: [f64; 3], deviations: [f64; 3]) -> f64 {
    let total: f64 = weights.iter().sum();
    let mut sum = 0.0;
    for v in x {
        let mut density = 0.0;
        for k in 0..3 {
            let z = (v - means[k]) / deviations[k];
            density += weights[k] / total * (-0.5 * z * z).exp() / deviations[k];
        }
        sum += density.ln();
    }
    sum
}

/// With the exponents in an array, and their largest factored out.
#[grad]
#[jvp]
#[vjp]
#[hvp]
fn mixture_in_steps<const K: usize>(x: &[[f64; 2]], weights: [f64; K], means: [[f64; 2]; K]) -> f64 {
    let mut sum = 0.0;
    for point in x {
        let mut exponents = [0.0; K];
        for k in 0..K {
            let mut square = 0.0;
            for d in 0..2 {
                square += (point[d] - means[k][d]) * (point[d] - means[k][d]);
            }
            exponents[k] = weights[k] - 0.5 * square;
        }
        let mut largest = exponents[0];
        for k in 1..K {
            largest = largest.max(exponents[k]);
        }
        let mut total = 0.0;
        for exponent in &exponents {
            total += (exponent - largest).exp();
        }
        sum += largest + total.ln();
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn kernels(x: &[f64], centres: &[f64], weights: &[f64], width: f64) -> f64 {
    let mut sum = 0.0;
    for v in x {
        let mut fitted = 0.0;
        for (centre, weight) in centres.iter().zip(weights) {
            fitted += weight * (-((v - centre) / width).powi(2)).exp();
        }
        sum += (fitted - 1.0) * (fitted - 1.0);
    }
    sum
}

#[grad(wrt(hidden, out))]
#[jvp(wrt(hidden, out))]
#[vjp(wrt(hidden, out))]
#[hvp(wrt(hidden, out))]
fn two_layers(hidden: [[f64; 3]; 4], out: [f64; 5], points: &[[f64; 2]], labels: &[f64]) -> f64 {
    let mut loss = 0.0;
    for (point, label) in points.iter().zip(labels) {
        let mut z = out[4];
        for (unit, weight) in hidden.iter().zip(&out) {
            z += weight * (unit[0] * point[0] + unit[1] * point[1] + unit[2]).tanh();
        }
        loss += math::softplus(z) - label * z;
    }
    loss
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn autocorrelation(x: &[f64], phi: [f64; 2]) -> f64 {
    let mut sum = 0.0;
    for t in 2..x.len() {
        let predicted = phi[0] * x[t - 1] + phi[1] * x[t - 2];
        sum += (x[t] - predicted).powi(2);
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn entropy(p: &[f64], q: &[f64]) -> f64 {
    let total_p: f64 = p.iter().sum();
    let total_q: f64 = q.iter().sum();
    let mut divergence = 0.0;
    for (a, b) in p.iter().zip(q.iter()) {
        let (a, b) = (a / total_p, b / total_q);
        divergence += a * (a / b).ln();
    }
    divergence
}

#[grad(wrt(rows, y, w))]
#[jvp(wrt(rows, y, w))]
#[vjp(wrt(rows, y, w))]
#[hvp(wrt(rows, y, w))]
fn ridge(rows: &[[f64; 3]], y: &[f64], w: &[f64], penalty: f64) -> f64 {
    let mut loss = 0.0;
    for (row, target) in rows.iter().zip(y) {
        let mut fitted = 0.0;
        for (a, b) in row.iter().zip(w) {
            fitted += a * b;
        }
        loss += (fitted - target).powi(2);
    }
    loss + penalty * w.iter().map(|v| v * v).sum::<f64>()
}

#[grad(wrt(w))]
#[jvp(wrt(w))]
#[vjp(wrt(w))]
#[hvp(wrt(w))]
fn poisson(w: [f64; 2], x: &[f64], counts: &[u32]) -> f64 {
    let mut sum = 0.0;
    for (x, &count) in x.iter().zip(counts) {
        let rate = w[0] + w[1] * x;
        sum += rate.exp() - f64::from(count) * rate;
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn batch(logits: &[[f64; 4]], labels: &[usize]) -> f64 {
    let mut loss = 0.0;
    for (row, &label) in logits.iter().zip(labels) {
        let largest = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = row.iter().map(|z| (z - largest).exp()).sum();
        loss += sum.ln() + largest - row[label];
    }
    loss
}

/// The largest logit is no constant, but its derivatives cancel.
#[grad]
#[jvp]
#[vjp]
#[hvp]
fn cross_entropy(logits: &[f64], label: usize) -> f64 {
    let mut largest = f64::NEG_INFINITY;
    for &z in logits {
        largest = largest.max(constant(z));
    }
    let sum: f64 = logits.iter().map(|z| (z - largest).exp()).sum();
    sum.ln() + largest - logits[label]
}
