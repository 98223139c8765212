use approx::assert_relative_eq;
use chainrule::Differentiable;
use chainrule_examples::reference;
use expect_test::expect_file;

use super::{
    FIRST_THROW, WORLD, landing, landing_vjp, miss, miss_grad, miss_value_and_grad, practice, run, throws,
};

fn expected(name: &str) -> Vec<f64> {
    reference(include_str!("../references/physics.tsv"), name)
}

/// Three hundred steps of two balls, each with a spring, air and ground.
#[test]
fn flight_is_that_of_fifty_digits() {
    let [x, y] = landing(&FIRST_THROW, &WORLD);
    let expected = expected("landing");
    assert_relative_eq!(x, expected[0], max_relative = 1e-13);
    assert_relative_eq!(y, expected[1], max_relative = 1e-12);
}

#[test]
fn gradients_are_those_of_fifty_digits() {
    for (axis, seed) in [("x", [1.0, 0.0]), ("y", [0.0, 1.0])] {
        let (value, pullback) = landing_vjp(&FIRST_THROW, &WORLD);
        assert_eq!(value, landing(&FIRST_THROW, &WORLD));
        let (throw, world) = pullback(seed);
        assert_eq!((throw.spin, world.time_step), (FIRST_THROW.spin, WORLD.time_step));
        let by_velocity = expected(&format!("{axis}_by_velocity"));
        let by_world = expected(&format!("{axis}_by_world"));
        let pairs = throw.floats().zip(by_velocity).chain(world.floats().zip(by_world));
        for (found, expected) in pairs {
            assert_relative_eq!(found, expected, max_relative = 1e-9);
        }
    }
}

/// What is missed pulls back through the landing: 2 (x - x₀) ∂x + 2 (y - y₀) ∂y.
#[test]
fn gradient_of_the_miss_is_that_of_the_landing() {
    let (value, gradient) = miss_value_and_grad(&FIRST_THROW, &WORLD);
    assert_eq!(value, miss(&FIRST_THROW, &WORLD));
    assert_eq!(gradient, miss_grad(&FIRST_THROW, &WORLD));
    let ([x, y], pullback) = landing_vjp(&FIRST_THROW, &WORLD);
    assert_eq!(gradient, pullback([2.0 * (x - 5.0), 2.0 * (y - 0.6)]).0);
}

#[test]
fn practice_makes_perfect() {
    let hit = practice(FIRST_THROW).take(60).find(|throw| miss(throw, &WORLD) < 1e-24);
    let hit = hit.expect("gradient descent arrives");
    for (found, expected) in hit.floats().zip(expected("hit")) {
        assert_relative_eq!(found, expected, max_relative = 1e-10);
    }
    assert!(throws().len() < 40, "{} throws", throws().len());
}

#[test]
fn output() {
    let mut out = Vec::new();
    run(&mut out).expect("a vector takes every line");
    expect_file!["../output/physics.txt"].assert_eq(&String::from_utf8_lossy(&out));
}
