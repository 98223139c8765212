//! Exclusive or, learnt as in 1986: two inputs, two hidden units, one output, all of them sigmoid.
//!
//! Rumelhart, Hinton and Williams derived how errors propagate back through such a network. Here the network and its
//! error are written forwards, and `#[grad]` derives the rest. What remains is their rule of learning: a step
//! against the gradient, with momentum.

use std::io::{self, Write};
use std::iter::successors;

use chainrule::grad;

type Weights = [f64; 9];

const RATE: f64 = 0.5;
const MOMENTUM: f64 = 0.9;

const CASES: [([f64; 2], f64); 4] =
    [([0.0, 0.0], 0.0), ([0.0, 1.0], 1.0), ([1.0, 0.0], 1.0), ([1.0, 1.0], 0.0)];

/// Small and unequal: from equal weights, both hidden units would learn the same.
const START: Weights = [0.5, -0.4, 0.1, 0.3, 0.6, -0.2, 0.4, -0.3, 0.2];

/// The output for one input: two weights and a bias for each hidden unit, then for the output.
fn output(w: &Weights, x: [f64; 2]) -> f64 {
    let sigmoid = |z: f64| 1.0 / (1.0 + (-z).exp());
    let first = sigmoid(w[0] * x[0] + w[1] * x[1] + w[2]);
    let second = sigmoid(w[3] * x[0] + w[4] * x[1] + w[5]);
    sigmoid(w[6] * first + w[7] * second + w[8])
}

/// The error over all four cases.
#[grad]
fn error(w: &[f64; 9]) -> f64 {
    let cases = [([0.0, 0.0], 0.0), ([0.0, 1.0], 1.0), ([1.0, 0.0], 1.0), ([1.0, 1.0], 0.0)];
    let mut error = 0.0;
    for (x, target) in cases {
        let mut sum = w[8];
        for unit in 0..2 {
            let at = 3 * unit;
            let hidden = 1.0 / (1.0 + (-(w[at] * x[0] + w[at + 1] * x[1] + w[at + 2])).exp());
            sum += w[6 + unit] * hidden;
        }
        let output = 1.0 / (1.0 + (-sum).exp());
        error += 0.5 * (output - target).powi(2);
    }
    error
}

/// The weights, sweep after sweep over the four cases.
fn learning() -> impl Iterator<Item = Weights> {
    let mut velocity = [0.0; 9];
    successors(Some(START), move |w| {
        let gradient = error_grad(w);
        for (v, g) in velocity.iter_mut().zip(gradient) {
            *v = MOMENTUM * *v - RATE * g;
        }
        Some(std::array::from_fn(|i| w[i] + velocity[i]))
    })
}

/// Whether every output is on the right side, by a wide margin.
fn is_solved(w: &Weights) -> bool {
    CASES.iter().all(|&(x, target)| (output(w, x) - target).abs() < 0.1)
}

fn run(out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "sweeps    error  outputs for 00, 01, 10, 11")?;
    let mut line = |sweep: usize, w: &Weights| {
        let [a, b, c, d] = CASES.map(|(x, _)| output(w, x));
        writeln!(out, "{sweep:>6} {:>8.4}  {a:.3} {b:.3} {c:.3} {d:.3}", error(w))
    };
    let mut solved = START;
    for (sweep, w) in learning().enumerate() {
        let is_last = is_solved(&w);
        if sweep % 50 == 0 || is_last {
            line(sweep, &w)?;
        }
        if is_last {
            solved = w;
            break;
        }
    }

    writeln!(out, "\nwhat it has learnt")?;
    let names = ["hidden 1", "hidden 2", "output"];
    for (name, w) in names.iter().zip(solved.chunks_exact(3)) {
        writeln!(out, "{name:>8}: weights {:>6.2} {:>6.2}, bias {:>6.2}", w[0], w[1], w[2])?;
    }
    Ok(())
}

fn main() -> io::Result<()> {
    run(&mut io::stdout().lock())
}

#[cfg(test)]
#[path = "tests/xor.rs"]
mod tests;
