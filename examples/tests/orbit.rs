use approx::assert_relative_eq;
use chainrule::Differentiable;
use chainrule_examples::reference;
use expect_test::expect_file;

use super::{
    Probe, START, TIME, aim, arrival, arrival_jacobian, arrival_value_and_jacobian, displaced, distance,
    energy, energy_grad, final_energy, final_energy_value_and_grad, leap_jvp, period, revolve, run,
};

const ELLIPSE: Probe = Probe { place: START, velocity: [0.2, 1.1] };
const DISPLACEMENT: Probe = Probe { place: [0.6, 0.0], velocity: [0.0, -0.8] };

fn expected(name: &str) -> Vec<f64> {
    reference(include_str!("../references/orbit.tsv"), name)
}

fn assert_close(found: impl IntoIterator<Item = f64>, expected: &[f64], tolerance: f64) {
    let mut count = 0;
    for (found, &expected) in found.into_iter().zip(expected) {
        assert_relative_eq!(found, expected, max_relative = tolerance);
        count += 1;
    }
    assert_eq!(count, expected.len());
}

#[test]
fn arrival_is_that_of_fifty_digits() {
    let (place, slopes) = arrival_value_and_jacobian([0.0, 1.0]);
    assert_eq!(place, arrival([0.0, 1.0]));
    assert_eq!(slopes, arrival_jacobian([0.0, 1.0]));
    assert_close(place, &expected("arrival"), 1e-13);
    assert_close(slopes.map(|row| row[0]), &expected("by_vx"), 1e-12);
    assert_close(slopes.map(|row| row[1]), &expected("by_vy"), 1e-12);
}

#[test]
fn the_probe_arrives() {
    let path: Vec<_> = aim([0.0, 1.0]).take(20).collect();
    assert!(path.len() < 8, "{} steps", path.len());
    let last = path[path.len() - 1];
    assert_close(last, &expected("lambert_by_strides"), 1e-12);
    // By Kepler's equation, to the digits that the strides have.
    assert_close(last, &expected("lambert"), 1e-7);
}

#[test]
fn kepler_s_third_law_displaces() {
    assert_close([period(ELLIPSE)], &expected("period"), 1e-14);
    assert_close(displaced(ELLIPSE, DISPLACEMENT).floats(), &expected("displaced"), 1e-13);
}

/// Half the stride, a sixteenth of the error, of the derivative as of the flight.
#[test]
fn strides_are_of_fourth_order() {
    let exact = displaced(ELLIPSE, DISPLACEMENT);
    let errors = |strides| {
        let (end, beside) = revolve(ELLIPSE, DISPLACEMENT, strides);
        [distance(end, ELLIPSE), distance(beside, exact)]
    };
    for (long, short) in errors(400).into_iter().zip(errors(800)) {
        assert_relative_eq!(long / short, 16.0, max_relative = 0.02);
    }
}

/// Energy is conserved wherever the probe starts, and so is its gradient.
#[test]
fn the_gradient_of_the_energy_is_conserved() {
    let (value, gradient) = final_energy_value_and_grad(ELLIPSE, TIME);
    assert_eq!(value, final_energy(ELLIPSE, TIME));
    assert_relative_eq!(value, energy(ELLIPSE), max_relative = 1e-7);
    assert!(distance(gradient, energy_grad(ELLIPSE)) < 1e-6);
}

/// A leap keeps areas in phase space: Ω(Φ a, Φ b) = Ω(a, b), to the last bits, whatever its length.
#[test]
fn leaps_are_symplectic() {
    let area = |a: Probe, b: Probe| -> f64 {
        (0..2).map(|i| a.place[i] * b.velocity[i] - a.velocity[i] * b.place[i]).sum()
    };
    let (a, b) = (DISPLACEMENT, Probe { place: [0.3, 0.9], velocity: [-0.4, 0.7] });
    for time in [0.1, 0.5, -2.0] {
        let (_, after_a) = leap_jvp(ELLIPSE, time, a, 0.0);
        let (_, after_b) = leap_jvp(ELLIPSE, time, b, 0.0);
        assert_relative_eq!(area(after_a, after_b), area(a, b), max_relative = 1e-13);
    }
}

#[test]
fn output() {
    let mut out = Vec::new();
    run(&mut out).expect("a vector takes every line");
    expect_file!["../output/orbit.txt"].assert_eq(&String::from_utf8_lossy(&out));
}
