use approx::assert_relative_eq;
use chainrule_examples::reference;
use expect_test::expect_file;

use super::{
    FOLLOWING, HEARD, SWEEPS, UNITS, WEIGHTS, error, error_grad, error_value_and_grad, learning, melody,
    play, run, start, step, tone,
};

fn expected(name: &str) -> Vec<f64> {
    reference(include_str!("../references/echo.tsv"), name)
}

#[test]
fn gradient_is_that_of_fifty_digits() {
    let mut gradient = [f64::NAN; WEIGHTS];
    let value = error_value_and_grad(&start(), &melody(), &mut gradient);
    assert_eq!(value.to_bits(), error(&start(), &melody()).to_bits());
    assert_relative_eq!(value, expected("error")[0], max_relative = 1e-14);
    for (found, expected) in gradient.into_iter().zip(expected("gradient")) {
        assert_relative_eq!(found, expected, max_relative = 1e-12);
    }
    let mut alone = [f64::NAN; WEIGHTS];
    error_grad(&start(), &melody(), &mut alone);
    assert_eq!(alone, gradient);
}

/// The error and the step that plays are the same network.
#[test]
fn steps_make_the_error() {
    let (w, melody) = (start(), melody());
    let mut hidden = [0.0; UNITS];
    let squares = melody.windows(2).map(|pair| (step(&w, &mut hidden, pair[0]) - pair[1]).powi(2));
    assert_relative_eq!(squares.sum::<f64>() / (HEARD - 1) as f64, error(&w, &melody), max_relative = 1e-14);
}

#[test]
fn the_network_goes_on() {
    let melody = melody();
    let (value, w) = learning(&melody).nth(SWEEPS).expect("learning goes on");
    assert!(value < 1e-3, "{value}");
    let played = play(&w, &melody);
    let squares: f64 = (0..FOLLOWING).map(|i| (played[i] - tone(HEARD + i)).powi(2)).sum();
    let loudness: f64 = (0..FOLLOWING).map(|i| tone(HEARD + i).powi(2)).sum();
    assert!(squares < 0.05 * loudness, "{squares} of {loudness}");
}

#[test]
fn output() {
    let mut out = Vec::new();
    run(&mut out).expect("a vector takes every line");
    expect_file!["../output/echo.txt"].assert_eq(&String::from_utf8_lossy(&out));
}
