use approx::assert_relative_eq;
use expect_test::expect_file;

use super::{by_hand, f, f_grad, f_value_and_grad, run};

#[test]
fn gradient_is_that_of_the_course() {
    let (value, (df_dx, df_dy)) = f_value_and_grad(3.0, -4.0);
    assert_eq!(value, f(3.0, -4.0));
    assert_eq!((df_dx, df_dy), f_grad(3.0, -4.0));
    assert_relative_eq!(value, 1.545_644_884_106_644_1, max_relative = 1e-15);
    assert_relative_eq!(df_dx, 2.059_569_795_572_165_2, max_relative = 1e-15);
    assert_relative_eq!(df_dy, 1.592_232_751_483_809_3, max_relative = 1e-15);
}

#[test]
fn blackboard_agrees() {
    for (x, y) in [(3.0, -4.0), (0.0, 0.0), (-1.5, 2.5), (10.0, -0.1)] {
        let (stages, (x_bar, y_bar)) = by_hand(x, y);
        let (df_dx, df_dy) = f_grad(x, y);
        assert_eq!(stages[4].1, f(x, y));
        assert_relative_eq!(x_bar, df_dx, max_relative = 1e-14, epsilon = 1e-15);
        assert_relative_eq!(y_bar, df_dy, max_relative = 1e-14, epsilon = 1e-15);
    }
}

#[test]
fn output() {
    let mut out = Vec::new();
    run(&mut out).expect("a vector takes every line");
    expect_file!["../output/staged.txt"].assert_eq(&String::from_utf8_lossy(&out));
}
