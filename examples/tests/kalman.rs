use approx::assert_relative_eq;
use expect_test::expect_file;

use super::{
    SECONDS, drive, measure, measure_jacobian, measure_value_and_jacobian, move_on, move_on_jacobian,
    move_on_value_and_jacobian, run,
};

#[test]
fn jacobians_are_those_of_the_textbook() {
    let (state, control) = ([1.0, -2.0, 0.7], [1.5, 0.4]);
    let (value, f) = move_on_value_and_jacobian(&state, &control);
    assert_eq!((value, f), (move_on(&state, &control), move_on_jacobian(&state, &control)));
    let (sine, cosine) = (0.7 + 0.5 * 0.4 * SECONDS).sin_cos();
    let reach = 1.5 * SECONDS;
    same(&f, &[[1.0, 0.0, -reach * sine], [0.0, 1.0, reach * cosine], [0.0, 0.0, 1.0]]);

    let landmark = [4.0, 2.0];
    let (value, h) = measure_value_and_jacobian(&state, &landmark);
    assert_eq!((value, h), (measure(&state, &landmark), measure_jacobian(&state, &landmark)));
    same(&h, &[[-0.6, -0.8, 0.0], [0.16, -0.12, -1.0]]);
}

fn same<const M: usize>(found: &[[f64; 3]; M], expected: &[[f64; 3]; M]) {
    for (found, expected) in found.iter().flatten().zip(expected.iter().flatten()) {
        assert_relative_eq!(found, expected, max_relative = 1e-13);
    }
}

#[test]
fn filter_stays_near_the_truth_and_knows_how_near() {
    let moments = drive();
    for moment in &moments[8..] {
        let off = moment.error(moment.belief.state);
        assert!(off < 3.0 * moment.belief.uncertainty(), "off by {off}");
        assert!(off < moment.error(moment.reckoned));
        assert!(moment.belief.uncertainty() < 0.2);
    }
}

#[test]
fn output() {
    let mut out = Vec::new();
    run(&mut out).expect("a vector takes every line");
    expect_file!["../output/kalman.txt"].assert_eq(&String::from_utf8_lossy(&out));
}
