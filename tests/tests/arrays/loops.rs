//! Loops in all their forms, each around a small computation.

use chainrule::{grad, hessian, hvp, jacobian, jvp, vjp};

#[jacobian]
#[jvp]
#[vjp]
fn cumulative_sums(x: &[f64; 6]) -> [f64; 6] {
    let mut out = *x;
    for i in 1..6 {
        out[i] += out[i - 1];
    }
    out
}

#[jacobian]
#[jvp]
#[vjp]
fn cumulative_products(x: &[f64; 5]) -> [f64; 5] {
    let mut product = 1.0;
    x.map(|v| {
        product *= v;
        product
    })
}

#[jacobian]
#[jvp]
#[vjp]
fn running_maximum(x: &[f64; 6]) -> [f64; 6] {
    let mut best = x[0];
    let mut out = [0.0; 6];
    for (o, &v) in out.iter_mut().zip(x) {
        best = best.max(v);
        *o = best;
    }
    out
}

#[jacobian]
#[jvp]
#[vjp]
fn moving_average(x: &[f64; 7]) -> [f64; 5] {
    let mut out = [0.0; 5];
    for (i, w) in x.windows(3).enumerate() {
        out[i] = (w[0] + w[1] + w[2]) / 3.0;
    }
    out
}

/// One pass of bubble sort.
#[jacobian]
#[jvp]
#[vjp]
fn bubble_pass(x: &[f64; 6]) -> [f64; 6] {
    let mut v = *x;
    for i in 0..5 {
        if v[i] > v[i + 1] {
            let larger = v[i];
            v[i] = v[i + 1];
            v[i + 1] = larger;
        }
    }
    v
}

/// All passes, with an early end; then weighted by rank.
#[grad]
#[jvp]
#[vjp]
fn sorted_weights(x: &[f64; 5]) -> f64 {
    let mut v = *x;
    for end in (1..5).rev() {
        let mut swapped = false;
        for i in 0..end {
            if v[i] > v[i + 1] {
                (v[i], v[i + 1]) = (v[i + 1], v[i]);
                swapped = true;
            }
        }
        if !swapped {
            break;
        }
    }
    let mut sum = 0.0;
    for (rank, value) in v.iter().enumerate() {
        sum += (rank as f64 + 0.5) * value * value;
    }
    sum
}

/// The middle of three.
#[grad]
#[jvp]
#[vjp]
fn median(x: [f64; 3]) -> f64 {
    let [mut a, mut b, c] = x;
    if a > b {
        (a, b) = (b, a);
    }
    if c < a {
        a
    } else if c < b {
        c
    } else {
        b
    }
}

/// Adds until a limit is passed.
#[grad]
#[hvp]
fn sum_until(x: &[f64; 8], limit: f64) -> f64 {
    let mut sum = 0.0;
    for v in x {
        sum += v * v;
        if sum > limit {
            break;
        }
    }
    sum.sqrt() + 0.1 * limit
}

/// Skips what is negative.
#[grad]
#[hessian]
#[hvp]
fn sum_of_positive_logs(x: &[f64; 6]) -> f64 {
    let mut sum = 0.0;
    for &v in x {
        if v <= 0.0 {
            continue;
        }
        sum += v * v.ln();
    }
    sum
}

/// Counts with a `while`, two at a time and down again.
#[grad]
#[hessian]
#[hvp]
fn there_and_back(x: &[f64; 6]) -> f64 {
    let mut value = 1.0;
    let mut i = 0;
    while i < 6 {
        value = value * x[i] + 0.5;
        i += 2;
    }
    while i > 0 {
        i -= 1;
        value += (x[i] * value).sin();
    }
    value
}

/// Doubles until a number is large enough.
#[grad]
#[jvp]
#[vjp]
fn doubling(x: f64, factor: f64) -> f64 {
    let mut value = x * x + 1.0;
    let mut steps = 0;
    for _ in 0..20 {
        if value >= 100.0 {
            break;
        }
        value = factor * value + x;
        steps += 1;
    }
    value / f64::from(steps + 1)
}

