//! Local vectors: filled, collected, copied, exchanged and replaced.

use chainrule::{grad, hvp, jvp, vjp};

use crate::harness::functions;

functions! {
    diffused diffused_value_and_grad diffused_grad diffused_jvp diffused_vjp diffused_hvp:
        (x: [f64]; rate: f64; 4) at [[0], [1], [2], [7]] in -1.0..1.0
    reacting reacting_value_and_grad reacting_grad reacting_jvp reacting_vjp reacting_hvp:
        (x: [f64]; rate: f64; 5) at [[0], [1], [2], [6]] in -1.0..1.0
    relaxed relaxed_value_and_grad relaxed_grad relaxed_jvp relaxed_vjp relaxed_hvp:
        (x: [f64]; weight: f64;) at [[0], [1], [2], [5]] in 0.1..0.9
    collected collected_value_and_grad collected_grad collected_jvp collected_vjp collected_hvp:
        (x: [f64]; scale: f64;) at [[0], [1], [2], [6]] in -0.8..0.9
    gathered gathered_value_and_grad gathered_grad gathered_jvp gathered_vjp gathered_hvp:
        (x: [f64]; c: f64;) at [[0], [1], [3]] in -0.8..0.9
    chosen chosen_value_and_grad chosen_grad chosen_jvp chosen_vjp chosen_hvp:
        (x: [f64]; c: f64;) at [[0], [1], [2], [6]] in 0.1..0.9
    cut cut_value_and_grad cut_grad cut_jvp cut_vjp cut_hvp:
        (x: [f64]; c: f64;) at [[2], [3], [7]] in -0.9..0.9
    triangular triangular_value_and_grad triangular_grad triangular_jvp triangular_vjp triangular_hvp:
        (x: [f64]; c: f64;) at [[0], [1], [2], [5]] in -0.9..0.9
    until until_value_and_grad until_grad until_jvp until_vjp until_hvp:
        (x: [f64]; limit: f64;) at [[0], [1], [2], [5]] in 0.1..0.9
    summed summed_value_and_grad summed_grad summed_jvp summed_vjp summed_hvp:
        (x: [f64]; c: f64;) at [[0], [1], [2], [9]] in 0.05..0.9
    short short_value_and_grad short_grad short_jvp short_vjp short_hvp:
        (x: [f64]; c: f64;) at [[0], [1], [4]] in -0.9..0.9
    expanded expanded_value_and_grad expanded_grad expanded_jvp expanded_vjp expanded_hvp:
        (x: [f64]; at: f64;) at [[0], [1], [2], [4]] in -0.9..0.9
    power power_value_and_grad power_grad power_jvp power_vjp power_hvp:
        (x: [f64]; c: f64;) at [[1], [2], [4]] in 0.2..0.9
    lstm lstm_value_and_grad lstm_grad lstm_jvp lstm_vjp lstm_hvp:
        (inputs: [f64], targets: [f64], weights: [f64];; 2) at [[0, 0, 32], [1, 1, 32], [4, 4, 32]] in -0.9..0.9
    oscillators oscillators_value_and_grad oscillators_grad oscillators_jvp oscillators_vjp oscillators_hvp:
        (state: [f64]; stiffness: f64, dt: f64; 3) at [[0], [2], [6]] in 0.1..0.9
}

/// Heat in a rod, in two buffers.
#[grad(alloc)]
#[jvp(alloc)]
#[vjp(alloc)]
#[hvp(alloc)]
fn diffused(x: &[f64], rate: f64, steps: usize) -> f64 {
    let mut now = x.to_vec();
    let mut next = x.to_vec();
    for _ in 0..steps {
        for i in 1..now.len().saturating_sub(1) {
            next[i] = now[i] + rate * (now[i - 1] - 2.0 * now[i] + now[i + 1]);
        }
        core::mem::swap(&mut now, &mut next);
    }
    now.iter().map(|v| v * v).sum()
}

/// The same with a new vector in each step, and a reaction.
#[grad(alloc)]
#[jvp(alloc)]
#[vjp(alloc)]
#[hvp(alloc)]
fn reacting(x: &[f64], rate: f64, steps: usize) -> f64 {
    let n = x.len();
    let mut now = x.to_vec();
    for _ in 0..steps {
        let mut next = vec![0.0; n];
        for i in 0..n {
            next[i] = now[i] + 0.1 * rate * now[i] * (1.0 - now[(i + 1) % n]);
        }
        now = next;
    }
    let mut product = 0.0;
    for i in 1..n {
        product += now[i] * now[i - 1];
    }
    product
}

