//! Functions that call those of other crates, by path and by import, in every mode.

use chainrule::{grad, hessian, hvp, jacobian, jvp, vjp};
use mechanics::motion::{State, step, step_jvp, step_vjp};
use mechanics::spring::Spring;
use mechanics::{kinetic, kinetic_hvp, kinetic_jvp, kinetic_value_and_grad};
use rules::{Atmosphere, kepler, kepler_hvp, kepler_jvp, kepler_value_and_grad};

/// Calls of scalar functions by path: a generic one, one whose derivatives are written by hand, and a method.
#[grad]
#[vjp]
#[jvp]
#[jacobian]
#[hessian]
#[hvp]
#[must_use]
pub fn by_path(x: f64, y: f64) -> f64 {
    let anomaly = rules::kepler(x * y, 0.25 * y.sin());
    mechanics::kinetic(x, anomaly) + anomaly.cos()
}

/// The same by import.
#[grad]
#[vjp]
#[jvp]
#[jacobian]
#[hessian]
#[hvp]
#[must_use]
pub fn by_import(x: f64, y: f64) -> f64 {
    let anomaly = kepler(x * y, 0.25 * y.sin());
    kinetic(x, anomaly) + anomaly.cos()
}

/// Methods of structs of both crates, whose parameters are differentiated as well.
#[grad]
#[vjp]
#[jvp]
#[must_use]
pub fn methods(spring: &Spring, air: &Atmosphere, length: f64) -> f64 {
    spring.energy(length) * air.pressure(length * length) + air.pressure(spring.stiffness)
}

/// A struct as the result of a call, again and again, and a tuple.
#[grad]
#[vjp]
#[jvp]
#[must_use]
pub fn orbiting(start: State, spring: &Spring, time: f64) -> f64 {
    let mut state = start;
    for _ in 0..4 {
        state = step(state, spring, time);
    }
    let (radius, angle) = rules::polar(state.place);
    let density = rules::density(10.0 * radius);
    kinetic(density, state.velocity[0]) + angle * radius
}

/// Arrays as results, one of a method.
#[vjp]
#[jvp]
#[jacobian]
#[must_use]
pub fn pulled(spring: &Spring, place: [f64; 2], angle: f64) -> [f64; 2] {
    let turned: [f64; 2] = mechanics::motion::turned(place, angle);
    let pull: [f64; 2] = spring.pull(turned);
    [pull[0] * pull[1], pull[1] - place[0]]
}

/// A gradient inside: where the spring pulls with as much as its energy.
#[grad]
#[vjp]
#[jvp]
#[must_use]
pub fn balance(spring: &Spring, length: f64) -> f64 {
    let (_, force) = spring.energy_grad(length);
    let (energy, (by_spring, _)) = spring.energy_value_and_grad(0.5 * length);
    force * force - energy * by_spring.hardening
}

/// Single precision.
#[grad]
#[jvp]
#[hvp]
#[must_use]
pub fn single(x: f32, y: f32) -> f32 {
    kinetic(x.sin(), y) + mechanics::kinetic::<f32>(y, x * y)
}
