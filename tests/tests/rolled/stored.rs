//! Loops whose values have to be stored, as many as there are iterations, which is known at run time only.

use chainrule::{grad, hvp, jvp, vjp};

use crate::harness::functions;

functions! {
    until_full until_full_value_and_grad until_full_grad until_full_jvp until_full_vjp until_full_hvp:
        (x: [f64];; 2.5) at [[0], [1], [2], [9]] in 0.2..1.5
    several_ends several_ends_value_and_grad several_ends_grad several_ends_jvp several_ends_vjp several_ends_hvp:
        (x: [f64], y: [f64];;) at [[0, 0], [1, 1], [2, 2], [9, 9]] in -2.0..3.0
    polynomial polynomial_value_and_grad polynomial_grad polynomial_jvp polynomial_vjp polynomial_hvp:
        (coefficients: [f64]; x: f64;) at [[0], [1], [2], [7]] in -1.2..1.3
    accumulated accumulated_value_and_grad accumulated_grad accumulated_jvp accumulated_vjp accumulated_hvp:
        (x: [f64]; w: f64;) at [[0], [1], [2], [7]] in -1.2..1.3
    prefixes prefixes_value_and_grad prefixes_grad prefixes_jvp prefixes_vjp prefixes_hvp:
        (x: [f64];;) at [[0], [1], [2], [9]] in -2.0..3.0
    mutable_iterators mutable_iterators_value_and_grad mutable_iterators_grad mutable_iterators_jvp mutable_iterators_vjp mutable_iterators_hvp:
        (; u: [f64; 6], v: [f64; 6];) at [[]] in -1.0..1.0
}

#[grad(wrt(x), alloc)]
#[jvp(wrt(x))]
#[vjp(wrt(x), alloc)]
#[hvp(wrt(x), alloc)]
fn until_full(x: &[f64], capacity: f64) -> f64 {
    let (mut value, mut weight) = (0.0, 0.0);
    for v in x {
        if weight + v > capacity {
            break;
        }
        weight += v;
        value += v.sqrt();
    }
    value + weight.sin()
}

#[grad(alloc)]
#[jvp]
#[vjp(alloc)]
#[hvp(alloc)]
fn several_ends(x: &[f64], y: &[f64]) -> f64 {
    let mut sum = 0.0;
    for (i, (a, b)) in x.iter().zip(y).enumerate() {
        if *a > 2.5 {
            return sum * a;
        }
        if *b < -1.75 {
            sum -= b;
            break;
        }
        if i % 3 == 2 {
            continue;
        }
        sum += a * b;
    }
    sum + 1.0
}

/// Horner's rule.
#[grad(alloc)]
#[jvp]
#[vjp(alloc)]
#[hvp(alloc)]
fn polynomial(coefficients: &[f64], x: f64) -> f64 {
    let mut y = 0.0;
    for c in coefficients.iter().rev() {
        y = y * x + c;
    }
    y
}

#[grad(alloc)]
#[jvp]
#[vjp(alloc)]
#[hvp(alloc)]
fn accumulated(x: &[f64], w: f64) -> f64 {
    let mut state = w;
    for v in x {
        state = (state * v + w).tanh();
    }
    state
}

#[grad(alloc)]
#[jvp]
#[vjp(alloc)]
#[hvp(alloc)]
fn prefixes(x: &[f64]) -> f64 {
    let (mut prefix, mut total) = (0.0, 0.0);
    for v in x {
        prefix += v;
        total += prefix * prefix;
    }
    total
}

#[grad(alloc)]
#[jvp]
#[vjp(alloc)]
#[hvp(alloc)]
fn mutable_iterators<const N: usize>(mut u: [f64; N], mut v: [f64; N]) -> f64 {
    for (i, (a, b)) in u.iter_mut().zip(v.iter_mut()).enumerate() {
        let old = *a;
        *a = *b * old;
        *b += old * i as f64;
    }
    for a in u.iter_mut().rev().skip(1) {
        *a *= *a;
    }
    u.iter().zip(&v).map(|(a, b)| a * b).sum()
}