/// Terms until they are small.
#[grad]
#[jvp]
#[vjp]
fn halving(x: f64) -> f64 {
    let mut power = 1.0;
    let mut term = x;
    for _ in 0..12 {
        term = term * x / (power + 1.0);
        power += 1.0;
        if term.abs() < 0.01 {
            break;
        }
    }
    term + power * x
}

#[grad]
#[hessian]
#[hvp]
fn triangular(x: &[f64; 5]) -> f64 {
    let mut sum = 0.0;
    for i in 0..5 {
        for j in 0..i {
            sum += (x[i] - x[j]).powi(2) * (x[i] * x[j]).cos();
        }
    }
    sum
}

#[grad]
#[hessian]
#[hvp]
fn total_variation(x: &[f64; 6]) -> f64 {
    x.windows(2).map(|w| ((w[1] - w[0]).powi(2) + 0.01).sqrt()).sum()
}

#[grad]
#[hessian]
#[hvp]
fn pairs(x: &[f64; 6]) -> f64 {
    let mut sum = 0.0;
    for pair in x.chunks_exact(2) {
        sum += pair[0] * pair[1].exp();
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
fn backwards(x: &[f64; 5]) -> f64 {
    let mut value = 0.0;
    for v in x.iter().rev() {
        value = (value + v).tanh();
    }
    value
}

#[grad]
#[jvp]
#[vjp]
fn every_other(x: &[f64; 7]) -> f64 {
    let mut product = 1.0;
    for i in (0..7).step_by(2) {
        product *= 1.0 + x[i] * x[i];
    }
    for i in (1..=6).rev().step_by(3) {
        product += x[i];
    }
    product
}

#[grad]
#[hessian]
#[hvp]
#[jvp]
#[vjp]
fn norm_squared(x: &[f64; 5]) -> f64 {
    x.iter().map(|v| v * v).sum::<f64>()
}

#[grad]
#[hessian]
#[hvp]
fn folded(x: &[f64; 5]) -> f64 {
    x.iter().fold(0.3, |state, v| state * v + (state - v).sin())
}

#[grad]
#[hessian]
#[hvp]
fn product_of_shifted(x: &[f64; 5]) -> f64 {
    x.iter().map(|v| v + 2.0).product()
}

/// The distance between the largest and the smallest, by folds.
#[grad]
#[jvp]
#[vjp]
fn spread(x: &[f64; 6]) -> f64 {
    let largest = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let smallest = x.iter().copied().fold(f64::INFINITY, f64::min);
    largest - smallest
}

/// The place of the largest, and what is next to it.
#[grad]
#[jvp]
#[vjp]
fn beside_the_largest(x: &[f64; 6]) -> f64 {
    let mut place = 0;
    for i in 1..6 {
        if x[i] > x[place] {
            place = i;
        }
    }
    let after = x[(place + 1) % 6];
    x[place] * after + after * after
}

/// Leaves both loops at once.
#[grad]
#[jvp]
#[vjp]
fn first_row_above(m: &[[f64; 3]; 3], limit: f64) -> f64 {
    let mut sum = 0.0;
    'rows: for row in m {
        for v in row {
            sum += v * v;
            if sum > limit {
                break 'rows;
            }
        }
        sum *= 0.5;
    }
    sum
}

/// Goes on with the next row.
#[grad]
#[jvp]
#[vjp]
fn rows_without_negatives(m: &[[f64; 3]; 3]) -> f64 {
    let mut sum = 0.0;
    'rows: for row in m {
        let mut product = 1.0;
        for v in row {
            if *v < 0.0 {
                continue 'rows;
            }
            product *= v;
        }
        sum += product.sqrt();
    }
    sum
}

