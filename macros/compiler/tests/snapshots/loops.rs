//! Loops that stay loops, one of each way in which they are reversed.

use chainrule_compiler::Mode;
use expect_test::expect;

use super::{check, check_mode};

#[test]
fn sums_keep_nothing() {
    let function = "
        fn f(x: &[f64]) -> f64 {
            let mut sum = 0.0;
            for v in x {
                sum += v * v;
            }
            sum
        }";
    check("", function, &expect![[]]);
}

#[test]
fn expensive_sums_are_reversed_in_themselves() {
    let function = "
        fn f(x: &[f64], w: f64) -> f64 {
            x.iter().map(|v| (w * v).exp()).sum()
        }";
    check("", function, &expect![[]]);
}

#[test]
fn maxima_keep_a_winner() {
    let function = "
        fn f(x: &[f64]) -> f64 {
            x.iter().copied().fold(f64::NEG_INFINITY, f64::max)
        }";
    check("", function, &expect![[]]);
}

#[test]
fn small_states_carry_their_derivatives() {
    let function = "
        fn f(a: f64) -> f64 {
            let mut x = a;
            while (x * x - a).abs() > 1e-12 {
                x = 0.5 * (x + a / x);
            }
            x
        }";
    check("", function, &expect![[]]);
}

#[test]
fn arrays_on_the_stack_hold_what_is_needed() {
    let function = "
        fn f<const N: usize>(mut a: [f64; N], c: f64) -> f64 {
            for i in 1..N {
                a[i] += c * a[i] * a[i - 1];
            }
            a[N - 1]
        }";
    check("", function, &expect![[]]);
}

#[test]
fn vectors_hold_what_is_needed() {
    let function = "
        fn f(x: &[f64]) -> f64 {
            let mut product = 1.0;
            for v in x {
                product *= v;
            }
            product
        }";
    check("alloc", function, &expect![[]]);
}

#[test]
fn loops_that_are_left() {
    let function = "
        fn f(x: &[f64], limit: f64) -> f64 {
            let mut sum = 0.0;
            for (i, v) in x.iter().enumerate() {
                if *v > limit {
                    break;
                }
                if i % 3 == 2 {
                    continue;
                }
                sum += v * limit;
            }
            sum
        }";
    check("", function, &expect![[]]);
}

#[test]
fn hessian_times_vector() {
    let function = "
        fn f(x: &[f64]) -> f64 {
            let mut sum = 0.0;
            for pair in x.windows(2) {
                sum += (pair[1] - pair[0]).powi(4);
            }
            sum
        }";
    check_mode(Mode::Hvp, "", function, &expect![[]]);
}
