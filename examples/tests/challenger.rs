use approx::assert_relative_eq;
use chainrule_examples::reference;
use expect_test::expect_file;

use super::{USUAL, fit, flights, loss, loss_grad, loss_hvp, loss_value_and_grad, newton, run};

fn expected(name: &str) -> Vec<f64> {
    reference(include_str!("../references/challenger.tsv"), name)
}

/// The gradient of a logistic regression is known: errors of the probabilities, weighted with the inputs.
#[test]
fn gradient_is_the_known_one() {
    let (temperatures, damages) = flights();
    for count in [0, 1, 2, temperatures.len()] {
        let (temperatures, damages) = (&temperatures[..count], &damages[..count]);
        let w = [-0.5, -0.125];
        let mut by_hand = [0.0; 2];
        for (temperature, damage) in temperatures.iter().zip(damages) {
            let x = temperature - USUAL;
            let chance = 1.0 / (1.0 + (-(w[0] + w[1] * x)).exp());
            by_hand[0] += chance - damage;
            by_hand[1] += (chance - damage) * x;
        }
        let (value, gradient) = loss_value_and_grad(w, temperatures, damages);
        assert_eq!(value.to_bits(), loss(w, temperatures, damages).to_bits());
        assert_eq!(gradient, loss_grad(w, temperatures, damages));
        for i in 0..2 {
            assert_relative_eq!(gradient[i], by_hand[i], max_relative = 1e-13, epsilon = 1e-14);
        }
    }
}

#[test]
fn second_derivatives_are_those_of_fifty_digits() {
    let (temperatures, damages) = flights();
    for (i, direction) in [[1.0, 0.0], [0.0, 1.0]].into_iter().enumerate() {
        let (_, column) = loss_hvp([-0.5, -0.125], &temperatures, &damages, direction);
        for (found, expected) in column.into_iter().zip(expected(&format!("column_{i}"))) {
            assert_relative_eq!(found, expected, max_relative = 1e-13);
        }
    }
}

/// Textbooks have -0.2322 ± 0.1082 for the slope, and 20.315 for the deviance, which is twice the loss.
#[test]
fn the_fit_is_the_known_one() {
    let (temperatures, damages) = flights();
    assert!(newton(&temperatures, &damages).take(50).count() < 10);
    let (w, errors) = fit(&temperatures, &damages);
    for (found, expected) in w.into_iter().chain(errors).zip(expected("fit")) {
        assert_relative_eq!(found, expected, max_relative = 1e-11);
    }
    assert_relative_eq!(w[1], -0.2322, epsilon = 5e-5);
    assert_relative_eq!(w[0] - USUAL * w[1], 15.0429, epsilon = 5e-5);
    assert_relative_eq!(errors[1], 0.1082, epsilon = 5e-5);
    assert_relative_eq!(2.0 * loss(w, &temperatures, &damages), 20.315, epsilon = 5e-4);
}

#[test]
fn output() {
    let mut out = Vec::new();
    run(&mut out).expect("a vector takes every line");
    expect_file!["../output/challenger.txt"].assert_eq(&String::from_utf8_lossy(&out));
}
