use approx::assert_relative_eq;
use expect_test::expect_file;

use super::{CASES, START, error, error_grad, error_value_and_grad, is_solved, learning, output, run};

/// Back-propagation as in the paper: from the error through the output unit to the hidden ones.
#[test]
fn gradient_is_what_propagates_back() {
    let w = START;
    let mut expected = [0.0; 9];
    for (x, target) in CASES {
        let hidden = [0, 3].map(|at| 1.0 / (1.0 + (-(w[at] * x[0] + w[at + 1] * x[1] + w[at + 2])).exp()));
        let y = output(&w, x);
        let delta = (y - target) * y * (1.0 - y);
        for unit in 0..2 {
            let back = delta * w[6 + unit] * hidden[unit] * (1.0 - hidden[unit]);
            expected[6 + unit] += delta * hidden[unit];
            for (i, input) in [x[0], x[1], 1.0].into_iter().enumerate() {
                expected[3 * unit + i] += back * input;
            }
        }
        expected[8] += delta;
    }
    let (value, gradient) = error_value_and_grad(&w);
    assert_eq!(value, error(&w));
    assert_eq!(gradient, error_grad(&w));
    for (found, expected) in gradient.into_iter().zip(expected) {
        assert_relative_eq!(found, expected, max_relative = 1e-12);
    }
}

#[test]
fn the_network_learns() {
    assert!(!is_solved(&START));
    let sweeps = learning().position(|w| is_solved(&w)).expect("learning goes on until it is solved");
    assert!(sweeps < 2000, "it took {sweeps} sweeps");
}

#[test]
fn output_of_the_program() {
    let mut out = Vec::new();
    run(&mut out).expect("a vector takes every line");
    expect_file!["../output/xor.txt"].assert_eq(&String::from_utf8_lossy(&out));
}