/// Returns from the middle of a loop.
#[grad]
#[jvp]
#[vjp]
fn first_above(x: &[f64; 5], limit: f64) -> f64 {
    for (i, v) in x.iter().enumerate() {
        if *v > limit {
            return (v - limit) * (i as f64 + 1.0);
        }
    }
    limit - x[4]
}

/// Another formula in every third step.
#[grad]
#[hessian]
#[hvp]
fn by_turns(x: &[f64; 7]) -> f64 {
    let mut value = 1.0;
    for (i, v) in x.iter().enumerate() {
        value = match i % 3 {
            0 => value + v * v,
            1 => value * v,
            _ => (value * 0.3).sin() + v,
        };
    }
    value
}

/// Fibonacci's recurrence from two reals.
#[grad]
#[jvp]
#[vjp]
fn fibonacci(a: f64, b: f64) -> f64 {
    let (mut a, mut b) = (a, b);
    for _ in 0..8 {
        (a, b) = (b, a + b);
    }
    a * b
}

/// Shadows in a loop what is outside of it.
#[grad]
#[hessian]
fn shadowed(x: f64, y: f64) -> f64 {
    let value = x * y;
    let mut sum = value;
    for i in 0..4 {
        let value = sum * 0.5 + value;
        let x = x + f64::from(i);
        sum += (value * x).sin();
    }
    sum + value
}

/// As many steps as the caller says.
#[grad]
#[jvp]
#[vjp]
fn iterated_sine(x: f64, damping: f64, steps: usize) -> f64 {
    let mut value = x;
    for step in 0..12 {
        if step >= steps {
            break;
        }
        value = damping * value.sin() + 0.1 * x;
    }
    value
}

/// A power by repeated squaring of a caller's exponent.
#[grad]
#[hessian]
fn power(x: f64, exponent: u32) -> f64 {
    let (mut base, mut value, mut n) = (x, 1.0, exponent);
    for _ in 0..4 {
        if n == 0 {
            break;
        }
        if n & 1 == 1 {
            value *= base;
        }
        base *= base;
        n >>= 1;
    }
    value
}

/// Exponential smoothing with clipping.
#[jacobian]
#[jvp]
#[vjp]
fn smoothed(x: &[f64; 6], weight: f64) -> [f64; 6] {
    let mut state = 0.0;
    let mut out = [0.0; 6];
    for i in 0..x.len() {
        state = weight * x[i].clamp(-1.0, 1.0) + (1.0 - weight) * state;
        out[i] = state;
    }
    out
}

/// Moves along the diagonals of a matrix.
#[jacobian]
#[jvp]
#[vjp]
fn diagonals(m: &[[f64; 3]; 3]) -> [f64; 5] {
    let mut out = [0.0; 5];
    for i in 0..3 {
        for j in 0..3 {
            out[i + j] += m[i][j] * m[i][j];
        }
    }
    out
}

/// Takes a middle part of an array.
#[grad]
#[jvp]
#[vjp]
fn trimmed(x: &[f64; 8]) -> f64 {
    let inner: f64 = x.iter().skip(2).take(4).sum();
    let outer: f64 = x[..2].iter().chain(&x[6..]).map(|v| v.cos()).sum();
    inner * outer
}

/// Three arrays side by side.
#[grad]
#[jvp]
#[vjp]
fn weighted_distance(a: &[f64; 4], b: &[f64; 4], weights: &[f64; 4]) -> f64 {
    let mut sum = 0.0;
    for ((x, y), w) in a.iter().zip(b).zip(weights) {
        sum += w.exp() * (x - y) * (x - y);
    }
    sum.sqrt()
}

/// The smallest distance between any two of four points.
#[grad]
#[jvp]
#[vjp]
fn closest_pair(points: &[[f64; 2]; 4]) -> f64 {
    let mut closest = f64::INFINITY;
    for i in 0..4 {
        for j in i + 1..4 {
            let (dx, dy) = (points[i][0] - points[j][0], points[i][1] - points[j][1]);
            closest = closest.min(dx.hypot(dy));
        }
    }
    closest
}

