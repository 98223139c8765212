//! Loops that keep values of each iteration in vectors: integers and booleans too, and however often they go round.

use chainrule::{grad, hvp, jvp, vjp};

use crate::harness::functions;

functions! {
    strides strides_value_and_grad strides_grad strides_jvp strides_vjp strides_hvp:
        (x: [f64]; w: f64;) at [[0], [1], [2], [9]] in -1.5..1.5
    halving halving_value_and_grad halving_grad halving_jvp halving_vjp halving_hvp:
        (x: [f64];;) at [[0], [1], [2], [7], [8]] in -2.0..2.0
    alternating alternating_value_and_grad alternating_grad alternating_jvp alternating_vjp alternating_hvp:
        (x: [f64];;) at [[0], [1], [2], [9]] in -2.0..2.0
    machine machine_value_and_grad machine_grad machine_jvp machine_vjp machine_hvp:
        (x: [f64];; 1) at [[0], [1], [2], [9]] in -1.2..1.2
    from_the_second from_the_second_value_and_grad from_the_second_grad from_the_second_jvp from_the_second_vjp from_the_second_hvp:
        (x: [f64];;) at [[1], [2], [3], [9]] in -1.5..1.5
    without_the_ends without_the_ends_value_and_grad without_the_ends_grad without_the_ends_jvp without_the_ends_vjp without_the_ends_hvp:
        (x: [f64];; 1) at [[2], [3], [9]] in -1.5..1.5
    until_small until_small_value_and_grad until_small_grad until_small_jvp until_small_vjp until_small_hvp:
        (x: [f64];; usize::MAX) at [[1], [2], [3]] in 0.2..0.9
    early_return early_return_value_and_grad early_return_grad early_return_jvp early_return_vjp early_return_hvp:
        (; x: [f64; 3], y: f64;) at [[]] in -1.0..1.0
    with_labels with_labels_value_and_grad with_labels_grad with_labels_jvp with_labels_vjp with_labels_hvp:
        (x: [f64];; 4) at [[1], [2], [5]] in 0.1..1.3
    in_blocks in_blocks_value_and_grad in_blocks_grad in_blocks_jvp in_blocks_vjp in_blocks_hvp:
        (x: [f64];;) at [[0], [1], [2], [9]] in 0.1..1.3
    relaxed relaxed_value_and_grad relaxed_grad relaxed_jvp relaxed_vjp relaxed_hvp:
        (; x: [f64; 4], y: f64;) at [[]] in 0.2..1.0
    many_steps many_steps_value_and_grad many_steps_grad many_steps_jvp many_steps_vjp many_steps_hvp:
        (x: [f64];; 12) at [[2], [5]] in 0.2..1.0
    from_a_step_on from_a_step_on_value_and_grad from_a_step_on_grad from_a_step_on_jvp from_a_step_on_vjp from_a_step_on_hvp:
        (x: [f64];; 11, 14) at [[2], [5]] in 0.2..1.0
    to_a_limit to_a_limit_value_and_grad to_a_limit_grad to_a_limit_jvp to_a_limit_vjp to_a_limit_hvp:
        (x: [f64];; 11) at [[14], [20]] in 0.2..1.0
    out_of_both out_of_both_value_and_grad out_of_both_grad out_of_both_jvp out_of_both_vjp out_of_both_hvp:
        (x: [f64]; most: f64;) at [[0], [1], [2], [9], [20]] in 0.1..1.5
    tested_twice tested_twice_value_and_grad tested_twice_grad tested_twice_jvp tested_twice_vjp tested_twice_hvp:
        (x: [f64]; most: f64;) at [[0], [1], [2], [9], [20]] in 0.1..1.5
}

#[grad(alloc)]
#[jvp]
#[vjp(alloc)]
#[hvp(alloc)]
fn strides(x: &[f64], w: f64) -> f64 {
    let mut i = 0;
    let mut state = w;
    while i < x.len() {
        state = (state * x[i] + w).sin();
        i += if x[i] > 0.0 { 1 } else { 2 };
    }
    state
}

#[grad(alloc)]
#[jvp]
#[vjp(alloc)]
#[hvp(alloc)]
fn halving(x: &[f64]) -> f64 {
    let mut width = x.len();
    let mut sum = 0.0;
    while width > 0 {
        for i in 0..width {
            sum += x[i] * x[width - 1 - i];
        }
        width /= 2;
    }
    sum
}

/// A boolean is carried.
#[grad(alloc)]
#[jvp]
#[vjp(alloc)]
#[hvp(alloc)]
fn alternating(x: &[f64]) -> f64 {
    let mut is_added = true;
    let mut sum = 0.0;
    for v in x {
        if is_added {
            sum += v * v;
        } else {
            sum -= v.sin();
        }
        if *v > 0.5 {
            is_added = !is_added;
        }
    }
    sum
}

/// A float and the state of a machine are carried, and the loop is left from inside.
#[grad(alloc)]
#[jvp]
#[vjp(alloc)]
#[hvp(alloc)]
fn machine(x: &[f64], start: i32) -> f64 {
    let (mut state, mut value, mut i) = (start, 1.5, 0);
    loop {
        if i >= x.len() {
            break;
        }
        match state {
            0 => value *= 1.0 + x[i],
            1 | 2 => value += x[i] * x[i],
            _ => return value / (2.0 + x[i]),
        }
        state = if x[i] > 0.3 { state + 1 } else { state / 2 };
        i += 1;
    }
    value.sin()
}

