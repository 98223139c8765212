//! With which velocity does a probe arrive at a planet on time? Lambert's problem, and how exact the answer is.
//!
//! The force is a derivative already, that of the potential, and the integrator asks for it: `potential_grad`. So
//! derivatives of the flight take second derivatives of the potential, which `#[hvp]` writes. Newton's method steers by
//! them; carried along for one revolution, they are compared with what follows from Kepler's third law.

use std::f64::consts::TAU;
use std::io::{self, Write};
use std::iter::successors;

use chainrule::{Differentiable, grad, hvp, jacobian, jvp, vjp};
use chainrule_examples::{norm, solve};

/// From the orbit of the earth to that of Mars. The unit of length is the radius of the earth's orbit, and a year is
/// 2 π units of time, which makes the sun's gravity 1.
const START: [f64; 2] = [1.0, 0.0];
const TARGET: [f64; 2] = [-0.762, 1.32];
const TIME: f64 = 2.2;

const CLOSE_ENOUGH: f64 = 1e-10;

/// The potential of the sun.
#[grad]
#[hvp]
fn potential(place: [f64; 2]) -> f64 {
    let [x, y] = place;
    -1.0 / x.hypot(y)
}

/// What flies.
#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Probe {
    place: [f64; 2],
    velocity: [f64; 2],
}

/// Potential and kinetic energy.
#[grad]
fn energy(probe: Probe) -> f64 {
    let [vx, vy] = probe.velocity;
    potential(probe.place) + 0.5 * (vx * vx + vy * vy)
}

/// The leapfrog: half of the way, then the force of the place there, and with the new velocity the other half.
#[jvp]
#[vjp]
fn leap(probe: Probe, time: f64) -> Probe {
    let [x, y] = probe.place;
    let [vx, vy] = probe.velocity;
    let half = 0.5 * time;
    let midway = [x + half * vx, y + half * vy];
    let slope = potential_grad(midway);
    let velocity = [vx - time * slope[0], vy - time * slope[1]];
    Probe { place: [midway[0] + half * velocity[0], midway[1] + half * velocity[1]], velocity }
}

/// Three leaps, the second one back in time, whose errors cancel up to the fourth order (Yoshida).
#[jvp]
#[vjp]
fn stride(probe: Probe, time: f64) -> Probe {
    let forth = time / (2.0 - 2.0_f64.cbrt());
    let back = time - 2.0 * forth;
    leap(leap(leap(probe, forth), back), forth)
}

/// A flight in so many strides that eight digits are right.
#[vjp]
fn flight(start: Probe, time: f64) -> Probe {
    let mut probe = start;
    for _ in 0..200 {
        probe = stride(probe, time / 200.0);
    }
    probe
}

/// Where a probe that leaves the earth is in the end.
#[jacobian]
fn arrival(velocity: [f64; 2]) -> [f64; 2] {
    flight(Probe { place: START, velocity }, TIME).place
}

/// The energy that a probe has in the end.
#[grad(wrt(start))]
fn final_energy(start: Probe, time: f64) -> f64 {
    let end: Probe = flight(start, time);
    energy(end)
}

/// The time of one revolution, by Kepler's third law.
#[grad]
fn period(probe: Probe) -> f64 {
    TAU * (-2.0 * energy(probe)).powf(-1.5)
}

/// Newton's method: velocities, the last of which brings the probe to the target.
fn aim(first: [f64; 2]) -> impl Iterator<Item = [f64; 2]> {
    successors(Some(first), |velocity| {
        let ([x, y], slopes) = arrival_value_and_jacobian(*velocity);
        let missing = [TARGET[0] - x, TARGET[1] - y];
        if norm(&missing) < CLOSE_ENOUGH {
            return None;
        }
        let [dx, dy] = solve(slopes, missing).expect("every velocity matters");
        Some([velocity[0] + dx, velocity[1] + dy])
    })
}

/// A probe after one revolution in strides of equal length, and a small displacement that has gone with it.
fn revolve(start: Probe, displacement: Probe, strides: u32) -> (Probe, Probe) {
    let time = period(start) / f64::from(strides);
    (0..strides).fold((start, displacement), |(probe, beside), _| stride_jvp(probe, time, beside, 0.0))
}

/// What becomes of a displacement in the time of one revolution. Displaced as well, the probe would be back after a
/// period of its own; by how much this is longer, by so much it is late.
fn displaced(start: Probe, displacement: Probe) -> Probe {
    let [x, y] = start.place;
    let radius = x.hypot(y);
    let motion = Probe { place: start.velocity, velocity: [-x / radius.powi(3), -y / radius.powi(3)] };
    let delay = period_grad(start).dot(&displacement);
    displacement.add(&motion.scale(-delay))
}

fn distance(a: Probe, b: Probe) -> f64 {
    let difference = a.add(&b.scale(-1.0));
    difference.dot(&difference).sqrt()
}

fn run(out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "from ({}, {}) to ({}, {}) in {TIME}\n", START[0], START[1], TARGET[0], TARGET[1])?;
    writeln!(out, "step   velocity               misses by")?;
    for (step, velocity) in aim([0.0, 1.0]).enumerate() {
        let [x, y] = arrival(velocity);
        let missing = norm(&[TARGET[0] - x, TARGET[1] - y]);
        let missing = if missing < CLOSE_ENOUGH { "nothing".into() } else { format!("{missing:.1e}") };
        writeln!(out, "{step:>4} {:>10.7} {:>10.7} {missing:>10}", velocity[0], velocity[1])?;
    }

    let start = Probe { place: START, velocity: [0.2, 1.1] };
    let displacement = Probe { place: [0.6, 0.0], velocity: [0.0, -0.8] };
    let exact = displaced(start, displacement);
    writeln!(out, "\nafter one revolution, in {:.6}\n", period(start))?;
    writeln!(out, "strides   error of the flight   of its derivative")?;
    for strides in [100, 200, 400, 800] {
        let (end, beside) = revolve(start, displacement, strides);
        let (flight, derivative) = (distance(end, start), distance(beside, exact));
        writeln!(out, "{strides:>7} {flight:>21.1e} {derivative:>19.1e}")?;
    }
    Ok(())
}

fn main() -> io::Result<()> {
    run(&mut io::stdout().lock())
}

#[cfg(test)]
#[path = "tests/orbit.rs"]
mod tests;
