//! Sums of what a body computes.

use chainrule::grad;

use super::{Case, LENGTH, around};

#[grad]
fn kernel(x: &[f64], y: &[f64], w: f64) -> f64 {
    let mut s = 0.0;
    for (a, b) in x.iter().zip(y) {
        let d = a - b;
        s += (-d * d * w).exp();
    }
    s
}

fn kernel_by_hand(x: &[f64], y: &[f64], w: f64, x_bar: &mut [f64], y_bar: &mut [f64]) -> (f64, f64) {
    let (mut s, mut w_bar) = (0.0, 0.0);
    for (((a, b), a_bar), b_bar) in x.iter().zip(y).zip(x_bar).zip(y_bar) {
        let d = a - b;
        let square = -d * d;
        let e = (square * w).exp();
        s += e;
        w_bar += e * square;
        *b_bar = 2.0 * e * w * d;
        *a_bar = -*b_bar;
    }
    (s, w_bar)
}

#[grad(wrt(w))]
fn width(x: &[f64], y: &[f64], w: f64) -> f64 {
    let mut s = 0.0;
    for (a, b) in x.iter().zip(y) {
        let d = a - b;
        s += (-d * d * w).exp();
    }
    s
}

fn width_by_hand(x: &[f64], y: &[f64], w: f64) -> (f64, f64) {
    let (mut s, mut w_bar) = (0.0, 0.0);
    for (a, b) in x.iter().zip(y) {
        let d = a - b;
        let square = -d * d;
        let e = (square * w).exp();
        s += e;
        w_bar += e * square;
    }
    (s, w_bar)
}

#[grad]
fn sum_of_squares(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for v in x {
        s += v * v;
    }
    s
}

fn sum_of_squares_by_hand(x: &[f64], x_bar: &mut [f64]) -> f64 {
    let mut s = 0.0;
    for (v, v_bar) in x.iter().zip(x_bar) {
        s += v * v;
        *v_bar = 2.0 * v;
    }
    s
}

#[grad]
fn log_sum_exp(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for v in x {
        s += v.exp();
    }
    s.ln()
}

fn log_sum_exp_by_hand(x: &[f64], x_bar: &mut [f64]) -> f64 {
    let mut s = 0.0;
    for (v, v_bar) in x.iter().zip(&mut *x_bar) {
        *v_bar = v.exp();
        s += *v_bar;
    }
    let reciprocal = 1.0 / s;
    for v_bar in x_bar {
        *v_bar *= reciprocal;
    }
    s.ln()
}

#[grad(wrt(slope, offset))]
fn least_squares(x: &[f64], y: &[f64], slope: f64, offset: f64) -> f64 {
    let mut s = 0.0;
    for (x, y) in x.iter().zip(y) {
        let error = slope * x + offset - y;
        s += error * error;
    }
    s
}

fn least_squares_by_hand(x: &[f64], y: &[f64], slope: f64, offset: f64) -> (f64, (f64, f64)) {
    let (mut s, mut slope_bar, mut offset_bar) = (0.0, 0.0, 0.0);
    for (x, y) in x.iter().zip(y) {
        let error = slope * x + offset - y;
        s += error * error;
        slope_bar += error * x;
        offset_bar += error;
    }
    (s, (2.0 * slope_bar, 2.0 * offset_bar))
}

#[grad(wrt(slope, offset))]
fn logistic(x: &[f64], y: &[f64], slope: f64, offset: f64) -> f64 {
    let mut s = 0.0;
    for (x, y) in x.iter().zip(y) {
        s += (-y * (slope * x + offset)).exp().ln_1p();
    }
    s
}

fn logistic_by_hand(x: &[f64], y: &[f64], slope: f64, offset: f64) -> (f64, (f64, f64)) {
    let (mut s, mut slope_bar, mut offset_bar) = (0.0, 0.0, 0.0);
    for (x, y) in x.iter().zip(y) {
        let e = (-y * (slope * x + offset)).exp();
        s += e.ln_1p();
        let part = -y * (e / (1.0 + e));
        slope_bar += part * x;
        offset_bar += part;
    }
    (s, (slope_bar, offset_bar))
}

