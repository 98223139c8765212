use approx::assert_relative_eq;
use chainrule::Differentiable;
use chainrule_examples::reference;
use expect_test::expect_file;

use super::{Training, moons, run, start, trained};

fn expected(name: &str) -> Vec<f64> {
    reference(include_str!("../references/network.tsv"), name)
}

/// Back-propagation by hand, in another language.
#[test]
fn gradient_is_what_propagates_back() {
    let training = Training { examples: moons() };
    assert_relative_eq!(training.loss(&start()), expected("loss")[0], max_relative = 1e-13);
    let gradient = training.loss_grad(&start());
    let expected = expected("gradient");
    assert_eq!(gradient.floats().count(), expected.len());
    for (found, expected) in gradient.floats().zip(expected) {
        assert_relative_eq!(found, expected, max_relative = 1e-11);
    }
}

#[test]
fn the_value_beside_the_gradient_is_the_value() {
    let network = start();
    for (place, moon) in moons() {
        let (value, gradient) = network.surprise_value_and_grad(place, moon);
        assert_eq!(value, network.surprise(place, moon));
        assert_eq!(gradient, network.surprise_grad(place, moon));
    }
}

/// BFGS with another line search arrives at the same parameters.
#[test]
fn training_arrives_at_the_minimum() {
    let training = Training { examples: moons() };
    let network = trained(1000).expect("nothing in it fails");
    let gradient = training.loss_grad(&network);
    assert!(gradient.dot(&gradient).sqrt() < 1e-8);
    assert_relative_eq!(training.loss(&network), expected("trained_loss")[0], max_relative = 1e-13);
    for (found, expected) in network.floats().zip(expected("trained")) {
        assert_relative_eq!(found, expected, max_relative = 1e-5);
    }
}

#[test]
fn output() {
    let mut out = Vec::new();
    run(&mut out).expect("a vector takes every line");
    expect_file!["../output/network.txt"].assert_eq(&String::from_utf8_lossy(&out));
}
