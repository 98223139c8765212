//! Loops that stay loops, in all their forms.

use ::autodiff::{Real, constant, grad, hvp, jvp, vjp};
use ::core::convert::From as _;
use ::core::iter::Iterator as _;

/// Iterators that end in a number.
#[grad(crate = ::autodiff)]
#[jvp(crate = ::autodiff)]
#[vjp(crate = ::autodiff)]
#[must_use]
pub fn dot(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(a, b)| a * b).sum()
}

/// A loop over two slices, one of them constant.
#[grad(crate = ::autodiff, wrt(x, weight))]
#[jvp(crate = ::autodiff, wrt(x, weight))]
#[vjp(crate = ::autodiff, wrt(x, weight))]
#[must_use]
pub fn squares(x: &[f64], y: &[f64], weight: f64) -> f64 {
    let mut sum = 0.0;
    for (i, (a, b)) in x.iter().zip(y).enumerate() {
        let residual = weight * a - b;
        if i % 2 == 0 {
            sum += residual * residual;
        } else {
            sum += residual.abs();
        }
    }
    sum
}

/// Largest numbers, and what is relative to them.
#[grad(crate = ::autodiff)]
#[jvp(crate = ::autodiff)]
#[vjp(crate = ::autodiff)]
#[hvp(crate = ::autodiff)]
#[must_use]
pub fn log_sum_exp(x: &[f64]) -> f64 {
    let mut largest = f64::NEG_INFINITY;
    for &v in x {
        largest = largest.max(constant(v));
    }
    let sum: f64 = x.iter().map(|v| (v - largest).exp()).sum();
    sum.ln() + largest
}

/// Indices, nested, that depend on each other.
#[grad(crate = ::autodiff)]
#[jvp(crate = ::autodiff)]
#[vjp(crate = ::autodiff)]
#[hvp(crate = ::autodiff)]
#[must_use]
pub fn pairs(x: &[f64]) -> f64 {
    let mut energy = 0.0;
    for (i, a) in x.iter().enumerate() {
        for b in x.iter().skip(i + 1) {
            let distance = a - b;
            energy += 1.0 / (0.5 + distance * distance);
        }
    }
    energy
}

/// A range known at run time, elements of tuples, parts of slices.
#[grad(crate = ::autodiff)]
#[jvp(crate = ::autodiff)]
#[vjp(crate = ::autodiff)]
#[hvp(crate = ::autodiff)]
#[must_use]
pub fn area(points: &[(f64, f64)], from: usize, to: usize) -> f64 {
    let mut twice = 0.0;
    for i in from..to {
        let (here, next) = (points[i], points[(i + 1) % points.len()]);
        twice += here.0 * next.1 - next.0 * here.1;
    }
    for pair in points[from..to].windows(2) {
        twice += (pair[1].0 - pair[0].0).powi(2);
    }
    0.5 * twice
}

/// Values on the stack, and an array that changes.
#[grad(crate = ::autodiff)]
#[jvp(crate = ::autodiff)]
#[vjp(crate = ::autodiff)]
#[hvp(crate = ::autodiff)]
#[must_use]
pub fn network<const N: usize>(inputs: [f64; 64], weights: [[f64; N]; N]) -> f64 {
    let mut hidden = [0.0; N];
    for input in inputs {
        let mut sums = [0.0; N];
        for (sum, row) in sums.iter_mut().zip(&weights) {
            for (weight, old) in row.iter().zip(&hidden) {
                *sum += weight * old;
            }
        }
        for (new, sum) in hidden.iter_mut().zip(&sums) {
            *new = (sum + input).tanh();
        }
    }
    let mut square = 0.0;
    for v in &hidden {
        square += v * v;
    }
    square
}

/// Steps in time, more than are unrolled.
#[grad(crate = ::autodiff)]
#[jvp(crate = ::autodiff)]
#[vjp(crate = ::autodiff)]
#[hvp(crate = ::autodiff)]
#[must_use]
pub fn orbit(place: [f64; 2], velocity: [f64; 2]) -> f64 {
    let ([mut x, mut y], [mut vx, mut vy]) = (place, velocity);
    let step = 0.01;
    for _ in 0_i32..1000 {
        let cube = x.hypot(y).powi(3);
        vx -= step * x / cube;
        vy -= step * y / cube;
        x += step * vx;
        y += step * vy;
    }
    x * vy - y * vx
}

