//! Three bodies that follow each other along a figure eight: at which velocities do they?
//!
//! How far the bodies are from where they started, after a time, is differentiated by that time and by their velocities,
//! through a loop of 1,200 leaps that change arrays in place. Newton's method closes the orbit, with Hessians by `#[hvp]`.

#![allow(clippy::cast_precision_loss, reason = "the numbers that become floats are small")]

use std::io::{self, Write};
use std::iter::successors;

use chainrule::{grad, hvp};
use chainrule_examples::{norm, solve};

/// How many strides there are, each of three leaps.
const STRIDES: usize = 400;

/// The orbit that Moore found in 1993 and Chenciner and Montgomery proved in 2000: two components of the velocity of the
/// outer bodies, and the period.
const KNOWN: [f64; 3] = [0.347_116_888, 0.532_724_945, 6.325_913_985];

/// Not far from it.
const GUESS: [f64; 3] = [0.35, 0.53, 6.35];

/// The sum of squares of the distances in phase space from the start to the end. The bodies start on a line, the outer
/// ones with the same velocity, the inner one with twice the opposite; they have unit masses.
#[grad]
#[hvp]
fn miss(orbit: [f64; 3]) -> f64 {
    let [vx, vy, period] = orbit;
    let places = [[-1.0, 0.0], [1.0, 0.0], [0.0, 0.0]];
    let velocities = [[vx, vy], [vx, vy], [-2.0 * vx, -2.0 * vy]];
    let mut place = places;
    let mut velocity = velocities;
    // Three leaps, the second one back in time, whose errors cancel up to the fourth order (Yoshida).
    let forth = 1.0 / (2.0 - 2.0_f64.cbrt());
    let parts = [forth, 1.0 - 2.0 * forth, forth];
    for _ in 0..STRIDES {
        for part in parts {
            let time = part * period / STRIDES as f64;
            for i in 0..3 {
                for d in 0..2 {
                    place[i][d] += 0.5 * time * velocity[i][d];
                }
            }
            for i in 0..3 {
                for j in 0..i {
                    let x = place[j][0] - place[i][0];
                    let y = place[j][1] - place[i][1];
                    let square = x * x + y * y;
                    let pull = time / (square * square.sqrt());
                    velocity[i][0] += pull * x;
                    velocity[i][1] += pull * y;
                    velocity[j][0] -= pull * x;
                    velocity[j][1] -= pull * y;
                }
            }
            for i in 0..3 {
                for d in 0..2 {
                    place[i][d] += 0.5 * time * velocity[i][d];
                }
            }
        }
    }
    let mut sum = 0.0;
    for i in 0..3 {
        for d in 0..2 {
            sum += (place[i][d] - places[i][d]).powi(2) + (velocity[i][d] - velocities[i][d]).powi(2);
        }
    }
    sum
}

/// The gradient and the Hessian, one column for each unknown.
fn slopes(orbit: [f64; 3]) -> ([f64; 3], [[f64; 3]; 3]) {
    let mut columns = [[0.0; 3]; 3];
    let mut gradient = [0.0; 3];
    for (i, column) in columns.iter_mut().enumerate() {
        let mut unit = [0.0; 3];
        unit[i] = 1.0;
        (gradient, *column) = miss_hvp(orbit, unit);
    }
    // It is symmetric, so columns are rows.
    (gradient, columns)
}

/// Newton's method: orbits, the last of which is closed.
fn newton() -> impl Iterator<Item = [f64; 3]> {
    successors(Some(GUESS), |orbit| {
        let (gradient, hessian) = slopes(*orbit);
        let step = solve(hessian, gradient)?;
        let next = [orbit[0] - step[0], orbit[1] - step[1], orbit[2] - step[2]];
        (norm(&step) > 1e-11).then_some(next)
    })
}

fn run(out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "step           vx           vy       period  missed by")?;
    for (step, orbit) in newton().take(20).enumerate() {
        let missed = miss(orbit).sqrt();
        let missed = if missed < 1e-6 { "nothing".into() } else { format!("{missed:.1e}") };
        writeln!(out, "{step:>4} {:>12.8} {:>12.8} {:>12.8} {missed:>10}", orbit[0], orbit[1], orbit[2])?;
    }
    writeln!(out, "     {:>12.8} {:>12.8} {:>12.8}      known", KNOWN[0], KNOWN[1], KNOWN[2])
}

fn main() -> io::Result<()> {
    run(&mut io::stdout().lock())
}

#[cfg(test)]
#[path = "tests/eight.rs"]
mod tests;