#[grad(alloc)]
#[jvp]
#[vjp(alloc)]
#[hvp(alloc)]
fn from_the_second(x: &[f64]) -> f64 {
    let mut value = x[0];
    for i in 1..x.len() {
        value = (value * x[i]).cos();
    }
    value
}

#[grad(alloc)]
#[jvp]
#[vjp(alloc)]
#[hvp(alloc)]
fn without_the_ends(x: &[f64], first: usize) -> f64 {
    let mut value = 1.0;
    for i in first..=x.len() - 2 {
        value = (value * x[i]).cos();
    }
    for i in (first..x.len() - 1).rev() {
        value = value * x[i] + x[i + 1];
    }
    value
}

/// As many iterations as nobody has memory for, of which few are made.
#[grad(alloc)]
#[jvp]
#[vjp(alloc)]
#[hvp(alloc)]
fn until_small(x: &[f64], most: usize) -> f64 {
    let mut value = 1.0;
    for i in 0..most {
        value = (value * x[i % x.len()]).sin();
        if value < 0.05 {
            break;
        }
    }
    value
}

#[grad(alloc)]
#[jvp]
#[vjp(alloc)]
#[hvp(alloc)]
fn early_return(mut x: [f64; 3], y: f64) -> f64 {
    let mut a = y;
    while a < 2.0 {
        if a > 1.5 {
            return a * y + x[0];
        }
        x[0] = y * a;
        a += 1.0;
    }
    core::f64::consts::FRAC_PI_3
}

/// The inner loop keeps what the outer one does not.
#[grad(alloc)]
#[jvp]
#[vjp(alloc)]
#[hvp(alloc)]
fn with_labels(x: &[f64], rounds: usize) -> f64 {
    let mut total = 0.5;
    'rounds: for round in 0..rounds {
        let mut value = x[round % x.len()];
        let mut i = 0;
        while value < 2.0 {
            value = value * (1.0 + x[i]) + 0.1 * total;
            i = (i + 2) % x.len();
            if value > 1.9 && round > 1 {
                break 'rounds;
            }
        }
        total = total * 0.5 + value.ln();
    }
    total
}

/// Blocks whose length depends on what was read.
#[grad(alloc)]
#[jvp]
#[vjp(alloc)]
#[hvp(alloc)]
fn in_blocks(x: &[f64]) -> f64 {
    let (mut start, mut total) = (0, 1.0);
    while start < x.len() {
        let end = (start + if x[start] > 0.7 { 3 } else { 2 }).min(x.len());
        let mut product = 1.0;
        for i in start..end {
            product *= x[i];
        }
        total = (total + product).sqrt();
        start = end;
    }
    total
}

/// An array is kept of each iteration.
#[grad(alloc)]
#[jvp]
#[vjp(alloc)]
#[hvp(alloc)]
fn relaxed(mut x: [f64; 4], y: f64) -> f64 {
    let mut residual = 1.0;
    while residual > 0.05 {
        residual = 0.0;
        for i in 0..4 {
            let next = (x[i] + y * x[(i + 1) % 4]).sin() * 0.5;
            residual += (next - x[i]).abs();
            x[i] = next;
        }
    }
    x[0] * x[1] + x[2] * x[3]
}

#[grad(alloc)]
#[jvp]
#[vjp(alloc)]
#[hvp(alloc)]
fn many_steps(x: &[f64], steps: usize) -> f64 {
    let mut state = x[0];
    for _ in 0..steps {
        state = (state * x[1] + x[0]).sin();
    }
    state
}

/// Iterations are numbered from zero, wherever the loop begins.
#[grad(alloc)]
#[jvp]
#[vjp(alloc)]
#[hvp(alloc)]
fn from_a_step_on(x: &[f64], from: usize, to: usize) -> f64 {
    let mut state = x[0];
    for step in (from..=to).rev() {
        state = (state * x[step % x.len()] + x[0]).sin();
    }
    state
}

#[grad(alloc)]
#[jvp]
#[vjp(alloc)]
#[hvp(alloc)]
fn to_a_limit(x: &[f64], from: usize) -> f64 {
    let mut state = 0.5;
    for i in from..x.len() - 1 {
        state = (state * x[i] + x[i + 1]).sin();
        if state > 0.98 {
            break;
        }
    }
    state
}

#[grad(alloc)]
#[jvp]
#[vjp(alloc)]
#[hvp(alloc)]
fn out_of_both(x: &[f64], most: f64) -> f64 {
    let mut sum = 0.0;
    'rows: for i in 0..x.len() {
        for j in 0..i {
            sum += x[i] * x[j];
            if sum > 3.0 * most {
                break 'rows;
            }
            if sum > 2.0 * most && j > 2 {
                return sum * sum;
            }
        }
    }
    sum.sin()
}

/// What is asked again where the loop goes on is no exit.
#[grad(alloc)]
#[jvp]
#[vjp(alloc)]
#[hvp(alloc)]
fn tested_twice(x: &[f64], most: f64) -> f64 {
    let (mut sum, mut total, mut count) = (0.0, 0.0, 0);
    for v in x {
        let is_full = sum + v > most;
        if is_full && count > 1 {
            break;
        }
        if is_full {
            total += v.exp();
            count += 1;
        }
        sum += 0.75 * v;
    }
    total + sum
}
