//! Fits `y = b₁(1 − exp(−b₂x))` to fourteen measurements of adsorption by gradient descent with momentum.
//!
//! The data set Misra1a is a reference of NIST, whose certified parameters the fit has to find. What is
//! differentiated is the loss of one observation; the sum over the data is ordinary Rust.

use std::io::{self, Write};
use std::iter::successors;

use chainrule::grad;

/// What NIST certifies for b₁, b₂ and the sum of squares.
const CERTIFIED: (f64, f64, f64) = (2.389_421_291_8e2, 5.501_564_318_1e-4, 1.245_513_889_4e-1);

/// NIST's second starting point; in these units, both parameters are of magnitude one.
const B1: f64 = 250.0;
const B2: f64 = 5e-4;

/// At the minimum, the loss is 1,800 times more curved in one direction than in the other; these suit both.
const RATE: f64 = 3e-5;
const MOMENTUM: f64 = 0.92;
const STEPS: usize = 600;

/// The squared residual of one observation, with b₁ in units of `B1` and b₂ in units of `B2`.
#[grad(wrt(p1, p2))]
fn loss(p1: f64, p2: f64, x: f64, y: f64) -> f64 {
    let fitted = B1 * p1 * (1.0 - (-B2 * p2 * x).exp());
    (y - fitted).powi(2)
}

/// The observations, as pairs (x, y).
fn observations() -> Vec<(f64, f64)> {
    let number = |field: &str| field.parse().expect("the fields of misra1a.tsv are numbers");
    let lines = include_str!("data/misra1a.tsv").lines().filter(|line| !line.starts_with('#'));
    let pairs = lines.map(|line| line.split_once('\t').expect("a line of misra1a.tsv has two fields"));
    pairs.map(|(x, y)| (number(x), number(y))).collect()
}

fn sum_of_squares(p: (f64, f64), data: &[(f64, f64)]) -> f64 {
    data.iter().map(|&(x, y)| loss(p.0, p.1, x, y)).sum()
}

fn gradient(p: (f64, f64), data: &[(f64, f64)]) -> (f64, f64) {
    let each = data.iter().map(|&(x, y)| loss_grad(p.0, p.1, x, y));
    each.fold((0.0, 0.0), |sum, term| (sum.0 + term.0, sum.1 + term.1))
}

/// The parameters on their way to the minimum.
fn descent(data: &[(f64, f64)]) -> impl Iterator<Item = (f64, f64)> {
    let mut velocity = (0.0, 0.0);
    successors(Some((1.0, 1.0)), move |&p| {
        let slope = gradient(p, data);
        velocity = (MOMENTUM * velocity.0 - RATE * slope.0, MOMENTUM * velocity.1 - RATE * slope.1);
        Some((p.0 + velocity.0, p.1 + velocity.1))
    })
}

fn run(out: &mut impl Write) -> io::Result<()> {
    let data = observations();
    writeln!(out, "step             b1               b2  sum of squares")?;
    let mut fit = (B1, B2);
    for (step, p) in descent(&data).enumerate().step_by(STEPS / 6).take(7) {
        fit = (B1 * p.0, B2 * p.1);
        writeln!(out, "{step:>4} {:>14.8} {:>16.9e} {:>15.10}", fit.0, fit.1, sum_of_squares(p, &data))?;
    }
    writeln!(out, "NIST {:>14.8} {:>16.9e} {:>15.10}\n", CERTIFIED.0, CERTIFIED.1, CERTIFIED.2)?;
    writeln!(out, "    x      y     fit  residual")?;
    for (x, y) in data {
        let fitted = fit.0 * (1.0 - (-fit.1 * x).exp());
        writeln!(out, "{x:>5.1} {y:>6.2} {fitted:>7.3} {:>9.3}", y - fitted)?;
    }
    Ok(())
}

fn main() -> io::Result<()> {
    run(&mut io::stdout().lock())
}

#[cfg(test)]
#[path = "tests/misra1a.rs"]
mod tests;
