//! Functions that pass slices and whole arrays to other differentiated functions.

use chainrule::{grad, jvp, vjp};

use crate::harness::functions;

functions! {
    cosine cosine_value_and_grad cosine_grad cosine_jvp cosine_vjp:
        (x: [f64], y: [f64];;) at [[1, 1], [2, 2], [7, 7]] in 0.5..3.0
    network network_value_and_grad network_grad network_jvp network_vjp:
        (w: [f64]; bias: f64; &DATA, 3) at [[3]] in -1.0..1.0
    fitted fitted_value_and_grad fitted_grad fitted_jvp fitted_vjp:
        (w: [f64], data: [f64], labels: [f64];; 2) at [[2, 0, 0], [2, 2, 1], [2, 10, 5]] in -1.0..2.0
    correlation correlation_value_and_grad correlation_grad correlation_jvp correlation_vjp:
        (x: [f64];;) at [[1], [2], [9]] in -2.0..3.0
    halves halves_value_and_grad halves_grad halves_jvp halves_vjp:
        (x: [f64];;) at [[0], [1], [2], [8]] in -2.0..3.0
    bumps bumps_value_and_grad bumps_grad bumps_jvp bumps_vjp:
        (x: [f64];;) at [[3], [9]] in -2.0..3.0
    rows rows_value_and_grad rows_grad rows_jvp rows_vjp:
        (points: [[f64; 20]]; center: [f64; 20];) at [[0], [1], [3]] in -1.0..1.0
    pairs pairs_value_and_grad pairs_grad pairs_jvp pairs_vjp:
        (points: [[f64; 20]];;) at [[1], [3]] in -1.0..1.0
    standardized standardized_value_and_grad standardized_grad standardized_jvp standardized_vjp:
        (x: [f64];;) at [[2], [9]] in -2.0..3.0
    tree tree_value_and_grad tree_grad tree_jvp tree_vjp:
        (x: [f64];;) at [[0], [1], [2], [9]] in 0.5..1.5
    generic generic_value_and_grad generic_grad generic_jvp generic_vjp:
        (; x: [f64; 3], y: [f64; 3], scale: f64;) at [[]] in -2.0..3.0
    large large_value_and_grad large_grad large_jvp large_vjp:
        (; x: [f64; 40], y: [f64; 40];) at [[]] in 0.5..1.5
    smoothed smoothed_value_and_grad smoothed_grad smoothed_jvp smoothed_vjp:
        (x: [f64];;) at [[8], [17]] in -2.0..3.0
    either either_value_and_grad either_grad either_jvp either_vjp:
        (x: [f64], y: [f64];;) at [[0, 0], [1, 1], [9, 9]] in -0.5..1.0
    compounded compounded_value_and_grad compounded_grad compounded_jvp compounded_vjp:
        (; rates: [f64; 24], start: f64;) at [[]] in 0.1..1.0
    evolving evolving_value_and_grad evolving_grad evolving_jvp evolving_vjp:
        (; x: [f64; 20], rate: f64;) at [[]] in 0.1..0.9
    updated updated_value_and_grad updated_grad updated_jvp updated_vjp:
        (; x: [f64; 20], rate: f64;) at [[]] in 0.1..0.9
    lines lines_value_and_grad lines_grad lines_jvp lines_vjp:
        (points: [(f64, f64)]; line: [f64; 2];) at [[0], [3]] in -1.0..2.0
    listed listed_value_and_grad listed_grad listed_jvp listed_vjp:
        (x: [f64];;) at [[5]] in -1.0..2.0
}

const DATA: [f64; 12] = [0.5, 1.0, -1.0, 2.0, 0.25, 0.75, -0.5, 1.5, 1.25, 0.0, -2.0, 1.0];

#[grad]
#[jvp]
#[vjp]
fn dot(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(x, y)| x * y).sum()
}

#[grad]
#[jvp]
#[vjp]
fn cosine(x: &[f64], y: &[f64]) -> f64 {
    dot(x, y) / (dot(x, x) * dot(y, y)).sqrt()
}

