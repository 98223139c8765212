//! Loops that change a number or an array with every run.

use std::hint::black_box;

use chainrule::grad;

use super::{Case, LENGTH, around, array};

#[grad]
fn recurrence(x: f64, count: usize) -> f64 {
    let mut c = x;
    for _ in 0..count {
        c = c.sin() * x;
    }
    c
}

fn recurrence_by_hand(x: f64, count: usize) -> (f64, f64) {
    let (mut c, mut slope) = (x, 1.0);
    for _ in 0..count {
        let sin = c.sin();
        slope = sin + c.cos() * slope * x;
        c = sin * x;
    }
    (c, slope)
}

#[grad]
fn stencil(mut a: [f64; LENGTH], c: f64) -> f64 {
    for i in 1..LENGTH {
        a[i] = a[i] * a[i - 1] * c + a[i];
    }
    let mut s = 0.0;
    for v in a {
        s += v;
    }
    s
}

fn stencil_by_hand(a: &[f64; LENGTH], c: f64, a_bar: &mut [f64]) -> (f64, f64) {
    let mut after = *a;
    for i in 1..LENGTH {
        after[i] = after[i] * after[i - 1] * c + after[i];
    }
    let mut s = 0.0;
    for v in after {
        s += v;
    }
    let (mut c_bar, mut bar) = (0.0, 1.0);
    for ((before, left), place) in a[1..].iter().zip(&after[..LENGTH - 1]).zip(&mut a_bar[1..]).rev() {
        *place = bar * (left * c + 1.0);
        c_bar += bar * (before * left);
        bar = bar * before * c + 1.0;
    }
    a_bar[0] = bar;
    (s, c_bar)
}

#[grad]
fn product(x: &[f64; LENGTH]) -> f64 {
    let mut p = 1.0;
    for v in x {
        p *= v;
    }
    p
}

/// The same with a length that the macro knows, so that the loop is unrolled.
#[grad]
fn product_unrolled(x: &[f64; 1000]) -> f64 {
    let mut p = 1.0;
    for v in x {
        p *= v;
    }
    p
}

fn product_by_hand(x: &[f64], x_bar: &mut [f64]) -> f64 {
    let mut p = 1.0;
    for (v, before) in x.iter().zip(&mut *x_bar) {
        *before = p;
        p *= v;
    }
    let mut after = 1.0;
    for (v, v_bar) in x.iter().zip(x_bar).rev() {
        *v_bar *= after;
        after *= v;
    }
    p
}

/// Calls the gradient of `recurrence`.
#[rustfmt::skip]
macro_rules! of_recurrence {
    ($function:ident) => {
        |arguments, partials| {
            let (value, x_bar) = $function(arguments[0], black_box(LENGTH));
            partials[0] = x_bar;
            value
        }
    };
}

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case {
            name: "recurrence",
            budget: Some(1.4),
            arguments: vec![1.7],
            partials: 1,
            primal: |arguments| recurrence(arguments[0], black_box(LENGTH)),
            value_and_gradient: of_recurrence!(recurrence_value_and_grad),
            by_hand: of_recurrence!(recurrence_by_hand),
        },
        Case {
            name: "stencil",
            budget: Some(3.0),
            arguments: [around(0.4, 0.5, LENGTH), vec![0.3]].concat(),
            partials: LENGTH + 1,
            primal: |arguments| stencil(*array(arguments), arguments[LENGTH]),
            value_and_gradient: |arguments, partials| {
                let (a_bar, c_bar) = partials.split_at_mut(LENGTH);
                let (value, (a, c)) = stencil_value_and_grad(*array(arguments), arguments[LENGTH]);
                a_bar.copy_from_slice(&a);
                c_bar[0] = c;
                value
            },
            by_hand: |arguments, partials| {
                let (a_bar, c_bar) = partials.split_at_mut(LENGTH);
                let (value, c) = stencil_by_hand(array(arguments), arguments[LENGTH], a_bar);
                c_bar[0] = c;
                value
            },
        },
        Case {
            name: "product",
            budget: Some(2.5),
            arguments: around(1.0, 0.2, LENGTH),
            partials: LENGTH,
            primal: |arguments| product(array(arguments)),
            value_and_gradient: |arguments, partials| {
                let (value, gradient) = product_value_and_grad(array(arguments));
                partials.copy_from_slice(&gradient);
                value
            },
            by_hand: product_by_hand,
        },
        Case {
            name: "product_unrolled",
            budget: None,
            arguments: around(1.0, 0.2, LENGTH),
            partials: LENGTH,
            primal: |arguments| product_unrolled(array(arguments)),
            value_and_gradient: |arguments, partials| {
                let (value, gradient) = product_unrolled_value_and_grad(array(arguments));
                partials.copy_from_slice(&gradient);
                value
            },
            by_hand: product_by_hand,
        },
    ]
}
