//! Models of which every size is decided at run time, with the data in flat slices.

use chainrule::{grad, hvp, jvp, vjp};

use crate::harness::functions;

functions! {
    k_means k_means_value_and_grad k_means_grad k_means_jvp k_means_vjp k_means_hvp:
        (points: [f64], centres: [f64];; 2) at [[0, 2], [2, 2], [12, 6]] in -2.0..2.0
    mixture mixture_value_and_grad mixture_grad mixture_jvp mixture_vjp mixture_hvp:
        (points: [f64], logits: [f64], means: [f64], scales: [f64];;)
        at [[0, 1, 1, 1], [1, 1, 1, 1], [7, 3, 3, 3]] in 0.5..2.0
    least_squares least_squares_value_and_grad least_squares_grad least_squares_jvp least_squares_vjp least_squares_hvp:
        (rows: [f64], y: [f64], w: [f64];;) at [[0, 0, 2], [3, 1, 3], [12, 4, 3]] in -2.0..2.0
    grids grids_value_and_grad grids_grad grids_jvp grids_vjp grids_hvp:
        (a: [f64], b: [f64];; 2, 3, 4) at [[6, 12]] in -2.0..2.0
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn k_means(points: &[f64], centres: &[f64], dimension: usize) -> f64 {
    let mut cost = 0.0;
    for i in 0..points.len() / dimension {
        let mut nearest = f64::INFINITY;
        for k in 0..centres.len() / dimension {
            let mut square = 0.0;
            for j in 0..dimension {
                let difference = points[i * dimension + j] - centres[k * dimension + j];
                square += difference * difference;
            }
            if square < nearest {
                nearest = square;
            }
        }
        cost += nearest;
    }
    cost
}

/// The logarithm of the likelihood of a mixture of normal distributions.
#[grad]
#[jvp]
#[vjp]
#[hvp]
fn mixture(points: &[f64], logits: &[f64], means: &[f64], scales: &[f64]) -> f64 {
    let mut total = 0.0;
    for x in points {
        let mut largest = f64::NEG_INFINITY;
        for k in 0..means.len() {
            let z = (x - means[k]) / scales[k];
            largest = largest.max(logits[k] - 0.5 * z * z - scales[k].ln());
        }
        let mut sum = 0.0;
        for k in 0..means.len() {
            let z = (x - means[k]) / scales[k];
            sum += (logits[k] - 0.5 * z * z - scales[k].ln() - largest).exp();
        }
        total += largest + sum.ln();
    }
    let largest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let sum: f64 = logits.iter().map(|l| (l - largest).exp()).sum();
    total - points.len() as f64 * (largest + sum.ln())
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn least_squares(rows: &[f64], y: &[f64], w: &[f64]) -> f64 {
    let mut sum = 0.0;
    for (row, y) in rows.chunks_exact(w.len()).zip(y) {
        let prediction: f64 = row.iter().zip(w).map(|(x, w)| x * w).sum();
        sum += 0.5 * (prediction - y).powi(2);
    }
    sum
}

/// The sum of the squares of a product of matrices.
#[grad]
#[jvp]
#[vjp]
#[hvp]
fn grids(a: &[f64], b: &[f64], m: usize, n: usize, p: usize) -> f64 {
    let mut total = 0.0;
    for i in 0..m {
        for k in 0..p {
            let mut entry = 0.0;
            for j in 0..n {
                entry += a[i * n + j] * b[j * p + k];
            }
            total += entry * entry;
        }
    }
    total
}