#[grad(wrt(w, bias))]
#[jvp(wrt(w, bias))]
fn neuron(w: &[f64], bias: f64, row: &[f64]) -> f64 {
    let mut sum = bias;
    for i in 0..w.len() {
        sum += w[i] * row[i];
    }
    sum.tanh()
}

/// The data are constant in both, which forward mode has no siblings for.
#[grad(wrt(w, bias))]
#[vjp(wrt(w, bias))]
fn network(w: &[f64], bias: f64, data: &[f64], width: usize) -> f64 {
    let mut sum = 0.0;
    for i in 0..data.len() / width {
        let y = neuron(w, bias, &data[i * width..(i + 1) * width]);
        sum += y * y;
    }
    sum
}

fn network_jvp(w: &[f64], bias: f64, data: &[f64], width: usize, w_dot: &[f64], bias_dot: f64) -> (f64, f64) {
    let (mut sum, mut sum_dot) = (0.0, 0.0);
    for row in data.chunks_exact(width) {
        let (y, y_dot) = neuron_jvp(w, bias, row, w_dot, bias_dot);
        sum += y * y;
        sum_dot += 2.0 * y * y_dot;
    }
    (sum, sum_dot)
}

/// Windows of the data, whose lengths and places depend on the counter.
#[grad]
#[jvp]
#[vjp]
fn fitted(w: &[f64], data: &[f64], labels: &[f64], width: usize) -> f64 {
    let mut sum = 0.0;
    for i in 0..labels.len() {
        let error = dot(w, &data[i * width..(i + 1) * width]) - labels[i];
        sum += error * error;
    }
    sum
}

/// Parts that overlap.
#[grad]
#[jvp]
#[vjp]
fn correlation(x: &[f64]) -> f64 {
    dot(&x[1..], &x[..x.len() - 1]) * dot(x, x)
}

#[grad]
#[jvp]
#[vjp]
fn halves(x: &[f64]) -> f64 {
    let (left, right) = x.split_at(x.len() / 2);
    dot(left, left) * dot(right, right).sin()
}

#[grad]
#[jvp]
fn bump(window: &[f64], width: f64) -> f64 {
    let middle = window[1] * width;
    (middle * middle - window[0] * window[2]).tanh()
}

#[grad]
#[jvp]
#[vjp]
fn bumps(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for window in x.windows(3) {
        sum += bump(window, x[0]);
    }
    for row in x.chunks_exact(3) {
        sum += bump(row, 0.5) * row[2];
    }
    sum
}

