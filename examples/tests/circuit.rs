use expect_test::expect_file;

use super::{f_value_and_grad, product_grad, run};

#[test]
fn gradients_are_those_of_the_course() {
    assert_eq!(f_value_and_grad(-2.0, 5.0, -4.0), (-12.0, (-4.0, -4.0, 3.0)));
    assert_eq!(product_grad(3.0, -4.0), (-4.0, 3.0));
}

#[test]
fn output() {
    let mut out = Vec::new();
    run(&mut out).expect("a vector takes every line");
    expect_file!["../output/circuit.txt"].assert_eq(&String::from_utf8_lossy(&out));
}