/// All ways to leave an iteration.
#[grad(crate = ::autodiff)]
#[jvp(crate = ::autodiff)]
#[vjp(crate = ::autodiff)]
#[hvp(crate = ::autodiff)]
#[must_use]
pub fn jumps(rows: &[[f64; 3]], limit: f64) -> f64 {
    let mut sum = 0.0;
    'rows: for (i, row) in rows.iter().enumerate() {
        for v in row {
            if *v < -limit {
                continue 'rows;
            }
            if *v > 10.0 {
                break 'rows;
            }
        }
        if row[0] > limit {
            return row[0] * row[1];
        }
        if i % 3 == 1 {
            continue;
        }
        sum += row[1] * row[2];
    }
    sum
}

/// A condition and an index.
#[grad(crate = ::autodiff)]
#[jvp(crate = ::autodiff)]
#[vjp(crate = ::autodiff)]
#[hvp(crate = ::autodiff)]
#[must_use]
pub fn by_index(x: &[f64], weight: f64) -> f64 {
    let mut sum = 0.0;
    let mut i = 0;
    while i < x.len() {
        sum += (weight * x[i]).sin();
        i += 2;
    }
    let mut k = 1;
    loop {
        if k >= x.len() {
            break;
        }
        sum -= x[k] * x[k - 1];
        k += 1;
    }
    sum
}

/// Newton's method in a bounded number of steps.
#[grad(crate = ::autodiff)]
#[jvp(crate = ::autodiff)]
#[vjp(crate = ::autodiff)]
#[hvp(crate = ::autodiff)]
#[must_use]
pub fn root(a: f64, b: f64) -> f64 {
    let mut x = 1.0;
    for _ in 0_u32..100 {
        let error = x * x * x + b * x - a;
        if error.abs() < 1e-13 {
            break;
        }
        x -= error / (3.0 * x * x + b);
    }
    x
}

/// Generic over the scalar and the length.
#[grad(crate = ::autodiff)]
#[jvp(crate = ::autodiff)]
#[vjp(crate = ::autodiff)]
#[hvp(crate = ::autodiff)]
#[must_use]
pub fn chain<T: Real, const N: usize>(x: &[T; N], rest: &[T]) -> T {
    let mut sum = T::from(0.0);
    for v in x {
        sum += *v * *v;
    }
    for (a, b) in rest.iter().zip(rest.iter().rev()) {
        sum += *a * *b;
    }
    sum
}

/// Single precision, in steps and chunks and backwards.
#[grad(crate = ::autodiff)]
#[jvp(crate = ::autodiff)]
#[vjp(crate = ::autodiff)]
#[hvp(crate = ::autodiff)]
#[must_use]
pub fn single(x: &[f32], scale: f32) -> f32 {
    let mut sum = 0.0;
    for pair in x.chunks_exact(2) {
        sum += pair[0] * pair[1];
    }
    for v in x.iter().rev().step_by(3) {
        sum -= scale * v;
    }
    let (left, right) = x.split_at(x.len() / 2);
    for (a, b) in left.iter().zip(right) {
        sum += a.max(*b);
    }
    sum
}

/// An array that is sorted, and a linear recurrence.
#[grad(crate = ::autodiff)]
#[jvp(crate = ::autodiff)]
#[vjp(crate = ::autodiff)]
#[hvp(crate = ::autodiff)]
#[must_use]
pub fn smoothed<const N: usize>(mut x: [f64; N], y: &[f64]) -> f64 {
    for i in 1..N {
        if x[i] < x[i - 1] {
            x.swap(i, i - 1);
        }
        x[i] += 0.5 * x[i - 1];
    }
    let mut state = x[0];
    for v in y {
        state = 0.75 * state + v;
    }
    state * x[N - 1]
}

/// Nothing is differentiated by the loop.
#[grad(crate = ::autodiff)]
#[jvp(crate = ::autodiff)]
#[vjp(crate = ::autodiff)]
#[hvp(crate = ::autodiff)]
#[must_use]
pub fn counted(x: &[f64], y: f64) -> f64 {
    let mut count = 0_u32;
    for v in x {
        if *v > 0.0 {
            count += 1;
        }
    }
    y.powi(2) * f64::from(count)
}

/// Parts of slices and whole arrays as arguments of calls.
#[grad(crate = ::autodiff)]
#[jvp(crate = ::autodiff)]
#[vjp(crate = ::autodiff)]
#[must_use]
pub fn calls<const N: usize>(x: &[f64], center: &[f64; N]) -> f64 {
    let mut sum = dot(x, x);
    for row in x.chunks_exact(N) {
        sum += dot(row, center) * dot(&x[1..], &x[..x.len() - 1]);
    }
    sum
}
