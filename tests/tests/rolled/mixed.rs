//! Loops together with everything else: calls, structs, closures, counters of other types, odd ranges.

use chainrule::{constant, grad, hvp, jvp, math, vjp};

use crate::harness::functions;

functions! {
    called called_value_and_grad called_grad called_jvp called_vjp called_hvp:
        (x: [f64], y: [f64]; w: f64;) at [[0, 0], [1, 1], [2, 2], [7, 7]] in -2.0..3.0
    closures closures_value_and_grad closures_grad closures_jvp closures_vjp closures_hvp:
        (x: [f64]; w: f64;) at [[0], [1], [2], [7]] in -2.0..3.0
    counters counters_value_and_grad counters_grad counters_jvp counters_vjp counters_hvp:
        (; x: f64; 4, 3) at [[]] in 0.5..1.5
    empty_ranges empty_ranges_value_and_grad empty_ranges_grad empty_ranges_jvp empty_ranges_vjp empty_ranges_hvp:
        (x: [f64];; 5, 3) at [[6]] in -2.0..3.0
    strided strided_value_and_grad strided_grad strided_jvp strided_vjp strided_hvp:
        (x: [f64];; 3) at [[0], [1], [2], [7]] in -2.0..3.0
    product product_value_and_grad product_grad product_jvp product_vjp product_hvp:
        (; x: [f64; 40];) at [[]] in 0.8..1.2
    asked asked_value_and_grad asked_grad asked_jvp asked_vjp asked_hvp:
        (x: [f64];;) at [[0], [1], [2], [7]] in -2.0..3.0
    shadows shadows_value_and_grad shadows_grad shadows_jvp shadows_vjp shadows_hvp:
        (x: [f64]; y: f64;) at [[0], [1], [2], [7]] in -2.0..3.0
    last_of_each last_of_each_value_and_grad last_of_each_grad last_of_each_jvp last_of_each_vjp last_of_each_hvp:
        (x: [f64]; y: f64;) at [[0], [1], [2], [7]] in -2.0..3.0
    swapped swapped_value_and_grad swapped_grad swapped_jvp swapped_vjp swapped_hvp:
        (x: [f64]; y: f64, z: f64;) at [[0], [1], [2], [7]] in -2.0..3.0
    delayed delayed_value_and_grad delayed_grad delayed_jvp delayed_vjp delayed_hvp:
        (x: [f64];;) at [[0], [1], [2], [7]] in -2.0..3.0
    constants constants_value_and_grad constants_grad constants_jvp constants_vjp constants_hvp:
        (x: [f64]; y: f64;) at [[0], [1], [2], [7]] in 0.5..3.0
    within within_value_and_grad within_grad within_jvp within_vjp within_hvp:
        (x: [[f64; 2]], y: [f64];;) at [[0, 0], [1, 2], [3, 1], [5, 4]] in -2.0..3.0
    nested_runs nested_runs_value_and_grad nested_runs_grad nested_runs_jvp nested_runs_vjp nested_runs_hvp:
        (; x: f64, y: f64; 3, 4) at [[]] in 0.5..1.5
    sums_of_sums sums_of_sums_value_and_grad sums_of_sums_grad sums_of_sums_jvp sums_of_sums_vjp sums_of_sums_hvp:
        (x: [f64];;) at [[0], [1], [2], [7]] in -2.0..3.0
    matched matched_value_and_grad matched_grad matched_jvp matched_vjp matched_hvp:
        (x: [f64];; &[Some(2), None, Some(0), Some(1), None, Some(4), None]) at [[0], [1], [2], [7]] in -2.0..3.0
    bounded bounded_value_and_grad bounded_grad bounded_jvp bounded_vjp bounded_hvp:
        (x: [f64]; low: f64, high: f64;) at [[0], [1], [2], [9]] in -2.0..3.0
    by_value by_value_value_and_grad by_value_grad by_value_jvp by_value_vjp by_value_hvp:
        (x: [[f64; 2]]; m: [[f64; 2]; 2];) at [[0], [1], [2], [7]] in -2.0..3.0
    three_slices three_slices_value_and_grad three_slices_grad three_slices_jvp three_slices_vjp three_slices_hvp:
        (x: [f64], y: [f64], z: [f64];;) at [[0, 0, 0], [1, 1, 1], [2, 3, 4], [7, 6, 5]] in -2.0..3.0
    divided divided_value_and_grad divided_grad divided_jvp divided_vjp divided_hvp:
        (x: [f64];;) at [[1], [2], [7], [8]] in 0.5..3.0
    unused unused_value_and_grad unused_grad unused_jvp unused_vjp unused_hvp:
        (x: [f64], y: [f64]; z: f64;) at [[0, 0], [1, 3], [4, 2]] in -2.0..3.0
    counted_down counted_down_value_and_grad counted_down_grad counted_down_jvp counted_down_vjp counted_down_hvp:
        (x: [f64]; w: f64;) at [[0], [1], [2], [7]] in -2.0..3.0
    exponential exponential_value_and_grad exponential_grad exponential_jvp exponential_vjp exponential_hvp:
        (; x: f64;) at [[]] in 0.5..1.5
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn kernel(a: f64, b: f64, w: f64) -> f64 {
    (-w * (a - b) * (a - b)).exp()
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn called(x: &[f64], y: &[f64], w: f64) -> f64 {
    let mut sum = 0.0;
    for (a, b) in x.iter().zip(y) {
        sum += kernel(*a, *b, w);
    }
    for i in 1..x.len() {
        sum -= kernel(x[i], x[i - 1], 0.5);
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn product_sum(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(a, b)| a * b).sum()
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn closures(x: &[f64], w: f64) -> f64 {
    let wave = |v: f64| (w * v).sin() + v;
    let mut sum = 0.0;
    for &v in x {
        sum += wave(v) * wave(2.0 * v);
    }
    sum + x.iter().copied().map(wave).sum::<f64>()
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn counters(x: f64, terms: i32, more: u8) -> f64 {
    let mut sum = 0.0;
    for k in -2..terms {
        sum += x.powi(k) * f64::from(k);
    }
    for k in (1..=terms).rev() {
        sum += (f64::from(k) * x).sin() / f64::from(k * k);
    }
    for k in 0..more {
        sum -= f64::from(k) * x;
    }
    sum
}

#[grad(wrt(x))]
#[jvp(wrt(x))]
#[vjp(wrt(x))]
#[hvp(wrt(x))]
fn empty_ranges(x: &[f64], from: usize, to: usize) -> f64 {
    let mut sum = x[0] * x[1];
    for i in from..to {
        sum += x[i] * x[i];
    }
    for i in (to + 1..from).rev() {
        sum += x[i].sin();
    }
    for i in 0..0 {
        sum += x[i];
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn strided(x: &[f64], stride: usize) -> f64 {
    let mut sum = 0.0;
    for i in (0..x.len()).step_by(stride) {
        sum += x[i] * x[i] * x[x.len() - 1 - i];
    }
    for part in x.chunks_exact(stride) {
        let mut inner = 1.0;
        for v in part {
            inner += v * v;
        }
        sum += inner.sqrt();
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn product(x: [f64; 40]) -> f64 {
    let mut product = 1.0;
    for v in x {
        product *= v;
    }
    product + x.iter().map(|v| 0.5 + v).product::<f64>().ln()
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn asked(x: &[f64]) -> f64 {
    let are_positive = x.iter().all(|v| *v > 0.0);
    let is_large = x.iter().any(|v| *v > 1.0);
    let sum: f64 = x.iter().map(|v| v * v).sum();
    if are_positive {
        sum.sqrt()
    } else if is_large {
        sum
    } else {
        sum.sin()
    }
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn shadows(x: &[f64], y: f64) -> f64 {
    let mut sum = y;
    for x in x {
        let y = x * y;
        let x = y.sin();
        let y = x * y;
        sum += y;
    }
    sum * y
}

/// Variables that are assigned anew in each iteration, and read afterwards.
#[grad]
#[jvp]
#[vjp]
#[hvp]
fn last_of_each(x: &[f64], y: f64) -> f64 {
    let mut last = y;
    let mut square = 1.0;
    let mut sum = 0.0;
    for &v in x {
        last = v;
        square = v * v;
        sum += 2.0 * last + square;
    }
    sum + last * square
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn swapped(x: &[f64], y: f64, z: f64) -> f64 {
    let (mut a, mut b) = (y, z);
    for v in x {
        (a, b) = (b, a);
        a += v;
    }
    a * b
}

/// What was two iterations ago is added with what was one ago.
#[grad]
#[jvp]
#[vjp]
#[hvp]
fn delayed(x: &[f64]) -> f64 {
    let (mut before, mut now) = (1.0, 2.0);
    let mut sum = 0.0;
    for &v in x {
        sum += before + 3.0 * now;
        before = now;
        now = v.sin();
    }
    sum - before + 0.5 * now
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn constants(x: &[f64], y: f64) -> f64 {
    let scale = constant(3.0) + math::sigmoid(y);
    let mut sum = 0.0;
    for v in x {
        let weight = (y * y).sqrt() / scale;
        sum += weight * v.ln();
    }
    sum / scale
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn within(x: &[[f64; 2]], y: &[f64]) -> f64 {
    let mut sum = 0.0;
    for v in y {
        let mut inner = 0.0;
        for point in x {
            inner += (point[0] * v).sin() * point[1];
        }
        sum += inner * inner;
        let mut i = 0;
        while i < x.len() {
            sum += x[i][0] * v;
            i += 2;
        }
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn nested_runs(x: f64, y: f64, rows: usize, columns: usize) -> f64 {
    let mut sum = 0.0;
    for i in 0..rows {
        let row = x * (i + 1) as f64;
        let mut inner = 0.0;
        for j in i..columns {
            inner += (row * y + j as f64).cos();
        }
        sum += inner * row;
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn sums_of_sums(x: &[f64]) -> f64 {
    let mut total = 0.0;
    for i in 0..x.len() {
        let sum: f64 = x[..=i].iter().sum();
        let rest: f64 = x[i..].iter().map(|v| v * v).sum();
        total += sum * rest;
    }
    total
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn matched(x: &[f64], kinds: &[Option<i32>]) -> f64 {
    let mut sum = 0.0;
    for (i, v) in x.iter().enumerate() {
        sum += match kinds[i] {
            Some(0) => 1.0,
            Some(n) if n > 3 => v.sin(),
            Some(n) => v.powi(n),
            None => continue,
        };
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn bounded(x: &[f64], low: f64, high: f64) -> f64 {
    let (low, high) = (low.min(high), low.max(high));
    let mut sum = 0.0;
    for v in x {
        let kept = v.max(low).min(high);
        sum += kept * kept + (v - kept).abs();
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn by_value(x: &[[f64; 2]], m: [[f64; 2]; 2]) -> f64 {
    let mut sum = [0.0; 2];
    for point in x {
        let turned = [m[0][0] * point[0] + m[0][1] * point[1], m[1][0] * point[0] + m[1][1] * point[1]];
        sum[0] += turned[0] * turned[1];
        sum[1] -= turned[0];
    }
    sum[0] * sum[1]
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn three_slices(x: &[f64], y: &[f64], z: &[f64]) -> f64 {
    let mut sum = 0.0;
    for ((a, b), c) in x.iter().zip(y).zip(z) {
        sum += a * b * c;
    }
    for (i, (a, c)) in x.iter().skip(1).zip(z.iter().rev()).enumerate() {
        sum += a * c * i as f64;
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn divided(x: &[f64]) -> f64 {
    let middle = x.len() / 2;
    let (left, right) = x.split_at(middle);
    let mut sum = 0.0;
    for v in left {
        sum += v / right[0];
    }
    for v in &right[1..] {
        sum += right[0] / v;
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn unused(x: &[f64], y: &[f64], z: f64) -> f64 {
    let mut sum = z;
    for v in y {
        let _ = v * z;
        sum += 1.0;
    }
    sum * x.len() as f64
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn counted_down(x: &[f64], w: f64) -> f64 {
    let mut left = x.len();
    let mut sum = 0.0;
    while left > 0 {
        left -= 1;
        sum += w * x[left] * x[left];
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn exponential(x: f64) -> f64 {
    let (mut term, mut sum) = (1.0, 1.0);
    let mut n = 0;
    while term > 1e-18 {
        n += 1;
        term *= x / f64::from(n);
        sum += term;
    }
    sum
}
