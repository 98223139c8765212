//! Loops that are left where a float that they carry says so, which keep nothing of each iteration for that.

use chainrule::{grad, hvp, jvp, vjp};

use crate::harness::functions;

functions! {
    until_full until_full_value_and_grad until_full_grad until_full_jvp until_full_vjp until_full_hvp:
        (x: [f64]; capacity: f64;) at [[0], [1], [2], [9], [20]] in 0.1..1.3
    several_ends several_ends_value_and_grad several_ends_grad several_ends_jvp several_ends_vjp several_ends_hvp:
        (x: [f64], y: [f64];;) at [[0, 0], [1, 1], [7, 5], [20, 20]] in -2.0..3.0
    last_is_different last_is_different_value_and_grad last_is_different_grad last_is_different_jvp last_is_different_vjp last_is_different_hvp:
        (x: [f64]; most: f64;) at [[0], [1], [2], [9], [20]] in -1.0..1.5
    as_long_as as_long_as_value_and_grad as_long_as_grad as_long_as_jvp as_long_as_vjp as_long_as_hvp:
        (x: [f64]; most: f64;) at [[0], [1], [2], [9], [20]] in 0.1..1.5
    backwards_until backwards_until_value_and_grad backwards_until_grad backwards_until_jvp backwards_until_vjp backwards_until_hvp:
        (x: [f64]; most: f64; 1) at [[1], [2], [9], [20]] in 0.1..1.5
    nested_ends nested_ends_value_and_grad nested_ends_grad nested_ends_jvp nested_ends_vjp nested_ends_hvp:
        (x: [f64]; most: f64;) at [[0], [1], [2], [9], [20]] in 0.1..1.5
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
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

#[grad]
#[jvp]
#[vjp]
#[hvp]
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

/// The last iteration computes with what the ones before have only added to.
#[grad]
#[jvp]
#[vjp]
#[hvp]
fn last_is_different(x: &[f64], most: f64) -> f64 {
    let (mut sum, mut total) = (0.0, 0.0);
    for v in x {
        sum += v * v;
        if sum > most {
            total += sum.sin() * v;
            break;
        }
        total += v.exp();
    }
    total
}

/// The arm that leaves is the second one.
#[grad]
#[jvp]
#[vjp]
#[hvp]
fn as_long_as(x: &[f64], most: f64) -> f64 {
    let (mut sum, mut total) = (0.25, 0.0);
    let mut i = 0;
    loop {
        if i < x.len() && sum < most {
            sum += x[i].sqrt();
            total += x[i] * x[i];
        } else {
            total *= sum * sum;
            break;
        }
        i += 1;
    }
    total + sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn backwards_until(x: &[f64], most: f64, first: usize) -> f64 {
    let (mut sum, mut total) = (0.0, 1.0);
    for i in (first..x.len()).rev() {
        sum += x[i];
        if sum > 2.0 * most {
            return total * sum.sin();
        }
        if sum > most && x[i] > 0.9 {
            return total / (1.0 + sum * sum);
        }
        total += x[i] * x[i - 1];
    }
    total * most
}

/// Both loops end where a sum is too large, the inner one for each of the outer.
#[grad]
#[jvp]
#[vjp]
#[hvp]
fn nested_ends(x: &[f64], most: f64) -> f64 {
    let mut total = 0.0;
    for i in 0..x.len() {
        let mut sum = 0.0;
        for j in 0..i {
            sum += x[i] * x[j];
            if sum > most {
                total += sum.cos() * x[j];
                break;
            }
            total += x[j].sin();
        }
        if total > 4.0 * most {
            total -= x[i] * x[i];
            break;
        }
    }
    total
}