/// Dynamic programming: the dearest way through a grid, right or down.
#[grad]
#[jvp]
#[vjp]
fn dearest_path(grid: &[[f64; 3]; 3]) -> f64 {
    let mut best = *grid;
    for i in 0..3 {
        for j in 0..3 {
            let from_above = if i > 0 { best[i - 1][j] } else { f64::NEG_INFINITY };
            let from_left = if j > 0 { best[i][j - 1] } else { f64::NEG_INFINITY };
            if i + j > 0 {
                best[i][j] += from_above.max(from_left);
            }
        }
    }
    best[2][2]
}

/// The forward algorithm of a hidden Markov model with two states.
#[grad]
#[jvp]
#[vjp]
fn hidden_markov(transition: &[[f64; 2]; 2], emission: &[[f64; 3]; 2], start: f64) -> f64 {
    let observed = [0, 2, 1, 1, 0];
    let mut alpha = [start * emission[0][observed[0]], (1.0 - start) * emission[1][observed[0]]];
    for &symbol in &observed[1..] {
        let mut next = [0.0; 2];
        for to in 0..2 {
            for from in 0..2 {
                next[to] += alpha[from] * transition[from][to];
            }
            next[to] *= emission[to][symbol];
        }
        alpha = next;
    }
    (alpha[0] + alpha[1]).ln()
}

