use approx::assert_relative_eq;
use chainrule_examples::reference;
use expect_test::expect_file;

use super::{GUESS, IN_BED, fit, misfit, misfit_grad, misfit_value_and_grad, run, slopes};

fn expected(name: &str) -> Vec<f64> {
    reference(include_str!("../references/epidemic.tsv"), name)
}

#[test]
fn derivatives_are_those_of_fifty_digits() {
    let (value, gradient) = misfit_value_and_grad(GUESS, &IN_BED);
    assert_eq!(value.to_bits(), misfit(GUESS, &IN_BED).to_bits());
    assert_eq!(gradient, misfit_grad(GUESS, &IN_BED));
    assert_relative_eq!(value, expected("misfit")[0], max_relative = 1e-13);
    for (found, expected) in gradient.into_iter().zip(expected("gradient")) {
        assert_relative_eq!(found, expected, max_relative = 1e-12);
    }
    for (row, name) in slopes(GUESS).1.into_iter().zip(["row_0", "row_1", "row_2"]) {
        for (found, expected) in row.into_iter().zip(expected(name)) {
            assert_relative_eq!(found, expected, max_relative = 1e-11);
        }
    }
}

#[test]
fn the_fit_is_that_of_fifty_digits() {
    let path: Vec<_> = fit().take(60).collect();
    assert!(path.len() < 30, "{} steps", path.len());
    for (found, expected) in path[path.len() - 1].into_iter().zip(expected("fit")) {
        assert_relative_eq!(found, expected, max_relative = 1e-10);
    }
}

#[test]
fn output() {
    let mut out = Vec::new();
    run(&mut out).expect("a vector takes every line");
    expect_file!["../output/epidemic.txt"].assert_eq(&String::from_utf8_lossy(&out));
}