/// Two slices and the numbers after them.
fn pair(arguments: &[f64]) -> (&[f64], &[f64], &[f64]) {
    let (x, rest) = arguments.split_at(LENGTH);
    let (y, rest) = rest.split_at(LENGTH);
    (x, y, rest)
}

/// Calls the gradient of a function of two slices and a slope and an offset.
#[rustfmt::skip]
macro_rules! of_line {
    ($function:ident) => {
        |arguments, partials| {
            let (x, y, line) = pair(arguments);
            let (value, (slope_bar, offset_bar)) = $function(x, y, line[0], line[1]);
            partials.copy_from_slice(&[slope_bar, offset_bar]);
            value
        }
    };
}

/// Calls the gradient of `kernel`.
#[rustfmt::skip]
macro_rules! of_kernel {
    ($function:ident) => {
        |arguments, partials| {
            let (x, y, w) = pair(arguments);
            let (x_bar, rest) = partials.split_at_mut(LENGTH);
            let (y_bar, w_bar) = rest.split_at_mut(LENGTH);
            let (value, partial) = $function(x, y, w[0], x_bar, y_bar);
            w_bar[0] = partial;
            value
        }
    };
}

/// Calls the gradient of `width`.
#[rustfmt::skip]
macro_rules! of_width {
    ($function:ident) => {
        |arguments, partials| {
            let (x, y, w) = pair(arguments);
            let (value, w_bar) = $function(x, y, w[0]);
            partials[0] = w_bar;
            value
        }
    };
}

pub(super) fn cases() -> Vec<Case> {
    let line = |slope, offset| {
        [around(0.2, 1.0, LENGTH), around(-0.1, 0.9, LENGTH + 1)[1..].to_vec(), vec![slope, offset]].concat()
    };
    vec![
        Case {
            name: "kernel",
            budget: Some(1.3),
            arguments: [around(0.3, 1.0, LENGTH), around(-0.2, 0.8, LENGTH), vec![0.7]].concat(),
            partials: 2 * LENGTH + 1,
            primal: |arguments| {
                let (x, y, w) = pair(arguments);
                kernel(x, y, w[0])
            },
            value_and_gradient: of_kernel!(kernel_value_and_grad),
            by_hand: of_kernel!(kernel_by_hand),
        },
        Case {
            name: "width",
            budget: Some(1.3),
            arguments: [around(0.3, 1.0, LENGTH), around(-0.2, 0.8, LENGTH), vec![0.7]].concat(),
            partials: 1,
            primal: |arguments| {
                let (x, y, w) = pair(arguments);
                width(x, y, w[0])
            },
            value_and_gradient: of_width!(width_value_and_grad),
            by_hand: of_width!(width_by_hand),
        },
        Case {
            name: "sum_of_squares",
            budget: Some(2.0),
            arguments: around(0.3, 1.0, LENGTH),
            partials: LENGTH,
            primal: sum_of_squares,
            value_and_gradient: sum_of_squares_value_and_grad,
            by_hand: sum_of_squares_by_hand,
        },
        Case {
            name: "log_sum_exp",
            budget: None,
            arguments: around(0.3, 1.0, LENGTH),
            partials: LENGTH,
            primal: log_sum_exp,
            value_and_gradient: log_sum_exp_value_and_grad,
            by_hand: log_sum_exp_by_hand,
        },
        Case {
            name: "least_squares",
            budget: None,
            arguments: line(0.7, -0.2),
            partials: 2,
            primal: |arguments| {
                let (x, y, line) = pair(arguments);
                least_squares(x, y, line[0], line[1])
            },
            value_and_gradient: of_line!(least_squares_value_and_grad),
            by_hand: of_line!(least_squares_by_hand),
        },
        Case {
            name: "logistic",
            budget: None,
            arguments: line(0.9, 0.1),
            partials: 2,
            primal: |arguments| {
                let (x, y, line) = pair(arguments);
                logistic(x, y, line[0], line[1])
            },
            value_and_gradient: of_line!(logistic_value_and_grad),
            by_hand: of_line!(logistic_by_hand),
        },
    ]
}