/// Gauss and Seidel's iteration changes the vector that it reads.
#[grad(alloc)]
#[jvp(alloc)]
#[vjp(alloc)]
#[hvp(alloc)]
fn relaxed(x: &[f64], weight: f64) -> f64 {
    let mut u = vec![0.5; x.len()];
    for _ in 0..3 {
        for i in 1..x.len() {
            u[i] = (1.0 - weight) * u[i] + weight * (x[i] - u[i - 1].powi(2)).sin();
        }
    }
    let mut sum = 0.0;
    for (i, v) in u.iter().enumerate() {
        sum += v * (i as f64);
    }
    sum
}

#[grad(alloc)]
#[jvp(alloc)]
#[vjp(alloc)]
#[hvp(alloc)]
fn collected(x: &[f64], scale: f64) -> f64 {
    let shifted: Vec<f64> = x.iter().map(|v| v * scale + 1.0).collect();
    let products = shifted.windows(2).map(|pair| pair[0] * pair[1]).collect::<Vec<_>>();
    let mut sum = 0.0;
    for i in 0..products.len() {
        sum += products[i] * shifted[i].exp();
    }
    sum
}

/// Elements that are arrays and tuples, collected and filled.
#[grad(alloc)]
#[jvp(alloc)]
#[vjp(alloc)]
#[hvp(alloc)]
fn gathered(x: &[f64], c: f64) -> f64 {
    let mut rows = vec![[c; 2]; x.len()];
    for (row, v) in rows.iter_mut().zip(x) {
        row[1] *= v;
        row[0] += v * v;
    }
    let pairs: Vec<(f64, f64)> = rows.iter().map(|row| (row[0] * row[1], row[0])).collect();
    pairs.iter().map(|(a, b)| a * b).sum()
}

/// Which vector it is depends on a float.
#[grad(alloc)]
#[jvp(alloc)]
#[vjp(alloc)]
#[hvp(alloc)]
fn chosen(x: &[f64], c: f64) -> f64 {
    let mut a = if c > 0.3 { x.to_vec() } else { vec![c; x.len()] };
    let mut b = vec![1.0; x.len()];
    if c < 0.6 {
        core::mem::swap(&mut a, &mut b);
    }
    for (v, x) in a.iter_mut().zip(x) {
        if *x > 0.5 {
            *v *= x;
        } else {
            *v = c * c;
        }
    }
    let mut sum = 0.0;
    for i in 0..a.len() {
        sum += a[i] * (b[i] + c);
    }
    sum
}

/// Parts, exchanged elements, and elements that are all set at once.
#[grad(alloc)]
#[jvp(alloc)]
#[vjp(alloc)]
#[hvp(alloc)]
fn cut(x: &[f64], c: f64) -> f64 {
    let mut a = x[1..].to_vec();
    let last = a.len() - 1;
    a.swap(0, last);
    let mut b = a.clone();
    b[0] = a[last] * c;
    let mut sum = 0.0;
    for v in &mut b {
        *v += c;
    }
    for (left, right) in b[1..].iter().zip(&a) {
        sum += left * right * right;
    }
    a.fill(c * sum);
    for v in &a {
        sum += v * c;
    }
    sum + b[0]
}

/// Vectors of each iteration, of a length of its own, and loops in loops.
#[grad(alloc)]
#[jvp(alloc)]
#[vjp(alloc)]
#[hvp(alloc)]
fn triangular(x: &[f64], c: f64) -> f64 {
    let mut sum = 0.0;
    for i in 0..x.len() {
        let mut row = vec![c; i];
        for j in 1..i {
            row[j] = row[j - 1] * x[j] + row[j].sin();
        }
        for v in row.iter().rev() {
            sum += v * x[i];
        }
    }
    sum
}

/// A loop that ends early, in whose iterations the vector is copied.
#[grad(alloc)]
#[jvp(alloc)]
#[vjp(alloc)]
#[hvp(alloc)]
fn until(x: &[f64], limit: f64) -> f64 {
    let mut now = x.to_vec();
    let mut total = 0.0;
    for step in 0..10 {
        let old = now.clone();
        for i in 0..now.len() {
            now[i] = 0.5 * now[i] + 0.1 * old[now.len() - 1 - i] * old[i];
        }
        total += now.iter().map(|v| v * v).sum::<f64>();
        if total > limit && step > 2 {
            break;
        }
    }
    total * limit
}

/// Prefix sums and what is left of them, where control leaves the function early.
#[grad(alloc)]
#[jvp(alloc)]
#[vjp(alloc)]
#[hvp(alloc)]
fn summed(x: &[f64], c: f64) -> f64 {
    let mut sums = vec![0.0; x.len() + 1];
    for i in 0..x.len() {
        if x[i] > 0.85 {
            return sums[i] * c;
        }
        sums[i + 1] = sums[i] + x[i] * c;
    }
    let mut best = sums[0];
    for v in sums {
        best = best.max(v * (1.0 - v));
    }
    best
}

