use approx::assert_relative_eq;
use expect_test::expect_file;

use super::{
    B1, B2, CERTIFIED, STEPS, descent, gradient, loss, loss_value_and_grad, observations, run, sum_of_squares,
};

#[test]
fn data_are_complete() {
    let data = observations();
    assert_eq!(data.len(), 14);
    assert_eq!((data[0], data[13]), ((77.6, 10.07), (760.0, 81.78)));
    let certified = (CERTIFIED.0 / B1, CERTIFIED.1 / B2);
    assert_relative_eq!(sum_of_squares(certified, &data), CERTIFIED.2, max_relative = 1e-10);
}

#[test]
fn gradient_is_the_derivative_of_the_loss() {
    let (p1, p2, x, y) = (1.0, 1.0, 332.8, 40.02);
    let decay = (-B2 * x).exp();
    let residual = y - B1 * (1.0 - decay);
    let (value, (d1, d2)) = loss_value_and_grad(p1, p2, x, y);
    assert_eq!(value, loss(p1, p2, x, y));
    assert_relative_eq!(d1, -2.0 * residual * B1 * (1.0 - decay), max_relative = 1e-13);
    assert_relative_eq!(d2, -2.0 * residual * B1 * decay * B2 * x, max_relative = 1e-13);
}

#[test]
fn descent_finds_what_nist_certifies() {
    let data = observations();
    let p = descent(&data).nth(STEPS).expect("the descent has no end");
    assert_relative_eq!(B1 * p.0, CERTIFIED.0, max_relative = 1e-9);
    assert_relative_eq!(B2 * p.1, CERTIFIED.1, max_relative = 1e-9);
    assert_relative_eq!(sum_of_squares(p, &data), CERTIFIED.2, max_relative = 1e-10);
    let slope = gradient(p, &data);
    assert!(slope.0.abs().max(slope.1.abs()) < 1e-4, "the gradient {slope:?} is not zero");
}

#[test]
fn output() {
    let mut out = Vec::new();
    run(&mut out).expect("a vector takes every line");
    expect_file!["../output/misra1a.txt"].assert_eq(&String::from_utf8_lossy(&out));
}
