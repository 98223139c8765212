//! Inverse kinematics: which angles bring the hand of an arm of three links to a point?
//!
//! The Jacobian says how the hand moves when the joints do. Damped least squares asks it backwards: how to move the
//! joints for the hand to move towards the target. With three joints and two coordinates there are many ways; this
//! one moves the joints little.

use std::io::{self, Write};
use std::iter::successors;

use chainrule::jacobian;
use chainrule_examples::{apply, norm, product, solve, transpose};

const DAMPING: f64 = 1e-3;
const CLOSE_ENOUGH: f64 = 1e-8;

/// Where the hand is: each joint turns all links behind it.
#[jacobian]
fn hand(joints: &[f64; 3]) -> [f64; 2] {
    const LENGTHS: [f64; 3] = [1.0, 0.8, 0.5];
    let mut angle = 0.0;
    let mut position = [0.0; 2];
    for (joint, length) in joints.iter().zip(LENGTHS) {
        angle += joint;
        position[0] += length * angle.cos();
        position[1] += length * angle.sin();
    }
    position
}

fn distance(joints: &[f64; 3], target: [f64; 2]) -> f64 {
    let [x, y] = hand(joints);
    norm(&[target[0] - x, target[1] - y])
}

/// The joints on their way, until the hand is where it should be.
fn reach(start: [f64; 3], target: [f64; 2]) -> impl Iterator<Item = [f64; 3]> {
    successors(Some(start), move |joints| {
        let ([x, y], j) = hand_value_and_jacobian(joints);
        let missing = [target[0] - x, target[1] - y];
        if norm(&missing) < CLOSE_ENOUGH {
            return None;
        }
        let transposed = transpose(&j);
        let mut square = product(&j, &transposed);
        square[0][0] += DAMPING;
        square[1][1] += DAMPING;
        let turn = apply(&transposed, &solve(square, missing).expect("damping makes it regular"));
        // A joint turns by at most a third of a radian at once.
        let brake = (1.0_f64 / 3.0 / norm(&turn)).min(1.0);
        Some(std::array::from_fn(|i| joints[i] + brake * turn[i]))
    })
}

/// The last of the joints on their way.
fn arrived(start: [f64; 3], target: [f64; 2]) -> [f64; 3] {
    reach(start, target).take(100).last().expect("the start, at least")
}

fn run(out: &mut impl Write) -> io::Result<()> {
    let (start, target) = ([0.3, 0.3, 0.3], [-0.5, 1.2]);
    writeln!(out, "to ({}, {})\n", target[0], target[1])?;
    writeln!(out, "step   joints                    hand             distance")?;
    for (step, joints) in reach(start, target).enumerate() {
        let [a, b, c] = joints;
        let [x, y] = hand(&joints);
        let distance = distance(&joints, target);
        writeln!(out, "{step:>4} {a:>8.4} {b:>7.4} {c:>7.4} {x:>9.4} {y:>7.4} {distance:>11.1e}")?;
    }

    writeln!(out, "\nthe hand draws a square, each corner from the one before\n")?;
    let mut joints = arrived(start, [1.0, 0.5]);
    for corner in [[1.0, 0.5], [1.0, 1.5], [0.0, 1.5], [0.0, 0.5]] {
        joints = arrived(joints, corner);
        let degrees = joints.map(f64::to_degrees);
        writeln!(
            out,
            "({}, {}): joints at {:>6.1}° {:>6.1}° {:>6.1}°",
            corner[0], corner[1], degrees[0], degrees[1], degrees[2]
        )?;
    }
    Ok(())
}

fn main() -> io::Result<()> {
    run(&mut io::stdout().lock())
}

#[cfg(test)]
#[path = "tests/inverse_kinematics.rs"]
mod tests;