/// Short vectors are lists of their elements.
#[grad(alloc)]
#[jvp(alloc)]
#[vjp(alloc)]
#[hvp(alloc)]
fn short(x: &[f64], c: f64) -> f64 {
    let mut a = vec![c, 2.0 * c, 1.0];
    let mut b = vec![0.0; 3];
    for x in x {
        for i in 0..3 {
            b[i] = a[(i + 1) % 3] * x + c;
        }
        core::mem::swap(&mut a, &mut b);
    }
    a.iter().sum::<f64>() * b.len() as f64
}

/// Coefficients of a product of linear factors, and a closure that reads them.
#[grad(alloc)]
#[jvp(alloc)]
#[vjp(alloc)]
#[hvp(alloc)]
fn expanded(x: &[f64], at: f64) -> f64 {
    let mut coefficients = vec![0.0; x.len() + 1];
    coefficients[0] = 1.0;
    for (k, root) in x.iter().enumerate() {
        for i in (0..=k).rev() {
            coefficients[i + 1] += coefficients[i];
            coefficients[i] *= -root;
        }
    }
    let value = |t: f64| {
        let mut sum = 0.0;
        for c in coefficients.iter().rev() {
            sum = sum * t + c;
        }
        sum
    };
    value(at) * value(0.5 * at)
}

/// Power iteration: the vector is replaced by a collected one.
#[grad(alloc)]
#[jvp(alloc)]
#[vjp(alloc)]
#[hvp(alloc)]
fn power(x: &[f64], c: f64) -> f64 {
    let n = x.len();
    let mut v = vec![1.0; n];
    for _ in 0..3 {
        let product: Vec<f64> = (0..n).map(|i| x[i] * v[i] + c * v[n - 1 - i]).collect();
        let norm = product.iter().map(|p| p * p).sum::<f64>().sqrt();
        v = product.iter().map(|p| p / norm).collect();
    }
    let mut quotient = 0.0;
    for i in 0..n {
        quotient += v[i] * x[i] * v[i];
    }
    quotient
}

/// A long short-term memory over a sequence, with the weights of a unit's gates in rows.
#[grad(alloc)]
#[jvp(alloc)]
#[vjp(alloc)]
#[hvp(alloc)]
fn lstm(inputs: &[f64], targets: &[f64], weights: &[f64], units: usize) -> f64 {
    let mut h = vec![0.0; units];
    let mut c = vec![0.0; units];
    let mut next = vec![0.0; units];
    let mut loss = 0.0;
    for t in 0..inputs.len() {
        for i in 0..units {
            let mut gates = [0.0; 4];
            for g in 0..4 {
                let row = (g * units + i) * (units + 2);
                let mut sum = weights[row] + weights[row + 1] * inputs[t];
                for j in 0..units {
                    sum += weights[row + 2 + j] * h[j];
                }
                gates[g] = sum;
            }
            let forget = 1.0 / (1.0 + (-gates[0]).exp());
            let input = 1.0 / (1.0 + (-gates[1]).exp());
            let output = 1.0 / (1.0 + (-gates[2]).exp());
            c[i] = forget * c[i] + input * gates[3].tanh();
            next[i] = output * c[i].tanh();
        }
        core::mem::swap(&mut h, &mut next);
        loss += (h[0] - targets[t]).powi(2);
    }
    loss
}

/// Steps of the classical Runge-Kutta method for a chain of nonlinear springs of any length.
#[grad(alloc)]
#[jvp(alloc)]
#[vjp(alloc)]
#[hvp(alloc)]
fn oscillators(state: &[f64], stiffness: f64, dt: f64, steps: usize) -> f64 {
    let n = state.len() / 2;
    let mut y = state.to_vec();
    let mut k = vec![0.0; 2 * n];
    let mut stage = vec![0.0; 2 * n];
    let mut sum = vec![0.0; 2 * n];
    let weights = [1.0 / 6.0, 1.0 / 3.0, 1.0 / 3.0, 1.0 / 6.0];
    let shifts = [0.0, 0.5, 0.5, 1.0];
    for _ in 0..steps {
        for i in 0..2 * n {
            sum[i] = y[i];
            k[i] = 0.0;
        }
        for s in 0..4 {
            for i in 0..2 * n {
                stage[i] = y[i] + dt * shifts[s] * k[i];
            }
            for i in 0..n {
                let left = if i > 0 { stage[i - 1] } else { 0.0 };
                let right = if i + 1 < n { stage[i + 1] } else { 0.0 };
                k[i] = stage[n + i];
                k[n + i] = stiffness * (left - 2.0 * stage[i] + right) - stage[i].powi(3);
            }
            for i in 0..2 * n {
                sum[i] += dt * weights[s] * k[i];
            }
        }
        for i in 0..2 * n {
            y[i] = sum[i];
        }
    }
    y.iter().map(|v| 0.5 * v * v).sum()
}
