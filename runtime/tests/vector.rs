//! Functions of several values: their ends, and the order of operations that generated code relies on.

#![cfg(any(feature = "std", feature = "libm"))]

use chainrule::math::{dot, exp, ln, log_sum_exp, norm, powi, softmax, sqrt};

const INFINITY: f64 = f64::INFINITY;

#[test]
fn norm_is_the_plain_root_where_that_is_safe() {
    let v = [0.1_f64, -0.7, 1e10, 3.3];
    assert_eq!(norm(&v), sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2] + v[3] * v[3]));
    assert_eq!(norm(&[-2.5_f64]), 2.5);
}

#[test]
fn norm_neither_overflows_nor_underflows() {
    for unit in [powi(2.0_f64, 1000), powi(2.0, 600), powi(2.0, -600), powi(2.0, -1000)] {
        assert_eq!(norm(&[3.0 * unit, -4.0 * unit]), 5.0 * unit);
    }
    for unit in [powi(2.0_f32, 100), powi(2.0, -100)] {
        assert_eq!(norm(&[3.0 * unit, -4.0 * unit]), 5.0 * unit);
    }
    assert_eq!(norm(&[f64::MAX]), f64::MAX);
    assert_eq!(norm(&[f64::MAX, f64::MAX]), INFINITY);
    assert_eq!(norm(&[5e-324_f64]), 5e-324);
    assert_eq!(norm(&[15e-324_f64, 20e-324]), 25e-324);
    assert_eq!(norm(&[3.0 * 1e-45_f32, 4.0 * 1e-45]), 5.0 * 1e-45);
    assert_eq!(norm(&[f32::MAX]), f32::MAX);
    // Many values, whose squares overflow only together.
    assert_eq!(norm(&[powi(2.0_f64, 511); 1024]), powi(2.0, 516));
}

#[test]
fn norm_at_its_ends() {
    assert_eq!(norm::<f64>(&[]), 0.0);
    assert_eq!(norm(&[0.0_f64, -0.0]).to_bits(), 0.0_f64.to_bits());
    assert_eq!(norm(&[1.0, -INFINITY]), INFINITY);
    assert!(norm(&[1.0, f64::NAN]).is_nan());
    assert!(norm(&[INFINITY, f64::NAN]).is_nan());
}

#[test]
fn dot_sums_from_left_to_right_without_an_initial_zero() {
    let (a, b) = ([1e16_f64, 1.0, -1e16, 0.3], [1.0, 1.0, 1.0, 0.7]);
    assert_eq!(dot(&a, &b), a[0] * b[0] + a[1] * b[1] + a[2] * b[2] + a[3] * b[3]);
    assert_eq!(dot(&[-0.0_f64], &[1.0]).to_bits(), (-0.0_f64).to_bits());
    assert_eq!(dot::<f32>(&[], &[]), 0.0);
}

#[test]
#[should_panic(expected = "two slices of the same length")]
fn dot_wants_equal_lengths() {
    let _ = dot(&[1.0, 2.0], &[1.0]);
}

#[test]
fn log_sum_exp_is_what_it_says() {
    let v = [0.3_f64, 1.7, -0.4];
    assert_eq!(log_sum_exp(&v), 1.7 + ln(exp(0.3 - 1.7) + exp(1.7 - 1.7_f64) + exp(-0.4 - 1.7)));
    assert_eq!(log_sum_exp(&[2.5]), 2.5);
    assert_eq!(log_sum_exp(&[1e308, -1e308]), 1e308);
    assert_eq!(log_sum_exp(&[-1000.0_f32, -1000.0]), -1000.0 + core::f32::consts::LN_2);
}

#[test]
fn log_sum_exp_at_its_ends() {
    assert_eq!(log_sum_exp::<f64>(&[]), -INFINITY);
    assert_eq!(log_sum_exp(&[-INFINITY, -INFINITY]), -INFINITY);
    assert_eq!(log_sum_exp(&[-INFINITY, 3.0]), 3.0);
    assert_eq!(log_sum_exp(&[INFINITY, 3.0]), INFINITY);
    assert_eq!(log_sum_exp(&[INFINITY, -INFINITY]), INFINITY);
    assert!(log_sum_exp(&[1.0, f64::NAN]).is_nan());
}

#[test]
fn softmax_is_what_it_says() {
    let v = [0.3_f64, 1.7, -0.4];
    let weights = v.map(|x| exp(x - 1.7));
    let sum = weights[0] + weights[1] + weights[2];
    assert_eq!(softmax(&v), weights.map(|weight| weight / sum));
    assert_eq!(softmax(&[1e308, -1e308]), [1.0, 0.0]);
    assert_eq!(softmax(&[-INFINITY, -3.0, -3.0]), [0.0, 0.5, 0.5]);
    assert_eq!(softmax::<f32, 0>(&[]), [] as [f32; 0]);
    assert!(softmax(&[1.0, f64::NAN])[0].is_nan());
}
