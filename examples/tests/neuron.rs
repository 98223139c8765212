use approx::assert_relative_eq;
use expect_test::expect_file;

use super::{neuron, neuron_grad, neuron_value_and_grad, run};

const W: (f64, f64, f64) = (2.0, -3.0, -3.0);
const X: (f64, f64) = (-1.0, -2.0);

#[test]
fn gradients_are_those_of_the_course() {
    let (value, (w_bar, x_bar)) = neuron_value_and_grad(W, X);
    assert_eq!(value, neuron(W, X));
    assert_eq!((w_bar, x_bar), neuron_grad(W, X));

    // The neuron is σ(1), and σ' = σ(1 − σ).
    let sigma = 1.0 / (1.0 + (-1.0_f64).exp());
    let slope = sigma * (1.0 - sigma);
    assert_relative_eq!(value, sigma, max_relative = 1e-15);
    let gradients = [w_bar.0, w_bar.1, w_bar.2, x_bar.0, x_bar.1];
    for (gradient, factor) in gradients.into_iter().zip([X.0, X.1, 1.0, W.0, W.1]) {
        assert_relative_eq!(gradient, factor * slope, max_relative = 1e-15);
    }
}

#[test]
fn output() {
    let mut out = Vec::new();
    run(&mut out).expect("a vector takes every line");
    expect_file!["../output/neuron.txt"].assert_eq(&String::from_utf8_lossy(&out));
}