pub(crate) fn rows() -> Vec<crate::harness::Function> {
    rows![
        cumulative_sums: jacobian(cumulative_sums_jacobian, cumulative_sums_value_and_jacobian),
            jvp(cumulative_sums_jvp), vjp(cumulative_sums_vjp);
        cumulative_products: jacobian(cumulative_products_jacobian, cumulative_products_value_and_jacobian),
            jvp(cumulative_products_jvp), vjp(cumulative_products_vjp);
        running_maximum: jacobian(running_maximum_jacobian, running_maximum_value_and_jacobian),
            jvp(running_maximum_jvp), vjp(running_maximum_vjp);
        moving_average: jacobian(moving_average_jacobian, moving_average_value_and_jacobian),
            jvp(moving_average_jvp), vjp(moving_average_vjp);
        bubble_pass: jacobian(bubble_pass_jacobian, bubble_pass_value_and_jacobian), jvp(bubble_pass_jvp),
            vjp(bubble_pass_vjp);
        sorted_weights: grad(sorted_weights_grad, sorted_weights_value_and_grad), jvp(sorted_weights_jvp),
            vjp(sorted_weights_vjp);
        median: grad(median_grad, median_value_and_grad), jvp(median_jvp), vjp(median_vjp);
        sum_until: grad(sum_until_grad, sum_until_value_and_grad), hvp(sum_until_hvp);
        sum_of_positive_logs: grad(sum_of_positive_logs_grad, sum_of_positive_logs_value_and_grad),
            hessian(sum_of_positive_logs_hessian, sum_of_positive_logs_value_grad_and_hessian),
            hvp(sum_of_positive_logs_hvp);
        there_and_back: grad(there_and_back_grad, there_and_back_value_and_grad),
            hessian(there_and_back_hessian, there_and_back_value_grad_and_hessian), hvp(there_and_back_hvp);
        doubling: grad(doubling_grad, doubling_value_and_grad), jvp(doubling_jvp), vjp(doubling_vjp);
        halving: grad(halving_grad, halving_value_and_grad), jvp(halving_jvp), vjp(halving_vjp);
        triangular: grad(triangular_grad, triangular_value_and_grad),
            hessian(triangular_hessian, triangular_value_grad_and_hessian), hvp(triangular_hvp);
        total_variation: grad(total_variation_grad, total_variation_value_and_grad),
            hessian(total_variation_hessian, total_variation_value_grad_and_hessian),
            hvp(total_variation_hvp);
        pairs: grad(pairs_grad, pairs_value_and_grad), hessian(pairs_hessian, pairs_value_grad_and_hessian),
            hvp(pairs_hvp);
        backwards: grad(backwards_grad, backwards_value_and_grad), jvp(backwards_jvp), vjp(backwards_vjp);
        every_other: grad(every_other_grad, every_other_value_and_grad), jvp(every_other_jvp),
            vjp(every_other_vjp);
        norm_squared: grad(norm_squared_grad, norm_squared_value_and_grad),
            hessian(norm_squared_hessian, norm_squared_value_grad_and_hessian), hvp(norm_squared_hvp),
            jvp(norm_squared_jvp), vjp(norm_squared_vjp);
        folded: grad(folded_grad, folded_value_and_grad),
            hessian(folded_hessian, folded_value_grad_and_hessian), hvp(folded_hvp);
        product_of_shifted: grad(product_of_shifted_grad, product_of_shifted_value_and_grad),
            hessian(product_of_shifted_hessian, product_of_shifted_value_grad_and_hessian),
            hvp(product_of_shifted_hvp);
        spread: grad(spread_grad, spread_value_and_grad), jvp(spread_jvp), vjp(spread_vjp);
        beside_the_largest: grad(beside_the_largest_grad, beside_the_largest_value_and_grad),
            jvp(beside_the_largest_jvp), vjp(beside_the_largest_vjp);
        first_row_above: grad(first_row_above_grad, first_row_above_value_and_grad), jvp(first_row_above_jvp),
            vjp(first_row_above_vjp);
        rows_without_negatives: grad(rows_without_negatives_grad, rows_without_negatives_value_and_grad),
            jvp(rows_without_negatives_jvp), vjp(rows_without_negatives_vjp);
        first_above: grad(first_above_grad, first_above_value_and_grad), jvp(first_above_jvp),
            vjp(first_above_vjp);
        by_turns: grad(by_turns_grad, by_turns_value_and_grad),
            hessian(by_turns_hessian, by_turns_value_grad_and_hessian), hvp(by_turns_hvp);
        fibonacci: grad(fibonacci_grad, fibonacci_value_and_grad), jvp(fibonacci_jvp), vjp(fibonacci_vjp);
        shadowed: grad(shadowed_grad, shadowed_value_and_grad),
            hessian(shadowed_hessian, shadowed_value_grad_and_hessian);
        iterated_sine: grad(iterated_sine_grad, iterated_sine_value_and_grad), jvp(iterated_sine_jvp),
            vjp(iterated_sine_vjp);
        power: grad(power_grad, power_value_and_grad), hessian(power_hessian, power_value_grad_and_hessian);
        smoothed: jacobian(smoothed_jacobian, smoothed_value_and_jacobian), jvp(smoothed_jvp),
            vjp(smoothed_vjp);
        diagonals: jacobian(diagonals_jacobian, diagonals_value_and_jacobian), jvp(diagonals_jvp),
            vjp(diagonals_vjp);
        trimmed: grad(trimmed_grad, trimmed_value_and_grad), jvp(trimmed_jvp), vjp(trimmed_vjp);
        weighted_distance: grad(weighted_distance_grad, weighted_distance_value_and_grad),
            jvp(weighted_distance_jvp), vjp(weighted_distance_vjp);
        closest_pair: grad(closest_pair_grad, closest_pair_value_and_grad), jvp(closest_pair_jvp),
            vjp(closest_pair_vjp);
        dearest_path: grad(dearest_path_grad, dearest_path_value_and_grad), jvp(dearest_path_jvp),
            vjp(dearest_path_vjp);
        hidden_markov: grad(hidden_markov_grad, hidden_markov_value_and_grad), jvp(hidden_markov_jvp),
            vjp(hidden_markov_vjp);
    ]
}