#[grad]
#[jvp]
fn distance(x: &[f64; 20], y: &[f64; 20]) -> f64 {
    let mut sum = 0.0;
    for i in 0..20 {
        sum += (x[i] - y[i]).powi(2);
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
fn rows(points: &[[f64; 20]], center: [f64; 20]) -> f64 {
    let mut sum = 0.0;
    for point in points {
        sum += distance(point, &center).sqrt();
    }
    sum + dot(&center, &center)
}

/// Two rows of one array, to arrays and to slices.
#[grad]
#[jvp]
#[vjp]
fn pairs(points: &[[f64; 20]]) -> f64 {
    let mut sum = 0.0;
    for i in 0..points.len() {
        for j in 0..i {
            sum += distance(&points[i], &points[j]) * dot(&points[j], &points[i]);
        }
        sum += dot(&points[i][3..10], &points[0][5..12]);
    }
    sum
}

#[jvp]
#[vjp]
fn moments(x: &[f64]) -> (f64, f64) {
    let n = x.len() as f64;
    let mean = x.iter().sum::<f64>() / n;
    (mean, x.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n)
}

/// Several results.
#[grad]
#[jvp]
#[vjp]
fn standardized(x: &[f64]) -> f64 {
    let (mean, variance) = moments(x);
    let (rest, _) = moments(&x[1..]);
    x.iter().map(|x| ((x - mean) / (variance + 1.0).sqrt()).powi(3)).sum::<f64>() + rest * mean
}

/// Calls itself with parts.
#[grad]
#[jvp]
#[vjp]
fn tree(x: &[f64]) -> f64 {
    if x.len() < 2 {
        return if x.is_empty() { 1.0 } else { x[0] };
    }
    let (left, right) = x.split_at(x.len() / 2);
    tree(left) * tree(right) + tree(&x[1..x.len() - 1]).sin()
}

#[grad]
#[jvp]
fn form<const N: usize>(x: &[f64; N], y: [f64; N], scale: f64) -> f64 {
    let mut sum = 0.0;
    for i in 0..N {
        sum += scale * x[i] * y[N - 1 - i];
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
fn generic<const N: usize>(x: [f64; N], y: [f64; N], scale: f64) -> f64 {
    form(&x, y, scale) * form(&y, y, 2.0) + dot(&x, &y)
}

/// Arrays that the function makes.
#[grad]
#[jvp]
#[vjp]
fn large(x: [f64; 40], y: [f64; 40]) -> f64 {
    let mut product = [0.0; 40];
    for i in 0..40 {
        product[i] = x[i] * y[i];
    }
    let first = dot(&product, &x);
    for i in 0..40 {
        product[i] *= y[39 - i];
    }
    first * dot(&product[10..30], &y[20..])
}

#[grad]
#[jvp]
#[vjp]
fn smoothed(x: &[f64]) -> f64 {
    let mut total = 0.0;
    for i in 0..x.len() / 4 {
        let mut local = [0.0; 20];
        for j in 0..4 {
            local[j] = x[i * 4 + j].sin();
        }
        total += dot(&local, &local) * form(&local, local, x[i]);
    }
    total
}

#[grad]
#[jvp]
#[vjp]
fn either(x: &[f64], y: &[f64]) -> f64 {
    let size = dot(x, x);
    if size > 1.0 {
        dot(x, y) / size
    } else if size > 0.5 {
        dot(y, y)
    } else {
        size
    }
}

/// The loop keeps what it hands on.
#[grad]
#[jvp]
#[vjp]
fn compounded(rates: [f64; 24], start: f64) -> f64 {
    let mut sum = start;
    for i in 0..20 {
        sum = sum * (1.0 + 0.01 * dot(&rates[i..i + 3], &rates[i + 1..i + 4])) + sum.sin();
    }
    sum
}

/// Each iteration passes on an array that it changes, which has to be kept as a whole.
#[grad(unroll = 1)]
#[jvp(unroll = 1)]
#[vjp(unroll = 1)]
fn evolving(x: [f64; 20], rate: f64) -> f64 {
    let mut state = x;
    let mut sum = 0.0;
    for t in 0..20 {
        sum += dot(&state, &x).sin() + dot(&state[t..], &state[t..]);
        state[t] = state[19 - t] * state[t] * rate;
    }
    sum
}

/// The same, with what the call returns in the array.
#[grad(unroll = 1)]
#[jvp(unroll = 1)]
#[vjp(unroll = 1)]
fn updated(x: [f64; 20], rate: f64) -> f64 {
    let mut state = x;
    for t in 0..20 {
        let energy = dot(&state, &state);
        for i in 0..20 {
            state[i] += 0.01 * rate * (x[t] * energy).sin();
        }
        state[t] *= 0.5;
    }
    dot(&state, &x)
}

#[grad]
#[jvp]
fn misfit(points: &[(f64, f64)], line: [f64; 2]) -> f64 {
    points.iter().map(|(x, y)| (line[0] * x + line[1] - y).powi(2)).sum()
}

#[grad]
#[jvp]
#[vjp]
fn lines(points: &[(f64, f64)], line: [f64; 2]) -> f64 {
    misfit(points, line) + misfit(points, [1.0, line[0]])
}

/// Lists of elements where slices are taken.
#[grad]
#[jvp]
#[vjp]
fn listed(x: &[f64]) -> f64 {
    let short = [x[0], x[1] * x[2], 1.0];
    dot(&short, &x[2..]) + dot(&[x[0], x[4]], &short[1..])
}
