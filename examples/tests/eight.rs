use approx::assert_relative_eq;
use chainrule_examples::reference;
use expect_test::expect_file;

use super::{GUESS, KNOWN, miss, miss_grad, miss_value_and_grad, newton, run, slopes};

fn expected(name: &str) -> Vec<f64> {
    reference(include_str!("../references/eight.tsv"), name)
}

#[test]
fn derivatives_are_those_of_fifty_digits() {
    let (value, gradient) = miss_value_and_grad(GUESS);
    assert_eq!(value.to_bits(), miss(GUESS).to_bits());
    assert_eq!(gradient, miss_grad(GUESS));
    assert_relative_eq!(value, expected("miss")[0], max_relative = 1e-11);
    for (found, expected) in gradient.into_iter().zip(expected("gradient")) {
        assert_relative_eq!(found, expected, max_relative = 1e-10);
    }
    for (row, name) in slopes(GUESS).1.into_iter().zip(["row_0", "row_1", "row_2"]) {
        for (found, expected) in row.into_iter().zip(expected(name)) {
            assert_relative_eq!(found, expected, max_relative = 1e-9);
        }
    }
}

/// To the digits that the strides have.
#[test]
fn the_orbit_is_the_known_one() {
    let orbits: Vec<_> = newton().take(20).collect();
    assert!(orbits.len() < 10, "{} steps", orbits.len());
    for (found, known) in orbits[orbits.len() - 1].into_iter().zip(KNOWN) {
        assert_relative_eq!(found, known, max_relative = 1e-6);
    }
}

#[test]
fn output() {
    let mut out = Vec::new();
    run(&mut out).expect("a vector takes every line");
    expect_file!["../output/eight.txt"].assert_eq(&String::from_utf8_lossy(&out));
}
