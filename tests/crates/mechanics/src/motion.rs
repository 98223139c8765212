//! What moves: structs as parameters and as results.

use chainrule::{Differentiable, jvp, math, vjp};

use crate::spring::Spring;

/// Where something is, and where it goes.
#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
pub struct State {
    /// In the plane.
    pub place: [f64; 2],
    /// In the plane, too.
    pub velocity: [f64; 2],
}

/// The state after a step of time, pulled by a spring.
#[vjp]
#[jvp]
#[must_use]
pub fn step(state: State, spring: &Spring, time: f64) -> State {
    let pull: [f64; 2] = spring.pull(state.place);
    let velocity = [state.velocity[0] + time * pull[0], state.velocity[1] + time * pull[1]];
    let place = [state.place[0] + time * velocity[0], state.place[1] + time * velocity[1]];
    State { place, velocity }
}

/// A place in the plane, turned about the origin.
#[vjp]
#[jvp]
#[must_use]
pub fn turned(place: [f64; 2], angle: f64) -> [f64; 2] {
    let (sine, cosine) = math::sin_cos(angle);
    [cosine * place[0] - sine * place[1], sine * place[0] + cosine * place[1]]
}
