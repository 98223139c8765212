//! How loops end: conditions, `break` with and without value, `continue`, labels, `return`.

use chainrule::{grad, hvp, jvp, vjp};

use crate::harness::functions;

functions! {
    first_above first_above_value_and_grad first_above_grad first_above_jvp first_above_vjp first_above_hvp:
        (x: [f64]; limit: f64;) at [[0], [1], [2], [9]] in -2.0..3.0
    skipping skipping_value_and_grad skipping_grad skipping_jvp skipping_vjp skipping_hvp:
        (x: [f64]; w: f64;) at [[0], [1], [2], [9]] in -2.0..3.0
    only_good_rows only_good_rows_value_and_grad only_good_rows_grad only_good_rows_jvp only_good_rows_vjp only_good_rows_hvp:
        (x: [[f64; 3]];;) at [[0], [1], [2], [9]] in -2.0..3.0
    pairs_until pairs_until_value_and_grad pairs_until_grad pairs_until_jvp pairs_until_vjp pairs_until_hvp:
        (x: [f64];;) at [[0], [1], [2], [9]] in -2.0..3.0
    searched searched_value_and_grad searched_grad searched_jvp searched_vjp searched_hvp:
        (y: [f64]; t: f64; &[0.0, 0.5, 1.25, 2.0]) at [[4]] in 0.3..1.9
    bounded_newton bounded_newton_value_and_grad bounded_newton_grad bounded_newton_jvp bounded_newton_vjp bounded_newton_hvp:
        (; a: f64, b: f64;) at [[]] in 1.0..5.0
    bisected bisected_value_and_grad bisected_grad bisected_jvp bisected_vjp bisected_hvp:
        (; a: f64, b: f64;) at [[]] in 1.0..5.0
    series series_value_and_grad series_grad series_jvp series_vjp series_hvp:
        (; x: f64;) at [[]] in 0.3..1.9
    piecewise piecewise_value_and_grad piecewise_grad piecewise_jvp piecewise_vjp piecewise_hvp:
        (x: [f64];;) at [[0], [1], [2], [9]] in -2.0..3.0
    kinds kinds_value_and_grad kinds_grad kinds_jvp kinds_vjp kinds_hvp:
        (x: [f64];;) at [[0], [1], [2], [9]] in -2.0..3.0
    found found_value_and_grad found_grad found_jvp found_vjp found_hvp:
        (x: [f64]; y: f64;) at [[1], [2], [9]] in -2.0..3.0
    root root_value_and_grad root_grad root_jvp root_vjp root_hvp:
        (; a: f64;) at [[]] in 1.0..5.0
    collatz collatz_value_and_grad collatz_grad collatz_jvp collatz_vjp collatz_hvp:
        (; x: f64; 27) at [[]] in 0.3..1.9
    digits digits_value_and_grad digits_grad digits_jvp digits_vjp digits_hvp:
        (; x: f64; 1_230_456) at [[]] in 0.3..1.9
    interpolated interpolated_value_and_grad interpolated_grad interpolated_jvp interpolated_vjp interpolated_hvp:
        (y: [f64]; t: f64; &[0.0, 0.5, 1.25, 2.0]) at [[4]] in 0.3..1.9
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn first_above(x: &[f64], limit: f64) -> f64 {
    for (i, v) in x.iter().enumerate() {
        if *v > limit {
            return v * v * (i + 1) as f64;
        }
    }
    limit.sin()
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn skipping(x: &[f64], w: f64) -> f64 {
    let mut sum = 0.0;
    for &v in x {
        if v < 0.0 {
            continue;
        }
        let y = (w * v).sin();
        if y < 0.1 {
            sum += 0.5 * v;
            continue;
        }
        sum += y;
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn only_good_rows(x: &[[f64; 3]]) -> f64 {
    let mut sum = 0.0;
    'rows: for row in x {
        for v in row {
            if *v < -1.5 {
                continue 'rows;
            }
        }
        sum += row[0] * row[1] * row[2];
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn pairs_until(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    'all: for i in 0..x.len() {
        for j in 0..i {
            if x[i] * x[j] > 3.0 {
                break 'all;
            }
            if x[i] + x[j] < -1.0 {
                break;
            }
            sum += x[i] * x[j];
        }
        sum += x[i];
    }
    sum
}

#[grad(wrt(y, t))]
#[jvp(wrt(y, t))]
#[vjp(wrt(y, t))]
#[hvp(wrt(y, t))]
fn searched(y: &[f64], t: f64, at: &[f64]) -> f64 {
    let (mut low, mut high) = (0, at.len() - 1);
    while high - low > 1 {
        let middle = (low + high) / 2;
        if at[middle] <= t {
            low = middle;
        } else {
            high = middle;
        }
    }
    let part = (t - at[low]) / (at[high] - at[low]);
    y[low] * (1.0 - part) + y[high] * part
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn bounded_newton(a: f64, b: f64) -> f64 {
    let mut x = 1.0;
    for _ in 0..100 {
        let error = x * x * x + b * x - a;
        if error.abs() < 1e-13 {
            break;
        }
        x -= error / (3.0 * x * x + b);
    }
    x * b
}

/// The last steps are Newton's, because halved intervals have no derivatives: one step for each.
#[grad]
#[jvp]
#[vjp]
#[hvp]
fn bisected(a: f64, b: f64) -> f64 {
    let (mut low, mut high) = (0.0, 5.0);
    while high - low > 1e-9 {
        let middle = 0.5 * (low + high);
        if middle * middle * middle + b * middle > a {
            high = middle;
        } else {
            low = middle;
        }
    }
    let mut x = 0.5 * (low + high);
    x -= (x * x * x + b * x - a) / (3.0 * x * x + b);
    x - (x * x * x + b * x - a) / (3.0 * x * x + b)
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn series(x: f64) -> f64 {
    let mut sum = 0.0;
    let mut k = 0;
    loop {
        let term = x.powi(2 * k + 1) / f64::from(2 * k + 1);
        sum += if k % 2 == 0 { term } else { -term };
        k += 1;
        if k > 6 {
            break;
        }
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn piecewise(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for v in x {
        let v = *v;
        sum += if v < -1.0 {
            v.exp()
        } else if v < 1.0 {
            let cube = v * v * v;
            cube - v
        } else {
            v.ln()
        };
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn kinds(x: &[f64]) -> f64 {
    let (mut even, mut odd, mut third) = (0.0, 1.0, 0.0);
    for i in 0..x.len() {
        match i % 3 {
            0 => even += x[i] * x[i],
            1 => odd += x[i].sin(),
            _ => {
                let y = x[i] * 0.5;
                third += y;
                even -= y * y;
            }
        }
    }
    even * odd + third
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn found(x: &[f64], y: f64) -> f64 {
    let mut i = 0;
    let at = loop {
        if x[i] > 1.0 {
            break x[i].ln();
        }
        i += 1;
        if i == x.len() {
            break y * y;
        }
    };
    at * y
}

/// Heron's method.
#[grad]
#[jvp]
#[vjp]
#[hvp]
fn root(a: f64) -> f64 {
    let mut x = a;
    while (x * x - a).abs() > 1e-12 {
        x = 0.5 * (x + a / x);
    }
    x
}

/// A loop over whole numbers, which decide what is summed.
#[grad]
#[jvp]
#[vjp]
#[hvp]
fn collatz(x: f64, start: u64) -> f64 {
    let mut n = start;
    let mut sum = 0.0;
    while n != 1 {
        if n % 2 == 0 {
            n /= 2;
            sum += x.sin();
        } else {
            n = 3 * n + 1;
            sum -= x * x;
        }
    }
    sum
}

#[grad]
#[jvp]
#[vjp]
#[hvp]
fn digits(x: f64, mut number: u32) -> f64 {
    let mut sum = 0.0;
    let mut place = 0;
    while number > 0 {
        let digit = number % 10;
        number /= 10;
        place += 1;
        if digit == 0 {
            continue;
        }
        sum += f64::from(digit) * x.powi(place);
    }
    sum
}

#[grad(wrt(y, t))]
#[jvp(wrt(y, t))]
#[vjp(wrt(y, t))]
#[hvp(wrt(y, t))]
fn interpolated(y: &[f64], t: f64, at: &[f64]) -> f64 {
    for i in 0..at.len() - 1 {
        if t <= at[i + 1] {
            let part = (t - at[i]) / (at[i + 1] - at[i]);
            return y[i] * (1.0 - part) + y[i + 1] * part;
        }
    }
    y[y.len() - 1]
}
