//! Slices that become a number: sums, products, extremes, and what iterators make of them.

use chainrule::{grad, hvp, jvp, vjp};

use crate::harness::functions;

functions! {
    sum_of_squares sum_of_squares_value_and_grad sum_of_squares_grad sum_of_squares_jvp sum_of_squares_vjp sum_of_squares_hvp:
        (x: [f64];;) at [[0], [1], [2], [9]] in -2.0..3.0
    dot dot_value_and_grad dot_grad dot_jvp dot_vjp dot_hvp:
        (x: [f64], y: [f64];;) at [[0, 0], [1, 1], [2, 2], [7, 7]] in -2.0..3.0
    dot_by_index dot_by_index_value_and_grad dot_by_index_grad dot_by_index_jvp dot_by_index_vjp dot_by_index_hvp:
        (x: [f64], y: [f64];;) at [[0, 0], [1, 1], [2, 2], [7, 7]] in -2.0..3.0
    variance variance_value_and_grad variance_grad variance_jvp variance_vjp variance_hvp:
        (x: [f64];;) at [[2], [3], [9]] in -2.0..3.0
    norm norm_value_and_grad norm_grad norm_jvp norm_vjp norm_hvp:
        (x: [f64];;) at [[1], [2], [9]] in 1.0..3.0
    place_of_the_largest place_of_the_largest_value_and_grad place_of_the_largest_grad place_of_the_largest_jvp place_of_the_largest_vjp place_of_the_largest_hvp:
        (x: [f64], y: [f64];;) at [[1, 1], [2, 2], [9, 9]] in -2.0..3.0
    variation variation_value_and_grad variation_grad variation_jvp variation_vjp variation_hvp:
        (x: [f64]; eps: f64;) at [[0], [1], [2], [9]] in 0.5..3.0
    moving_average moving_average_value_and_grad moving_average_grad moving_average_jvp moving_average_vjp moving_average_hvp:
        (x: [f64];;) at [[0], [1], [2], [3], [9]] in -2.0..3.0
    complex_power complex_power_value_and_grad complex_power_grad complex_power_jvp complex_power_vjp complex_power_hvp:
        (x: [f64];;) at [[0], [1], [2], [9]] in -2.0..3.0
    alternating alternating_value_and_grad alternating_grad alternating_jvp alternating_vjp alternating_hvp:
        (x: [f64];;) at [[0], [1], [2], [9]] in -2.0..3.0
    backwards backwards_value_and_grad backwards_grad backwards_jvp backwards_vjp backwards_hvp:
        (x: [f64], y: [f64];;) at [[0, 0], [1, 1], [2, 2], [9, 9]] in -2.0..3.0
    leaky leaky_value_and_grad leaky_grad leaky_jvp leaky_vjp leaky_hvp:
        (x: [f64]; start: f64;) at [[0], [1], [2], [9]] in -2.0..3.0
    means means_value_and_grad means_grad means_jvp means_vjp means_hvp:
        (x: [f64];;) at [[1], [2], [9]] in 0.5..3.0
    repulsion repulsion_value_and_grad repulsion_grad repulsion_jvp repulsion_vjp repulsion_hvp:
        (x: [f64];;) at [[0], [1], [2], [9]] in -2.0..3.0
    for_each for_each_value_and_grad for_each_grad for_each_jvp for_each_vjp for_each_hvp:
        (x: [f64]; w: f64;) at [[0], [1], [2], [9]] in -2.0..3.0
    halves halves_value_and_grad halves_grad halves_jvp halves_vjp halves_hvp:
        (x: [f64];;) at [[0], [1], [2], [9]] in -2.0..3.0
    neighbours neighbours_value_and_grad neighbours_grad neighbours_jvp neighbours_vjp neighbours_hvp:
        (x: [f64];;) at [[1], [2], [9]] in -2.0..3.0
    running_index running_index_value_and_grad running_index_grad running_index_jvp running_index_vjp running_index_hvp:
        (x: [f64];; 3) at [[9]] in -2.0..3.0
    lengths_of_points lengths_of_points_value_and_grad lengths_of_points_grad lengths_of_points_jvp lengths_of_points_vjp lengths_of_points_hvp:
        (x: [[f64; 3]];;) at [[0], [1], [2], [9]] in -2.0..3.0
    shoelace shoelace_value_and_grad shoelace_grad shoelace_jvp shoelace_vjp shoelace_hvp:
        (x: [(f64, f64)];;) at [[0], [1], [2], [9]] in -2.0..3.0
    part part_value_and_grad part_grad part_jvp part_vjp part_hvp:
        (x: [f64];; 2, 6) at [[9]] in -2.0..3.0
    wave wave_value_and_grad wave_grad wave_jvp wave_vjp wave_hvp:
        (x: [f64]; t: f64; 5) at [[0], [1], [2], [9]] in -2.0..3.0
    log_sum_exp log_sum_exp_value_and_grad log_sum_exp_grad log_sum_exp_jvp log_sum_exp_vjp log_sum_exp_hvp:
        (x: [f64];;) at [[1], [2], [9]] in -2.0..3.0
    largest_square largest_square_value_and_grad largest_square_grad largest_square_jvp largest_square_vjp largest_square_hvp:
        (x: [f64];;) at [[1], [2], [9]] in -2.0..3.0
    spread spread_value_and_grad spread_grad spread_jvp spread_vjp spread_hvp:
        (x: [f64];;) at [[1], [2], [9]] in -2.0..3.0
    ends ends_value_and_grad ends_grad ends_jvp ends_vjp ends_hvp:
        (x: [f64];;) at [[1], [2], [9]] in -2.0..3.0
    around around_value_and_grad around_grad around_jvp around_vjp around_hvp:
        (x: [f64];;) at [[0], [1], [2], [3], [4], [9]] in -2.0..3.0
    of_the_positive of_the_positive_value_and_grad of_the_positive_grad of_the_positive_jvp of_the_positive_vjp of_the_positive_hvp:
        (x: [f64];;) at [[0], [1], [2], [9]] in -2.0..3.0
    highest_backwards highest_backwards_value_and_grad highest_backwards_grad highest_backwards_jvp highest_backwards_vjp highest_backwards_hvp:
        (x: [f64];; 2) at [[2], [3], [9], [20]] in -2.0..3.0
    lowest_until lowest_until_value_and_grad lowest_until_grad lowest_until_jvp lowest_until_vjp lowest_until_hvp:
        (x: [f64];; 1) at [[2], [3], [9], [20]] in -1.0..3.0
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn sum_of_squares(x: &[f64]) -> f64 {
    x.iter().map(|v| v * v).sum()
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn dot(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(a, b)| a * b).sum()
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn dot_by_index(x: &[f64], y: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in 0..x.len() {
        sum += x[i] * y[i];
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn variance(x: &[f64]) -> f64 {
    let count = x.len() as f64;
    let mean = x.iter().sum::<f64>() / count;
    x.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (count - 1.0)
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn norm(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for &v in x {
        sum += v * v;
    }
    sum.sqrt()
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn place_of_the_largest(x: &[f64], y: &[f64]) -> f64 {
    let mut best = 0;
    for i in 1..x.len() {
        if x[i] > x[best] {
            best = i;
        }
    }
    x[best] * y[best]
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn variation(x: &[f64], eps: f64) -> f64 {
    x.windows(2).map(|pair| ((pair[1] - pair[0]).powi(2) + eps * eps).sqrt()).sum()
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn moving_average(x: &[f64]) -> f64 {
    let mut loss = 0.0;
    for window in x.windows(3) {
        let average = window.iter().sum::<f64>() / 3.0;
        loss += (window[1] - average).powi(2);
    }
    loss
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn complex_power(x: &[f64]) -> f64 {
    let (mut re, mut im) = (0.0, 0.0);
    for number in x.chunks_exact(2) {
        re += number[0] * number[0] - number[1] * number[1];
        im += 2.0 * number[0] * number[1];
    }
    re * re + im * im
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn alternating(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for (i, v) in x.iter().enumerate() {
        sum += if i % 2 == 0 { v.sin() } else { -v.cos() } / (i + 1) as f64;
    }
    for v in x.iter().step_by(2) {
        sum -= v * v;
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn backwards(x: &[f64], y: &[f64]) -> f64 {
    let mut sum = 0.0;
    for (a, b) in x.iter().zip(y.iter().rev()) {
        sum += (a * b).tanh();
    }
    for i in (0..x.len()).rev().step_by(3) {
        sum += x[i] * y[i] * y[i];
    }
    sum
}

/// Of a linear recurrence, whose values the gradient does not need.
#[grad]
#[jvp]
#[vjp]
#[hvp]
fn leaky(x: &[f64], start: f64) -> f64 {
    x.iter().fold(start, |state, v| 0.75 * state + v.sin())
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn means(x: &[f64]) -> f64 {
    let count = x.len() as f64;
    let geometric = (x.iter().map(|v| v.ln()).sum::<f64>() / count).exp();
    let harmonic = count / x.iter().map(|v| 1.0 / v).sum::<f64>();
    geometric * geometric - harmonic
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn repulsion(x: &[f64]) -> f64 {
    let mut energy = 0.0;
    for i in 0..x.len() {
        for j in i + 1..x.len() {
            let distance = x[i] - x[j];
            energy += 1.0 / (0.5 + distance * distance);
        }
    }
    energy
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn for_each(x: &[f64], w: f64) -> f64 {
    let mut sum = 0.0;
    x.iter().for_each(|v| sum += (w * v).cos());
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn halves(x: &[f64]) -> f64 {
    let (left, right) = x.split_at(x.len() / 2);
    left.iter().zip(right).map(|(a, b)| a.exp() * b).sum()
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn neighbours(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for (before, after) in x[..x.len() - 1].iter().zip(&x[1..]) {
        sum += (after - before) * after;
    }
    sum
}

/// Two lists of numbers, one after the other: their lengths are `count` and whatever is left.
#[grad]
#[jvp]
#[vjp]
#[hvp]
fn running_index(x: &[f64], count: usize) -> f64 {
    let mut k = 0;
    let mut sum = 0.0;
    for _ in 0..count {
        sum += x[k] * x[k];
        k += 1;
    }
    let mut product = 0.0;
    while k + 1 < x.len() {
        product += x[k].sin() * x[k + 1];
        k += 2;
    }
    sum * product
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn lengths_of_points(x: &[[f64; 3]]) -> f64 {
    let mut sum = 0.0;
    for [a, b, c] in x {
        sum += (1.0 + a * a + b * b + c * c).sqrt();
    }
    for (i, point) in x.iter().enumerate() {
        for coordinate in point {
            sum += coordinate.sin() * i as f64;
        }
    }
    sum
}

/// The area of a polygon.
#[grad]
#[jvp]
#[vjp]
#[hvp]
fn shoelace(x: &[(f64, f64)]) -> f64 {
    let mut twice = 0.0;
    for i in 0..x.len() {
        let (from, to) = (x[i], x[(i + 1) % x.len()]);
        twice += from.0 * to.1 - to.0 * from.1;
    }
    0.5 * twice
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn part(x: &[f64], from: usize, to: usize) -> f64 {
    let mut sum = 0.0;
    for i in from..to {
        sum += x[i].exp();
    }
    let mut product = 0.0;
    for v in &x[from..=to] {
        product += v * sum.sqrt();
    }
    product
}

/// A Fourier series whose terms are counted by an argument.
#[grad]
#[jvp]
#[vjp]
#[hvp]
fn wave(x: &[f64], t: f64, terms: usize) -> f64 {
    let mut sum = 0.0;
    for (k, amplitude) in x.iter().enumerate().take(terms) {
        sum += amplitude * (t * (k + 1) as f64).sin();
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn log_sum_exp(x: &[f64]) -> f64 {
    let largest = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let sum: f64 = x.iter().map(|v| (v - largest).exp()).sum();
    sum.ln() + largest
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn largest_square(x: &[f64]) -> f64 {
    let mut largest = 0.0;
    for v in x.iter() {
        let square = v * v;
        if square > largest {
            largest = square;
        }
    }
    largest
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn spread(x: &[f64]) -> f64 {
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for &v in x {
        low = low.min(v);
        high = high.max(v);
    }
    (high - low) * high
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn ends(x: &[f64]) -> f64 {
    x[0] * x[0] + x[x.len() - 1].sin() + x.first().unwrap() * x.last().unwrap()
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn around(x: &[f64]) -> f64 {
    let skipped: f64 = x.iter().skip(2).map(|v| v.exp()).sum();
    let taken: f64 = x.iter().take(3).map(|v| v * v * v).sum();
    let reversed: f64 = x.iter().rev().enumerate().map(|(i, v)| v * i as f64).sum();
    skipped * taken + reversed
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn of_the_positive(x: &[f64]) -> f64 {
    let sum: f64 = x.iter().filter(|v| **v > 0.0).map(|v| v * v.sqrt()).sum();
    sum + x.iter().map(|v| v.max(0.25 * v)).sum::<f64>()
}

/// The last index is the first to be looked at.
#[grad]
#[jvp]
#[vjp]
#[hvp]
fn highest_backwards(x: &[f64], first: usize) -> f64 {
    let mut best = -9.0;
    for i in (first..x.len()).rev() {
        let height = x[i] * (1.0 - x[i]);
        if height > best {
            best = height;
        }
    }
    best
}

/// The same with a way out, and with a minimum.
#[grad]
#[jvp]
#[vjp]
#[hvp]
fn lowest_until(x: &[f64], first: usize) -> f64 {
    let mut best = 9.0_f64;
    for i in (first..x.len()).rev() {
        if x[i] > 2.5 {
            break;
        }
        best = best.min(x[i] * (x[i] + 0.25));
    }
    best
}
